"""Find the title of a text without markup, and the bodies in titles and letterheads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
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
_LETTERHEAD = re.compile(
    rf"^(?P<bodies>[{_HAN}（）、 \u3000]{{2,60}}?)\s*(?:文件|令|公告|通告|(?<=\s)(?:书|書)?函)$"
)
_ADDRESSED = re.compile(rf"^(?P<title>.{{4,200}}?的(?:{HAN_KINDS}))(?P<rest>[{_HAN}].{{2,}}[：:])$")
_CHINESE_KIND = re.compile(rf"(?:{HAN_KINDS})(?:[（(][^）)]*[)）])*$")
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
    r"Mat|MAT|事由)\.?\s*[:：]\s*(?P<title>\S.{4,200})"
)
"""The subject line of a letter or memorandum."""

_FIRST_HEADING = 8
_LETTERHEAD_LINES = 3
"""How many lines may stand above the heading that is the title."""

_PART = re.compile(
    r"(?:Article|Section|Part|Chapter|Schedule|Annex|Appendix|Art[íi]culo|Cap[íi]tulo|T[íi]tulo|Anexo)\s+"
    r"(?:[0-9]+|[IVXLC]+)\b|[A-Z]{2,8}\.?\s+[0-9]+/[0-9]+\s*:",
    re.IGNORECASE,
)
"""The heading of a part of a document: "Article 2. Principles", "MIN 87/1: PRELIMINARIES"."""

_ENABLING = re.compile(
    r"\(?(?:Nos?|Cap|Chapter|Act\s+No)\.?\s*[0-9]+[A-Z]?(?:\s+of\s+[12][0-9]{3})?\)?\.?",
    re.IGNORECASE,
)
"""A line below the name of an act: "(No. 17 of 2012)"."""

_PLACE_LINE = re.compile(
    r"[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){0,2}(?:,\s+[A-Z][\w.’' -]{1,30}){1,4}\.?"
)
_ONLY_KIND = re.compile(
    rf"(?:(?:public|general|official|gazette|office|internal|legal|important)\s+)?(?:{ENGLISH_KINDS})"
    r"(?:\s+to\s+all\s+\w+)?",
    re.IGNORECASE,
)
"""A line that only says what kind of document this is: "PUBLIC NOTICE"."""

_THROUGH_WHICH = re.compile(
    r"[\"“«(]*por\s+(?:(?:la|el|las|los)\s+(?:que|cual|cuales)|medio\s+del?\s+(?:la|el)?\s*cual)\b",
    re.IGNORECASE,
)
"""The title of a Spanish act that has none but its subject: Por la cual se fijan …."""

_POST = re.compile(
    r"(?:[^\W\d_][\w.’' -]{2,60},\s+)?"
    r"(?:(?:deputy|vice|assistant|chief|acting|general|medical)[\s-]+)*"
    r"(?:secretary|minister|director|chair(?:man|person|woman)?|president|governor|commissioner|controller|"
    r"manager|administrator|registrar|clerk|mayor|chancellor|superintendent|officer|principal|dean|"
    r"alcalde(?:sa)?|presidente|presidenta|ministr[oa]|secretari[oa]|directora?|rectora?|gobernadora?)"
    r"(?:[\s-]+(?:general|of|de|del|for|the|municipal|ejecutiv[oa]|regional)\b.{0,60})?",
    re.IGNORECASE,
)
"""A person's office, as below a signature."""

_MINUTES = re.compile(r"(?:minutes|proceedings|acta)\b", re.IGNORECASE)
_SHORT_KIND = 8
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
    for line in sorted(fit, key=_names_only_its_kind):
        if _CHINESE_KIND.search(line.text) and len(line.text) <= 120:
            sure = len(line.text) > 5 and not fit.index(line)
            return PrintedTitle(line.text.strip(), line, sure)
    if not fit:
        return None
    rest = "\n".join(line.text for line in lines[:400]).casefold()
    scores = {line: _score(line.text.strip(), rest) for line in fit}
    unfit = set(_not_titles(lines[:15]))
    fit = [line for line in fit if line not in unfit] or fit
    for line, following in itertools.pairwise(lines[:15]):
        if line in scores and _RUNNING.match(following.text) and not _RUNNING.match(line.text):
            scores[line] += _BEFORE_TEXT
    first = next((line for line in lines[: _LETTERHEAD_LINES + 1] if line.heading), None)
    if first in scores and not _PART.match(first.text):
        scores[first] += _FIRST_HEADING
    best = max(fit, key=lambda line: (scores[line], -line.number))
    text = _unquoted(_continued(best.text.strip(), best, lines))
    return PrintedTitle(text, best, scores[best] >= _SURE)


def _unquoted(title: str) -> str:
    """Return a title without the quotation marks around the whole of it."""
    match = re.fullmatch(r"[\"“«]([^\"“”«»]+)[\"”»]", title)
    return match[1].strip() if match else title


def _names_only_its_kind(line: TextLine) -> bool:
    """Return whether a Chinese line says what a document is but not on what: 专题会议纪要."""
    return len(line.text) <= _SHORT_KIND and "关于" not in line.text


def _not_titles(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Yield lines near the head that something else says are no title.

    They are: headings of parts; what comes after running text, as a signature; a person's office;
    a place below the letterhead; the name of an enabling act above its number; and a kind of
    document alone where more follows.
    """
    running = False
    for at, line in enumerate(lines):
        text = line.text.strip()
        following = lines[at + 1].text.strip() if at + 1 < len(lines) else ""
        if (
            running
            or _PART.match(text)
            or _POST.fullmatch(text)
            or (0 < at <= _LETTERHEAD_LINES and _PLACE_LINE.fullmatch(text))
            or (following and _ENABLING.fullmatch(following))
            or (_ONLY_KIND.fullmatch(text) and following and at < _LETTERHEAD_LINES)
        ):
            yield line
        running = running or bool(_RUNNING.fullmatch(text) and not _ENGLISH_KIND.match(text))


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
    score += 2 * bool(_MINUTES.match(text))
    score -= 2 * (len(words) < 3 and text.isupper() and not _ENGLISH_KIND.search(text)) + 3 * bool(
        _CLAUSE.match(text)
    )
    score += 4 * bool(_FOREIGN_ACT.match(text) or _THROUGH_WHICH.match(text))
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
