"""Where generations are kept: in files below ``embeddings/``, or on a Milvus server."""

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
    """Where generations are kept. Any method may raise UnavailableError where that is a server."""

    @property
    def place(self) -> str:
        """Where that is, as a person is told; it holds no secret."""

    def current(self) -> str | None:
        """Return the name of the live generation, or None when nothing has been indexed yet.

        Raises:
            IndexDamagedError: what says so cannot be read.
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
        """Check everything of the live generation but its texts; raises as :meth:`manifest` does.

        The texts are checked whenever they are fetched.
        """

    def kept(self) -> list[str]:
        """Return the names of the generations there are, the oldest first."""

    def held(self) -> AbstractContextManager[None]:
        """Be the one builder for the block, beside the lock on ``embeddings/``.

        Raises:
            IndexLockedError: another one is at work.
        """

    def open_files(self, scratch: Path, name: str | None = None) -> FileGeneration:
        """Open a generation, by default the live one, as files that are whole.

        ``scratch`` is a folder for them where they are not files already; raises as
        :meth:`manifest` does.
        """

    def follow(self, task: Task, staged: Path) -> BuildReport | Iterable[Policy]:
        """Index by writing what changed alone, where that is how generations are kept.

        Returns the policies, to be indexed whole, where it is not, or too much has changed.
        ``staged`` is a folder for what is not kept.
        """

    def publish(self, folder: Path, manifest: Manifest) -> str:
        """Make the whole generation in ``folder`` the live one, durably, and return its name."""

    def recalibrate(self, fit: Callable[[Generation], Calibration]) -> str:
        """Fit the live generation's calibration anew, switch to it, and return its name.

        ``fit`` is given the index with the default calibration. Nothing is embedded, and everything
        but the calibration is shared with the generation before.

        Raises:
            IndexLockedError: another process is building.
            IndexUnusableError: there is no index, it is damaged, or it cannot be written.
        """

    def remove_outdated(self) -> None:
        """Remove generations that nobody can be about to open any more.

        The live one stays, and the one before it, which tells what an indexing changed.
        """


def store_of(config: IndexConfig) -> GenerationStore:
    """Return where the configured index is kept; nothing is opened yet.

    Raises:
        ConfigError: the uri cannot be used, or the extra that it needs is not installed.
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
        """Return the name that the file ``CURRENT`` holds."""
        return current_generation(self._path)

    def manifest(self) -> Manifest:
        """Return the manifest of the live generation."""
        name, folder = live_generation(self._path)
        return read_manifest(folder, name)

    def open(self) -> Generation:
        """Open the live generation by mapping its files."""
        from policybot.index.serve.generation import open_generation

        return open_generation(self._path)

    def verify(self) -> None:
        """Check every byte of the live generation."""
        from policybot.index.serve.generation import verify_generation

        verify_generation(self._path)

    def kept(self) -> list[str]:
        """Return the names of the folders of generations; staged ones are none."""
        from policybot.index.build.publish import kept_generations

        return kept_generations(self._path)

    def held(self) -> AbstractContextManager[None]:
        """Ask nothing more: the lock on the folder is enough."""
        return contextlib.nullcontext()

    def open_files(self, scratch: Path, name: str | None = None) -> FileGeneration:  # noqa: ARG002
        """Open a generation where it is, every byte of it checked."""
        from policybot.index.serve.generation import FileGeneration

        live, folder = live_generation(self._path)
        name, folder = name or live, folder.parent / (name or live)
        manifest = read_manifest(folder, name)
        check_files(folder, manifest, contents_up_to=None)
        return FileGeneration(folder, name, manifest)

    def follow(self, task: Task, staged: Path) -> Iterable[Policy]:  # noqa: ARG002
        """Leave it to be indexed whole: what is unchanged is copied from file to file."""
        return task.policies

    def publish(self, folder: Path, manifest: Manifest) -> str:
        """Move the folder beside the others, and switch to it."""
        from policybot.index.build.publish import publish

        return publish(self._path, folder, manifest)

    def recalibrate(self, fit: Callable[[Generation], Calibration]) -> str:
        """Make a generation whose other files are hard links to those of the one before."""
        from policybot.index.build.recalibrate import recalibrate_index

        return recalibrate_index(self._path, fit)

    def remove_outdated(self) -> None:
        """Remove the folders of outdated generations."""
        from policybot.index.build.publish import remove_outdated

        remove_outdated(self._path)
