"""References to a policy: in plain text, BibTeX, RIS and GB/T 7714-2015.

What a policy does not state is left out, never invented. Dates keep their stated precision.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from policybot.model import Policy, PolicyDate, sha256_of

Style = Literal["plain", "bibtex", "ris", "gbt7714"]
STYLES: tuple[Style, ...] = get_args(Style)

NAMES: Mapping[Style, str] = {
    "plain": "Plain text",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "gbt7714": "GB/T 7714",
}

FILES: Mapping[Style, tuple[str, str]] = {
    "plain": ("txt", "text/plain"),
    "bibtex": ("bib", "application/x-bibtex"),
    "ris": ("ris", "application/x-research-info-systems"),
    "gbt7714": ("txt", "text/plain"),
}
"""File extension and media type of each style; all are in UTF-8."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "{}$&#_%"},
}
_MOST_AUTHORS = 3
"""GB/T 7714-2015, 8.1.2: of more than three authors the first three and "et al." are given."""


def cite(policy: Policy, style: Style, *, accessed: dt.date | None = None) -> str:
    """Return the reference of a policy, without a line break at its end.

    ``accessed`` is the access date of its URL, given only where it has one. The lines of RIS end in
    CR LF, as its specification asks.
    """
    return _WRITERS[style](policy, accessed if policy.url else None)


def _plain(policy: Policy, accessed: dt.date | None) -> str:
    """Return issuers. Title, number. Date. URL (accessed day)."""
    named = ", ".join(filter(None, [_line(policy.title), _line(policy.number)]))
    when = str(policy.date) if policy.date else _line(policy.date_text) or "n.d."
    pieces = ["; ".join(map(_line, policy.issuers)), named, when]
    text = " ".join(f"{piece.rstrip('.')}." for piece in pieces if piece)
    if policy.url:
        text += f" {policy.url}" + (f" (accessed {accessed})" if accessed else "")
    return text


def _bibtex(policy: Policy, accessed: dt.date | None) -> str:
    fields: list[tuple[str, str]] = [("title", f"{{{{{_latex(policy.title)}}}}}")]
    if policy.issuers:
        # Braces keep BibTeX from reading an organisation's name as a person's.
        names = " and ".join(f"{{{_latex(name)}}}" for name in policy.issuers)
        fields.append(("author", f"{{{names}}}"))
    fields += _bibtex_date(policy.date)
    if policy.date_text:
        fields.append(("note", f"{{dated “{_latex(policy.date_text)}”}}"))
    if policy.number:
        fields.append(("number", f"{{{_latex(policy.number)}}}"))
    if policy.language:
        fields.append(("language", f"{{{_latex(policy.language)}}}"))
    if policy.url:
        fields.append(("url", f"{{{_address(policy.url)}}}"))
    if accessed:
        fields.append(("urldate", f"{{{accessed}}}"))
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields)
    return f"@misc{{{_key(policy.id)},\n{lines}\n}}"


def _bibtex_date(date: PolicyDate | None) -> list[tuple[str, str]]:
    if date is None:
        return []
    fields = [("year", f"{{{date.year:04d}}}")]
    fields += [("month", _MONTHS[date.month - 1])] if date.month else []
    return fields + ([("day", f"{{{date.day}}}")] if date.day else [])


def _ris(policy: Policy, accessed: dt.date | None) -> str:
    lines = [("TY", "GOVDOC"), ("ID", _line(policy.id)), ("TI", _line(policy.title))]
    lines += [("AU", _line(name)) for name in policy.issuers]
    if policy.date:
        lines.append(("PY", f"{policy.date.year:04d}"))
        lines.append(("DA", _ris_date(policy.date)))
    if policy.number:
        lines.append(("M1", _line(policy.number)))
    if policy.date_text:
        lines.append(("N1", f"dated “{_line(policy.date_text)}”"))
    if policy.language:
        lines.append(("LA", policy.language))
    if policy.url:
        lines.append(("UR", policy.url))
    if accessed:
        lines.append(("Y2", f"{accessed:%Y/%m/%d}/"))
    return "\r\n".join(f"{tag}  - {value}" for tag, value in [*lines, ("ER", "")])


def _ris_date(date: PolicyDate) -> str:
    """Return ``YYYY/MM/DD/``; parts beyond the date's precision are empty."""
    month = f"{date.month:02d}" if date.month else ""
    return f"{date.year:04d}/{month}/{f'{date.day:02d}' if date.day else ''}/"


def _gbt7714(policy: Policy, accessed: dt.date | None) -> str:
    """Return an electronic resource as EB/OL (8.8 of the standard), any other as Z."""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in policy.title)
    names = ", ".join(map(_line, policy.issuers[:_MOST_AUTHORS]))
    if len(policy.issuers) > _MOST_AUTHORS:
        names += ", 等" if chinese else ", et al"
    title = _line(policy.title) + (f": {_line(policy.number)}" if policy.number else "")
    start = f"{names}. {title}" if names else title
    if not policy.url:
        when = f" {policy.date}." if policy.date else ""
        return f"{start}[Z].{when}"
    when = f"({policy.date})" if policy.date else ""
    read = f"[{accessed}]" if accessed else ""
    dates = f" {when}{read}." if when or read else ""
    return f"{start}[EB/OL].{dates} {policy.url}."


_WRITERS: Mapping[Style, Callable[[Policy, dt.date | None], str]] = {
    "plain": _plain,
    "bibtex": _bibtex,
    "ris": _ris,
    "gbt7714": _gbt7714,
}


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in _line(text))


def _address(url: str) -> str:
    """Return a URL with the braces and backslashes escaped that would end a BibTeX field."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _key(policy_id: str) -> str:
    """Return the key of an entry: the id, with characters replaced that BibTeX does not take."""
    key = re.sub(r"[^A-Za-z0-9_.:+-]+", "-", policy_id).strip("-")
    return key if key == policy_id else f"{key or 'policy'}-{sha256_of(policy_id)[:8]}"
