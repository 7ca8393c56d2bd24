"""Lists of policies by page, with the number of policies of each facet value.

A facet value is a mask over the policies of one generation, computed at the first request.
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
from policybot.retrieval.words.vocabulary import IndexVocabulary

FACETS = ("issuer", "year", "kind", "state")
STATES: tuple[State, ...] = ("in_force", "not_yet", "ended", "unknown")

_MOST_VALUES = 40
"""Issuers and kinds that are counted: those with the most policies."""

_FEWEST = 2
"""Least number of policies of a kind that is offered as a facet value."""

_SHARE_OF_KIND = 0.01

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list: at most one value per facet, and dates.

    ``issuers`` are names or aliases (any of them matches); ``kind`` is a key of
    :meth:`Catalogue.counts`.
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
    """A policy in a list, with its validity today."""

    policy: Policy
    validity: Validity

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the policy, as in an answer."""
        return self.policy.to_dict() | {"validity": self.validity.to_dict()}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the policies that match, in date order; the total and counts are of all pages."""

    entries: tuple[Entry, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Catalogue:
    """The facets of one generation, cached. Thread-safe.

    ``kinds`` maps each kind of document on offer to the word that titles use for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of = ("", dt.date.min)
        self._masks: dict[str, dict[str, Mask]] = {}
        self.kinds: Mapping[str, str] = {}

    def conditions(
        self, generation: Generation, filters: Filters, today: dt.date
    ) -> tuple[Condition, ...]:
        """Return the search conditions of filters.

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
        """Return ``count`` of the policies that match the filters, from index ``first`` on.

        They are in date order, or with ``newest`` in reverse; undated ones come last in both.

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
        """Return bool ``(P,)``: which policies match the filters, in their versions of today.

        Raises:
            KeyError: the corpus has no such kind of document.
        """
        mask = generation.policies_matching(self.conditions(generation, filters, today))
        return every(generation, today) if mask is None else mask & every(generation, today)

    def counts(
        self, generation: Generation, mask: Mask, today: dt.date
    ) -> dict[str, dict[str, int]]:
        """Return the number of policies in a mask by facet and value, the largest first.

        Years are in order, states in the order of :data:`STATES`; values without policies are
        left out.
        """
        counted: dict[str, dict[str, int]] = {}
        for facet, masks in self._facets(generation, today).items():
            values = {value: int((held & mask).sum()) for value, held in masks.items()}
            counts = [(value, count) for value, count in values.items() if count]
            if facet in {"issuer", "kind"}:
                counts.sort(key=lambda pair: (-pair[1], pair[0]))
            counted[facet] = dict(counts)
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
    """Return bool ``(P,)``: all policies; of those with several versions, today's alone."""
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
    """Return the policies of each year; a date that is an interval counts for its first day."""
    firsts = generation.policy_first
    years = np.array([dt.date.fromordinal(day).year if day else 0 for day in firsts.tolist()])
    return {str(year): years == year for year in sorted({*years.tolist()} - {0})}


def _kinds(generation: Generation) -> dict[str, str]:
    """Return the kinds of document on offer, each with the word that most titles use for it.

    The ends of titles are learned with the words before them (的通知); where the lexicon has a
    shorter end, that is the kind.
    """
    vocabulary = IndexVocabulary(generation)
    counts = generation.corpus_words.kinds
    least = max(_FEWEST, round(_SHARE_OF_KIND * len(generation.policy_first)))
    known = {word for word, kind in vocabulary.kinds.items() if word != kind}
    kinds: dict[str, str] = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
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
            if not mask.all():  # a kind that all policies have is no filter
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
    """Return every year between the first and the last with policies, with their number."""
    years = [int(year) for year in counts]
    if not years:
        return ()
    return [(year, counts.get(str(year), 0)) for year in range(min(years), max(years) + 1)]
