"""Obey ``robots.txt`` (RFC 9309), which is read once per site and run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from policybot.corpus.importers.parsers import need
from policybot.errors import ImportRefusedError, UnavailableError

NAME = "policybot"
"""The product token of this crawler in robots.txt."""

MAX_BYTES = 500 << 10
"""The most bytes read, which RFC 9309 sets as the minimum; the rest is ignored."""

MAX_DELAY = 120.0

Rules = Callable[[str], bool]


class Robots:
    """The rules of each site; ``fetch`` returns the status and the content of a URL."""

    def __init__(self, fetch: Callable[[httpx.URL], Awaitable[tuple[int, bytes]]]) -> None:
        self._fetch = fetch
        self._known: dict[str, tuple[Rules, float]] = {}

    async def check(self, url: httpx.URL) -> float:
        """Return the crawl delay of the site in seconds; 0.0 if it states none.

        Raises:
            ImportRefusedError: the URL must not be fetched.
            UnavailableError: robots.txt is unavailable, so nothing may be fetched now.
        """
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if origin not in self._known:
            self._known[origin] = await self._read(url.copy_with(raw_path=b"/robots.txt"))
        allows, delay = self._known[origin]
        if not allows(str(url)):
            raise ImportRefusedError(f"{url}: {origin}/robots.txt does not allow it")
        if delay > MAX_DELAY:
            raise ImportRefusedError(
                f"{url}: {origin}/robots.txt asks for {delay:.0f} s between requests, more than "
                f"{MAX_DELAY:.0f}; get it with a browser"
            )
        return delay

    async def _read(self, address: httpx.URL) -> tuple[Rules, float]:
        need("protego")
        from protego import Protego

        status, data = await self._fetch(address)
        if status == 200:
            rules = Protego.parse(data.decode("utf-8", "replace"))
            return lambda url: rules.can_fetch(url, NAME), rules.crawl_delay(NAME) or 0.0
        if 400 <= status < 500 and status != 429:
            return lambda _: True, 0.0
        raise UnavailableError(
            f"{address}: answers {status}, so it is unknown what the site allows; nothing is "
            "fetched from it; try again later"
        )
