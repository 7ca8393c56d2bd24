"""Loading the lexicons: the classes of each word, checked against those that rules know.

A file has tables of word classes, each a list of words or phrases in lower case, and numerals,
each with its value::

    [words]
    issue = ["issue", "put out"]
    [verbs]            # regular verbs, whose forms are made from the base form
    issue = ["publish"]
    [nouns]            # nouns, whose plural is made from the singular
    document = ["policy"]
    [numbers]
    two = 2
    [ordinals]
    second = 2
"""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policybot.errors import LexiconError
from policybot.query.lexicon.forms import FORMS

FOLDER = Path(__file__).parent

CLASSES = frozenset(
    """
    about address adverb after after_post all alone alter amend amend_noun and any around_post
    article as_of at_least at_most at_post basis be before before_post between between_post
    body_noun both but by by_time changes children collection compare contain date_noun define
    define_noun discuss do differ document does duty each either ended exactly except except_post
    expire fewest first_in_order first_person follow follow_post for_ form form_verb form_word
    forward framing from greeting happen have help how how_many identity implement in in_force
    in_mark including interjection issue issue_mark issuer_noun it joiner jointly kind know
    language language_noun light local_body make mention mention_end mention_mark modal more
    more_results more_than most nation neither newer newest no_longer not not_yet noun_too now
    number_word of of_mod older oldest one_body only only_those or or_more other overview particle
    passive period_noun plain plea policy possessive praise pronoun question_particle relative
    repeal repeal_noun replace replace_noun reverse rule_noun ruled same_year say several show
    signoff since since_post sort start_over state still subject_mark take_effect than thanks
    then_post there thing those title to unit unit_mark unrelated unrelated_post until until_post
    valid version_noun want what_if when where whether which which_one who whole_text why with_
    without word_too wording written year_word
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""Every word class of a lexicon."""

EXCLUSIVE = (
    frozenset(["not", "and"]),
    frozenset(["newest", "oldest"]),
    frozenset(["before", "after"]),
    frozenset(["since", "until"]),
    frozenset(["document", "greeting"]),
    frozenset(["document", "thanks"]),
    frozenset(["jointly", "alone"]),
    frozenset(["issue", "repeal"]),
)
"""Pairs of classes that exclude each other."""

IMPLIED = {"alter": "plain", "period_noun": "plain", "version_noun": "plain"}
"""Classes whose words are of another class too: they may be part of a topic."""

_PATTERN = re.compile(r"[\\^$*+?{}\[\]|()]")
_TABLES = frozenset(
    [
        "language",
        "languages",
        "words",
        "verbs",
        "nouns",
        "kinds",
        "nations",
        "numbers",
        "ordinals",
        "clitics",
    ]
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or phrase of a lexicon: its classes, and its value if it is a number or an ordinal."""

    text: str
    classes: frozenset[str]
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language.

    ``words`` are keyed by their text in lower case. ``phrases`` gives for the first word of each
    phrase the number of words of the longest phrase that begins with it (in a language written
    without spaces: for the first character, the number of characters). ``kinds`` gives for each
    word for a kind of document the name that all languages share, ``nations`` likewise for a
    country, ``languages`` the code of a language. ``of_year`` is a template for a part of a year
    with its year, ``participles`` the endings of participles, ``body_heads`` nouns of bodies'
    names that are mostly topics, ``places`` nouns that stand beside the name of a place in such
    names ("Hamilton City Council").
    ``entries`` gives for each form its entry in the file, ``members`` for
    each class its words.
    """

    language: str
    spaced: bool
    words: Mapping[str, Word]
    phrases: Mapping[str, int]
    clitics: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    nations: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, str] = field(default_factory=dict, compare=False)
    of_year: str = ""
    participles: tuple[str, ...] = ()
    body_heads: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    members: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def of(self, name: str) -> frozenset[str]:
        """Return the words and phrases of a class."""
        return self.members.get(name, frozenset())


@functools.cache
def lexicons() -> tuple[Lexicon, ...]:
    """Return the lexicon of every language, in the order of their names.

    Raises:
        LexiconError: a file is no lexicon; the message names it and the line.
    """
    return tuple(load(path) for path in sorted(FOLDER.glob("*.toml")))


@functools.cache
def lexicon_of(language: str) -> Lexicon:
    """Return the lexicon of a language: ``en``, ``es``, ``zh``.

    Raises:
        StopIteration: there is none.
    """
    return next(lexicon for lexicon in lexicons() if lexicon.language == language)


@functools.cache
def participle_endings() -> tuple[str, ...]:
    """Return the endings of participles in every language."""
    return tuple(ending for lexicon in lexicons() for ending in lexicon.participles)


def load(path: Path) -> Lexicon:
    """Load one lexicon.

    Raises:
        LexiconError: an unknown class, a word in two classes that exclude each other, a pattern
            where a word belongs, or no TOML at all.
    """
    text = path.read_text("utf-8")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path}: {error}") from None
    about = table.get("language", {})
    fail = functools.partial(_fail, path, text)
    for name in table.keys() - _TABLES:
        raise fail(f"[{name}]", f"unknown table {name!r}; known: {', '.join(sorted(_TABLES))}")
    makers = FORMS.get(path.stem, {})
    classes = defaultdict[str, set[str]](set)
    members = defaultdict[str, set[str]](set)
    entries: dict[str, str] = {}
    numerals = (
        (form, form, kind) for kind in ("number", "ordinal") for form in table.get(f"{kind}s", ())
    )
    for form, entry, name in itertools.chain(_forms(table, makers, fail), numerals):
        for one in filter(None, (name, IMPLIED.get(name))):
            classes[form].add(one)
            members[one].add(form)
        entries.setdefault(form, entry)
    values: dict[str, int] = {**table.get("ordinals", {}), **table.get("numbers", {})}
    words: dict[str, Word] = {}
    for form, names in classes.items():
        if pair := next((pair for pair in EXCLUSIVE if pair <= names), None):
            both = " and ".join(sorted(pair))
            raise fail(entries[form], f"{form!r} is both {both}; leave it in one")
        words[form] = Word(form, frozenset(names), values.get(form))
    spaced = bool(about.get("spaced", True))
    phrases: dict[str, int] = {}
    for form in words:
        first, size = (form.split(" ")[0], form.count(" ") + 1) if spaced else (form[0], len(form))
        phrases[first] = max(phrases.get(first, 0), size)
    kinds = {
        form: name
        for name, entries_of in table.get("kinds", {}).items()
        for entry in entries_of
        for form in (makers["nouns"](entry) if "nouns" in makers else (entry,))
    }
    nations = {form: name for name, forms in table.get("nations", {}).items() for form in forms}
    languages = {form: code for code, forms in table.get("languages", {}).items() for form in forms}
    clitics = tuple(table.get("clitics", {}).get("words", ()))
    of_year = str(about.get("of_year", ""))
    return Lexicon(
        path.stem, spaced, words, phrases, clitics, kinds, nations, languages, entries, of_year,
        tuple(about.get("participles", ())), tuple(about.get("body_heads", ())),
        tuple(about.get("places", ())),
        {name: frozenset(forms) for name, forms in members.items()},
    )  # fmt: skip


