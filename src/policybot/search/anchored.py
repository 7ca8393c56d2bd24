"""Dates told by policies: "policies issued after the Wuxi outline", 《规划》发布以前的政策."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

from policybot.index.interface import Generation
from policybot.model import Policy, Span
from policybot.search import chinese, cues
from policybot.search.marks import lower
from policybot.search.named import Named, only_one
from policybot.search.titles import SHORT, Titled, overlaps

_ISSUES = re.compile(
    rf"\b(?:{cues.PLURAL}|{cues.THING})\b|{cues.ISSUE_VERB}|{chinese.NOUN}", re.IGNORECASE
)
_SINCE = re.compile(
    r"\b(?:(?:in )?the year (?P<next>after|before)|(?P<since>after|before|since|until)"
    r"|(?:the )?(?P<year>same year as)|(?P<between>between))(?: the)? ?$"
)
_AND = re.compile(r",? and(?: the)? ?$", re.IGNORECASE)
_SINCE_CHINESE = re.compile(rf"{chinese.ISSUE_VERB}?(?=(?:之|以)?[前后後])|(?P<year>同一?年)")
_WAS_ISSUED = re.compile(rf" (?:was|were|came|had been) {cues.ISSUE_VERB}\b| came out\b")


def with_dates_for(
    generation: Generation, text: str, found: Sequence[Titled], read: Callable[[str], Named]
) -> tuple[str, str]:
    """Return a cleaned question with the dates of policies instead of their names, and a note.

    "Policies issued after the Wuxi outline" is read as those issued after its date. The note is
    empty where nothing is so dated; then the question is as it was. ``found`` and ``read`` are
    those of :func:`policybot.search.titles.asked_of`.
    """
    names = [(one.span, list(one.ordinals)) for one in found]
    names += [
        (short.span(), only_one(generation, read(short["name"])))
        for short in SHORT.finditer(text)
        if not overlaps(short.span(), found)
        and (_SINCE.search(before := lower(text[: short.start()])) or _AND.search(before))
    ]
    dated: list[tuple[Span, Policy]] = []
    for (start, end), ordinals in sorted(names):
        policy = generation.policy(ordinals[0]) if len(ordinals) == 1 else None
        if policy and policy.date and _ISSUES.search(text[:start] + text[end:]):
            dated.append(((start, end), policy))
    notes: list[str] = []
    for at in reversed(range(len(dated))):
        later = dated[at + 1] if at + 1 < len(dated) else None
        change = _dated(text, dated[at], later)
        if change:
            (start, end), wording, policies = change
            text = f"{text[:start]}{wording}{text[end:]}"
            notes[:0] = [f"“{one.title}” stands for its date, {one.date}" for one in policies]
    return text, "; ".join(notes)


_Change = tuple[Span, str, tuple[Policy, ...]]


def _dated(
    text: str, named: tuple[Span, Policy], later: tuple[Span, Policy] | None
) -> _Change | None:
    """Return what of a question a date stands for, in which words, and of which policies.

    ``later`` is the name after it, of "between this one and that".
    """
    (start, end), policy = named
    date = policy.date
    before, after = _SINCE.search(lower(text[:start])), _SINCE_CHINESE.match(text, end)
    if date is None or not (before or after):
        return None
    if before and before["between"]:
        if not later or not later[1].date or not _AND.fullmatch(text[end : later[0][0]]):
            return None
        first, last = sorted((date, later[1].date), key=lambda one: one.first)
        day = dt.timedelta(days=1)
        if last.first - first.last <= day:
            return None
        wording = f" {first.last + day} and {last.first - day}"
        return (before.end("between"), later[0][1]), wording, (policy, later[1])
    if before:
        passed = _WAS_ISSUED.match(text, end)
        stop = passed.end() if passed else end
        if before["since"]:
            return (before.end("since"), stop), f" {date}", (policy,)
        step = {"after": 1, "before": -1}.get(before["next"] or "", 0)
        into = "in " if before["next"] else ""
        return (before.start(), stop), f"{into}{date.year + step}", (policy,)
    if after and after["year"]:
        head = re.sub("[与和跟同]$", "", text[:start])
        return (len(head), after.end()), f"{date.year}年", (policy,)
    parts = zip((date.year, date.month, date.day), "年月日", strict=True)
    wording = "".join(f"{part}{unit}" for part, unit in parts if part)
    return (start, after.end() if after else end), wording, (policy,)
