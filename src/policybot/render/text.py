"""An answer for a terminal or a pipe.

A passage is written exactly as the corpus holds it, on lines of its own and never wrapped by us,
so that what is copied from the terminal is what the policy says. Colour only adds escape
sequences around it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from policybot.answering.relations import DONE, relation_in_words
from policybot.model import Answer, Document, Hit, Policy, Quote, Relative, Repair
from policybot.query.assemble import order_in_words
from policybot.query.conditions import conditions_in_words
from policybot.render.comparison import comparison_lines
from policybot.render.paint import Paint
from policybot.render.provision import cites_lines, definition_lines
from policybot.render.validity import validity_line, version_line

NOT_STATED = "not stated"
CLOSEST = "Closest passages; they may not answer:"

_WHOLE_LIST = 40
"""Lists longer than this are shown without passages; ``show`` opens each."""


def answer_text(answer: Answer, *, colour: bool = False) -> str:
    """Return what a person reads for ``answer``, ending in a newline."""
    paint = Paint(colour=colour)
    lines: list[str] = []
    read = reading_line(answer)
    if read:
        lines += [paint.dim(f"Read as: {read}"), ""]
    if not answer.answered:
        lines += _declined(answer, paint)
    elif answer.comparison:
        lines += comparison_lines(answer, paint)
    elif answer.reading.intent == "list":
        lines += _list(answer, paint)
    else:
        for hit in answer.hits:
            lines += [*_heading(hit, paint), "", *_quotes(hit, paint)]
        more = answer.total - answer.reading.skip - len(answer.hits)
        if more > 0:
            lines.append(paint.dim(f"{more} more; --limit shows them."))
    if answer.answered and answer.detail:
        lines += ["", answer.detail]
    if answer.answered and answer.undetermined:
        lines += ["", undetermined_line(answer)]
    if answer.answered and answer.unheld:
        lines += ["", paint.dim(_unheld_line(answer))]
    if answer.note:
        lines += ["", paint.dim(answer.note)]
    text = _join(lines)
    for other in answer.also:
        asked = paint.dim(f"Question: {other.reading.question}")
        text += f"\n{asked}\n\n{answer_text(other, colour=colour)}"
    return text


def reading_line(answer: Answer) -> str:
    """Return how the question was read, on one line; empty when it was read as it stands."""
    parts: list[str] = []
    if answer.reading.relation:
        parts.append(relation_in_words(answer.reading.relation))
    parts += [one.in_words() for one in answer.reading.provisions]
    parts += conditions_in_words(answer.reading.conditions)
    wanted = order_in_words(answer.reading.order, answer.reading.count)
    if wanted:
        parts.append(wanted)
    parts += [f"{name} includes {', '.join(was)}" for name, was in answer.reading.includes.items()]
    if parts and answer.reading.topic:
        parts.append(f"about “{answer.reading.topic}”")
    parts += [f"“{meant}” for “{typed}”" for typed, meant in answer.reading.respelt.items()]
    if answer.reading.taken_from:
        parts.append(answer.reading.taken_from)
    if answer.reading.not_understood:
        parts.append(f"not understood: {', '.join(answer.reading.not_understood)}")
    return "; ".join(parts)


def date_line(policy: Policy) -> str:
    """Return the policy's date with its true precision, and its wording as printed."""
    if policy.date is None:
        return policy.date_text or f"date {NOT_STATED}"
    return f"{policy.date} (“{policy.date_text}”)" if policy.date_text else str(policy.date)


def issuers_line(policy: Policy) -> str:
    """Return the issuers as printed, or that none is stated."""
    return ", ".join(policy.issuers) if policy.issuers else f"issuer {NOT_STATED}"


def relative_line(relative: Relative) -> str:
    """Return what another policy does to the one spoken of, as in "replaced by …"."""
    return f"{DONE[relative.kind]} by: {_relative(relative)}"


