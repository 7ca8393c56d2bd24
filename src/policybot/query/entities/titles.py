"""Policies that a question names by their whole titles, compared word by word."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from policybot.model import Span
from policybot.query.entities.codes import CALLED, with_year
from policybot.query.entities.entity import Entity
from policybot.query.text import Text, read_text
from policybot.query.vocabulary import Vocabulary

_SHORTEST = 2, 6
"""The fewest words of a Latin and characters of a Chinese title; a shorter one is a topic."""

_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")
_YEARS = re.compile(
    r" ?[(（\[〔](?:[^()（）\[\]〔〕]*\d{4}[^()（）\[\]〔〕]*|试行|暂行|trial|provisional)[)）\]〕]"
)
_RANGE = re.compile(r"(?P<first>\d{4})年?[-–—~至到]+(?P<last>\d{4})年?")
"""The years of a plan, as a title has them in brackets and a question without."""
_PARTS = re.compile(
    r".*?关于(?P<inner>.*?)(?P<end>的(?:通知|意见|公告|通告|决定|批复|函))?", re.DOTALL
)
"""A Chinese title: its subject after 关于, and its last noun."""
_GOES_ON = re.compile(
    r"的?(?:实施|细则|补充|修订|修正|解读|通知|意见|办法|规划|纲要|方案)| (?:of|for|on|de|para)\b"
)
_BEFORE_HAN = re.compile(r"[\u4e00-\u9fff]$")
_MAY_STAND_BEFORE = re.compile(
    r"(?:[的是和与及或在对按看找查问讲说有]|关于|根据|依据|按照|介绍|一下|总结|概括|解读|哪年|发布)$"
)


def find(text: Text, vocabulary: Vocabulary) -> list[Entity]:
    """Return an entity for every title in a question that is not part of a longer name.

    Its value is the ordinals of the policies with that title, in order. A question may omit the
    bracketed years of a title, but not change them. Longer titles come first; they may overlap.
    """
    candidates = vocabulary.titles_near(text.printed)
    titles: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for ordinal, title in candidates:
        for name in _names(title):
            title_words = _words_of_title(name)
            if title_words and len(title_words) >= _SHORTEST[title_words[-1] >= "\u4e00"]:
                titles.setdefault(title_words, []).append((ordinal, _bracketed(name)))
    text_words = words_of(text.plain)
    entities: list[Entity] = []
    for title_words in sorted(titles, key=len, reverse=True):
        for span in _places(text, text_words, title_words):
            years = _bracketed(text.plain[slice(*span)])
            ordinals = tuple(sorted(o for o, its in titles[title_words] if years in ("", its)))
            if ordinals:
                entities.append(Entity("title", span, ordinals))
    return [*entities, *_by_number_in_title(text, candidates, vocabulary)]


_NUMBER_IN_TITLE = re.compile(
    rf"(?<![\w/-])(?P<kind>[^\W\d_]+(?:-[^\W\d_]+)*){CALLED} ?(?P<number>\d{{1,7}})"
    r" ?(?:of|de|del|/) ?(?P<year>(?:19|20)\d\d)(?![\w/-])"
)
_LEAD = 40
"""Characters of a title within which its number begins."""


def _by_number_in_title(
    text: Text, candidates: Sequence[tuple[int, str]], vocabulary: Vocabulary
) -> Iterator[Entity]:
    """Yield the policies whose titles begin with a number that a question gives.

    "Circular No 2 of 2017", where the number itself is written otherwise (BCLB/2/2017).
    """
    dated = any(map(str.isdigit, text.plain))
    asked_for = [*_NUMBER_IN_TITLE.finditer(text.plain)] if dated else []
    titles: dict[tuple[str, ...], list[int]] = {}
    for ordinal, title in candidates if asked_for else ():
        if (name := _NUMBER_IN_TITLE.search(title.lower())) and name.start() < _LEAD:
            titles.setdefault(name.groups(), []).append(ordinal)
    for asked in asked_for if titles else ():
        number = with_year(f"{asked['kind']} {asked['number']}", asked["year"])
        written = number if "/" not in asked[0] else asked[0]
        held = titles.get(asked.groups())
        if held and not (vocabulary.count_numbered(number) or vocabulary.count_numbered(written)):
            yield Entity("title", asked.span(), tuple(sorted(held)))


def words_of(text: str) -> list[tuple[str, Span]]:
    """Return the words of a text with their spans; in Chinese, the characters.

    Bracketed years and articles are omitted.
    """
    plain = _YEARS.sub(lambda words: " " * len(words[0]), read_text(text).plain)
    words = [(match[0], match.span()) for match in _WORD.finditer(plain)]
    return [(word, span) for word, span in words if word not in {"the", "a", "an"}]


@functools.lru_cache(maxsize=1024)
def _words_of_title(name: str) -> tuple[str, ...]:
    return tuple(word for word, _ in words_of(name))


def without_years(name: str) -> tuple[str, str]:
    """Return a title as the question has it, and the same without its years."""
    return name, re.sub(rf" ?[(\[〔（]?{_RANGE.pattern}[)\]〕）]?", "", name)


def _names(title: str) -> Iterator[str]:
    """Yield a title, and its subject if that contains years: 关于2016-2020年…的通知."""
    yield title
    parts = _PARTS.fullmatch(title) if "关于" in title else None
    if parts and _RANGE.search(_YEARS.sub(" ", parts["inner"])):
        yield parts["inner"] + (parts["end"] or "")
        if parts["end"]:
            yield parts["inner"]


def _bracketed(text: str) -> str:
    """Return the years in the brackets of a title, or else at its start or end, as one text."""
    years = [year for part in _YEARS.findall(text) for year in re.findall(r"\d{4}", part)]
    bare = None if years else _RANGE.match(text) or re.search(rf"{_RANGE.pattern}$", text)
    return " ".join([bare["first"], bare["last"]] if bare else years)


def _places(
    text: Text, text_words: Sequence[tuple[str, Span]], title: Sequence[str]
) -> Iterator[Span]:
    """Yield the spans of a title in a text, with its years and quotation marks."""
    for at in range(len(text_words) - len(title) + 1):
        if any(word != text_words[at + i][0] for i, word in enumerate(title)):
            continue
        start, end = text_words[at][1][0], text_words[at + len(title) - 1][1][1]
        years = _YEARS.match(text.printed, end)
        end = years.end() if years else end
        after = _RANGE.match(text.printed, end + (text.printed[end : end + 1] == " "))
        before = re.search(rf"{_RANGE.pattern}的?$", text.printed[:start])
        spans = [(start, end)]
        if after:
            spans = [(start, after.end()), *spans]
        elif before:
            spans = [(before.start(), end), *spans]
        for span in spans:
            if _is_whole(text, *span):
                yield _with_quotes(text.printed, *span)


def _with_quotes(printed: str, start: int, end: int) -> Span:
    quoted = printed[start - 1 : start] in {"《", "“", '"', "「", "«"} and start > 0
    if quoted and printed[end : end + 1] in {"》", "”", '"', "」", "»"}:
        return start - 1, end + 1
    return start, end


def _is_whole(text: Text, start: int, end: int) -> bool:
    """Return whether a title is no part of a longer one."""
    if _GOES_ON.match(text.plain, end):
        return False
    before = text.plain[:start].rstrip('《“"「 ')
    if text.plain[start] >= "\u4e00":
        return not _BEFORE_HAN.search(before) or bool(_MAY_STAND_BEFORE.search(before))
    word = re.search(r"([\w-]+) ?$", text.printed[:start])
    return (
        word is None
        or word[1].islower()
        or word.start() == 0
        or len(_capital_before(text, start)) < 2
    )


def _capital_before(text: Text, start: int) -> str:
    """Return the word before a place, if it has a capital in the middle of a sentence."""
    word = re.search(r"(?<=[a-z,] )([A-Z][\w-]+) ?$", text.printed[:start])
    return word[1] if word else ""
