"""By what a list is narrowed: the issuer, the year and the kind of each of its policies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policybot.model import Policy

Facet = Literal["issuer", "year", "kind"]

UNDATED = 0
"""The year of a policy without a date."""

_BEFORE = re.compile(
    r"\s(?:of|on|for|to|about|concerning|regarding|de|del|sobre|para|por)\s", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Facets:
    """For each entry of a list: its year, and the places of its issuers and its kind in the names.

    A kind of -1 is none that is known.
    """

    issuers: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[int, tuple[int, ...], int], ...]

    def counts(self, facet: Facet, among: Sequence[int]) -> list[tuple[int, int]]:
        """Return each value of a facet with its number of entries ``among`` some, most first.

        Years come latest first.
        """
        found: Counter[int] = Counter()
        for entry in among:
            year, issuers, kind = self.rows[entry]
            if facet == "issuer":
                found.update(issuers)
            elif facet == "year":
                found[year] += 1
            elif kind >= 0:
                found[kind] += 1
        if facet == "year":
            return sorted(found.items(), reverse=True)
        return sorted(found.items(), key=lambda row: (-row[1], row[0]))

    def to_row(self) -> list[Any]:
        """Return it as JSON holds it."""
        return [self.issuers, self.kinds, self.rows]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Facets:
        """Return it as it was before :meth:`to_row`."""
        issuers, kinds, rows = row
        return cls(tuple(issuers), tuple(kinds), tuple((y, tuple(who), k) for y, who, k in rows))


def facets_of(
    policies: Sequence[Policy],
    canonical: Callable[[str], str | None],
    kinds: Mapping[str, str],
) -> Facets:
    """Return the facets of a list's policies, in their order.

    ``canonical`` gives the one name of an issuer printed in several ways; ``kinds`` are the words
    for documents, each with its kind.
    """
    names: dict[str, int] = {}
    held: dict[str, int] = {}
    rows = []
    for policy in policies:
        bodies = dict.fromkeys(canonical(name) or name for name in policy.issuers)
        who = tuple(names.setdefault(name, len(names)) for name in bodies)
        kind = kind_of(policy.title, kinds)
        place = held.setdefault(kind, len(held)) if kind else -1
        rows.append((policy.date.year if policy.date else UNDATED, who, place))
    return Facets(tuple(names), tuple(held), tuple(rows))


def kind_of(title: str, kinds: Mapping[str, str]) -> str | None:
    """Return what a title calls its document, as it says it; None where no word for one is in it.

    In Chinese that is the last such word; elsewhere the last before the first preposition ("Interim
    Measures for …", "Notice on Measures …"), else the first after it.
    """
    if re.search("[\u4e00-\u9fff]", title):
        found: list[tuple[int, int, str]] = [
            (title.rfind(word) + len(word), len(word), word) for word in kinds if word in title
        ]
        return max(found)[2] if found else None
    head, *rest = _BEFORE.split(title, maxsplit=1)
    for part, place in ((head, -1), (rest[0] if rest else "", 0)):
        named = [word for word in _WORD.findall(part) if word.lower() in kinds]
        if named:
            return str(named[place]).capitalize()
    return None
