"""Extract when and by whom a document was adopted, from its first or last lines.

Chinese laws state it under the title (2020年11月11日第十三届…会议通过), English documents as "Done
at Brussels, 9 September 2020", "Dated 12 May 2021", "Approved by the Board on 14 March 2022".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import Certainty, Statement
from policybot.corpus.importers.stated.bodies import read_body
from policybot.corpus.importers.stated.lines import TextLine, date_alone, opens_clause
from policybot.corpus.importers.stated.numbers import FOREIGN_KINDS, is_number, numbers_itself

_HEAD_LINES = 24
_TAIL_LINES = 24
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_DAY = r"[12][0-9]{3}年\s*[0-9]{1,2}月\s*[0-9]{1,2}日"
_PASSED = re.compile(
    rf"(?P<date>{_DAY})(?P<by>[^，。；《》]{{0,60}}?会议|"
    rf"[^，。；《》]{{2,40}}?)(?P<more>《[^》]+》|关于[^，。]{{2,60}}的决定)?\s*(?P<how>通过|"
    rf"(?:第[一二三四五六七八九十]+次)?修订|(?:第[一二三四五六七八九十]+次)?修正|修改|批准|"
    rf"公布|发布|令公布)"
)
_ARTICLE = re.compile(r"第[〇零一二三四五六七八九十0-9]+[条章编]")
_SESSION = re.compile(
    rf"^(?P<place>[{_HAN}]{{0,12}}?)(?:第[{_HAN}0-9]{{1,6}}届)(?P<body>[{_HAN}]{{2,24}}?(?:代"
    rf"表大会常务委员会|代表大会|委员会))(?:第[{_HAN}0-9]{{1,6}}次)?(?:全体)?会议"
)
_MEETING = re.compile(
    rf"^(?P<body>[{_HAN}]{{2,24}}?)(?:第[{_HAN}0-9]{{1,6}}(?:次|届))[{_HAN}]{{0,12}}会议"
)
_RUNNING = re.compile(rf"已(?:经)?(?:于)?(?P<date>{_DAY})[^，。；《》]{{0,60}}?(?:通过|批准)")

_DATE = (
    r"(?P<date>(?:[0-9]{1,2}(?:st|nd|rd|th)?(?: day)?(?: of)? [A-Z][a-z]{2,8}\.?,? "
    r"[12][0-9]{3}|[A-Z][a-z]{2,8}\.? [0-9]{1,2}(?:st|nd|rd|th)?,? [12][0-9]{3}|"
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][12][0-9]{3}|[12][0-9]{3}-[0-9]{2}-[0-9]{2}|"
    r"[A-Z][a-z]{2,8} [12][0-9]{3}))"
)
_RANKED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "done",
        re.compile(
            rf"\b(?:Done|Given|Signed|Sealed)\s+(?:at|in|under)\s[^.;"
            rf"0-9]{{2,60}}?,?\s+(?:on\s+|this\s+|the\s+)*{_DATE}"
        ),
    ),
    (
        "done",
        re.compile(
            rf"\b(?:Fait|Donné|Hecho|Dado|Dada|Feito|Fatto|Gegeven|Gedaan|Geschehen)\s+"
            rf"(?:(?:[^.;0-9]|\b[A-Z]\.){{2,60}}?[ ,(]+)?"
            rf"(?:(?:le|el|il|op|den|am|aos?|a los|em)\s+)?{_DATE}"
        ),
    ),
    (
        "dated",
        re.compile(
            rf"^(?:Dated|DATED|D[Tt]\.?|Signed|Made|Issued|ISSUED|Issue [Dd]ate|"
            rf"Date of [Ii]ssue|Date [Ii]ssued|Date of [Dd]ocument|Date made|Document date|Enacted|"
            rf"Promulgated)"
            rf"(?:\s+by\s[^0-9.;|]{{2,80}}?\s+on)?"
            rf"(?:\s+(?:on|this|at)\b[^0-9.;|]{{0,30}}?)?\s*[:.]?-?\s*(?:the\s+)?{_DATE}"
        ),
    ),
    (
        "adopted",
        re.compile(
            r"^[(\[]?(?:This [\w ]{2,40} was |Read [\w, ]{3,60}? and (?:finally )?|Finally )?"
            r"(?:(?:Passed|Adopted|Approved|Ratified|Endorsed|Resolved|Enacted)(?:,\s*|,? and )?)+"
            r"(?:\s+(?:by|at)\s(?:[^.;|0-9]|\bNo\.?\s*[0-9][\w/-]*){2,80}?)?(?:\s+on)?\s*:?\s*(?:the\s+|this\s+)?"
            + _DATE.replace("[A-Z][a-z]", "[A-Za-z][a-z]"),
            re.IGNORECASE,
        ),
    ),
    (
        "adopted",
        re.compile(
            r"^[(\[]?(?i:(?:(?:(?:La|El|Las|Los)\s+)?presentes?\s+\w+,?\s+)?(?:fue\s+)?"
            r"(?:aprobad|expedid|dictad|sancionad|promulgad|acordad)[oa]s?)\b[^.;|0-9]{0,90}?"
            rf"(?:\b(?:el|de\s+fecha|d[ií]a|del?)\s+){_DATE}"
        ),
    ),
    ("date", re.compile(rf"^(?:Date|DATE|Fecha|FECHA|Datum|Data)\s*:\s*{_DATE}\s*(?:$|\.\s)")),
    (
        "place and date",
        re.compile(
            rf"^[A-Z][\w.’' -]{{2,40}},\s+(?:[A-Z][\w.]{{1,12}},\s+)?(?:dated\s+)?"
            rf"(?:the\s+|on\s+|this\s+|den\s+|le\s+|a\s+los\s+|a\s+|el\s+)?"
            rf"{_DATE}\.?(?:$|\s*[–—-]\s*(?=[A-ZÀ-Ý])|(?<=\.)\s+(?=[A-ZÀ-Ý]))"
        ),
    ),
)
_OF_DATE = re.compile(
    rf"\b(?:[Oo]f|OF|[Dd]ated|DATED|[Dd][ue]l?|DEL?|DU|[Vv]om|VOM|[Dd]o|van)\s+"
    rf"{_DATE}(?=\s|$|[,.)])"
)
_MEETING_OF = re.compile(
    rf"\b(?:meeting|session)\b[^.;0-9]{{0,80}}?\b(?:held|of|on)\s+"
    rf"(?:(?:on|the)\s+)?(?:[a-z]{{3,6}}day,?\s+)?(?:the\s+)?{_DATE}",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\b(?:minutes|proceedings)\b", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"(?:To\b|TO\b|Dear\b|Madam\b|Sir\b|(?:The|All)\s.{2,120}$"
    r"|(?:NOTICE|CIRCULAR|LETTER|GUIDELINES?)\s+TO\b"
    r"|To:)"
)
_KIND = re.compile(
    r"^(?:[A-Z][\w()/.-]*\s+|of\s+the\s+|the\s+){0,8}?(?:Executive Order|ORDER|Order|"
    r"REGULATION|Regulation|DIRECTIVE|Directive|DECISION|Decision|"
    r"DECREE|Decree|LAW|Law|ACT|Act|RESOLUTION|Resolution|RECOMMENDATION|Recommendation|"
    r"ORDINANCE|Ordinance|PROCLAMATION|Proclamation|"
    r"Notice|NOTICE|Circular|CIRCULAR|Determination|Memorandum)\b"
    rf"|^(?i:{FOREIGN_KINDS})\b",
)
_CITES = re.compile(
    r"^(?:in|with|by|under|pursuant|further|ref|reference|vide|per|as|on|from|to|read|see|subject|sub|re|"
    r"con|en|de|según|conforme|visto|vista|vistos|vu|gemäß|nach|laut)\b",
    re.IGNORECASE,
)
"""A line that begins with a preposition, or a label of references, is about another document."""

_NUMBER_DATE = re.compile(
    rf"^(?P<number>.{{4,60}}?)[\s,;|–-]+(?i:Dated?|Dt|Fecha)\b\s*[.:]?-?\s*{_DATE}\s*$"
)
"""The number and the date of a letter on one line: No. X/118   Date: 09.01.2023."""

_PARTS = re.compile(r"\s*[|•]\s*|\s{3,}|\t")

_BY = re.compile(
    r"(?:adopted|approved|made|issued|passed|enacted|"
    r"endorsed)\s+by\s+(?:the\s+)?(?P<body>[A-Z][\w&,’' -]{2,80}?)(?=\s+(?:on|in|under|at|"
    r"pursuant|dated)\b|[,.;|:]|$)",
    re.IGNORECASE,
)


def read_adoption(
    lines: Sequence[TextLine], title: str, *, dated_head: bool, numbered: str = ""
) -> list[Statement]:
    """Return the dates and bodies of adoption, the most certain first.

    Args:
        lines: The lines of the text.
        title: The document's title.
        dated_head: Whether a date alone in the first lines is the document's; on a web page it may
            be that of the page.
        numbered: The place of the document's own number ("line 3"), if it is on a line.
    """
    head = _head(lines)
    if minutes := list(_of_meeting([TextLine(0, title), *head])):
        return minutes
    statements = [*_chinese(head), *_of_number(head, numbered), *_english(lines, head)]
    if not any(item.key == "date" for item in statements):
        statements += _title_dates([TextLine(0, title), *head])
    if not any(item.key == "date" for item in statements):
        statements += _alone(head) if dated_head else _of_letter(head)
    return statements


def read_running(lines: Sequence[TextLine]) -> list[Statement]:
    """Return the date on which the running text of a decree says that it was passed."""
    for line in lines[:_HEAD_LINES]:
        if match := _RUNNING.search(line.text):
            dates = find_dates(match["date"])
            if dates and dates[0].date.day is not None:
                return [_dated(str(dates[0].date), "text", line, match.group(), "doubtful")]
    return []


def _head(lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines before the first article, chapter or section, at most two dozen."""
    head: list[TextLine] = []
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if at and _ARTICLE.match(line.text):
            break
        head.append(line)
    return head


