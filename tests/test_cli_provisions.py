"""Provisions at the terminal: a small corpus indexed and asked by processes of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.exported import copy_export
from tests.project import policybot
from tests.shared import made_once

FEES = """---
id: harbour-fees
title: Measures for Harbour Fees
issuers: [Ministry of Transport]
date: 2012-05-03
language: en
---
Article 1. Purpose. These measures are made for ships.

Article 2. Payers. Under Article 3, masters pay:

(a) the quay fee;

(b) the pilot's fee.

Article 3. Fines. Who does not pay is fined.
"""
OTHER = """---
id: road-plan
title: Road Safety Plan
date: 2010
language: en
---
Roads are inspected every spring, as Article 2 of the Measures for Harbour Fees says of quays.
"""


@pytest.fixture(scope="module")
def project() -> Path:
    def index(folder: Path) -> None:
        (folder / "corpus").mkdir(parents=True)
        (folder / "corpus" / "fees.md").write_text(FEES, "utf-8")
        (folder / "corpus" / "roads.md").write_text(OTHER, "utf-8")
        copy_export(folder / "embeddings")
        done = policybot("index", folder=folder)
        assert done.returncode == 0, done.stderr

    return made_once("provisions", index)


def test_show_prints_an_item_word_for_word_below_its_lead_in(project: Path) -> None:
    done = policybot("show", "harbour-fees#art2.b", folder=project)
    assert done.returncode == 0
    assert done.stdout == (
        "Measures for Harbour Fees\n[harbour-fees#art2.b]\n\n"
        "Article 2. Payers. Under Article 3, masters pay:\n(b) the pilot's fee.\n"
    )


def test_show_prints_what_an_article_refers_to_below_it(project: Path) -> None:
    done = policybot("show", "harbour-fees#art2", folder=project)
    assert done.stdout.endswith(
        "(b) the pilot's fee.\n\nCites Article 3 [harbour-fees#art3]:\n"
        "Article 3. Fines. Who does not pay is fined.\n"
    )
    shown = json.loads(policybot("show", "harbour-fees#art2", "--json", folder=project).stdout)
    assert (shown["id"], shown["label"]) == ("harbour-fees#art2", "Article 2")
    assert [one["id"] for one in shown["cites"]] == ["harbour-fees#art3"]


def test_show_says_which_provisions_there_are(project: Path) -> None:
    done = policybot("show", "harbour-fees#art9", folder=project)
    assert done.returncode == 2
    assert "the policy has no such provision; it has Articles 1 to 3" in done.stderr
    assert policybot("show", "no-such-policy#art1", folder=project).returncode == 2


def test_ask_answers_with_the_article_and_not_with_one_that_mentions_it(project: Path) -> None:
    question = "What does Article 3 of the Measures say?"
    done = policybot("ask", question, folder=project)
    assert done.returncode == 0
    assert "Read as: Article 3; " in done.stdout
    assert "Article 3. Fines. Who does not pay is fined." in done.stdout
    assert "masters pay" not in done.stdout
    shown = json.loads(policybot("ask", "--json", question, folder=project).stdout)
    assert shown["certainty"] == "sure"
    assert [p["id"] for hit in shown["hits"] for p in hit["passages"]] == ["harbour-fees#art3"]
    assert shown["reading"]["conditions"][0] == {
        "kind": "provision", "value": "art3", "span": [10, 19],
    }  # fmt: skip


def test_ask_says_that_there_is_no_such_article(project: Path) -> None:
    done = policybot("ask", "Article 12 of the Measures for Harbour Fees", folder=project)
    assert done.returncode == 1
    assert "“Measures for Harbour Fees” has no Article 12: it has Articles 1 to 3." in done.stdout
