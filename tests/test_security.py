"""Threats that no other test is about, and that SECURITY.md names tests that exist."""

from __future__ import annotations

import ast
import os
import pickle
import re
from pathlib import Path

import numpy as np
import pytest

from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.review.check import check_corpus
from policybot.errors import CorpusError, IndexDamagedError, PolicyNotFoundError
from policybot.index.format.columns import map_column
from policybot.index.format.manifest import CURRENT
from policybot.index.serve.generation import open_generation
from policybot.query.conditions import Holds, IssuedBy, Numbered
from policybot.query.text import MAX_CHARACTERS
from tests.policy_files import parse_policy
from tests.project import ROOT
from tests.reading import read
from tests.small_index import open_small

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")

SQL = (
    "'; DROP TABLE policies; --",
    '" OR "1"="1',
    "rain' UNION SELECT body FROM policies --",
    "%_%",
    'NEAR(rain, "snow") AND title:* OR -rain ^2',
    "No. 17' OR 1=1",
    "“x”) OR (“y”",
)


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def test_every_line_of_the_threat_model_names_tests_that_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    threats = [row for row in rows if not row.startswith(("| threat", "| ---", "|---"))]
    assert len(threats) > 20
    for row in threats:
        assert NAMED.search(row), f"no test holds this: {row}"
    for file, name in NAMED.findall(text):
        assert name in functions(ROOT / file), f"{file} has no {name}"


@pytest.mark.parametrize("policy_id", ["../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "..", "."])
def test_an_id_is_never_a_path(tmp_path: Path, policy_id: str) -> None:
    inbox, corpus = tmp_path / "inbox.md", tmp_path / "corpus"
    inbox.write_text(f"---\nid: '{policy_id}'\ntitle: A\n---\n\nA.\n", encoding="utf-8")
    (draft,) = import_file(inbox, corpus).paths
    assert draft.parent == corpus
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {inbox, draft, corpus / "sources" / "inbox.md"}
    assert [policy.id for policy in read_policies(corpus)] == [policy_id]


@pytest.mark.parametrize("file", ["../../../etc/passwd", "/etc/passwd", "a/../../../b"])
def test_a_source_is_never_looked_for_outside_its_folder(tmp_path: Path, file: str) -> None:
    (tmp_path / "a.md").write_text(
        f"---\ntitle: A\ndate: 2012\nsource: {{file: {file}, sha256: {'0' * 64}}}\n---\n\nA.\n",
        encoding="utf-8",
    )
    messages = [one.message for one in check_corpus(tmp_path, tmp_path / "issuers.toml")]
    assert messages == [f"source file {file!r} is not a path inside sources/"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_a_policys_address_is_of_the_web(url: str) -> None:
    with pytest.raises(CorpusError, match="is no http or https address"):
        parse_policy(f"---\ntitle: A\nurl: '{url}'\n---\n\nA.\n", "a.md")


def test_what_looks_like_sql_or_query_syntax_is_words(tmp_path: Path) -> None:
    engine = open_small(tmp_path)
    before = engine.list()
    for text in SQL:
        engine.answer(text)
        demanded = [Numbered((text,)), Holds((text,)), IssuedBy((text,))]
        engine.answer("rain", conditions=demanded)
        with pytest.raises(PolicyNotFoundError):
            engine.show(text)
    assert engine.list().hits == before.hits
    engine.close()


def test_of_a_question_the_first_characters_alone_are_read() -> None:
    opening = "What did the Ministry of Finance issue in 2012 on bridges? "
    long = opening + "and the bridges, " * 100_000
    query = read(long)
    assert query.conditions == read(long[:MAX_CHARACTERS]).conditions
    assert query.topic == read(long[:MAX_CHARACTERS]).topic
    assert len(query.topic) <= MAX_CHARACTERS


class Payload:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch stolen",)


def test_a_pickle_in_the_index_is_never_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    array = np.empty(1, dtype=object)
    array[0] = Payload()
    np.save("column.npy", array, allow_pickle=True)
    Path("bare.npy").write_bytes(pickle.dumps(Payload()))
    for name in ("column.npy", "bare.npy"):
        with pytest.raises(IndexDamagedError):
            map_column(Path(name), np.int32)
    assert not Path("stolen").exists()


@pytest.mark.parametrize("name", ["../../elsewhere", "/tmp", "..", ".", "a/b", "a\\b", "a\0b"])
def test_the_name_of_a_generation_is_never_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / CURRENT).write_text(f"{name}\n", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="does not hold the name of a generation"):
        open_generation(tmp_path)
