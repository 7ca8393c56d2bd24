"""The files of a corpus that hold policies, and what keeps some of them from being found."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from policybot.corpus.problems import Problem
from policybot.corpus.versions import text_file_of
from policybot.errors import CorpusError

SOURCES = "sources"
"""The folder of the corpus that holds originals, and no policies."""

ENDINGS = frozenset((".md", ".jsonl"))
"""What the names of files end in that hold policies."""


def find_policy_files(corpus: Path) -> tuple[list[Path], list[Problem]]:
    """Return the files that hold policies, sorted by path, and what hides others.

    Hidden files are an editor's own, and files that hold a version of the policy in the file beside
    them are read with that. Problems are folders that cannot be read, links to folders
    (which are not followed), links that lead nowhere, and files that are none.

    Raises:
        CorpusError: there is no such folder.
    """
    if not corpus.is_dir():
        raise CorpusError(
            f"{corpus} is no folder: there is no corpus; set [corpus] path, or import a file"
        )
    files: list[Path] = []
    problems: list[Problem] = []

    def cannot_list(error: OSError) -> None:
        message = f"the folder cannot be read: {error.strerror}; its policies would be missing"
        problems.append(Problem(error.filename, 1, message))

    for name, folders, entries in os.walk(corpus, onerror=cannot_list):
        here = Path(name)
        if here == corpus:
            folders[:] = [folder for folder in folders if folder != SOURCES]
        links = [folder for folder in folders if (here / folder).is_symlink()]
        for entry in (*links, *entries):
            path = here / entry
            if entry.startswith(".") or path == corpus / SOURCES:
                continue
            why = _why_none(path)
            if why is not None:
                problems.append(Problem(str(path), 1, why))
            elif path.suffix in ENDINGS and not _is_version(path, entries):
                files.append(path)
    return sorted(files, key=lambda path: path.as_posix()), problems


def find_version_files(corpus: Path) -> list[Path]:
    """Return the files that hold nothing but a version of a policy, sorted by path."""
    found: list[Path] = []
    for name, folders, entries in os.walk(corpus):
        here = Path(name)
        if here == corpus:
            folders[:] = [folder for folder in folders if folder != SOURCES]
        found += [here / one for one in entries if _is_version(here / one, entries)]
    return sorted(found, key=lambda path: path.as_posix())


def _is_version(path: Path, beside: Collection[str]) -> bool:
    """Tell the text of a version, by its name, from a file that holds a policy."""
    owner = text_file_of(path)
    return owner is not None and not path.name.startswith(".") and owner.name in beside


def _why_none(path: Path) -> str | None:
    """Say why an entry of a folder cannot be read as a file; None when it can, or is none of ours.

    A link that leads nowhere may have led to a folder of policies, whatever its name.
    """
    link = path.is_symlink()
    if not link and path.suffix not in ENDINGS:
        return None
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        # Gone since it was listed, unless it is a link.
        return "is a link that leads nowhere; delete it, or mend it" if link else None
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISDIR(mode):
        return (
            "is a link to a folder, which is not followed: its policies would be missing; put the "
            "folder itself here, or delete the link"
        )
    if not stat.S_ISREG(mode) and path.suffix in ENDINGS:
        return "is no regular file"
    return None
