"""An engine without an index: policies in a list, found by the words of the topic.

It reads questions as the real one does, so that conditions, lists and refusals are the real ones.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from policybot.answering.engine import Engine
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.text.sentences import sentence_spans
from policybot.errors import PolicyNotFoundError
from policybot.model import (
    Answer,
    Document,
    Hit,
    IndexInfo,
    Intent,
    Issuer,
    Passage,
    Policy,
    PolicyDate,
    Quote,
    Reason,
    Source,
)
from policybot.query.conditions import Condition, OfPolicy
from policybot.query.demanded import demanded
from policybot.query.lexicon import lexicons
from policybot.query.query import Query
from policybot.query.read import read

BOOK = IssuerBook(
    (
        Issuer("State Council", ("国务院",)),
        Issuer("Ministry of Industry and Information Technology", ("MIIT", "工信部")),
        Issuer("Ministry of Finance", ("MOF", "财政部")),
    )
)


def policy(number: int, title: str, body: str, **more: object) -> Policy:
    fields: dict[str, object] = {
        "id": f"p-{number}",
        "title": title,
        "body": body,
        "issuers": ("Ministry of Industry and Information Technology",),
        "date": PolicyDate(2012, 2, number),
        "source": Source("iot-policies.txt", "ab" * 32, f"{number}-{number + 2}"),
        **more,
    }
    return Policy(**fields)  # type: ignore[arg-type]


RAIN = policy(
    1,
    "Rain <Plan> & Outline",
    "Rain falls on everybody. The rain gauge shall be read at noon.\n\nSnow is not rain.",
)
SENSORS = policy(
    2,
    "Sensor Network Plan",
    "Sensors in the rain shall be sealed. Sensor data is kept.",
    date=PolicyDate(2012, 8),
    date_text="mid-August 2012",
)
FUNDS = policy(
    3,
    "Special Funds Measures",
    "Special funds are arranged by the central budget.",
    issuers=("Ministry of Finance",),
    date=PolicyDate(2011, 4, 6),
)
NOBODYS = policy(4, "Untitled Notice", "A notice about sealed gauges.", issuers=(), date=None)
POLICIES = (FUNDS, RAIN, SENSORS, NOBODYS)


def passages_of(one: Policy) -> tuple[Passage, ...]:
    passages, start = [], 0
    for number, text in enumerate(one.body.split("\n\n"), start=1):
        end = start + len(text)
        spans = tuple(sentence_spans(text))
        passages.append(Passage(f"{one.id}#{number}", one.id, text, start, end, (), spans))
        start = end + 2
    return tuple(passages)


class Words:
    """What the reader of questions knows of a few policies."""

    def __init__(self, policies: tuple[Policy, ...]) -> None:
        self.issuers = BOOK
        self.schemes: Sequence[str] = ()
        self.generic_kinds: frozenset[str] = frozenset()
        self.nation: frozenset[str] = frozenset()
        self._policies = policies

    @property
    def kinds(self) -> Mapping[str, str]:
        return {word: kind for lexicon in lexicons() for word, kind in lexicon.kinds.items()}

    def frequency(self, text: str) -> int:
        words = text.lower().split()
        return min((sum(word in _text(one) for one in self._policies) for word in words), default=0)

    def holds(self, wording: str) -> bool:
        return any(wording.casefold() in _text(one) for one in self._policies)

    def count_numbered(self, number: str) -> int:
        return sum(one.number == number for one in self._policies)

    def titled_words(self, kind: str, typed: str = "") -> Sequence[str]:
        titles = " ".join(one.title.lower() for one in self._policies)
        return [word for word, own in self.kinds.items() if own == kind and word in titles]

    def opening_titles(self, word: str) -> Sequence[str]:
        form = word.removesuffix("s")
        return [form] if any(p.title.lower().startswith(form) for p in self._policies) else []

    def named(self, wording: str) -> Sequence[int]:
        return ()

    def days_of(self, policy: int | str) -> tuple[dt.date, dt.date] | None:
        dates = (one.date for at, one in enumerate(self._policies) if policy in (at, one.id))
        date = next(dates, None)
        return (date.first, date.last) if date else None

    def titles_near(self, text: str) -> Sequence[tuple[int, str]]:
        return ()


class FakeEngine:
    """``delay`` seconds a question; ``failure`` raised instead of an answer."""

    def __init__(self, policies: tuple[Policy, ...] = POLICIES) -> None:
        self.policies = policies
        self.issuers = BOOK
        self.generation = 1
        self.delay: dict[str, float] = {}
        self.failure: Exception | None = None
        self.next: tuple[Policy, ...] | None = None
        self.asked: list[str] = []
        self.refresh_failure: Exception | None = None
        self.released = threading.Event()
        self.released.set()

    @property
    def info(self) -> IndexInfo:
        days = [p.date for p in self.policies if p.date]
        return IndexInfo(
            f"g{self.generation}",
            "fake",
            len(self.policies),
            sum(len(passages_of(p)) for p in self.policies),
            min((d.first for d in days), default=None),
            max((d.last for d in days), default=None),
        )

    @property
    def kinds(self) -> Mapping[str, str]:
        return Words(self.policies).kinds

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
        self.asked.append(question)
        for word, seconds in self.delay.items():
            if word in question:
                time.sleep(seconds)
        self.released.wait(120)
        if self.failure:
            raise self.failure
        query = read(question, Words(self.policies), today=dt.date(2026, 1, 1), before=before)
        query = demanded(query, conditions, self.issuers, intent)
        query = dataclasses.replace(query, question=question)
        most = limit or (None if query.intent == "list" else 5)
        answer = self._answer(query, most)
        own = tuple(one for one in query.conditions if not isinstance(one, OfPolicy))
        if answer.answered or own == query.conditions:
            return answer
        elsewhere = dataclasses.replace(query, conditions=own, taken_from=None)
        return self._answer(elsewhere, most)

    def list(self, conditions: Sequence[Condition] = ()) -> Answer:
        return self._answer(Query("", tuple(conditions), "list"), None)

    def show(self, policy_id: str) -> Document:
        for one in self.policies:
            if one.id == policy_id:
                return Document(one, passages_of(one))
        raise PolicyNotFoundError(f"{policy_id}: no policy has this id")

    def issuer_counts(self) -> Sequence[tuple[Issuer, int]]:
        counts = Counter(name for p in self.policies for name in p.issuers)
        return [(i, counts[i.name]) for i in self.issuers.issuers if counts[i.name]]

    def refresh(self) -> bool:
        if self.refresh_failure:
            raise self.refresh_failure
        if self.next is None:
            return False
        self.policies, self.next = self.next, None
        self.generation += 1
        return True

    def close(self) -> None:
        pass

    def _answer(self, query: Query, limit: int | None) -> Answer:
        if query.unknown_issuers:
            return self._refuse(query, "unknown_issuer", "No such issuer.")
        if query.ids:
            chosen = tuple(_whole(p) for p in self.policies if p.id in query.ids)
            return Answer(query, chosen, len(chosen), self.info)
        if query.intent == "find" and not query.topic and not query.conditions:
            return self._refuse(query, "empty_question", "There is no question.")
        allowed = [p for p in self.policies if _allowed(p, query)]
        if not allowed:
            emptied = "dates" if query.periods else "issuers"
            return self._refuse(
                query, "no_policy_matches_filters", "Nothing then.", empty_filter=emptied
            )
        words = [w.strip("?.,“”\"'").lower() for w in query.topic.split()]
        words = [w for w in words if len(w) > 3 or not w.isascii()]
        hits = [hit for p in allowed if (hit := _hit(p, words))]
        if not hits:
            near = tuple(_whole(p) for p in allowed[:2])
            return self._refuse(
                query, "nothing_similar_enough", "Nothing similar.", near_misses=near
            )
        if query.intent == "find":
            hits.sort(key=lambda h: -h.score)
        if query.skip:
            hits = hits[query.skip :]
        return Answer(query, tuple(hits[:limit]), len(hits), self.info, took_ms=1.5)

    def _refuse(self, query: Query, reason: Reason, detail: str, **more: object) -> Answer:
        return Answer(query, (), 0, self.info, reason, detail, **more)  # type: ignore[arg-type]


def as_engine(fake: FakeEngine) -> Engine:
    return cast("Engine", fake)


def _allowed(one: Policy, query: Query) -> bool:
    if any(isinstance(c, OfPolicy) and c.id != one.id for c in query.conditions):
        return False
    if query.titled and not any(words.casefold() in one.title.casefold() for words in query.titled):
        return False
    if query.issuers and not set(query.issuers) & set(one.issuers):
        return False
    if query.phrases and not all(phrase.casefold() in _text(one) for phrase in query.phrases):
        return False
    if query.since or query.until:
        first, last = query.since or dt.date.min, query.until or dt.date.max
        return one.date is not None and one.date.first <= last and one.date.last >= first
    return True


def _text(one: Policy) -> str:
    return f"{one.title} {one.body}".casefold()


def _whole(one: Policy) -> Hit:
    return Hit(one, 1.0, (Quote(passages_of(one)[0], (), 1.0),))


def _hit(one: Policy, words: list[str]) -> Hit | None:
    if not words:
        return _whole(one)
    for passage in passages_of(one):
        for start, end in passage.sentences:
            sentence = passage.text[start:end].lower()
            found = sum(word in sentence for word in words)
            if found:
                score = found + (0.5 if one.title.lower().startswith(words[0]) else 0)
                return Hit(one, score, (Quote(passage, ((start, end),), score),))
    return None
