from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.text.split import split_policy
from policybot.model import Document
from policybot.serve.quotes import Difference, check_quote
from tests.fake_encoder import FakeEncoder
from tests.small_index import policy

BODY = (
    "## Inspection\n\nBridges are inspected every spring, by **two** engineers. Damaged bridges "
    "are closed at once.\n\n第五条　物联网专项资金由财政部管理。\n\n"
    "No bridge carries more than 40 t."
)


def document(body: str = BODY) -> Document:
    one = policy("bridges", "Rules on Bridges", body, "2012")
    return Document(one, tuple(split_policy(one, FakeEncoder().count_tokens, 64)))


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("Damaged bridges are closed at once.", ["bridges#1"]),
        ("  Damaged\n\tbridges are   closed at once. ", ["bridges#1"]),
        ("物联网专项资金由财政部管理", ["bridges#2"]),
        ("closed at once. 第五条 物联网专项资金", ["bridges#1", "bridges#2"]),
        ("Inspection", []),
    ],
)
def test_words_in_a_row_are_verbatim_whatever_white_space_is_between(
    text: str, passages: list[str]
) -> None:
    check = check_quote(document(), text)
    assert check.verbatim
    assert [passage.id for passage in check.passages] == passages
    assert check.text.split() == text.split()


def test_the_title_is_verbatim_too() -> None:
    assert check_quote(document(), "Rules on Bridges").in_title


@pytest.mark.parametrize(
    ("text", "differences"),
    [
        ("damaged bridges are closed at once.", [("replaced", "damaged", "Damaged")]),
        ("Damaged bridges are not closed at once.", [("added", "not", "")]),
        ("Damaged are closed at once.", [("missing", "", "bridges")]),
        ("No bridge carries more than 44 t.", [("replaced", "44", "40")]),
        ("Damagedbridges are closed at once.", [("replaced", "Damagedbridges", "bridges")]),
        ("物联网专项资金由科技部管理", [("replaced", "科技", "财政")]),
    ],
)
def test_what_differs_from_the_nearest_is_told(
    text: str, differences: list[tuple[str, str, str]]
) -> None:
    check = check_quote(document(), text)
    assert not check.verbatim
    assert check.differences == tuple(Difference(*one) for one in differences)  # type: ignore[arg-type]


def test_a_text_that_shares_no_word_has_no_nearest() -> None:
    check = check_quote(document(), "zebra")
    assert (check.verbatim, check.span, check.to_dict()["nearest"]) == (False, None, None)


def test_nothing_is_no_quotation() -> None:
    with pytest.raises(ValueError, match="empty"):
        check_quote(document(), " \n ")


@given(st.integers(0, len(BODY) - 1), st.integers(1, 60))
def test_every_stretch_of_a_body_is_verbatim(start: int, length: int) -> None:
    text = BODY[start : start + length]
    if text.strip():
        check = check_quote(document(), text)
        assert check.verbatim
        assert BODY[slice(*(check.span or (0, 0)))].split() == text.split()


@given(st.text(alphabet="ab \n", min_size=1, max_size=12), st.text(alphabet="ab \n", max_size=30))
def test_verbatim_is_what_the_words_with_single_spaces_say(text: str, body: str) -> None:
    if not text.strip() or not body.strip():
        return
    folded = " ".join(body.split())
    assert check_quote(document(body), text).verbatim == (" ".join(text.split()) in folded)
