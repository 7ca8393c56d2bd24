"""Which questions ask what policies do to each other, and what they ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.query.rules.relations import Asked
from tests.reading import read


def asked_relation(question: str) -> Asked | None:
    return read(question).asked_relation


SUBJECTS = [
    ("Which policy implements the 12th Five-Year Plan?", "implements", "12th Five-Year Plan"),
    ("list policies that implement the 12th Plan", "implements", "12th Plan"),
    ("policies implementing the 12th Plan", "implements", "12th Plan"),
    ("What replaced the 2010 notice on radio?", "replaces", "2010 notice on radio"),
    ("Which notice has since replaced the 2010 notice?", "replaces", "2010 notice"),
    ("What was the 2010 notice replaced by?", "replaces", "2010 notice"),
    ("What has the 2010 notice been superseded by?", "replaces", "2010 notice"),
    ("By which policy was the 2010 notice replaced?", "replaces", "2010 notice"),
    ("The 2010 notice was replaced by which policy?", "replaces", "2010 notice"),
    ("Is there a policy that replaces the Harbour Rules?", "replaces", "Harbour Rules"),
    ("What is the successor of the Harbour Rules?", "replaces", "Harbour Rules"),
    ("Has the 2010 notice been repealed?", "repeals", "2010 notice"),
    ("Is the 2010 notice superseded by anything?", "replaces", "2010 notice"),
    ("What amends the Harbour Rules?", "amends", "Harbour Rules"),
    ("Please tell me which policies revised the Harbour Rules.", "amends", "Harbour Rules"),
    ("amendments to the Harbour Rules", "amends", "Harbour Rules"),
    ("那曲市规划被废止了吗？", "repeals", "那曲市规划"),
    ("该通知被废止了吗？", "repeals", "通知"),
    ("What amendments were made to the Harbour Rules?", "amends", "Harbour Rules"),
    ("哪项政策落实十二五规划？", "implements", "十二五规划"),
    ("有哪些政策贯彻落实了十二五规划？", "implements", "十二五规划"),
    ("落实十二五规划的政策有哪些？", "implements", "十二五规划"),
    ("2010年的频率通知被什么取代了？", "replaces", "2010年的频率通知"),
    ("什么文件取代了2010年的通知？", "replaces", "2010年的通知"),
    ("取代《港口规则》的政策是什么？", "replaces", "《港口规则》"),
    ("《频率通知》被哪项文件废止了", "repeals", "《频率通知》"),
    ("《港口规则》被廢止了吗？", "repeals", "《港口规则》"),
    ("《港口规则》是否已经修订？", "amends", "《港口规则》"),
    ("财建〔2015〕134号替代财建〔2013〕551号了吗", "replaces", "财建〔2013〕551号"),
    ("财建〔2015〕134号取代了财建〔2013〕551号吗", "replaces", "财建〔2013〕551号"),
    ("财建〔2013〕551号被财建〔2015〕134号取代了吗", "replaces", "财建〔2013〕551号"),
    ("《港口规则》是否废止了《船舶规则》", "repeals", "《船舶规则》"),
    ("哪些政策取代了别的政策", "replaces", ""),
    ("2020年发布的哪个规划替代了旧规划", "replaces", ""),
    ("Which policies replaced an earlier one?", "replaces", ""),
    ("give me all amending documents", "amends", ""),
    ("What amends what?", "amends", ""),
    ("list all amendments", "amends", ""),
    ("哪些是对原来文件进行修改的“决定”", "amends", ""),
    ("哪些文件是修改别的文件的", "amends", ""),
    ("which notice took over from the Harbour Rules and from when", "replaces", "Harbour Rules"),
    ("Which notice changed Order No. 18 of 2012?", "amends", "Order No. 18 of 2012"),
    ("qué norma cambió la Ley No. 14 y desde cuándo se aplica", "amends", "Ley No. 14"),
    ("依据《港口规则》制定的政策有哪些", "implements", "《港口规则》"),
    ("哪些政策是根据国务院令第735号制定的", "implements", "国务院令第735号"),
]
OBJECTS = [
    ("Which policies did the guidelines repeal?", "repeals", "guidelines"),
    ("Which policies has the 2013 notice amended?", "amends", "2013 notice"),
    ("list the policies that the 2013 notice repealed", "repeals", "2013 notice"),
    ("Which policies were repealed by the 2013 notice?", "repeals", "2013 notice"),
    ("What did the Radio Law replace?", "replaces", "Radio Law"),
    ("Which plan does the Action Plan implement?", "implements", "Action Plan"),
    ("Which policies have been repealed?", "repeals", ""),
    ("Which regulations were amended?", "amends", ""),
    ("List all superseded policies", "replaces", ""),
    ("which have been amended", "amends", ""),
    ("all that's been repealed or replaced by something else here", "repeals", ""),
    ("everything that has been replaced or repealed", "replaces", ""),
    ("¿Qué políticas derogadas hay?", "repeals", ""),
    ("国务院的指导意见废止了哪些文件？", "repeals", "国务院的指导意见"),
    ("《港口规则》修订了什么？", "amends", "《港口规则》"),
    ("哪些政策被国务院的指导意见废止？", "repeals", "国务院的指导意见"),
    ("行动计划落实的是哪个规划？", "implements", "行动计划"),
    ("哪些政策已被废止？", "repeals", ""),
    ("已废止的政策有哪些？", "repeals", ""),
    ("哪些文件被新文件替代了", "replaces", ""),
    ("港口办法的上位依据是什么", "implements", "港口办法"),
    ("港口办法是根据什么制定的", "implements", "港口办法"),
    ("港口办法根据哪部法律制定", "implements", "港口办法"),
]


@pytest.mark.parametrize(("question", "kind", "named"), SUBJECTS)
def test_a_question_for_what_does_something_to_a_policy(
    question: str, kind: str, named: str
) -> None:
    asked = asked_relation(question)
    assert asked is not None
    assert (asked.kind, asked.wanted, asked.named) == (kind, "subjects", named)


@pytest.mark.parametrize(("question", "kind", "named"), OBJECTS)
def test_a_question_for_what_a_policy_does_something_to(
    question: str, kind: str, named: str
) -> None:
    asked = asked_relation(question)
    assert asked is not None
    assert (asked.kind, asked.wanted, asked.named) == (kind, "objects", named)


@pytest.mark.parametrize(
    "question",
    [
        "What measures should be taken to implement the plan?",
        "How is the plan implemented?",
        "Which policies did MIIT implement in 2012?",
        "Can I amend my tax return?",
        "When must a damaged meter be replaced?",
        "如何落实十二五规划？",
        "学校应当如何执行规定？",
        "如何根据规划制定方案",
        "补贴的依据是什么",
        "国务院的通知修改了税率吗",
        "现在有效的政策有哪些",
        "Is the 2010 notice still in force?",
        "哪些政策不再有效",
        "Is the permit valid for two years?",
        "Is the noise standard effective?",
        "如何提高资金使用的有效性",
        "special funds",
        "",
    ],
)
def test_a_question_of_anything_else_asks_for_no_relation(question: str) -> None:
    assert asked_relation(question) is None


def test_the_policy_that_is_said_to_do_it_is_what_is_wanted() -> None:
    asked = asked_relation("财建〔2015〕134号替代财建〔2013〕551号了吗")
    assert asked is not None
    assert asked.head == "财建〔2015〕134号"


def test_what_else_is_said_of_what_is_wanted_is_kept() -> None:
    asked = asked_relation("Which 2013 policies of the MOF implement the plan?")
    assert asked is not None
    assert asked.head == "Which 2013 policies of the MOF"


PIECES = st.sampled_from(
    [
        *("which", "what", "policies", "the", "notice", "was", "been", "replaced", "repealed"),
        *("amends", "implements", "by", "did", "has", "of", "2010", "哪些", "政策", "被", "废止"),
        *("了", "落实", "什么", "取代", "《", "》", "?", "的"),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join)))
def test_any_text_reads_and_always_the_same(question: str) -> None:
    assert asked_relation(question) == asked_relation(question)


def test_several_kinds_of_relations_are_asked_for_at_once() -> None:
    asked = asked_relation("all that's been repealed or replaced by something else here")
    assert asked is not None
    assert asked.others == ("replaces",)


@pytest.mark.parametrize(
    "question",
    [
        "amending the tax on boats",
        "list all amendments on sensors",
        "was it amended or replaced?",
        "How has Order No. 18 of 2012 changed?",
        "changed opening hours",
    ],
)
def test_what_is_no_question_of_relations_to_any_policy(question: str) -> None:
    asked = asked_relation(question)
    assert asked is None or asked.named
