"""Find the bodies in titles and letterheads, and hold the words for kinds of documents."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.stated.bodies import (
    in_small_letters,
    place_named,
    read_bodies_line,
    read_body,
)
from policybot.corpus.importers.stated.lines import TextLine
from policybot.corpus.issuers.table import IssuerBook

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
HAN_KINDS = (
    "通知|通告|公告|意见|决定|决议|办法|规定|条例|细则|方案|规划|计划|纲要|指引|指南|规程|"
    "规则|规范|标准|章程|制度|批复|函|通报|命令|令|报告|"
    "纪要|公报|议案|说明|解释|法|公约|协定|准则|守则|预案|目录|清单|要点|措施|政策|手册"
)
_ISSUED_BY = re.compile(
    rf"^(?:转发|（转载）|【[^】]{{1,8}}】)?\s*(?P<bodies>[{_HAN}A-Za-z（）、 "
    rf"\u3000]{{2,120}}?)(?:等[0-9一二三四五六七八九十]+(?:部门|单位|家))?\s*(?:关于|印发|"
    rf"转发|发布|公布|办公厅关于)"
)
LETTERHEAD = re.compile(
    rf"^(?P<bodies>[{_HAN}（）、 \u3000]{{2,60}}?)\s*(?:文件|令|公告|通告|(?<=\s)(?:书|書)?函)$"
)
ENGLISH_KINDS = (
    r"Acts?|Regulations?|Polic(?:y|ies)|Orders?|Notices?|Guidance|Guidelines?|Rules?|Plans?|Strategy|"
    r"Circular|Directive|Decision|Decree|Code|Standards?|Framework|Statement|Agreement|Resolution|"
    r"Licen[cs]e|Determination|Procedures?|Instructions?|Programme|Program|Charter|Manual|Bill|Law|"
    r"Ordinance|Recommendations?|Opinion|Report|Handbook|Principles|Scheme|Instrument|Bulletin|"
    r"Memorandum|Directions?|Notification|Protocol|Proclamation|By-?laws?|Declaration|"
    r"Standing Orders?"
)
"""Words for kinds of documents, as alternatives of a regular expression."""


_ENACTED = re.compile(
    r"^(?:By|For) the (?P<a>[A-Z][\w ,&’']{3,70}?)[,:.]?$|^THE (?P<b>[A-Z][A-Z ,&’']{4,80}),?$|"
    r"^(?:[0-9]{1,2}[.)]?\s+)?The (?P<c>[A-Z][\w ,&’']{3,80}?)"
    r"(?:,? in exercise of|,? acting (?:under|pursuant)|,? "
    r"having (?:regard|considered)|,? makes|,? hereby (?:makes|orders|issues|determines)| "
    r"makes the following| issues th)",
)


_DECREED_BY = re.compile(
    rf"(?P<body>[{_HAN}、 \u3000]{{2,60}}?)(?:令|公告|通告|通函)\s*"
    rf"(?=[〔\[（(]?[12][0-9]{{3}}|第|[0-9])"
)
_OF_BODY = re.compile(
    rf"(?P<body>(?!股份|外商|国有|一人|中外|合资|老年|开放|民办|普通|高等)[{_HAN}（）]{{2,24}}?"
    rf"(?:(?<!股份)有限公司|股份有限公司|有限责任公司|大学))"
    rf"(?=[{_HAN}（）]{{2,40}}(?:{HAN_KINDS})(?:[（(][^）)]*[)）])?$)"
)
"""An organisation whose name begins the title of its own rules: 远帆船务有限公司差旅管理制度."""

_IN_EXERCISE = re.compile(
    r"(?i:in\s+exercise\s+of)\s.{5,400}?,\s+the\s+(?P<body>[A-Z][\w ,&’']{3,90}?)\s+(?:hereby\s+)?"
    r"(?:makes?|appoints?|issues?|orders?|declares?|directs?|determines?|prescribes?|approves?)\b"
)
_ORDAINED = re.compile(
    r"\b(?:ordained|resolved|enacted|ordered)\s+by\s+(?:the\s+)?(?P<body>[A-Z][^.;:,]{4,90}?)"
    r"(?=\s*[:,;]|\s+(?:that|as\s+follows)\b|$)",
    re.IGNORECASE,
)
_ENACTS_AS_FOLLOWS = re.compile(
    r"\b[Tt]he\s+(?P<body>[A-Z][^.;:,]{4,90}?)\s+(?:hereby\s+)?"
    r"(?:enacts|ordains|resolves|orders|decides)\s+(?:as\s+follows|that)\b"
)
_ON_BEHALF = re.compile(
    r"I,\s.{3,120}?,\s+(?:acting\s+)?on\s+behalf\s+of\s+(?:the\s+)?(?P<body>[A-Z][^.;:,]{4,90}?),"
)
_ENACTED_GERMAN = re.compile(
    r"(?:Der|Die|Das)\s+(?P<body>[A-ZÄÖÜ][^.;:,]{3,80}?)\s+"
    r"(?:hat|haben|erlässt|erlassen|beschließt|beschließen|verordnet|verordnen)\b"
)
_ENACTED_OPENING = re.compile(
    r"(?:(?:Le|La|Les|LE|LA|LES|El|EL|Los|LOS|O|A|Os|As|OS|AS)\s+|L['’]\s?)"
    r"(?P<body>[^\W\d_][^.;:]{4,110}?)"
    r"(?:,?\s*(?P<uses>no\s+uso\s+d|en\s+(?:uso|ejercicio)\s+de\s).*|,?)$"
)
"""The deciding body, alone on a line at the beginning of a French, Spanish or Portuguese act."""

_RECITAL = re.compile(
    r"(?:Vu|VU|Vus|Considérant|CONSIDÉRANT|Sur|Considerando|CONSIDERANDO|Visto|VISTO|Vistos|VISTOS|"
    r"Vista|En\s+ejercicio|En\s+uso|No\s+uso|Tendo\s+em|Arrête|ARRÊTE|Décrète|DÉCRÈTE|Décide|DÉCIDE|"
    r"RESUELVE|DECRETA|DISPONE|ACUERDA|RESOLVE)\b"
)


def title_issuers(title: str, book: IssuerBook) -> list[Statement]:
    """Return the bodies that a title begins with: 财政部 教育部关于…."""
    match = _ISSUED_BY.match(title)
    if match is None:
        owner = _OF_BODY.match(title)
        name = read_body(owner["body"]) if owner else None
        return [Statement("issuer", name, "title", "title", "", title, "likely")] if name else []
    bodies = read_bodies_line(match["bodies"], book)
    if not bodies or "等" in title[match.end("bodies") : match.end("bodies") + 2]:
        return []
    return [Statement("issuer", name, "title", "title", "", title) for name in bodies]


def head_issuers(
    lines: Sequence[TextLine], numbers: Sequence[Statement], book: IssuerBook
) -> list[Statement]:
    """Return the bodies in a decree line, a letterhead or the enacting words."""
    for item in numbers:
        for printed in (item.words, item.value):
            decree = _DECREED_BY.match(printed)
            if decree and (bodies := read_bodies_line(decree["body"], book)):
                return [_issuer(name, item.label, item.where, item.words) for name in bodies]
    for line in lines[:8]:
        match = LETTERHEAD.match(line.text)
        if match and (bodies := read_bodies_line(match["bodies"], book)):
            return [
                _issuer(name, "letterhead", f"line {line.number}", line.text) for name in bodies
            ]
    for at, line in enumerate(lines[:30]):
        where = f"line {line.number}"
        if name := _enacting(line.text):
            return [Statement("issuer", name, "enacting words", "enacting words", where, line.text)]
        following = " ".join(item.text for item in lines[at + 1 : at + 4])
        if name := _enacting_foreign(line.text, following):
            words = "enacting words"
            return [Statement("issuer", name, words, words, where, line.text, "likely")]
    return []


def _enacting(text: str) -> str | None:
    """Return the body in the enacting words of a line, if any."""
    if match := _ENACTED.match(text):
        return read_body((match["a"] or match["b"] or match["c"]).strip())
    for match in (
        _ORDAINED.search(text),
        _ENACTS_AS_FOLLOWS.search(text),
        _ON_BEHALF.match(text),
        _IN_EXERCISE.match(text),
    ):
        if match and (name := read_body(match["body"].strip())):
            return name
    return None


def _enacting_foreign(text: str, following: str) -> str | None:
    """Return the enacting body in other languages: La ministre des transports, before Vu …."""
    if match := _ENACTED_GERMAN.match(text):
        return read_body(match["body"].strip())
    match = _ENACTED_OPENING.match(text)
    if match is None or not (match["uses"] or _RECITAL.match(following)):
        return None
    name = match["body"].strip(" ,")
    small = in_small_letters(name)
    return f"{small[0].upper()}{small[1:]}" if 1 < len(small.split()) <= 16 else None


def head_bodies(lines: Sequence[TextLine], book: IssuerBook, title: str = "") -> list[Statement]:
    """Return the body alone on one of the first lines, which probably issued the document.

    Below the name of a state or a city it is the body under it. If the title says "joint", the
    bodies on the following lines are included.
    """
    place: Statement | None = None
    for at, line in enumerate(lines[:_TOP]):
        where = f"line {line.number}"
        if place is None and (name := place_named(line.text)):
            place = Statement("issuer", name, "head", "head", where, line.text, "likely")
            continue
        bodies = read_bodies_line(line.text, book) or _before_stroke(line.text, book)
        if any(" " in name or (len(name) > 2 and not name.isascii()) for name in bodies):
            if _JOINT.search(title):
                for following in lines[at + 1 : at + 8]:
                    more = read_bodies_line(following.text, book)
                    if not more:
                        break
                    bodies += more
            return [
                Statement("issuer", name, "head", "head", where, line.text, "likely")
                for name in bodies
            ]
        if place is not None:
            return [place]
        if company := _COMPANYS.match(line.text):
            return [
                Statement("issuer", company["name"], "head", "head", where, line.text, "likely")
            ]
    if place is not None:
        return [place]
    for line, following in itertools.pairwise(lines[:_TOP]):
        wrapped = f"{line.text} {following.text}"
        if following.number == line.number + 1 and wrapped.isupper() and read_body(wrapped):
            where = f"line {line.number}"
            return [Statement("issuer", wrapped, "head", "head", where, wrapped, "likely")]
    for line in lines[: 3 * _TOP]:
        if (match := _BY.search(line.text)) and (name := read_body(match["body"])):
            where = f"line {line.number}"
            return [Statement("issuer", name, "head", "head", where, line.text, "likely")]
    return []


def _before_stroke(text: str, book: IssuerBook) -> list[str]:
    """Return the body before " / ", as of a letterhead in two languages, or one with a number."""
    first, stroke, _ = text.partition(" / ")
    return read_bodies_line(first, book) if stroke else []


_TOP = 6
_JOINT = re.compile(r"\b(?:joint(?:ly)?|conjoint\w*|conjunt[ao]\w*|gemeinsam\w*)\b", re.IGNORECASE)
_COMPANYS = re.compile(
    r"(?P<name>(?:[A-Z][\w&.’'-]*,?\s+(?:of\s+)?){1,6}(?:Corporation|Incorporated|plc|PLC|"
    r"Ltd\.?|Limited|Inc\.?|LLC|GmbH))\s+[A-Z]"
)
_BY = re.compile(
    r"(?:^|(?:Presented|Laid|Submitted|Published|Issued|Prepared|Produced)\b.{0,60}?\s)by (?:the )?"
    r"(?P<body>[A-Z][\w,&’' -]{3,90}?)(?=$|[.;:]|\s(?:by|on|under|pursuant|in)\s)"
)


def _issuer(name: str, label: str, where: str, words: str) -> Statement:
    return Statement("issuer", name, label, label, where, words)
