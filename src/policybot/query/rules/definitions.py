"""What a term means: "What does “emission” mean in the Harbour Rules?", X的定义, ¿qué significa X?

A word for meaning tells it, with the term on one side and the policy, if one is named, after "in".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.query.text import Text, on_one_line
from policybot.query.tokens import Token

_BEFORE = frozenset(
    ["which", "be", "do", "article", "show", "plea", "want", "know", "interjection", "modal",
     "pronoun", "first_person", "light", "framing", "there", "wording", "adverb", "how"]
)  # fmt: skip
_AROUND = frozenset(["article", "wording", "plea", "mark", "light", "adverb"])
_AFTER = frozenset(["stop", "question", "mark", "plea", "particle", "be", "which", "interjection"])
_NAMES = frozenset(["title", "quote", "number"])
_MOST_TOKENS = 30
_LONGEST = 8
"""Tokens of a term, at most; more are a sentence."""


@dataclass(frozen=True, slots=True)
class TermAsked:
    """The term whose definition a question asks for, and how it names the policy that gives it.

    ``of`` is empty where it names none; ``whole`` is the term if what follows "in" is part of it.
    """

    term: str
    of: str = ""
    whole: str = ""

    def to_dict(self) -> dict[str, str]:
        """The term and the policy as the answer's JSON shows them; no policy where none is named."""
        return {"term": self.term, **({"of": self.of} if self.of else {})}


def asked_definition(tokens: Sequence[Token], text: Text) -> TermAsked | None:
    """Return the term that a sentence asks the meaning of, or None where it asks for none.

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
    named = _without(left, _BEFORE)
    if not named:
        return _term_in(right, text) if right and not _tail(right) else None
    if not right or _tail(right):
        return _asked(named, right[1:], text)
    if "how" in left[0].classes and "be" not in {*left[1].classes}:
        return _asked(_trimmed(right), named, text)
    return None


def _chinese(left: Sequence[Token], right: Sequence[Token], text: Text) -> TermAsked | None:
    """Read X是什么意思, X的定义是什么, 《Y》中X的含义."""
    if any(not _AFTER & token.classes for token in right):
        return None
    run = [token for token in left if not {"plea", "framing", "comma"} & token.classes]
    while run and {"of", "be", "particle"} & run[-1].classes and not run[-1].entity:
        run = run[:-1]
    of: list[Token] = []
    if len(run) > 1 and run[0].entity and run[0].entity.kind in _NAMES:
        of, run = run[:1], run[1:]
        while len(run) > 1 and {"of", "in", "within"} & run[0].classes:
            run = run[1:]
    else:
        run = list(_without(run, _BEFORE))
    matched = _asked(run, of, text)
    if matched is None:
        return None
    term = _HAN_SAID.sub("", matched.term)
    return TermAsked(term, matched.of) if term else None


_HAN_SAID = re.compile("^(?:本[\u4e00-\u9fff]{1,6}?)?(?:中|里|所称|所指)的?")
"""What leads into a term: 本办法所称, or the last of 《…》中."""


def _term_in(tokens: Sequence[Token], text: Text) -> TermAsked | None:
    """Return a term with what follows the last "in"."""
    places = [at for at, token in enumerate(tokens) if "in" in token.classes and not token.entity]
    places = [at for at in places if 0 < at < len(tokens) - 1 and "of" not in tokens[at].classes]
    if not places:
        return _asked(tokens, [], text)
    return _asked(tokens[: places[-1]], tokens[places[-1] + 1 :], text, whole=tokens)


def _tail(tokens: Sequence[Token]) -> bool:
    """Tell whether tokens begin with "in": what follows names a policy."""
    return bool(tokens) and "in" in tokens[0].classes and not tokens[0].entity


def _without(tokens: Sequence[Token], classes: frozenset[str]) -> Sequence[Token]:
    """Return tokens without those at their beginning that have one of the classes."""
    at = 0
    while at < len(tokens) and classes & tokens[at].classes and not tokens[at].entity:
        at += 1
    return tokens[at:]


def _trimmed(tokens: Sequence[Token]) -> Sequence[Token]:
    kept = _without(tokens, _AROUND)
    return _without(kept[::-1], _AROUND)[::-1]


def _asked(
    term: Sequence[Token], of: Sequence[Token], text: Text, *, whole: Sequence[Token] = ()
) -> TermAsked | None:
    term, of = _trimmed(term), _trimmed(of)
    if not 0 < len(term) <= _LONGEST:
        return None
    return TermAsked(_wording(term, text).strip(_QUOTES), _wording(of, text), _wording(whole, text))


_QUOTES = "“”\"'‘’「」«» "


def _wording(tokens: Sequence[Token], text: Text) -> str:
    if not tokens:
        return ""
    return on_one_line(text.printed[tokens[0].span[0] : tokens[-1].span[1]])
