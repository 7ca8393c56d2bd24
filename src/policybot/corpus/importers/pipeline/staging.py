"""Write several files to the corpus atomically: all of them, or none."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from policybot.errors import ImportRefusedError

CHANGED = "was changed while it was read; import it again"
"""The error for a source that changed during its import."""

_CHUNK = 1 << 20


class Staging:
    """Writes files under hidden names next to their targets; ``commit`` renames them all.

    Leaving the ``with`` block without a commit removes them and the folders created. A commit that
    fails half-way is rolled back.
    """

    def __init__(self) -> None:
        self._staged: list[tuple[Path, Path]] = []  # temporary file, its place
        self._folders: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for temporary, _ in self._staged:
            temporary.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with contextlib.suppress(OSError):  # it is not empty any more
                folder.rmdir()

    def __bool__(self) -> bool:
        return bool(self._staged)

    def add(self, target: Path, data: bytes) -> None:
        """Stage a file with this content."""
        with self.open(target) as stream:
            stream.write(data)

    @contextlib.contextmanager
    def open(self, target: Path) -> Iterator[BinaryIO]:
        """Stage a file that is written piece by piece; it is on disk when the block ends."""
        self._make_folder(target.parent)
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
        self._staged.append((Path(name), target))
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)

    def copy(self, source: Path, target: Path, sha256: str) -> None:
        """Stage a copy of a file, which is committed before the files that cite it.

        Raises:
            ImportRefusedError: its SHA-256 is no longer ``sha256``.
        """
        digest = hashlib.sha256()
        with source.open("rb") as reading, self.open(target) as writing:
            while chunk := reading.read(_CHUNK):
                digest.update(chunk)
                writing.write(chunk)
        self._staged.insert(0, self._staged.pop())
        if digest.hexdigest() != sha256:
            raise ImportRefusedError(f"{source}: {CHANGED}")

    def drop(self, target: Path) -> None:
        """Discard a staged file."""
        for temporary, place in self._staged:
            if place == target:
                temporary.unlink(missing_ok=True)
        self._staged = [staged for staged in self._staged if staged[1] != target]

    def staged(self, target: Path) -> Path:
        """Return where the content staged for ``target`` is until the commit."""
        return next(temporary for temporary, place in self._staged if place == target)

    def commit(self) -> None:
        """Move every staged file to its target, in the order staged."""
        undo: list[tuple[Path, Path | None]] = []  # place, and where its former content is
        try:
            for temporary, target in self._staged:
                former = _keep(target)
                undo.append((target, former))
                temporary.replace(target)
        except BaseException:
            for target, former in reversed(undo):
                if former is None:
                    target.unlink(missing_ok=True)
                else:
                    former.replace(target)
                    former.unlink(missing_ok=True)  # both were one file: then nothing was renamed
            raise
        self._staged.clear()
        for _, former in undo:
            if former is not None:
                former.unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        missing = [folder, *folder.parents]
        for path in reversed([path for path in missing if not path.exists()]):
            path.mkdir(exist_ok=True)
            self._folders.append(path)


def _keep(target: Path) -> Path | None:
    """Keep a file's content under a hidden name for a rollback; None if there is no file."""
    if not target.exists():
        return None
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    os.close(handle)
    former = Path(name)
    former.unlink()
    try:
        former.hardlink_to(target)
    except OSError:  # a file system without links
        shutil.copy2(target, former)
    return former
