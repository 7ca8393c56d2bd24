"""Which of the policies by date are wanted, and how many: "the two newest", "newest first".

Like :mod:`policybot.search.jointly`, this cuts its words out before the rest is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policybot.model import Order
from policybot.search import chinese, cues
from policybot.search.marks import ISSUER, Marked, compiled, lower
from policybot.search.numerals import numeral

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
_COUNT = r"(?P<count>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)"
_HAN_COUNT = r"(?P<count>\d{1,3}|[一两二三四五六七八九十])[份个项篇条部]"
_NEAR_NOUN = rf"(?= (?:(?:[\w-]+|{ISSUER})(?:'s)? )?{cues.NOUN}\b)"

_LISTED: tuple[tuple[Order, str], ...] = (
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
_COUNTED: tuple[tuple[Order, str], ...] = (
    ("newest", rf"\b(?:the )?{_COUNT} {_NEW}{_NEAR_NOUN}"),
    ("newest", rf"\b(?:the )?{_NEW} {_COUNT}{_NEAR_NOUN}"),
    ("oldest", rf"\b(?:the )?{_COUNT} {_OLD}{_NEAR_NOUN}"),
    ("oldest", rf"\b(?:the )?{_OLD} {_COUNT}{_NEAR_NOUN}"),
    ("newest", rf"(?:最新|最近)(?:发布|出台|印发)?的?{_HAN_COUNT}"),
    ("oldest", rf"(?:最早|最初)(?:发布|出台|印发)?的?{_HAN_COUNT}"),
    ("oldest", rf"(?<![之以])前{_HAN_COUNT}"),
)
_ONE: tuple[tuple[Order, str], ...] = (
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


_SPOKEN_OF = re.compile(
    r"latest|newest|recent|\blast\b|earliest|oldest|first|chronolog|最新|最近|最早|最初|首|第一|倒序|正序|顺序|从|由|前"
    r"|^.{0,40}?(?:\d|two|three|four|five|six|seven|eight|nine|ten)\b"
)
"""A question without any of these says nothing of the kind, and the patterns are spared it."""


def _found(
    rows: tuple[tuple[Order, str], ...], text: str, *, anywhere: bool = False
) -> tuple[Order, re.Match[str]] | None:
    patterns = compiled(tuple(pattern for _, pattern in rows))
    for (order, _), pattern in zip(rows, patterns, strict=True):
        found = pattern.search(text)
        if found and (anywhere or len(text[: found.start()].split()) <= _HEAD_WORDS):
            return order, found
    return None


def cut_ordering(marked: Marked, *, lists: bool) -> tuple[Marked, Wanted]:
    """Return the question without the words that order or count its policies, and what they say.

    ``lists`` says that it asks for a list: "the first five articles" of a question that does not
    are part of its topic.
    """
    text = lower(marked.text)
    if not _SPOKEN_OF.search(text):
        return marked, Wanted()
    if listed := _found(_LISTED, text, anywhere=True):
        return marked.without([listed[1].span()]), Wanted(listed[0], lists=True)
    if counted := _found(_COUNTED, text):
        return marked.without([counted[1].span()]), Wanted(counted[0], numeral(counted[1]["count"]))
    if one := _found(_ONE, text):
        return marked.without([one[1].span()]), Wanted(one[0])
    many = compiled((_SO_MANY,))[0].match(text) if lists else None
    if many:
        return marked.without([many.span("lead")]), Wanted(count=numeral(many["count"]), lists=True)
    return marked, Wanted()
