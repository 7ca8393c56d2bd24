"""Find the title of a text without markup among its first lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import split_label
from policybot.corpus.importers.stated.bodies import place_named, read_bodies_line
from policybot.corpus.importers.stated.lines import TextLine, date_alone
from policybot.corpus.importers.stated.numbers import CHINESE, FOREIGN_KINDS, GLUED, is_number
from policybot.corpus.importers.stated.titles import ENGLISH_KINDS, HAN_KINDS, LETTERHEAD
from policybot.corpus.issuers.table import IssuerBook

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_ADDRESSED = re.compile(rf"^(?P<title>.{{4,200}}?的(?:{HAN_KINDS}))(?P<rest>[{_HAN}].{{2,}}[：:])$")
_CHINESE_KIND = re.compile(rf"(?:{HAN_KINDS})(?:[（(][^）)]*[)）])*$")
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
    r"[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){0,2}"
    r"(?:,\s+[A-Z0-9][\w.’'-]*(?:\s+[A-Z0-9][\w.’'-]*){0,3}){1,4}\.?"
)
"""The place of a letterhead: "Ballinree, Co. Galway"."""

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

_ADOPTED = re.compile(
    r"(?:adopted|approved|passed|enacted|ratified|made|aprobad[oa]|publicad[oa]s?)\b.*\b[12][0-9]{3}\b",
    re.IGNORECASE,
)
"""A line that says when the document was adopted."""

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
            or _ADOPTED.match(text)
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
        or (LETTERHEAD.match(text) and "关于" not in text)
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
