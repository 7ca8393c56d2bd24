"""Find the title of a text without markup, and the bodies in titles and letterheads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import Statement, split_label
from policybot.corpus.importers.stated.bodies import (
    in_small_letters,
    place_named,
    read_bodies_line,
    read_body,
)
from policybot.corpus.importers.stated.lines import TextLine, date_alone
from policybot.corpus.importers.stated.numbers import CHINESE, FOREIGN_KINDS, GLUED, is_number
from policybot.corpus.issuers.table import IssuerBook

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_KINDS = (
    "通知|通告|公告|意见|决定|决议|办法|规定|条例|细则|方案|规划|计划|纲要|指引|指南|规程|"
    "规则|规范|标准|章程|制度|批复|函|通报|命令|令|报告|"
    "纪要|公报|议案|说明|解释|法|公约|协定|准则|守则|预案|目录|清单|要点|措施|政策|手册"
)
_ISSUED_BY = re.compile(
    rf"^(?:转发|（转载）|【[^】]{{1,8}}】)?\s*(?P<bodies>[{_HAN}A-Za-z（）、 "
    rf"\u3000]{{2,120}}?)(?:等[0-9一二三四五六七八九十]+(?:部门|单位|家))?\s*(?:关于|印发|"
    rf"转发|发布|公布|办公厅关于)"
)
_LETTERHEAD = re.compile(
    rf"^(?P<bodies>[{_HAN}（）、 \u3000]{{2,60}}?)\s*(?:文件|令|公告|通告|(?<=\s)(?:书|書)?函)$"
)
_ADDRESSED = re.compile(rf"^(?P<title>.{{4,200}}?的(?:{_KINDS}))(?P<rest>[{_HAN}].{{2,}}[：:])$")
_CHINESE_KIND = re.compile(rf"(?:{_KINDS})(?:[（(][^）)]*[)）])*$")
ENGLISH_KINDS = (
    r"Acts?|Regulations?|Polic(?:y|ies)|Orders?|Notices?|Guidance|Guidelines?|Rules?|Plans?|Strategy|"
    r"Circular|Directive|Decision|Decree|Code|Standards?|Framework|Statement|Agreement|Resolution|"
    r"Licen[cs]e|Determination|Procedures?|Instructions?|Programme|Program|Charter|Manual|Bill|Law|"
    r"Ordinance|Recommendations?|Opinion|Report|Handbook|Principles|Scheme|Instrument|Bulletin|"
    r"Memorandum|Directions?|Notification|Protocol|Proclamation|By-?laws?|Declaration|"
    r"Standing Orders?"
)
"""Words for kinds of documents, as alternatives of a regular expression."""

_FOREIGN_ACT = re.compile(
    rf"(?:{FOREIGN_KINDS})\s+(?:[^\W\d_]+\s+){{0,3}}?(?:n[°º.or]|núm|num|"
    r"[A-Z0-9-]*[0-9]/|d[eu]\b|vom\b|der\b|über\b)",
    re.IGNORECASE,
)
"""A line that begins as the title of an act in another language: Arrêté n° 12, Orden TRM/8/2020."""

_ENGLISH_KIND = re.compile(rf"\b(?:{ENGLISH_KINDS})\b", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:Version|Rev(?:ision|ised)?|Last|Updated|Published|Issued|Effective|Approved|Adopted|"
    r"Made|Laid|"
    r"Coming|Date[ds]?|Page|Volume|Edition|Draft|Final|Ref)\b",
    re.IGNORECASE,
)
_ENACTS = re.compile(r"《(?P<title>[^》]{4,120})》(?:已经|已于|业经|已由|現予|现予)")
_SUBJECT = re.compile(
    r"(?:Re|RE|Sub|SUB|Subject|SUBJECT|Betreff|Objet|OBJET|Asunto|ASUNTO|Assunto|ASSUNTO|Oggetto|"
    r"事由)\s*[:：]\s*(?P<title>\S.{4,200})"
)
"""The subject line of a letter or memorandum."""

_FIRST_HEADING = 8
_CLAUSE = re.compile(r"[0-9]{1,2}[.)]\s")
_BEFORE_TEXT = 2
"""Score of a line before running text."""

_RUNNING = re.compile(r"(?:[0-9]{1,2}[.)]?\s+)?\S.{50,}[.:;]")
_SURE = 6
"""Score that a sure title has: a kind of document, a title's length, and repeated in the text."""

