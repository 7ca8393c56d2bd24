"""The one entry to an index: ``answer()``, ``list()``, ``show()`` and ``rank()``."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.config import Config
from policybot.corpus.issuers import IssuerBook
from policybot.encoder import Encoder, open_for_serving
from policybot.errors import IndexUnusableError, PolicyNotFoundError
from policybot.index.generation import Generation, current_generation, open_generation
from policybot.model import Answer, Document, Filters, IndexInfo, Intent, Issuer, Reading
from policybot.search.answer import answer_reading
from policybot.search.question import read_question
from policybot.search.ranking import Ranking, rank_reading

RANKED = 100
"""Policies in a ranking, at most: what run files of retrieval experiments hold."""


def open_engine(config: Config) -> Engine:
    """Open the live generation and its encoder.

    Raises:
        IndexUnusableError: there is no index, it is damaged, or it does not fit the encoder.
        EncoderError: the encoder cannot be opened.
    """
    return Engine(config)


@functools.lru_cache(maxsize=4)
def known_issuers(generation: Generation) -> IssuerBook:
    """Return the generation's table of issuers with the bodies that are only printed added."""
    book = generation.issuers
    printed = [name for name, _ in generation.issuer_counts() if not book.canonical(name)]
    return IssuerBook((*book.issuers, *(Issuer(name) for name in printed)))


def _has_chinese(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in text)


