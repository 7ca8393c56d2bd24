"""What every finder of entities returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from policybot.model import Span

Days = tuple[dt.date, dt.date]
"""The first and the last day of a span of time."""

EntityKind = Literal["date", "issuer", "number", "quote", "title", "provision"]

Steps = tuple[tuple[str, str], ...]
"""The steps to a provision: see :mod:`policybot.corpus.provisions.labels`."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a question names, and what it stands for.

    ``value`` is a pair of days for a date, a canonical name for an issuer, the document number for
    a number, the words for a quote, the ordinals of the policies for a title, and the steps to a provision.
    """

    kind: EntityKind
    span: Span
    value: str | Days | tuple[int, ...] | Steps

    @property
    def days(self) -> Days:
        """The days of a date."""
        if self.kind != "date":
            raise TypeError(f"not a date: {self.value}")
        return cast("Days", self.value)

    @property
    def steps(self) -> Steps:
        """The steps to a provision."""
        if self.kind != "provision":
            raise TypeError(f"not a provision: {self.value}")
        return cast("Steps", self.value)

    @property
    def name(self) -> str:
        """The text that any other entity but a title stands for."""
        return str(self.value)


def without_overlaps(found: Iterable[Entity]) -> list[Entity]:
    """Return entities in order; of two that overlap, the earlier given is kept."""
    kept: list[Entity] = []
    for one in found:
        if all(one.span[1] <= other.span[0] or other.span[1] <= one.span[0] for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.span)
