"""Types and constants shared by all packages, and the kinds of relations."""

from __future__ import annotations

import hashlib
from typing import Literal

Span = tuple[int, int]
"""Half-open character offsets ``[start, end)`` into the text they belong to."""

Intent = Literal["find", "list"]

Order = Literal["relevance", "oldest", "newest"]

Certainty = Literal["sure", "closest", "nothing"]

Reason = Literal[
    "no_policy_matches_filters",
    "unknown_issuer",
    "nothing_similar_enough",
    "no_such_relation",
    "no_such_provision",
    "no_such_comparison",
    "empty_question",
    "empty_corpus",
]

State = Literal["in_force", "not_yet", "ended", "unknown"]
"""The state of a policy on a day, so far as the sources state it."""

RELATION_KINDS = ("amends", "repeals", "implements", "replaces")

ENDING = ("replaces", "repeals")
"""The relations that end their object."""

AFFECTING = (*ENDING, "amends")
"""The relations that make their object's text no longer current, the most serious first."""


def sha256_of(text: str) -> str:
    """Return the SHA-256 of ``text`` in UTF-8, as 64 lowercase hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
