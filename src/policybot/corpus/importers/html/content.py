"""Find the element of a web page that holds the document, and the boilerplate inside it.

Elements are measured by their text: *running* text (sentences outside links), *plain* text (any
outside links) and *linked* text. Starting from the body (or a container known from content
management systems, if it has most of the sentences), the search descends into a child as long as
its siblings have no document text, that is, neither sentences nor much text outside links. Siblings
of kept paragraphs are kept, unless their names or links show that they are navigation. The caller
counts what is left out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policybot.corpus.importers.html.text import BLOCK_TAGS, children, is_left_out

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CONTAINERS = (
    "[wzades='正文']", "#zoomcon", "#zoom", ".TRS_Editor", ".trs_editor_view", ".TRS_UEDITOR",
    "#UCAP-CONTENT", ".pages_content", "[itemprop=articleBody]", ".article-content",
    "#ivs_content", "article", "main", "[role=main]", "#content",
)  # fmt: skip
_MOST_SENTENCES = 0.8
"""The least share of a page's running text that a known container must have."""

_SOME_SENTENCES = 0.4
"""The same for a container whose name says that it is the text, as ``wzades='正文'``."""

_NAMED_TEXT = frozenset(_CONTAINERS[:8])

_FEW = 0.2
"""The largest share of a page's running text in an element named like navigation."""

_PLAIN = 120
"""Characters outside links that make a document text (a table, a list) without sentences."""

_LINKS = 0.5
"""An element with a larger share of its text in links is a menu."""

_SENTENCE = re.compile(r"[。；！？，]|[.,;!?](?:\s|$)")
_SHORT = 16
_NO_LETTER = re.compile(r"[\W\d_]+")
_WORD = re.compile(r"[A-Za-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|ofd|rtf|zip|rar|csv|odt)(?:$|[?#])", re.IGNORECASE)
_DATE_ALONE = re.compile(
    r"\s*(?:[12][0-9]{3}|[二一][〇零○一二三四五六七八九]{3})\s*年\s*[0-9一二三四五六七八九十]{1,3}\s*月"
    r"\s*[0-9一二三四五六七八九十]{1,3}\s*日\s*"
)
_NAMES = frozenset(
    (
        "nav", "navbar", "navigation", "menu", "mainnav", "topnav", "subnav", "breadcrumb",
        "breadcrumbs", "crumb", "crumbs", "footer", "foot", "bottom", "copyright", "sidebar",
        "share", "social", "cookie", "cookies", "consent", "modal", "popup", "toolbar", "search",
        "pagination", "pager", "related", "recommend", "recommended", "comments", "advert",
        "advertisement", "banner", "login", "skip", "utilities", "timeline", "header", "headers",
        "topbar", "quickbar", "qrcode", "feedback", "newsletter", "subscribe", "carousel",
        "accordion", "toc",
    )
)  # fmt: skip
_NEVER = frozenset(["cookie", "cookies", "consent", "gdpr", "loading", "spinner"])
"""Names of elements that are never text, however much they have."""

