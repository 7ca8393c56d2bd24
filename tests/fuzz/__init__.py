"""Fuzzers: whatever comes from outside is answered or refused, never a crash.

    python -m tests.fuzz [TARGET ...] [--minutes 10] [--seed 1]

Targets: ``question``, ``corpus``, ``imports``, ``callback``, ``webhook`` (all by default, one after
the other). Inputs come from hypothesis, which makes what it finds small; it is written to
``tests/fuzz/seeds/TARGET/``, and ``test_seeds.py`` tries every seed there in each test run.
"""

from tests.fuzz.bot import CALLBACK, WEBHOOK
from tests.fuzz.files import CORPUS
from tests.fuzz.imports import IMPORTS
from tests.fuzz.questions import QUESTION
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target for target in (QUESTION, CORPUS, IMPORTS, CALLBACK, WEBHOOK)
}
