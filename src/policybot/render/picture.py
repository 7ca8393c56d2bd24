"""A chart of policies over time: one mark per policy, or a histogram where they are many.

It needs matplotlib (the extra ``plots``), which is imported on use.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import textwrap
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from policybot.errors import PolicyBotError
from policybot.model import Policy
from policybot.render.fonts import OWN, fonts_for
from policybot.render.timeline import LABEL_LENGTH, Canonical, rows_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HISTOGRAM = 60
"""From so many policies on, they are counted by year instead of drawn one by one."""

Language = Literal["en", "zh", "es"]

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "not_stated": "not stated", "others": "{} others", "number": "number as in the list",
        "span": "only the month or year is stated", "ended": "no longer in force",
        "policies": "policies", "count": "policies a year", "counts": "policies in {} years",
    },
    "zh": {
        "not_stated": "未注明", "others": "其他 {} 个", "number": "编号与列表一致",
        "span": "仅注明月份或年份", "ended": "已失效",
        "policies": "政策", "count": "每年政策数", "counts": "每 {} 年政策数",
    },
    "es": {
        "not_stated": "no consta", "others": "otros {}", "number": "número como en la lista",
        "span": "solo consta el mes o el año", "ended": "ya no en vigor",
        "policies": "políticas", "count": "políticas por año", "counts": "políticas cada {} años",
    },
}  # fmt: skip
_COLOUR, _ENDED = "#1f6fb2", "#9a9a9a"
"""Blue: a policy; grey: one that its sources state to be no longer in force."""

_WIDTH, _PLOT_WIDTH, _MARK = 10.0, 7.2, 0.26
"""In inches: the chart's width, the width of the axes, the width of a mark."""

_MOST_YEARS = 40
"""Maximum columns of a histogram."""

# matplotlib's settings are global to the process, not to the thread that draws.
_drawing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Chart:
    """An image, and the names of its rows if they are numbered for lack of a font."""

    data: bytes
    legend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Marks:
    """How policies are marked: their numbers, which have ended, and the language of labels."""

    numbers: Mapping[str, int]
    ended: Collection[str]
    words: Mapping[str, str]


