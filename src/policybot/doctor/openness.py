"""Check file permissions: whoever can write to a file can change what the bot says."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from policybot.doctor.finding import Finding, problem


def below(folder: Path) -> Iterator[Path]:
    """Yield a folder and everything in it; links to folders are not followed."""
    yield folder
    for root, folders, files in os.walk(folder):
        yield from (Path(root, name) for name in (*folders, *files))


def open_to_all(check: str, paths: Iterable[Path], can: str) -> Iterator[Finding]:
    """Yield one finding if any of ``paths`` is world-writable, so that anybody can do ``can``."""
    writable = [path for path in paths if path.exists() and path.stat().st_mode & stat.S_IWOTH]
    if writable:
        more = f" (and {len(writable) - 1} more in it)" if len(writable) > 1 else ""
        yield problem(
            check, f"{writable[0]}{more}: anybody can {can}", f"chmod -R o-w {writable[0]}"
        )


def replaceable(check: str, path: Path) -> Iterator[Finding]:
    """Yield a finding if anybody may replace ``path`` by another file."""
    folder = path.absolute().parent
    mode = folder.stat().st_mode
    # In a sticky folder, such as /tmp, only its owner replaces a file.
    if mode & stat.S_IWOTH and not (mode & stat.S_ISVTX and path.exists()):
        yield problem(
            check, f"{folder}: anybody can put another {path.name} there", f"chmod o-w {folder}"
        )
