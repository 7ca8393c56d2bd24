"""Articles, sections and items as answers, over a real index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.errors import PolicyNotFoundError, ProvisionNotFoundError
from policybot.model import Answer, sha256_of
from tests.small_index import BACKENDS, POLICIES, Backend, open_small, policy

MEASURES = """Measures for Harbour Fees

Article 1. Purpose. These measures are made for ships.

Article 2. Payers. Masters pay:

(a) the quay fee;

(b) the pilot's fee, (i) by day; and (ii) by night.

Article 3. Exception. Article 5 does not apply to sailing ships under Article 2(a).

Article 4. Other laws. Section 7 of the Trade Act applies, as does article 5 of the Radio Law.

Article 5. Fines. Who does not pay is fined.
"""
LAW = """第一章　总则

第一条　为了保护船舶，制定本法。

第二条　船舶有下列情形之一的，不得入港：

（一）未缴费的；

（二）未登记的。

前款规定不适用于军舰。

第三条　依照本法第二条第二款和《港口法》第一条的规定执行。
"""
ORDER = (
    "### Section 1.\n\n**Council**\n\nA council meets.\n### Section 2.\n\nIt has nine members.\n"
)

BERTHS = """Northwick Harbour Trust

1. A berth is let by the year under rule 3.

2. The fee is paid in May.

3. Rule 2 is repealed and the following substituted:

