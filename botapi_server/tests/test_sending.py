"""Texts, keyboards and messages are refused and kept as by Telegram."""

import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import error as errors

from botapi_server import BotApiServer
from botapi_server.html import utf16_length
from botapi_server.tests.calls import call, png, refusal


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
    @settings(deadline=None)
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
