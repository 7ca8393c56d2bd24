"""Join printed lines into paragraphs by explicit rules; nothing else but white space is changed.

1. *Soft line breaks.* A line break is soft if the first word of the next line would not have fitted
   on the line; the width is that of the widest lines, ignoring the top tenth. The two lines are
   joined, with a space unless one of the adjacent characters is Chinese or Japanese. Never joined
   to the line before are lines that begin a clause (第一条, （二）, ``1.``, ``•``), are indented,
   or consist of a page number, a document number or a date; nothing is joined to the latter three
   or to an entry of a table of contents. Any other line break is kept, and ends the paragraph if
   the line ends a sentence.
2. *Hyphenated words.* ``develop-`` / ``ment`` is joined to "development" if the document contains
   that word; ``long-`` / ``term`` keeps its hyphen if it contains "long-term". With neither, or
   both, the hyphen is kept and the word is reported.
3. *Ligatures* (U+FB00 to U+FB06) are expanded: ﬁ becomes fi.
4. *Soft hyphens* (U+00AD), which are visible only at a line's end, are removed.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from policybot.corpus.importers.stated.lines import date_alone
from policybot.corpus.importers.stated.numbers import CHINESE
from policybot.model import Repair

Join = Literal["soft", "line", "paragraph"]
"""How a line continues the one before it: the same sentence, the same paragraph, or neither."""

_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_SOFT_HYPHEN = "\u00ad"
_HYPHENS = ("-", "\u2010")
_RIGHT = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_CJK = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff64]"
)
_CLAUSE = re.compile(
    r"\s*(?:第[〇零一二三四五六七八九十百千0-9]+[编章节条款项]"
    r"|[（(][〇一二三四五六七八九十0-9a-zA-Z]{1,4}[）)]"
    r"|[〇一二三四五六七八九十]{1,3}[、．.]|[0-9]{1,3}(?:\.[0-9]{1,3})*[.、．)）](?![0-9])"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2})+\s|[•●▪◦·■□◆–—*-]\s|[a-zA-Z][.)）]\s"
    r"|(?:Article|Section|Chapter|Part|Annex|Appendix)\s+[0-9IVX]+\b)"
)
_SENTENCE_END = re.compile(r"[.!?。！？；;:：][\"”’』」）)]*$")
_INDENT = re.compile(r"(?:\u3000| {2,}|\t)")
_PAGE_NUMBER = re.compile(
    r"[\s\-–—·]*[0-9]{1,4}[\s\-–—·]*|[Pp]age\s+[0-9]{1,4}(?:\s+of\s+[0-9]{1,4})?"
    r"|第\s*[0-9]{1,4}\s*页.*"
)
_ENTRY = re.compile(r"(?:(?:\.\s?){4,}|…{2,}|_{4,}|·{4,}|-{6,})\s*[0-9ivxlc]{1,5}$")
_NARROW = 40
"""Text with only narrower lines (in half Chinese characters) is a list, not wrapped text."""

_SLACK = 0.85
"""The tolerance for proportional fonts: a full line may have this share of the widest line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as printed, with its page or line number (``place``).

    ``join`` is how it continues the line before, if the layout determines that; None leaves it to
    the rules.
    """

    text: str
    place: int
    join: Join | None = None


@dataclass
class Repaired:
    """Paragraphs, and the repairs made; ``undecided`` words kept their hyphen.

    ``begun`` maps each place, if requested, to the index of the paragraph with its first line and
    the offset in that paragraph.
    """

    paragraphs: list[str] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    joined: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    undecided: list[str] = field(default_factory=list)
    begun: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The paragraphs, separated by blank lines."""
        return "\n\n".join(self.paragraphs)

    def starts(self) -> list[tuple[int, int]]:
        """Return the places of ``begun``, each with its offset in :attr:`text`."""
        sizes = (len(paragraph) + len("\n\n") for paragraph in self.paragraphs)
        offsets = [0, *itertools.accumulate(sizes)]
        return [(place, offsets[number] + at) for place, (number, at) in self.begun.items()]

    def facts(self) -> list[str]:
        """Return a description of the repairs, one line per rule."""
        lines = []
        if self.joined:
            lines.append(f"repaired: {self.joined} soft line breaks joined")
        for rule, count in self.counts.items():
            lines.append(f"repaired: {count} {rule}")
        return lines


