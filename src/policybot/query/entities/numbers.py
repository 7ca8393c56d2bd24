"""Document numbers in a question: "No. 1718 [2013]", 国发〔2013〕7号, 国务院令第735号.

Agencies number their documents anew, most of them every year, so an agency and a year beside a
number belong to it, and a policy must have all of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from policybot.corpus.text.language import STATE
from policybot.numerals import han_value
from policybot.query.entities import codes
from policybot.query.entities.codes import CALLED, DIGITS, OF_YEAR, with_year
from policybot.query.entities.entity import Entity
from policybot.query.text import Text
from policybot.query.vocabulary import Vocabulary
from policybot.simplified import simplified

ANY = " / "
"""Separates several numbers of which a policy must have one."""

_ENGLISH = re.compile(
    r"(?:\b(?P<before>(?:19|20)\d\d) |[\[(〔](?P<above>\d{4})[\])〕] ?)?"
    r"(?:\b(?:document|order|decree|circular|notice|policy|file)s? )?"
    r"(?:\bNo(?:\.|s\.|\b)|\bn(?:\.[ºo°]|[º°]|úm\.|úmero)|№|#|(?:\bdocument|\bpolicy|\bnotice|\border|\bwith|\bthe|^) ?number"
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
"""Another number after an English one, without "No." again: "No. 17 and 18"."""

_HAN = r"[\u4e00-\u9fff]"
_RUN = rf"(?P<run>{_HAN}{{1,30}})?"
_DECREE = r"(?:令|公告|通告|告示)"
_HAN_CALLED = rf"(?:文件|文(?![化艺物明献字])|{_DECREE})"
_NUMERAL = "[〇○零一二三四五六七八九十百千]"
_NTH = r" ?第?(?P<number>\d{1,7}(?:[、,和与及]第?\d{1,7})*) ?[号號]"
_YEAR = r"(?P<year>(?:19|20)\d\d)年"
_SPELT = rf" ?第?(?P<number>\d{{1,7}}|{_NUMERAL}{{1,8}})[号號]"
_BEFORE_CODE = r"(?<=[的了是于据照问查找看读按在和与及或询绍下])"
_ON = rf"(?:{_HAN_CALLED}|(?=$|\W|[的是讲说和与及或对在由有谁何哪什怎主要规提内目印发出分都还吗呢]|关于))"
"""What may follow a number with a year alone: not 线, as in 上海2013年10号线."""

_CODE = (
    r"(?:财|工信[部厅]?|发改|建|教|国科|环|交|卫|医保|人社|银|税|网信|商)"
    rf"{_HAN}{{0,4}}?[发函字企建金规科教技环资社税综预库办法信安]"
)
"""An agency's code, recognised by its first and last characters: 财建, 工信厅通信函, 建金."""

_CHINESE = tuple(
    re.compile(shape)
    for shape in (
        rf"{_RUN} ?[\[(〔【](?P<year>\d{{4}})年?[\])〕】]{_NTH}{_HAN_CALLED}?",
        rf"{_RUN} ?[\[(〔【](?P<year>\d{{4}}|{_NUMERAL}{{4}})年?[\])〕】]{_SPELT}{_HAN_CALLED}?",
        rf"(?P<run>{_HAN}{{2,30}}) ?[\[(〔【](?P<year>\d\d)年?[\])〕】]{_NTH}{_HAN_CALLED}?",
        rf"(?P<run>{_HAN}{{2,30}})(?P<year>(?:19|20)\d\d)[ -]{_NTH}{_ON}",
        rf"{_YEAR}的?(?P<run>(?:(?!的){_HAN}){{2,20}}?){_NTH}(?:{_HAN_CALLED}|(?=$|\W))",
        rf"{_RUN}{_YEAR}{_NTH}{_HAN_CALLED}",
        rf"(?P<run>{_HAN}{{2,30}}){_YEAR}{_NTH}{_ON}",
        rf"(?<!{_HAN}){_YEAR}{_NTH}{_ON}",
        rf"第?(?P<number>\d{{1,7}})[号號](?P<run>(?:(?![的文]){_HAN}){{2,20}}?{_DECREE})",
        rf"(?P<run>{_HAN}{{2,30}}?{_DECREE}){_NTH}",
        rf"(?P<run>{_HAN}{{2,30}}?{_DECREE}) ?第(?P<number>{_NUMERAL}{{1,8}})[号號]",
        rf"(?P<run>{_HAN}{{2,30}}?)第(?P<number>\d{{1,7}})[号號](?P<decree>{_DECREE})",
        rf"(?P<run>国办?[发函]|中办?发){_NTH}{_HAN_CALLED}?",
        rf"(?:(?<!{_HAN})|{_BEFORE_CODE})(?P<run>{_CODE}){_NTH}{_ON}",
        rf"(?P<run>{_HAN}{{1,30}}(?:(?<![印下颁转签])发|[函字企建])){_NTH}{_HAN_CALLED}",
        rf"(?<![月\d])第?(?P<number>\d{{1,7}})[号號]{_HAN_CALLED}",
    )
)
"""The forms of a Chinese number, the most complete first."""

