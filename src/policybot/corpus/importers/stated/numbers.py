"""Extract a document's number: on a line under its title, in its letterhead, or in the title.

A number in brackets after another document's title is a citation, never its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import Certainty, Statement, key_of, split_label
from policybot.corpus.importers.stated.lines import TextLine

FOREIGN_KINDS = (
    r"arrêté|décret|loi|ordonnance|décision|circulaire|délibération|instruction|règlement|avis|"
    r"orden|resolución|decreto|real decreto|ley|acuerdo|circular|instrucción|reglamento|ordenanza|"
    r"portaria|lei|despacho|resolução|instrução|aviso|regulamento|deliberação|decreto-lei|edital|"
    r"verordnung|satzung|gesetz|richtlinie|erlass|bekanntmachung|rundschreiben|beschluss|bescheid|"
    r"verfügung|anordnung|ordnung|decreto legislativo|legge|delibera|deliberazione|"
    r"determinazione|ordinanza|direttiva|regolamento|"
    r"besluit|regeling|wet|verordening|beleidsregel"
)
"""Words for kinds of documents in French, Spanish, Portuguese, German, Italian and Dutch."""

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_YEAR = r"[〔\[（(【〈]\s*(?:[12][0-9]{3}|[二一][〇零○一二三四五六七八九]{3})\s*[〕\]）)】〉]"
_COUNT = r"(?:第\s*)?[0-9０-９]{1,5}\s*[号號]"
CHINESE = re.compile(rf"[{_HAN}A-Za-z（）]{{1,24}}\s*{_YEAR}\s*{_COUNT}")
"""As 银发〔2021〕237号, 中国人民银行令〔2021〕第1号."""

_DECREE = re.compile(
    rf"(?P<body>[{_HAN}、 　]{{2,60}}?)\s*(?P<kind>令|公告|通告|通知|通函|布告|决定|指引)"
    rf"\s*(?P<number>(?:[12][0-9]{{3}}\s*年\s*)?(?:{_YEAR})?\s*第?\s*(?:[0-9]{{1,5}}(?:/[0-9]"
    rf"{{2,4}})?|[〇零一二三四五六七八九十百]{{1,6}})\s*[号號])"
)
_ONLY_COUNT = re.compile(
    rf"[（(]?(?:(?:[12][0-9]{{3}}\s*年\s*)|{_YEAR}\s*)?第?\s*(?:[0-9]{{1,5}}|"
    rf"[〇零一二三四五六七八九十百]{{1,6}})\s*[号號][)）]?"
)
_ONLY_YEAR_AND_COUNT = re.compile(rf"{_YEAR}\s*{_COUNT}")
"""A number without an agency word: 〔2023〕17号."""

_BESIDE = re.compile(rf"[ \u3000\t]+[{_HAN}]{{2,6}}[:：].*$")
_LETTERHEAD = re.compile(rf"[{_HAN}、 　]{{2,60}}(?:令|公告|文件|通告)")
_BRACKETED = re.compile(rf"[（(]\s*(?P<number>{CHINESE.pattern})\s*[)）]\s*$")
GLUED = re.compile(
    rf"(?P<title>.{{6,}}(?:通知|意见|办法|规定|公告|通告|决定|方案|细则|批复|"
    rf"函))\s*(?P<number>{CHINESE.pattern})"
)
"""A title immediately followed by its number."""

_LABELLED = re.compile(
    rf"(?:^|[。；\s])(?:文\s*号|发文字号|(?:本)?(?:文件|文档|制度|规程|公告)?编\s*号|文件号|"
    rf"文號|編號)\s*[:：]\s*"
    rf"(?P<number>[{_HAN}A-Za-z0-9〔〕\[\]（）()/.-]*[0-9][A-Za-z0-9〔〕\[\]（）()/号號-]*)"
)

_KINDS = (
    r"Executive Order|Order|Notice|Circular|Guidance|Directive|Decree|Decision|Regulation|"
    r"Instruction|Memorandum|Bulletin|Policy|Resolution|Determination|Ordinance|Advisory|Letter|"
    r"Opinion|Standard|Announcement|Recommendation|Rule|Release|Proclamation|Statement|Bill|"
    r"Public Law|Legal Notice|Statutory Instrument|By-?law|Act"
)
_ENGLISH = (
    re.compile(
        rf"(?P<number>(?:[A-Z][\w&.]*\s+){{0,4}}(?i:{_KINDS})\s+(?:(?i:No)\.?\s*|Number\s+)?"
        r"(?=[A-Z0-9./()-]*[0-9])[A-Z0-9][A-Z0-9./()-]*(?:\s+(?i:of)\s+[12][0-9]{3})?)"
        r"(?P<of>\s+of\s+.{5,80})?"
    ),
    re.compile(r"(?P<number>[12][0-9]{3}\s+No\.?\s*[0-9]{1,5}(?:\s*\([A-Z]\.\s*[0-9]+\))?)"),
    re.compile(
        r"(?P<number>[A-Z][A-Z0-9]{0,5}(?:[_/-][A-Z]{1,6}){0,3}\s*\([12][0-9]{3}\)\s*[0-9]{1,5}"
        r"(?:\s+final)?)"
    ),
    re.compile(r"(?P<number>(?:CP|HC|HL|Cm|Cmd|Cmnd|Cd|HCP|SI|S\.I\.)\.?\s+[0-9]{1,5})"),
    re.compile(
        r"(?P<number>[A-Z]{2,8}(?:[./-][A-Z]{1,8}){0,3}[/-](?:[A-Z]{1,6}[/-])?[12][0-9]{3}(?:"
        r"-[0-9]{2,4})?[/-][0-9A-Z-]{1,10})"
    ),
    re.compile(
        r"(?P<number>(?:[A-Z]{1,5}\.){2,8}[A-Z]{0,5}\.?[0-9]{1,4}(?:/[0-9.]+){1,3}/[0-9]{4}(?"
        r":-[0-9]{2,4})?)"
    ),
)
_NUMBERED = re.compile(rf"\b(?:{_KINDS}|No\.?|Number)\s+[12][0-9]{{3}}-[0-9]{{2}}\b", re.IGNORECASE)
"""As in "Ordinance No. 2016-09", which is not a month."""

_CODE = re.compile(r"(?P<number>[A-Z]{2,12}(?:[/.-][A-Z0-9]{1,8}){2,9})")
"""A file's code: SEBI/HO/CFD/CIR/P/2022/45."""

