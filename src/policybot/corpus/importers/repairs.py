"""Restore lost zeros in a source by explicit rules; each change is recorded and can be undone.

A document that lost all its zeros prints 2011 as "211". Within a declared range of years, a number
in the position of a year is restored to the only year that matches without its zeros; if there is
none, or more than one, it is left as printed and reported. The other rules need evidence in the
text: a group of thousands that ends at its comma ("3, standards"), a count that the heading spells
out ("Ten Special Action Plans"), leftover markup between month and year ("July p>214").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.corpus.dates import MONTH
from policybot.model import Repair

Years = tuple[int, int]
"""The first and the last year that the document may refer to, both included."""

_NUMBER = r"(?P<n>[1-9]{1,4})(?![\w%‰]|[.,][0-9]|[-–—]\s?[0-9])"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_LEAD = (
    r"by|in|since|until|till|before|after|during|from|between|year|of|early|mid|late|through"
    r"|(?:beginning|end)\s+of"
)
_IGNORE = re.IGNORECASE
_RANGE = re.compile(
    r"(?<![\w.,$¥€£%/-])(?P<a>[1-9]{3,4})(?P<dash>\s?[-–—]\s?)(?P<b>[1-9]{1,4})(?![\w%]|[.,][0-9])"
)
_AFTER_DAY = re.compile(
    rf"\b(?:{MONTH}\s+{_DAY}|{_DAY}\s+(?:of\s+)?{MONTH})(?:\s*,\s*|\s+){_NUMBER}", _IGNORE
)
_AFTER_MONTH = re.compile(rf"\b{MONTH}(?:\s*,\s*|\s+)(?:of\s+)?{_NUMBER}", _IGNORE)
_AFTER_LEAD = re.compile(rf"\b(?:{_LEAD})[\s-]+{_NUMBER}", _IGNORE)
_IN_BRACKETS = re.compile(r"[(\[（〔【](?P<n>[1-9]{3,4})(?=[)\]）〕】])")
_BEFORE_NIAN = re.compile(r"(?<![\w.,])(?P<n>[1-9]{2,4})(?=\s?年)")
_OPENS_LINE = re.compile(r"^\s*(?P<n>[1-9]{3,4})(?=\s?[:：])")
_NUMERIC_DATE = re.compile(
    r"(?<![\w.,/-])(?P<n>[1-9]{3,4})(?=(?P<s>[-/.])[0-9]{1,2}(?P=s)[0-9]{1,2}(?![\w/-]))"
)
_NEXT_IN_LIST = re.compile(rf"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|to|through)\s+){_NUMBER}")
_ALONE = re.compile(rf"(?<![\w.,$¥€£%/\[(-]){_NUMBER}")
_MARKUP = re.compile(
    rf"\b{MONTH}\s+(?P<all></?p>\s*|/?p>\s*(?=[1-9]))(?P<n>[0-9]{{1,4}})\b", _IGNORE
)

_A_NUMBER_OF = re.compile(
    rf"(?:\b(?:nos?|arts?|articles?|sections?|chapters?|pages?|pp?|tables?|figures?|fig|items?|annex"
    rf"|documents?|phase|stage|step|level|part|type|class|grade|category|paragraphs?|{MONTH})\.?"
    r"|№|#|第|[0-9]\s*(?:,|and|or))\s*$",
    _IGNORE,
)
_UNIT = re.compile(
    r"\s*(?:%|percent|per\s+cent|million|billion|trillion|yuan|rmb|people|km|square|times)\b",
    _IGNORE,
)
_ENDING_IN_S = "is was has as this its does thus plus across towards always us"
_SMALL_WORDS = frozenset(_ENDING_IN_S.split())
_NEXT_WORD = re.compile(r"\s+([a-z][a-z-]*)\b")
_STOPS = re.compile(r"\s*(?:[.,;:!?)\]）】〕。，；：）]|$)(?!\s*[0-9])")
_THOUSANDS = re.compile(r"(?<![\w.,])(?P<n>[1-9][0-9]{0,2}),(?=\s+(?P<noun>[a-z]+s)\b)")
_BEFORE_AMOUNT = re.compile(
    r"(?:^|[,;:(]\s*|\b(?:over|about|nearly|some|than|around|approximately|least)\s+)$", _IGNORE
)
_COUNT = re.compile(
    r"(?<![\w.,$¥€£/-])(?P<n>[1-9]+)\s+(?P<noun>(?:[a-z][a-z-]*\s+){0,2}?[a-z][a-z-]*[^su\W]s)\b"
)
_WORDS = {"ten": 10, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
_WORDS |= {"seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000}


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired line; ``doubts`` report numbers left as printed, ``notes`` explain repairs."""

    text: str
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    start: int
    end: int
    after: str


