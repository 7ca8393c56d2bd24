"""Documents in JSON, as content interfaces give them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policybot.corpus.importers.documents_json import is_json_document
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.errors import ImportRefusedError
from policybot.model import Policy
from tests.corpus.importers.samples import imported, one, write

GOV = {
    "content_id": "1", "title": "Ferry Subsidy Notice", "locale": "en",
    "description": "About ferries.", "document_type": "notice",
    "first_published_at": "2017-03-08T13:31:49.000+00:00",
    "public_updated_at": "2018-03-02T16:06:56.000+00:00",
    "details": {
        "body": '<div class="govspeak"><p>The subsidy is paid for <strong>each</strong> crossing.'
        "</p>\n<ul><li>Cars: 4 crowns</li></ul></div>",
        "closing_date": "2216-12-16T16:00:00+01:00",
    },
    "links": {
        "organisations": [
            {"title": "Ministry of Waterways", "details": {"logo": {"title": "Logo"}}},
            {"title": "Harbour Board"},
        ],
        "parent": [{"title": "Ferries", "body": "x"}],
    },
}  # fmt: skip


def read(tmp_path: Path, value: object, name: str = "a.json") -> Policy:
    return one(write(tmp_path, name, json.dumps(value)), tmp_path / "corpus")


def test_a_document_is_one_markdown_file_with_what_it_states(tmp_path: Path) -> None:
    outcome, (policy,) = imported(write(tmp_path, "a.json", json.dumps(GOV)), tmp_path / "corpus")
    assert [path.suffix for path in outcome.paths] == [".md"]
    assert (policy.title, policy.issuers, policy.language) == (
        "Ferry Subsidy Notice", ("Ministry of Waterways", "Harbour Board"), "en",
    )  # fmt: skip
    assert (str(policy.published), policy.date, policy.expires) == ("2017-03-08", None, None)
    assert policy.body == "The subsidy is paid for each crossing.\n\n- Cars: 4 crowns"


def test_the_last_update_is_the_publication_only_where_nothing_else_is(tmp_path: Path) -> None:
    policy = read(tmp_path, {**GOV, "first_published_at": None})
    assert str(policy.published) == "2018-03-02"


def test_an_array_of_such_documents_is_a_table(tmp_path: Path) -> None:
    outcome, (policy,) = imported(write(tmp_path, "a.json", json.dumps([GOV])), tmp_path / "corpus")
    assert [path.suffix for path in outcome.paths] == [".jsonl"]
    assert policy.issuers == ("Ministry of Waterways", "Harbour Board")
    assert policy.body == "The subsidy is paid for each crossing.\n\n- Cars: 4 crowns"


def test_members_of_objects_in_lists_can_be_named(tmp_path: Path) -> None:
    value = [{"title": "A", "text": "x", "links": {"makers": [{"title": "Board"}]}}]
    path = write(tmp_path, "a.json", json.dumps(value))
    _, (policy,) = imported(path, tmp_path / "corpus", map=("issuers=links.makers.title",))
    assert policy.issuers == ("Board",)


def test_a_federal_register_document_states_its_agencies_and_days(tmp_path: Path) -> None:
    policy = read(
        tmp_path,
        {
            "title": "Oil Prices", "abstract": "Oil is dear.", "document_number": "2014-30404",
            "publication_date": "2014-12-29", "signing_date": "2014-12-15",
            "effective_on": "2015-01-01", "html_url": "https://fr.example/d/1",
            "agencies": [{"name": "Bureau of Oil", "raw_name": "BUREAU", "id": 573}],
            "type": "Rule",
        },
    )  # fmt: skip
    assert (policy.number, policy.issuers, policy.url) == (
        "2014-30404", ("Bureau of Oil",), "https://fr.example/d/1",
    )  # fmt: skip
    assert (str(policy.date), str(policy.published), str(policy.effective)) == (
        "2014-12-15", "2014-12-29", "2015-01-01",
    )  # fmt: skip
    assert "review: the text may be a summary only; it is the column abstract" in (
        policy.note or ""
    )


def test_parts_of_a_guide_stand_under_their_titles(tmp_path: Path) -> None:
    parts = [{"title": "Who", "body": "<p>Keepers.</p>"}, {"title": "When", "body": "<p>Dusk.</p>"}]
    policy = read(tmp_path, {"title": "Lamps", "details": {"parts": parts}})
    assert policy.body == "## Who\n\nKeepers.\n\n## When\n\nDusk."


def test_of_a_text_in_several_media_types_the_html_is_read(tmp_path: Path) -> None:
    body = [
        {"content_type": "text/govspeak", "content": "## Lamps {#x}"},
        {"content_type": "text/html", "content": "<h2>Lamps</h2><p>Light them.</p>"},
    ]
    assert read(tmp_path, {"title": "A", "details": {"body": body}}).body == (
        "## Lamps\n\nLight them."
    )


@pytest.mark.parametrize(
    "value",
    [
        {"rows": [{"title": "A", "text": "x"}]},
        {"title": "An export", "rows": [{"title": "A", "text": "x"}]},
    ],
)
def test_an_object_that_holds_a_table_is_a_table(tmp_path: Path, value: object) -> None:
    path = write(tmp_path, "a.json", json.dumps(value))
    assert not is_json_document(path)
    assert import_file(path, tmp_path / "corpus").paths[0].suffix == ".jsonl"


@pytest.mark.parametrize("text", ['{"title": "A"', '{"title": ' + "[" * 5000, "{}", '{"a": 1}'])
def test_other_objects_are_refused_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        import_file(write(tmp_path, "a.json", text), tmp_path / "corpus")
    assert "\n" not in str(refused.value)