_FILE = re.compile(
    r"(?:(?:F|File|Ref|Reference|Letter)\.?\s*)?No\.?\s*[:.]?\s*(?P<number>(?=\S*[0-9])\S+[/-]\S+)"
    r"(?:\s+[Dd]at.*)?"
)
"""The number of a file at the head of a letter: F. No. 12/4/2016-Estt."""

_FOREIGN = re.compile(
    rf"(?P<number>(?:{FOREIGN_KINDS})(?:\s+[^\W\d_]+){{0,3}}?\s+"
    r"(?:n[°º]|n\.[°º]?|no\.?|núm(?:ero)?\.?|nr\.?|num[ée]ro)"
    r"\s*(?=[A-Z0-9./-]*[0-9])[A-Z0-9][A-Z0-9./-]*(?<![.-])"
    r"(?:\s+(?:de|of)\s+[12][0-9]{3}(?![0-9-]))?)",
    re.IGNORECASE,
)
"""As Arrêté municipal n° 2021-118, Resolución número 457 de 2019."""

_SHORT_CODE = re.compile(
    r"(?P<number>[A-Z]{2,8}\s+(?P<digits>[0-9]{1,5}[A-Z]{0,2}(?:[-/][0-9]{1,5})?))"
)
_ENGLISH_TITLE = (
    _FOREIGN,
    re.compile(r"(?P<number>[A-Z][A-Za-z]{0,5}\s?[0-9]{1,4}/[0-9]{2,4})\s*(?:[–—:-]|$)"),
    re.compile(
        r"(?:(?!(?i:by|under|of|on|to|in|with|for|amending|repealing|supplementing)\b)"
        r"[A-Z][\w/-]*:?\s+){0,6}(?:REGULATION|DIRECTIVE|DECISION|Regulation|Directive|Decision|"
        r"RECOMMENDATION|Recommendation)\s+(?P<number>\((?:EU|EC|EEC|Euratom|EU, "
        r"Euratom)\)\s+(?:No\s+)?[0-9]{2,4}/[0-9]{2,4})\b"
    ),
    re.compile(
        r"(?P<number>Executive Order\s+(?:No\.?\s*)?[0-9]{3,6}(?:-[0-9]{1,5})?)(?![\w/]|-[0-9])"
    ),
    re.compile(r"(?P<number>[A-Z]{2,6}\s?[0-9]{1,4}-[0-9]{1,4})\s*:"),
    re.compile(
        rf"(?P<number>(?:[A-Z][\w&.]*\s+){{0,4}}(?:{_KINDS})\s+(?:No\.?\s*[0-9]{{1,5}}(?:[/-][0-9]"
        rf"{{1,5}})?|[0-9]{{1,5}}[/-][0-9]{{1,5}}))(?![\w/]|-[0-9])"
    ),
)
_SECTION = re.compile(
    r"(?:§+|[Ss]ection|Sec\.|[Rr]ule|[Rr]egulation|Reg\.|[Aa]rticle|Art\.)?\s*"
    r"(?P<number>[0-9]{1,5}[A-Za-z]{0,2}(?:[.-][0-9]{1,5}[A-Za-z]{0,2}){1,5})[.:]?\s+\S"
)
_CODED = re.compile(
    r"(?:(?:[A-Z][\w.’'-]*\s+){0,3}?(?:(?i:No|Number|Ref|Reference)\b\.?|№|N[º°])\s*[:.]?\s*)"
    r"(?P<number>(?=\S*[0-9])[A-Za-z]\w{0,11}(?:[/.-][\w&]{1,12}){1,9})"
)
"""A code with a label, whatever the document is called: Office Order No. VU/Estt/OO/2021/46."""

