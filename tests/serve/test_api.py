from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest

from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig, ServeConfig
from policybot.model import sha256_of
from policybot.serve.problems import PROBLEM
from tests.project import copy_project, indexed_project, policybot
from tests.serve.site import CORPUS, get, served, served_from, serving_process


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("api")) as address:
        yield address


def refused(response: httpx.Response, status: int) -> str:
    """Check that a request was refused as RFC 9457 has it, on one line, and say why."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    assert response.text.count("\n") == 1
    problem = response.json()
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert "Traceback" not in problem["detail"]
    detail: str = problem["detail"]
    return detail


def test_a_question_is_answered_with_the_object_of_the_terminal(project_server: str) -> None:
    question = "Who should manage the special funds?"
    said = json.loads(policybot("ask", question, "--json", folder=indexed_project()).stdout)
    answer = get(project_server, "/api/ask", q=question).json()
    for one in (said, answer):
        del one["took_ms"]
    assert answer == said
    assert answer["certainty"] == "sure"


def test_filters_are_conditions_beside_the_question(base: str) -> None:
    answer = get(base, "/api/ask", q="bridges", until="2010", list="true").json()
    assert [hit["policy"]["id"] for hit in answer["hits"]] == ["roads"]
    assert answer["reading"]["until"] == "2010-12-31"


def test_policies_are_listed_by_page_with_links_to_the_others(base: str) -> None:
    first = get(base, "/api/policies", per_page=3)
    assert first.json()["total"] == len(CORPUS)
    assert [one["id"] for one in first.json()["policies"]] == ["roads", "funds", "joint"]
    assert first.json()["policies"][0]["validity"]["state"] == "unknown"
    links = first.links
    assert set(links) == {"next", "last"}
    second = get("", links["next"]["url"]).json()
    assert [one["id"] for one in second["policies"]] == [
        "ships", "harbour-ordinance", "scripts",
    ]  # fmt: skip


def test_facets_count_what_the_filters_leave(base: str) -> None:
    counted = get(base, "/api/policies").json()["facets"]
    assert counted["issuer"]["Ministry of Transport"] == 3
    assert counted["year"] == {"2010": 1, "2011": 1, "2012": 1, "2013": 1, "2014": 2}
    for facet, values in counted.items():
        for value, count in values.items():
            listed = get(base, "/api/policies", **{facet: value}).json()
            assert listed["total"] == count, (facet, value)
    fewer = get(base, "/api/policies", issuer="MOT", year=2012).json()
    assert fewer["total"] == 1
    assert fewer["facets"]["year"] == {"2012": 1}


def test_a_list_is_a_table_for_spreadsheets_too(base: str) -> None:
    response = get(base, "/api/policies", format="csv", order="newest")
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["id"] for row in rows][:2] == ["scripts", "harbour-ordinance"]
    assert rows[-1]["id"] == "undated"


def test_a_policy_a_passage_and_a_provision_have_addresses(base: str) -> None:
    whole = get(base, "/api/policies/harbour-ordinance").json()
    assert whole["relates_to"][0]["id"] == "ships"
    passage = get(base, "/api/policies/harbour-ordinance/passages/2").json()
    assert passage["passages"][0]["id"] == "harbour-ordinance#2"
    assert passage["passages"][0]["text"] == whole["passages"][1]["text"]
    shown = get(base, f"/api/provisions/{quote('harbour-ordinance#art2.b', safe='')}").json()
    assert shown["text"].startswith("(b) move a ship.")
    assert shown["sha256"] == sha256_of(shown["text"])


def test_what_is_not_there_is_named(base: str) -> None:
    assert "passages 1 to" in refused(get(base, "/api/policies/roads/passages/99"), 404)
    assert "no policy has this id" in refused(get(base, "/api/policies/none"), 404)
    missing = quote("harbour-ordinance#art9", safe="")
    assert "Articles 1 to 3" in refused(get(base, f"/api/provisions/{missing}"), 404)
    assert "no issuer called 'Nobody'" in refused(get(base, "/api/policies", issuer="Nobody"), 404)
    assert "calls it 'spell'" in refused(get(base, "/api/ask", q="roads", kind="spell"), 404)
    refused(get(base, "/api/nothing"), 404)


def test_more_issuers_than_are_described_are_refused_though_they_are_blank(base: str) -> None:
    assert get(base, "/api/ask", q="roads", issuer=[""] * 20).status_code == 200
    assert "at most 20" in refused(get(base, "/api/ask", q="roads", issuer=[""] * 21), 400)


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/roads", "roads%00", "a%0ab"]
)
def test_an_id_leads_nowhere_but_to_a_policy(base: str, path: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    import http.client

    for door in ("/api/policies/", "/api/policies/../policies/"):
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        connection.request("GET", f"{door}{path}")
        response = connection.getresponse()
        assert response.status == 404
        assert json.loads(response.read())["status"] == 404
        connection.close()


@pytest.mark.parametrize(
    ("path", "params", "said"),
    [
        ("/api/ask", {}, "q: is missing"),
        ("/api/ask", {"q": "   "}, "q: is missing"),
        ("/api/ask", {"q": "x" * 8_001}, "at most 8000"),
        ("/api/ask", {"q": "roads", "limit": "0"}, "limit"),
        ("/api/ask", {"q": "roads", "isuer": "MOT"}, "unknown parameter"),
        ("/api/policies", {"since": "2013-13"}, "since"),
        ("/api/policies", {"since": "2014", "until": "2012"}, "after until"),
        ("/api/policies", {"state": "alive"}, "in_force"),
        ("/api/policies", {"page": "-1"}, "page"),
        ("/api/policies", {"page": "1" * 400}, "page"),
        ("/api/verify", {"policy": "roads"}, "text: is missing"),
        ("/api/changes", {"since": "yesterday"}, "since"),
    ],
)
def test_a_wrong_parameter_is_named(
    base: str, path: str, params: dict[str, str], said: str
) -> None:
    assert said in refused(get(base, path, **params), 400)


def test_only_reading_is_allowed(base: str) -> None:
    with httpx.Client(base_url=base, trust_env=False) as client:
        response = client.post("/api/ask", json={"q": "roads"})
        assert "takes GET or HEAD alone" in refused(response, 405)
        assert "GET" in response.headers["allow"]
        assert client.head("/api/policies").content == b""


def test_a_quotation_is_verbatim_or_the_differences_are_told(base: str) -> None:
    right = get(base, "/api/verify", policy="roads", text="Damaged bridges\n are closed at once.")
    assert right.json()["verbatim"]
    assert right.json()["passage"]["id"] == "roads#1"
    wrong = get(base, "/api/verify", policy="roads", text="Damaged roads are closed at once.")
    assert not wrong.json()["verbatim"]
    assert wrong.json()["nearest"]["text"] == "Damaged bridges are closed at once."
    assert wrong.json()["nearest"]["differences"] == [
        {"kind": "replaced", "given": "roads", "policy": "bridges"}
    ]


def test_an_answer_is_not_sent_again_while_the_index_is_the_same(base: str) -> None:
    with httpx.Client(base_url=base, trust_env=False) as client:
        first = client.get("/api/ask", params={"q": "bridges"})
        again = {"If-None-Match": f'"other", {first.headers["etag"]}'}
        second = client.get("/api/ask", params={"q": "bridges"}, headers=again)
        other = client.get("/api/ask", params={"q": "ships"}, headers=again)
    assert (second.status_code, second.content) == (304, b"")
    assert other.status_code == 200


def test_a_new_generation_is_taken_up_and_its_changes_told(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "project")
    changed = folder / "corpus" / "2012-02-14-12th-five-year-plan-development.md"
    gone = min((folder / "corpus").glob("2010-*.md"))
    with serving_process(folder) as base:
        before = get(base, "/api/changes").json()
        etag = get(base, "/api/policies").headers["etag"]
        changed.write_text(changed.read_text("utf-8") + "\nBuoys are painted red.\n", "utf-8")
        gone.unlink()
        new = "---\ntitle: Rules on Lanterns\ndate: 2014-08-01\n---\n\nLanterns are lit at dusk.\n"
        (folder / "corpus" / "lanterns.md").write_text(new, "utf-8")
        done = policybot("index", folder=folder)
        assert done.returncode == 0, done.stderr
        for _ in range(600):
            after = get(base, "/api/changes", since=before["index"]["generation"]).json()
            if after["changes"]:
                break
        assert after["complete"]
        assert {(one["kind"], one["id"]) for one in after["changes"]} == {
            ("added", "lanterns"), ("changed", changed.stem), ("removed", gone.stem),
        }  # fmt: skip
        assert get(base, "/api/policies").headers["etag"] != etag
        assert get(base, "/api/policies/lanterns").status_code == 200
    remove_earlier_generations(folder)
    # A server that was not there when the index changed.
    opened = Engine(Config(index=IndexConfig(path=folder / "embeddings")))
    with served_from(opened) as base:
        again = get(base, "/api/changes", since=before["index"]["generation"]).json()
        assert again["changes"] == after["changes"]
        assert again["complete"]
        feed = ET.fromstring(get(base, "/api/changes.atom").content)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    titles = {entry.findtext(f"{atom}title") for entry in entries[:2]}
    assert "Rules on Lanterns" in titles
    assert entries[0].findtext(f"{atom}id", "").startswith(f"{base}/p/")


def remove_earlier_generations(folder: Path) -> None:
    """Remove all but the live one, as indexing does some time later."""
    live = (folder / "embeddings" / "CURRENT").read_text("utf-8").strip()
    for one in (folder / "embeddings" / "generations").iterdir():
        if one.name != live:
            shutil.rmtree(one)


def test_tokens_guard_what_programs_call(tmp_path: Path) -> None:
    token = "t" * 20
    with served(tmp_path, tokens=("s" * 20, token)) as base:
        refused_ = get(base, "/api/policies")
        assert "token" in refused(refused_, 401)
        assert refused_.headers["www-authenticate"].startswith("Bearer")
        with httpx.Client(base_url=base, trust_env=False) as client:
            for given, status in ((token, 200), (token[:-1], 401), ("x", 401)):
                headers = {"Authorization": f"Bearer {given}"}
                assert client.get("/api/policies", headers=headers).status_code == status
            assert client.post("/mcp", json={}).status_code == 401
        assert get(base, "/api/openapi.json").status_code == 200
        assert get(base, "/").status_code == 200


def test_other_sites_may_call_only_where_it_is_configured(base: str, tmp_path: Path) -> None:
    origin = {"Origin": "https://www.example.org"}
    with httpx.Client(trust_env=False) as client:
        closed = client.get(f"{base}/api/policies", headers=origin)
        assert "access-control-allow-origin" not in closed.headers
        with served(tmp_path, config=ServeConfig(cors="https://www.example.org")) as opened:
            allowed = client.get(f"{opened}/api/policies", headers=origin)
            other = client.get(f"{opened}/api/policies", headers={"Origin": "https://x.org"})
            asked = client.options(
                f"{opened}/api/ask", headers={**origin, "Access-Control-Request-Method": "GET"}
            )
    assert allowed.headers["access-control-allow-origin"] == "https://www.example.org"
    assert "access-control-allow-origin" not in other.headers
    assert asked.status_code == 200


def test_every_response_forbids_what_a_browser_might_make_of_it(base: str) -> None:
    for path in ("/api/policies", "/api/nothing", "/healthz"):
        headers = get(base, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers
