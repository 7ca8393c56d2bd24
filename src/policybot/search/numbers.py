"""Document numbers in a question: "No. 1718 [2013]", 国发〔2013〕7号, 国务院令第735号.

Numbers begin anew with every agency and most with every year, so whatever a question gives of a
number belongs to it and is demanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policybot.index.filters import STATE, any_number
from policybot.search import cues
from policybot.search.marks import BODY, NUMBER, Mark

_ENGLISH = re.compile(
    r"(?:\b(?P<before>(?:19|20)\d\d) |[\[(〔](?P<above>\d{4})[\])〕] ?)?"
    r"(?:\b(?:document|order|decree|circular|notice|policy|file)s? )?"
    r"(?:\bNo(?:\.|s\.|\b)|№|#|(?:\bdocument|\bpolicy|\bnotice|\border|\bwith|^) ?number"
    r"|\bdocument(?= \d{3,})"
    r"|\b(?:document|notice|circular|order|decree|announcement)"
    r"(?= \d{1,7} ?(?:of (?:19|20)\d\d\b|\[)))"
    r" ?(?P<number>\d{1,7})(?!\d|[.,]\d)"
    r"(?: ?[\[(〔](?P<in>\d{4})[\])〕])?(?: of (?P<of>(?:19|20)\d\d)\b)?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:,? ?(?:and|or|&) ?|, ?)(?P<number>\d{1,7})(?!\d|[.,]\d)"
    r"(?: ?[\[(〔](?P<in>\d{4})[\])〕])?(?= ?(?:$|[?!.,;:&]|and |or |of |issued ))",
    re.IGNORECASE,
)
"""Another number after an English one, not called one again: "No. 17 and 18"."""

_HAN = r"[\u4e00-\u9fff]"
_RUN = rf"(?P<run>{_HAN}{{1,30}})?"
_DECREE = r"(?:令|公告|通告|告示)"
_CALLED = rf"(?:文件|文(?![化艺物明献字])|{_DECREE})"
_NUMERAL = "[〇○零一二三四五六七八九十百千]"
_NTH = r" ?第?(?P<number>\d{1,7}(?:[、,和与及]第?\d{1,7})*) ?[号號]"
_YEAR = r"(?P<year>(?:19|20)\d\d)年"
_SPELT = rf" ?第?(?P<number>\d{{1,7}}|{_NUMERAL}{{1,8}})[号號]"
_BEFORE_CODE = r"(?<=[的了是于据照问查找看读按在和与及或询绍下])"
_ON = (
    rf"(?:{_CALLED}|(?=$|\W|[的是讲说和与及或对在由有谁何哪什怎主要规提内目印发出分都还吗呢]|关于))"
)
"""What goes on after a number that a year alone makes one: not 线, as in 上海2013年10号线."""

_CODE = (
    r"(?:财|工信[部厅]?|发改|建|教|国科|环|交|卫|医保|人社|银|税|网信|商)"
    rf"{_HAN}{{0,4}}?[发函字企建金规科教技环资社税综预库办法信安]"
)
"""An agency's code, as far as its first and last characters tell one: 财建, 工信厅通信函, 建金."""

