"""Telegram's HTML, parsed as its servers parse it: the same entities, the same refusals.

Positions in errors are byte offsets in UTF-8, offsets of entities are UTF-16 code units.
"""

import re
from dataclasses import dataclass
from typing import Any

from botapi_server.links import checked_link, mentioned_user
from botapi_server.params import ApiError

Entity = dict[str, Any]

_TAGS = {
    "a": "text_link",
    "b": "bold",
    "blockquote": "blockquote",
    "code": "code",
    "del": "strikethrough",
    "em": "italic",
    "i": "italic",
    "ins": "underline",
    "pre": "pre",
    "s": "strikethrough",
    "span": "spoiler",
    "strike": "strikethrough",
    "strong": "bold",
    "tg-emoji": "custom_emoji",
    "tg-spoiler": "spoiler",
    "tg-time": "date_time",
    "u": "underline",
}
# The order of entities that cover the same text.
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
# A zero byte ends the text for Telegram, and counts as a space.
_PLAIN = re.compile(rb"[^<&]+")
_REFERENCE = re.compile(rb"&(?:#[xX]([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))")
_NAME = re.compile(rb"[^ \t\r\n\0\x0b>]*")
_ATTRIBUTE = re.compile(rb"[^ \t\r\n\0\x0b=>/\"']*")
_TOKEN = re.compile(rb"[A-Za-z0-9.\-]*")
_SPACES = re.compile(rb"[ \t\r\n\x0b]*")
_SPACE_BYTES = b" \t\r\n\0\x0b"


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def sort_entities(entities: list[Entity]) -> None:
    """Sort by offset, the longest first, as Telegram lists them."""
    entities.sort(key=lambda e: (e["offset"], -e["length"], _rank(e)))


