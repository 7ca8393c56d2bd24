"""Required terms of a question: a policy without them is about something else, however similar.

The 13th plan is not the 12th, the work of 2013 not that of 2014, and Shanghai not Wuxi, yet their
vectors are close. Required are years; ordinals from the fourth on, and those of Chinese plans; and
names that the corpus has never seen: words with a capital that the start of a sentence does not
explain. Ages and amounts are not, as they are often the asker's own; nor is anything in a story, or
in a question of several sentences. A Chinese province that no passage names declines by itself.
``docs/calibration.md`` has the figures.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.text.language import CJK
from policybot.index.analyse import STOPWORDS, words
from policybot.index.serve.interface import Generation
from policybot.query.entities.dates_zh import PLAN_NAME
from policybot.query.query import Query
from policybot.query.text import lower
from policybot.retrieval.confidence import UNSEEN_NUMBER, HintMask, Word, rarest_weight
from policybot.retrieval.named_bodies import NamedBody, holding
from policybot.retrieval.retrieve import Candidates
from policybot.retrieval.words import stop_words
from policybot.retrieval.words.title_years import is_of_another, may_be_of

_SPAN = 20
"""Years; a policy that mentions a year before and one after, each within this distance, covers a
year: a plan of 2012 to 2020 covers 2018."""

_LEAST_ORDINAL = 4
"""First to third occur in other senses ("third parties")."""

_SENTENCE_ENDS = re.compile(r"[.?!](?=\s+\S)|[。？！](?=.)")
_TOKEN = re.compile(f"[^\\W_{CJK}]+")
_YEAR = re.compile(r"(?<![\d.,$£€¥])(?:19|20)\d\d(?![\d元万亿])(?![.,]\d)")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)|[a-z]+th")
_CHINESE_ORDINAL = re.compile(rf"{PLAN_NAME.pattern}|第[一二三四五六七八九十百]+")
_CHINESE_PLACE = re.compile(
    f"([{CJK}]{{2}}(?<![外本全各该跨出我贵那哪同其邻几多一两]))(?:省(?![钱时电水力事心])|自治[区州县])"
)
"""The end of a province's name; 市 and 县 end too many other words."""

_CHINESE_CITY = re.compile(
    f"(?:请问|在|问一下|想问)?([{CJK}]{{2}}(?<![城超上股门都夜集楼汇早菜]))市(?![场民政值面容价区委])"
)
"""A city's name at the start of a question."""

_CHINESE_NUMERALS = re.compile("[一二三四五六七八九十百]+")


def required_terms(reading: Query, question: Sequence[Word]) -> frozenset[str]:
    """Return the terms of ``question``, the content words of a reading, that are required."""
    text = reading.question
    if not asks_plainly(text):
        return frozenset()
    unseen = {word.term for word in question if not word.known}
    required = {*_numbers(text), *(term for term in _names(text) if term in unseen)}
    return frozenset(word.term for word in question if word.term in required)


def asks_plainly(text: str) -> bool:
    """Tell whether a question is one sentence and not a person's story.

    In others, many words are circumstances that no policy needs to mention.
    """
    return not (_SENTENCE_ENDS.search(text.strip()) or stop_words.tells_a_story(lower(text)))


def unseen_places(text: str, question: Sequence[Word]) -> list[str]:
    """Return the Chinese provinces of a text, and the city at its start, that no passage names.

    Chinese has no capitals, but a province's name ends as such.
    """
    unseen = {word.term for word in question if not word.known}
    city = _CHINESE_CITY.match(text)
    places = [*([city] if city else []), *_CHINESE_PLACE.finditer(text)]
    return [place[1] for place in places if place[1] in unseen]


def _numbers(text: str) -> Iterator[str]:
    """Yield the terms of years and ordinals."""
    yield from _YEAR.findall(text)
    for ordinal in _ORDINAL.findall(lower(text)):
        for term in words(ordinal):
            if term.isdigit() and int(term) >= _LEAST_ORDINAL:
                yield term
    for ordinal in _CHINESE_ORDINAL.findall(text):
        yield from filter(_CHINESE_NUMERALS.fullmatch, words(ordinal))


def _names(text: str) -> Iterator[str]:
    """Yield the terms of words that are written as names.

    A sentence begins with a capital, but a name may go on after it: "Hainan IoT plan". Where a
    function word in the middle has a capital, capitals tell nothing. An acronym is no name unless
    it has a digit: it may stand for words that the corpus does have.
    """
    tokens = _TOKEN.findall(text)
    if text.isupper() or any(
        token.istitle() and token.lower() in STOPWORDS for token in tokens[1:]
    ):
        return
    goes_on = any(map(str.isupper, "".join(tokens[1:2])))
    for place, token in enumerate(tokens):
        code = token.isupper() and not token.isalpha()
        if code or (token.istitle() and token.isalpha() and (place or goes_on)):
            yield from words(token)


