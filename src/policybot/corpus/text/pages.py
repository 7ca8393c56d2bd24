"""Which pages of its source a stretch of a policy's text stands on.

An import keeps for each page the words that it begins with, so that a person can read where a page
begins, and may edit the rest of the text. The pages are found again by looking for those words one
after another. Where a person changed them, the page before is told as a range: "pages 2-3".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from policybot.model import Policy, Span

_SIZES = (20, 40, 80, 160)
"""Characters of a page's first words: as few as stand nowhere else in the text."""

_MOST = _SIZES[-1]

_WHITE = re.compile(r"\s+")
_ONE_PAGE = re.compile(r"page ([0-9]{1,4})")


def first_words(body: str, starts: Sequence[tuple[int, int]]) -> tuple[tuple[int, str], ...]:
    """Return for each page with text the words that tell where it begins.

    Args:
        body: The text of the document.
        starts: Each page's number and the place in the text where it begins, in order.

    Returns:
        Numbers and words; the words are empty where so many stand elsewhere too.
    """
    flat = _WHITE.sub(" ", body)
    return tuple((page, _words_at(body, start, flat)) for page, start in starts)


def _words_at(body: str, start: int, flat: str) -> str:
    rest = _WHITE.sub(" ", body[start : start + 4 * _MOST]).strip()
    for size in _SIZES:
        words = _to_word_end(rest, size)
        if flat.count(words) == 1:
            return words
    return ""


def _to_word_end(text: str, size: int) -> str:
    """Return at least so many characters, and the rest of a word of letters that is begun."""
    while size < min(len(text), 2 * _MOST) and text[size - 1].isascii() and text[size] != " ":
        size += 1
    return text[:size].strip()


def _find(body: str, words: str, after: int) -> int:
    pattern = r"\s+".join(map(re.escape, words.split()))
    match = re.compile(pattern).search(body, after) if pattern else None
    return match.start() if match else -1


def lost_pages(policy: Policy) -> list[int]:
    """Return the pages whose first words the policy's text has no more where they should be."""
    pages = policy.source.pages if policy.source else ()
    known = {page for _, page in _places(policy)}
    return [page for page, words in pages if words and page not in known]


def page_finder(policy: Policy) -> Callable[[int, int], Span | None]:
    """Return a function that gives the first and the last page of a stretch of the policy's text.

    Both ends of the range are included. It gives None where the source has no pages.
    """
    lines = (policy.source.lines if policy.source else None) or ""
    if (single := _ONE_PAGE.fullmatch(lines)) is not None:
        only = int(single[1]), int(single[1])
        return lambda _start, _end: only
    if policy.source is None or not policy.source.pages:
        return lambda _start, _end: None
    numbers = [page for page, _ in policy.source.pages]
    places = _places(policy)
    starts = [start for start, _ in places]

    def pages(start: int, end: int) -> Span:
        first, after = bisect_right(starts, start), bisect_left(starts, end)
        lowest = places[first - 1][1] if first else numbers[0]
        highest = numbers[-1]
        if after < len(places):  # the last page before the next one that is found
            highest = numbers[max(0, bisect_left(numbers, places[after][1]) - 1)]
        return lowest, max(lowest, highest)

    return pages


def least_confidence(policy: Policy, pages: Span | None) -> float | None:
    """Return how surely the least sure of some pages was read by a machine; None if none was."""
    read = policy.source.machine_read if policy.source else ()
    if pages is None:
        return None
    return min((one.confidence for one in read if pages[0] <= one.page <= pages[1]), default=None)


def _places(policy: Policy) -> list[tuple[int, int]]:
    """Return where pages begin in the text, with their numbers, in order."""
    found: list[tuple[int, int]] = []
    after = 0
    for page, words in policy.source.pages if policy.source else ():
        at = _find(policy.body, words, after)
        if at >= 0:
            found.append((at, page))
            after = at + 1
    return found
