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
from policybot.encoder.cross import Reranker, open_reranker
from policybot.errors import IndexUnusableError, PolicyNotFoundError
from policybot.index.interface import Generation
from policybot.index.shelf import shelf_of
from policybot.model import Answer, Document, Filters, IndexInfo, Intent, Issuer, Reading
from policybot.search.answer import answer_reading
from policybot.search.bodies import included
from policybot.search.evidence import Evidence, gather
from policybot.search.named import read_name
from policybot.search.question import read_question
from policybot.search.ranking import Ranking, rank_reading
from policybot.search.related import (
    answer_relation,
    relatives_named_by,
    relatives_of,
    with_affected,
)
from policybot.search.relations import asked_relation
from policybot.search.words import familiar

RANKED = 100
"""Policies in a ranking, at most: what run files of retrieval experiments hold."""


def open_engine(config: Config) -> Engine:
    """Open the live generation and its encoder.

    Raises:
        IndexUnusableError: there is no index, it is damaged, or it does not fit the encoder.
        UnavailableError: the server the index is on is out of reach.
        EncoderError: the configured re-ranker has not been exported.
    """
    return Engine(config, reranker=open_reranker(config))


@functools.lru_cache(maxsize=4)
def known_issuers(generation: Generation) -> IssuerBook:
    """Return the generation's table of issuers with the bodies that are only printed added."""
    book = generation.issuers
    printed = [name for name, _ in generation.issuer_counts() if not book.canonical(name)]
    return IssuerBook((*book.issuers, *(Issuer(name) for name in printed)))


def _has_chinese(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in text)


def _scores(reranker: Reranker, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
    if _has_chinese(question) and "zh" not in reranker.languages:
        return None
    return reranker.scores(question, texts)


class Engine:
    """An open index and encoder. Every method may be called from several threads at once."""

    def __init__(
        self,
        config: Config,
        *,
        today: Callable[[], dt.date] | None = None,
        encoder: Encoder | None = None,
        generation: Generation | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Open the live generation.

        ``today`` is what "last year" is relative to (default: the local date); ``encoder`` serves
        instead of the configured one, ``generation`` instead of the live one. Answers are re-ranked
        only by a ``reranker`` that is given; :func:`open_engine` gives the configured one.
        """
        self.config = config
        self._today = today or (lambda: dt.datetime.now(tz=dt.UTC).astimezone().date())
        self._changing = threading.Lock()
        self._encoding = threading.Lock()
        self._shelf = shelf_of(config.index)
        self._generation = generation or self._shelf.open()
        self._encoder = encoder
        self._score = functools.partial(_scores, reranker) if reranker else None

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
            UnavailableError: the server the index is on is out of reach.
        """
        started = time.perf_counter()
        with self._reading() as generation:
            related = self._related(generation, question, filters, limit or 0)
            if isinstance(related, Answer):
                answer = related
            else:
                book = known_issuers(generation)
                reading = read_question(question, book, today=self._today())
                reading = _demanded(reading, filters, book)
                reading = familiar(generation, reading, self._count_tokens)
                if intent is not None:
                    reading = dataclasses.replace(reading, intent=intent)
                if related:
                    reading = dataclasses.replace(reading, notes=(*reading.notes, related))
                if limit is None:
                    limit = 0 if reading.intent == "list" else self.config.search.limit
                answer = answer_reading(
                    generation,
                    reading,
                    self._encode,
                    limit=limit,
                    explain=explain,
                    score=self._score,
                )
            answer = with_affected(generation, answer)
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
            reading = familiar(generation, reading, self._count_tokens)
            ordinals, scores = rank_reading(
                generation, reading, self._encode, count=RANKED, score=self._score
            )
            took = (time.perf_counter() - started) * 1000
            ids = [generation.policy(int(ordinal)).id for ordinal in ordinals]
        return Ranking(reading, tuple(zip(ids, scores.tolist(), strict=True)), took)

    def evidence(self, question: str) -> Evidence | None:
        """Return what speaks for each policy, as an answer weighs it.

        None where it is not confidence that decides: a list, a question that is all filters, one
        that names a number, one about what policies do to each other, and one that is declined for
        what it demands.
        """
        with self._reading() as generation:
            if isinstance(self._related(generation, question, None, 0), Answer):
                return None
            reading = read_question(question, known_issuers(generation), today=self._today())
            reading = familiar(generation, reading, self._count_tokens)
            demands = reading.unknown_issuers or reading.unreadable_date or reading.filters.number
            is_list = reading.intent == "list" or reading.order != "relevance"
            if demands or is_list or not reading.topic:
                return None
            mask = generation.policies_matching(reading.filters)
            if mask is not None and not mask.any():
                return None
            return gather(generation, reading, self._encode, mask)

    def list(self, filters: Filters | None = None) -> Answer:
        """Return every policy that ``filters`` allow, in date order, undated ones last."""
        reading = Reading("", Filters(), "list", "")
        with self._reading() as generation:
            reading = _demanded(reading, filters, known_issuers(generation))
            answer = answer_reading(generation, reading, self._encode, limit=0, explain=False)
            return with_affected(generation, answer)

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
            policy = generation.policy(ordinal)
            return Document(
                policy,
                tuple(passages),
                relatives_named_by(generation, policy),
                relatives_of(generation, ordinal),
            )

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

        Raises:
            IndexUnusableError: the live generation cannot be used; the one before it answers on.
            UnavailableError: the server the index is on is out of reach.
        """
        with self._changing:
            if self._shelf.current() == self._generation.name:
                return False
            new = self._shelf.open()
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

    def _related(
        self, generation: Generation, question: str, filters: Filters | None, limit: int
    ) -> Answer | str | None:
        """Return the answer to a question of relations, or a note why it is read as any other.

        None where a question asks for none.
        """
        asked = asked_relation(question)
        if asked is None:
            return None
        if not len(generation.relations):
            return "the corpus records no relations, so this is read as any other question"
        book, today = known_issuers(generation), self._today()
        mend = functools.partial(familiar, generation, count_tokens=self._count_tokens)
        head = mend(_demanded(read_question(asked.head, book, today=today), filters, book))
        name = None
        if asked.named:
            name = read_name(generation, asked.named, book, today=today, familiar=mend)
        return answer_relation(
            generation, asked, head, name, self._encode, question=question, limit=limit
        )

    def _encode(self, text: str) -> NDArray[np.float32] | None:
        encoder = self._open_encoder()
        if _has_chinese(text) and "zh" not in encoder.languages:
            return None
        vector: NDArray[np.float32] = encoder.encode_queries([text])[0]
        return vector

    def _count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        return self._open_encoder().count_tokens(texts)

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
        joint=filters.joint or (own.joint and not names),
        alone=filters.alone or (own.alone and not names),
        periods=filters.periods if filters.since or filters.until else own.periods,
        phrases=own.phrases + filters.phrases,
        without=own.without + filters.without,
    )
    return dataclasses.replace(
        reading,
        filters=merged,
        includes=included(merged, book),
        unknown_issuers=(*reading.unknown_issuers, *unknown),
        intent=reading.intent if reading.topic else "list",
    )