class _Line:
    """A line being repaired: edits that do not overlap, and numbers that could not be decided."""

    def __init__(self, text: str, years: Years | None) -> None:
        self.text = text
        self.years = years
        self.edits: list[_Edit] = []
        self.seen: set[int] = set()  # offsets of numbers that were decided or reported
        self.doubts: list[str] = []
        self.notes: list[str] = []

    def candidates(self, digits: str) -> list[int]:
        if self.years is None:
            return []
        return years_without_zeros(digits, self.years)

    def edit(self, start: int, end: int, after: str) -> None:
        if self.text[start:end] != after:
            self.edits.append(_Edit(start, end, after))
        self.seen.update(range(start, end))

    def doubt(self, start: int, end: int, message: str) -> None:
        self.doubts.append(message)
        self.seen.update(range(start, end))


def years_without_zeros(digits: str, years: Years) -> list[int]:
    """Return the years in a range whose digits without zeros are ``digits``."""
    first, last = years
    return [year for year in range(first, last + 1) if str(year).replace("0", "") == digits]


def repair_line(
    text: str, line: int, years: Years | None, *, zeroless: bool = False, heading: str = ""
) -> Repaired:
    """Repair one line of a source.

    Args:
        text: The line as printed.
        line: Its 1-based number.
        years: The declared range; without it no digit is restored.
        zeroless: Whether the whole document has no digit 0, so that any number may have lost some.
        heading: The heading above the line, which may spell out a number.
    """
    work = _Line(text, years)
    _repair_markup(work)
    if years is not None:
        _repair_years(work)
        if zeroless:
            _repair_thousands(work)
            _repair_counts(work, heading)
    edits = sorted(work.edits)
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += [text[at : edit.start], edit.after]
        at = edit.end
    repaired = "".join([*pieces, text[at:]])
    repairs = _as_repairs(text, repaired, edits, line)
    return Repaired(repaired, repairs, tuple(work.doubts), tuple(work.notes))


def undo_repairs(text: str, repairs: Sequence[Repair]) -> str:
    """Return a repaired line as it was printed, given the repairs of that line in order.

    Raises:
        ValueError: a repair's text is not in the line.
    """
    pieces: list[str] = []
    at = 0
    for repair in repairs:
        start = text.index(repair.after, at)
        pieces += [text[at:start], repair.before]
        at = start + len(repair.after)
    return "".join([*pieces, text[at:]])


def _as_repairs(text: str, repaired: str, edits: list[_Edit], line: int) -> tuple[Repair, ...]:
    """Return the edits as repairs, with as many words before them as undoing them needs."""
    for words in range(6):
        repairs: list[Repair] = []
        at = 0
        for edit in edits:
            context = re.search(rf"(?:\S+\s+){{0,{words}}}\S*$", text[at : edit.start])
            before = context.group() if context and words else ""
            printed = text[edit.start : edit.end]
            repairs.append(Repair(before + printed, before + edit.after, line))
            at = edit.end
        try:
            if undo_repairs(repaired, repairs) == text:
                return tuple(repairs)
        except ValueError:
            continue
    return (Repair(text, repaired, line),)


def _repair_markup(work: _Line) -> None:
    for match in _MARKUP.finditer(work.text):
        digits = match["n"]
        candidates = [int(digits)] if len(digits) == 4 else work.candidates(digits)
        if len(candidates) == 1:
            work.edit(match.start("all"), match.end("n"), str(candidates[0]))
        else:
            message = f"{match.group()!r} holds a leftover of markup and no certain year"
            work.doubt(match.start("all"), match.end("n"), message)


def _repair_years(work: _Line) -> None:
    text = work.text
    for match in _NUMERIC_DATE.finditer(text):
        _decide(work, match, weak=False, must_be_year=True)
    for match in _RANGE.finditer(text):
        if not _A_NUMBER_OF.search(text[: match.start()]):
            _decide_range(work, match)
    for match in _AFTER_DAY.finditer(text):
        _decide(work, match, weak=False, must_be_year=True)
    for pattern in (_OPENS_LINE, _AFTER_MONTH, _IN_BRACKETS, _BEFORE_NIAN, _AFTER_LEAD):
        for match in pattern.finditer(text):
            if pattern is _AFTER_LEAD or len(match["n"]) >= 3:
                _decide(work, match, weak=len(match["n"]) < 3)
    for match in _ALONE.finditer(text):
        digits = match["n"]
        if len(digits) < 3 or match.start("n") in work.seen or not work.candidates(digits):
            continue
        if not _A_NUMBER_OF.search(text[: match.start("n")]):
            years = " or ".join(map(str, work.candidates(digits)))
            message = f"{_shown(text, match)!r} may be the year {years} or a number"
            work.doubt(*match.span("n"), message)


