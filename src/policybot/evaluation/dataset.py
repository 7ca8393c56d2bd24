"""Public retrieval collections: read, indexed apart from the corpus, and ranked.

A collection is a folder with ``corpus.jsonl`` (``id``, ``title``, ``text``, and in ``meta`` the
optional ``date``, ``issuer``, ``path`` and ``article``), ``queries-<split>.jsonl`` (``id``,
``text``) and ``qrels-<split>.tsv`` (query, document, relevance; a header line is skipped). An
``issuers.toml`` names its issuers, as for a corpus.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from policybot.answering.engine import Engine
from policybot.answering.ranking import Ranking
from policybot.config import IndexConfig
from policybot.corpus.dates import parse_date
from policybot.corpus.issuers.table import IssuerBook, read_issuers
from policybot.encoder import Encoder, open_for_indexing, open_for_serving
from policybot.encoder.choice import LOOKED_AT, choose, count_languages
from policybot.encoder.reranker.reranker import open_reranker
from policybot.errors import ConfigError, CorpusError, DateError
from policybot.evaluation.calibration.calibrate import calibrator
from policybot.evaluation.measures import MEASURES, clusters_judged, measure, percentiles
from policybot.index.build.build import BuildReport, build_index
from policybot.model import Policy, PolicyDate
from policybot.progress import Progress

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from policybot.config import Config

DATASETS = "datasets"
"""The folder below the index path for indexes of collections."""

RUN_TAG = "policybot"

_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Dataset:
    """A collection's questions (id, text) and judgements of one split; its corpus stays on disk."""

    folder: Path
    split: str
    questions: tuple[tuple[str, str], ...]
    judgements: Mapping[str, Mapping[str, int]]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name


@dataclass(frozen=True, slots=True)
class Run:
    """The ranking of each question, by its id, and the index that was used."""

    dataset: Dataset
    encoder: str
    index: BuildReport
    rankings: Mapping[str, Ranking]

    def measures(self) -> dict[str, NDArray[np.float64]]:
        """Return every measure of every judged question, in the order of the judgements."""
        rankings = {
            name: [policy for policy, _ in ranking.policies]
            for name, ranking in self.rankings.items()
        }
        return measure(rankings, self.dataset.judgements)

    def clusters(self) -> NDArray[np.int64]:
        """Return the cluster of every judged question, in the order of the judgements."""
        return clusters_judged(self.dataset.judgements)

    def to_dict(self) -> dict[str, Any]:
        """Return the means of the measures, times in milliseconds, and the index's description.

        ``judged`` counts the questions with a relevant document, over which the means are.
        ``unranked`` counts questions with an empty ranking.
        """
        measures = self.measures()
        rankings = self.rankings.values()
        times = [ranking.took_ms for ranking in rankings]
        median, high = percentiles(times)
        return {
            "dataset": self.dataset.name,
            "split": self.dataset.split,
            "encoder": self.encoder,
            "policies": self.index.policies,
            "passages": self.index.passages,
            "embedded": self.index.embedded,
            "reused": self.index.reused,
            "questions": len(self.rankings),
            "judged": len(measures[next(iter(MEASURES))]),
            **{name: round(float(values.mean()), 4) for name, values in measures.items()},
            "questions_a_second": round(1000 * len(times) / sum(times), 1),
            "p50_ms": round(median, 2),
            "p95_ms": round(high, 2),
            "read_with_filters": sum(bool(r.reading.conditions) for r in rankings),
            "read_with_unknown_issuer": sum(bool(r.reading.unknown_issuers) for r in rankings),
            "read_as_list": sum(r.reading.intent == "list" for r in rankings),
            "unranked": sum(not r.policies for r in rankings),
        }


