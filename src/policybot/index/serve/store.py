"""Stores of generations: files below ``embeddings/``, or a Milvus server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from policybot.config import IndexConfig
from policybot.index.format.calibration import Calibration
from policybot.index.format.manifest import (
    Manifest,
    check_files,
    current_generation,
    live_generation,
    read_manifest,
)
from policybot.index.serve.interface import Generation

if TYPE_CHECKING:
    from policybot.index.build.build import BuildReport, Task
    from policybot.index.serve.generation import FileGeneration
    from policybot.model import Policy


class GenerationStore(Protocol):
    """A place where generations are kept; with a server, any method may raise UnavailableError."""

    @property
    def place(self) -> str:
        """The location, for messages; it holds no secret."""

    def current(self) -> str | None:
        """Return the name of the live generation, or None when nothing has been indexed yet.

        Raises:
            IndexDamagedError: the pointer to it cannot be read.
        """

    def manifest(self) -> Manifest:
        """Return the manifest of the live generation.

        Raises:
            NoIndexError: nothing has been indexed yet.
            IndexDamagedError: it is missing or altered.
            IndexMismatchError: the index has another schema.
        """

    def open(self) -> Generation:
        """Open the live generation; raises as :meth:`manifest` does."""

    def verify(self) -> None:
        """Verify the checksums of the live generation; raises as :meth:`manifest` does.

        On a server, texts are left out: each is verified whenever it is fetched.
        """

    def kept(self) -> list[str]:
        """Return the names of the stored generations, oldest first."""

    def held(self) -> AbstractContextManager[None]:
        """Prepare the store for a build and hold it for the block.

        The caller holds the lock on ``embeddings/``, which excludes other builds on this machine.
        """

    def open_files(self, scratch: Path, name: str | None = None) -> FileGeneration:
        """Open a generation, by default the live one, as files with verified checksums.

        A server's generation is downloaded into the folder ``scratch``. Raises as :meth:`manifest`
        does.
        """

    def follow(self, task: Task, staged: Path) -> BuildReport | Iterable[Policy]:
        """Build by writing only the differences from the live generation, if the store can.

        Returns the policies, for a complete build, if it cannot or too much has changed.
        ``staged`` is a folder for temporary files.
        """

    def publish(self, folder: Path, manifest: Manifest) -> str:
        """Make the complete generation in ``folder`` live, atomically; return its name."""

    def recalibrate(self, fit: Callable[[Generation], Calibration]) -> str:
        """Fit the live generation's calibration anew, switch to it, and return the new name.

        ``fit`` is called with the index at the default calibration. Nothing is embedded; the new
        generation shares everything but the calibration with the previous one.

        Raises:
            IndexLockedError: another process is building.
            IndexUnusableError: there is no index, it is damaged, or it cannot be written.
        """

    def remove_outdated(self) -> None:
        """Remove generations so old that no reader can still be about to open them.

        The live one is kept, and the one before it, for ``policybot diff``.
        """


def store_of(config: IndexConfig) -> GenerationStore:
    """Return the store of the configured index; nothing is opened or connected yet.

    Raises:
        ConfigError: the URI is invalid, or the extra that it needs is not installed.
    """
    if config.backend == "milvus":
        from policybot.backends.milvus.store import MilvusStore

        return MilvusStore(config)
    return FolderStore(config.path)


class FolderStore:
    """Generations in files below ``path`` (``embeddings/``)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._path)

    def current(self) -> str | None:
        """Return the name in the file ``CURRENT``."""
        return current_generation(self._path)

    def manifest(self) -> Manifest:
        """Return the manifest of the live generation."""
        name, folder = live_generation(self._path)
        return read_manifest(folder, name)

    def open(self) -> Generation:
        """Open the live generation by memory-mapping its files."""
        from policybot.index.serve.generation import open_generation

        return open_generation(self._path)

    def verify(self) -> None:
        """Verify the SHA-256 of every file of the live generation."""
        from policybot.index.serve.generation import verify_generation

        verify_generation(self._path)

    def kept(self) -> list[str]:
        """Return the names of the generations' folders, without those being built."""
        from policybot.index.build.publish import kept_generations

        return kept_generations(self._path)

    def held(self) -> AbstractContextManager[None]:
        """Do nothing: the lock on the folder is enough."""
        return contextlib.nullcontext()

    def open_files(self, scratch: Path, name: str | None = None) -> FileGeneration:  # noqa: ARG002
        """Open a generation in place, with the SHA-256 of every file verified."""
        from policybot.index.serve.generation import FileGeneration

        live, folder = live_generation(self._path)
        name, folder = name or live, folder.parent / (name or live)
        manifest = read_manifest(folder, name)
        check_files(folder, manifest, contents_up_to=None)
        return FileGeneration(folder, name, manifest)

    def follow(self, task: Task, staged: Path) -> Iterable[Policy]:  # noqa: ARG002
        """Return the policies: a complete build copies unchanged data from file to file."""
        return task.policies

    def publish(self, folder: Path, manifest: Manifest) -> str:
        """Rename the folder into place, and switch to it."""
        from policybot.index.build.publish import publish

        return publish(self._path, folder, manifest)

    def recalibrate(self, fit: Callable[[Generation], Calibration]) -> str:
        """Build a generation whose other files are hard links to those of the live one."""
        from policybot.index.build.recalibrate import recalibrate_index

        return recalibrate_index(self._path, fit)

    def remove_outdated(self) -> None:
        """Remove the folders of outdated generations."""
        from policybot.index.build.publish import remove_outdated

        remove_outdated(self._path)
