"""Hits and answers as Telegram HTML: pure functions, every text escaped, every length checked.

Telegram counts UTF-16 code units after entities are parsed (Bot API, "Formatting options"), and
drops blank characters at the ends of a message.
"""

from __future__ import annotations

import datetime as dt
import html
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policybot.model import (
    Answer,
    Hit,
    IndexInfo,
    Policy,
    RelationAsked,
    Relative,
    Span,
)
from policybot.query.query import JOINTLY, Query
from policybot.render.validity import validity_line, version_line
from policybot.telegram.texts import Language, label, say

MESSAGE_LIMIT = 4096
"""Most UTF-16 code units of one message."""

LIST_PAGE = 8
"""Entries on one page of a list."""

MOST_RELATIVES = 3
"""Policies shown, with a button each, of those that replace, repeal or amend one."""

_TITLE_LIMIT = 300
_LINE_LIMIT = 200
_SENTENCE_ENDS = frozenset(".!?…。！？；;")
_CLAUSE_ENDS = frozenset("，、：）」』”》,:)]")


@dataclass(frozen=True, slots=True)
class Part:
    """One message's share of a text: ``text`` as it stands in the corpus, ``html`` as sent."""

    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Page:
    """A message, and what of its passage did not fit: messages to follow it, in order."""

    html: str
    rest: tuple[Part, ...] = ()


