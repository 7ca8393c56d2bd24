"""What the running bot counts, and how Prometheus is told.

Counting costs a dictionary entry and is always on. Nothing counted names a person, a chat or a
question: labels come from lists that this code knows.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from telegram.request import HTTPXRequest

from policybot.model import Answer, IndexInfo

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

ANSWER_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds. Upper bounds of the histogram of searches; what took longer is beyond the last."""

UPDATE_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""The same from taking an update in to being done with it, which includes waiting for a turn."""

ERRORS = ("search", "handler", "update", "state", "index", "news")
"""Where something can fail. Each is told from the start, so that the first error is a rise."""

MISSING = "/metrics needs the extra: pip install 'policybot[metrics]'"


@dataclass(slots=True)
class Histogram:
    """How many values are up to each bound, beyond the last, and their sum."""

    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    total: float = 0.0

    def __post_init__(self) -> None:
        """Begin with none."""
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        """Count one value."""
        place = next((n for n, bound in enumerate(self.bounds) if value <= bound), -1)
        self.counts[place] += 1
        self.total += value

    def buckets(self) -> Iterator[tuple[str, float]]:
        """Yield each bound with how many values do not exceed it, ``+Inf`` last."""
        below = 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            below += count
            yield bound, below


@dataclass(slots=True)
class BotMetrics:
    """The counts of one running bot. Used in its event loop only.

    ``heard`` is when Telegram last answered getUpdates or called the webhook, ``dealt`` when the
    last update was done with, both of ``time.monotonic()``, None before the first.
    ``search_fails`` says whether the last search could not be made, ``state_fails`` whether the
    last update could not be written down, or not be noted as dealt with; ``state_lost`` says why
    the state is unusable until the next start.
    """

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ERRORS, 0)))
    updates: Counter[str] = field(default_factory=Counter)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    retries: int = 0
    answer_seconds: Histogram = field(default_factory=lambda: Histogram(ANSWER_BOUNDS))
    update_seconds: Histogram = field(default_factory=lambda: Histogram(UPDATE_BOUNDS))
    heard: float | None = None
    dealt: float | None = None
    search_fails: bool = False
    state_fails: bool = False
    state_lost: str = ""

    def answered(self, answer: Answer, place: str) -> None:
        """Count a search: ``place`` is ``chat`` or ``inline``."""
        self.search_fails = False
        self.answer_seconds.add(answer.took_ms / 1000)
        if answer.reason:
            self.refusals[answer.reason] += 1
        else:
            self.answers[answer.reading.intent, place] += 1

    def failed(self, where: str) -> None:
        """Count an error: ``where`` is one of :data:`ERRORS`."""
        self.errors[where] += 1
        if where == "search":
            self.search_fails = True
        elif where == "state":
            self.state_fails = True

    def kept(self) -> None:
        """Note that the state could be written."""
        self.state_fails = False

    def finished(self, kind: str, taken: float) -> None:
        """Count an update that is done with; ``taken`` is when it came in."""
        self.dealt = time.monotonic()
        self.updates[kind] += 1
        self.update_seconds.add(self.dealt - taken)

    def retried(self) -> None:
        """Count a call to Telegram that is made again."""
        self.retries += 1

    def hear(self) -> None:
        """Note that Telegram answered, or called."""
        self.heard = time.monotonic()


class CountedRequest(HTTPXRequest):
    """Requests to Telegram, counted by method and by what came of them."""

    def __init__(self, metrics: BotMetrics, **options: Any) -> None:  # noqa: ANN401 (HTTPXRequest's own)
        super().__init__(**options)
        self._metrics = metrics

    async def do_request(
        self,
        url: str,
        method: str,
        *args: Any,  # noqa: ANN401 (HTTPXRequest's own)
        **kwargs: Any,  # noqa: ANN401 (HTTPXRequest's own)
    ) -> tuple[int, bytes]:
        """Make one request and count it."""
        outcome = "unreachable"
        try:
            code, body = await super().do_request(url, method, *args, **kwargs)
            outcome = _outcome(code)
        finally:
            # The token stands before the last slash, the Bot API's method after it.
            self._metrics.calls[url.rpartition("/")[2], outcome] += 1
        return code, body


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true of the bot just now: updates waiting, the age of the oldest, the index."""

    waiting: int
    oldest_seconds: float
    index: IndexInfo


def exposition(metrics: BotMetrics, now: Callable[[], Moment]) -> Callable[[], bytes] | None:
    """Return a function that gives all in Prometheus' text format; None without the extra."""
    try:
        from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
    except ImportError:
        return None

    class Bot:
        def collect(self) -> Iterator[Metric]:
            yield from _families(metrics, now())

    registry = CollectorRegistry()
    registry.register(Bot())
    ProcessCollector(registry=registry)
    return lambda: generate_latest(registry)


def _families(metrics: BotMetrics, moment: Moment) -> Iterator[Metric]:
    from prometheus_client.metrics_core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        HistogramMetricFamily,
        InfoMetricFamily,
    )

    counters: tuple[tuple[str, str, tuple[str, ...], Mapping[Any, int]], ...] = (
        ("answers", "Questions answered.", ("intent", "place"), metrics.answers),
        ("refusals", "Questions declined, by reason.", ("reason",), metrics.refusals),
        ("errors", "What failed, by where.", ("where",), metrics.errors),
        ("updates", "Updates done with, by kind.", ("kind",), metrics.updates),
        ("telegram_calls", "Calls to Telegram.", ("method", "outcome"), metrics.calls),
        ("telegram_retries", "Calls made again.", (), {(): metrics.retries}),
    )
    for name, says, labels, counts in counters:
        counter = CounterMetricFamily(f"policybot_{name}", says, labels=labels)
        for values, count in counts.items():
            counter.add_metric((values,) if isinstance(values, str) else values, count)
        yield counter
    for name, says, seconds in (
        ("answer_seconds", "What a search took.", metrics.answer_seconds),
        ("update_seconds", "From an update's arrival to its end.", metrics.update_seconds),
    ):
        histogram = HistogramMetricFamily(f"policybot_{name}", says)
        histogram.add_metric((), list(seconds.buckets()), seconds.total)
        yield histogram
    gauges: tuple[tuple[str, str, float], ...] = (
        ("updates_waiting", "Updates waiting or in hand.", moment.waiting),
        ("oldest_update_seconds", "Age of the oldest of them.", moment.oldest_seconds),
        ("policies", "Policies of the index.", moment.index.documents),
        ("passages", "Passages of the index.", moment.index.passages),
    )
    for name, says, value in gauges:
        yield GaugeMetricFamily(f"policybot_{name}", says, value)
    if metrics.heard is not None:
        says = "Since Telegram answered a poll or called the webhook."
        silence = time.monotonic() - metrics.heard
        yield GaugeMetricFamily("policybot_telegram_silence_seconds", says, silence)
    about = {"generation": moment.index.generation, "encoder": moment.index.encoder}
    yield InfoMetricFamily("policybot_generation", "Which index answers.", about)


def _outcome(code: int) -> str:
    if code < 400:
        return "ok"
    if code == 429:
        return "flood"
    return "refused" if code < 500 else "unavailable"
