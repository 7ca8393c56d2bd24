"""How a question is read: demands only where it speaks of issuing, the rest is topic."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Issuer
from policybot.query.conditions import IssuedBy, IssuedIn
from policybot.query.query import Query
from tests.query.seed import in_notation, read_question
from tests.reading import Demands, demands, read, with_issuers

MIIT = "Ministry of Industry and Information Technology"
NDRC = "National Development and Reform Commission"
OFFICE = "General Office of the State Council"
FINANCE = "Ministry of Finance"


def days(reading: Query) -> tuple[str | None, str | None]:
    return (
        reading.since.isoformat() if reading.since else None,
        reading.until.isoformat() if reading.until else None,
    )


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What was issued in 2012?", "2012-01-01", "2012-12-31"),
        ("2013 policies", "2013-01-01", "2013-12-31"),
        ("2013 IoT policies", "2013-01-01", "2013-12-31"),
        ("policies before 2011", None, "2010-12-31"),
        ("anything after 2013", "2014-01-01", None),
        ("policies after August 2013", "2013-09-01", None),
        ("Policies issued since September 2013", "2013-09-01", None),
        ("documents from 2012 onwards", "2012-01-01", None),
        ("policies published until June 2012", None, "2012-06-30"),
        ("policies issued by 2012", None, "2012-12-31"),
        ("policies issued between January and June 2011", "2011-01-01", "2011-06-30"),
        ("between 2011 and 2012", "2011-01-01", "2012-12-31"),
        ("What was issued on April 6, 2011?", "2011-04-06", "2011-04-06"),
        ("In 2012, what did MIIT issue?", "2012-01-01", "2012-12-31"),
        ("policies issued in Q1 2013", "2013-01-01", "2013-03-31"),
        ("What did NDRC issue in the second half of 2013?", "2013-07-01", "2013-12-31"),
        ("policies issued last year", "2013-01-01", "2013-12-31"),
        ("policies of the last two years", "2012-08-01", "2014-08-01"),
        ("What came out in July 2014?", "2014-07-01", "2014-07-31"),
        ("October 2013", "2013-10-01", "2013-10-31"),
        ("policies issued in 2011 or 2012", "2011-01-01", "2012-12-31"),
        ("policies of 2011, 2012 and 2013", "2011-01-01", "2013-12-31"),
        ("2012年发布的政策", "2012-01-01", "2012-12-31"),
        ("2013年9月以来的政策有哪些", "2013-09-01", None),
        ("2011年到2012年之间发布的文件", "2011-01-01", "2012-12-31"),
        ("2013年上半年发布的文件", "2013-01-01", "2013-06-30"),
    ],
)
def test_a_date_filters_where_the_question_speaks_of_issuing(
    question: str, since: str | None, until: str | None
) -> None:
    assert days(read(question)) == (since, until)


@pytest.mark.parametrize(
    "question",
    [
        "Special Action Plan for IoT 2013-2015",
        "What should be achieved by 2015?",
        "Which policies set goals for 2015?",
        "What is the target for 2020 in Wuxi?",
        "What does the plan of pilot projects for 2014 to 2016 support?",
        "strengthen training of professional talents for iot in 2014",
        "Which plans run until 2020?",
    ],
)
def test_a_year_in_a_title_or_a_target_is_topic(question: str) -> None:
    assert days(read(question)) == (None, None)


def test_years_apart_leave_out_what_lies_between() -> None:
    query = read("policies in 2011 and 2013")
    assert [str(first)[:4] for first, _ in query.periods] == ["2011", "2013"]
    assert (query.since, query.until) == (dt.date(2011, 1, 1), dt.date(2013, 12, 31))


def test_an_ambiguous_date_of_issue_is_not_guessed_at() -> None:
    reading = read("policies issued on 10/11/2012")
    assert reading.unreadable_date
    assert "10/11/2012" in reading.unreadable_date


def test_a_target_beside_a_date_of_issue_stays_topic() -> None:
    reading = read("Which policies issued in 2013 set targets for 2015?")
    assert days(reading) == ("2013-01-01", "2013-12-31")
    assert reading.topic == "set targets for 2015"


def test_a_date_named_in_passing_is_a_hint_and_excludes_nothing() -> None:
    reading = read("What did the NDRC ask local governments to do in October 2013?")
    assert not reading.conditions
    assert [hint.wording for hint in reading.hints] == ["NDRC", "October 2013"]
    assert reading.hints[0].condition == IssuedBy((NDRC,))
    assert reading.hints[1].condition == IssuedIn(((dt.date(2013, 10, 1), dt.date(2013, 10, 31)),))


@pytest.mark.parametrize(
    ("question", "issuers"),
    [
        ("What did MIIT issue in 2012?", (MIIT,)),
        ("What did the Ministry of Finance issue about bicycles?", (FINANCE,)),
        ("Which policies did the Ministry of Finance issue?", (FINANCE,)),
        ("Which documents did the General Office of the State Council publish in 2013?", (OFFICE,)),
        ("policies issued by the NDRC", (NDRC,)),
        ("MIIT's policies", (MIIT,)),
        ("policies of the Ministry of Finance", (FINANCE,)),
        ("everything from MIIT or the Ministry of Finance", (MIIT, FINANCE)),
        ("MIIT", (MIIT,)),
        ("工信部2012年发布了哪些政策？", (MIIT,)),
        ("国务院办公厅发布的文件", (OFFICE,)),
    ],
)
def test_an_issuer_filters_by_name_or_alias(question: str, issuers: tuple[str, ...]) -> None:
    assert read(question).issuers == issuers


def test_an_issuer_inside_a_title_is_a_hint() -> None:
    reading = read("What do the Guiding Opinions of the State Council on orderly development say?")
    assert reading.issuers == ()
    assert [hint.wording for hint in reading.hints] == ["State Council"]


def test_a_parent_includes_its_children_only_where_the_question_says_so() -> None:
    alone = read("What did the State Council issue?").issuers
    family = read("What did the State Council and its departments issue?").issuers
    assert alone == ("State Council",)
    assert set(family) >= {"State Council", OFFICE, MIIT, NDRC, FINANCE}


def test_bodies_acting_jointly_must_all_have_issued() -> None:
    reading = read("What did MIIT and the Ministry of Finance issue jointly?")
    assert reading.joint
    assert set(reading.issuers) == {MIIT, FINANCE}


@pytest.mark.parametrize(
    ("question", "issuers", "topic"),
    [
        ("Which policies were issued jointly?", (), ""),
        ("policies issued by several ministries together", (), ""),
        ("list everything issued jointly by more than one ministry", (), ""),
        ("List joint documents", (), ""),
        ("Which ministries have jointly issued policies?", (), ""),
        ("联合发布的政策有哪些", (), ""),
        ("多个部门联合印发的政策有哪些", (), ""),
        ("Which jointly issued policies are about security?", (), "security"),
        ("What did MIIT issue jointly with other ministries?", (MIIT,), ""),
        ("Did MIIT issue any policies together with others?", (MIIT,), ""),
        ("policies on roads issued by MIIT in cooperation with other bodies", (MIIT,), "roads"),
        ("What has MIIT jointly issued?", (MIIT,), ""),
        ("MIIT's joint policies", (MIIT,), ""),
        ("policies issued by several ministries including MIIT", (MIIT,), ""),
        ("Which policies were not issued by MIIT alone?", (MIIT,), ""),
        ("What did MIIT issue jointly with the NDRC?", (MIIT, NDRC), ""),
        ("What did MIIT together with the NDRC issue?", (MIIT, NDRC), ""),
        ("policies issued by MIIT in cooperation with the NDRC", (MIIT, NDRC), ""),
        ("工信部与其他部门联合发布了哪些政策？", (MIIT,), ""),
        ("工信部会同有关部门印发的文件有哪些", (MIIT,), ""),
        ("工信部联合财政部发布的政策", (MIIT, FINANCE), ""),
        ("哪些政策不是工信部单独发布的", (MIIT,), ""),
    ],
)
def test_what_is_issued_jointly_has_two_bodies_the_named_among_them(
    question: str, issuers: tuple[str, ...], topic: str
) -> None:
    reading = read(question)
    assert demands(reading) == Demands(issuers, joint=True)
    assert (reading.intent, reading.topic) == ("list", topic)


@pytest.mark.parametrize(
    ("question", "issuers", "topic"),
    [
        ("Which policies did MIIT issue alone?", (MIIT,), ""),
        ("Did MIIT issue anything on its own?", (MIIT,), ""),
        ("policies issued by MIIT only", (MIIT,), ""),
        ("Which policies were issued solely by MIIT?", (MIIT,), ""),
        ("Which policies did MIIT issue without other ministries?", (MIIT,), ""),
        ("Which policies issued by MIIT alone are about security?", (MIIT,), "security"),
        ("Which policies were issued by a single ministry?", (), ""),
        ("Which policies were not issued jointly?", (), ""),
        ("Which policies weren't issued jointly?", (), ""),
        ("Which policies were not jointly issued by several ministries?", (), ""),
        ("Which policies have never been issued jointly?", (), ""),
        ("List non-joint documents", (), ""),
        ("工信部单独发布了哪些政策？", (MIIT,), ""),
        ("仅由工信部发布的政策有哪些", (MIIT,), ""),
        ("由一个部门单独发布的政策", (), ""),
        ("哪些政策不是联合发布的", (), ""),
        ("哪些政策没有联合发布", (), ""),
        ("哪些政策不是由多个部门联合发布的", (), ""),
    ],
)
def test_what_is_issued_alone_has_one_body(
    question: str, issuers: tuple[str, ...], topic: str
) -> None:
    reading = read(question)
    assert demands(reading) == Demands(issuers, alone=True)
    assert (reading.intent, reading.topic) == ("list", topic)


@pytest.mark.parametrize(
    "question",
    [
        "List policies that require departments to jointly publish data",
        "How do departments work together?",
        "Which policies were issued by at least one ministry?",
        "List policies issued by various ministries",
        "Which notice refers to the inter-ministerial joint meeting?",
        "Which policies did MIIT issue on cooperation with other ministries?",
        "What does MIIT say about people living alone?",
        "Show only MIIT policies",
        "Which agencies issue licences?",
        "联合国发布的政策",
        "哪一个部门发布了物联网规划？",
    ],
)
def test_what_is_done_jointly_or_alone_otherwise_is_a_topic(question: str) -> None:
    query = read(question)
    assert not query.joint
    assert not query.alone


@pytest.mark.parametrize(
    ("question", "expected", "topic"),
    [
        ("Which policies mention 2015?", Demands(phrases=("2015",)), ""),
        ("Which policies mention 2015 or 2020?", Demands(either=("2015", "2020")), ""),
        ("policies mentioning the State Council", Demands(phrases=("State Council",)), ""),
        ("哪些政策提到了财政部", Demands(phrases=("财政部",)), ""),
        ("Which policies issued by MIIT mention MOF?", Demands((MIIT,), phrases=("MOF",)), ""),
        ('policies with "fiscal" or "financial"', Demands(either=("fiscal", "financial")), ""),
        ('Which policies contain the phrase "by 2015"?', Demands(phrases=("by 2015",)), ""),
        ("policies that don't mention Wuxi", Demands(absent=("Wuxi",)), ""),
        ("policies unrelated to Wuxi", Demands(absent=("Wuxi",)), ""),
        ("which policies do not mention 2015?", Demands(absent=("2015",)), ""),
        (
            "Which policies do not mention RFID, sensors or chips?",
            Demands(absent=("RFID", "sensors", "chips")),
            "",
        ),
        ("policies that don't mention Wuxi or this", Demands(absent=("Wuxi",)), ""),
        ("policies issued by MIIT but not NDRC", Demands((MIIT,), without=(NDRC,)), ""),
        ("policies without the word standards", Demands(absent=("standards",)), ""),
        (
            "Which policies mention neither Wuxi nor standards?",
            Demands(absent=("Wuxi", "standards")),
            "",
        ),
        (
            "Which policies don't mention the Internet of Things in the title?",
            Demands(untitled=("Internet of Things",)),
            "",
        ),
        ("Which MIIT policies were issued with MOF?", Demands((MIIT, FINANCE), joint=True), ""),
        ("What did the General Office issue?", Demands((OFFICE,)), ""),
        ("For my article I need all MIIT policies", Demands((MIIT,)), ""),
        ("my editor asks: which policies did MIIT issue?", Demands((MIIT,)), ""),
        (
            "policies which do not contain sensors or chips",
            Demands(absent=("sensors", "chips")),
            "",
        ),
        ("Which policies say nothing about standards?", Demands(absent=("standards",)), ""),
        ("Which policies cover roads but not bridges?", Demands(absent=("bridges",)), "roads"),
        (
            'policies with "Wuxi" but not "2020"',
            Demands(phrases=("Wuxi",), absent=("2020",)),
            "",
        ),
        ("没有提到补贴的政策有哪些", Demands(absent=("补贴",)), ""),
        ("除补贴以外的新能源汽车政策", Demands(absent=("补贴",)), "新能源汽车"),
        ("policies on roads but not by MOF", Demands(without=(FINANCE,)), "roads"),
        (
            "Which policies did MIIT issue other than the Wuxi outline?",
            Demands((MIIT,), untitled=("Wuxi outline",)),
            "",
        ),
        ("policies that are not five-year plans", Demands(untitled=("five-year plans",)), ""),
        ('Which policies have "Wuxi" in the title?', Demands(titled=("Wuxi",)), ""),
        ("标题含有“意见”的政策", Demands(titled=("意见",)), ""),
        ("policies by M.I.I.T.", Demands((MIIT,)), ""),
        ("Which policies mention security?", Demands(phrases=("security",)), ""),
        (
            "Which jointly issued policies mention security?",
            Demands(phrases=("security",), joint=True),
            "",
        ),
        (
            "Which policies issued by MIIT alone mention security?",
            Demands((MIIT,), phrases=("security",), alone=True),
            "",
        ),
        ("list policies that mention new energy", Demands(phrases=("new energy",)), ""),
        ("Which policies mention cloud computing?", Demands(phrases=("cloud computing",)), ""),
    ],
)
def test_what_a_list_names_or_does_not_name(question: str, expected: Demands, topic: str) -> None:
    reading = read(question)
    assert demands(reading) == expected
    assert (reading.intent, reading.topic) == ("list", topic)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("list the notices", Demands(titled=("notice",))),
        ("which plans did MIIT issue?", Demands((MIIT,), titled=("plan",))),
        (
            "Which measures were issued in 2011?",
            Demands(since=dt.date(2011, 1, 1), until=dt.date(2011, 12, 31), titled=("measure",)),
        ),
        ("财政部发布过多少个通知", Demands((FINANCE,), titled=("notice",))),
        ("国务院颁布的条例有哪些", Demands(("State Council",))),
        ("Which policies are plans?", Demands(titled=("plan",))),
        (
            "notices or decisions from before 2012",
            Demands(until=dt.date(2011, 12, 31), titled=("notice", "decision")),
        ),
        ("Show all opinions and decisions", Demands(titled=("opinion", "decision"))),
        ("财政部的办法有哪些", Demands((FINANCE,), titled=("measure",))),
        ("国务院的条例", Demands(("State Council",))),
        ("List all regulations", Demands()),
        ("What are the key policies?", Demands()),
        ("财政部出台了哪些重要政策", Demands((FINANCE,))),
    ],
)
def test_a_list_of_one_kind_of_document_is_of_those_titled_so(
    question: str, expected: Demands
) -> None:
    reading = read(question)
    assert (demands(reading), reading.topic) == (expected, "")


@pytest.mark.parametrize(
    ("question", "titled", "topic"),
    [
        ("List notices about pilot projects", ("notice",), "pilot projects"),
        ("物联网规划有哪些", ("plan",), "物联网"),
        ("新能源汽车方面有哪些通知", ("notice",), "新能源汽车"),
        ("policies on laws and regulations", (), "laws and regulations"),
    ],
)
def test_a_kind_of_document_may_be_on_something(
    question: str, titled: tuple[str, ...], topic: str
) -> None:
    reading = read(question)
    assert (demands(reading), reading.topic) == (Demands(titled=titled), topic)


def test_a_word_of_praise_stays_where_it_tells_policies_apart() -> None:
    assert read("list policies on new energy").topic == "new energy"


def test_several_bodies_can_be_left_out_at_once() -> None:
    for question in (
        "policies not from MIIT or the NDRC",
        "policies except those by MIIT and NDRC",
        "policies issued by neither MIIT nor NDRC",
        "除工信部和发改委以外其他部门发布的政策",
    ):
        reading = read(question)
        assert (demands(reading), reading.topic) == (Demands(without=(MIIT, NDRC)), ""), question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("policies issued by five bodies", Demands(joint=True, bodies=(5, 5))),
        (
            "Which policies were issued by at least three ministries?",
            Demands(joint=True, bodies=(3, None)),
        ),
        (
            "Which policies were issued jointly by three or more ministries?",
            Demands(joint=True, bodies=(3, None)),
        ),
        ("policies issued by more than two bodies", Demands(joint=True, bodies=(3, None))),
        ("三个以上部门联合发布的政策有哪些", Demands(joint=True, bodies=(3, None))),
        ("财政部等四部门联合印发的文件有哪些", Demands((FINANCE,), joint=True, bodies=(4, 4))),
        ("财政部等部门联合发布的政策", Demands((FINANCE,), joint=True)),
    ],
)
def test_so_many_bodies_issued_it(question: str, expected: Demands) -> None:
    reading = read(question)
    assert (demands(reading), reading.topic) == (expected, "")


def test_five_bodies_including_one_named_leave_the_named_one() -> None:
    reading = read("Which IoT plan was issued jointly by five bodies including MIIT?")
    assert demands(reading) == Demands((MIIT,), joint=True)


def test_of_two_bodies_the_unknown_one_is_told_apart() -> None:
    reading = read("policies published jointly by the Ministry of Magic and MIIT")
    assert reading.unknown_issuers == ("Ministry of Magic",)
    assert reading.issuers == (MIIT,)


@pytest.mark.parametrize(
    "question",
    [
        "Which policies were not issued by MIIT?",
        "Which policies did MIIT not issue?",
        "policies issued by anyone except MIIT",
        "policies issued by anyone but MIIT",
        "Non-MIIT policies",
        "Which policies did MIIT not sign?",
    ],
)
def test_a_body_whose_policies_are_not_wanted_is_left_out(question: str) -> None:
    reading = read(question)
    assert reading.issuers == ()
    assert reading.without == (MIIT,)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did the Ministry of Agriculture issue?", "Ministry of Agriculture"),
        ("Policies of the European Commission", "European Commission"),
        ("ministry of agriculture policies 2013", "ministry of agriculture"),
        ("What did the EPA publish about IoT in 2012?", "EPA"),
        ("policies issued by the World Bank", "World Bank"),
        (
            "What does the European Commission say about the Internet of Things?",
            "European Commission",
        ),
        ("Has the Ministry of Health issued anything on IoT?", "Ministry of Health"),
        ("农业部发布了哪些政策？", "农业部"),
        ("Ministry of Truth", "Ministry of Truth"),
        ("¿Qué publicó el Ministerio de Magia en 2012?", "Ministerio de Magia"),
        ("¿Qué ha publicado el Ayuntamiento de Alcorcón?", "Ayuntamiento de Alcorcón"),
        ("¿Qué ha aprobado el Concejo Municipal de Pereira?", "Concejo Municipal de Pereira"),
        ("¿Qué decretos dictó la Alcaldía de Neiva en 2013?", "Alcaldía de Neiva"),
        ("¿Qué publicó Magia en 2012?", "Magia"),
        ("documents that the Ministry of Magic published", "Ministry of Magic"),
    ],
)
def test_a_body_the_corpus_does_not_know_is_named(question: str, name: str) -> None:
    assert read(question).unknown_issuers == (name,)


def test_an_acronym_that_spells_a_word_is_known_where_it_issues() -> None:
    book = IssuerBook((Issuer("Ministry of Transport", ("MOT",)),))
    reading = read("what did mot issue in 2013", with_issuers(book))
    assert (reading.issuers, reading.unknown_issuers) == (("Ministry of Transport",), ())


@pytest.mark.parametrize(
    "question",
    [
        "What did China issue in 2013?",
        "Which ministry manages the special funds?",
        "Which five bodies issued the special action plan?",
        "cooperation with the European Commission",
        "What did MIIT issue in 2012?",
        "when did they publish the Wuxi plan",
        "¿Qué publicó el MIIT en 2012?",
        "Which policies did the ministry banning imports of cars issue?",
    ],
)
def test_no_body_is_invented(question: str) -> None:
    assert read(question).unknown_issuers == ()


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What did MIIT issue in 2012?", ""),
        (
            "List all policies on the Internet of Things in chronological order",
            "Internet of Things",
        ),
        ("Which policies are about cloud computing?", "cloud computing"),
        ("Policies of the Ministry of Education on IoT", "IoT"),
        ("timeline of IoT standards", "IoT standards"),
        ("earliest policy on standards", "standards"),
        ("关于物联网发展的政策有哪些？", "物联网发展"),
        ("What happened after 2013?", ""),
        ("What is the capital of France?", "capital of France"),
        ("Getting a permit for bridges", "Getting a permit for bridges"),
    ],
)
def test_the_topic_is_what_is_left(question: str, topic: str) -> None:
    assert read(question).topic == topic


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Which policies mention cloud computing?", "list"),
        ("What are the policies related to the rise of the Internet of Things?", "list"),
        ("list everything", "list"),
        ("timeline", "list"),
        ("2013 policies", "list"),
        ("How many policies were issued in 2013?", "list"),
        ("物联网政策有哪些", "list"),
        ("Which policy bans single-use plastics?", "find"),
        ("special fund measures for iot", "find"),
        ("What is the latest policy?", "find"),
        ("Tell me which policy promises laws on information security", "find"),
    ],
)
def test_the_intent_is_a_list_only_when_all_are_wanted(question: str, intent: str) -> None:
    assert read(question).intent == intent


@pytest.mark.parametrize(
    ("question", "intent", "order", "count", "topic"),
    [
        ("What is the latest policy?", "find", "newest", None, ""),
        ("the most recent MIIT policy", "find", "newest", None, ""),
        ("first policy on standards", "find", "oldest", None, "standards"),
        ("What did MIIT issue?", "list", "relevance", None, ""),
        ("What did NDRC issue most recently?", "find", "newest", None, ""),
        ("when did MIIT last issue a policy?", "find", "newest", None, ""),
        ("when was the latest policy issued?", "find", "newest", None, ""),
        ("who issued the first policy?", "find", "oldest", None, ""),
        ("When was the first IoT policy issued?", "find", "oldest", None, "IoT"),
        ("which policy is the newest?", "find", "newest", None, ""),
        ("MIIT's latest", "find", "newest", None, ""),
        ("latest from NDRC", "find", "newest", None, ""),
        ("list policies newest first", "list", "newest", None, ""),
        ("按时间倒序列出政策", "list", "newest", None, ""),
        ("What are the two most recent policies?", "find", "newest", 2, ""),
        ("the 3 oldest MIIT policies", "find", "oldest", 3, ""),
        ("first two policies of 2013", "find", "oldest", 2, ""),
        ("最新的三份政策", "find", "newest", 3, ""),
        ("list three MIIT policies", "list", "relevance", 3, ""),
        ("top 5 policies on standards", "list", "relevance", 5, "standards"),
        ("What are the first 5 articles of the law?", "find", "relevance", None, None),
        ("What is the first step to apply?", "find", "relevance", None, None),
    ],
)
def test_superlatives_of_time_and_counts_say_which_policies_are_wanted(
    question: str, intent: str, order: str, count: int | None, topic: str | None
) -> None:
    reading = read(question)
    assert (reading.intent, reading.order, reading.count) == (intent, order, count)
    assert topic is None or reading.topic == topic


@pytest.mark.parametrize("quoted", ['"triple play"', "“triple play”", "「triple play」"])
def test_quoted_phrases_are_demands(quoted: str) -> None:
    reading = read(f"Which policies mention {quoted}?")
    assert reading.phrases == ("triple play",)
    assert reading.search_text == "triple play"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_the_same_way_twice(text: str) -> None:
    once = read(text)
    assert once == read(text)
    assert once.question == text


_CUES = """
which what policies issued by the MIIT in 2012 2013 since before and , ? 工信部 发布 的 政策 " x
No. 17 not jointly latest all State Council its departments 年 - to from
"""


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(_CUES.split()),
        max_size=40,
    )
)
def test_any_mixture_of_cue_words_is_read(parts: list[str]) -> None:
    reading = read(" ".join(parts))
    since, until = reading.since, reading.until
    assert since is None or until is None or since <= until
    assert not any("\ue000" <= c <= "\uf8ff" for c in reading.topic + reading.search_text)


def test_ten_thousand_characters_are_read_quickly() -> None:
    for unit in ("policies issued by MIIT in 2012 ", "a", "the of ", "2012-", "「", "(", "和"):
        text = (unit * 10_000)[:10_000]
        assert read(text).question == text


@pytest.mark.parametrize("question", ["standards", "标准", "the standards"])
def test_a_kind_of_document_alone_that_the_corpus_has_none_of_is_a_topic(question: str) -> None:
    assert read_question(question).topic == question.removeprefix("the ")


@pytest.mark.parametrize("text", [" " * 9000, "a. " * 3000, "。" * 5000, " . " * 4000, "\n \n"])
def test_a_text_that_says_nothing_is_read_whatever_its_length(text: str) -> None:
    query = read_question(text)
    assert not query.topic
    assert query.missing


@pytest.mark.parametrize(
    "question",
    [
        (
            "What documents must I send? I am moving house and want to register a sensor network "
            "that I built with my brother."
        ),
        (
            "Are there rules for this? We run a small farm and would like to put sensors on all of "
            "the fields that we own."
        ),
        (
            "Are there any specific standards or certifications that a small workshop is expected "
            "to have when it stores personal information on a remote server in another province?"
        ),
    ],
)
def test_the_papers_of_a_persons_case_are_not_policies_that_are_asked_for(question: str) -> None:
    query = read_question(question)
    assert query.intent == "find"
    assert query.conditions == ()


@pytest.mark.parametrize(
    "question",
    [
        (
            "Which policies mention sensors? I am moving house and want to register a sensor "
            "network that I built with my brother."
        ),
        (
            "Which documents did MIIT issue in 2012? I am moving house and want to register a "
            "sensor network that I built with my brother."
        ),
    ],
)
def test_policies_are_asked_for_in_a_case_by_what_only_they_have(question: str) -> None:
    query = read_question(question)
    assert query.intent == "list"
    assert query.conditions


def test_quoted_words_of_a_detailed_question_are_what_it_is_about() -> None:
    short = read_question('What does it say on "special funds"?')
    assert [one.kind for one in short.conditions] == ["holds"]
    detailed = read_question(
        'What counts as a "special purpose" when a small enterprise applies for a subsidy to buy '
        "sensors and software for its warehouse?"
    )
    assert detailed.conditions == ()
    assert "special purpose" in detailed.search_text


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What documents do I need for special funds?", "special funds"),
        ("What documents are needed for special funds?", "needed for special funds"),
        ("¿Qué papeles ocupo para el permiso?", "permiso"),
        ("¿Qué documentos necesito para los fondos especiales?", "fondos especiales"),
        ("¿Qué papeles me piden para el registro?", "registro"),
        ("qué documentos se necesitan para registrar sensores", "registrar sensores"),
        ("¿Qué documentos hay que llevar al registro?", "llevar al registro"),
        ("¿Qué requisitos y documentos tengo que llevar?", "requisitos y documentos llevar"),
        ("申请专项资金需要什么材料", "申请专项资金需要什么材料"),
        ("登记时要交哪些材料？", "登记时要交哪些材料"),
        ("备案需要提供哪些文件", "备案需要提供哪些文件"),
    ],
)
def test_papers_that_somebody_needs_are_not_policies(question: str, topic: str) -> None:
    query = read_question(question)
    assert (query.intent, query.topic) == ("find", topic)


@pytest.mark.parametrize(
    "question",
    [
        "Which circulars can I consult?",
        "What policies may I look through?",
        "¿Qué circulares puedo consultar?",
        "¿Qué políticas podemos leer?",
        "¿Qué documentos me puedes enseñar?",
        "¿Qué documentos tengo que conocer?",
        "可以看哪些文件",
        "我能查哪些通知",
        "这里能看到什么文件",
        "哪些政策可以查阅",
    ],
)
def test_what_may_be_read_is_a_list(question: str) -> None:
    query = read_question(question)
    assert (query.intent, query.topic) == ("list", "")


@pytest.mark.parametrize(
    "question",
    [
        "Is there a rule?",
        "Are there any rules?",
        "Is there a policy?",
        "What are the rules?",
        "Is there an ordinance?",  # the seed corpus has none
        "¿Hay alguna norma?",
        "¿Existe alguna regla?",
        "¿Cuáles son las reglas?",
        "有没有规定",
        "有规定吗",
        "有没有什么规定",
        "有没有文件",
    ],
)
def test_whether_there_is_a_rule_asks_on_what(question: str) -> None:
    query = read_question(question)
    assert (query.intent, query.topic) == ("find", "")
    assert query.missing


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        ("Is there a notice?", "of the kind “notice”"),
        ("¿Hay algún plan?", "of the kind “plan”"),
        ("Which rules are there?", "list"),
        ("Circular 482", "find; about “Circular 482”"),
        ("the plan 2", "find; about “plan 2”"),
        ("show 3 plans", "of the kind “plan”; 3"),
        ("Which plan is in force?", "in force on 2014-08-01 (today); of the kind “plan”"),
        ("哪个规划有效", "in force on 2014-08-01 (today); of the kind “plan”"),
        ("Which licence is in force?", "find; in force on 2014-08-01 (today); about “licence”"),
        ("¿Qué registro está en vigor?", "find; in force on 2014-08-01 (today); about “registro”"),
        ("哪个登记有效？", "find; in force on 2014-08-01 (today); about “登记”"),
        ("Which tariff is valid?", "find; about “tariff is valid”"),
        ("Which tickets have expired?", "find; about “tickets have expired”"),
    ],
)
def test_a_noun_is_the_kind_of_document_or_what_is_searched_for(
    question: str, reading: str
) -> None:
    assert in_notation(read_question(question)) == reading


@pytest.mark.parametrize(
    "question",
    [
        "¿Qué documentos hay sobre sensores?",
        "¿Qué documentos necesito leer sobre sensores?",
        "¿Qué normas regulan los sensores?",
        "¿Qué avisos hay que mencionan Wuxi?",
        "¿Qué documentos públicos hay?",
        "写报告需要哪些政策",
        "我需要关于物联网的文件",
        "哪些文件提到物联网",
    ],
)
def test_policies_are_asked_for_beside_words_of_need(question: str) -> None:
    assert read_question(question).intent == "list"


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What does the Special Action Plan say about sensors?", "Special Action Plan sensors"),
        ("What do the rules on cloud computing say?", "rules on cloud computing"),
        ("¿Qué dice el esbozo de Wuxi sobre sensores?", "esbozo de Wuxi sobre sensores"),
        ("¿me puedes decir cuánto cuesta un sensor?", "cuesta un sensor"),
        ("传感器停放怎么规定", "传感器停放"),
        ("How do I request a call?", "request a call"),
        ("What do the rules require of small farms?", "rules require of small farms"),
    ],
)
def test_verbs_of_asking_are_no_topic(question: str, topic: str) -> None:
    assert read_question(question).topic == topic


def test_a_noun_at_the_end_of_a_detailed_question_belongs_to_its_topic() -> None:
    question = (
        "What constitutes sufficient evidence for the regulator that a review by an auditor has "
        "been included within the interim financial report?"
    )
    assert read(question).topic.endswith("interim financial report")
