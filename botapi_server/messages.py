"""The methods that send, edit and delete messages."""

from typing import TYPE_CHECKING, Any

from botapi_server.keyboards import read_markup
from botapi_server.params import ApiError, Params, bad_request
from botapi_server.text import CAPTION_LIMIT, Formatted, formatted, required_text
from botapi_server.world import Message, picture_size

if TYPE_CHECKING:
    from botapi_server.chats import Chat
    from botapi_server.server import BotApiServer

PHOTO_BYTES = 10_000_000
DOCUMENT_BYTES = 50_000_000
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def find_chat(server: "BotApiServer", params: Params) -> "Chat":
    """The chat that ``chat_id`` names.

    Raises:
        ApiError: 400: there is none, or it became a supergroup.
    """
    value = params.text("chat_id")
    if not value:
        raise bad_request("chat_id is empty")
    chat = None
    if value.startswith("@"):
        chat = next((c for c in server.chats.values() if c.username == value[1:]), None)
    elif value.lstrip("-").isdigit():
        chat = server.chats.get(int(value))
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request(
            "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
        )
    return chat


def writable_chat(server: "BotApiServer", params: Params) -> "Chat":
    """``find_chat``, and the bot may write there.

    Raises:
        ApiError: 403: blocked, kicked, or never started.
    """
    chat = find_chat(server, params)
    if chat.user is not None:
        if chat.user.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not chat.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    elif not chat.bot_is_member:
        raise ApiError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
    elif chat.kind == "channel" and server.bot.id not in chat.admins:
        raise bad_request("need administrator rights in the channel chat")
    return chat


def _thread(chat: "Chat", params: Params) -> int | None:
    thread = params.number("message_thread_id")
    if not thread:
        return None
    if not chat.is_forum or thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread


def _replied(chat: "Chat", params: Params) -> Message | None:
    given = params.mapping("reply_parameters")
    if "message_id" in given:
        message_id = given["message_id"]
        optional = bool(given.get("allow_sending_without_reply"))
    else:
        message_id = params.number("reply_to_message_id")
        optional = params.flag("allow_sending_without_reply")
    if not message_id:
        return None
    message = chat.posted.get(int(message_id))
    if message is None and not optional:
        raise bad_request("message to be replied not found")
    return message


def _post(server: "BotApiServer", params: Params, content: dict[str, Any]) -> dict[str, Any]:
    """Check where a message goes, count it, and post it."""
    markup = read_markup(params)
    chat = writable_chat(server, params)
    thread = _thread(chat, params)
    replied = _replied(chat, params)
    server.count(chat.id, new_message=True)
    if thread is None and chat.is_forum and replied is not None:
        thread = replied.thread
    message = chat.new_message(server.bot, reply_to=replied, thread=thread)
    message.reply_markup = markup
    message.disable_notification = params.flag("disable_notification")
    message.protect_content = params.flag("protect_content")
    for name, value in content.items():
        setattr(message, name, value)
    chat.sent.push(message)
    return message.raw()


def _entities(server: "BotApiServer", text: Formatted) -> Formatted:
    """Text mentions name users the server knows; of others nothing is kept."""
    entities = []
    for entity in text.entities:
        if entity["type"] != "text_mention":
            entities.append(entity)
        elif entity["user_id"] in server.users:
            kept = {k: v for k, v in entity.items() if k != "user_id"}
            entities.append(kept | {"user": server.users[entity["user_id"]].raw()})
    return Formatted(text.text, entities)


def _preview(params: Params) -> dict[str, Any] | None:
    options = params.mapping("link_preview_options")
    if params.flag("disable_web_page_preview"):
        options |= {"is_disabled": True}
    return options or None


def send_message(server: "BotApiServer", params: Params) -> dict[str, Any]:
    text = _entities(server, required_text(params))
    content = {
        "text": text.text,
        "entities": text.entities,
        "link_preview_options": _preview(params),
    }
    return _post(server, params, content)


def _uploaded(server: "BotApiServer", params: Params, name: str) -> tuple[str, bytes, str]:
    """File name, content and file id of what ``name`` sends: new, or known by its id."""
    upload = params.file(name)
    if upload is not None:
        file_name, content = upload
        if not content:
            raise bad_request("file must be non-empty")
        file_id = f"file-{len(server.files) + 1}"
        server.files[file_id] = (file_name, content)
        return file_name, content, file_id
    given = params.text(name)
    if not given:
        raise bad_request(f"there is no {name} in the request")
    if given not in server.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return *server.files[given], given


def _photo(server: "BotApiServer", params: Params, name: str) -> tuple[bytes, str]:
    _, content, file_id = _uploaded(server, params, name)
    if len(content) > PHOTO_BYTES:
        raise bad_request("file is too big")
    width, height = picture_size(content)
    if width == 0 or height == 0:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return content, file_id


