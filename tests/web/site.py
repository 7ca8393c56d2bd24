"""A site on loopback: real HTTP from a thread of its own, and a record of what was asked."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from policybot.web.fetching import Fetcher

HTML = "text/html; charset=utf-8"


@dataclass
class Asked:
    """One request, as it arrived."""

    path: str
    headers: dict[str, str]
    at: float


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What each path answers. ``robots`` is what robots.txt says; None: there is none."""

    port: int = 0
    robots: str | None = None
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """Return what was asked for since the last time, but for robots.txt."""
        found = [one.path for one in self.asked if one.path != "/robots.txt"]
        self.asked.clear()
        return found

    def page(self, path: str, text: str | bytes, kind: str = HTML, **headers: str) -> str:
        """Put a document at a path, and return its address."""
        data = text.encode() if isinstance(text, str) else text

        def answer(request: BaseHTTPRequestHandler) -> None:
            tags = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
            for name, asked in tags.items():
                stated = headers.get(name.replace("-", "_"))
                if stated and request.headers.get(asked) == stated:
                    request.send_response(304)
                    request.end_headers()
                    return
            send(request, 200, data, kind, **headers)

        self.pages[path] = answer
        return f"{self.url}{path}"

    def answers(self, path: str, status: int, **headers: str) -> str:
        """Let a path answer with a status and nothing else."""
        self.pages[path] = lambda request: send(request, status, b"", "text/plain", **headers)
        return f"{self.url}{path}"


def send(
    request: BaseHTTPRequestHandler, status: int, data: bytes, kind: str, **headers: str
) -> None:
    request.send_response(status)
    request.send_header("Content-Type", kind)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    with contextlib.suppress(ConnectionError):  # whoever has read enough goes away
        request.wfile.write(data)


@contextlib.contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Give a site that answers until the block ends; over https with ``tls``."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(Asked(self.path, dict(self.headers), time.monotonic()))
            if self.path == "/robots.txt" and self.path not in site.pages:
                found = site.robots is not None
                send(self, 200 if found else 404, (site.robots or "").encode(), "text/plain")
            elif self.path in site.pages:
                site.pages[self.path](self)
            else:
                send(self, 404, b"", "text/plain")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def fetching(seconds: float = 60.0, delay: float = 0.0) -> Iterator[Fetcher]:
    """Give a fetcher that may ask sites on loopback, at 127.0.0.1 alone."""
    with Fetcher(
        delay=delay, seconds=seconds, public=lambda address: address == "127.0.0.1"
    ) as fetcher:
        yield fetcher
