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
from policybot.encoder import Encoder
from policybot.encoder.cross import Reranker, open_reranker
from policybot.encoder.languages import reads
from policybot.errors import IndexMismatchError, IndexUnusableError, PolicyNotFoundError
from policybot.index.interface import Generation
from policybot.index.shelf import shelf_of
from policybot.model import Answer, Document, Filters, IndexInfo, Intent, Issuer, Reading
from policybot.search.anchored import with_dates_for
from policybot.search.answer import answer_reading
from policybot.search.demanded import demanded
from policybot.search.evidence import Evidence, gather
from policybot.search.languages import other_language
from policybot.search.marks import clean
from policybot.search.named import Named, read_name
from policybot.search.paired import Paired
from policybot.search.question import read_question
from policybot.search.ranking import Ranking, rank_reading
from policybot.search.related import (
    answer_relation,
    relatives_named_by,
    relatives_of,
    with_affected,
)
from policybot.search.relations import asked_relation
from policybot.search.titles import apart_from_titles, asked_of, titled, without_title_years
from policybot.search.whole import answer_named
from policybot.search.words import familiar, with_cues_mended

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


def _scores(reranker: Reranker, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
    if not reads(question, reranker.languages):
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
        self._shelf = shelf_of(config.index)
        self._paired = Paired(generation or self._shelf.open(), config, encoder)
        self._score = functools.partial(_scores, reranker) if reranker else None

    @property
    def info(self) -> IndexInfo:
        """Which generation answers, and what it covers."""
        return self._paired.generation.info

    @property
    def generation(self) -> Generation:
        """The generation that answers now."""
        return self._paired.generation

    @property
    def issuers(self) -> IssuerBook:
        """The issuers the live generation knows: the table's, and those only printed."""
        return self._paired.generation.known_issuers

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
            limit: hits at most, 0 for all; by default the configured number for a find, all for a
                list.
            intent: overrides the intent that is read from the question.
            explain: also give every candidate's evidence.

        Raises:
            ValueError: ``limit`` is below 0.
            IndexDamagedError: a passage is not what was indexed.
            UnavailableError: the server the index is on is out of reach.
        """
        if limit is not None and limit < 0:
            raise ValueError(f"limit {limit}: give how many hits at most, or 0 for all")
        started = time.perf_counter()
        with self._reading() as paired:
            generation = paired.generation
            related = self._related(paired, question, filters, limit or 0)
            if isinstance(related, Answer):
                answer = related
            else:
                book = generation.known_issuers
                typed, respelt = with_cues_mended(generation, question, paired.count_tokens)
                text, named = clean(typed), self._naming(paired)
                found = titled(generation, text)
                text, dated = with_dates_for(generation, text, found, named)
                found = () if dated else found
                plain = without_title_years(text, found)
                asks = plain if dated or plain != text else typed
                reading = read_question(asks, book, today=self._today())
                reading = demanded(
                    dataclasses.replace(reading, respelt=respelt), filters, book, intent
                )
                reading = familiar(generation, reading, paired.count_tokens)
                notes = (*reading.notes, *filter(None, (related, dated)))
                reading = dataclasses.replace(reading, question=typed, notes=notes)
                if limit is None:
                    whole = reading.intent == "list" or reading.count
                    limit = 0 if whole else self.config.search.limit
                asked = [] if dated or intent else asked_of(generation, text, found, named)
                alone = Reading(typed, Filters(), "find", "", respelt=respelt)
                alone = demanded(alone, filters, book)
                answer = answer_named(generation, alone, asked, limit=limit) or answer_reading(
                    generation,
                    apart_from_titles(reading, found),
                    paired.hear,
                    limit=limit,
                    explain=explain,
                    score=self._score,
                    named=[ordinal for one in found for ordinal in one.ordinals],
                )
            answer = with_affected(generation, answer)
            answer = dataclasses.replace(answer, note=other_language(generation, answer))
        took = (time.perf_counter() - started) * 1000
        reading = dataclasses.replace(answer.reading, question=question)
        return dataclasses.replace(answer, reading=reading, took_ms=took)

    def rank(self, question: str, *, printed: bool = True) -> Ranking:
        """Order the policies for a question as an answer would, the unlikely ones too.

        At most :data:`RANKED`; what filters exclude is not among them. ``printed`` says whether
        bodies are known that the table of issuers does not name, as in an answer. See
        :func:`policybot.search.ranking.rank_reading`.
        """
        started = time.perf_counter()
        with self._reading() as paired:
            generation = paired.generation
            book = generation.known_issuers if printed else generation.issuers
            reading = self._read(paired, question, book)
            reading = familiar(generation, reading, paired.count_tokens)
            ordinals, scores = rank_reading(
                generation, reading, paired.hear, count=RANKED, score=self._score
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
        with self._reading() as paired:
            generation = paired.generation
            if isinstance(self._related(paired, question, None, 0), Answer):
                return None
            reading = self._read(paired, question, generation.known_issuers)
            reading = familiar(generation, reading, paired.count_tokens)
            demands = reading.unknown_issuers or reading.unreadable_date or reading.filters.number
            is_list = reading.intent == "list" or reading.order != "relevance"
            if demands or is_list or not reading.topic:
                return None
            mask = generation.policies_matching(reading.filters)
            if mask is not None and not mask.any():
                return None
            return gather(generation, reading, paired.hear, mask)

    def list(self, filters: Filters | None = None) -> Answer:
        """Return every policy that ``filters`` allow, in date order, undated ones last."""
        reading = Reading("", Filters(), "list", "")
        with self._reading() as paired:
            generation = paired.generation
            reading = demanded(reading, filters, generation.known_issuers)
            answer = answer_reading(generation, reading, paired.hear, limit=0, explain=False)
            return with_affected(generation, answer)

    def show(self, policy_id: str) -> Document:
        """Return one policy with all its passages.

        Raises:
            PolicyNotFoundError: no policy has that id.
        """
        with self._reading() as paired:
            generation = paired.generation
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
        generation = self.generation
        known = {issuer.name: issuer for issuer in generation.known_issuers.issuers}
        counts = sorted(generation.issuer_counts(), key=lambda row: (-row[1], row[0]))
        return [(known.get(name, Issuer(name)), count) for name, count in counts]

    def refresh(self) -> bool:
        """Change over to the live generation if it is another one; tell whether it was.

        Answers under way keep the generation they began with, and its encoder. Where this raises,
        the generation before answers on.

        Raises:
            IndexUnusableError: the live generation cannot be used, or is of another encoder than
                the one configured when this process read its configuration.
            EncoderError: its encoder cannot be loaded.
            UnavailableError: the server the index is on is out of reach.
        """
        with self._changing:
            old = self._paired
            if self._shelf.current() == old.generation.name:
                return False
            new = self._shelf.open()
            with contextlib.ExitStack() as unused:
                unused.callback(new.close)
                try:
                    self._paired = old.followed_by(new)
                except IndexMismatchError as error:
                    raise IndexMismatchError(
                        f"{error}; if it is configured by now, restart what answers"
                    ) from None
                unused.pop_all()
            old.generation.close()
            return True

    def close(self) -> None:
        """Close the index."""
        self._paired.generation.close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Paired]:
        """Hold the live generation for one answer, even if another takes its place meanwhile."""
        with contextlib.ExitStack() as held:
            while True:
                paired = self._paired
                try:
                    held.enter_context(paired.generation.reading())
                    break
                except IndexUnusableError:
                    if paired is self._paired:
                        raise
            yield paired

    def _related(
        self, paired: Paired, question: str, filters: Filters | None, limit: int
    ) -> Answer | str | None:
        """Return the answer to a question of relations, or a note why it is read as any other.

        None where a question asks for none.
        """
        asked = asked_relation(question)
        if asked is None:
            return None
        generation = paired.generation
        book = generation.known_issuers
        head = demanded(read_question(asked.head, book, today=self._today()), filters, book)
        head = familiar(generation, head, paired.count_tokens)
        name = self._naming(paired)(asked.named) if asked.named else None
        return answer_relation(
            generation, asked, head, name, paired.hear, question=question, limit=limit
        )

    def _read(self, paired: Paired, question: str, book: IssuerBook) -> Reading:
        """Read a question, its misspelt cues as what they were meant to be."""
        text, respelt = with_cues_mended(paired.generation, question, paired.count_tokens)
        reading = read_question(text, book, today=self._today())
        return dataclasses.replace(reading, question=question, respelt=respelt)

    def _naming(self, paired: Paired) -> Callable[[str], Named]:
        """Return what reads the name of a policy."""
        generation = paired.generation
        mend = functools.partial(familiar, generation, count_tokens=paired.count_tokens)
        book, today = generation.known_issuers, self._today()
        return functools.partial(read_name, generation, book=book, today=today, familiar=mend)
