"""The admins' commands: /status, /stats, /unanswered, /reload."""

from __future__ import annotations

import time

from policybot.bot.buttons.callbacks import REASONS
from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store import people
from policybot.bot.views.delivering import deliver
from policybot.bot.views.messages import Screen
from policybot.errors import PolicyBotError
from policybot.render.telegram import Page, clip, escape
from policybot.render.telegram.texts import label, say

_SHOWN = 20


async def status(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """Show the live index, the search latency and the queue length."""
    info = services.engine.info
    took = sorted(services.took_ms)
    html = say(
        visitor.language,
        "status",
        generation=info.generation,
        encoder=info.encoder,
        policies=info.documents,
        passages=info.passages,
        uptime=_duration(time.time() - services.started),
        p50=_percentile(took, 50),
        p95=_percentile(took, 95),
        answers=len(took),
        waiting=services.waiting(),
    )
    await deliver(services, place, Screen(Page(html)))


async def stats(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """Show counts of questions, unanswered ones, votes and subscriptions."""
    counts: dict[str, object] = dict(await services.state.run(people.statistics))
    wrong = [
        f"{label(visitor.language, f'wrong_{name}')} {counts.pop(f'wrong_{name}')}"
        for name in REASONS
        if f"wrong_{name}" in counts
    ]
    reasons = f" ({', '.join(wrong)})" if wrong else ""
    html = say(visitor.language, "stats", reasons=reasons, **counts)
    await deliver(services, place, Screen(Page(html)))


async def unanswered(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """List unanswered questions, latest first."""
    if not services.keeps_questions:
        html = say(visitor.language, "unanswered_off")
    else:
        rows = await services.state.run(people.unanswered, _SHOWN)
        lines = [say(visitor.language, "unanswered" if rows else "unanswered_none")]
        for text, reason, times in rows:
            often = f" ×{times}" if times > 1 else ""
            lines.append(f"• {escape(clip(text, 150))}{often} – <i>{escape(reason)}</i>")
        html = "\n".join(lines)
    await deliver(services, place, Screen(Page(html)))


async def reload(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """Switch to the latest generation now."""
    try:
        moved = await services.search(services.engine.refresh, place)
    except PolicyBotError as error:
        await deliver(services, place, Screen(Page(escape(clip(str(error), 1000)))))
        return
    key = "reloaded" if moved else "reload_same"
    html = say(visitor.language, key, generation=services.engine.info.generation)
    await deliver(services, place, Screen(Page(html)))


def _percentile(values: list[float], percent: int) -> str:
    """Return the nearest-rank percentile of sorted ``values``, with one decimal."""
    if not values:
        return "–"
    return f"{values[max(0, -(-len(values) * percent // 100) - 1)]:.1f}"


def _duration(seconds: float) -> str:
    minutes, _ = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours:02d}:{minutes:02d}"