_ONE_MORE = re.compile(
    rf"(?:[、,，和与及或]|以及|还有|或者)+第?(?P<number>\d{{1,7}})[号號]{_HAN_CALLED}?"
)

_LEADING = re.compile(
    r"(?:.*(?:[的了吗呢是]|请问|关于|根据|依据|按照|依照|知道|了解|告诉|什么|为何|文件|通知"
    r"|替代|取代|代替|替换|废止|废除|撤销|修订|修改|修正)"
    r"|文号|编号|字号|请|问|查[询找看]?|搜索?|找|看|读|按|在|和|与|及|或者?|以及|还有|跟|对于?|把|将|从|由|到|被|于|为|我|你|您|帮|给"
    r"|要|想|解[读释]|介绍|总结|概括|说明|比较|列出|打开|显示|一下|下|有关|引用|执行|落实|贯彻|参?见|如)+"
)
"""Words of a sentence before an agency that are no part of its code."""

_HIGHEST = re.compile(r"(?:国办?[发函]|中办?发)$")
"""Codes that no other agency's ends with."""

_AND = re.compile(" |[、,，和与及]")


def find(text: Text, issuers: Sequence[Entity], vocabulary: Vocabulary) -> list[Entity]:
    """Return every document number of a question, those that give most of it first.

    Its value is the number with the year and the agency that the question gives, as in
    ``1718 [2013]`` and ``国发〔2013〕7号``; several of which any will do have :data:`ANY` between
    them. One of the bodies of ``issuers`` that stands before a number is left out of it.
    """
    if not re.search(r"\d|[一二三四五六七八九十]号", text.plain):
        return []
    plain = simplified(text.printed)
    match = [*_of_schemes(text, vocabulary), *codes.find(text, vocabulary), *_english(plain)]
    match = [*match, *_chinese(plain, issuers), *_bare_numbers(text, vocabulary)]
    return [*_as_numbered(text, match, vocabulary), *match]


_WORDS_BEFORE = re.compile(r"(?:[^\W\d_][\w./-]*[ -]){0,4}$")
_NUMBER_AS_WRITTEN = re.compile(
    rf"(?<![\w.,$£€¥/#-]){DIGITS}(?P<year> (?:of|del?) (?:19|20)\d\d(?![\w/-]))?"
)


def _as_numbered(text: Text, others: Sequence[Entity], vocabulary: Vocabulary) -> Iterator[Entity]:
    """Yield the numbers that a policy has just as they are written: "Code of Practice 3".

    Of the words before the digits, as many as possible belong to it. Where one of ``others`` that
    is as long is the number of a policy too, that stands.
    """
    for match in list(_NUMBER_AS_WRITTEN.finditer(text.plain))[:_LOOKED_UP]:
        if _YEARLIKE.fullmatch(match["number"]) and not match["year"]:
            continue
        read = [e for e in others if e.span[0] < match.end() and match.start() < e.span[1]]
        held = [
            e.span[0]
            for e in read
            if any(vocabulary.count_numbered(number) for number in str(e.value).split(ANY))
        ]
        before = _WORDS_BEFORE.search(text.plain, 0, match.start())
        starts = [match.start()] if match["year"] else []
        if before:
            words = re.finditer(r"[^\W\d_][\w./-]*[ -]", before[0])
            starts = [before.start() + word.start() for word in words] + starts
        for start in starts:
            number = text.printed[start : match.end()]
            if any(at <= start for at in held):
                break
            if vocabulary.count_numbered(number):
                yield Entity("number", (start, match.end()), number)
                break


_YEARLIKE = re.compile(r"(?:19|20)\d\d")
_BARE = re.compile(
    rf"(?<![\w.,$£€¥/#-]){DIGITS}(?! ?(?:%|million|billion|percent|euros?|dollars?|yuan))"
)
_LOOKED_UP = 3


