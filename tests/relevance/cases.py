"""Kinds of relevance cases: each says what was asked and what must come, and explains its failure.

The kinds are Climate Policy Radar's (precision, recall, relative order, field characteristics,
search comparison), and two of this project's own promises: what is declined, and how it was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from policybot.answering.engine import Engine
from policybot.model import Answer, Hit
from policybot.render.text import evidence_text


class Case(Protocol):
    """A question put to an engine."""

    @property
    def question(self) -> str:
        """What is asked."""
        ...

    def failure(self, engine: Engine) -> str | None:
        """Return what is wrong with the answer, with its evidence; None when nothing is."""
        ...


def named(case: Case) -> str:
    """Return what a test of the case is called."""
    return f"{type(case).__name__}: {case.question}"


def check(engine: Engine, case: Case) -> None:
    """Fail with the case's own explanation if it does not hold."""
    failure = case.failure(engine)
    assert failure is None, f"\n{failure}"


@dataclass(frozen=True, slots=True)
class Precision:
    """The first hits are exactly ``best``, in this order."""

    question: str
    best: Sequence[str]

    def failure(self, engine: Engine) -> str | None:
        answer = engine.answer(self.question, explain=True)
        if ids(answer)[: len(self.best)] == list(self.best):
            return None
        return explained(answer, f"expected first: {', '.join(self.best)}")


@dataclass(frozen=True, slots=True)
class Recall:
    """All of ``expected`` are among the hits, and nothing else where ``only`` says so."""

    question: str
    expected: Sequence[str]
    only: bool = False

    def failure(self, engine: Engine) -> str | None:
        answer = engine.answer(self.question, explain=True)
        came, wanted = set(ids(answer)), set(self.expected)
        if came == wanted or (wanted <= came and not self.only):
            return None
        missing, extra = sorted(wanted - came), sorted(came - wanted) if self.only else []
        return explained(answer, f"missing: {missing}; not wanted: {extra}")


@dataclass(frozen=True, slots=True)
class Ordered:
    """``before`` comes before ``after``, which need not come at all."""

    question: str
    before: str
    after: str

    def failure(self, engine: Engine) -> str | None:
        answer = engine.answer(self.question, explain=True)
        came = ids(answer)
        if self.before in came and self.after not in came[: came.index(self.before)]:
            return None
        return explained(answer, f"expected {self.before} before {self.after}")


@dataclass(frozen=True, slots=True)
class Field:
    """Every hit has a characteristic, and there is at least one hit; ``name`` says which it is."""

    question: str
    name: str
    holds: Callable[[Hit], bool]

    def failure(self, engine: Engine) -> str | None:
        answer = engine.answer(self.question, explain=True)
        lacking = [hit.policy.id for hit in answer.hits if not self.holds(hit)]
        if answer.hits and not lacking:
            return None
        return explained(answer, f"expected of every hit: {self.name}; lacking: {lacking}")


@dataclass(frozen=True, slots=True)
class Same:
    """Another wording gives the same hits, in the same order, with the same quotes."""

    question: str
    other: str

    def failure(self, engine: Engine) -> str | None:
        answer, other = (engine.answer(q, explain=True) for q in (self.question, self.other))
        if answer.hits and _quotes(answer) == _quotes(other):
            return None
        return "\n\n".join(
            [explained(answer, f"expected the same as for: {self.other}"), explained(other, "")]
        )


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing answers, for this reason."""

    question: str
    reason: str = "nothing_similar_enough"

    def failure(self, engine: Engine) -> str | None:
        answer = engine.answer(self.question, explain=True)
        return (
            None if answer.reason == self.reason else explained(answer, f"expected {self.reason}")
        )


@dataclass(frozen=True, slots=True)
class Closest:
    """Nothing surely answers; ``first`` is the first of the closest, ``unheld`` words are named."""

    question: str
    first: str
    unheld: Sequence[str] = ()

    def failure(self, engine: Engine) -> str | None:
        answer = engine.answer(self.question, explain=True)
        near = [hit.policy.id for hit in answer.near_misses]
        named = set(self.unheld) <= set(answer.unheld)
        if answer.certainty == "closest" and near[0] == self.first and named:
            return None
        return explained(answer, f"expected closest: {self.first}; unheld: {list(self.unheld)}")


@dataclass(frozen=True, slots=True)
class Read:
    """The reading says how words of the question were understood; no ``words`` where as typed."""

    question: str
    words: dict[str, str]

    def failure(self, engine: Engine) -> str | None:
        answer = engine.answer(self.question, explain=True)
        notes = {
            found[1]: found[2]
            for note in answer.reading.notes
            if (found := re.fullmatch(r"(\w+) read as (.+)", note))
        }
        return None if notes == self.words else explained(answer, f"expected to read {self.words}")


def ids(answer: Answer) -> list[str]:
    """Return the policies that answer, in their order."""
    return [hit.policy.id for hit in answer.hits]


def explained(answer: Answer, expected: str) -> str:
    """Return what was asked, what came, and the evidence of every candidate."""
    came = ids(answer) or f"{answer.reason}: {answer.detail}"
    return (
        f"asked: {answer.reading.question}\n{expected}\ncame: {came}\n{evidence_text(answer)}"
    ).rstrip()


def _quotes(answer: Answer) -> list[tuple[str, list[str]]]:
    return [(hit.policy.id, [quote.passage.id for quote in hit.quotes]) for hit in answer.hits]
