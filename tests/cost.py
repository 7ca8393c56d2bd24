"""What a computation costs, counted rather than timed, so that no machine's load changes it."""

from __future__ import annotations

import sys
from collections.abc import Callable


def calls(work: Callable[[], object]) -> int:
    """Return how many functions `work` calls, those written in C among them.

    Raises:
        RuntimeError: something else (a coverage tool, a debugger) is counting already.
    """
    if sys.getprofile() is not None:
        raise RuntimeError("another profiler is set; run the test without it")
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count
