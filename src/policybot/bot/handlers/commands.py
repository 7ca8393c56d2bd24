"""The commands about policies: /start, /help, /ask, /list, /timeline, /issuers, /policy."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from functools import partial

from policybot.bot.handlers.asking import ask
from policybot.bot.handlers.prompts import prompt
from policybot.bot.outbox.sending import pause_person
from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store.answers import Shown, by_date, is_ended, keep_answer, new_id
from policybot.bot.store.conversations import Talk
from policybot.bot.views.delivering import deliver
from policybot.bot.views.facets import facets_of
from policybot.bot.views.keyboards import example_keyboard, issuers_keyboard
from policybot.bot.views.links import DIGEST, policy_of_payload, start_payload
from policybot.bot.views.list_views import ListView, first_view
from policybot.bot.views.messages import Screen, document_hit, hit_screen, list_screen, page_of
from policybot.errors import PolicyBotError, PolicyNotFoundError
from policybot.model import Answer, Hit, Issuer
from policybot.render.telegram import Page, clip, coverage, escape, units
from policybot.render.telegram.texts import Language, label, say

ISSUERS_PAGE = 30

_NAMES_LIMIT = 110
"""Maximum characters of an issuer's names on its line."""


async def start(services: Services, visitor: Visitor, place: Place, args: str) -> None:
    """Send the greeting with example questions, or open the policy of a deep link."""
    await services.state.run(pause_person, visitor.person, paused=False)
    policy_id = policy_of_payload(args, await services.state.run(_long_id, args))
    if policy_id is None and args.startswith(DIGEST):
        policy_id = await _indexed_id(services, args)
    if policy_id is not None:
        await open_policy(services, visitor, place, policy_id)
        return
    questions = await services.examples(visitor.language)
    shown = Shown(
        new_id(), visitor.hashed, services.chat_hash(place.chat), "start", lines=tuple(questions)
    )
    await services.state.run(keep_answer, shown, [], time.time())
    # The coverage is escaped already, so it is inserted after the rest.
    html = say(visitor.language, "start", coverage="\x00")
    html = html.replace("\x00", coverage(services.engine.info, visitor.language))
    await deliver(services, place, Screen(Page(html), example_keyboard(shown.id, questions)))


