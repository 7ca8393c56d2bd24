"""Two texts compared, paragraph by paragraph: what was removed and added, word for word."""

from __future__ import annotations

import functools
import html
import itertools
from collections.abc import Iterator, Sequence

from policybot.model import Answer, Hit, Row
from policybot.render.paint import Paint
from policybot.render.validity import Language, version_line

_escape = functools.partial(html.escape, quote=False)
_SIDES = {"removed": "-", "added": "+"}
_UNCHANGED: dict[Language, tuple[str, str]] = {
    "en": ("1 paragraph is the same", "{} paragraphs are the same"),
    "zh": ("1段相同", "{}段相同"),
    "es": ("1 párrafo es igual", "{} párrafos son iguales"),
}


def comparison_lines(answer: Answer, paint: Paint) -> list[str]:
    """Return the comparison as lines of a terminal.

    Removed paragraphs follow ``-``, added ones ``+``; in colour, the words that differ are marked
    within them.
    """
    before, after = answer.hits[:2]
    lines = [f"- {_label(before)}", f"+ {_label(after)}", ""]
    for row in _runs(answer.comparison):
        if isinstance(row, int):
            lines += [paint.dim(unchanged(row)), ""]
            continue
        for kind, mark in _SIDES.items():
            text = row.before if kind == "removed" else row.after
            if text is not None:
                lines += [
                    f"{mark} {line}" for line in _coloured(row, kind, text, paint).split("\n")
                ]
        lines.append("")
    return lines


def comparison_html(answer: Answer, language: Language, limit: int) -> str:
    """Return the comparison as Telegram HTML of at most ``limit`` characters of text.

    Removed text is struck through, added text underlined. Rows that do not fit are counted.
    """
    before, after = answer.hits[:2]
    head = [f"- {_escape(_label(before, language))}", f"+ {_escape(_label(after, language))}"]
    parts: list[str] = []
    left = limit - sum(len(line) for line in head)
    rows = list(_runs(answer.comparison))
    for at, row in enumerate(rows):
        text = f"<i>{unchanged(row, language)}</i>" if isinstance(row, int) else _html(row)
        if len(text) > left:
            parts.append(f"… +{len(rows) - at}")
            break
        left -= len(text) + 2
        parts.append(text)
    return "\n".join(head) + "\n\n" + "\n\n".join(parts)


def unchanged(count: int, language: Language = "en") -> str:
    """Return the number of unchanged paragraphs in words."""
    singular, several = _UNCHANGED[language]
    return singular if count == 1 else several.format(count)


def _runs(rows: Sequence[Row]) -> Iterator[Row | int]:
    """Yield the rows that differ, and the length of each run of unchanged rows."""
    for same, group in itertools.groupby(rows, key=lambda row: row.kind == "unchanged"):
        if same:
            yield sum(1 for _ in group)
        else:
            yield from group


def _label(hit: Hit, language: Language = "en") -> str:
    policy = hit.policy
    date = str(policy.date or "")
    version = version_line(policy.version, language) if policy.version else ""
    return " · ".join(filter(None, [policy.title, date, version, f"[{policy.index_id}]"]))


def _coloured(row: Row, kind: str, text: str, paint: Paint) -> str:
    """Return one side of a row, with the words that only it has in colour."""
    if not row.runs:
        return paint.side(text, kind)
    own = [run for run in row.runs if run.kind in {"kept", kind}]
    return "".join(paint.side(run.text, kind) if run.kind == kind else run.text for run in own)


def _html(row: Row) -> str:
    if row.kind == "removed":
        return f"- <s>{_escape(row.before or '')}</s>"
    if row.kind == "added":
        return f"+ <u>{_escape(row.after or '')}</u>"
    tags = {"removed": "s", "added": "u"}
    return "".join(
        f"<{tags[run.kind]}>{_escape(run.text)}</{tags[run.kind]}>"
        if run.kind in tags
        else _escape(run.text)
        for run in row.runs
    )
