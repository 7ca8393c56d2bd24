"""The query of a page, parsed from its URL, and its results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from policybot.model import Answer
from policybot.query.conditions import Condition
from policybot.serve.catalogue import FACETS, Entry, Filters, every, without, years_of
from policybot.serve.page.words import LANGUAGES, Words
from policybot.serve.params import MOST_CHARACTERS, filters_of, whole_of
from policybot.serve.problems import ProblemError
from policybot.serve.processes import EngineQuery
from policybot.serve.service import Service

A_PAGE = 50
_MOST_DROPPED = 20
_NAMES = ("q", "lang", "page", "all", "drop", "issuer", "year", "kind", "state", "since", "until")


@dataclass(frozen=True, slots=True)
class Looking:
    """The query in a URL of the page.

    ``dropped`` are the indexes of the question's conditions that are left out; ``chosen`` is the
    language in the URL, if any.
    """

    question: str = ""
    filters: Filters = field(default_factory=Filters)
    dropped: tuple[int, ...] = ()
    page: int = 1
    everything: bool = False
    chosen: str | None = None

    def address(self, root: str, **changes: Any) -> str:  # noqa: ANN401
        """Return the URL of this query with ``changes``, by default on its first page."""
        changed = replace(self, **{"page": 1, **changes})
        pairs: list[tuple[str, str]] = []
        pairs += [("q", changed.question)] if changed.question else []
        pairs += [("drop", str(place)) for place in changed.dropped]
        pairs += [("issuer", name) for name in changed.filters.issuers]
        for name in ("year", "kind", "state", "since", "until"):
            value = getattr(changed.filters, name)
            pairs += [(name, str(value))] if value else []
        pairs += [("all", "1")] if changed.everything else []
        pairs += [("page", str(changed.page))] if changed.page > 1 else []
        pairs += [("lang", changed.chosen)] if changed.chosen else []
        return f"{root}/{'?' + urlencode(pairs) if pairs else ''}"

    def with_facet(self, facet: str, value: str | None) -> Filters:
        """Return the filters with a facet set to ``value``, or cleared."""
        if value is None:
            return without(self.filters, facet)
        values: Mapping[str, Any] = {
            "issuer": {"issuers": (value,)},
            "year": {"year": int(value) if facet == "year" else None},
        }
        return replace(self.filters, **values.get(facet, {facet: value}))


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that was understood or left out, with the URL that drops or restores it."""

    words: str
    address: str
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A facet value: its label, its number of policies and its URL."""

    words: str
    count: int
    address: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a query: an answer or a list, with chips, facets and years."""

    answer: Answer | None
    entries: tuple[Entry, ...]
    total: int
    chips: tuple[Chip, ...]
    facets: Mapping[str, Sequence[FacetValue]]
    years: Sequence[FacetValue]


def looking_of(params: QueryParams) -> Looking:
    """Parse the parameters of a URL; unknown ones are ignored, since links often have extra ones.

    Raises:
        ProblemError: 400, a value is invalid.
    """
    known = QueryParams([(k, v) for k, v in params.multi_items() if k in _NAMES and v.strip()])
    question = known.get("q", "")
    if len(question) > MOST_CHARACTERS:
        raise ProblemError(
            400, f"the question has {len(question)} characters; at most {MOST_CHARACTERS} are read"
        )
    dropped = [int(text) for text in known.getlist("drop") if text.isascii() and text.isdecimal()]
    return Looking(
        question=question,
        filters=filters_of(known),
        dropped=tuple(dict.fromkeys(dropped))[:_MOST_DROPPED],
        page=whole_of(known, "page", 1, 1, 100_000),
        everything=known.get("all") == "1",
        chosen=known.get("lang") if known.get("lang") in LANGUAGES else None,
    )


