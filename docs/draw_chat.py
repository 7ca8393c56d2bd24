"""Draw a chat with the bot into docs/chat.png: what it sends, in the colours of a chat.

    python -m docs.draw_chat [--index embeddings]

The bot is the real one, on the index of this checkout, and talks to the strict Bot API server of
this repository; Chromium paints what was sent. It is no picture of Telegram's own programs, whose
fonts and colours are each person's.
"""

from __future__ import annotations

import argparse
import html
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from selenium import webdriver

from botapi_server import botapi_thread
from botapi_server.world import Message

ROOT = Path(__file__).resolve().parents[1]
PICTURE = Path(__file__).parent / "chat.png"
QUESTIONS = (
    "What are special funds for the Internet of Things used for?",
    "What did MIIT issue in 2012?",
)
WIDTH, SCALE = 460, 2
MARKS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "url": "a",
}
STYLE = """
body { margin: 0; padding: 14px; background: #cfd9c4;
  font: 15px/1.38 system-ui, 'DejaVu Sans', sans-serif }
.message { max-width: 400px; margin: 0 0 10px; padding: 8px 11px; border-radius: 12px;
  background: #fff; white-space: pre-wrap; overflow-wrap: anywhere }
.message.mine { margin-left: auto; width: fit-content; background: #e3fdcb }
blockquote { margin: 3px 0; padding: 4px 9px; border-left: 3px solid #3a8ac9; border-radius: 4px;
  background: #e9f2fa }
a { color: #1c6fb3; text-decoration: none }
.row { display: flex; gap: 4px; max-width: 422px; margin: -6px 0 10px }
.row span { flex: 1; padding: 6px 4px; border-radius: 8px; background: #6f8a66; color: #fff;
  text-align: center; font-size: 13px; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis }
.row + .row { margin-top: -7px }
"""


def painted(message: Message) -> str:
    """Return a message as HTML: its text with what is bold, quoted or a link, and its buttons."""
    units = message.plain.encode("utf-16-le")
    opened: dict[int, list[str]] = {}
    closed: dict[int, list[str]] = {}
    for entity in sorted(message.entities, key=lambda entity: -entity["length"]):
        if mark := MARKS.get(entity["type"]):
            opened.setdefault(entity["offset"], []).append(f"<{mark}>")
            closed.setdefault(entity["offset"] + entity["length"], []).insert(0, f"</{mark}>")
    places = sorted({0, len(units) // 2, *opened, *closed})
    parts: list[str] = []
    for at, begin in enumerate(places):
        parts += closed.get(begin, []) + opened.get(begin, [])
        end = places[at + 1] if at + 1 < len(places) else begin
        parts.append(html.escape(units[2 * begin : 2 * end].decode("utf-16-le")))
    sender = "message" if message.from_bot else "message mine"
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    buttons = (
        "".join(f"<span>{html.escape(button['text'])}</span>" for button in row) for row in rows
    )
    below = "".join(f"<div class='row'>{row}</div>" for row in buttons)
    return f"<div class='{sender}'>{''.join(parts)}</div>{below}"


def spoken(index: Path) -> list[Message]:
    """Ask the questions of the bot as a process; return the messages of the chat, in order."""
    with botapi_thread() as server, tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "bot.toml"
        config.write_text(
            f'[corpus]\npath = "{ROOT / "corpus"}"\n[index]\npath = "{index}"\n'
            f'[telegram]\nbase_url = "{server.base_url}"\nstate = "{folder}/state.sqlite"\n'
        )
        command = [sys.executable, "-m", "policybot", "--config", str(config), "bot"]
        environment = os.environ | {"POLICYBOT_TOKEN": server.token, "HF_HUB_OFFLINE": "1"}
        chat = server.private(server.user(first_name="Ann", language_code="en"))
        messages: list[Message] = []
        with subprocess.Popen(command, env=environment) as bot:
            for question in QUESTIONS:
                messages += [chat.send(question), chat.next_message_sync(timeout=120)]
            bot.terminate()
        return messages


def paint(messages: list[Message], picture: Path) -> None:
    """Write the picture of a chat, as high as it is.

    Raises:
        SystemExit: there is no Chromium.
    """
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if not browser:
        sys.exit("no chromium here: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for option in ("--headless=new", "--no-sandbox", f"--force-device-scale-factor={SCALE}"):
        options.add_argument(option)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "chat.html"
        body = "".join(painted(message) for message in messages)
        page.write_text(f"<!doctype html><meta charset='utf-8'><style>{STYLE}</style>{body}")
        driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            driver.get(page.as_uri())
            metrics = {"width": WIDTH, "height": 600, "deviceScaleFactor": SCALE, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            height = driver.execute_script("return document.documentElement.scrollHeight")
            metrics["height"] = height
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            driver.save_screenshot(str(picture))
        finally:
            driver.quit()


def main() -> None:
    """Draw the chat."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", type=Path, default=ROOT / "embeddings")
    parser.add_argument("--out", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    paint(spoken(arguments.index.resolve()), arguments.out)


if __name__ == "__main__":
    main()
