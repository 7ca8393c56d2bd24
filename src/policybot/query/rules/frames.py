"""Heads: the words that ask for documents, all of them or one.

These rules take the words of asking, so that they are no part of the topic.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.query.rules.asks import is_spoken_of
from policybot.query.rules.rule import RuleMatch, is_noun, rule
from policybot.query.tokens import DOCUMENT_CLASSES, Token, has_class, word_classes


@dataclass(frozen=True, slots=True)
class Head:
    """The words that ask for documents.

    ``many`` says that every matching policy is wanted, ``explicit`` that they ask for documents in
    any case; otherwise they may be what a policy is about ("measures").
    """

    many: bool
    explicit: bool


def _head(matched: RuleMatch, *, many: bool | None = None) -> Head | None:
    """Return the head of a match; without ``many``, the number of its noun decides."""
    last = [t for t in matched.of() if DOCUMENT_CLASSES & t.classes][-1]
    if "say" in last.classes and has_class(matched.after[:1], "han"):
        return None  # 规定某一种税的法律: a verb
    if has_class(matched.of(), "which_one"):
        many = False
    plural = "plural" in last.classes or "singular" not in last.classes
    return Head(plural if many is None else many, bool({"document", "thing"} & last.classes))


_MORE = "(?:(?:{comma}?{and|or}){article}*{document|kind})*"
_NOT_OF_DAYS = "(?!{of}{D})"
"""Leaves "of" to the dates after it: "an overview of 2013 policies"."""

_DOC = (
    "(?:(?P<keep_own>@bodies)?{thing}(?!@mod{0,3}{document|kind})|(?P<keep_mod>@mod{0,5}?){document|kind}"
    + _MORE
    + ")"
)


@rule("head", "{which}{of|article|be|all|other|adverb|unit_mark}*" + _DOC, bonus=0.6)
def which(matched: RuleMatch) -> Head | None:
    """Which policies.

    Which policies mention Wuxi? → containing “Wuxi”
    有哪些政策 → list
    ¿Qué políticas hay? → list
    """
    return _head(matched)


@rule(
    "head",
    "{modal|do|pronoun|plea|interjection|greeting}*{show}(?:"
    + _NOT_OF_DAYS
    + "{pronoun|article|all|of|overview|any|to|which|adverb|comma|be})*"
    + _DOC,
    bonus=0.6,
)
def show(matched: RuleMatch) -> Head | None:
    """Show me policies.

    list all policies → list
    列出所有政策 → list
    """
    if "thing" in matched.of()[-1].classes and not matched.starts:
        return None
    return _head(matched, many=has_class(matched.of(), "all", "overview") or None)


@rule(
    "head",
    "{show}{pronoun}*{all}{of|article}*(?={word|praise|number|amend_noun|plain|body_noun})",
    bonus=-0.5,
)
def list_all(matched: RuleMatch) -> Head | None:
    """List all of something that policies are about.

    list all subsidies for sensors → about “subsidies for sensors”
    """
    return Head(many=True, explicit=True) if matched.starts else None


@rule("head", "{all|any|each|overview}(?:" + _NOT_OF_DAYS + "{of|article|all})*" + _DOC, bonus=0.5)
def every(matched: RuleMatch) -> Head | None:
    """All policies, an overview of policies.

    every policy from 2013 → issued 2013-01-01 to 2013-12-31
    overview of 2013 policies → issued 2013-01-01 to 2013-12-31
    """
    first = matched.of()[0]
    if not matched.starts and not {"all", "overview"} & first.classes:
        return None
    many = {"all", "each", "overview"} & first.classes and first.text not in {"a", "an", "one"}
    return _head(matched, many=bool(many) or None)


@rule("head", "(?:{show|pronoun|article}*){how_many}{of|article|all|other}*" + _DOC, bonus=0.8)
def how_many(matched: RuleMatch) -> Head | None:
    """How many policies.

    How many policies did MIIT issue? → issued by Ministry of Industry and Information Technology
    财政部发布过多少个通知 → issued by Ministry of Finance; of the kind “notice”
    """
    tokens, start = matched.tokens[: matched.match.end()], matched.match.start()
    at = max(i for i in range(start, len(tokens)) if DOCUMENT_CLASSES & tokens[i].classes)
    named = has_class(tokens[max(0, at - 1) : at], "article")
    capital = matched.text.printed[tokens[at].span[0]].isupper()
    singular = "singular" in tokens[at].classes
    return None if singular or (named and capital) else _head(matched, many=True)


@rule(
    "head",
    "(?:{be|do|have|modal}{pronoun|there|adverb|know|have}*{not}?|{not}?{there}|{whether}{pronoun|there|be|have|do}*){any|article|all|adverb|other}*"
    + _DOC
    + "{there}?",
    bonus=0.4,
)
def whether(matched: RuleMatch) -> Head | None:
    """Whether there are policies.

    Are there any policies from 2013? → issued 2013-01-01 to 2013-12-31
    有没有2012年的政策 → issued 2012-01-01 to 2012-12-31
    """
    last = matched.of()[-1]
    asks = has_class(matched.of(), "there", "any", "have", "do", "whether", "thing")
    there = has_class(matched.of(), "there") or any(t.is_han for t in matched.of())
    singular = "singular" in last.classes
    if not matched.starts or not asks or ("kind" in last.classes and not there):
        return None
    if singular and is_spoken_of(matched):
        return None
    return Head(many="plural" in last.classes or not singular, explicit=True)


_ENDS_HAN = word_classes("""
    stop question which be have overview adverb of comma particle pronoun want modal light article
    greeting plea interjection signoff form newest oldest by_time reverse forward sort show how_many
    any thanks there mark document kind unit_mark whether all
