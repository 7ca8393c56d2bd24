"""Document frequencies of terms, generation by generation.

A row holds a term's last counts, each with the number of the generation that introduced it:
``"1700000000000000:12 1700000000000001:13"``. A generation uses the last entry whose number is one
of its own line; entries of killed builders are in no line. A change rewrites only the rows of terms
whose count changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from policybot.backends.milvus.records import AT_ONCE
from policybot.backends.milvus.server import Row, Server

_ASKED_AT_ONCE = 1024


def read_counts(server: Server, collection: str, terms: Iterable[int]) -> dict[int, str]:
    """Return the rows of some terms; none for a term that was never in a passage."""
    counts: dict[int, str] = {}
    wanted = list(dict.fromkeys(terms))
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        part = wanted[start : start + _ASKED_AT_ONCE]
        for row in server.rows(collection, f"term in {part}", ("term", "counts")):
            counts[int(row["term"])] = str(row["counts"])
    return counts


def count_in(row: str, generations: Collection[int]) -> int:
    """Return the count in a row for the generation with this line of numbers, its own included."""
    counts = [(number, count) for number, count in _entries(row) if number in generations]
    return counts[-1][1] if counts else 0


def write_counts(
    server: Server,
    collection: str,
    changes: Mapping[int, int],
    generation: int,
    *,
    live: Sequence[int],
    kept: Collection[int],
) -> int:
    """Write the counts of a new generation, and return the number of rows written.

    Args:
        server: The connection.
        collection: The collection of terms.
        changes: The change of each term's count from the live generation.
        generation: The number of the new generation.
        live: The numbers of the live generation and its predecessors.
        kept: Those of ``live`` whose generations may still be read.
    """
    changed = [term for term, more in changes.items() if more]
    for start in range(0, len(changed), AT_ONCE):
        part = changed[start : start + AT_ONCE]
        before = read_counts(server, collection, part)
        rows: list[Row] = []
        for term in part:
            row = before.get(term, "")
            entries = [*_needed(row, live, kept), (generation, count_in(row, live) + changes[term])]
            counts = " ".join(f"{number}:{count}" for number, count in entries)
            rows.append({"term": term, "counts": counts, "nothing": [0.0, 0.0]})
        server.upsert(collection, rows)
    return len(changed)


def first_counts(
    terms: Sequence[int], counts: Sequence[int], generation: int
) -> Iterator[list[Row]]:
    """Yield the rows of a full build."""
    for start in range(0, len(terms), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        yield [
            {"term": term, "counts": f"{generation}:{count}", "nothing": [0.0, 0.0]}
            for term, count in zip(terms[part], counts[part], strict=True)
        ]


def _needed(row: str, live: Sequence[int], kept: Collection[int]) -> list[tuple[int, int]]:
    """Return the entries of a row that some generation still reads."""
    known = [entry for entry in _entries(row) if entry[0] in live]
    oldest = min(kept, default=0)
    before = [entry for entry in known if entry[0] <= oldest]
    return before[-1:] + [entry for entry in known if entry[0] > oldest]


def _entries(row: str) -> list[tuple[int, int]]:
    pairs = (entry.split(":") for entry in row.split())
    return [(int(number), int(count)) for number, count in pairs]
