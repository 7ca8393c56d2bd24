"""Questions over the project's own corpus, and what a reading of one comes to."""

from __future__ import annotations

import functools
import json
from typing import Any

from policybot.answering.engine import Engine
from policybot.config import Config
from policybot.query.conditions import Not, conditions_in_words
from policybot.query.query import Query
from policybot.query.read import read
from policybot.query.vocabulary import Vocabulary
from tests.fake_encoder import FakeEncoder
from tests.project import DATA
from tests.reading import SEED, TODAY, generation_of, vocabulary_of

__all__ = [
    "TODAY", "as_set", "comparable", "engine", "in_notation", "lines_of", "read_question",
    "vocabulary",
]  # fmt: skip


@functools.cache
def engine() -> Engine:
    """Return an engine over the seed corpus, which is indexed once a run with the fake encoder."""
    generation = generation_of(SEED)
    return Engine(Config(), today=lambda: TODAY, encoder=FakeEncoder(), generation=generation)


def vocabulary() -> Vocabulary:
    """Return the words of the seed corpus."""
    return vocabulary_of(SEED)


def read_question(question: str) -> Query:
    """Read a question over the seed corpus."""
    return read(question, vocabulary(), today=TODAY)


def lines_of(name: str) -> list[dict[str, Any]]:
    """Return the lines of a file of ``tests/data``."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


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
    if term := query.defines:
        return f"defines “{term.term}” of “{term.of}”"
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
