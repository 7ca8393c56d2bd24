from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from policybot.evaluation.calibration.questions import (
    FOREIGN,
    everyday_questions,
    foreign_questions,
    is_chinese,
    own_questions,
)
from policybot.index.serve.interface import Generation
from policybot.model import Policy
from tests.evaluation.corpus import index_plainly, policies


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return index_plainly(tmp_path_factory.mktemp("index"), policies(90))


def random() -> np.random.Generator:
    return np.random.default_rng(1)


def test_the_package_ships_hundreds_of_everyday_questions_in_both_languages() -> None:
    questions = everyday_questions()
    assert len(set(questions)) == len(questions)
    assert sum(map(is_chinese, questions)) > 100
    assert sum(not is_chinese(question) for question in questions) > 200
    assert all(question == question.strip() for question in questions)


def test_a_question_is_made_of_words_of_its_policy_but_is_no_copy(generation: Generation) -> None:
    for question in own_questions(generation, random()):
        policy = generation.policy(question.policy)
        text = f"{policy.title} {policy.body}".lower()
        known = [word for word in question.text.lower().split() if word.strip("?") in text]
        assert len(known) >= 2
        assert question.text not in policy.body


def test_each_passage_is_asked_about_once_at_most(generation: Generation) -> None:
    asked = [question.policy for question in own_questions(generation, random())]
    assert sorted(asked) == list(range(90))  # each policy of this corpus is one passage
    assert len(own_questions(generation, random(), 20)) == 20


def test_the_same_index_gives_the_same_questions(generation: Generation) -> None:
    assert own_questions(generation, random()) == own_questions(generation, random())


def test_a_third_of_the_questions_are_made_from_titles(generation: Generation) -> None:
    asked = [question.text.split() for question in own_questions(generation, random())]
    titles = [set(generation.policy(o).title.split()) for o in range(generation.info.policies)]
    from_titles = sum(any(len(title & set(words)) >= 2 for title in titles) for words in asked)
    assert from_titles >= len(asked) // 4


def test_an_empty_corpus_gives_no_questions(tmp_path: Path) -> None:
    with index_plainly(tmp_path, []) as empty:
        own = own_questions(empty, random())
        assert own == []
        assert foreign_questions(own, random()) == []


def test_passages_of_a_few_words_are_not_asked_about(tmp_path: Path) -> None:
    with index_plainly(tmp_path, [Policy("short", "Age", "18 or over")]) as short:
        assert own_questions(short, random()) == []


def test_half_of_the_foreign_questions_have_words_of_the_corpus(generation: Generation) -> None:
    foreign = foreign_questions(own_questions(generation, random()), random())
    plain = set(everyday_questions())
    assert len(foreign) == FOREIGN
    assert sum(question in plain for question in foreign) == pytest.approx(FOREIGN / 2, abs=3)


def test_foreign_questions_are_in_the_languages_of_the_corpus(tmp_path: Path) -> None:
    chinese = [
        Policy(
            f"c{n}",
            f"关于第{n}号桥梁安全检查的通知",
            f"各单位应当每年检查第{n}号桥梁并且报告结果。",
        )
        for n in range(8)
    ]
    english = policies(8)
    with index_plainly(tmp_path / "zh", chinese) as generation:
        asked = foreign_questions(own_questions(generation, random()), random())
        assert asked
        assert all(map(is_chinese, asked))
    with index_plainly(tmp_path / "both", [*chinese, *english]) as generation:
        asked = foreign_questions(own_questions(generation, random()), random())
        assert sum(map(is_chinese, asked)) == pytest.approx(FOREIGN / 2, abs=5)


def test_no_name_of_an_everyday_question_is_put_into_one_of_the_corpus(tmp_path: Path) -> None:
    body = "inspectors measure moisture, acidity and salt of every stored batch before winter"
    kept = [Policy(f"p{n}", f"storage rules {n}", f"{body} {n}.") for n in range(60)]
    with index_plainly(tmp_path, kept) as plain:
        asked = [question.text for question in own_questions(plain, random())]
    added = {word for text in asked for word in text.split() if word.strip("?") not in body}
    assert any(word.isalpha() for word in added)
    assert {word for word in added if word != word.lower()} <= {"I"}  # "where do I find …"
