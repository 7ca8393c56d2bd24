"""The examples that a rule's docstring gives are read as it says."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from policybot.query.read import parse, split
from policybot.query.rules.related_to_any import asked_of_any
from policybot.query.rules.relations import asked_relation
from policybot.query.rules.rule import RULES, Rule, compiled, likely
from policybot.query.text import read_text
from policybot.query.tokens import latin_lexicon
from tests.query.seed import TODAY, in_notation, read_question, vocabulary

EXAMPLES = [(rule, *example) for rule in RULES for example in rule.examples]
RELATIONS = [
    tuple(line.strip().split(" → "))
    for line in f"{asked_relation.__doc__}{asked_of_any.__doc__}".splitlines()
    if " → " in line
]


def rules_of(question: str) -> set[str]:
    """Return the names of the rules whose proposals were chosen."""
    text = read_text(question)
    latin = latin_lexicon(text.plain)
    return {
        node.rule
        for span in split(text)
        for node in parse(text, span, latin, vocabulary(), TODAY).nodes
    }


@pytest.mark.parametrize(
    ("rule", "question", "reading"), EXAMPLES, ids=[f"{one[0].name}: {one[1]}" for one in EXAMPLES]
)
def test_an_example_is_read_as_its_rule_says(rule: Rule, question: str, reading: str) -> None:
    assert in_notation(read_question(question)) == reading


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_chosen_in_one_of_its_examples(rule: Rule) -> None:
    assert rule.examples, "give an example in the docstring: question → reading"
    assert any(rule.name in rules_of(question) for question, _ in rule.examples)


def test_no_rule_that_matches_is_left_out_as_unlikely() -> None:
    text = [read_text(question) for _, question, _ in EXAMPLES]
    parses = [
        parse(one, span, latin_lexicon(one.plain), vocabulary(), TODAY)
        for one in text
        for span in split(one)
    ]
    missed: set[str] = set()
    for line in {"".join(token.symbol for token in one.tokens) for one in parses}:
        chosen = list(likely(frozenset(line)))
        matching = [rule for rule in RULES if _takes_a_token(compiled(rule.pattern)[0], line)]
        missed |= {rule.name for rule in matching if rule not in chosen}
    assert not missed


def _takes_a_token(pattern: re.Pattern[str], line: str) -> bool:
    return any(match.end() > match.start() for match in pattern.finditer(line))


def test_every_rule_has_a_name_of_its_own() -> None:
    counts = Counter(rule.name for rule in RULES)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(("question", "reading"), RELATIONS)
def test_an_example_of_a_relation_is_read_as_it_says(question: str, reading: str) -> None:
    assert in_notation(read_question(question)) == reading


def test_relations_have_examples() -> None:
    kinds = {reading.split()[0] for _, reading in RELATIONS}
    assert kinds == {"replaces", "repeals", "amends", "implements"}
