"""What docs/serve.md shows to put before the server, run as it is shown."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from policybot.config import ServeConfig
from tests.project import ROOT
from tests.serve.site import served
from tests.test_deploy import UNIT, needs_systemd

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""
NAME = "policies.example.org"
PUBLIC = ServeConfig(per_minute=10**6, proxies="127.0.0.1", public_url=f"https://{NAME}")

needs_nginx = pytest.mark.skipif(
    not NGINX or not shutil.which("openssl"), reason="nginx or openssl is not installed here"
)


def shown(language: str) -> list[str]:
    """The examples of the page that are in a language."""
    text = (ROOT / "docs" / "serve.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@dataclass
class Front:
    """nginx before a server: its address, and what a client trusts."""

    base: str
    trusted: ssl.SSLContext

    def client(self, address: str = "127.0.0.1") -> httpx.Client:
        """A client that asks from an address of loopback."""
        transport = httpx.HTTPTransport(verify=self.trusted, local_address=address)
        return httpx.Client(base_url=self.base, transport=transport, headers={"Host": NAME})


def certificate(folder: Path) -> None:
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem"
    names = f"subjectAltName=DNS:{NAME},IP:127.0.0.1"
    subprocess.run(
        [*made.split(), "-subj", f"/CN={NAME}", "-addext", names],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def configuration(folder: Path, port: int, upstream: str) -> Path:
    """Write nginx's configuration: the example, with places and ports of this machine."""
    (example,) = shown("nginx")
    for told, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/policies.pem", str(folder / "cert.pem")),
        ("/etc/ssl/policies.key", str(folder / "key.pem")),
        ("http://127.0.0.1:8080", upstream),
    ):
        assert told in example
        example = example.replace(told, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder / kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(
        f"{user}daemon off;\npid {folder / 'pid'};\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}{example}}}\n"
    )
    return path


@contextlib.contextmanager
def behind_nginx(folder: Path, config: ServeConfig) -> Iterator[Front]:
    """Serve meanwhile, with nginx before the server as it is shown."""
    certificate(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with served(folder / "index", config=config) as upstream:
        path = configuration(folder, port, upstream)
        command = [NGINX, "-e", "stderr", "-p", str(folder), "-c", str(path)]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        process = subprocess.Popen(command)
        try:
            front = Front(
                f"https://127.0.0.1:{port}",
                ssl.create_default_context(cafile=folder / "cert.pem"),
            )
            with front.client() as client:
                reached(client)
            yield front
        finally:
            process.terminate()
            process.wait(120)


def reached(client: httpx.Client) -> None:
    for _ in range(1_000):
        with contextlib.suppress(httpx.ConnectError):
            client.get("/healthz")
            return
    raise AssertionError("nginx is not listening")


@needs_nginx
def test_limits_are_those_of_who_asks_whatever_that_one_says(tmp_path: Path) -> None:
    config = ServeConfig(per_minute=3, proxies="127.0.0.1")
    with behind_nginx(tmp_path, config) as front:
        with front.client("127.0.0.2") as client:
            said = [{"X-Forwarded-For": f"192.0.2.{number}"} for number in range(4)]
            codes = [client.get("/api/policies/roads", headers=one).status_code for one in said]
        with front.client("127.0.0.3") as client:
            other = client.get("/api/changes.atom")
    assert codes == [200, 200, 200, 429]
    assert other.status_code == 200
    assert f'href="https://{NAME}/p/' in other.text  # as it is reached, not as it listens


@needs_nginx
def test_a_long_quotation_comes_through_to_be_checked(tmp_path: Path) -> None:
    target = "/api/verify?" + urlencode({"policy": "roads", "text": "路" * 8_000})
    with behind_nginx(tmp_path, PUBLIC) as front:
        asking = http.client.HTTPSConnection(front.base[8:], context=front.trusted)
        asking.request("GET", target, headers={"Host": NAME})  # longer than httpx will send
        response = asking.getresponse()
        told = json.load(response)
        asking.close()
    assert (response.status, told["verbatim"]) == (200, False)


@needs_nginx
async def test_an_assistant_calls_through_it(tmp_path: Path) -> None:
    with behind_nginx(tmp_path, PUBLIC) as front:
        asking = httpx2.AsyncClient(verify=front.trusted, headers={"Host": NAME})
        address = f"{front.base}/mcp"
        async with asking, Client(streamable_http_client(address, http_client=asking)) as client:
            result = await client.call_tool("search", {"question": "When are roads inspected?"})
    assert not result.is_error, result.content
    assert result.structured_content is not None
    assert result.structured_content["results"][0]["page"] == f"https://{NAME}/p/roads"


@needs_systemd
def test_systemd_understands_the_unit_with_the_lines_that_are_shown(tmp_path: Path) -> None:
    (lines,) = shown("ini")
    here = str(Path(sys.executable).parent / "policybot")
    unit = tmp_path / "policybot-serve.service"
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/policybot/bin/policybot", here))
    drop_in = tmp_path / "policybot-serve.service.d" / "override.conf"
    drop_in.parent.mkdir()
    drop_in.write_text(lines.replace("/opt/policybot/bin/policybot", here))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "policybot" in line]
    assert done.returncode == 0, done.stderr
    assert told == []
