"""The interface to an index: ``answer()``, ``list()``, ``show()`` and ``rank()``."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import functools
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.answering.comparison import answer_comparison
from policybot.answering.dispatch import Answering
from policybot.answering.languages import other_language
from policybot.answering.passages.answer import answer_reading
from policybot.answering.provisions import show_provision
from policybot.answering.ranking import Ranking, rank_reading
from policybot.answering.references import shown_with_edges, with_edges
from policybot.answering.relations import (
    relatives_named_by,
    relatives_of,
    with_affected,
)
from policybot.answering.snapshot import Snapshot
from policybot.answering.validity import validity_of, with_validity
from policybot.answering.versions import ordinal_of, standing, versions_of
from policybot.config import Config
from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder import Encoder
from policybot.encoder.languages import reads
from policybot.encoder.reranker.reranker import Reranker, open_reranker
from policybot.errors import IndexMismatchError, IndexUnusableError
from policybot.index.serve.interface import Generation
from policybot.index.serve.store import store_of
from policybot.model import Answer, Document, IndexInfo, Intent, Issuer, ShownProvision
from policybot.query.conditions import Condition
from policybot.query.demanded import demanded
from policybot.query.query import Query
from policybot.query.read import questions
from policybot.retrieval.ablation import judged
from policybot.retrieval.evidence import Evidence, gather

_MAY_BE_SEVERAL = re.compile(r"[?？;；，,].|\b(?:and|y|e)\b", re.IGNORECASE | re.DOTALL)
"""What joins two questions of one message."""

RANKED = 100
"""Maximum number of policies in a ranking, as in run files of retrieval experiments."""


def open_engine(config: Config, *, encoder_threads: int | None = None) -> Engine:
    """Open the live generation and its encoder.

    ``encoder_threads`` is how many threads encode one question, by default as many as gain
    something when nothing else is asked.

    Raises:
        IndexUnusableError: there is no index, it is damaged, or it does not fit the encoder.
        UnavailableError: the server the index is on is out of reach.
        EncoderError: the configured re-ranker has not been exported.
    """
    return Engine(config, reranker=open_reranker(config), encoder_threads=encoder_threads)


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
        encoder_threads: int | None = None,
    ) -> None:
        """Open the live generation.

        ``today`` is what "last year" is relative to (default: the local date); ``encoder`` serves
        instead of the configured one, ``generation`` instead of the live one. Answers are re-ranked
        only by a ``reranker`` that is given; :func:`open_engine` gives the configured one, and says
        what ``encoder_threads`` are.
        """
        self.config = config
        self._today = today or (lambda: dt.datetime.now(tz=dt.UTC).astimezone().date())
        self._changing = threading.Lock()
        self._store = store_of(config.index)
        self._snapshot = Snapshot(
            generation or self._store.open(), config, encoder, encoder_threads
        )
        self._score = functools.partial(_scores, reranker) if reranker else None

    @property
    def info(self) -> IndexInfo:
        """Which generation answers, and what it covers."""
        return self._snapshot.generation.info

    @property
    def generation(self) -> Generation:
        """The current generation."""
        return self._snapshot.generation

    @contextlib.contextmanager
    def reading(self) -> Iterator[Generation]:
        """Keep the current generation open for the block, even if it is replaced meanwhile."""
        with self._reading() as snapshot:
            yield snapshot.generation

    def today(self) -> dt.date:
        """Return the date as of which questions are answered."""
        return self._today()

    @property
    def issuers(self) -> IssuerBook:
        """The known issuers: those of the table, and those only printed in documents."""
        return self._snapshot.generation.known_issuers

    @property
    def kinds(self) -> Mapping[str, str]:
        """The words for kinds of document in this corpus, each with its kind."""
        return self._snapshot.vocabulary.kinds

    def answer(
        self,
        question: str,
        *,
        conditions: Sequence[Condition] = (),
        limit: int | None = None,
        intent: Intent | None = None,
        explain: bool = False,
        before: Answer | None = None,
    ) -> Answer:
        """Answer a question.

        Args:
            question: what a person typed; any text at all.
            conditions: demands beside those the question makes; bodies by name or alias.
            limit: hits at most, 0 for all; by default the configured number for a find, all for a
                list.
            intent: overrides the intent that is read from the question.
            explain: also give every candidate's evidence.
            before: the answer before, which a follow-up ("and in 2013?") goes on from.

        Two or three questions in one message are answered one after the other: the first is the
        answer, the others are ``also``. Where none of them is answered and their message as one
        question is, that is the answer.

        Raises:
            ValueError: ``limit`` is below 0.
            IndexDamagedError: a passage is not what was indexed.
            UnavailableError: the server the index is on is out of reach.
        """
        if limit is not None and limit < 0:
            raise ValueError(f"limit {limit}: give how many hits at most, or 0 for all")
        ask = functools.partial(
            self._one, conditions=conditions, limit=limit, intent=intent, explain=explain
        )
        several = self._questions(question)
        answers: list[Answer] = []
        for part in several if len(several) > 1 else ():
            answers.append(self._after(answers, part, ask, before))
        if not any(answer.answered for answer in answers):
            whole = ask(question, before=before)
            if whole.answered or not answers:
                return whole
        return dataclasses.replace(answers[0], also=tuple(answers[1:]))

    @staticmethod
    def _after(
        answers: Sequence[Answer], part: str, ask: Callable[..., Answer], before: Answer | None
    ) -> Answer:
        """Return the answer to a question of a message, after those before it.

        One that is not answered by itself may be of what the one before it is about, if a policy
        shown for that answers it.
        """
        last = answers[-1] if answers else None
        answer = ask(part, before=last or before)
        if answer.answered or last is None or not last.reading.topic:
            return answer
        again = ask(f"{last.reading.topic} {part}", before=None)
        shown = {hit.policy.id for hit in (*last.hits, *last.near_misses)}
        if not again.answered or again.hits[0].policy.id not in shown:
            return answer
        of_it = f"from your question before: about “{last.reading.topic}”"
        reading = dataclasses.replace(again.reading, question=part, taken_from=of_it)
        return dataclasses.replace(again, reading=reading)

    def _one(
        self,
        question: str,
        *,
        conditions: Sequence[Condition],
        limit: int | None,
        intent: Intent | None,
        explain: bool,
        before: Answer | None,
    ) -> Answer:
        """Return the answer to a message as one question."""
        started = time.perf_counter()
        with self._reading() as snapshot:
            answering = self._answering(snapshot)
            query = answering.read(question, before)
            query = demanded(query, conditions, snapshot.generation.known_issuers, intent)
            spoken = (before.hits or before.near_misses) if before else ()
            shown = [hit.policy.index_id for hit in spoken]
            answer = answer_comparison(
                snapshot.generation, query, answering.naming, shown
            ) or answering.answered(query, limit, explain=explain, given=conditions)
            answer = with_affected(snapshot.generation, answer)
            answer = with_validity(snapshot.generation, answer)
            answer = with_edges(snapshot.generation, answer, snapshot.references)
            note = other_language(snapshot.generation, answer)
        reading = answer.reading
        if reading.question != question:
            reading = dataclasses.replace(reading, question=question)
        took = (time.perf_counter() - started) * 1000
        return dataclasses.replace(answer, reading=reading, note=note, took_ms=took)

    def rank(self, question: str, *, printed: bool = True) -> Ranking:
        """Order the policies for a question as an answer would, the unlikely ones too.

        At most :data:`RANKED`; what conditions exclude is not among them. ``printed`` says whether
        bodies are known that the table of issuers does not name, as in an answer. See
        :func:`policybot.answering.ranking.rank_reading`.
        """
        started = time.perf_counter()
        with self._reading() as snapshot:
            generation = snapshot.generation
            book = generation.known_issuers if printed else generation.issuers
            answering = self._answering(snapshot)
            query = answering.as_any_other(answering.read(question, book=book))
            ordinals, scores = rank_reading(
                generation, query, snapshot.encode_question, count=RANKED, score=self._score
            )
            took = (time.perf_counter() - started) * 1000
            ids = [generation.policy(int(ordinal)).id for ordinal in ordinals]
        return Ranking(query, tuple(zip(ids, scores.tolist(), strict=True)), took)

    def evidence(self, question: str) -> Evidence | None:
        """Return the evidence for each policy (for its last version) that an answer is based on.

        None where it is not confidence that decides: a list, a question that is all conditions, one
        that names a number or a policy by its title, one about what policies do to each other, and
        one that is declined for what it demands.
        """
        with self._reading() as snapshot:
            generation = snapshot.generation
            answering = self._answering(snapshot)
            query = answering.as_any_other(answering.read(question))
            decided = query.unknown_issuers or query.unreadable_date or query.numbers
            if decided or query.policies or query.asks_for_all or not query.topic:
                return None
            if isinstance(answering.related(query, 0), Answer):
                return None
            mask = generation.policies_matching(query.conditions)
            last = standing(generation, None)
            mask = last if mask is None else mask if last is None else mask & last
            if mask is not None and not mask.any():
                return None
            evidence = gather(generation, query, snapshot.encode_question, mask)
            return judged(
                generation, query.question, evidence, snapshot.encode_question, each=False
            )

    def list(self, conditions: Sequence[Condition] = ()) -> Answer:
        """Return every policy that meets ``conditions``, in date order, undated ones last."""
        with self._reading() as snapshot:
            generation = snapshot.generation
            query = Query("", intent="list", today=self._today())
            query = demanded(query, conditions, generation.known_issuers)
            answer = answer_reading(
                generation, query, snapshot.encode_question, limit=0, explain=False
            )
            return with_validity(generation, with_affected(generation, answer))

    def show(self, policy_id: str) -> Document:
        """Return one policy with all its passages, of several versions the one of today.

        ``ID@2012-03-01`` is the version from that day.

        Raises:
            PolicyNotFoundError: no policy has that id.
        """
        with self._reading() as snapshot:
            generation = snapshot.generation
            ordinal = ordinal_of(generation, policy_id, self._today())
            first, end = (int(o) for o in generation.policy_passages[ordinal : ordinal + 2])
            passages = generation.passages(range(first, end))
            policy = generation.policy(ordinal)
            return Document(
                policy,
                tuple(passages),
                relatives_named_by(generation, policy),
                relatives_of(generation, generation.versions.last_of(ordinal)),
                validity_of(generation, policy, self._today()),
                versions_of(generation, ordinal),
            )

    def provision(self, policy_id: str, address: str) -> ShownProvision:
        """Return one provision of a policy, by its address (``art5.2.c``).

        Raises:
            PolicyNotFoundError: no policy has that id.
            ProvisionNotFoundError: it has no such provision; the message says which it has.
        """
        with self._reading() as snapshot:
            generation = snapshot.generation
            ordinal = ordinal_of(generation, policy_id, self._today())
            shown = show_provision(generation, ordinal, address)
            return shown_with_edges(ordinal, shown, snapshot.references)

    def issuer_counts(self) -> Sequence[tuple[Issuer, int]]:
        """Return every issuer that issued something, with its number of policies, most first.

        A body that the table of issuers does not know stands under the name it is printed with.
        """
        generation = self.generation
        known = {issuer.name: issuer for issuer in generation.known_issuers.issuers}
        counts = sorted(generation.issuer_counts(), key=lambda row: (-row[1], row[0]))
        return [(known.get(name, Issuer(name)), count) for name, count in counts]

    def refresh(self) -> bool:
        """Switch to the live generation if it has changed; return whether it had.

        Answers under way keep the generation they began with, and its encoder. Where this raises,
        the generation before answers on.

        Raises:
            IndexUnusableError: the live generation cannot be used, or is of another encoder than
                the one configured when this process read its configuration.
            EncoderError: its encoder cannot be loaded.
            UnavailableError: the server the index is on is out of reach.
        """
        with self._changing:
            old = self._snapshot
            if self._store.current() == old.generation.name:
                return False
            new = self._store.open()
            with contextlib.ExitStack() as unused:
                unused.callback(new.close)
                try:
                    self._snapshot = old.followed_by(new)
                except IndexMismatchError as error:
                    raise IndexMismatchError(
                        f"{error}; if it is configured by now, restart what answers"
                    ) from None
                unused.pop_all()
            old.generation.close()
            return True

    def close(self) -> None:
        """Close the index."""
        self._snapshot.generation.close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """Keep the current generation open for the block, even if it is replaced meanwhile."""
        with contextlib.ExitStack() as held:
            while True:
                snapshot = self._snapshot
                try:
                    held.enter_context(snapshot.generation.reading())
                    break
                except IndexUnusableError:
                    if snapshot is self._snapshot:
                        raise
            yield snapshot

    def _questions(self, question: str) -> Sequence[str]:
        """Return the questions of a message."""
        if not _MAY_BE_SEVERAL.search(question):
            return [question]
        with self._reading() as snapshot:
            return questions(question, snapshot.vocabulary, today=self._today())

    def _answering(self, snapshot: Snapshot) -> Answering:
        """Return the object that answers questions over a generation, as of today."""
        return Answering(snapshot, self._today(), self.config.search.limit, self._score)
