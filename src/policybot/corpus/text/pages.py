"""Map spans of a policy's text to the pages of its source.

An import records the first words of each page, so that people can see where a page begins and edit
the rest of the text. Pages are located by searching for those words in order. Where a person
changed them, the text from there on belongs to a range of pages: "pages 2-3".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from policybot.model import Policy, Span

_SIZES = (20, 40, 80, 160)
"""Lengths tried for a page's first words, in characters, until they are unique in the text."""

_MOST = _SIZES[-1]

_WHITE = re.compile(r"\s+")
_ONE_PAGE = re.compile(r"page ([0-9]{1,4})")


def first_words(body: str, starts: Sequence[tuple[int, int]]) -> tuple[tuple[int, str], ...]:
    """Return for each page the words by which its beginning can be located.

    Args:
        body: The text of the document.
        starts: Each page's number and the offset in the text where it begins, in order.

    Returns:
        Page numbers and words; the words are empty if even the longest try is not unique.
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
    """Return the first ``size`` characters, extended to the end of a word in Latin letters."""
    while size < min(len(text), 2 * _MOST) and text[size - 1].isascii() and text[size] != " ":
        size += 1
    return text[:size].strip()


def _find(body: str, words: str, after: int) -> int:
    pattern = r"\s+".join(map(re.escape, words.split()))
    match = re.compile(pattern).search(body, after) if pattern else None
    return match.start() if match else -1


def lost_pages(policy: Policy) -> list[int]:
    """Return the pages whose first words are no longer in the policy's text, in order."""
    pages = policy.source.pages if policy.source else ()
    known = {page for _, page in _places(policy)}
    return [page for page, words in pages if words and page not in known]


def page_finder(policy: Policy) -> Callable[[int, int], Span | None]:
    """Return a function from a span of the policy's text (start, end) to its first and last page.

    The last page is included. The function returns None where the source has no pages.
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
    """Return the lowest OCR confidence (0 to 1) of some pages; None if none was recognised."""
    recognised = policy.source.machine_read if policy.source else ()
    if pages is None:
        return None
    return min(
        (page.confidence for page in recognised if pages[0] <= page.page <= pages[1]), default=None
    )


def _places(policy: Policy) -> list[tuple[int, int]]:
    """Return the offset in the text at which each located page begins, with its number."""
    places: list[tuple[int, int]] = []
    after = 0
    for page, words in policy.source.pages if policy.source else ():
        at = _find(policy.body, words, after)
        if at >= 0:
            places.append((at, page))
            after = at + 1
    return places
