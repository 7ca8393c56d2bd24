"""Retrieval and refusal measures over a question file.

A question file has one JSON object per line: ``question``, ``kind`` and ``expect``, a list of
policy dates or ids (:func:`policies_named`). ``one``: the first hit is the expected policy.
``set``: the hits are exactly those. ``all``: exactly those, in date order. ``none``: the question
is declined. A line with ``review``, which says what a person has to check, is left out until it is
removed.
"""

from __future__ import annotations

import json
import logging
import statistics
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from policybot.answering.engine import Engine
from policybot.corpus.dates import parse_date
from policybot.errors import ConfigError, DateError
from policybot.evaluation.measures import percentiles
from policybot.index.serve.interface import Generation
from policybot.model import Answer

_log = logging.getLogger(__name__)

Kind = Literal["one", "set", "all", "none"]
RECALL_AT = 5
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file."""

    kind: Kind
    text: str
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one question: whether it was right, and what was returned, for the report."""

    question: Question
    right: bool
    got: tuple[str, ...]
    rank: int | None
    reason: str | None
    confidence: float | None
    took_ms: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcomes of a question file."""

    outcomes: tuple[Outcome, ...]

    def of(self, kind: Kind) -> list[Outcome]:
        """Return the outcomes of one kind of question."""
        return [outcome for outcome in self.outcomes if outcome.question.kind == kind]

    def to_dict(self) -> dict[str, Any]:
        """Return all measures; shares are in [0, 1], times in milliseconds."""
        ones = self.of("one")
        answerable = [o for o in self.outcomes if o.question.kind != "none"]
        times = [o.took_ms for o in self.outcomes]
        median, high = percentiles(times) if times else (None, None)
        return {
            "questions": len(self.outcomes),
            "accuracy": {
                kind: {"right": sum(o.right for o in outcomes), "of": len(outcomes)}
                for kind in get_args(Kind)
                if (outcomes := self.of(kind))
            },
            f"recall@{RECALL_AT}": _mean([bool(o.rank and o.rank <= RECALL_AT) for o in ones]),
            "mrr": _mean([1 / o.rank if o.rank else 0.0 for o in ones]),
            "declined_rightly": _mean([not o.got for o in self.of("none")]),
            "declined_wrongly": _mean([not o.got for o in answerable]),
            "least_sure_answer": min(
                (o.confidence for o in answerable if o.confidence and o.got), default=None
            ),
            "surest_refusal": max(
                (o.confidence for o in self.of("none") if o.confidence and not o.got), default=None
            ),
            "p50_ms": None if median is None else round(median, 2),
            "p95_ms": None if high is None else round(high, 2),
            "failures": [
                {
                    "kind": o.question.kind,
                    "question": o.question.text,
                    "expect": list(o.question.expect),
                    "got": list(o.got),
                    "reason": o.reason,
                    "confidence": o.confidence,
                }
                for o in self.outcomes
                if not o.right
            ],
        }


def read_questions(path: Path) -> list[Question]:
    """Read a question file; one log line says how many await review and are left out.

    Raises:
        ConfigError: the file cannot be read, a line is not a question, or none is left.
    """
    try:
        # Not splitlines(): typed text may contain other Unicode line separators.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as a question file: {error}") from None
    questions: list[Question] = []
    awaiting: list[int] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            kind, text, expect = row["kind"], row["question"], row["expect"]
            review = row.get("review")
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError):
            raise ConfigError(
                f'{path}:{number}: not a question; write {{"kind": "one", "question": "…", '
                '"expect": ["2012-02-14"]}'
            ) from None
        if kind not in get_args(Kind) or not isinstance(text, str) or not isinstance(expect, list):
            raise ConfigError(
                f"{path}:{number}: kind must be one of {', '.join(get_args(Kind))}, question a "
                "text and expect a list of dates or ids"
            )
        if review:
            awaiting.append(number)
        elif kind != "none" and not expect:
            raise ConfigError(
                f"{path}:{number}: nothing is expected; name a date or an id under expect, or make "
                "the kind none"
            )
        elif kind == "none" and expect:
            raise ConfigError(
                f"{path}:{number}: nothing may be expected where the kind is none; leave expect "
                "empty, or name another kind"
            )
        else:
            questions.append(Question(kind, text, tuple(map(str, expect))))
    if awaiting:
        _tell_awaiting(path, awaiting, questions)
    if not questions:
        raise ConfigError(f"{path}: no questions in it")
    return questions


def _tell_awaiting(path: Path, awaiting: Sequence[int], questions: Sequence[Question]) -> None:
    places = "line " if len(awaiting) == 1 else "lines "
    places += ", ".join(map(str, awaiting[:_SHOWN])) + (", …" if len(awaiting) > _SHOWN else "")
    message = (
        f"{path}: {len(awaiting)} of {len(awaiting) + len(questions)} questions await review and "
        f"are left out ({places}): correct expect and kind there, then remove review"
    )
    if not questions:
        raise ConfigError(message)
    _log.warning("%s", message)


def evaluate(
    engine: Engine, questions: Sequence[Question], progress: Callable[[int], None] | None = None
) -> Evaluation:
    """Ask every question and score the answers; ``progress`` is called with the number done.

    One log line names the keys of ``expect`` that no policy has.
    """
    warn_of_unknown(engine.generation, questions)
    if questions:
        engine.answer(questions[0].text)  # opens the encoder, outside the measured times
    outcomes: list[Outcome] = []
    for done, question in enumerate(questions, start=1):
        outcomes.append(_score(question, engine.answer(question.text), engine.generation))
        if progress:
            progress(done)
    return Evaluation(tuple(outcomes))


def policies_named(generation: Generation, key: str) -> list[int]:
    """Return the ordinals of the policies that a key of ``expect`` names, none if unknown.

    A key is a policy's id, or else a date in any form allowed in a corpus ("2010-05-03",
    "3 May 2010", "2012年2月"): it names the policies of that date and precision.
    """
    ordinal = generation.policy_ordinal(key)
    if ordinal is not None:
        return [ordinal]
    try:
        date = parse_date(key)
    except DateError:
        return []
    same = generation.policy_first == date.first.toordinal()
    same &= generation.policy_last == date.last.toordinal()
    ordinals: list[int] = np.flatnonzero(same).tolist()
    return ordinals


def warn_of_unknown(generation: Generation, questions: Iterable[Question]) -> None:
    """Log on one line which ids and dates under ``expect`` no policy has, if any."""
    keys = dict.fromkeys(key for question in questions for key in question.expect)
    unknown = [key for key in keys if not policies_named(generation, key)]
    if unknown:
        shown = ", ".join(unknown[:_SHOWN]) + (", …" if len(unknown) > _SHOWN else "")
        _log.warning("no policy has what is expected: %s (%d in all)", shown, len(unknown))


def _score(question: Question, answer: Answer, generation: Generation) -> Outcome:
    hits = [generation.policy_ordinal(hit.policy.id) for hit in answer.hits]
    expected = [policies_named(generation, key) for key in question.expect]
    rank = next(
        (i for i, hit in enumerate(hits, start=1) if any(hit in named for named in expected)), None
    )
    if question.kind == "none":
        right = not answer.answered and not answer.hits
    elif question.kind == "one":
        right = rank == 1
    elif question.kind == "all":
        right = len(hits) == len(expected) and all(
            hit in named for hit, named in zip(hits, expected, strict=True)
        )
    else:
        right = _one_to_one(hits, expected)
    got = tuple(str(hit.policy.date or hit.policy.id) for hit in answer.hits)
    return Outcome(question, right, got, rank, answer.reason, answer.confidence, answer.took_ms)


def _one_to_one(hits: Sequence[int | None], expected: Sequence[Collection[int]]) -> bool:
    """Return whether hits and expected sets can be matched one to one."""
    left = list(hits)
    # An id matches one policy only and chooses first; policies of one date are interchangeable.
    for named in sorted(expected, key=len):
        taken = next((hit for hit in left if hit in named), None)
        if taken is None:
            return False
        left.remove(taken)
    return not left


def _mean(values: Sequence[float]) -> float | None:
    return round(statistics.fmean(values), 4) if values else None
