"""What a rule is: a pattern over the symbols of tokens, and what it makes of a match.

A pattern is a regular expression in which ``{a|b}`` is a token of either class, ``{!a|b}`` one of
neither, ``{D}`` an entity, ``@name`` a pattern of :data:`PARTS` and ``.`` any token; white space
says nothing. What a group whose name begins with ``keep`` matches is read and left to the topic or
to other rules.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policybot.query.entities.entity import Days
from policybot.query.text import Text, on_one_line
from policybot.query.tokens import Token, symbols
from policybot.query.vocabulary import Vocabulary

PARTS = {
    "the": "{article}*",
    "sep": "(?:{comma}?{and|or|neither|joiner}|{comma})",
    "body": "@the{I}{possessive}?",
    "bodies": "@body(?:@sep{by|from}?@body)*",
    "date": "@the{year_word}?{D}",
    "dates": "@date(?:@sep{in|of|from}?@date)*",
    "docs": "{document|kind|thing}",
    "aux": "{be|have|do|modal|adverb|relative|article}*",
    "word": "{word}",
    "words": "{word|number|plain|praise|kind|N}(?:@wordlike|(?:(?!@wordlike){of|dash|article|possessive}){1,2}{word|number|plain|thing|N})*",
    "wordlike": "{word|number|plain|thing|N|kind|praise|document|unit|body_noun}",
    "mod": "{word|praise|kind|newest|oldest|jointly|possessive|dash|number|nation|of_mod|plain|of|thing|other|article|I|D|N|Q}",
    "fill": "{article|adverb|be|have|do|modal|relative|there|pronoun|light}*",
}
"""Patterns that several rules use."""

NODES = frozenset(
    """
    issued_by not_issued_by issued_in not_issued_in count_of_bodies numbered mentions not_mentions
    titled not_titled kinds children head ask order count issue about courtesy compare relation
    validity stated term topic unknown_body with_children position nation collection slot duty
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""What a rule may say of its tokens."""


@dataclass(frozen=True, slots=True)
class Node:
    """What one rule makes of some tokens.

    ``kind`` is one of :data:`NODES`; ``span`` the range of tokens; ``taken`` those of them that it
    accounts for, ``core`` those that no other node may take: light words between others may be
    shared. ``weight`` decides between nodes that take the same token: the larger first.
    """

    rule: str
    kind: str
    span: tuple[int, int]
    taken: frozenset[int]
    core: frozenset[int]
    value: Any
    weight: float


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A match of a rule in a question's tokens."""

    match: re.Match[str]
    tokens: Sequence[Token]
    text: Text
    vocabulary: Vocabulary

    def of(self, group: str | int = 0) -> list[Token]:
        """Return the tokens of a group; none where it took no part."""
        start, end = self.match.span(group)
        return list(self.tokens[start:end]) if start >= 0 else []

    def has(self, group: str) -> bool:
        """Tell whether a group matched a token."""
        return bool(self.match[group])

    def wording(self, group: str | int = 0) -> str:
        """Return the words of a group as they were typed."""
        tokens = self.of(group)
        if not tokens:
            return ""
        return on_one_line(self.text.printed[tokens[0].span[0] : tokens[-1].span[1]])

    def issuers(self, group: str | int = 0) -> tuple[str, ...]:
        """Return the canonical names of the bodies of a group."""
        named = [t.entity for t in self.of(group) if t.entity and t.entity.kind == "issuer"]
        return tuple(dict.fromkeys(entity.name for entity in named))

    def days(self, group: str | int = 0) -> list[Days]:
        """Return the spans of time of a group."""
        named = [t.entity for t in self.of(group) if t.entity and t.entity.kind == "date"]
        return [entity.days for entity in named]

    @property
    def issues_as_noun(self) -> bool:
        """Whether the word of issuing that the match ends with is a noun: see :func:`is_noun`."""
        start, end = self.match.span()
        places = [at for at in range(start, end) if "issue" in self.tokens[at].classes]
        return bool(places) and is_noun(self.tokens, places[-1])

    def number(self, group: str) -> int | None:
        """Return the number that a group says; None where it says none."""
        return next((t.value for t in self.of(group) if t.value is not None), None)

    @property
    def starts(self) -> bool:
        """Whether only courtesies and light words stand before the match in its sentence."""
        light = {
            "greeting",
            "plea",
            "light",
            "adverb",
            "and",
            "comma",
            "article",
            "interjection",
            "mark",
        }
        return all(
            not light.isdisjoint(token.classes) for token in self.tokens[: self.match.start()]
        )


_VERB = frozenset(["word", "plain", "contain", "say", "mention", "discuss", "be", "have", "modal"])
_CONTENT = frozenset(["word", "plain", "kind", "document", "thing"])
_MARKS = frozenset(["question", "stop", "mark", "comma"])


def is_noun(tokens: Sequence[Token], at: int) -> bool:
    """Tell "what does a bus pass cost", where a word of issuing is a noun, from "what did MIIT pass".

    After a noun its verb follows, and then nothing or what is no object of issuing.
    """
    if "noun_too" not in tokens[at].classes:
        return False
    after = [token for token in tokens[at + 1 :] if not _MARKS & token.classes][:2]
    verb = bool(after) and not after[0].entity and bool(_VERB & after[0].classes)
    return verb and not (len(after) > 1 and _CONTENT & after[1].classes)


