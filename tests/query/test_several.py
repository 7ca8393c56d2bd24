"""A message that asks several things is answered one after the other."""

from __future__ import annotations

import pytest

from policybot.query.read import questions
from tests.query.seed import TODAY, engine, vocabulary


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "How long is a permit valid, and how much is a sensor?",
            ["How long is a permit valid", "how much is a sensor?"],
        ),
        (
            "What is the limit for sensors and what is the fine for jamming?",
            ["What is the limit for sensors", "what is the fine for jamming?"],
        ),
        (
            "Who manages the special funds, and which departments pay?",
            ["Who manages the special funds", "which departments pay?"],
        ),
        (
            "When was the Special Action Plan issued and who issued it?",
            ["When was the Special Action Plan issued", "who issued it?"],
        ),
        (
            "What did MIIT issue in 2012, and which notices are about tax?",
            ["What did MIIT issue in 2012", "which notices are about tax?"],
        ),
        (
            "¿Cuánto dura el permiso y cuánto cuesta un sensor?",
            ["¿Cuánto dura el permiso", "cuánto cuesta un sensor?"],
        ),
        (
            "¿Quién puede pedir la subvención? ¿Y cuándo se paga?",
            ["¿Quién puede pedir la subvención?", "¿Y cuándo se paga?"],
        ),
        ("传感器怎么登记，补贴是多少？", ["传感器怎么登记", "补贴是多少？"]),
        ("申请补贴需要登记吗？哪一天开始申请？", ["申请补贴需要登记吗？", "哪一天开始申请？"]),
        ("专项资金每年多少；传感器由谁检查", ["专项资金每年多少", "传感器由谁检查"]),
    ],
)
def test_each_half_with_content_of_its_own_is_a_question(message: str, parts: list[str]) -> None:
    assert questions(message, vocabulary(), today=TODAY) == parts


@pytest.mark.parametrize(
    "message",
    [
        "How long is a permit valid?",
        "What do I do when the sensor fails and when it rains?",
        "Can a person who pays and who registers get a sensor?",
        "Which policies were issued in 2012 and which mention Wuxi?",
        "How much is it, and how long?",
        "What are sensors and networks?",
        "¿Qué pasa cuando llueve y cuando nieva?",
        "传感器、网络怎么登记",
        "我想登记一个传感器，怎么办理？",
        "What is it? Who? When? How much is a sensor? How long is a permit valid?",
    ],
)
def test_one_question_stays_one(message: str) -> None:
    assert questions(message, vocabulary(), today=TODAY) == [message]


def test_the_parts_are_answered_in_their_order() -> None:
    answer = engine().answer("What did MIIT issue in 2012, and which notices are about tax?")
    assert answer.reading.issuers == ("Ministry of Industry and Information Technology",)
    assert [further.reading.topic for further in answer.also] == ["tax"]
    issued = engine().answer("When was the Special Action Plan issued and who issued it?")
    assert (issued.reading.asks, issued.also[0].reading.asks) == ("when", "who")
    assert issued.also[0].hits[0].policy.id == issued.hits[0].policy.id


def test_a_part_that_is_not_answered_says_so() -> None:
    answer = engine().answer("What did MIIT issue in 2012, and which notices are about unicorns?")
    assert answer.answered
    assert [further.reason for further in answer.also] == ["nothing_similar_enough"]
