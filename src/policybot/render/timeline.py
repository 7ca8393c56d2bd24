"""Policies along time: as lines of text, as counts by year and issuer, and as a picture.

The picture needs matplotlib (the extra ``plots``); it is imported only when one is drawn.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import textwrap
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policybot.errors import PolicyBotError
from policybot.model import Answer, Policy
from policybot.render.text import NOT_STATED, answer_text, issuers_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ISSUERS = 14
"""Rows of a chart; the issuers with the fewest policies share the last one."""

_FONTS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "Arial Unicode MS",
)
_LABEL_LENGTH = 32
_SHORTEST_BAR, _LONGEST_BAR = 5, 20
_ROOM = 8
"""Columns kept for a bar's own figure and the spaces around it."""

Canonical = Callable[[str], str | None]
"""Gives the canonical name of an issuer as printed, or None when it is not known."""

# matplotlib's settings belong to the process, not to the thread that draws.
_drawing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, and what its numbered rows are when no font here can write their names."""

    data: bytes
    legend: tuple[str, ...] = ()


def timeline_text(answer: Answer) -> str:
    """Return the policies of an answer by date, grouped by year, undated ones last.

    One line a policy, ending in a newline; an answer without hits reads as anywhere else.
    """
    if not answer.answered:
        return answer_text(answer)
    lines: list[str] = []
    year = ""
    for policy in sorted((hit.policy for hit in answer.hits), key=_place):
        group = f"{policy.date.year:04d}" if policy.date else f"date {NOT_STATED}"
        if group != year:
            year = group
            lines += ([""] if lines else []) + [group]
        when = str(policy.date) if policy.date else ""
        wording = f" (“{policy.date_text}”)" if policy.date_text else ""
        lines.append(
            f"  {when:<10}  {policy.title}{wording} – {issuers_line(policy)}  [{policy.id}]"
        )
    return "\n".join(lines) + "\n"


def timeline_chart(
    policies: Sequence[Policy], *, canonical: Canonical | None = None, width: int = 100
) -> str:
    """Return how many policies each issuer has of each year, as a table with bars.

    A policy of several issuers counts for each, and once in the last row. Where the years do not
    fit into ``width`` columns, several share one. It ends in a newline; empty without policies.
    """
    if not policies:
        return ""
    rows = _rows(policies, canonical or (lambda name: name))
    ordered = sorted(rows.items(), key=lambda row: (_is_rest(row[0]), -len(row[1])))
    label = max(_cells(_clipped(name)) for name, _ in ordered)
    years = sorted({policy.date.year for policy in policies if policy.date})
    bins = _bins(years, width - label - _SHORTEST_BAR - _ROOM)
    undated = any(policy.date is None for policy in policies)
    heads = [*(_span(*span) for span in bins), *(["undated"] if undated else [])]
    widths = [max(4, len(head)) for head in heads]
    lines = [" " * label + "".join(f" {h:>{w}}" for h, w in zip(heads, widths, strict=True))]
    most = max(len(held) for held in rows.values())
    longest = min(_LONGEST_BAR, max(_SHORTEST_BAR, width - len(lines[0]) - _ROOM))
    for name, held in [*ordered, ("all", list(policies))]:
        counts = [sum(a <= p.date.year <= b for p in held if p.date) for a, b in bins]
        counts += [sum(p.date is None for p in held)] if undated else []
        cells = "".join(f" {n or '·':>{w}}" for n, w in zip(counts, widths, strict=True))
        bar = "" if name == "all" else "█" * max(1, round(longest * len(held) / most)) + " "
        shown = _clipped(name)
        lines.append(f"{shown}{' ' * (label - _cells(shown))}{cells}  {bar}{len(held)}")
    return "\n".join(lines) + "\n"


def _is_rest(name: str) -> bool:
    return name == NOT_STATED or re.fullmatch(r"[0-9]+ others", name) is not None


def _clipped(name: str) -> str:
    """Return a name of at most as many columns as a label has."""
    if _cells(name) <= _LABEL_LENGTH:
        return name
    while _cells(name) >= _LABEL_LENGTH:
        name = name[:-1]
    return name.rstrip() + "…"


def _cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese two a character."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _bins(years: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Return spans of years that fit side by side into so many columns, without empty ends."""
    if not years:
        return []
    for step in (1, 2, 5, 10, 20, 50, 100, 1000):
        first = years[0] if step == 1 else years[0] - years[0] % step
        spans = [(start, start + step - 1) for start in range(first, years[-1] + 1, step)]
        if (1 + max(4, len(_span(*spans[0])))) * len(spans) <= room:
            break
    return spans


def _span(first: int, last: int) -> str:
    if first == last:
        return f"{first:04d}"
    return f"{first:04d}–{last % 100:02d}" if first // 100 == last // 100 else f"{first}–{last}"