def _relative(one: Relative) -> str:
    said = f"{one.title}, {one.date or 'date ' + NOT_STATED} [{one.id}]"
    terms = [*([f"on {one.terms.date}"] if one.terms.date else []), *one.terms.provisions]
    return f"{said} ({', '.join(terms)})" if terms else said


def document_text(document: Document, *, colour: bool = False) -> str:
    """Return one policy whole: metadata, note, repairs, relations, and its body as it stands."""
    paint = Paint(colour=colour)
    policy = document.policy
    lines = [paint.bold(policy.title)]
    rows = [
        ("id", policy.id),
        ("issuers", ", ".join(policy.issuers) or NOT_STATED),
        ("date", date_line(policy) if policy.date or policy.date_text else NOT_STATED),
        *policy.stated_dict().items(),
        ("number", policy.number),
        ("language", policy.language),
        ("url", policy.url),
        ("source", str(policy.source) if policy.source else None),
        ("sha256", policy.source.sha256 if policy.source else None),
        ("read", _machine_read(policy)),
        ("note", policy.note),
    ]
    lines += [f"{name + ':':10}{value}" for name, value in rows if value]
    if document.validity and document.validity.is_shown:
        lines.append(f"{'validity:':10}{validity_line(document.validity)}")
    if policy.version:
        lines.append(f"{'this is:':10}{version_line(policy.version)}")
    if document.versions:
        lines.append("versions:")
        lines += [f"  {version_line(one)} [{name}]" for name, one in document.versions]
    lines += relations_lines(document)
    if policy.evidence:
        lines += ["read from:", *(f"  {key}: {place}" for key, place in policy.evidence.items())]
    if policy.repairs:
        lines += ["repairs made to the source on import:", *repair_lines(policy, policy.repairs)]
    return _join([*lines, "", policy.body.strip("\n")])


def _machine_read(policy: Policy) -> str | None:
    """Return which pages a machine read from their pictures; None if none."""
    read = policy.source.machine_read if policy.source else ()
    said = [f"page {one.page} ({one})" for one in read]
    return f"by a machine from pictures: {'; '.join(said)}" if said else None


def repair_lines(policy: Policy, repairs: Iterable[Repair]) -> list[str]:
    """Return what was changed in a policy's source on import, a line each."""
    paged = policy.source is not None and (policy.source.lines or "").startswith("page")
    place = "page" if paged else "line"
    return [f"  {place} {r.line}: “{r.before}” was read as “{r.after}”" for r in repairs]


def relations_lines(document: Document) -> list[str]:
    """Return what a policy does to others, and what others do to it, a line each."""
    own = [f"{one.kind}: {_relative(one)}" for one in document.relates_to]
    return own + [relative_line(one) for one in document.related_by]


def policy_rows(policies: Iterable[Policy]) -> list[tuple[str, str, str, str]]:
    """Return date, issuers, title and id of each policy, for a table."""
    return [
        (
            str(policy.date) if policy.date else NOT_STATED,
            ", ".join(policy.issuers) or NOT_STATED,
            policy.title,
            policy.id,
        )
        for policy in policies
    ]


def _heading(hit: Hit, paint: Paint) -> list[str]:
    policy = hit.policy
    facts = [issuers_line(policy), date_line(policy)]
    if policy.number:
        facts.append(policy.number)
    if hit.source:
        facts.append(hit.source)
    marks = [paint.warning(relative_line(one)) for one in hit.affected_by]
    marks += [paint.warning(line) for line in _validity(hit)]
    return [paint.bold(policy.title), " · ".join(facts), *marks, paint.dim(f"[{policy.index_id}]")]


def _validity(hit: Hit) -> list[str]:
    """Return which version a text is, and its state on the day of the question, where told."""
    version = [version_line(hit.policy.version)] if hit.policy.version else []
    state = [validity_line(hit.validity)] if hit.validity and hit.validity.is_shown else []
    return version + state


