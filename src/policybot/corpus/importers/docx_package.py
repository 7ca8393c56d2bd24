"""Whether a Word document is one, and safe to unpack: no bomb, no way out of it, no entities."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from policybot.corpus.importers.source import SourceFile
from policybot.errors import ImportRefusedError

MAX_UNPACKED_BYTES = 256 << 20
"""Of all that a document packs, images included."""

MAX_XML_BYTES = 48 << 20
"""Of one XML part, unpacked; its tree takes some ten times as much memory."""

MAX_PARTS = 5000


def check_package(source: SourceFile, data: bytes) -> None:
    """Refuse a file that is no Word document, or not one that is safe to unpack.

    Raises:
        ImportRefusedError: it is not.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ImportRefusedError(
                f"{source.path}: is encrypted; save a copy without its password"
            )
        raise ImportRefusedError(f"{source.path}: is a .doc under another name; save it as .docx")
    if not data.startswith(b"PK"):
        raise ImportRefusedError(f"{source.path}: is no Word document; it does not begin as one")
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ImportRefusedError(
            f"{source.path}: is truncated: the directory at its end is missing; get it again"
        ) from None
    with package:
        parts = package.infolist()
        total = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS:
            raise ImportRefusedError(
                f"{source.path}: packs {len(parts)} files; at most {MAX_PARTS} are read"
            )
        largest = max((p.file_size for p in parts if p.filename.endswith(".xml")), default=0)
        for size, most in ((total, MAX_UNPACKED_BYTES), (largest, MAX_XML_BYTES)):
            if size > most:
                raise ImportRefusedError(
                    f"{source.path}: unpacks to {size / 1e6:,.1f} MB; at most {most / 1e6:,.1f} MB "
                    "are read"
                )
        for part in parts:
            _check_part(source, package, part)
        if "[Content_Types].xml" not in package.namelist():
            raise ImportRefusedError(f"{source.path}: is a zip file, but no Word document")


def _check_part(source: SourceFile, package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = PurePosixPath(part.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        raise ImportRefusedError(
            f"{source.path}: packs a file outside of itself: {part.filename!r}"
        )
    if part.flag_bits & 1:
        raise ImportRefusedError(f"{source.path}: is encrypted; save a copy without its password")
    try:
        content = package.read(part)
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and lzma raise many kinds
        raise ImportRefusedError(f"{source.path}: is damaged: {part.filename}: {error}") from None
    # Without its zeros, UTF-16 and UTF-32 declare as UTF-8 does.
    declares = re.search(rb"<!(?:DOCTYPE|ENTITY)", content.replace(b"\0", b""))
    if part.filename.endswith((".xml", ".rels")) and declares:
        raise _declaring(source, part.filename)


def check_parsed(source: SourceFile, package: Any) -> None:  # noqa: ANN401 (python-docx's)
    """Refuse a document of which any part that was parsed declares entities, as only XML knows.

    Raises:
        ImportRefusedError: one does, in whatever encoding and under whatever name.
    """
    for part in package.iter_parts():
        root = getattr(part, "element", None)
        if root is not None and root.getroottree().docinfo.doctype:
            raise _declaring(source, str(part.partname).lstrip("/"))


def _declaring(source: SourceFile, name: str) -> ImportRefusedError:
    return ImportRefusedError(
        f"{source.path}: {name} declares entities, which no Word document does"
    )
