"""Refusals: that there is no answer, why, and what comes closest."""

from __future__ import annotations

from policybot.model import Answer, Hit, IndexInfo
from policybot.render.telegram.card import (
    LINE_LIMIT,
    TITLE_LIMIT,
    policy_lines,
    state_mark,
)
from policybot.render.telegram.lists import LIST_PAGE, entry_line
from policybot.render.telegram.markup import MESSAGE_LIMIT, clip, escape, plain, split, units
from policybot.render.telegram.texts import Language, label, say

CLOSEST = 3
"""Passages shown where none is a sure answer."""

_FILTERS = ("issuers", "dates", "number", "phrases", "validity")


def refusal(
    answer: Answer,
    language: Language,
    *,
    example: str = "",
    reading: str = "",
    languages: str = "",
    examples: bool = False,
) -> str:
    """Render an answer without hits: that there is none, why, and what comes closest.

    Args:
        answer: the answer.
        language: the language of the texts around what is quoted.
        example: an example question, where none was asked.
        reading: the reading of the question, on one line.
        languages: the names of the policies' languages, where the question is in another.
        examples: whether buttons with example questions follow.
    """
    reason = answer.reason or "nothing_similar_enough"
    closest = answer.certainty == "closest"
    refused = "refused_closest" if closest else f"refused_{reason}"
    lines = [f"<b>{say(language, refused, example=example)}</b>"]
    lines += _why(answer, language, reason)
    if reading:
        lines.append(say(language, "read_as", reading=clip(reading, LINE_LIMIT)))
    if answer.asked_of:
        names = ", ".join(label(language, "quoted", words=name) for name in answer.asked_of)
        lines.append(say(language, "asked_of", names=clip(names, LINE_LIMIT)))
    if answer.unheld:
        lines.append(escape(unheld_line(answer, language)))
    if languages:
        lines.append(say(language, "languages_here", languages=languages))
    covers = not closest and reason != "empty_corpus"
    foot = ["", coverage(answer.index, language)] if covers else []
    foot += ["", say(language, "examples")] if examples else []
    if closest:
        lines += ["", say(language, "closest"), ""]
        left = MESSAGE_LIMIT - units(plain("\n".join([*lines, *foot])))
        shown = answer.near_misses[:CLOSEST]
        for number, hit in enumerate(shown, start=1):
            lines += _near(hit, number, language, left // len(shown) - 2)
            lines += [""] if number < len(shown) else []
    elif answer.near_misses:
        lines += ["", say(language, "near_misses")]
        for number, hit in enumerate(answer.near_misses[:LIST_PAGE], start=1):
            lines.append(f"{number}. {entry_line(hit, language)}")
    return "\n".join([*lines, *foot])


def shown_near(answer: Answer) -> tuple[Hit, ...]:
    """Return the policies that a refusal shows, in order."""
    return answer.near_misses[: CLOSEST if answer.certainty == "closest" else LIST_PAGE]


def unheld_line(answer: Answer, language: Language) -> str:
    """Return the line naming the question's words that no passage contains, as plain text."""
    words = ", ".join(label(language, "quoted", words=word) for word in answer.unheld)
    return label(language, "unheld", words=clip(words, LINE_LIMIT))


def _why(answer: Answer, language: Language, reason: str) -> list[str]:
    if reason not in ("no_policy_matches_filters", "unknown_issuer"):
        return []
    unknown = ", ".join(answer.reading.unknown_issuers)
    if unknown:
        lines = [say(language, "no_issuer", name=clip(unknown, TITLE_LIMIT))]
        nearest = ", ".join(answer.reading.nearest)
        meant = say(language, "nearest_issuer", name=clip(nearest, TITLE_LIMIT)) if nearest else ""
        return [line for line in [*lines, meant] if line]
    if answer.empty_filter in _FILTERS:
        return [
            say(language, "emptied_by", filter=label(language, f"filter_{answer.empty_filter}"))
        ]
    return []


def _near(hit: Hit, number: int, language: Language, limit: int) -> list[str]:
    """Return a policy that may answer as a small card, within ``limit`` code units.

    Of a passage that is too long, the best sentence is shown, or its beginning.
    """
    title, facts = policy_lines(hit.policy, language)
    mark = state_mark(hit, language)
    lines = [f"{number}. {title}", facts + (f" · {escape(mark)}" if mark else "")]
    left = limit - units(plain("\n".join(lines))) - 3
    if hit.quotes and left > 1:
        quote = hit.quotes[0]
        text = quote.passage.text
        sentences = [text[start:end] for start, end in quote.highlights]
        shown = next((part for part in (text, *sentences) if units(part) <= left), None)
        if shown is not None:
            lines.append(f"<blockquote>{escape(shown)}</blockquote>")
        elif left > LINE_LIMIT:
            part = split(text, first=left - 1)[0]
            lines.append(f"<blockquote>{part.html}</blockquote>…")
    return lines


def coverage(index: IndexInfo, language: Language) -> str:
    """Return how many policies there are, and from which year to which.

    Only years are given: the index does not know the precision of its first and last date.
    """
    if not index.documents:
        return say(language, "coverage_none")
    if index.first is None or index.last is None:
        return say(language, "coverage_undated", policies=index.documents)
    first, last = index.first.year, index.last.year
    key = (
        "coverage_one" if index.documents == 1 else "coverage_year" if first == last else "coverage"
    )
    return say(language, key, policies=index.documents, first=first, last=last)