def _forms(
    table: Mapping[str, Mapping[str, list[str]]],
    makers: Mapping[str, Callable[[str], Iterator[str]]],
    fail: Callable[[str, str], LexiconError],
) -> Iterator[tuple[str, str, str]]:
    """Yield every form of every entry, the entry, and its class."""
    kinds = [entry for entries in table.get("kinds", {}).values() for entry in entries]
    nations = [entry for entries in table.get("nations", {}).values() for entry in entries]
    spoken = [entry for entries in table.get("languages", {}).values() for entry in entries]
    given = {**table, "kinds": {"kind": kinds}, "nations": {"nation": nations}}
    given["languages"] = {"language": spoken}
    for kind in ("words", "verbs", "nouns", "kinds", "nations", "languages"):
        for name, entries in given.get(kind, {}).items():
            if name not in CLASSES:
                raise fail(f"{name} =", f"unknown class {name!r}")
            for entry in entries:
                if _PATTERN.search(entry):
                    raise fail(f'"{entry}"', f"{entry!r} is a pattern; a word belongs here")
                if entry != entry.lower() or not entry.strip():
                    raise fail(f'"{entry}"', f"{entry!r} is not in lower case")
                maker = makers.get("nouns" if kind == "kinds" else kind)
                made = list(maker(entry)) if maker else [entry]
                for at, form in enumerate(made):
                    yield form, entry, name
                    if maker and kind in {"nouns", "kinds"}:
                        yield form, entry, "plural" if at else "singular"


def _fail(path: Path, text: str, needle: str, message: str) -> LexiconError:
    line = next((at for at, row in enumerate(text.split("\n"), 1) if needle in row), 1)
    return LexiconError(f"{path}:{line}: {message}")
