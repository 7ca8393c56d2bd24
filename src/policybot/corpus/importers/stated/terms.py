"""Extract terms that a document states of itself: a length, a span of days, a first event.

A length (有效期五年, "valid for two years") and an event (自印发之日起, "on the day it is passed")
say nothing alone: :mod:`.derived` adds the document's dates to them. A term of something else (a
permit, a pass) is left out: the subject has to be the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import Certainty, Key, Statement
from policybot.corpus.importers.printed_dates import MONTH_NUMBERS
from policybot.corpus.importers.stated.force import (
    DATE,
    DAY_OF_WEEK,
    HAN_DATE,
    SELF_SPANISH,
    THIS,
    agreeing,
    is_own,
    is_quoted,
)
from policybot.corpus.importers.stated.lengths import HAN_LENGTH, LENGTH, length_of
from policybot.corpus.importers.stated.lines import TextLine
from policybot.corpus.importers.stated.titles import HAN_KINDS
from policybot.model import PolicyDate
from policybot.numerals import han_value
from policybot.simplified import simplified

_FORCE = "施行|实施|执行|生效|试行|实行|启用"
_HAN_SELF = rf"本[^，。；：《》]{{0,14}}?(?:{HAN_KINDS})(?:的)?"
"""The document itself: 本办法; 本市居住证 is something else."""

_HAN_BEGINS = re.compile(
    rf"(?:^|[，、。；：:（(\s条款])(?:{_HAN_SELF}[^，。；《》]{{0,6}}|现予[^，。；]{{0,8}}[，,]?|[并並])?"
    r"(?:自|从|由|于)[^，。；《》]{2,24}$"
)
"""A clause whose subject is the document, or that has none: 本办法自…起施行."""

_HAN_TERM = re.compile(
    rf"(?P<lead>{_HAN_SELF}|(?:{_FORCE}|印发|公布|发布|之日起|日起)[，,、；]?\s*|(?:^|。)\s*)"
    rf"(?:有效期限?|有效期间|试行期限?|试行|施行期限?|实施期限|执行期限?)"
    rf"(?:暂定|定|规定)?(?:为|是|：|:)?\s*{HAN_LENGTH}(?![内以后前])"
)
_HAN_EVENT = re.compile(
    rf"(?P<lead>{_HAN_SELF}|现予[^，。；《》]{{0,8}}[，,]?|(?:^|[，；。,\s（(])(?:[并並])?)"
    rf"(?:自|从|由)(?P<event>印发|发布|公布|颁布|下发|签发|发文|通过|批准|刊登)之?日(?:起)?"
    rf"(?:满)?(?:(?P<later>[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})\s*(?:日|天)(?:后|之后)(?:起)?)?"
    rf"\s*(?:正式)?(?:开始)?(?:{_FORCE})"
)
_SHORT_HAN = r"(?:[12][0-9]{3}\s*年\s*)?[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日"
_HAN_SPAN = re.compile(
    rf"(?P<own>{_HAN_SELF})?(?:有效期|执行期|施行期)?(?:限)?(?:自|从|为)\s*(?P<start>{HAN_DATE})\s*起?"
    rf"(?:{_FORCE})?\s*[，,]?\s*(?:有效期)?(?:至|到)\s*(?P<end>{_SHORT_HAN})"
    rf"\s*(?P<force>止|有效|{_FORCE})?"
)

_EVENTS = (
    ("publication", re.compile(r"publi|gazett|notified in")),
    ("entry", re.compile(r"entr|commenc|coming|comes|force|effect|vigor|vigencia")),
    ("issue", re.compile(r"issu|\bma[dk]|hereof|firma|expedici|suscripci|emisi")),
    ("", re.compile(r"approv|adopt|sign|pass|enact|ratif|aprob|sanci|promulg")),
)
"""Events by the stems of the words that name them; the last are known by their stem."""


_THING = re.compile(
    r"[Tt]h(?:is|ese)\s(?:[\w()/,-]+\s){0,4}?"
    r"(?P<kind>[A-Z]{2,6}|[Ll]icen[cs]es?|[Aa]greements?|[Ss]tatements?|[Pp]lans?|[Pp]rogram(?:me)?s?|"
    r"[Pp]ages?|[Ii]nstruments?|[Rr]eports?|[Bb]ills?|[Vv]ersions?)\b"
)
"""What may be a document and may be what one is about."""


def _itself(subject: str, rest: str) -> re.Pattern[str]:
    """Return a pattern of what is said of a subject; its own words keep their case."""
    return re.compile(f"{subject}(?i:{rest})")


_EVENT_WORDS = r"(?P<event>[^\W\d_]+(?:\s+[^\W\d_]+){0,4})"
_CLAUSE = r"(?:(?!\b(?:that|who|whose|if|which|que)\b)[^.;])"
_SINCE = (
    r"(?:\s*,?\s*(?:(?:with\s+effect|starting|commencing|beginning|counting|running|counted)\s+)?"
    rf"(?P<since>from|on|as\s+of|as\s+from|after)\s+(?:{DAY_OF_WEEK}(?P<date>{DATE})|"
    rf"(?:the\s+)?(?:(?:date|day)\s+(?:of|on\s+which|after)?\s*)?{_EVENT_WORDS}))?"
)
_TERM = _itself(
    rf"(?:{THIS}{_CLAUSE}{{0,110}}?|^(?P<bare>)(?=Valid|In force|Effective))",
    r"\b(?:"
    r"(?:valid|in\s+force|in\s+effect|effective|operative|appl(?:y|ies)|applicable|continues?|remains?|"
    r"have\s+effect|has\s+effect|lasts?|runs?|operate)"
    rf"(?:,[^,.;]{{1,60}},)?\s+(?:initially\s+|only\s+)?for\s+|(?:validity|duration|term)\s+of\s+)"
    r"(?:(?:a|an|the)\s+)?(?:(?:further|initial|maximum|fixed)\s+)?(?:(?:period|term)\s+of\s+)?"
    rf"{LENGTH}{_SINCE}",
)
_TERM_AFTER = _itself(
    THIS,
    rf"{_CLAUSE}{{0,110}}?\b(?:force|effect|operation|effective)\s+(?:on|from)\s+{DAY_OF_WEEK}"
    rf"(?P<date>{DATE}),?\s+(?:and\s+)?for\s+(?:a\s+)?(?:(?:period|term)\s+of\s+)?{LENGTH}"
    r"(?P<since>)(?P<event>)",
)
_SINCE_SPANISH = (
    r"(?:\s*,?\s*(?:contad[oa]s?\s+|computad[oa]s?\s+)?"
    rf"(?P<since>a\s+partir|desde|a\s+contar)\s+(?:del?\s+)?(?:el\s+|la\s+)?"
    rf"(?:(?P<date>{DATE})|(?:día\s+siguiente\s+(?:al?|de)\s+)?(?:del?\s+)?(?:la\s+)?(?:fecha\s+)?"
    rf"(?:del?\s+)?(?:su\s+|la\s+)?{_EVENT_WORDS}))?"
)
_TERM_SPANISH = re.compile(
    rf"(?:{SELF_SPANISH}(?i:[^.;]{{0,160}}?\b(?:vigencia|validez|duración)(?:\s+máxima)?\s+"
    rf"(?:será\s+)?(?:de|por))"
    rf"|{SELF_SPANISH}(?i:[^.;]{{0,160}}?\b(?:vigentes?|válid[oa]s?|vigor|regirán?|rige)\s+(?:durante|por))"
    rf"|(?i:\b(?:vigencia|validez)\s+del?\s+){SELF_SPANISH}(?i:[^.;]{{0,60}}?\bserá\s+(?:de|por)))"
    rf"(?i:\s+(?:(?:un|el)\s+)?(?:(?:período|periodo|plazo|término|lapso)\s+de\s+)?{LENGTH}"
    rf"{_SINCE_SPANISH})"
)
_STARTS_AT = (
    r"(?:come[s]?|coming|enter[s]?|take[s]?|in|be|is|are|shall\s+be)\s+"
    r"(?:into\s+)?(?:force|effect|operation|effective)"
)
_IMMEDIATE = _itself(
    THIS,
    rf"{_CLAUSE}{{0,110}}?\b{_STARTS_AT}\s+(?:with\s+)?(?:immediate(?:ly)?(?:\s+effect)?|forthwith|"
    r"at\s+once)\b(?!\s+(?:up)?on\b|\s+(?:after|following|when)\b)",
)
_ON_EVENT = _itself(
    THIS,
    rf"{_CLAUSE}{{0,110}}?\b{_STARTS_AT}\s+(?:immediately\s+)?(?:on|upon|from|as\s+of|as\s+from)\s+"
    rf"(?:the\s+)?(?P<next>day\s+(?:after|following)\s+)?(?:(?:date|day)\s+(?:of|on\s+which|when|that)?\s*)?"
    rf"(?:it\s+is\s+|its\s+|the\s+)?(?:date\s+of\s+)?(?:its\s+|the\s+)?(?P<event>[a-z]+(?:\s+[a-z]+){{0,2}})",
)
_ON_EVENT_SPANISH = _itself(
    SELF_SPANISH,
    r"[^.;]{0,160}?\b(?:vigor|vigencia|rige|regirán?|efectos?|aplicarán?)\s+"
    r"(?:a\s+partir\s+del?\s+|desde\s+|a\s+contar\s+del?\s+|al\s+|el\s+)?(?:la\s+|el\s+)?"
    r"(?P<next>día\s+siguiente\s+(?:al?|de)\s+(?:la\s+)?(?:del?\s+)?)?(?:mismo\s+día\s+(?:del?\s+)?)?"
    r"(?:(?:la\s+)?fecha\s+(?:del?\s+)?|día\s+(?:del?\s+)?)?"
    r"(?:su|la)\s+(?P<event>[^\W\d_]+(?:\s+[^\W\d_]+){0,2})",
)
_MONTHS = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_PART_DATE = (
    rf"(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|[º°])?(?:\s+(?:de\s+)?(?P<m>{_MONTHS}))?"
    rf"|(?P<m2>{_MONTHS})\s+(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?)"
)
_SPAN = re.compile(
    r"(?:\bfrom|\bbetween|\bdesde(?:\s+el)?|\bdel|\bentre\s+el)\s+(?:[0-9]{1,2}(?:[.:][0-9]{2})?\s?[ap]\.?m\.?\s+"
    rf"on\s+)?{DAY_OF_WEEK}(?:(?P<start>{DATE})|{_PART_DATE}),?\s+"
    rf"(?:to|until|till|through|and|hasta(?:\s+el)?|al|y\s+el)(?:\s+and\s+including)?\s+"
    rf"(?:[0-9]{{1,2}}(?:[.:][0-9]{{2}})?\s?[ap]\.?m\.?\s+on\s+)?{DAY_OF_WEEK}(?P<end>{DATE})",
    re.IGNORECASE,
)
_IN_FORCE = re.compile(
    rf"(?:{THIS}|{SELF_SPANISH})(?i:[^.;]{{0,110}}?\b(?:valid|force|effect|effective|operative|"
    rf"appl(?:y|ies)|vigentes?|vigor|vigencia|regirán?|rige|válid[oa]s?)\s*)$"
)
_GAZETTE = re.compile(
    r"gazett|official journal|register\b|diario|bolet[íi]n|gaceta|periódico|公报|政报",
    re.IGNORECASE,
)
_WORTH = re.compile(
    r"valid|force|effect|operati|appl(?:y|ies)|continue|remain|term of|duration|last|run|vigen|"
    r"efecto|vigor|regir|rige|válid|duración|aplicar",
    re.IGNORECASE,
)
_PRINTED = re.compile(rf"(?P<date>{HAN_DATE})\s*印发$")
_SHOWN_BEFORE = 80
"""How many characters before a span of days are quoted with it."""

_HAN_BEFORE = 20
_HAN_PAIR = re.compile("[\u3400-\u9fff]{2}")
_ABOUT_WORDS = 2
"""How many words of its sentence the title has at least, if it is about a span of days."""

_TITLE_WORD = re.compile(r"[^\W\d_]{4,}")


def read_terms(lines: Sequence[TextLine], title: str) -> list[Statement]:
    """Return the lengths, events and spans that a text states about its own validity."""
    terms = [*_han_terms(lines), *_terms(lines, title)]
    starts = [*_han_events(lines), *_events(lines)]
    spans = [*_han_spans(lines, title), *_spans(lines, title)]
    return [*agreeing(starts), *agreeing(terms), *spans, *_printing(lines)]


def _printing(lines: Sequence[TextLine]) -> list[Statement]:
    """Return the one day on which the text says that it was printed: 2024年7月29日印发."""
    printed = [
        _stated("printed", str(dates[0].date), line, match.group())
        for line in lines
        if (match := _PRINTED.search(line.text)) and (dates := find_dates(match["date"]))
    ]
    return printed if len({item.value for item in printed}) == 1 else []


def _han_terms(lines: Sequence[TextLine]) -> Iterator[Statement]:
    for line in lines:
        text = _plain(line.text)
        for match in _HAN_TERM.finditer(text):
            before = re.split(r"[。；]", text[: match.start()])[-1]
            lead = match["lead"]
            if is_quoted(text[: match.start()]):
                continue
            clause = f"{before}{lead}".rstrip(" ，,、；")
            if lead[:1] != "本" and lead.strip(" 。") and not _HAN_BEGINS.search(clause):
                continue
            sure: Certainty = "certain" if lead.strip(" 。") else "likely"
            words = text[match.end("lead") if lead[:1] != "本" else match.start() : match.end()]
            yield _stated("term", str(length_of(match)), line, words, sure)


def _han_events(lines: Sequence[TextLine]) -> Iterator[Statement]:
    for line in lines:
        text = _plain(line.text)
        for match in _HAN_EVENT.finditer(text):
            before = text[: match.start()]
            clause = re.split(r"[。；]", before)[-1]
            own = match["lead"].startswith(("本", "现"))
            if is_quoted(before) or not (own or is_own(clause)):
                continue
            named = match["event"]
            event = "publication" if named in {"公布", "刊登"} else "issue"
            event = named if named in {"通过", "批准"} else event
            yield _stated("start", _later(event, match["later"]), line, match.group())


def _later(event: str, days: str | None) -> str:
    if not days:
        return event
    return f"{event}+{days if days.isdecimal() else han_value(days)}"


def _han_spans(lines: Sequence[TextLine], title: str) -> Iterator[Statement]:
    for line in lines:
        text = _plain(line.text)
        for match in _HAN_SPAN.finditer(text):
            first = find_dates(match["start"])
            if not first or is_quoted(text[: match.start()]):
                continue
            end = match["end"] if "年" in match["end"] else f"{first[0].date.year}年{match['end']}"
            last = find_dates(end)
            if not last:
                continue
            own = match["own"] and match["force"]
            before = text[max(0, match.start() - _HAN_BEFORE) : match.start()]
            sure: Certainty = "likely" if _shares_word(before, title) else "doubtful"
            yield from _span(first[0].date, last[0].date, line, match.group(), bool(own), sure)


def _shares_word(text: str, title: str) -> bool:
    """Return whether two Chinese characters in a row of a text are in a title too."""
    return any(
        text[at : at + 2] in title
        for at in range(len(text) - 1)
        if _HAN_PAIR.fullmatch(text[at : at + 2])
    )


def _terms(lines: Sequence[TextLine], title: str) -> Iterator[Statement]:
    for line in lines:
        if not _WORTH.search(line.text):
            continue
        for pattern in (_TERM_AFTER, _TERM, _TERM_SPANISH):
            match = pattern.search(line.text)
            if match is None:
                continue
            thing = _THING.match(match[0])
            if thing and thing["kind"].casefold()[:5] not in title.casefold():
                continue  # the term of every licence, not of a document
            since = find_dates(match["date"])[:1] if match["date"] else []
            event = _event(match["event"] or "") if match["since"] and not since else "entry"
            if not event:
                continue
            begins = str(since[0].date) if since else "" if event == "entry" else event
            value = f"{begins}/{length_of(match)}" if begins else str(length_of(match))
            sure: Certainty = "certain" if match.groupdict().get("bare") is None else "likely"
            yield _stated("term", value, line, match.group(), sure)
            break


def _event(words: str) -> str:
    """Return the event that words name; empty for none that dates a document."""
    lower = words.casefold()
    for event, stems in _EVENTS:
        if match := stems.search(lower):
            return event or match[0]
    return ""


def _events(lines: Sequence[TextLine]) -> Iterator[Statement]:
    for line in lines:
        if not _WORTH.search(line.text):
            continue
        if match := _IMMEDIATE.search(line.text):
            yield _stated("start", "issue", line, match.group())
        for pattern in (_ON_EVENT, _ON_EVENT_SPANISH):
            match = pattern.search(line.text)
            event = _event(match["event"]) if match else ""
            if match and event not in {"", "entry"}:
                later = "+1" if match["next"] else ""
                if event == "publication" and _GAZETTE.search(line.text, match.end("event") - 12):
                    event = "gazette"
                yield _stated("start", f"{event}{later}", line, match.group())


def _spans(lines: Sequence[TextLine], title: str) -> Iterator[Statement]:
    named = {word.casefold()[:6] for word in _TITLE_WORD.findall(title)}
    for line in lines:
        for match in _SPAN.finditer(line.text):
            last = find_dates(match["end"])
            first = _first_day(match, last[0].date) if last else None
            if first is None:
                continue
            sentence = re.split(r"[.;]\s", line.text[: match.start()])[-1]
            own = _IN_FORCE.search(sentence)
            words = {word.casefold()[:6] for word in _TITLE_WORD.findall(sentence)}
            shared = len(named & words)
            about: Certainty = "likely" if shared else "doubtful"
            if shared >= _ABOUT_WORDS and 2 * shared >= len(named):
                about = "certain"
            shown = f"{_last_words(sentence)}{match.group()}"
            yield from _span(first, last[0].date, line, shown, bool(own), about)


def _last_words(text: str) -> str:
    """Return the end of a text, from a whole word on; Chinese has no blanks to begin at."""
    end = text[-_SHOWN_BEFORE:]
    cut = len(text) > len(end) and not text[-len(end) - 1].isspace()
    return end.partition(" ")[2] if cut and " " in end else end


def _first_day(match: re.Match[str], last: PolicyDate) -> PolicyDate | None:
    """Return the first day of a span; what it lacks of month and year is that of the last."""
    if match["start"]:
        dates = find_dates(match["start"])
        return dates[0].date if dates else None
    month = match["m"] or match["m2"]
    day = int(match["d"] or match["d2"])
    number = MONTH_NUMBERS[month.casefold()] if month else last.month or 1
    if not day:
        return None
    first = PolicyDate(last.year, number, day)
    try:
        return first if first.first <= last.last else None
    except ValueError:
        return None


def _span(
    first: PolicyDate,
    last: PolicyDate,
    line: TextLine,
    words: str,
    own: bool,
    about: Certainty,
) -> Iterator[Statement]:
    """Yield a span: as the document's own, or with how certainly its title is about it."""
    if first.day is None or last.day is None or last.first < first.first:
        return
    if own:
        yield _stated("effective", str(first), line, words)
        yield _stated("expires", str(last), line, words)
    else:
        yield _stated("span", f"{first}/{last}", line, words, about)


def _plain(text: str) -> str:
    if "年" not in text and "日" not in text:
        return ""
    plain = simplified(text)
    return plain if len(plain) == len(text) else text


def _stated(
    key: Key, value: str, line: TextLine, words: str, certainty: Certainty = "certain"
) -> Statement:
    shown = words.strip(" ，；。,.;|•")
    return Statement(key, value, "text", "text", f"line {line.number}", shown, certainty)
