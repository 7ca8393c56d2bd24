"""The vocabulary of the project's own corpus, indexed once a run with the fake encoder."""

from __future__ import annotations

import datetime as dt
import functools
import json
from pathlib import Path
from typing import Any

from policybot.config import Config, IndexConfig
from policybot.corpus.issuers import read_issuers
from policybot.corpus.read import read_policies
from policybot.index.build import build_index
from policybot.index.shelf import shelf_of
from policybot.query.conditions import Not, conditions_in_words
from policybot.query.query import Query
from policybot.query.read import read
from policybot.search.engine import Engine
from policybot.search.vocabulary import IndexVocabulary
from tests.fake_encoder import FakeEncoder
from tests.project import DATA, ROOT
from tests.shared import made_once

TODAY = dt.date(2014, 8, 1)
"""What "last year" is relative to in these tests."""


@functools.cache
def engine() -> Engine:
    """Return an engine over the seed corpus; its index is made once a run."""
    config = IndexConfig(made_once("seed-fake", _index))
    return Engine(Config(index=config), today=lambda: TODAY, encoder=FakeEncoder())


@functools.cache
def vocabulary() -> IndexVocabulary:
    """Return the words of the seed corpus."""
    return IndexVocabulary(engine().generation)


def read_question(question: str) -> Query:
    """Read a question over the seed corpus."""
    return read(question, vocabulary(), today=TODAY)


def lines_of(name: str) -> list[dict[str, Any]]:
    """Return the lines of a file of ``tests/data``."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def _index(folder: Path) -> None:
    corpus = ROOT / "corpus"
    book = read_issuers(corpus / "issuers.toml")
    index = IndexConfig(folder)
    shelf = shelf_of(index)
    build_index(
        read_policies(corpus), index_path=folder, encoder=FakeEncoder(), issuers=book, shelf=shelf
    )


def as_set(query: Query, *, literal: bool = True) -> tuple[tuple[str, str], ...]:
    """Return the conditions of a query as kind and value, in an order of their own.

    A negated one has the kind ``not`` and that of what does not hold. Words and numbers that a
    policy is to hold are those of one language: only how many they are counts where ``literal`` is
    False.
    """
    found: list[tuple[str, str]] = []
    for one in query.conditions:
        kind, value = one.kind, one.value
        if isinstance(one, Not):
            kind, value = f"not {one.condition.kind}", one.condition.value
        if not literal and kind.endswith(("holds", "numbered")):
            value = len(value)
        found.append((kind, repr(value)))
    return tuple(sorted(found))


def comparable(query: Query, *, literal: bool = True) -> dict[str, Any]:
    """Return all of a reading that two wordings of one question share but the topic.

    See :func:`as_set` for ``literal``.
    """
    return {
        "conditions": as_set(query, literal=literal),
        "intent": query.intent,
        "order": query.order,
        "count": query.count,
        "asks": query.asks,
        "compares": query.compares,
        "unknown": len(query.unknown_issuers),
    }


def in_notation(query: Query) -> str:
    """Return how a query was read, in the words of the examples of rules: see ``Rule.examples``."""
    if query.small_talk:
        return query.small_talk
    if asked := query.asked_relation:
        return f"{asked.kind} {asked.wanted} “{asked.named}”"
    said = conditions_in_words(query.conditions)
    said += [f"unknown: {name}" for name in query.unknown_issuers]
    if query.order != "relevance":
        said.append(f"{query.count} {query.order}" if query.count else f"{query.order} first")
    elif query.count:
        said.append(str(query.count))
    said += ["compares"] if query.compares else []
    said += [f"asks {query.asks}"] if query.asks and not query.compares else []
    if query.intent == "find" and not (query.unknown_issuers or query.compares or query.asks):
        said = ["find", *said] if query.order == "relevance" else said
    if query.topic and not (query.unknown_issuers or query.compares):
        said.append(f"about “{query.topic}”")
    return "; ".join(said) or "list"