""")
"""Classes of words that may follow a word for documents at the end of a Chinese question."""

_OPENS_CLAUSE = word_classes("about be do modal duty when who where how why show")
"""Classes of words after which a word for documents is part of another clause."""


@rule("head", "{document|kind|thing}" + _MORE, bonus=-0.2)
def documents(matched: RuleMatch) -> Head | None:
    """A word for documents without a word of asking.

    NDRC policies after June 2013 → issued by National Development and Reform Commission; issued 2013-07-01 or later
    Destruction of secret documents on tax → find; about “Destruction of secret documents on tax”
    2012年发布的政策 → issued 2012-01-01 to 2012-12-31
    2013年发布的意见，工信部发的除外 → not issued by Ministry of Industry and Information Technology; issued 2013-01-01 to 2013-12-31; of the kind “opinion”
    """
    before, last = matched.before, matched.of()[-1]
    opens = not any(
        _OPENS_CLAUSE & t.classes and not t.is_han and not {"D", "article"} & t.classes
        for t in before
    )
    words = sum(t.is_word for t in before)
    thing = "thing" in last.classes and "document" not in last.classes
    if thing and (not opens or words or _begins_noun(last, matched.after) or _is_governed(before)):
        return None
    if last.is_han:
        ends = all(_ENDS_HAN & t.classes for t in _before_exception(matched.after))
        who = next((at for at, t in enumerate(before) if "who" in t.classes), len(before))
        asks = has_class(matched.tokens, "how", "why", "when", "where") or (
            who < len(before) and not has_class(before[who:], "issue")
        )
        return Head(many=True, explicit="document" in last.classes) if ends and not asks else None
    if not opens or words > 6 or ("singular" in last.classes and is_spoken_of(matched)):
        return None
    if _is_object(before) or _is_owned(before):
        return None
    head = _head(matched)
    return None if head and not head.explicit and words > 4 else head


def _before_exception(after: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens up to a clause that leaves something out: "，除了工信部发的"."""
    for at, token in enumerate(after):
        if "comma" in token.classes and has_class(after[at + 1 :], "except", "except_post"):
            return after[:at]
    return after


def _begins_noun(last: Token, after: Sequence[Token]) -> bool:
    """Tell "las dos últimas leyes", where "las" is an article, from "las de 2012"."""
    noun = next((t for t in after if {"document", "kind"} & t.classes), None)
    between = itertools.takewhile(
        lambda t: {"number", "newest", "oldest", "praise", "other"} & t.classes, after
    )
    return "article" in last.classes and noun is not None and noun in after[: 1 + len([*between])]


def _is_owned(before: Sequence[Token]) -> bool:
    """Return whether a person has the documents: "I have the paperwork right here".

    "I need the papers" asks for them.
    """
    at = next((i for i, t in enumerate(before) if {"first_person", "pronoun"} <= t.classes), -1)
    if at < 0 or has_class(before[:at], "modal", "do"):
        return False
    return not any(
        {"want", "show", "plea"} & t.classes or t.classes & {"know", "have"} == {"know"}
        for t in before[at:]
    )


def _is_object(before: Sequence[Token]) -> bool:
    """Return whether a noun of action governs the documents: "release of secret documents"."""
    at = next((i for i in reversed(range(len(before))) if "of" in before[i].classes), 0)
    between = before[at + 1 :]
    plain = all(t.is_word or {"article", "adverb", "praise", "all"} & t.classes for t in between)
    return at > 0 and plain and has_class(before[at - 1 : at], "word", "issue")


@rule("head", "{all}{of|article}*{version_noun}", bonus=0.5)
def all_versions(matched: RuleMatch) -> Head:
    """All versions of something.

    sensors, all versions → about “sensors”
    """
    return Head(many=True, explicit=True)


@rule("head", "^{article}*{overview}(?={stop|question}?$)", bonus=0.5)
def overview(matched: RuleMatch) -> Head:
    """An overview of everything.

    timeline → list
    """
    return Head(many=True, explicit=True)


