"""A collection is read as it stands, indexed apart, ranked like answers, and written for others."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig
from policybot.corpus.text.split import split_policy
from policybot.errors import ConfigError, CorpusError
from policybot.evaluation import dataset as datasets
from policybot.evaluation.compare import compare, system
from policybot.evaluation.dataset import (
    Run,
    read_corpus,
    read_dataset,
    run_dataset,
    write_run,
)
from policybot.evaluation.measures import MEASURES
from policybot.model import Policy, PolicyDate
from tests.exported import copy_export
from tests.fake_encoder import FakeEncoder
from tests.project import policybot
from tests.small_index import open_small

ROWS = [
    {
        "id": "roads#1",
        "title": "Road Act",
        "text": "Bridges are inspected\nevery spring.",
        "meta": {
            "date": "2010-05",
            "issuer": "Ministry of Transport",
            "path": ["Part I", "Bridges "],
        },
    },
    {
        "id": "刑法|第二条",
        "title": "刑法",
        "text": "盗窃公私财物的，处三年以下有期徒刑。",
        "meta": {
            "date": "2023-12-29",
            "issuer": ["全国人民代表大会"],
            "path": [],
            "article": "第二条",
        },
    },
    {
        "id": "a b",
        "title": "Ports",
        "text": "Ships wait outside.\n\nPilots come aboard.",
        "meta": {"date": "long ago", "url": "https://example.org"},
    },
    {"id": "bare", "title": "Bicycles", "text": "Bicycles are welcome on every road."},
]
QUESTIONS = {
    "q1": "When are bridges inspected?",
    "q 2": "Do pilots come aboard?",
    "q3": "盗窃公私财物怎么处罚？",
    "q4": "What did the Ministry of Transport issue about bicycles?",
    "q5": "What did the Ministry of Magic issue about bridges?",
}
JUDGED = [
    ("q1", "roads#1", 1),
    ("q 2", "a b", 2),
    ("q3", "刑法|第二条", 1),
    ("q5", "roads#1", 1),
    ("q5", "bare", 0),
    ("elsewhere", "bare", 1),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "tiny"
    place.mkdir()
    write(place / "corpus.jsonl", *map(dumps, ROWS))
    write(
        place / "queries-dev.jsonl",
        *(dumps({"id": name, "text": text}) for name, text in QUESTIONS.items()),
    )
    write(place / "issuers.toml", "[[issuer]]", 'name = "Ministry of Transport"')
    write(place / "qrels-dev.tsv", *("\t".join(map(str, row)) for row in JUDGED))
    return place


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    fake = FakeEncoder()
    monkeypatch.setattr(datasets, "open_for_indexing", lambda config: fake)
    monkeypatch.setattr(datasets, "open_for_serving", lambda config, fingerprint: fake)
    return fake


def write(path: Path, *lines: str) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def dumps(row: object) -> str:
    return json.dumps(row, ensure_ascii=False)


def run(folder: Path, cache: Path) -> Run:
    config = Config(index=IndexConfig(path=cache))
    return run_dataset(config, read_dataset(folder, "dev"), progress=lambda *_: None)


def test_a_row_is_a_policy_with_its_text_verbatim_under_its_headings(folder: Path) -> None:
    roads, law, ports, bare = read_corpus(folder)
    assert (roads.id, roads.title, roads.date) == ("roads#1", "Road Act", PolicyDate(2010, 5))
    assert roads.issuers == ("Ministry of Transport",)
    assert roads.body.endswith("Bridges are inspected\nevery spring.")
    assert law.issuers == ("全国人民代表大会",)
    assert (ports.date, ports.date_text, ports.url) == (None, "long ago", "https://example.org")
    assert bare == Policy("bare", "Bicycles", "Bicycles are welcome on every road.")


def test_the_section_is_the_heading_path_of_the_passage_and_not_in_its_text(folder: Path) -> None:
    encoder = FakeEncoder()
    passages = [
        passage
        for policy in read_corpus(folder)
        for passage in split_policy(policy, encoder.count_tokens, encoder.max_tokens)
    ]
    assert [(p.headings, p.text) for p in passages[:2]] == [
        (("Part I", "Bridges"), "Bridges are inspected\nevery spring."),
        (("第二条",), "盗窃公私财物的，处三年以下有期徒刑。"),
    ]


def test_headings_deeper_than_markdown_has_share_the_last_level(tmp_path: Path) -> None:
    row = {"id": "1", "title": "t", "text": "Text.", "meta": {"path": list("abcdefgh")}}
    write(tmp_path / "corpus.jsonl", dumps(row))
    encoder = FakeEncoder()
    (passage,) = split_policy(next(read_corpus(tmp_path)), encoder.count_tokens, 64)
    assert passage.headings == ("a", "b", "c", "d", "e", "f / g / h")


def test_judgements_may_have_a_header_and_of_unasked_questions_are_left_out(folder: Path) -> None:
    path = folder / "qrels-dev.tsv"
    path.write_text("query-id\tcorpus-id\tscore\n" + path.read_text("utf-8"), "utf-8")
    judged = read_dataset(folder, "dev").judgements
    assert judged["q5"] == {"roads#1": 1, "bare": 0}
    assert "elsewhere" not in judged


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("corpus.jsonl", '{"id": "x"}'),
        ("corpus.jsonl", '{"id": 7, "text": "t"}'),
        ("corpus.jsonl", "[]"),
        ("corpus.jsonl", '{"id": "bare", "title": "Twice", "text": "Twice."}'),
        ("queries-dev.jsonl", '{"id": "q1", "text": "twice"}'),
        ("queries-dev.jsonl", "no json"),
        ("qrels-dev.tsv", "q1 roads#1 1"),
        ("qrels-dev.tsv", "q1\troads#1\tyes"),
    ],
)
def test_a_bad_line_is_named(folder: Path, name: str, line: str) -> None:
    path = folder / name
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    number = len(path.read_text("utf-8").splitlines())
    with pytest.raises((ConfigError, CorpusError), match=f"{name}:{number}: "):
        _ = list(read_corpus(folder)), read_dataset(folder, "dev")


def test_of_two_rows_with_one_id_both_lines_are_named(folder: Path) -> None:
    rows = [*ROWS, {"id": "roads#1", "title": "Another Road Act", "text": "Text."}]
    write(folder / "corpus.jsonl", *map(dumps, rows))
    with pytest.raises(CorpusError, match=r"corpus.jsonl:5: the id 'roads#1' is taken: line 1 has"):
        list(read_corpus(folder))


def test_a_collection_without_policies_is_refused(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text("\n")
    with pytest.raises(CorpusError, match=r"corpus\.jsonl: no policies in it"):
        list(read_corpus(folder))


def test_a_split_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(ConfigError, match="queries-test"):
        read_dataset(folder, "test")


def test_every_question_is_ranked_and_vectors_are_reused(
    folder: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    first = run(folder, tmp_path / "index")
    assert {q: r.policies[0][0] for q, r in first.rankings.items() if r.policies} == {
        "q1": "roads#1",
        "q 2": "a b",
        "q3": "刑法|第二条",
        "q4": "roads#1",
        "q5": "roads#1",
    }
    assert first.index.embedded > 0
    assert run(folder, tmp_path / "index").index.embedded == 0


def test_the_figures_say_how_questions_were_read(
    folder: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    figures = run(folder, tmp_path / "index").to_dict()
    assert figures | {
        "questions": 5, "judged": 4, "policies": 4, "recall@10": 1.0, "mrr@10": 1.0,
        "read_with_filters": 1, "read_with_unknown_issuer": 1, "unranked": 0,
    } == figures  # fmt: skip
    assert set(MEASURES) <= set(figures)
    assert figures["p50_ms"] <= figures["p95_ms"]


def test_without_a_table_no_body_is_known(
    folder: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    (folder / "issuers.toml").unlink()
    figures = run(folder, tmp_path / "index").to_dict()
    assert (figures["read_with_filters"], figures["read_with_unknown_issuer"]) == (0, 2)


def test_a_run_file_is_what_trec_eval_reads(
    folder: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    write_run(run(folder, tmp_path / "index"), tmp_path / "tiny.run")
    rows = [line.split(" ") for line in (tmp_path / "tiny.run").read_text("utf-8").splitlines()]
    assert {len(row) for row in rows} == {6}
    assert {(row[1], row[5]) for row in rows} == {("Q0", "policybot")}
    assert {row[0] for row in rows} == {"q1", "q%202", "q3", "q4", "q5"}
    assert "a%20b" in {row[2] for row in rows}
    for question in {row[0] for row in rows}:
        mine = [row for row in rows if row[0] == question]
        assert [int(row[3]) for row in mine] == list(range(1, len(mine) + 1))
        scores = [float(row[4]) for row in mine]
        assert all(a > b for a, b in itertools.pairwise(scores))


def test_a_ranking_begins_with_the_hits_of_the_answer(tmp_path: Path) -> None:
    engine: Engine = open_small(tmp_path)
    for question in ("What about damaged bridges?", "Toll stations", "What was issued in 2013?"):
        hits = [hit.policy.id for hit in engine.answer(question, intent="find").hits]
        assert hits
        ranked = [name for name, _ in engine.rank(question).policies]
        assert ranked[: len(hits)] == hits
    assert engine.rank("").policies == ()
    assert engine.rank("policies of 1999").policies == ()
    engine.close()


def test_comparing_a_run_with_itself_finds_no_difference(
    folder: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    ran = run(folder, tmp_path / "index")
    measures, clusters = ran.measures(), ran.clusters()
    worse = {name: np.zeros_like(values) for name, values in measures.items()}
    assert {one.difference.p for one in compare(measures, measures, clusters)} == {1.0}
    assert all(one.difference.mean == -one.first for one in compare(measures, worse, clusters))


def test_a_name_in_toml_is_a_configuration_and_any_other_an_encoder(tmp_path: Path) -> None:
    file = tmp_path / "b.toml"
    file.write_text('[encoder]\nprecision = "int8"\n')
    assert system(str(file), Config()).encoder.precision == "int8"
    assert system("some/model", Config()).encoder.model == "some/model"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("measured")
    copy_export(place / "embeddings")
    return place


def test_the_command_prints_lines_or_one_object_and_writes_the_run(
    project: Path, folder: Path
) -> None:
    run_file = folder / "tiny.run"
    done = policybot("eval", "--dataset", str(folder), "--run", str(run_file), folder=project)
    assert done.returncode == 0, done.stderr
    lines = dict(line.split("\t") for line in done.stdout.splitlines())
    assert (lines["recall@10"], lines["questions"]) == ("1", "5")
    assert len(run_file.read_text("utf-8").splitlines()) > 5
    again = policybot("eval", "--dataset", str(folder), "--json", folder=project)
    assert json.loads(again.stdout)["embedded"] == 0
    assert (project / "embeddings" / "datasets" / "tiny").is_dir()


def test_two_configurations_are_compared(project: Path, folder: Path) -> None:
    (project / "b.toml").write_text('[search]\nlimit = 3\n[index]\npath = "embeddings"\n')
    done = policybot("eval", "bundled", "b.toml", "--dataset", str(folder), folder=project)
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert rows[0] == ["measure", "bundled", "b.toml", "difference", "95% interval", "p"]
    assert rows[1] == ["recall@10", "1.0000", "1.0000", "+0.0000", "+0.0000 to +0.0000", "1.0000"]
    assert [row[0] for row in rows[1:]] == [*MEASURES, "p50 ms", "p95 ms"]


def test_what_cannot_be_written_is_named_before_anything_is_asked(
    project: Path, folder: Path, tmp_path: Path
) -> None:
    arguments = ("eval", "--dataset", str(folder))
    done = policybot(*arguments, "--run", "/nowhere/x.run", folder=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "/nowhere/x.run: cannot be written: /nowhere is not a folder" in done.stderr
    (tmp_path / "file").write_text("")
    done = policybot(*arguments, "--cache", str(tmp_path / "file" / "cache"), folder=project)
    assert done.returncode == 2
    assert "cannot be written: Not a directory; name another folder with --cache DIR" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a.toml", "b.toml"),
        ("a", "b", "c"),
        ("q.jsonl", "--dataset", "d"),
        ("q.jsonl", "--run", "r"),
        ("--dataset", "d", "--questions", "q.jsonl"),
    ],
)
def test_what_makes_no_sense_together_is_refused(project: Path, arguments: tuple[str, ...]) -> None:
    done = policybot("eval", *arguments, folder=project)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")
