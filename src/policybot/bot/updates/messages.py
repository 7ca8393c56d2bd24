"""Parsing of messages: a command, a question, or not addressed to the bot."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Chat, Message, MessageEntity, MessageOriginChannel


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the bot. ``command`` is None for a question in plain words."""

    command: str | None
    text: str


def read_message(message: Message, bot_id: int, username: str) -> Request | None:
    """Return a message's request, or None when it is not addressed to the bot.

    The caption of a picture or file counts as its text. In a private chat every message is
    addressed to the bot; in a group only ``/ask``, a command that names the bot (``/list@bot``), a
    mention of it, or a reply to it. A message made with its own inline mode is not.
    """
    text = message.text if message.text is not None else message.caption
    if not text or (message.via_bot and message.via_bot.id == bot_id):
        return None
    private = message.chat.type == Chat.PRIVATE
    entities = message.entities or message.caption_entities
    first = entities[0] if entities else None
    if first and first.type == MessageEntity.BOT_COMMAND and first.offset == 0:
        # A command is ASCII, so its length in UTF-16 is its length.
        name, _, addressee = text[1 : first.length].partition("@")
        if addressee and addressee.lower() != username.lower():
            return None
        if private or addressee or name.lower() == "ask":
            return Request(name.lower(), text[first.length :].strip())
    if private:
        return Request(None, text.strip())
    mentions = [
        entity
        for entity, words in _parsed(message).items()
        if words.lower() == f"@{username.lower()}" or (entity.user and entity.user.id == bot_id)
    ]
    if mentions:
        return Request(None, _without(text, mentions))
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == bot_id:
        # In a topic that the bot opened, every message "replies" to the opening.
        return None if replied.forum_topic_created else Request(None, text.strip())
    return None


def read_post(message: Message, username: str) -> Request | None:
    """Return the request in a channel post: a command at its beginning, else None."""
    first = message.entities[0] if message.entities else None
    if not message.text or not first or first.type != MessageEntity.BOT_COMMAND or first.offset:
        return None
    name, _, addressee = message.text[1 : first.length].partition("@")
    if addressee and addressee.lower() != username.lower():
        return None
    return Request(name.lower(), message.text[first.length :].strip())


def forwarded_from(message: Message) -> int | None:
    """Return the channel from which a message, or the one it replies to, was forwarded."""
    for source in (message, message.reply_to_message):
        origin = source.forward_origin if source else None
        if isinstance(origin, MessageOriginChannel):
            return origin.chat.id
    return None


def _parsed(message: Message) -> dict[MessageEntity, str]:
    """Return the mentions in a message, each with its text."""
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    if message.text is not None:
        return message.parse_entities(kinds)
    return message.parse_caption_entities(kinds)


def _without(text: str, entities: list[MessageEntity]) -> str:
    """Return ``text`` without the text of ``entities``, whose offsets count UTF-16 units."""
    coded = text.encode("utf-16-le")
    for entity in sorted(entities, key=lambda e: e.offset, reverse=True):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        coded = coded[:start] + coded[end:]
    return " ".join(coded.decode("utf-16-le").split()).lstrip(",:;，：；").strip()
