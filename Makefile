# make ask Q="What did MIIT issue in 2012?"    installs, builds the index if there is none, answers
# make test                                     installs, and runs the tests
# make test-all                                 those that take minutes too
PYTHON ?= python3
BIN = .venv/bin
READY = .venv/.ready
export Q

.PHONY: ask index test test-all lint

ask: $(READY)
	@test -n "$$Q" || { echo 'usage: make ask Q="What did MIIT issue in 2012?"'; exit 2; }
	@test -f embeddings/CURRENT || $(BIN)/policybot index
	@$(BIN)/policybot ask "$$Q"

index: $(READY)
	$(BIN)/policybot index

test: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/pytest

test-all: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/pytest -m ''

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[embed,multilingual,test]' -c constraints.txt
	@touch $(READY)
