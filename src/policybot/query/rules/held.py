"""What held on a day: a whole day in a question for what policies say, with no word of issuing.

"How much was the fee on 1 March 2013?" asks for what was in force then, which may be another text
than today's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.query.lexicon import participle_endings
from policybot.query.rules.asks import ValidityState
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import Token, word_classes

_ASKS = word_classes("which how how_many where why who whether question_particle")
_OPENS = word_classes("be do have modal")
_OTHER = word_classes(
    """
    issue in_force take_effect expire when mention contain title date_noun amend repeal
    replace basis changes compare differ happen newest oldest more_results as_of
    """
)
"""Classes of words beside which a day is theirs."""

_HAN_ASKS = re.compile("[几哪吗谁怎何啥]|多少|什么")
_GOVERNS = word_classes("by until since before after from of for_ between dash")
_NAMES = word_classes("kind document thing T N")
_AROUND = word_classes("question stop mark comma particle question_particle plea thanks")


@rule(
    "validity",
    "(?P<link>{in}?{article}?){D}(?P<then>{of}?{light|at_post|in|then_post}?){comma}?",
    bonus=2.2,
)
def held_on(matched: RuleMatch) -> ValidityState | None:
    """In force on the day on which something is said to have held.

    How many sensors could a city buy on 1 March 2013? → find; in force on 2013-03-01; about “sensors could a city buy”
    On 1 March 2013, what was the fee for sensors? → find; in force on 2013-03-01; about “fee for sensors”
    What happens to sensors bought on 1 March 2013? → find; about “happens to sensors bought on 1 March 2013”
    2013年3月1日传感器收费多少钱 → find; in force on 2013-03-01; about “传感器收费”
    ¿Cuánto costaba un sensor el 1 de marzo de 2013? → find; in force on 2013-03-01; about “costaba un sensor”
    """
    before = matched.tokens[: matched.match.start()]
    after = matched.tokens[matched.match.end() :]
    others = [*before, *after]
    days = matched.days()
    if days[0][0] != days[0][1] or any(_is_other(token) for token in others):
        return None
    han = any(character > "\u2e80" for token in matched.of() for character in token.text)
    opens = not han and bool(before) and bool(_OPENS & before[0].classes)
    spoken = han and _HAN_ASKS.search(matched.text.plain) is not None
    asks = opens or spoken or any(_ASKS & token.classes for token in others)
    told = any(token.is_word for token in others)
    acts = any("I" in t.classes for t in others) and any(
        {"say", "does"} & t.classes for t in others
    )
    if acts or not (asks and told) or _is_of_a_name(matched, before, after):
        return None
    return (
        ValidityState(days=(days[0][0], days[0][1]))
        if han or _stands_apart(matched, before, after)
        else None
    )


def _is_other(token: Token) -> bool:
    """Tell a word that the day may be of instead: one of issuing, another day, documents listed."""
    listed = "document" in token.classes and ("plural" in token.classes or token.text > "\u2e80")
    return listed or bool({"D"} & token.classes) or bool(_OTHER & token.classes)


def _is_of_a_name(matched: RuleMatch, before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Tell "the notice of 1 March", 3月1日的通知: the day by which a document is called."""
    link = matched.of("link")
    if link and {"of", "from"} & link[0].classes:
        return True
    if before and (_NAMES & before[-1].classes or _GOVERNS & before[-1].classes):
        return True
    called = bool(after) and bool({"kind", "document"} & after[0].classes)
    return called and not any("light" in token.classes for token in matched.of("then")[1:])


def _stands_apart(matched: RuleMatch, before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Tell a day that opens or ends a sentence from one that belongs to a word before it.

    One after a participle belongs to that: "bought on 1 March".
    """
    if matched.starts:
        return True
    day = next(token for token in matched.of() if token.entity)
    linked = matched.has("link") or not day.text[0].isdigit()  # "el 1 de marzo", as one entity
    noun = len(before) > 1 and "article" in before[-2].classes  # "los mercados"
    done = before[-1].text.endswith(participle_endings()) and not noun
    return linked and not done and all(_AROUND & token.classes for token in after)
