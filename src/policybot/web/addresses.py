"""Allow connections to public IP addresses only, checked when connecting.

A name is resolved here, all its addresses are checked, and the connection is made to one of these.
This prevents DNS rebinding, where a name resolves to another address later.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable

import httpx

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Return whether an IP address is public, including IPv4 addresses embedded in IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class PrivateAddressError(Exception):
    """A name that resolves to an address that must not be connected to."""


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects to allowed addresses, and verifies certificates against the requested name.

    Args:
        allowed: Returns whether an IP address may be connected to.
        connect: Creates the transport of one host; for tests.
    """

    def __init__(
        self,
        allowed: Callable[[str], bool],
        connect: Callable[[], httpx.AsyncBaseTransport] = httpx.AsyncHTTPTransport,
    ) -> None:
        self._allowed = allowed
        self._connect = connect
        self._transports: dict[str, httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first address that can be reached.

        Raises:
            PrivateAddressError: one of the addresses is not allowed.
            httpx.ConnectError: the name has no address, or none can be reached.
        """
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await self._resolve(url.host, port)
        # Each host has its own transport: a connection is not reused for another host with the
        # same address.
        transport = self._transports.get(url.host)
        if transport is None:
            transport = self._transports[url.host] = self._connect()
        failure: httpx.ConnectError | httpx.ConnectTimeout | None = None
        for address in addresses:
            pinned = httpx.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": url.host},
            )
            try:
                return await transport.handle_async_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or httpx.ConnectError(f"{url.host} has no address")

    async def _resolve(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            results = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise httpx.ConnectError(f"the name {host} cannot be resolved: {reason}") from None
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in results))
        for address in addresses:
            if not self._allowed(address):
                raise PrivateAddressError(f"{host} is {address}" if host != address else host)
        return addresses

    async def aclose(self) -> None:
        """Close the connections to all hosts."""
        for transport in self._transports.values():
            await transport.aclose()
