"""What is open in a corpus, and what becomes of a person's decisions."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.review.date_order import order_for, orders_of
from policybot.corpus.review.decisions import (
    Open,
    accept,
    answer,
    open_things,
    passage_of,
    reject,
    save,
)
from policybot.errors import DateError
from policybot.model import Policy, PolicyDate
from tests.corpus.importers.samples import write
from tests.policy_files import write_policy
from tests.project import policybot

BOOK = IssuerBook()
HARBOUR = (
    "Harbour Guidance 2024\n\n18 December 2024\n\nShips keep left in the channel, by day or "
    "night.\n\n"
    "They go slow.\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    import_file(write(tmp_path, "harbour.txt", HARBOUR), tmp_path / "corpus")
    return tmp_path


def draft_of(project: Path) -> Policy:
    (policy,) = read_policies(project / "corpus")
    return policy


def test_what_is_likely_is_open_with_its_words_and_its_passage(project: Path) -> None:
    policy = draft_of(project)
    things = {one.key: one for one in open_things(policy, BOOK)}
    assert (things["date"].value, things["date"].certainty) == ("2024-12-18", "likely")
    assert things["date"].evidence == "head, line 3: “18 December 2024”"
    assert "18 December 2024" in passage_of(policy, things["date"])
    assert things["issuers"].value == ""


def test_yes_keeps_the_value_and_ends_the_line(project: Path) -> None:
    policy = draft_of(project)
    (date,) = (one for one in open_things(policy, BOOK) if one.key == "date")
    settled = accept(policy, date)
    assert settled.date == PolicyDate(2024, 12, 18)
    assert "to be confirmed" not in (settled.note or "")


def test_no_takes_the_value_away_and_it_is_not_proposed_again(project: Path) -> None:
    policy = draft_of(project)
    (date,) = (one for one in open_things(policy, BOOK) if one.key == "date")
    without = reject(policy, date)
    assert without.date is None
    assert "date" not in without.evidence
    (still,) = (one for one in open_things(without, BOOK) if one.key == "date")
    assert (still.line, still.value) == ("no date is stated; 2024-12-18 was rejected", "")


def test_another_value_is_a_persons(project: Path) -> None:
    policy = draft_of(project)
    (issuers,) = (one for one in open_things(policy, BOOK) if one.key == "issuers")
    settled = answer(policy, issuers, "Harbour Office; River Authority")
    assert settled.issuers == ("Harbour Office", "River Authority")
    assert settled.evidence["issuers"] == "a person's review"
    (date,) = (one for one in open_things(policy, BOOK) if one.key == "date")
    with pytest.raises(DateError):
        answer(policy, date, "last week")


def test_a_policy_without_a_key_that_its_text_states_is_open(tmp_path: Path) -> None:
    body = "各单位：\n\n渡口应当设置标志。\n\n江城市港航管理局\n\n2020年3月5日"
    policy = Policy("a", "关于渡口的通知", body)
    found = {one.key: (one.value, one.certainty) for one in open_things(policy, BOOK)}
    assert found == {
        "issuers": ("江城市港航管理局", "certain"),
        "date": ("2020-03-05", "certain"),
    }


def test_a_term_in_the_text_is_counted_from_the_days_that_the_policy_has() -> None:
    body = "渡口应当设置标志。\n\n本办法有效期三年。"
    policy = Policy(
        "a", "渡口办法", body, issuers=("江城市港航管理局",), date=PolicyDate(2020, 3, 5)
    )
    (open_end,) = open_things(policy, BOOK)
    assert (open_end.key, open_end.value) == ("expires", "")
    assert open_end.evidence == "text, line 3: “本办法有效期三年”"
    policy = dataclasses.replace(policy, effective=PolicyDate(2020, 4, 1))
    (end,) = open_things(policy, BOOK)
    assert (end.key, end.value, end.certainty) == ("expires", "2023-03-31", "certain")


def test_a_proposed_end_is_one_to_accept() -> None:
    note = "review: expires may be 2024-01-31: text, line 1: “from … until 31 January 2024”"
    policy = Policy("a", "Letter", "Visits end.", issuers=("B",), date=PolicyDate(2024), note=note)
    (end,) = open_things(policy, BOOK)
    assert (end.key, end.value) == ("expires", "2024-01-31")
    settled = accept(policy, end)
    assert (settled.expires, settled.note) == (PolicyDate(2024, 1, 31), None)


NOTICE = "Riders register.\n\nJ. K. Mutua\nDIRECTOR\n12/02/2018"


def by(name: str, text: str) -> Policy:
    return Policy(name, "Notice", text, issuers=("Board of Riders",))


def test_other_documents_of_the_issuer_show_the_order_of_day_and_month(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write_policy(by("a", NOTICE), corpus / "a.md")

    def date_after(accept: str) -> PolicyDate | None:
        policybot("review", "a", "--accept", accept, folder=tmp_path)
        (policy,) = (one for one in read_policies(corpus) if one.id == "a")
        return policy.date

    assert date_after("likely") is None
    write_policy(by("b", "Paid by 30/06/2022."), corpus / "b.md")
    assert date_after("certain") is None
    assert date_after("likely") == PolicyDate(2018, 2, 12)


def test_issuers_whose_documents_differ_show_no_order() -> None:
    first, other = by("b", "Paid by 30/06/2022."), by("c", "Paid by 06/30/2022.")
    assert order_for(by("a", NOTICE), orders_of([first], BOOK), BOOK) is True
    assert order_for(by("a", NOTICE), orders_of([first, other], BOOK), BOOK) is None


def test_lines_of_a_table_are_changed_where_they_stand(tmp_path: Path) -> None:
    rows = [f'{{"id":"p{at}","title":"T","body":"B","issuers":[]}}\n' for at in range(3)]
    write(tmp_path / "corpus", "all.jsonl", "".join(rows))
    second = list(read_policies(tmp_path / "corpus"))[1]
    changed = answer(second, open_thing("date"), "2012")
    save({(second.path, second.line): changed})
    assert [str(policy.date) for policy in read_policies(tmp_path / "corpus")] == [
        "None",
        "2012",
        "None",
    ]


def open_thing(key: str) -> Open:
    return Open("", key)


def test_the_command_asks_and_writes_what_was_answered(project: Path) -> None:
    done = policybot("review", folder=project, stdin="y\ny\nHarbour Office\n")
    assert done.returncode == 0
    assert "  | 18 December 2024" in done.stdout
    assert "date: 2024-12-18?" in done.stdout
    assert "3 settled in 1 file, 0 open" in done.stdout
    policy = draft_of(project)
    assert (policy.date, policy.issuers) == (PolicyDate(2024, 12, 18), ("Harbour Office",))
    assert policy.note is None


def test_the_command_leaves_open_what_it_got_no_answer_to(project: Path) -> None:
    before = draft_of(project)
    done = policybot("review", folder=project, stdin="q\n")
    assert "0 settled, 3 open" in done.stdout
    assert draft_of(project) == before


def test_accept_takes_without_asking_only_what_is_sure_enough(tmp_path: Path) -> None:
    body = "各单位：\n\n渡口应当设置标志。\n\n江城市港航管理局\n\n2020年3月5日"
    (tmp_path / "corpus").mkdir()
    write_policy(Policy("a", "关于渡口的通知", body), tmp_path / "corpus" / "a.md")
    import_file(write(tmp_path, "harbour.txt", HARBOUR), tmp_path / "corpus")
    done = policybot("review", "--accept", "certain", folder=tmp_path)
    assert done.stdout.splitlines()[:2] == [
        "a\tissuers\t江城市港航管理局\tsign-off 落款, line 7: “江城市港航管理局 2020年3月5日”",
        "a\tdate\t2020-03-05\tsign-off 落款, line 7: “江城市港航管理局 2020年3月5日”",
    ]
    assert "2 settled in 1 file, 3 open" in done.stdout
    likely = policybot("review", "--accept", "likely", folder=tmp_path)
    assert "2 settled in 1 file, 1 open" in likely.stdout


def test_a_name_that_no_policy_has_is_an_error(project: Path) -> None:
    done = policybot("review", "nothing", folder=project)
    assert (done.returncode, "no policy or file is called nothing" in done.stderr) == (2, True)
