"""The MCP server as an assistant meets it: the SDK's own client, and a process of ours."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from policybot.model import sha256_of
from tests.project import indexed_project
from tests.serve.site import CORPUS, get, served

FUNDS = "2011-04-06-interim-measures-administration"
TOOLS = {
    "search", "policy", "passage", "in_force_on", "relations", "verify_quote", "timeline",
}  # fmt: skip


@asynccontextmanager
async def assistant() -> AsyncIterator[Client]:
    """An assistant's connection to a process of its own."""
    process = StdioServerParameters(
        command=sys.executable,
        args=["-m", "policybot", "mcp"],
        cwd=str(indexed_project()),
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    async with Client(stdio_client(process)) as connected:
        yield connected


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    assert "Quote only what is given" in result.structured_content["rule"]
    return result.structured_content


async def test_an_assistant_searches_reads_checks_and_quotes_and_is_told_what_is_wrong() -> None:
    async with assistant() as client:
        await _searches_and_checks(client)
        await _reads_resources(client)
        await _is_told_what_is_wrong(client)


async def _searches_and_checks(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
    assert "Quote only what is given" in (client.instructions or "")

    search = await call(client, "search", question="Who should manage the special funds?")
    assert search["certainty"] == "sure"
    first = search["results"][0]
    assert (first["id"], first["issuers"], first["date"], first["state"]) == (
        FUNDS, ["Ministry of Finance"], "2011-04-06", "unknown",
    )  # fmt: skip
    quote = first["quotes"][0]
    assert quote["sha256"] == sha256_of(quote["text"])

    again = await call(client, "passage", passage_id=quote["passage"])
    assert again["text"] == quote["text"]
    whole = await call(client, "policy", policy_id=FUNDS)
    assert quote["text"] in [one["text"] for one in whole["passages"]]

    sentence = "The special funds shall be managed by the Ministry of Finance"
    right = await call(client, "verify_quote", policy_id=FUNDS, text=sentence)
    wrong = await call(client, "verify_quote", policy_id=FUNDS, text=f"{sentence} alone.")
    assert (right["verbatim"], wrong["verbatim"]) == (True, False)
    assert wrong["nearest"]["differences"]

    state = await call(client, "in_force_on", policy_id=FUNDS, day="2013-03-01")
    assert (state["state"], state["day"]) == ("unknown", "2013-03-01")
    related = await call(client, "relations", policy_id=FUNDS)
    assert related["relates_to"] == related["related_by"] == []
    listed = await call(client, "timeline", since="2012", until="2012")
    assert [one["date"][:4] for one in listed["policies"]] == ["2012"] * listed["total"]


async def _reads_resources(client: Client) -> None:
    templates = (await client.list_resource_templates()).resource_templates
    assert [one.uri_template for one in templates] == ["policybot://policies/{+policy_id}"]
    read = await client.read_resource(f"policybot://policies/{FUNDS}")
    assert "special funds are arranged by the central budget" in str(read.contents[0])
    everything = await client.read_resource("policybot://policies")
    assert FUNDS in str(everything.contents[0])


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("policy", {"policy_id": "../../etc/passwd"}, "no policy has this id"),
    ("policy", {"policy_id": "special funds"}, "`search` and `timeline` give ids"),
    ("passage", {"passage_id": f"{FUNDS}#99"}, "passages 1 to"),
    ("in_force_on", {"policy_id": FUNDS, "day": "2013-02-31"}, "no day"),
    ("search", {"question": "funds", "since": "yesterday"}, "not a date"),
    ("search", {"question": "x" * 9_000}, "8000"),
)


async def _is_told_what_is_wrong(client: Client) -> None:
    for tool, arguments, said in WRONG:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert said in str(result.content)
        assert "Traceback" not in str(result.content)


async def test_an_assistant_may_call_over_http(tmp_path: Path) -> None:
    with served(tmp_path) as base:
        async with Client(f"{base}/mcp") as client:
            search = await call(client, "search", question="When are roads inspected?")
            assert search["results"][0]["id"] == "roads"
            assert "corpus" not in search
            nothing = await call(client, "search", question="How many moons has Jupiter?")
            assert nothing["results"] == []
            assert {"moons", "Jupiter"} <= {*nothing["words_in_no_passage"]}
            assert nothing["corpus"]["policies"] == len(CORPUS)
            assert nothing["corpus"]["languages"] == ["en"]
        assert get(base, "/mcp").status_code == 405  # there is no stream to listen to
        assert get(base, "/api/policies/roads").status_code == 200
