"""Fetching one address: what it gives, and the limits it is held to."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
import trustme

from policybot.errors import ImportRefusedError, UnavailableError
from policybot.web.addresses import CheckedTransport, PrivateAddressError, is_public
from policybot.web.fetching import Fetcher, redirected
from tests.web.site import Site, fetching, send, serve


def most(_: str, __: str) -> int:
    return 100_000


def test_a_page_comes_with_its_address_type_encoding_and_validators(
    site: Site, fetcher: Fetcher
) -> None:
    site.page("/a", "Wörter", "Text/HTML; charset=UTF-8", etag='"1"', last_modified="Mon, 1")
    got = fetcher.fetch(f"{site.url}/a#part", most)
    assert got is not None
    assert (got.url, got.type, got.charset) == (f"{site.url}/a", "text/html", "utf-8")
    assert (got.data, got.etag, got.modified) == ("Wörter".encode(), '"1"', "Mon, 1")


def test_a_page_that_did_not_change_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    url = site.page("/a", "Words", etag='"1"')
    assert fetcher.fetch(url, most, etag='"1"') is None
    assert fetcher.fetch(url, most, etag='"0"') is not None
    url = site.page("/b", "Words", last_modified="Mon, 1 Jan 2024 00:00:00 GMT")
    assert fetcher.fetch(url, most, modified="Mon, 1 Jan 2024 00:00:00 GMT") is None


def test_the_site_is_told_who_asks(site: Site) -> None:
    site.page("/a", "Words")
    with Fetcher(allow_private=True, contact="mailto:x@example.org") as fetcher:
        fetcher.fetch(f"{site.url}/a", most)
    agents = {asked.headers["User-Agent"] for asked in site.asked}
    assert agents == {"policybot/0.1.0 (+mailto:x@example.org)"}
    assert all("Cookie" not in asked.headers for asked in site.asked)


@pytest.mark.parametrize("status", [200, 301])
def test_what_robots_txt_forbids_is_never_asked_for(
    site: Site, fetcher: Fetcher, status: int
) -> None:
    site.robots = "User-agent: *\nDisallow: /hidden/*.html$\nAllow: /hidden/open.html\n"
    site.page("/hidden/a.html", "Words")
    site.page("/hidden/open.html", "Words")
    site.answers("/moved", 301, location="/hidden/a.html")
    with pytest.raises(ImportRefusedError, match=r"robots\.txt does not allow it$"):
        fetcher.fetch(f"{site.url}{'/hidden/a.html' if status == 200 else '/moved'}", most)
    assert fetcher.fetch(f"{site.url}/hidden/open.html", most) is not None
    assert "/hidden/a.html" not in site.paths()


def test_rules_for_us_by_name_come_before_those_for_all(site: Site, fetcher: Fetcher) -> None:
    site.robots = "User-agent: *\nDisallow: /\n\nUser-agent: PolicyBot\nDisallow: /b\n"
    site.page("/a", "Words")
    assert fetcher.fetch(f"{site.url}/a", most) is not None
    with pytest.raises(ImportRefusedError, match="does not allow"):
        fetcher.fetch(f"{site.url}/b", most)


def test_robots_txt_is_asked_for_once(site: Site, fetcher: Fetcher) -> None:
    for path in ("/a", "/b"):
        site.page(path, "Words")
        fetcher.fetch(f"{site.url}{path}", most)
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a", "/b"]


def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    site.page("/a", "Words")
    site.answers("/robots.txt", 503)
    with pytest.raises(UnavailableError, match=r"/robots\.txt: answers 503"):
        fetcher.fetch(f"{site.url}/a", most)
    assert site.paths() == []


@pytest.mark.parametrize(
    "data",
    [
        b"Disallow: /\n" * 200_000,
        gzip.compress(b"User-agent: *\nDisallow: /\n", mtime=0),
        b"\x1f\x8b!",
    ],
)
def test_a_strange_robots_txt_is_read_as_far_as_it_goes(
    site: Site, fetcher: Fetcher, data: bytes
) -> None:
    packed = {"Content_Encoding": "gzip"} if data.startswith(b"\x1f") else {}
    site.page("/robots.txt", data if packed else b"User-agent: *\n" + data, "text/plain", **packed)
    with pytest.raises(ImportRefusedError, match="does not allow it"):
        fetcher.fetch(f"{site.url}/a", most)


def test_requests_are_as_far_apart_as_robots_txt_asks_for(site: Site, fetcher: Fetcher) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 0.2\n"
    started = time.monotonic()
    for _ in range(3):
        fetcher.fetch(site.page("/a", "Words"), most)
    assert time.monotonic() - started >= 2 * 0.2  # when they arrive is the machine's affair


def test_requests_are_as_far_apart_as_a_person_asks_for(site: Site) -> None:
    with fetching(delay=0.2) as fetcher:
        started = time.monotonic()
        for _ in range(3):
            fetcher.fetch(site.page("/a", "Words"), most)
        assert time.monotonic() - started >= 2 * 0.2


def test_redirects_are_followed_to_where_the_page_is(site: Site, fetcher: Fetcher) -> None:
    site.page("/there/a", "Words")
    site.answers("/old", 302, location="older")
    site.answers("/older", 308, location=f"http://127.0.0.1:{site.port}/there/a#x")
    got = fetcher.fetch(f"{site.url}/old", most)
    assert got is not None
    assert got.url == f"{site.url}/there/a"


def test_redirects_end(site: Site, fetcher: Fetcher) -> None:
    site.answers("/loop", 302, location="/loop")
    with pytest.raises(ImportRefusedError, match="/loop: redirects more than 5 times"):
        fetcher.fetch(f"{site.url}/loop", most)
    assert len(site.paths()) == 6


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://127.0.0.2:1/", r"127\.0\.0\.2, which is no public address"),
        ("http://[::1]:1/", "::1, which is no public address"),
        ("http://0x7f000002/", r"0x7f000002 is 127\.0\.0\.2, which is no public address"),
        ("file:///etc/passwd", "redirects to 'file:///etc/passwd', which is no http"),
        ("ftp://127.0.0.1/", "which is no http or https address"),
        ("http://u:p@127.0.0.1/", "which is no http or https address"),
        ("", "redirects to nowhere"),
    ],
)
def test_redirects_lead_to_public_pages_only(
    site: Site, fetcher: Fetcher, location: str, why: str
) -> None:
    url = site.answers("/out", 302, location=location)
    with pytest.raises(ImportRefusedError, match=why):
        fetcher.fetch(url, most)


@pytest.mark.parametrize(
    "address",
    ["ftp://example.org/a", "http:///a", "http://", "https://exa mple.org/", "http://a:b/"],
)
def test_what_is_no_address_of_a_page_is_refused(fetcher: Fetcher, address: str) -> None:
    with pytest.raises(ImportRefusedError, match="is no "):
        fetcher.fetch(address, most)


def test_a_password_in_an_address_is_refused_and_not_repeated(fetcher: Fetcher) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        fetcher.fetch("https://ann:secret@example.org/", most)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1", "2001:db8::1", "192.0.2.1", "198.18.0.1", "no address",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_public_network(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::808:808"])
def test_addresses_of_the_public_network(address: str) -> None:
    assert is_public(address)


def test_private_addresses_need_to_be_allowed(site: Site) -> None:
    url = site.page("/a", "Words")
    with Fetcher(delay=0) as fetcher, pytest.raises(ImportRefusedError) as caught:
        fetcher.fetch(url, most)
    assert str(caught.value) == (
        f"{url}: 127.0.0.1, which is no public address; --allow-private allows it"
    )
    assert site.asked == []
    with Fetcher(delay=0, allow_private=True) as fetcher:
        assert fetcher.fetch(url, most) is not None


async def test_the_address_that_was_checked_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is public when it is looked at, and private a moment later."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    asked: list[httpx.Request] = []

    class Recording(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request)
            return httpx.Response(200)

    async def rebinding(*_: object, **__: object) -> list[object]:
        return [(0, 0, 0, "", (address, 443)) for address in answers.pop(0)]

    transport = CheckedTransport(is_public, Recording)
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "getaddrinfo", rebinding)
    await transport.handle_async_request(httpx.Request("GET", "https://rebind.example/a"))
    (request,) = asked
    assert request.url == "https://93.184.215.14/a"
    assert request.headers["Host"] == "rebind.example"
    assert request.extensions["sni_hostname"] == "rebind.example"
    with pytest.raises(PrivateAddressError, match=r"rebind\.example is 127\.0\.0\.1"):
        await transport.handle_async_request(httpx.Request("GET", "https://rebind.example/b"))


async def test_a_name_with_a_public_and_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def both(*_: object, **__: object) -> list[object]:
        return [(0, 0, 0, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    with pytest.raises(PrivateAddressError, match=r"10\.0\.0\.1"):
        await CheckedTransport(is_public).handle_async_request(
            httpx.Request("GET", "http://both.example/")
        )


def chunks(site: Site, path: str, *parts: bytes, forever: bytes = b"", **headers: str) -> str:
    """Let a path send parts without saying how many, and then ``forever`` until the end."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        try:
            for part in parts:
                request.wfile.write(part)
            while forever and not site.over.wait(0.01):
                request.wfile.write(forever)
        except ConnectionError:
            pass

    site.pages[path] = answer
    return f"{site.url}{path}"


