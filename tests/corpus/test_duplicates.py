"""Two copies of one document, from two places, are reported as probably one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from policybot.corpus.importers.pipeline.many import import_paths
from policybot.corpus.review.check import check_corpus
from policybot.corpus.review.duplicates import probably_one
from policybot.model import Policy, PolicyDate
from tests.corpus.importers.samples import write
from tests.policy_files import write_policy

WORDS = (
    "The board shall keep a register of wells. Each well is entered with its depth, its owner and "
    "the day on which it was drilled; the register is open to anybody during office hours."
)
BODY = "\n\n".join(f"{number}. {WORDS[number:]} Article {number} ends." for number in range(12))
POLICY = Policy("one", "Register of Wells", BODY)


def copy(**changes: object) -> Policy:
    return dataclasses.replace(POLICY, id="two", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        copy(),
        copy(title="Register of Wells - Ministry of Water", body=f"Home > Laws\n\n{BODY}\n\nPrint"),
        copy(title="REGISTER OF WELLS", body=BODY.replace("office hours", "opening hours", 1)),
        copy(date=PolicyDate(2012)),
        copy(body=BODY.replace(" ", "\n")),
    ],
)
def test_copies_are_probably_one(other: Policy) -> None:
    assert probably_one(dataclasses.replace(POLICY, date=PolicyDate(2012, 5)), other)


@pytest.mark.parametrize(
    "other",
    [
        copy(date=PolicyDate(2013)),
        copy(number="No. 2"),
        copy(body=BODY[: len(BODY) // 3]),
        copy(relations={"amends": ("one",)}),
        copy(body="The lamps of the harbour are lit at dusk, and put out at dawn. " * 30),
    ],
)
def test_policies_that_something_tells_apart_are_two(other: Policy) -> None:
    known = dataclasses.replace(POLICY, date=PolicyDate(2012, 5), number="No. 1")
    assert not probably_one(known, other)


def test_chinese_copies_are_one_in_either_script() -> None:
    body = "第一条 为了加强水资源管理，制定本办法。\n\n第二条 水井应当登记，登记簿向公众开放。" * 9
    traditional = (
        body.replace("条", "條").replace("为", "為").replace("应", "應").replace("开", "開")
    )
    assert probably_one(Policy("a", "水井登记办法", body), Policy("b", "水井登記辦法", traditional))


def test_check_warns_once_of_each_pair_and_names_both(tmp_path: Path) -> None:
    write_policy(dataclasses.replace(POLICY, number="No. 1"), tmp_path / "a.md")
    write_policy(copy(), tmp_path / "b.md")
    write_policy(dataclasses.replace(copy(number="No. 3"), id="three"), tmp_path / "c.md")
    said = [
        (Path(problem.file).name, problem.severity, problem.message.partition("; ")[0])
        for problem in check_corpus(tmp_path, tmp_path / "none")
        if "same document" in problem.message
    ]
    assert said == [
        ("b.md", "warning", f"is probably the same document as 'one' in {tmp_path / 'a.md'}"),
        ("c.md", "warning", f"is probably the same document as 'two' in {tmp_path / 'b.md'}"),
    ]


def test_an_import_says_that_a_new_draft_is_probably_there_already(tmp_path: Path) -> None:
    text = f"标题：Register of Wells\n\n{BODY}\n"
    write(tmp_path / "north.example.org", "wells.txt", text)
    write(tmp_path / "south.example.org", "register.txt", text + "\nLast printed in May.\n")
    both = [tmp_path / "north.example.org", tmp_path / "south.example.org"]
    first, second = import_paths(both, tmp_path / "corpus").outcomes
    assert not [why for why, _ in first.reviews if "same document" in why]
    (said,) = [why for why, _ in second.reviews if "same document" in why]
    assert said == f"is probably the same document as {first.paths[0].name}"
    alone = import_paths([both[1] / "register.txt"], tmp_path / "corpus").outcomes[0]
    assert alone.status == "unchanged"


def test_a_copy_that_is_set_otherwise_and_titled_otherwise_is_found(tmp_path: Path) -> None:
    lines = [f"Article {n}. The owner of well {n * 7} shall register it with the board; a well that"
             f" is not registered within {n} weeks is sealed." for n in range(30)]  # fmt: skip
    write_policy(Policy("web", "Wells", "\n\n".join(lines)), tmp_path / "a.md")
    write_policy(Policy("pdf", "Board of Wells: rules", " ".join(lines)), tmp_path / "b.md")
    said = [problem.message for problem in check_corpus(tmp_path, tmp_path / "none")]
    assert any(message.startswith("is probably the same document as 'web'") for message in said)
