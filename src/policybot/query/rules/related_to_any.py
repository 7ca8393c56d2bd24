"""Relations to whatever policy: "all amending documents", "what amends what?".

Such a sentence names no policy and no topic: it holds words of asking, words for documents, and what
policies do to each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from policybot.query.rules.relations import KINDS, Asked, Wanted
from policybot.query.text import Text
from policybot.query.tokens import Token, has_class, word_classes, wording_of

_ASKS = word_classes("which who all each show overview thing how_many those")
_NAMES = word_classes("""
    word plain D I N T Q title when where how why whether not no_longer not_yet in_force number
    newest oldest same_year make compare
""")
"""Classes of words with which a sentence asks for something else, or something more."""

_DOCUMENTS = word_classes("document kind")
_RELATING = frozenset(f"{kind}{suffix}" for kind in KINDS for suffix in ("", "_noun"))


def asked_of_any(tokens: Sequence[Token], text: Text) -> Asked | None:
    """Return the relation to any policy that a sentence asks for; None where it asks for none.

    What has a single verb between its sides is left to
    :func:`policybot.query.rules.relations.asked_relation`.

    give me all amending documents → amends subjects “”
    What amends what? → amends subjects “”
    list all amendments → amends subjects “”
    all that's been repealed or replaced by something else here → repeals objects “”
    哪些是对原来文件进行修改的“决定” → amends subjects “”
    """
    if not any(_RELATING & token.classes for token in tokens):
        return None
    words = [token for token in tokens if not {"stop", "question", "mark"} & token.classes]
    done = {at: kind for at, token in enumerate(words) if (kind := _kind(token))}
    if not done or not has_class(words, *_ASKS) or any(map(_names, words)):
        return None
    if any("it" in t.classes and not {"article", "relative"} & t.classes for t in words):
        return None
    kinds = tuple(dict.fromkeys(done.values()))
    wanted = _wanted(words, [*done])
    if wanted is None and len(kinds) == 1:
        return None
    head = [t for t in words if _DOCUMENTS & t.classes and not _is_generic(words, t)]
    wording = " ".join(wording_of([token], text) for token in head[-1:])
    return Asked(kinds[0], wanted or "objects", "", wording, others=kinds[1:])


def _kind(token: Token) -> str | None:
    return next(
        (kind for name, kind in KINDS.items() if {name, f"{name}_noun"} & token.classes), None
    )


def _names(token: Token) -> bool:
    """Return whether a token names something, or asks for something else."""
    return bool(_NAMES & token.classes) and _kind(token) is None


def _is_generic(tokens: Sequence[Token], token: Token) -> bool:
    """Return whether a word for documents is the object: "another policy", 原来文件."""
    at = tokens.index(token)
    return at > 0 and "other" in tokens[at - 1].classes


def _wanted(tokens: Sequence[Token], at: Sequence[int]) -> Wanted | None:
    """Return which side is asked for; None where the verb's place tells it better."""
    first, last = at[0], at[-1]
    verb, after = tokens[first], tokens[last + 1 :]
    if verb.is_han:
        said = has_class(tokens[:first], "other") and not has_class(tokens[:first], "passive")
        return "subjects" if said and has_class(after[:1], "of") else None
    noun = has_class([verb], *(f"{name}_noun" for name in KINDS))
    if noun and not has_class([verb], *KINDS) and has_class(tokens[:first], *_ASKS):
        return "subjects"
    if verb.text.endswith("ing"):
        return "subjects"  # "amending documents", not "amended documents"
    if has_class(tokens[:first], "which", "who") and has_class(after[:1], "which", "who", "thing"):
        return "subjects"
    passive = has_class(tokens[:first], "be", "passive") or has_class(after[:1], "by")
    return "objects" if passive and len(at) > 1 else None
