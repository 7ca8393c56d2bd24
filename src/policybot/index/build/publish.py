"""Publishing a generation: the build lock, the staging folder, and the atomic switch."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policybot.errors import IndexLockedError, IndexUnusableError
from policybot.index.format.history import with_history
from policybot.index.format.manifest import (
    CURRENT,
    GENERATIONS,
    Manifest,
    current_generation,
    switch_to,
    sync_folders,
    sync_tree,
    write_manifest,
)
from policybot.index.serve.generation import open_folder

_LOCK = "build.lock"
_STAGING = ".building-"
_KEPT_SECONDS = 600
"""Age at which a generation may be removed: a reader may still be about to open a younger one."""


@contextmanager
def locked(index_path: Path) -> Iterator[None]:
    """Hold the build lock of an index for the block; it is released if the process dies.

    Raises:
        IndexLockedError: another process holds it.
    """
    import filelock

    index_path.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(index_path / _LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise IndexLockedError(
            f"{index_path}: another process is building this index; wait until it is done"
        ) from None
    try:
        yield
    finally:
        lock.release()


def unwritable(index_path: Path, error: Exception) -> IndexUnusableError:
    """Return the error to show when a build could not write, with what to do about it."""
    where = getattr(error, "filename", None) or index_path
    reason = getattr(error, "strerror", None) or error
    return IndexUnusableError(
        f"{where}: cannot be written: {reason}; the index is as it was: run this as a user who may "
        f"write to {index_path}, make room there, or name another folder under [index] path"
    )


@contextmanager
def staging(index_path: Path) -> Iterator[Path]:
    """Create a folder to build a generation in; it is removed after the block.

    Folders left by killed builds are removed first; the lock excludes a build that still runs.
    """
    generations = index_path / GENERATIONS
    generations.mkdir(exist_ok=True)
    for stale in generations.glob(f"{_STAGING}*"):
        shutil.rmtree(stale, ignore_errors=True)
    for path in index_path.glob(f".{CURRENT}-*"):
        path.unlink()
    folder = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{os.getpid()}-", dir=generations))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(index_path: Path, folder: Path, manifest: Manifest) -> str:
    """Make the complete generation in ``folder`` live, atomically and durably; return its name."""
    name = write_manifest(folder, with_history(index_path, folder, manifest))
    sync_tree(folder)
    open_folder(folder, name).close()
    folder.rename(index_path / GENERATIONS / name)
    sync_folders([index_path / GENERATIONS])
    switch_to(index_path, name)
    return name


def kept_generations(index_path: Path) -> list[str]:
    """Return the names of the generations on disk, oldest first, without those being built."""
    folder = index_path / GENERATIONS
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def remove_outdated(index_path: Path) -> None:
    """Remove generations older than ten minutes, which no reader can still be about to open.

    The live one is kept, and the one before it, for ``policybot diff``.
    """
    names = kept_generations(index_path)
    live = current_generation(index_path)
    before = [name for name in names if live and name < live]
    for name in names:
        folder = index_path / GENERATIONS / name
        is_old = time.time() - folder.stat().st_mtime > _KEPT_SECONDS
        if is_old and name not in {live, *before[-1:]}:
            shutil.rmtree(folder, ignore_errors=True)
