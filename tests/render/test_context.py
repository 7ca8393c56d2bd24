"""A passage in its place."""

from __future__ import annotations

import dataclasses
import json

from hypothesis import given
from hypothesis import strategies as st

from policybot.model import Document, Passage, Policy, PolicyDate, Relative, Repair
from policybot.render.context import context_json, context_text
from tests.answers import make_policy, texts

POLICY: Policy = dataclasses.replace(
    make_policy(1, "Plan for Roads"),
    repairs=(Repair("212", "2012", 7), Repair("213", "2013", 9)),
    relations={"implements": ("outline",)},
)


def document(*said: str) -> Document:
    passages = tuple(
        Passage(f"{POLICY.id}#{n}", POLICY.id, text, 0, len(text), ("General", f"Part {n}"))
        for n, text in enumerate(said, start=1)
    )
    return Document(
        POLICY,
        passages,
        (Relative("implements", "outline", "National Outline", PolicyDate(2011)),),
        (Relative("repeals", "law", "Road Law"),),
    )


ROADS = document("Roads are built.", "By 2012 they are.", "Then they are used.")


def test_one_passage_stands_between_its_neighbours_with_headings_repairs_and_relations() -> None:
    assert context_text(ROADS, [2]) == (
        "Plan for Roads\n"
        "Ministry of Finance · 2011-04-06 · iot-policies.txt:11-13\n"
        "[policy-1]\n"
        "implements: National Outline, 2011 [outline]\n"
        "repealed by: Road Law, date not stated [law]\n"
        "passages: 3\n\n"
        "before: policy-1#1  General › Part 1\n"
        "Roads are built.\n\n"
        "policy-1#2  General › Part 2\n"
        "By 2012 they are.\n\n"
        "repairs whose words it holds:\n"
        "  line 7: “212” was read as “2012”\n\n"
        "after: policy-1#3  General › Part 3\n"
        "Then they are used.\n"
    )


def test_all_passages_stand_once_each_in_their_order() -> None:
    shown = context_text(ROADS, [1, 2, 3])
    places = [shown.index(passage.text) for passage in ROADS.passages]
    assert places == sorted(places)
    assert all(shown.count(passage.text) == 1 for passage in ROADS.passages)
    assert "before:" not in shown


@given(st.lists(texts, min_size=1, max_size=4))
def test_every_passage_is_word_for_word(said: list[str]) -> None:
    shown = context_text(document(*said), list(range(1, len(said) + 1)))
    assert all(text.rstrip("\n") in shown for text in said)


def test_the_json_names_the_neighbours() -> None:
    shown = json.loads(context_json(ROADS, [1]))
    (passage,) = shown["passages"]
    assert (passage["id"], passage["before"], passage["after"]) == (
        "policy-1#1",
        None,
        "policy-1#2",
    )
    assert passage["headings"] == ["General", "Part 1"]
    assert shown["related_by"] == [
        {"kind": "repeals", "id": "law", "title": "Road Law", "date": None}
    ]