_LABELLED_ENGLISH = re.compile(
    r"(?:(?:Document|Policy|Reference|Ref|Docket|File|Circular|Notice|Report|Command Paper|"
    r"Bill|Order|Publication)"
    r"\s*(?:No|Number|Nos|#|ID|Ref|reference)?\.?|(?:Number|"
    r"No))\s*[:：]\s*(?P<number>(?=[^\s]*[0-9])[A-Z0-9][\w./()-]{2,39}(?: "
    r"[0-9][\w/.-]*)?)\s*$",
)
_ONLY_YEAR = re.compile(r"[A-Za-z](?<!\bof)(?<!\bOF)\s+(?:19|20)[0-9]{2}$")
"""As in "Harbour Guidance 2024", which is a title."""

_HEAD_LINES = 14
_LETTER_HEAD = 4
_NUMBER_WORDS = 4
_TITLE_REST = 250


def read_numbers(lines: Sequence[TextLine], title: str) -> list[Statement]:
    """Return the numbers that the title and the first lines state, the most certain first."""
    statements = [*_in_title(title)]
    head = list(lines[:_HEAD_LINES])
    for at, line in enumerate(head):
        text = line.text.strip(" \u3000*")
        if match := CHINESE.fullmatch(_apart(text)):
            statements.append(_statement(match.group(), "number line", line))
        elif decree := _DECREE.fullmatch(_unspaced(text)):
            statements.append(_statement(decree.group(), "decree line", line))
        elif _ONLY_COUNT.fullmatch(text) and at and _LETTERHEAD.fullmatch(head[at - 1].text):
            above = re.sub(r"\s+", "", head[at - 1].text)
            statements.append(
                _statement(
                    f"{above.removesuffix('文件')}{text.strip('（）()')}",
                    "decree line",
                    TextLine(line.number, f"{head[at - 1].text} {text}"),
                )
            )
        elif _ONLY_YEAR_AND_COUNT.fullmatch(text):
            statements.append(_statement(text, "number line", line, "likely"))
        elif match := GLUED.fullmatch(text):
            statements.append(_statement(match["number"], "number line", line))
        elif match := _LABELLED.search(text):
            sure: Certainty = "likely" if match.start() else "certain"
            statements.append(_statement(match["number"], "number line", line, sure))
        elif number := _on_line(text, at, title) or _english(text) or _coded(text):
            statements.append(_statement(number, "number line", line))
        elif (match := _DECREE.match(_unspaced(text))) and _decree_opens(text, match):
            statements.append(_statement(match.group(), "decree line", line))
    if not statements:
        statements += _later(lines[_HEAD_LINES:])
    return statements


def _apart(text: str) -> str:
    """Return a line without a label behind its number: 云环函〔2023〕102号　签发人：周立民."""
    return _BESIDE.sub("", text)


def _on_line(text: str, at: int, title: str) -> str | None:
    """Return the number on a line, by its label, its place in a letter, or the title."""
    if match := _LABELLED_ENGLISH.match(text):
        return match["number"]
    if number := _labelled(text):
        return number
    if at < _LETTER_HEAD and (match := _FILE.fullmatch(text)):
        return match["number"]
    if (match := _FOREIGN.match(text)) and _stands_alone(text[match.end() :]):
        return match["number"]
    match = _SHORT_CODE.fullmatch(text)
    titled = match and re.search(rf"(?<![\w.]){match['digits']}(?!\w)", title)
    return match["number"] if match and titled else None


