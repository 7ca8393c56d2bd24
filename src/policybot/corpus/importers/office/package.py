"""Whether a zip package is safe to unpack: no bomb, no way out of it, no password, no entities."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath

from policybot.errors import ImportRefusedError

MAX_UNPACKED_BYTES = 256 << 20
"""Of all that a package holds, images included."""

MAX_XML_BYTES = 48 << 20
"""Of one XML part, unpacked; its tree takes some ten times as much memory."""

MAX_PARTS = 5000

OLE = b"\xd0\xcf\x11\xe0"
_DECLARED = rb"<!(?:DOCTYPE|ENTITY)"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def check_zip(
    path: Path, data: bytes, what: str, older: str = "", *, doctypes: bool = False
) -> None:
    """Refuse a file that is no zip package, or not one that is safe to unpack.

    Args:
        path: The file, for messages.
        data: Its content.
        what: What it should be, as in "Word document".
        older: What to do with one in the format before it, as in "a .doc under another name; …".
        doctypes: Whether its XML may have a DOCTYPE; entities it never may.

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
    """Return a part of a package that was checked.

    Raises:
        ImportRefusedError: there is no such part.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        try:
            return package.read(name)
        except KeyError:
            raise ImportRefusedError(f"{path}: lacks {name}") from None


def _check_part(
    path: Path, package: zipfile.ZipFile, part: zipfile.ZipInfo, what: str, declared: bytes
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
    # Without its zeros, UTF-16 and UTF-32 declare as UTF-8 does.
    declares = re.search(declared, content.replace(b"\0", b""))
    if part.filename.endswith((".xml", ".rels")) and declares:
        raise declaring(path, part.filename, what)


def declaring(path: Path, name: str, what: str) -> ImportRefusedError:
    """Return the refusal of a part that declares entities."""
    return ImportRefusedError(f"{path}: {name} declares entities, which no {what} does")
