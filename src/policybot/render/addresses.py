"""URLs of policy pages, below the configured public URL."""

from __future__ import annotations

import ipaddress
from urllib.parse import quote, urlsplit


def path_of(policy_id: str) -> str:
    """Return the path of a policy's page, relative to the public URL."""
    return f"/p/{quote(policy_id, safe='/:')}"


def page_link(public_url: str | None, policy_id: str, passage: int | None = None) -> str | None:
    """Return the URL of a policy's page, at a passage (from 1) where one is given.

    None without ``public_url``, and for one that is only reachable locally: Telegram refuses a
    message with such a button.
    """
    if not public_url or not _is_reached_by_all(urlsplit(public_url).hostname or ""):
        return None
    part = "" if passage is None else f"#n{passage}"
    return f"{public_url.rstrip('/')}{path_of(policy_id)}{part}"


def _is_reached_by_all(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))
