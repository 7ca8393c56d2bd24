"""The methods that answer callback and inline queries."""

import re
from typing import TYPE_CHECKING, Any

from botapi_server.keyboards import check_markup
from botapi_server.links import checked_link
from botapi_server.params import Params, bad_request
from botapi_server.questions import InlineAnswer, InlineContent
from botapi_server.text import Formatted, required_text

if TYPE_CHECKING:
    from botapi_server.server import BotApiServer

RESULT_LIMIT = 50
_TYPES = {
    "article",
    "audio",
    "contact",
    "document",
    "gif",
    "location",
    "mpeg4_gif",
    "photo",
    "sticker",
    "venue",
    "video",
    "voice",
}


def answer_callback_query(server: "BotApiServer", params: Params) -> bool:
    text = params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.text("url")
    if url and checked_link(url) is None:
        raise bad_request("URL_INVALID")
    if params.number("cache_time") < 0:
        raise bad_request("wrong cache_time specified")
    answer = {
        "text": text,
        "show_alert": params.flag("show_alert"),
        "url": url,
        "cache_time": params.number("cache_time"),
    }
    server.questions.answer_press(params.text("callback_query_id"), answer)
    return True


def answer_inline_query(server: "BotApiServer", params: Params) -> bool:
    results = params.json("results")
    if not isinstance(results, list) or not all(isinstance(r, dict) for r in results):
        raise bad_request("can't parse inline query results: expected an Array of Objects")
    if len(results) > RESULT_LIMIT:
        raise bad_request("RESULTS_TOO_MUCH")
    next_offset = params.text("next_offset")
    if len(next_offset.encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    cache_time = params.number("cache_time", 300)
    if cache_time < 0:
        raise bad_request("wrong cache_time specified")
    contents: dict[str, InlineContent] = {}
    for result in results:
        result_id = result.get("id")
        if not isinstance(result_id, str) or not 1 <= len(result_id.encode()) <= 64:
            raise bad_request("RESULT_ID_INVALID")
        if result_id in contents:
            raise bad_request("RESULT_ID_DUPLICATE")
        contents[result_id] = _content(result)
    answer = InlineAnswer(
        results,
        next_offset,
        cache_time,
        params.flag("is_personal"),
        _button(params.json("button")),
        contents,
    )
    server.questions.answer_inline(params.text("inline_query_id"), answer)
    return True


def _content(result: dict[str, Any]) -> InlineContent:
    kind = result.get("type")
    if kind not in _TYPES:
        raise bad_request("can't parse inline query result: Inline query result type is unknown")
    markup = check_markup(result.get("reply_markup"), inline_only=True)
    content = result.get("input_message_content")
    if kind == "article":
        if not str(result.get("title") or "").strip():
            raise bad_request("ARTICLE_TITLE_EMPTY")
        if content is None:
            raise bad_request(
                "can't parse inline query result: Can't find field input_message_content"
            )
    for name in ("url", "thumbnail_url", "photo_url"):
        if result.get(name) and checked_link(str(result[name])) is None:
            raise bad_request("WEBDOCUMENT_URL_INVALID")
    if content is None:
        return InlineContent(Formatted(str(result.get("caption") or "")), markup, None)
    if not isinstance(content, dict):
        raise bad_request("can't parse inline query result: InputMessageContent must be an Object")
    if "message_text" not in content:
        return InlineContent(Formatted(), markup, None)
    given = Params(content)
    text = required_text(given, "message_text")
    return InlineContent(text, markup, given.mapping("link_preview_options") or None)


def _button(given: Any) -> dict[str, Any] | None:
    """The button above inline results."""
    if given is None:
        return None
    if not isinstance(given, dict) or not str(given.get("text") or "").strip():
        raise bad_request("can't parse inline query results button")
    if len({"web_app", "start_parameter"} & given.keys()) != 1:
        raise bad_request("exactly one of web_app and start_parameter must be specified")
    start = given.get("start_parameter")
    if start is not None and not re.fullmatch("[A-Za-z0-9_-]{1,64}", str(start)):
        raise bad_request("START_PARAM_INVALID")
    return given


METHODS = {
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
}
