"""What there is, to choose from: policies by page, and how many there are of each facet.

A facet's values are masks over the policies of one generation, made when they are first asked for.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.answering.validity import validity_of
from policybot.answering.versions import standing
from policybot.index.serve.interface import Generation
from policybot.model import Policy, State, Validity
from policybot.query.conditions import Condition, InForce, IssuedBy, IssuedIn, Titled
from policybot.retrieval.vocabulary import IndexVocabulary

FACETS = ("issuer", "year", "kind", "state")
STATES: tuple[State, ...] = ("in_force", "not_yet", "ended", "unknown")

_MOST_VALUES = 40
"""Issuers and kinds that are counted: those with most policies."""

_FEWEST = 2
"""Policies of a kind, at least, before it is offered."""

_SHARE_OF_KIND = 0.01

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the policies of a list have in common: one value a facet, and dates.

    ``issuers`` are names or aliases; ``kind`` is one of those that :func:`Catalogue.counts` has.
    """

    issuers: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    year: int | None = None
    kind: str | None = None
    state: State | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Entry:
    """A policy of a list, with its state today."""

    policy: Policy
    validity: Validity

    def to_dict(self) -> dict[str, Any]:
        """The policy as JSON shows it, in the form of an answer's."""
        return self.policy.to_dict() | {"validity": self.validity.to_dict()}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the policies that meet filters, in date order, and the counts of all of them."""

    entries: tuple[Entry, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Catalogue:
    """The facets of the generation that is asked of; safe to use from several threads.

    ``kinds`` gives, for each kind of document that is offered, the word that titles have for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of = ("", dt.date.min)
        self._masks: dict[str, dict[str, Mask]] = {}
        self.kinds: Mapping[str, str] = {}

    def conditions(
        self, generation: Generation, filters: Filters, today: dt.date
    ) -> tuple[Condition, ...]:
        """Return the conditions that filters stand for.

        Raises:
            KeyError: the corpus has no such kind of document.
        """
        made: list[Condition] = []
        if filters.issuers:
            made.append(IssuedBy(filters.issuers))
        since, until = filters.since, filters.until
        if filters.year is not None:
            first, last = dt.date(filters.year, 1, 1), dt.date(filters.year, 12, 31)
            since, until = max(since or first, first), min(until or last, last)
        if since or until:
            made.append(IssuedIn(((since, until),)))
        if filters.kind is not None:
            words = IndexVocabulary(generation).titled_words(filters.kind)
            if not words:
                raise KeyError(filters.kind)
            made.append(Titled(tuple(words), kinds=True))
        if filters.state is not None:
            made.append(InForce((today, today), (filters.state,), today))
        return tuple(made)

    def listing(
        self,
        generation: Generation,
        filters: Filters,
        today: dt.date,
        *,
        first: int = 0,
        count: int = 50,
        newest: bool = False,
    ) -> Listing:
        """Return ``count`` of the policies that meet the filters, from place ``first`` on.

        They are in date order, undated ones last; with ``newest`` the other way round, undated ones
        last as well.

        Raises:
            KeyError: the corpus has no such kind of document.
        """
        mask = self.mask(generation, filters, today)
        chosen = np.flatnonzero(mask)
        if newest:
            dated = generation.policy_first[chosen] > 0
            chosen = np.concatenate([chosen[dated][::-1], chosen[~dated]])
        shown = chosen[first : first + count].tolist()
        entries = tuple(
            Entry(policy, validity_of(generation, policy, today))
            for policy in generation.policies(shown)
        )
        return Listing(entries, len(chosen), self.counts(generation, mask, today))

    def mask(self, generation: Generation, filters: Filters, today: dt.date) -> Mask:
        """Return bool ``(P,)``: which policies meet the filters, each by its version of today.

        Raises:
            KeyError: the corpus has no such kind of document.
        """
        mask = generation.policies_matching(self.conditions(generation, filters, today))
        return every(generation, today) if mask is None else mask & every(generation, today)

    def counts(
        self, generation: Generation, mask: Mask, today: dt.date
    ) -> dict[str, dict[str, int]]:
        """Return, by facet and value, how many policies of a mask there are, most first.

        Years come in order, states in that of :data:`STATES`; what none has is left out.
        """
        counted: dict[str, dict[str, int]] = {}
        for facet, masks in self._facets(generation, today).items():
            values = {value: int((held & mask).sum()) for value, held in masks.items()}
            there = [(value, count) for value, count in values.items() if count]
            if facet in {"issuer", "kind"}:
                there.sort(key=lambda one: (-one[1], one[0]))
            counted[facet] = dict(there)
        return counted

    def _facets(self, generation: Generation, today: dt.date) -> dict[str, dict[str, Mask]]:
        with self._lock:
            if self._of != (generation.name, today):
                self.kinds = _kinds(generation)
                self._masks = {
                    "issuer": _issuer_masks(generation),
                    "year": _year_masks(generation),
                    "kind": _kind_masks(generation, self.kinds),
                    "state": _state_masks(generation, today),
                }
                self._of = (generation.name, today)
            return self._masks


