"""Who may change a file: what everybody can write to, anybody on the machine can put words into."""

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


def open_to_all(check: str, paths: Iterable[Path], said: str) -> Iterator[Finding]:
    """Tell, in one finding, which of ``paths`` everybody may write to, and so ``said``."""
    found = [path for path in paths if path.exists() and path.stat().st_mode & stat.S_IWOTH]
    if found:
        more = f" (and {len(found) - 1} more in it)" if len(found) > 1 else ""
        yield problem(check, f"{found[0]}{more}: anybody can {said}", f"chmod -R o-w {found[0]}")


def replaceable(check: str, path: Path) -> Iterator[Finding]:
    """Tell whether everybody may put another file in the place of ``path``."""
    folder = path.absolute().parent
    mode = folder.stat().st_mode
    # In a sticky folder, such as /tmp, only its owner replaces a file.
    if mode & stat.S_IWOTH and not (mode & stat.S_ISVTX and path.exists()):
        yield problem(
            check, f"{folder}: anybody can put another {path.name} there", f"chmod o-w {folder}"
        )
