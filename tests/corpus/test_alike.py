"""Names of bodies that are probably one: proposed with the lines to write, never merged."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.issuers.similar import Proposal, propose
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Issuer

BOOK = IssuerBook(
    (
        Issuer("Ministry of Commerce", ("MOFCOM", "商务部")),
        Issuer("Ministry of Finance", ("财政部",)),
        Issuer("National Development and Reform Commission", ("国家发展和改革委员会",)),
        Issuer("State Council", ("国务院",)),
    )
)


def proposed(*names: str, book: IssuerBook = BOOK) -> list[tuple[str, list[str]]]:
    printed = [(name, 1) for name in names]
    return [(one.name, [name for name, _ in one.names]) for one in propose(book, printed)]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Ministry of Commerce of the PRC", "Ministry of Commerce"),
        ("Ministry of Commerce of the People's Republic of China", "Ministry of Commerce"),
        ("Ministry of Commerce, P.R. China", "Ministry of Commerce"),
        ("MINISTRY OF COMMERCE (MOFCOM)", "Ministry of Commerce"),
        ("Commerce Ministry", "Ministry of Commerce"),
        ("The Minstry of Commerce", "Ministry of Commerce"),
        ("Ministry for Finance", "Ministry of Finance"),
        ("中华人民共和国商务部", "Ministry of Commerce"),
        ("国家发展改革委", "National Development and Reform Commission"),
        ("国家发展和改革委", "National Development and Reform Commission"),
    ],
)
def test_a_printed_name_is_proposed_for_the_body_it_probably_is(printed: str, name: str) -> None:
    assert proposed(printed) == [(name, [printed])]


@pytest.mark.parametrize(
    "names",
    [
        ("Ministry of Finance", "Ministry of Science"),
        ("Ministry of Culture", "Ministry of Agriculture"),
        ("Ministry of Commerce and Industry",),
        ("Department of Commerce",),
        ("General Office of the Ministry of Finance",),
        ("Jiangsu Provincial Government", "Jiangxi Provincial Government"),
        ("Gambia Revenue Authority", "Zambia Revenue Authority"),
        ("Northern Territory Government", "Southern Territory Government"),
        ("Region 1 Office", "Region 2 Office"),
        ("农业部", "农业农村部"),
        ("江苏省财政厅", "江西省财政厅"),
        ("财政部办公厅",),
        (
            "Ministry of Health",
            "Ministry of Health of the Republic of Kenya",
            "Ministry of Health of the Republic of Ghana",
        ),
    ],
)
def test_names_that_differ_in_a_meaningful_word_are_not_proposed(names: tuple[str, ...]) -> None:
    assert proposed(*names) == []


@pytest.mark.parametrize(
    "names",
    [
        ("Department of Veterans' Affairs", "Department of Veteran Affairs"),
        ("Ministry of Labour", "Ministry of Labor"),
        ("Commission for Energy", "Comission for Energy"),
        ("Ministry of Health", "Ministry of Health of the Republic of Kenya"),
        ("Bureau of Bridges & Roads", "Bureau for Roads and Bridges"),
        ("国家能源局", "中华人民共和国国家能源局"),
        ("國家能源局", "中华人民共和国国家能源局"),
        ("中華人民共和國國家能源局", "国家能源局"),
    ],
)
def test_unknown_names_are_proposed_as_one(names: tuple[str, str]) -> None:
    assert [set(found) for _, found in proposed(*names)] == [set(names)]


def test_the_name_of_most_policies_that_is_not_shouted_is_to_be_canonical() -> None:
    printed = [("OFFICE OF ROADS", 9), ("Office for Roads", 3), ("Office on Roads", 1)]
    (one,) = propose(IssuerBook(), printed)
    assert one.name == "Office for Roads"


def test_what_is_like_two_bodies_is_like_none() -> None:
    book = IssuerBook((Issuer("Ministry of Labour"), Issuer("Labor Ministry")))
    assert proposed("Ministry for Labor", book=book) == []


def test_known_names_need_nothing() -> None:
    assert proposed("MINISTRY OF COMMERCE", "MOFCOM", "the State Council") == []


def test_the_lines_are_toml_that_joins_the_names() -> None:
    known = Proposal("Ministry of Finance", True, (('Ministry "of" Finance', 2),))
    assert tomllib.loads(known.toml(["财政部"])) == {
        "aliases": ["财政部", 'Ministry "of" Finance'],
    }
    new = Proposal("Office of Roads", False, (("Office of Roads", 2), ("Roads Office", 1)))
    assert tomllib.loads(new.toml()) == {
        "issuer": [{"name": "Office of Roads", "aliases": ["Roads Office"]}]
    }


_WORDS = """
Ministry Department of the and Finance Roads Labour Labor Minstry China PRC 1 部 委员会 国家
"""
NAMES = st.lists(st.sampled_from(_WORDS.split()), min_size=1, max_size=6).map(" ".join)


@settings(deadline=None)
@given(st.lists(NAMES, max_size=12))
def test_a_name_is_proposed_at_most_once_and_only_if_unknown(names: list[str]) -> None:
    found = [name for _, group in proposed(*dict.fromkeys(names)) for name in group]
    assert len(found) == len(set(found))
    assert all(BOOK.canonical(name) is None for name in found)