def find(service: Service, looking: Looking, words: Words, root: str) -> Results:
    """Answer the question, or list the policies that match the filters.

    Raises:
        ProblemError: 404, the corpus has no such issuer or kind of document.
    """
    if not looking.question:
        first = (looking.page - 1) * A_PAGE
        newest = not looking.filters
        listing = service.listing(looking.filters, first=first, count=A_PAGE, newest=newest)
        return _results(service, looking, words, root, None, listing.entries, listing.total, ())
    given = service.conditions(looking.filters)
    limit = 0 if looking.everything else None
    answer = service.with_engine(EngineQuery(looking.question, given, limit).answer)
    own = answer.reading.conditions
    if given or looking.dropped:
        reading = service.with_engine(EngineQuery(looking.question, limit=1).answer).reading
        own = reading.conditions
    if looking.dropped:
        kept = [demand for place, demand in enumerate(own) if place not in looking.dropped]
        conditions = (*kept, *given)
        answer = (
            service.with_engine(
                EngineQuery(reading.topic, conditions, limit, reading.intent).answer
            )
            if reading.topic
            else service.engine.list(conditions)
        )
    return _results(service, looking, words, root, answer, (), answer.total, own)


def _results(
    service: Service,
    looking: Looking,
    words: Words,
    root: str,
    answer: Answer | None,
    entries: tuple[Entry, ...],
    total: int,
    own: Sequence[Condition],
) -> Results:
    counts = _counts(service, looking, answer)
    facets = {
        facet: [
            FacetValue(
                words=_called(service, words, facet, value),
                count=count,
                address=looking.address(root, filters=looking.with_facet(facet, value)),
            )
            for value, count in counts[facet].items()
        ]
        for facet in FACETS
        if facet != "year" and len(counts[facet]) > 1
    }
    years = [
        FacetValue(
            words=str(year),
            count=count,
            address=looking.address(root, filters=looking.with_facet("year", str(year))),
            chosen=looking.filters.year == year,
        )
        for year, count in years_of(counts["year"])
    ]
    return Results(
        answer, entries, total, _chips(service, looking, words, root, own), facets, years
    )


def _called(service: Service, words: Words, facet: str, value: str) -> str:
    """Return the label of a facet value."""
    if facet == "kind":
        return service.catalogue.kinds.get(value, value)
    return words[value] if facet == "state" else value


def _counts(
    service: Service, looking: Looking, answer: Answer | None
) -> Mapping[str, Mapping[str, int]]:
    """Count the facets of the policies in a list; of a search, of those its conditions allow."""
    import numpy as np

    today = service.engine.today()
    with service.engine.reading() as generation:
        if answer is None:
            mask = service.catalogue.mask(generation, looking.filters, today)
        elif answer.reading.intent == "list" and answer.total == len(answer.hits):
            mask = np.zeros(len(generation.policy_first), dtype=np.bool_)
            ordinals = [generation.policy_ordinal(hit.policy.index_id) for hit in answer.hits]
            mask[[ordinal for ordinal in ordinals if ordinal is not None]] = True
        else:
            met = generation.policies_matching(answer.reading.demands)
            mask = every(generation, today) if met is None else met & every(generation, today)
        return service.catalogue.counts(generation, mask, today)


def _chips(
    service: Service, looking: Looking, words: Words, root: str, own: Sequence[Condition]
) -> tuple[Chip, ...]:
    chips: list[Chip] = []
    for place, condition in enumerate(own):
        dropped = place in looking.dropped
        rest = tuple(index for index in looking.dropped if index != place)
        after = rest if dropped else (*looking.dropped, place)
        address = looking.address(root, dropped=after)
        chips.append(Chip(condition.in_words(words.language), address, dropped))
    for facet in FACETS:
        value = looking.filters.issuers if facet == "issuer" else getattr(looking.filters, facet)
        if value:
            label = ", ".join(value) if isinstance(value, tuple) else str(value)
            label = _called(service, words, facet, label)
            rest_of = looking.with_facet(facet, None)
            chips.append(Chip(f"{words[facet]}: {label}", looking.address(root, filters=rest_of)))
    return tuple(chips)