def read_dataset(folder: Path, split: str) -> Dataset:
    """Read the questions and judgements of a split.

    Raises:
        ConfigError: a file is missing, a line is invalid, or no question has a judgement.
    """
    if not (folder / "corpus.jsonl").is_file():
        raise ConfigError(f"{folder}: not a collection: it has no corpus.jsonl")
    path = folder / f"queries-{split}.jsonl"
    questions: dict[str, str] = {}
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            name, text = row["id"], row["text"]
        except (json.JSONDecodeError, KeyError, TypeError):
            name = text = None
        if not isinstance(name, str) or not isinstance(text, str) or name in questions:
            raise ConfigError(
                f'{path}:{number}: not a question of its own id; write {{"id": "1", "text": "…"}}'
            )
        questions[name] = text
    judgements = _read_judgements(folder / f"qrels-{split}.tsv", questions)
    return Dataset(folder, split, tuple(questions.items()), judgements)


def read_corpus(folder: Path) -> Iterator[Policy]:
    """Read ``corpus.jsonl``, one policy per row.

    The body is the row's text, unchanged, below Markdown headings of its section (``meta.path``,
    then ``meta.article``): they belong to the passage, as in a policy of the corpus, but are not
    quoted. A date that cannot be parsed counts as not stated.

    Raises:
        CorpusError: a row is not a policy, two have one id, or there is none.
    """
    path = folder / "corpus.jsonl"
    lines: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            policy = _policy(json.loads(line), path, number)
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(
                f"{path}:{number}: not a row of a collection ({type(error).__name__}: {error}); "
                'write {"id": "1", "title": "…", "text": "…", "meta": {"date": "2012-02-14"}}'
            ) from None
        first = lines.setdefault(policy.id, number)
        if first != number:
            raise CorpusError(
                f"{path}:{number}: the id {policy.id!r} is taken: line {first} has it"
            )
        yield policy
    if not lines:
        raise CorpusError(f"{path}: no policies in it")


@dataclass(frozen=True, slots=True)
class Opened:
    """An open index and the encoder for its questions; the holder closes the engine."""

    engine: Engine
    encoder: Encoder


def open_apart(
    config: Config,
    policies: Iterable[Policy],
    issuers: IssuerBook,
    place: Path,
    progress: Progress,
    *,
    calibrated: bool = False,
) -> tuple[Opened, BuildReport]:
    """Index policies with the configured encoder, and open that index.

    The index is kept in files below ``place``, in a folder per encoder; only
    what is new is embedded. With ``calibrated``, for measuring answers rather than rankings, it is
    calibrated like the configured index.

    Raises:
        PolicyBotError: as reading, building and opening do.
    """
    from policybot.encoder.reranker.export import export_reranker

    policies = iter(policies)
    head = list(itertools.islice(policies, LOOKED_AT))
    chosen = choose(config, count_languages(head), only_one="one is measured").first
    encoder = open_for_indexing(chosen)
    export_reranker(config)
    place /= encoder.fingerprint
    report = build_index(
        itertools.chain(head, policies),
        index_path=place,
        encoder=encoder,
        issuers=issuers,
        progress=progress,
        calibrate=calibrator(config, encoder, progress) if calibrated else None,
    )
    serving = open_for_serving(chosen, encoder.fingerprint)
    own = dataclasses.replace(config, index=IndexConfig(path=place))
    engine = Engine(own, encoder=serving, reranker=open_reranker(config))
    return Opened(engine, serving), report


def place_of(config: Config, dataset: Dataset) -> Path:
    """Return the default folder for a collection's index."""
    return config.index.path / DATASETS / dataset.name


def open_dataset(
    config: Config, dataset: Dataset, *, cache: Path | None = None, progress: Progress
) -> tuple[Opened, BuildReport]:
    """Index a collection and open it, in ``cache`` (default: :func:`place_of`)."""
    return open_apart(
        config,
        read_corpus(dataset.folder),
        read_issuers(dataset.folder / "issuers.toml"),
        cache or place_of(config, dataset),
        progress,
    )