def units(text: str) -> int:
    """Return the length of ``text`` in UTF-16 code units."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def escape(text: str) -> str:
    """Escape what means something in Telegram HTML. Quotation marks mean nothing outside tags."""
    return html.escape(text, quote=False)


def clip(text: str, limit: int) -> str:
    """Return ``text``, or its beginning and an ellipsis: at most ``limit`` code units."""
    text = " ".join(text.split())
    if units(text) <= limit:
        return text
    return text[: _cut(text, 0, limit - 1)].rstrip() + "…"


def split(
    text: str, bold: Sequence[Span] = (), *, first: int = MESSAGE_LIMIT, rest: int = MESSAGE_LIMIT
) -> tuple[Part, ...]:
    """Split ``text`` into parts of at most ``first``, then ``rest`` code units (each 2 or more).

    The parts' texts concatenated are ``text`` exactly. A cut is made after a paragraph, a line, a
    sentence, a clause or a word, in that order of preference; only an unbroken run longer than a
    message is cut elsewhere, and then between characters as people see them. Blank characters at
    a cut end the part before it, where the break between two messages stands for them.
    """
    parts = []
    start, limit = 0, first
    while start < len(text):
        end = _cut(text, start, limit)
        parts.append(Part(text[start:end], mark(text, bold, start, end)))
        start, limit = end, rest
    return tuple(parts)


def mark(text: str, bold: Sequence[Span], start: int = 0, end: int | None = None) -> str:
    """Return ``text[start:end]`` as HTML with the spans of ``bold`` (into ``text``) bold."""
    end = len(text) if end is None else end
    pieces, done = [], start
    for begin, stop in sorted(bold):
        begin, stop = max(begin, done), min(stop, end)  # noqa: PLW2901 (clipped to what is left)
        if begin < stop and not text[begin:stop].isspace():
            pieces += [escape(text[done:begin]), "<b>", escape(text[begin:stop]), "</b>"]
            done = stop
    pieces.append(escape(text[done:end]))
    return "".join(pieces)


def hit_page(
    hit: Hit,
    language: Language,
    *,
    position: int = 1,
    total: int = 1,
    reading: str = "",
    intro: str = "",
) -> Page:
    """Render one hit: title, issuers, date, its best passage word for word, source, reading.

    ``intro`` is a line of HTML to stand above it.
    """
    policy = hit.policy
    quote = hit.quotes[0] if hit.quotes else None
    head = [*([intro, ""] if intro else []), *policy_lines(policy, language)]
    head += [_affected_line(one, language) for one in hit.affected_by[:MOST_RELATIVES]]
    head += _validity_lines(hit, language)
    if quote and quote.passage.headings:
        head.append(f"<i>{escape(clip(' › '.join(quote.passage.headings), _LINE_LIMIT))}</i>")
    foot = [source_line(hit, language)]
    if quote and quote.passage.machine_read is not None:
        foot.append(say(language, "machine_read", confidence=f"{quote.passage.machine_read:.2f}"))
    if reading:
        foot.append(say(language, "read_as", reading=clip(reading, _LINE_LIMIT)))
    if total > 1:
        foot.append(say(language, "position", position=position, total=total))
    foot = [line for line in foot if line]
    if quote is None:
        return Page("\n".join(head) + ("\n\n" + "\n".join(foot) if foot else ""))
    goes_on = say(language, "continues")
    frame = units(_plain("\n".join([*head, "", "", "", *foot, goes_on])))
    parts = split(quote.passage.text, quote.highlights, first=MESSAGE_LIMIT - frame)
    lines = [*head, "", parts[0].html]
    if len(parts) > 1:
        lines.append(f"<i>{goes_on}</i>")
    if foot:
        lines += ["", *foot]
    return Page("\n".join(lines), parts[1:])


def policy_lines(policy: Policy, language: Language) -> list[str]:
    """Return the lines that say which policy it is: title, issuers, date, number."""
    issuers = clip("; ".join(policy.issuers), _TITLE_LIMIT) or say(language, "not_stated")
    lines = [
        f"<b>{escape(clip(policy.title, _TITLE_LIMIT))}</b>",
        say(language, "issuer", issuers=issuers),
    ]
    if policy.date is None:
        lines.append(say(language, "date", date=policy.date_text or say(language, "not_stated")))
    elif policy.date_text:
        wording = clip(policy.date_text, _LINE_LIMIT)
        lines.append(say(language, "date_worded", date=policy.date, wording=wording))
    else:
        lines.append(say(language, "date", date=policy.date))
    if policy.number:
        lines.append(say(language, "number", number=clip(policy.number, _LINE_LIMIT)))
    return lines


def _affected_line(relative: Relative, language: Language) -> str:
    title = clip(relative.title, _LINE_LIMIT)
    date = relative.date or say(language, "not_stated")
    return say(language, f"affected_{relative.kind}", title=title, date=date)


def _validity_lines(hit: Hit, language: Language) -> list[str]:
    """Return which version a text is, and its state on the day of the question, where told."""
    said = [version_line(hit.policy.version, language)] if hit.policy.version else []
    if hit.validity is not None and hit.validity.is_shown:
        said.append(validity_line(hit.validity, language))
    return [f"<i>{escape(clip(line, _TITLE_LIMIT))}</i>" for line in said]


def source_line(hit: Hit, language: Language) -> str:
    """Return the line that names the source of a hit, or an empty text when none is stated."""
    if hit.source is None:
        return ""
    return say(language, "source", source=clip(hit.source, _LINE_LIMIT))


def source_page(hit: Hit, language: Language) -> str:
    """Render everything that is known of where a hit comes from, and what its policy relates to."""
    policy = hit.policy
    title = clip(policy.title, _TITLE_LIMIT)
    if policy.source is None or hit.source is None:
        lines = [f"<b>{escape(title)}</b>", say(language, "source_none")]
    else:
        source = clip(hit.source, _LINE_LIMIT)
        lines = [say(language, "source_full", title=title, source=source)]
        if policy.source.sha256:
            lines.append(say(language, "source_sha256", sha256=policy.source.sha256))
    if policy.url:
        lines.append(say(language, "source_url", url=clip(policy.url, 2 * _TITLE_LIMIT)))
    lines.append(f"id: <code>{escape(clip(policy.id, _LINE_LIMIT))}</code>")
    for kind, ids in policy.relations.items():
        names = ", ".join(f"<code>{escape(clip(name, 60))}</code>" for name in ids[:5])
        lines.append(f"{say(language, f'relation_{kind}')}: {names}")
    return "\n".join(lines)


def list_page(
    hits: Sequence[Hit], language: Language, *, first: int, total: int, reading: str = ""
) -> str:
    """Render one page of a list: policies numbered from ``first``, grouped by year."""
    title = say(language, "list_one" if total == 1 else "list_many", total=total)
    if reading:
        title += f" · {escape(clip(reading, _LINE_LIMIT))}"
    lines, year = [title], ""
    for number, hit in enumerate(hits, start=first):
        policy = hit.policy
        group = f"{policy.date.year:04d}" if policy.date else say(language, "undated")
        if group != year:
            year = group
            lines += ["", f"<b>{year}</b>"]
        issuers = clip("; ".join(policy.issuers), 120) or say(language, "not_stated")
        worded = f" (“{escape(clip(policy.date_text, 60))}”)" if policy.date_text else ""
        when = f"{policy.date}{worded} – " if policy.date else ""
        lines.append(
            f"{number}. {when}{escape(clip(policy.title, 180))} – <i>{escape(issuers)}</i>"
            f"{_mark(hit, language)}"
        )
    return "\n".join(lines)


def refusal(answer: Answer, language: Language, *, example: str, reading: str = "") -> str:
    """Render an answer that has no hits: that it has none, why, and what the corpus covers."""
    reason = answer.reason or "nothing_similar_enough"
    closest = answer.certainty == "closest"
    refused = "refused_closest" if closest else f"refused_{reason}"
    lines = [f"<b>{say(language, refused, example=example)}</b>"]
    if reason in ("no_policy_matches_filters", "unknown_issuer"):
        unknown = ", ".join(answer.reading.unknown_issuers)
        if unknown:
            # The detail also names the issuer that comes nearest.
            said = answer.detail if answer.detail and language == "en" else unknown
            lines.append(escape(clip(said, 2 * _TITLE_LIMIT)))
        elif answer.empty_filter in ("issuers", "dates", "number", "phrases", "validity"):
            name = say(language, f"filter_{answer.empty_filter}")
            lines.append(say(language, "emptied_by", filter=name))
    if reading:
        lines.append(say(language, "read_as", reading=clip(reading, _LINE_LIMIT)))
    if answer.unheld:
        words = clip(", ".join(f"“{word}”" for word in answer.unheld), _LINE_LIMIT)
        lines.append(say(language, "unheld", words=words))
    lines += ["", coverage(answer.index, language)]
    if closest:
        lines += ["", say(language, "closest")]
        left = MESSAGE_LIMIT - units(_plain("\n".join(lines)))
        each = left // min(len(answer.near_misses), LIST_PAGE)
        for number, hit in enumerate(answer.near_misses[:LIST_PAGE], start=1):
            lines += _near(hit, number, language, each)
    elif answer.near_misses:
        lines += ["", say(language, "near_misses")]
        for number, hit in enumerate(answer.near_misses[:LIST_PAGE], start=1):
            when = f" ({hit.policy.date})" if hit.policy.date else ""
            title = escape(clip(hit.policy.title, 180))
            lines.append(f"{number}. {title}{when}{_mark(hit, language)}")
    return "\n".join(lines)


def _near(hit: Hit, number: int, language: Language, limit: int) -> list[str]:
    """Return a policy that may answer with its best passage, in at most ``limit`` code units.

    Of a passage that is longer there is the sentence that comes nearest, or its beginning.
    """
    when = f" ({hit.policy.date})" if hit.policy.date else ""
    title = clip(hit.policy.title, min(180, limit // 4))
    lines = [f"{number}. {escape(title)}{when}{_mark(hit, language)}"]
    left = limit - units(_plain(lines[0])) - 3
    if hit.quotes and left > 1:
        quote = hit.quotes[0]
        text = quote.passage.text
        sentences = [text[start:end] for start, end in quote.highlights]
        shown = next((one for one in (text, *sentences) if units(one) <= left), None)
        if shown is not None:
            lines.append(f"<blockquote>{escape(shown)}</blockquote>")
        elif left > _LINE_LIMIT:
            part = split(text, first=left - 1)[0]
            lines.append(f"<blockquote>{part.html}</blockquote>…")
    return lines


def _mark(hit: Hit, language: Language) -> str:
    """Return what marks a policy in a list as replaced, repealed, amended or out of force."""
    if hit.affected_by:
        return f" {say(language, f'mark_{hit.affected_by[0].kind}')}"
    version = hit.policy.version
    if version is not None and hit.validity is not None and hit.validity.reason == "version":
        return f" ({escape(version_line(version, language))})"
    ended = hit.validity is not None and hit.validity.state in {"ended", "not_yet"}
    return f" {say(language, f'mark_{hit.validity.state}')}" if hit.validity and ended else ""


def coverage(index: IndexInfo, language: Language) -> str:
    """Say how many policies the corpus holds, and from when to when."""
    if not index.policies:
        return say(language, "coverage_none")
    if index.first is None or index.last is None:
        return say(language, "coverage_undated", policies=index.documents)
    return say(language, "coverage", policies=index.documents, first=index.first, last=index.last)


def reading_line(
    query: Query,
    names: Mapping[str, str],
    language: Language,
    relation: RelationAsked | None = None,
) -> str:
    """Say how the conditions of a question were read: ``MIIT · 2012``. Empty without any.

    ``names`` gives, for a canonical issuer, the name to show for it: the one the person used.
    ``relation`` is the one that it asks for.
    """
    pieces = [_relation(relation, language)] if relation else []
    pieces += [names.get(issuer, issuer) for issuer in query.issuers]
    if query.bodies == JOINTLY or query.alone:
        pieces.append(say(language, "alone" if query.alone else "jointly"))
    elif query.bodies:
        least, most = query.bodies
        pieces.append(say(language, "bodies" if most == least else "bodies_or_more", count=least))
    if query.without:
        others = [names.get(issuer, issuer) for issuer in query.without]
        pieces.append(say(language, "issued_without", bodies=", ".join(others)))
    pieces += _periods(query, language)
    pieces += [query.in_force.in_words(language)] if query.in_force else []
    if query.numbers:
        pieces.append(say(language, "numbered", number=" / ".join(query.numbers)))
    pieces += [f"“{phrase}”" for phrase in query.phrases]
    pieces += [" / ".join(f"“{phrase}”" for phrase in query.either)] if query.either else []
    for key, words in (("titled", query.titled), ("untitled", query.untitled)):
        if words:
            pieces.append(say(language, key, words=" / ".join(f"“{one}”" for one in words)))
    if query.absent:
        absent = " / ".join(f"“{phrase}”" for phrase in query.absent)
        pieces.append(say(language, "phrases_absent", phrases=absent))
    return " · ".join(pieces)


def _relation(relation: RelationAsked, language: Language) -> str:
    titles = [policy.title for policy in relation.policies] or [relation.named]
    named = "; ".join(f"“{title}”" for title in titles if title)
    key = f"{relation.wanted}_{relation.kind}"
    return label(language, key, policy=named) if named else label(language, f"any_{relation.kind}")


def _periods(query: Query, language: Language) -> list[str]:
    said = " / ".join(_period(since, until, language) for since, until in query.periods)
    return [said] if said else []


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


def _plain(markup: str) -> str:
    """Return what Telegram counts of markup made here: no tags, entities as characters."""
    pieces = []
    for piece in markup.split("<"):
        _, closed, after = piece.partition(">")
        pieces.append(after if closed else piece)
    return html.unescape("".join(pieces))


def _cut(text: str, start: int, limit: int) -> int:
    """Return where a part of ``text`` from ``start`` ends, of at most ``limit`` code units."""
    end, used = start, 0
    while end < len(text):
        used += 2 if ord(text[end]) > 0xFFFF else 1
        if used > limit:
            break
        end += 1
    if end == len(text):
        return end
    window = max(start + 1, end - max(1, (end - start) // 4))
    for rank in (_after_paragraph, _after_line, _after_sentence, _after_clause):
        for at in range(end, window, -1):
            if rank(text, at):
                return at
    for at in range(end, start + 1, -1):
        if text[at - 1].isspace() and not text[at].isspace():
            return at
    for at in range(end, max(start, end - 64), -1):
        if not _joined(text, at):
            return at
    return end


def _after_paragraph(text: str, at: int) -> bool:
    return text[at - 2 : at] == "\n\n" and not text[at].isspace()


def _after_line(text: str, at: int) -> bool:
    return text[at - 1] == "\n" and not text[at].isspace()


def _after_sentence(text: str, at: int) -> bool:
    if text[at].isspace():
        return False
    blank = text[at - 1].isspace()
    before = text[at - 2] if blank and at > 1 else text[at - 1]
    return before in _SENTENCE_ENDS and (blank or ord(before) > 0x2FFF)


def _after_clause(text: str, at: int) -> bool:
    if text[at].isspace():
        return False
    blank = text[at - 1].isspace()
    before = text[at - 2] if blank and at > 1 else text[at - 1]
    return before in _CLAUSE_ENDS and (blank or ord(before) > 0x2FFF)


def _joined(text: str, at: int) -> bool:
    """Whether the characters around ``at`` make one visible character, or stand in one word."""
    before, after = text[at - 1], text[at]
    return (
        unicodedata.category(after) in ("Mn", "Me", "Mc")
        or after == "\u200d"
        or before == "\u200d"
        or 0x1F3FB <= ord(after) <= 0x1F3FF
        or (0x1F1E6 <= ord(before) <= 0x1F1FF and 0x1F1E6 <= ord(after) <= 0x1F1FF)
        or 0xE0020 <= ord(after) <= 0xE007F
    )