def test_a_page_past_its_size_is_refused_before_it_is_read(site: Site, fetcher: Fetcher) -> None:
    url = site.page("/large", b"x" * 100_001)
    with pytest.raises(ImportRefusedError, match=r"/large: is more than the limit of 0\.1 MB"):
        fetcher.fetch(url, most)


def test_a_page_without_end_is_refused_at_its_size(site: Site, fetcher: Fetcher) -> None:
    url = chunks(site, "/endless", forever=b"x" * 10_000)
    with pytest.raises(ImportRefusedError, match=r"/endless: is more than the limit of 0\.1 MB"):
        fetcher.fetch(url, most)


def test_a_page_packed_by_gzip_is_unpacked(site: Site, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"Some ") + gzip.compress(b"words")
    got = fetcher.fetch(site.page("/a", packed, content_encoding="gzip"), most)
    assert got is not None
    assert got.data == b"Some words"


def test_a_bomb_is_refused_at_the_size_of_what_it_unpacks_to(site: Site, fetcher: Fetcher) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    url = site.page("/bomb", bomb, content_encoding="gzip")
    assert len(bomb) < 100_000
    with pytest.raises(
        ImportRefusedError, match=r"/bomb: unpacks to more than the limit of 0\.1 MB"
    ):
        fetcher.fetch(url, most)


