"""Rules: a pattern over the symbols of tokens, and a function that makes a node of a match.

A pattern is a regular expression in which ``{a|b}`` is a token of either class, ``{!a|b}`` one of
neither, ``{D}`` an entity, ``@name`` a pattern of :data:`PARTS` and ``.`` any token; white space is
ignored. The tokens of a group whose name begins with ``keep`` are not taken: they are left to other
rules or to the topic.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policybot.query.entities.entity import Days
from policybot.query.text import Text
from policybot.query.tokens import Token, symbols, word_classes, wording_of
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
"""The kinds of nodes that rules make."""


@dataclass(frozen=True, slots=True)
class Node:
    """What a rule makes of a match.

    ``kind`` is one of :data:`NODES`; ``span`` the range of tokens that match; ``taken`` those that
    the node explains, ``core`` those of them that no other node may take (function words may be
    shared). Of nodes with a common core token, the one with the larger ``weight`` is chosen.
    """

    rule: str
    kind: str
    span: tuple[int, int]
    taken: frozenset[int]
    core: frozenset[int]
    value: Any
    weight: float


_OPENING = word_classes("greeting plea light adverb and comma article interjection mark")


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A match of a rule in the tokens of a sentence."""

    match: re.Match[str]
    tokens: Sequence[Token]
    text: Text
    vocabulary: Vocabulary

    def of(self, group: str | int = 0) -> list[Token]:
        """Return the tokens of a group; none if it matched nothing."""
        start, end = self.match.span(group)
        return list(self.tokens[start:end]) if start >= 0 else []

    def has(self, group: str) -> bool:
        """Return whether a group matched a token."""
        return bool(self.match[group])

    def wording(self, group: str | int = 0) -> str:
        """Return the text of a group as typed."""
        return wording_of(self.of(group), self.text)

    def issuers(self, group: str | int = 0) -> tuple[str, ...]:
        """Return the canonical names of the bodies in a group."""
        named = [t.entity for t in self.of(group) if t.entity and t.entity.kind == "issuer"]
        return tuple(dict.fromkeys(entity.name for entity in named))

    def days(self, group: str | int = 0) -> list[Days]:
        """Return the days of the dates in a group."""
        named = [t.entity for t in self.of(group) if t.entity and t.entity.kind == "date"]
        return [entity.days for entity in named]

    @property
    def issues_as_noun(self) -> bool:
        """Whether the word of issuing that the match ends with is a noun: see :func:`is_noun`."""
        start, end = self.match.span()
        places = [at for at in range(start, end) if "issue" in self.tokens[at].classes]
        return bool(places) and is_noun(self.tokens, places[-1])

    def number(self, group: str) -> int | None:
        """Return the first number in a group; None if it has none."""
        return next((t.value for t in self.of(group) if t.value is not None), None)

    @property
    def before(self) -> Sequence[Token]:
        """The tokens of the sentence before the match."""
        return self.tokens[: self.match.start()]

    @property
    def after(self) -> Sequence[Token]:
        """The tokens of the sentence after the match."""
        return self.tokens[self.match.end() :]

    @property
    def starts(self) -> bool:
        """Whether only courtesies and function words precede the match in its sentence."""
        return all(_OPENING & token.classes for token in self.before)


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
    """A named pattern, and the function that makes a node's value of a match.

    ``make`` returns None to reject a match. ``bonus`` is added to the weight of the node, which is
    otherwise the number of tokens it takes.
    """

    name: str
    kind: str
    pattern: str
    make: Make
    bonus: float = 0.0

    @property
    def examples(self) -> list[tuple[str, str]]:
        """The examples in the docstring: questions, each with its reading: ``question → reading``.

        A reading lists, separated by semicolons, all that the question was read as:

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
"""Every rule, in the order of the modules, which has no effect on readings."""


def rule(kind: str, pattern: str, *, bonus: float = 0.0) -> Callable[[Make], Make]:
    """Register a function as a rule: it takes a match and returns the value of a node, or None."""
    if kind not in NODES:
        raise ValueError(f"unknown kind of node {kind!r}")

    def register(make: Make) -> Make:
        RULES.append(Rule(make.__name__, kind, pattern, make, bonus))
        return make

    return register


def propose(tokens: Sequence[Token], text: Text, vocabulary: Vocabulary) -> Iterator[Node]:
    """Yield the nodes that the rules make of all their matches."""
    line = "".join(token.symbol for token in tokens)
    for proposing in likely(frozenset(line)):
        pattern, kept = compiled(proposing.pattern)
        for match in pattern.finditer(line):
            if match.start() == match.end():
                continue
            value = proposing.make(RuleMatch(match, tokens, text, vocabulary))
            if value is None:
                continue
            taken = {*range(*match.span())}
            for group in kept:
                taken -= {*range(*match.span(group))}
            core = {at for at in taken if not _SHARED & tokens[at].classes or tokens[at].entity}
            yield Node(
                proposing.name,
                proposing.kind,
                match.span(),
                frozenset(taken),
                frozenset(core or taken),
                value,
                len(taken) + proposing.bonus,
            )


def likely(present: frozenset[str]) -> Iterator[Rule]:
    """Yield the rules that may match a text with these symbols, in their order."""
    by_symbol, needed = _needs_of_rules()
    matched = set(by_symbol[""]).union(*(by_symbol.get(symbol, ()) for symbol in present))
    for place in sorted(matched):
        if not any(map(present.isdisjoint, needed[place])):
            yield RULES[place]


@functools.cache
def _needs_of_rules() -> tuple[Mapping[str, Sequence[int]], Sequence[Sequence[frozenset[str]]]]:
    """Return what every match of each rule needs: sets of symbols, one symbol of each.

    Before that, the indices of the rules by each symbol of their smallest set; those that need
    nothing are under "".
    """
    by_symbol: dict[str, list[int]] = {"": []}
    needed = [_needed(_expanded(indexed.pattern)) for indexed in RULES]
    for place, needs in enumerate(needed):
        for symbol in min(needs, key=len, default=("",)):
            by_symbol.setdefault(symbol, []).append(place)
    return by_symbol, needed


_SHARED = word_classes("article comma adverb pronoun be have relative")
"""Classes of words that several nodes may take."""

_CLASS = re.compile(r"\{(!?)([a-zA-Z_][a-zA-Z_|]*)\}")
_PART = re.compile(r"@([a-z]+)")
_GROUP = re.compile(r"\((?:\?(?::|P<\w+>|(?P<beside><?[=!])))?")
_REPEATED = re.compile(r"(?:(?P<optional>[?*]|\{0,\d+\})|\+|\{[\d,]+\})?[+?]?")


@functools.cache
def compiled(pattern: str) -> tuple[re.Pattern[str], Sequence[str]]:
    """Return a rule's compiled pattern, and its groups of tokens that are not taken.

    Patterns are compiled when first needed.
    """

    def replaced(matched: re.Match[str]) -> str:
        return f"[{'^' if matched[1] else ''}{symbols().any_of(matched[2].split('|'))}]"

    over_symbols = re.compile(_CLASS.sub(replaced, _expanded(pattern)))
    return over_symbols, [name for name in over_symbols.groupindex if name.startswith("keep")]


def _expanded(pattern: str) -> str:
    """Return a rule's pattern without white space, and with its parts written out."""
    while "@" in pattern:
        pattern = _PART.sub(lambda matched: PARTS[matched[1]], pattern)
    return "".join(pattern.split())


def _needed(pattern: str) -> list[frozenset[str]]:
    """Return sets of symbols, of each of which every match of an expanded pattern has one."""
    return _needed_from(pattern, 0)[0]


def _needed_from(pattern: str, at: int) -> tuple[list[frozenset[str]], int]:
    """Return what a pattern needs from a place to the end of its group, and where that is.

    Of alternatives, each needs a set of its own: together they need the union of the smallest.
    """
    branches: list[list[frozenset[str]]] = [[]]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            branches.append([])
            at += 1
            continue
        needs: list[frozenset[str]] = []
        if one := _CLASS.match(pattern, at):
            at = one.end()
            needs = [] if one[1] else [frozenset(symbols().any_of(one[2].split("|")))]
        elif group := _GROUP.match(pattern, at):
            needs, at = _needed_from(pattern, group.end())
            at += 1
            needs = [] if group["beside"] else needs
        else:
            at += 1
        repeated = _REPEATED.match(pattern, at)
        if repeated:
            at = repeated.end()
        if not (repeated and repeated["optional"]):
            branches[-1] += needs
    if len(branches) == 1:
        return branches[0], at
    if not all(branches):
        return [], at
    return [frozenset[str]().union(*(min(needs, key=len) for needs in branches))], at
