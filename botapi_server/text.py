"""Texts as Telegram keeps them: cleaned, trimmed, measured, with all their entities."""

import re
from dataclasses import dataclass, field
from typing import Any

from botapi_server.html import Entity, parse_html, sort_entities, utf16_length
from botapi_server.links import checked_link
from botapi_server.params import ApiError, Params, bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100

_SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_PRE = {"pre", "code"}
_EXPLICIT = (
    _SPLITTABLE | _QUOTES | _PRE | {"text_link", "text_mention", "custom_emoji", "date_time"}
)
_DETECTED = {
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
}
# Removed or replaced by a space before a text is kept.
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\0-\x09\x0b-\x1f]")
# What a text of nothing else than this is: empty.
_BLANK = re.compile(
    "[\\s\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufffc\ufeff\u00a0"
    "\U000e0000-\U000e007f]*"
)
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"«»“”]+|(?<![\w@.\-])(?:[a-z0-9\-]+\.)+"
    r"(?:com|org|net|edu|gov|info|int|io|me|cn|eu|uk|de|fr|jp|ru|ai|co|dev|md|py|sh|rs|pl|zip)(?![\w\-@])(?:/[^\s<>\"«»“”]*)?)"
    r"|(?P<email>(?<![\w.+\-])[\w.+\-]+@(?:[a-z0-9\-]+\.)+[a-z]{2,}(?![\w\-]))"
    r"|(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<!\w)@[a-zA-Z0-9_]{4,32}(?!\w))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w{1,256})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A plain text and its entities, offsets in UTF-16 code units."""

    text: str = ""
    entities: list[Entity] = field(default_factory=list)


def slice_utf16(text: str, offset: int, length: int) -> str:
    if text.isascii():
        return text[offset : offset + length]
    data = text.encode("utf-16-le")[2 * offset : 2 * (offset + length)]
    return data.decode("utf-16-le", "surrogatepass")


def find_entities(text: str) -> list[Entity]:
    """What Telegram marks by itself: commands, mentions, hashtags, addresses."""
    found: list[Entity] = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or ""
        wording = match[0]
        if kind == "url":
            wording = wording.rstrip(".,:;!?'\")】）。，")
            if checked_link(wording) is None:
                continue
        offset = utf16_length(text[: match.start()])
        found.append({"type": kind, "offset": offset, "length": utf16_length(wording)})
    return found


def formatted(params: Params, name: str, limit: int) -> Formatted:
    """The text of a parameter after parsing; ``name`` is ``text``, ``caption`` or alike.

    Raises:
        ApiError: 400: entities that cannot be parsed, too long, not UTF-8.
    """
    raw = params.text(name)
    mode = params.text("parse_mode").strip().lower()
    explicit = params.json("entities" if name in {"text", "message_text"} else "caption_entities")
    if mode == "html":
        text, entities = parse_html(raw)
    elif mode in {"", "none"}:
        text, entities = raw, _explicit_entities(explicit, raw)
    else:
        raise bad_request("unsupported parse_mode")
    result = tidy(text, entities)
    if utf16_length(result.text) > limit:
        raise bad_request(
            "message is too long" if limit == TEXT_LIMIT else "message caption is too long"
        )
    return result


def required_text(params: Params, name: str = "text") -> Formatted:
    if not params.text(name):
        raise bad_request("message text is empty")
    result = formatted(params, name, TEXT_LIMIT)
    if _BLANK.fullmatch(result.text):
        raise bad_request("text must be non-empty")
    return result


