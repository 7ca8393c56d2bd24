"""Metrics of the running bot, and their export to Prometheus.

Counting costs a dictionary entry and is always on. No metric identifies a person, a chat or a
question: all label values come from fixed lists.
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
"""Upper bounds of the search histogram's buckets, in seconds."""

UPDATE_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper bounds in seconds from an update's arrival to its end, including its wait in the queue."""

ERRORS = ("search", "handler", "update", "state", "index", "news")
"""Places of failure; each is exported as 0 from the start, so that a first error is an increase."""

MISSING = "/metrics needs the extra: pip install 'policybot[metrics]'"


@dataclass(slots=True)
class Histogram:
    """A histogram: counts of values up to each bound and beyond the last, and the values' sum."""

    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    total: float = 0.0

    def __post_init__(self) -> None:
        """Set all counts to 0."""
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, value: float) -> None:
        """Count one value."""
        place = next((n for n, bound in enumerate(self.bounds) if value <= bound), -1)
        self.counts[place] += 1
        self.total += value

    def buckets(self) -> Iterator[tuple[str, float]]:
        """Yield each bound and the cumulative count up to it, ``+Inf`` last."""
        below = 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            below += count
            yield bound, below


@dataclass(slots=True)
class BotMetrics:
    """The metrics of one running bot. Not thread-safe: used in its event loop only.

    ``last_contact`` is when Telegram last answered getUpdates or called the webhook and
    ``last_finished`` when an update was last finished, both of ``time.monotonic()``, None before.
    ``search_fails`` says that the last search failed, ``state_fails`` that the last write of an
    update did; ``state_lost`` says why the state is unusable until the next start.
    """

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(ERRORS, 0)))
    updates: Counter[str] = field(default_factory=Counter)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    retries: int = 0
    answer_seconds: Histogram = field(default_factory=lambda: Histogram(ANSWER_BOUNDS))
    update_seconds: Histogram = field(default_factory=lambda: Histogram(UPDATE_BOUNDS))
    last_contact: float | None = None
    last_finished: float | None = None
    search_fails: bool = False
    state_fails: bool = False
    state_lost: str = ""

    def answered(self, answer: Answer, place: str) -> None:
        """Record a search; ``place`` is ``chat`` or ``inline``."""
        self.search_fails = False
        self.answer_seconds.add(answer.took_ms / 1000)
        if answer.reason:
            self.refusals[answer.reason] += 1
        else:
            self.answers[answer.reading.intent, place] += 1

    def failed(self, where: str) -> None:
        """Count an error; ``where`` is one of :data:`ERRORS`."""
        self.errors[where] += 1
        if where == "search":
            self.search_fails = True
        elif where == "state":
            self.state_fails = True

    def state_written(self) -> None:
        """Record that the state could be written."""
        self.state_fails = False

    def finished(self, kind: str, taken: float) -> None:
        """Record a finished update; ``taken`` is the monotonic time of its arrival."""
        self.last_finished = time.monotonic()
        self.updates[kind] += 1
        self.update_seconds.add(self.last_finished - taken)

    def retried(self) -> None:
        """Count a retried call to Telegram."""
        self.retries += 1

    def contacted(self) -> None:
        """Record that Telegram answered getUpdates or called the webhook."""
        self.last_contact = time.monotonic()


class CountedRequest(HTTPXRequest):
    """HTTP requests to Telegram, counted by method and outcome."""

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
            # URLs end in /bot<token>/<method>; only the method is a label.
            self._metrics.calls[url.rpartition("/")[2], outcome] += 1
        return code, body


@dataclass(frozen=True, slots=True)
class Moment:
    """Gauge values: the number of waiting updates, the age of the oldest, and the live index."""

    waiting: int
    oldest_seconds: float
    index: IndexInfo


def exposition(metrics: BotMetrics, now: Callable[[], Moment]) -> Callable[[], bytes] | None:
    """Return a function that renders all in Prometheus' text format; None without the extra."""
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
        ("errors", "Errors, by place.", ("where",), metrics.errors),
        ("updates", "Finished updates, by kind.", ("kind",), metrics.updates),
        ("telegram_calls", "Calls to the Bot API.", ("method", "outcome"), metrics.calls),
        ("telegram_retries", "Retried calls to the Bot API.", (), {(): metrics.retries}),
    )
    for name, description, labels, counts in counters:
        counter = CounterMetricFamily(f"policybot_{name}", description, labels=labels)
        for values, count in counts.items():
            counter.add_metric((values,) if isinstance(values, str) else values, count)
        yield counter
    for name, description, seconds in (
        ("answer_seconds", "Duration of searches.", metrics.answer_seconds),
        ("update_seconds", "Time from an update's arrival to its end.", metrics.update_seconds),
    ):
        histogram = HistogramMetricFamily(f"policybot_{name}", description)
        histogram.add_metric((), list(seconds.buckets()), seconds.total)
        yield histogram
    gauges: tuple[tuple[str, str, float], ...] = (
        ("updates_waiting", "Unfinished updates.", moment.waiting),
        ("oldest_update_seconds", "Age of the oldest unfinished update.", moment.oldest_seconds),
        ("policies", "Policies in the index.", moment.index.documents),
        ("passages", "Passages in the index.", moment.index.passages),
    )
    for name, description, value in gauges:
        yield GaugeMetricFamily(f"policybot_{name}", description, value)
    if metrics.last_contact is not None:
        description = "Time since Telegram answered a poll or called the webhook."
        silence = time.monotonic() - metrics.last_contact
        yield GaugeMetricFamily("policybot_telegram_silence_seconds", description, silence)
    about = {"generation": moment.index.generation, "encoder": moment.index.encoder}
    yield InfoMetricFamily("policybot_generation", "The live index and its encoder.", about)


def _outcome(code: int) -> str:
    if code < 400:
        return "ok"
    if code == 429:
        return "flood"
    return "refused" if code < 500 else "unavailable"
