"""Nouns by which a corpus calls its documents and that no lexicon has: "¿Qué bandos hay?".

A word is taken for one where only a word for documents can stand, and where titles begin with it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from policybot.query.tokens import Token, has_class, symbols, word_classes
from policybot.query.vocabulary import Vocabulary

_ASKED = word_classes("which all newest oldest")
_ENDS = word_classes("newest oldest")
_AFTER = word_classes(
    """
    there be in_force in since before after until between D issue about mention question
    stop
    """
)
_GOVERNS = word_classes("to for_ of with_ by in from")
"""Classes of words after which a noun is the object of what is asked: "notice to all tenants"."""

_JOINS = word_classes("and or comma")
_BY = word_classes("of by from")


def with_nouns_of_titles(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Token]:
    """Return the tokens of a sentence; those that name documents are of the class ``kind``."""
    marked = list(tokens)
    for at, token in enumerate(tokens):
        plain = token.is_word and token.text < "\u2e80" and _stands_for_documents(tokens, at)
        if plain and vocabulary.opening_titles(token.text):
            classes = token.classes | {"kind"}
            symbol = symbols().of(classes)
            marked[at] = dataclasses.replace(token, classes=classes, symbol=symbol)
    return marked


def _stands_for_documents(tokens: Sequence[Token], at: int) -> bool:
    """Tell a noun that is asked for, that is the latest, or that a word for documents is beside.

    So is one that opens a question and whose issuer follows: "Notes of the revenue authority".
    """
    before = [t for t in tokens[:at] if "article" not in t.classes][-2:]
    after = tokens[at + 1 : at + 3]
    nouns = [(before[::-1], 2), ([t for t in after if "article" not in t.classes], 2)]
    joined = any(
        len(near) == size and _JOINS & near[0].classes and "kind" in near[1].classes
        for near, size in nouns
    )
    ends = bool(after) and bool(_ENDS & after[0].classes)
    asked = bool(before) and bool(_ASKED & before[-1].classes)
    asked = asked and not (len(before) > 1 and _GOVERNS & before[-2].classes)
    follows = not after or bool(_AFTER & after[0].classes)
    named = [t for t in tokens[at + 2 : at + 4] if "article" not in t.classes][:1]
    opens = not before or has_class(before[-1:], "show", "overview", "all", "how_many")
    issued = opens and has_class(after[:1], *_BY) and has_class(named, "I")
    return joined or ends or issued or (asked and follows)