_FOOT = re.compile(
    r"版权所有|版權所有|ICP备|公网安备|网站标识码|All rights reserved|©|技术支持|联系我们|网站地图",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Measure:
    """Character counts of an element's text, without white space, by kind."""

    running: int = 0
    plain: int = 0
    linked: int = 0
    links: int = 0
    files: int = 0
    signed: bool = False
    foot: bool = False

    def add(self, other: Measure) -> None:
        """Add the counts of another element."""
        self.running += other.running
        self.plain += other.plain
        self.linked += other.linked
        self.links += other.links
        self.files += other.files
        self.signed |= other.signed
        self.foot |= other.foot

    @property
    def is_menu(self) -> bool:
        """Whether most of the text is in links that do not lead to files."""
        whole = self.plain + self.linked
        return self.links > self.files and self.linked > _LINKS * whole


@dataclass(slots=True)
class _Inline:
    """The inline text of an open block."""

    plain: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    links: int = 0
    files: int = 0


class Page:
    """A page's elements, each measured once."""

    def __init__(self, tree: LexborHTMLParser, body: LexborNode, skip: set[int]) -> None:
        self.tree = tree
        self.body = body
        self.skip = skip
        self.measures: dict[int, Measure] = {}
        self._measure(body)

    def of(self, node: LexborNode) -> Measure:
        """Return the measure of an element; ``_NOTHING`` if it is skipped."""
        return self.measures.get(node.mem_id, _NOTHING)

    def content(self) -> LexborNode:
        """Return the innermost element that holds the document."""
        return self._descend(self._container() or self.body)

    def boilerplate(self, content: LexborNode) -> set[int]:
        """Return the ``mem_id`` of boilerplate elements in the content: menus, tools, sharing."""
        asides: set[int] = set()
        whole = self.of(content)
        pending = [content]
        while pending:
            for child in elements(pending.pop()):
                measure = self.of(child)
                if measure is _NOTHING:
                    continue
                if self._is_aside(child, measure, whole):
                    asides.add(child.mem_id)
                else:
                    pending.append(child)
        return asides

    def _container(self) -> LexborNode | None:
        """Return the narrowest known container with enough of the running text, if any."""
        whole = self.of(self.body).running
        for selector in _CONTAINERS:
            nodes = [node for node in self.tree.css(selector) if self.of(node) is not _NOTHING]
            least = _SOME_SENTENCES if selector in _NAMED_TEXT else _MOST_SENTENCES
            nodes = [node for node in nodes if 0 < least * whole <= self.of(node).running]
            if nodes:
                return min(nodes, key=lambda node: self.of(node).running)
        return None

    def _descend(self, node: LexborNode) -> LexborNode:
        whole = self.of(self.body)
        while True:
            inner = [child for child in elements(node) if self.of(child) is not _NOTHING]
            texts = [
                child
                for child in inner
                if not self._is_aside(child, self.of(child), whole)
                and self._is_text(self.of(child))
            ]
            if len(texts) != 1 or self._own_text(node):
                return node
            if texts[0].tag not in _DEEPER:
                return node
            node = texts[0]

    def _own_text(self, node: LexborNode) -> bool:
        """Return whether an element has text of its own, outside its children."""
        own = "".join(child.text_content or "" for child in children(node) if child.tag == "-text")
        return len(re.sub(r"\s", "", own)) > _SHORT

    def _is_text(self, measure: Measure) -> bool:
        """Return whether an element has document text."""
        if measure.is_menu:
            return False
        if measure.foot and measure.running < _PLAIN:
            return False
        return measure.running > 0 or measure.plain >= _PLAIN or measure.signed

    def _is_aside(self, node: LexborNode, measure: Measure, whole: Measure) -> bool:
        """Return whether an element is boilerplate: a menu, tools, a footer."""
        if node.tag in _INLINE:
            return False
        if node.tag in _MENUS and measure.is_menu and measure.links > 1:
            return not measure.running or measure.running < _FEW * measure.linked
        if is_named_aside(node, _NEVER):
            return True
        if measure.running > _FEW * whole.running:
            return False
        return is_named_aside(node) or (measure.is_menu and measure.links > 2)

    def _measure(self, node: LexborNode) -> Measure:
        total = Measure()
        inline = _Inline()
        self._gather(node, inline, total, linked=False)
        _flush(inline, total)
        self.measures[node.mem_id] = total
        return total

    def _gather(self, node: LexborNode, inline: _Inline, total: Measure, *, linked: bool) -> None:
        for child in children(node):
            tag = child.tag or "-"
            if tag == "-text":
                (inline.linked if linked else inline.plain).append(child.text_content or "")
            elif tag == "br":
                _flush(inline, total)
            elif tag.startswith("-") or child.mem_id in self.skip or is_left_out(child):
                continue
            elif tag in BLOCK_TAGS:
                _flush(inline, total)
                total.add(self._measure(child))
            else:
                if tag == "a":
                    inline.links += 1
                    inline.files += bool(_FILE.search(child.attributes.get("href") or ""))
                self._gather(child, inline, total, linked=linked or tag == "a")


_NOTHING = Measure()
_INLINE = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "caption"])
_MENUS = frozenset(["ul", "ol", "menu", "dl", "nav", "div", "section", "aside", "table", "td"])
_DEEPER = frozenset(
    ["div", "section", "article", "main", "form", "center", "table", "tbody", "tr", "td", "body"]
)


def is_named_aside(node: LexborNode, among: frozenset[str] = _NAMES) -> bool:
    """Return whether an element's class or id is a name of navigation, tools or footers."""
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if not names.strip():
        return False
    words = [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", names))]
    joined = {f"{first}{second}" for first, second in itertools.pairwise(words)}
    return not among.isdisjoint(words) or not among.isdisjoint(joined)


def elements(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the child elements of a node."""
    for child in children(node):
        if not (child.tag or "-").startswith("-"):
            yield child


def _flush(inline: _Inline, total: Measure) -> None:
    """Add a block's text to the counts; it is running text if it has a sentence outside links."""
    plain = "".join(inline.plain)
    size = len(re.sub(r"\s", "", plain))
    linked = sum(len(re.sub(r"\s", "", text)) for text in inline.linked)
    if linked and len(_NO_LETTER.sub("", plain)) >= max(_SHORT, linked // 4):
        # Words that are links within a sentence are no menu.
        plain += "".join(inline.linked)
        size, linked, inline.links = size + linked, 0, 0
    total.plain += size
    total.linked += linked
    total.links += inline.links
    total.files += inline.files
    if size > _SHORT and size > linked and _SENTENCE.search(plain):
        foot = bool(_FOOT.search(plain)) and size < 2 * _PLAIN
        total.foot |= foot
        total.running += 0 if foot else size
    elif size and _FOOT.search(plain):
        total.foot = True
    if size and _DATE_ALONE.fullmatch(plain):
        total.signed = True
    inline.plain.clear()
    inline.linked.clear()
    inline.links = inline.files = 0
