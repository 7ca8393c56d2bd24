# make ask Q="What did MIIT issue in 2012?"    installs, builds the index if there is none, answers
# make test                                     installs, and runs the tests
# make test-all                                 those that take minutes too
# make wheel                                    builds dist/policybot-*.whl
PYTHON ?= python3
BIN = .venv/bin
ASKING = .venv/.asking
TESTING = .venv/.testing
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
export Q

.PHONY: ask index test test-all lint wheel

ask: $(ASKING)
	@test -n "$$Q" || { echo 'usage: make ask Q="What did MIIT issue in 2012?"'; exit 2; }
	@test -f embeddings/CURRENT || $(BIN)/policybot index
	@$(BIN)/policybot ask "$$Q"

index: $(ASKING)
	$(BIN)/policybot index

test: $(TESTING)
	HF_HUB_OFFLINE=1 $(BIN)/pytest

test-all: $(TESTING)
	HF_HUB_OFFLINE=1 $(BIN)/pytest -m ''

lint: $(TESTING)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

wheel: $(BIN)/python
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/policybot-*.whl

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(ASKING): pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e '.[embed,multilingual]'
	@touch $@

# The pip that comes with Python 3.11 to 3.13 knows no dependency groups: 25.1 does.
$(TESTING): pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --upgrade 'pip>=25.1'
	$(INSTALL) -e '.[embed,multilingual]' --group test
	@touch $(ASKING) $@