def every(generation: Generation, today: dt.date) -> Mask:
    """Return bool ``(P,)``: all policies, of those with several versions the one of today."""
    mask = standing(generation, today)
    return np.ones(len(generation.policy_first), dtype=np.bool_) if mask is None else mask


def _matching(generation: Generation, condition: Condition) -> Mask:
    mask = generation.policies_matching((condition,))
    assert mask is not None  # noqa: S101 (None is for no conditions)
    return mask


def _issuer_masks(generation: Generation) -> dict[str, Mask]:
    counts = sorted(generation.issuer_counts(), key=lambda row: (-row[1], row[0]))
    return {name: _matching(generation, IssuedBy((name,))) for name, _ in counts[:_MOST_VALUES]}


def _year_masks(generation: Generation) -> dict[str, Mask]:
    """Return the policies of each year; one whose date is an interval counts for its first."""
    firsts = generation.policy_first
    years = np.array([dt.date.fromordinal(day).year if day else 0 for day in firsts.tolist()])
    return {str(year): years == year for year in sorted({*years.tolist()} - {0})}


def _kinds(generation: Generation) -> dict[str, str]:
    """Return the kinds of document that are offered, with the word that most titles have for each.

    What titles end with is learned with the words before it (的通知): where a lexicon knows the
    end, that is the kind.
    """
    vocabulary = IndexVocabulary(generation)
    counts = generation.corpus_words.kinds
    least = max(_FEWEST, round(_SHARE_OF_KIND * len(generation.policy_first)))
    known = {word for word, kind in vocabulary.kinds.items() if word != kind}
    kinds: dict[str, str] = {}
    for word in sorted(counts, key=lambda one: (-counts[one], one)):
        ends = any(word.endswith(end) for end in known if end != word and not end.isascii())
        if counts[word] >= least and (word in known or not ends):
            kinds.setdefault(vocabulary.kinds.get(word, word), word)
    return kinds


def _kind_masks(generation: Generation, kinds: Mapping[str, str]) -> dict[str, Mask]:
    vocabulary = IndexVocabulary(generation)
    masks: dict[str, Mask] = {}
    for kind in [*kinds][:_MOST_VALUES]:
        if words := vocabulary.titled_words(kind):
            mask = _matching(generation, Titled(tuple(words), kinds=True))
            if not mask.all():  # what all are called tells none apart
                masks[kind] = mask
    return masks


def _state_masks(generation: Generation, today: dt.date) -> dict[str, Mask]:
    day = today.toordinal()
    return {state: generation.states.having([state], day, day, day) for state in STATES}


def without(filters: Filters, facet: str) -> Filters:
    """Return the filters without one facet."""
    empty: dict[str, Any] = {"issuer": {"issuers": ()}}
    return replace(filters, **empty.get(facet, {facet: None}))


def years_of(counts: Mapping[str, int]) -> Sequence[tuple[int, int]]:
    """Return every year from the first to the last that has policies, with how many it has."""
    years = [int(year) for year in counts]
    if not years:
        return ()
    return [(year, counts.get(str(year), 0)) for year in range(min(years), max(years) + 1)]
