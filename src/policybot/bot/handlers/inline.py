"""Inline mode: ``@bot question`` in any chat. The chosen result sends the passage itself."""

from __future__ import annotations

import dataclasses
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

from policybot.bot.handlers.catalogue import Catalogue
from policybot.bot.services import Context, Services, Visitor, services_of
from policybot.bot.views.links import share_url
from policybot.bot.views.messages import document_hit, read_as
from policybot.errors import (
    EncoderError,
    IndexUnusableError,
    PolicyNotFoundError,
    UnavailableError,
)
from policybot.model import Answer, Hit
from policybot.query.query import Query
from policybot.render.telegram import clip, hit_page, state_mark
from policybot.render.telegram.texts import label

PAGE = 10
MOST_RESULTS = 50
"""Maximum results of one question; the terminal and the chat show more."""

CACHE_SECONDS = 60


async def on_inline(update: Update, context: Context) -> None:
    """Answer an inline query: one result per policy, ten per page."""
    services, query = services_of(context), update.inline_query
    if query is None:
        return
    visitor = await services.visitor(query.from_user)
    start = int(query.offset) if query.offset.isdecimal() and len(query.offset) < 4 else 0
    words = query.query.strip()
    try:
        names = await services.catalogue()
        answer = await services.search(lambda: _search(services, names, words))
    except (IndexUnusableError, EncoderError, UnavailableError) as error:
        services.metrics.failed("search")
        key = "inline_busy" if isinstance(error, UnavailableError) else "inline_none"
        await services.sender.answer_inline(
            query.id, [], next_offset="", cache_time=0, button=_button(visitor, key)
        )
        return
    services.metrics.answered(answer, "inline")
    hits = answer.hits[: MOST_RESULTS if words else PAGE]
    reading = read_as(services, visitor, answer, words)
    results = [_result(services, visitor, hit, reading) for hit in hits[start : start + PAGE]]
    button = None
    if start == 0 and not words:
        button = _button(visitor, "inline_start")
    elif not results and start == 0:
        button = _button(visitor, "inline_none")
    more = start + PAGE < len(hits)
    await services.sender.answer_inline(
        query.id,
        results,
        next_offset=str(start + PAGE) if more else "",
        cache_time=CACHE_SECONDS,
        button=button,
    )


def _search(services: Services, names: Catalogue, words: str) -> Answer:
    """Return hits for the text typed so far, taken as a question and as the beginning of a name."""
    if not words:
        listed = services.engine.list()
        dated = [hit for hit in listed.hits if hit.policy.date] or list(listed.hits)
        latest = tuple(reversed(dated))[:PAGE]
        return Answer(listed.reading, latest, len(latest), listed.index)
    shared = _shared(services, words)
    if shared is not None:
        return shared
    answer = services.engine.answer(words, limit=MOST_RESULTS)
    begun = names.starting(words, PAGE)
    if answer.answered and (answer.reading.conditions or not begun):
        return answer
    held = {hit.policy.index_id for hit in answer.hits}
    hits = [hit for id_ in begun if id_ not in held and (hit := _opened(services, id_))]
    if not hits:
        return answer
    # The text may be unfinished: names come first until it clearly asks something.
    asked = answer.answered and words.rstrip().endswith(("?", "？"))
    both = (*answer.hits, *hits) if asked else (*hits, *answer.hits)
    return dataclasses.replace(answer, hits=both, total=len(both), reason=None, near_misses=())


def _opened(services: Services, policy_id: str) -> Hit | None:
    try:
        return document_hit(services.engine.show(policy_id))
    except PolicyNotFoundError:
        return None


def _shared(services: Services, words: str) -> Answer | None:
    """Return the passage whose id a share button inserted, None for any other text."""
    policy_id, _, number = words.rpartition("#")
    for name, place in ((policy_id, number), (words, "1")):
        if not name or " " in name or not (place.isascii() and place.isdecimal()):
            continue
        try:
            document = services.engine.show(name)
        except PolicyNotFoundError:
            continue
        hit = document_hit(document, max(0, int(place[:6]) - 1))
        hit = hit if hit.quotes else document_hit(document)
        return Answer(Query(""), (hit,), 1, services.engine.info)
    return None


def _button(visitor: Visitor, key: str) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(label(visitor.language, key), start_parameter="inline")


def _result(services: Services, visitor: Visitor, hit: Hit, reading: str) -> InlineQueryResult:
    policy = hit.policy
    html = hit_page(hit, visitor.language, reading=reading).html
    issuers = "; ".join(policy.issuers) or label(visitor.language, "issuer_missing")
    passage = hit.quotes[0].passage.text if hit.quotes else ""
    mark = state_mark(hit, visitor.language, in_force=True)
    when = f"{policy.date} · " if policy.date else ""
    when += f"{mark} · " if mark else ""
    link = InlineKeyboardButton(
        label(visitor.language, "in_bot"), url=share_url(services.username, policy.index_id)
    )
    return InlineQueryResultArticle(
        id=hashlib.sha256(policy.index_id.encode()).hexdigest()[:32],
        title=clip(policy.title, 200) or policy.id[:200],
        description=clip(f"{when}{issuers} – {passage}", 200),
        input_message_content=InputTextMessageContent(
            html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=InlineKeyboardMarkup([[link]]),
    )
