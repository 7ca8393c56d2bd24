"""Buttons that are asked for in words."""

from __future__ import annotations

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot.handlers.typed_buttons import typed_button
from tests.bot.conftest import Start


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


@pytest.mark.parametrize(
    ("words", "button"),
    [
        ("Cite", "cite"),
        ("引用", "cite"),
        ("pdf", "as_pdf"),
        ("Word", "as_docx"),
        ("word (docx)", "as_docx"),
        ("↩ Back to the list", "back"),
        ("volver a la lista", "back"),
        ("go back to the list", "back"),
        ("how people cite", None),
        ("sources of water", None),
        ("", None),
        ("👍", None),
    ],
)
def test_words_name_a_button_when_they_are_all_that_stands_on_it(
    words: str, button: str | None
) -> None:
    assert typed_button(words) == button


async def test_what_stands_on_a_button_can_be_asked_for(start: Start, chat: Chat) -> None:
    await start()

    async def say(text: str) -> str:
        chat.send(text)
        message = await chat.next_message(timeout=60)
        return f"{message.file_name}: {message.plain}" if message.document else message.plain

    assert (await say("What are special funds?")).startswith("Special Funds Measures")
    assert await say("send me the PDF please") == "p-3.pdf: Special Funds Measures"
    assert await say("发我PDF") == "p-3.pdf: Special Funds Measures"
    assert await say("word") == "p-3.docx: Special Funds Measures"
    assert (await say("cite it")).startswith("Cite this policy")
    assert (await say("Source")).startswith("Special Funds Measures\nSource: ")
    assert (await say("follow")).startswith("Done. You’ll get an alert when “Special Funds")
    # What is spoken of is still the same.
    assert (await say("who issued it?")).startswith("Special Funds Measures")


async def test_a_list_is_gone_back_to(start: Start, chat: Chat) -> None:
    await start()
    chat.send("/list")
    listed = await chat.next_message(timeout=60)
    chat.send("2")
    opened = await chat.next_message(timeout=60)
    assert opened.plain != listed.plain
    chat.send("go back to the list")
    assert (await chat.next_message(timeout=60)).plain == listed.plain


@pytest.mark.parametrize("text", ["cite it", "send me the PDF", "back to the list", "follow"])
async def test_before_anything_is_shown_they_are_a_question(
    start: Start, chat: Chat, text: str
) -> None:
    running = await start()
    chat.send(text)
    message = await chat.next_message(timeout=60)
    assert not message.document
    assert "Cite this policy" not in message.plain
    assert running.engine.asked == [text]
