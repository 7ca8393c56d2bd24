"""Which of the policies by date are wanted, and how many: "the two newest", "newest first".

Like :mod:`policybot.search.jointly`, this cuts its words out before the rest is read.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from policybot.model import Order
from policybot.search import chinese, cues
from policybot.search.marks import ISSUER, Marked, lower

_HEAD_WORDS = 5
"""Words before a superlative that asks for something; one further on is part of the topic."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the policies are ordered, and the most of them that are wanted (None: as many as found).

    ``lists`` says that all of them are asked for, in that order.
    """

    order: Order = "relevance"
    count: int | None = None
    lists: bool = False


_NEW = r"(?:latest|newest|most recent|last)"
_OLD = r"(?:earliest|oldest|first)"
_NUMBERS = {
    word: number
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
} | {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}  # fmt: skip
_COUNT = r"(?P<count>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)"
_HAN_COUNT = r"(?P<count>\d{1,3}|[一两二三四五六七八九十])[份个项篇条部]"
_NEAR_NOUN = rf"(?= (?:(?:[\w-]+|{ISSUER})(?:'s)? )?{cues.NOUN}\b)"

_LISTED = (
    (
        "newest",
        (
            r",? ?\b(?:(?:sorted |ordered |listed )?(?:newest|latest|most recent) first|in reverse (?:chronological |date )?order"
            r"|from (?:the )?(?:newest|latest) to (?:the )?(?:oldest|earliest))\b"
            r"|,?(?:从新到旧|由新到旧|从晚到早|由近[及到]远|按?(?:照)?(?:发布)?(?:时间|日期)?的?倒序)(?:列出|排列|排序)?"
        ),
    ),
    (
        "oldest",
        (
            r",? ?\b(?:(?:sorted |ordered |listed )?(?:oldest|earliest) first|from (?:the )?(?:oldest|earliest) to (?:the )?(?:newest|latest))\b"
            r"|,?(?:从旧到新|由旧到新|从早到晚|由远[及到]近|按?(?:照)?(?:发布)?(?:时间|日期)的?(?:正序|顺序))(?:列出|排列|排序)?"
        ),
    ),
)
_COUNTED = (
    ("newest", rf"\b(?:the )?{_COUNT} {_NEW}{_NEAR_NOUN}"),
    ("newest", rf"\b(?:the )?{_NEW} {_COUNT}{_NEAR_NOUN}"),
    ("oldest", rf"\b(?:the )?{_COUNT} {_OLD}{_NEAR_NOUN}"),
    ("oldest", rf"\b(?:the )?{_OLD} {_COUNT}{_NEAR_NOUN}"),
    ("newest", rf"(?:最新|最近)(?:发布|出台|印发)?的?{_HAN_COUNT}"),
    ("oldest", rf"(?:最早|最初)(?:发布|出台|印发)?的?{_HAN_COUNT}"),
    ("oldest", rf"(?<![之以])前{_HAN_COUNT}"),
)
_ONE = (
    (
        "newest",
        (
            rf"\b{_NEW}(?= (?:\S+ ){{0,3}}?{cues.NOUN}\b)|\bmost recently\b|\blast (?={cues.ISSUE_VERB})"
            rf"|(?<=\bis )(?:the )?{_NEW}(?: one)?\W*$|(?<=what's )(?:the )?{_NEW}(?: one)?\W*$"
            rf"|^(?:the )?{_NEW}(?= (?:from|by|of) (?:the )?{ISSUER}\W*$)|(?<={ISSUER}'s ){_NEW}\W*$|(?<={ISSUER} ){_NEW}\W*$"
            rf"|{chinese.NEWEST}"
        ),
    ),
    (
        "oldest",
        (
            rf"\b{_OLD}(?= (?:\S+ ){{0,3}}?{cues.NOUN}\b)|\bfirst (?={cues.ISSUE_VERB})|\bfirst to (?={cues.ISSUE_VERB})"
            rf"|(?<=\bis )(?:the )?(?:earliest|oldest)(?: one)?\W*$|(?<=what's )(?:the )?(?:earliest|oldest)(?: one)?\W*$"
            rf"|{chinese.OLDEST}"
        ),
    ),
)
_SO_MANY = rf"^{cues.FILLER}(?:list |which |what )?(?P<lead>(?:(?:the )?top |at most |up to |no more than |only |just |any )*{_COUNT}) (?=(?:[\w-]+|{ISSUER})? ?{cues.PLURAL}\b)"


def _compiled(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[Order, re.Pattern[str]], ...]:
    return tuple(("newest" if order == "newest" else "oldest", re.compile(p)) for order, p in rows)


_LISTED_IN, _COUNTED_BY, _ONE_OF = map(_compiled, (_LISTED, _COUNTED, _ONE))
_FIRST_OF_ALL = re.compile(_SO_MANY)


def cut_ordering(marked: Marked, *, lists: bool) -> tuple[Marked, Wanted]:
    """Return the question without the words that order or count its policies, and what they say.

    ``lists`` says that it asks for a list: "the first five articles" of a question that does not
    are part of its topic.
    """
    text = lower(marked.text)
    for order, pattern in _LISTED_IN:
        found = pattern.search(text)
        if found:
            return _cut(marked, *found.span()), Wanted(order, lists=True)
    for order, pattern in _COUNTED_BY:
        found = pattern.search(text)
        if found and _heads(text, found):
            return _cut(marked, *found.span()), Wanted(order, _number(found))
    for order, pattern in _ONE_OF:
        found = pattern.search(text)
        if found and _heads(text, found):
            return _cut(marked, *found.span()), Wanted(order)
    found = _FIRST_OF_ALL.match(text) if lists else None
    if found:
        return _cut(marked, *found.span("lead")), Wanted(count=_number(found), lists=True)
    return marked, Wanted()


def _heads(text: str, found: re.Match[str]) -> bool:
    return len(text[: found.start()].split()) <= _HEAD_WORDS


def _number(found: re.Match[str]) -> int:
    word = found["count"]
    return int(word) if word.isdecimal() else _NUMBERS[word]


def _cut(marked: Marked, start: int, end: int) -> Marked:
    text = f"{marked.text[:start]} {marked.text[end:]}"
    return dataclasses.replace(marked, text=" ".join(text.split()))
