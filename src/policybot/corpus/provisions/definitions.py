"""Extract the terms that a policy defines: “X” means …, 本办法所称X，是指…, "se entenderá por X …".

The span of a definition is its sentence or list item, extended to the end of the paragraph if it
continues with items. A term that is only used or quoted is not defined.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policybot.corpus.text.language import language_of
from policybot.corpus.text.sentences import sentence_spans
from policybot.corpus.text.split import Block, blocks_of
from policybot.model import Span

_MARK = r"(?:\*\*|__|\*|_)?"
_QUOTED = rf"{_MARK}[“\"‘'«]{_MARK}(?P<quoted>[^“”\"‘’«»\n]{{1,80}}?),?{_MARK}[”\"’'»]{_MARK}"
_BOLD = r"(?:\*\*|__)(?P<bold>[^*_\n]{1,80}?)(?:\*\*|__)"
_PLAIN = r"(?P<plain>[A-ZÁ-Ú][\w’'-]*(?: [\w’'/-]+){0,4})"
_MEANS = (
    r"(?:,? (?:(?:as used )?in (?:relation to|this)|for the purposes? of|when used in)"
    r"[^.;:“”]{1,80},)?"
    r" ?(?:,? (?:shall |will )?(?:mean|means|refers? to|denotes?|has the (?:same )?meaning|"
    r"have the (?:same )?meaning|is defined (?:as|in|by)|are defined (?:as|in|by)|"
    r"includes?|shall include|shall have the (?:same )?meaning)\b)"
)
_ENGLISH = (
    re.compile(rf"(?:{_QUOTED}|{_BOLD}){_MEANS}"),
    re.compile(
        rf"(?:^|[.;:] )(?:[(]?[0-9a-zA-Z]{{1,4}}[).] )?(?:[Tt]he (?:term|expression) )?{_PLAIN}"
        r" (?:shall mean|means)\b"
    ),
    re.compile(
        rf"{_QUOTED} (?:se (?:entiende|entenderá)|significa|quiere decir|designa|es |son |a los)"
    ),
    re.compile(
        r"\b[Ss]e (?:entenderá|entiende|entenderán|entienden) por (?:(?:el|la|los|las|un|una) )?"
        rf"(?:{_QUOTED}|(?P<plain>[^:,.;“”«»\n]{{2,60}}?))(?=[:,]| (?:el|la|los|las|un|una|"
        r"todo|toda|aquel|aquella|cualquier)\b)"
    ),
)
_HAN_TERM = r"[\u3400-\u9fffA-Za-z0-9·（）()/-]{1,30}?"
_CHINESE = (
    re.compile(
        r"(?:本[\u3400-\u9fff]{1,8}?(?:中|里)?(?:所称|所指|所说)的?|(?:下列|前款)?所称的?)"
        rf"[“「]?(?P<quoted>{_HAN_TERM})[”」]?[，,]?\s?(?:是指|系指|指的是|包括|指(?!定|导|标|令|示|引|出))"
    ),
    re.compile(
        r"(?:^|[。；：:])\s*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[)）、.．]\s?)?(?:\*\*)?[“「]?"
        rf"(?P<plain>{_HAN_TERM})[”」]?(?:\*\*)?"
        r"(?:[，,：:]\s?(?:是指|系指|指的是|指(?!定|导|标|令|示|引|出))|(?:是指|系指|指的是))"
    ),
    re.compile(rf"[“「](?P<plain>{_HAN_TERM})[”」][，,]?\s?(?:是指|系指|指的是|指(?!定|导|标|令))"),
)
_WORTH = re.compile(
    r"mean|refers? to|denotes|is defined|are defined|includes?\b|significa|quiere decir|entend|"
    r"entiend|designa|所称|是指|系指|指的是|，指|：指|”指|所指"
)
_NO_TERM = frozenset(
    [
        "this",
        "that",
        "these",
        "those",
        "it",
        "which",
        "what",
        "nothing",
        "such",
        "the",
        "a",
        "an",
        "he",
        "she",
        "they",
        "we",
        "you",
        "there",
        "here",
        "references",
        "reference",
    ]
)
_LINE = re.compile(
    r"\n(?=[ \t>*_-]*(?:[(（]?[0-9a-zA-Z一二三四五六七八九十]{1,4}[)）.、]|[•·“‘-]))"
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A term that a policy defines, as printed; ``span`` is the definition's, in the body."""

    term: str
    span: Span


