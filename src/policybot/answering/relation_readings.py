"""What a question about relations may ask beside what it says, and what is said of that."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from policybot.model import RelationAsked
from policybot.query.rules.relations import Asked, Wanted

DONE = {
    "amends": "amended",
    "repeals": "repealed",
    "implements": "implemented",
    "replaces": "replaced",
}
"""Past participle for the object of each relation."""

_IN_PLACE_OF = {"replaces": "repeals", "repeals": "replaces"}
"""What a text may say instead of what a person asks for: both end the other document."""


def readings(asked: Asked) -> Iterator[Asked]:
    """Yield what a question may ask, likeliest first: the other side, and the other way to end."""
    sides = [asked]
    if asked.either:
        other: Wanted = "objects" if asked.wanted == "subjects" else "subjects"
        sides.append(dataclasses.replace(asked, wanted=other))
    yield from sides
    if asked.kind in _IN_PLACE_OF:
        for side in sides:
            yield dataclasses.replace(side, kind=_IN_PLACE_OF[asked.kind])


def really(asked: Asked, read: Asked) -> str | None:
    """Say what is recorded instead of what is asked for; None where it is that."""
    if asked.kind == read.kind:
        return None
    if read.wanted == "subjects":
        return f"It is recorded as {DONE[read.kind]} by what is shown, not {DONE[asked.kind]}."
    return f"What is shown is recorded as {DONE[read.kind]} by it, not {DONE[asked.kind]}."


def relation_in_words(relation: RelationAsked, *, noun: str = "policies") -> str:
    """Describe in English what is requested: "policies that replace “Harbour Rules”".

    ``noun`` is "policies" or "policy".
    """
    names = " or ".join(f"“{policy.title}”" for policy in relation.policies)
    names = names or (f"“{relation.named}”" if relation.named else "")
    several = noun == "policies"
    if relation.wanted == "subjects":
        verb = relation.kind.removesuffix("s") if several else relation.kind
        return f"{noun} that {verb} {names or 'another'}"
    if names:
        return f"{noun} that {names} {relation.kind}"
    return f"{noun} that {'were' if several else 'was'} {DONE[relation.kind]}"
