"""Calibration of an index: asking it questions with and without answers, fitting a threshold."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.answering.engine import Engine
from policybot.config import Config
from policybot.corpus.files.write import write_atomically
from policybot.corpus.text.language import language_of
from policybot.encoder import Encoder
from policybot.errors import ConfigError
from policybot.evaluation.calibration.fit import FEWEST, LABELLED, Asked, best_threshold, point
from policybot.evaluation.calibration.questions import (
    everyday_questions,
    foreign_questions,
    own_questions,
)
from policybot.evaluation.evaluate import Question, policies_named, read_questions, warn_of_unknown
from policybot.index.format.calibration import (
    ACROSS,
    WITH_VECTOR,
    WITHOUT_VECTOR,
    Calibration,
    Weights,
)
from policybot.index.serve.interface import Generation
from policybot.index.serve.store import store_of
from policybot.progress import Progress
from policybot.retrieval.evidence import Evidence

LABELS = "questions.jsonl"
"""The maintainer's questions, stored below the index path for every later fit."""

MOST_LABELLED = 300
"""Maximum labelled questions asked of each kind, evenly spread over the file."""

_STALE = 10
"""A fit is repeated when one policy in this many has changed since."""

_OTHERS = 60
"""Foreign questions asked in languages other than the corpus's."""

_DECLINED_ACROSS = 0.95
"""The share of those to be declined."""

_SEED = 20_240_801
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration, the index's evidence for every question, and the chosen thresholds.

    ``thresholds`` are log-odds under the default weights: with a vector, and without; 0 where the
    default applies.
    """

    calibration: Calibration
    asked: tuple[Asked, ...]
    thresholds: tuple[float, float]

    def part(self, *, vector: bool) -> list[Asked]:
        """Return the questions that the encoder read, or those that it did not."""
        return [q for q in self.asked if q.vector == vector]


def fit_calibration(
    generation: Generation,
    config: Config,
    encoder: Encoder,
    labelled: Sequence[Question],
    progress: Progress,
) -> Fit:
    """Ask ``generation``, which has the default calibration, and fit one to its evidence.

    ``labelled`` are the maintainer's questions. ``progress`` gets the stage ``calibrate``.
    """
    warn_of_unknown(generation, labelled)
    engine = Engine(config, encoder=encoder, generation=generation)
    across = _across(engine)
    answerable = _spread([question for question in labelled if question.kind != "none"])
    unanswerable = _spread([question for question in labelled if question.kind == "none"])
    random = np.random.default_rng(_SEED)
    own = own_questions(generation, random)
    counts = dict.fromkeys(("own", "foreign", "labelled_own", "labelled_foreign", "left_out"), 0)
    if len(own) + LABELLED * len(answerable) < FEWEST:
        return _fitted([], counts | {"own": len(own)}, labelled, across)
    foreign = foreign_questions(own, random)
    asking: list[tuple[str, str, NDArray[np.int64]]] = [
        *(("own", made.text, np.array([made.policy])) for made in own),
        *(("foreign", text, _NONE) for text in foreign),
        *(("labelled_own", q.text, _policies(generation, q.expect)) for q in answerable),
        *(("labelled_foreign", q.text, _NONE) for q in unanswerable),
    ]
    asked: list[Asked] = []
    for done, (kind, text, expected) in enumerate(asking, start=1):
        gone = kind == "labelled_own" and not len(expected)
        evidence = None if gone else engine.evidence(text)
        if evidence is not None:
            counts[kind] += 1
            asked.append(_asked(kind, evidence, expected))
        elif kind.startswith("labelled"):
            counts["left_out"] += 1
        progress("calibrate", done, len(asking))
    return _fitted(asked, counts, labelled, across)


def calibrator(
    config: Config, encoder: Encoder, progress: Progress
) -> Callable[[Generation, Calibration | None, int], Calibration]:
    """Return the function with which ``build_index`` calibrates a new generation.

    An earlier fit is kept as long as few policies have changed since.

    Raises:
        ConfigError: the maintainer's questions cannot be read.
    """
    labelled = kept_questions(config.index.path)

    def calibrate(generation: Generation, before: Calibration | None, changed: int) -> Calibration:
        if before and _still_fits(before, labelled, changed, generation.info.policies):
            return dataclasses.replace(before, changed=before.changed + changed)
        return fit_calibration(generation, config, encoder, labelled, progress).calibration

    return calibrate


def recalibrate(
    config: Config, encoder: Encoder, labelled: Sequence[Question] | None, progress: Progress
) -> tuple[str, Fit]:
    """Calibrate the live index again, switch to it, and return the generation's name and the fit.

    ``labelled`` replace the questions stored for later fits; None keeps those.

    Raises:
        ConfigError: the stored questions cannot be read.
        IndexUnusableError: there is no index, it is damaged, or it cannot be written.
    """
    asked = kept_questions(config.index.path) if labelled is None else labelled
    made: list[Fit] = []

    def fit(generation: Generation) -> Calibration:
        made.append(fit_calibration(generation, config, encoder, asked, progress))
        if labelled is not None:
            keep_questions(config.index.path, labelled)
        return made[0].calibration

    return store_of(config.index).recalibrate(fit), made[0]


def kept_questions(index_path: Path) -> list[Question]:
    """Return the maintainer's questions stored for this index.

    Raises:
        ConfigError: the file is no longer a valid question file.
    """
    path = index_path / LABELS
    return read_questions(path) if path.exists() and path.stat().st_size else []


def merge_questions(kept: Sequence[Question], given: Sequence[Question]) -> list[Question]:
    """Return the questions to store when some are given: a kind without any given stays.

    The kinds are questions that the corpus answers, which come first, and foreign ones.
    """
    merged: list[Question] = []
    for foreign in (False, True):
        old, new = ([q for q in part if (q.kind == "none") == foreign] for part in (kept, given))
        merged += new or old
    return merged


def keep_questions(index_path: Path, questions: Iterable[Question]) -> None:
    """Store questions for every later fit, replacing earlier ones, readable by the owner only."""
    lines = (
        json.dumps({"kind": q.kind, "question": q.text, "expect": q.expect}, ensure_ascii=False)
        for q in questions
    )
    data = "".join(f"{line}\n" for line in lines).encode()
    # People may have typed them, as in the export of `policybot feedback`, hence the permissions.
    write_atomically(index_path / LABELS, data, mode=0o600)


def read_foreign(path: Path) -> list[Question]:
    """Read questions as foreign to the corpus, whatever else the file says of them.

    Each line is a JSON object with a ``question`` (a question file) or a ``text`` (the questions of
    a collection).

    Raises:
        ConfigError: the file cannot be read, a line is neither, or there is no question.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as questions: {error}") from None
    questions: list[Question] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text = row.get("question", row.get("text"))
        except (json.JSONDecodeError, AttributeError):
            text = None
        if not isinstance(text, str):
            raise ConfigError(
                f'{path}:{number}: not a question; write {{"question": "…"}} or {{"text": "…"}}'
            )
        questions.append(Question("none", text, ()))
    if not questions:
        raise ConfigError(f"{path}: no questions in it")
    return questions


