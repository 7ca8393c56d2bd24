"""Checks of the relations between the policies of a corpus."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from policybot.corpus.problems import Problem
from policybot.model import ENDING, NO_TERMS, PolicyDate, RelationTerms

_LATER = frozenset({"replaces", "repeals", "amends"})


@dataclass(frozen=True, slots=True)
class Named:
    """A relation as a file of the corpus states it: ``subject`` does ``kind`` to ``object``."""

    file: str
    line: int
    subject: str
    kind: str
    object: str
    terms: RelationTerms = NO_TERMS


def relation_problems(
    relations: Iterable[Named], dates: Mapping[str, PolicyDate | None]
) -> list[Problem]:
    """Return the problems of relations; ``dates`` maps the id of every policy to its date.

    Errors: relations to an unknown policy or to the policy itself, and cycles of policies that
    replace or repeal each other. Warnings: a policy that ends or amends a later one, which is
    likely the wrong way round, and a relation dated before its object.
    """
    problems: list[Problem] = []
    ending: dict[str, dict[str, Named]] = {}
    for named in relations:
        if named.object not in dates:
            message = f"relations {named.kind} names {named.object!r}, and no policy has that id"
        elif named.object == named.subject:
            message = f"relations {named.kind} names the policy itself"
        else:
            if named.kind in ENDING and not named.terms.provisions:
                ending.setdefault(named.subject, {}).setdefault(named.object, named)
            problems += _wrong_way_round(named, dates)
            continue
        problems.append(Problem(named.file, named.line, message))
    for circle in _circles(ending):
        chain = ", ".join(f"{named.subject!r} {named.kind} {named.object!r}" for named in circle)
        message = f"relations go in a circle: {chain}; one of them is the wrong way round"
        problems.append(Problem(circle[0].file, circle[0].line, message))
    return problems


def _wrong_way_round(named: Named, dates: Mapping[str, PolicyDate | None]) -> Iterator[Problem]:
    subject, object_date, when = dates.get(named.subject), dates[named.object], named.terms.date
    if named.kind not in _LATER or object_date is None:
        return
    names = f"relations {named.kind} names {named.object!r}"
    if subject and subject.last < object_date.first:
        message = f"{names} of {object_date}, which is later than this policy of {subject}"
        message += "; is it the other way round?"
        yield Problem(named.file, named.line, message, "warning")
    if when and when.last < object_date.first:
        message = (
            f"{names} with the date {when}, which is before that policy's own of {object_date}"
        )
        yield Problem(named.file, named.line, message, "warning")


def _circles(edges: dict[str, dict[str, Named]]) -> Iterator[list[Named]]:
    """Yield disjoint cycles until none is left; their policies are removed from ``edges``."""
    while True:
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]
            first = min(range(len(circle) - 1), key=lambda at: circle[at])
            turned = [*circle[first:-1], *circle[: first + 1]]
            yield [edges[node][following] for node, following in itertools.pairwise(turned)]
            for node in circle:
                edges.pop(node, None)
        else:
            return
