"""Every entry of a lexicon is used by a question, and a mistake in one is named with its line."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policybot.errors import LexiconError
from policybot.query.lexicon import lexicons
from policybot.query.lexicon.forms import FORMS
from policybot.query.lexicon.load import CLASSES, FOLDER, IMPLIED, load
from policybot.query.read import find_entities, read, split
from policybot.query.rules.rule import PARTS, RULES, compiled
from policybot.query.text import read_text
from policybot.query.tokens import latin_lexicon, tokenise
from tests.project import DATA
from tests.query.seed import TODAY, engine, in_notation, lines_of, vocabulary

LANGUAGES = [path.stem for path in sorted(FOLDER.glob("*.toml"))]
ROWS = lines_of("lexicon.jsonl")
NOT_QUESTIONS = {
    "clause",
    "id",
    "expect",
    "kind",
    "kinds",
    "class",
    "language",
    "reads",
    "after",
    "frame",
    "words",
}


def entries_of(language: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the class, the entry and the forms of every entry of a lexicon."""
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    for kind in ("words", "verbs", "nouns", "kinds"):
        make = FORMS.get(language, {}).get("nouns" if kind == "kinds" else kind)
        for name, entries in table.get(kind, {}).items():
            for entry in entries:
                yield name, entry, tuple(make(entry)) if make else (entry,)
    for kind in ("numbers", "ordinals"):
        for entry in table.get(kind, {}):
            yield kind, entry, (entry,)
    for entry in table.get("clitics", {}).get("words", ()):
        yield "clitics", entry, (entry,)


def filled(row: dict[str, Any]) -> list[str]:
    """Return the questions of a row of ``lexicon.jsonl``: each word in its frame; else none."""
    return [row["frame"].replace("{}", word) for word in row.get("words", ()) if "frame" in row]


def questions() -> Iterator[str]:
    """Yield every question of the tests' data, the examples of rules included."""
    for path in sorted(DATA.glob("*.jsonl")):
        for row in lines_of(path.name):
            yield from filled(row)
            for name, value in row.items():
                if name not in NOT_QUESTIONS:
                    yield from value if isinstance(value, list) else [value]
    for rule in RULES:
        yield from (question for question, _ in rule.examples)


def words_of(question: str) -> Iterator[tuple[str, str]]:
    """Yield the words and phrases of a question that a lexicon reads, each with its language."""
    text = read_text(question)
    latin = latin_lexicon(text.plain)
    for span in split(text):
        part = read_text(text.printed[slice(*span)])
        entities = find_entities(part, latin.language, vocabulary(), TODAY)
        for token in tokenise(part, (0, len(part.plain)), entities, vocabulary(), latin):
            if token.entity is None:
                yield "zh" if token.text > "\u2e80" else latin.language, token.text


@pytest.fixture(scope="module")
def used() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for question in questions():
        for language, word in words_of(question):
            found[language].add(word)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_used_by_a_question(language: str, used: dict[str, set[str]]) -> None:
    unused = [
        f"{name}: {entry}"
        for name, entry, forms in entries_of(language)
        if used[language].isdisjoint(forms)
    ]
    assert not unused, "write a question into tests/data/lexicon.jsonl with each of these"


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{r['language']} {r['class']}: {r['frame']}" for r in ROWS]
)
def test_every_word_of_a_class_is_read_in_its_place(row: dict[str, Any]) -> None:
    # "{}" in the reading is the word, "…" any topic.
    wrong: list[str] = []
    before = engine().answer(row["after"]) if "after" in row else None
    for word, question in zip(row["words"], filled(row), strict=True):
        reading = in_notation(read(question, vocabulary(), today=TODAY, before=before))
        expected = row["reads"].replace("{}", word)
        if expected.endswith("about …"):
            reading = re.sub("about “.*”$", "about …", reading)
        if reading != expected:
            wrong.append(f"{question} → {expected} → {reading}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_a_class_that_implies_another_stands_once(language: str) -> None:
    listed: dict[str, set[str]] = defaultdict(set)
    for name, _, forms in entries_of(language):
        listed[name] |= {*forms}
    twice = {word for name, other in IMPLIED.items() for word in listed[name] & listed[other]}
    assert not twice, "words of these classes are of the other one by themselves"


def test_every_class_of_a_lexicon_is_known_and_every_known_one_used() -> None:
    listed = {
        name for lexicon in lexicons() for word in lexicon.words.values() for name in word.classes
    }
    made = {"number", "ordinal", "singular", "plural"}
    assert listed - made == CLASSES


def test_every_class_is_read_by_a_rule_or_the_reader() -> None:
    named = set().union(*(_classes_of(rule.pattern) for rule in RULES))
    for path in sorted(FOLDER.parent.rglob("*.py")):
        if path != FOLDER / "load.py":
            named |= set(re.findall(r"\b[a-z_]+\b", _strings(path)))
    assert "_noun" in named, "the nouns of relations are named by their verbs"
    named |= {f"{name}_noun" for name in named}
    assert CLASSES - named == frozenset()


def test_a_rule_names_only_classes_that_a_token_can_have() -> None:
    for rule in RULES:
        compiled(rule.pattern)  # raises KeyError


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[words]\nissue = ["out"]\nisue = ["put"]\n', 3, "unknown class 'isue'"),
        ('[words]\nnewest = ["last"]\noldest = ["last"]\n', 2, "'last' is both newest and oldest"),
        ('[words]\nnot = ["nor"]\nand = ["plus", "nor"]\n', 2, "'nor' is both and and not"),
        ('[words]\n\nissue = [\n  "put out",\n  "br(ing|ought)",\n]\n', 5, "is a pattern"),
        ('[words]\nissue = ["roll.*"]\n', 2, "is a pattern"),
        ('[verbs]\nissue = ["Publish"]\n', 2, "'Publish' is not in lower case"),
        ('[words]\nissue = ["publish", " "]\n', 2, "is not in lower case"),
        ('[word]\nissue = ["publish"]\n', 1, "unknown table 'word'"),
        ('[nouns]\ndocument = ["policy"]\npapers = ["paper"]\n', 3, "unknown class 'papers'"),
    ],
)
def test_what_is_no_lexicon_is_named_with_its_file_and_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    path = tmp_path / "en.toml"
    path.write_text(f'[language]\nname = "English"\n{text}', "utf-8")
    with pytest.raises(LexiconError) as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}:{line + 2}: ")
    assert message in str(raised.value)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_text("[words]\nissue = publish\n", "utf-8")
    with pytest.raises(LexiconError, match=r"en\.toml.*line 2"):
        load(path)


def test_a_verb_and_a_noun_are_listed_once_and_read_in_all_forms(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_text('[verbs]\nissue = ["publish"]\n[nouns]\ndocument = ["policy"]\n', "utf-8")
    words = load(path).words
    assert {"publish", "publishes", "published", "publishing"} <= words.keys()
    assert words["policy"].classes == {"document", "singular"}
    assert words["policies"].classes == {"document", "plural"}


def _classes_of(pattern: str) -> set[str]:
    parts = set(re.findall(r"@([a-z]+)", pattern))
    found = {
        name for group in re.findall(r"\{!?([a-zA-Z_|]+)\}", pattern) for name in group.split("|")
    }
    return found.union(*(_classes_of(PARTS[part]) for part in parts))


def _strings(path: Path) -> str:
    """Return the words of a module's strings, its docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return " ".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in skipped
    )
