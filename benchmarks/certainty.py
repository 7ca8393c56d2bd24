"""How much is answered surely, and how often wrongly, on collections that are left out of the fit?

    python -m benchmarks.certainty DIR [DIR ...] [--split dev] [--questions 150] [--cache DIR]

Each collection (see ``policybot eval --help``) is asked its own questions and those of the others,
and what speaks for the best policy of each is gathered. A logistic regression of the evidence that
confidence weighs is fitted to all collections but one, and measured on that one, beside the weights
that policybot has: the area under the curve (own questions whose first policy is relevant against
foreign ones), and at some shares of the foreign ones let through how many of the own are sure.
Questions that the encoder does not read are left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.refusal import Judged, asked_of, calibrated
from benchmarks.synthetic import CACHE
from policybot.answering.engine import Engine
from policybot.config import load_config
from policybot.encoder import open_for_indexing
from policybot.index.format.calibration import WITH_VECTOR
from policybot.retrieval.confidence import ASTRAY, LACKING, MOST_ASTRAY, rarest_weight
from policybot.retrieval.evidence import Evidence

NAMES = ("similarity", "coverage", "lexical", "lacking", "nearer")
OURS = np.array(
    [WITH_VECTOR.similarity, WITH_VECTOR.coverage, WITH_VECTOR.lexical, -LACKING, -ASTRAY]
)
SHARES = (0.01, 0.02, 0.05, 0.1)
STEPS = 3000
RATE = 0.3


@dataclass(frozen=True, slots=True)
class Rows:
    """The evidence of questions, ``(n, 5)``; ``own`` tells which a relevant policy came first."""

    values: NDArray[np.float64]
    own: NDArray[np.bool_]


def row(engine: Engine, evidence: Evidence) -> NDArray[np.float64]:
    """Return what speaks for the best policy, in the order of ``NAMES``."""
    best = evidence.ranked.rows(int(np.argmax(evidence.best_sure)))
    at = best[np.argmax(evidence.sure[best])]
    nearer = 0.0 if evidence.nearer is None else float(evidence.nearer[at])
    lexical = evidence.candidates.lexical[at] / rarest_weight(engine.generation)
    return np.array(
        [
            evidence.similarity[at],
            evidence.covered[at],
            min(float(lexical), 3.0),
            evidence.lacking[at],
            np.clip(nearer, 0.0, MOST_ASTRAY),
        ]
    )


def rows_of(engine: Engine, asked: Judged, *, own: bool) -> list[tuple[NDArray[np.float64], bool]]:
    """Return the evidence of questions; of own ones, those whose first policy is relevant."""
    found: list[tuple[NDArray[np.float64], bool]] = []
    for text, relevant in asked:
        evidence = engine.evidence(text)
        if evidence is None or not evidence.encoded or not len(evidence.best_sure):
            continue
        first = engine.generation.policy(int(evidence.ranked.policies[0])).id
        if not own or relevant.get(first, 0) > 0:
            found.append((row(engine, evidence), own))
    return found


def fit(parts: Sequence[Rows]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression, the bias last.

    Each collection, and in it its own and the foreign questions, count alike.
    """
    values = np.concatenate([part.values for part in parts])
    own = np.concatenate([part.own for part in parts])
    counts = np.concatenate(
        [
            np.where(part.own, 1 / max(part.own.sum(), 1), 1 / max((~part.own).sum(), 1))
            for part in parts
        ]
    )
    middle, spread = values.mean(0), values.std(0) + 1e-9
    scaled = np.column_stack([(values - middle) / spread, np.ones(len(values))])
    weights = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        wrong = 1 / (1 + np.exp(-scaled @ weights)) - own
        slope = scaled.T @ (counts * wrong) / counts.sum()
        slope[:-1] += 1e-3 * weights[:-1]
        weights -= RATE * slope
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ middle)


def area(own: NDArray[np.float64], foreign: NDArray[np.float64]) -> float:
    """Return the area under the curve: how often an own question is above a foreign one."""
    above = (own[:, None] > foreign[None, :]).mean()
    return float(above + 0.5 * (own[:, None] == foreign[None, :]).mean())


def at_shares(own: NDArray[np.float64], foreign: NDArray[np.float64]) -> list[float]:
    """Return the share of own questions above the point that lets some foreign ones through."""
    falling = np.sort(foreign)[::-1]
    return [float((own > falling[int(share * len(falling))]).mean()) for share in SHARES]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("collections", nargs="+", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--cache", type=Path, default=CACHE / "refusal")
    options = parser.parse_args()
    config = load_config(None)
    encoder = open_for_indexing(config)
    asked = {
        folder.resolve().name: asked_of(folder, options.split, options.questions)
        for folder in options.collections
    }
    parts: dict[str, Rows] = {}
    for folder in options.collections:
        name = folder.resolve().name
        engine = calibrated(folder, options.cache, config, encoder)
        found = [
            one
            for other, questions in asked.items()
            for one in rows_of(engine, questions, own=other == name)
        ]
        engine.generation.close()
        if found:
            parts[name] = Rows(
                np.array([values for values, _ in found]), np.array([own for _, own in found])
            )
    shares = "\t".join(f"own sure at {share:.0%} foreign" for share in SHARES)
    print("left out", "weights", *NAMES, "bias", "area", shares, sep="\t")
    for name, part in parts.items():
        fitted = fit([other for key, other in parts.items() if key != name])
        for which, weights in (("fitted", fitted), ("ours", np.append(OURS, WITH_VECTOR.bias))):
            odds = part.values @ weights[:-1] + weights[-1]
            own, foreign = odds[part.own], odds[~part.own]
            figures = [f"{value:.1f}" for value in weights]
            figures += [f"{area(own, foreign):.3f}"]
            figures += [f"{share:.3f}" for share in at_shares(own, foreign)]
            print(name, which, *figures, sep="\t", flush=True)


if __name__ == "__main__":
    main()
