"""URLs as Telegram reads them: which ones it accepts, and how it writes them back."""

import ipaddress
import re

_HOST = re.compile(r"(?:[A-Za-z0-9.\-_!$,~*'();&+=]|[^\x00-\x7f]|%[0-9A-Fa-f]{2})+")
_USER = re.compile(f"(?:{_HOST.pattern}|:)*")
_APP_HOST = re.compile(r"[A-Za-z0-9_-]+")
_SITE_HOST = re.compile(r"[A-Za-z0-9_.-]+")
_APP_LINK = re.compile(r"(tg|ton|tonsite):(?://)?(.*)", re.IGNORECASE | re.DOTALL)
_MENTION = re.compile(r"tg:(?://)?user\?(?:[^#]*&)?id=([1-9][0-9]*)(?:[&#].*)?", re.IGNORECASE)


def mentioned_user(url: str) -> int | None:
    """The user whom ``tg://user?id=…`` names."""
    found = _MENTION.fullmatch(url)
    return int(found[1]) if found else None


def checked_link(url: str) -> str | None:
    """The URL as Telegram keeps it, or None when it would refuse it."""
    app = _APP_LINK.fullmatch(url)
    if app:
        return _app_link(app[1].lower(), app[2])
    scheme, separator, rest = url.partition("://")
    if separator and not re.search(r"[:/?#@\[\]]", scheme):
        scheme = scheme.lower()
        if scheme not in {"http", "https"}:
            return None
    else:
        scheme, rest = "http", url
    authority, query = _split(rest)
    port = ""
    colon = max(authority.rfind(":"), authority.rfind("]"), authority.rfind("@"))
    if colon > 0 and authority[colon] == ":":
        digits = authority[colon + 1 :].lstrip("0")
        if not re.fullmatch("[0-9]{1,5}", digits) or int(digits) > 65535:
            return None
        authority, port = authority[:colon], f":{digits}"
    userinfo, at, host = authority.rpartition("@")
    if not _valid_host(host) or not (host.startswith("[") or _USER.fullmatch(userinfo)):
        return None
    if userinfo:
        userinfo += at
    return f"{scheme}://{userinfo}{_lower(host)}{port}{query}"


def _app_link(scheme: str, rest: str) -> str | None:
    authority, query = _split(rest)
    host = authority.removeprefix("@")
    pattern = _SITE_HOST if scheme == "tonsite" else _APP_HOST
    if host == "." or pattern.fullmatch(host) is None:
        return None
    return f"{scheme}://{host.lower()}{query.replace('/?', '?', 1) if query[1:2] == '?' else query}"


def _split(rest: str) -> tuple[str, str]:
    """What stands before the path, and the path with all that follows, escaped."""
    cut = re.search(r"[/?#]", rest)
    authority, query = (rest, "") if cut is None else (rest[: cut.start()], rest[cut.start() :])
    query = re.sub(r"[\x00-\x20]", lambda c: f"%{ord(c[0]):02X}", query.rstrip(" \t\r\n\0\x0b"))
    return authority, query if query.startswith("/") else f"/{query}"


def _lower(host: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in host)


def _valid_host(host: str) -> bool:
    if host.startswith("[") and host.endswith("]"):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            return False
        return True
    return "." in host and host != "." and _HOST.fullmatch(host) is not None
