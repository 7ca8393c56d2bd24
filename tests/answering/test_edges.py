"""References, definitions and stated relations of what an answer shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.model import Answer, CitedPolicy
from policybot.render.json import answer_json
from policybot.render.text import answer_text
from tests.small_index import open_small, policy

POLICIES = (
    policy(
        "fees",
        "Harbour Fees Rules",
        "Article 1. In these rules, “dues” means the fees that a master pays for a quay.\n\n"
        "Article 2. Tugs moor at night; dues are collected under Article 3.\n\n"
        "Article 3. Dues are collected by the pilot before sunset.\n\n"
        "Article 4. Lanterns follow section 2 of Order No. 7 and the Beacon Plan of 2009.",
        "2012-05-03",
        number="Order No. 12",
    ),
    policy(
        "lights",
        "Order on Lanterns",
        "Section 1. Purpose. Lanterns are lit.\n\nSection 2. Lanterns are green at piers.",
        "2010-01-01",
        number="Order No. 7",
    ),
    policy(
        "end",
        "Order on Old Rules",
        "Order No. 3 of 2001 is hereby revoked.\n\n"
        "Order No. 7 is superseded to the extent that it is inconsistent with this order.",
        "2014-01-01",
        number="Order No. 20",
    ),
    policy(
        "zh-end",
        "引航新办法",
        "本办法自2015年1月1日起施行，《引航旧办法》（交水发〔2001〕3号）同时废止。\n\n"
        "本办法所称引航，是指引领船舶的活动。",
        "2015-01-01",
    ),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_small(tmp_path_factory.mktemp("edges"), policies=POLICIES)
    yield opened
    opened.close()


def first(answer: Answer) -> str:
    return answer.hits[0].quotes[0].passage.text


def test_what_a_passage_refers_to_and_the_terms_it_uses_come_with_it(engine: Engine) -> None:
    answer = engine.answer("Which tugs moor at night?")
    quote = next(q for q in answer.hits[0].quotes if "Tugs" in q.passage.text)
    assert [one.to_dict()["id"] for one in quote.cites] == ["fees#art3"]
    (dues,) = quote.definitions
    assert (dues.term, dues.passage.id) == ("dues", "fees#art1")
    assert dues.passage.text in POLICIES[0].body
    shown = answer_text(answer)
    assert "Cites Article 3 [fees#art3]:\nArticle 3. Dues are collected" in shown
    assert "“dues” [fees#art1]:\nIn these rules, “dues” means" in shown
    assert '"definitions": [{"term": "dues", "id": "fees#art1"' in answer_json(answer)


def test_another_policy_is_cited_with_the_provision_that_is_named(engine: Engine) -> None:
    quotes = engine.answer("Article 4 of the Harbour Fees Rules").hits[0].quotes
    (other,) = [one for one in quotes[0].cites if isinstance(one, CitedPolicy)]
    assert (other.policy.id, other.policy.title) == ("lights", "Order on Lanterns")
    assert other.provision is not None
    assert other.provision.text == "Section 2. Lanterns are green at piers."
    assert other.to_dict()["policy"] == {"id": "lights", "title": "Order on Lanterns"}


def test_a_passage_that_defines_a_term_does_not_explain_it_again(engine: Engine) -> None:
    quotes = engine.answer("Article 1 of the Harbour Fees Rules").hits[0].quotes
    assert quotes[0].definitions == ()


def test_a_provision_shown_by_its_address_has_them_too(engine: Engine) -> None:
    shown = engine.provision("fees", "art2")
    assert [one.to_dict()["id"] for one in shown.cites] == ["fees#art3"]
    assert [one.term for one in shown.definitions] == ["dues"]


@pytest.mark.parametrize(
    "question",
    [
        "What does dues mean?",
        "What is the definition of “dues” in the Harbour Fees Rules?",
        "How are dues defined in Order No. 12?",
        "¿Qué significa dues?",
    ],
)
def test_a_question_of_meaning_is_answered_with_the_definition(
    engine: Engine, question: str
) -> None:
    answer = engine.answer(question)
    assert answer.answered
    assert answer.hits[0].policy.id == "fees"
    quote = answer.hits[0].quotes[0]
    ((start, end),) = quote.highlights
    assert quote.passage.text[start:end].endswith(
        "“dues” means the fees that a master pays for a quay."
    )


def test_a_question_of_meaning_in_chinese(engine: Engine) -> None:
    answer = engine.answer("引航是什么意思？")
    assert [hit.policy.id for hit in answer.hits] == ["zh-end"]
    assert first(answer) == "本办法所称引航，是指引领船舶的活动。"


def test_a_term_that_nothing_defines_is_searched_for(engine: Engine) -> None:
    answer = engine.answer("What does sunset mean?")
    assert all(not quote.highlights or quote.score < 1 for h in answer.hits for quote in h.quotes)
    assert answer.reading.defines is not None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which order revoked Order No. 3 of 2001?", "end"),
        ("What did Order No. 20 revoke?", "end"),
        ("哪个文件废止了《引航旧办法》？", "zh-end"),
        ("哪个文件废止了交水发〔2001〕3号？", "zh-end"),
        ("¿Qué orden derogó la Order No. 3 of 2001?", "end"),
    ],
)
def test_a_relation_that_none_records_is_answered_by_the_text_that_states_it(
    engine: Engine, question: str, expected: str
) -> None:
    answer = engine.answer(question)
    assert answer.certainty == "sure"
    assert [hit.policy.id for hit in answer.hits] == [expected]
    assert answer.detail == "No relation is recorded; what is quoted states it."
    assert answer.detail in answer_text(answer)
    quote = answer.hits[0].quotes[0]
    said = "".join(quote.passage.text[a:b] for a, b in quote.highlights)
    assert "revoked" in said or "废止" in said


def test_what_is_stated_in_part_is_only_the_closest(engine: Engine) -> None:
    answer = engine.answer("What superseded Order No. 7?")
    assert answer.certainty == "closest"
    assert [hit.policy.id for hit in answer.near_misses] == ["end"]


def test_the_answer_is_not_taken_for_what_the_question_names(engine: Engine) -> None:
    answer = engine.answer("《引航旧办法》被什么废止了？")
    assert [hit.policy.id for hit in answer.hits] == ["zh-end"]
    assert answer.reading.relation is not None
    assert answer.reading.relation.policies == ()


def test_what_no_text_states_is_declined(engine: Engine) -> None:
    answer = engine.answer("Which order revoked the Notice on Whales?")
    assert (answer.certainty, answer.reason) == ("nothing", "no_such_relation")


def test_a_recorded_relation_is_quoted_where_the_text_states_it(tmp_path: Path) -> None:
    old = policy("old", "Order on Tar", "Tar is heated.", "2001-01-01", number="Order No. 3")
    new = policy(
        "new",
        "Order on Pitch",
        "Pitch is heated at night.\n\nOrder No. 3 of 2001 is hereby revoked.",
        "2014-01-01",
        repeals="old",
    )
    recorded = open_small(tmp_path, policies=(old, new))
    (hit,) = recorded.answer("Which order revoked Order No. 3?").hits
    assert hit.quotes[0].passage.text == "Order No. 3 of 2001 is hereby revoked."
    recorded.close()


@pytest.mark.parametrize(
    "question",
    [
        "哪部法律废止了港口税暂行条例？",
        "港口税暂行条例被哪部法律废止了？",
        "哪部法律废止了《中华人民共和国港口税暂行条例》？",
    ],
)
def test_a_document_called_without_the_state_is_the_one_that_texts_name_with_it(
    tmp_path: Path, question: str
) -> None:
    article = "《中华人民共和国港口税暂行条例》同时废止。"
    body = f"第一条　为了规范港口税，制定本法。\n\n第二条　{article}"
    law = policy("law", "中华人民共和国港口税法", body, "2012-01-01")
    engine = open_small(tmp_path, policies=(law,))
    answer = engine.answer(question)
    assert [hit.policy.id for hit in answer.hits] == ["law"]
    assert "港口税暂行条例" in answer.hits[0].quotes[0].passage.text
    engine.close()
