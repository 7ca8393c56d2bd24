"""Follow-ups about the policy shown before that its relations or its date answer.

"Was it revoked?", 被什么废止了, ¿qué derogó? and "anything newer?" are read as if the policy's name
stood in the place of the pronoun, or of the missing subject.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

from policybot.query.parse import Parse
from policybot.query.periods import Period
from policybot.query.rules.relations import Asked, asked_relation
from policybot.query.tokens import Token, has_class, made_token, word_classes

_SHOWN_NAME = "※"
"""A name in the place of that of the policy shown; no policy has it."""

_DAY = dt.timedelta(days=1)
_AUXILIARY = word_classes("be have do")
_BEFORE = word_classes("interjection and comma mark plea adverb then_post but follow")
_AGENT = word_classes("""
    by passive which who document kind thing any number pronoun unit_mark particle issue_mark and
    interjection be those body_noun
""")
_BESIDE = word_classes("""
    newer older thing any there have be do article document kind version_noun number particle
    question_particle whether which and interjection adverb those unit_mark pronoun show plea of
    follow still know
""")
_SILENT = word_classes("question stop mark comma")


def relation_of_shown(parse: Parse) -> Asked | None:
    """Return the relation of the policy shown that a sentence asks for, with ``named`` empty.

    None where it names a policy itself, or asks for no relation.
    """
    spoken = _spoken(parse.tokens)
    if not spoken:
        return None
    for tokens in _with_name(spoken):
        asked = asked_relation(tokens, parse.text)
        if asked is not None and asked.named == _SHOWN_NAME:
            return dataclasses.replace(asked, named="")
    if len(spoken) == 2 and "which" in spoken[0].classes:  # ¿Qué derogó?
        asked = asked_relation([*spoken, _name_token(spoken, 2)], parse.text)
        return dataclasses.replace(asked, named="", wanted="objects") if asked else None
    return None


def asks_for_agent(parse: Parse) -> bool:
    """Return whether a sentence asks for the agent alone: "by what?", 被什么, ¿por cuál?."""
    spoken = _spoken(parse.tokens)
    asks = has_class(spoken, "which") and has_class(spoken, "by", "passive")
    return asks and all(_AGENT & token.classes and not token.entity for token in spoken)


def newer_than(parse: Parse, days: Period) -> Period | None:
    """Return the period of policies newer (or older) than one of ``days``: "anything newer?".

    None where a sentence asks for something else.
    """
    spoken = _spoken(parse.tokens)
    ends = [name for token in spoken for name in ("newer", "older") if name in token.classes]
    if len(ends) != 1 or any(not _BESIDE & token.classes or token.entity for token in spoken):
        return None
    # "The newest" orders a list; "hay algo más reciente" does not.
    orders = has_class(spoken, "newest", "oldest")
    if orders and not has_class(spoken, "thing", "any", "there", "have"):
        return None
    first, last = days
    if ends[0] == "newer":
        return (last + _DAY, None) if last else None
    return (None, first - _DAY) if first else None


def _spoken(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if not _SILENT & token.classes]


def _with_name(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of a sentence with a name in each place where the policy may be meant."""
    for start, end in _references(tokens):
        yield [*tokens[:start], _name_token(tokens, start), *tokens[end:]]
    start = next((at for at, t in enumerate(tokens) if not _BEFORE & t.classes), len(tokens))
    if has_class(tokens[start : start + 1], "which", "who") and tokens[start].is_han:
        return  # 哪些政策已被废止
    yield [*tokens[:start], _name_token(tokens, start), *tokens[start:]]
    verb = next((at for at, t in enumerate(tokens) if _AUXILIARY & t.classes), None)
    if verb is not None and not tokens[verb].is_han:
        yield [*tokens[: verb + 1], _name_token(tokens, verb + 1), *tokens[verb + 1 :]]


def _references(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the places of pronouns and of nouns with an article: "this notice", 该通知."""
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        noun = after is not None and bool({"kind", "document"} & after.classes)
        if noun and after and "article" in token.classes and "plural" not in after.classes:
            yield at, at + 2
        elif "it" in token.classes and not (after and after.is_word):
            yield at, at + 1


def _name_token(tokens: Sequence[Token], at: int) -> Token:
    """Return a token of zero width for the name of the policy shown, before token ``at``."""
    place = tokens[at].span[0] if at < len(tokens) else tokens[-1].span[1]
    return made_token(_SHOWN_NAME, (place, place), frozenset(["T"]))
