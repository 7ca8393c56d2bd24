"""Two texts side by side: what one had and the other has, word for word, nothing between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from policybot.model import Answer, Hit, Row
from policybot.render.paint import Paint
from policybot.render.validity import Language, version_line

_SIDES = {"removed": "-", "added": "+"}
_UNCHANGED: dict[Language, tuple[str, str]] = {
    "en": ("1 paragraph is the same", "{} paragraphs are the same"),
    "zh": ("1段相同", "{}段相同"),
    "es": ("1 párrafo es igual", "{} párrafos son iguales"),
}


def comparison_lines(answer: Answer, paint: Paint) -> list[str]:
    """Return the two texts as lines of a terminal.

    What only the first has stands after ``-``, what only the second has after ``+``; in colour, the
    words that differ are marked within.
    """
    before, after = answer.hits[:2]
    lines = [f"- {_called(before)}", f"+ {_called(after)}", ""]
    for row in _gathered(answer.comparison):
        if isinstance(row, int):
            lines += [paint.dim(unchanged(row)), ""]
            continue
        for kind, mark in _SIDES.items():
            text = row.before if kind == "removed" else row.after
            if text is not None:
                lines += [f"{mark} {line}" for line in _painted(row, kind, text, paint).split("\n")]
        lines.append("")
    return lines


def comparison_html(answer: Answer, language: Language, limit: int) -> str:
    """Return the two texts as HTML for Telegram, of at most ``limit`` characters of text.

    What was removed is struck through, what was added underlined. Rows that do not fit are counted.
    """
    before, after = answer.hits[:2]
    head = [f"- {escape(_called(before, language))}", f"+ {escape(_called(after, language))}"]
    parts: list[str] = []
    room = limit - sum(len(line) for line in head)
    rows = list(_gathered(answer.comparison))
    for at, row in enumerate(rows):
        text = f"<i>{unchanged(row, language)}</i>" if isinstance(row, int) else _html(row)
        if len(text) > room:
            parts.append(f"… +{len(rows) - at}")
            break
        room -= len(text) + 2
        parts.append(text)
    return "\n".join(head) + "\n\n" + "\n\n".join(parts)


def escape(text: str) -> str:
    """Return ``text`` as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unchanged(count: int, language: Language = "en") -> str:
    """Return how many paragraphs are the same on both sides."""
    one, several = _UNCHANGED[language]
    return one if count == 1 else several.format(count)


def _gathered(rows: Sequence[Row]) -> Iterator[Row | int]:
    """Yield the rows that differ, and for each run of others how many they are."""
    for same, group in itertools.groupby(rows, key=lambda row: row.kind == "unchanged"):
        if same:
            yield sum(1 for _ in group)
        else:
            yield from group


def _called(hit: Hit, language: Language = "en") -> str:
    policy = hit.policy
    told = [str(policy.date)] if policy.date else []
    told += [version_line(policy.version, language)] if policy.version else []
    return " · ".join([policy.title, *told, f"[{policy.index_id}]"])


def _painted(row: Row, kind: str, text: str, paint: Paint) -> str:
    """Return one side of a row, its words that the other side lacks in colour."""
    if not row.runs:
        return paint.side(text, kind)
    own = [run for run in row.runs if run.kind in {"kept", kind}]
    return "".join(paint.side(run.text, kind) if run.kind == kind else run.text for run in own)


def _html(row: Row) -> str:
    if row.kind == "removed":
        return f"- <s>{escape(row.before or '')}</s>"
    if row.kind == "added":
        return f"+ <u>{escape(row.after or '')}</u>"
    tags = {"removed": "s", "added": "u"}
    return "".join(
        f"<{tags[run.kind]}>{escape(run.text)}</{tags[run.kind]}>"
        if run.kind in tags
        else escape(run.text)
        for run in row.runs
    )
