"""Plain calls of the Bot API, and what they need."""

import struct
import zlib
from typing import Any

import aiohttp

from botapi_server import BotApiServer

Reply = tuple[int, dict[str, Any]]


async def call(
    http: aiohttp.ClientSession, server: BotApiServer, method: str, **params: Any
) -> Reply:
    url = f"{server.base_url}{server.token}/{method}"
    async with http.post(url, json=params) as response:
        return response.status, await response.json()


async def refusal(
    http: aiohttp.ClientSession, server: BotApiServer, method: str, **params: Any
) -> str:
    status, body = await call(http, server, method, **params)
    assert status == body["error_code"]
    return str(body["description"])


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
