"""Definitions: "What does “emission” mean in the Harbour Rules?", X的定义, ¿qué significa X?

The term stands beside a word for meaning, and the policy, if one is named, after "in".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.query.text import Text
from policybot.query.tokens import Token, has_class, word_classes, wording_of

_BEFORE = word_classes("""
    which be do article show plea want know interjection modal pronoun first_person light framing
    there wording adverb how
""")
_AROUND = word_classes("article wording plea mark light adverb")
_AFTER = word_classes("stop question mark plea particle be which interjection")
_NAMED_KINDS = frozenset(["title", "quote", "number"])
_MOST_TOKENS = 30
_LONGEST = 8
"""Number of tokens of a term, at most."""


@dataclass(frozen=True, slots=True)
class TermAsked:
    """The term whose definition a question asks for, and its name for the policy that defines it.

    ``of`` is empty where it names no policy; ``whole`` is the term with "in" and all that follows,
    which may be part of it.
    """

    term: str
    of: str = ""
    whole: str = ""

    def to_dict(self) -> dict[str, str]:
        """The term and the policy for JSON, without the policy if none is named."""
        return {"term": self.term, **({"of": self.of} if self.of else {})}


def asked_definition(tokens: Sequence[Token], text: Text) -> TermAsked | None:
    """Return the term whose meaning a sentence asks for; None where it asks for none.

    Examples, each with the term and the policy:

    What does “emission” mean? → “emission” of “”
    What does responsible entity mean in the Harbour Rules? → “responsible entity” of “Harbour Rules”
    What is the definition of agency? → “agency” of “”
    How is vessel defined in the Harbour Rules? → “vessel” of “Harbour Rules”
    What is meant by covered person? → “covered person” of “”
    食品浪费是什么意思？ → “食品浪费” of “”
    食品浪费的定义是什么？ → “食品浪费” of “”
    《港口条例》中污染物的含义是什么 → “污染物” of “《港口条例》”
    ¿Qué significa residuo en la Ley de Puertos? → “residuo” of “Ley de Puertos”
    ¿Cuál es la definición de residuo? → “residuo” of “”
    """
    if not has_class(tokens, "define", "define_noun"):
        return None
    kept = [token for token in tokens if not {"stop", "question", "mark"} & token.classes]
    if not kept or len(kept) > _MOST_TOKENS:
        return None
    for at, token in enumerate(kept):
        verb, noun = "define" in token.classes, "define_noun" in token.classes
        if not (verb or noun):
            continue
        left, right = kept[:at], kept[at + 1 :]
        if token.text[-1] > "⺀":
            matched = _chinese(left, right, text)
        else:
            matched = _after_noun(left, right, text) if noun else _beside_verb(left, right, text)
        if matched:
            return matched
    return None


def _after_noun(left: Sequence[Token], right: Sequence[Token], text: Text) -> TermAsked | None:
    """Read "the definition of X in Y"."""
    asks = all(_BEFORE & token.classes for token in left)
    if not asks or len(right) < 2 or "of" not in right[0].classes:
        return None
    return _term_in(right[1:], text)


def _beside_verb(left: Sequence[Token], right: Sequence[Token], text: Text) -> TermAsked | None:
    """Read "what does X mean in Y", "how is X defined", "what is meant by X", "qué significa X"."""
    asks = [token for token in left if {"which", "how"} & token.classes]
    if left and not asks:
        return None
    if right and "by" in right[0].classes:
        return _term_in(right[1:], text)
    named = _without_leading(left, _BEFORE)
    if not named:
        return _term_in(right, text) if right and not _begins_with_in(right) else None
    if not right or _begins_with_in(right):
        return _term_asked(named, right[1:], text)
    if "how" in left[0].classes and "be" not in {*left[1].classes}:
        return _term_asked(_trimmed(right), named, text)
    return None


def _chinese(left: Sequence[Token], right: Sequence[Token], text: Text) -> TermAsked | None:
    """Read X是什么意思, X的定义是什么, 《Y》中X的含义."""
    if any(not _AFTER & token.classes for token in right):
        return None
    run = [token for token in left if not {"plea", "framing", "comma"} & token.classes]
    while run and {"of", "be", "particle"} & run[-1].classes and not run[-1].entity:
        run = run[:-1]
    of: list[Token] = []
    if len(run) > 1 and run[0].entity and run[0].entity.kind in _NAMED_KINDS:
        of, run = run[:1], run[1:]
        while len(run) > 1 and {"of", "in"} & run[0].classes:
            run = run[1:]
    else:
        run = list(_without_leading(run, _BEFORE))
    matched = _term_asked(run, of, text)
    if matched is None:
        return None
    term = _INTRODUCES.sub("", matched.term)
    return TermAsked(term, matched.of) if term else None


_INTRODUCES = re.compile("^(?:本[\u4e00-\u9fff]{1,6}?)?(?:中|里|所称|所指)的?")
"""Words that introduce a term: 本办法所称, or the end of 《…》中."""


def _term_in(tokens: Sequence[Token], text: Text) -> TermAsked | None:
    """Return a term, with the policy after the last "in"."""
    places = [at for at, token in enumerate(tokens) if "in" in token.classes and not token.entity]
    places = [at for at in places if 0 < at < len(tokens) - 1 and "of" not in tokens[at].classes]
    if not places:
        return _term_asked(tokens, [], text)
    return _term_asked(tokens[: places[-1]], tokens[places[-1] + 1 :], text, whole=tokens)


def _begins_with_in(tokens: Sequence[Token]) -> bool:
    """Return whether tokens begin with "in", before the name of a policy."""
    return bool(tokens) and "in" in tokens[0].classes and not tokens[0].entity


def _without_leading(tokens: Sequence[Token], classes: frozenset[str]) -> Sequence[Token]:
    """Return tokens without the leading ones of some classes."""
    at = 0
    while at < len(tokens) and classes & tokens[at].classes and not tokens[at].entity:
        at += 1
    return tokens[at:]


def _trimmed(tokens: Sequence[Token]) -> Sequence[Token]:
    kept = _without_leading(tokens, _AROUND)
    return _without_leading(kept[::-1], _AROUND)[::-1]


def _term_asked(
    term: Sequence[Token], of: Sequence[Token], text: Text, *, whole: Sequence[Token] = ()
) -> TermAsked | None:
    term, of = _trimmed(term), _trimmed(of)
    if not 0 < len(term) <= _LONGEST:
        return None
    return TermAsked(
        wording_of(term, text).strip(_QUOTES), wording_of(of, text), wording_of(whole, text)
    )


_QUOTES = "“”\"'‘’「」«» "
