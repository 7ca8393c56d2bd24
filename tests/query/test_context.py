"""A follow-up goes on from the question before, and from nothing else."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from policybot.model import Answer
from policybot.query.read import read
from tests.query.seed import TODAY, engine, in_notation, lines_of, vocabulary

CHATS = lines_of("followups.jsonl")
MIIT = "issued by Ministry of Industry and Information Technology"
NDRC = "issued by National Development and Reform Commission"
IN_2012 = "issued 2012-01-01 to 2012-12-31"
IN_2013 = "issued 2013-01-01 to 2013-12-31"


def ask(*turns: str) -> Answer:
    """Return the answer to the last of these questions, asked one after the other."""
    answer: Answer | None = None
    for turn in turns:
        answer = engine().answer(turn, before=answer)
    assert answer is not None
    return answer


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


@pytest.mark.parametrize("chat", CHATS, ids=lambda chat: " / ".join(chat["turns"]))
def test_every_turn_of_a_chat_is_answered(chat: dict[str, Any]) -> None:
    # "one" is answered by the first policy, "order" by all in their order, "set" in any.
    answer: Answer | None = None
    for turn, expected, kind in zip(chat["turns"], chat["expect"], chat["kinds"], strict=True):
        answer = engine().answer(turn, before=answer)
        found = ids(answer)[:1] if kind == "one" else ids(answer)
        arranged = sorted if kind == "set" else list
        assert arranged(found) == arranged(expected), turn


def test_there_are_chats_in_three_languages() -> None:
    assert len(CHATS) >= 38


@pytest.mark.parametrize(
    ("before", "after", "reads"),
    [
        # One of a kind takes the place of the other.
        ("What did MIIT issue in 2012?", "and in 2013?", f"{MIIT}; {IN_2013}"),
        ("What did MIIT issue in 2012?", "What about NDRC?", f"{IN_2012}; {NDRC}"),
        ("policies that mention Wuxi", "and agriculture?", "containing “agriculture”"),
        ("工信部2012年发布了哪些政策？", "那2013年呢？", f"{MIIT}; {IN_2013}"),
        ("¿Qué emitió el MIIT en 2012?", "¿y en 2013?", f"{MIIT}; {IN_2013}"),
        ("What is the newest policy?", "and the oldest?", "oldest first"),
        # A condition alone is of what was shown.
        ("What did MIIT issue?", "since 2013", f"{MIIT}; issued 2013-01-01 or later"),
        ("What did MIIT issue?", "before 2012?", f"{MIIT}; issued 2011-12-31 or earlier"),
        ("工信部发布了哪些文件", "2013年以来的", f"{MIIT}; issued 2013-01-01 or later"),
        ("2013年的文件", "哪些不是工信部发的", f"{IN_2013}; not {MIIT}"),
        ("documentos de 2013", "los que no son del MIIT", f"{IN_2013}; not {MIIT}"),
        ("list the policies by MIIT", "and those of NDRC?", NDRC),
        # What narrows is added.
        (
            "policies since 2013",
            "only those by NDRC",
            f"issued 2013-01-01 or later; {NDRC}",
        ),
        ("policies by MIIT", "only those that mention Wuxi", f"{MIIT}; containing “Wuxi”"),
        ("policies by MIIT", "which of those mention Wuxi?", f"{MIIT}; containing “Wuxi”"),
        ("工信部的政策", "其中提到Wuxi的", f"{MIIT}; containing “Wuxi”"),
        ("políticas del MIIT", "solo las que mencionan Wuxi", f"{MIIT}; containing “Wuxi”"),
        # A date that shares no day with the one before takes its place all the same.
        ("policies by MIIT from 2012", "those from 2013", f"{MIIT}; {IN_2013}"),
        ("policies by MIIT from 2012", "of these, only the ones from 2013", f"{MIIT}; {IN_2013}"),
        ("工信部2012年的政策", "只要2013年的", f"{MIIT}; {IN_2013}"),
        ("políticas del MIIT de 2012", "solo las de 2013", f"{MIIT}; {IN_2013}"),
        ("policies since 2012", "only those from 2013", f"issued 2012-01-01 or later; {IN_2013}"),
        (
            "Which policies were in force in 2012?",
            "those in force in 2013",
            "in force within 2013-01-01 to 2013-12-31",
        ),
        (
            "policies since 2012",
            "but not 2013",
            "issued 2012-01-01 or later; issued 2012-12-31 or earlier or 2014-01-01 or later",
        ),
        # An order or a number changes nothing else.
        ("policies by MIIT", "newest first", f"{MIIT}; newest first"),
        ("工信部的政策", "最新的在前", f"{MIIT}; newest first"),
        ("políticas del MIIT", "las más recientes primero", f"{MIIT}; newest first"),
        # A question that says all it is after goes on from nothing.
        ("What did MIIT issue in 2012?", "Which policies mention Wuxi?", "containing “Wuxi”"),
        ("What did MIIT issue in 2012?", "What did NDRC issue?", NDRC),
        ("policies by MIIT", "policies of 2013", IN_2013),
        ("工信部2012年发布了哪些政策？", "发改委发布了哪些政策？", NDRC),
        ("¿Qué emitió el MIIT en 2012?", "¿Qué emitió la NDRC?", NDRC),
    ],
)
def test_a_follow_up_takes_what_it_does_not_say(before: str, after: str, reads: str) -> None:
    assert in_notation(ask(before, after).reading) == reads


@pytest.mark.parametrize(
    ("follow_up", "place"),
    [
        ("the second one", 1),
        ("2", 1),
        ("#2", 1),
        ("the third", 2),
        ("the last one", -1),
        ("show me the first one", 0),
        ("第二个", 1),
        ("第三份", 2),
        ("最后一个", -1),
        ("la segunda", 1),
        ("el tercero", 2),
        ("la última", -1),
    ],
)
def test_an_ordinal_chooses_one_of_what_was_shown(follow_up: str, place: int) -> None:
    before = ask("policies by MIIT, newest first")
    assert ids(engine().answer(follow_up, before=before)) == [ids(before)[place]]


@pytest.mark.parametrize("follow_up", ["the ninth one", "9", "第九个", "27"])
def test_an_ordinal_beyond_what_was_shown_chooses_nothing(follow_up: str) -> None:
    before = ask("policies of 2012")
    assert len(ids(before)) == 2
    assert len(ids(engine().answer(follow_up, before=before))) != 1


@pytest.mark.parametrize(
    "follow_up",
    ["When was it issued?", "who issued it?", "它是哪天发布的？",
     "谁发布的？", "¿Cuándo se publicó?",
     "¿quién la emitió?", "what is its number?"],
)  # fmt: skip
def test_a_question_about_it_is_about_the_first_that_was_shown(follow_up: str) -> None:
    before = ask("policies by MIIT, newest first")
    answer = engine().answer(follow_up, before=before)
    assert ids(answer) == ids(before)[:1]
    assert answer.reading.taken_from


@pytest.mark.parametrize(
    "follow_up", ["still in force?", "is it still in force?", "还有效吗？", "¿sigue vigente?"]
)
def test_whether_it_is_in_force_is_asked_of_the_policy_that_was_shown(follow_up: str) -> None:
    before = ask("What is the Special Action Plan?")
    answer = engine().answer(follow_up, before=before)
    assert ids(answer) == ids(before)[:1]
    assert answer.reading.asks == "in_force"


@pytest.mark.parametrize(
    ("follow_up", "asks"),
    [
        ("was it revoked?", "repeals subjects"),
        ("has this notice been amended?", "amends subjects"),
        ("is there a policy that replaces it?", "replaces subjects"),
        ("what did it replace?", "replaces objects"),
        ("which policies did it repeal?", "repeals objects"),
        ("does it repeal anything?", "repeals objects"),
        ("它被废止了吗", "repeals subjects"),
        ("被什么取代了？", "replaces subjects"),
        ("该通知已被废止了吗", "repeals subjects"),
        ("它废止了什么", "repeals objects"),
        ("¿fue derogada?", "repeals subjects"),
        ("¿por cuál fue derogada?", "repeals subjects"),
        ("¿qué derogó?", "repeals objects"),
    ],
)
def test_what_others_do_to_the_policy_shown_is_asked_of_it(follow_up: str, asks: str) -> None:
    before = ask("What is the Special Action Plan?")
    reading = engine().answer(follow_up, before=before).reading
    assert reading.relation is not None
    assert f"{reading.relation.kind} {reading.relation.wanted}" == asks
    assert [one.id for one in reading.relation.policies] == ids(before)[:1]
    assert reading.taken_from == "the policy of the answer before"


@pytest.mark.parametrize("follow_up", ["by what?", "by which one?", "被什么", "¿por cuál?"])
def test_what_did_so_is_asked_of_the_relation_before(follow_up: str) -> None:
    revoked = ask("What is the Special Action Plan?", "was it revoked?")
    reading = engine().answer(follow_up, before=revoked).reading
    assert reading.relation == revoked.reading.relation
    assert reading.taken_from == "the question before"


def test_a_policy_that_a_relation_was_asked_of_is_still_the_one_spoken_of() -> None:
    turns = ("What is the Special Action Plan?", "was it revoked?", "when was it issued?")
    assert ids(ask(*turns)) == ids(ask(turns[0]))[:1]


@pytest.mark.parametrize(
    "question",
    ["Which policies have been repealed?", "哪些政策已被废止？", "What replaced the 2010 notice?"],
)
def test_a_relation_of_other_policies_is_not_asked_of_the_one_shown(question: str) -> None:
    reading = engine().answer(question, before=ask("What is the Special Action Plan?")).reading
    assert reading.taken_from is None


@pytest.mark.parametrize(
    "follow_up", ["anything newer?", "还有更新的吗", "¿hay algo más reciente?"]
)
def test_what_is_newer_than_the_policy_shown_is_asked_of_its_topic(follow_up: str) -> None:
    before = ask("policies on special funds before 2013")
    reading = engine().answer(follow_up, before=before).reading
    assert in_notation(reading) == "issued 2011-04-07 or later; about “special funds”"


def test_what_is_newer_than_a_policy_asked_for_by_name_is_what_replaces_it() -> None:
    title = "Special Action Plan for the Development of the Internet of Things"
    reading = ask(f"When was the {title} issued?", "is there a newer version?").reading
    assert reading.relation is not None
    assert (reading.relation.kind, reading.relation.wanted) == ("replaces", "subjects")


@pytest.mark.parametrize(
    "follow_up", ["what does article 1 say?", "第一条说了什么", "¿qué dice el artículo 1?"]
)
def test_a_provision_is_asked_of_the_policy_that_was_shown(follow_up: str) -> None:
    before = ask("What are the Interim Measures for the special funds?")
    reading = engine().answer(follow_up, before=before).reading
    assert [one.value for one in reading.provisions] == ["art1"]
    assert list(reading.ids) == ids(before)[:1]


INTERIM = "What are the Interim Measures for the special funds?"


@pytest.mark.parametrize(
    "follow_up",
    [
        "what does it say about independent innovation of enterprises?",
        "what does it say about the technological innovation strategy?",
        "does it highlight the independent innovation of enterprises?",
    ],
)
def test_what_a_policy_says_is_asked_of_the_one_that_was_shown(follow_up: str) -> None:
    before = ask(INTERIM)
    answer = engine().answer(follow_up, before=before)
    assert ids(answer) == ids(before)[:1]
    assert answer.reading.taken_from == "the policy of the answer before"
    assert ("policy", ids(before)[0]) in [(c.kind, c.value) for c in answer.reading.conditions]


def test_what_the_policy_shown_does_not_say_another_may() -> None:
    before = ask(INTERIM)
    answer = engine().answer("Is it a task of the joint conference?", before=before)
    assert answer.answered
    assert ids(before)[0] not in ids(answer)
    assert answer.reading.taken_from is None


def test_a_question_of_policies_is_of_all_though_it_points_back() -> None:
    answer = engine().answer("Which policies mention it and standards?", before=ask(INTERIM))
    assert "policy" not in [one.kind for one in answer.reading.conditions]


def test_a_reply_to_a_policy_is_asked_of_it() -> None:
    before = ask(INTERIM)
    question = "technological innovation strategy of enterprises"
    alone = engine().answer(question, before=before)
    assert "policy" not in [one.kind for one in alone.reading.conditions]
    replied = engine().answer(question, before=dataclasses.replace(before, replied=True))
    assert ids(replied) == ids(before)[:1]
    assert "policy" in [one.kind for one in replied.reading.conditions]


@pytest.mark.parametrize("more", ["more", "show more", "还有吗", "更多", "más", "el resto"])
def test_more_goes_on_past_what_was_shown(more: str) -> None:
    first = engine().answer("list all policies", limit=5)
    rest = engine().answer(more, before=first, limit=5)
    assert len(ids(rest)) == 5
    assert ids(rest)[0] == ids(ask("list all policies"))[5]


@pytest.mark.parametrize("after", ["and in 2013?", "newest first", "the second one", "more"])
def test_the_answer_says_what_was_taken(after: str) -> None:
    assert ask("What did MIIT issue in 2012?", after).reading.taken_from


@pytest.mark.parametrize("first", ["hello", "thanks!", "ok", "👍"])
def test_a_courtesy_between_two_questions_is_no_question(first: str) -> None:
    assert not ask("What did MIIT issue in 2012?", first).hits


@pytest.mark.parametrize("after", ["and in 1990?", "those from 1990", "only those before 1990"])
def test_a_condition_after_a_question_of_the_policy_shown_is_asked_of_all(after: str) -> None:
    answer = ask("special funds for the Internet of Things", "how much money is it?", after)
    assert answer.empty_filter == "dates"
    assert "policy" not in {one.kind for one in answer.reading.conditions}


def test_without_a_question_before_it_a_follow_up_is_told_what_is_missing() -> None:
    assert ask("When was it issued?").reading.missing
    assert ask("who issued it?").reading.missing


def test_three_turns_keep_what_the_first_said() -> None:
    answer = ask("policies by MIIT", "and in 2012?", "and in 2013?")
    assert in_notation(answer.reading) == f"{MIIT}; {IN_2013}"


def test_the_same_turns_give_the_same_answer() -> None:
    turns = ("What did MIIT issue in 2012?", "and NDRC?", "newest first")
    assert ids(ask(*turns)) == ids(ask(*turns))


def test_what_is_shown_as_closest_is_what_is_spoken_of() -> None:
    sure = ask("What did MIIT issue in 2012?")
    closest = dataclasses.replace(
        sure, hits=(), near_misses=sure.hits, reason="nothing_similar_enough"
    )
    assert closest.certainty == "closest"
    answer = engine().answer("when was it issued?", before=closest)
    assert ids(answer) == [sure.hits[0].policy.id]


@pytest.mark.parametrize(
    ("before", "after", "reads"),
    [
        ("policies by MIIT", "those from 2012", f"{MIIT}; {IN_2012}"),
        ("policies by MIIT", "las de 2012", f"{MIIT}; {IN_2012}"),
        ("工信部发布的政策", "2012年的", f"{MIIT}; {IN_2012}"),
        ("policies by MIIT", "the newest one", f"{MIIT}; 1 newest"),
        ("工信部发布的政策", "最新的一个", f"{MIIT}; 1 newest"),
        ("policies by MIIT", "newest first", f"{MIIT}; newest first"),
        (
            "goals for sensors in Wuxi",
            "and in Shanghai?",
            "find; about “goals for sensors Shanghai”",
        ),
        ("metas de sensores en Wuxi", "¿y en Pekín?", "find; about “metas de sensores Pekín”"),
        ("无锡市传感器怎么登记", "上海市呢", "find; about “传感器怎么登记 上海市”"),
        ("学区怎么划分", "上海市呢", "find; about “学区怎么划分 上海市”"),
        (
            "the scale of the Internet of Things",
            "and in Wuxi?",
            "find; about “scale of the Internet of Things Wuxi”",
        ),
        (
            "Which notices did the NDRC issue?",
            "those from 2013",
            f"{NDRC}; of the kind “notice”; {IN_2013}",
        ),
    ],
)
def test_a_follow_up_keeps_what_it_does_not_replace(before: str, after: str, reads: str) -> None:
    assert in_notation(ask(before, after).reading) == reads


@pytest.mark.parametrize(
    "question", ["¿Hasta cuándo dura?", "until when is it valid?", "¿y hasta cuándo rige?"]
)
def test_until_when_is_asked_of_the_policy_shown(question: str) -> None:
    answer = ask("Special Action Plan", question)
    assert answer.reading.asks == "in_force"
    assert ids(answer) == ids(ask("Special Action Plan"))[:1]


@pytest.mark.parametrize("question", ["how much is the subsidy?", "which sensors?", "资金多少"])
def test_a_question_of_few_words_is_asked_of_the_policy_shown_first(question: str) -> None:
    before = ask("What did MIIT issue in 2012?")
    reading = read(question, vocabulary(), today=TODAY, before=before)
    assert [c.kind for c in reading.conditions] == ["policy"]


def test_a_question_with_a_subject_of_its_own_is_asked_of_all() -> None:
    before = ask("What did MIIT issue in 2012?")
    question = "how much support do farms with sensors get from the central budget?"
    reading = read(question, vocabulary(), today=TODAY, before=before)
    assert reading.conditions == ()


def test_of_the_policy_shown_a_passage_with_the_words_answers() -> None:
    shown = ask("policies that mention Wuxi")
    answer = ask("policies that mention Wuxi", "what does that one say about sensors?")
    assert ids(answer) == ids(shown)[:1]
