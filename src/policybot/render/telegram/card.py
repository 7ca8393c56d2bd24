"""The card of a policy: title, facts, state, a passage word for word, and its source."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import urlsplit

from policybot.model import CitedPolicy, CitedProvision, Hit, Policy, Quote, Relative, Span
from policybot.render.provision import beginning
from policybot.render.telegram.markup import (
    MESSAGE_LIMIT,
    Page,
    Part,
    clip,
    escape,
    plain,
    split,
    units,
)
from policybot.render.telegram.texts import Language, label, say
from policybot.render.validity import state_lines, version_line

MOST_RELATIVES = 3
"""Related policies (that replace, repeal or amend it) shown, with a button each."""

TITLE_LIMIT = 300
_BELOW = 2
"""Definitions, and references, shown on a card."""

_LONGEST_BELOW = 400
"""Maximum characters of each."""

LINE_LIMIT = 200

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.*)")

Fact = Literal["when", "who", "number"]
"""A fact that a question asks for: it is emphasised on the card."""

_FACTS: Mapping[str, Fact] = {"when": "when", "who": "who", "number": "number"}


def asked_fact(asks: str | None) -> Fact | None:
    """Return the fact that a question asks for, None where it asks for none."""
    return _FACTS.get(asks or "")


def hit_page(
    hit: Hit,
    language: Language,
    *,
    position: int = 1,
    total: int = 1,
    reading: str = "",
    intro: str = "",
    asked: Fact | None = None,
) -> Page:
    """Render one hit: title, issuers, date, state, its best passage word for word, and its source.

    ``intro`` is a line of HTML above it. Where the passage does not fit, the page has the rest as
    further messages.
    """
    quote = hit.quotes[0] if hit.quotes else None
    head = [*([intro, ""] if intro else []), *policy_lines(hit.policy, language, asked)]
    head += [_affected_line(relative, language) for relative in hit.affected_by[:MOST_RELATIVES]]
    head += _validity_lines(hit, language)
    if quote and quote.passage.headings:
        headings = clip(" › ".join(quote.passage.headings), LINE_LIMIT)
        head += ["", f"<i>{escape(headings)}</i>"]
    foot = _foot(hit, language, reading, position, total)
    if quote is None:
        return Page("\n".join(head) + ("\n\n" + "\n".join(foot) if foot else ""))
    goes_on = say(language, "continues")
    frame = units(plain("\n".join([*head, "", "", "", *foot, goes_on])))
    parts = split(quote.passage.text, quote.highlights, first=MESSAGE_LIMIT - frame)
    lines = [*head, *([] if quote.passage.headings else [""]), parts[0].html]
    if len(parts) > 1:
        lines.append(f"<i>{goes_on}</i>")
    if foot:
        lines += ["", *foot]
    return Page("\n".join(lines), parts[1:])


def _foot(hit: Hit, language: Language, reading: str, position: int, total: int) -> list[str]:
    """Return the lines below a passage."""
    quote = hit.quotes[0] if hit.quotes else None
    foot = [source_line(hit, language)]
    if quote and quote.passage.machine_read is not None:
        foot.append(say(language, "machine_read", confidence=f"{quote.passage.machine_read:.2f}"))
    if reading:
        foot.append(say(language, "read_as", reading=clip(reading, LINE_LIMIT)))
    if total > 1:
        foot.append(say(language, "position", position=position, total=total))
    foot = [line for line in foot if line]
    below = below_lines(quote, language) if quote else []
    return [*below, *([""] if below and foot else []), *foot]


def below_lines(quote: Quote, language: Language) -> list[str]:
    """Return the definitions and references of a passage, word for word.

    Each is a whole paragraph or sentence; longer ones are left out.
    """
    defined: dict[str, list[str]] = {}
    for definition in quote.definitions:
        # One sentence may define both a term and its short form.
        defined.setdefault(beginning(definition.passage), []).append(definition.term)
    lines = [
        say(language, "defines", terms=", ".join(_quoted(terms, language)), text=text)
        for text, terms in [*defined.items()][:_BELOW]
        if len(text) <= _LONGEST_BELOW
    ]
    for cited in quote.cites[:_BELOW]:
        provision = cited.passage if isinstance(cited, CitedProvision) else cited.provision
        cited_text = beginning(provision) if provision else ""
        title = clip(cited.policy.title, LINE_LIMIT) if isinstance(cited, CitedPolicy) else ""
        if len(cited_text) <= _LONGEST_BELOW:
            text = "\n".join(filter(None, [title, cited_text]))
            lines.append(say(language, "cites", wording=clip(cited.wording, LINE_LIMIT), text=text))
    return lines


def _quoted(words: Iterable[str], language: Language) -> list[str]:
    return [label(language, "quoted", words=word) for word in words]


def title_html(policy: Policy) -> str:
    """Return the title in bold, linked to the policy's official URL where it has one."""
    title = escape(clip(policy.title, TITLE_LIMIT))
    url = policy.url or ""
    if urlsplit(url).scheme in {"http", "https"} and len(url) <= 2048:
        title = f'<a href="{html.escape(url)}">{title}</a>'
    return f"<b>{title}</b>"