def _rank(entity: Entity) -> int:
    if entity["type"] == "pre" and entity.get("language"):
        return 10
    return _PRIORITY.get(entity["type"], 50)


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities, sorted.

    A ``text_mention`` carries ``user_id``; who that is, is the world's to say.

    Raises:
        ApiError: 400, with Telegram's description.
    """
    data = text.encode() + b"\0"
    size = len(data) - 1
    result = bytearray()
    entities: list[Entity] = []
    stack: list[_Open] = []
    offset = 0
    half_surrogate = False
    at = 0
    while at < size:
        plain = _PLAIN.match(data, at, size)
        if plain:
            result += plain[0]
            offset += utf16_length(plain[0].decode())
            at = plain.end()
        elif data[at] == ord("&"):
            character, at = _reference(data, at)
            half_surrogate |= "\ud800" <= character <= "\udfff"
            result += character.encode("utf-8", "surrogatepass")
            offset += utf16_length(character)
        elif data[at + 1] == ord("/"):
            opened, at = _end_tag(data, at, stack)
            if offset > opened.offset:
                _add(entities, opened, offset - opened.offset, result)
        else:
            tag, argument, at = _start_tag(data, at)
            stack.append(_Open(tag, argument, offset, len(result)))
    if stack:
        raise _refused(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    for entity in entities:
        language = entity.pop("code_language", None)
        if entity["type"] == "pre" and language:
            entity["language"] = language
    sort_entities(entities)
    if half_surrogate:
        raise _refused(
            "Text contains invalid Unicode characters after decoding HTML entities, check for "
            "unmatched surrogate code units"
        )
    return result.decode(), entities


def _refused(why: str) -> ApiError:
    return ApiError(400, f"Bad Request: can't parse entities: {why}")


def _reference(data: bytes, at: int) -> tuple[str, int]:
    """The character written as ``&…;`` and where it ends; a lone ``&`` stands for itself."""
    found = _REFERENCE.match(data, at)
    if found is None:
        return "&", at + 1
    if found[3] is not None:
        character = _NAMED.get(found[3])
    else:
        digits = found[1] if found[1] is not None else found[2]
        code = int(digits, 16 if found[1] is not None else 10) if digits else 0
        valid = 0 < code < 0x10FFFF and found.end() - at < 10
        character = chr(code) if valid else None
    if character is None:
        return "&", at + 1
    end = found.end()
    return character, end + 1 if data[end] == ord(";") else end


def _start_tag(data: bytes, begin: int) -> tuple[str, str, int]:
    name = _match(_NAME, data, begin + 1)
    at = begin + 1 + len(name)
    if data[at] == 0:
        raise _refused(f"Unclosed start tag at byte offset {begin}")
    tag = name.lower().decode()
    if tag not in _TAGS:
        raise _refused(f'Unsupported start tag "{tag}" at byte offset {begin}')
    argument = ""
    while data[at] != ord(">"):
        at += len(_match(_SPACES, data, at))
        if data[at] == ord(">"):
            break
        attribute = _match(_ATTRIBUTE, data, at).decode()
        if not attribute:
            raise _refused(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        at += len(attribute.encode())
        at += len(_match(_SPACES, data, at))
        if data[at] == 0:
            raise _refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = ""
        if data[at] == ord("="):
            at += 1
            at += len(_match(_SPACES, data, at))
            if data[at] == 0:
                raise _refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
            value, at = _attribute_value(data, at)
            if data[at] == 0:
                raise _refused(f"Unclosed start tag at byte offset {begin}")
        argument = _argument(tag, attribute, value, argument)
    if tag == "span" and argument != "spoiler":
        raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
    return tag, argument, at + 1


def _argument(tag: str, attribute: str, value: str, argument: str) -> str:
    match tag, attribute:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "1"
    return argument


def _attribute_value(data: bytes, at: int) -> tuple[str, int]:
    quote = data[at]
    if quote not in b"\"'":
        token = _match(_TOKEN, data, at)
        end = at + len(token)
        if data[end] not in _SPACE_BYTES and data[end] != ord(">"):
            raise _refused(f"Unexpected end of name token at byte offset {at}")
        return token.lower().decode(), end
    at += 1
    value = bytearray()
    while data[at] not in (quote, 0):
        if data[at] == ord("&"):
            character, at = _reference(data, at)
            value += character.encode("utf-8", "surrogatepass")
        else:
            value.append(data[at])
            at += 1
    return value.decode("utf-8", "replace"), at + 1 if data[at] == quote else at


def _end_tag(data: bytes, begin: int, stack: list[_Open]) -> tuple[_Open, int]:
    """What an end tag closes, and where the tag ends."""
    if not stack:
        raise _refused(f"Unexpected end tag at byte offset {begin}")
    name = _match(_NAME, data, begin + 2)
    at = begin + 2 + len(name)
    at += len(_match(_SPACES, data, at))
    if data[at] != ord(">"):
        raise _refused(f"Unclosed end tag at byte offset {begin}")
    opened = stack.pop()
    end_tag = name.lower().decode()
    if end_tag and end_tag != opened.tag:
        raise _refused(
            f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", '
            f'found "</{end_tag}>"'
        )
    return opened, at + 1


def _add(entities: list[Entity], opened: _Open, length: int, result: bytearray) -> None:
    entity: Entity = {"type": _TAGS[opened.tag], "offset": opened.offset, "length": length}
    last = entities[-1] if entities else None
    same = last is not None and (last["offset"], last["length"]) == (opened.offset, length)
    match opened.tag:
        case "a":
            url = opened.argument or result[opened.begin :].decode("utf-8", "replace")
            user_id = mentioned_user(url)
            link = checked_link(url)
            if user_id is not None:
                entity |= {"type": "text_mention", "user_id": user_id}
            elif link is None:
                return
            else:
                entity["url"] = link
        case "pre" if last and same and last["type"] == "code" and last["code_language"]:
            last["type"] = "pre"
            return
        case "code":
            if last and same and last["type"] == "pre" and opened.argument:
                last["code_language"] = opened.argument
                return
            entity["code_language"] = opened.argument
        case "tg-emoji":
            if not re.fullmatch("-?[0-9]+", opened.argument) or int(opened.argument) == 0:
                raise _refused("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        case "tg-time":
            if not re.fullmatch("[0-9]+", opened.argument) or int(opened.argument) == 0:
                return
            entity["unix_time"] = int(opened.argument)
        case "blockquote" if opened.argument:
            entity["type"] = "expandable_blockquote"
    entities.append(entity)


def _match(pattern: re.Pattern[bytes], data: bytes, at: int) -> bytes:
    found = pattern.match(data, at)
    return found[0] if found else b""