def send_photo(server: "BotApiServer", params: Params) -> dict[str, Any]:
    content, file_id = _photo(server, params, "photo")
    caption = _entities(server, formatted(params, "caption", CAPTION_LIMIT))
    fields = {"photo": content, "file_id": file_id}
    return _post(server, params, fields | {"caption": caption.text, "entities": caption.entities})


def send_document(server: "BotApiServer", params: Params) -> dict[str, Any]:
    name, content, file_id = _uploaded(server, params, "document")
    if len(content) > DOCUMENT_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    caption = _entities(server, formatted(params, "caption", CAPTION_LIMIT))
    fields = {"document": content, "file_name": name, "file_id": file_id}
    return _post(server, params, fields | {"caption": caption.text, "entities": caption.entities})


def _editable(server: "BotApiServer", params: Params) -> Message:
    inline_id = params.text("inline_message_id")
    if inline_id:
        found = server.questions.inline_messages.get(inline_id)
        if found is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return found
    chat = writable_chat(server, params)
    message = chat.posted.get(params.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not server.bot:
        raise bad_request("message can't be edited")
    return message


def _edited(
    server: "BotApiServer", params: Params, message: Message, new: dict[str, Any]
) -> dict[str, Any] | bool:
    """Put the new values into a message, unless they are the old ones."""
    if all(getattr(message, name) == value for name, value in new.items()):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    inline = bool(params.text("inline_message_id"))
    if not inline:
        server.count(message.chat.id, new_message=False)
    message.keep_version()
    for name, value in new.items():
        setattr(message, name, value)
    message.edited = server.clock()
    message.edit_date = server.now()
    message.chat.edits.push(message)
    return True if inline else message.raw()


def edit_message_text(server: "BotApiServer", params: Params) -> dict[str, Any] | bool:
    text = _entities(server, required_text(params))
    markup = read_markup(params, inline_only=True)
    message = _editable(server, params)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    new = {"text": text.text, "entities": text.entities, "reply_markup": markup}
    result = _edited(server, params, message, new)
    message.link_preview_options = _preview(params)
    return result


def edit_message_caption(server: "BotApiServer", params: Params) -> dict[str, Any] | bool:
    caption = _entities(server, formatted(params, "caption", CAPTION_LIMIT))
    markup = read_markup(params, inline_only=True)
    message = _editable(server, params)
    if message.photo is None and message.document is None:
        raise bad_request("there is no caption in the message to edit")
    new = {"caption": caption.text, "entities": caption.entities, "reply_markup": markup}
    return _edited(server, params, message, new)


def edit_message_reply_markup(server: "BotApiServer", params: Params) -> dict[str, Any] | bool:
    markup = read_markup(params, inline_only=True)
    return _edited(server, params, _editable(server, params), {"reply_markup": markup})


def edit_message_media(server: "BotApiServer", params: Params) -> dict[str, Any] | bool:
    """Replaces a photo by a photo."""
    media = params.mapping("media")
    markup = read_markup(params, inline_only=True)
    message = _editable(server, params)
    if media.get("type") != "photo":
        raise bad_request("can't parse InputMedia: only photos are modelled here")
    inner = Params(media, params.files)
    content, file_id = _photo(server, inner, "media")
    caption = _entities(server, formatted(inner, "caption", CAPTION_LIMIT))
    new = {
        "photo": content,
        "file_id": file_id,
        "document": None,
        "text": None,
        "caption": caption.text,
        "entities": caption.entities,
        "reply_markup": markup,
    }
    if content == message.photo:
        del new["file_id"]
    return _edited(server, params, message, new)


def _delete(server: "BotApiServer", chat: "Chat", message_id: int) -> None:
    message = chat.posted.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if message.sender is not server.bot and chat.user is None:
        raise bad_request("message can't be deleted")
    message.deleted = True
    del chat.posted[message_id]
    chat.deletions.push(message)


def delete_message(server: "BotApiServer", params: Params) -> bool:
    _delete(server, writable_chat(server, params), params.number("message_id"))
    return True


def delete_messages(server: "BotApiServer", params: Params) -> bool:
    ids = params.json("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
        raise bad_request("message identifiers are not specified")
    chat = writable_chat(server, params)
    for message_id in ids:
        if message_id in chat.posted:
            _delete(server, chat, message_id)
    return True


def send_chat_action(server: "BotApiServer", params: Params) -> bool:
    action = params.text("action")
    chat = writable_chat(server, params)
    _thread(chat, params)
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.push(action)
    return True


METHODS = {
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "editmessagetext": edit_message_text,
    "sendchataction": send_chat_action,
    "senddocument": send_document,
    "sendmessage": send_message,
    "sendphoto": send_photo,
}