"2. The fee is paid in June."
"""

NUMBERED = (
    *POLICIES,
    policy("fees", "Measures for Harbour Fees", MEASURES, "2012", ["Ministry of Transport"]),
    policy("vessels", "中华人民共和国船舶保护法", LAW, "2013", ["国务院"]),
    policy(
        "berths", "Rules on letting berths", BERTHS, "2013", ["Northwick Harbour Trust"], "9/2013"
    ),
    policy(
        "amended", "Notice on changing the rules on letting berths at Northwick", "Berths.", "2014"
    ),
    policy("council", "Establishing the Lighthouse Council", ORDER, "2014", number="Order No. 81"),
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    backend: Backend = request.param
    return open_small(tmp_path_factory.mktemp("provisions"), NUMBERED, backend=backend)


@pytest.fixture(autouse=True, scope="module")
def _closed(engine: Engine) -> Iterator[None]:
    yield
    engine.close()


def shown(answer: Answer) -> list[str]:
    return [quote.passage.id for hit in answer.hits for quote in hit.quotes]


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("What does Article 5 of the Measures for Harbour Fees say?", ["fees#art5"]),
        ("Article 5 of the harbour fees measures", ["fees#art5"]),
        ("Measures for Harbour Fees, art. 2(b)", ["fees#art2.b"]),
        ("section 2 of Order No. 81", ["council#sec2"]),
        ("What does section 1 of the Lighthouse Council order No. 81 say?", ["council#sec1"]),
        ("船舶保护法第二条第二款", ["vessels#art2.2"]),
        ("《船舶保护法》第二条第（二）项是什么？", ["vessels#art2.1.2"]),
        ("Articles 1 and 5 of the Measures for Harbour Fees", ["fees#art1", "fees#art5"]),
        ("rule 3 of the Northwick rules on berths", ["berths#par3"]),
        ("clause 2 of the berths rules of Northwick Harbour Trust", ["berths#par2"]),
        ("article two of the Measures for Harbour Fees", ["fees#art2"]),
    ],
)
def test_a_provision_is_answered_with_itself_alone(
    engine: Engine, question: str, ids: list[str]
) -> None:
    answer = engine.answer(question)
    assert answer.answered
    assert shown(answer) == ids
    for hit in answer.hits:
        for quote in hit.quotes:
            passage = quote.passage
            assert passage.text == hit.policy.body[passage.start : passage.end]
            assert quote.to_dict()["sha256"] == sha256_of(passage.text)


def test_an_item_is_shown_with_its_heading_and_lead_in(engine: Engine) -> None:
    (hit,) = engine.answer("船舶保护法第二条第一项").hits
    assert hit.quotes[0].passage.text == "（一）未缴费的；"
    assert hit.quotes[0].passage.headings == ("第二条　船舶有下列情形之一的，不得入港：",)


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        (
            "What does Article 9 of the Measures for Harbour Fees say?",
            "“Measures for Harbour Fees” has no Article 9: it has Articles 1 to 5.",
        ),
        (
            "section 2(f) of the Measures for Harbour Fees",
            "“Measures for Harbour Fees” has no Section 2(f): it has Article 2(a) to (b).",
        ),
        (
            "Article 2(f) of the Measures for Harbour Fees",
            "“Measures for Harbour Fees” has no Article 2(f): it has Article 2(a) to (b).",
        ),
        (
            "Article 2 of the Road Safety Plan",
            "“Road Safety Plan” has no Article 2: it has no numbered provisions.",
        ),
    ],
)
def test_a_provision_that_is_not_there_is_said_not_to_be(
    engine: Engine, question: str, detail: str
) -> None:
    answer = engine.answer(question)
    assert not answer.answered
    assert (answer.reason, answer.detail) == ("no_such_provision", detail)
    assert len(answer.near_misses) == 1


def test_a_part_within_a_sentence_is_shown_in_what_it_is_part_of(engine: Engine) -> None:
    answer = engine.answer("Article 2(b)(ii) of the Measures for Harbour Fees")
    assert shown(answer) == ["fees#art2.b"]
    assert answer.detail == "Article 2(b)(ii) is within the text of Article 2(b)."


def test_a_provision_of_a_text_that_the_corpus_lacks_is_searched_for(engine: Engine) -> None:
    answer = engine.answer("What does section 7 of the Trade Act apply to?")
    assert answer.reason != "no_such_provision"
    assert not answer.reading.provisions
    assert all("#sec" not in one for one in shown(answer))


def test_a_question_that_names_no_policy_is_asked_which_one_it_means(engine: Engine) -> None:
    answer = engine.answer("What is in Article 5?")
    assert (
        answer.detail == "Say which policy is meant, to be shown its Article 5. 1 policy has one."
    )


def test_where_none_has_such_a_provision_it_says_so(engine: Engine) -> None:
    answer = engine.answer("第一百二十条规定了什么")
    assert answer.detail is not None
    assert answer.detail.endswith("No policy has one.")
    assert not answer.near_misses


def test_some_that_have_it_are_shown(engine: Engine) -> None:
    answer = engine.answer("What does Article 5 govern?")
    assert not answer.hits
    assert [quote.passage.id for hit in answer.near_misses for quote in hit.quotes] == ["fees#art5"]


@pytest.mark.parametrize("question", ["What does Article 1 govern?", "¿Qué regula el artículo 1?"])
def test_what_one_governs_is_asked_of_the_policy_before(engine: Engine, question: str) -> None:
    before = engine.answer("Article 5 of the Measures for Harbour Fees")
    assert shown(engine.answer(question, before=before)) == ["fees#art1"]


def test_a_follow_up_is_of_the_policy_before(engine: Engine) -> None:
    before = engine.answer("Article 5 of the Measures for Harbour Fees")
    assert shown(engine.answer("And Article 1?", before=before)) == ["fees#art1"]


def test_what_a_provision_refers_to_in_its_own_policy_is_below_it(engine: Engine) -> None:
    def cited(question: str) -> list[tuple[str, str]]:
        (hit,) = engine.answer(question).hits
        cites = (one for quote in hit.quotes for one in quote.cites)
        return [(one.wording, one.to_dict()["id"]) for one in cites]

    assert cited("Article 3 of the Measures for Harbour Fees") == [
        ("Article 5", "fees#art5"),
        ("Article 2(a)", "fees#art2.a"),
    ]
    assert cited("Article 4 of the Measures for Harbour Fees") == []
    assert cited("船舶保护法第三条") == [("第二条第二款", "vessels#art2.2")]


def test_one_provision_is_opened_by_its_address(engine: Engine) -> None:
    shown = engine.provision("fees", "ART2.B")
    assert (shown.label, shown.passage.id) == ("(b)", "fees#art2.b")
    with pytest.raises(ProvisionNotFoundError, match=r"fees#art6: .* it has Articles 1 to 5"):
        engine.provision("fees", "art6")
    with pytest.raises(ProvisionNotFoundError, match=r"it has Article 2\(a\) to \(b\)"):
        engine.provision("fees", "art2.z")
    with pytest.raises(ProvisionNotFoundError, match="it has no numbered provisions"):
        engine.provision("roads", "art1")
    with pytest.raises(PolicyNotFoundError):
        engine.provision("none", "art1")


def test_a_policy_that_only_shares_a_topic_with_the_name_is_not_meant(engine: Engine) -> None:
    answer = engine.answer("Article 2 of the Rules on Harbour Dredging Permits")
    assert not answer.reading.provisions
    assert all("#art" not in one for one in shown(answer))


def test_a_question_of_a_text_without_numbers_is_searched_for(engine: Engine) -> None:
    answer = engine.answer("Which bridges are closed under Article 2 of the Road Safety Plan?")
    assert answer.reason != "no_such_provision"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("船舶登记法第三条", "船舶登记法"),
        ("What does Article 2 of the Sailing Ships Act say?", "Sailing Ships Act"),
    ],
)
def test_the_same_number_of_another_law_is_no_sure_answer(
    engine: Engine, question: str, named: str
) -> None:
    answer = engine.answer(question)
    assert not answer.answered
    assert answer.certainty in {"closest", "nothing"}
    if answer.near_misses:
        assert answer.detail == f"No policy here is called “{named}”."


def test_a_short_name_may_be_of_a_longer_title(engine: Engine) -> None:
    answer = engine.answer("船舶保护法第二条")
    assert answer.answered
    assert answer.hits[0].policy.id == "vessels"


def test_the_name_of_another_document_alone_is_no_sure_answer(engine: Engine) -> None:
    assert engine.answer("船舶保护法").answered
    other = engine.answer("船舶登记条例")
    assert not other.answered
    assert not other.near_misses or other.detail == "No policy here is called “船舶登记条例”."


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("section 2 of the Northwick rules on berths",
         "In “Rules on letting berths” this is Rule 2."),
        ("rule 2 of the Northwick rules on berths", None),
        ("section 5 of the Measures for Harbour Fees",
         "In “Measures for Harbour Fees” this is Article 5."),
        ("rule 7 of the Northwick rules on berths",
         "“Rules on letting berths” has no Rule 7: it has Rules 1 to 3."),
    ],
)  # fmt: skip
def test_it_is_said_what_a_text_calls_the_provision(
    engine: Engine, question: str, detail: str | None
) -> None:
    assert engine.answer(question).detail == detail


def test_a_provision_is_shown_with_what_it_substitutes(engine: Engine) -> None:
    (hit,) = engine.answer("rule 3 of the Northwick rules on berths").hits
    assert hit.quotes[0].passage.text.endswith('"2. The fee is paid in June."')
