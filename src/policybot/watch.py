"""Waiting until the files of a corpus change.

They are looked at again and again: that needs nothing installed and works wherever files can be
read, also on network drives and in containers, where a system tells nothing of changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from policybot.corpus.files.find import find_policy_files, find_version_files
from policybot.errors import CorpusError

PAUSE = 0.5
"""Seconds between two looks, at least; and how long files must have been left alone."""

_IDLE = 20
"""How many times longer than a look the pause after it is: at most a twentieth of one core."""

State = dict[Path, tuple[int, int, int]]
"""Of every file: when it was changed last, in nanoseconds; its size in bytes; its inode."""


def state_of(corpus: Path, beside: tuple[Path, ...]) -> State:
    """Return the state of the files that hold policies, and of those ``beside`` that are there."""
    try:
        files, hidden = find_policy_files(corpus)
    except CorpusError:
        files, hidden = [], []  # no folder is a state too: it may come
    state: State = {}
    links = {Path(problem.file) for problem in hidden}
    for path in (*files, *find_version_files(corpus), *links, *beside):
        try:
            found = path.stat(follow_symlinks=path not in links)
        except OSError:
            continue  # gone since it was listed
        state[path] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return state


def settled_changes(
    look: Callable[[], State], *, pause: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Yield at once, and then whenever files have changed and been left alone since.

    What changes while the caller is at work is seen when it comes back.
    """
    seen = look()
    while True:
        yield
        changed = False
        while True:
            began = time.monotonic()
            now = look()
            if now == seen and changed:
                break
            changed = changed or now != seen
            seen = now
            pause(max(PAUSE, _IDLE * (time.monotonic() - began)))