@rule(
    "kinds",
    "(?<={document|thing}){relative}?{be}{article|word}{0,2}(?P<kinds>{kind}(?:@sep{article}?{kind})*)",
    bonus=0.5,
)
def are_kinds(matched: RuleMatch) -> tuple[str, ...]:
    """Policies that are of a kind.

    Which policies are plans? → of the kind “plan”
    """
    return tuple(token.text for token in matched.of("kinds") if "kind" in token.classes)


@rule(
    "head",
    "{which|how_many}(?P<keep_body>{be|do|have|there|adverb|happen|other}*(?:{article}*{I}|{D}|{in}|{adverb}|{jointly}|{comma}|{and}){0,6}?{issue})",
    bonus=0.2,
)
def what_was_issued(matched: RuleMatch) -> Head | None:
    """What was issued.

    What was issued in 2012? → issued 2012-01-01 to 2012-12-31
    What came out in 2013? → issued 2013-01-01 to 2013-12-31
    """
    return None if matched.issues_as_noun else Head(many=True, explicit=True)


@rule(
    "head",
    "(?P<keep_issue>{issue}{issue_mark|adverb|light}*){which|how_many}(?:{unit_mark}?{document|kind})?(?=$|{stop|question|particle|comma})",
    bonus=0.6,
)
def issued_what(matched: RuleMatch) -> Head:
    """The verb before "which", the Chinese order.

    工信部2012年发布了什么 → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    return Head(many=True, explicit=True)


@rule(
    "head",
    "{which}{be|have|there|adverb|happen|pronoun|do|possessive}*(?={in|from|since|after|before|until|between|article}*{year_word}?{D})",
    bonus=0.3,
)
def what_is_there(matched: RuleMatch) -> Head | None:
    """What there is from a date.

    What's there from 2013? → issued 2013-01-01 to 2013-12-31
    """
    return Head(many=True, explicit=False) if matched.starts else None


@rule(
    "head",
    "(?:{only}?{of}?{those}|{only_those})(?={relative|about|by|from|of|in|since|before|after|discuss|mention})",
    bonus=0.1,
)
def those_that(matched: RuleMatch) -> Head | None:
    """Documents as "those that".

    From MIIT, before 2013, only those that mention Wuxi → issued by Ministry of Industry and Information Technology; issued 2012-12-31 or earlier; containing “Wuxi”
    si no me contestan a lo de la ayuda → find; about “contestan a lo de la ayuda”
    """
    return None if _is_governed(matched.before) else Head(many=True, explicit=True)


def _is_governed(before: Sequence[Token]) -> bool:
    """Return whether a preposition is before a word: "a lo de la ayuda" asks for no documents."""
    return has_class(before[-1:], "to", "for_", "with_", "by")


@rule(
    "head",
    "{which|show|all}{of|all|article|pronoun}*(?P<keep_word>{word|praise|kind|plain|number}{0,3}?)(?P<noun>{word})(?=@aux{issue}|{have|do}{article}*{I}|{by}@body|{be|have}*{jointly})|(?<={issue}{issue_mark}){which}{unit_mark}?(?P<han>{han})(?=$|{stop|question|particle})",
    bonus=0.5,
)
def noun_slot(matched: RuleMatch) -> Head | None:
    """An unknown noun in the place of a word for documents.

    What ukases has MIIT handed down? → issued by Ministry of Industry and Information Technology
    Which bus passes cost most? → find; about “bus passes cost most”
    """
    after = range(matched.match.end(), len(matched.tokens))
    issues = next((at for at in after if "issue" in matched.tokens[at].classes), None)
    if issues is not None and is_noun(matched.tokens, issues):
        return None
    if matched.has("han") and matched.vocabulary.frequency(matched.wording("han")):
        return None
    return Head(many=True, explicit=True)


@rule(
    "head",
    "{which}(?:{of}?{pronoun|thing|it|article})?{adverb|light|relative}*(?={mention|contain|discuss|issue|not|unrelated|repeal|replace|amend})",
    bonus=0.3,
)
def which_ones(matched: RuleMatch) -> Head:
    """Documents as "which ones".

    哪些提到商业模式 → containing “商业模式”
    """
    return Head(many=True, explicit=True)


@rule("nation", "(?:{in}{article}?)?{nation}{possessive}?", bonus=0)
def nation(matched: RuleMatch) -> bool | None:
    """The country of the corpus, which distinguishes none of its policies.

    timeline of China's policies → list
    """
    country = next(t.text for t in matched.of() if "nation" in t.classes)
    return True if country in matched.vocabulary.nation else None


@rule(
    "collection",
    "{relative|light}*{in|of|from}?{article|it|pronoun|any}*{collection}{have}?",
    bonus=0.2,
)
def collection(matched: RuleMatch) -> bool:
    """The corpus itself: database, collection.

    all policies in the database → list
    """
    return True
