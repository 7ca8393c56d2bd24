"""Parse labels of provisions: "Article 5(2)", "Sec. 3.", § 12, "artículo tercero", 第五条第二款.

The words of each language are data (``words.toml``). A label is parsed into steps, each a kind and
a number (``("art", "5")``, ``("par", "2")``), which form an address: ``art5.2``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policybot.model import Span
from policybot.numerals import WRITTEN, han_value, roman, written_value
from policybot.simplified import simplified

Step = tuple[str, str]
"""The kind of a provision and its number (digits or a letter); a bare "(2)" has the kind ""."""

KINDS = ("annex", "part", "ch", "div", "art", "sec", "cl", "rule", "reg", "par", "item", "sub")
"""Every kind, the widest first."""

RANKS = {"annex": 0, "part": 1, "ch": 2, "div": 3, "art": 4, "sec": 4, "cl": 4, "rule": 4, "reg": 4}
"""The rank of each top-level kind: a provision ends before one of the same or a lower rank."""

PARTS = frozenset(["par", "item", "sub", ""])
"""Kinds that are parts of another provision."""

_HAN_DIGITS = "〇零一二三四五六七八九十百千两"
_HAN = f"[{_HAN_DIGITS}]{{1,8}}"
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_NUMBER = (
    rf"[0-9]{{1,4}}(?:[.][0-9]{{1,4}}){{0,4}}(?:[a-z]|[-‐–][a-z0-9]{{1,2}})?[º°ª]?(?![0-9a-z])"
    rf"|(?<=[第件表录]){_HAN}|[ivxlc]{{1,7}}(?![a-z0-9À-ɏ])|[a-z](?![a-z0-9À-ɏ.'’-])"
)
_DEEPER = re.compile(
    rf"\s?[(（]\s?(?P<in>[0-9]{{1,3}}|[a-z]{{1,4}}|{_HAN})\s?[)）]"
    r"|,? (?:(?:sub-?)?(?:paragraphs?|section|sections|points?)|para\.?|apartado|párrafo|letra)"
    r" \(?(?P<named>[0-9]{1,3}|[a-z])\)?(?![a-z0-9])"
)
_DEEPER_HAN = re.compile(rf"第[(（]?(?P<number>[0-9]{{1,3}}|{_HAN})[)）]?(?P<kind>[款项目])")
_AFTER = re.compile(rf"之(?P<more>[0-9]{{1,2}}|{_HAN})(?![一-鿿]?[的])")
_OF = re.compile(r"(?:,? (?:of|in|to|under|del?|de la|from|du|des|der) (?:the |la |el )?|的)")


@dataclass(frozen=True, slots=True)
class Label:
    """A reference to a provision: its steps, the widest first, and its span in the text."""

    steps: tuple[Step, ...]
    span: Span

    @property
    def address(self) -> str:
        """The address that the steps make, as in ``art5.2``."""
        return address_of(self.steps)


@functools.cache
def wordings() -> dict[tuple[str, str], str]:
    """Map each wording, as the text before and after its number, to its kind."""
    table = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
    kind_of: dict[tuple[str, str], str] = {}
    for kinds in table.values():
        for kind, forms in kinds.items():
            for form in forms:
                before, _, after = form.partition("{}")
                kind_of.setdefault((before.strip(), after.strip()), kind)
    return kind_of


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Return the regular expression for labels in a lower-case text."""
    shapes: dict[tuple[bool, str, str], list[str]] = {}
    for before, after in wordings():
        needs = r" ?" if not before[-1].isalpha() or before[-1] > "⺀" else " "
        in_words = before[0].isalpha() and before[0] < "⺀"
        shapes.setdefault((in_words, needs, after), []).append(before)
    worded: list[str] = []
    symbols: list[str] = []
    for (in_words, needs, after), befores in shapes.items():
        names = "|".join(map(re.escape, sorted(befores, key=len, reverse=True)))
        number = f"{_GROUPED}|{WRITTEN}" if in_words else _GROUPED
        shape = f"(?:{names}){needs}(?:{number}){re.escape(after)}"
        (worded if in_words else symbols).append(shape)
    # One lookbehind for all words, so that most positions are ruled out quickly.
    return re.compile(rf"(?<![\w])(?:{'|'.join(worded)})|{'|'.join(symbols)}")


@functools.cache
def first_letters() -> frozenset[str]:
    """Return the first characters of labels in lower case, to skip most text quickly."""
    return frozenset(before[0] for before, _ in wordings())


_GROUPED = rf"[(（]?(?:{_NUMBER})[)）]?"
_PLURAL = re.compile(r"[a-z]+s\b|§§")
_MORE = re.compile(r"(?:,| and| or| &| y| o|, and) (?P<number>[0-9]{1,4}[a-z]?)(?![\w%]|[.,][0-9])")


