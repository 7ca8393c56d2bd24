"""Versions, comparisons, definitions and what passages refer to, at every door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.answering.test_comparison import MEASURES
from tests.answering.test_versions import FERRIES, PORTS, policy
from tests.serve.site import get, served
from tests.serve.test_pages import Seen, page

FEES = policy(
    "fees",
    "Quay Rules",
    date="2013-01-01",
    body="Article 1. In these rules, “dues” means the fees that a master pays for a quay.\n\n"
    "Article 2. Nobody leaves a quay before the dues under Article 1 are paid.",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    corpus = (FERRIES, PORTS, FEES, *MEASURES)
    with served(tmp_path_factory.mktemp("versions"), corpus) as address:
        yield address


def test_a_list_has_each_policy_once_by_its_version_of_today(base: str) -> None:
    listed = get(base, "/api/policies").json()
    assert listed["total"] == listed["index"]["policies"] == 6
    versions = [one["version"]["id"] for one in listed["policies"] if "version" in one]
    assert versions == ["ports", "ferries@2014-01-01"]
    assert sum(listed["facets"]["year"].values()) == 6
    seen = Seen(page(base, "/").text)
    assert "6 policies" in seen.text
    assert "/p/ferries%402014-01-01" in [link["href"] for link in seen.all("a")]


def test_every_version_has_a_page_that_leads_to_the_others(base: str) -> None:
    seen = Seen(page(base, "/p/ferries@2012-03-01").text)
    assert "a lifebelt for every passenger" in seen.text
    links = {link["href"] for link in seen.all("a")}
    assert {"/p/ferries%402014-01-01", "/p/ferries%402017-01-01"} <= links
    assert "/p/ferries%402012-03-01" not in links
    assert "art1" in {one.get("id") for _, one in seen.elements}
    assert "a jacket" in page(base, "/p/ferries%402014-01-01").text


def test_a_quotation_is_of_a_version(base: str) -> None:
    text = "A ferry carries a lifebelt for every passenger."
    for policy_id, verbatim in (("ferries@2012-03-01", True), ("ferries@2014-01-01", False)):
        checked = get(base, "/api/verify", policy=policy_id, text=text).json()
        assert checked["verbatim"] is verbatim


def test_two_texts_stand_side_by_side_with_what_differs_marked(base: str) -> None:
    response = page(base, "/?q=What+changed+in+the+Ferry+Safety+Rules+in+2014%3F")
    assert "<del>lifebelt </del>" in response.text
    assert "<ins>jacket </ins>" in response.text
    assert "1 unchanged" in Seen(response.text).text
    markup = page(base, "/?q=Compare+the+Mooring+Measures+of+2012+and+2014").text
    assert "&lt;only&gt;" in markup
    assert "<only>" not in markup


def test_what_a_passage_refers_to_and_the_terms_it_uses_stand_below_it(base: str) -> None:
    seen = Seen(page(base, "/?q=When+may+one+leave+a+quay%3F").text)
    assert "Refers to Article 1" in seen.text
    assert "What “dues” means" in seen.text
    assert "/p/fees#art1" in [link["href"] for link in seen.all("a")]


def test_a_site_has_a_page_of_every_version(tmp_path: Path) -> None:
    import dataclasses

    from policybot.serve.page import site
    from policybot.serve.page.words import words_in
    from policybot.serve.service import service_of
    from tests.small_index import open_small

    engine = open_small(tmp_path / "index", (FERRIES, PORTS))
    serve = dataclasses.replace(engine.config.serve, public_url="https://x.org")
    service = service_of(dataclasses.replace(engine.config, serve=serve), engine)
    site._write(service, tmp_path, "https://x.org", words_in("en"))
    service.close()
    pages = {one.parent.name for one in (tmp_path / "p").rglob("index.html")}
    assert pages == {
        *("ferries", "ferries@2017-01-01", "ferries@2014-01-01", "ferries@2012-03-01"),
        *("ports", "ports@2012-02-01", "ports@2011-02-01"),
    }  # fmt: skip
