"""Facets by which a list is filtered: the issuers, the year and the kind of each policy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policybot.model import Policy

Facet = Literal["issuer", "year", "kind"]

UNDATED = 0
"""The year used for policies without a date."""

_BEFORE = re.compile(
    r"\s(?:of|on|for|to|about|concerning|regarding|de|del|sobre|para|por)\s", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Facets:
    """Per entry of a list: its year, and the indices of its issuers and its kind in the names.

    A kind of -1 is unknown.
    """

    issuers: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[int, tuple[int, ...], int], ...]

    def counts(self, facet: Facet, among: Sequence[int]) -> list[tuple[int, int]]:
        """Return each value of a facet with its count in the entries ``among``, highest first.

        Years are ordered latest first.
        """
        counted: Counter[int] = Counter()
        for entry in among:
            year, issuers, kind = self.rows[entry]
            if facet == "issuer":
                counted.update(issuers)
            elif facet == "year":
                counted[year] += 1
            elif kind >= 0:
                counted[kind] += 1
        if facet == "year":
            return sorted(counted.items(), reverse=True)
        return sorted(counted.items(), key=lambda row: (-row[1], row[0]))

    def to_row(self) -> list[Any]:
        """Return the facets as a JSON row."""
        return [self.issuers, self.kinds, self.rows]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Facets:
        """Return the facets from the row of :meth:`to_row`."""
        issuers, kinds, rows = row
        return cls(tuple(issuers), tuple(kinds), tuple((y, tuple(own), k) for y, own, k in rows))


def facets_of(
    policies: Sequence[Policy],
    canonical: Callable[[str], str | None],
    kinds: Mapping[str, str],
) -> Facets:
    """Return the facets of a list's policies, in their order.

    ``canonical`` maps the wordings of an issuer to one name; ``kinds`` maps words for documents to
    their kinds.
    """
    names: dict[str, int] = {}
    held: dict[str, int] = {}
    rows = []
    for policy in policies:
        bodies = dict.fromkeys(canonical(name) or name for name in policy.issuers)
        places = tuple(names.setdefault(name, len(names)) for name in bodies)
        kind = kind_of(policy.title, kinds)
        place = held.setdefault(kind, len(held)) if kind else -1
        rows.append((policy.date.year if policy.date else UNDATED, places, place))
    return Facets(tuple(names), tuple(held), tuple(rows))


def kind_of(title: str, kinds: Mapping[str, str]) -> str | None:
    """Return the word in a title for the kind of its document; None where there is none.

    In Chinese that is the last such word; elsewhere the last before the first preposition ("Interim
    Measures for …", "Notice on Measures …"), else the first after it.
    """
    if re.search("[\u4e00-\u9fff]", title):
        matches: list[tuple[int, int, str]] = [
            (title.rfind(word) + len(word), len(word), word) for word in kinds if word in title
        ]
        return max(matches)[2] if matches else None
    head, *rest = _BEFORE.split(title, maxsplit=1)
    for part, place in ((head, -1), (rest[0] if rest else "", 0)):
        named = [word for word in _WORD.findall(part) if word.lower() in kinds]
        if named:
            return str(named[place]).capitalize()
    return None