@pytest.mark.parametrize(
    ("data", "encoding", "why"),
    [
        (gzip.compress(b"words", mtime=0)[:-9], "gzip", "is truncated: its gzip data do not end"),
        (b"words", "gzip", "its gzip data are damaged"),
        (zlib.compress(b"words"), "br", "is compressed as 'br', which was not requested"),
        (
            gzip.compress(gzip.compress(b"x", mtime=0), mtime=0),
            "gzip, gzip",
            "is compressed as 'gzip, gzip'",
        ),
    ],
)
def test_what_is_packed_wrongly_is_refused(
    site: Site, fetcher: Fetcher, data: bytes, encoding: str, why: str
) -> None:
    url = site.page("/packed", data, content_encoding=encoding)
    with pytest.raises(ImportRefusedError, match=why):
        fetcher.fetch(url, most)


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_site_that_sends_slowly_without_end_is_given_up(site: Site, where: str) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        start = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n"
        request.wfile.write(start + (b"X-Slow: " if where == "headers" else b"\r\n"))
        try:
            while not site.over.wait(0.02):
                request.wfile.write(b"x")
                request.wfile.flush()
        except ConnectionError:
            pass

    site.pages["/slow"] = drip
    with fetching(seconds=1.0) as fetcher, pytest.raises(UnavailableError, match="takes more than"):
        fetcher.fetch(f"{site.url}/slow", most)


@pytest.mark.parametrize(
    ("status", "headers", "kind", "why"),
    [
        (404, {}, ImportRefusedError, "answers 404 Not Found$"),
        (410, {}, ImportRefusedError, "answers 410 Gone$"),
        (403, {}, ImportRefusedError, "answers 403 Forbidden$"),
        (204, {}, ImportRefusedError, "answers 204 No Content$"),
        (304, {}, ImportRefusedError, "answers 304 Not Modified$"),
        (500, {}, UnavailableError, "answers 500 .*; try again later$"),
        (429, {"retry_after": "120"}, UnavailableError, "429 .*; try again in 120 seconds$"),
        (503, {"retry_after": "Mon"}, UnavailableError, "503 .*; try again later$"),
    ],
)
def test_any_other_answer_is_refused_with_its_status(
    site: Site,
    fetcher: Fetcher,
    status: int,
    headers: dict[str, str],
    kind: type[Exception],
    why: str,
) -> None:
    with pytest.raises(kind, match=why):
        fetcher.fetch(site.answers("/a", status, **headers), most)


def test_a_site_that_is_not_there_is_told_from_one_that_refuses(fetcher: Fetcher) -> None:
    with pytest.raises(UnavailableError, match=r"cannot be had: .*; try again later"):
        fetcher.fetch("http://127.0.0.1:9/", most)
    with pytest.raises(UnavailableError, match=r"the name a\.invalid cannot be resolved"):
        fetcher.fetch("http://a.invalid/", most)


def test_a_torn_answer_is_one_line(site: Site, fetcher: Fetcher) -> None:
    site.pages["/torn"] = lambda request: send(
        request, 200, b"x", "text/html", X="y\r\nContent-Length: 50"
    )
    with pytest.raises(UnavailableError, match="/torn: cannot be had"):
        fetcher.fetch(f"{site.url}/torn", most)


@pytest.fixture
def names_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str | None]]:
    """A site over https at ``localhost`` alone: its port, then the names asked for."""
    authority = trustme.CA()
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    asked: list[str | None] = []
    tls.sni_callback = lambda _, name, __: asked.append(name)
    with serve(tls) as site:
        site.page("/a", "Words")
        asked.append(str(site.port))
        yield asked


def test_a_certificate_is_of_the_name_though_the_address_is_connected_to(
    names_asked_for: list[str | None], fetcher: Fetcher
) -> None:
    port = names_asked_for[0]
    got = fetcher.fetch(f"https://localhost:{port}/a", most)
    assert got is not None
    assert set(names_asked_for[1:]) == {"localhost"}
    with pytest.raises(UnavailableError, match="certificate is not valid for '127\\.0\\.0\\.1'"):
        fetcher.fetch(f"https://127.0.0.1:{port}/a", most)


def test_a_page_over_https_does_not_lead_to_one_without() -> None:
    response = httpx.Response(302, headers={"Location": "http://e.org/b"})
    first = httpx.URL("https://e.org/a")
    with pytest.raises(ImportRefusedError, match="redirects from https to http://e"):
        redirected(first, first, response)
