"""A parsed sentence of a question: its tokens, and the nodes chosen for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policybot.model import Span
from policybot.query.rules.comparison import Compared
from policybot.query.rules.definitions import TermAsked
from policybot.query.rules.relations import Asked
from policybot.query.rules.rule import Node
from policybot.query.text import Text
from policybot.query.tokens import Token, word_classes, wording_of

LIGHT = word_classes("""
    article be have do modal there adverb light pronoun relative possessive comma stop colon dash
    slash mark which who when where how why whether and or of to for_ with_ by from in about show
    plea interjection greeting thanks first_person of_mod particle issue_mark subject_mark any all
    question how_many overview know want unit_mark neither either state collection follow only_those
    it follow_post only more_results except but whole_text start_over what_if
""")
"""Classes of function words and the like: tokens of these alone are no topic."""

CONTENT = word_classes("word T Q plain")


@dataclass(frozen=True, slots=True)
class Parse:
    """A parsed sentence.

    ``text`` is that of the sentence, ``offset`` its place in the question. ``nodes`` are in order
    and do not overlap. ``relation`` is the relation between policies that it asks for, ``compared``
    the texts that it asks to compare, ``defines`` the term whose definition it asks for, each None
    where it asks for none; ``today`` is the day of the question.
    """

    text: Text
    offset: int
    tokens: Sequence[Token]
    nodes: Sequence[Node]
    relation: Asked | None
    compared: Compared | None
    language: str
    today: dt.date
    defines: TermAsked | None = None

    def of(self, *kinds: str) -> list[Node]:
        """Return the nodes of some kinds."""
        return [node for node in self.nodes if node.kind in kinds]

    def taken(self, *kinds: str) -> set[int]:
        """Return the indices of the tokens that nodes of some kinds take; of all without a kind."""
        return taken_by(self.of(*kinds) if kinds else self.nodes)

    def classes_at(self, index: int) -> frozenset[str]:
        """Return the classes of a token; none where the sentence has no such token."""
        inside = 0 <= index < len(self.tokens)
        return self.tokens[index].classes if inside else frozenset()

    def span(self, node: Node) -> Span:
        """Return the span of a node's tokens in the question as typed."""
        return self.typed(self.tokens[at].span for at in sorted(node.taken))

    def sentence_span(self) -> Span:
        """Return the span of the sentence in the question as typed."""
        return self.typed(token.span for token in self.tokens)

    def wording_with_span(self, indices: Iterable[int]) -> tuple[str, Span]:
        """Return the text of some tokens, and its span in the question as typed."""
        places = sorted(indices)
        return self.wording(places), self.typed(self.tokens[at].span for at in places)

    def typed(self, spans: Iterable[Span]) -> Span:
        """Return the span, in the question as typed, from the first of the spans to the last."""
        first, *others = spans
        start, end = self.text.typed_span((first[0], others[-1][1] if others else first[1]))
        shift = self.offset if self.text.origin is None else 0
        return start + shift, end + shift

    def wording(self, indices: Iterable[int]) -> str:
        """Return the text from the first to the last of some tokens, as typed, in one line."""
        return wording_of([self.tokens[at] for at in sorted(indices)], self.text)


def taken_by(nodes: Iterable[Node]) -> set[int]:
    """Return the indices of the tokens that some nodes take."""
    return {index for node in nodes for index in node.taken}


def is_light(token: Token) -> bool:
    """Return whether a token is a function word or the like, and no topic by itself."""
    return token.entity is None and not CONTENT & token.classes and bool(LIGHT & token.classes)


def is_content(token: Token) -> bool:
    """Return whether a token can only be part of a topic."""
    if token.entity is not None:
        return token.entity.kind in {"title", "quote"}
    return bool(CONTENT & token.classes) or not LIGHT & token.classes
