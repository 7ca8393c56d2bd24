"""Import documents in older office formats (.doc, .wps, .ppt, .xls), through LibreOffice.

LibreOffice runs in a process and a profile of its own, with limits on time, memory and output size;
macros, active content and external links are disabled. The converted file is imported like any
document of its kind.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from policybot.corpus.importers.html.document import read_html
from policybot.corpus.importers.mail import read_web_archive
from policybot.corpus.importers.office.docx import read_docx
from policybot.corpus.importers.office.package import OLE
from policybot.corpus.importers.office.rtf import read_rtf
from policybot.corpus.importers.office.slides import read_pptx
from policybot.corpus.importers.pipeline.apart import read_apart
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, Read, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_OFFICE_BYTES = 100 << 20
MAX_SECONDS = 180
"""The most seconds for one conversion, of wall clock and of processor time."""

MAX_MEMORY = 6 << 30
"""The most bytes of address space; LibreOffice uses a tenth of it."""

_MAX_WRITTEN = 512 << 20
_FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "pptx": "pptx:Impress MS PowerPoint 2007 XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
}
_PACKAGES = {
    "docx": "libreoffice-writer",
    "pptx": "libreoffice-impress",
    "xlsx": "libreoffice-calc",
}
_BEGINNINGS = (OLE, b"<?xml", b"\xdb\xa5-", b"1\xbe\x00\x00", b"\xfe7\x00")
"""First bytes of OLE files, Office 2003 XML, Word 2 and Word for DOS."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""
_NOWHERE = "http://127.0.0.1:9"
"""The address of a proxy that does not exist, so that LibreOffice cannot fetch anything."""


def read_doc(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a text document in an older format; a .doc may also be a web page, RTF or .docx.

    Raises:
        ImportRefusedError: LibreOffice is not installed or cannot read it, or it has no text.
    """
    with source.path.open("rb") as stream:
        beginning = stream.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning.startswith(b"PK"):
        yield from read_apart(read_docx, source, options)
    elif beginning.startswith(b"{\\rtf"):
        yield from read_apart(read_rtf, source, options)
    elif beginning[:1] == b"<" and b"<html" in beginning.lower():
        yield from read_apart(read_html, source, options)
    elif beginning.lower().startswith((b"mime-version:", b"from: <saved by")):
        yield from read_apart(read_web_archive, source, options)
    else:
        _refuse_others(source, beginning)
        yield from _converted(source, options, "docx", read_docx)


def read_ppt(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a presentation in an older format.

    Raises:
        ImportRefusedError: LibreOffice is not installed, cannot read it, or it holds no text.
    """
    with source.path.open("rb") as stream:
        beginning = stream.read(1024)
    if beginning.startswith(b"PK"):
        yield from read_apart(read_pptx, source, options)
    else:
        _refuse_others(source, beginning)
        yield from _converted(source, options, "pptx", read_pptx)


def _refuse_others(source: SourceFile, beginning: bytes) -> None:
    """Refuse a file without the first bytes of a document: LibreOffice takes anything for text."""
    if not beginning.startswith(_BEGINNINGS):
        raise ImportRefusedError(
            f"{source.path}: is no {source.path.suffix.lower()} file; its content is of another "
            "kind"
        )


def _converted(
    source: SourceFile, options: ImportOptions, kind: str, read: Read
) -> Iterator[Policy | Report]:
    with converted(source.path, kind) as path:
        yield Report(source.name, 0, "read as", f"{kind} that LibreOffice made of it")
        made = dataclasses.replace(source, path=path)
        try:
            yield from read_apart(read, made, options)
        except ImportRefusedError as error:
            raise ImportRefusedError(str(error).replace(str(path), str(source.path))) from None


@contextmanager
def converted(path: Path, kind: str) -> Iterator[Path]:
    """Convert a file with LibreOffice to docx, pptx or xlsx; yields a temporary file's path.

    Raises:
        ImportRefusedError: LibreOffice is not installed or cannot read the file.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    suffix = path.suffix.lower()
    with path.open("rb") as stream:
        data = stream.read()
    if data.startswith(OLE) and _ENCRYPTED in data:
        raise ImportRefusedError(f"{path}: is encrypted; save a copy without its password")
    if program is None:
        raise ImportRefusedError(
            f"{path}: {suffix} files are read through LibreOffice, which is not installed; "
            f"install {_PACKAGES[kind]}, or save it as .{kind}"
        )
    with tempfile.TemporaryDirectory(prefix="policybot-") as folder:
        folder_path = Path(folder)
        (folder_path / "profile" / "user").mkdir(parents=True)
        settings = folder_path / "profile" / "user" / "registrymodifications.xcu"
        settings.write_text(_SETTINGS, encoding="utf-8")
        original = folder_path / f"{path.stem[:60].lstrip('-.') or 'document'}{suffix}"
        original.write_bytes(data)
        errors = _run(path, program, folder_path, original, kind)
        result = folder_path / "made" / f"{original.stem}.{kind}"
        if not result.is_file():
            reason = f": {errors}" if errors else ""
            raise ImportRefusedError(
                f"{path}: LibreOffice cannot read it; it is damaged, protected by a password, or "
                f"of another kind{reason}"
            )
        yield result


def _run(path: Path, program: str, place: Path, given: Path, kind: str) -> str:
    command = [
        program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless",
        "--norestore", "--nolockcheck", "--nologo", "--nodefault", "--convert-to", _FILTERS[kind],
        "--outdir", str(place / "made"), str(given),
    ]  # fmt: skip
    environment = {
        "HOME": str(place),
        "TMPDIR": str(place),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        **dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), _NOWHERE),
    }
    with subprocess.Popen(  # noqa: S603 - the program is LibreOffice, the name is our own
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_limits(),  # noqa: PLW1509 - it calls setrlimit alone
    ) as process:
        try:
            _, errors = process.communicate(timeout=MAX_SECONDS)
        except subprocess.TimeoutExpired:
            raise ImportRefusedError(
                f"{path}: LibreOffice took more than {MAX_SECONDS} s for it"
            ) from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    return " ".join(errors.decode("utf-8", "replace").split())[:160] if process.returncode else ""


def _limits() -> Callable[[], None]:
    limits = (
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_FSIZE, _MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    )

    def limit() -> None:
        for resource_id, most in limits:
            resource.setrlimit(resource_id, (most, most))

    return limit
