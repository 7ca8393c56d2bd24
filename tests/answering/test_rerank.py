"""A re-ranker orders what answers: it adds nothing, takes nothing away, and leaves lists alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig
from policybot.model import Answer
from policybot.render.text import evidence_text
from policybot.retrieval.rerank import READ
from tests.fake_encoder import FakeEncoder
from tests.shared import examples
from tests.small_index import open_small, policy

MANY = tuple(
    policy(f"p{n:02}", f"Rules on bridges {n}", f"Bridges are inspected. Rule {n} holds.")
    for n in range(READ + 20)
)
ASKED = "how are bridges inspected"


class Judge:
    """A re-ranker by a function of the text; ``read`` keeps the texts it was given."""

    name = "judge"

    def __init__(self, judge: Callable[[str], float], languages: tuple[str, ...] = ("en",)) -> None:
        self.judge = judge
        self.languages = languages
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        return np.array([self.judge(text) for text in texts], np.float32)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    open_small(folder, MANY).close()
    return folder


def engine(index: Path, judge: Judge | None = None) -> Engine:
    return Engine(Config(index=IndexConfig(path=index)), encoder=FakeEncoder(), reranker=judge)


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


def rule(text: str) -> int:
    return int(text.partition("Rule ")[2].split(maxsplit=1)[0])


def test_the_first_are_put_in_its_order(index: Path) -> None:
    plain = ids(engine(index).answer(ASKED, limit=0))
    liked = plain[READ // 2]
    judge = Judge(lambda text: float(rule(text) == int(liked[1:])))
    assert ids(engine(index, judge).answer(ASKED, limit=0))[0] == liked


def test_it_reads_as_many_as_it_is_for_and_those_after_stay(index: Path) -> None:
    plain = ids(engine(index).answer(ASKED, limit=0))
    judge = Judge(lambda text: float(rule(text)))
    reranked = ids(engine(index, judge).answer(ASKED, limit=0))
    assert len(judge.read) == READ
    assert reranked[READ:] == plain[READ:]
    assert reranked != plain


def test_short_passages_are_read_under_their_titles(index: Path) -> None:
    judge = Judge(len)
    engine(index, judge).answer(ASKED)
    assert all(text.startswith("Rules on bridges") for text in judge.read)


@settings(deadline=None, max_examples=examples(3))
@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=READ, max_size=READ))
def test_what_answers_and_how_sure_it_is_never_changes(index: Path, scores: list[float]) -> None:
    given_scores = iter(scores)
    judge = Judge(lambda _: next(given_scores))
    plain = engine(index).answer(ASKED, limit=0)
    reranked = engine(index, judge).answer(ASKED, limit=0)
    assert reranked.total == plain.total
    assert reranked.confidence == plain.confidence
    assert {hit.policy.id: hit.score for hit in reranked.hits} == {
        hit.policy.id: hit.score for hit in plain.hits
    }


def test_equal_scores_change_nothing(index: Path) -> None:
    plain = engine(index).answer(ASKED, limit=0)
    assert ids(engine(index, Judge(lambda _: 0.5)).answer(ASKED, limit=0)) == ids(plain)


@pytest.mark.parametrize("question", ["list all rules on bridges", "the latest rules on bridges"])
def test_lists_and_the_newest_are_not_read(index: Path, question: str) -> None:
    judge = Judge(len)
    assert ids(engine(index, judge).answer(question)) == ids(engine(index).answer(question))
    assert judge.read == []


def test_a_question_it_cannot_read_is_left_as_it_is(index: Path) -> None:
    judge = Judge(len)
    engine(index, judge).answer("公路桥梁检查由谁负责 bridges")
    assert judge.read == []
    reads_both = Judge(len, ("en", "zh"))
    engine(index, reads_both).answer("公路桥梁检查由谁负责 bridges")
    assert reads_both.read != []


def test_a_ranking_is_in_its_order_with_scores_that_never_rise(index: Path) -> None:
    judge = Judge(lambda text: float(rule(text)))
    ranking = engine(index, judge).rank(ASKED)
    plain = engine(index).rank(ASKED)
    assert [name for name, _ in ranking.policies] != [name for name, _ in plain.policies]
    assert [score for _, score in ranking.policies] == [score for _, score in plain.policies]


def test_the_passage_it_likes_best_is_quoted_first(tmp_path: Path) -> None:
    filler = "Words of no matter stand here, and more of them, so that the paragraphs part. " * 4
    body = f"Bridges are inspected every spring. {filler}\n\nBridges are painted. {filler}"
    open_small(tmp_path, [policy("long", "Rules on bridges", body)]).close()
    judge = Judge(lambda text: float("painted" in text))
    quotes = engine(tmp_path, judge).answer(ASKED).hits[0].quotes
    assert "painted" in quotes[0].passage.text
    assert "inspected" in quotes[1].passage.text


def test_explaining_shows_its_scores(index: Path) -> None:
    answer = engine(index, Judge(lambda text: rule(text) / 4)).answer(ASKED, explain=True)
    assert {row["reranker"] * 4 for row in answer.evidence} <= {*range(READ + 20)}
    assert "reranker" in evidence_text(answer)
    assert "reranker" not in evidence_text(engine(index).answer(ASKED, explain=True))