def _coded(text: str) -> str | None:
    """Return the code that a line, or one of the parts of it, gives as the number."""
    for part in re.split(r"\s{3,}|\t|\s+[|/·•]\s+", text):
        if match := _CODED.fullmatch(part.strip()):
            return match["number"]
    return None


def _labelled(text: str) -> str | None:
    """Return the number of a line with a label: NOR : TRAT1809967A."""
    split = split_label(text)
    if split is None or key_of(split[0]) != "number":
        return None
    return split[1] if is_number_value(split[1]) else None


def is_number_value(text: str) -> bool:
    """Return whether a text may be a number: "Your circular No. 12 dated 3 May" is a citation."""
    return bool(re.search(r"[0-9]", text)) and len(text.split()) <= _NUMBER_WORDS


def _stands_alone(rest: str) -> bool:
    """Return whether only a date and the subject of the act may follow a number on its line."""
    return not rest.strip() or (rest[0] in " ,(–-—" and len(rest) < _TITLE_REST)


def section_number(title: str, lines: Sequence[TextLine]) -> list[Statement]:
    """Return the section number of a document that is a section of a code.

    Its title begins with the number, and one of ``lines`` has it after "Section", "§" or the like.
    """
    match = _SECTION.match(title)
    if match is None:
        return []
    named = re.compile(
        rf"(?:§+|\b(?:[Ss]ection|Sec\.|[Rr]ule|[Rr]egulation|Reg\.|[Aa]rticle|Art\.))\s*"
        rf"{re.escape(match['number'])}(?![\w.-]*[0-9])"
    )
    for line in lines:
        if named.search(line.text):
            return [_statement(match["number"], "title", TextLine(0, title))]
    return []


def is_number(text: str) -> bool:
    """Return whether a line is only a document number."""
    line = text.strip(" \u3000*")
    if (match := _FOREIGN.match(line)) and not re.search(r"[^\W\d_]{2}", line[match.end() :]):
        return True
    if _FILE.fullmatch(line) or _SHORT_CODE.fullmatch(line):
        return True
    number = _english(line)
    rest = line.removeprefix(number).strip() if number else line
    if number and (not rest or find_dates(rest)):
        return True
    return bool(CHINESE.fullmatch(line) or _ONLY_COUNT.fullmatch(line))


def numbers_itself(text: str) -> bool:
    """Return whether words at the beginning of a line are the document's own number."""
    return is_number(text) or _on_line(text, 0, "") is not None or _coded(text) is not None


def _in_title(title: str) -> list[Statement]:
    where = TextLine(0, title)
    if match := _BRACKETED.search(title):
        return [_statement(match["number"], "title", where)]
    text = _unspaced(title)
    if match := _DECREE.match(text):
        rest = text[match.end() :].strip()
        if not rest or rest[0] in "（(《:：":
            return [_statement(match.group(), "title", where)]
    for pattern in _ENGLISH_TITLE:
        if match := pattern.match(title):
            return [_statement(match["number"], "title", where)]
    return []


def _english(text: str) -> str | None:
    """Return the number that an English line consists of; None for other lines."""
    line = re.split(r"\s{3,}", text.strip())[0].rstrip(".,")
    dated = any(date.date.month for date in find_dates(_NUMBERED.sub("", line)))
    if len(line) > 80 or (dated and not re.search(r"\bof\b", line)):
        return None
    for pattern in (*_ENGLISH, _CODE):
        match = pattern.fullmatch(line)
        if (
            match
            and re.search(r"[0-9]", match["number"])
            and not _ONLY_YEAR.search(match["number"])
        ):
            return match["number"]
    return None


def _decree_opens(text: str, match: re.Match[str]) -> bool:
    return text[match.end() : match.end() + 1] in ("（", "(")


def _later(lines: Sequence[TextLine]) -> list[Statement]:
    """Return the first number alone on a line further down, as of a notice within a page."""
    for line in lines:
        if match := CHINESE.fullmatch(line.text.strip(" \u3000*")):
            return [_statement(match.group(), "number line", line, "likely")]
    return []


def _statement(
    number: str, label: str, line: TextLine, certainty: Certainty = "certain"
) -> Statement:
    where = f"line {line.number}" if line.number else ""
    value = " ".join(number.split())
    if re.search(rf"[{_HAN}]", value):
        value = re.sub(r"\s+", "", value)
    return Statement("number", value, label, label, where, line.text, certainty)


def _unspaced(text: str) -> str:
    return re.sub(rf"(?<=[{_HAN}0-9])[ \u3000]+(?=[{_HAN}0-9])", "", text)
