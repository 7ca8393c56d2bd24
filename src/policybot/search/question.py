"""A question read into filters, an intent and a topic: deterministic, and able to say why."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.corpus.dates import find_unreadable_dates
from policybot.corpus.issuers import IssuerBook
from policybot.index.filters import any_number
from policybot.model import Filters, Hint, Intent, Reading
from policybot.search import bodies, chinese, cues
from policybot.search.chinese_dates import PLAN_NAME, plan_period_marks
from policybot.search.filters import (
    dates_in_words,
    issuers_in_words,
    order_in_words,
    phrases_in_words,
)
from policybot.search.jointly import TOGETHER, Bodies, Together, cut_together
from policybot.search.kinds import is_made_of, kinds_asked
from policybot.search.marks import (
    DATE,
    EDGES,
    ISSUER,
    NUMBER,
    PHRASE,
    UNKNOWN,
    Mark,
    Marked,
    clean,
    lower,
    mark,
)
from policybot.search.mentions import Mentions, cut_mentions
from policybot.search.numbers import issuing as of_numbers
from policybot.search.numbers import number_marks
from policybot.search.ordering import Wanted, cut_ordering
from policybot.search.periods import (
    Period,
    combined,
    date_marks,
    filtering,
    read_periods,
    with_short_periods,
)
from policybot.search.topic import cut_topic, has_content
from policybot.simplified import simplified

_PHRASE = re.compile(
    r"\"([^\"]{2,200})\"|“([^”]{2,200})”|«([^»]{2,200})»|「([^」]{2,200})」|『([^』]{2,200})』|《([^》]{2,200})》"
)
_SHORT_WORDS = 30
"""A question of up to as many words is read as a whole."""

_FEW_WORDS = 6
"""Of a longer topic, "what measures …" asks for what policies say, not for documents."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a marked question turned out to say, before the topic is cut out of it."""

    marked: Marked
    text: str
    periods: tuple[Period, ...]
    hard_periods: tuple[Period, ...]
    issuing: tuple[str, ...]
    saying: tuple[str, ...]
    lists: bool
    together: Together | None = None
    number: Bodies | None = None
    mentions: Mentions | None = None
    wanted: Wanted = Wanted()  # noqa: RUF009 (frozen)


def read_question(question: str, book: IssuerBook, *, today: dt.date) -> Reading:
    """Read ``question`` against the issuers the corpus knows.

    ``today`` is what "last year" is relative to. The same question, issuers and day always give
    the same reading. Never raises for any text.
    """
    text = clean(question)
    plain = simplified(text)  # of the same spans
    quoted = [
        (m.span(), next(filter(None, m.groups())).strip(EDGES)) for m in _PHRASE.finditer(text)
    ]
    phrases = [
        Mark("phrase", span, words)
        for span, words in quoted
        if words
        and not PLAN_NAME.fullmatch(simplified(words))
        and not chinese.is_term(plain, *span)
    ]
    known = bodies.issuer_marks(text, book)
    numbers = number_marks(plain, known)
    plans, dates = plan_period_marks(text), date_marks(text, today)
    others = bodies.unknown_marks(text, book, [*known, *plans, *dates])
    marked = mark(text, [*plans, *phrases, *numbers, *known, *dates, *others])
    return _assemble(question, _parts(marked), book)


def _parts(marked: Marked) -> _Parts:
    """Understand a marked question, once what has a module of its own is cut out of it."""
    parts = _understand(marked)
    if len(marked.text.split()) > _SHORT_WORDS:
        return parts
    marked, wanted = cut_ordering(marked, lists=parts.lists)
    if wanted != Wanted():
        parts = _understand(marked)
        parts = dataclasses.replace(parts, wanted=wanted, lists=parts.lists or wanted.lists)
    rest, together, number = cut_together(marked)
    if together:
        without = _understand(rest)
        if without.lists or bodies.known(without.issuing):
            marked = rest
            parts = dataclasses.replace(without, wanted=wanted, together=together, number=number)
    rest, mentions = cut_mentions(marked)
    if mentions:
        without = _understand(rest)
        if without.lists or without.issuing or re.search(PHRASE, marked.text):
            parts = dataclasses.replace(
                without,
                wanted=wanted,
                together=parts.together,
                number=parts.number,
                mentions=mentions,
            )
    return parts


