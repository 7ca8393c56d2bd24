"""Find the files to import, and their names under ``sources/``."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from policybot.corpus.files.find import SOURCES
from policybot.corpus.importers.pipeline.kinds import SAVE_AS, kind_of
from policybot.corpus.importers.pipeline.source import Kind
from policybot.errors import ImportRefusedError

_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ufffd\ud800-\udfff\\\\]")


@dataclass
class FileSelection:
    """The files to import, in order, each with the imported folder it is in, if any.

    ``refused`` are paths with the reason; ``left_alone`` counts, by extension, the files in folders
    that no importer reads.
    """

    files: list[tuple[Path, Path | None]] = field(default_factory=list)
    refused: list[tuple[Path, str]] = field(default_factory=list)
    left_alone: Counter[str] = field(default_factory=Counter)


def find_files(paths: list[Path], corpus: Path) -> FileSelection:
    """Return the files of ``paths``; folders are searched recursively.

    In folders, hidden files and Word's lock files (``~$…``) are skipped, symbolic links are refused
    rather than followed, and the corpus itself is left out.
    """
    selection = FileSelection()
    for path in paths:
        if path.is_dir():
            if _inside(path, corpus) is not None and _inside(path, corpus / SOURCES) is None:
                message = f"is in the corpus itself; the originals are in {corpus / SOURCES}"
                selection.refused.append((path, message))
            else:
                _walk(path, corpus, selection)
        else:
            selection.files.append((path, None))
    return selection


def _walk(folder: Path, corpus: Path, selection: FileSelection) -> None:
    def cannot_list(error: OSError) -> None:
        selection.refused.append((Path(error.filename), f"cannot be read: {error.strerror}"))

    resolved_corpus = corpus.resolve()
    for name, folders, files in os.walk(folder, onerror=cannot_list):
        parent = Path(name)
        links = [entry for entry in folders if (parent / entry).is_symlink()]
        folders[:] = sorted(
            entry
            for entry in folders
            if not entry.startswith(".")
            and entry not in links
            and (parent / entry).resolve() != resolved_corpus
        )
        for entry in sorted([*links, *files]):
            path = parent / entry
            if entry.startswith((".", "~$")):
                continue
            if path.is_symlink():
                message = "is a symbolic link; import what it leads to by its own name"
                selection.refused.append((path, message))
            elif kind_of(path) is not None or path.suffix.lower() in SAVE_AS:
                selection.files.append((path, folder))
            else:
                selection.left_alone[path.suffix.lower() or "no ending"] += 1


def check_file(path: Path, kind: Kind) -> int:
    """Return the size of a file in bytes, without opening it.

    Raises:
        ImportRefusedError: it is missing, not a regular file, empty or too large.
    """
    try:
        status = path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ImportRefusedError(f"{path}: is a symbolic link that leads to itself") from None
        if path.is_symlink():
            raise ImportRefusedError(f"{path}: is a symbolic link that leads nowhere") from None
        raise ImportRefusedError(f"{path}: cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        raise ImportRefusedError(f"{path}: is no regular file")
    if not status.st_size:
        raise ImportRefusedError(f"{path}: the file is empty")
    if status.st_size > kind.max_bytes:
        raise ImportRefusedError(
            f"{path}: is {_megabytes(status.st_size)} large; a file of this kind may have "
            f"{_megabytes(kind.max_bytes)}; divide it"
        )
    return status.st_size


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises:
        ImportRefusedError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ImportRefusedError(f"{path}: cannot be read: {error.strerror}") from None


def name_of(path: Path, folder: Path | None, corpus: Path) -> str:
    """Return the name of a file under ``sources/``: a relative POSIX path.

    It is the file's name or, if it was found in an imported ``folder``, its path from that folder
    on. A file in ``sources/`` keeps its name.

    Raises:
        ImportRefusedError: the file is a part of the corpus, or its name has invalid characters.
    """
    inside = _inside(path, corpus / SOURCES)
    if inside is None and _inside(path, corpus) is not None:
        raise ImportRefusedError(
            f"{path}: is in the corpus itself; the originals are in {corpus / SOURCES}"
        )
    if inside is None:
        inside = PurePosixPath(path.name)
        if folder is not None:
            inside = PurePosixPath(folder.resolve().name, *path.relative_to(folder).parts)
    name = str(inside)
    bad = _NO_NAME.search(name)
    if bad:
        shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
        raise ImportRefusedError(
            f"{shown!r}: the name holds the character U+{ord(bad.group()):04X}; rename the file"
        )
    return name


def _inside(path: Path, folder: Path) -> PurePosixPath | None:
    """Return a path relative to a folder, with links resolved; None if it is not inside."""
    try:
        return PurePosixPath(*path.resolve().relative_to(folder.resolve()).parts)
    except (ValueError, OSError, RuntimeError):
        return None


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