def _chinese(head: Sequence[TextLine]) -> list[Statement]:
    """Parse the note under a law's title: the last revision, else adoption, else promulgation."""
    ranks = {"修订": 3, "修正": 3, "修改": 3, "通过": 2, "批准": 1, "公布": 0, "发布": 0}
    best: tuple[int, str, Statement, list[Statement]] | None = None
    for line in head:
        text = line.text.strip("（()） \u3000")
        if "年" not in text or not re.match(rf"(?:根据)?\s*{_DAY}", text):
            continue
        for match in _PASSED.finditer(text):
            action = re.sub("^第.*次|^令", "", match["how"])
            dates = find_dates(match["date"])
            by = match["by"].strip()
            if not dates or dates[0].date.day is None or (ranks[action] > 1 and "会议" not in by):
                continue
            date = str(dates[0].date)
            bodies = [
                Statement("issuer", name, "题注", "adoption", f"line {line.number}", match.group())
                for name in _body_of(by)
            ]
            rank = ranks[action]
            if best is None or (rank, date) > (best[0], best[1]):
                dated = _dated(date, "题注", line, match.group(), "certain")
                best = rank, date, dated, bodies or (best[3] if best else [])
    return [best[2], *best[3]] if best else []


def _body_of(by: str) -> list[str]:
    """Return the body whose session it is, as in 第十三届全国人民代表大会常务委员会第…次会议."""
    if match := _SESSION.match(by):
        return [f"{match['place']}{match['body']}"]
    if (match := _MEETING.match(by)) and read_body(match["body"]):
        return [match["body"]]
    return []


