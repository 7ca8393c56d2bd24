"""A slip in a word that the corpus has never seen is forgiven; a word of its own is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.query.conditions import IssuedBy
from policybot.query.query import Hint, Query
from policybot.retrieval.words.misspelt import SHORTEST, SUSPECTS, mended, one_edit_apart
from policybot.retrieval.words.unknown_words import familiar, with_cues_mended
from tests.small_index import BACKENDS, open_small, policy

_LANGUAGE = """
a harbour pilots aboard bridges bridge inspected spring carer care refuse use place places damaged
research station stations stationed closed standard standards want far koa points
"""
LANGUAGE = frozenset(_LANGUAGE.split())
"""What the tokenizer of these tests knows as one piece."""

BODY = (
    "Pilots come aboard outside the harbour. Damaged bridges are closed. Standardization goes on. "
    "Places are inspected for refuse. Care is taken of stations. Decarbonisation is researched. "
    "Crews want rest."
)


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Count two special tokens and, of a word that is none of the language, three pieces."""
    return [2 + (0 if not text else 1 if text in LANGUAGE else 3) for text in texts]


@pytest.fixture(scope="module", params=BACKENDS)
def generation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Generation]:
    engine = open_small(
        tmp_path_factory.mktemp("words"),
        [
            policy("port", "Harbour Rules", BODY),
            policy("gauges", "Rules on Gauges", "# Tides\n\nThey are read."),
            policy("first", "First Aid Rules", "They hold aboard."),
            policy("second", "First Aid Rules on Ferries", "They hold aboard as well."),
            policy("third", "Keen Order Aims", "Crews are keen."),
            policy("fourth", "Keen Order Aims Again", "Crews stay keen."),
        ],
        backend=request.param,
    )
    yield engine.generation
    engine.close()


def read(generation: Generation, text: str, **more: object) -> Query:
    reading = Query(text, topic=text, search_text=text, **more)  # type: ignore[arg-type]
    return familiar(generation, reading, count_tokens)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("habrour", "harbour"),  # swapped
        ("harbur", "harbour"),  # missing
        ("harbbour", "harbour"),  # too many
        ("harqour", "harbour"),  # another
        ("Harbuor", "harbour"),
        ("briges", "bridges"),
        ("standarisation", "standardization"),  # in the spelling of the other side
        ("decarbonistion", "decarbonisation"),  # no word the tokenizer knows, but the corpus has it
        ("gagues", "gauges"),  # in a title only
        ("tidse", "tides"),  # in a heading only
    ],
)
def test_one_slip_is_forgiven(generation: Generation, typed: str, meant: str) -> None:
    assert mended(generation, [typed], count_tokens) == {typed: meant}


@pytest.mark.parametrize(
    "typed",
    [
        "hrbur",  # two slips
        "marbour",  # another first letter
        "carer",  # known to the tokenizer
        "reuse",  # made of a known word
        "stationing",  # a form of a known word
        "car",  # short
        "plais",  # short after all
    ],
)  # fmt: skip
def test_other_words_are_left_alone(generation: Generation, typed: str) -> None:
    assert mended(generation, [typed], count_tokens) == {}


def test_a_word_that_nobody_has_is_not_made_up_from_a_stem(generation: Generation) -> None:
    # "inspectness" shares its stem with "inspected", but stands nowhere.
    assert words("inspectness") == words("inspected")
    assert mended(generation, ["inspectnes"], count_tokens) == {}


def test_a_question_of_many_strange_words_speaks_of_something_else(generation: Generation) -> None:
    slips = ["habrour", "harbur", "harbbour", "briges"]
    assert len(mended(generation, slips[:SUSPECTS], count_tokens)) == SUSPECTS
    assert mended(generation, slips[: SUSPECTS + 1], count_tokens) == {}


def test_the_reading_says_what_was_read(generation: Generation) -> None:
    reading = read(generation, "Which briges has the habrour?")
    assert reading.search_text == "Which bridges has the harbour?"
    assert reading.respelt == {"briges": "bridges", "habrour": "harbour"}
    assert reading.notes == ("briges read as bridges", "habrour read as harbour")
    assert reading.to_dict()["respelt"] == dict(reading.respelt)
    assert reading.topic == "Which briges has the habrour?"


