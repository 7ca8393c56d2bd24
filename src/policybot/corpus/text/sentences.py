"""Split text into sentences, clauses and words, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policybot.model import Span

_CLOSERS = r"[\"'”’」』）)\]】》〉]*"
_END = re.compile(
    rf"[.!?。！？；｡…](?:(?<=[.!?])[.!?]*{_CLOSERS}(?=\s|$)|(?<=[。！？；｡…])[。！？；｡…]*{_CLOSERS})"
)
"""It starts with a character class rather than alternatives, which makes the search fast."""
_CLAUSE_END = re.compile(rf"[,;:]{_CLOSERS}(?=\s|$)|[，；：、。！？…]+{_CLOSERS}|\s[–—-]\s|——")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

# No sentence ends after these, whatever follows.
_TITLES_TEXT = (
    "mr mrs ms dr prof st hon gov sen rep gen col lt capt sgt rev pres e.g i.e eg ie cf vs viz"
    " approx ca al ibid resp incl excl"
)
_TITLES = frozenset(_TITLES_TEXT.split())
# No sentence ends after these when a number follows.
_BEFORE_NUMBER_TEXT = (
    "no nos nr art arts sec secs fig figs eq vol vols ch chap para paras p pp pt pts cl app tab"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
_BEFORE_NUMBER = frozenset(_BEFORE_NUMBER_TEXT.split())
_CODE = re.compile(r"[A-Z][\w&]*/\S*[0-9]")
# After "U.S." a sentence ends only where one of these begins the next.
_STARTERS_TEXT = (
    "the this these those it its in on at by for from to a an we they he she there here when while"
    " if as after before however moreover therefore thus all each every no both such under"
)
_STARTERS = frozenset(_STARTERS_TEXT.split())
_WORD_BEFORE = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]+$")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Z]")
# "1." or "(2)" or （三） or 四、 opens an item of a list after a sentence or a colon.
_ITEM = re.compile(
    rf"[.!?:;。：；！？](?:(?<=[:;。：；！？])|\s)\s*(?="
    rf"[0-9]{{1,3}}[.)](?=\s+[^\W\d_])|\([0-9a-z]{{1,3}}\)(?=\s)"
    rf"|[0-9]{{1,2}}[．、](?=\s*[^\W\d_])|[（(][0-9一二三四五六七八九十]{{1,3}}[）)](?=[{_HAN}])"
    rf"|[一二三四五六七八九十]{{1,3}}、)"
)
_ITEM_NUMBER = re.compile(r"(?:^|[.:;!?]\s+|[。：；！？:;]\s*|\n\s*)[0-9]{1,3}$")
# A line that begins so is a row or an item: it begins a sentence, and its line break ends one.
_ROW = re.compile(r"[ \t]*\|")
_BULLET = re.compile(rf"[ \t]*(?:[-*+•·]\s|[0-9]{{1,3}}[.)、．]\s*\S|[（(][0-9{_HAN}]{{1,3}}[）)])")
_FENCE = re.compile(r"[ \t]{0,3}(?:`{3,}|~{3,})")


def sentence_spans(text: str) -> list[Span]:
    """Return the sentences of a text as spans, in order.

    Every character that is not white space is in exactly one span, and no span begins or ends with
    white space. Numbered items inside a paragraph, list items and table rows begin a sentence; a
    row of a table and a line of a code fence is one sentence.
    """
    return _between(text, _sentence_breaks(text))


def clause_spans(text: str) -> list[Span]:
    """Return the clauses of a text as spans, covering it as :func:`sentence_spans` does."""
    return _between(text, (match.end() for match in _CLAUSE_END.finditer(text)))


def word_spans(text: str) -> list[Span]:
    """Return the words of a text, separated by white space, as spans."""
    return [match.span() for match in re.finditer(r"\S+", text) if match.group().strip()]


def _between(text: str, breaks: Iterable[int]) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for end in sorted({*breaks, len(text)}):
        piece = text[start:end]
        words = piece.strip()
        if words:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(words)))
        start = end
    return spans


def _sentence_breaks(text: str) -> set[int]:
    breaks: set[int] = set()
    whole: list[Span] = []  # lines that hold no sentence end of their own
    fenced = False
    at = 0
    for line in text.split("\n"):
        begin, at = at, at + len(line) + 1
        is_fence = bool(_FENCE.match(line))
        if fenced or is_fence or _ROW.match(line):
            whole.append((begin, at))
            breaks |= {begin, min(at, len(text))}
        elif _BULLET.match(line):
            breaks.add(begin)
        fenced ^= is_fence
    places = [match.end() for match in _ITEM.finditer(text)]
    places += [match.end() for match in _END.finditer(text) if _ends_sentence(text, match)]
    lines = iter(whole)
    line_begin, line_end = next(lines, (len(text), len(text)))
    for place in sorted(places):
        while place >= line_end < len(text):
            line_begin, line_end = next(lines, (len(text), len(text)))
        if not line_begin <= place < line_end:
            breaks.add(place)
    return breaks


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark[0] != "." or mark.startswith(".."):
        # An ellipsis inside a sentence goes on with a small letter.
        following = text[match.end() : match.end() + 2].strip()
        return not (mark.startswith(("..", "…")) and following[:1].islower())
    before = text[max(0, match.start() - 40) : match.start()]
    following = text[match.end() : match.end() + 40].lstrip()
    if not following:
        return True
    if _ITEM_NUMBER.search(before) and mark == ".":
        return False
    if following[0].islower():
        return False
    word = _WORD_BEFORE.search(before)
    if word is None:
        return True
    name = word.group()
    if name.casefold() in _TITLES:
        return False
    numbered = following[0] in "0123456789[〔(" or _CODE.match(following)
    if name.casefold() in _BEFORE_NUMBER and numbered:
        return False
    if _INITIALS.fullmatch(name):
        next_word = re.match(r"[A-Za-z]+", following)
        return next_word is None or next_word.group().casefold() in _STARTERS
    return True
