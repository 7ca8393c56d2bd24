"""One sentence of a question: its tokens, and what was chosen of what the rules made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from policybot.model import Span
from policybot.query.rules.comparison import Compared
from policybot.query.rules.definitions import TermAsked
from policybot.query.rules.relations import Asked
from policybot.query.rules.rule import Node
from policybot.query.text import Text, on_one_line
from policybot.query.tokens import Token

LIGHT = frozenset(
    """
    article be have do modal there adverb light pronoun relative possessive comma stop colon
    dash slash mark which who when where how why whether and or of to for_ with_ by from in
    about show plea interjection greeting thanks first_person of_mod particle issue_mark
    subject_mark any all question how_many overview know want unit_mark neither either state
    collection follow only_those it follow_post only more_results except but
    whole_text start_over
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""Classes of tokens that are no topic by themselves; what has none but these says nothing."""

CONTENT = frozenset(["word", "T", "Q", "plain"])


@dataclass(frozen=True, slots=True)
class Parse:
    """A sentence as the rules read it.

    ``text`` is the sentence's own, ``offset`` where it begins in the question. ``nodes`` do not
    overlap and are in order. ``relation`` is what it asks of relations, if it does, ``compared``
    the texts that it compares, ``defines`` the term that it asks the meaning of; ``today`` the day
    on which it is asked.
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

    def value(self, kind: str) -> Any:  # noqa: ANN401 - whatever the rules give
        """Return the value of the first node of a kind; None where there is none."""
        return next((node.value for node in self.nodes if node.kind == kind), None)

    def span(self, node: Node) -> Span:
        """Return where in the question, as typed, a node's tokens stand."""
        return self.typed(self.tokens[at].span for at in sorted(node.taken))

    def whole(self) -> Span:
        """Return where in the question, as typed, the sentence stands."""
        return self.typed(token.span for token in self.tokens)

    def said(self, indices: Iterable[int]) -> tuple[str, Span]:
        """Return the text of some tokens, and where in the question, as typed, it stands."""
        places = sorted(indices)
        return self.wording(places), self.typed(self.tokens[at].span for at in places)

    def typed(self, spans: Iterable[Span]) -> Span:
        """Return where in the question, as typed, the first of spans begins and the last ends."""
        first, *others = spans
        start, end = self.text.typed_span((first[0], others[-1][1] if others else first[1]))
        shift = self.offset if self.text.origin is None else 0
        return start + shift, end + shift

    def wording(self, indices: Iterable[int]) -> str:
        """Return the text from the first to the last of some tokens, as typed, on one line."""
        places = sorted(indices)
        if not places:
            return ""
        start, end = self.tokens[places[0]].span[0], self.tokens[places[-1]].span[1]
        return on_one_line(self.text.printed[start:end])


def is_light(token: Token) -> bool:
    """Tell a token that is no topic by itself."""
    return token.entity is None and not CONTENT & token.classes and bool(LIGHT & token.classes)


def is_content(token: Token) -> bool:
    """Tell a token that only a topic accounts for."""
    if token.entity is not None:
        return token.entity.kind in {"title", "quote"}
    return bool(CONTENT & token.classes) or not LIGHT & token.classes
