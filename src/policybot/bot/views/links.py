"""Deep links: URLs that open one policy in the bot."""

from __future__ import annotations

import base64
import re

from policybot.model import sha256_of

DIGEST = "d_"
"""Prefix of a deep link's payload that is a digest, used where the id is too long."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,62}")


def start_payload(policy_id: str) -> str:
    """Return the payload of a deep link: at most 64 of A-Z, a-z, 0-9, _ and - (Bot API)."""
    if _PLAIN_ID.fullmatch(policy_id):
        return f"p_{policy_id}"
    coded = base64.urlsafe_b64encode(policy_id.encode()).decode().rstrip("=")
    return f"b_{coded}" if len(coded) <= 62 else f"{DIGEST}{sha256_of(policy_id)[:40]}"


def policy_of_payload(payload: str, long_ids: dict[str, str]) -> str | None:
    """Return the policy id of a payload, or None. ``long_ids`` maps stored digests to ids."""
    kind, _, rest = payload.partition("_")
    if kind == "p" and _PLAIN_ID.fullmatch(rest):
        return rest
    if kind == "b":
        try:
            padded = rest + "=" * (-len(rest) % 4)
            return base64.b64decode(padded, altchars=b"-_", validate=True).decode() or None
        except ValueError:
            return None
    return long_ids.get(payload)


def share_url(bot: str, policy_id: str) -> str:
    """Return the deep link of one policy."""
    return f"https://t.me/{bot}?start={start_payload(policy_id)}"
