"""Who may ask, and how fast."""

from __future__ import annotations

from policybot.bot.ops.access import Access, RequestLimiter


def test_everybody_is_welcome_by_default() -> None:
    assert Access().welcomes(1, -5, {})


def test_an_allow_list_admits_its_people_and_chats_only() -> None:
    access = Access(allow={1, -5})
    assert access.welcomes(1, 1, {})
    assert access.welcomes(2, -5, {})
    assert not access.welcomes(2, 2, {})
    assert not access.welcomes(2, None, {})


def test_deny_wins_over_allow_but_not_over_admins() -> None:
    access = Access(admins={9}, allow={1}, deny={1, 9})
    assert not access.welcomes(1, 1, {})
    assert access.welcomes(9, 9, {})


def test_a_supergroup_is_still_the_group_it_was() -> None:
    assert Access(allow={-5}).welcomes(2, -1005, {-5: -1005})
    assert not Access(deny={-5}).welcomes(2, -1005, {-5: -1005})


def test_too_many_messages_are_said_once_and_later_again() -> None:
    now = 0.0
    keeper = RequestLimiter(3, clock=lambda: now)
    verdicts = [keeper.admit(1) for _ in range(5)]
    assert verdicts == ["welcome"] * 3 + ["too_fast", "too_fast_told"]
    now = 20.0
    assert [keeper.admit(1) for _ in range(3)] == ["welcome", "too_fast", "too_fast_told"]


def test_one_person_costs_another_nothing() -> None:
    keeper = RequestLimiter(1, clock=lambda: 0.0)
    assert [keeper.admit(1), keeper.admit(2), keeper.admit(1)] == ["welcome", "welcome", "too_fast"]


def test_forgetting_does_not_help_those_held_back() -> None:
    keeper = RequestLimiter(1, clock=lambda: 0.0)
    keeper.admit(1)
    keeper.forget(1)
    assert keeper.admit(1) == "too_fast"


def test_a_reserved_turn_comes_after_those_before_it_and_the_first_wait_is_said() -> None:
    keeper = RequestLimiter(60, clock=lambda: 0.0)
    assert [keeper.reserve(1) for _ in range(60)] == [(0.0, False)] * 60
    assert [keeper.reserve(1) for _ in range(3)] == [(1.0, True), (2.0, False), (3.0, False)]
