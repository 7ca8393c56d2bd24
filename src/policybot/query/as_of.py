"""The days that a question is about: "in June 2020", "as of 2017", "nowadays", 2018年的时候.

They are no condition on when policies were issued: what is asked is the rule that held then.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policybot.query.entities.entity import Days
from policybot.query.parse import Parse, is_content
from policybot.query.rules.days.dates import NamedPeriods
from policybot.query.tokens import has_class, word_classes

if TYPE_CHECKING:
    from policybot.query.query import Query


SILENT = word_classes("stop comma mark question interjection plea")
"""Classes of tokens that ask for nothing: "ok", "…", "please"."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The first and the last day that a question is about, and the words that say so."""

    days: Days
    wording: str

    def is_today(self, today: dt.date | None) -> bool:
        """Tell whether it is the day of the question."""
        return self.days == (today, today)


def as_of(parses: Sequence[Parse]) -> AsOf | None:
    """Return the days that the sentences of a question are about.

    None where they name none, or several.
    """
    dated = [one for parse in parses for one in _dates(parse)]
    if dated:
        return dated[0] if len(dated) == 1 else None
    return next((one for parse in parses for one in _now(parse)), None)


def timeless(query: Query, wording: str) -> Query:
    """Return a query without the words that say which days it is about."""

    def without(text: str) -> str:
        return " ".join(text.replace(wording, " ").split()) if wording else text

    return dataclasses.replace(
        query,
        topic=without(query.topic),
        search_text=without(query.search_text),
        background=without(query.background),
        hints=tuple(hint for hint in query.hints if hint.wording not in wording),
    )


_BESIDE_DAYS = word_classes("""
    and follow follow_post but interjection light particle in of from for_ since as_of article now
    still question_particle newest then_post
""")
"""Classes of the words beside the days of a follow-up that names nothing else."""

_DAY = dt.timedelta(days=1)


def days_alone(parse: Parse, shown: Days | None) -> AsOf | None:
    """Return the days of a follow-up that names nothing else: "and in 2021?", 现在呢, ¿y ahora?.

    ``shown`` are the days of issue of the policy shown before: "before that?" is the day before.
    """
    spoken = [t for t in parse.tokens if "now" in t.classes or not SILENT & t.classes]
    dates = [t.entity for t in spoken if t.entity is not None]
    others = [t for t in spoken if t.entity is None]
    if any(date.kind != "date" for date in dates) or len(dates) > 1:
        return None
    if not dates and shown and has_class(others, "before") and has_class(others, "it"):
        earlier = all({"before", "it"} & t.classes or _BESIDE_DAYS & t.classes for t in others)
        day = shown[0] - _DAY
        return AsOf((day, day), "") if earlier else None
    if not all(_BESIDE_DAYS & token.classes for token in others):
        return None
    if dates:
        return AsOf(dates[0].days, "")
    return AsOf((parse.today, parse.today), "") if has_class(others, "now") else None


def asked_again(own: Query, old: Query, days: AsOf | None, *, added: str = "") -> Query:
    """Return the question before once more, about other days or with words ``added``.

    ``own`` is the follow-up. A condition that it was in force on other days gives way.
    """
    before = timeless(old, old.as_of.wording if old.as_of and days is not old.as_of else "")
    topic, text = (
        " ".join(filter(None, [held, added])) for held in (before.topic, before.search_text)
    )
    return dataclasses.replace(
        before,
        question=own.question,
        conditions=() if days is not None else before.conditions,
        topic=topic,
        search_text=text,
        hints=(),
        as_of=days,
        taken_from=f"from your question before: about “{before.topic}”",
    )


def _dates(parse: Parse) -> Iterable[AsOf]:
    """Yield the dates of a sentence, by the words of the rules that read them."""
    dates = [at for at, t in enumerate(parse.tokens) if t.entity and t.entity.kind == "date"]
    if not dates:
        return
    nodes = [node for node in parse.nodes if isinstance(node.value, NamedPeriods)]
    for at in dates:
        entity = parse.tokens[at].entity
        taken = next((node.taken for node in nodes if at in node.taken), (at,))
        if entity is not None and not _is_attribute(parse, at, taken):
            yield AsOf(entity.days, parse.wording(taken))


def _is_attribute(parse: Parse, at: int, taken: Iterable[int]) -> bool:
    """Tell "the 2019 regulations" and "2014 fees", which say of which year a thing is."""
    token = parse.tokens[at]
    if token.is_han or not token.text.isdigit():
        return False
    if "article" in parse.classes_at(at - 1):
        return True
    following = parse.tokens[at + 1 : at + 2]
    return min(taken) == at and any(is_content(one) for one in following)


def _now(parse: Parse) -> Iterable[AsOf]:
    for at, token in enumerate(parse.tokens):
        if "now" in token.classes:
            yield AsOf((parse.today, parse.today), parse.wording([at]))
