"""Whole policies and whole lists: as messages if short, else as files."""

from __future__ import annotations

from functools import partial

from policybot.bot.buttons.callbacks import FILES
from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store.answers import Shown
from policybot.bot.views.delivering import deliver
from policybot.bot.views.keyboards import file_keyboard
from policybot.bot.views.list_views import ListView
from policybot.bot.views.messages import Screen, hits_of
from policybot.corpus.files.ids import file_stem
from policybot.errors import PolicyBotError
from policybot.model import Hit, Policy
from policybot.render.csv import policies_csv
from policybot.render.documents import policies_word, policy_file, policy_word
from policybot.render.pdf import can_be_pdf, pdf_fonts, policy_pdf
from policybot.render.telegram import MESSAGE_LIMIT, Page, clip, facts_of, plain, units, whole_pages
from policybot.render.telegram.texts import Language, counted, label, say

MOST_MESSAGES = 2
"""Messages that a whole policy may take; a longer one is sent as a file."""


async def send_whole(
    services: Services, visitor: Visitor, place: Place, shown: Shown, index: int, hit: Hit
) -> tuple[int, ...]:
    """Send a policy word for word, or offer file types if it is long; return the message ids."""
    has_pdf, why = False, ""
    if can_be_pdf():
        has_pdf = await services.search(partial(_pdf_facts, hit, visitor.language)) is not None
        why = "" if has_pdf else f"\n\n<i>{say(visitor.language, 'no_pdf')}</i>"
    kinds = ("docx", "pdf", "txt") if has_pdf else ("docx", "txt")
    keyboard = file_keyboard(shown.id, index, visitor.language, kinds)
    # Skip paging: a text this long fills more messages whatever the title adds.
    if len(hit.policy.body) > MOST_MESSAGES * MESSAGE_LIMIT:
        pages = -(-len(hit.policy.body) // MESSAGE_LIMIT)
        html = say(visitor.language, "whole_long", pages=pages) + why
        return await deliver(services, place, Screen(Page(html), keyboard))
    first, *rest = whole_pages(hit, visitor.language)
    if len(rest) + 1 > MOST_MESSAGES:
        html = say(visitor.language, "whole_long", pages=len(rest) + 1) + why
        return await deliver(services, place, Screen(Page(html), keyboard))
    html = first.html + why if units(plain(first.html + why)) <= MESSAGE_LIMIT else first.html
    return await deliver(services, place, Screen(Page(html, tuple(rest)), keyboard))


async def send_policy_file(
    services: Services, visitor: Visitor, place: Place, hit: Hit, kind: int
) -> None:
    """Send a policy as one of :data:`FILES`; as plain text where that type cannot be made."""
    policy, ending = hit.policy, FILES[kind]
    content = await services.search(partial(_policy_content, hit, ending, visitor.language), place)
    if content is None:
        content, ending = policy_file(policy, facts_of(hit, visitor.language)), "txt"
    title = clip(policy.title, 300)
    await services.sender.send_file(
        place.chat,
        content,
        f"{file_stem(policy.index_id)}.{ending}",
        say(visitor.language, "file_caption", title=title),
        reply_to=place.reply_to,
        thread=place.thread,
    )


def _policy_content(hit: Hit, ending: str, language: Language) -> bytes | None:
    facts = facts_of(hit, language)
    try:
        if ending == "txt":
            return policy_file(hit.policy, facts)
        if ending == "docx":
            return policy_word(hit.policy, facts)
        return policy_pdf(hit.policy, _pdf_facts(hit, language) or facts)
    except PolicyBotError:
        return None


def _pdf_facts(hit: Hit, language: Language) -> list[str] | None:
    """Return the lines below the title of a PDF; None where no font can write the policy.

    They are in English where the fonts lack only the interface language.
    """
    for shown_in in (language, "en"):
        facts = facts_of(hit, shown_in)
        if pdf_fonts(hit.policy, facts):
            return facts
    return None


async def send_list_file(
    services: Services, visitor: Visitor, place: Place, shown: Shown, view: ListView, kind: str
) -> None:
    """Send a whole list in its view, as CSV or as a Word document."""
    places = view.entries(shown.facets, len(shown.entries))
    policies = [hit.policy for hit in await hits_of(services, shown, places)]
    caption = counted(visitor.language, "list_caption", len(policies))
    title = label(
        visitor.language, "list_one" if len(policies) == 1 else "list_many", total=len(policies)
    )
    title = title.removeprefix("<b>").removesuffix("</b>")
    content = await services.search(partial(_list_content, policies, title, kind))
    if content is None:
        content, kind = policies_csv(policies), "csv"
    await services.sender.send_file(
        place.chat,
        content,
        f"policies.{kind}",
        caption,
        reply_to=place.reply_to,
        thread=place.thread,
    )


def _list_content(policies: list[Policy], title: str, kind: str) -> bytes | None:
    if kind == "csv":
        return policies_csv(policies)
    try:
        return policies_word(policies, title)
    except PolicyBotError:
        return None