class Engine:
    """An open index and encoder. Every method may be called from several threads at once."""

    def __init__(
        self,
        config: Config,
        *,
        today: Callable[[], dt.date] | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Open the live generation.

        ``today`` is what "last year" is relative to (default: the local date); ``encoder`` serves
        instead of the configured one.
        """
        self.config = config
        self._today = today or (lambda: dt.datetime.now(tz=dt.UTC).astimezone().date())
        self._changing = threading.Lock()
        self._encoding = threading.Lock()
        self._generation = open_generation(config.index.path)
        self._encoder = encoder

    @property
    def info(self) -> IndexInfo:
        """Which generation answers, and what it covers."""
        return self._generation.info

    @property
    def generation(self) -> Generation:
        """The generation that answers now."""
        return self._generation

    @property
    def issuers(self) -> IssuerBook:
        """The issuers the live generation knows: the table's, and those only printed."""
        return known_issuers(self._generation)

    def answer(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        limit: int | None = None,
        intent: Intent | None = None,
        explain: bool = False,
    ) -> Answer:
        """Answer a question.

        Args:
            question: what a person typed; any text at all.
            filters: demands beside those the question makes; issuers by name or alias.
            limit: hits at most; by default the configured number for a find, all for a list.
            intent: overrides the intent that is read from the question.
            explain: also give every candidate's evidence.

        Raises:
            IndexDamagedError: a passage is not what was indexed.
        """
        started = time.perf_counter()
        with self._reading() as generation:
            book = known_issuers(generation)
            reading = read_question(question, book, today=self._today())
            reading = _demanded(reading, filters, book)
            if intent is not None:
                reading = dataclasses.replace(reading, intent=intent)
            if limit is None:
                limit = 0 if reading.intent == "list" else self.config.search.limit
            answer = answer_reading(generation, reading, self._encode, limit=limit, explain=explain)
        took = (time.perf_counter() - started) * 1000
        return dataclasses.replace(answer, took_ms=took)

    def rank(self, question: str) -> Ranking:
        """Order the policies for a question as an answer would, the unlikely ones too.

        At most :data:`RANKED`; what filters exclude is not among them. See
        :func:`policybot.search.ranking.rank_reading`.
        """
        started = time.perf_counter()
        with self._reading() as generation:
            reading = read_question(question, generation.issuers, today=self._today())
            ordinals, scores = rank_reading(generation, reading, self._encode, count=RANKED)
            took = (time.perf_counter() - started) * 1000
            ids = [generation.policy(int(ordinal)).id for ordinal in ordinals]
        return Ranking(reading, tuple(zip(ids, scores.tolist(), strict=True)), took)

    def list(self, filters: Filters | None = None) -> Answer:
        """Return every policy that ``filters`` allow, in date order, undated ones last."""
        reading = Reading("", Filters(), "list", "")
        with self._reading() as generation:
            reading = _demanded(reading, filters, known_issuers(generation))
            return answer_reading(generation, reading, self._encode, limit=0, explain=False)

    def show(self, policy_id: str) -> Document:
        """Return one policy with all its passages.

        Raises:
            PolicyNotFoundError: no policy has that id.
        """
        with self._reading() as generation:
            ordinal = generation.policy_ordinal(policy_id)
            if ordinal is None:
                raise PolicyNotFoundError(
                    f"{policy_id}: no policy has this id; `policybot list` shows those there are"
                )
            first, end = (int(o) for o in generation.policy_passages[ordinal : ordinal + 2])
            passages = generation.passages(range(first, end))
            return Document(generation.policy(ordinal), tuple(passages))

    def issuer_counts(self) -> Sequence[tuple[Issuer, int]]:
        """Return every issuer that issued something, with its number of policies, most first.

        A body that the table of issuers does not know stands under the name it is printed with.
        """
        known = {issuer.name: issuer for issuer in self.issuers.issuers}
        counts = sorted(self._generation.issuer_counts(), key=lambda row: (-row[1], row[0]))
        return [(known.get(name, Issuer(name)), count) for name, count in counts]

    def refresh(self) -> bool:
        """Change over to the live generation if it is another one; tell whether it was.

        Answers under way keep the generation they began with.
        """
        with self._changing:
            if current_generation(self.config.index.path) == self._generation.name:
                return False
            new = open_generation(self.config.index.path)
            old, self._generation = self._generation, new
            if new.manifest.encoder.fingerprint != old.manifest.encoder.fingerprint:
                self._encoder = None
            old.close()
            return True

    def close(self) -> None:
        """Close the index."""
        self._generation.close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Generation]:
        """Hold the live generation for one answer, even if another takes its place meanwhile."""
        with contextlib.ExitStack() as held:
            while True:
                generation = self._generation
                try:
                    held.enter_context(generation.reading())
                    break
                except IndexUnusableError:
                    if generation is self._generation:
                        raise
            yield generation

    def _encode(self, text: str) -> NDArray[np.float32] | None:
        encoder = self._open_encoder()
        if _has_chinese(text) and "zh" not in encoder.languages:
            return None
        vector: NDArray[np.float32] = encoder.encode_queries([text])[0]
        return vector

    def _open_encoder(self) -> Encoder:
        with self._encoding:
            if self._encoder is None:
                fingerprint = self._generation.manifest.encoder.fingerprint
                self._encoder = open_for_serving(self.config, fingerprint)
            return self._encoder


def _demanded(reading: Reading, filters: Filters | None, book: IssuerBook) -> Reading:
    """Add a caller's filters to those of the question; the caller's win."""
    if not filters:
        return reading
    names: list[str] = []
    unknown: list[str] = []
    for name in filters.issuers:
        canonical = book.canonical(name)
        if canonical is None:
            unknown.append(name)
        else:
            names.append(canonical)
    own = reading.filters
    merged = dataclasses.replace(
        own,
        issuers=tuple(names) or own.issuers,
        since=filters.since or own.since,
        until=filters.until or own.until,
        number=filters.number or own.number,
        joint=filters.joint if names else own.joint,
        periods=filters.periods if filters.since or filters.until else own.periods,
        phrases=own.phrases + filters.phrases,
        without=own.without + filters.without,
    )
    return dataclasses.replace(
        reading,
        filters=merged,
        unknown_issuers=(*reading.unknown_issuers, *unknown),
        intent=reading.intent if reading.topic else "list",
    )
