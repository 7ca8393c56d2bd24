"""The people who write to the bot, and the bot itself as a user."""

from typing import TYPE_CHECKING, Any

from botapi_server.questions import InlineQuery
from botapi_server.world import Message

if TYPE_CHECKING:
    from botapi_server.chats import Chat
    from botapi_server.server import BotApiServer


class User:
    """A person, or the bot itself."""

    def __init__(
        self,
        server: "BotApiServer",
        user_id: int,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        is_bot: bool = False,
    ) -> None:
        self.server = server
        self.id = user_id
        self.first_name = first_name
        self.last_name = last_name
        self.username = username
        self.language_code = language_code
        self.is_bot = is_bot
        self.blocked = False

    def raw(self) -> dict[str, Any]:
        """The Bot API object."""
        fields = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {key: value for key, value in fields.items() if value is not None}

    def inline(
        self, query: str, *, offset: str = "", chat_type: str | None = "private"
    ) -> InlineQuery:
        """Type ``@bot query`` in some chat."""
        return self.server.questions.ask_inline(self, query, offset, chat_type)

    def choose(self, query: InlineQuery, result_id: str, *, chat: "Chat") -> Message:
        """Send one of the results of an answered inline query into a chat."""
        return self.server.questions.choose(self, query, result_id, chat)

    def block(self) -> None:
        """Block the bot: it gets a ``my_chat_member`` update, and 403 from then on."""
        self._set_blocked(blocked=True)

    def unblock(self) -> None:
        self._set_blocked(blocked=False)

    def _set_blocked(self, *, blocked: bool) -> None:
        with self.server.lock:
            self.blocked = blocked
            old, new = ("member", "kicked") if blocked else ("kicked", "member")
            self.server.private(self).member_update(self, old, new)