def _understand(marked: Marked) -> _Parts:
    text = _asking(lower(marked.text))
    if cues.tells_a_story(text):
        return _Parts(marked, text, (), (), (), (), lists=False)
    asked, one = cues.LIST.search(text), cues.FIND.search(text)
    lists = asked is not None and not (one and one.start() < asked.end())
    periods = read_periods(marked, text)
    hard = filtering(periods, text, marked.text, lists=lists)
    issuing, saying = bodies.attributed(with_short_periods(text, periods))
    issuing = list(dict.fromkeys([*issuing, *of_numbers(text)]))
    unwanted = set(bodies.unwanted(text))
    issuing = [sign for sign in issuing if sign not in unwanted]
    return _Parts(marked, text, tuple(periods), tuple(hard), tuple(issuing), tuple(saying), lists)


def _asking(text: str) -> str:
    """Blank all of a long text but the sentence that asks; what it tells beside that is topic."""
    if len(text.split()) <= _SHORT_WORDS:
        return text
    sentences = list(re.finditer(r"[^.?!。？！]+[.?!。？！]*", text))
    asking = next(
        (s for s in sentences if re.search("[?？]", s[0])), sentences[0] if sentences else None
    )
    if asking is None:
        return text
    return " " * asking.start() + asking[0] + " " * (len(text) - asking.end())


def _assemble(question: str, parts: _Parts, book: IssuerBook) -> Reading:
    marked, text = parts.marked, parts.text
    notes: list[str] = []
    hard_periods, issuing = list(parts.hard_periods), list(parts.issuing)
    counted = parts.together is not None or parts.wanted != Wanted()
    topic = cut_topic(marked, hard_periods, issuing, lists=parts.lists, counted=counted)
    if not has_content(topic, marked):
        # Nothing but dates and bodies is left: they are what is asked for.
        hard_periods = hard_periods or [p for p in parts.periods if p.kind != "target"]
        issuing = issuing or re.findall(ISSUER, text)
        # "MIIT's plans for 2014": issued by it, and about that year.
        taken = {p.span for p in hard_periods}
        targets = [p for p in parts.periods if p.kind == "target" and p.span not in taken]
        topic = " ".join(_dates(marked, period) for period in targets)
    named = [*parts.issuing, *parts.saying, *(() if topic else re.findall(UNKNOWN, text))]
    unknown = [marked.name(sign) for sign in bodies.unknown(named)]
    names = [marked.name(sign) for sign in bodies.known(issuing)]
    for found in cues.WITH_CHILDREN.finditer(text):
        if found[1] in issuing:
            names += book.children(marked.name(found[1]))
            notes.append(f"{marked.name(found[1])}: with the bodies under it")
    without = [marked.name(sign) for sign in bodies.unwanted(text)]
    names = [name for name in dict.fromkeys(names) if name not in without]
    (since, until), pieces = combined(hard_periods, text)
    numbers = [marked.name(sign) for sign in re.findall(NUMBER, text)]
    phrases = tuple(marked.name(sign) for sign in re.findall(PHRASE, text))
    filters = Filters(
        issuers=tuple(names),
        since=since,
        until=until,
        number=any_number(numbers),
        phrases=phrases,
        joint=parts.together == "joint"
        or (len(bodies.known(issuing)) > 1 and TOGETHER.search(text) is not None),
        alone=parts.together == "alone",
        bodies=parts.number,
        without=tuple(dict.fromkeys(without)),
        periods=pieces,
        either=parts.mentions.either if parts.mentions else (),
        absent=parts.mentions.absent if parts.mentions else (),
        untitled=parts.mentions.untitled if parts.mentions else (),
    )
    wanted = parts.wanted
    intent: Intent = "find"
    if (
        (wanted.lists or wanted.order == "relevance")
        and (parts.lists or (filters and not topic))
        and not numbers
    ):
        intent = "list"
    if parts.mentions and parts.mentions.titled:
        titled = parts.mentions.titled
        filters = dataclasses.replace(filters, titled=titled, phrases=(*phrases, *titled))
    elif (intent == "list" or (parts.lists and not numbers)) and len(topic.split()) <= _FEW_WORDS:
        filters = dataclasses.replace(filters, titled=kinds_asked(text))
        topic = "" if is_made_of(topic, filters.titled) else topic
    generic = cues.ABOUT_GENERIC.search(text) if parts.lists and not topic else None
    if generic and not filters:
        topic = generic[1]
    searched = topic
    if phrases:
        searched = cut_topic(
            marked, hard_periods, issuing, lists=parts.lists, counted=counted, phrases=True
        )
    if topic and filters.either:
        searched = " ".join([searched, *filters.either])
    reading = Reading(
        question=question,
        filters=filters,
        intent=intent,
        topic=topic,
        unknown_issuers=tuple(dict.fromkeys(unknown)),
        compares=len(text.split()) <= _SHORT_WORDS and cues.COMPARES.search(text) is not None,
        order=wanted.order,
        count=wanted.count,
        hints=_hints(parts, hard_periods, {*names, *without}),
        search_text=chinese.searched(searched),
        unreadable_date=_unreadable(parts, hard_periods),
        includes=bodies.included(filters, book),
    )
    return explained(reading, notes)


