"""Two texts side by side: nothing is lost, nothing is added, and what differs is small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.aligning import MOST_PARAGRAPHS, compare_texts, runs_of
from policybot.model import Row

PARAGRAPHS = st.lists(
    st.text(st.sampled_from("abc é第五条 .,1\n"), max_size=20).map(lambda text: f"x{text.strip()}"),
    max_size=8,
)


def kinds(before: str, after: str) -> list[str]:
    return [row.kind for row in compare_texts(before, after)[0]]


@given(st.text(max_size=60), st.text(max_size=60))
def test_runs_hold_both_paragraphs_to_the_character(before: str, after: str) -> None:
    runs = runs_of(before, after)
    assert "".join(run.text for run in runs if run.kind != "added") == before
    assert "".join(run.text for run in runs if run.kind != "removed") == after
    assert all(run.text for run in runs)


@given(PARAGRAPHS, PARAGRAPHS)
def test_rows_hold_all_paragraphs_of_both_in_order(one: list[str], other: list[str]) -> None:
    rows, cut = compare_texts("\n\n".join(one), "\n\n".join(other))
    mirrored, _ = compare_texts("\n\n".join(other), "\n\n".join(other))
    assert cut == 0
    assert [row.after for row in rows if row.after is not None] == [row.after for row in mirrored]
    for row in rows:
        assert (row.before is None) == (row.kind == "added")
        assert (row.after is None) == (row.kind == "removed")
        assert (row.before == row.after) == (row.kind == "unchanged")


def test_a_changed_paragraph_tells_its_words() -> None:
    before = "Article 1. A report is filed.\n\nArticle 2. A ferry waits."
    after = (
        "Article 1. A report is filed each year.\n\nArticle 2. A ferry waits.\n\nArticle 3. New."
    )
    changed, same, added = compare_texts(before, after)[0]
    assert [(run.kind, run.text) for run in changed.runs] == [
        ("kept", "Article 1. A report is filed"),
        ("added", " each year"),
        ("kept", "."),
    ]
    assert (same.kind, added.kind, added.after) == ("unchanged", "added", "Article 3. New.")


def test_chinese_is_compared_by_the_character() -> None:
    assert [(run.kind, run.text) for run in runs_of("每年检查一次。", "每半年检查两次。")] == [
        ("kept", "每"),
        ("added", "半"),
        ("kept", "年检查"),
        ("removed", "一"),
        ("added", "两"),
        ("kept", "次。"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("One.\n\nTwo.", "Two.", ["removed", "unchanged"]),
        ("One.", "One.", ["unchanged"]),
        ("Pilots come aboard.", "Ships pay by length, once.", ["removed", "added"]),
        (
            "Article 5. Roads are swept.",
            "Article 4. Ships pay.\n\nArticle 5. Nobody parks here.",
            ["added", "changed"],
        ),
        ("第五条 路灯节能。", "第四条 新的。\n\n第五条 不得停车。", ["added", "changed"]),
    ],
)
def test_paragraphs_are_paired_by_their_number_or_their_words(
    before: str, after: str, expected: list[str]
) -> None:
    assert kinds(before, after) == expected


def test_a_long_text_is_cut_and_that_is_told() -> None:
    text = "\n\n".join(f"Paragraph {at}." for at in range(MOST_PARAGRAPHS + 7))
    rows, cut = compare_texts(text, text)
    assert (len(rows), cut) == (MOST_PARAGRAPHS, 7)
    assert rows[0] == Row("unchanged", "Paragraph 0.", "Paragraph 0.")
