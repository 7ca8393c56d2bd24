"""Import web pages: the metadata and the text of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policybot.corpus.importers.documents import MAX_TITLE, first_line, make_draft
from policybot.corpus.importers.encodings import Decoded, decode
from policybot.corpus.importers.html.around import (
    around,
    copyright_holder,
    printed_title,
    shorter_name,
    site_of,
    split_rows,
)
from policybot.corpus.importers.html.content import Page
from policybot.corpus.importers.html.labels import read_label_table
from policybot.corpus.importers.html.metadata import read_metadata
from policybot.corpus.importers.html.text import Block, blocks_of, inline_text
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.corpus.importers.stated.printed_title import names_kind, text_title
from policybot.corpus.importers.stated.read import text_lines
from policybot.corpus.issuers.table import IssuerBook
from policybot.errors import ImportRefusedError
from policybot.model import Policy

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 256
"""The deepest nesting of elements (browsers: 512); parsing time is quadratic in it."""

_TOO_DEEP = (
    f"has elements nested more than {MAX_DEPTH} deep, or as many that are never closed; "
    "no page needs that"
)
_HEAD_BYTES = 4096
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/<>]*+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""",
)
_NEVER_DEEP = frozenset(
    (
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "optgroup",
        "tbody", "thead", "tfoot", "colgroup", "caption", "rt", "rp", "html", "head", "body",
        "title", "textarea", "o:p", "a", "button", "nobr",
    )
)  # fmt: skip
_CODE = frozenset(["script", "style", "noscript", "template", "textarea"])
_LEAST_TEXT = 180
"""A page of menus with fewer letters (a Chinese one counts as 3) than this has no document."""

_MENUS = 4
"""The ratio of characters outside the text to its letters from which a page is only menus."""

_HAN = re.compile(r"[\u3400-\u9fff]")


