"""Entities: what the finders in this package return."""

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
    """Something that a question names, with its value.

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
        """The value of an issuer, a number or a quote as text."""
        return str(self.value)


def without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities by place; of two that overlap, the one given first is kept."""
    kept: list[Entity] = []
    for entity in entities:
        if all(
            entity.span[1] <= earlier.span[0] or earlier.span[1] <= entity.span[0]
            for earlier in kept
        ):
            kept.append(entity)
    return sorted(kept, key=lambda entity: entity.span)
