"""ZIP archives: each file in them is read by its own importer, as in a folder."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from policybot.corpus.importers.members import MAX_MEMBERS, read_members, room_of
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_ZIP_BYTES = 200 << 20
MAX_RATIO = 200
"""The highest compression ratio of a file larger than ``_RATIO_FROM`` bytes."""

_RATIO_FROM = 10 << 20
_OFFICE = frozenset(["[Content_Types].xml", "mimetype"])
_UTF8 = 0x800
_LIKELY = re.compile(
    r"[\x20-\u024f\u2010-\u2027\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef]*"
)
"""Plausible file names in UTF-8; a short name in GBK may be valid UTF-8 by chance (通知 is)."""


def read_zip(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read the files of an archive.

    Raises:
        ImportRefusedError: it is not an archive, damaged, encrypted, a zip bomb, or has paths that
            lead outside.
    """
    room = room_of(source, options)
    try:
        package = zipfile.ZipFile(source.path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ImportRefusedError(
            f"{source.path}: is no zip archive, or truncated: {error}"
        ) from None
    with package:
        parts = [part for part in package.infolist() if not part.is_dir()]
        if len(parts) > MAX_MEMBERS:
            raise ImportRefusedError(
                f"{source.path}: packs {len(parts)} files; at most {MAX_MEMBERS} are read"
            )
        if _OFFICE & {part.filename for part in parts}:
            raise ImportRefusedError(
                f"{source.path}: is an office document or a book under another name; rename it"
            )
        room.check(source.path, sum(part.file_size for part in parts))
        for part in parts:
            _check(source, part)
        yield from read_members(source, options, _contents(source, package, parts), room)


def _contents(
    source: SourceFile, package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]
) -> Iterator[tuple[str, bytes]]:
    for part in sorted(parts, key=_name):
        name = _name(part)
        if any(piece.startswith((".", "~$", "__MACOSX")) for piece in PurePosixPath(name).parts):
            continue
        try:
            yield name, package.read(part)
        except Exception as error:  # noqa: BLE001 - zipfile, zlib and lzma raise many kinds
            raise ImportRefusedError(f"{source.path}: is damaged: {name}: {error}") from None


def _check(source: SourceFile, part: zipfile.ZipInfo) -> None:
    name = PurePosixPath(_name(part).replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or (name.parts and ":" in name.parts[0]):
        raise ImportRefusedError(
            f"{source.path}: packs a file outside of itself: {part.filename!r}"
        )
    if stat.S_ISLNK(part.external_attr >> 16):
        raise ImportRefusedError(f"{source.path}: packs a symbolic link: {part.filename!r}")
    if part.flag_bits & 1:
        raise ImportRefusedError(f"{source.path}: is encrypted; save a copy without its password")
    if part.file_size > _RATIO_FROM and part.file_size > MAX_RATIO * max(1, part.compress_size):
        raise ImportRefusedError(
            f"{source.path}: {part.filename!r} unpacks to more than {MAX_RATIO} times its size"
        )


def _name(part: zipfile.ZipInfo) -> str:
    """Return a member's name, decoded as UTF-8 or GBK even if it is not marked as UTF-8."""
    if part.flag_bits & _UTF8:
        return part.filename
    try:
        raw = part.filename.encode("cp437")
    except UnicodeEncodeError:
        return part.filename
    for encoding, likely in (("utf-8", _LIKELY), ("gb18030", None)):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if likely is None or likely.fullmatch(name):
            return name
    return part.filename
