"""Choose the importer of a file by its extension; for JSON, also by its content."""

from __future__ import annotations

from pathlib import Path

from policybot.corpus.importers.archive import MAX_ZIP_BYTES, read_zip
from policybot.corpus.importers.documents_json import (
    MAX_JSON_BYTES,
    is_json_document,
    read_json_document,
)
from policybot.corpus.importers.epub import MAX_EPUB_BYTES, read_epub
from policybot.corpus.importers.html.document import read_html
from policybot.corpus.importers.legislation.read import read_xml
from policybot.corpus.importers.legislation.safe import MAX_XML_BYTES
from policybot.corpus.importers.mail import MAX_MAIL_BYTES, read_mail, read_web_archive
from policybot.corpus.importers.office.docx import read_docx
from policybot.corpus.importers.office.legacy import MAX_OFFICE_BYTES, read_doc, read_ppt
from policybot.corpus.importers.office.odt import MAX_ODT_BYTES, read_odt
from policybot.corpus.importers.office.rtf import MAX_RTF_BYTES, read_rtf
from policybot.corpus.importers.office.slides import MAX_PPTX_BYTES, read_pptx
from policybot.corpus.importers.pdf.document import read_pdf
from policybot.corpus.importers.pipeline.source import Kind
from policybot.corpus.importers.tables.document import TABLE, WORKBOOK
from policybot.corpus.importers.texts.document import read_markdown, read_text
from policybot.errors import ImportRefusedError

MIB = 1 << 20
MAX_TEXT_BYTES = 32 * MIB
MAX_HTML_BYTES = 16 * MIB
MAX_PDF_BYTES = 200 * MIB
MAX_DOCX_BYTES = 100 * MIB

KINDS: tuple[Kind, ...] = (
    Kind("text", (".txt",), read_text, MAX_TEXT_BYTES),
    Kind("Markdown", (".md", ".markdown"), read_markdown, MAX_TEXT_BYTES),
    Kind(
        "web page", (".html", ".htm", ".xhtml", ".shtml"), read_html, MAX_HTML_BYTES, hostile=True
    ),
    Kind("PDF", (".pdf",), read_pdf, MAX_PDF_BYTES),
    Kind("Word document", (".docx",), read_docx, MAX_DOCX_BYTES, hostile=True),
    Kind(
        "Word document in an older format",
        (".doc", ".dot", ".wps"),
        read_doc,
        MAX_OFFICE_BYTES,
    ),
    Kind("OpenDocument text", (".odt", ".ott"), read_odt, MAX_ODT_BYTES, hostile=True),
    Kind("RTF", (".rtf",), read_rtf, MAX_RTF_BYTES, hostile=True),
    Kind("presentation", (".pptx", ".ppsx"), read_pptx, MAX_PPTX_BYTES, hostile=True),
    Kind(
        "presentation in an older format",
        (".ppt", ".pps", ".dps"),
        read_ppt,
        MAX_OFFICE_BYTES,
    ),
    Kind("book", (".epub",), read_epub, MAX_EPUB_BYTES, hostile=True),
    Kind("mail", (".eml",), read_mail, MAX_MAIL_BYTES, hostile=True),
    Kind("web archive", (".mht", ".mhtml"), read_web_archive, MAX_MAIL_BYTES, hostile=True),
    Kind("archive", (".zip",), read_zip, MAX_ZIP_BYTES, hostile=True),
    Kind("XML", (".xml", ".akn"), read_xml, MAX_XML_BYTES, hostile=True),
    TABLE,
    WORKBOOK,
)
"""Every kind of file but JSON documents, with its file name extensions in lower case."""

_JSON_DOCUMENT = Kind("JSON document", (".json",), read_json_document, MAX_JSON_BYTES)

SAVE_AS = {
    ".docm": "save it as .docx",
    ".pages": "save it as .docx",
    ".ofd": "save it as .pdf",
    ".xps": "save it as .pdf",
    ".rar": "unpack it",
    ".7z": "unpack it",
    ".gz": "unpack it",
}
"""Extensions of documents that no importer reads, and what to do with them."""


def kind_of(path: Path) -> Kind | None:
    """Return the kind of a file; None if no importer reads it."""
    suffix = path.suffix.lower()
    if suffix == ".json" and is_json_document(path):
        return _JSON_DOCUMENT
    return next((kind for kind in KINDS if suffix in kind.suffixes), None)


def known_kind(path: Path) -> Kind:
    """Return the kind of a file.

    Raises:
        ImportRefusedError: no importer reads it.
    """
    kind = kind_of(path)
    if kind is not None:
        return kind
    suffix = path.suffix.lower()
    if suffix in SAVE_AS:
        raise ImportRefusedError(f"{path}: no importer reads {suffix} files; {SAVE_AS[suffix]}")
    known = ", ".join(sorted(suffix for kind in KINDS for suffix in kind.suffixes))
    raise ImportRefusedError(f"{path}: no importer reads this kind of file; known: {known}")
