"""Updates by polling and by webhook, inline queries, commands."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot
from telegram import error as errors

from botapi_server import BotApiServer
from botapi_server.tests.calls import call, refusal


class TestInline:
    async def test_a_chosen_result_becomes_a_message(self, server: BotApiServer, bot: Bot) -> None:
        ann = server.user(7)
        query = ann.inline("rain", offset="20")
        (update,) = await bot.get_updates(timeout=5)
        assert update.inline_query is not None
        article = {
            "type": "article",
            "id": "p1",
            "title": "Rain",
            "input_message_content": {"message_text": "<b>Rain</b>", "parse_mode": "HTML"},
            "reply_markup": {"inline_keyboard": [[{"text": "more", "callback_data": "m"}]]},
        }
        await bot._post(
            "answerInlineQuery",
            {"inline_query_id": update.inline_query.id, "results": [article], "next_offset": "40"},
        )
        answer = await query.answered()
        assert (answer.next_offset, answer.cache_time, answer.text("p1")) == ("40", 300, "Rain")
        message = ann.choose(query, "p1", chat=server.private(ann))
        assert message.marked("bold") == ["Rain"]
        await bot.edit_message_text("new", inline_message_id=message.inline_message_id)
        assert message.text == "new"

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"results": 51}, "RESULTS_TOO_MUCH"),
            ({"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
            ({"id": "政" * 22}, "RESULT_ID_INVALID"),
            ({"id": ""}, "RESULT_ID_INVALID"),
            ({"title": ""}, "ARTICLE_TITLE_EMPTY"),
            ({"text": "x" * 4097}, "message is too long"),
            ({"text": ""}, "message text is empty"),
            ({"button": {"text": "x", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
            ({"twice": True}, "RESULT_ID_DUPLICATE"),
        ],
    )
    async def test_a_bad_answer_is_refused(
        self, server: BotApiServer, http: aiohttp.ClientSession, change: dict[str, Any], why: str
    ) -> None:
        query = server.user(7).inline("rain")
        article = {
            "type": "article",
            "id": change.get("id", "p1"),
            "title": change.get("title", "Rain"),
            "input_message_content": {"message_text": change.get("text", "Rain")},
        }
        many = change.get("results", 1)
        results = [article | {"id": f"p{n}"} for n in range(many)] if many > 1 else [article]
        told = await refusal(
            http,
            server,
            "answerInlineQuery",
            inline_query_id=query.id,
            results=results * 2 if change.get("twice") else results,
            next_offset=change.get("next_offset", ""),
            button=change.get("button"),
        )
        assert told == f"Bad Request: {why}"


class TestCommands:
    async def test_are_kept_by_scope_and_language(self, server: BotApiServer, bot: Bot) -> None:
        server.private(server.user(7))
        await bot.set_my_commands([("ask", "Ask")])
        await bot.set_my_commands([("ask", "提问")], language_code="zh")
        await bot.set_my_commands([("status", "State")], scope={"type": "chat", "chat_id": 7})  # type: ignore[arg-type]
        assert [c.description for c in await bot.get_my_commands(language_code="zh")] == ["提问"]
        assert ('{"chat_id": 7, "type": "chat"}', "") in server.commands

    @pytest.mark.parametrize(
        ("params", "why"),
        [
            ({"commands": [{"command": "Ask", "description": "x"}]}, "BOT_COMMAND_INVALID"),
            ({"commands": [{"command": "ask", "description": ""}]}, "BOT_COMMAND_DESCRIPTION"),
            ({"commands": [], "language_code": "zh-hans"}, "invalid language code specified"),
            ({"commands": [], "scope": {"type": "chat", "chat_id": 1}}, "chat not found"),
        ],
    )
    async def test_bad_ones_are_refused(
        self,
        server: BotApiServer,
        http: aiohttp.ClientSession,
        params: dict[str, Any],
        why: str,
    ) -> None:
        assert why in await refusal(http, server, "setMyCommands", **params)


class TestUpdates:
    async def test_stay_until_confirmed(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        chat.send("one")
        chat.send("two")
        first = await bot.get_updates()
        again = await bot.get_updates()
        assert [u.update_id for u in first] == [u.update_id for u in again]
        (left,) = await bot.get_updates(offset=first[1].update_id)
        assert left.message is not None
        assert left.message.text == "two"
        await bot.get_updates(offset=left.update_id + 1)
        await server.idle()

    async def test_a_long_poll_ends_when_something_comes(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await server.wait_for(lambda: server.updates.polling)
        server.private(server.user(7)).send("hello")
        (update,) = await poll
        assert update.message is not None

    async def test_a_second_poller_ends_the_first(
        self, server: BotApiServer, bot: Bot, http: aiohttp.ClientSession
    ) -> None:
        first = asyncio.create_task(bot.get_updates(timeout=30))
        await server.wait_for(lambda: server.updates.polling)
        second = asyncio.create_task(call(http, server, "getUpdates", timeout=30))
        with pytest.raises(errors.Conflict):
            await first
        server.private(server.user(7)).send("hello")
        _, body = await second
        assert len(body["result"]) == 1

    async def test_conflicts_on_demand(self, server: BotApiServer, bot: Bot) -> None:
        server.force_conflict(1)
        with pytest.raises(errors.Conflict):
            await bot.get_updates()
        await bot.get_updates()

    async def test_only_allowed_kinds_are_kept(self, server: BotApiServer, bot: Bot) -> None:
        await bot.get_updates(allowed_updates=["message"])
        ann = server.user(7)
        ann.inline("x")
        server.private(ann).send("hello")
        assert [u.inline_query for u in await bot.get_updates()] == [None]

    async def test_edits_of_people_and_other_kinds_arrive(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        chat = server.private(server.user(7))
        chat.edit(chat.send("one"), "two")
        chat.send("look", media="photo")
        chat.send(media="sticker")
        _, edited, photo, sticker = await bot.get_updates()
        assert edited.edited_message is not None
        assert edited.edited_message.text == "two"
        assert photo.message is not None
        assert photo.message.caption == "look"
        assert photo.message.photo
        assert sticker.message is not None
        assert sticker.message.sticker is not None

    async def test_privacy_keeps_ordinary_group_messages_away(self) -> None:
        async with BotApiServer(privacy=True) as server:
            group = server.group()
            own = "/ask@policy_test_bot x"
            for text in ("hello", "/ask x", own, "/ask@other_bot x", "hey @policy_test_bot"):
                group.send(text)
            texts = [u["message"]["text"] for u in server.pending]
            assert texts == ["/ask x", own]


class TestWebhook:
    async def test_is_called_with_the_secret_until_it_accepts(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        got: list[tuple[str | None, str]] = []

        async def receive(request: web.BaseRequest) -> web.Response:
            body = await request.json()
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
            got.append((secret, body["message"]["text"]))
            return web.Response(status=500 if len(got) == 1 else 200)

        runner = web.ServerRunner(web.Server(receive))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s-1_A")
        with pytest.raises(errors.Conflict, match="webhook is active"):
            await bot.get_updates()
        chat = server.private(server.user(7))
        chat.send("one")
        chat.send("two")
        await server.idle()
        assert got == [("s-1_A", "one"), ("s-1_A", "one"), ("s-1_A", "two")]
        await bot.delete_webhook()
        assert not (await bot.get_webhook_info()).url
        await runner.cleanup()

    @pytest.mark.parametrize(
        ("params", "why"),
        [
            ({"url": "http://example.org/"}, "HTTPS URL must be provided"),
            ({"url": "https://example.org:5000/"}, "only on ports 80, 88, 443 or 8443"),
            ({"url": "https://example.org", "secret_token": "a b"}, "unallowed characters"),
            ({"url": "https://example.org", "secret_token": "a" * 257}, "too long"),
        ],
    )
    async def test_a_bad_one_is_refused(
        self,
        server: BotApiServer,
        http: aiohttp.ClientSession,
        params: dict[str, Any],
        why: str,
    ) -> None:
        assert why in await refusal(http, server, "setWebhook", **params)
