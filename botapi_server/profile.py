"""The methods about the bot itself and about chats: names, commands, members, webhooks."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botapi_server.messages import find_chat
from botapi_server.params import ApiError, Params, bad_request

if TYPE_CHECKING:
    from botapi_server.server import BotApiServer

COMMAND_LIMIT = 100
_PLAIN_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
}
_CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
    *("can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info"),
    *("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
)
_TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(server: "BotApiServer", _params: Params) -> dict[str, Any]:
    return server.bot.raw() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not server.privacy,
        "supports_inline_queries": server.inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _scope(server: "BotApiServer", params: Params) -> str:
    """The command scope, as the JSON it is kept under."""
    return json.dumps(_checked_scope(server, params), sort_keys=True)


def _checked_scope(server: "BotApiServer", params: Params) -> dict[str, Any]:
    scope = params.mapping("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind in _PLAIN_SCOPES:
        return {"type": kind}
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat = find_chat(server, Params(scope))
    kept: dict[str, Any] = {"type": kind, "chat_id": chat.id}
    if kind != "chat" and chat.user is not None:
        raise bad_request("can't change commands of this scope in a private chat")
    if kind == "chat_member":
        if scope.get("user_id") not in server.users:
            raise bad_request("user not found")
        kept["user_id"] = scope["user_id"]
    return kept


def set_my_commands(server: "BotApiServer", params: Params) -> bool:
    commands = params.json("commands")
    if not isinstance(commands, list) or not all(isinstance(c, dict) for c in commands):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > COMMAND_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name = str(command.get("command") or "").removeprefix("/")
        description = str(command.get("description") or "").strip()
        if not re.fullmatch("[a-z0-9_]{1,32}", name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": description})
    if len({command["command"] for command in kept}) < len(kept):
        raise bad_request("BOT_COMMAND_DUPLICATE")
    key = _scope(server, params), _language(params)
    if kept:
        server.commands[key] = kept
    else:
        server.commands.pop(key, None)
    return True


def get_my_commands(server: "BotApiServer", params: Params) -> list[dict[str, str]]:
    return server.commands.get((_scope(server, params), _language(params)), [])


def delete_my_commands(server: "BotApiServer", params: Params) -> bool:
    server.commands.pop((_scope(server, params), _language(params)), None)
    return True


def _setter(name: str) -> Callable[["BotApiServer", Params], bool]:
    def set_text(server: "BotApiServer", params: Params) -> bool:
        value = params.text(name)
        if len(value) > _TEXT_LIMITS[name]:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        server.profile[name, _language(params)] = value
        return True

    return set_text


def _getter(name: str) -> Callable[["BotApiServer", Params], dict[str, str]]:
    def get_text(server: "BotApiServer", params: Params) -> dict[str, str]:
        return {name: server.profile.get((name, _language(params)), "")}

    return get_text


def set_chat_menu_button(server: "BotApiServer", params: Params) -> bool:
    if params.values.get("chat_id"):
        find_chat(server, params)
    button = params.mapping("menu_button") or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: Unsupported type specified")
    return True


def get_chat(server: "BotApiServer", params: Params) -> dict[str, Any]:
    chat = find_chat(server, params)
    _must_be_member(server, params)
    return chat.raw() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def _must_be_member(server: "BotApiServer", params: Params) -> None:
    chat = find_chat(server, params)
    if not chat.bot_is_member:
        raise ApiError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")


def get_chat_member(server: "BotApiServer", params: Params) -> dict[str, Any]:
    chat = find_chat(server, params)
    _must_be_member(server, params)
    user = server.users.get(params.number("user_id"))
    if user is None:
        raise bad_request("invalid user_id specified")
    inside = user is server.bot or user is chat.user or user.id in chat.members
    if user.id in chat.admins:
        return {"user": user.raw(), "status": "administrator"} | dict.fromkeys(_RIGHTS, True)
    return {"user": user.raw(), "status": "member" if inside else "left"}


def leave_chat(server: "BotApiServer", params: Params) -> bool:
    chat = find_chat(server, params)
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    _must_be_member(server, params)
    chat.bot_is_member = False
    chat.member_update(server.bot, "member", "left")
    return True


def get_file(server: "BotApiServer", params: Params) -> dict[str, Any]:
    file_id = params.text("file_id")
    if file_id not in server.files:
        raise bad_request("invalid file_id")
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_size": len(server.files[file_id][1]),
        "file_path": f"documents/{file_id}",
    }


def done(_server: "BotApiServer", _params: Params) -> bool:
    return True


METHODS: dict[str, Callable[["BotApiServer", Params], Any]] = {
    "close": done,
    "deletemycommands": delete_my_commands,
    "deletewebhook": lambda server, params: server.updates.delete_webhook(params),
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getfile": get_file,
    "getme": get_me,
    "getmycommands": get_my_commands,
    "getmydescription": _getter("description"),
    "getmyname": _getter("name"),
    "getmyshortdescription": _getter("short_description"),
    "getwebhookinfo": lambda server, _params: server.updates.webhook_info(),
    "leavechat": leave_chat,
    "logout": done,
    "setchatmenubutton": set_chat_menu_button,
    "setmycommands": set_my_commands,
    "setmydescription": _setter("description"),
    "setmyname": _setter("name"),
    "setmyshortdescription": _setter("short_description"),
    "setwebhook": lambda server, params: server.updates.set_webhook(params),
}