def read_html(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a web page as one document.

    Raises:
        ImportRefusedError: it is not a readable page, or has no text.
    """
    need("selectolax")
    from selectolax.lexbor import LexborHTMLParser

    data = source.path.read_bytes()
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ImportRefusedError(f"{source.path}: is no web page; its content is of another kind")
    match = _META_CHARSET.search(data[:_HEAD_BYTES])
    declared = (match[1] or match[2]).decode("ascii") if match else None
    page = decode(source.path, data, options.given.charset or declared, unseen=_TAG)
    refuse_depth(source.path, page.text)
    try:
        yield from _read(source, options, page, LexborHTMLParser(page.text))
    except RecursionError:
        raise ImportRefusedError(f"{source.path}: {_TOO_DEEP}") from None


def _read(
    source: SourceFile, options: ImportOptions, page: Decoded, tree: LexborHTMLParser
) -> Iterator[Policy | Report]:
    body = tree.body
    if body is None:
        raise ImportRefusedError(f"{source.path}: holds no text")
    labelled, cells = read_label_table(body)
    stated = [*labelled, *read_metadata(tree)]
    content, aside, outside = _content(tree, body, cells)
    rows, blocks = split_rows(blocks_of(content, cells | aside))
    _refuse_shell(source, tree, blocks, outside)
    beside = blocks_of(body, cells | {content.mem_id})
    stated += [*around(beside), *rows]
    name = _name(tree)
    title, title_review = _title(
        tree, content, stated, [*beside, *blocks[:4]], blocks, options.issuers
    )
    if title_review is None and not any(item.key == "title" for item in stated):
        stated.append(Statement("title", title, "heading", "page"))
    site = site_of(name, title)
    stated += [Statement("publisher", site, "site", "site", "", name, "likely")] if site else []
    if not any(item.key in {"issuer", "publisher"} and item.value for item in stated):
        stated += copyright_holder(body.text(deep=True, separator="\n"))
    if blocks and blocks[0].kind == "heading" and _same(blocks[0].text.lstrip("# "), title):
        blocks = blocks[1:]
    text = "\n\n".join(block.text for block in blocks)
    if outside:
        words = f"{outside} characters around the text: navigation, head or foot of the page"
        yield Report(source.name, 0, "left out", words)
    reviews = _reviews(page, blocks)
    lines = f"1-{page.text.rstrip().count(chr(10)) + 1}"
    yield make_draft(
        source.cite(lines),
        text,
        stated,
        issuers=options.issuers,
        title=title,
        title_review=title_review,
        facts=[page.fact] if page.fact else [],
        reviews=reviews,
        dated_head=False,
    )


def refuse_depth(path: Path | str, text: str) -> None:
    """Refuse a page nested so deeply that parsing it could take hours.

    Raises:
        ImportRefusedError: its elements are nested more than ``MAX_DEPTH`` deep.
    """
    depth = drawing = 0
    for match in _TAG.finditer(_UNSEEN.sub("", text)):
        closing, name = match[1], match[2].lower()
        if name in _NEVER_DEEP or (drawing and match[3].endswith("/")):
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if name in {"svg", "math"}:
            drawing = max(0, drawing - 1) if closing else drawing + 1
        if depth > MAX_DEPTH:
            raise ImportRefusedError(f"{path}: {_TOO_DEEP}")


def _content(
    tree: LexborHTMLParser, body: LexborNode, cells: set[int]
) -> tuple[LexborNode, set[int], int]:
    """Return the element with the text, the boilerplate in it, and the characters left out."""
    page = Page(tree, body, cells)
    content = page.content()
    aside = page.boilerplate(content)
    labels = _length(blocks_of(body)) - _length(blocks_of(body, cells))
    kept = _length(blocks_of(content, cells | aside))
    return content, aside, max(0, _all_text(body) - labels - kept)


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(re.sub(r"\s", "", block.text)) for block in blocks)


def _all_text(body: LexborNode) -> int:
    """Return the number of characters of all text, navigation and hidden elements included."""
    return sum(
        len(re.sub(r"\s", "", node.text_content or ""))
        for node in body.traverse(include_text=True)
        if node.tag == "-text" and node.parent is not None and node.parent.tag not in _CODE
    )


def _refuse_shell(
    source: SourceFile, tree: LexborHTMLParser, blocks: Sequence[Block], outside: int
) -> None:
    """Refuse a page that has menus but no document."""
    letters = "".join(re.findall(r"[^\W\d_]", "".join(block.text for block in blocks)))
    size = len(letters) + 2 * len(_HAN.findall(letters))
    if not letters:
        images = len(tree.css("img"))
        scans = f"; its {images} images may be scans, which need OCR" if images else ""
        raise ImportRefusedError(f"{source.path}: holds no text{scans}")
    if size < _LEAST_TEXT and outside > _MENUS * size:
        raise ImportRefusedError(
            f"{source.path}: has no body: {len(letters)} letters stand among {outside} characters "
            "of navigation; save the page again once it shows its text"
        )


def _name(tree: LexborHTMLParser) -> str:
    head = tree.css_first("head title")
    return " ".join(head.text(deep=True).split()) if head is not None else ""


def _title(
    tree: LexborHTMLParser,
    content: LexborNode,
    stated: Sequence[Statement],
    printed: Sequence[Block],
    blocks: Sequence[Block],
    issuers: IssuerBook,
) -> tuple[str, str | None]:
    """Return the title, and a review line if it is not stated in the markup."""
    given = next((item.value for item in stated if item.key == "title" and item.value), None)
    if given is not None:
        return given, None
    name = _name(tree)
    for place in (content, tree.body):
        headings = {inline_text(node) for node in place.css("h1")} if place is not None else set()
        headings.discard("")
        heading = headings.pop() if len(headings) == 1 else ""
        # A heading outside the text may be the site's, unless it agrees with the <title>.
        named = name.startswith(heading) or (name and heading.endswith(shorter_name(name)))
        if heading and (place is content or named) and len(heading) <= MAX_TITLE:
            return heading, None
    if name and (heading := _named_heading(tree, name)):
        return heading, None
    if name and (agreeing := printed_title(name, printed)):
        return agreeing, None
    text = "\n".join(block.text for block in blocks)
    lines = text_lines(text)
    line = text_title(lines, issuers)
    if line and names_kind(line.text) and line.text[-1] != "." and not _agree(name, line.text):
        return line.text, f"no title is stated; this one is line {line.line.number} of the text"
    if name and len(name) <= MAX_TITLE:
        return shorter_name(name), "no title is stated; this one is the page's <title>"
    return first_line(text) or ("untitled", "no title is stated")


def _named_heading(tree: LexborHTMLParser, name: str) -> str:
    """Return the one lower heading that holds the page's ``<title>``, or more than that."""
    short = shorter_name(name)
    headings = {inline_text(node) for node in tree.css("body h2, body h3")}
    agreeing = {heading for heading in headings if heading and heading.endswith(short)}
    heading = agreeing.pop() if len(agreeing) == 1 else ""
    return heading if len(heading) <= MAX_TITLE else ""


def _agree(name: str, title: str) -> bool:
    """Return whether a page's ``<title>`` and a line share most of their words or characters."""
    pieces = [
        set(re.findall(r"[a-z]{3,}|[\u4e00-\u9fff]", text.casefold())) for text in (name, title)
    ]
    return 2 * len(pieces[0] & pieces[1]) > min(map(len, pieces))


def _same(first: str, second: str) -> bool:
    return re.sub(r"\s", "", first) == re.sub(r"\s", "", second)


def _reviews(page: Decoded, blocks: Sequence[Block]) -> Iterator[str]:
    if page.doubt:
        yield f"the encoding is uncertain; {page.doubt}"
    struck = sum(block.text.count("~~") // 2 for block in blocks)
    if struck:
        yield f"the page strikes out words; {struck} such places are between ~~"