def policy_lines(policy: Policy, language: Language, asked: Fact | None = None) -> list[str]:
    """Return the title, and a line of issuers, date and number."""
    issuers = clip("; ".join(policy.issuers), TITLE_LIMIT) or label(language, "issuer_missing")
    facts: list[tuple[Fact, str]] = [("who", issuers), ("when", date_words(policy, language))]
    number = clip(policy.number or "", LINE_LIMIT)
    if number:
        bare = number[0].isdigit()
        facts.append(("number", label(language, "number", number=number) if bare else number))
    shown = [f"<b>{escape(text)}</b>" if name == asked else escape(text) for name, text in facts]
    return [title_html(policy), " · ".join(shown)]


def date_words(policy: Policy, language: Language) -> str:
    """Return the date with its precision, and its wording as printed."""
    wording = clip(policy.date_text or "", LINE_LIMIT)
    if policy.date is None:
        return wording or label(language, "date_missing")
    if wording:
        return label(language, "date_worded", date=policy.date, wording=wording)
    return str(policy.date)


def _affected_line(relative: Relative, language: Language) -> str:
    title = clip(relative.title, LINE_LIMIT)
    date = relative.date or say(language, "not_stated")
    return say(language, f"affected_{relative.kind}", title=title, date=date)


def _validity_lines(hit: Hit, language: Language) -> list[str]:
    return [f"<i>{escape(clip(line, TITLE_LIMIT))}</i>" for line in state_lines(hit, language)]


def facts_of(hit: Hit, language: Language) -> list[str]:
    """Return the facts below the title of a policy's file, as plain text without truncation.

    They are its issuers, date and number, its state, its source and its official URL.
    """
    policy = hit.policy
    facts = ["; ".join(policy.issuers) or label(language, "issuer_missing")]
    facts += [date_words(policy, language), *([policy.number] if policy.number else [])]
    facts += [plain(_affected_line(relative, language)) for relative in hit.affected_by]
    facts += [*state_lines(hit, language), plain(source_line(hit, language)), policy.url or ""]
    return [fact for fact in facts if fact]


def state_mark(hit: Hit, language: Language, *, in_force: bool = False) -> str:
    """Return the mark of a policy that is replaced, repealed, amended or not in force, else "".

    ``in_force`` also marks policies that their sources state to be in force.
    """
    if hit.affected_by:
        return label(language, f"mark_{hit.affected_by[0].kind}")
    version = hit.policy.version
    if version is not None and hit.validity is not None and hit.validity.reason == "version":
        return f"({version_line(version, language)})"
    marked = {"ended", "not_yet", *(["in_force"] if in_force else [])}
    if hit.validity and hit.validity.state in marked:
        return label(language, f"mark_{hit.validity.state}")
    return ""


def source_line(hit: Hit, language: Language) -> str:
    """Return the line with the source of a hit, or "" where none is stated."""
    if hit.source is None:
        return ""
    return say(language, "source", source=clip(hit.source, LINE_LIMIT))


def source_page(hit: Hit, language: Language, link: str = "") -> str:
    """Render all that is known of a hit's source and of its policy's relations.

    ``link`` opens the policy in the bot.
    """
    policy = hit.policy
    title = clip(policy.title, TITLE_LIMIT)
    if policy.source is None or hit.source is None:
        lines = [f"<b>{escape(title)}</b>", say(language, "source_none")]
    else:
        source = clip(hit.source, LINE_LIMIT)
        lines = [say(language, "source_full", title=title, source=source)]
        if policy.source.sha256:
            lines.append(say(language, "source_sha256", sha256=policy.source.sha256))
    if policy.url:
        lines.append(say(language, "source_url", url=clip(policy.url, 2 * TITLE_LIMIT)))
    lines.append(f"id: <code>{escape(clip(policy.id, LINE_LIMIT))}</code>")
    for kind, ids in policy.relations.items():
        names = ", ".join(f"<code>{escape(clip(name, 60))}</code>" for name in ids[:5])
        lines.append(f"{say(language, f'relation_{kind}')}: {names}")
    if link:
        lines.append(say(language, "source_link", link=link))
    return "\n".join(lines)


def whole_pages(hit: Hit, language: Language) -> tuple[Part, ...]:
    """Return a whole policy as messages, the first with its title and facts.

    Headings are bold, without the ``#`` of the corpus file.
    """
    head = [*policy_lines(hit.policy, language), *_validity_lines(hit, language)]
    head += [line for line in [source_line(hit, language)] if line]
    top = "\n".join(head) + "\n\n"
    body, headings = _headed(hit.policy.body)
    parts = split(body, headings, first=MESSAGE_LIMIT - units(plain(top)))
    if not parts:
        return (Part("", top.strip()),)
    first, *rest = parts
    return (Part(first.text, top + first.html), *(part for part in rest if part.text.strip()))


def _headed(body: str) -> tuple[str, list[Span]]:
    """Return a body without heading marks, and the spans of its headings."""
    lines, headings, at = [], [], 0
    for line in body.split("\n"):
        match = _HEADING.fullmatch(line)
        shown = match[1] if match else line
        if match:
            headings.append((at, at + len(shown)))
        lines.append(shown)
        at += len(shown) + 1
    return "\n".join(lines), headings
