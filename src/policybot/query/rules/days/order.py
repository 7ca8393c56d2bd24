"""Order and number: newest or oldest first, the newest two, and questions that compare counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import has_class, word_classes


@dataclass(frozen=True, slots=True)
class Ordering:
    """The order that a question asks for, and the most policies that it wants.

    ``single`` says that it asks for the newest or the oldest alone, ``lists`` that it asks for all
    policies in the order.
    """

    order: Literal["newest", "oldest"] | None = None
    count: int | None = None
    single: bool = False
    lists: bool = False


def _end(matched: RuleMatch, group: str | int = 0) -> Literal["newest", "oldest"]:
    return "oldest" if has_class(matched.of(group), "oldest") else "newest"


@rule(
    "order",
    "{sort}?{by}?{article}*{newest|oldest}{first_in_order}|{sort}{by}?{article}*{newest|oldest}",
    bonus=2,
)
def first(matched: RuleMatch) -> Ordering:
    """Newest or oldest first.

    list all policies, newest first → newest first
    MIIT policies, oldest first → issued by Ministry of Industry and Information Technology; oldest first
    """
    newest = has_class(matched.of(), "newest")  # "first" itself may be a word for the oldest
    return Ordering("newest" if newest else "oldest", lists=True)


@rule("order", "{sort}?{by}?(?:{reverse}|{by_time}{reverse}){sort}?", bonus=2)
def descending(matched: RuleMatch) -> Ordering:
    """From new to old.

    policies in reverse chronological order → newest first
    从新到旧列出所有政策 → newest first
    """
    return Ordering("newest", lists=True)


@rule(
    "order",
    "{sort}?{by}?{from|of}{article}*(?P<first>{newest|oldest}){to}{article}*{newest|oldest}",
    bonus=2,
)
def from_end_to_end(matched: RuleMatch) -> Ordering:
    """From newest to oldest, or the reverse.

    NDRC policies from newest to oldest → issued by National Development and Reform Commission; newest first
    de la más nueva a la más vieja las políticas de la NDRC → issued by National Development and Reform Commission; newest first
    """
    return Ordering(_end(matched, "first"), lists=True)


@rule("order", "(?:{sort}{by}?)?(?:{by_time}{forward}?|{forward}){sort}?", bonus=2)
def ascending(matched: RuleMatch) -> Ordering:
    """From old to new.

    list all policies in chronological order → oldest first
    按时间顺序列出所有政策 → oldest first
    """
    return Ordering("oldest", lists=True)


_COUNTED = word_classes("unit_mark document kind newest oldest")
_NEAR = "(?=(?:{issue|issue_mark}{0,2}|{of})(?:(?!{word}{of})@mod){0,4}?{document|kind|thing})"


@rule(
    "order",
    "(?P<count>{number}){newest|oldest}{of}?(?P<keep_issue>{issue}?)"
    "(?:"
    + _NEAR
    + "|(?=$|{stop|question|of|from|by|in|thing|comma}))"
    + "|{newest|oldest}{issue|issue_mark}*(?P<count2>{number}){unit_mark}?"
    + "(?=(?:(?!{word}{of})@mod){0,3}(?:{document|kind|thing}|$|{stop}))",
    bonus=1.5,
)
def so_many(matched: RuleMatch) -> Ordering:
    """A number of the newest or oldest.

    the two newest policies → 2 newest
    newest three policies → 3 newest
    最新的三个政策 → 3 newest
    las tres políticas más recientes → 3 newest
    """
    return Ordering(_end(matched), matched.number("count") or matched.number("count2"))


@rule(
    "order",
    "(?P<count>{number})(?P<keep_docs>{document|kind|thing})(?:{article}?{newest|oldest})",
    bonus=1.5,
)
def so_many_after(matched: RuleMatch) -> Ordering:
    """A number of the newest or oldest, after the word for documents.

    las dos políticas más antiguas → 2 oldest
    """
    return Ordering(_end(matched), matched.number("count"))


@rule("order", "{newest|oldest}" + _NEAR, bonus=0.5)
def end_of(matched: RuleMatch) -> Ordering:
    """The newest or the oldest.

    What is the latest MIIT policy? → issued by Ministry of Industry and Information Technology; newest first
    最早的政策是哪一个 → oldest first
    """
    return Ordering(_end(matched), single=True)


@rule(
    "order",
    "(?P<keep_docs>{document|kind|thing})(?:{of|relative|be|article}*{newest|oldest})(?!{issue})",
    bonus=0.5,
)
def end_after(matched: RuleMatch) -> Ordering:
    """The newest or the oldest, after the word for documents.

    la política más reciente → newest first
    """
    return Ordering(_end(matched), single=True)


@rule(
    "order",
    "(?:{be}|{article}|^|{and}){newest|oldest}{thing}?(?=$|{stop|question|by|from|of|in|about|which|comma|all})|^{newest|oldest}(?=(?:{from|by|of}{article}*)?{I})|(?<={I})(?P<keep_own>{possessive}?){newest|oldest}(?={possessive|stop|question}?$)|(?P<keep_whose>{possessive}){newest|oldest}(?=$|{stop|question})|{newest|oldest}{adverb}*(?={issue})|{newest|oldest}{to}(?={issue})",
    bonus=0.5,
)
def end_alone(matched: RuleMatch) -> Ordering:
    """The newest or the oldest, without a word for documents.

    MIIT's latest → issued by Ministry of Industry and Information Technology; newest first
    """
    return Ordering(_end(matched), single=True)


@rule("order", "{newest|oldest}(?=[^a-z])", bonus=-0.5)
def end_han(matched: RuleMatch) -> Ordering | None:
    """The newest or the oldest, anywhere in a Chinese question.

    2013年最后发布的是哪个政策 → issued 2013-01-01 to 2013-12-31; newest first
    """
    return Ordering(_end(matched), single=True) if matched.of()[0].is_han else None


@rule("order", "(?<={issue}){adverb}*{newest|oldest}(?=$|{stop|question|in|comma})", bonus=0.5)
def issued_last(matched: RuleMatch) -> Ordering:
    """Issued first or last.

    Which policy was issued first? → oldest first
    """
    return Ordering(_end(matched), single=True)


@rule(
    "order",
    "(?:{at_most}(?P<keep_show>{show}))?{article|any|exactly|at_most|only}*(?P<count>{number}){unit_mark}?(?=@mod{0,2}?{document|kind})",
    bonus=0,
)
def no_more_than(matched: RuleMatch) -> Ordering | None:
    """A number of policies, in any order.

    list five policies → 5
    """
    after = matched.tokens[matched.match.end("count") : matched.match.end("count") + 1]
    if after and after[0].is_han and not _COUNTED & after[0].classes:
        return None  # 500字的政策
    count = matched.number("count")
    return Ordering(count=count) if count and not matched.of()[-1].text.startswith("one") else None


@rule(
    "compare",
    "(?:{which|who|when}(?P<keep_what>@mod{0,3}?{body_noun|unit|I}?)(?P<keep_verb>{issue|have|do|be|issue_mark}*){article}*{most|fewest}(?P<keep_docs>@mod{0,2}?{document|kind|thing|issue}?)(?=$|{stop|question|in|of|D})|{more}@mod?{document|kind|thing}{than}|{how_many}@mod{0,3}?{document|kind|thing}.{0,6}?{each}(?:{unit|body_noun}|{number})|{each}{unit|body_noun}?{issue|issue_mark|have}*{how_many}|{who}{issue|issue_mark}*{more}{document|kind}|{than}@body{issue|issue_mark|of}*{document|kind}{more}|{who|which|when}.{0,6}?{document|kind}{most|fewest})",
    bonus=2,
)
def compares(matched: RuleMatch) -> bool | None:
    """Comparisons of how many policies bodies issued, or years had.

    Which ministry issued the most policies? → compares
    """
    return True
