"""Fetch one URL at a time: obey robots.txt, check redirects, limit size and time."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx

from policybot.errors import ImportRefusedError, UnavailableError
from policybot.web.addresses import CheckedTransport, PrivateAddressError, is_public
from policybot.web.robots import MAX_BYTES as MAX_ROBOTS_BYTES
from policybot.web.robots import NAME, Robots

DELAY = 1.0
"""Seconds between two requests to one host, unless robots.txt asks for more."""

SECONDS = 60.0
"""The most seconds for one document, redirects included."""

STEP_SECONDS = 15.0
"""The timeout in seconds for connecting and for each read."""

REDIRECTS = 5

_ACCEPT = "text/html,application/xhtml+xml,application/pdf,application/xml;q=0.9,*/*;q=0.8"
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_LATER = frozenset((408, 429, 500, 502, 503, 504))


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched document: ``url`` is the final URL after redirects, ``data`` the content.

    ``type`` is the media type in lower case, empty if none is stated.
    """

    url: str
    type: str
    charset: str | None
    data: bytes
    etag: str | None
    modified: str | None


_HOST = re.compile(rb"[A-Za-z0-9._:-]+")

LimitOf = Callable[[str, str], int]
"""Returns the most bytes for a document, given its URL and media type."""


class Fetcher:
    """Fetches documents within limits; a context manager, to be used in one thread.

    Args:
        allow_private: Whether to allow addresses of private networks and of this machine.
        delay: Seconds between two requests to one host.
        contact: The operator's address, sent in the User-Agent header.
        seconds: The most seconds for one document.
        public: Returns whether an IP address is public; for tests.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        delay: float = DELAY,
        contact: str | None = None,
        seconds: float = SECONDS,
        public: Callable[[str], bool] = is_public,
    ) -> None:
        self._allowed = (lambda _: True) if allow_private else public
        self._delay = delay
        self._seconds = seconds
        self._agent = f"{NAME}/{version('policybot')}" + (f" (+{contact})" if contact else "")
        self._last: dict[str, float] = {}
        self._runner = asyncio.Runner()
        self._robots = Robots(self._robots_txt)
        self._client: httpx.AsyncClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._runner.run(self._client.aclose())
        self._runner.close()

    def fetch(
        self,
        address: str,
        limit_of: LimitOf,
        *,
        etag: str | None = None,
        modified: str | None = None,
        delay: float | None = None,
    ) -> Fetched | None:
        """Return the document at a URL; None if unchanged since ``etag`` or ``modified``.

        Raises:
            ImportRefusedError: it must not be fetched, does not exist, or exceeds a limit.
            UnavailableError: it cannot be fetched now; trying later may help.
        """
        try:
            url = checked_url(address)
            pause = self._delay if delay is None else delay
            headers = {"If-None-Match": etag or "", "If-Modified-Since": modified or ""}
            asked = {name: value for name, value in headers.items() if value}
            return self._runner.run(self._fetch(url, limit_of, asked, pause))
        except PrivateAddressError as error:
            raise ImportRefusedError(
                f"{address}: {error}, which is no public address; --allow-private allows it"
            ) from None
        except TimeoutError:
            raise UnavailableError(
                f"{address}: takes more than {self._seconds:.0f} seconds; try again later"
            ) from None
        except httpx.TimeoutException:
            raise UnavailableError(
                f"{address}: does not answer within {STEP_SECONDS:.0f} seconds; try again later"
            ) from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise UnavailableError(f"{address}: cannot be had: {error}; try again later") from None

    async def _fetch(
        self, url: httpx.URL, limit_of: LimitOf, headers: dict[str, str], delay: float
    ) -> Fetched | None:
        first = url
        for _ in range(REDIRECTS + 1):
            async with asyncio.timeout(self._seconds):
                asked = await self._robots.check(url)
            await self._wait(url, max(asked, delay))
            async with (
                asyncio.timeout(self._seconds),
                self._open().stream("GET", url, headers=headers) as response,
            ):
                if response.status_code not in _REDIRECTS:
                    return await _read(response, url, limit_of, conditional=bool(headers))
                url = redirected(first, url, response)
        raise ImportRefusedError(f"{first}: redirects more than {REDIRECTS} times")

    async def _robots_txt(self, url: httpx.URL) -> tuple[int, bytes]:
        for _ in range(REDIRECTS + 1):
            async with self._open().stream("GET", url) as response:
                if response.status_code in _REDIRECTS:
                    url = redirected(url, url, response)
                    continue
                if response.status_code != HTTPStatus.OK:
                    return response.status_code, b""
                return HTTPStatus.OK, await _beginning(response, MAX_ROBOTS_BYTES)
        return HTTPStatus.NOT_FOUND, b""  # as RFC 9309 requires

    async def _wait(self, url: httpx.URL, delay: float) -> None:
        now = time.monotonic()
        last = self._last.get(url.host)
        if last is not None and last + delay > now:
            await asyncio.sleep(last + delay - now)
        self._last[url.host] = time.monotonic()

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=CheckedTransport(self._allowed),
                headers={
                    "User-Agent": self._agent,
                    "Accept": _ACCEPT,
                    "Accept-Encoding": "gzip",
                },
                timeout=STEP_SECONDS,
                trust_env=False,
            )
        return self._client


def checked_url(address: str) -> httpx.URL:
    """Return a valid URL without its fragment.

    Raises:
        ImportRefusedError: it is not an http or https URL, or contains credentials.
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise ImportRefusedError(f"{address}: is no address: {error}") from None
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(url.raw_host):
        raise ImportRefusedError(f"{address}: is no http or https address")
    if url.userinfo:
        raise ImportRefusedError(f"{url.copy_with(userinfo=b'')}: is given with a name or password")
    return url.copy_with(fragment=None)


