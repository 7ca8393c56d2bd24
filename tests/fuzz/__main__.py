"""Runs fuzzers for as long as they are given; see the package's docstring."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import math
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, seed, settings

if TYPE_CHECKING:
    from tests.fuzz.target import Check, Target

NAMES = ("question", "corpus", "imports", "listing", "callback", "webhook")
AT_ONCE = 500
"""Inputs of one run of hypothesis; each begins with another seed."""

LONGEST = 4096
"""Bytes from which a guided fuzzer makes one input."""

BEGINNINGS = 200
"""Inputs at random that a guided fuzzer begins with."""

QUIET = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def fuzz(target: Target, minutes: float, first: int) -> bool:
    """Try inputs until the time is over; False when one failed, which is kept as a seed."""
    until = time.monotonic() + minutes * 60
    tried = 0
    with target.opened() as check:
        for _, kept in target.seeds():
            check(kept)
        number = first
        while time.monotonic() < until:
            last: list[Any] = []
            try:
                tried += _run(target, check, number, last, until)
            except Exception:  # noqa: BLE001 (whatever it is, it is the finding)
                traceback.print_exc(limit=-6)
                print(f"{target.name}: {tried} inputs, then (seed {number}): {_keep(target, last)}")
                return False
            number += 1
    print(f"{target.name}: {tried} inputs in {minutes:g} minutes, none failed", flush=True)
    return True


def _run(target: Target, check: Check, number: int, last: list[Any], until: float) -> int:
    tried = 0
    failed = False

    @seed(number)
    @settings(QUIET, max_examples=AT_ONCE)
    @given(target.inputs)
    def one(made: Any) -> None:
        nonlocal tried, failed
        if time.monotonic() > until and not failed:
            return
        tried += 1
        try:
            check(made)
        except Exception:
            failed = True
            last[:] = [made]
            raise

    one()
    return tried


def guided(name: str, minutes: float, first: int) -> None:
    """Let atheris look for inputs that reach more of the code; ends the process.

    What it makes are the bytes from which hypothesis draws an input; too few bytes make none, so
    its own count is of tries. Its lines say what was reached (``cov``, of the branches of
    ``policybot``). An input that fails is kept as a seed and ends the run.
    """
    import atheris

    with atheris.instrument_imports(include=["policybot"]):
        target = _targets()[name]
    tried, until = 0, time.monotonic() + minutes * 60
    with target.opened() as check, tempfile.TemporaryDirectory() as beginning:

        @settings(QUIET)
        @given(target.inputs)
        def one(made: Any) -> None:
            nonlocal tried, until
            tried += 1
            if time.monotonic() > until:
                print(f"{name}: {tried} inputs in {minutes:g} minutes, none failed", flush=True)
                until = math.inf
            try:
                check(made)
            except Exception:
                print(f"{name}: {_keep(target, [made])}", flush=True)
                raise

        for _, kept in target.seeds():
            check(kept)
        dice = random.Random(first)
        for number in range(BEGINNINGS):
            data = dice.randbytes(dice.randint(16, LONGEST))
            Path(beginning, str(number)).write_bytes(data)
        options = {
            # A little more, since nothing of ours is run at its end.
            "max_total_time": round(minutes * 60) + 5,
            "max_len": LONGEST,
            "len_control": 0,
            "seed": first,
            "rss_limit_mb": 4096,
            "artifact_prefix": f"{beginning}/",
        }
        atheris.Setup(
            ["tests.fuzz", *(f"-{key}={value}" for key, value in options.items()), beginning],
            one.hypothesis.fuzz_one_input,  # type: ignore[attr-defined]
        )
        atheris.Fuzz()


def _keep(target: Target, last: list[Any]) -> str:
    from tests.fuzz.target import SEEDS

    text = json.dumps(last[0], indent=1) + "\n"
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    path = SEEDS / target.name / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return f"{path}\n{text}"


def _targets() -> dict[str, Target]:
    # Not at the top: a guided fuzzer sees what was imported after it began to look.
    targets: dict[str, Target] = importlib.import_module("tests.fuzz.targets").TARGETS
    return targets


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", choices=[*NAMES, []], help="default: all")
    parser.add_argument("--minutes", type=float, default=10.0, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", action="store_true", help="one target, by coverage (atheris)")
    options = parser.parse_args()
    names = options.target or list(NAMES)
    if options.guided:
        if len(names) != 1:
            parser.error("--guided takes one target")
        guided(names[0], options.minutes, options.seed)
    targets = _targets()
    done = [fuzz(targets[name], options.minutes, options.seed) for name in names]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