_NOT_TITLE = re.compile(
    r"(?:各|致|To:|Dear|All\s|Madam|Sir|附件|发文|索引|来源|发布|时间|日期|页|目\s*录|"
    r"Contents|CONTENTS|Page\s|Mesdames|Messieurs|Madame|Monsieur|An\s(?:die|alle|den)\s|"
    r"Sehr\sgeehrte|Señor|Ilmo|Exm[oa])",
    re.IGNORECASE,
)
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
    rf"(?=[{_HAN}（）]{{2,40}}(?:{_KINDS})(?:[（(][^）)]*[)）])?$)"
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
        match = _LETTERHEAD.match(line.text)
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
        bodies = read_bodies_line(line.text, book)
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


@dataclass(frozen=True, slots=True)
class PrintedTitle:
    """A title found in a text, its line, and whether it is certain."""

    text: str
    line: TextLine
    sure: bool = False


def text_title(lines: Sequence[TextLine], book: IssuerBook) -> PrintedTitle | None:
    """Return the title in the first lines of a plain text.

    Letterheads, numbers, dates and names of bodies are excluded. Of the remaining lines, a Chinese
    one that ends with a kind of document (通知, 办法) is preferred, else the line with the best
    score. A decree names what it enacts: 《…》已经…审议通过.
    """
    fit: list[TextLine] = []
    for line in lines[:14]:
        text = line.text.strip()
        if match := _ADDRESSED.match(text):
            return PrintedTitle(match["title"], line, sure=True)
        if match := GLUED.fullmatch(text):
            return PrintedTitle(match["title"], line, sure=True)
        if match := _ENACTS.match(text):
            return PrintedTitle(match["title"], line, sure=True)
        if (match := _SUBJECT.match(text)) and not lines[0].heading:
            return PrintedTitle(match["title"], line, sure=True)
        if re.search(r"[。；]$", text) and re.search(rf"[{_HAN}]", text):
            break
        if _may_be_title(text) and not read_bodies_line(text, book):
            fit.append(line)
    for line in fit:
        if _CHINESE_KIND.search(line.text) and len(line.text) <= 120:
            sure = len(line.text) > 5 and not fit.index(line)
            return PrintedTitle(line.text.strip(), line, sure)
    if not fit:
        return None
    rest = "\n".join(line.text for line in lines[:400]).casefold()
    scores = {line: _score(line.text.strip(), rest) for line in fit}
    for line, following in itertools.pairwise(lines[:15]):
        if line in scores and _RUNNING.match(following.text) and not _RUNNING.match(line.text):
            scores[line] += _BEFORE_TEXT
    if lines[0].heading and lines[0] in scores:
        scores[lines[0]] += _FIRST_HEADING
    best = max(fit, key=lambda line: (scores[line], -line.number))
    return PrintedTitle(_continued(best.text.strip(), best, lines), best, scores[best] >= _SURE)


def _may_be_title(text: str) -> bool:
    return not (
        len(text) > 300
        or is_number(text)
        or CHINESE.fullmatch(text)
        or _LETTERHEAD.match(text)
        or date_alone(text, days=False)
        or _NOT_TITLE.match(text)
        or place_named(text)
        or ((split := split_label(text)) is not None and split[1])
        or text.endswith(("：", ":", "，", ",", "；"))
    )


def names_kind(title: str) -> bool:
    """Return whether a title contains a kind of document: a notice, a regulation, 办法."""
    return bool(_CHINESE_KIND.search(title) or _ENGLISH_KIND.search(title))


def _score(text: str, rest: str) -> int:
    """Score a line as a title by its kind of document, its length, and its repetition."""
    words = text.split()
    score = 3 * (len(text) > 11 and rest.count(text.casefold()) > 1)
    score += 2 * bool(_ENGLISH_KIND.search(text)) + (3 <= len(words) <= 30)
    score -= 2 * (len(words) < 3 and text.isupper()) + 3 * bool(_CLAUSE.match(text))
    score += 4 * bool(_FOREIGN_ACT.match(text))
    dates = find_dates(text)
    score -= 3 * bool(dates and len(words) < 9 and not _ENGLISH_KIND.search(text))
    score -= 3 * bool(dates and not dates[0].span[0])
    score -= 3 * bool(_VERSION.match(text)) + 2 * text.endswith(".") * (1 + (len(words) > 5))
    return score - 2 * (len(text) > 160)


def _continued(title: str, line: TextLine, lines: Sequence[TextLine]) -> str:
    """Return a title joined with its continuation lines, which begin with a small letter."""
    at = next(i for i, candidate in enumerate(lines) if candidate.number == line.number)
    whole = title
    for following in lines[at + 1 : at + 5]:
        text = following.text.strip()
        if not text[:1].islower() or len(whole) + len(text) > 300 or text.endswith((":", ";")):
            break
        whole = f"{whole} {text}"
    return whole
