"""Metadata of a web page outside its text: label rows, the site's name, the printed title.

A label row (来源：河港日报　时间：2024-03-05　点击：233次) is recognised by its labels, anywhere on
the page; the title by its agreement with the page's ``<title>``.
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
"""The longest label row, in characters."""

_SEPARATOR = re.compile(r"\s*(?:\||-{1,3}|–|—|_|·|»|>|::)\s*")
_AFTER_TITLE = re.compile(r"^\s*(?:\||-{1,3}|–|—|_|·|»|>|::)+\s*|\s+$")
_LEAST_TITLE = 4


def read_label_row(text: str) -> list[Statement]:
    """Return the statements of a block that consists only of labels and values; else none."""
    line = " ".join(text.split())
    if len(line) > _ROW:
        return []
    marks = [mark for colon in _COLON.finditer(line) if (mark := _label_before(line, colon))]
    if not marks or line[: marks[0][0]].strip(" \u3000[【|-"):
        return []
    stated: list[Statement] = []
    ends = [*(start for start, _, _ in marks[1:]), len(line)]
    for (_, label, after), end in zip(marks, ends, strict=True):
        value = line[after:end].strip(" \u3000|[]【】（(")
        stated.append(statement(label, value, "page"))
    keys = {item.key for item in stated if item.value}
    telling = keys & {"published", "publisher", "date", "number"}
    return stated if telling and (len(stated) > 1 or telling & {"published", "publisher"}) else []


def _label_before(line: str, colon: re.Match[str]) -> tuple[int, str, int] | None:
    """Return the start of the known label before a colon, the label, and its value's start."""
    words = list(re.finditer(r"[^\s:：【】\[\]|]+", line[: colon.start()]))[-_LABEL_WORDS:]
    for word in words:
        label = line[word.start() : colon.start()]
        if key_of(label) is not None:
            return word.start(), label, colon.end()
    return None


_FIRST = 6


def split_rows(blocks: Sequence[Block]) -> tuple[list[Statement], list[Block]]:
    """Return the statements of label rows among the first blocks, and the remaining blocks."""
    statements: list[Statement] = []
    kept: list[Block] = []
    for at, block in enumerate(blocks):
        row = read_label_row(block.text) if at < _FIRST and block.kind != "table" else []
        statements += row
        if not row:
            kept.append(block)
    return statements, kept


def around(blocks: Sequence[Block]) -> list[Statement]:
    """Return the statements of blocks outside the text: label rows, a document number."""
    statements: list[Statement] = []
    numbers: dict[str, None] = {}
    for block in blocks:
        statements += [item for item in read_label_row(block.text) if item.value]
        for line in block.text.split("\n"):
            if CHINESE.fullmatch(line.strip()):
                numbers[line.strip()] = None
    if len(numbers) == 1:
        number = next(iter(numbers))
        statements.append(Statement("number", number, "above the text", "page", "", number))
    return statements


_FOOT = 3000
"""How many characters at the end of a page are searched for its copyright notice."""

_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|\bCopyright\b)\s*(?:©\s*)?(?:[12][0-9]{3}(?:\s*[-–—]\s*[12][0-9]{3})?,?\s+)?"
    r"(?:by\s+|the\s+)?"
    r"(?P<name>[A-Z][^.|·•\n©]{3,80}?(?:,? (?:Inc|Ltd|Co|Corp)\.)?)"
    r"(?=\s*(?:[.|·•©\n]|,?\s*[12][0-9]{3}|[–—-]\s|All [Rr]ights|$))"
)


def copyright_holder(text: str) -> list[Statement]:
    """Return the body in the copyright notice at the end of a page's text."""
    for match in _COPYRIGHT.finditer(text[-_FOOT:]):
        name = " ".join(match["name"].split()).strip(" ,")
        if read_body(name) or place_named(name):
            words = " ".join(match.group().split())
            return [Statement("publisher", name, "copyright", "site", "", words, "likely")]
    return []


def printed_title(name: str, blocks: Sequence[Block]) -> str | None:
    """Return the longest block that a page's name begins with: the title as printed.

    Args:
        name: The page's ``<title>``.
        blocks: The blocks outside the text, and its first blocks.
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
    """Return the body in a page's ``<title>``, as in "Valuation | Harbour Authority"."""
    rest = name.removeprefix(title) if name.startswith(title) else name
    for part in reversed(_SEPARATOR.split(_AFTER_TITLE.sub("", rest))):
        if body := site_body(part):
            return body
    return None


def shorter_name(name: str) -> str:
    """Return a page's ``<title>`` without the name of the site."""
    parts = re.split(r"\s+[|–—·»-]\s+|[_|]|--+|-(?=[\u4e00-\u9fff]{2,20}$)", name)
    whole = parts[0].strip()
    return whole if len(whole) >= _LEAST_TITLE else name
