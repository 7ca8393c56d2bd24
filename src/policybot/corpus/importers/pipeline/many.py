"""Files and folders of them into the corpus: one bad file does not stop the others."""

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
    """What became of every file; ``left_alone`` counts, by ending, those no importer reads.

    Of pages that a list on the web names, ``known`` counts those that did not change, ``later``
    those left for another run, and ``unwanted`` those of other sites.
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
        """Return how many files ended so."""
        return sum(outcome.status in statuses for outcome in self.outcomes)


def import_paths(
    paths: list[Path],
    corpus: Path,
    options: ImportOptions | None = None,
    *,
    replace: bool = False,
) -> Imported:
    """Import files, and folders with all that is in them; each file whole or not at all.

    Args:
        paths: Files and folders.
        corpus: The corpus folder, made if need be.
        options: What a person said about the files; its ``progress`` is told of each file.
        replace: Whether drafts may overwrite what the same source gave before.

    Raises:
        ConfigError: the mapping of columns is wrong in itself.
        ImportRefusedError: the folders hold no file that any importer reads.
    """
    options = options or ImportOptions()
    read_mapping(options)  # a wrong option is told once, before any file
    found = find_files(paths, corpus)
    if not found.files and not found.refused:
        known = ", ".join(suffix for kind in KINDS for suffix in kind.suffixes)
        names = ", ".join(map(str, paths))
        raise ImportRefusedError(f"{names}: holds no file that is read here; known: {known}")
    outcomes = [_refused(path, why) for path, why in found.refused]
    origins = Origins(corpus)
    holdings = Holdings(corpus, options.progress)
    try:
        for done, (path, folder) in enumerate(found.files, 1):
            outcomes.append(
                _import(path, folder, corpus, options, holdings, origins, replace=replace)
            )
            if options.progress is not None:
                options.progress("files", done, len(found.files))
    finally:
        holdings.close()
        origins.save()
    return Imported(tuple(outcomes), found.left_alone)


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
        what = f"unexpected {type(error).__name__}: {error}; this is a defect, please report it"
        return _refused(path, what)


def _refused(path: Path, why: str) -> Outcome:
    """Return the outcome of a refused file; its name is not said twice."""
    return dataclasses.replace(Outcome(path, "refused"), why=why.removeprefix(f"{path}: "))
