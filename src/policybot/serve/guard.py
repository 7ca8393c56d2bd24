"""Access tokens, rate limit and security headers: the outermost layer of the application."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policybot.serve.problems import ProblemError, problem_of, problem_response

log = logging.getLogger(__name__)

LONGEST_ADDRESS = 75_000
"""Limit of path and query, in bytes: 8,000 Chinese characters are 72,000, percent-encoded."""

PRIVATE = ("/api/", "/mcp")
"""Path prefixes that need a bearer token if any are configured."""

OPEN = ("/api/openapi.json",)

ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # A response of the API that a browser is made to show as a page can load nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}


MOST_ADDRESSES = 50_000
"""Limit of addresses in the rate limiter; the least recent are dropped."""


class RateLimiter:
    """A token bucket per address: ``rate`` requests per minute, and a burst of as many."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, address: str) -> bool:
        """Take a token from the bucket of an address; return False if it is empty."""
        now = self._clock()
        tokens, seen = self._buckets.pop(address, (float(self._rate), now))
        tokens = min(float(self._rate), tokens + (now - seen) * self._rate / 60)
        admitted = tokens >= 1
        self._buckets[address] = (tokens - 1 if admitted else tokens, now)
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return admitted


class Guard:
    """ASGI middleware: refuses requests early and adds security headers to every response."""

    def __init__(self, app: ASGIApp, *, per_minute: int, tokens: Sequence[str] = ()) -> None:
        self._app = app
        self._tokens = [token.encode() for token in tokens]
        self._limiter = RateLimiter(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other scopes than HTTP are passed through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        try:
            self._check(request)
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 (one request that fails must not end the server)
            problem = problem_of(error)
            if not started:
                await problem_response(problem)(scope, receive, send_with_headers)

    def _check(self, request: Request) -> None:
        address = client_of(request)
        if not self._limiter.admit(address):
            raise ProblemError(
                429,
                "too many requests from your address; ask again in a minute",
                {"Retry-After": "60"},
            )
        size = len(request.scope.get("raw_path") or b"") + len(request.scope["query_string"])
        if size > LONGEST_ADDRESS:
            raise ProblemError(
                414, f"the address has {size} bytes; at most {LONGEST_ADDRESS} are read"
            )
        path = request.url.path
        preflight = request.method == "OPTIONS"  # a CORS preflight has no Authorization
        if self._tokens and path.startswith(PRIVATE) and path not in OPEN and not preflight:
            self._check_token(request)

    def _check_token(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        token = given.strip().encode("utf-8", "replace")
        # Every token is compared, in constant time.
        matches = [hmac.compare_digest(token, known) for known in self._tokens]
        if scheme.lower() != "bearer" or not any(matches):
            raise ProblemError(
                401,
                "this needs a token: send the header Authorization: Bearer TOKEN",
                {"WWW-Authenticate": 'Bearer realm="policybot"'},
            )


def client_of(request: Request) -> str:
    """Return the client address for the rate limit; of IPv6, the /64 network of the customer."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
