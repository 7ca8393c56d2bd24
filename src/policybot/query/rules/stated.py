"""Whether a policy's source states a number, a date or an issuer at all."""

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
_WHAT = "{article|any|unit_mark}*(?P<what>{number_word|date_noun|issuer_noun})"
_ENDS = (
    "(?=$|{stop|question|comma|mark|of|relative|document|kind|in|from|by|since|until|before|after"
    "|about|and|but|which|plea|thanks|particle})"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a source states, or with ``denied`` does not."""

    what: Stateable
    denied: bool

    def at(self, span: Span) -> Condition:
        """Return the condition, made at a place of the question."""
        return Not(Stated(self.what), span=span) if self.denied else Stated(self.what, span=span)


@rule(
    "stated",
    "{relative|comma|and|do|modal|adverb}*(?:{without}|{with_}?{not}{have}?|{have}{not})"
    + _WHAT
    + _ENDS,
    bonus=2.5,
)
def not_stated(matched: RuleMatch) -> Told:
    """Policies without a number, a date or an issuer.

    policies that have no number → without a number
    policies by MIIT without a date → issued by Ministry of Industry and Information Technology; without a date
    没有文号的文件 → without a number
    políticas sin organismo emisor → of no stated issuer
    """
    return Told(_named(matched), denied=True)


@rule("stated", "{relative|comma|and|do|adverb}*{have}" + _WHAT + _ENDS, bonus=1.5)
def stated(matched: RuleMatch) -> Told | None:
    """Policies that have a number, a date or an issuer.

    Which policies have a number? → with a number
    有文号的文件有哪些 → with a number
    """
    return Told(_named(matched), denied=False)


def _named(matched: RuleMatch) -> Stateable:
    classes = matched.of("what")[0].classes
    return next(what for name, what in _NOUNS.items() if name in classes)
