"""Answers and policies as Telegram HTML: pure functions that escape texts and respect limits."""

from policybot.render.telegram.card import (
    LINE_LIMIT,
    MOST_RELATIVES,
    Fact,
    asked_fact,
    facts_of,
    hit_page,
    policy_lines,
    source_page,
    state_mark,
    title_html,
    whole_pages,
)
from policybot.render.telegram.lists import LIST_PAGE, entry_line, list_page
from policybot.render.telegram.markup import (
    MESSAGE_LIMIT,
    Page,
    Part,
    clip,
    escape,
    mark,
    plain,
    split,
    units,
)
from policybot.render.telegram.reading import reading_line
from policybot.render.telegram.refusal import CLOSEST, coverage, refusal, shown_near, unheld_line

__all__ = [
    "CLOSEST",
    "LINE_LIMIT",
    "LIST_PAGE",
    "MESSAGE_LIMIT",
    "MOST_RELATIVES",
    "Fact",
    "Page",
    "Part",
    "asked_fact",
    "clip",
    "coverage",
    "entry_line",
    "escape",
    "facts_of",
    "hit_page",
    "list_page",
    "mark",
    "plain",
    "policy_lines",
    "reading_line",
    "refusal",
    "shown_near",
    "source_page",
    "split",
    "state_mark",
    "title_html",
    "unheld_line",
    "units",
    "whole_pages",
]
