"""Web pages: what they state about the document, and its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from policybot.corpus.importers.documents import MAX_TITLE, first_line, make_draft
from policybot.corpus.importers.encodings import Decoded, decode
from policybot.corpus.importers.html_labels import read_label_table
from policybot.corpus.importers.html_metadata import read_metadata
from policybot.corpus.importers.html_text import Block, blocks_of, inline_text, is_left_out
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.result import Report
from policybot.corpus.importers.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 256
"""Elements within elements. Browsers stop at 512; the parser's time grows with the square of it."""

_TOO_DEEP = (
    f"has elements more than {MAX_DEPTH} deep in each other, or as many that are never closed; "
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
_CONTENT = (
    "#UCAP-CONTENT", ".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR", ".pages_content", "#zoom",
    "[itemprop=articleBody]", "article", "main", "[role=main]", ".article-content", "#content",
)  # fmt: skip
_CODE = frozenset(["script", "style", "noscript", "template", "textarea"])
_LEAST_CONTENT = 0.4


def read_html(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a web page as one document.

    Raises:
        ImportRefusedError: it is no readable page, or holds no text.
    """
    need("selectolax")
    from selectolax.lexbor import LexborHTMLParser

    data = source.path.read_bytes()
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ImportRefusedError(f"{source.path}: is no web page; its content is of another kind")
    found = _META_CHARSET.search(data[:_HEAD_BYTES])
    declared = (found[1] or found[2]).decode("ascii") if found else None
    page = decode(source.path, data, options.given.charset or declared)
    _refuse_depth(source, page.text)
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
    content, outside = _content(tree, body, cells)
    blocks = blocks_of(content, cells)
    title, title_review = _title(tree, content, stated, blocks)
    if blocks and blocks[0].kind == "heading" and _same(blocks[0].text.lstrip("# "), title):
        blocks = blocks[1:]
    text = "\n\n".join(block.text for block in blocks)
    if not text.strip():
        images = len(body.css("img"))
        scans = f"; its {images} images may be scans, which need OCR" if images else ""
        raise ImportRefusedError(f"{source.path}: holds no text{scans}")
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
    )


def _refuse_depth(source: SourceFile, text: str) -> None:
    """Refuse a page with so many unclosed elements that reading it would take hours."""
    depth = drawing = 0
    for match in _TAG.finditer(_UNSEEN.sub("", text)):
        closing, name = match[1], match[2].lower()
        if name in _NEVER_DEEP or (drawing and match[3].endswith("/")):
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if name in {"svg", "math"}:
            drawing = max(0, drawing - 1) if closing else drawing + 1
        if depth > MAX_DEPTH:
            raise ImportRefusedError(f"{source.path}: {_TOO_DEEP}")


def _content(tree: LexborHTMLParser, body: LexborNode, cells: set[int]) -> tuple[LexborNode, int]:
    """Return the element that holds the document's text, and how many characters are around it."""
    whole = _length(blocks_of(body, cells))
    labels = _length(blocks_of(body)) - whole
    everything = _all_text(body) - labels
    for selector in _CONTENT:
        nodes = [node for node in tree.css(selector) if not is_left_out(node)]
        if len(nodes) != 1:
            continue
        length = _length(blocks_of(nodes[0], cells))
        if length >= _LEAST_CONTENT * whole:
            return nodes[0], max(0, everything - length)
    return body, max(0, everything - whole)


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(re.sub(r"\s", "", block.text)) for block in blocks)


def _all_text(body: LexborNode) -> int:
    """Count the characters of all text, navigation and hidden elements included."""
    return sum(
        len(re.sub(r"\s", "", node.text_content or ""))
        for node in body.traverse(include_text=True)
        if node.tag == "-text" and node.parent is not None and node.parent.tag not in _CODE
    )


def _title(
    tree: LexborHTMLParser, content: LexborNode, stated: Sequence[Statement], blocks: list[Block]
) -> tuple[str, str | None]:
    """Return the title, and what a person should know when only the page's look states it."""
    given = next((one.value for one in stated if one.key == "title"), None)
    if given is not None:
        return given, None
    head = tree.css_first("head title")
    name = " ".join(head.text(deep=True).split()) if head is not None else ""
    for place in (content, tree.body):
        found = {inline_text(node) for node in place.css("h1")} if place is not None else set()
        found.discard("")
        heading = found.pop() if len(found) == 1 else ""
        # One that is outside of the text may be the site's, unless the page is called so.
        if heading and (place is content or name.startswith(heading)) and len(heading) <= MAX_TITLE:
            return heading, None
    if name and len(name) <= MAX_TITLE:
        return name, "no title is stated; this one is the page's <title>"
    text = "\n".join(block.text for block in blocks)
    return first_line(text) or ("untitled", "no title is stated")


def _same(one: str, other: str) -> bool:
    return re.sub(r"\s", "", one) == re.sub(r"\s", "", other)


def _reviews(page: Decoded, blocks: Sequence[Block]) -> Iterator[str]:
    if page.doubt:
        yield f"the encoding is uncertain; {page.doubt}"
    struck = sum(block.text.count("~~") // 2 for block in blocks)
    if struck:
        yield f"the page strikes out words; {struck} such places are between ~~"