def rank_all(
    engine: Engine, questions: Sequence[tuple[str, str]], progress: Progress
) -> dict[str, Ranking]:
    """Return the ranking of every question (id, text), by its id.

    Issuers are those of the collection's table: without one, no name in a question is taken for a
    condition.
    """
    engine.rank(questions[0][1], printed=False)  # a warm-up, outside the measured times
    rankings: dict[str, Ranking] = {}
    for done, (name, text) in enumerate(questions, start=1):
        rankings[name] = engine.rank(text, printed=False)
        progress("ask", done, len(questions))
    return rankings


def run_dataset(
    config: Config, dataset: Dataset, *, cache: Path | None = None, progress: Progress
) -> Run:
    """Index a collection with the configured encoder, and rank the policies for every question.

    ``progress`` is called with a stage, the amount done and the total.

    Raises:
        PolicyBotError: as reading, building and answering do.
    """
    opened, report = open_dataset(config, dataset, cache=cache, progress=progress)
    try:
        rankings = rank_all(opened.engine, dataset.questions, progress)
    finally:
        opened.engine.close()
    return Run(dataset, opened.encoder.name, report, rankings)


def write_run(run: Run, path: Path) -> None:
    """Write a TREC run file: question, Q0, document, rank, score and tag on each line.

    White space in an id is percent-encoded, as it separates the columns. Equal scores are written
    a millionth apart, since trec_eval orders by score and not by rank.

    Raises:
        ConfigError: the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for question, ranking in run.rankings.items():
                last = float("inf")
                for rank, (policy, score) in enumerate(ranking.policies, start=1):
                    last = min(score, last - 1e-6)
                    file.write(
                        f"{_word(question)} Q0 {_word(policy)} {rank} {last:.6f} {RUN_TAG}\n"
                    )
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None


def _word(name: str) -> str:
    return "".join(quote(c, safe="") if c.isspace() else c for c in name)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; name a collection and a split it has") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None


def _read_judgements(path: Path, questions: Mapping[str, str]) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        try:
            question, document, relevance = line.split("\t")
            worth = int(relevance)
        except ValueError:
            if number == 1 and line.count("\t") == 2:
                continue  # the header
            raise ConfigError(
                f"{path}:{number}: not a judgement: question, document and a whole number for the "
                "relevance, with tabs between them"
            ) from None
        if question in questions:
            judgements.setdefault(question, {})[document] = worth
    if not any(worth > 0 for judged in judgements.values() for worth in judged.values()):
        raise ConfigError(f"{path}: holds nothing relevant for any of the questions")
    return judgements


def _policy(row: dict[str, Any], path: Path, line: int) -> Policy:
    meta = row.get("meta") or {}
    issuers = meta.get("issuer") or ()
    stated = meta.get("date")
    date = _date(str(stated)) if stated else None
    name, text = row["id"], row["text"]
    if not isinstance(name, str) or not isinstance(text, str):
        raise TypeError("id and text must be texts")
    return Policy(
        id=name,
        title=str(row.get("title") or ""),
        body=_under(_headings(meta), text),
        issuers=(issuers,) if isinstance(issuers, str) else tuple(map(str, issuers)),
        date=date,
        date_text=None if date or not stated else str(stated),
        url=meta.get("url"),
        path=str(path),
        line=line,
    )


def _date(text: str) -> PolicyDate | None:
    try:
        return parse_date(text)
    except DateError:
        return None


def _headings(meta: Mapping[str, Any]) -> list[str]:
    headings = [*(meta.get("path") or ()), meta.get("article") or ""]
    return [words for heading in headings if (words := " ".join(str(heading).split()))]


def _under(headings: Sequence[str], text: str) -> str:
    """Return a text below Markdown headings; levels past Markdown's last share that one."""
    levels = [*headings[: _LEVELS - 1]]
    if rest := headings[_LEVELS - 1 :]:
        levels.append(" / ".join(rest))
    marks = [f"{'#' * level} {words}" for level, words in enumerate(levels, start=1)]
    return "\n\n".join([*marks, text])