_CHINESE = tuple(
    re.compile(shape)
    for shape in (
        rf"{_RUN} ?[\[(〔【](?P<year>\d{{4}})年?[\])〕】]{_NTH}{_CALLED}?",
        rf"{_RUN} ?[\[(〔【](?P<year>\d{{4}}|{_NUMERAL}{{4}})年?[\])〕】]{_SPELT}{_CALLED}?",
        rf"(?P<run>{_HAN}{{2,30}}) ?[\[(〔【](?P<year>\d\d)年?[\])〕】]{_NTH}{_CALLED}?",
        rf"(?P<run>{_HAN}{{2,30}})(?P<year>(?:19|20)\d\d)[ -]{_NTH}{_ON}",
        rf"{_YEAR}的?(?P<run>(?:(?!的){_HAN}){{2,20}}?){_NTH}(?:{_CALLED}|(?=$|\W))",
        rf"{_RUN}{_YEAR}{_NTH}{_CALLED}",
        rf"(?P<run>{_HAN}{{2,30}}){_YEAR}{_NTH}{_ON}",
        rf"(?<!{_HAN}){_YEAR}{_NTH}{_ON}",
        rf"第?(?P<number>\d{{1,7}})[号號](?P<run>(?:(?![的文]){_HAN}){{2,20}}?{_DECREE})",
        rf"(?P<run>{_HAN}{{2,30}}?{_DECREE}){_NTH}",
        rf"(?P<run>{_HAN}{{2,30}}?{_DECREE}) ?第(?P<number>{_NUMERAL}{{1,8}})[号號]",
        rf"(?P<run>{_HAN}{{2,30}}?)第(?P<number>\d{{1,7}})[号號](?P<decree>{_DECREE})",
        rf"(?P<run>国办?[发函]|中办?发){_NTH}{_CALLED}?",
        rf"(?:(?<!{_HAN})|{_BEFORE_CODE})(?P<run>{_CODE}){_NTH}{_ON}",
        rf"(?P<run>{_HAN}{{1,30}}(?:(?<![印下颁转签])发|[函字企建])){_NTH}{_CALLED}",
        rf"(?<![月\d])第?(?P<number>\d{{1,7}})[号號]{_CALLED}",
    )
)
"""The shapes of a Chinese number, those that give most of it first."""

_ONE_MORE = re.compile(
    rf"(?:[、,，和与及或]|以及|还有|或者)+第?(?P<number>\d{{1,7}})[号號]{_CALLED}?"
)

_LEADING = re.compile(
    r"(?:.*(?:[的了吗呢是]|请问|关于|根据|依据|按照|依照|知道|了解|告诉|什么|为何|文件|通知"
    r"|替代|取代|代替|替换|废止|废除|撤销|修订|修改|修正)"
    r"|请|问|查[询找看]?|搜索?|找|看|读|按|在|和|与|及|或者?|以及|还有|跟|对于?|把|将|从|由|到|被|于|为|我|你|您|帮|给"
    r"|要|想|解[读释]|介绍|总结|概括|说明|比较|列出|打开|显示|一下|下|有关|引用|执行|落实|贯彻|参?见|如)+"
)
"""What stands before an agency in a sentence and is no part of its code."""

_HIGHEST = re.compile(r"(?:国办?[发函]|中办?发)$")
"""Codes that no other agency's ends with."""

_LIST_OF = rf"(?:(?:,? (?:and|or) (?:the )?|, | |[、和与及]){BODY})*"
_AND = re.compile(" |[、,，和与及]")
_OF_BODY = re.compile(
    rf"({BODY}{_LIST_OF})(?:'s?)?(?: (?:{cues.PLURAL}|{cues.SINGULAR}))? ?的?{NUMBER}"
    rf"|{NUMBER},? ?(?:(?:was|were|is|that|which) )*(?:{cues.ISSUE_VERB} )?(?:jointly )?"
    rf"(?:by|of|from) (?:the )?({BODY}{_LIST_OF})"
)


def number_marks(text: str, issuers: Sequence[Mark]) -> list[Mark]:
    """Return a mark for every document number in a cleaned question, in order.

    Its value is the number with the year and the agency that the question gives, as in
    ``1718 [2013]`` and ``国发〔2013〕7号``. One of the bodies of ``issuers`` that stands before a
    number, and is no part of it, is left out of the mark: :func:`issuing` finds it.
    """
    return sorted([*_english(text), *_chinese(text, issuers)], key=lambda mark: mark.span)


def issuing(text: str) -> list[str]:
    """Return the marks of the bodies whose number a question asks for: "No. 7 of the MOF".

    ``text`` is the marked, lower-cased question.
    """
    found = [(match[1], match[2]) for match in _OF_BODY.finditer(text)]
    return [sign for bodies in found for sign in re.findall(BODY, "".join(filter(None, bodies)))]


