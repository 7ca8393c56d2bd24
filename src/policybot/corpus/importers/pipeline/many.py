"""Import files and folders into a corpus; a bad file does not stop the others."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from policybot.corpus.importers.pipeline.holdings import Holdings
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.kinds import KINDS
from policybot.corpus.importers.pipeline.origins import Origins
from policybot.corpus.importers.pipeline.result import Outcome
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.corpus.importers.pipeline.walk import find_files
from policybot.corpus.importers.tables.mapping import read_mapping
from policybot.errors import ImportRefusedError, PolicyBotError


@dataclass(frozen=True, slots=True)
class Imported:
    """The outcome of every file; ``left_alone`` counts, by extension, those no importer reads.

    Of the pages of a web listing, ``known`` counts those that did not change, ``later`` those left
    for another run, and ``unwanted`` those of other sites.
    """

    outcomes: tuple[Outcome, ...]
    left_alone: Counter[str]
    known: int = 0
    later: int = 0
    unwanted: int = 0

    @property
    def policies(self) -> int:
        """How many policies the imported files have in the corpus."""
        return sum(outcome.policies for outcome in self.outcomes)

    def count(self, *statuses: str) -> int:
        """Return how many files have one of these statuses."""
        return sum(outcome.status in statuses for outcome in self.outcomes)


def import_paths(
    paths: list[Path],
    corpus: Path,
    options: ImportOptions | None = None,
    *,
    replace: bool = False,
) -> Imported:
    """Import files, and folders recursively; each file is imported completely or not at all.

    Args:
        paths: Files and folders.
        corpus: The corpus folder, created if needed.
        options: The import options; its ``progress`` is called after each file.
        replace: Whether drafts may overwrite policies imported earlier from the same source.

    Raises:
        ConfigError: the mapping of columns is invalid.
        ImportRefusedError: the folders contain no file that any importer reads.
    """
    options = options or ImportOptions()
    read_mapping(options)  # report a wrong option once, before any file
    files = find_files(paths, corpus)
    if not files.files and not files.refused:
        known = ", ".join(suffix for kind in KINDS for suffix in kind.suffixes)
        names = ", ".join(map(str, paths))
        raise ImportRefusedError(f"{names}: holds no file that is read here; known: {known}")
    outcomes = [_refused(path, why) for path, why in files.refused]
    origins = Origins(corpus)
    holdings = Holdings(corpus, options.progress)
    try:
        for done, (path, folder) in enumerate(files.files, 1):
            outcomes.append(
                _import(path, folder, corpus, options, holdings, origins, replace=replace)
            )
            if options.progress is not None:
                options.progress("files", done, len(files.files))
    finally:
        holdings.close()
        origins.save()
    return Imported(tuple(outcomes), files.left_alone)


def _import(
    path: Path,
    folder: Path | None,
    corpus: Path,
    options: ImportOptions,
    holdings: Holdings,
    origins: Origins,
    *,
    replace: bool,
) -> Outcome:
    try:
        return import_file(
            path,
            corpus,
            options,
            replace=replace,
            holdings=holdings,
            folder=folder,
            origins=origins,
        )
    except PolicyBotError as error:
        return _refused(path, str(error))
    except OSError as error:
        return _refused(path, f"{error.filename or path}: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - a defect met in one file must not stop the others
        reason = f"unexpected {type(error).__name__}: {error}; this is a defect, please report it"
        return _refused(path, reason)


def _refused(path: Path, why: str) -> Outcome:
    """Return the outcome of a refused file; the message does not repeat its name."""
    return dataclasses.replace(Outcome(path, "refused"), why=why.removeprefix(f"{path}: "))
