"""``policybot index`` where policies are gone or broken: nothing disappears unsaid."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.project import copy_project, policybot


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path)


def indexed(project: Path) -> int:
    """Return how many policies the live index has."""
    policies: int = json.loads(policybot("status", "--json", folder=project).stdout)["policies"]
    return policies


def test_an_empty_corpus_does_not_empty_the_index_unless_it_is_meant(project: Path) -> None:
    for path in (project / "corpus").glob("*.md"):
        path.unlink()
    refused = policybot("index", folder=project)
    assert refused.returncode == 2
    assert "the corpus holds no policies, and the index has 12 (2010-10-18-decis" in refused.stderr
    assert indexed(project) == 12
    assert policybot("index", "--allow-empty", folder=project).returncode == 0
    assert indexed(project) == 0


def test_a_large_share_of_the_index_is_dropped_only_when_it_is_meant(project: Path) -> None:
    for path in sorted((project / "corpus").glob("*.md"))[:5]:
        path.unlink()
    refused = policybot("index", folder=project)
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        "policybot: 5 of the 12 policies of the index are no longer in"
    )
    assert "run it again with --shrink" in refused.stderr
    assert indexed(project) == 12
    assert policybot("index", "--shrink", folder=project).returncode == 0
    assert indexed(project) == 7


def test_bad_policies_are_left_out_when_asked_and_their_number_is_said(project: Path) -> None:
    corpus = project / "corpus"
    (corpus / "bad.md").write_text("---\ntitle: T\ndate: soon\n---\nB\n")
    (corpus / "torn.md").write_bytes(b"\xff\xfe\x00")
    rows = [{"id": f"row-{n}", "title": f"Row {n}", "body": "Words.", "date": d} for n, d in
            enumerate(["2012", "no date", "2013"])]  # fmt: skip
    (corpus / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n{torn\n")
    refused = policybot("index", folder=project)
    assert refused.returncode == 2
    assert "--skip-bad leaves out the policies that have them" in refused.stderr
    done = policybot("index", "--skip-bad", folder=project)
    assert done.returncode == 0, done.stderr
    assert "4 policies with errors left out of the index" in done.stdout
    for name in ("bad.md:3: ", "torn.md:1: ", "rows.jsonl:2: ", "rows.jsonl:4: "):
        assert f"corpus/{name}" in done.stderr
    assert indexed(project) == 14


def test_of_a_file_with_many_errors_the_first_and_their_number_are_printed(project: Path) -> None:
    corpus = project / "corpus"
    (corpus / "log.jsonl").write_text('{"level": "info"}\n' * 300)
    (corpus / "bad.md").write_text("---\ntitle: T\ndate: soon\n---\nB\n")
    refused = policybot("index", folder=project)
    *lines, last = refused.stderr.splitlines()
    of_log = [line for line in lines if line.startswith("corpus/log.jsonl:")]
    assert len(of_log) == 11
    checked = policybot("check", folder=project).stdout.splitlines()
    errors = [line for line in checked if not re.match(r"[^:]+:[0-9]+: warning: ", line)]
    of_log_all = [line for line in errors if line.startswith("corpus/log.jsonl:")]
    assert of_log[:10] == of_log_all[:10]
    more = f": and {len(of_log_all) - 10} more errors in this file; policybot check lists them all"
    assert of_log[10].endswith(more)
    assert [line for line in lines if line not in of_log] == [
        line for line in lines if line.startswith("corpus/bad.md:3: ")
    ]
    assert last.startswith(f"policybot: {len(errors)} errors in the corpus; nothing was indexed")


def test_a_files_name_cannot_steer_the_terminal(project: Path) -> None:
    (project / "corpus" / "e\x1b[2Jvil.md").write_text("no front matter", encoding="utf-8")
    for printed in (
        policybot("check", folder=project).stdout,
        policybot("index", folder=project).stderr,
    ):
        assert "corpus/e\\x1b[2Jvil.md:1: there is no front matter" in printed
        assert "\x1b" not in printed


def test_what_hides_an_unknown_number_of_policies_is_never_left_out(project: Path) -> None:
    (project / "corpus" / "more").symlink_to(project)
    refused = policybot("index", "--skip-bad", folder=project)
    assert refused.returncode == 2
    assert "corpus/more:1: is a link to a folder" in refused.stderr
