"""The reading of a question, on one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from policybot.model import RelationAsked
from policybot.query.conditions import OfPolicy
from policybot.query.query import JOINTLY, Query
from policybot.render.telegram.texts import Language, label, say


def reading_line(
    query: Query,
    names: Mapping[str, str],
    language: Language,
    relation: RelationAsked | None = None,
) -> str:
    """Return the conditions of a question as read: ``MIIT · 2012``. Empty without any.

    ``names`` maps a canonical issuer to the name the person used. ``relation`` is the relation that
    the question asks for.
    """
    pieces = [_relation(relation, language)] if relation else []
    pieces += [names.get(issuer, issuer) for issuer in query.issuers]
    if query.bodies == JOINTLY or query.alone:
        pieces.append(say(language, "alone" if query.alone else "jointly"))
    elif query.bodies:
        least, most = query.bodies
        pieces.append(say(language, "bodies" if most == least else "bodies_or_more", count=least))
    if query.without:
        excluded = [names.get(issuer, issuer) for issuer in query.without]
        pieces.append(say(language, "issued_without", bodies=", ".join(excluded)))
    pieces += _periods(query, language)
    pieces += [query.in_force.in_words(language)] if query.in_force else []
    if query.numbers:
        pieces.append(say(language, "numbered", number=" / ".join(query.numbers)))
    pieces += [f"“{phrase}”" for phrase in query.phrases]
    pieces += [" / ".join(f"“{phrase}”" for phrase in query.either)] if query.either else []
    for key, words in (
        ("titled", [word for word in query.titled if word not in query.of_kinds]),
        ("of_kind", query.of_kinds),
        ("untitled", query.untitled),
    ):
        if words:
            pieces.append(say(language, key, words=" / ".join(f"“{word}”" for word in words)))
    if query.absent:
        absent = " / ".join(f"“{phrase}”" for phrase in query.absent)
        pieces.append(say(language, "phrases_absent", phrases=absent))
    pieces += [c.in_words(language) for c in query.conditions if isinstance(c, OfPolicy)]
    return " · ".join(pieces)


def _relation(relation: RelationAsked, language: Language) -> str:
    titles = [policy.title for policy in relation.policies] or [relation.named]
    named = "; ".join(f"“{title}”" for title in titles if title)
    key = f"{relation.wanted}_{relation.kind}"
    return label(language, key, policy=named) if named else label(language, f"any_{relation.kind}")


def _periods(query: Query, language: Language) -> list[str]:
    periods = " / ".join(_period(since, until, language) for since, until in query.periods)
    return [periods] if periods else []


def _period(since: dt.date | None, until: dt.date | None, language: Language) -> str:
    if since and until:
        whole_years = (since.month, since.day, until.month, until.day) == (1, 1, 12, 31)
        if whole_years:
            return str(since.year) if since.year == until.year else f"{since.year}–{until.year}"
        return since.isoformat() if since == until else f"{since} – {until}"
    if since:
        return say(language, "period_since", since=since)
    if until:
        return say(language, "period_until", until=until)
    return ""
