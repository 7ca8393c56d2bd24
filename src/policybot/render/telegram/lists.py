"""Pages of a list of policies."""

from __future__ import annotations

from collections.abc import Sequence

from policybot.model import Hit
from policybot.render.telegram.card import LINE_LIMIT, state_mark
from policybot.render.telegram.markup import clip, escape
from policybot.render.telegram.texts import Language, label, say

LIST_PAGE = 8
"""Entries on one page of a list."""


def list_page(
    hits: Sequence[Hit],
    language: Language,
    *,
    first: int,
    total: int,
    reading: str = "",
    of: int | None = None,
) -> str:
    """Render one page of a list: policies numbered from ``first``, grouped by year.

    ``total`` counts the entries on all pages, ``of`` those of the list before it was filtered.
    """
    title = say(language, "list_one" if total == 1 else "list_many", total=total)
    if of is not None and of != total:
        title = say(language, "list_of", count=total, total=of)
    if reading:
        title += f" · {escape(clip(reading, LINE_LIMIT))}"
    lines, year = [title], ""
    for number, hit in enumerate(hits, start=first):
        group = f"{hit.policy.date.year:04d}" if hit.policy.date else say(language, "undated")
        if group != year:
            year = group
            lines += ["", f"<b>{year}</b>"]
        lines.append(f"{number}. {entry_line(hit, language)}")
    return "\n".join(lines)


def entry_line(hit: Hit, language: Language) -> str:
    """Return a policy on one line of HTML: date, title, issuers, and a mark of its state."""
    policy = hit.policy
    issuers = clip("; ".join(policy.issuers), 120) or label(language, "issuer_missing")
    worded = f" (“{escape(clip(policy.date_text, 60))}”)" if policy.date_text else ""
    when = f"{policy.date}{worded} – " if policy.date else ""
    mark = state_mark(hit, language)
    line = f"{when}{escape(clip(policy.title, 180))} – <i>{escape(issuers)}</i>"
    return f"{line} {escape(mark)}" if mark else line
