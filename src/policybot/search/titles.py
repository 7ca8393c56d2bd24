"""Policies that a question names by their titles, and questions of nothing but such a policy.

"Who issued the Guiding Opinions?" has next to no words to search for, and a title in full has those
of its like: the title decides. Titles are compared by their words, without bracketed years.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from policybot.index.interface import Generation
from policybot.model import Reading, Span
from policybot.search import chinese, cues
from policybot.search.confidence import content_words
from policybot.search.marks import clean, lower
from policybot.search.named import DOCUMENT, Named, only_one

_LOOKED_AT = 12
"""Policies whose titles are compared, and words by which they are looked up."""

_SHORTEST = 2, 6
"""Words of an English title and characters of a Chinese one, at least: less is a topic."""

_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")
_YEARS = re.compile(
    r" ?[(（\[〔](?:[^()（）\[\]〔〕]*\d{4}[^()（）\[\]〔〕]*|试行|暂行|(?i:trial))[)）\]〕]"
)
_RANGE = re.compile(r"(?P<first>\d{4})年?[-–—~至到]+(?P<last>\d{4})年?")
"""The years of a plan, as a title has them in brackets and a question without."""
_PARTS = re.compile(
    r".*?关于(?P<inner>.*?)(?P<end>的(?:通知|意见|公告|通告|决定|批复|函))?", re.DOTALL
)
"""A Chinese title: what it is about, which may be called by its years, and what ends it."""
_GENERIC = re.compile(rf"\b(?:{cues.GENERIC}|policy|document)\b|政策|文件")
_QUOTED = re.compile(
    r"《([^《》]{2,200})》|“([^“”]{2,200})”|\"([^\"]{2,200})\"|「([^「」]{2,200})」"
)

_ASKS = cues.STOPWORDS | frozenset(
    """
    summarise summarize summary compare difference differences explain describe open show read find
    full text contents content publish issue release published issued released promulgated adopted
    announced printed publication issuer issuers body bodies department ministry year month day long
    number title purpose points main older newer respectively come out came s
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""What a question may say beside a name and still be about the policy as such."""
_ASKS_CHINESE = re.compile(
    r"请问|介绍|一下|总结|概括|解读|什么|哪[一几些]?[个年月日天些项份部]?|何时|时候|谁|时间|日期|年份"
    r"|部门|机构|单位|发文|主要|内容|全文|文号|分别|各自|关于|多少|有?何?(?:区别|差别|异同|不同)|比较|对比|更?[先早晚]"
    rf"|{chinese.ISSUE_VERB}|[的了吗呢和与及或是在由有于几年发查找看讲说写]"
)
_OTHERS = re.compile(
    rf"\b(?:{cues.GENERIC}|mention\w*|related|concerning|regarding|under|before|after|since|until"
    r"|between)\b|[提涉]及|提到|包含|引用"
)
"""What asks for other policies: those that mention the one named, or came after it."""
_BEFORE_CHINESE = re.compile(
    r"(?:^|\W|[的是和与及或在对按]|请问|关于|根据|依据|按照|介绍|一下|总结|概括|解读|查[找询]?|找|看)$"
)
_AFTER = re.compile(
    r" (?:of|for|on)\b|的?(?:实施|细则|补充|修订|修正|解读|通知|意见|办法|规划|纲要|方案)"
)
SHORT = re.compile(
    r"\b(?:the|this|that) (?P<name>(?:(?!(?:the|this|that) )[\w&'-]+ ){0,4}?"
    r"(?:opinions?|measures?|outlines?|plans?|decisions?|notices?|regulations?|rules?|laws?|decrees?"
    r"|orders?|strategy|guidelines?|guidance|directives?|programmes?|programs?|codes?|schemes?"
    r"|catalogues?|charter|provisions?|standards?|circulars?|announcements?|key points))\b"
    r"(?! (?:of|for|on|to)\b)",
    re.IGNORECASE,
)
"""A policy by the words before its kind: "the Wuxi outline"."""
_ABOUT = re.compile(
    r"\bthe (?P<name>(?:(?!(?:the|this|that) )[\w&'-]+ ){1,8}?"
    r"(?:opinions?|measures|outline|plan|decision|notice|regulation|guidelines|guidance|directive"
    r"|circular|announcement) (?:of|for|on) "
    rf".+?)(?=(?: (?:was|were|been))? {cues.ISSUE_VERB}\b|\W*$)",
    re.IGNORECASE,
)
"""A policy that is named by a body and a subject: "the State Council guidance on canals"."""
_OF_ITSELF = re.compile(rf"\b(?:{cues.ISSUE_VERB}|summari[sz]e|summary|dated?|text)\b")
"""What is asked of a document: "What are the measures?" may be about anything."""


@dataclass(frozen=True, slots=True)
class Titled:
    """Policies of one title: their ordinals, where it stands in the text, whether in quotes."""

    ordinals: tuple[int, ...]
    span: Span
    quoted: bool


def titled(generation: Generation, text: str) -> tuple[Titled, ...]:
    """Return the policies whose titles stand in a cleaned question, in the question's order.

    A title in quotes fills them, and another is no part of a longer name. Of two that overlap, the
    longer one counts. Bracketed years may be left out, but not be others.
    """
    quotes = [found.span() for found in _QUOTED.finditer(text)]
    if not (quotes or _RANGE.search(text) or DOCUMENT.search(_GENERIC.sub(" ", lower(text)))):
        return ()
    titles: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for ordinal, title in _likely(generation, text):
        for name in _names(title):
            own = tuple(word for word, _ in _words(name))
            if len(own) >= _SHORTEST[own[-1] >= "\u4e00"]:
                titles.setdefault(own, []).append((ordinal, _bracketed(name)))
    found: list[Titled] = []
    for own in sorted(titles, key=len, reverse=True):
        for span, quoted in _places(text, own, quotes):
            years = _bracketed(text[slice(*span)])
            ordinals = tuple(sorted(o for o, its in titles[own] if years in ("", its)))
            if ordinals and not overlaps(span, found):
                found.append(Titled(ordinals, span, quoted))
    return tuple(sorted(found, key=lambda one: one.span))


def _names(title: str) -> Iterator[str]:
    """Yield a title, and what it is about where years tell that apart: 关于2016-2020年…的通知."""
    yield title
    parts = _PARTS.fullmatch(title)
    if parts and _RANGE.search(_YEARS.sub(" ", parts["inner"])):
        yield parts["inner"] + (parts["end"] or "")
        if parts["end"]:
            yield parts["inner"]


def _bracketed(text: str) -> str:
    """Return the years in the brackets of a title, or before or after it, as one text."""
    years = [year for part in _YEARS.findall(text) for year in re.findall(r"\d{4}", part)]
    bare = None if years else _RANGE.match(text) or re.search(rf"{_RANGE.pattern}$", text)
    return " ".join([bare["first"], bare["last"]] if bare else years)


def asked_of(
    generation: Generation, text: str, found: Sequence[Titled], read: Callable[[str], Named]
) -> list[int]:
    """Return the policies that a cleaned question asks for as such, and of nothing else.

    "Who issued …", "summarise …" and the like ask of a policy named by one of the titles ``found``,
    or by words of one that no other policy's title has ("the Guiding Opinions"); ``read`` reads
    such a name. Empty for any other question.
    """
    names = [(one.span, list(one.ordinals)) for one in found]
    apart = [short for short in SHORT.finditer(text) if not overlaps(short.span(), found)]
    about = _ABOUT.search(text)
    if about and not (found or apart) and _asks_no_more(text, [about.span()]):
        name = read(about["name"])
        return only_one(generation, name) if name.demands else []
    if found and _asks_no_more(text, [span for span, _ in names]):
        apart = []
    elif not (apart and _asks_no_more(text, [s for s, _ in names] + [s.span() for s in apart])):
        return []
    if any(" " not in short["name"] for short in apart) and not _OF_ITSELF.search(lower(text)):
        return []
    names += [(short.span(), only_one(generation, read(short["name"]))) for short in apart]
    if not all(ordinals for _, ordinals in names):
        return []
    return list(dict.fromkeys(ordinal for _, ordinals in sorted(names) for ordinal in ordinals))


def overlaps(span: Span, found: Sequence[Titled]) -> bool:
    """Whether a span shares a character with one of the titles."""
    return any(span[0] < one.span[1] and one.span[0] < span[1] for one in found)


def apart_from_titles(reading: Reading, found: Sequence[Titled]) -> Reading:
    """Return a reading without what the titles in its question were taken for.

    No body is read out of a title. Several titles in quotes are no phrases that one policy must
    contain, unless others are asked for that mention them.
    """
    text = clean(reading.question)
    names = [text[slice(*one.span)] for one in found]
    unknown = [body for body in reading.unknown_issuers if not any(body in name for name in names)]
    phrases = reading.filters.phrases
    quoted = [name for name, one in zip(names, found, strict=True) if one.quoted]
    if len(quoted) > 1 and not _OTHERS.search(lower(text)):
        phrases = tuple(one for one in phrases if not any(one in name for name in quoted))
    filters = dataclasses.replace(reading.filters, phrases=phrases)
    return dataclasses.replace(reading, filters=filters, unknown_issuers=tuple(unknown))


def _likely(generation: Generation, text: str) -> Iterator[tuple[int, str]]:
    """Yield policies that the rarest words of a question lead to, with their titles."""
    known = [word for word in content_words(generation, text) if word.known]
    held = np.zeros(generation.info.policies)
    for word in sorted(known, key=lambda word: -word.weight)[:_LOOKED_AT]:
        held[generation.policies_led_by(word.term)] += word.weight
    order = np.argsort(-held, kind="stable")[:_LOOKED_AT]
    ordinals: list[int] = order[held[order] > 0].tolist()
    for ordinal, policy in zip(ordinals, generation.policies(ordinals), strict=True):
        title = clean(policy.title)
        if _words(title):
            yield ordinal, title


def _words(text: str) -> list[tuple[str, Span]]:
    """Return the words of a title or a text with their places, Chinese by characters.

    Bracketed years, 试行 and articles are left out.
    """
    plain = _YEARS.sub(lambda found: " " * len(found[0]), lower(text))
    found = [(match[0], match.span()) for match in _WORD.finditer(plain)]
    return [(word, span) for word, span in found if word != "the"]


def _places(text: str, title: Sequence[str], quotes: Sequence[Span]) -> Iterator[tuple[Span, bool]]:
    """Yield where a title stands in a text as the whole of a name, and whether in quotes."""
    for start, end in quotes:
        if [word for word, _ in _words(text[start + 1 : end - 1])] == list(title):
            yield (start, end), True
    said = _words(text)
    for at in range(len(said) - len(title) + 1):
        if all(word == said[at + i][0] for i, word in enumerate(title)):
            start, end = said[at][1][0], said[at + len(title) - 1][1][1]
            years = _YEARS.match(text, end)
            end = years.end() if years else end
            quoted = any(a < start and end < b for a, b in quotes)
            for span in [] if quoted else _with_range(text, start, end):
                if _is_whole(text, *span):
                    yield span, False


def _with_range(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield a span with the years after or before it, if there are any, and the span itself."""
    after = _RANGE.match(text, end + (text[end : end + 1] == " "))
    before = re.search(rf"{_RANGE.pattern}的?$", text[:start])
    if after:
        yield start, after.end()
    elif before:
        yield before.start(), end
    yield start, end


def without_title_years(text: str, found: Sequence[Titled]) -> str:
    """Return a cleaned question without the years that belong to titles in it.

    They are no dates of issue. Titles in quotes are phrases, and stay as they are.
    """
    for one in reversed(found):
        if not one.quoted:
            start, end = one.span
            name = re.sub(rf" ?[(\[〔]?{_RANGE.pattern}[)\]〕]?", "", text[start:end])
            text = f"{text[:start]}{name}{text[end:]}"
    return text


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell a title from a part of a longer one."""
    if _AFTER.match(text, end):
        return False
    if text[start] >= "\u4e00":
        return _BEFORE_CHINESE.search(text[:start]) is not None
    before = re.search(r"([\w-]+) $", text[:start])
    return before is None or before[1].lower() in _ASKS


def _asks_no_more(text: str, names: Sequence[Span]) -> bool:
    """Tell a question for named policies as such (who, when, what is in them) from any other."""
    for start, end in sorted(names, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    rest = _ASKS_CHINESE.sub(" ", lower(text))
    return not _OTHERS.search(rest) and all(word in _ASKS for word in re.findall(r"[^\W_]+", rest))
