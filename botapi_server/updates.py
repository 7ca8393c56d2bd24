"""Updates on their way to the bot: kept until confirmed, polled for or pushed to a webhook."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from botapi_server.params import ApiError, Params, bad_request

if TYPE_CHECKING:
    from botapi_server.server import BotApiServer

LIMIT = 100
LONGEST_POLL = 50  # seconds
# Not sent unless asked for.
_UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)


@dataclass
class Webhook:
    """Where updates are pushed. ``url`` is empty when the bot polls."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error: str = ""
    deliveries: int = 0


@dataclass
class _Delivery:
    """Updates that are being pushed now, and the chats they belong to."""

    ids: set[int] = field(default_factory=set)
    chats: set[Any] = field(default_factory=set)


class UpdateQueue:
    """The one queue of the one bot."""

    def __init__(self, server: "BotApiServer") -> None:
        self._server = server
        self.pending: list[dict[str, Any]] = []
        self.webhook = Webhook()
        self.conflicts = 0
        self._next_id = 700_000_001
        self._allowed: set[str] | None = None
        self._poll: asyncio.Future[bool] | None = None
        self._wake = asyncio.Event()
        self._deliverer: asyncio.Task[None] | None = None

    def push(self, kind: str, body: dict[str, Any]) -> int:
        """Keep an update for the bot; its id, also when the bot did not ask for this kind."""
        update_id = self._next_id
        self._next_id += 1
        wanted = kind in self._allowed if self._allowed else kind not in _UNASKED
        if wanted:
            self.pending.append({"update_id": update_id, kind: body})
            self._server.on_loop(self.wake)
        return update_id

    @property
    def polling(self) -> bool:
        """Whether a long poll waits now."""
        return self._poll is not None and not self._poll.done()

    def wake(self) -> None:
        """Let the poll or the webhook look again. On the server's loop only."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(True)
        self._wake.set()

    async def poll(self, params: Params) -> list[dict[str, Any]]:
        """``getUpdates``."""
        if self.conflicts > 0:
            self.conflicts -= 1
            raise ApiError(409, _CONFLICT)
        if self.webhook.url:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first",
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)
        self._set_allowed(params)
        self._confirm(params.number("offset"))
        limit = params.number("limit", LIMIT)
        limit = limit if 1 <= limit <= LIMIT else LIMIT
        loop = asyncio.get_running_loop()
        until = loop.time() + min(max(params.number("timeout"), 0), LONGEST_POLL)
        while not self.pending and loop.time() < until:
            mine: asyncio.Future[bool] = loop.create_future()
            self._poll = mine
            self._server.event()
            try:
                if not await asyncio.wait_for(mine, until - loop.time()):
                    raise ApiError(409, _CONFLICT)
            except TimeoutError:
                break
            finally:
                if self._poll is mine:
                    self._poll = None
        return self.pending[:limit]

    def _confirm(self, offset: int) -> None:
        with self._server.lock:
            if offset < 0:
                self.pending = self.pending[offset:]
            elif offset > 0:
                self.pending = [u for u in self.pending if u["update_id"] >= offset]
        self._server.event()

    def _set_allowed(self, params: Params) -> None:
        allowed = params.json("allowed_updates")
        if allowed is None:
            return
        if not isinstance(allowed, list) or not all(isinstance(kind, str) for kind in allowed):
            raise bad_request("can't parse allowed_updates: expected an Array of String")
        self._allowed = set(allowed) or None

    def set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if not url:
            return self.delete_webhook(params)
        parts = urlsplit(url)
        loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme != "https" and not loopback:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not loopback and (parts.port or 443) not in {80, 88, 443, 8443}:
            raise bad_request(
                "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
            )
        secret = params.text("secret_token")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not re.fullmatch("[A-Za-z0-9_-]*", secret):
            raise bad_request("secret token contains unallowed characters")
        connections = params.number("max_connections", 40)
        self._set_allowed(params)
        if params.flag("drop_pending_updates"):
            self.pending.clear()
        self.webhook = Webhook(url, secret, min(max(connections, 1), 100))
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)
        self._wake.set()
        if self._deliverer is None or self._deliverer.done():
            self._deliverer = asyncio.get_running_loop().create_task(self._deliver())
        return True

    def delete_webhook(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self.pending.clear()
        self.webhook = Webhook()
        self._wake.set()
        self._server.event()
        return True

    def webhook_info(self) -> dict[str, Any]:
        hook = self.webhook
        info: dict[str, Any] = {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if hook.url:
            info["max_connections"] = hook.max_connections
        if hook.last_error:
            info |= {"last_error_date": self._server.now(), "last_error_message": hook.last_error}
        if self._allowed:
            info["allowed_updates"] = sorted(self._allowed)
        return info

    async def close(self) -> None:
        if self._deliverer is not None:
            self._deliverer.cancel()
            await asyncio.gather(self._deliverer, return_exceptions=True)

    async def _deliver(self) -> None:
        """Push pending updates, in order within a chat, until the webhook is deleted."""
        busy = _Delivery()
        connector = aiohttp.TCPConnector(ssl=False)
        timeout = aiohttp.ClientTimeout(60)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            asyncio.TaskGroup() as group,
        ):
            while self.webhook.url:
                self._wake.clear()
                for update in list(self.pending):
                    chat = _chat_of(update)
                    if len(busy.ids) >= self.webhook.max_connections:
                        break
                    if update["update_id"] in busy.ids or chat in busy.chats:
                        continue
                    busy.ids.add(update["update_id"])
                    busy.chats.add(chat)
                    group.create_task(self._push_one(session, update, chat, busy))
                await self._wake.wait()

    async def _push_one(
        self, session: aiohttp.ClientSession, update: dict[str, Any], chat: Any, busy: _Delivery
    ) -> None:
        pause = 0.05
        while self.webhook.url and any(u is update for u in self.pending):
            if await self._accepted(session, update):
                with self._server.lock:
                    self.pending = [u for u in self.pending if u is not update]
                self._server.event()
                break
            await asyncio.sleep(pause)
            pause = min(2 * pause, 1.0)
        busy.ids.discard(update["update_id"])
        busy.chats.discard(chat)
        self._wake.set()

    async def _accepted(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        hook = self.webhook
        headers = (
            {"X-Telegram-Bot-Api-Secret-Token": hook.secret_token} if hook.secret_token else {}
        )
        url = self._server.webhook_target or hook.url
        hook.deliveries += 1
        try:
            async with session.post(url, json=update, headers=headers) as response:
                if 200 <= response.status < 300:
                    body = await response.read()
                    if b'"method"' in body:
                        await self._server.front.call_from_webhook(body)
                    return True
                hook.last_error = f"Wrong response from the webhook: {response.status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            hook.last_error = f"Connection failed: {error}"
        self._server.event()
        return False


def _chat_of(update: dict[str, Any]) -> Any:
    body: dict[str, Any] = next(v for k, v in update.items() if k != "update_id")
    chat = body.get("chat") or body.get("message", {}).get("chat") or body.get("from") or {}
    return chat.get("id", update["update_id"])