def draw_timeline(
    policies: Sequence[Policy],
    *,
    form: str = "png",
    title: str | None = None,
    canonical: Canonical | None = None,
    numbers: Mapping[str, int] | None = None,
    ended: Collection[str] = (),
    language: Language = "en",
) -> Chart:
    """Draw the dated ``policies``: a row per issuer, or for many policies a column per year.

    A day is a dot with the policy's number; a month or year is a bar of that length. A policy of
    several issuers is in the row of each. The same policies always give the same bytes.

    Args:
        policies: the policies to draw.
        form: ``png`` or ``svg``.
        title: the title of the chart.
        canonical: returns the canonical name of an issuer as printed.
        numbers: the number of each policy in its list, by id.
        ended: ids of the policies no longer in force.
        language: the language of the labels.

    Raises:
        PolicyBotError: matplotlib is not installed, or no policy has a date.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise PolicyBotError("drawing a timeline needs matplotlib: pip install 'policybot[plots]'")
    dated = [policy for policy in policies if policy.date]
    if not dated:
        raise PolicyBotError("no policy with a date to draw; ask for others")
    names = canonical or (lambda name: name)
    marks = _Marks(numbers or {}, ended, _WORDS[language])
    draw, height, labels = _plan(dated, names, marks)
    fonts = fonts_for([*labels, title or "", *marks.words.values()])
    legend: tuple[str, ...] = ()
    if fonts is None:
        legend = tuple(f"{n}. {name}" for n, name in enumerate(labels, start=1))
        labels = [f"{n}" for n in range(1, len(labels) + 1)]
        draw, height, _ = _plan(dated, names, _Marks(marks.numbers, ended, _WORDS["en"]))
        title = None
    data = _rendered(lambda axes: draw(axes, labels), height, fonts or [OWN], form, title)
    return Chart(data, legend)


def _rendered(
    draw: Callable[[Axes], None], height: float, fonts: list[str], form: str, title: str | None
) -> bytes:
    """Return the bytes of an image ``height`` inches high whose axes ``draw`` fills."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "font.family": fonts,
        "svg.hashsalt": "policybot",
        "svg.fonttype": "path",
        "text.parse_math": False,
    }
    with _drawing, mpl.rc_context(style):
        figure = Figure(figsize=(_WIDTH, height), dpi=120, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        draw(axes)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_axisbelow(True)
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside lower left", ncols=3, frameon=False, fontsize=9)
        if title:
            axes.set_title(title, loc="left")
        out = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(out, format=form, metadata=metadata)
    return out.getvalue()


_Draw = Callable[["Axes", Sequence[str]], None]


def _plan(
    dated: Sequence[Policy], canonical: Canonical, marks: _Marks
) -> tuple[_Draw, float, list[str]]:
    """Return the drawing function, the height in inches, and the names of the rows."""
    if len(dated) >= HISTOGRAM:
        return lambda axes, _: _histogram(axes, dated, marks), 4.2, []
    rows = rows_of(
        dated, canonical, not_stated=marks.words["not_stated"], others_named=marks.words["others"]
    )
    first, last = _limits(dated)
    gap = (last - first) * _MARK / _PLOT_WIDTH
    lanes = [_lanes(policies_of_row, gap) for policies_of_row in rows.values()]
    height = 1.7 + 0.3 * sum(max(lane, default=0) + 1 for lane in lanes) + 0.12 * len(rows)

    def draw(axes: Axes, labels: Sequence[str]) -> None:
        _draw_rows(axes, list(rows.values()), lanes, labels, marks)
        _date_axis(axes, first, last)

    return draw, height, list(rows)


def _lanes(policies: Sequence[Policy], gap: float) -> list[int]:
    """Return the lane of each policy within its row, so that no marks overlap."""
    free: list[float] = []
    lanes = []
    for policy in policies:
        start, end = _ends(policy)
        lane = next((n for n, until in enumerate(free) if until <= start), len(free))
        free[lane : lane + 1] = [end + gap]
        lanes.append(lane)
    return lanes


def _draw_rows(
    axes: Axes,
    rows: Sequence[Sequence[Policy]],
    lanes: Sequence[Sequence[int]],
    labels: Sequence[str],
    marks: _Marks,
) -> None:
    top, middles = 0.0, []
    for held, own in zip(rows, lanes, strict=True):
        deep = max(own, default=0) + 1
        middles.append(top + (deep - 1) / 2)
        for policy, lane in zip(held, own, strict=True):
            _draw_policy(axes, policy, top + lane, marks)
        axes.axhline(top + deep - 0.5 + 0.2, color="0.9", linewidth=0.8)
        top += deep + 0.4
    axes.set_yticks(middles, [_wrapped(label) for label in labels])
    axes.set_ylim(top - 0.7, -0.7)
    axes.grid(axis="x", color="0.92")
    axes.tick_params(axis="y", length=0)


def _draw_policy(axes: Axes, policy: Policy, height: float, marks: _Marks) -> None:
    ended = policy.id in marks.ended
    colour = _ENDED if ended else _COLOUR
    first, last = _ends(policy)
    number = marks.numbers.get(policy.id)
    if first != last:
        label = _once(axes, marks.words["span"])
        axes.plot(
            [first, last], [height, height], color=colour, linewidth=5, alpha=0.4,
            solid_capstyle="round", label=label,
        )  # fmt: skip
    named = marks.words["ended"] if ended else marks.words["number" if number else "policies"]
    axes.scatter(
        [(first + last) / 2], [height], s=190 if number else 60, color=colour, zorder=3,
        label=_once(axes, named),
    )  # fmt: skip
    if number:
        axes.text(
            (first + last) / 2, height, str(number), color="white", ha="center", va="center",
            fontsize=7 if number < 100 else 6, zorder=4,
        )  # fmt: skip


def _once(axes: Axes, label: str) -> str:
    """Return a label for the legend, or one that matplotlib omits if it is there already."""
    return label if label not in axes.get_legend_handles_labels()[1] else "_again"


def _histogram(axes: Axes, dated: Sequence[Policy], marks: _Marks) -> None:
    from matplotlib.ticker import MaxNLocator

    years = [policy.date.year for policy in dated if policy.date]
    first, last = min(years), max(years)
    step = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if (last - first) // n < _MOST_YEARS)
    start = first - first % step
    counts: dict[bool, Counter[int]] = {False: Counter(), True: Counter()}
    for policy in dated:
        if policy.date:
            counts[policy.id in marks.ended][(policy.date.year - start) // step] += 1
    columns = range((last - start) // step + 1)
    bottom = [0] * len(columns)
    for ended, name, colour in ((False, "policies", _COLOUR), (True, "ended", _ENDED)):
        heights = [counts[ended][n] for n in columns]
        if any(heights):
            at = [start + n * step for n in columns]
            axes.bar(
                at, heights, width=0.8 * step, bottom=bottom, color=colour, align="edge",
                label=marks.words[name],
            )  # fmt: skip
            bottom = [below + more for below, more in zip(bottom, heights, strict=True)]
    axes.set_ylabel(marks.words["count"] if step == 1 else marks.words["counts"].format(step))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", color="0.9")


def _date_axis(axes: Axes, first: float, last: float) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(tz=dt.UTC)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    # Month names would be English in every language.
    formats = ["%Y", "%Y-%m", "%m-%d", "%m-%d", "%m-%d", "%m-%d"]
    form_of = ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator, tz=dt.UTC, formats=formats, zero_formats=formats, show_offset=False
    )
    axes.xaxis.set_major_formatter(form_of)
    axes.set_xlim(first, last)


def _limits(policies: Sequence[Policy]) -> tuple[float, float]:
    """Return the limits of the time axis, at least a quarter of a year apart."""
    ends = [_ends(policy) for policy in policies]
    first, last = min(start for start, _ in ends), max(end for _, end in ends)
    margin = max(45.0, (last - first) / 30)
    return first - margin, last + margin


def _ends(policy: Policy) -> tuple[float, float]:
    """Return the first and last day of a policy's date as matplotlib dates."""
    if policy.date is None:
        raise ValueError(f"{policy.id} has no date")
    return _noon(policy.date.first), _noon(policy.date.last)


def _noon(day: dt.date) -> float:
    """Return noon of a day as a matplotlib date: days since 1970-01-01."""
    return (day - dt.date(1970, 1, 1)).days + 0.5


def _wrapped(label: str) -> str:
    return "\n".join(textwrap.wrap(label, LABEL_LENGTH, max_lines=2, placeholder="…"))