def _english(text: str) -> Iterator[Mark]:
    for found in _ENGLISH.finditer(text):
        if found[0].startswith("no ") or re.match(r"no \d\b", found[0].lower()):
            continue  # "is there no 5g policy"
        year = found["in"] or found["above"] or found["of"] or found["before"]
        yield Mark("number", found.span(), _with_year(found["number"], year))
        more = _MORE.match(text, found.end())
        while more:
            yield Mark("number", more.span(), _with_year(more["number"], more["in"]))
            more = _MORE.match(text, more.end())


def _with_year(number: str, year: str | None) -> str:
    return f"{number} [{year}]" if year else number


def _chinese(text: str, issuers: Sequence[Mark]) -> Iterator[Mark]:
    taken = bytearray(len(text))
    for shape in _CHINESE:
        for found in shape.finditer(text):
            place = _placed(text, found, issuers)
            if place is None or any(taken[place[0] : found.end()]):
                continue
            start, agency = place
            year = _four_digits(found.groupdict().get("year"))
            prefix = f"{agency}〔{year}〕" if year else f"{agency}{'第' if agency else ''}"
            end = found.end()
            several = [f"{prefix}{number}号" for number in _in_digits(found["number"])]
            yield Mark("number", (start, end), any_number(several) or "")
            while more := _ONE_MORE.match(text, end):
                yield Mark("number", more.span(), f"{prefix}{more['number']}号")
                end = more.end()
            taken[start:end] = b"\1" * (end - start)


def _four_digits(year: str | None) -> str | None:
    """Return a year as 2013 that is written 13 or 二〇一三."""
    if year is None or year.isascii():
        return f"20{year}" if year and len(year) == 2 else year
    return "".join(str(max("〇一二三四五六七八九".find(digit), 0)) for digit in year)


def _in_digits(numbers: str) -> list[str]:
    """Return the numbers of a text in digits; one in Chinese numerals is the whole of it."""
    if digits := re.findall(r"\d+", numbers):
        return digits
    value = 0
    if not re.search("[十百千]", numbers):
        return [(_four_digits(numbers) or "").lstrip("0") or "0"]
    for digit, unit in re.findall("([一二三四五六七八九]?)([十百千]?)", numbers):
        ones = "〇一二三四五六七八九".find(digit) if digit else int(unit == "十")
        value += ones * {"": 1, "十": 10, "百": 100, "千": 1000}[unit]
    return [str(value)]


def _placed(text: str, found: re.Match[str], issuers: Sequence[Mark]) -> tuple[int, str] | None:
    """Return where a number begins and its agency; None where a body stands inside it.

    The last of several bodies before a decree (财政部 税务总局公告) is no more its agency than the
    others: all issued it.
    """
    given = found.groupdict()
    if not given.get("run"):
        return found.start(), ""
    begin, end = found.span("run")
    run = given["run"] + (given.get("decree") or "")
    at = _agency_at(run, [(i.span[0] - begin, i.span[1] - begin) for i in issuers])
    agency = run[at:]
    own = next((i.span for i in issuers if i.span[0] == begin + at), (0, 0))
    code = run[own[1] - begin :] if own[1] else ""
    if re.fullmatch(_DECREE, code) and any(
        _AND.fullmatch(text[i.span[1] : own[0]]) for i in issuers
    ):
        at, agency = own[1] - begin, code
    if begin > found.start():
        return (found.start(), agency) if agency else None
    if run[:at].endswith(STATE):
        at -= len(STATE)
    return min(begin + at, end), "" if re.fullmatch(_DECREE, agency) else agency


def _agency_at(run: str, issuers: Sequence[tuple[int, int]]) -> int:
    """Return where in the characters before a number its agency's code begins.

    A body is the agency of its decrees (国务院令); before a code of its own (财政部财企), or with
    none, it is no part of the number.
    """
    if highest := _HIGHEST.search(run):
        return highest.start()
    for start, end in sorted(span for span in issuers if 0 <= span[0] < span[1] <= len(run)):
        code = run[end:]
        if re.fullmatch(_DECREE, code):
            return start
        if not code or code[0] == run[start]:
            return end
    leading = _LEADING.match(run)
    return leading.end() if leading else 0
