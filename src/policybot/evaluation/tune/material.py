"""Material for tuning: questions with the policies that answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from policybot.answering.engine import Engine
from policybot.encoder import open_for_serving
from policybot.errors import ConfigError
from policybot.evaluation.dataset import Dataset, Opened, open_apart, open_dataset, read_dataset
from policybot.evaluation.evaluate import policies_named, read_questions, warn_of_unknown
from policybot.evaluation.measures import clusters_judged, measure
from policybot.index.serve.generation import open_generation
from policybot.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policybot.config import Config

DENSE_LOOKED_AT = 200
"""Passages searched for ten policies by cosine alone: several may belong to one policy."""


@dataclass(frozen=True, slots=True)
class Material:
    """Questions (id, text) with the policies judged for each, by id.

    ``source`` is the collection they belong to, or the path of the live index; ``passed_over``
    counts questions left out because no policy is known to answer them.
    """

    name: str
    questions: tuple[tuple[str, str], ...]
    judgements: Mapping[str, Mapping[str, int]]
    source: Dataset | Path
    passed_over: int

    @property
    def printed(self) -> bool:
        """Whether names printed in policies count as issuers: in answers, not in collections."""
        return not isinstance(self.source, Dataset)

    def part(self, places: Sequence[int]) -> Material:
        """Return the questions at ``places``, in their order."""
        questions = tuple(self.questions[place] for place in places)
        judgements = {name: self.judgements[name] for name, _ in questions}
        return Material(self.name, questions, judgements, self.source, 0)

    def right(self, question: str) -> list[str]:
        """Return the ids of the policies that answer a question, given by its id."""
        return [policy for policy, worth in self.judgements[question].items() if worth > 0]


@dataclass(frozen=True, slots=True)
class Measured:
    """Every measure of every question ``(questions,)``: as answered, and by cosine alone.

    ``clusters`` ``(questions,)`` numbers those that share a policy, for the bootstrap.
    """

    whole: Mapping[str, NDArray[np.float64]]
    dense: Mapping[str, NDArray[np.float64]]
    clusters: NDArray[np.int64]


def of_dataset(folder: Path, split: str) -> Material:
    """Return the questions of a collection's split that have a relevant policy.

    Raises:
        ConfigError: a file is missing or invalid.
    """
    dataset = read_dataset(folder, split)
    judged = {
        name: judged
        for name, judged in dataset.judgements.items()
        if any(worth > 0 for worth in judged.values())
    }
    questions = tuple(question for question in dataset.questions if question[0] in judged)
    passed_over = len(dataset.questions) - len(questions)
    return Material(dataset.name, questions, judged, dataset, passed_over)


def of_questions(file: Path, config: Config) -> Material:
    """Return the questions of a question file that policies of the live index answer.

    Raises:
        ConfigError: the file cannot be read, or the index is not kept in files.
        IndexUnusableError: there is no index, or it cannot be used.
    """
    if config.index.backend != "faiss":
        raise ConfigError(
            "[index] backend = 'milvus': `policybot tune` measures with an index in files; run it "
            "with a configuration that has backend = 'faiss', after policybot index"
        )
    asked = read_questions(file)
    judgements: dict[str, dict[str, int]] = {}
    texts: dict[str, str] = {}
    with open_generation(config.index.path) as generation:
        warn_of_unknown(generation, asked)
        for number, question in enumerate(asked, start=1):
            named = {
                generation.policy(ordinal).id
                for key in question.expect
                for ordinal in policies_named(generation, key)
            }
            if question.kind != "none" and named:
                texts[str(number)] = question.text
                judgements[str(number)] = dict.fromkeys(sorted(named), 1)
    passed_over = len(asked) - len(texts)
    return Material(file.name, tuple(texts.items()), judgements, config.index.path, passed_over)


def open_present(material: Material, config: Config, progress: Progress) -> Opened:
    """Open the index that the questions are about, with the configured encoder.

    Raises:
        PolicyBotError: as reading, building and opening do.
    """
    if isinstance(material.source, Dataset):
        return open_dataset(config, material.source, progress=progress)[0]
    with open_generation(material.source) as generation:
        fingerprint = generation.manifest.encoder.fingerprint
    encoder = open_for_serving(config, fingerprint)
    return Opened(Engine(config, encoder=encoder), encoder)


def open_trial(material: Material, config: Config, place: Path, progress: Progress) -> Opened:
    """Index the same policies below ``place`` with the encoder of ``config``, and open that.

    Raises:
        PolicyBotError: as reading, building and opening do.
    """
    if isinstance(material.source, Dataset):
        return open_dataset(config, material.source, cache=place, progress=progress)[0]
    with open_generation(material.source) as live:
        policies = (live.policy(ordinal) for ordinal in range(live.info.policies))
        return open_apart(config, policies, live.issuers, place, progress)[0]


def measure_on(material: Material, opened: Opened, progress: Progress) -> Measured:
    """Measure every question as ``policybot eval --dataset`` does, and again by cosine alone."""
    whole: dict[str, list[str]] = {}
    dense: dict[str, list[str]] = {}
    generation = opened.engine.generation
    for done, (name, text) in enumerate(material.questions, start=1):
        ranking = opened.engine.rank(text, printed=material.printed)
        whole[name] = [policy for policy, _ in ranking.policies]
        vector = opened.encoder.encode_queries([text])[0]
        owners = generation.owners_of(generation.vector_sets[0].dense(vector, DENSE_LOOKED_AT)[0])
        first = list(dict.fromkeys(owners.tolist()))[:10]
        dense[name] = [generation.policy(ordinal).id for ordinal in first]
        progress("ask", done, len(material.questions))
    judged = material.judgements
    return Measured(measure(whole, judged), measure(dense, judged), clusters_judged(judged))
