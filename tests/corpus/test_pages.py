"""Which pages of a PDF a passage stands on, also after a person edited the text."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.importers.texts.lines import Line, repair_blocks
from policybot.corpus.review.check import check_corpus
from policybot.corpus.text.pages import first_words, lost_pages, page_finder
from policybot.corpus.text.split import split_policy
from policybot.model import Policy, Source
from tests.corpus.importers.samples import DRAWING, one, page, pdf
from tests.policy_files import write_policy

pytestmark = pytest.mark.usefixtures("no_ocr")

HEAD = "Harbour Dredging Strategy 2017"
PAGES = [
    page(HEAD, "Dredged sand is stored above the line of the highest flood of the year.", "1"),
    DRAWING,
    page(
        HEAD,
        "Nets are removed before the eels come home, and every fisher is told of the devel-",
    ),
    page("opment by post. The development of nets is free.", "2. Ferries sail."),
]


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "plan.pdf"
    path.write_bytes(pdf(PAGES))
    return one(path, tmp_path / "corpus")


def pages_of(policy: Policy, words: str) -> tuple[int, int] | None:
    start = policy.body.index(words)
    return page_finder(policy)(start, start + len(words))


def test_every_stretch_is_on_its_own_pages(policy: Policy) -> None:
    assert pages_of(policy, "Dredged sand") == (1, 1)
    assert pages_of(policy, "Nets are removed") == (3, 3)
    assert pages_of(policy, "told of the development by post") == (3, 4)
    assert pages_of(policy, "2. Ferries sail.") == (4, 4)


def test_passages_have_them(policy: Policy) -> None:
    passages = split_policy(policy, lambda texts: [len(text.split()) for text in texts], 50)
    assert [passage.pages for passage in passages] == [(1, 1), (3, 4), (4, 4)]


def test_a_pages_number_is_no_passage_and_no_heading(policy: Policy) -> None:
    passages = split_policy(policy, lambda texts: [len(text.split()) for text in texts], 50)
    assert "1" not in {passage.text for passage in passages}
    assert {passage.headings for passage in passages} == {()}


def test_first_words_stand_nowhere_else(policy: Policy) -> None:
    assert policy.source is not None
    flat = policy.body.replace("\n", " ").replace("  ", " ")
    assert [flat.count(words) for _, words in policy.source.pages] == [1, 1, 1]
    assert [page for page, _ in policy.source.pages] == [1, 3, 4]


def test_text_that_a_person_takes_out_moves_no_page(policy: Policy) -> None:
    edited = dataclasses.replace(policy, body=policy.body.replace(f"{HEAD}\n", "", 1))
    assert pages_of(edited, "Nets are removed") == (3, 3)
    assert pages_of(edited, "Dredged sand") == (1, 1)


def test_a_page_whose_first_words_are_gone_is_told_as_a_range(policy: Policy) -> None:
    edited = dataclasses.replace(policy, body=policy.body.replace("Nets", "Traps"))
    assert lost_pages(edited) == [3]
    assert pages_of(edited, "Dredged sand") == (1, 3)
    assert pages_of(edited, "2. Ferries sail.") == (4, 4)


def test_check_warns_of_it(policy: Policy, tmp_path: Path) -> None:
    edited = dataclasses.replace(policy, body=policy.body.replace("Nets", "Traps"))
    write_policy(edited, tmp_path / "corpus" / f"{policy.id}.md")
    said = [
        str(problem) for problem in check_corpus(tmp_path / "corpus", tmp_path / "issuers.toml")
    ]
    assert any("where page 3 of the source begins is not known any more" in one for one in said)


def test_a_source_of_one_page_needs_no_words() -> None:
    policy = Policy("a", "A", "Text.", source=Source("a.pdf", "0" * 64, "page 1"))
    assert page_finder(policy)(0, 5) == (1, 1)


def test_a_source_of_lines_has_no_pages() -> None:
    policy = Policy("a", "A", "Text.", source=Source("a.txt", "0" * 64, "1-5"))
    assert page_finder(policy)(0, 5) is None


def test_pages_alike_are_told_as_a_range() -> None:
    body = "\n\n".join(["The same words on every page of a form."] * 3)
    starts = [(number, at * (len(body) + 2) // 3) for at, number in enumerate((1, 2, 3))]
    words = first_words(body, starts)
    policy = Policy("a", "A", body, source=Source("a.pdf", "0" * 64, "pages 1-3", words))
    for page_number, start in starts:
        first, last = page_finder(policy)(start, start + 10) or (0, 0)
        assert first <= page_number <= last


@given(
    st.lists(
        st.lists(st.text("ab 中-\u00ad.", min_size=1, max_size=30), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_the_page_of_a_word_is_never_wrong(pages: list[list[str]]) -> None:
    marked = [[f"{line}x{number}x" for line in lines] for number, lines in enumerate(pages, 1)]
    lines = [Line(line, number) for number, printed in enumerate(marked, 1) for line in printed]
    repaired = repair_blocks([lines], places=True)
    words = first_words(repaired.text, repaired.starts())
    source = Source("a.pdf", "0" * 64, f"pages 1-{len(pages)}", words)
    find = page_finder(Policy("a", "A", repaired.text, source=source))
    for number in range(1, len(pages) + 1):
        at = repaired.text.find(f"x{number}x")
        while at >= 0:
            first, last = find(at, at + 1) or (0, 0)
            assert first <= number <= last
            at = repaired.text.find(f"x{number}x", at + 1)