def tidy(text: str, entities: list[Entity]) -> Formatted:
    """Clean and trim a text, and bring its entities to the one form Telegram would return."""
    dropped = [utf16_length(text[: m.start()]) for m in _DROPPED.finditer(text)]
    text = _CONTROL.sub(" ", _DROPPED.sub("", text))
    spans: list[Entity] = []
    for entity in entities:
        begin = _shifted(entity["offset"], dropped)
        end = _shifted(entity["offset"] + entity["length"], dropped)
        spans.append(entity | {"offset": begin, "length": end - begin})
    entities = _nested([e for e in spans if e["length"] > 0])
    text = text.rstrip(" \n")
    end = utf16_length(text)
    entities = [e for e in entities if e["offset"] < end]
    for entity in entities:
        entity["length"] = min(entity["length"], end - entity["offset"])
    first = entities[0]["offset"] if entities else end
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    for entity in entities:
        entity["offset"] -= lead
    text = text[lead:]
    fixed = [e for e in entities if e["type"] not in _SPLITTABLE]
    new = [e for e in find_entities(text) if not any(_overlap(e, other) for other in fixed)]
    sort_entities(entities)
    entities = entities[:ENTITY_LIMIT] + new
    sort_entities(entities)
    return Formatted(text, entities)


def _shifted(offset: int, dropped: list[int]) -> int:
    return offset - sum(1 for position in dropped if position < offset)


def _overlap(one: Entity, other: Entity) -> bool:
    if other["type"] in _QUOTES:
        return False
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )


def _nested(entities: list[Entity]) -> list[Entity]:
    """Entities that can stand together: no marks in code, no links in links, marks merged."""
    sort_entities(entities)
    kept: list[Entity] = []
    for group in (
        [e for e in entities if e["type"] in _QUOTES],
        [e for e in entities if e["type"] not in _QUOTES | _SPLITTABLE],
    ):
        end = -1
        for entity in group:
            if entity["offset"] >= end:
                kept.append(entity)
                end = entity["offset"] + entity["length"]
    walls = [(e["offset"], e["offset"] + e["length"]) for e in kept if e["type"] in _PRE]
    for kind in sorted(_SPLITTABLE):
        merged: list[list[int]] = []
        for entity in entities:
            if entity["type"] != kind:
                continue
            begin, end = entity["offset"], entity["offset"] + entity["length"]
            if merged and begin <= merged[-1][1]:
                merged[-1][1] = max(end, merged[-1][1])
            else:
                merged.append([begin, end])
        for begin, end in merged:
            for left, right in _outside(begin, end, walls):
                kept.append({"type": kind, "offset": left, "length": right - left})
    sort_entities(kept)
    return kept


def _outside(begin: int, end: int, walls: list[tuple[int, int]]) -> list[tuple[int, int]]:
    pieces = []
    for left, right in sorted(walls):
        if right <= begin or left >= end:
            continue
        if begin < left:
            pieces.append((begin, left))
        begin = max(begin, right)
    if begin < end:
        pieces.append((begin, end))
    return pieces


def _explicit_entities(given: Any, text: str) -> list[Entity]:
    """The ``entities`` parameter, each a dictionary of Telegram's, inside the text."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request("expected an Array of MessageEntity")
    length = utf16_length(text)
    entities: list[Entity] = []
    for entity in given:
        try:
            kind = entity["type"]
            offset, size = int(entity["offset"]), int(entity["length"])
        except (KeyError, TypeError, ValueError):
            raise bad_request("can't parse MessageEntity") from None
        if kind in _DETECTED:
            continue
        if kind not in _EXPLICIT:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if offset < 0 or size < 0 or offset + size > length:
            raise ApiError(
                400,
                f"Bad Request: entity beginning at UTF-16 offset {offset} ends after the end of "
                f"the text at UTF-16 offset {offset + size}",
            )
        kept = {"type": kind, "offset": offset, "length": size}
        if kind == "text_link":
            link = checked_link(str(entity.get("url", "")))
            if link is None:
                continue
            kept["url"] = link
        elif kind == "text_mention":
            kept["user_id"] = int(entity["user"]["id"])
        elif kind == "pre" and entity.get("language"):
            kept["language"] = entity["language"]
        elif kind == "custom_emoji":
            kept["custom_emoji_id"] = entity.get("custom_emoji_id")
        entities.append(kept)
    return entities