def _unreadable(parts: _Parts, hard: list[Period]) -> str | None:
    """Return what is wrong with a date that a question of issuing demands, if it is none."""
    if hard or not (parts.lists or re.search(cues.ISSUE_VERB, parts.text)):
        return None
    found = find_unreadable_dates(parts.marked.text)
    return f"{found[0].wording}: {found[0].problem}." if found else None


def _dates(marked: Marked, period: Period) -> str:
    return marked.restore(" ".join(re.findall(DATE, marked.text[slice(*period.span)])))


def _hints(parts: _Parts, hard: list[Period], names: set[str]) -> tuple[Hint, ...]:
    """Return the bodies and the one date that are named in passing."""
    marked = parts.marked
    hints = {
        marked.name(sign): Hint(marked.wording[sign], Filters(issuers=(marked.name(sign),)))
        for sign in re.findall(ISSUER, parts.text)
        if marked.name(sign) not in names
    }
    soft = [p for p in parts.periods if p.kind in {"in", "bare"}]
    dates: list[Hint] = []
    if len(soft) == 1 and not hard:
        period = soft[0]
        wording = _dates(marked, period)
        dates.append(Hint(wording, Filters(since=period.since, until=period.until)))
    return (*hints.values(), *dates)


def explained(reading: Reading, notes: Sequence[str] = ()) -> Reading:
    """Return ``reading`` with notes that tell all it holds, those given before the others."""
    filters = reading.filters
    said = list(notes)
    issued = issuers_in_words(filters)
    if issued:
        said.append(issued)
    said += [f"{name} includes {', '.join(was)}" for name, was in reading.includes.items()]
    dated = dates_in_words(filters)
    if dated:
        said.append(f"issued {dated}")
    said += [f"prefers {hint.wording}: named, but no word of issuing" for hint in reading.hints]
    if filters.number:
        said.append(f"document number {filters.number}")
    containing = phrases_in_words(filters)
    if containing:
        said.append(containing)
    said += [f"body the corpus does not know: {name}" for name in reading.unknown_issuers]
    wanted = order_in_words(reading.order, reading.count)
    said.append(f"intent {reading.intent}" + (f", {wanted}" if wanted else ""))
    said.append(f"topic: {reading.topic}" if reading.topic else "no topic")
    return dataclasses.replace(reading, notes=tuple(said))
