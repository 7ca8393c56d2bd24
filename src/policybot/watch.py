"""Wait until the files of a corpus change.

Files are polled: that needs no extra package and works wherever files can be read, also on network
drives and in containers, which deliver no change events.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from policybot.corpus.files.find import find_policy_files, find_version_files
from policybot.errors import CorpusError

PAUSE = 0.5
"""The minimum polling interval in seconds, which is also how long files must stay unchanged."""

_IDLE = 20
"""The ratio of pause to polling time: polling takes at most 1/20 of a core."""

State = dict[Path, tuple[int, int, int]]
"""For every file: its modification time in nanoseconds, its size in bytes, its inode."""


def state_of(corpus: Path, beside: tuple[Path, ...]) -> State:
    """Return the state of the files that hold policies, and of the ``beside`` files that exist."""
    try:
        files, hidden = find_policy_files(corpus)
    except CorpusError:
        files, hidden = [], []  # no folder is a state too: it may come
    state: State = {}
    links = {Path(problem.file) for problem in hidden}
    for path in (*files, *find_version_files(corpus), *links, *beside):
        try:
            status = path.stat(follow_symlinks=path not in links)
        except OSError:
            continue  # gone since it was listed
        state[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
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