def _across(engine: Engine) -> Weights:
    """Return the weights for policies in another language than the question.

    A corpus yields no own questions in other languages, so the threshold is set by the foreign ones
    that ship with policybot; it is never below the default.
    """
    generation = engine.generation
    if all(len(entry.languages) < 2 for entry in generation.manifest.encoders):
        return ACROSS
    known = next(iter(generation.manifest.languages), "")
    foreign = [text for text in everyday_questions() if language_of(text) != known]
    step = max(1, len(foreign) // _OTHERS)
    odds: list[float] = []
    for text in foreign[::step]:
        evidence = engine.evidence(text)
        if evidence is None or evidence.candidates.across is None:
            continue
        odds.append(_log_odds(evidence.sure[evidence.candidates.across]))
    if len(odds) < FEWEST:
        return ACROSS
    return _shifted(ACROSS, max(0.0, float(np.quantile(odds, _DECLINED_ACROSS))))


def _fitted(
    asked: Sequence[Asked],
    counts: dict[str, int],
    labelled: Sequence[Question],
    across: Weights,
) -> Fit:
    with_vector, without_vector = (
        [q for q in asked if q.vector == vector] for vector in (True, False)
    )
    fitted = best_threshold(with_vector), best_threshold(without_vector)
    points = {
        name: point(part, threshold)
        for name, part, threshold in (
            ("with_vector", with_vector, fitted[0]),
            ("without_vector", without_vector, fitted[1]),
        )
        if threshold is not None
    }
    thresholds = fitted[0] or 0.0, fitted[1] or 0.0
    calibration = Calibration(
        with_vector=_shifted(WITH_VECTOR, thresholds[0]),
        without_vector=_shifted(WITHOUT_VECTOR, thresholds[1]),
        across=across,
        fitted=dt.datetime.now(dt.UTC).isoformat(timespec="seconds") if points else "",
        questions=counts,
        points=points,
        labels=_digest(labelled),
    )
    return Fit(calibration, tuple(asked), thresholds)


def _shifted(default: Weights, threshold: float) -> Weights:
    """Return weights that give evidence at ``threshold`` a confidence of 0.5."""
    return dataclasses.replace(default, bias=default.bias - threshold)


def _still_fits(
    before: Calibration, labelled: Sequence[Question], changed: int, policies: int
) -> bool:
    same = all(
        dataclasses.replace(weights, bias=0.0) == dataclasses.replace(default, bias=0.0)
        for weights, default in (
            (before.with_vector, WITH_VECTOR),
            (before.without_vector, WITHOUT_VECTOR),
        )
    )
    few = _STALE * (before.changed + changed) < policies
    return same and few and before.labels == _digest(labelled)


def _digest(labelled: Sequence[Question]) -> str:
    if not labelled:
        return ""
    rows = [dataclasses.astuple(question) for question in labelled]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _spread(questions: Sequence[Question]) -> list[Question]:
    step = max(1.0, len(questions) / MOST_LABELLED)
    return [questions[int(place * step)] for place in range(min(len(questions), MOST_LABELLED))]


def _policies(generation: Generation, expect: Iterable[str]) -> NDArray[np.int64]:
    """Return the sorted ordinals of the policies that questions expect."""
    named = {ordinal for key in expect for ordinal in policies_named(generation, key)}
    return np.array(sorted(named), dtype=np.int64)


def _asked(kind: str, evidence: Evidence, expected: NDArray[np.int64]) -> Asked:
    wanted = np.isin(evidence.ranked.policies, expected)
    return Asked(
        own=kind.endswith("own"),
        labelled=kind.startswith("labelled"),
        vector=bool(evidence.encoded),
        surest=_log_odds(evidence.best_sure),
        expected=_log_odds(evidence.best_sure[wanted]),
    )


def _log_odds(sure: NDArray[np.float64]) -> float:
    highest = float(sure.max(initial=0.0))
    return math.log(highest / max(1 - highest, 1e-12)) if highest > 0 else -math.inf