@pytest.mark.parametrize(
    "text",
    [
        "What is HABROUR?",  # an acronym
        "What is HaBrour?",
        "harbour bridges",  # nothing unseen
        "habrour'ed bridges",  # part of something else
        "17 bridges",
        "It wasnt damaged",
        "Wo ist das Häfrour?",  # not of plain letters
    ],
)
def test_what_is_no_plain_word_is_read_as_it_stands(generation: Generation, text: str) -> None:
    assert read(generation, text) == Query(text, topic=text, search_text=text)


def test_capitals_throughout_are_no_acronyms(generation: Generation) -> None:
    assert read(generation, "WHICH HABROUR").respelt == {"HABROUR": "harbour"}


def test_a_possessive_is_mended(generation: Generation) -> None:
    assert read(generation, "the habrour's bridges").search_text == "the harbour's bridges"


def test_the_name_of_a_body_is_left_alone(generation: Generation) -> None:
    hint = Hint("Habrour Board", IssuedBy(("Habrour Board",)))
    assert read(generation, "Habrour Board bridges", hints=(hint,)).respelt == {}


@settings(deadline=None)
@given(st.lists(st.text("abcdehorstu", min_size=SHORTEST, max_size=9), max_size=3))
def test_what_a_word_is_read_as_is_always_one_edit_away(
    generation: Generation, typed: list[str]
) -> None:
    for word, meant in mended(generation, list(dict.fromkeys(typed)), count_tokens).items():
        assert _edits(word, meant) == 1


def _edits(one: str, other: str) -> int:
    """Return the number of edits between two words: a letter, or two neighbours swapped."""
    rows: list[list[int]] = [list(range(len(other) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            best = min(row[-1] + 1, rows[-1][j] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("the FAR bridge", "the First Aid Rules bridge"),
        ("the far bridge", "the far bridge"),  # ordinary
        ("Far bridges", "Far bridges"),
        ("HOW FAR OFF", "HOW FAR OFF"),  # all in capitals, which then mean nothing
        ("koa bridge", "koa bridge"),  # of one piece, so a word of the language
        ("FAR", "First Aid Rules"),
        ("KOA bridge", "Keen Order Aims bridge"),
        ("faro bridge", "faro bridge"),
    ],
)
def test_a_word_is_no_acronym_unless_in_capitals(
    generation: Generation, text: str, searched: str
) -> None:
    assert read(generation, text).search_text == searched


def test_small_letters_that_are_no_word_are_an_acronym(generation: Generation) -> None:
    def in_pieces(texts: Sequence[str]) -> list[int]:
        return [2 + (0 if not text else 1 if text == "a" else 3) for text in texts]

    reading = Query("koa", topic="koa", search_text="koa")
    assert familiar(generation, reading, in_pieces).search_text == "Keen Order Aims"


@pytest.mark.parametrize(
    ("typed", "meant", "respelt"),
    [
        ("polcies from 2012", "policies from 2012", {"polcies": "policies"}),
        ("What was isued in 2012?", "What was issued in 2012?", {"isued": "issued"}),
        ("Whcih documets", "which documents", {"Whcih": "which", "documets": "documents"}),
        ("tissue and place", "tissue and place", {}),
        ("places for refuse", "places for refuse", {}),
        ("POLCIES", "POLCIES", {}),
    ],
)
def test_a_slip_in_a_word_that_asks_is_put_right_before_the_question_is_read(
    generation: Generation, typed: str, meant: str, respelt: dict[str, str]
) -> None:
    assert with_cues_mended(generation, typed, count_tokens) == (meant, respelt)


@pytest.mark.parametrize("typed", ["carer", "reuse", "station", "points"])
def test_a_prompt_makes_no_word_a_slip(generation: Generation, typed: str) -> None:
    # "passage: " is one piece longer alone than before a word, whose piece has the space within.
    def prompted(texts: Sequence[str]) -> list[int]:
        return [max(3, count) for count in count_tokens(texts)]

    assert mended(generation, [typed], prompted) == {}
    assert with_cues_mended(generation, typed, prompted) == (typed, {})


@given(st.text("abc", min_size=1, max_size=5), st.text("abc", min_size=1, max_size=5))
def test_one_edit_is_one_edit(one: str, other: str) -> None:
    assert one_edit_apart(one, other) == (one[0] == other[0] and _edits(one, other) == 1)
