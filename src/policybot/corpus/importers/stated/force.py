"""Extract the dates of entry into force and of expiry that a document states."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from policybot.corpus.dates import FoundDate, find_dates
from policybot.corpus.importers.labels import Key, Statement
from policybot.corpus.importers.stated.lines import TextLine
from policybot.corpus.importers.stated.numbers import FOREIGN_KINDS
from policybot.corpus.importers.stated.titles import ENGLISH_KINDS, HAN_KINDS
from policybot.simplified import simplified

HAN_DATE = (
    r"[12][0-9]{3}\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日|"
    r"[二一][〇零○一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]"
    r"{1,3}日"
)
_IN_FORCE = re.compile(
    rf"(?P<subject>本[^，。；：《》]{{1,24}}?|现予[^，。；《》]{{0,8}}[，,]?|(?:^|"
    rf"[，；。,\s（(])(?:[并並])?|[^，。；]{{0,24}}?安排)"
    rf"(?:自|从|由|于|定于|将于|将自)\s*(?P<date>{HAN_DATE})\s*(?:零时)?(?:起|开始|之日起|"
    rf"日起)?\s*(?:正式)?"
    rf"(?:施行|实施|执行|生效|试行|实行|启用)"
)
_UNTIL = re.compile(
    rf"(?:有效期|有效期限|执行期限|实施期限|施行期限|试行期|试行期限|"
    rf"执行期)[^，。；《》]{{0,24}}?(?:至|到|为)\s*(?P<date>{HAN_DATE})"
)
_UNTIL_RANGE = re.compile(
    rf"本[^，。；：《》]{{1,24}}?自\s*(?:{HAN_DATE})\s*起?(?:施行|实施|执行|"
    rf"生效)?\s*[，,]?\s*(?:至|到)\s*(?P<date>{HAN_DATE})\s*(?:止|有效|废止|失效)"
)
_OTHERS = re.compile(r"《[^》]*》(?:[（(][^）)]*[）)])?\s*$")

DATE = (
    r"(?:[0-9]{1,2}(?:st|nd|rd|th)?(?:\sday\sof)?\s[A-Z][a-z]{2,8}\.?,?\s[12][0-9]{3}"
    r"|[A-Z][a-z]{2,8}\.?\s[0-9]{1,2}(?:st|nd|rd|th)?,?\s[12][0-9]{3}"
    r"|[0-9]{1,2}[./-][0-9]{1,2}[./-][12][0-9]{3}|[12][0-9]{3}-[0-9]{2}-[0-9]{2})"
)
"""A date in English or in digits, as a regular expression."""

DAY_OF_WEEK = (
    r"(?:(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)day,?\s+)?(?:the\s+)?"
)
"""What may stand before a date: "Monday the 2nd January 2023"."""

_GERMAN_KINDS = (
    "[Vv]erordnung|[Ss]atzung|[Gg]esetz|[Rr]ichtlinien?|[Ee]rlass|[Bb]ekanntmachung|[Rr]undschreiben|"
    "[Bb]eschluss|[Vv]erfügung|[Oo]rdnung|[Vv]orschrift|[Aa]nweisung|[Vv]ereinbarung|[Rr]egelung"
)
_FROM_DAY = (
    r"\s*(?:on|from|as\s+of|as\s+from|commencing(?:\s+on)?|beginning(?:\s+on)?)?\s*:?\s*"
    rf"{DAY_OF_WEEK}"
)
_VERB = (
    r"(?:(?:shall|will|is|are|to)\s+)?(?:be\s+)?"
    r"(?:[Ee]ffective|EFFECTIVE|[Cc]om(?:es?|ing)\s+into\s+(?:force|effect|operation)"
    r"|[Ee]nt(?:ers?|ry)\s+into\s+(?:force|effect)|[Tt]akes?\s+effect|[Cc]ommences?|[Cc]ommencement"
    r"|in\s+force|with\s+effect)(?:\s+[Dd]ate|\s+DATE)?"
    rf"{_FROM_DAY}"
)
_CLAUSE = r"(?:(?!\b(?:that|who|whose|if)\b)[^.;])"
"""A character of a clause: what follows "that" is about something else."""

THIS = (
    r"\b[Tt]h(?:is|ese)\s(?:[\w()/,-]+\s){0,4}?"
    rf"(?:Measures|Provisions|Conditions|[A-Z]{{2,6}}|[Dd]ocument|[Pp]age|[Vv]ersion|[Ee]dition|"
    rf"(?i:{ENGLISH_KINDS}))\b"
)
"""How a document refers to itself; "this change" and "these measures" are about its subject."""

_OWN = re.compile(rf"(?:{THIS}|(?P<pronoun>\b[Ii]t\b)){_CLAUSE}{{0,110}}?\b{_VERB}(?P<date>{DATE})")
_NAMES_ITSELF = re.compile(THIS)
_SELF_FOREIGN = (
    r"\b(?:[Ll]e\s+présent|[Ll]a\s+présente|[Ll]es\s+présent(?:e?s)|[Ll]as?\s+presentes?|"
    r"[Ee]l\s+presente|"
    r"[Ll]os\s+presentes|[Ee]st[ea]|[OA]\s+presente|[Dd]iese[rs]?|[Ii]l\s+presente|"
    rf"[Dd]eze|[Dd]it|[Dd](?:as|ie|er)\s+(?=\w*(?:{_GERMAN_KINDS})\b))"
)
SELF_SPANISH = (
    r"\b(?:[Ll]as?\s+presentes?|[Ee]l\s+presente|[Ll]os\s+presentes|"
    rf"[Ee]st[aeo]s?\s+(?:[^\W\d_]+\s+)?(?i:{FOREIGN_KINDS}|bando|reglas?|normas?|disposici[óo]n|"
    r"convocatoria|lineamientos?|protocolo|edicto|medidas?|plan|programa)\b)"
)
"""How a Spanish document refers to itself; "esta licencia" is something that it is about."""

_OWN_FOREIGN = re.compile(
    rf"{_SELF_FOREIGN}[^.;]{{0,110}}?"
    rf"(?:en\s+vigueur|prend(?:ra)?\s+effet|applicable|en\s+vigor|en\s+vigencia|rige|regirá|"
    rf"surtirá\s+efectos?|em\s+vigor|produz\s+efeitos|tritt|gilt|in\s+vigore|in\s+werking)"
    rf"\s*(?:(?:le|à\s+compter\s+du|à\s+partir\s+du|el(?:\s+día)?|a\s+partir\s+del?(?:\s+día)?|desde\s+el|"
    rf"em|no\s+dia|a|am|ab(?:\s+dem)?|zum|mit\s+Wirkung\s+vom|il|dal|op|met\s+ingang\s+van|per)\s+)?"
    rf"(?P<date>{DATE})(?!\s*(?:außer|aufgehoben))"
)
"""Entry into force of the document itself, in other languages."""

_SELF_OTHER = (
    r"\b(?:[Ll]e\s+présent|[Ll]a\s+présente|[Ll]es\s+présent(?:e?s)|[OA]\s+presente|[Ii]l\s+presente|"
    rf"[Dd](?:as|ie|er|iese[rs]?)\s+(?=\w*(?:{_GERMAN_KINDS})\b))"
)
_LABELLED = re.compile(rf"(?:^|[|•]\s*|\s{{3,}})(?:DATES?:\s*)?{_VERB}(?P<date>{DATE})")
_SENTENCE = re.compile(rf"(?<=[.;)]\s)(?=[A-Z]){_VERB}(?P<date>{DATE})\s*(?:[.;)]|$)")
"""A sentence without a subject, near the head: "Comes into effect on 1st February 2022."."""

_FROM = re.compile(rf"\b(?:[Ww]ith\s+effect|w\.?e\.?f\.?){_FROM_DAY}(?P<date>{DATE})")
_DISPOSES = re.compile(r"\bthe\s+following\b|\bhereby\b|\bin\s+exercise\s+of\b", re.IGNORECASE)
_PART = re.compile(
    r"[(（]?(?:[0-9]{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)）]\s|(?:Article|Section|Part)\s+[0-9IVX]"
)
_HEAD_LINES = 24
_ENDS = re.compile(
    rf"\b(?:[Tt]his|[Tt]hese|It|it)\s[^.;]{{0,90}}?(?:expires?|ceases?\ to\ (?:have\ effect|"
    rf"be\ in\ force|apply)|"
    rf"remains?\ in\ (?:force|effect)\ until|is\ valid\ until|lapses?)\s*(?:on|until|"
    rf"at\ the\ end\ of)?\s*{DAY_OF_WEEK}(?P<date>{DATE})"
    rf"|^(?:Expiry|Expiration|Expires|Sunset)(?:\ date)?\s*:?\s*(?:on\s+)?(?P<date2>{DATE})",
)
_LASTS = (
    r"(?:in\s+force|in\s+effect|valid|effective|operative|applicable|appl(?:y|ies)|have\s+effect|"
    r"has\s+effect|continues?|remains?|runs?)"
)
_UNTIL_DAY = re.compile(
    rf"(?:{THIS}|\b[Ii]t\b|\b[Tt]he\s+(?P<kind>{ENGLISH_KINDS})\b){_CLAUSE}{{0,110}}?\b{_LASTS}"
    rf"(?:,[^,.;]{{1,60}},)?\s+(?:(?:from\s+[^.;]{{4,40}}?\s+)?(?:until|till|through|up\s+to)|"
    rf"from\s+[^.;]{{4,40}}?\s+to)(?:\s+and\s+including|\s+the\s+end\s+of)?\s+"
    rf"{DAY_OF_WEEK}(?P<date>{DATE})"
)
"""A last day: "the Scheme shall remain in force, unless renewed, until 30 June 2026"."""

_UNTIL_FOREIGN = re.compile(
    rf"(?:{SELF_SPANISH}|{_SELF_OTHER})[^.;]{{0,200}}?"
    rf"(?:\b(?:vigentes?|vigencia|vigor|rige|regirán?|válid[oa]s?|efectos?|aplicarán?|vigueur|"
    rf"applicables?|gilt|gelten|vigore)\b\s+(?:(?:desde|del?|du|vom|dal)\s+[^.;]{{4,40}}?\s+)?"
    rf"(?:hasta|jusqu['’]au|bis(?:\s+zum)?|até|fino\s+al)\s+(?:el\s+|le\s+|ao\s+)?(?:día\s+|dia\s+)?"
    rf"(?P<date>{DATE})"
    rf"|\btritt\s+(?:am|mit\s+Ablauf\s+des)\s+(?P<date2>{DATE})\s+außer\s+Kraft)"
)
"""A last day in other languages."""

_DIGIT = re.compile("[0-9]")
_WORTH = re.compile(
    r"ffective|FFECTIVE|effect|force|ommence|operation|vig[uo]|vigenc|effet|applicable|efe[ic]to|"
    r"r[ie]g[ei]|tritt|gilt|werking"
)
_ARTICLE_OF_PART = re.compile(r"(?:except|other than|provided that|除外|其中)", re.IGNORECASE)


def read_force(lines: Sequence[TextLine], title: str = "") -> list[Statement]:
    """Return the dates of entry into force and of expiry that a text states about itself."""
    starts = [
        *_chinese(lines, _IN_FORCE, "effective"),
        *_english(lines),
        *_short_sentences(lines),
        *_disposed(lines),
    ]
    ends = [
        *_chinese(lines, _UNTIL, "expires"),
        *_chinese(lines, _UNTIL_RANGE, "expires"),
        *_ends(lines, title),
    ]
    return [*agreeing(starts), *agreeing(ends)]


def _chinese(lines: Sequence[TextLine], pattern: re.Pattern[str], key: Key) -> Iterator[Statement]:
    for line in lines:
        if "年" not in line.text:
            continue
        plain = simplified(line.text)
        text = plain if len(plain) == len(line.text) else line.text
        for match in pattern.finditer(text):
            before = text[: match.start()]
            if is_quoted(before):
                continue
            if pattern is _UNTIL and _of_another(before):
                continue
            if key == "effective" and not (match["subject"] or "").startswith(("本", "现")):
                clause = re.split(r"[。；]", before)[-1]
                if _OTHERS.search(before) or not is_own(clause):
                    continue
            dates = find_dates(match["date"])
            if dates and dates[0].date.day is not None:
                yield _statement(key, dates[0], line, match.group())


def is_quoted(before: str) -> bool:
    """Return whether a quotation or a title is open at the end of a text."""
    opened = max(before.rfind("《"), before.rfind("“"))
    return opened > max(before.rfind("》"), before.rfind("”"))


def _of_another(before: str) -> bool:
    """Return whether the clause at the end of a text is about a document that it names."""
    clause = re.split(r"[。；]", before)[-1]
    return "《" in clause and not re.search(
        rf"本[^，。；《》]{{0,14}}(?:{HAN_KINDS})|现[将予]", clause
    )


def is_own(clause: str) -> bool:
    """Return whether a clause is about its own document: it has no other subject."""
    return not clause.strip() or (
        bool(
            re.search(
                r"(?:现予|本[办规条通意决规细法公章令方实标准]|公布|发布|印发|^.{0,8}(?:修正|修订|订定|制定)[「《])",
                clause,
            )
        )
        and not re.search(r"(?:调整|废止|失效|《[^》]*》[^，]{0,6}$)", clause)
    )


def _english(lines: Sequence[TextLine]) -> Iterator[Statement]:
    for at, line in enumerate(lines):
        text = line.text
        if not _WORTH.search(text):
            continue
        for pattern in (_OWN, _OWN_FOREIGN, _LABELLED):
            match = pattern.search(text)
            if match is None or _ARTICLE_OF_PART.search(match.group()):
                continue
            if match.groupdict().get("pronoun"):
                before = f"{lines[at - 1].text if at else ''} {text[: match.start()]}"
                if not _NAMES_ITSELF.search(before):
                    continue
            dates = find_dates(match["date"])
            if dates and dates[0].date.day is not None:
                yield _statement("effective", dates[0], line, match.group())
                break


def _short_sentences(lines: Sequence[TextLine]) -> Iterator[Statement]:
    """Yield the start in a sentence without a subject in the head: "Effective January 1, 2024."."""
    for line in lines[:_HEAD_LINES]:
        match = _SENTENCE.search(line.text)
        dates = find_dates(match["date"]) if match else []
        if match and dates and dates[0].date.day is not None:
            yield _statement("effective", dates[0], line, match.group())


def _disposed(lines: Sequence[TextLine]) -> Iterator[Statement]:
    """Yield the likely start in the sentence before the first provision that disposes of all.

    "With effect from 1 May the following applies", "the Authority hereby designates …, with effect
    from 1 May"; a numbered line is about itself alone.
    """
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if _PART.match(line.text) or (line.heading and at):
            return
        match = _FROM.search(line.text)
        dates = find_dates(match["date"]) if match and _DISPOSES.search(line.text) else []
        if match and dates and dates[0].date.day is not None:
            found = _statement("effective", dates[0], line, match.group())
            yield dataclasses.replace(found, certainty="likely")


def _ends(lines: Sequence[TextLine], title: str) -> Iterator[Statement]:
    for line in lines:
        if not _DIGIT.search(line.text):
            continue
        for pattern in (_ENDS, _UNTIL_DAY, _UNTIL_FOREIGN):
            match = pattern.search(line.text)
            groups = match.groupdict() if match else {}
            if (kind := groups.get("kind")) and kind.casefold() not in title.casefold():
                continue  # "the Agreement" is another document
            dates = find_dates(groups.get("date") or groups.get("date2") or "")
            if match and dates and dates[0].date.day is not None:
                yield _statement("expires", dates[0], line, match.group())
                break


def _statement(key: Key, date: FoundDate, line: TextLine, words: str) -> Statement:
    where = f"line {line.number}"
    return Statement(key, str(date.date), "text", "text", where, words.strip(" ，；。,|•"))


def agreeing(statements: Sequence[Statement]) -> list[Statement]:
    """Return the first of the most certain statements, only likely if these differ."""
    certain = [item for item in statements if item.certainty == "certain"]
    best = certain or list(statements)
    if len({item.value for item in best}) < 2:
        return best[:1]
    return [dataclasses.replace(best[0], certainty="likely")]