def lowered(printed: str) -> str:
    """Return a text in lower case and simplified characters, of the same length."""
    text = simplified(printed)
    lower = text.lower()
    return (
        lower
        if len(lower) == len(text)
        else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


def find_labels(printed: str) -> Iterator[Label]:
    """Yield the references to provisions in a text, in order.

    "Paragraph 2 of Article 5" and "Article 5(2)" have the same steps.
    """
    plain = lowered(printed)
    labels = list(_heads(printed, plain))
    at = 0
    while at < len(labels):
        label = labels[at]
        while at + 1 < len(labels):
            following = labels[at + 1]
            between = plain[label.span[1] : following.span[0]]
            narrow = KINDS.index(label.steps[0][0]) if label.steps[0][0] in PARTS else -1
            if narrow > KINDS.index(following.steps[0][0]):
                if not _OF.fullmatch(between):
                    break
                steps = following.steps + label.steps
            elif RANKS.get(following.steps[0][0], 9) > _rank(label) and not between.strip(" ,，"):
                steps = label.steps + following.steps
            else:
                break
            label = Label(steps, (label.span[0], following.span[1]))
            at += 1
        yield label
        at += 1


def _rank(label: Label) -> int:
    return KINDS.index(label.steps[-1][0]) if label.steps[-1][0] else len(KINDS)


def _heads(printed: str, plain: str) -> Iterator[Label]:
    end = 0
    for match in _pattern().finditer(plain):
        if match.start() < end or (head := _label_of(printed, plain, match)) is None:
            continue
        steps, end = _with_parts(plain, head)
        yield Label(steps, (match.start(), end))
        while len(steps) == 1 and match[0][0] < "⺀" and _PLURAL.match(match[0]):
            if (more := _MORE.match(plain, end)) is None:
                break
            kind = steps[0][0]
            steps, end = _with_parts(plain, Label(((kind, more["number"]),), more.span("number")))
            yield Label(steps, (more.start("number"), end))


def _with_parts(plain: str, head: Label) -> tuple[tuple[Step, ...], int]:
    """Return the steps of a label and of the parts named after it, and their end offset."""
    steps, end = list(head.steps), head.span[1]
    while True:
        if deeper := _DEEPER_HAN.match(plain, end):
            name = {"款": "par", "项": "item", "目": "sub"}[deeper["kind"]]
            steps.append((name, in_digits(deeper["number"])))
        elif deeper := _DEEPER.match(plain, end):
            steps.append(("", in_digits(deeper["in"] or deeper["named"])))
        else:
            return tuple(steps), end
        end = deeper.end()


@functools.lru_cache(maxsize=4096)
def _head_of(wording: str) -> Step | None:
    """Return the kind and the number of a wording such as "article 5"."""
    for before, after in wordings():
        if wording.startswith(before) and wording.endswith(after):
            inner = wording[len(before) : len(wording) - len(after)].strip(" ()（）")
            if re.fullmatch(f"(?:{_HAN})|{_NUMBER}", inner) or written_value(inner):
                kind = wordings()[before, after]
                return kind, whole_number(inner, kind)
    return None


def label_at(printed: str, plain: str, at: int) -> Label | None:
    """Return the label that begins at offset ``at``, without its parts; None if there is none.

    ``plain`` is ``printed`` converted by :func:`lowered`.
    """
    match = _pattern().match(plain, at)
    return _label_of(printed, plain, match) if match else None


def _label_of(printed: str, plain: str, match: re.Match[str]) -> Label | None:
    """Return the label of a match, without its parts; None if it has no valid number."""
    head = _head_of(match[0])
    if head is None:
        return None
    kind, number = head
    letter = re.search(r"(?<![^\W_])[a-z](?![^\W_])[^a-z]*$", match[0])
    if letter and kind not in PARTS and not printed[match.start() + letter.start()].isupper():
        return None  # "the article a person reads"
    end = match.end()
    if match[0][-1] in "条节章" and (more := _AFTER.match(plain, end)):
        number, end = f"{number}-{in_digits(more['more'])}", more.end()
    return Label(((kind, number),), (match.start(), end))


def whole_number(text: str, kind: str) -> str:
    """Return the number of a provision in digits, from words, Roman or Chinese numerals.

    A Roman numeral or a letter of a part is returned as it is.
    """
    if written := written_value(text):
        return str(written)
    text = text.strip("º°ª").replace("‐", "-").replace("–", "-")
    roman = re.fullmatch("[ivxlc]+", text) and (len(text) > 1 or text in "ivx")
    if roman and kind not in {"par", "item", "sub"}:
        value = roman_value(text)
        return str(value) if value else text
    return in_digits(text)


def in_digits(text: str) -> str:
    """Return a number in digits, converting Chinese numerals; a letter is returned as it is."""
    if not text or text[0] not in _HAN_DIGITS:
        return text
    return str(han_value(text))


def roman_value(text: str) -> int:
    """Return the value of a Roman numeral in lower case; 0 if it is not one."""
    values = [_ROMAN.get(letter, 0) for letter in text]
    total = sum(
        -value if any(after > value for after in values[at + 1 : at + 2]) else value
        for at, value in enumerate(values)
    )
    return total if 0 not in values and roman(total) == text else 0


def address_of(steps: Sequence[Step]) -> str:
    """Return the address of steps: ``art5.2.c``, ``annex1.art2``."""
    return ".".join(
        f"{kind}{number}" if kind and (at == 0 or kind not in PARTS) else number
        for at, (kind, number) in enumerate(steps)
    )


@functools.lru_cache(maxsize=4096)
def order_of(number: str) -> tuple[int | str, ...]:
    """Return the sort key of a number: 5 < 5-1 < 5a < 6; letters sort by position."""
    return tuple(
        int(piece) if piece.isdecimal() else sum(map(ord, piece)) - 96
        for piece in re.findall("[0-9]+|[a-z]+", number)
    )
