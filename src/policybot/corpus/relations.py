"""What can be wrong with the relations between the policies of a corpus."""

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
    """Return what is wrong with relations, given the date of every policy there is by its id.

    Errors: relations to no policy, of a policy to itself, and policies that end each other in a
    circle. Warnings: a policy that ends or amends a later one, which is likely the wrong way round,
    and a relation dated before its object.
    """
    problems: list[Problem] = []
    ending: dict[str, dict[str, Named]] = {}
    for one in relations:
        if one.object not in dates:
            message = f"relations {one.kind} names {one.object!r}, and no policy has that id"
        elif one.object == one.subject:
            message = f"relations {one.kind} names the policy itself"
        else:
            if one.kind in ENDING and not one.terms.provisions:
                ending.setdefault(one.subject, {}).setdefault(one.object, one)
            problems += _wrong_way_round(one, dates)
            continue
        problems.append(Problem(one.file, one.line, message))
    for circle in _circles(ending):
        chain = ", ".join(f"{one.subject!r} {one.kind} {one.object!r}" for one in circle)
        message = f"relations go in a circle: {chain}; one of them is the wrong way round"
        problems.append(Problem(circle[0].file, circle[0].line, message))
    return problems


def _wrong_way_round(one: Named, dates: Mapping[str, PolicyDate | None]) -> Iterator[Problem]:
    subject, other = dates.get(one.subject), dates[one.object]
    if one.kind in _LATER and subject and other and subject.last < other.first:
        message = (
            f"relations {one.kind} names {one.object!r} of {other}, which is later than this policy"
            f" of {subject}; is it the other way round?"
        )
        yield Problem(one.file, one.line, message, "warning")
    when = one.terms.date
    if one.kind in _LATER and when and other and when.last < other.first:
        message = (
            f"relations {one.kind} names {one.object!r} with the date {when}, which is before that "
            f"policy's own of {other}"
        )
        yield Problem(one.file, one.line, message, "warning")


def _circles(edges: dict[str, dict[str, Named]]) -> Iterator[list[Named]]:
    """Give circles that share no policy, until there are no more; the policies are taken out."""
    while True:
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]
            first = min(range(len(circle) - 1), key=lambda at: circle[at])
            turned = [*circle[first:-1], *circle[: first + 1]]
            yield [edges[one][other] for one, other in itertools.pairwise(turned)]
            for one in circle:
                edges.pop(one, None)
        else:
            return
