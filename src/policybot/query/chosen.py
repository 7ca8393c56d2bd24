"""Which of the hits shown a follow-up chooses: "the second one", 第二个, "3"."""

from __future__ import annotations

import re

from policybot.query.parse import Parse
from policybot.query.text import on_one_line
from policybot.query.tokens import Token, has_class

_PLAIN_NUMBER = re.compile(r"#?\s*(\d{1,2})\.?")


def chosen_hit(parse: Parse, count: int) -> int | None:
    """Return the index of the hit that a follow-up chooses; None where it chooses none."""
    number = _PLAIN_NUMBER.fullmatch(on_one_line(parse.text.plain))
    if number and 1 <= int(number[1]) <= count:
        return int(number[1]) - 1
    ordinals = [t for t in parse.tokens if "ordinal" in t.classes]
    named = any((t.is_word or t.entity) and t not in ordinals for t in parse.tokens)
    documents = has_class(parse.tokens, "document", "kind")
    if len(ordinals) != 1 or named or documents or not _chooses(parse, ordinals[0]):
        return None
    place = ordinals[0].value or 0
    place = count if place == -1 else place
    return place - 1 if 1 <= place <= count else None


def _chooses(parse: Parse, ordinal: Token) -> bool:
    """Return whether an ordinal chooses a hit: "the second one", 第二个, but not "newest first"."""
    if ordinal.is_han or len(parse.tokens) == 1:
        return True
    at = parse.tokens.index(ordinal)
    return bool(
        {"article", "pronoun", "it"} & (parse.classes_at(at - 1) | parse.classes_at(at + 1))
    )


def ordinal_word(place: int) -> str:
    """Return the ordinal of a place that counts from 0, in English."""
    return {0: "first", 1: "second", 2: "third"}.get(place, f"{place + 1}th")