def _of_number(head: Sequence[TextLine], numbered: str) -> Iterator[Statement]:
    """Yield the date beside the document's number, on the line of a letter that has both."""
    for line in head:
        match = _NUMBER_DATE.match(line.text)
        if match is None or _CITES.match(line.text) or not numbers_itself(match["number"]):
            continue
        if numbered and numbered != f"line {line.number}":
            continue  # the number of another document
        dates = find_dates(match["date"])
        if dates and dates[0].date.day is not None:
            yield _dated(str(dates[0].date), "number line", line, match.group(), "certain")
            return


def _english(lines: Sequence[TextLine], head: Sequence[TextLine]) -> Iterator[Statement]:
    edges = [*head, *(line for line in lines[-_TAIL_LINES:] if line not in head)]
    parts = {line.number: [part for part in _PARTS.split(line.text) if part] for line in edges}
    for label, pattern in _RANKED:
        places = lines if label == "done" else edges
        for line in places:
            for part in parts.get(line.number, [line.text]):
                match = pattern.search(part)
                dates = find_dates(match["date"]) if match else []
                if match is None or not dates or dates[0].date.month is None:
                    continue
                certainty: Certainty = (
                    "certain" if label in {"done", "dated", "adopted"} else "likely"
                )
                yield _dated(str(dates[0].date), label, line, match.group(), certainty)
                if (
                    (by := _BY.search(part))
                    and (name := read_body(by["body"]))
                    and len(name.split()) > 1
                ):
                    yield Statement(
                        "issuer",
                        name,
                        label,
                        "adoption",
                        f"line {line.number}",
                        by.group(),
                        "likely",
                    )
                return


