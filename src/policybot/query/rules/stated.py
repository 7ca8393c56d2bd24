"""Fields that a policy's source states or omits: its number, date or issuer."""

from __future__ import annotations

from dataclasses import dataclass

from policybot.model import Span
from policybot.query.conditions import Condition, Not, Stateable, Stated
from policybot.query.rules.rule import RuleMatch, rule

_NOUNS: dict[str, Stateable] = {
    "number_word": "number",
    "date_noun": "date",
    "issuer_noun": "issuer",
}
_FIELD = "{article|any|unit_mark}*(?P<field>{number_word|date_noun|issuer_noun})"
_ENDS = (
    "(?=$|{stop|question|comma|mark|of|relative|document|kind|in|from|by|since|until|before|after"
    "|about|and|but|which|plea|thanks|particle})"
)


@dataclass(frozen=True, slots=True)
class StatedField:
    """A field that sources state, or with ``denied`` omit."""

    field: Stateable
    denied: bool

    def condition_at(self, span: Span) -> Condition:
        """Return the condition, with its span in the question."""
        return Not(Stated(self.field), span=span) if self.denied else Stated(self.field, span=span)


@rule(
    "stated",
    "{relative|comma|and|do|modal|adverb}*(?:{without}|{with_}?{not}{have}?|{have}{not})"
    + _FIELD
    + _ENDS,
    bonus=2.5,
)
def not_stated(matched: RuleMatch) -> StatedField:
    """Policies without a number, a date or an issuer.

    policies that have no number → without a number
    policies by MIIT without a date → issued by Ministry of Industry and Information Technology; without a date
    没有文号的文件 → without a number
    políticas sin organismo emisor → of no stated issuer
    """
    return StatedField(_field_named(matched), denied=True)


@rule("stated", "{relative|comma|and|do|adverb}*{have}" + _FIELD + _ENDS, bonus=1.5)
def stated(matched: RuleMatch) -> StatedField | None:
    """Policies that have a number, a date or an issuer.

    Which policies have a number? → with a number
    有文号的文件有哪些 → with a number
    """
    return StatedField(_field_named(matched), denied=False)


def _field_named(matched: RuleMatch) -> Stateable:
    noun = matched.of("field")[0]
    return next(field for name, field in _NOUNS.items() if name in noun.classes)
