"""A policy's text as HTML, unchanged, with anchors for headings, passages and provisions."""

from __future__ import annotations

import bisect
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from policybot.corpus.text.split import blocks_of
from policybot.model import Document, Passage, Provision, Span
from policybot.serve.page.linked import fragment_link, web_address
from policybot.serve.page.words import Words

escape = html.escape
"""Used instead of markupsafe's, which creates an object per piece: a long text has thousands."""

_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text: its anchor, its text and its level (1 to 6)."""

    anchor: str
    words: str
    level: int


@dataclass(frozen=True, slots=True)
class Body:
    """The text as HTML, and its headings."""

    html: Markup
    contents: tuple[Heading, ...]


class _Anchors:
    """The spans of the labels of provisions, in order, with their addresses as anchors."""

    def __init__(self, provisions: Sequence[Provision]) -> None:
        ordered = sorted(provisions, key=lambda provision: provision.label)
        self._labels: list[tuple[Span, str]] = []
        end = -1
        for provision in ordered:
            start, stop = provision.label
            if start >= end:  # an item and its article may begin with one label
                self._labels.append((provision.label, provision.address))
                end = stop
        self._starts = [label[0] for label, _ in self._labels]

    def shown(self, body: str, span: Span) -> str:
        """Return a span of the text as HTML, with the anchors of the labels in it."""
        start, end = span
        first_of = bisect.bisect_left(self._starts, start)
        end_of = bisect.bisect_left(self._starts, end, first_of)
        if first_of == end_of:
            return strong(escape(body[start:end]))
        pieces: list[str] = []
        at = start
        for (first, last), address in self._labels[first_of:end_of]:
            if last > end or first < at:
                continue
            if first > at:
                pieces.append(escape(body[at:first]))
            name, label = escape(address), escape(body[first:last])
            pieces.append(f'<a class="label" id="{name}" href="#{name}">{label}</a>')
            at = last
        pieces.append(escape(body[at:end]))
        return strong("".join(pieces))


def strong(shown: str) -> str:
    """Return HTML with Markdown's strong text in ``<b>``; the asterisks stay, hidden by CSS."""
    return _STRONG.sub(_as_strong, shown) if "**" in shown else shown


def _as_strong(match: re.Match[str]) -> str:
    inner = match[1]
    if inner.count("<") != 2 * inner.count("</") or inner != inner.strip():
        return match[0]
    unseen = '<span class="unseen-marks">**</span>'
    return f"{unseen}<b>{inner}</b>{unseen}"


def body_html(document: Document, provisions: Sequence[Provision], words: Words) -> Body:
    """Return a policy's text as HTML.

    A passage is a ``div`` with the anchor ``n1``, ``n2`` and so on; a heading has ``h1`` and so on;
    a provision's label has its address. Only white space and the marks of headings are left out,
    which are in no passage. A clause number above other clauses is a paragraph of its own.
    """
    body = document.policy.body
    anchors = _Anchors(provisions)
    starts = [passage.start for passage in document.passages]
    pieces: list[tuple[int, str]] = []
    contents: list[Heading] = []
    for block in blocks_of(body):
        start, end = block.span
        at = bisect.bisect_right(starts, start) - 1
        following = starts[at + 1] if at + 1 < len(starts) else end
        if (at >= 0 and start < document.passages[at].end) or following < end:
            continue  # a passage's own
        inner = anchors.shown(body, block.span)
        if not block.level:
            pieces.append((start, f'<p class="clause">{inner}</p>'))
            continue
        anchor, rank = f"h{len(contents) + 1}", min(6, block.level + 1)
        contents.append(Heading(anchor, body[start:end], block.level))
        pieces.append((start, f'<h{rank} id="{anchor}">{inner}</h{rank}>'))
    tools = _Tools(document, words)
    for number, passage in enumerate(document.passages, start=1):
        pieces.append((passage.start, _passage(body, passage, number, anchors, tools)))
    pieces.sort(key=lambda piece: piece[0])
    return Body(Markup("\n".join(piece for _, piece in pieces)), tuple(contents))  # noqa: S704


class _Tools:
    """The links beside each passage; their words are escaped once."""

    def __init__(self, document: Document, words: Words) -> None:
        self._url = web_address(document.policy.url)
        self._here = escape(words["link_here"])
        self._official = escape(words["official_here"])
        self.machine_read = f'<p class="machine">{escape(words["machine_read"])}</p>'

    def shown(self, passage: Passage, number: int) -> str:
        """Return the links of a passage as HTML: its anchor, and its place on the official page."""
        title = self._here.format(number=number)
        here = f'<a class="here" href="#n{number}" title="{title}" aria-label="{title}">¶</a>'
        link = fragment_link(self._url, passage.text) if self._url else None
        if link is None:
            return here
        return (
            f'{here}<a class="there" rel="noreferrer nofollow" href="{escape(link)}" '
            f'title="{self._official}" aria-label="{self._official} ({number})">↗</a>'
        )


def _passage(body: str, passage: Passage, number: int, anchors: _Anchors, tools: _Tools) -> str:
    inner = ""
    at = passage.start
    if "\n" in passage.text:
        for gap in _BLANK.finditer(passage.text):
            inner += f"<p>{anchors.shown(body, (at, passage.start + gap.start()))}</p>"
            at = passage.start + gap.end()
    inner += f"<p>{anchors.shown(body, (at, passage.end))}</p>"
    if passage.machine_read is not None:
        inner += tools.machine_read
    beside = tools.shown(passage, number)
    return f'<div class="passage" id="n{number}">{inner}<p class="tools">{beside}</p></div>'


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """Return a text as HTML with ``spans`` of it in ``<mark>``."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        first = max(start, at)
        if first < end:
            pieces += [escape(text[at:first]), f"<mark>{escape(text[first:end])}</mark>"]
            at = end
    pieces.append(escape(text[at:]))
    return Markup(strong("".join(pieces)))  # noqa: S704 (every piece is escaped)