def draw_timeline(
    policies: Sequence[Policy],
    *,
    form: str = "png",
    title: str | None = None,
    canonical: Canonical | None = None,
) -> Chart:
    """Draw the dated ones of ``policies`` as ``png`` or ``svg``: a row for each issuer.

    A day is a dot; a month or a year is a bar as long as what is known of the date. A policy of
    several issuers stands in each one's row. ``canonical`` gives the one name of an issuer that is
    printed in several ways. The same policies always give the same bytes.

    Raises:
        PolicyBotError: matplotlib is not installed, or no policy has a date.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
        from matplotlib.figure import Figure
    except ImportError:
        raise PolicyBotError(
            "drawing a timeline needs matplotlib: pip install 'policybot[plots]'"
        ) from None
    import matplotlib as mpl

    dated = [policy for policy in policies if policy.date]
    if not dated:
        raise PolicyBotError("no policy with a date to draw; ask for others")
    rows = _rows(dated, canonical or (lambda name: name))
    font, legend = _font_for(list(rows), title or "")
    labels = [f"{n}" for n in range(1, len(rows) + 1)] if legend else list(rows)
    style: dict[Any, Any] = {
        "font.family": [font],
        "svg.hashsalt": "policybot",
        "svg.fonttype": "path",
        "text.parse_math": False,
    }
    with _drawing, mpl.rc_context(style):
        figure = Figure(figsize=(10, 1.6 + 0.42 * len(rows)), dpi=120, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for row, held in enumerate(rows.values()):
            _draw_row(axes, row, held)
        axes.set_yticks(range(len(rows)), [_wrapped(label) for label in labels])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.grid(axis="x", color="0.88")
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        locator = AutoDateLocator(tz=dt.UTC)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        form_of = ConciseDateFormatter(locator, tz=dt.UTC)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(form_of)
        axes.set_xlim(*_limits(dated))
        if title and not legend:
            axes.set_title(title, loc="left")
        out = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(out, format=form, metadata=metadata)
    return Chart(out.getvalue(), legend)


def _place(policy: Policy) -> tuple[dt.date, dt.date, str]:
    if policy.date is None:
        return (dt.date.max, dt.date.max, policy.id)
    return (policy.date.first, policy.date.last, policy.id)


def _rows(policies: Sequence[Policy], canonical: Canonical) -> dict[str, list[Policy]]:
    """Return the policies of each issuer, in the order in which the issuers first appear."""
    issuers = {
        policy.id: tuple(dict.fromkeys(canonical(name) or name for name in policy.issuers))
        or (NOT_STATED,)
        for policy in policies
    }
    counts = Counter(name for names in issuers.values() for name in names)
    kept = {name for name, _ in counts.most_common(MOST_ISSUERS)}
    if len(counts) > MOST_ISSUERS:
        kept = {name for name, _ in counts.most_common(MOST_ISSUERS - 1)}
    rows: dict[str, list[Policy]] = {}
    others: list[Policy] = []
    for policy in sorted(policies, key=_place):
        names = [name for name in issuers[policy.id] if name in kept]
        for name in names:
            rows.setdefault(name, []).append(policy)
        if not names:
            others.append(policy)
    if others:
        rows[f"{len(counts) - len(kept)} others"] = others
    return rows


def _draw_row(axes: Axes, row: int, policies: Sequence[Policy]) -> None:
    days = [p.date.first for p in policies if p.date and p.date.first == p.date.last]
    spans = [p.date for p in policies if p.date and p.date.first != p.date.last]
    colour = f"C{row % 10}"
    for date in spans:
        axes.plot(
            [_noon(date.first), _noon(date.last)],
            [row, row],
            color=colour,
            linewidth=7,
            alpha=0.45,
            solid_capstyle="round",
        )
    if days:
        axes.scatter([_noon(day) for day in days], [row] * len(days), color=colour, zorder=3)


def _limits(policies: Sequence[Policy]) -> tuple[float, float]:
    """Return where the axis begins and ends: at least a quarter of a year."""
    dates = [policy.date for policy in policies if policy.date]
    first = _noon(min(date.first for date in dates))
    last = _noon(max(date.last for date in dates))
    margin = max(45.0, (last - first) / 30)
    return first - margin, last + margin


def _noon(day: dt.date) -> float:
    """Return the day on matplotlib's axis of dates: days since 1970-01-01."""
    return (day - dt.date(1970, 1, 1)).days + 0.5


def _wrapped(label: str) -> str:
    return "\n".join(textwrap.wrap(label, _LABEL_LENGTH, max_lines=2, placeholder="…"))


def _font_for(labels: Sequence[str], title: str) -> tuple[str, tuple[str, ...]]:
    """Return a font that can write every label, else one that can number them, and the legend."""
    from matplotlib import font_manager

    needed = {char for text in (*labels, title) for char in text if not char.isspace()}
    for name in _FONTS:
        try:
            path = font_manager.findfont(name, fallback_to_default=False)
        except ValueError:
            continue
        font = font_manager.get_font(path)
        if all(font.get_char_index(ord(char)) for char in needed):
            return name, ()
    return _FONTS[0], tuple(f"{n}. {label}" for n, label in enumerate(labels, start=1))
