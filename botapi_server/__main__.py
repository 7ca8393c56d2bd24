"""``python -m botapi_server``: a Telegram on loopback in a terminal, to try a bot against."""

import argparse
import asyncio
import sys
import threading

from botapi_server.chats import Chat
from botapi_server.server import TOKEN, BotApiServer
from botapi_server.world import Message


def _shown(message: Message) -> str:
    """Return what a message reads as on a terminal, each row of its buttons on a line."""
    rows = (" ".join(f"[{button.text}]" for button in row) for row in message.rows)
    return "\n".join([message.plain or "(no text)", *rows])


def _type(chat: Chat) -> None:
    """Send each line of standard input as a message; ``[Text]`` presses that button instead."""
    for line in sys.stdin:
        text = line.strip()
        if text.startswith("[") and text.endswith("]") and chat.bot_messages:
            try:
                chat.press(chat.bot_messages[-1], text[1:-1])
            except (KeyError, ValueError) as error:
                print(f"! {error.args[0]}", flush=True)
        elif text:
            chat.send(text)


async def _print(chat: Chat) -> None:
    while True:
        message = await chat.next_message(timeout=None)
        print(_shown(message), flush=True)


async def _print_edits(chat: Chat) -> None:
    while True:
        message = await chat.next_edit(timeout=None)
        print(f"(edited) {_shown(message)}", flush=True)


async def _serve(port: int, token: str, *, limits: bool) -> None:
    async with BotApiServer(token=token, port=port, limits=limits) as server:
        print(f"base_url {server.base_url}", f"token {server.token}", sep="\n", flush=True)
        chat = server.private(server.user(first_name="Ann", language_code="en"))
        threading.Thread(target=_type, args=(chat,), daemon=True).start()
        await asyncio.gather(_print(chat), _print_edits(chat))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m botapi_server",
        description="Telegram's Bot API on loopback, with one person who writes what you type. "
        "Lines typed are sent to the bot; what it answers is printed; [Text] presses a button.",
    )
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--token", default=TOKEN, help="default: one of no bot there is")
    parser.add_argument("--limits", action="store_true", help="keep Telegram's flood limits")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options.port, options.token, limits=options.limits))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
