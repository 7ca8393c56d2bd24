"""Import EPUB books: their chapters in reading order, parsed like web pages."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

from policybot.corpus.importers.assemble import draft_of_blocks
from policybot.corpus.importers.encodings import decode
from policybot.corpus.importers.html.fragment import html_blocks
from policybot.corpus.importers.html.text import Block
from policybot.corpus.importers.labels import Key, Statement
from policybot.corpus.importers.legislation.safe import name_of, parse_xml
from policybot.corpus.importers.legislation.stated import all_of, words_of
from policybot.corpus.importers.office.package import check_zip
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_EPUB_BYTES = 100 << 20
_MAX_BLOCKS = 500_000
_STATED: dict[str, Key] = {
    "dc:title": "title",
    "dc:language": "language",
    "dc:date": "published",
    "dc:publisher": "fact",
    "dc:creator": "fact",
    "dc:identifier": "fact",
}
_NO_TITLE = re.compile(r"unknown(?:\s+title)?|untitled|未命名|无标题", re.IGNORECASE)
"""Placeholders that programs write for a missing title."""

_PAGES = frozenset(["application/xhtml+xml", "text/html", "application/x-dtbook+xml"])


def read_epub(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a book as one document.

    Raises:
        ImportRefusedError: it is not a book, protected, damaged, too large unpacked, or has no
            text.
    """
    need("lxml")
    data = source.path.read_bytes()
    check_zip(source.path, data, "EPUB book", doctypes=True)
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = set(package.namelist())
        if "META-INF/rights.xml" in names or "META-INF/sinf.xml" in names:
            raise ImportRefusedError(f"{source.path}: is protected against copying")
        place = _package_file(source, package, names)
        root = parse_xml(source.path, package.read(place))
        blocks: list[Block] = []
        for name in _chapters(root, place):
            if name not in names:
                yield Report(source.name, 0, "unresolved", f"the book lacks {name}")
                continue
            page = decode(source.path, package.read(name) or b" ", "utf-8")
            blocks += html_blocks(source.path, page.text)
            if len(blocks) > _MAX_BLOCKS:
                raise ImportRefusedError(f"{source.path}: has more than {_MAX_BLOCKS} paragraphs")
    yield draft_of_blocks(
        source,
        options,
        blocks,
        f"paragraphs 1-{len(blocks)}",
        stated=list(_statements(root)),
        nothing="; its pages may be images, which need OCR",
    )


def _package_file(source: SourceFile, package: zipfile.ZipFile, names: set[str]) -> str:
    if "META-INF/container.xml" not in names:
        raise ImportRefusedError(f"{source.path}: is a zip file, but no EPUB book")
    root = parse_xml(source.path, package.read("META-INF/container.xml"))
    for element in all_of(root, "rootfile"):
        place = unquote(element.get("full-path", ""))
        if place in names:
            return place
    raise ImportRefusedError(f"{source.path}: lacks the file that lists its chapters")


def _chapters(root: _Element, place: str) -> Iterator[str]:
    items = {
        element.get("id", ""): element.get("href", "")
        for element in all_of(root, "item")
        if element.get("media-type") in _PAGES
        and "nav" not in element.get("properties", "").split()
    }
    for element in all_of(root, "itemref"):
        href = items.get(element.get("idref", ""))
        if href:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(href)))


def _statements(root: _Element) -> Iterator[Statement]:
    for element in root.iter():
        key = _STATED.get(name_of(element))
        value = words_of(element)
        if key is not None and value and not _NO_TITLE.fullmatch(value):
            value = value.partition("T")[0] if key == "published" else value
            yield Statement(key, value, name_of(element).removeprefix("dc:"), "EPUB")
