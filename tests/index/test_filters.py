import datetime as dt
import unicodedata
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.index.serve.filters import comparable, number_tokens, phrase_test
from policybot.index.serve.generation import open_generation
from policybot.index.serve.interface import Generation
from policybot.index.serve.store import store_of
from policybot.model import Policy
from policybot.query.conditions import Not, Stateable, Stated
from tests.fake_encoder import FakeEncoder
from tests.index.samples import build
from tests.reading import Demands
from tests.small_index import BACKENDS, index_at


@pytest.fixture(scope="module", params=BACKENDS)
def generation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Generation]:
    folder = tmp_path_factory.mktemp("index")
    store = store_of(index_at(folder, request.param))
    build(folder, store=store)
    with store.open() as generation:
        yield generation


def matching(generation: Generation, demands: Demands) -> set[str]:
    mask = generation.policies_matching(demands.conditions)
    assert mask is not None
    return {generation.policy(int(ordinal)).id for ordinal in np.flatnonzero(mask)}


def test_no_condition_is_no_mask(generation: Generation) -> None:
    assert generation.policies_matching(()) is None


@pytest.mark.parametrize("what", ["number", "date", "issuer"])
def test_what_a_source_states_is_told_from_what_it_does_not(
    generation: Generation, what: Stateable
) -> None:
    policies = [*generation.policies(range(len(generation.policy_first)))]
    facts = {"number": "number", "date": "date", "issuer": "issuers"}
    stated = [bool(getattr(one, facts[what])) for one in policies]
    having, lacking = (
        generation.policies_matching([condition]) for condition in (Stated(what), Not(Stated(what)))
    )
    assert having is not None
    assert lacking is not None
    assert having.tolist() == stated
    assert lacking.tolist() == [not one for one in stated]


@pytest.mark.parametrize(
    ("since", "until", "ids"),
    [
        ("2012-02-14", "2012-02-14", {"tolls", "harbours"}),
        ("2012-02-15", None, {"harbours", "internet"}),
        ("2013-01-01", None, {"internet"}),
        ("2013-02-28", "2020-01-01", {"internet"}),
        ("2013-03-01", None, set()),
        (None, "2012-12-31", {"tolls", "harbours"}),
        (None, "2011-12-31", set()),
        (None, "2999-01-01", {"tolls", "harbours", "internet"}),
    ],
)
def test_dates_match_when_the_intervals_overlap(
    generation: Generation, since: str | None, until: str | None, ids: set[str]
) -> None:
    days = [dt.date.fromisoformat(day) if day else None for day in (since, until)]
    assert matching(generation, Demands(since=days[0], until=days[1])) == ids


@pytest.mark.parametrize(
    ("demands", "ids"),
    [
        (Demands(issuers=("Ministry of Finance",)), {"tolls", "harbours"}),
        (Demands(issuers=("State Council",)), {"internet"}),
        (
            Demands(issuers=("State Council", "Ministry of Finance")),
            {"tolls", "harbours", "internet"},
        ),
        (Demands(issuers=("bureau of bridges",)), {"tolls"}),
        (Demands(issuers=("Ministry of Magic",)), set()),
        (Demands(issuers=("Ministry of Finance", "Bureau of Bridges"), joint=True), {"tolls"}),
        (Demands(issuers=("Ministry of Finance",), joint=True), {"tolls"}),
        (Demands(joint=True), {"tolls"}),
        (Demands(joint=True, bodies=(2, 2)), {"tolls"}),
        (Demands(joint=True, bodies=(3, None)), set()),
        (Demands(issuers=("Ministry of Finance",), alone=True), {"harbours"}),
        (Demands(alone=True), {"harbours", "internet"}),
        (Demands(without=("Ministry of Finance",)), {"internet", "bicycles"}),
    ],
)
def test_issuers_match_by_canonical_name(
    generation: Generation, demands: Demands, ids: set[str]
) -> None:
    assert matching(generation, demands) == ids


@pytest.mark.parametrize(
    ("demands", "ids"),
    [
        (Demands(either=("toll", "bicycles")), {"tolls", "bicycles"}),
        (Demands(either=("Farmers", "nothing like it")), {"tolls"}),
        (Demands(either=("MOF",)), set()),
        (Demands(either=("国务院",)), {"tolls", "internet"}),
        (Demands(absent=("ambulance",)), {"internet", "bicycles"}),
        (Demands(titled=("rule",)), {"harbours"}),
        (Demands(titled=("ambulance",)), set()),
        (Demands(titled=("意见",)), {"internet"}),
        (Demands(untitled=("harbours rule",)), {"tolls", "internet", "bicycles"}),
        (Demands(untitled=("物联网", "road")), {"harbours", "bicycles"}),
        (Demands(absent=("ambulances", "roads")), {"internet"}),
        (Demands(absent=("国务院",)), {"harbours", "bicycles"}),
        (Demands(phrases=("Ambulances pay nothing",), absent=("harbour",)), {"tolls"}),
    ],
)
def test_one_of_some_phrases_may_be_enough_and_others_must_not_occur(
    generation: Generation, demands: Demands, ids: set[str]
) -> None:
    assert matching(generation, demands) == ids


