"""Quotes: words in quotation marks, which policies must contain word for word."""

from __future__ import annotations

import functools
import re

from policybot.query.entities.dates_zh import PLAN_NAME
from policybot.query.entities.entity import Entity
from policybot.query.lexicon import lexicon_of
from policybot.query.text import EDGES, Text

_QUOTE = re.compile(
    r"\"([^\"]{2,200})\"|“([^”]{2,200})”|«([^»]{2,200})»|「([^」]{2,200})」|『([^』]{2,200})』"
    r"|《([^》]{2,200})》|(?<![\w'])'([^']{2,200})'(?!\w)|‘([^’]{2,200})’(?!\w)"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HOLDING = ("mention", "contain", "without", "wording")
"""Classes of Chinese words after which quoted words are contained in a policy."""


@functools.cache
def _holding() -> re.Pattern[str]:
    """Match the end of a text that says that quoted words follow which a policy contains.

    After a word for the title, a verb may be any ("标题里带“办法”").
    """
    lexicon = lexicon_of("zh")
    holding = "|".join(re.escape(word) for name in _HOLDING for word in lexicon.of(name))
    titles = "|".join(map(re.escape, lexicon.of("title")))
    return re.compile(rf"(?:{holding})[了过有]?$|(?:{titles})[\u4e00-\u9fff]{{0,3}}$")


def find(text: Text) -> list[Entity]:
    """Return an entity for every quote; its value is the text between the marks.

    A term that Chinese print puts in quotes ("什么是“三期”") is no quote, nor is the short name of a
    five-year plan.
    """
    entities: list[Entity] = []
    for match in _QUOTE.finditer(text.printed):
        words = next(filter(None, match.groups())).strip(EDGES)
        if not words or PLAN_NAME.fullmatch(words) or _is_term(text, match):
            continue
        entities.append(Entity("quote", match.span(), words))
    return entities


def _is_term(text: Text, match: re.Match[str]) -> bool:
    if match[0][0] not in "“「『" or not _HAN.search(match[0]):
        return False
    start, end = match.span()
    around = text.plain[max(0, start - 1) : start] + text.plain[end : end + 1]
    before = re.sub(r"[“「『][^”」』]*[”」』][、和或与及]?$", "", text.plain[:start])
    return bool(_HAN.search(around)) and not _holding().search(before)
