"""Answers and policies as text for a terminal or a pipe.

Passages are written exactly as in the corpus, on lines of their own and never wrapped, so that what
is copied from the terminal is what the policy says. Colour only adds escape sequences around it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from policybot.answering.relation_readings import DONE, relation_in_words
from policybot.model import Answer, Document, Hit, Policy, Quote, Relative, Repair
from policybot.query.assemble import order_in_words
from policybot.query.conditions import conditions_in_words
from policybot.render.comparison import comparison_lines
from policybot.render.paint import Paint
from policybot.render.provision import cites_lines, definition_lines
from policybot.render.validity import state_lines, validity_line, version_line

NOT_STATED = "not stated"
CLOSEST = "Closest passages; they may not answer:"

_WHOLE_LIST = 40
"""Longer lists are shown without passages; ``show`` opens each policy."""


def answer_text(answer: Answer, *, colour: bool = False) -> str:
    """Return an answer as text, ending in a newline."""
    paint = Paint(colour=colour)
    lines: list[str] = []
    read = reading_line(answer)
    if read:
        lines += [paint.dim(f"Read as: {read}"), ""]
    if answer.other_kinds:
        kinds = " or ".join(f"“{kind}”" for kind in answer.other_kinds)
        lines += [f"Nothing of the kind {kinds} answers this; these are of other kinds.", ""]
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
    for further in answer.also:
        asked = paint.dim(f"Question: {further.reading.question}")
        text += f"\n{asked}\n\n{answer_text(further, colour=colour)}"
    return text


def reading_line(answer: Answer) -> str:
    """Return how the question was read, on one line; "" where it was read literally."""
    parts: list[str] = []
    if answer.reading.relation:
        parts.append(relation_in_words(answer.reading.relation))
    parts += [provision.in_words() for provision in answer.reading.provisions]
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
    """Return the policy's date with its precision, and its wording as printed."""
    if policy.date is None:
        return policy.date_text or f"date {NOT_STATED}"
    return f"{policy.date} (“{policy.date_text}”)" if policy.date_text else str(policy.date)


def issuers_line(policy: Policy) -> str:
    """Return the issuers as printed, or that none is stated."""
    return ", ".join(policy.issuers) if policy.issuers else f"issuer {NOT_STATED}"


def relative_line(relative: Relative) -> str:
    """Return what a related policy did to this one, as in "replaced by: …"."""
    return f"{DONE[relative.kind]} by: {_relative(relative)}"


def _relative(relative: Relative) -> str:
    name = f"{relative.title}, {relative.date or 'date ' + NOT_STATED} [{relative.id}]"
    date = [f"on {relative.terms.date}"] if relative.terms.date else []
    terms = [*date, *relative.terms.provisions]
    return f"{name} ({', '.join(terms)})" if terms else name


def document_text(document: Document, *, colour: bool = False) -> str:
    """Return a whole policy: metadata, notes, repairs, relations, and its body unchanged."""
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
        lines += [f"  {version_line(version)} [{name}]" for name, version in document.versions]
    lines += relations_lines(document)
    if policy.evidence:
        lines += ["read from:", *(f"  {key}: {place}" for key, place in policy.evidence.items())]
    if policy.repairs:
        lines += ["repairs made to the source on import:", *repair_lines(policy, policy.repairs)]
    return _join([*lines, "", policy.body.strip("\n")])


def _machine_read(policy: Policy) -> str | None:
    """Return which pages were read from images by OCR; None if none were."""
    read = policy.source.machine_read if policy.source else ()
    pages = [f"page {page.page} ({page})" for page in read]
    return f"by a machine from pictures: {'; '.join(pages)}" if pages else None


def repair_lines(policy: Policy, repairs: Iterable[Repair]) -> list[str]:
    """Return the repairs made to a policy's source on import, one per line."""
    paged = policy.source is not None and (policy.source.lines or "").startswith("page")
    place = "page" if paged else "line"
    return [f"  {place} {r.line}: “{r.before}” was read as “{r.after}”" for r in repairs]


def relations_lines(document: Document) -> list[str]:
    """Return the policy's relations to others, and those of others to it, one per line."""
    own = [f"{relative.kind}: {_relative(relative)}" for relative in document.relates_to]
    return own + [relative_line(relative) for relative in document.related_by]


def policy_rows(policies: Iterable[Policy]) -> list[tuple[str, str, str, str]]:
    """Return date, issuers, title and id of each policy, as rows of a table."""
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
    marks = [paint.warning(relative_line(relative)) for relative in hit.affected_by]
    marks += [paint.warning(line) for line in state_lines(hit)]
    return [paint.bold(policy.title), " · ".join(facts), *marks, paint.dim(f"[{policy.index_id}]")]


def undetermined_line(answer: Answer) -> str:
    """Return how many more policies may match, whose validity the sources do not state."""
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
    """Return the mark of a passage that was read from an image by OCR."""
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
    if answer.asked_of:
        names = " or ".join(f"“{name}”" for name in answer.asked_of)
        lines.append(f"No policy of {names}, or that names it, surely answers this.")
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
            lines += [f"    {relative_line(relative)}" for relative in hit.affected_by]
            lines += [f"    {line}" for line in state_lines(hit)]
    return lines


def _unheld_line(answer: Answer) -> str:
    return f"No passage has {' or '.join(f'“{word}”' for word in answer.unheld)}."


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def evidence_text(answer: Answer) -> str:
    """Return the reading of the question and all candidates' evidence, for ``--explain``."""
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
