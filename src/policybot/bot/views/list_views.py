"""Views of a list (order, filter and page), short enough for callback data."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.bot.views.facets import Facet, Facets
from policybot.render.telegram import LIST_PAGE

_WRITTEN = re.compile(r"(\d{1,6})(?:([no])-(\d{0,5})-(\d{0,4})-(\d{0,3}))?")


@dataclass(frozen=True, slots=True)
class ListView:
    """One view of a list. The filters are values of :class:`Facets`, or None."""

    page: int = 0
    newest: bool = False
    issuer: int | None = None
    year: int | None = None
    kind: int | None = None

    def write(self) -> str:
        """Return the view as at most 22 characters."""
        order = "n" if self.newest else "o"
        chosen = ("" if value is None else str(value) for value in self._chosen())
        return f"{self.page}{order}-{'-'.join(chosen)}"

    def value(self, facet: Facet) -> int | None:
        """Return the value by which a facet is filtered, None for no filter."""
        return {"issuer": self.issuer, "year": self.year, "kind": self.kind}[facet]

    def narrowed(self, facet: Facet, value: int | None) -> ListView:
        """Return the first page of the view with a facet filtered by a value, None to remove it."""
        wider = dataclasses.replace(self, page=0)
        match facet:
            case "issuer":
                return dataclasses.replace(wider, issuer=value)
            case "year":
                return dataclasses.replace(wider, year=value)
            case _:
                return dataclasses.replace(wider, kind=value)

    def entries(self, facets: Facets | None, total: int) -> Sequence[int]:
        """Return the positions of the entries shown, of ``total``, in their order."""
        if facets is None or len(facets.rows) != total:
            shown = list(range(total))
        else:
            shown = [n for n, row in enumerate(facets.rows) if self._admits(*row)]
        if not self.newest:
            return shown
        # Undated entries come last in either order.
        undated = [n for n in shown if facets and not facets.rows[n][0]]
        dated = shown[: len(shown) - len(undated)]
        return [*reversed(dated), *undated]

    def without(self, facets: Facets | None, total: int, facet: Facet) -> Sequence[int]:
        """Return the entries that the view would show without the filter on a facet."""
        return self.narrowed(facet, None).entries(facets, total)

    def _chosen(self) -> tuple[int | None, int | None, int | None]:
        return self.issuer, self.year, self.kind

    def _admits(self, year: int, issuers: tuple[int, ...], kind: int) -> bool:
        return (
            (self.issuer is None or self.issuer in issuers)
            and (self.year is None or self.year == year)
            and (self.kind is None or self.kind == kind)
        )


def read_view(written: str) -> ListView | None:
    """Return the view from :meth:`ListView.write`; None for other text."""
    match = _WRITTEN.fullmatch(written)
    if match is None:
        return None
    page, order, *chosen = match.groups()
    issuer, year, kind = (int(value) if value else None for value in chosen)
    return ListView(int(page), order == "n", issuer, year, kind)


def first_view(total: int, *, order: str) -> ListView:
    """Return the first view of a list: in the order asked for, else long ones newest first."""
    if order != "relevance":
        return ListView(newest=order == "newest")
    return ListView(newest=total > LIST_PAGE)


def page_count(total: int) -> int:
    """Return how many pages a list of ``total`` entries has."""
    return max(1, -(-total // LIST_PAGE))
