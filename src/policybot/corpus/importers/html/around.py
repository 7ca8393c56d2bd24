"""What a web page says around its text: rows of labels, the site's name, the printed title.

A row of labels (来源：河港日报　时间：2024-03-05　点击：233次) is told by its labels, wherever it
stands; the title by agreeing with the page's name in its head.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.corpus.importers.documents import MAX_TITLE
from policybot.corpus.importers.html.text import Block
from policybot.corpus.importers.labels import Statement, key_of, statement
from policybot.corpus.importers.stated.bodies import place_named, read_body, site_body
from policybot.corpus.importers.stated.numbers import CHINESE

_COLON = re.compile(r"\s*[】\]]?\s*[:：]")
_LABEL_WORDS = 3
_ROW = 300
"""Characters; a longer block is no row of labels."""

_SEPARATOR = re.compile(r"\s*(?:\||-{1,3}|–|—|_|·|»|>|::)\s*")
_AFTER_TITLE = re.compile(r"^\s*(?:\||-{1,3}|–|—|_|·|»|>|::)+\s*|\s+$")
_LEAST_TITLE = 4


def read_label_row(text: str) -> list[Statement]:
    """Return what a block of nothing but labels and values states; empty for any other."""
    line = " ".join(text.split())
    if len(line) > _ROW:
        return []
    marks = [mark for colon in _COLON.finditer(line) if (mark := _label_before(line, colon))]
    if not marks or line[: marks[0][0]].strip(" \u3000[【|-"):
        return []
    found: list[Statement] = []
    ends = [*(start for start, _, _ in marks[1:]), len(line)]
    for (_, label, after), end in zip(marks, ends, strict=True):
        value = line[after:end].strip(" \u3000|[]【】（(")
        found.append(statement(label, value, "page"))
    telling = {one.key for one in found if one.value} & {"published", "publisher", "date", "number"}
    return found if telling and (len(found) > 1 or telling & {"published", "publisher"}) else []


def _label_before(line: str, colon: re.Match[str]) -> tuple[int, str, int] | None:
    """Return where the known label before a colon begins, the label, and where its value does."""
    words = list(re.finditer(r"[^\s:：【】\[\]|]+", line[: colon.start()]))[-_LABEL_WORDS:]
    for word in words:
        label = line[word.start() : colon.start()]
        if key_of(label) is not None:
            return word.start(), label, colon.end()
    return None


def split_rows(blocks: Sequence[Block], first: int = 6) -> tuple[list[Statement], list[Block]]:
    """Take rows of labels and of tools from the first blocks of a text."""
    found: list[Statement] = []
    kept: list[Block] = []
    for at, block in enumerate(blocks):
        row = read_label_row(block.text) if at < first and block.kind != "table" else []
        found += row
        if not row:
            kept.append(block)
    return found, kept


def around(blocks: Sequence[Block]) -> list[Statement]:
    """Return what blocks beside the text state: labels, a number alone."""
    found: list[Statement] = []
    numbers: dict[str, None] = {}
    for block in blocks:
        found += [one for one in read_label_row(block.text) if one.value]
        for line in block.text.split("\n"):
            if CHINESE.fullmatch(line.strip()):
                numbers[line.strip()] = None
    if len(numbers) == 1:
        number = next(iter(numbers))
        found.append(Statement("number", number, "above the text", "page", "", number))
    return found


_FOOT = 3000
"""Characters at the end of a page within which its line of copyright stands."""

_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|\bCopyright\b)\s*(?:©\s*)?(?:[12][0-9]{3}(?:\s*[-–—]\s*[12][0-9]{3})?,?\s+)?"
    r"(?:by\s+|the\s+)?"
    r"(?P<name>[A-Z][^.|·•\n©]{3,80}?(?:,? (?:Inc|Ltd|Co|Corp)\.)?)"
    r"(?=\s*(?:[.|·•©\n]|,?\s*[12][0-9]{3}|[–—-]\s|All [Rr]ights|$))"
)


def copyright_holder(text: str) -> list[Statement]:
    """Return the body whose site it is, by the line of copyright at the end of a page's text."""
    for match in _COPYRIGHT.finditer(text[-_FOOT:]):
        name = " ".join(match["name"].split()).strip(" ,")
        if read_body(name) or place_named(name):
            words = " ".join(match.group().split())
            return [Statement("publisher", name, "copyright", "site", "", words, "likely")]
    return []


def printed_title(name: str, blocks: Sequence[Block]) -> str | None:
    """Return the block that a page's name begins with: the title as it is printed.

    Args:
        name: The page's name, from its head.
        blocks: What stands around the text, and its first blocks.
    """
    plain = re.sub(r"\s", "", name)
    best = ""
    for block in blocks:
        line = " ".join(block.text.lstrip("# ").split())
        bare = re.sub(r"\s", "", line)
        fits = plain.startswith(bare) and len(bare) >= _LEAST_TITLE and len(line) <= MAX_TITLE
        if fits and len(bare) > len(best):
            best = line
    rest = plain[len(re.sub(r"\s", "", best)) :]
    return best if best and (not rest or not rest[0].isalnum()) else None


def site_of(name: str, title: str) -> str | None:
    """Return the body that a page's name has after the title: "Valuation | Harbour Authority"."""
    rest = name.removeprefix(title) if name.startswith(title) else name
    for part in reversed(_SEPARATOR.split(_AFTER_TITLE.sub("", rest))):
        if body := site_body(part):
            return body
    return None


def shorter_name(name: str) -> str:
    """Return a page's name without its last part, which is the site's."""
    parts = re.split(r"\s+[|–—·»-]\s+|[_|]|--+|-(?=[\u4e00-\u9fff]{2,20}$)", name)
    whole = parts[0].strip()
    return whole if len(whole) >= _LEAST_TITLE else name