@functools.lru_cache(maxsize=8)
def _scheme_pattern(schemes: tuple[str, ...]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """Return what finds the corpus's numbers as people write them, and the scheme of each form.

    A form is the whole scheme, its initials with or without points, or its last word.
    """
    forms: dict[str, str] = {}
    for scheme in schemes:
        words = [w for w in re.findall(r"[^\W\d_]+", scheme.lower()) if w not in {"no", "nos"}]
        if not words or not words[0].isascii():
            continue
        initials = "".join(word[0] for word in words)
        for form in (" ".join(words), initials if len(words) > 1 else "", words[-1]):
            if len(form) > 1:
                forms.setdefault(form, scheme)
    if not forms:
        return None, {}
    shapes = [
        r"\.? ?".join(form) + r"\.?"
        if " " not in form and len(form) < 4
        else re.escape(form).replace(r"\ ", "[ -]")
        for form in sorted(forms, key=len, reverse=True)
    ]
    shape = rf"(?<![\w./-])(?P<form>{'|'.join(shapes)})s?{CALLED} ?{DIGITS}{OF_YEAR}?"
    return re.compile(shape), forms


def _of_schemes(text: Text, vocabulary: Vocabulary) -> Iterator[Entity]:
    """Yield the numbers with a scheme of the corpus: EO 13706, Ordinance No. 2019-14."""
    pattern, forms = _scheme_pattern(tuple(vocabulary.schemes))
    if pattern is None:
        return
    for match in pattern.finditer(text.plain):
        form = match["form"].replace("-", " ")
        scheme = forms.get(form) or forms.get(re.sub(r"[.\s]", "", form)) or ""
        number = with_year(f"{scheme} {match['number']}", match["of"])
        called = text.plain[match.end("form") : match.start("number")].strip("s .")
        yearlike = _YEARLIKE.fullmatch(match["number"]) and not called
        if yearlike and not vocabulary.count_numbered(number):
            continue  # "orders 2013" are those of that year
        yield Entity("number", match.span(), number)
        for more in _consecutive(_MORE, text.printed, match.end()):
            yield Entity("number", more.span("number"), f"{scheme} {more['number']}")


def _bare_numbers(text: Text, vocabulary: Vocabulary) -> Iterator[Entity]:
    """Yield the bare numbers that exactly one policy has."""
    bare = [
        match
        for match in _BARE.finditer(text.plain)
        if len(match["number"]) > 3 and not _YEARLIKE.fullmatch(match["number"])
    ]
    for match in bare[:_LOOKED_UP]:
        if vocabulary.count_numbered(match["number"]) == 1:
            yield Entity("number", match.span(), match["number"])


def _english(text: str) -> Iterator[Entity]:
    for match in _ENGLISH.finditer(text):
        if match[0].startswith("no ") or re.match(r"no \d\b", match[0].lower()):
            continue  # "is there no 5g policy"
        year = match["in"] or match["above"] or match["of"] or match["before"]
        yield Entity("number", match.span(), with_year(match["number"], year))
        for more in _consecutive(_MORE, text, match.end()):
            yield Entity("number", more.span(), with_year(more["number"], more["in"]))


def _consecutive(pattern: re.Pattern[str], text: str, at: int) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern from a place on, each directly after the one before."""
    while match := pattern.match(text, at):
        yield match
        at = match.end()


def _chinese(text: str, issuers: Sequence[Entity]) -> Iterator[Entity]:
    if "号" not in text and "號" not in text:  # as every shape has
        return
    taken = bytearray(len(text))
    for shape in _CHINESE:
        for match in shape.finditer(text):
            place = _start_and_agency(text, match, issuers)
            if place is None or any(taken[place[0] : match.end()]):
                continue
            start, agency = place
            year = _four_digits(match.groupdict().get("year"))
            prefix = f"{agency}〔{year}〕" if year else f"{agency}{'第' if agency else ''}"
            end = match.end()
            several = [f"{prefix}{number}号" for number in _in_digits(match["number"])]
            yield Entity("number", (start, end), ANY.join(dict.fromkeys(several)))
            for more in _consecutive(_ONE_MORE, text, end):
                yield Entity("number", more.span(), f"{prefix}{more['number']}号")
                end = more.end()
            taken[start:end] = b"\1" * (end - start)


def _four_digits(year: str | None) -> str | None:
    """Return a year in four digits: 2013 for 13 and 二〇一三."""
    if year is None or year.isascii():
        return f"20{year}" if year and len(year) == 2 else year
    return str(han_value(year))


def _in_digits(numbers: str) -> list[str]:
    """Return the numbers of a text in digits; Chinese numerals must be the whole text."""
    if digits := re.findall(r"\d+", numbers):
        return digits
    return [str(han_value(numbers))]


def _start_and_agency(
    text: str, match: re.Match[str], issuers: Sequence[Entity]
) -> tuple[int, str] | None:
    """Return where a number begins, and its agency; None where a body stands inside it.

    Of several bodies before a decree (财政部 税务总局公告), all are issuers, and none is its agency.
    """
    given = match.groupdict()
    if not given.get("run"):
        return match.start(), ""
    begin, end = match.span("run")
    run = given["run"] + (given.get("decree") or "")
    at = _agency_at(run, [(i.span[0] - begin, i.span[1] - begin) for i in issuers])
    agency = run[at:]
    own = next((i.span for i in issuers if i.span[0] == begin + at), (0, 0))
    code = run[own[1] - begin :] if own[1] else ""
    if re.fullmatch(_DECREE, code) and any(
        _AND.fullmatch(text[i.span[1] : own[0]]) for i in issuers
    ):
        at, agency = own[1] - begin, code
    if begin > match.start():
        return (match.start(), agency) if agency else None
    if run[:at].endswith(STATE):
        at -= len(STATE)
    return min(begin + at, end), "" if re.fullmatch(_DECREE, agency) else agency


def _agency_at(run: str, issuers: Sequence[tuple[int, int]]) -> int:
    """Return where, in the characters before a number, the code of its agency begins.

    A body is the agency of its decrees (国务院令); before a code of its own (财政部财企), or without
    one, it is no part of the number.
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