def lacking(
    generation: Generation,
    question: Sequence[Word],
    required: frozenset[str],
    hints: Sequence[HintMask],
    candidates: Candidates,
    named: Sequence[NamedBody] = (),
) -> NDArray[np.float64]:
    """Return for each candidate the share of the question that its policy lacks, in [0, 1].

    It is that of the ``required`` words which none of the policy's candidates hold, weighted by
    inverse document frequency, required ones several times. A policy holds the year of its date
    and those that it mentions, but neither where its title says that it is of another,
    and the words of a hint that it fits. The bodies ``named`` weigh like a word never seen.
    """
    if not (named or (required and question)) or not len(candidates):
        return np.zeros(len(candidates))
    weights = [_weight(word, required) for word in question]
    policies, owner = np.unique(candidates.policies, return_inverse=True)
    one_year = sum(_is_year(term) for term in required) == 1  # two name a period of their own
    missing = np.zeros(len(policies))
    for word, weight in zip(question, weights, strict=True):
        if word.term in required:
            having = _policies_with(generation, word.term, candidates.passages, owner)
            hinted = [hint for hint in hints if word.term in hint.terms]
            for hint in hinted:
                having |= hint.policies[policies]
            if _is_year(word.term):
                if one_year and not having.all():
                    having |= _spanning(generation, int(word.term), policies, candidates, owner)
                having = _matters_of(generation, word.term, policies, having)
                for hint in hinted:
                    having |= hint.policies[policies] & hint.of_days
            missing += weight * ~having
    for body in named:
        weight = UNSEEN_NUMBER * rarest_weight(generation)
        weights.append(weight)
        missing += weight * ~holding(generation, body, candidates.passages, policies, owner)
    return (missing / sum(weights))[owner]


def _weight(word: Word, required: frozenset[str]) -> float:
    number = any(map(str.isdigit, word.term))
    counted = not word.known and number  # content_words counts an unseen number as often already
    return word.weight * (UNSEEN_NUMBER if word.term in required and not counted else 1)


def _policies_with(
    generation: Generation, term: str, passages: NDArray[np.int64], owner: NDArray[np.int64]
) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = np.bincount(owner, generation.holds(term, passages)) > 0
    return held


def _is_year(term: str) -> bool:
    return _YEAR.fullmatch(term) is not None


def _of_year(generation: Generation, year: int, policies: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which policies may be dated in a year."""
    since, until = generation.policy_first[policies], generation.policy_last[policies]
    first, last = _days(year)
    dated: NDArray[np.bool_] = (since > 0) & (since <= last) & (until >= first)
    return dated


def _spanning(
    generation: Generation,
    year: int,
    policies: NDArray[np.int64],
    candidates: Candidates,
    owner: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which policies have years (or their date) both before and after a year."""
    first, last = _days(year)
    after = generation.policy_first[policies] > last
    after |= _of_years(generation, range(year + 1, year + _SPAN + 1), candidates, owner)
    if not after.any():
        return after
    until = generation.policy_last[policies]
    before = (until > 0) & (until < first)
    before |= _of_years(generation, range(year - _SPAN, year), candidates, owner)
    return after & before


def _matters_of(
    generation: Generation,
    year: str,
    policies: NDArray[np.int64],
    mentioned: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which policies are of a year: those that mention it, and those dated in it.

    Neither is one whose title says that its matter is of other years.
    """
    dated = _of_year(generation, int(year), policies)
    either = np.flatnonzero(mentioned | dated)
    titles = generation.titles(policies[either].tolist())
    held = np.zeros(len(policies), np.bool_)
    for place, title in zip(either.tolist(), titles, strict=True):
        last = dt.date.fromordinal(max(1, int(generation.policy_last[policies[place]]))).year
        of_date = dated[place] and not is_of_another(title, year, last)
        held[place] = of_date or (mentioned[place] and may_be_of(title, year))
    return held


def _of_years(
    generation: Generation, years: range, candidates: Candidates, owner: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which policies mention any of the years."""
    terms = list(map(str, years))
    having = np.zeros(int(owner.max()) + 1, np.bool_)
    for term, frequency in zip(terms, generation.document_frequencies(terms), strict=True):
        if frequency:
            having |= _policies_with(generation, term, candidates.passages, owner)
    return having


def _days(year: int) -> tuple[int, int]:
    return dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
