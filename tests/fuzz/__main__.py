"""Runs fuzzers for as long as they are given; see the package's docstring."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
import traceback
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz import TARGETS
from tests.fuzz.target import SEEDS, Check, Target

AT_ONCE = 500
"""Inputs of one run of hypothesis; each begins with another seed."""


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
    @settings(
        max_examples=AT_ONCE,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
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


def _keep(target: Target, last: list[Any]) -> str:
    text = json.dumps(last[0], indent=1) + "\n"
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    path = SEEDS / target.name / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return f"{path}\n{text}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", choices=[*TARGETS, []], help="default: all")
    parser.add_argument("--minutes", type=float, default=10.0, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = options.target or list(TARGETS)
    done = [fuzz(TARGETS[name], options.minutes, options.seed) for name in names]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