def redirected(first: httpx.URL, url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Return the target of a redirect; ``first`` is the original URL, for messages.

    Raises:
        ImportRefusedError: there is no valid target, or it downgrades https to http.
    """
    location = response.headers.get("Location")
    if not location:
        raise ImportRefusedError(f"{first}: redirects to nowhere")
    try:
        target = checked_url(str(url.join(location)))
    except (httpx.InvalidURL, ValueError, ImportRefusedError):
        raise ImportRefusedError(
            f"{first}: redirects to {location[:200]!r}, which is no http or https address"
        ) from None
    if url.scheme == "https" and target.scheme == "http":
        raise ImportRefusedError(
            f"{first}: redirects from https to {target}; import that, if it is trusted"
        )
    return target


async def _read(
    response: httpx.Response, url: httpx.URL, limit_of: LimitOf, *, conditional: bool
) -> Fetched | None:
    status = response.status_code
    if status == HTTPStatus.NOT_MODIFIED and conditional:
        return None
    if status != HTTPStatus.OK:
        message = f"{url}: answers {status} {response.reason_phrase}".rstrip()
        if status in _LATER:
            later = response.headers.get("Retry-After", "")
            when = f"in {later} seconds" if later.isdecimal() else "later"
            raise UnavailableError(f"{message}; try again {when}")
        raise ImportRefusedError(message)
    stated = Message()
    stated["Content-Type"] = response.headers.get("Content-Type", "")
    kind = stated.get_content_type() if "/" in stated["Content-Type"] else ""
    return Fetched(
        url=str(url),
        type=kind,
        charset=stated.get_content_charset() if kind else None,
        data=await _content(response, url, limit_of(str(url), kind)),
        etag=response.headers.get("ETag"),
        modified=response.headers.get("Last-Modified"),
    )


async def _beginning(response: httpx.Response, size: int) -> bytes:
    """Return at most the first ``size`` bytes of a response, unpacked."""
    packed = bytearray()
    async for chunk in response.aiter_raw():
        packed += chunk
        if len(packed) >= size:
            break
    if "gzip" in response.headers.get("Content-Encoding", ""):
        with contextlib.suppress(zlib.error):
            if content := zlib.decompressobj(wbits=31).decompress(packed, size):
                return content
        return b"User-agent: *\nDisallow: /\n"  # an unreadable robots.txt may forbid anything
    return bytes(packed[:size])


async def _content(response: httpx.Response, url: httpx.URL, limit: int) -> bytes:
    """Return the unpacked content of a response, up to the limit."""
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(url, limit)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise ImportRefusedError(f"{url}: is compressed as {encoding!r}, which was not requested")
    packed = bytearray()
    async for chunk in response.aiter_raw():
        packed += chunk
        if len(packed) > limit:
            raise _too_large(url, limit)
    if encoding in ("identity", ""):
        return bytes(packed)
    return unpacked(str(url), bytes(packed), limit)


def unpacked(url: str, data: bytes, limit: int) -> bytes:
    """Return unpacked gzip data.

    Raises:
        ImportRefusedError: the data are damaged, or larger than the limit in bytes.
    """
    content = bytearray()
    try:
        while data:
            unpacker = zlib.decompressobj(wbits=31)
            content += unpacker.decompress(data, limit + 1 - len(content))
            if len(content) > limit:
                raise _too_large(url, limit, "unpacks to")
            if not unpacker.eof:
                raise ImportRefusedError(f"{url}: is truncated: its gzip data do not end")
            data = unpacker.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise ImportRefusedError(f"{url}: its gzip data are damaged: {error}") from None
    return bytes(content)


def _too_large(url: object, limit: int, verb: str = "is") -> ImportRefusedError:
    return ImportRefusedError(f"{url}: {verb} more than the limit of {limit / 1e6:,.1f} MB")
