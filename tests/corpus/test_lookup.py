import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.issuers.lookup import find_names, surfaces
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Issuer
from tests.cost import calls

MANY = 10_000
"""Far more than a lookup needs, and a fifth of what one pattern of so many names took."""


def found(names: list[str], text: str) -> list[str]:
    return [text[slice(*span)] for span in find_names(surfaces(names), text)]


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["State", "State Council"], "the State Council's", ["State Council"]),
        (["State", "State Council"], "the State Councils", ["State"]),
        (["State", "State Council Office"], "State Council", ["State"]),
        (["MIIT"], "MIITX, XMIIT and MIIT2", []),
        (["MIIT"], "MIIT/NDRC, (MIIT) and 由MIIT发布", ["MIIT", "MIIT", "MIIT"]),
        (["R&D Office"], "R&D Office, r & d office, R and D Office", None),
        (["Food and Drugs"], "Food & Drugs; Food&Drugs; food, and drugs; FOOD , & DRUGS", None),
        (["Five-Year Bureau"], "Five Year Bureau; five-year  bureau", None),
        (["Sports and Tourism"], "Sports Tourism; Sportsand Tourism; Sports and-Tourism", []),
        (["U.S. Treasury", "U.S."], "U.S.  Treasury, U.S. and U.S.A", ["U.S.  Treasury", "U.S."]),
        (["Ministère de l'Économie"], "MINISTÈRE DE L'ÉCONOMIE", ["MINISTÈRE DE L'ÉCONOMIE"]),
        (["Минфин"], "минфин", ["минфин"]),
        (["Straßenamt"], "Straßenamt, Strassenamt", ["Straßenamt"]),
        (["国务院", "国务院办公厅"], "由国务院办公厅和国务院发布", ["国务院办公厅", "国务院"]),
        (["国务院", "国务院办公厅"], "国务院办", ["国务院"]),
        (["财政部"], "财 政 部和财政\n部", ["财 政 部", "财政\n部"]),
        (["国办"], "中国办理", []),
        (["国办"], "国办、由国办发布", ["国办", "国办"]),
        (["国办"], "《国 办》", ["国 办"]),
        (["发改委", "财政部"], "发改委财政部", ["发改委", "财政部"]),
        (["改委会", "发改委"], "发改委会", ["发改委"]),
        ([], "the State Council", []),
        (["-", ", "], "a - b, c", []),
    ],
)
def test_names_are_found_as_they_are_written(
    names: list[str], text: str, expected: list[str] | None
) -> None:
    """``expected`` is None where every part between semicolons or comma-separated forms is one."""
    if expected is None:
        separator = "; " if ";" in text else ", "
        expected = text.split(separator)
    assert found(names, text) == expected


WORDS = st.lists(
    st.sampled_from(["ministry", "of", "finance", "industry", "and", "u.s.", "école", "no2"]),
    min_size=1,
    max_size=6,
).filter(lambda words: "and" not in (words[0], words[-1]) and "and and" not in " ".join(words))
HAN = st.text("国务院办公厅财政部发改委", min_size=3, max_size=9)
SEPARATORS = st.sampled_from([" ", "  ", "-", ", ", " ,  "])


@given(st.lists(HAN, min_size=1, max_size=8), st.data())
def test_a_chinese_name_is_found_whole_wherever_it_stands(
    names: list[str], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(names))
    spaced = data.draw(st.sampled_from(["", " ", "\u3000"])).join(name)
    assert found(names, f"看:{spaced}。") == [spaced]


@given(st.lists(WORDS, min_size=1, max_size=8), st.data())
def test_a_name_is_found_in_any_case_and_spacing(
    names: list[list[str]], data: st.DataObject
) -> None:
    words = data.draw(st.sampled_from(names))
    typed = data.draw(SEPARATORS).join(words) if "and" not in words else " ".join(words)
    typed = data.draw(st.sampled_from([typed, typed.upper(), typed.title()]))
    longer = [" ".join(name) for name in names if name[: len(words)] != words or name == words]
    assert typed in found(longer, f"({typed})")


def finding_costs(bodies: int) -> int:
    """Return the calls that a hundred questions take in a book of so many bodies."""
    book = IssuerBook(
        tuple(
            Issuer(f"Ministry of Trade and Transport {at}", (f"第{at}交通运输和贸易委员会",))
            for at in range(bodies)
        )
    )

    def questions() -> None:
        for at in range(100):
            chinese = f"第{at}交通运输和贸易委员会"
            text = f"What did ministry of trade & transport {at} and {chinese} issue?"
            named = f"Ministry of Trade and Transport {at}"
            assert [body.name for body in book.find(text)] == [named, named]

    questions()  # what is made at the first question is not counted
    return calls(questions)


def test_ten_thousand_bodies_cost_a_question_no_more_than_a_hundred() -> None:
    assert finding_costs(MANY) < 1.5 * finding_costs(100)
