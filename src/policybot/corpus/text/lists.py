"""Recognise list items and clauses by their labels: (a), （一）, 1., 第三条, 11.5.14.1, § 12.

An item means little without its list's lead-in, so that is kept with it; a number alone, or with a
few words, is the heading of what follows it.
"""

from __future__ import annotations

import re

_HAN_NUMBER = "[〇零一二三四五六七八九十百千]"

_ITEMS = (
    ("bullet", re.compile(r"[-*+•●▪◦·■□◆–—]\s")),
    ("(1)", re.compile(r"[（(]\s?[0-9]{1,3}\s?[)）]")),
    ("(i)", re.compile(r"[（(]\s?[ivx]{2,5}\s?[)）]")),
    ("(a)", re.compile(r"[（(]\s?[a-z]{1,2}\s?[)）]")),
    ("(A)", re.compile(r"[（(]\s?[A-Z]{1,2}\s?[)）]")),
    ("（一）", re.compile(rf"[（(]\s?{_HAN_NUMBER}{{1,4}}\s?[)）]")),
    ("一、", re.compile(rf"{_HAN_NUMBER}{{1,4}}[、．.]")),
    ("1)", re.compile(r"[0-9]{1,3}\s?[)）]")),
    ("a)", re.compile(r"[a-z]{1,2}[)）]")),
    ("1.", re.compile(r"[0-9]{1,3}[.．、](?![0-9])")),
    ("a.", re.compile(r"[a-z]\.\s")),
    ("①", re.compile("[\u2460-\u2473]")),
)  # fmt: skip

_BARE = re.compile(
    rf"(?:§+\s?)?[0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{0,6}}[A-Za-z]?\.?|§+\s?[0-9]{{1,4}}[a-z]?\.?"
    rf"|第\s?(?:[0-9]{{1,4}}|{_HAN_NUMBER}{{1,8}})\s?[编章节条款]"
    rf"|(?:Article|Section|Chapter|Part|Clause|Rule|Regulation|Paragraph|Annex|Schedule|Appendix)\s"
    rf"[0-9IVXA-Z]{{1,6}}(?:\.[0-9]{{1,3}}){{0,3}}\.?"
)
_CLAUSE = re.compile(
    rf"(?P<number>(?:§+\s?)[0-9]{{1,4}}[a-z]?(?:\.[0-9]{{1,4}}){{0,5}}\.?|[0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{1,6}}\.?"
    rf"|第\s?(?:[0-9]{{1,4}}|{_HAN_NUMBER}{{1,8}})\s?[编章节条]"
    rf"|(?:Article|Section|Chapter|Part|Clause|Annex|Schedule|Appendix)\s[0-9IVXA-Z]{{1,6}}(?:\.[0-9]{{1,3}}){{0,3}}[.:]?)"
    r"(?P<rest>[\s\u3000]+\S.*)"
)
_SENTENCE = re.compile(r"[。；！？：，;:!?]|[.,](?:\s|$)")
_LONGEST_HEADING = 60
_LEVEL = 6
"""The deepest level of Markdown headings; clauses rank below it."""

_PARTS = {"编": 1, "章": 2, "节": 3, "条": 4, "款": 5}


def item_style(text: str) -> str | None:
    """Return the kind of label a paragraph begins with; None if it is not a list item."""
    for style, pattern in _ITEMS:
        if pattern.match(text):
            return style
    return None


def leads_in(text: str) -> bool:
    """Return whether a paragraph is a lead-in: it ends with a colon or a dash."""
    return text.rstrip("*_ ").endswith((":", "：", "—", "–"))


def is_bare(text: str) -> bool:
    """Return whether a paragraph is only the number of a clause."""
    return _BARE.fullmatch(text.strip("*_ \t\u3000")) is not None


def clause_level(text: str) -> int:
    """Return the level (7 and up) of a paragraph that is a clause's heading; 0 for any other.

    A clause's heading is one line: a number, alone or with a few words that are no sentence.
    """
    plain = text.strip("*_ \t\u3000")
    if "\n" in plain or len(plain) > _LONGEST_HEADING:
        return 0
    if is_bare(plain):
        return _LEVEL + _depth(plain)
    match = _CLAUSE.fullmatch(plain)
    if match is None or _SENTENCE.search(match["rest"]):
        return 0
    return _LEVEL + _depth(match["number"])


def _depth(number: str) -> int:
    last = number.rstrip(" .:")[-1]
    return _PARTS.get(last, 1 + number.rstrip(".").count("."))


def own_lead_in(text: str) -> int:
    """Return the offset at which a paragraph's lead-in to its own items ends; 0 if none."""
    for match in re.finditer(r"[:：]\s*", text):
        if item_style(text[match.end() :]) is not None:
            return match.start() + 1
    return 0
