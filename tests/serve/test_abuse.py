"""Who asks too much, too slowly or too often is refused in one line; others are served."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path

import httpx
import pytest

from policybot.config import ServeConfig, read_serve_tokens
from policybot.errors import ConfigError
from policybot.serve import connections, guard, service
from tests.serve.site import get, served


def other_address() -> httpx.Client:
    """Return a client that comes from another address of this machine."""
    return httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=120)


def connect(base: str) -> socket.socket:
    host, port = base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=120)


def test_an_address_that_asks_too_often_is_told_so_and_another_is_served(tmp_path: Path) -> None:
    with served(tmp_path, config=ServeConfig(per_minute=20)) as base:
        with httpx.Client(base_url=base, trust_env=False) as client:
            got: list[httpx.Response] = []
            while len(got) < 200 and not (got and got[-1].status_code == 429):
                got.append(client.get("/api/policies/roads"))
        codes = [response.status_code for response in got]
        assert codes[:20] == [200] * 20
        assert 429 in codes  # how many is the machine's affair: a token is given out anew with time
        refused = got[codes.index(429)]
        assert refused.headers["retry-after"] == "60"
        assert refused.text.count("\n") == 1
        with other_address() as other:
            assert other.get(f"{base}/api/policies/roads").status_code == 200


def test_a_rate_comes_back_with_time_and_what_is_held_of_addresses_has_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    limiter = guard.RateLimiter(60, clock=lambda: now)
    assert [limiter.admit("a") for _ in range(61)] == [True] * 60 + [False]
    now = 2.0
    assert [limiter.admit("a") for _ in range(3)] == [True, True, False]
    monkeypatch.setattr(guard, "MOST_ADDRESSES", 2)
    assert all(limiter.admit(one) for one in "bcb")
    assert len(limiter._buckets) == 2


def test_behind_a_proxy_the_address_is_that_of_who_asks(tmp_path: Path) -> None:
    config = ServeConfig(per_minute=3, proxies="127.0.0.1")
    with served(tmp_path, config=config) as base, httpx.Client(base_url=base) as client:

        def ask(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            return client.get("/api/policies/roads", headers=headers).status_code

        assert [ask("192.0.2.1") for _ in range(4)] == [200, 200, 200, 429]
        assert ask("192.0.2.2") == 200
        # One customer's IPv6 network is one address.
        assert [ask(f"2001:db8::{n}") for n in range(1, 5)] == [200, 200, 200, 429]


def test_an_address_that_is_not_believed_cannot_pass_for_others(tmp_path: Path) -> None:
    with (
        served(tmp_path, config=ServeConfig(per_minute=3)) as base,
        httpx.Client(base_url=base, trust_env=False) as client,
    ):
        codes = [
            client.get("/healthz", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
            for n in range(4)
        ]
    assert codes == [200, 200, 200, 429]


def test_a_client_that_never_ends_its_request_is_let_go_and_others_are_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.2)
    with served(tmp_path) as base:
        slow = [connect(base) for _ in range(20)]
        for number, client in enumerate(slow):
            client.sendall(b"GET /api/policies HTTP/1.1\r\nHost: x\r\nX-Slow: "[: 10 + 3 * number])
        assert get(base, "/api/policies/roads").status_code == 200
        for client in slow:
            assert _received(client) == b""
            client.close()


def test_a_second_request_may_be_no_slower_than_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.3)
    with served(tmp_path) as base, connect(base) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(10_000).startswith(b"HTTP/1.1 200")
        client.sendall(b"GET /healthz HTTP/1.1\r\nHo")
        while chunk := _received(client):
            assert b"200" not in chunk


def _received(client: socket.socket) -> bytes:
    try:
        return client.recv(10_000)
    except ConnectionResetError:
        return b""


def test_an_address_with_many_connections_gets_no_more_and_another_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_PER_ADDRESS", 5)
    with served(tmp_path) as base:
        held = [connect(base) for _ in range(5)]
        with connect(base) as refused:
            assert refused.recv(1000).startswith(b"HTTP/1.1 503")
        with other_address() as other:
            assert other.get(f"{base}/api/policies/roads").status_code == 200
        for one in held:
            one.close()


def test_a_queue_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_WAITING", 0)
    with served(tmp_path) as base:
        response = get(base, "/api/policies")
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize(
    ("size", "codes"), [(80_000, {414}), (2_000_000, {400, 414})], ids=["long", "huge"]
)
def test_a_huge_address_is_refused(tmp_path: Path, size: int, codes: set[int]) -> None:
    with served(tmp_path) as base:
        host, port = base.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=120)
        try:
            connection.request("GET", f"/api/ask?q={'x' * size}")
            response = connection.getresponse()
            assert response.status in codes
            assert response.read().count(b"\n") <= 1
        except (BrokenPipeError, ConnectionResetError):
            assert size > 100_000  # it was closed before all of it was sent
        finally:
            connection.close()
        assert get(base, "/api/policies/roads").status_code == 200


@pytest.mark.parametrize(
    "data", [b"\0" * 1000, b"GET\r\n\r\n", b"\x16\x03\x01\x02\0", b"PRI * HTTP/2.0\r\n\r\n"]
)
def test_what_is_no_http_is_refused_and_others_are_served(tmp_path: Path, data: bytes) -> None:
    with served(tmp_path) as base:
        with connect(base) as client:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            said = _received(client)
        assert not said or said.startswith(b"HTTP/1.1 40")
        assert get(base, "/api/policies/roads").status_code == 200


def test_tokens_come_from_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("a" * 20 + "\n\n" + "b" * 30 + "\n", "utf-8")
    file.chmod(0o600)
    environ = {"POLICYBOT_SERVE_TOKENS_FILE": str(file)}
    assert read_serve_tokens(environ) == ("a" * 20, "b" * 30)
    assert read_serve_tokens({}) == ()
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        read_serve_tokens(environ)
    file.chmod(0o600)
    file.write_text("short\n", "utf-8")
    with pytest.raises(ConfigError, match="16 or more") as caught:
        read_serve_tokens(environ)
    assert "short" not in str(caught.value)
