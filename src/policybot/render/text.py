"""An answer for a terminal or a pipe.

A passage is written exactly as the corpus holds it, on lines of its own and never wrapped by us,
so that what is copied from the terminal is what the policy says. Colour only adds escape
sequences around it.
"""

from __future__ import annotations

from collections.abc import Iterable

from policybot.model import Answer, Document, Hit, Policy, Quote, Span

NOT_STATED = "not stated"

_BOLD, _DIM, _KEY, _RESET = "\033[1m", "\033[2m", "\033[1;33m", "\033[0m"
_WHOLE_LIST = 40
"""Lists longer than this are shown without passages; ``show`` opens each."""


def answer_text(answer: Answer, *, colour: bool = False) -> str:
    """Return what a person reads for ``answer``, ending in a newline."""
    paint = _Paint(colour=colour)
    lines: list[str] = []
    read = reading_line(answer)
    if read:
        lines += [paint.dim(f"Read as: {read}"), ""]
    if not answer.answered:
        lines += _declined(answer, paint)
    elif answer.reading.intent == "list":
        lines += _list(answer, paint)
    else:
        for hit in answer.hits:
            lines += [*_heading(hit.policy, paint), "", *_quotes(hit, paint)]
        more = answer.total - len(answer.hits)
        if more > 0:
            lines.append(paint.dim(f"{more} more; --limit shows them."))
    return _join(lines)


def reading_line(answer: Answer) -> str:
    """Return how the question was read, on one line; empty when no filter was found."""
    filters = answer.reading.filters
    parts: list[str] = []
    if filters.issuers:
        parts.append("issued by " + (" and " if filters.joint else " or ").join(filters.issuers))
    if filters.without:
        parts.append("not issued by " + " or ".join(filters.without))
    if filters.since and filters.until:
        parts.append(f"dated {filters.since} to {filters.until}")
    elif filters.since:
        parts.append(f"dated {filters.since} or later")
    elif filters.until:
        parts.append(f"dated {filters.until} or earlier")
    if filters.number:
        parts.append(f"number {filters.number}")
    parts += [f"containing “{phrase}”" for phrase in filters.phrases]
    if parts and answer.reading.topic:
        parts.append(f"about “{answer.reading.topic}”")
    return "; ".join(parts)


def date_line(policy: Policy) -> str:
    """Return the policy's date with its true precision, and its wording as printed."""
    if policy.date is None:
        return policy.date_text or f"date {NOT_STATED}"
    return f"{policy.date} (“{policy.date_text}”)" if policy.date_text else str(policy.date)


def issuers_line(policy: Policy) -> str:
    """Return the issuers as printed, or that none is stated."""
    return ", ".join(policy.issuers) if policy.issuers else f"issuer {NOT_STATED}"


def document_text(document: Document, *, colour: bool = False) -> str:
    """Return one policy whole: metadata, note, repairs, relations, and its body as it stands."""
    paint = _Paint(colour=colour)
    policy = document.policy
    lines = [paint.bold(policy.title)]
    rows = [
        ("id", policy.id),
        ("issuers", ", ".join(policy.issuers) or NOT_STATED),
        ("date", date_line(policy) if policy.date or policy.date_text else NOT_STATED),
        ("number", policy.number),
        ("language", policy.language),
        ("url", policy.url),
        ("source", str(policy.source) if policy.source else None),
        ("sha256", policy.source.sha256 if policy.source else None),
        ("note", policy.note),
        *((kind, ", ".join(ids)) for kind, ids in policy.relations.items()),
    ]
    lines += [f"{name + ':':10}{value}" for name, value in rows if value]
    if policy.repairs:
        lines.append("repairs made to the source on import:")
        lines += [
            f"  line {repair.line}: “{repair.before}” was read as “{repair.after}”"
            for repair in policy.repairs
        ]
    return _join([*lines, "", policy.body.strip("\n")])


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


class _Paint:
    def __init__(self, *, colour: bool) -> None:
        self.colour = colour

    def _wrap(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self.colour and text else text

    def bold(self, text: str) -> str:
        return self._wrap(_BOLD, text)

    def dim(self, text: str) -> str:
        return self._wrap(_DIM, text)

    def marked(self, text: str, spans: Iterable[Span]) -> str:
        """Colour ``spans`` of ``text``; without the escape sequences it is ``text`` unchanged."""
        if not self.colour:
            return text
        pieces: list[str] = []
        position = 0
        for start, end in spans:
            if start >= position:
                pieces += [text[position:start], _KEY, text[start:end], _RESET]
                position = end
        return "".join([*pieces, text[position:]])


def _heading(policy: Policy, paint: _Paint) -> list[str]:
    facts = [issuers_line(policy), date_line(policy)]
    if policy.number:
        facts.append(policy.number)
    if policy.source:
        facts.append(str(policy.source))
    return [paint.bold(policy.title), " · ".join(facts), paint.dim(f"[{policy.id}]")]


def _quotes(hit: Hit, paint: _Paint) -> list[str]:
    lines: list[str] = []
    for quote in hit.quotes:
        if quote.passage.headings:
            lines.append(paint.dim(" › ".join(quote.passage.headings)))
        lines += [_quoted(quote, paint), ""]
    return lines


def _quoted(quote: Quote, paint: _Paint) -> str:
    whole = len(quote.passage.sentences) < 2
    return paint.marked(quote.passage.text, () if whole else quote.highlights)


def _list(answer: Answer, paint: _Paint) -> list[str]:
    noun = "policy" if answer.total == 1 else "policies"
    shown = "" if len(answer.hits) == answer.total else f", the first {len(answer.hits)} shown"
    lines = [paint.bold(f"{answer.total} {noun}, by date{shown}"), ""]
    for number, hit in enumerate(answer.hits, start=1):
        first, *rest = _heading(hit.policy, paint)
        lines += [f"{number}. {first}", *rest]
        if len(answer.hits) <= _WHOLE_LIST:
            lines += ["", *_quotes(hit, paint)]
    return lines


def _declined(answer: Answer, paint: _Paint) -> list[str]:
    index = answer.index
    lines = [paint.bold(answer.detail or "No answer.")]
    if index.policies:
        span = f", {index.first} to {index.last}" if index.first and index.last else ""
        noun = "policy" if index.policies == 1 else "policies"
        lines.append(f"The corpus holds {index.policies} {noun}{span}.")
    if answer.near_misses:
        lines += ["", "Near, but no answer:"]
        lines += [
            f"  {hit.policy.date or NOT_STATED}  {hit.policy.title}  [{hit.policy.id}]"
            for hit in answer.near_misses
        ]
    return lines


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
