"""How questions are read: with the words of the project's own corpus, or of another one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policybot.config import IndexConfig
from policybot.corpus.files.read import read_policies
from policybot.corpus.issuers.table import IssuerBook, read_issuers
from policybot.index.build.build import build_index
from policybot.index.serve.interface import Generation
from policybot.index.serve.store import store_of
from policybot.model import Answer
from policybot.query import read as reader
from policybot.query.conditions import (
    Condition,
    Holds,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Not,
    Numbered,
    Titled,
)
from policybot.query.periods import Period
from policybot.query.query import JOINTLY, Query
from policybot.query.vocabulary import Vocabulary
from policybot.retrieval.words.vocabulary import IndexVocabulary
from tests.fake_encoder import FakeEncoder
from tests.project import DATA, ROOT
from tests.shared import made_once

TODAY = dt.date(2014, 8, 1)
SEED = ROOT / "corpus"
CHINESE = DATA / "zh"


def index_of(corpus: Path) -> Path:
    """Return the folder of the corpus's index, made with the fake encoder once a test run."""

    def index(folder: Path) -> None:
        build_index(
            read_policies(corpus),
            index_path=folder,
            encoder=FakeEncoder(),
            issuers=read_issuers(corpus / "issuers.toml"),
        )

    return made_once(f"read-{corpus.relative_to(ROOT).as_posix().replace('/', '-')}", index)


@functools.cache
def generation_of(corpus: Path) -> Generation:
    """Return the corpus, indexed with the fake encoder once a test run."""
    return store_of(IndexConfig(index_of(corpus))).open()


@functools.cache
def vocabulary_of(corpus: Path = SEED) -> Vocabulary:
    """Return the words of a corpus."""
    return IndexVocabulary(generation_of(corpus))


def with_issuers(book: IssuerBook, corpus: Path = SEED) -> Vocabulary:
    """Return the words of a corpus with other bodies than its own."""
    return IndexVocabulary(generation_of(corpus), book)


def read(
    question: str,
    vocabulary: Vocabulary | None = None,
    *,
    today: dt.date = TODAY,
    before: Answer | None = None,
) -> Query:
    """Read a question with the words of the project's own corpus, or with ``vocabulary``."""
    return reader.read(question, vocabulary or vocabulary_of(), today=today, before=before)


@dataclass(frozen=True)
class Demands:
    """What a question demands of a policy, one field a kind; fields that are empty demand nothing.

    ``joint`` says that two bodies or more issued it, all of ``issuers`` among them; ``bodies`` how
    many, where it is neither that nor one alone. ``since`` and ``until`` are the two ends of
    ``periods``, which are given only where there are several.
    """

    issuers: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    numbers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    joint: bool = False
    alone: bool = False
    bodies: tuple[int, int | None] | None = None
    without: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    either: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()
    untitled: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The same as conditions."""
        return tuple(self._conditions())

    @property
    def query(self) -> Query:
        """A list of the policies that meet them."""
        return Query("", self.conditions, "list")

    def _conditions(self) -> Iterator[Condition]:
        if self.issuers:
            yield IssuedBy(self.issuers, together=self.joint)
        if self.bodies or self.joint or self.alone:
            least, most = self.bodies or ((1, 1) if self.alone else JOINTLY)
            yield IssuerCount(least, most)
        if self.without:
            yield Not(IssuedBy(self.without))
        if self.periods or self.since or self.until:
            yield IssuedIn(self.periods or ((self.since, self.until),))
        if self.numbers:
            yield Numbered(self.numbers)
        for phrase in self.phrases:
            yield Holds((phrase,), chosen=True)
        if self.either:
            yield Holds(self.either)
        if self.absent:
            yield Not(Holds(self.absent))
        if self.titled:
            yield Titled(self.titled)
        if self.untitled:
            yield Not(Titled(self.untitled, scattered=True))


def demands(query: Query) -> Demands:
    """Return what a question was read to demand."""
    together = any(isinstance(one, IssuedBy) and one.together for one in query.conditions)
    several = len(query.issuers) > 1
    return Demands(
        query.issuers,
        query.since,
        query.until,
        query.numbers,
        query.phrases,
        joint=together if several else query.joint,
        alone=query.alone,
        bodies=None if query.alone or query.bodies == JOINTLY else query.bodies,
        without=query.without,
        periods=query.periods if len(query.periods) > 1 else (),
        either=query.either,
        absent=query.absent,
        titled=query.titled,
        untitled=query.untitled,
    )


def issued(query: Query) -> str:
    """Return in words by whom and when a policy is to have been issued."""
    kept = [one for one in query.conditions if isinstance(_inner(one), _ISSUED)]
    return dataclasses.replace(query, conditions=tuple(kept), topic="").in_words()


_ISSUED = (IssuedBy, IssuerCount, IssuedIn)


def _inner(condition: Condition) -> Condition:
    return condition.condition if isinstance(condition, Not) else condition
