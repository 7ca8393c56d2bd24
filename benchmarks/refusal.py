"""Does an index answer the questions of its corpus, and decline those of others?

    python -m benchmarks.refusal DIR [DIR ...] [--split dev] [--questions 300] [--cache DIR]

Each collection (see ``policybot eval --help``) is indexed and calibrated as ``policybot index``
does it, without labels: nothing is fitted to the questions asked here. Then it is asked its own
questions, those of each other collection, and those of ``tests/data`` that any corpus declines.

``answered`` and ``declined`` are at the point the fit has chosen; ``rightly`` counts answers with a
policy among the hits that is judged relevant; the last column is the share of foreign questions
declined where the confidence is cut so that 95% of the own questions are answered.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.synthetic import CACHE
from policybot.answering.engine import Engine
from policybot.config import Config, load_config
from policybot.corpus.issuers.table import read_issuers
from policybot.encoder import Encoder, open_for_indexing
from policybot.evaluation.calibration.calibrate import fit_calibration
from policybot.evaluation.dataset import read_corpus, read_dataset
from policybot.evaluation.evaluate import read_questions
from policybot.index.build.build import build_index
from policybot.index.serve.generation import open_generation

ROOT = Path(__file__).parents[1]
SEED = 7
TARGET = 0.95

Judged = Sequence[tuple[str, Mapping[str, int]]]


def asked_of(folder: Path, split: str, most: int) -> Judged:
    dataset = read_dataset(folder, split)
    judged = [(text, dataset.judgements[name]) for name, text in dataset.questions
              if name in dataset.judgements]  # fmt: skip
    random.Random(SEED).shuffle(judged)
    return judged[:most]


def calibrated(folder: Path, cache: Path, config: Config, encoder: Encoder) -> Engine:
    place = cache / folder.resolve().name / encoder.fingerprint
    build_index(
        read_corpus(folder),
        index_path=place,
        encoder=encoder,
        issuers=read_issuers(folder / "issuers.toml"),
    )
    own = dataclasses.replace(config, index=dataclasses.replace(config.index, path=place))
    generation = open_generation(place)
    fit = fit_calibration(generation, own, encoder, [], lambda *_: None)
    generation.calibration = fit.calibration
    return Engine(own, encoder=encoder, generation=generation)


def ask(engine: Engine, questions: Judged) -> tuple[list[bool], list[bool], list[float]]:
    """Return for each question whether it was answered, rightly, and how sure the index was."""
    answered, rightly, sure = [], [], []
    for text, relevant in questions:
        answer = engine.answer(text)
        answered.append(answer.answered)
        rightly.append(any(relevant.get(hit.policy.id, 0) > 0 for hit in answer.hits))
        # Without a confidence the question was decided by what it demands.
        fallback = 1.0 if answer.answered else 0.0
        sure.append(fallback if answer.confidence is None else answer.confidence)
    return answered, rightly, sure


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("collections", nargs="+", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--cache", type=Path, default=CACHE / "refusal")
    options = parser.parse_args()
    config = load_config(None)
    encoder = open_for_indexing(config)
    questions: dict[str, Judged] = {
        folder.resolve().name: asked_of(folder, options.split, options.questions)
        for folder in options.collections
    }
    data = ROOT / "tests" / "data"
    questions["tests/data (none)"] = [
        (question.text, {})
        for name in ("questions.jsonl", "more-questions.jsonl")
        for question in read_questions(data / name)
        if question.kind == "none"
    ]
    print("corpus\tquestions of\tasked\tanswered\trightly\tdeclined\tdeclined at 95% answered")
    for folder in options.collections:
        name = folder.resolve().name
        engine = calibrated(folder, options.cache, config, encoder)
        answered, rightly, sure = ask(engine, questions[name])
        cut = float(np.quantile(sure, 1 - TARGET, method="lower"))
        print(name, name, len(sure), f"{np.mean(answered):.3f}", f"{np.mean(rightly):.3f}",
              f"{1 - np.mean(answered):.3f}", "", sep="\t", flush=True)  # fmt: skip
        for other, foreign in questions.items():
            if other == name:
                continue
            answered, _, sure = ask(engine, foreign)
            declined = np.array(sure) < cut
            print(name, other, len(sure), f"{np.mean(answered):.3f}", "",
                  f"{1 - np.mean(answered):.3f}", f"{np.mean(declined):.3f}",
                  sep="\t", flush=True)  # fmt: skip
        engine.generation.close()


if __name__ == "__main__":
    main()