def _decide_range(work: _Line, match: re.Match[str]) -> None:
    first, last = work.candidates(match["a"]), work.candidates(match["b"])
    if not first or match.start() in work.seen:
        return
    if len(first) == len(last) == 1 and first < last and not _counted(work.text, match.end()):
        work.edit(*match.span(), f"{first[0]}{match['dash']}{last[0]}")
    else:
        message = f"{match.group()!r} may be a range of years, and which is not certain"
        work.doubt(*match.span(), message)


def _decide(work: _Line, match: re.Match[str], *, weak: bool, must_be_year: bool = False) -> None:
    """Restore the number of a match to a year if exactly one fits and what follows allows it.

    With ``weak``, the number has so few digits that it must end its clause to be a year.
    """
    start, end = match.span("n")
    digits = match["n"]
    if start in work.seen:
        return
    candidates = work.candidates(digits)
    shown = _shown(work.text, match)
    if not candidates:
        if must_be_year and len(digits) < 4:
            first, last = work.years or (0, 0)
            message = f"{shown!r}: no year from {first} to {last} is {digits!r} without its zeros"
            work.doubt(start, end, message)
        return
    if len(candidates) > 1:
        years = " or ".join(map(str, candidates))
        work.doubt(start, end, f"{shown!r} may be the year {years}")
    elif _counted(work.text, end) or (
        (weak or len(digits) < 3) and not _STOPS.match(work.text, end)
    ):
        work.doubt(start, end, f"{shown!r} may be the year {candidates[0]} or a number")
    else:
        work.edit(start, end, str(candidates[0]))
        following = _NEXT_IN_LIST.match(work.text, end)
        if following and work.candidates(following["n"]):
            _decide(work, following, weak=len(following["n"]) < 3)


def _counted(text: str, end: int) -> bool:
    """Return whether the word after a number shows that it is a count."""
    if _UNIT.match(text, end):
        return True
    word = _NEXT_WORD.match(text, end)
    return bool(word and word[1].endswith("s") and word[1] not in _SMALL_WORDS)


def _repair_thousands(work: _Line) -> None:
    for match in _THOUSANDS.finditer(work.text):
        before = work.text[: match.start()]
        if match.start() in work.seen or match["noun"] in _SMALL_WORDS:
            continue
        if _A_NUMBER_OF.search(before):
            continue
        shown = f"{match.group()} {match['noun']}"
        if _BEFORE_AMOUNT.search(before):
            work.edit(*match.span(), f"{match['n']},000")
            work.notes.append(
                f"{shown!r} is read as {match['n']},000, the fewest zeros that complete the group"
                f" ({match['n']}0,000 would have been printed alike)"
            )
        else:
            work.doubt(*match.span(), f"{shown!r} may have lost zeros")


def _repair_counts(work: _Line, heading: str) -> None:
    for match in _COUNT.finditer(work.text):
        noun, digits = match["noun"], match["n"]
        words = noun.split()
        if match.start() in work.seen or _SMALL_WORDS.intersection(words):
            continue
        if _A_NUMBER_OF.search(work.text[: match.start()]):
            continue
        value = _spelled_out(heading, words)
        if value is not None and str(value).replace("0", "") == digits:
            work.edit(*match.span("n"), str(value))
            work.notes.append(f"{match.group()!r} is read as {value}, as the heading spells it out")
        else:
            work.doubt(*match.span("n"), f"{match.group()!r} may have lost zeros")


def _spelled_out(heading: str, noun: Sequence[str]) -> int | None:
    """Return the number that a heading spells out before the same noun; None if there is none."""
    pattern = r"\b([A-Za-z]+)\s+" + r"\s+".join(re.escape(word) for word in noun) + r"\b"
    values = {
        _WORDS[match[1].casefold()]
        for match in re.finditer(pattern, heading, _IGNORE)
        if match[1].casefold() in _WORDS
    }
    return values.pop() if len(values) == 1 else None


def _shown(text: str, match: re.Match[str]) -> str:
    """Return a number with a few words around it, so that a person can find it."""
    start, end = match.span("n")
    words_before = re.search(r"(?:\S+\s+){0,2}\S*$", text[:start])
    words_after = re.match(r"\S*(?:\s+\S+){0,2}", text[end:])
    before = words_before.group() if words_before else ""
    return before + text[start:end] + (words_after.group() if words_after else "")
