"""Less strict readings: which topic is a stray word, and which conditions may be dropped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policybot.answering.passages.looser import looser, without_stray_topic
from policybot.config import IndexConfig
from policybot.index.build.build import build_index
from policybot.index.serve.interface import Generation
from policybot.index.serve.store import store_of
from policybot.query.conditions import Condition, Holds, IssuedBy, Titled
from policybot.query.query import Query
from tests.fake_encoder import FakeEncoder
from tests.small_index import BOOK, POLICIES

FINANCE = IssuedBy(("Ministry of Finance",))


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("looser")
    build_index(POLICIES, index_path=folder, encoder=FakeEncoder(), issuers=BOOK)
    generation = store_of(IndexConfig(folder)).open()
    yield generation
    generation.close()


def asked(topic: str, *conditions: Condition, marked: bool = False) -> Query:
    return Query(
        f"{topic} of the ministry", conditions, "find", topic=topic, search_text=topic,
        topic_marked=marked,
    )  # fmt: skip


@pytest.mark.parametrize("topic", ["pandas", "bridges", "pandas zebras", "the"])
def test_a_single_word_or_words_that_no_passage_has_are_stray(
    generation: Generation, topic: str
) -> None:
    rest = without_stray_topic(generation, asked(topic, FINANCE))
    assert rest is not None
    assert (rest.topic, rest.search_text, rest.intent) == ("", "", "list")
    assert rest.conditions == (FINANCE,)
    assert rest.not_understood == (topic,)
    assert rest.ignored == ((topic, (0, len(topic))),)
    assert f"not understood: {topic}" in rest.notes


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(asked("pandas on bridges", FINANCE), id="a word that a passage has"),
        pytest.param(asked("pandas", FINANCE, marked=True), id="said to be what they are about"),
        pytest.param(asked("FCC", FINANCE), id="an acronym"),
        pytest.param(asked("pandas"), id="nothing else is asked"),
    ],
)
def test_a_topic_that_may_be_meant_is_kept(generation: Generation, reading: Query) -> None:
    assert without_stray_topic(generation, reading) is None


def test_a_kind_and_a_phrase_are_dropped_and_the_phrase_is_searched_for() -> None:
    kind, phrase = Titled(("notice",), kinds=True), Holds(("toll station",))
    less = looser(asked("cards", FINANCE, kind, phrase))
    assert less is not None
    assert (less.conditions, less.topic) == ((FINANCE,), "cards toll station")


def test_what_the_person_quoted_is_never_dropped() -> None:
    assert looser(asked("cards", FINANCE, Holds(("toll station",), chosen=True))) is None
