"""Fuzzers: whatever comes from outside is answered or refused, never a crash.

    python -m tests.fuzz [TARGET ...] [--minutes 10] [--seed 1]
    python -m tests.fuzz TARGET --guided [--minutes 10] [--seed 1]

Targets: ``question``, ``corpus``, ``imports``, ``callback``, ``webhook`` (all by default, one after
the other). Inputs come from hypothesis, which makes what it finds small; it is written to
``tests/fuzz/seeds/TARGET/``, and ``test_seeds.py`` tries every seed there in each test run.
``--guided`` (``pip install atheris``) has atheris choose what hypothesis draws, by the code it
reaches.
"""