def undetermined_line(answer: Answer) -> str:
    """Return how many more policies may belong, for all that the sources say of their validity."""
    count = answer.undetermined
    noun = "1 more policy" if count == 1 else f"{count} more policies"
    return f"{noun}: the sources do not say whether that holds of {'it' if count == 1 else 'them'}."


def _quotes(hit: Hit, paint: Paint) -> list[str]:
    lines: list[str] = []
    for quote in hit.quotes:
        if quote.passage.headings:
            lines.append(paint.dim(" › ".join(quote.passage.headings)))
        lines += [_quoted(quote, paint)]
        if quote.passage.machine_read is not None:
            lines.append(paint.warning(machine_read_line(quote.passage.machine_read)))
        lines += cites_lines(quote.cites, paint)
        lines += definition_lines(quote.definitions, paint)
        lines.append("")
    return lines


def machine_read_line(confidence: float) -> str:
    """Return the mark of a passage that was read from a picture."""
    return f"[read by a machine from a picture of the page, confidence {confidence:.2f}]"


def _quoted(quote: Quote, paint: Paint) -> str:
    whole = len(quote.passage.sentences) < 2
    return paint.marked(quote.passage.text, () if whole else quote.highlights)


def _list(answer: Answer, paint: Paint) -> list[str]:
    noun = "policy" if answer.total == 1 else "policies"
    skip, count = answer.reading.skip, len(answer.hits)
    shown = "" if count == answer.total else f", the first {count} shown"
    shown = f", {skip + 1} to {skip + count} shown" if skip and count else shown
    lines = [paint.bold(f"{answer.total} {noun}, by date{shown}"), ""]
    for number, hit in enumerate(answer.hits, start=1):
        first, *rest = _heading(hit, paint)
        lines += [f"{number}. {first}", *rest]
        if len(answer.hits) <= _WHOLE_LIST:
            lines += ["", *_quotes(hit, paint)]
    return lines


def _declined(answer: Answer, paint: Paint) -> list[str]:
    index = answer.index
    lines = [paint.bold(answer.detail or "No answer.")]
    if index.policies:
        span = f", {index.first} to {index.last}" if index.first and index.last else ""
        noun = "policy" if index.documents == 1 else "policies"
        lines.append(f"The corpus holds {index.documents} {noun}{span}.")
    if answer.unheld:
        lines.append(_unheld_line(answer))
    if answer.certainty == "closest":
        lines += ["", paint.bold(CLOSEST), ""]
        for hit in answer.near_misses:
            best = dataclasses.replace(hit, quotes=hit.quotes[:1])
            lines += [*_heading(best, paint), "", *_quotes(best, paint)]
    elif answer.near_misses:
        lines += ["", "Near, but no answer:"]
        for hit in answer.near_misses:
            date = hit.policy.date or NOT_STATED
            lines.append(f"  {date}  {hit.policy.title}  [{hit.policy.index_id}]")
            lines += [f"    {relative_line(one)}" for one in hit.affected_by]
            lines += [f"    {line}" for line in _validity(hit)]
    return lines


def _unheld_line(answer: Answer) -> str:
    return f"No passage has {' or '.join(f'“{word}”' for word in answer.unheld)}."


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def evidence_text(answer: Answer) -> str:
    """Return how the question was read and every candidate's evidence, for ``--explain``."""
    lines = ["How the question was read:"]
    lines += [f"  {note}" for note in answer.reading.notes]
    if answer.confidence is not None:
        lines.append(f"Confidence {answer.confidence:.3f}")
    if answer.evidence:
        names = [name for name in answer.evidence[0] if name != "passage"]
        lines.append("Candidates:")
        lines.append("  " + " ".join(f"{name:>10}" for name in names) + "  passage")
        lines += [
            "  " + " ".join(f"{row[name]:>10.4f}" for name in names) + f"  {row['passage']}"
            for row in answer.evidence
        ]
    return _join([*lines, ""]) + "\n"