Make = Callable[[RuleMatch], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named pattern and what it makes of a match.

    ``make`` returns the value of the node, or None where the match says nothing after all. ``bonus``
    is added to the weight, which is otherwise the number of tokens taken.
    """

    name: str
    kind: str
    pattern: str
    make: Make
    bonus: float = 0.0

    @property
    def examples(self) -> list[tuple[str, str]]:
        """The questions of the docstring, each with what it is read as: ``question → reading``.

        A reading lists, with semicolons between them, what the question comes to and nothing else:

        - every condition in English words, in the order of ``Query.conditions``;
        - ``unknown: NAME`` for a body that is not in the table of issuers;
        - ``newest first``, ``oldest first``, ``2 newest``; a number alone for so many, whichever;
        - ``compares`` for what compares numbers of policies;
        - ``asks when``, ``asks who``, ``asks number``, ``asks about`` for what is asked of a policy;
        - ``find``, before all others, where one passage is looked for and none of these is said;
        - ``about “TOPIC”`` for what is left to search for, but not beside ``unknown`` or ``compares``;
        - ``list`` where there is nothing else: all policies;
        - ``repeals subjects “NAME”``, nothing beside it, for what is asked of relations: see
          :class:`policybot.query.rules.relations.Asked`; ``greeting`` and the like for small talk.
        """
        rows = (line.strip() for line in (self.make.__doc__ or "").split("\n"))
        pairs = [row.partition(" → ") for row in rows if " → " in row]
        return [(question, reading) for question, _, reading in pairs]


RULES: list[Rule] = []
"""Every rule, in the order of their modules; the order decides nothing."""


def rule(kind: str, pattern: str, *, bonus: float = 0.0) -> Callable[[Make], Make]:
    """Make a rule of a function, which is given a match and returns the value of a node."""
    if kind not in NODES:
        raise ValueError(f"unknown kind of node {kind!r}")

    def register(make: Make) -> Make:
        RULES.append(Rule(make.__name__, kind, pattern, make, bonus))
        return make

    return register


def propose(tokens: Sequence[Token], text: Text, vocabulary: Vocabulary) -> Iterator[Node]:
    """Yield what every rule makes of every match in the tokens."""
    line = "".join(token.symbol for token in tokens)
    for one in _likely(frozenset(line)):
        pattern, _ = compiled(one.pattern)
        for match in pattern.finditer(line):
            if match.start() == match.end():
                continue
            value = one.make(RuleMatch(match, tokens, text, vocabulary))
            if value is None:
                continue
            taken = set(range(match.start(), match.end()))
            for group in pattern.groupindex:
                if group.startswith("keep") and match.start(group) >= 0:
                    taken -= set(range(*match.span(group)))
            weight = len(taken) + one.bonus
            core = {at for at in taken if not _SHARED & tokens[at].classes or tokens[at].entity}
            yield Node(
                one.name,
                one.kind,
                match.span(),
                frozenset(taken),
                frozenset(core or taken),
                value,
                weight,
            )


def _likely(present: frozenset[str]) -> Iterator[Rule]:
    """Yield the rules that may match symbols, in their order."""
    by_symbol = _rules_by_symbol()
    matched = set(by_symbol[""]).union(*(by_symbol.get(symbol, ()) for symbol in present))
    yield from (RULES[place] for place in sorted(matched))


@functools.cache
def _rules_by_symbol() -> Mapping[str, Sequence[int]]:
    """Return the places of the rules that need one of some symbols, under each, the others under ""."""
    matched: dict[str, list[int]] = {"": []}
    for place, one in enumerate(RULES):
        for symbol in compiled(one.pattern)[1] or ("",):
            matched.setdefault(symbol, []).append(place)
    return matched


_SHARED = frozenset(["article", "comma", "adverb", "pronoun", "be", "have", "relative"])
"""Classes of words that several nodes may take."""

_CLASS = re.compile(r"\{(!?)([a-zA-Z_][a-zA-Z_|]*)\}")
_PART = re.compile(r"@([a-z]+)")


@functools.cache
def compiled(pattern: str) -> tuple[re.Pattern[str], frozenset[str]]:
    """Return a rule's pattern over symbols, and the symbols of which a match needs one.

    An empty set says nothing. Compiled when a question first needs it.
    """
    while "@" in pattern:
        pattern = _PART.sub(lambda matched: PARTS[matched[1]], pattern)
    plain = "".join(pattern.split())
    needed = _needed(plain)

    def replaced(matched: re.Match[str]) -> str:
        chosen = symbols().any_of(matched[2].split("|"))
        return f"[{'^' if matched[1] else ''}{chosen}]"

    return re.compile(_CLASS.sub(replaced, plain)), needed


def _needed(pattern: str) -> frozenset[str]:
    """Return the symbols of which every match must have one: of each alternative its rarest class."""
    needed: list[frozenset[str]] = [frozenset()]
    depth = 0
    at = 0
    while at < len(pattern):
        matched = _CLASS.match(pattern, at)
        if matched:
            at = matched.end()
            optional = pattern[at : at + 1] in {"?", "*"} or pattern.startswith("{0", at)
            if depth == 0 and not optional and not matched[1]:
                own = frozenset(symbols().any_of(matched[2].split("|")))
                needed[-1] = own if not needed[-1] or len(own) < len(needed[-1]) else needed[-1]
            continue
        depth += {"(": 1, ")": -1}.get(pattern[at], 0)
        if depth == 0 and pattern[at] == "|":
            needed.append(frozenset())
        at += 1
    return frozenset().union(*needed) if all(needed) else frozenset()