def test_pieces_of_time_leave_out_what_lies_between(generation: Generation) -> None:
    first, second = dt.date(2012, 12, 31), dt.date(2013, 1, 1)
    assert matching(generation, Demands(periods=((None, first),))) == {"tolls", "harbours"}
    assert matching(generation, Demands(periods=((None, dt.date(2011, 1, 1)), (second, None)))) == {
        "internet"
    }


@pytest.mark.parametrize(
    ("number", "ids"),
    [
        ("1718", {"tolls"}),
        ("No. 1718", {"tolls"}),
        ("[2013] No.1718", {"tolls"}),
        ("171", set()),
        ("国发〔2013〕7号", {"internet"}),
        ("国发[2013]7号", {"internet"}),
        ("国发(2013) 第7号", {"internet"}),
        ("国办发〔2013〕7号", set()),
        ("2013", {"tolls", "internet"}),
        ("No.", set()),
        ("'; DROP TABLE numbers; --", set()),
    ],
)
def test_a_document_number_matches_by_its_tokens(
    generation: Generation, number: str, ids: set[str]
) -> None:
    assert matching(generation, Demands(numbers=(number,))) == ids


@pytest.mark.parametrize(
    ("phrase", "ids"),
    [
        ("ambulances PAY nothing", {"tolls", "harbours"}),
        ("Exceptions Ambulances", {"tolls"}),
        ("half. - Farmers", {"tolls"}),
        ("the State Council", {"tolls"}),
        ("state council’s", {"tolls"}),
        ("$100", {"tolls"}),
        ("1,000 a", {"tolls"}),
        ("000", {"tolls"}),
        ("bus", set()),
        ("Buses", {"tolls"}),
        ("Harbour Rules", {"harbours"}),
        ("annex", {"tolls"}),
        ("联网发展", {"internet"}),
        ("网", {"internet"}),
        ("  物联网有序  ", {"internet"}),
        ("on", {"tolls", "bicycles"}),
        ("no such words", set()),
        (" ", {"tolls", "harbours", "internet", "bicycles"}),
    ],
)
def test_a_phrase_matches_whole_words_in_title_or_body(
    generation: Generation, phrase: str, ids: set[str]
) -> None:
    assert matching(generation, Demands(phrases=(phrase,))) == ids


def test_conditions_must_all_be_met(generation: Generation) -> None:
    both = Demands(issuers=("Ministry of Finance",), phrases=("Ambulances", "harbour"))
    assert matching(generation, both) == {"harbours"}


PIECES = st.sampled_from(
    [
        *(
            "road",
            "Road's",
            "roads",
            "the",
            "of",
            "e-commerce",
            "five–year",
            "1,000",
            "3.5",
            "2013",
        ),
        *(
            "U.S.",
            "o'brien",
            "物联网",
            "网",
            "发展",
            "café",
            "ＡＢ",
            "No.7",
            "v3.5",
            "x_y",
            "İ",
            "ß",
        ),
        *(" ", " ", " ", " ", "\n\n", ", ", "-", ".", "'", "’", "\n\n# Heading\n\n", "\n\n---\n\n"),
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=14).map("".join)


@settings(max_examples=60, deadline=None)
@given(
    bodies=st.lists(TEXTS, min_size=1, max_size=4),
    title=TEXTS,
    place=st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(1, 14)),
)
def test_no_policy_with_the_phrase_is_missed(
    tmp_path_factory: pytest.TempPathFactory,
    bodies: list[str],
    title: str,
    place: tuple[int, int, int],
) -> None:
    policies = [Policy(f"p{at}", title, body) for at, body in enumerate(bodies)]
    folder = tmp_path_factory.mktemp("phrases")
    # Five tokens at most: words and runs of Chinese are cut as no real encoder would.
    build(folder, policies, FakeEncoder(max_tokens=5))
    source = bodies[place[0] % len(bodies)]
    phrase = source[place[1] % len(source) :][: place[2]]
    holds = phrase_test(phrase)
    with open_generation(folder) as generation:
        found = matching(generation, Demands(phrases=(phrase,)))
    assert found == {
        policy.id
        for policy in policies
        if holds is None or holds(policy.title) or holds(policy.body)
    }


@given(st.text())
def test_a_text_compares_equal_to_its_normal_forms(text: str) -> None:
    assert comparable(text) == comparable(unicodedata.normalize("NFD", text))


@given(st.text())
def test_any_number_is_read_without_an_error(number: str) -> None:
    tokens = number_tokens(number)
    assert len(tokens) == len(set(tokens))


def test_phrases_and_numbers_are_compared_in_simplified_characters() -> None:
    for phrase, text in (("補貼標準", "新能源汽车补贴标准"), ("补贴标准", "新能源汽車補貼標準")):
        holds = phrase_test(phrase)
        assert holds is not None
        assert holds(text)
    assert number_tokens("國發〔2013〕7號") == number_tokens("国发〔2013〕7号")
