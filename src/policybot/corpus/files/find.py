"""Find the files of a corpus that hold policies."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

from policybot.corpus.problems import Problem
from policybot.corpus.versions import text_file_of
from policybot.errors import CorpusError

SOURCES = "sources"
"""The folder of the corpus that holds the original documents; it contains no policies."""

ENDINGS = frozenset((".md", ".jsonl"))
"""The file name extensions of policy files."""


def find_policy_files(corpus: Path) -> tuple[list[Path], list[Problem]]:
    """Return the files that hold policies, sorted by path, and problems that hide others.

    Hidden files are skipped (editors make them), and so are files with a version of the policy next
    to them, which are read with it. Problems are unreadable folders, links to folders (which are
    not followed), broken links, and entries that are not regular files.

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
        folder_path = Path(name)
        if folder_path == corpus:
            folders[:] = [folder for folder in folders if folder != SOURCES]
        links = [folder for folder in folders if (folder_path / folder).is_symlink()]
        for entry in (*links, *entries):
            path = folder_path / entry
            if entry.startswith(".") or path == corpus / SOURCES:
                continue
            reason = _why_none(path)
            if reason is not None:
                problems.append(Problem(str(path), 1, reason))
            elif path.suffix in ENDINGS and not _is_version(path, entries):
                files.append(path)
    return sorted(files, key=lambda path: path.as_posix()), problems


def find_version_files(corpus: Path) -> list[Path]:
    """Return the files that hold only the text of a version of a policy, sorted by path."""
    files: list[Path] = []
    for name, folders, entries in os.walk(corpus):
        root = Path(name)
        if root == corpus:
            folders[:] = [folder for folder in folders if folder != SOURCES]
        files += [root / entry for entry in entries if _is_version(root / entry, entries)]
    return sorted(files, key=lambda path: path.as_posix())


def _is_version(path: Path, beside: Collection[str]) -> bool:
    """Return whether a file holds the text of a version, judging by its name."""
    owner = text_file_of(path)
    return owner is not None and not path.name.startswith(".") and owner.name in beside


def _why_none(path: Path) -> str | None:
    """Return why an entry cannot be read as a file; None if it can, or is not a policy file.

    A broken link is reported whatever its name: it may have led to a folder of policies.
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
