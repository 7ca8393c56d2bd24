"""How long does reading a question take, with ten thousand bodies and with a long text?

    policybot index
    python -m benchmarks.reading [--index embeddings] [--bodies 10000]

The questions are those of the tests, in three languages, over the project's own index; its table of
issuers is joined by made-up bodies. Printed are the median and the 95th percentile over all
questions of the least CPU time of three readings, and the same for texts of 8,000 characters: one
that asks at its end, one that is a single sentence, and one that names bodies and dates throughout.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from policybot.corpus.issuers.table import IssuerBook
from policybot.index.serve.generation import open_generation
from policybot.model import Issuer
from policybot.query.read import read
from policybot.query.text import MAX_CHARACTERS
from policybot.retrieval.words.vocabulary import IndexVocabulary

QUESTIONS = Path(__file__).parents[1] / "tests" / "data"
FILES = ("questions.jsonl", "more-questions.jsonl", "forms.jsonl", "parity.jsonl", "spanish.jsonl")
TODAY = dt.date(2014, 8, 1)
_KINDS = ("Ministry", "Department", "Bureau", "Commission", "Agency", "Office", "Council", "Board")
_FIELDS = (
    "Transport", "Water", "Forests", "Fisheries", "Housing", "Labour", "Trade", "Justice",
    "Culture", "Energy", "Mines", "Health", "Youth", "Sport", "Land", "Ports", "Roads", "Rail",
    "Posts", "Food",
)  # fmt: skip


def bodies(number: int) -> Iterator[Issuer]:
    """Yield so many made-up bodies, each with a second name."""
    names = itertools.product(range(1000), _KINDS, _FIELDS, _FIELDS)
    for region, kind, one, other in itertools.islice(names, number):
        place = f" of Region {region}" if region else ""
        yield Issuer(f"{kind} of {one} and {other}{place}", (f"{one} and {other} {kind}{place}",))


def questions() -> list[str]:
    """Return the questions of the tests, every language of them."""
    rows = [
        json.loads(line) for name in FILES for line in (QUESTIONS / name).open(encoding="utf-8")
    ]
    return [row[name] for row in rows for name in ("question", "en", "zh", "es") if name in row]


def long_texts() -> dict[str, str]:
    """Return texts of as many characters as are read, each with what it is."""
    story = "We have run a small workshop by the harbour for nineteen years. "
    clause = "and we have asked the clerk of the harbour about the workshop and its sensors "
    named = "MIIT issued a plan in March 2012 and the Ministry of Finance measures in 2011, "
    asked = "Which policies did MIIT issue in 2012?"
    return {
        "a story that asks at its end": _filled(story, asked),
        "one sentence": _filled(clause, "?"),
        "one sentence of bodies and dates": _filled(named, "?"),
    }


def _filled(part: str, end: str) -> str:
    return part * ((MAX_CHARACTERS - len(end)) // len(part)) + end


def milliseconds(question: str, vocabulary: IndexVocabulary) -> float:
    """Return the least CPU time of three readings."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        read(question, vocabulary, today=TODAY)
        best = min(best, time.process_time() - started)
    return best * 1000


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=Path, default=Path("embeddings"))
    parser.add_argument("--bodies", type=int, default=10_000)
    options = parser.parse_args(arguments)
    generation = open_generation(options.index)
    book = IssuerBook((*generation.issuers.issuers, *bodies(options.bodies)))
    vocabulary = IndexVocabulary(generation, book)
    started = time.process_time()
    read("Which policies did MIIT issue in 2012?", vocabulary, today=TODAY)
    print(
        f"the first question, which compiles what it needs: {time.process_time() - started:.2f} s"
    )
    taken = sorted(milliseconds(question, vocabulary) for question in questions())
    print(
        f"{len(taken)} questions, {options.bodies} bodies: "
        f"median {statistics.median(taken):.2f} ms, "
        f"95th percentile {taken[int(len(taken) * 0.95)]:.2f} ms"
    )
    for what, text in long_texts().items():
        print(f"{len(text)} characters, {what}: {milliseconds(text, vocabulary):.1f} ms")


if __name__ == "__main__":
    main()
