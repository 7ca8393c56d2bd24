"""Check that a zip package is safe: no zip bomb, no outside paths, no password, no entities."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath

from policybot.errors import ImportRefusedError

MAX_UNPACKED_BYTES = 256 << 20
"""The most bytes of a whole package, images included."""

MAX_XML_BYTES = 48 << 20
"""The most bytes of one XML part, unpacked; its tree takes about ten times as much memory."""

MAX_PARTS = 5000

OLE = b"\xd0\xcf\x11\xe0"
_DECLARED = rb"<!(?:DOCTYPE|ENTITY)"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_zip(
    path: Path, data: bytes, what: str, older: str = "", *, doctypes: bool = False
) -> None:
    """Check that a file is a zip package that is safe to unpack.

    Args:
        path: The file, for messages.
        data: Its content.
        what: What it should be, as in "Word document".
        older: The message for a file in the older format, as in "a .doc under another name; …".
        doctypes: Whether its XML may have a DOCTYPE; entities are never allowed.

    Raises:
        ImportRefusedError: it is not.
    """
    if data.startswith(OLE):
        if _ENCRYPTED in data:
            raise ImportRefusedError(f"{path}: is encrypted; save a copy without its password")
        if older:
            raise ImportRefusedError(f"{path}: is {older}")
    if not data.startswith(b"PK"):
        raise ImportRefusedError(f"{path}: is no {what}; it does not begin as one")
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ImportRefusedError(
            f"{path}: is truncated: the directory at its end is missing; get it again"
        ) from None
    with package:
        parts = package.infolist()
        if len(parts) > MAX_PARTS:
            raise ImportRefusedError(
                f"{path}: packs {len(parts)} files; at most {MAX_PARTS} are read"
            )
        total = sum(part.file_size for part in parts)
        largest = max((p.file_size for p in parts if p.filename.endswith(".xml")), default=0)
        for size, most in ((total, MAX_UNPACKED_BYTES), (largest, MAX_XML_BYTES)):
            if size > most:
                raise ImportRefusedError(
                    f"{path}: unpacks to {size / 1e6:,.1f} MB; at most {most / 1e6:,.1f} MB "
                    "are read"
                )
        for part in parts:
            _check_part(path, package, part, what, rb"<!ENTITY" if doctypes else _DECLARED)


def read_part(path: Path, data: bytes, name: str) -> bytes:
    """Return a part of a checked package, unpacked.

    Raises:
        ImportRefusedError: there is no such part.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        try:
            return package.read(name)
        except KeyError:
            raise ImportRefusedError(f"{path}: lacks {name}") from None


def _check_part(
    path: Path, package: zipfile.ZipFile, part: zipfile.ZipInfo, kind: str, declared: bytes
) -> None:
    name = PurePosixPath(part.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        raise ImportRefusedError(f"{path}: packs a file outside of itself: {part.filename!r}")
    if part.flag_bits & 1:
        raise ImportRefusedError(f"{path}: is encrypted; save a copy without its password")
    try:
        content = package.read(part)
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and lzma raise many kinds
        raise ImportRefusedError(f"{path}: is damaged: {part.filename}: {error}") from None
    # Without zero bytes, a declaration in UTF-16 or UTF-32 looks as in UTF-8.
    declares = re.search(declared, content.replace(b"\0", b""))
    if part.filename.endswith((".xml", ".rels")) and declares:
        raise declaring(path, part.filename, kind)


def declaring(path: Path, name: str, kind: str) -> ImportRefusedError:
    """Return the error for a part that declares entities."""
    return ImportRefusedError(f"{path}: {name} declares entities, which no {kind} does")
