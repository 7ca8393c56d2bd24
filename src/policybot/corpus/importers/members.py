"""Import the files in a container (an archive, a mail), each with its own importer.

A draft cites the container and names the file in it. Nesting depth, number of files and total
unpacked bytes are limited.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, Room, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_WITHIN = 3
"""The deepest nesting of containers."""

MAX_MEMBERS = 2000
MAX_MEMBERS_BYTES = 512 << 20
"""The most bytes of all files of a container, nested containers included."""

_MAX_NAME_BYTES = 120


def room_of(source: SourceFile, options: ImportOptions) -> Room:
    """Return the number of bytes that may still be unpacked from a container.

    Raises:
        ImportRefusedError: it is nested too deeply.
    """
    if options.within >= MAX_WITHIN:
        raise ImportRefusedError(
            f"{source.path}: is more than {MAX_WITHIN} containers deep; unpack it"
        )
    return options.room or Room(MAX_MEMBERS_BYTES)


def read_members(
    source: SourceFile,
    options: ImportOptions,
    members: Iterable[tuple[str, bytes]],
    room: Room,
    *,
    word: str = "",
    alone: bool = False,
) -> Iterator[Policy | Report]:
    """Read the files of a container; a refused one is reported and the others are still read.

    Args:
        source: The container.
        options: The import options.
        members: The name and content of each file.
        room: The bytes that may still be unpacked; reduced by each file.
        word: A prefix for the names of members, as in "attachment ".
        alone: Whether it is no error if no member can be imported.

    Raises:
        ImportRefusedError: none of them can be read, or they are too many or too large.
    """
    from policybot.corpus.importers.pipeline.kinds import kind_of

    inner = dataclasses.replace(options, within=options.within + 1, room=room, progress=None)
    left_alone: Counter[str] = Counter()
    drafts, refused = 0, ""
    with tempfile.TemporaryDirectory(prefix="policybot-") as folder:
        for count, (name, data) in enumerate(members, 1):
            if count > MAX_MEMBERS:
                raise ImportRefusedError(
                    f"{source.path}: holds more than {MAX_MEMBERS} files; unpack it"
                )
            room.take(source.path, len(data))
            place = Path(folder) / str(count)
            place.mkdir()
            path = place / _file_name(name)
            path.write_bytes(data)
            kind = kind_of(path)
            if kind is None:
                left_alone[path.suffix.lower() or "no ending"] += 1
            elif not data.strip():
                yield Report(source.name, 0, "skipped", f"{name}: the file is empty")
            elif len(data) > kind.max_bytes:
                yield Report(source.name, 0, "skipped", f"{name}: is too large for its kind")
            else:
                part = SourceFile(path, source.name, len(data), source.sha256)
                try:
                    items = list(kind.read(part, inner))  # all of a file, or nothing of it
                except ImportRefusedError as error:
                    cause = str(error).replace(f"{path}: ", "").replace(str(path), name)
                    refused = refused or f"; {name}: {cause}"
                    yield Report(source.name, 0, "skipped", f"{name}: {cause}")
                else:
                    drafts += sum(isinstance(item, Policy) for item in items)
                    for item in items:
                        yield _placed(item, source, f"{word}{name}")
            path.unlink()
    kinds = ", ".join(f"{number} {suffix}" for suffix, number in left_alone.most_common())
    if left_alone:
        yield Report(source.name, 0, "left out", f"files that no importer reads: {kinds}")
    if not drafts and not alone:
        reason = refused or (f"; it holds {kinds}" if kinds else "")
        raise ImportRefusedError(f"{source.path}: holds no file that is read here{reason}")


def _placed(item: Policy | Report, source: SourceFile, name: str) -> Policy | Report:
    """Return a draft or report that cites the container and the file in it."""
    plain = " ".join(name.split())
    if isinstance(item, Report):
        line = f"line {item.line}: " if item.line else ""
        return dataclasses.replace(
            item, file=source.name, line=0, message=f"{plain}: {line}{item.message}"
        )
    lines = item.source.lines if item.source else None
    place = f"{plain}, {lines}" if lines else plain
    pages = item.source.pages if item.source else ()
    return dataclasses.replace(item, source=dataclasses.replace(source.cite(place), pages=pages))


def _file_name(name: str) -> str:
    """Return the last component of a name as a valid file name on any file system."""
    plain = PurePosixPath(name.replace("\\", "/")).name or "file"
    plain = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in plain)
    stem, dot, suffix = plain.rpartition(".")
    if not dot:
        stem, suffix = plain, ""
    cut = stem.encode("utf-8", "replace")[:_MAX_NAME_BYTES].decode("utf-8", "ignore").lstrip(".")
    return f"{cut or 'file'}{dot}{suffix[:12]}"
