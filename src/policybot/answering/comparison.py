"""Two texts that a question compares: identified by name and aligned side by side."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from policybot.answering.named_policies import KINDS_OF_DOCUMENT, Named, by_title, only_one
from policybot.answering.versions import version_on
from policybot.answering.whole_policies import leading_hits
from policybot.corpus.aligning import MOST_PARAGRAPHS, compare_texts
from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Policy
from policybot.query.entities.entity import Days
from policybot.query.query import Query
from policybot.query.rules.comparison import Side

_OFFERED = 6

ReadName = Callable[[str], Named]


def answer_comparison(
    generation: Generation, query: Query, read_name: ReadName, shown: Sequence[str] = ()
) -> Answer | None:
    """Return the two texts that a question compares, the candidates, or why there is only one.

    ``shown`` are the ids of the answer before, for a question that names nothing. None if it
    names no policies: then it is answered like any other question.
    """
    asked, today = query.compared, query.today or dt.date.max
    if asked is None:
        return None
    unclear: Answer | None = None
    for before, after in asked.pairs:
        pairs = _pairs(generation, before, after, read_name, today)
        if len(pairs) == 1:
            return _compared(generation, query, *pairs[0])
        if pairs and unclear is None:
            unclear = _which(generation, query, [ordinal for pair in pairs for ordinal in pair])
    if unclear is not None or asked.single is None:
        return unclear
    return _of_one(generation, query, asked.single, read_name, shown, today)


def _of_one(
    generation: Generation,
    query: Query,
    side: Side,
    read_name: ReadName,
    shown: Sequence[str],
    today: dt.date,
) -> Answer | None:
    """Compare a version of one policy (of the given days, or the last) with the one before."""
    if side.name:
        named = _named(generation, side.name, read_name)
    else:
        known = (generation.policy_ordinal(policy_id) for policy_id in shown[:1])
        named = [ordinal for ordinal in known if ordinal is not None]
    if not named:
        return None
    days = [*side.days, (today, today)] if side.onwards else side.days
    changed = {policy: _step(generation, policy, days, today) for policy in named}
    steps = [step for step in changed.values() if step is not None]
    if len(steps) == 1:
        return _compared(generation, query, *steps[0])
    if len(named) > 1:
        return _which(generation, query, named)
    policy = generation.policy(named[0])
    if not days and (changing := _changing(generation, named[0])):
        return _amending(generation, query, changing)
    several = len(generation.versions.group_of(named[0])) > 1
    detail = (
        f"No version of “{policy.title}” begins then, so nothing says what changed."
        if several
        else f"The corpus holds one version of “{policy.title}”, so nothing says what changed."
    )
    return _declined(generation, query, detail, generation.versions.group_of(named[0]))


def _changing(generation: Generation, ordinal: int) -> list[int]:
    """Return the policies that say what changed in one: itself if it amends another, else those."""
    if generation.policy(ordinal).relations.get("amends"):
        return [ordinal]
    related = generation.relations.subjects(ordinal) if len(generation.relations) else []
    return [subject for kind, subject in related if kind == "amends"]


def _amending(generation: Generation, query: Query, changing: Sequence[int]) -> Answer:
    """Return the policies that amend the one asked for, which say what changed."""
    hits = leading_hits(generation, changing)
    return Answer(
        reading=dataclasses.replace(query, intent="find", topic="", conditions=(), asks=None),
        hits=hits,
        total=len(hits),
        index=generation.info,
    )


def _step(
    generation: Generation, policy: int, days: Sequence[Days], today: dt.date
) -> tuple[int, int] | None:
    """Return the version that began in some days and its predecessor; None if none began then.

    For two spans of days, return the versions on their last days; for none, the last two versions.
    """
    group = generation.versions.group_of(policy)
    if len(group) < 2:
        return None
    if len(days) > 1:
        first, last = (version_on(generation, policy, span[1]) for span in (min(days), max(days)))
        return (first, last) if first != last else None
    if days:
        begun = [at for at, version in enumerate(group) if _begins_in(generation, version, days)]
        return (group[begun[-1] - 1], group[begun[-1]]) if begun and begun[-1] else None
    at = max(group.index(version_on(generation, policy, today)), 1)
    return group[at - 1], group[at]


def _begins_in(generation: Generation, policy: int, days: Iterable[Days]) -> bool:
    first, last = generation.states.bounds(policy).start
    return any(
        first and first <= until.toordinal() and last >= since.toordinal() for since, until in days
    )


def _pairs(
    generation: Generation, before: Side, after: Side, read_name: ReadName, today: dt.date
) -> list[tuple[int, int]]:
    """Return the ordinals of the pairs of texts that two sides may mean.

    If any are versions of one policy, only those are returned.
    """
    sides = [_meant(generation, side, read_name, today) for side in (before, after)]
    last_of = generation.versions.last_of
    pairs = [(a, b) for a in sides[0] for b in sides[1] if a != b]
    return [pair for pair in pairs if last_of(pair[0]) == last_of(pair[1])] or pairs


def _meant(generation: Generation, side: Side, read_name: ReadName, today: dt.date) -> list[int]:
    """Return the texts that a side may mean: versions that began in its days, else policies."""
    if not side.days:
        named = _named(generation, side.name, read_name)
        return [version_on(generation, policy, today) for policy in named]
    begun = [
        ordinal
        for policy in _with_versions(generation, side.name, read_name)
        for ordinal in generation.versions.group_of(policy)
        if _begins_in(generation, ordinal, side.days)
    ]
    last = max(until for _, until in side.days)
    dated = _named(generation, side.typed, read_name)
    return begun or [version_on(generation, policy, last) for policy in dated]


def _with_versions(generation: Generation, name: str, read_name: ReadName) -> list[int]:
    """Return the policies with several versions that a name without its dates may mean.

    A mere kind of document ("measures") means every policy whose title has it.
    """
    if not len(generation.versions):
        return []
    terms = {*words(name)}
    if terms and not terms <= KINDS_OF_DOCUMENT:
        return _named(generation, name, read_name)
    return [
        group[-1]
        for group in generation.versions.groups
        if terms <= {*words(generation.policy(group[-1]).title)}
    ]


def _named(generation: Generation, name: str, read_name: ReadName) -> list[int]:
    """Return the policies that best match a name.

    Words that do not speak of a document must be a title: patents and trademarks are no policies.
    """
    read = read_name(name)
    tiers = by_title(generation, read)
    if tiers:
        return list(tiers[0])
    return only_one(generation, read) if read.is_document else []


def _compared(generation: Generation, query: Query, before: int, after: int) -> Answer:
    """Return two texts side by side; their passages are the rows."""
    older, newer = generation.policies([before, after])
    rows, cut = compare_texts(older.body, newer.body)
    detail = None
    if cut:
        detail = f"Only the first {MOST_PARAGRAPHS} paragraphs are compared; {cut} more are not."
    elif all(row.kind == "unchanged" for row in rows):
        detail = "The paragraphs of the two texts are the same."
    hits = leading_hits(generation, [before, after])
    note = f"compares {_called(older)} and {_called(newer)}"
    return Answer(
        reading=dataclasses.replace(
            query, intent="find", conditions=(), topic="", search_text="", asks=None,
            ignored=(), not_understood=(),
            notes=(note, *query.notes),
        ),
        hits=hits,
        total=len(hits),
        index=generation.info,
        detail=detail,
        comparison=rows,
    )  # fmt: skip


def _called(policy: Policy) -> str:
    version = policy.version
    return f"“{policy.title}”" + (f", version {version.number}" if version else "")


def _which(generation: Generation, query: Query, ordinals: Iterable[int]) -> Answer:
    """Ask which two texts are meant, and offer those that may be."""
    offered = list(dict.fromkeys(ordinals))
    names = [
        f"“{policy.title}”, {policy.date or 'undated'} [{policy.index_id}]"
        for policy in generation.policies(offered[:_OFFERED])
    ]
    more = f"; and {len(offered) - _OFFERED} more" if len(offered) > _OFFERED else ""
    detail = f"Say which two are meant, by title, number or year: {'; '.join(names)}{more}."
    return _declined(generation, query, detail, offered[:_OFFERED])


def _declined(generation: Generation, query: Query, detail: str, near: Sequence[int]) -> Answer:
    return Answer(
        reading=dataclasses.replace(query, intent="find"),
        hits=(),
        total=0,
        index=generation.info,
        reason="no_such_comparison",
        detail=detail,
        near_misses=leading_hits(generation, near),
    )
