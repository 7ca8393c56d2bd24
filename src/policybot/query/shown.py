"""What a follow-up asks of the policy shown before that only its relations or its date tell.

"Was it revoked?", 被什么废止了, ¿qué derogó? and "anything newer?" are read as they would be with a
policy's name where "it" stands, or where nothing does.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

from policybot.query.parse import Parse
from policybot.query.periods import Period
from policybot.query.rules.relations import Asked, asked_relation
from policybot.query.tokens import Token, symbols

_IT = "※"
"""The name that stands for the policy shown: no policy is called so."""

_DAY = dt.timedelta(days=1)
_AUXILIARY = frozenset(["be", "have", "do"])
_BEFORE = frozenset(
    ["interjection", "and", "comma", "mark", "plea", "adverb", "then_post", "but", "follow"]
)
_AGENT = frozenset(
    ["by", "passive", "which", "who", "document", "kind", "thing", "any", "number", "pronoun",
     "unit_mark", "particle", "issue_mark", "and", "interjection", "be", "those", "body_noun"]
)  # fmt: skip
_BESIDE = frozenset(
    ["newer", "older", "thing", "any", "there", "have", "be", "do", "article", "document", "kind",
     "version_noun", "number", "particle", "question_particle", "whether", "which", "and",
     "interjection", "adverb", "those", "unit_mark", "pronoun", "show", "plea", "of", "follow",
     "still", "know"]
)  # fmt: skip
_RELATING = frozenset(["repeal", "replace", "amend", "implement"])
_SILENT = frozenset(["question", "stop", "mark", "comma"])


def asked_of_it(parse: Parse) -> Asked | None:
    """Return the relation that a sentence asks for of what was shown; ``named`` says nothing.

    None where it names a policy itself, or asks for no relation.
    """
    spoken = [*map(_amending, _spoken(parse.tokens))]
    if not spoken:
        return None
    for tokens in _named(spoken):
        asked = asked_relation(tokens, parse.text)
        if asked is not None and asked.named == _IT:
            return dataclasses.replace(asked, named="", either=False)
    if len(spoken) == 2 and "which" in spoken[0].classes:  # ¿Qué derogó?
        asked = asked_relation([*spoken, _it(spoken, 2)], parse.text)
        return dataclasses.replace(asked, named="", wanted="objects") if asked else None
    return None


def asks_by_which(parse: Parse) -> bool:
    """Tell "by what?", "by which one?", 被什么 and ¿por cuál?: what did so, and nothing else."""
    spoken = _spoken(parse.tokens)
    classes = {name for token in spoken for name in token.classes}
    asks = "which" in classes and {"by", "passive"} & classes
    return bool(asks) and all(_AGENT & token.classes and not token.entity for token in spoken)


def newer_than(parse: Parse, days: Period) -> Period | None:
    """Return the days of what "anything newer?" asks for after a policy of ``days``.

    None where a sentence asks for something else.
    """
    spoken = _spoken(parse.tokens)
    ends = [name for token in spoken for name in ("newer", "older") if name in token.classes]
    if len(ends) != 1 or any(not _BESIDE & token.classes or token.entity for token in spoken):
        return None
    # "The newest" orders a list; "hay algo más reciente" does not.
    orders = any({"newest", "oldest"} & token.classes for token in spoken)
    if orders and not any({"thing", "any", "there", "have"} & t.classes for t in spoken):
        return None
    first, last = days
    if ends[0] == "newer":
        return (last + _DAY, None) if last else None
    return (None, first - _DAY) if first else None


def _spoken(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if not _SILENT & token.classes]


def _amending(token: Token) -> Token:
    """Return a word of altering ("changed", 改过) as the amending that is meant of a policy."""
    if "alter" not in token.classes:
        return token
    return dataclasses.replace(token, classes=frozenset(["amend"]))


def _named(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of a sentence with a name in the place of what points at a policy."""
    for i, (asking, token, done) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        # ¿Qué la reemplazó?
        clitic = {"it", "article"} & token.classes and token.text < "\u2e80"
        if clitic and _RELATING & done.classes and {"which", "who"} & asking.classes:
            yield [*tokens[: i + 1], done, _it(tokens, i + 3), *tokens[i + 3 :]]
    for start, end in _pointing(tokens):
        yield [*tokens[:start], _it(tokens, start), *tokens[end:]]
    start = next((at for at, t in enumerate(tokens) if not _BEFORE & t.classes), len(tokens))
    opens = tokens[start].classes if start < len(tokens) else frozenset[str]()
    if {"which", "who"} & opens and tokens[start].text > "\u2e80":
        return  # 哪些政策已被废止
    yield [*tokens[:start], _it(tokens, start), *tokens[start:]]
    verb = next((at for at, t in enumerate(tokens) if _AUXILIARY & t.classes), None)
    if verb is not None and tokens[verb].text < "\u2e80":
        yield [*tokens[: verb + 1], _it(tokens, verb + 1), *tokens[verb + 1 :]]


def _pointing(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield where a pronoun stands, or a noun that only points: "this notice", 该通知, "la ley"."""
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        noun = after is not None and bool({"kind", "document"} & after.classes)
        if noun and after and "article" in token.classes and "plural" not in after.classes:
            yield at, at + 2
        elif "it" in token.classes and not (after and after.is_word):
            yield at, at + 1


def _it(tokens: Sequence[Token], at: int) -> Token:
    """Return the name of the policy shown, which takes no room before a token."""
    place = tokens[at].span[0] if at < len(tokens) else tokens[-1].span[1]
    classes = frozenset(["T"])
    return Token(_IT, (place, place), classes, symbols().of(classes))
