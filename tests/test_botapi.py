"""The Bot API server the tests contain is as strict as Telegram's."""

import asyncio
import json
import os
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import tdjson
from aiohttp import web
from hypothesis import example, given
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram import error as errors
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes

from tests.botapi import ApiError, BotApiServer, FloodLimits, botapi_thread
from tests.botapi.html import Entity, parse_html, utf16_length
from tests.botapi.links import checked_link

Reply = tuple[int, dict[str, Any]]


@pytest.fixture(autouse=True)
def _waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    made = Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)
    async with made:
        yield made


async def call(
    http: aiohttp.ClientSession, server: BotApiServer, method: str, **params: Any
) -> Reply:
    url = f"{server.base_url}{server.token}/{method}"
    async with http.post(url, json=params) as response:
        return response.status, await response.json()


async def refusal(
    http: aiohttp.ClientSession, server: BotApiServer, method: str, **params: Any
) -> str:
    status, body = await call(http, server, method, **params)
    assert status == body["error_code"]
    return str(body["description"])


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


_TYPES = {
    "BlockQuote": "blockquote",
    "Bold": "bold",
    "Code": "code",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "ExpandableBlockQuote": "expandable_blockquote",
    "Italic": "italic",
    "MentionName": "text_mention",
    "Pre": "pre",
    "PreCode": "pre",
    "Spoiler": "spoiler",
    "Strikethrough": "strikethrough",
    "TextUrl": "text_link",
    "Underline": "underline",
}
_PIECES = [
    *("<b>", "</b>", "<i>", "</i>", "<u x=1>", "</u>", "<s>", "</s>", "<A>", "</A >"),
    *('<a href="', "http://x.com", "tg://user?id=5", '">', "</a>", "<a href=x.org>", "</>"),
    *("<pre>", "</pre>", '<code class="language-py">', "<code>", "</code>"),
    *("<blockquote>", "<blockquote expandable>", "</blockquote>", "expandable"),
    *("<span class='tg-spoiler'>", "</span>", "<tg-spoiler>", "</tg-spoiler>"),
    *('<tg-emoji emoji-id="5">', "</tg-emoji>", "<tg-time unix=7>", "</tg-time>"),
    *("<", "</", "/", ">", " ", "=", "'", '"', "\n", "\0", "a", "é", "政策", "😀", "<script>"),
    *("&lt;", "&gt", "&amp;", "&quot;", "&nbsp;", "&", "&#", "&#x", "&#65;", "x", "1", ";"),
]

_LINK_PIECES = [
    *("http://", "https://", "HTTP://", "ftp://", "tg://", "ton:", "tonsite://", "[::1]"),
    *("x", "X.com", ".", ":80", ":", "/", "?", "#", "@", "é", " ", "%20", "%", "-", "_", "\n", "0"),
]
tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')


