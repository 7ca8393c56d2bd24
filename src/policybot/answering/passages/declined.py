"""Answers without hits, which state the reason."""

from __future__ import annotations

import difflib
from typing import Any

from policybot.index.serve.interface import Generation
from policybot.model import Answer, Hit, Reason
from policybot.query.query import Query

NOTHING_SURE = "Nothing here surely answers this question."
NOTHING_SIMILAR = "The corpus has nothing similar enough to this question."
"""What is said where a search finds nothing sure, with the closest passages and without."""


def unknown_bodies(generation: Generation, reading: Query) -> str:
    """Return a message that names the unknown issuers and suggests known ones."""
    if len(reading.nearest) > 1:
        names = ", ".join(f"“{name}”" for name in reading.unknown_issuers)
        return f"{names} may be several bodies: {'; '.join(reading.nearest)}. Say which one."
    known = {name.casefold(): name for name, _ in generation.issuer_counts()}
    close = [
        known[match]
        for name in reading.unknown_issuers
        for match in difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.8)
    ]
    close = [*reading.nearest, *close]
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"The corpus knows no issuer called {', '.join(reading.unknown_issuers)}.{hint}"


def declined(
    generation: Generation,
    reading: Query,
    reason: Reason,
    detail: str,
    *,
    near: tuple[Hit, ...] = (),
    **more: Any,  # noqa: ANN401 - fields of Answer
) -> Answer:
    """Return an answer without hits and the reason; ``near`` are the closest policies."""
    return Answer(
        reading=reading,
        hits=(),
        total=0,
        index=generation.info,
        reason=reason,
        detail=detail,
        near_misses=near,
        **more,
    )
