"""How fast messages leave: to one chat, to a group, to all."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import pairwise
from typing import Any

import pytest
from telegram.error import RetryAfter

from policybot.bot.outbox import rate_limiter
from policybot.bot.outbox.rate_limiter import SendLimiter
from tests.bot.passing import in_passing_time


def now() -> float:
    return asyncio.get_running_loop().time()


class Calls:
    """Calls that went through, each with its time; ``floods`` are refused first."""

    def __init__(self, *floods: int) -> None:
        self.limiter = SendLimiter()
        self.at: list[tuple[int, float]] = []
        self.floods = deque(floods)
        self.refused = 0

    async def send(self, chat: int, endpoint: str = "sendMessage") -> None:
        async def callback() -> bool:
            if self.floods:
                self.refused += 1
                raise RetryAfter(self.floods.popleft())
            self.at.append((chat, now()))
            return True

        data: dict[str, Any] = {"chat_id": chat}
        await self.limiter.process_request(callback, (), {}, endpoint, data, None)


@in_passing_time
async def test_a_chat_gets_a_short_burst_and_then_one_message_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_INTERVAL", 0.4)
    calls = Calls()
    await asyncio.gather(*(calls.send(1) for _ in range(6)))
    times = [at for _, at in calls.at]
    assert times[2] - times[0] < 0.4
    assert times[5] - times[0] >= 1.19
    assert all(b - a >= 0.3 for a, b in pairwise(times[2:]))


@in_passing_time
async def test_after_a_429_no_chat_gets_a_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_INTERVAL", 0.3)
    calls = Calls(1)
    await calls.send(1)
    await asyncio.gather(*(calls.send(2) for _ in range(3)))
    times = [at for chat, at in calls.at if chat == 2]
    assert all(b - a >= 0.25 for a, b in pairwise(times))


@in_passing_time
async def test_an_edit_waits_for_no_message_of_its_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limiter, "CHAT_INTERVAL", 30.0)
    calls = Calls()
    sending = [asyncio.create_task(calls.send(1)) for _ in range(5)]
    await asyncio.sleep(0.3)
    for _ in range(3):
        await calls.send(1, "editMessageText")
    assert len(calls.at) == 6
    for task in sending:
        task.cancel()


@in_passing_time
async def test_an_edit_that_is_told_to_wait_is_made_again() -> None:
    calls = Calls(1)
    await calls.send(1, "editMessageText")
    assert len(calls.at) == 1
    assert calls.refused == 1


@in_passing_time
async def test_all_chats_together_get_fewer_than_thirty_a_second() -> None:
    calls = Calls()
    started = now()
    await asyncio.gather(*(calls.send(n) for n in range(1, 41)))
    assert now() - started >= 39 / 30
    times = [at for _, at in calls.at]
    assert len(times) == 40
    assert all(times[n + 29] - times[n] >= 0.9 for n in range(len(times) - 29))


@in_passing_time
async def test_a_group_gets_twenty_a_minute() -> None:
    calls = Calls()
    started = now()
    # Twenty that left all but a minute ago.
    calls.limiter._chats[-5] = rate_limiter._Chat(sent=deque([started - 59.7] * 20, maxlen=20))
    await calls.send(-5)
    assert 0.25 < now() - started < 0.4


@in_passing_time
async def test_a_429_makes_its_chat_wait_and_no_other() -> None:
    calls = Calls(1)
    started = now()
    waiting = asyncio.create_task(calls.send(1))
    await asyncio.sleep(0.05)
    await calls.send(2)
    assert now() - started < 0.9
    await waiting
    assert calls.at[-1][1] - started >= 1.0


@in_passing_time
async def test_429s_on_three_chats_at_once_hold_back_all() -> None:
    calls = Calls(1, 1, 1)
    started = now()
    told = [asyncio.create_task(calls.send(n)) for n in (1, 2, 3)]
    await asyncio.sleep(0.3)
    await calls.send(4)
    assert now() - started >= 1.0
    await asyncio.gather(*told)
    assert calls.refused == 3


@in_passing_time
async def test_a_wait_that_is_too_long_is_not_waited_for() -> None:
    with pytest.raises(RetryAfter):
        await Calls(100_000).send(1)


@in_passing_time
async def test_typing_waits_for_nothing_and_is_not_insisted_on() -> None:
    with pytest.raises(RetryAfter):
        await Calls(1).send(1, "sendChatAction")
