"""Find the documents cited in a sentence by number or title: "Executive Order 13801", 《…》（…号）.

Each citation is replaced by one symbol (a private-use character), so that constructions can be
matched as patterns over symbols and words. Its date, its title in brackets and "as amended by …"
are part of the citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.stated.numbers import CHINESE
from policybot.corpus.importers.stated.titles import ENGLISH_KINDS
from policybot.model import PolicyDate, Span
from policybot.simplified import simplified

FIRST = 0xE000
SYMBOL = "[\ue000-\uefff]"
"""The pattern of a symbol that stands for a cited document."""

_SYMBOL = re.compile(SYMBOL)

QUOTED = "\uf8ff"
"""The symbol for quoted words."""

_MOST = 0xFFF


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation of a document: its wording, with the number, title and date it states."""

    wording: str
    number: str = ""
    title: str = ""
    date: PolicyDate | None = None

    @property
    def name(self) -> str:
        """The short name: its number, else its title."""
        return self.number or self.title


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as printed, and with each citation replaced by a symbol."""

    printed: str
    symbols: str
    cited: tuple[Citation, ...]

    def of(self, symbol: str) -> Citation:
        """Return the citation that a symbol stands for."""
        return self.cited[ord(symbol) - FIRST]

    def words(self, start: int, end: int) -> str:
        """Return ``symbols[start:end]`` with the wording of the citations."""
        return "".join(
            self.of(character).wording if is_symbol(character) else character
            for character in self.symbols[start:end]
        ).replace(QUOTED, "“…”")


def is_symbol(letter: str) -> bool:
    """Return whether a character is the symbol of a citation."""
    return FIRST <= ord(letter) <= FIRST + _MOST


def symbols_in(text: str) -> Iterator[re.Match[str]]:
    """Yield the symbols of a text, in order."""
    return _SYMBOL.finditer(text)


def read_sentence(printed: str) -> Sentence:
    """Parse a sentence and replace the documents it cites by symbols."""
    plain = _LINK.sub(r"\1", printed) if "](" in printed else printed
    shown = text = _without_markup(plain)
    if "**" in plain:
        text = _without_markup(_RUN_IN.sub(r"\1. ", plain))
    han = not text.isascii() and len(_HAN_LETTER.findall(text)) * 4 > len(text)
    citations = [*(_chinese(text) if han else _latin(text))]
    return replace(_with_symbols(text, citations, han=han), printed=shown)


def _without_markup(printed: str) -> str:
    return " ".join(_MARKUP.sub("", printed).split())


_MARKUP = re.compile(r"\*\*|__|~~|^[\s>#]+")
_RUN_IN = re.compile(r"\*\*([^*\n]{1,80}?)\.?\*\*\s+(?=[A-Z])")
"""A heading in bold letters at the beginning of its paragraph."""

_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_HAN_LETTER = re.compile(r"[\u3400-\u9fff]")

_HAN_TITLE = re.compile(r"《(?P<title>(?:[^《》]|《[^《》]*》)+)》")
_HAN_BRACKET = re.compile(r"\s?[（(](?:[^（）()]|[（(][^（）()]*[）)])*[）)]")
_HAN_DATED = re.compile(
    r"(?P<date>[12][0-9]{3}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?)(?:由)?[^《，。；、]{0,40}"
    r"(?:公布|发布|印发|颁布|通过|批准|颁发|制定)的$"
)
_HAN_QUOTE = re.compile(r"“[^“”]*”?")


def _chinese(text: str) -> Iterator[tuple[Span, Citation]]:
    plain = _HAN_QUOTE.sub(lambda match: " " * len(match[0]), simplified(text))
    if len(plain) != len(text):
        plain = text
    inside = 0
    for match in _HAN_TITLE.finditer(plain):
        if match.start() < inside:
            continue
        title = text[slice(*match.span("title"))]
        end, number = match.end(), ""
        while bracket := _HAN_BRACKET.match(text, end):
            numbered = CHINESE.search(bracket[0]) or _HAN_DECREE.search(bracket[0])
            if numbered and not number:
                number = re.sub(r"\s+", "", numbered[0]).strip("（(")
            end = inside = bracket.end()
        dated = _HAN_DATED.search(plain[: match.start()])
        dates = find_dates(dated["date"]) if dated else []
        date = dates[0].date if dates else None
        start = dated.start() if dated else match.start()
        yield (start, end), Citation(text[start:end], number, title, date)
    for match in CHINESE.finditer(_HAN_TITLE.sub(lambda m: " " * len(m[0]), plain)):
        yield match.span(), Citation(match[0], re.sub(r"\s+", "", match[0]))


_HAN_DECREE = re.compile(r"[\u4e00-\u9fff]{2,30}(?:令|公告)第?\s?[0-9]{1,4}\s?号")

_EXECUTIVE = "Executive Order"
_KIND = rf"(?:Proclamations?|Directives?|{ENGLISH_KINDS})"
_NO_NAME = (
    r"(?:The|This|These|That|Section|Part|Article|Under|By|Of|In|And|Further|Prior|Certain|\w+ing|"
    r"Revocation|Repeal|Rescission|Amendments?|Implementation|Supersession)"
)
_NUMBER = (
    r"(?:[0-9]{1,6}(?:[-/.][0-9A-Z]{1,8}){0,3}(?:/E[CU]C?)?)(?![\w%]|[.,/-][0-9])"
    r"(?: (?:of|de) (?:19|20)[0-9]{2}\b)?"
)
_ONLY_YEAR = re.compile(r"(?<!\.) (?:19|20)[0-9]{2}$")
_EU = r"\((?:EU|EC|EEC|Euratom|EU, Euratom|UE|CE|CEE)\)"
_NUMBERED = re.compile(
    rf"\b(?P<kind>Executive Orders?|(?:(?!{_NO_NAME}\b)[A-Z][\w&.'’-]* ){{0,4}}?{_KIND}) "
    rf"(?P<mark>{_EU} )?(?:Nos?\.? ?|Numbers? |No )?(?P<number>{_NUMBER})"
)
CODE = r"(?=[\w&./-]*[0-9])[A-Z][A-Za-z]{0,11}(?:[/-][A-Za-z0-9&]{1,12}){1,9}(?![\w/-])"
"""A code with letters, digits and strokes, as of documents: MCTA/PN/6/2018, LHA-PR-002."""

_CODED = re.compile(
    rf"\b(?P<kind>(?:(?!{_NO_NAME}\b)[A-Z][\w&.'’-]* ){{0,3}}?{_KIND}) (?:Nos?\.? ?|Numbers? )?"
    rf"(?P<number>{CODE})"
)
"""A document with a code for its number: Public Notice MCTA/PN/6/2018."""

_PROVISION_OF = re.compile(r"\b(?:Rules?|Regulations?) (?:[0-9A-Za-z.-]+)$")
_OF_TITLE = re.compile(r" of (?:the |these |this )?[A-Z]")
"""After "Rule 3": it is a provision of what follows, not a document."""

_DIGIT = re.compile("[0-9]")
"""Every document number contains one."""

_SHORT = re.compile(rf"\b(?P<kind>E\.?O\.?|S\.?I\.?)s? (?:No\.? )?(?P<number>{_NUMBER})")
_MORE = re.compile(
    rf"(?: \([^()]*\))?(?: of {{DATE}})?(?:, and |, | and | or )(?P<number>{_NUMBER})".replace(
        "{DATE}", r"[A-Z][a-z]+ [0-9]{1,2}, [0-9]{4}"
    )
)
_SPANISH = re.compile(
    r"\b(?P<kind>(?:Ley(?: Orgánica| Foral)?|Real Decreto(?:-ley| Legislativo)?|Decreto(?:-ley"
    r"| Legislativo| Supremo| Ley)?|Orden(?: Ministerial)?|Resolución(?: \w+)?|Reglamento|Directiva"
    r"|Acuerdo(?: \w+)?|Circular|Ordenanza(?: \w+)?|Instrucción|Decisión))"
    rf" (?P<mark>{_EU} )?(?:n\.?[º°o]\.? ?|núm(?:ero|\.)? ?|No\.? ?)?"
    r"(?P<number>(?:[A-Z]{2,6}/)?[0-9]{1,6}(?:[-/.][0-9A-Z]{1,8}){0,3}(?: de (?:19|20)[0-9]{2})?)"
    r"(?![\w])",
    re.IGNORECASE,
)
_TITLE_WORD = re.compile(r"[^\W_][\w’'&-]*(?:\.(?=[A-Z])|\.(?= [0-9]))?|[(),]")
_INNER = frozenset(
    [
        "of",
        "on",
        "and",
        "for",
        "the",
        "to",
        "in",
        "with",
        "from",
        "by",
        "under",
        "a",
        "an",
        "as",
        "against",
        "at",
        "de",
        "del",
        "la",
        "las",
        "los",
        "el",
        "y",
        "sobre",
        "para",
        "en",
        "di",
        "des",
        "du",
    ]
)
_KIND_WORD = re.compile(
    rf"(?:{ENGLISH_KINDS}|Measures|Provisions|Directives?|Orders|Proclamation|Ley|Decreto|"
    r"Reglamento|Ordenanza|Acuerdo|Resolución|Normas|Protocol)"
)
_NO_TITLE = frozenset(
    [
        "this",
        "these",
        "that",
        "such",
        "said",
        "each",
        "any",
        "all",
        "no",
        "its",
        "their",
        "our",
        "present",
    ]
)
_MONTHS = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
)
_ONLY_KINDS = frozenset(["Executive", "Presidential", "Royal", "Ministerial"])
_DATED = re.compile(r" of (?:[0-9]{1,2} )?[A-Z][a-z]+ (?:[0-9]{1,2}, )?[12][0-9]{3}")
"""A date that identifies a document of a kind: the Presidential Memorandum of June 25, 2013."""

_YEAR = re.compile(r",? (?:of )?(?:19|20)[0-9]{2}(?![\w-])")
_QUOTE = re.compile(r"“[^“”]*(?:”|$)|\"[^\"]*(?:\"|$)")


def _latin(text: str) -> Iterator[tuple[Span, Citation]]:
    taken = [False] * len(text)
    for pattern in (_NUMBERED, _CODED, _SHORT, _SPANISH) if _DIGIT.search(text) else ():
        for match in pattern.finditer(text):
            provision = _PROVISION_OF.search(match[0]) and _OF_TITLE.match(text, match.end())
            if any(taken[slice(*match.span())]) or provision:
                continue
            kind = re.sub(r"\b(Order|Proclamation|Directive|Regulation|Decision)s\b", r"\1",
                          match["kind"])  # fmt: skip
            mark = match.groupdict().get("mark") or ""
            span, number = match.span(), match["number"]
            if kind.endswith(_EXECUTIVE):
                kind = _EXECUTIVE
                span = (text.rindex(kind, 0, match.end("kind")), span[1])
            while True:
                taken[slice(*span)] = [True] * (span[1] - span[0])
                wording = text[slice(*span)]
                titled = _ONLY_YEAR.search(wording) and number.isdecimal() and not mark
                name = "" if titled else f"{kind} {mark}{number}".strip()
                name = number if pattern is _CODED else name
                year = re.search(r" of ([12][0-9]{3})$", number)
                date = PolicyDate(int(year[1])) if year else None
                yield span, Citation(wording, name, wording if titled else "", date)
                following = _MORE.match(text, span[1])
                if following is None or pattern is not _NUMBERED:
                    break
                span, number = following.span("number"), following["number"]
    for match in _QUOTE.finditer(text):
        if not any(taken[slice(*match.span())]) and _is_title(match[0]):
            taken[slice(*match.span())] = [True] * len(match[0])
            yield match.span(), Citation(match[0], title=match[0].strip('“”" .,'))
    for span in _titles(text, taken):
        yield span, Citation(text[slice(*span)], title=text[slice(*span)])


def _is_title(quoted: str) -> bool:
    """Return whether quoted words are a title, not words that an amendment inserts or strikes."""
    words = re.findall(r"[^\W\d_]+", quoted)
    capitals = sum(word[0].isupper() for word in words)
    closed = quoted[-1:] in {"”", '"'} and len(words) <= 40
    return closed and capitals >= 2 and bool(_KIND_WORD.search(quoted))


def _titles(text: str, taken: list[bool]) -> Iterator[Span]:
    """Yield the spans of capitalised titles with a word for a document: the Harbour Rules 2010."""
    if not _KIND_WORD.search(text):
        return
    run: list[re.Match[str]] = []
    last = 0
    for word in [*_TITLE_WORD.finditer(text), None]:
        if word is not None:
            gap = text[last : word.start()]
            joined = not run or gap in {"", " "}
            inner = word[0] in _INNER and bool(run)
            fits = joined and (word[0][0].isupper() or inner) and not taken[word.start()]
            last = word.end()
            if fits and (word[0].lower() not in _NO_TITLE or inner):
                run.append(word)
                continue
        if len(run) > 1 and (span := _title_of(text, run)):
            yield span
        starts = word is not None and word[0][0].isupper() and not taken[word.start()]
        fresh = starts and word is not None and word[0].lower() not in _NO_TITLE
        run = [word] if fresh and word is not None else []


def _title_of(text: str, run: list[re.Match[str]]) -> Span | None:
    while run and (run[-1][0] in _INNER or run[-1][0] in _MONTHS):
        run = run[:-1]
    while run and run[0][0].lower() in _INNER:
        run = run[1:]
    kinds = [at for at, word in enumerate(run) if _KIND_WORD.fullmatch(word[0])]
    if len(run) < 2 or not kinds:
        return None
    if len(run) == 2 and run[0][0] in _ONLY_KINDS and not _DATED.match(text, run[-1].end()):
        return None
    end = run[-1].end()
    if year := _YEAR.match(text, end):
        end = year.end()
    return run[0].start(), end


_LATIN_BESIDE = re.compile(
    r",? (?:of|dated|made on|del?|of the) (?:[0-9]{1,2} )?(?:de )?[^\W\d_]{3,10}\.? (?:de )?"
    r"(?:[0-9]{1,2}, )?[12][0-9]{3}\b"
    r"|,? de [0-9]{1,2} de [a-z]{4,10}(?: de [12][0-9]{3})?"
    r"|,? ?\((?:[^()]|\([^()]*\))*\)"
    r"|,? as (?:further |last |subsequently )?amended"
    rf"(?: by (?:sections? [^,;.]{{1,30}} of )?(?:the )?{SYMBOL}(?:(?:, and |, | and ){SYMBOL})*)?"
    r"|,? (?:entitled|titled) (?:\uf8ff|[\ue000-\uefff])"
    r"|,? (?:establishing|relating to|concerning|regarding|amending|on) "
    r"(?:[^,;.:()](?! (?:is|are) )){1,160}(?=,? (?:is|are|shall|stands?)\b)"
    r"|,? (?:sobre|relativ[oa] a|reguladora? de|por (?:la|el) que se (?!deroga|modifica)) ?"
    r"[^,;.:()]{1,160}(?=[,;.:]|$)"
    r"|,? del? (?=[A-ZÁÉÍÓÚ])[^,;.:()]{1,160}(?=[,;.:]|$| y [l])"
)
"""What may follow a name and belongs to it: its date, its title, "as amended by"."""


def _with_symbols(text: str, citations: list[tuple[Span, Citation]], *, han: bool) -> Sentence:
    """Return the sentence with citations replaced by symbols, extended by what belongs to them."""
    citations = sorted(citations, key=lambda citation: citation[0])[:_MOST]
    cited: list[Citation] = []
    symbols, at = "", 0
    for (start, end), citation in citations:
        if start < at:
            continue
        symbols += text[at:start] + chr(FIRST + len(cited))
        cited.append(citation)
        at = end
    symbols += text[at:]
    quotes = _HAN_QUOTE if han else _QUOTE
    symbols = quotes.sub(QUOTED, symbols)
    return Sentence(text, *(_joined(symbols, cited) if not han else (symbols, tuple(cited))))


def _joined(symbols: str, cited: list[Citation]) -> tuple[str, tuple[Citation, ...]]:
    """Extend each citation by the words after it that belong to it."""
    if not cited:
        return symbols, ()
    sentence = Sentence("", symbols, tuple(cited))
    result, at = "", 0
    for symbol in symbols_in(symbols):
        if symbol.start() < at:
            continue
        result += symbols[at : symbol.end()]
        begin = at = symbol.end()
        while beside := _LATIN_BESIDE.match(symbols, at):
            at = beside.end()
        place = ord(symbol[0]) - FIRST
        words = sentence.words(begin, at)
        own = cited[place]
        dates = find_dates(words.partition("(")[0][:40]) if words else []
        date = dates[0].date if dates else None
        cited[place] = replace(own, wording=f"{own.wording}{words}", date=own.date or date)
    result += symbols[at:]
    return result, tuple(cited)