def _of_meeting(head: Sequence[TextLine]) -> Iterator[Statement]:
    """Yield the day of the meeting that minutes are of."""
    for line in head[:8]:
        match = _MEETING_OF.search(line.text)
        dates = find_dates(match["date"]) if match else []
        said = line.text[: match.end()] if match else ""
        if match and dates and _MINUTES.search(said) and not line.text.endswith("."):
            yield _dated(str(dates[0].date), "title", line, match.group(), "certain")
            return


def _title_dates(head: Sequence[TextLine]) -> Iterator[Statement]:
    """Parse "Regulation (EU) 2020/1234 of 9 September 2020", on one line or two."""
    for at, line in enumerate(head[:9]):
        text = line.text
        match = _OF_DATE.search(text)
        if match is None or len(text) > 400 or text.endswith(".") or text.startswith("The "):
            continue
        before = text[: match.start()].strip()
        if _CITES.match(before):
            continue
        titled = (
            bool(_KIND.match(before)) if before else bool(at and _KIND.match(head[at - 1].text))
        )
        dates = find_dates(match["date"])
        if titled and dates and dates[0].date.day is not None and len(before) < 160:
            yield _dated(str(dates[0].date), "title", line, text[: match.end()], "certain")
            return


def _of_letter(head: Sequence[TextLine]) -> list[Statement]:
    """Parse the date of a letter or notice: alone on a line next to its number or addressee."""
    for at, line in enumerate(head[:12]):
        date = date_alone(line.text)
        if date is None:
            continue
        numbered = at and is_number(head[at - 1].text)
        addressed = at + 1 < len(head) and _ADDRESSED.match(head[at + 1].text)
        if numbered or addressed:
            return [_dated(str(date.date), "head", line, line.text, "likely")]
    return []


def _alone(head: Sequence[TextLine]) -> list[Statement]:
    """Parse a date alone on one of the first lines; it is only likely the document's."""
    for line in head[:8]:
        found_at = re.search(r"\s{3,}(?P<date>\S.{5,30})$", line.text)
        if found_at and (date := date_alone(found_at["date"])):
            return [_dated(str(date.date), "head", line, line.text, "likely")]
    candidates = [
        (line, date)
        for at, line in enumerate(head[:16])
        if (date := date_alone(line.text, days=False)) and not (at and opens_clause(head[at - 1]))
    ]
    candidates = [(line, date) for line, date in candidates if date.date.month is not None]
    if len({date.date for _, date in candidates}) != 1:
        return []
    line, date = candidates[0]
    return [_dated(str(date.date), "head", line, line.text, "likely")]


def _dated(value: str, label: str, line: TextLine, words: str, certainty: Certainty) -> Statement:
    where = f"line {line.number}" if line.number else ""
    return Statement("date", value, label, "adoption", where, words.strip(), certainty)