async def show_help(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """Send the help."""
    await deliver(
        services, place, Screen(Page(say(visitor.language, "help", bot=services.username)))
    )


async def hello_group(services: Services, visitor: Visitor, place: Place) -> None:
    """Greet a group that the bot was added to, and say how to ask it."""
    example = (await services.examples(visitor.language))[0]
    mention = ""
    if services.reads_groups:
        mention = label(visitor.language, "group_hello_mention", bot=services.username)
    # The mention is HTML already, so it is inserted after the rest.
    html = say(
        visitor.language, "group_hello", bot=services.username, example=example, mention="\x00"
    )
    await deliver(services, place, Screen(Page(html.replace("\x00", mention))))


async def list_policies(
    services: Services, visitor: Visitor, place: Place, args: str, key: str | None
) -> Answer | None:
    """List the policies that match the words after /list, or all, in date order."""

    def search() -> Answer:
        return services.engine.answer(args, intent="list") if args else services.engine.list()

    return await ask(services, visitor, place, args, search=search, key=key)


async def timeline(
    services: Services, visitor: Visitor, place: Place, args: str, key: str | None
) -> None:
    """List policies by date, with a chart where matplotlib is installed."""
    from policybot.render.picture import draw_timeline

    answer = await list_policies(services, visitor, place, args, key)
    hits = sorted(answer.hits, key=by_date) if answer else []
    view = first_view(len(hits), order=answer.reading.order if answer else "relevance")
    numbered = {hits[entry].policy.id: n for n, entry in enumerate(_order(view, hits), start=1)}
    dated = [hit for hit in hits if hit.policy.date]
    if not dated:
        return
    try:
        draw = partial(
            draw_timeline,
            [hit.policy for hit in dated],
            canonical=services.engine.issuers.canonical,
            numbers=numbered,
            ended=frozenset(hit.policy.id for hit in dated if is_ended(hit)),
            language=visitor.language,
        )
        chart = await services.search(draw, place)
    except PolicyBotError:
        return  # matplotlib is not installed: the list has said it all
    caption = say(visitor.language, "timeline_caption", total=len(dated))
    if chart.legend:
        legend = "\n".join(chart.legend)
        caption += "\n" + escape(legend if units(legend) <= 800 else clip(legend, 800))
    await services.sender.send_photo(
        place.chat, chart.data, caption, reply_to=place.reply_to, thread=place.thread
    )


def _order(view: ListView, hits: Sequence[Hit]) -> Sequence[int]:
    """Return the positions of hits, given in date order, in the order of the list."""
    dated = [n for n, hit in enumerate(hits) if hit.policy.date]
    undated = [n for n, hit in enumerate(hits) if not hit.policy.date]
    return [*(reversed(dated) if view.newest else dated), *undated]


async def issuers(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """List the issuers with their numbers of policies."""
    await deliver(services, place, await issuers_screen(services, visitor, 0))


async def issuers_screen(services: Services, visitor: Visitor, page: int) -> Screen:
    """Return one page of the live index's issuers."""
    counts = await services.search(services.engine.issuer_counts)
    pages = max(1, -(-len(counts) // ISSUERS_PAGE))
    page = min(page, pages - 1)
    html = _issuer_lines(counts, page, visitor.language)
    return Screen(Page(html), issuers_keyboard(page, pages))


async def policy(services: Services, visitor: Visitor, place: Place, args: str) -> None:
    """Open the policy whose title, number, date or id follows /policy."""
    if not args:
        await prompt(services, visitor, place, "policy")
        return
    ids = (await services.catalogue()).find(args)
    if not ids and (dated := await services.search(partial(_dated, services, args))):
        ids = dated
    if len(ids) == 1:
        await open_policy(services, visitor, place, ids[0])
    elif ids:
        await _choose(services, visitor, place, ids)
    else:
        await open_policy(services, visitor, place, args)


def _dated(services: Services, text: str) -> list[str]:
    """Return the ids of the policies with the date or number in a text."""
    answer = services.engine.answer(text, intent="list")
    demands = answer.reading.periods or answer.reading.numbers
    return (
        [hit.policy.index_id for hit in answer.hits] if demands and not answer.reading.topic else []
    )


async def _choose(services: Services, visitor: Visitor, place: Place, ids: Sequence[str]) -> None:
    """List the policies that may be meant, to open one."""
    documents = [await services.search(partial(services.engine.show, id_)) for id_ in ids]
    hits = sorted((document_hit(document) for document in documents), key=by_date)
    policies = [hit.policy for hit in hits]
    facets = facets_of(policies, services.engine.issuers.canonical, services.engine.kinds)
    shown = Shown(new_id(), visitor.hashed, services.chat_hash(place.chat), "list", facets=facets)
    shown = await services.state.run(keep_answer, shown, hits, time.time())
    view = first_view(len(hits), order="relevance")
    screen = list_screen(visitor, shown, await page_of(services, shown, view), view)
    await deliver(services, place, screen)
    await _set_focus(services, visitor, place, Talk(shown.id, view=view.write()))


async def open_policy(services: Services, visitor: Visitor, place: Place, policy_id: str) -> None:
    """Send one policy; if the id is unknown, suggest the most similar ids."""
    try:
        document = await services.search(partial(services.engine.show, policy_id))
    except PolicyNotFoundError:
        near = (await services.catalogue()).nearest(policy_id)
        lines = [say(visitor.language, "policy_unknown", id=clip(policy_id, 200))]
        if near:
            lines.append(say(visitor.language, "policy_nearest"))
            lines += [f"<code>/policy {escape(clip(name, 200))}</code>" for name in near]
        await deliver(services, place, Screen(Page("\n".join(lines))))
        return
    hit = document_hit(document)
    shown = Shown(new_id(), visitor.hashed, services.chat_hash(place.chat), "policy")
    shown = await services.state.run(keep_answer, shown, [hit], time.time())
    await services.state.run(keep_long_id, policy_id)
    await deliver(services, place, hit_screen(services, visitor, shown, hit, 0))
    await _set_focus(services, visitor, place, Talk(shown.id))


async def _set_focus(services: Services, visitor: Visitor, place: Place, talk: Talk) -> None:
    await services.talks.keep(services.chat_hash(place.chat), visitor.hashed, talk)


def keep_long_id(db: sqlite3.Connection, policy_id: str) -> None:
    """Store an id that is too long for a deep link under the digest that replaces it."""
    payload = start_payload(policy_id)
    if payload.startswith(DIGEST):
        db.execute("INSERT OR IGNORE INTO links VALUES (?, ?)", (payload, policy_id))


def _long_id(db: sqlite3.Connection, payload: str) -> dict[str, str]:
    return dict(db.execute("SELECT key, policy FROM links WHERE key = ?", (payload,)).fetchall())


async def _indexed_id(services: Services, payload: str) -> str | None:
    """Return the indexed id with a digest, for a link that this bot's state does not know."""
    listed = await services.search(services.engine.list)
    ids = (hit.policy.id for hit in listed.hits)
    return next((name for name in ids if start_payload(name) == payload), None)


def _named(issuer: Issuer) -> str:
    """Return an issuer's name, with those of its aliases that fit on a line."""
    name = clip(issuer.name, _NAMES_LIMIT)
    aliases: list[str] = []
    for alias in issuer.aliases[:3]:
        if len(name) + len(", ".join([*aliases, alias])) + 3 <= _NAMES_LIMIT:
            aliases.append(alias)
    return f"{name} ({', '.join(aliases)})" if aliases else name


def _issuer_lines(counts: Sequence[tuple[Issuer, int]], page: int, language: Language) -> str:
    if not counts:
        return say(language, "issuers_none")
    lines = [say(language, "issuers_title", total=len(counts)), ""]
    for issuer, number in counts[page * ISSUERS_PAGE : (page + 1) * ISSUERS_PAGE]:
        lines.append(f"{escape(_named(issuer))} – {number}")
    return "\n".join(lines)
