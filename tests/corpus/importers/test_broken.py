"""A folder of deliberately broken files: the exact line each gets, and nothing of it imported."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from policybot.corpus.importers.office.package import MAX_PARTS
from policybot.corpus.importers.pdf.recognition import ADVICE
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.many import import_paths
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.errors import ImportRefusedError
from tests.corpus.importers.samples import DRAWING, page, pdf, stream, with_part, word

pytestmark = pytest.mark.usefixtures("no_ocr")

PLAN = pdf([page("A plan.")])
DOCUMENT = word()


FILES = Path(__file__).parent / "files"


def form_bomb() -> bytes:
    """Each form draws the next ten times: a million pages of text from a kilobyte."""
    head = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length %d /Resources << /Font << /F1 "
    )
    head += b"3 0 R >> /XObject << /X %d 0 R >> >>"
    text = b"BT /F1 12 Tf (A) Tj ET"
    forms = [stream(b"/X Do " * 100, head % (600, at + 1)) for at in range(4, 8)]
    forms.append(stream(text, head % (len(text), 8)))
    return pdf([b"/X4 Do"], more=forms)


def zip_bomb(size: int, name: str = "word/media/image1.png", declared: int | None = None) -> bytes:
    """Return a document with a part of zeros; its directory says that it has ``declared``."""
    out = io.BytesIO(DOCUMENT)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(size))
    data = bytearray(out.getvalue())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (declared or size).to_bytes(4, "little")
    return bytes(data)


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(MAX_PARTS + 1):
            archive.writestr(str(number), b"")
    return out.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(DOCUMENT)
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def renamed_part() -> bytes:
    """Return a Word document whose text is in a part that is not called .xml."""
    document = with_part(DOCUMENT, "word/document.dat", OUTSIDE)
    for name in ("[Content_Types].xml", "_rels/.rels"):
        with zipfile.ZipFile(io.BytesIO(document)) as package:
            content = package.read(name)
        document = with_part(document, name, content.replace(b"document.xml", b"document.dat"))
    return document


def flipped(data: bytes, mark: bytes, offset: int) -> bytes:
    """Return the file with one byte of a packed part changed."""
    broken = bytearray(data)
    broken[broken.index(mark) + offset] ^= 0xFF
    return bytes(broken)


ITSELF = b"<< /Type /XObject /Subtype /Form /Length 6 /Resources << /XObject << /X4 4 0 R >> >>"
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    b"<w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)
OUTSIDE = ENTITIES.replace(b'"aaaaaaaaaa"', b'SYSTEM "file:///etc/passwd"')
DOCUMENT_XML = "word/document.xml"
DECLARES = "word/document.xml declares entities, which no Word document does"
NOT_A_WORD = b'<w:document xmlns:w="x"><w:body>'
DEEP = b"<div>" * 300 + b"x"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

BROKEN: dict[str, tuple[str, Callable[[], bytes] | bytes, str]] = {
    "empty": ("a.pdf", b"", "the file is empty"),
    "blank text": ("a.txt", b" \n\n", "the file is empty"),
    "blank Markdown": ("a.md", b"\xef\xbb\xbf", "the file is empty"),
    "blank page": ("a.html", b"\n", "the file is empty"),
    "NUL in a text": ("a.txt", b"A plan.\nB\x00\n", "the character U+0000 is no text"),
    "replacement character": ("a.txt", "A pl\ufffdn.".encode(), "the character U+FFFD is no text"),
    "binary called text": (
        "a.txt",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        (
            "byte 0x89 is not UTF-8, and the file is neither UTF-16, GB18030 nor Big5; save it as "
            "UTF-8"
        ),
    ),
    "heading only": ("a.md", b"# A plan\n", "holds no text below its title"),
    "unknown ending": ("a.xyz", b"x", "no importer reads this kind of file; known: "),
    "another archive": ("a.rar", DOCUMENT, "no importer reads .rar files; unpack it"),
    "Word as archive": (
        "a.zip",
        DOCUMENT,
        "is an office document or a book under another name; rename it",
    ),
    "text called PDF": ("a.pdf", b"A plan.", "is no PDF; it does not begin as one"),
    "truncated PDF": (
        "a.pdf",
        PLAN[: len(PLAN) // 2],
        "is truncated: the mark at the end of a PDF is missing; get it again",
    ),
    "PDF with its end but no middle": (
        "a.pdf",
        PLAN[:60] + PLAN[-60:],
        "is a damaged PDF: no page of it can be found",
    ),
    "encrypted PDF": (
        "a.pdf",
        (FILES / "password.pdf").read_bytes(),
        "is encrypted; save a copy without its password",
    ),
    "scanned PDF": (
        "a.pdf",
        pdf([DRAWING, DRAWING]),
        f"none of its 2 pages has a text layer; {ADVICE}",
    ),
    "PDF without pages": ("a.pdf", pdf([]), "is a damaged PDF: no page of it can be found"),
    "PDF of blank pages": ("a.pdf", pdf([b""]), "none of its 1 pages has any text"),
    "PDF that unpacks to nothing": (
        "a.pdf",
        pdf([b" " * (17 << 20)], packed=True),
        "none of its 1 pages has any text",
    ),
    "forms that draw each other": (
        "a.pdf",
        pdf([b"/X4 Do"], more=[stream(b"/X4 Do", ITSELF)]),
        f"none of its 1 pages has a text layer; {ADVICE}",
    ),
    "text called Word": ("a.docx", b"A plan.", "is no Word document; it does not begin as one"),
    ".doc called .docx": ("a.docx", OLE, "is a .doc under another name; save it as .docx"),
    "encrypted Word": (
        "a.docx",
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "is encrypted; save a copy without its password",
    ),
    "encrypted zip": ("a.docx", encrypted_zip, "is encrypted; save a copy without its password"),
    "truncated Word": (
        "a.docx",
        DOCUMENT[:-100],
        "is truncated: the directory at its end is missing; get it again",
    ),
    "Word with a flipped byte": (
        "a.docx",
        flipped(DOCUMENT, b"word/document.xml", 60),
        "is damaged: word/document.xml: ",
    ),
    "zip bomb": (
        "a.docx",
        zip_bomb(1, declared=300 << 20),
        "MB; at most 268.4 MB are read",
    ),
    "XML bomb": (
        "a.docx",
        zip_bomb(1, "word/more.xml", 60 << 20),
        "unpacks to 62.9 MB; at most 50.3 MB are read",
    ),
    "zip that lies of its size": (
        "a.docx",
        zip_bomb(4 << 20, declared=1),
        "is damaged: word/media/image1.png: Bad CRC-32 for file 'word/media/image1.png'",
    ),
    "zip of too many files": ("a.docx", many_parts, "packs 5001 files; at most 5000 are read"),
    "zip that is no Word": (
        "a.docx",
        lambda: with_part(zip_of("a.txt"), "b.txt", b""),
        "is a zip file, but no Word document",
    ),
    "zip with a way out": (
        "a.docx",
        lambda: with_part(DOCUMENT, "../../etc/cron.d/x", b"x"),
        "packs a file outside of itself: '../../etc/cron.d/x'",
    ),
    "zip with a way out for Windows": (
        "a.docx",
        lambda: with_part(DOCUMENT, "..\\..\\x", b"x"),
        "packs a file outside of itself: ",
    ),
    "entity bomb": (
        "a.docx",
        lambda: with_part(DOCUMENT, "word/document.xml", ENTITIES),
        "word/document.xml declares entities, which no Word document does",
    ),
    "entity that reads a file": (
        "a.docx",
        lambda: with_part(DOCUMENT, "word/document.xml", OUTSIDE),
        "word/document.xml declares entities, which no Word document does",
    ),
    **{
        f"entities in {name}": ("a.docx", partial(with_part, DOCUMENT, DOCUMENT_XML, xml), DECLARES)
        for name, xml in {
            "UTF-16": OUTSIDE.decode().encode("utf-16"),
            "UTF-32": OUTSIDE.decode().encode("utf-32"),
            "UTF-7": OUTSIDE.replace(b'"1.0"', b'"1.0" encoding="UTF-7"').replace(
                b"<!DOC", b"+ADw-+ACE-DOC"
            ),
        }.items()
    },
    "entities in a part of another name": (
        "a.docx",
        renamed_part,
        "word/document.dat declares entities, which no Word document does",
    ),
    "Word that is no XML": (
        "a.docx",
        lambda: with_part(DOCUMENT, "word/document.xml", NOT_A_WORD),
        "is a damaged Word document: ",
    ),
    "Word without text": ("a.docx", lambda: word(" "), "holds no text"),
    "page without text": (
        "a.html",
        b"<html><body><script>x</script><img src=a><img src=b></body></html>",
        "holds no text; its 2 images may be scans, which need OCR",
    ),
    "page without end": (
        "a.html",
        DEEP,
        (
            "has elements nested more than 256 deep, or as many that are never closed; no "
            "page needs that"
        ),
    ),
    "lists in lists": (
        "a.html",
        b"<ul><li>x" * 250,
        (
            "has elements nested more than 256 deep, or as many that are never closed; no "
            "page needs that"
        ),
    ),
    "PDF called page": ("a.html", PLAN, "is no web page; its content is of another kind"),
    "page in another encoding": (
        "a.html",
        "<p>Закон о связи</p>".encode("cp1251"),
        (
            "byte 0xC7 is not UTF-8, and the file is neither UTF-16, GB18030 nor Big5; save it as "
            "UTF-8"
        ),
    ),
}


def zip_of(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize(("name", "data", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_one_line_and_nothing_is_written(
    tmp_path: Path, name: str, data: Callable[[], bytes] | bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data())
    with pytest.raises(ImportRefusedError) as caught:
        import_file(path, tmp_path / "corpus")
    said = str(caught.value)
    assert said.startswith(f"{path}:")
    assert message in said
    assert said.endswith(message) or message.endswith(": ")
    assert "\n" not in said
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_drawing_that_never_ends_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policybot.pdf.opened.SECONDS_A_PAGE", 2.0)
    path = tmp_path / "a.pdf"
    path.write_bytes(form_bomb())
    with pytest.raises(ImportRefusedError, match="page 1 takes more than 2 s to read"):
        import_file(path, tmp_path / "corpus")


def test_a_pdf_that_unpacks_to_more_than_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policybot.pdf.opened.MAX_MEMORY", 300 << 20)
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([b" " * (400 << 20)], packed=True))
    with pytest.raises(ImportRefusedError) as caught:
        import_file(path, tmp_path / "corpus")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "corpus").exists()


def test_the_process_that_opens_pdfs_gets_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}
    popen = subprocess.Popen

    def spied(command: list[str], **options: Any) -> Any:
        seen.update(options["env"])
        return popen(command, **options)

    monkeypatch.setenv("POLICYBOT_TOKEN", "1:secret")
    monkeypatch.setattr("policybot.pdf.opened.subprocess.Popen", spied)
    path = tmp_path / "a.pdf"
    path.write_bytes(PLAN)
    import_file(path, tmp_path / "corpus")
    assert "PATH" in seen
    assert not [name for name in seen if name.startswith("POLICYBOT")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.txt", "is 500.0 MB large; a file of this kind may have 33.6 MB; divide it"),
        ("a.html", "is 500.0 MB large; a file of this kind may have 16.8 MB; divide it"),
        ("a.pdf", "is 500.0 MB large; a file of this kind may have 209.7 MB; divide it"),
        ("a.docx", "is 500.0 MB large; a file of this kind may have 104.9 MB; divide it"),
    ],
)
def test_a_large_file_is_refused_by_its_size_before_it_is_read(
    tmp_path: Path, name: str, message: str
) -> None:
    path = tmp_path / name
    path.touch()
    os.truncate(path, 500_000_000)
    path.chmod(0o000)  # whoever reads it fails; root, who may, would take seconds
    with pytest.raises(ImportRefusedError) as caught:
        import_file(path, tmp_path / "corpus")
    assert str(caught.value) == f"{path}: {message}"


def test_a_link_to_itself_and_one_to_nothing_are_refused(tmp_path: Path) -> None:
    loop, nowhere = tmp_path / "loop.txt", tmp_path / "nowhere.txt"
    loop.symlink_to("loop.txt")
    nowhere.symlink_to("missing.txt")
    found = import_paths([loop, nowhere, tmp_path / "none.txt"], tmp_path / "corpus")
    assert [outcome.why for outcome in found.outcomes] == [
        "is a symbolic link that leads to itself",
        "is a symbolic link that leads nowhere",
        "cannot be read: No such file or directory",
    ]


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    (outcome,) = import_paths([tmp_path / "a.txt"], tmp_path / "corpus").outcomes
    assert outcome.why == "is no regular file"


@pytest.mark.parametrize("name", ["a\nb.txt", "a\\..\\b.txt", "a\x7f.txt"])
def test_a_name_that_can_be_no_sources_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("A plan.")
    with pytest.raises(ImportRefusedError, match="the name holds the character U"):
        import_file(path, tmp_path / "corpus")


def test_a_name_that_is_no_unicode_is_refused(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.txt"))
    path.write_text("A plan.")
    with pytest.raises(ImportRefusedError) as caught:
        import_file(path, tmp_path / "corpus")
    assert (
        str(caught.value).encode("utf-8").endswith(b"holds the character U+DCFF; rename the file")
    )


def test_broken_files_stop_no_other(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number, (name, data, _) in enumerate(BROKEN.values()):
        if isinstance(data, bytes):
            (inbox / f"{number}-{name}").write_bytes(data)
    (inbox / "good.txt").write_text("A plan.\n\nIts text.\n")
    (inbox / "good.pdf").write_bytes(PLAN)
    done = import_paths([inbox], tmp_path / "corpus", ImportOptions())
    assert {outcome.path.name for outcome in done.outcomes if outcome.status != "refused"} == {
        "good.txt",
        "good.pdf",
    }
    assert done.policies == 2
    written = sorted(path.name for path in (tmp_path / "corpus").rglob("*") if path.is_file())
    assert written == [
        "good.pdf", "good.txt", "origins.json", "undated-plan-2.md", "undated-plan.md"
    ]  # fmt: skip