def repair_blocks(
    blocks: Iterable[Sequence[Line]], *, ligatures: bool = False, places: bool = False
) -> Repaired:
    """Join blocks of lines into paragraphs, which do not extend across blocks.

    Args:
        blocks: Lines without blank lines between them.
        ligatures: Whether to expand ligatures.
        places: Whether to record the offset of each place in the text.
    """
    result = Repaired()
    cleaned = [_clean(block, result, ligatures=ligatures) for block in blocks]
    words = _words_of(cleaned)
    widths = sorted((_width(line.text) for block in cleaned for line in block), reverse=True)
    measure = widths[len(widths) // 10] if widths else 0
    for block in cleaned:
        _paragraphs(block, words, measure, result, places=places)
    return result


def _clean(block: Sequence[Line], result: Repaired, *, ligatures: bool) -> list[Line]:
    lines: list[Line] = []
    for line in block:
        text = line.text
        if ligatures and _LIGATURE.search(text):
            for ligature in dict.fromkeys(_LIGATURE.findall(text)):
                if not any(repair.before == ligature for repair in result.repairs):
                    result.repairs.append(Repair(ligature, _LIGATURES[ligature], line.place))
            result.counts["ligatures written out"] += len(_LIGATURE.findall(text))
            text = _LIGATURE.sub(lambda match: _LIGATURES[match.group()], text)
        if text.strip():
            lines.append(Line(text.rstrip(), line.place, line.join))
    return lines


def _words_of(blocks: Iterable[Sequence[Line]]) -> Counter[str]:
    """Count the words inside lines, as evidence for joining hyphenated ones."""
    words: Counter[str] = Counter()
    for block in blocks:
        for at, line in enumerate(block):
            line_words = [
                match.group() for match in _WORD.finditer(line.text.replace(_SOFT_HYPHEN, ""))
            ]
            if at and line_words and _divided(block[at - 1].text):
                line_words = line_words[1:]  # the rest of a divided word is no word
            if line_words and _divided(line.text):
                line_words = line_words[:-1]
            words.update(word.casefold().replace("\u2010", "-") for word in line_words)
    return words


def _paragraphs(
    lines: Sequence[Line], words: Counter[str], measure: int, result: Repaired, *, places: bool
) -> None:
    if not lines:
        return
    pieces = [lines[0].text.strip()]
    if places:
        _begin(lines[0].place, pieces, result)
    for before, line in itertools.pairwise(lines):
        following = line.text.strip()
        join = line.join or _join_of(before.text, line.text, measure)
        if join == "soft":
            pieces[-1:] = _joined(pieces[-1], following, before.place, words, result)
            result.joined += 1
        elif join == "paragraph":
            result.paragraphs.append(_without_soft_hyphens("".join(pieces), result))
            pieces = [following]
        else:
            pieces.append(f"\n{following}")
        if places and line.place not in result.begun:
            _begin(line.place, pieces, result)
    result.paragraphs.append(_without_soft_hyphens("".join(pieces), result))


def _begin(place: int, pieces: list[str], result: Repaired) -> None:
    """Record that a place begins with the last of ``pieces``, in the next paragraph."""
    *before, last = pieces
    size = sum(len(piece) - piece.count(_SOFT_HYPHEN) for piece in before)
    at = size + len(last) - len(last.lstrip())
    result.begun.setdefault(place, (len(result.paragraphs), at))


def _join_of(line: str, following: str, measure: int) -> Join:
    if _is_soft(line, following, measure):
        return "soft"
    return "paragraph" if ends(line) or begins(following) else "line"


def _is_soft(line: str, following: str, measure: int) -> bool:
    if begins(following) or stands_alone(line):
        return False
    if line.endswith(_SOFT_HYPHEN) or _divided(line):
        return True
    word = following.strip()
    first = word[:1] if _CJK.match(word) else word.partition(" ")[0]
    return measure >= _NARROW and _width(line) + 1 + _width(first) > measure * _SLACK


def begins(line: str) -> bool:
    """Return whether a line begins a clause, is indented, or stands alone."""
    return bool(_CLAUSE.match(line) or _INDENT.match(line) or stands_alone(line))


def ends(line: str) -> bool:
    """Return whether a line ends a sentence, or stands alone."""
    return bool(_SENTENCE_END.search(line[-10:])) or stands_alone(line)


def stands_alone(line: str) -> bool:
    """Return whether a line is a page number, a contents entry, a document number or a date."""
    return bool(
        _PAGE_NUMBER.fullmatch(line)
        or _ENTRY.search(line[-40:])
        or (len(line) <= _NARROW and (CHINESE.fullmatch(line.strip()) or date_alone(line)))
    )


def _divided(line: str) -> str:
    """Return the part of a hyphenated word at the end of a line, without its hyphen."""
    if not line.endswith(_HYPHENS):
        return ""
    start = len(line) - 1
    while start and line[start - 1].isalpha():
        start -= 1
    return line[start:-1]


def _joined(
    line: str, following: str, place: int, words: Counter[str], result: Repaired
) -> tuple[str, str]:
    """Return two lines ready to be concatenated: without the hyphen, or with a space between."""
    if line.endswith(_SOFT_HYPHEN):
        return line, following
    left, right = _divided(line), _RIGHT.match(following)
    if not left or right is None:
        apart = not (_CJK.match(line[-1:]) or _CJK.match(following[:1]))
        return line, f"{' ' if apart else ''}{following}"
    whole, hyphened = left + right.group(), f"{left}-{right.group()}"
    if not right.group().islower():
        return line, following
    is_whole, is_hyphened = (words[word.casefold()] > 0 for word in (whole, hyphened))
    if is_whole and not is_hyphened:
        repair = Repair(f"{left}{line[-1]} {right.group()}", whole, place)
        known = {(earlier.before, earlier.after) for earlier in result.repairs}
        if (repair.before, repair.after) not in known:
            result.repairs.append(repair)
        result.counts["words divided at a line's end joined"] += 1
        return line[:-1], following
    if is_whole == is_hyphened and hyphened not in result.undecided:
        result.undecided.append(hyphened)
    return line, following


def _without_soft_hyphens(text: str, result: Repaired) -> str:
    if count := text.count(_SOFT_HYPHEN):
        result.counts["soft hyphens left out"] += count
    return text.replace(_SOFT_HYPHEN, "")


def is_cjk(text: str) -> bool:
    """Return whether a text begins with a Chinese or Japanese character or punctuation mark."""
    return _CJK.match(text) is not None


def _width(text: str) -> int:
    """Return the width of a line, in half Chinese characters."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
