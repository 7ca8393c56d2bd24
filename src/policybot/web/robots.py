"""What a site's ``robots.txt`` allows (RFC 9309), read once a run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx

from policybot.corpus.importers.parsers import need
from policybot.errors import ImportRefusedError, UnavailableError

NAME = "policybot"
"""How robots.txt calls us."""

MAX_BYTES = 500 << 10
"""RFC 9309 asks for at least this much to be read; the rest is left unread."""

MAX_DELAY = 120.0

Rules = Callable[[str], bool]


class Robots:
    """The rules of each site; ``fetch`` gives the status and the content of an address."""

    def __init__(self, fetch: Callable[[httpx.URL], Awaitable[tuple[int, bytes]]]) -> None:
        self._fetch = fetch
        self._known: dict[str, tuple[Rules, float]] = {}

    async def check(self, url: httpx.URL) -> float:
        """Return how many seconds the site wants between requests; 0.0 when it does not say.

        Raises:
            ImportRefusedError: the address may not be fetched.
            UnavailableError: what is allowed cannot be known now, so that nothing is.
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
            f"{address}: answers {status}, so that nobody can know what it allows; the site is "
            "left alone; try again later"
        )
