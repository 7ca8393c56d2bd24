"""The terminal's commands over the project's corpus."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.exported import copy_export
from tests.project import DATA, ROOT, copy_project, indexed_project, policybot, policybot_process

COMMANDS = [
    "ask", "chat", "list", "show", "timeline", "issuers", "import", "check", "index", "status",
    "verify", "diff", "eval", "feedback", "tune", "bot", "doctor",
]  # fmt: skip


@pytest.fixture(scope="module")
def project() -> Path:
    return indexed_project()


def test_help_names_every_command_and_each_has_an_example(project: Path) -> None:
    shown = policybot("--help", folder=project).stdout
    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in COMMANDS)
    for name in COMMANDS:
        assert f"policybot {name}" in policybot(name, "--help", folder=project).stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "status"),
    [
        (["ask", "--json", "-"], "工信部 2012\n\nsourdough\n", 0),
        (["ask", "What is the capital of France?"], None, 1),
        (["show", "nowhere"], None, 2),
    ],
)
def test_a_process_gives_what_the_other_tests_see_of_a_command(
    project: Path, arguments: list[str], stdin: str | None, status: int
) -> None:
    done = policybot_process(*arguments, folder=project, stdin=stdin)
    here = policybot(*arguments, folder=project, stdin=stdin)
    assert done.returncode == here.returncode == status
    assert _timeless(done.stdout) == _timeless(here.stdout)
    assert done.stderr == here.stderr


def _timeless(told: str) -> str:
    return re.sub(r'"took_ms": [\d.]+', "", told)


def test_an_unknown_command_names_the_nearest(project: Path) -> None:
    done = policybot("aks", folder=project)
    assert done.returncode == 2
    assert "no such command: aks; did you mean ask?" in done.stderr


def test_ask_prints_the_passages_with_title_date_and_issuer(project: Path) -> None:
    done = policybot("ask", "What did MIIT issue in 2012?", folder=project)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "Read as: issued by Ministry of Industry and Information Technology; "
        "issued 2012-01-01 to 2012-12-31\n\n2 policies, by date\n\n"
        "1. The 12th Five-Year Plan for the Development of the Internet of Things\n"
        "Ministry of Industry and Information Technology · 2012-02-14 · iot-policies.txt:19-21\n"
    )
    assert "It is proposed that by 2015, China will make remarkable achievements" in done.stdout
    assert "\033" not in done.stdout


def test_ask_exits_with_1_and_says_why_when_there_is_no_answer(project: Path) -> None:
    done = policybot("ask", "What is the capital of France?", folder=project)
    assert done.returncode == 1
    assert "nothing similar enough" in done.stdout
    assert "The corpus holds 12 policies, 2010-10-18 to 2014-07-31." in done.stdout


def test_ask_json_is_one_object_of_the_contract(project: Path) -> None:
    done = policybot("ask", "--json", "What did MIIT issue in 2012?", folder=project)
    shown = json.loads(done.stdout)
    assert [hit["policy"]["date"] for hit in shown["hits"]] == ["2012-02-14", "2012-08-17"]
    assert set(shown) == {
        "question", "answered", "certainty", "intent", "reading", "reason", "total", "hits",
        "index", "took_ms",
    }  # fmt: skip


def test_ask_reads_one_question_a_line_and_writes_one_object_a_line(project: Path) -> None:
    done = policybot(
        "ask", "--json", "-", folder=project, stdin="2013 policies\n\nsourdough\nhello\n"
    )
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["reason"] for answer in shown] == [
        None,
        "empty_question",
        "nothing_similar_enough",
        "empty_question",
    ]
    assert done.returncode == 0


def test_ask_takes_filters_as_options(project: Path) -> None:
    done = policybot(
        "ask", "--json", "Internet of Things", "--issuer", "MIIT", "--since", "2012",
        "--until", "2012-12", "--list", folder=project,
    )  # fmt: skip
    assert [hit["policy"]["date"] for hit in json.loads(done.stdout)["hits"]] == [
        "2012-02-14",
        "2012-08-17",
    ]


@pytest.mark.parametrize("date", ["10/11/2012", "2012-02-30", "soon"])
def test_an_unreadable_date_is_an_error_and_no_guess(project: Path, date: str) -> None:
    done = policybot("ask", "x", "--since", date, folder=project)
    assert done.returncode == 2
    assert "--since" in done.stderr
    assert "Traceback" not in done.stderr


def test_ask_explains_how_it_read_the_question(project: Path) -> None:
    shown = policybot("ask", "--explain", "IoT funds of 2011", folder=project).stdout
    assert "How the question was read:" in shown
    assert "IoT read as Internet of Things" in shown
    assert "2011-04-06-interim-measures-administration#1" in shown


def test_list_and_show_give_what_is_there(project: Path) -> None:
    rows = policybot("list", folder=project).stdout.splitlines()
    assert len(rows) == 12
    assert rows[1].split("\t")[:2] == ["2011-03-16", "not stated"]
    shown = policybot("show", rows[-2].split("\t")[-1], folder=project).stdout
    assert "2014-06 (“mid-June, 2014”)" in shown
    assert "line 43: “214” was read as “2014”" in shown


def test_showing_an_unknown_id_is_an_error(project: Path) -> None:
    done = policybot("show", "nowhere", folder=project)
    assert done.returncode == 2
    assert done.stderr.startswith("policybot: nowhere: no policy has this id")


def test_status_and_verify_describe_the_live_generation(project: Path) -> None:
    shown = json.loads(policybot("status", "--json", folder=project).stdout)
    assert (shown["policies"], shown["encoder"]) == (12, "all-MiniLM-L6-v2")
    assert "13 passages are intact" in policybot("verify", folder=project).stdout


def test_a_corpus_of_one_policy_without_a_date_is_told_without_dates(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("---\ntitle: Rules\n---\n\nBridges are closed.\n")
    copy_export(tmp_path / "embeddings")
    assert "\n1 policy, 1 passage in " in policybot("index", folder=tmp_path).stdout
    done = policybot("chat", folder=tmp_path, stdin="\n")
    assert done.stdout.startswith("1 policy. An empty line ends.\n")
    shown = policybot("status", folder=tmp_path).stdout
    assert "policies      1\n" in shown
    assert "None" not in shown
    assert "from  " not in shown


def test_chat_answers_until_an_empty_line(project: Path) -> None:
    done = policybot("chat", folder=project, stdin="policies before 2011\n\n")
    assert done.returncode == 0
    assert "1 policy, by date" in done.stdout


def test_eval_prints_every_measure_and_the_failures(project: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(
        '{"kind": "set", "question": "2013 policies", "expect": ["2013-02-05"]}\n'
        '{"kind": "none", "question": "hello", "expect": []}\n'
    )
    done = policybot("eval", str(asked), folder=project)
    assert done.returncode == 1
    assert "set right\t0 of 1 (0.0%)" in done.stdout
    assert "none right\t1 of 1 (100.0%)" in done.stdout
    assert "FAILED set: 2013 policies" in done.stdout
    assert done.stdout.startswith("measure\tvalue\n")
    whole = policybot("eval", str(DATA / "questions.jsonl"), "--json", folder=project)
    assert json.loads(whole.stdout)["questions"] == 47


def test_a_bad_question_file_is_named_with_its_line(project: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text('{"kind": "set"}\n')
    done = policybot("eval", str(asked), folder=project)
    assert done.returncode == 2
    assert f"{asked}:1: not a question" in done.stderr


def test_without_an_index_the_next_step_is_named(tmp_path: Path) -> None:
    done = policybot("ask", "anything", folder=tmp_path)
    assert done.returncode == 2
    assert "policybot index" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_corpus_the_next_step_is_named(tmp_path: Path) -> None:
    done = policybot("index", folder=tmp_path)
    assert done.returncode == 2
    assert "corpus: no such folder" in done.stderr


def test_an_unknown_key_names_the_nearest_known_one(tmp_path: Path) -> None:
    (tmp_path / "bot_config.toml").write_text("[search]\nlimt = 3\n")
    done = policybot("status", folder=tmp_path)
    assert done.returncode == 2
    assert "unknown key limt in [search]; did you mean limit?" in done.stderr


def test_indexing_again_embeds_nothing_and_a_change_embeds_that_alone(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    assert "embedded       0" in policybot("index", folder=project).stdout
    file = next((project / "corpus").glob("2011-04-06-*.md"))
    file.write_text(file.read_text() + "\nAnother paragraph on drones.\n")
    done = policybot("index", folder=project)
    assert "changed        1  2011-04-06-interim-measures-administration" in done.stdout
    assert re.search(r"embedded +[1-3] ", done.stdout)
    assert "drones" in policybot("ask", "What about drones?", folder=project).stdout


def test_a_corpus_with_errors_is_refused_and_the_index_stays(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    (project / "corpus" / "bad.md").write_text("---\ntitle: Bad\ndate: 2012-02-30\n---\n\nText.\n")
    done = policybot("index", folder=project)
    assert done.returncode == 2
    assert "bad.md:3: " in done.stderr
    assert "the current index stays as it was" in done.stderr
    checked = policybot("check", folder=project)
    assert checked.returncode == 2
    assert "bad.md:3: " in checked.stdout
    assert policybot("ask", "2013 policies", folder=project).returncode == 0


def test_the_users_document_imports_into_an_empty_folder(tmp_path: Path) -> None:
    source = ROOT / "corpus" / "sources" / "iot-policies.txt"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "issuers.toml").write_bytes(
        (ROOT / "corpus" / "issuers.toml").read_bytes()
    )
    done = policybot("import", str(source), "--years", "2010-2030", folder=tmp_path)
    assert done.returncode == 0
    assert "12 policies from" in done.stdout
    for mine in (ROOT / "corpus").glob("*.md"):
        assert (tmp_path / "corpus" / mine.name).read_bytes() == mine.read_bytes()


def test_serving_imports_no_torch_and_no_importers(project: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys, policybot\n"
        "engine = policybot.open()\n"
        "assert engine.answer('special funds').answered\n"
        "assert engine.list().total == 12\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "importers = [name for name in sys.modules if 'importers.pipeline' in name]\n"
        "assert not importers, importers\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=project, check=True, timeout=60)