class TestHtml:
    @staticmethod
    def _telegram(html: str) -> str | tuple[str, list[Entity]]:
        request = {
            "@type": "parseTextEntities",
            "text": html,
            "parse_mode": {"@type": "textParseModeHTML"},
        }
        answer = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
        if answer["@type"] == "error":
            return str(answer["message"])
        entities: list[Entity] = []
        for found in answer["entities"]:
            kind = found["type"]
            name = _TYPES[kind["@type"].removeprefix("textEntityType")]
            entity = {"type": name, "offset": found["offset"], "length": found["length"]}
            kept = ("url", "user_id", "language", "custom_emoji_id", "unix_time")
            entities.append(entity | {key: kind[key] for key in kept if key in kind})
        return answer["text"], entities

    @staticmethod
    def _ours(html: str) -> str | tuple[str, list[Entity]]:
        try:
            return parse_html(html)
        except ApiError as error:
            return error.description.replace("Bad Request: can't", "Can't")

    @given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
    @example("<b>MIIT</b> <i>issued</i> <code>a&lt;b</code>")
    @example('<pre><code class="language-c">x</code></pre>')
    @example("&#xD83D;&#xDE00;")
    @example("<b x ")
    def test_is_parsed_as_telegrams_own_parser_does(self, html: str) -> None:
        assert self._ours(html) == self._telegram(html)

    @given(st.recursive(
        st.text(st.sampled_from("ab <>&\"😀政\n"), max_size=5).map(
            lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        ),
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
            st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote expandable", "del"]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=8,
    ))  # fmt: skip
    def test_well_formed_html_has_the_same_entities(self, html: str) -> None:
        assert not isinstance(self._ours(html), str)
        assert self._ours(html) == self._telegram(html)

    @given(st.lists(st.sampled_from(_LINK_PIECES), max_size=6).map("".join))
    def test_a_link_is_kept_or_dropped_as_by_telegram(self, url: str) -> None:
        found = self._telegram(f'<a href="{url}">text</a>')
        assert isinstance(found, tuple)
        link = checked_link(url or "text")
        assert [entity["url"] for entity in found[1]] == ([link] if link else [])


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "message text is empty"),
            (" \n ", "text must be non-empty"),
            ("<b></b>\u200b", "text must be non-empty"),
            ("x" * 4097, "message is too long"),
            ("😀" * 2049, "message is too long"),
            ("<b>a", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
            ("\ud83d", "strings must be encoded in UTF-8"),
        ],
    )
    async def test_a_bad_text_is_refused(
        self, server: BotApiServer, http: aiohttp.ClientSession, text: str, why: str
    ) -> None:
        server.private(server.user(7))
        told = await refusal(http, server, "sendMessage", chat_id=7, text=text, parse_mode="HTML")
        assert told == f"Bad Request: {why}"

    async def test_length_is_counted_after_entities(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        await bot.send_message(7, f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML")
        message = await chat.next_message()
        assert message.plain == "<" * 4096
        assert message.marked("bold") == [message.plain]

    async def test_spaces_around_are_trimmed_and_offsets_follow(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        server.private(server.user(7))
        sent = await bot.send_message(7, "\n  a\r\t😀 <b> 政策 </b> \n", parse_mode="HTML")
        assert sent.text == "a 😀  政策"
        assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 5, 3)]

    async def test_commands_mentions_and_addresses_are_found(self, server: BotApiServer) -> None:
        text = "/ask@policy_test_bot 😀 @some_one #tag miit.gov.cn, https://x.org/a. a/b"
        message = server.private(server.user()).send(text)
        assert [(e["type"], message.marked(e["type"])[0]) for e in message.entities] == [
            ("bot_command", "/ask@policy_test_bot"),
            ("mention", "@some_one"),
            ("hashtag", "#tag"),
            ("url", "miit.gov.cn"),
            ("url", "miit.gov.cn"),
        ]
        assert message.marked("url") == ["miit.gov.cn", "https://x.org/a"]

    @given(st.text())
    def test_utf16_length_is_that_of_the_encoding(self, text: str) -> None:
        assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


class TestKeyboards:
    @pytest.mark.parametrize(
        ("button", "why"),
        [
            ({"text": "a", "callback_data": "政" * 22}, "BUTTON_DATA_INVALID"),
            ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
            ({"text": "a", "url": "nowhere"}, "BUTTON_URL_INVALID"),
            ({"text": " ", "callback_data": "x"}, "BUTTON_TEXT_INVALID"),
            ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
            ({"text": "a", "url": "x.com", "callback_data": "x"}, "exactly one action"),
        ],
    )
    async def test_a_bad_button_is_refused(
        self, server: BotApiServer, http: aiohttp.ClientSession, button: Any, why: str
    ) -> None:
        server.private(server.user(7))
        markup = {"inline_keyboard": [[button]]}
        told = await refusal(
            http, server, "sendMessage", chat_id=7, text="x", reply_markup=json.dumps(markup)
        )
        assert why in told

    async def test_too_many_buttons_are_refused(
        self, server: BotApiServer, http: aiohttp.ClientSession
    ) -> None:
        server.private(server.user(7))
        button = {"text": "a", "callback_data": "x"}
        for rows in ([[button] * 9], [[button]] * 101):
            told = await refusal(
                http,
                server,
                "sendMessage",
                chat_id=7,
                text="x",
                reply_markup={"inline_keyboard": rows},
            )
            assert told == "Bad Request: REPLY_MARKUP_TOO_LONG"

    async def test_pressing_a_button_asks_the_bot_once(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        chat = server.private(server.user(7))
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("▶", callback_data="next:1")]])
        await bot.send_message(7, "one", reply_markup=markup)
        press = chat.press(await chat.next_message(), "▶")
        (update,) = await bot.get_updates(timeout=5)
        assert update.callback_query is not None
        assert update.callback_query.data == "next:1"
        await update.callback_query.answer("done")
        assert (await press.answered())["text"] == "done"
        with pytest.raises(errors.BadRequest, match="Query is too old"):
            await update.callback_query.answer("again")

    async def test_an_expired_query_cannot_be_answered(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        chat = server.private(server.user(7))
        await bot.send_message(7, "one")
        chat.press(await chat.next_message(), data="forged")
        (update,) = await bot.get_updates(timeout=5)
        server.expire_queries()
        assert update.callback_query is not None
        with pytest.raises(errors.BadRequest, match="Query is too old"):
            await update.callback_query.answer()


class TestSending:
    async def test_a_wrong_token_is_unauthorized(
        self, server: BotApiServer, http: aiohttp.ClientSession
    ) -> None:
        for token, status in (("1234567890:" + "x" * 35, 401), ("nonsense", 404)):
            async with http.get(f"{server.base_url}{token}/getMe") as response:
                assert response.status == status

    async def test_an_unknown_method_is_not_found(
        self, server: BotApiServer, http: aiohttp.ClientSession
    ) -> None:
        assert (await call(http, server, "sendTelepathy"))[0] == 404

    async def test_forms_json_and_queries_are_read(
        self, server: BotApiServer, http: aiohttp.ClientSession
    ) -> None:
        chat = server.private(server.user(7))
        url = f"{server.base_url}{server.token}/sendMessage"
        await http.post(url, data={"chat_id": "7", "text": "form"})
        await http.post(url, json={"chat_id": 7, "text": "json"})
        await http.get(url, params={"chat_id": "7", "text": "query"})
        with aiohttp.MultipartWriter("form-data") as parts:
            for name, value in (("chat_id", "7"), ("text", "parts")):
                parts.append(value).set_content_disposition("form-data", name=name)
        await http.post(url, data=parts)
        assert [m.text for m in chat.bot_messages] == ["form", "json", "query", "parts"]

    async def test_an_unmodified_edit_is_refused(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        sent = await bot.send_message(7, "<b>one</b>", parse_mode="HTML")
        with pytest.raises(errors.BadRequest, match="Message is not modified"):
            await sent.edit_text("<strong>one</strong> ", parse_mode="HTML")
        await sent.edit_text("two")
        edited = await chat.next_edit()
        assert (edited.text, [version.text for version in edited.history]) == ("two", ["one"])

    async def test_messages_of_others_cannot_be_edited(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        written = server.private(server.user(7)).send("mine")
        with pytest.raises(errors.BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("x", chat_id=7, message_id=written.message_id)
        with pytest.raises(errors.BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("x", chat_id=7, message_id=999)

    async def test_a_reply_needs_its_message(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        asked = chat.send("question")
        await bot.send_message(7, "answer", reply_to_message_id=asked.message_id)
        assert (await chat.next_message()).reply_to is asked
        chat.delete(asked)
        with pytest.raises(errors.BadRequest, match="Message to be replied not found"):
            await bot.send_message(7, "late", reply_to_message_id=asked.message_id)
        await bot.send_message(
            7,
            "late",
            reply_to_message_id=asked.message_id,
            allow_sending_without_reply=True,
        )
        assert (await chat.next_message()).reply_to is None

    async def test_who_cannot_be_written_to(self, server: BotApiServer, bot: Bot) -> None:
        ann, ben = server.user(7), server.user(8)
        server.private(ann)
        ann.block()
        server.private(ben, started=False)
        group = server.group("Team", members=[ben])
        group.kick_bot()
        for chat_id, why in ((7, "blocked"), (8, "initiate"), (group.id, "kicked")):
            with pytest.raises(errors.Forbidden, match=why):
                await bot.send_message(chat_id, "x")
        with pytest.raises(errors.BadRequest, match="Chat not found"):
            await bot.send_message(9, "x")

    async def test_a_migrated_group_names_its_supergroup(
        self, server: BotApiServer, bot: Bot
    ) -> None:
        group = server.group("Team")
        new = group.migrate()
        for _ in range(2):
            with pytest.raises(errors.ChatMigrated) as caught:
                await bot.send_message(group.id, "x")
            assert caught.value.new_chat_id == new.id
        await bot.send_message(new.id, "x")

    async def test_a_topic_must_exist_in_its_forum(self, server: BotApiServer, bot: Bot) -> None:
        forum, plain = server.forum(), server.supergroup()
        topic = forum.topic("Policies")
        sent = await bot.send_message(forum.id, "x", message_thread_id=topic)
        assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
        for chat_id, thread in ((forum.id, 999), (forum.id, 1), (plain.id, topic)):
            with pytest.raises(errors.BadRequest, match="Message thread not found"):
                await bot.send_message(chat_id, "x", message_thread_id=thread)

    async def test_replies_in_a_plain_supergroup_carry_a_thread_that_is_no_topic(
        self, server: BotApiServer
    ) -> None:
        chat = server.supergroup()
        first = chat.send("first")
        reply = chat.send("second", reply_to=first).raw()
        assert reply["message_thread_id"] == first.message_id
        assert "is_topic_message" not in reply

    async def test_a_photo_must_be_one(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        picture = png()
        await bot.send_photo(7, picture, caption="<i>chart</i>", parse_mode="HTML")
        message = await chat.next_message()
        assert (message.photo, message.caption) == (picture, "chart")
        with pytest.raises(errors.BadRequest, match="Image_process_failed"):
            await bot.send_photo(7, b"not a picture")
        with pytest.raises(errors.BadRequest, match="caption is too long"):
            await bot.send_photo(7, picture, caption="x" * 1025)

    async def test_a_document_can_be_fetched_again(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        sent = await bot.send_document(7, b"whole text", filename="policy.txt")
        assert sent.document is not None
        assert (await chat.next_message()).file_name == "policy.txt"
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"whole text"

    async def test_deleting_and_actions_are_seen(self, server: BotApiServer, bot: Bot) -> None:
        chat = server.private(server.user(7))
        await bot.send_chat_action(7, "typing")
        assert await chat.next_action() == "typing"
        sent = await bot.send_message(7, "x")
        await sent.delete()
        assert (await chat.next_deletion()).deleted
        assert chat.messages == []
        with pytest.raises(errors.BadRequest, match="Message to delete not found"):
            await sent.delete()


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

    def test_a_server_can_be_started_by_itself(self) -> None:
        root = Path(__file__).parent.parent
        with subprocess.Popen(
            [sys.executable, "-m", "tests.botapi"],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[1]
            token = process.stdout.readline().split()[1]

            async def ask() -> str:
                async with Bot(token, base_url=url) as made:
                    return str((await made.get_me()).username)

            assert asyncio.run(ask()) == "policy_test_bot"
            process.terminate()
