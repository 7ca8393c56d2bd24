"""Where the page of a policy is, below the address at which the pages are served."""

from __future__ import annotations

import ipaddress
from urllib.parse import quote, urlsplit


def path_of(policy_id: str) -> str:
    """Return the path of a policy's page, below where the pages are served."""
    return f"/p/{quote(policy_id, safe='/:')}"


def page_link(public_url: str | None, policy_id: str, passage: int | None = None) -> str | None:
    """Return the address of a policy's page, at one of its passages (from 1) where one is given.

    None without ``public_url``, and for one that only this machine or this network reaches:
    Telegram refuses a message with such a button.
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
