"""Callback data and deep links: short, and never trusted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.bot.buttons.callbacks import CALLBACK_LIMIT, Action, decode, encode
from policybot.bot.store.answers import new_id
from policybot.bot.views.keyboards import list_keyboard
from policybot.bot.views.links import policy_of_payload, start_payload
from policybot.bot.views.list_views import ListView

policy_ids = st.text(st.characters(codec="utf-8"), min_size=1)


@given(st.sampled_from(Action), st.integers(0, 10**9), st.integers(0, 2**63))
def test_data_is_short_and_comes_back(action: Action, number: int, person: int) -> None:
    for ref in (new_id(), str(person)):
        data = encode(action, ref, number)
        assert len(data.encode()) <= CALLBACK_LIMIT
        press = decode(data)
        assert press is not None
        assert (press.action, press.ref, press.number) == (action, ref, number)


@given(st.text(max_size=80))
def test_anything_else_is_nothing(data: str) -> None:
    press = decode(data)
    assert press is None or encode(press.action, press.ref, press.detail) == data


@pytest.mark.parametrize("data", [None, "", "h", "h.x", "m.abc.1", "h.a b.1", "h.abc.1\n", "h..1"])
def test_forged_data_is_nothing(data: str | None) -> None:
    assert decode(data) is None


def test_data_that_nothing_could_read_back_is_not_made() -> None:
    with pytest.raises(ValueError, match="not valid callback data"):
        encode(Action.HIT, "a.b", 1)


@given(policy_ids)
def test_a_deep_link_leads_back_to_its_policy(policy_id: str) -> None:
    payload = start_payload(policy_id)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    assert policy_of_payload(payload, {payload: policy_id}) == policy_id


def test_a_plain_id_stands_in_its_deep_link() -> None:
    assert start_payload("iot-plan_2012") == "p_iot-plan_2012"


@pytest.mark.parametrize("payload", ["", "x_y", "p_", "p_a b", "b_!", "b_gICA", "inline"])
def test_a_forged_payload_is_no_policy(payload: str) -> None:
    assert policy_of_payload(payload, {}) is None


def texts_of(view: ListView, total: int) -> list[list[str]]:
    keyboard = list_keyboard("abc", "en", view=view, shown=range(total), facets=None)
    return [[b.text for b in row] for row in keyboard.inline_keyboard]


def test_a_list_has_a_button_for_each_entry_of_the_page_only() -> None:
    assert texts_of(ListView(page=1), 11) == [
        ["9", "10", "11"],
        ["◀", "2 / 2"],
        ["↓ Newest first"],
        ["CSV", "Word (DOCX)", "👍", "👎"],
    ]


@pytest.mark.parametrize(
    ("page", "row"),
    [
        (0, ["1 / 251", "▶", "⏭"]),
        (1, ["◀", "2 / 251", "▶", "⏭"]),
        (2, ["⏮", "◀", "3 / 251", "▶", "⏭"]),
        (249, ["⏮", "◀", "250 / 251", "▶"]),
        (250, ["⏮", "◀", "251 / 251"]),
    ],
)
def test_first_and_last_pages_are_a_button_away(page: int, row: list[str]) -> None:
    assert texts_of(ListView(page), 2003)[-3] == row


@given(
    st.builds(
        ListView,
        st.integers(0, 999_999),
        st.booleans(),
        st.none() | st.integers(0, 99_999),
        st.none() | st.integers(0, 9999),
        st.none() | st.integers(0, 999),
    )
)
def test_a_view_of_a_list_fits_into_a_button_and_comes_back(view: ListView) -> None:
    data = encode(Action.OPEN, new_id(), f"12345_{view.write()}")
    press = decode(data)
    assert len(data.encode()) <= CALLBACK_LIMIT
    assert press is not None
    assert press.entry == (12345, view)
