"""Import Markdown that a page reader made of a whole web page.

Such files begin with ``Title:``, ``URL Source:`` and ``Markdown Content:``, followed by the whole
page, including menus, images and footers. The text is the run of adjacent blocks with the largest
score, to which sentences add and from which links subtract.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.corpus.importers.labels import Statement, split_label, statement
from policybot.corpus.importers.stated.lines import date_alone

_HEAD = re.compile(
    r"\s*Title:[ \t]*(?P<title>[^\n]*)\n(?P<rest>.*?)Markdown Content:[ \t]*\n", re.DOTALL
)
_FIELD = re.compile(r"^(?P<name>URL Source|Published Time):[ \t]*(?P<value>\S+)", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[(?P<text>[^\]\n]*)\]\((?P<to>[^)\n]*)\)")
_MARKS = re.compile(r"^[ \t]*(?:[*+-][ \t]+|#{1,6}[ \t]+|\d{1,3}\.[ \t]+)+", re.MULTILINE)
_SENTENCE = re.compile(r"[。；！？，]|[.,;!?](?:\s|$)")
_CUT_SHORT = re.compile(r"(?:\.{3}|…)$")
_LEAST = 16
_COPY = 150
"""The least characters of a block that may be a copy of the page's text."""

_IDLE = 6
"""What a short block without a sentence or link subtracts from the score."""

_NEAR = 14
"""How many blocks before the text are searched for labels (来源, 发布时间)."""

_SITE = re.compile(
    r"\s+[-–—|_]\s+[^-–—|_]{2,40}$|[-_|][^-–—|_]{2,30}(?:网|网站|门户|平台|局|厅|部|委员会)$"
)


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """A parsed file: text, statements, and the number of characters left out."""

    title: str
    body: str
    statements: tuple[Statement, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    score: int
    linked: int


def read_reader_markdown(text: str) -> ReaderPage | None:
    """Parse Markdown made by a page reader; None for any other."""
    head = _HEAD.match(text)
    if head is None:
        return None
    title = site_less(" ".join(head["title"].split()))
    statements = [Statement("title", title, "Title", "reader")] if title else []
    for field in _FIELD.finditer(head["rest"]):
        key = "url" if field["name"] == "URL Source" else "published"
        statements.append(
            Statement(
                "url" if key == "url" else "published", field["value"], field["name"], "reader"
            )
        )
    bare = re.sub(r"\W", "", title)
    blocks = [
        _block(part, bare) for part in re.split(r"\n[ \t]*\n", text[head.end() :]) if part.strip()
    ]
    blocks = [block for block in blocks if not _is_copy(block, blocks)]
    first, last = _densest([block.score for block in blocks])
    kept = [block for block in blocks[first:last] if block.text and not _is_menu(block)]
    for block in blocks[max(0, first - _NEAR) : first]:
        statements += _near(block.text)
    for block in kept[:3]:
        statements += _labels(block.text)
    kept = [block for block in kept if not _labels(block.text)]
    left_out = sum(len(block.text) for block in blocks) - sum(len(block.text) for block in kept)
    return ReaderPage(title, "\n\n".join(b.text for b in kept), tuple(statements), left_out)


def site_less(title: str) -> str:
    """Return a page's title without the site's name: "A notice - City portal" is "A notice"."""
    return _SITE.sub("", title).strip() or title


def _block(part: str, title: str) -> _Block:
    """Return a block without images and link targets, with its score."""
    plain = _IMAGE.sub("", part)
    linked = sum(len(match["text"].strip()) + 4 for match in _LINK.finditer(plain))
    rest = _MARKS.sub("", _LINK.sub("", plain))
    size = len(re.sub(r"\s", "", rest))
    text = _LINK.sub(lambda match: match["text"], plain)
    text = "\n".join(line.rstrip() for line in text.split("\n") if line.strip(" \t*+-#\u3000"))
    running = size > _LEAST and bool(_SENTENCE.search(rest)) and not _CUT_SHORT.search(rest.strip())
    table = text.lstrip().startswith("|") and size > _LEAST
    idle = _IDLE if size or linked else 0
    if title and re.sub(r"\W", "", rest) == title:
        return _Block("", 0, linked)
    score = size - linked if running or table else -idle - linked
    return _Block(text.strip("\n"), score, linked)


def _is_copy(block: _Block, blocks: Sequence[_Block]) -> bool:
    """Return whether a block repeats the page's text, run together, as a hidden summary does."""
    bare = re.sub(r"\W", "", block.text)
    if block.score < _COPY:
        return False
    texts = (re.sub(r"\W", "", other.text) for other in blocks if other is not block)
    held = [text for text in texts if _LEAST < len(text) < len(bare) and text in bare]
    return len(held) > 1 and 2 * sum(map(len, held)) > len(bare)


def _is_menu(block: _Block) -> bool:
    words = len(re.sub(r"[\W_]", "", block.text))
    return not words or (block.score < 0 and block.linked > words)


def _densest(scores: Sequence[int]) -> tuple[int, int]:
    """Return the run of adjacent scores with the largest sum, as a half-open span."""
    best, span = 0, (0, len(scores))
    total, start = 0, 0
    for at, score in enumerate(scores):
        if total <= 0:
            total, start = 0, at
        total += score
        if total > best:
            best, span = total, (start, at + 1)
    return span


def _near(text: str) -> list[Statement]:
    """Return the statements about publication in lines above the text."""
    statements: list[Statement] = []
    for raw in text.split("\n"):
        line = _MARKS.sub("", raw).strip(" _\t\u3000")
        if (split := split_label(line)) and split[1]:
            statements.append(statement(*split, "page"))
        elif date := date_alone(line):
            statements.append(Statement("published", str(date.date), "above the text", "page"))
    return [item for item in statements if item.key in {"published", "publisher", "number"}]


def _labels(text: str) -> list[Statement]:
    """Return the statements of a block that consists only of labels; else none."""
    lines = [_MARKS.sub("", line).strip() for line in text.split("\n") if line.strip()]
    splits = [split_label(line) for line in lines]
    statements = [statement(*split) for split in splits if split is not None and split[1]]
    return statements if statements and len(statements) == len(lines) else []
