"""Inline mode: ``@bot question`` in any chat. What is chosen carries the passage itself."""

from __future__ import annotations

import hashlib

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode

from policybot.errors import EncoderError, IndexUnusableError, UnavailableError
from policybot.model import Answer, Hit
from policybot.render.telegram import clip, hit_page
from policybot.telegram.desk import Context, Desk, Visitor, desk_of
from policybot.telegram.keyboards import share_url
from policybot.telegram.sheets import read_as
from policybot.telegram.texts import label

PAGE = 10
MOST_RESULTS = 50
"""Results of one question in all; the terminal and the chat show more."""

CACHE_SECONDS = 60


async def on_inline(update: Update, context: Context) -> None:
    """Answer an inline query: one result a policy, ten at a time."""
    desk, query = desk_of(context), update.inline_query
    if query is None:
        return
    visitor = await desk.visitor(query.from_user)
    start = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 0
    words = query.query.strip()
    try:
        answer = await desk.search(lambda: _search(desk, words))
    except (IndexUnusableError, EncoderError, UnavailableError) as error:
        desk.tally.failed("search")
        key = "inline_busy" if isinstance(error, UnavailableError) else "inline_none"
        await desk.sender.answer_inline(
            query.id, [], next_offset="", cache_time=0, button=_button(visitor, key)
        )
        return
    desk.tally.answered(answer, "inline")
    hits = answer.hits[: MOST_RESULTS if words else PAGE]
    reading = read_as(desk, visitor, answer, words)
    results = [_result(desk, visitor, hit, reading) for hit in hits[start : start + PAGE]]
    button = None
    if start == 0 and not words:
        button = _button(visitor, "inline_start")
    elif not results and start == 0:
        button = _button(visitor, "inline_none")
    more = start + PAGE < len(hits)
    await desk.sender.answer_inline(
        query.id,
        results,
        next_offset=str(start + PAGE) if more else "",
        cache_time=CACHE_SECONDS,
        button=button,
    )


def _search(desk: Desk, words: str) -> Answer:
    if words:
        return desk.engine.answer(words, limit=MOST_RESULTS)
    listed = desk.engine.list()
    dated = [hit for hit in listed.hits if hit.policy.date] or list(listed.hits)
    latest = tuple(reversed(dated))[:PAGE]
    return Answer(listed.reading, latest, len(latest), listed.index)


def _button(visitor: Visitor, key: str) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(label(visitor.language, key), start_parameter="inline")


def _result(desk: Desk, visitor: Visitor, hit: Hit, reading: str) -> InlineQueryResult:
    policy = hit.policy
    html = hit_page(hit, visitor.language, reading=reading).html
    issuers = "; ".join(policy.issuers) or label(visitor.language, "not_stated")
    passage = hit.quotes[0].passage.text if hit.quotes else ""
    when = f"{policy.date} · " if policy.date else ""
    link = InlineKeyboardButton(
        label(visitor.language, "in_bot"), url=share_url(desk.username, policy.id)
    )
    return InlineQueryResultArticle(
        id=hashlib.sha256(policy.id.encode()).hexdigest()[:32],
        title=clip(policy.title, 200) or policy.id[:200],
        description=clip(f"{when}{issuers} – {passage}", 200),
        input_message_content=InputTextMessageContent(
            html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=InlineKeyboardMarkup([[link]]),
    )
