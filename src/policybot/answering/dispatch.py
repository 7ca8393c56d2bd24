"""Answer a question over one open generation: parse it and choose the kind of answer.

Relations, titles, definitions, provisions and texts that state something answer before a search.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
from collections.abc import Callable, Sequence

from policybot.answering.definitions import answer_definition
from policybot.answering.named_policies import (
    KINDS_OF_DOCUMENT,
    Named,
    asked_of,
    found_by_name,
    named_policies,
    read_name,
)
from policybot.answering.passages.answer import answer_reading
from policybot.answering.provisions import answer_provisions, found_by_search
from policybot.answering.relations import answer_relation
from policybot.answering.snapshot import Snapshot
from policybot.answering.stated_relations import (
    MOST_NEAR,
    MOST_READ,
    answer_stated,
    is_quoted,
    mentioning,
    naming_only,
)
from policybot.answering.whole_policies import answer_named
from policybot.corpus.issuers.table import IssuerBook
from policybot.index.analyse import words
from policybot.model import Answer
from policybot.query.conditions import Condition, OfPolicy
from policybot.query.demanded import demanded
from policybot.query.query import Query
from policybot.query.read import read
from policybot.retrieval.confidence import CLOSEST
from policybot.retrieval.rerank import Score
from policybot.retrieval.words.unknown_words import familiar, with_cues_mended
from policybot.retrieval.words.vocabulary import IndexVocabulary


class Answering:
    """Answers questions over one generation, as of one day, with one set of settings."""

    def __init__(self, snapshot: Snapshot, today: dt.date, limit: int, score: Score | None) -> None:
        """Answer as of ``today``; a find has ``limit`` hits, re-ranked by ``score`` if given."""
        self._snapshot = snapshot
        self._encode = functools.cache(snapshot.encode_question)  # the same text comes again
        self._today = today
        self._limit = limit
        self._score = score

    def answered(
        self,
        query: Query,
        limit: int | None,
        *,
        explain: bool,
        given: Sequence[Condition] = (),
    ) -> Answer:
        """Return the answer to a query, from relations, from titles, or from a search.

        ``given`` are the caller's conditions; policies found through a relation must meet them too.
        """
        generation = self._snapshot.generation
        if query.provisions:
            naming = self.naming
            shown = answer_provisions(generation, query, naming, self._encode, limit=limit or 0)
            if shown is not None:
                return shown
            plain = demanded(self.as_any_other(query), given, generation.known_issuers)
            searched = self.answered(plain, limit, explain=explain, given=given)
            return found_by_search(generation, query, searched)
        if query.skip:
            whole = self.answered(dataclasses.replace(query, skip=0), 0, explain=explain)
            rest = whole.hits[query.skip :][: limit or self._limit]
            ended = None if rest or not whole.answered else "That was all of it."
            return dataclasses.replace(
                whole, hits=rest, reading=query, detail=ended or whole.detail
            )
        if any(isinstance(condition, OfPolicy) for condition in query.conditions):
            return self._within(query, limit, explain=explain, given=given)
        if query.ids and query.asked_relation is None:
            known = [generation.policy_ordinal(policy_id) for policy_id in query.ids]
            ordinals = [ordinal for ordinal in known if ordinal is not None]
            named = answer_named(generation, query, ordinals, limit=limit or 0)
            return named or answer_reading(
                generation, query, self._encode, limit=limit or 0, explain=explain
            )
        if query.asks == "in_force" and query.topic and not query.policies:
            asked = self._asked_in_force(query)
            if isinstance(asked, Answer):
                return asked
            query = asked
        if query.defines and not query.unreadable_date:
            few = limit or (0 if limit == 0 else self._limit)
            defined = answer_definition(generation, query, self.naming, self._encode, limit=few)
            if defined is not None:
                return defined
        query = self._of_shown(query)
        related = self.related(query, limit or 0, given)
        if isinstance(related, Answer) and (related.answered or related.reading.conditions):
            return related
        if related:
            stated = self._stated(query, related, limit, explain=explain)
            if stated is not None:
                return stated
        if isinstance(related, Answer):
            return self._with_nearest(related, query)
        if related:
            query = dataclasses.replace(query, notes=(*query.notes, related))
        if limit is None:
            limit = 0 if query.intent == "list" or query.count else self._limit
        named = answer_named(generation, query, query.policies, limit=limit)
        if named:
            return named
        searched = answer_reading(
            generation,
            query,
            self._encode,
            limit=limit,
            explain=explain,
            score=self._score,
            named=query.titles,
        )
        return found_by_name(query, searched)

    def _within(
        self, query: Query, limit: int | None, *, explain: bool, given: Sequence[Condition]
    ) -> Answer:
        """Answer from the policy shown before or, if that has no answer, from the others.

        A question such as "Is it possible to …?" may not refer to that policy, which may also be
        gone from the corpus since; one that names an unknown body does not.
        """
        kept = tuple(
            condition for condition in query.conditions if not isinstance(condition, OfPolicy)
        )
        alone = dataclasses.replace(query, conditions=kept, topic_marked=False, taken_from=None)
        shown = [condition for condition in query.conditions if isinstance(condition, OfPolicy)]
        there = self._snapshot.generation.policies_matching(shown)
        if query.unknown_issuers or there is None or not there.any():
            return self.answered(alone, limit, explain=explain, given=given)
        few = self._limit if limit is None else limit
        inside = answer_reading(
            self._snapshot.generation,
            query,
            self._encode,
            limit=few,
            explain=explain,
            score=self._score,
        )
        if inside.answered:
            return inside
        outside = self.answered(alone, limit, explain=explain, given=given)
        nearer = bool(outside.near_misses) and (inside.confidence or 0.0) < CLOSEST
        return outside if outside.answered or nearer else inside

    def _asked_in_force(self, query: Query) -> Query | Answer:
        """Return the query with the policies that it asks the validity of.

        It is declined if it names a document that the corpus does not have.
        """
        name = self.naming(query.topic)
        tiers = named_policies(self._snapshot.generation, name, self._encode)
        if tiers or not name.is_document:
            return dataclasses.replace(query, policies=tuple(tiers[0]) if tiers else ())
        return Answer(
            reading=query,
            hits=(),
            total=0,
            index=self._snapshot.generation.info,
            reason="no_such_relation",
            detail=f"The corpus holds no policy called “{query.topic}”, so nothing says whether it "
            "was in force.",
        )

    def _stated(
        self,
        query: Query,
        related: Answer | str,
        limit: int | None,
        *,
        explain: bool,
    ) -> Answer | None:
        """Return what texts state if no relation is recorded; None if they state nothing.

        Policies that only mention the document by its number are returned as the closest ones.
        """
        asked = query.asked_relation
        if asked is None or not asked.named:
            return None
        name = self.naming(asked.named)
        if isinstance(related, str) and not (name.reading.numbers or is_quoted(asked.named)):
            return None
        relation = related.reading.relation if isinstance(related, Answer) else None
        ordinals = (
            self._snapshot.generation.policy_ordinal(policy.id)
            for policy in (relation.policies if relation else ())
        )
        search = functools.partial(self.answered, limit=MOST_READ, explain=explain)
        reading = related.reading if isinstance(related, Answer) else query
        stated = answer_stated(
            self._snapshot.generation,
            dataclasses.replace(reading, asked_relation=asked),
            asked,
            name,
            [ordinal for ordinal in ordinals if ordinal is not None],
            lambda subquery: search(query=subquery),
            limit=limit or 0,
        )
        if stated is not None or asked.wanted == "objects" or not name.reading.numbers:
            return stated
        mentioned = search(query=mentioning(query, name.reading.numbers))
        return naming_only(asked, mentioned) if mentioned.answered else None

    def _with_nearest(self, answer: Answer, query: Query) -> Answer:
        """Return an empty answer about relations with what holds words of the name it has not."""
        asked = query.asked_relation
        if answer.answered or answer.near_misses or asked is None or not asked.named:
            return answer
        generation, encode = self._snapshot.generation, self._encode
        name = dataclasses.replace(self.naming(asked.named).reading, conditions=(), intent="find")
        name = dataclasses.replace(name, topic=asked.named, search_text=asked.named)
        found = answer_reading(generation, name, encode, limit=MOST_NEAR, explain=False)
        telling = {*words(asked.named)} - KINDS_OF_DOCUMENT
        near = (
            hit
            for hit in (*found.hits, *found.near_misses)
            if telling & {*words(hit.policy.title), *words(hit.quotes[0].passage.text)}
        )
        return dataclasses.replace(answer, near_misses=(*itertools.islice(near, MOST_NEAR),))

    def related(
        self, query: Query, limit: int, given: Sequence[Condition] = ()
    ) -> Answer | str | None:
        """Return the answer to a question about relations, or a note why it is not one.

        None if the question asks for no relation.
        """
        asked = query.asked_relation
        if asked is None:
            return None
        generation = self._snapshot.generation
        head = self.read(asked.head)
        head = demanded(head, given, generation.known_issuers)
        name = self.naming(asked.named) if asked.named else None
        known = (generation.policy_ordinal(policy_id) for policy_id in query.ids)
        answer = answer_relation(
            generation,
            asked,
            head,
            name,
            self._encode,
            shown=[ordinal for ordinal in known if ordinal is not None],
            question=query.question,
            limit=limit,
        )
        if isinstance(answer, str):
            return answer
        reading = dataclasses.replace(
            answer.reading,
            asked_relation=asked,
            ids=query.ids,
            taken_from=query.taken_from,
            language=query.language,
        )
        return dataclasses.replace(answer, reading=reading)

    def _of_shown(self, query: Query) -> Query:
        """Return a follow-up about relations with the policy that it refers to filled in."""
        asked, generation = query.asked_relation, self._snapshot.generation
        ordinals = [generation.policy_ordinal(policy_id) for policy_id in query.ids]
        if asked is None or asked.named or len(ordinals) != 1 or ordinals[0] is None:
            return query
        policy = generation.policy(ordinals[0])
        named = dataclasses.replace(asked, named=policy.number or policy.title)
        return dataclasses.replace(query, asked_relation=named)

    def read(
        self,
        question: str,
        before: Answer | None = None,
        book: IssuerBook | None = None,
    ) -> Query:
        """Parse a question, with the misspelt words of its request corrected."""
        generation = self._snapshot.generation
        vocabulary = (
            self._snapshot.vocabulary if book is None else IndexVocabulary(generation, book)
        )
        text, respelt = with_cues_mended(generation, question, self._snapshot.count_tokens)
        query = read(text, vocabulary, today=self._today, before=before)
        if respelt or query.respelt:
            query = dataclasses.replace(query, question=question, respelt=respelt)
        query = familiar(generation, query, self._snapshot.count_tokens)
        asks = query.asks or query.whole
        if asks and not query.policies and query.topic and not query.demands:
            ordinals = asked_of(generation, query, self.naming)
            query = dataclasses.replace(query, policies=ordinals)
        return query

    def as_any_other(self, query: Query) -> Query:
        """Return the reading to search for if a question for provisions is not answered."""
        if query.otherwise is None:
            return query
        plain = dataclasses.replace(query.otherwise, respelt=query.respelt)
        return familiar(self._snapshot.generation, plain, self._snapshot.count_tokens)

    @functools.cached_property
    def naming(self) -> Callable[[str], Named]:
        """The function that parses the name of a policy."""
        snapshot = self._snapshot
        mend = functools.partial(familiar, snapshot.generation, count_tokens=snapshot.count_tokens)
        return functools.partial(
            read_name,
            self._snapshot.generation,
            vocabulary=self._snapshot.vocabulary,
            today=self._today,
            familiar=mend,
        )
