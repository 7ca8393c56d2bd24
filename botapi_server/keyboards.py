"""Keyboards under messages: what Telegram accepts, in its canonical form."""

from typing import Any

from botapi_server.links import checked_link
from botapi_server.params import Params, bad_request

ROW_LIMIT = 8
BUTTON_LIMIT = 100
CALLBACK_LIMIT = 64  # bytes

_ACTIONS = {
    "callback_data",
    "callback_game",
    "copy_text",
    "login_url",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "url",
    "web_app",
}
_LOOKS = {"text", "style", "icon_custom_emoji_id"}


def read_markup(params: Params, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The validated ``reply_markup`` of a call; None without one.

    Raises:
        ApiError: 400: not a keyboard, or one that Telegram refuses.
    """
    return check_markup(params.json("reply_markup"), inline_only=inline_only)


def check_markup(markup: Any, *, inline_only: bool) -> dict[str, Any] | None:
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline keyboard")
        checked = [[_inline_button(button) for button in row] for row in rows]
        return {"inline_keyboard": checked} if checked else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        for row in _rows(markup["keyboard"], "keyboard"):
            for button in row:
                text = button.get("text") if isinstance(button, dict) else button
                if not isinstance(text, str) or not text:
                    raise bad_request("keyboard button text must be non-empty")
        return markup
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        if len(markup.get("input_field_placeholder", "")) > 64:
            raise bad_request("REPLY_MARKUP_INVALID")
        return markup
    raise bad_request("can't parse reply markup JSON object")


def _rows(given: Any, what: str) -> list[list[Any]]:
    if not isinstance(given, list) or not all(isinstance(row, list) for row in given):
        raise bad_request(f"can't parse {what}: Array of Arrays of buttons expected")
    rows = [row for row in given if row]
    if sum(map(len, rows)) > BUTTON_LIMIT or any(len(row) > ROW_LIMIT for row in rows):
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return rows


def _inline_button(given: Any) -> dict[str, Any]:
    what = "can't parse inline keyboard button"
    if not isinstance(given, dict):
        raise bad_request(f"{what}: InlineKeyboardButton must be an Object")
    button = {key: value for key, value in given.items() if value is not None}
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'{what}: Can\'t find field "text"')
    if not text.strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    actions = [name for name in button if name in _ACTIONS]
    if not actions:
        raise bad_request(f"{what}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{what}: exactly one action is expected, not {', '.join(actions)}")
    unknown = set(button) - _ACTIONS - _LOOKS
    if unknown:
        raise bad_request(f"{what}: unknown fields {sorted(unknown)}")
    _check_action(actions[0], button)
    return button


def _check_action(action: str, button: dict[str, Any]) -> None:
    value = button[action]
    match action:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode()) <= CALLBACK_LIMIT:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            link = checked_link(value) if isinstance(value, str) else None
            if link is None:
                raise bad_request("BUTTON_URL_INVALID")
            button["url"] = link
        case "web_app" | "login_url":
            url = value.get("url", "") if isinstance(value, dict) else ""
            if not (checked_link(url) or "").startswith("https://"):
                raise bad_request("BUTTON_URL_INVALID")
        case "switch_inline_query" | "switch_inline_query_current_chat":
            if not isinstance(value, str) or len(value) > 256:
                raise bad_request("BUTTON_DATA_INVALID")
        case "switch_inline_query_chosen_chat":
            if not isinstance(value, dict):
                raise bad_request("BUTTON_TYPE_INVALID")
        case "copy_text":
            copied = value.get("text") if isinstance(value, dict) else None
            if not isinstance(copied, str) or not 1 <= len(copied) <= 256:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case "pay" | "callback_game":
            raise bad_request("BUTTON_TYPE_INVALID")
