"""Faults on demand, flood limits, and the ways to run a server."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram import error as errors
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes

from botapi_server import BotApiServer, FloodLimits, botapi_thread

ROOT = Path(__file__).parents[2]


class TestTrouble:
    async def test_drop_after_delivers_and_says_nothing(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        chat = server.private(server.user(7))
        for kind, delivered in (("drop_before", 0), ("drop_after", 1)):
            server.fault("sendMessage", kind, chat_id=7)  # type: ignore[arg-type]
            with pytest.raises(errors.NetworkError):
                await bot.send_message(7, "x")
            assert len(chat.bot_messages) == delivered

    async def test_a_call_that_came_whole_is_acted_on_though_its_sender_died(
        self, server: BotApiServer
    ) -> None:
        chat = server.private(server.user(7))
        body = b"chat_id=7&text=x"
        head = (
            f"POST /bot{server.token}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        # A killed process: its last byte, and the end of its connection, come at once.
        with socket.create_connection(("127.0.0.1", urlsplit(server.base_url).port)) as sender:
            sender.sendall(head.encode() + body)
        assert (await chat.next_message()).plain == "x"

    async def test_a_hanging_call_was_done(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        server.fault("sendMessage", "hang", seconds=30)
        with pytest.raises(errors.TimedOut):
            await bot.send_message(7, "x", read_timeout=0.1)
        assert len(chat.bot_messages) == 1

    async def test_answers_that_are_not_telegrams(self, server: BotApiServer, bot: Bot) -> None:
        server.private(server.user(7))
        server.fault("sendMessage", "bad_gateway")
        with pytest.raises(errors.NetworkError, match="Bad Gateway"):
            await bot.send_message(7, "x")
        server.fault("*", "garbage")
        with pytest.raises(errors.TelegramError, match="Invalid server response"):
            await bot.send_message(7, "x")
        server.fault("sendMessage", "internal")
        with pytest.raises(errors.NetworkError, match="Internal Server Error"):
            await bot.send_message(7, "x")
        server.fault("sendMessage", "error", code=403, description="Forbidden: go away")
        with pytest.raises(errors.Forbidden, match="go away"):
            await bot.send_message(7, "x")
        assert server.refusals == []

    async def test_a_flood_on_demand_names_its_wait(self, server: BotApiServer, bot: Bot) -> None:
        server.private(server.user(7))
        server.private(server.user(8))
        server.fault("sendMessage", "flood", chat_id=7, retry_after=3)
        await bot.send_message(8, "x")
        with pytest.raises(errors.RetryAfter, match="0:00:03"):
            await bot.send_message(7, "x")

    async def test_down_and_up_again_on_the_same_port(self, server: BotApiServer, bot: Bot) -> None:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await server.wait_for(lambda: server.updates.polling)
        url = server.base_url
        await server.down()
        with pytest.raises(errors.NetworkError):
            await poll
        with pytest.raises(errors.NetworkError):
            await bot.get_me()
        await server.up()
        assert server.base_url == url
        await bot.get_me()


class TestLimits:
    def test_a_private_chat_takes_one_a_second_after_a_burst(self) -> None:
        limits = FloodLimits()
        assert [limits.retry_after(7, 0.0, new_message=True) for _ in range(4)] == [0, 0, 0, 1]
        assert limits.retry_after(7, 1.0, new_message=True) == 0

    def test_a_group_takes_twenty_a_minute(self) -> None:
        limits = FloodLimits()
        told = [limits.retry_after(-1, float(n), new_message=True) for n in range(21)]
        assert told == [0] * 20 + [40]
        assert limits.retry_after(-1, 60.0, new_message=True) == 0

    def test_all_chats_together_take_thirty_a_second(self) -> None:
        limits = FloodLimits()
        told = [limits.retry_after(n + 1, 0.0, new_message=True) for n in range(31)]
        assert told == [0] * 30 + [1]

    def test_a_call_during_a_penalty_prolongs_it_when_asked(self) -> None:
        limits = FloodLimits(burst=1, extend=True)
        limits.retry_after(7, 0.0, new_message=True)
        assert limits.retry_after(7, 0.1, new_message=True) == 1
        assert limits.retry_after(7, 0.9, new_message=True) == 1
        assert limits.retry_after(7, 1.5, new_message=True) == 1
        assert limits.retry_after(7, 2.5, new_message=True) == 0

    async def test_the_server_keeps_them_and_counts(self) -> None:
        async with BotApiServer(limits=True) as server:
            server.private(server.user(7))
            async with Bot(server.token, base_url=server.base_url) as bot:
                for _ in range(3):
                    await bot.send_message(7, "x")
                with pytest.raises(errors.RetryAfter):
                    await bot.send_message(7, "x")
            assert server.flooded == 1


class TestRunning:
    async def test_an_application_polls_and_answers(self, server: BotApiServer) -> None:
        async def start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            assert update.message is not None
            await update.message.reply_text(f"hello {update.message.text}")

        app: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder().token(server.token).base_url(server.base_url).build()
        )
        app.add_handler(CommandHandler("start", start))
        chat = server.private(server.user(7))
        async with app:
            await app.start()
            assert app.updater is not None
            await app.updater.start_polling()
            chat.send("/start p_1")
            assert (await chat.next_message()).text == "hello /start p_1"
            await app.updater.stop()
            await app.stop()
        await server.idle()
        assert server.refusals == []

    async def test_waiting_in_vain_tells_what_the_bot_did(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        chat = server.private(server.user(7))
        with pytest.raises(TimeoutError, match="getMe"):
            await chat.next_message(timeout=0.01)

    def test_a_thread_serves_synchronous_tests(self) -> None:
        with botapi_thread() as server:
            chat = server.private(server.user(7))

            async def bot() -> None:
                async with Bot(server.token, base_url=server.base_url) as made:
                    (update,) = await made.get_updates(timeout=5)
                    assert update.message is not None
                    await update.message.reply_text("pong")

            chat.send("ping")
            asyncio.run(bot())
            assert chat.next_message_sync().text == "pong"
            server.down_sync()
            server.up_sync()
            with pytest.raises(TimeoutError):
                chat.next_edit_sync(timeout=0.01)

    def test_a_server_can_be_started_by_itself_and_typed_to(self) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "botapi_server"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            url = process.stdout.readline().split()[1]
            token = process.stdout.readline().split()[1]
            typed, printed = process.stdin, process.stdout

            async def talk() -> None:
                async with Bot(token, base_url=url) as made:
                    typed.write("ping\n")
                    typed.flush()
                    (asked,) = await made.get_updates(timeout=60)
                    assert asked.message is not None
                    assert asked.message.text == "ping"
                    button = InlineKeyboardButton("More", callback_data="m")
                    sent = await asked.message.reply_text(
                        "pong", reply_markup=InlineKeyboardMarkup([[button]])
                    )
                    lines = [await asyncio.to_thread(printed.readline) for _ in range(2)]
                    assert lines == ["pong\n", "[More]\n"]
                    typed.write("[Less]\n[More]\n")
                    typed.flush()
                    (pressed,) = await made.get_updates(offset=asked.update_id + 1, timeout=60)
                    assert pressed.callback_query is not None
                    assert pressed.callback_query.data == "m"
                    assert "no button 'Less'" in await asyncio.to_thread(printed.readline)
                    await sent.edit_text("pong!")
                    assert await asyncio.to_thread(printed.readline) == "(edited) pong!\n"

            try:
                asyncio.run(talk())
            finally:
                process.terminate()