@functools.lru_cache(maxsize=256)
def definitions_of(body: str) -> Sequence[Definition]:
    """Return the definitions of a text, in order; a term defined twice is listed twice."""
    definitions: list[Definition] = []
    if not _WORTH.search(body):
        return definitions
    for block in blocks_of(body):
        if block.level or not _WORTH.search(body, *block.span):
            continue
        for start, end in _units(body, block):
            if _WORTH.search(body, start, end):
                definitions += _of_unit(body, (start, end), block)
    return definitions


def _units(body: str, block: Block) -> Iterator[Span]:
    """Yield the spans of a paragraph's list items, or the span of the whole paragraph."""
    start, end = block.span
    at = start
    for match in _LINE.finditer(body, start, end):
        yield at, match.start()
        at = match.end()
    yield at, end


def _of_unit(body: str, unit: Span, block: Block) -> Iterator[Definition]:
    text = body[slice(*unit)]
    patterns = _CHINESE if re.search(r"[\u3400-\u9fff]", text) else _ENGLISH
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        seen: set[int] = set()
        for pattern in patterns:
            for match in pattern.finditer(sentence):
                term = next((value for value in match.groupdict().values() if value), "")
                first = match.start()
                if first in seen:
                    continue
                seen.add(first)
                goes_on = sentence.rstrip(" *_").endswith((":", "：", "—"))
                last = block.span[1] if goes_on else unit[0] + end
                for name in (*_also_called(sentence[:first]), term.strip(" *_,，")):
                    if _is_term(name):
                        yield Definition(name, (unit[0] + start, last))


_OR = re.compile(r"[“\"](?P<term>[^“”\"]{1,60})[”\"],? or (?:the terms? )?$")


def _also_called(before: str) -> Iterator[str]:
    """Yield the other terms of a joint definition: “rule” or “regulation” means …."""
    if match := _OR.search(before):
        yield from _also_called(before[: match.start()])
        yield match["term"]


def _is_term(term: str) -> bool:
    first = term.split(" ", maxsplit=1)[0].lower()
    named = re.search(r"[^\W\d_]", term) and not re.search(r"所称|^第.{1,6}条", term)
    return bool(named) and first not in _NO_TERM


def term_key(term: str) -> str:
    """Return a term's normal form: case-folded, singular, without punctuation."""
    words = re.findall(r"[^\W_]+", term.casefold())
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if word.isascii() and len(word) > 3 and word.endswith(ending) and not word.endswith("ss"):
            return word.removesuffix(ending) + instead
    return word


def used_in(text: str, definitions: Sequence[Definition]) -> Iterator[tuple[Span, Definition]]:
    """Yield the defined terms that a text uses, each once, with the span of the first use.

    A term with a capital letter must match in case. Of overlapping terms the longest is used.
    """
    taken: list[Span] = []
    uses: list[tuple[Span, Definition]] = []
    seen: set[str] = set()
    for definition in sorted(definitions, key=lambda definition: -len(definition.term)):
        key = term_key(definition.term)
        if key in seen:
            continue
        for match in _use_of(definition.term).finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            if key not in seen:
                seen.add(key)
                uses.append((match.span(), definition))
    yield from sorted(uses, key=lambda pair: pair[0])


def _use_of(term: str) -> re.Pattern[str]:
    if language_of(term) == "zh" or re.search(r"[\u3400-\u9fff]", term):
        return re.compile(re.escape(term))
    flags = re.NOFLAG if any(letter.isupper() for letter in term) else re.IGNORECASE
    body = r"\s+".join(map(re.escape, term.split()))
    return re.compile(rf"(?<![\w-]){body}(?:s|es)?(?![\w-])", flags)
