"""Checks against Telegram's Bot API: reachability, token, time, webhook."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator
from typing import Any

import httpx

from policybot.config import Config
from policybot.doctor.finding import Finding, ok, problem, skipped, warning

PATIENCE = 5.0
"""The timeout of a call in seconds."""

SKEW = 60.0
"""The largest tolerated clock error in seconds."""

RECENT = 3600.0
"""The age in seconds up to which a webhook's failure is reported."""


def telegram(config: Config, token: str, *, offline: bool) -> Iterator[Finding]:
    """Check the token, the clock and, in webhook mode, the webhook's state."""
    if offline:
        yield skipped("telegram", "not asked: --offline")
        return
    if not token:
        yield skipped("telegram", "not asked: there is no token")
        return
    base = config.telegram.base_url
    with httpx.Client(timeout=PATIENCE) as client:
        try:
            answer = client.get(f"{base}{token}/getMe")
            me = _result_of(answer)
            hook = client.get(f"{base}{token}/getWebhookInfo") if me else None
        except httpx.HTTPError as error:
            # The error may quote the address, which holds the token.
            yield problem(
                "telegram",
                f"{base}: out of reach ({type(error).__name__})",
                "check the network, a proxy (HTTPS_PROXY) and [telegram] base_url",
            )
            return
    if answer.status_code in {401, 404}:
        yield problem("telegram", "does not know this token", "get the token from @BotFather again")
    elif not me:
        yield problem(
            "telegram",
            f"{base}: answers {answer.status_code}, and not as a Bot API server does",
            "check [telegram] base_url, which ends in /bot",
        )
    else:
        yield ok("telegram", f"{base}: knows the bot as @{me.get('username')}")
        yield from _switches(me)
    yield from _clock(answer)
    if config.telegram.mode == "webhook" and hook is not None:
        yield from _webhook(config, _result_of(hook))


def _switches(me: dict[str, Any]) -> Iterator[Finding]:
    """Check @BotFather's settings of the bot, and report what each disables."""
    if me.get("can_read_all_group_messages"):
        yield ok("privacy", "privacy mode is off: the bot sees mentions of it in groups")
    else:
        yield warning(
            "privacy",
            "privacy mode is on: in groups the bot sees /ask and replies to it, and no mention",
            "to be mentioned too: @BotFather, /setprivacy, Disable; then add it to its groups anew",
        )
    if me.get("supports_inline_queries"):
        yield ok("inline", "inline mode is on: people ask in any chat, and share policies as cards")
    else:
        yield warning(
            "inline",
            "inline mode is off: nobody can ask in other chats; policies are shared as links",
            "@BotFather, /setinline",
        )
    if me.get("can_join_groups") is False:
        yield warning("groups", "nobody can add the bot to a group", "@BotFather, /setjoingroups")


def _result_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the ``result`` object of a response; empty if there is none."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    result = body.get("result") if isinstance(body, dict) else None
    return result if isinstance(result, dict) else {}


def _clock(answer: httpx.Response) -> Iterator[Finding]:
    try:
        theirs = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return
    off = time.time() - theirs
    if abs(off) > SKEW:
        way = "ahead of" if off > 0 else "behind"
        yield warning(
            "clock",
            f"{abs(off):.0f} s {way} Telegram's",
            "let NTP set it: timedatectl set-ntp true",
        )
    else:
        yield ok("clock", f"within {SKEW:.0f} s of Telegram's")


def _webhook(config: Config, info: dict[str, Any]) -> Iterator[Finding]:
    url, pending = info.get("url"), info.get("pending_update_count", 0)
    if url != config.telegram.webhook_url:
        yield warning(
            "webhook", f"Telegram calls {url or 'nobody'}", "start the bot: it sets the webhook"
        )
    elif time.time() - info.get("last_error_date", 0) < RECENT:
        yield warning(
            "webhook",
            f"Telegram could not call it: {info.get('last_error_message')}; {pending} updates wait",
            "check the certificate, the proxy, and [telegram] webhook_listen",
        )
    else:
        yield ok("webhook", f"Telegram calls {url}; {pending} updates wait")
