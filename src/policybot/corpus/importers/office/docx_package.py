"""Check that a file is a Word document that is safe to unpack and parse."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from policybot.corpus.importers.office.package import check_zip, declaring
from policybot.corpus.importers.pipeline.source import SourceFile
from policybot.errors import ImportRefusedError

_WHAT = "Word document"


def check_package(source: SourceFile, data: bytes) -> None:
    """Check that a file is a Word document that is safe to unpack.

    Raises:
        ImportRefusedError: it is not.
    """
    check_zip(source.path, data, _WHAT, "a .doc under another name; save it as .docx")
    with zipfile.ZipFile(BytesIO(data)) as package:
        if "[Content_Types].xml" not in package.namelist():
            raise ImportRefusedError(f"{source.path}: is a zip file, but no Word document")


def check_parsed(source: SourceFile, package: Any) -> None:  # noqa: ANN401 (python-docx's)
    """Check that no parsed part of a document declares entities, whatever its encoding or name.

    Raises:
        ImportRefusedError: a part has a DOCTYPE.
    """
    for part in package.iter_parts():
        root = getattr(part, "element", None)
        if root is not None and root.getroottree().docinfo.doctype:
            raise declaring(source.path, str(part.partname).lstrip("/"), _WHAT)
