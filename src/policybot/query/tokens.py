"""A question cut into tokens: entities, words of the lexicons, and words that are neither.

Each token has one symbol, a private character that stands for its set of word classes. A rule is a
regular expression over these symbols, so it is short, linear, and the same in every language.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policybot.model import Span
from policybot.query.entities.entity import Entity
from policybot.query.lexicon import Lexicon, lexicon_of, lexicons
from policybot.query.text import Text

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(
    rf"@\w+|(?<=\w)['’]s(?![^\W_{HAN}])|[^\W_{HAN}]+(?:[-.&'’/][^\W_{HAN}]+)*|[{HAN}]+|[^\w\s]|_"
)
_CLITIC = re.compile(r"(?P<word>.+?)(?P<clitic>n['’]t|['’][a-z]{1,2})$")
_NEGATED = re.compile(r"(non?)(-)(?P<rest>\w.*)")
_LATIN = re.compile(rf"[^\W_{HAN}]")

MARKS = {
    ",": "comma", "、": "comma", ";": "comma", "；": "comma", "，": "comma", "·": "comma",
    ".": "stop", "!": "stop", "。": "stop", "！": "stop", "…": "stop", "?": "question",
    "？": "question", "¿": "mark",
    ":": "colon", "-": "dash", "–": "dash", "—": "dash", "~": "dash", "～": "dash", "/": "slash",
    "&": "and", "+": "and", "'": "mark", "’": "mark",
}  # fmt: skip
"""The class of each punctuation mark; any other is ``mark``."""

ENTITIES = {
    "date": "D", "issuer": "I", "number": "N", "quote": "Q", "title": "T",
}  # fmt: skip
"""The symbol by which rules name an entity's kind."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, phrase, entity or mark of a question.

    ``text`` is in lower case; ``span`` is into ``Text.printed``; ``symbol`` is one character.
    ``value`` is the number that a word for one stands for.
    """

    text: str
    span: Span
    classes: frozenset[str]
    symbol: str
    value: int | None = None
    entity: Entity | None = None

    @property
    def is_word(self) -> bool:
        """Whether no lexicon has it: it can only be topic."""
        return "word" in self.classes


FIRST_SYMBOL = 0xE000
"""The first of the private characters that stand for sets of word classes."""


class Symbols:
    """The symbol of every set of word classes that a token may have."""

    def __init__(self, words: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> None:
        """Give each set of classes a private character, in a fixed order.

        Any word may be what a corpus calls its documents; no mark, number or entity is.
        """
        known = {one | extra for one in words for extra in (frozenset(), frozenset(["kind"]))}
        ordered = sorted(known.union(others), key=sorted)
        self._symbols = {classes: chr(FIRST_SYMBOL + at) for at, classes in enumerate(ordered)}
        self._of_class: dict[str, set[str]] = {}
        for classes, symbol in self._symbols.items():
            for name in classes:
                self._of_class.setdefault(name, set()).add(symbol)

    def of(self, classes: frozenset[str]) -> str:
        """Return the symbol of a set of classes."""
        return self._symbols[classes]

    def any_of(self, names: Sequence[str]) -> str:
        """Return the symbols of all sets that have one of the classes, as one string.

        Raises:
            KeyError: no token can be of a class.
        """
        found = set[str]().union(*(self._of_class[name] for name in names))
        return "".join(sorted(found))


@functools.cache
def symbols() -> Symbols:
    """Return the symbols of all lexicons, entities and marks."""
    words = {word.classes for lexicon in lexicons() for word in lexicon.words.values()}
    words |= {frozenset(["word"]), frozenset(["word", "han"]), frozenset(["interjection"])}
    names = {*MARKS.values(), *ENTITIES.values(), "mark", "number"}
    return Symbols(words, {frozenset([name]) for name in names})


def tokenise(
    text: Text, span: Span, entities: Sequence[Entity], kinds: Mapping[str, str], latin: Lexicon
) -> list[Token]:
    """Return the tokens of a part of a question, in order.

    ``entities`` lie within ``span`` and do not overlap; ``kinds`` are words by which the corpus
    calls its documents; ``latin`` is the lexicon that reads words in Latin letters.
    """
    tokens: list[Token] = []
    position = span[0]
    for entity in entities:
        _cut(text, (position, entity.span[0]), kinds, latin, tokens)
        classes = frozenset([ENTITIES[entity.kind]])
        wording = text.plain[slice(*entity.span)]
        tokens.append(Token(wording, entity.span, classes, symbols().of(classes), None, entity))
        position = entity.span[1]
    _cut(text, (position, span[1]), kinds, latin, tokens)
    return tokens


def latin_lexicon(plain: str) -> Lexicon:
    """Return the lexicon of the language that most of a text's words in Latin letters are of."""
    candidates = [lexicon for lexicon in lexicons() if lexicon.spaced]
    words = [found[0] for found in _WORD.finditer(plain[:2000]) if _LATIN.match(found[0])]
    own = {lexicon.language: sum(map(lexicon.words.__contains__, words)) for lexicon in candidates}
    if {"¿", "¡"} & set(plain):
        own["es"] = own.get("es", 0) + len(words)
    # The order of the names decides between equals: English before Spanish.
    return max(candidates, key=lambda lexicon: own[lexicon.language])


def _cut(
    text: Text, span: Span, kinds: Mapping[str, str], latin: Lexicon, tokens: list[Token]
) -> None:
    shouted = not any(map(str.islower, text.printed))
    pieces: list[tuple[str, Span]] = []
    for found in _WORD.finditer(text.plain, *span):
        word, start = found[0], found.start()
        negated = _NEGATED.fullmatch(word)
        if negated and word not in latin.words and negated["rest"] in latin.words:
            parts = [(start + begin, start + end) for begin, end in map(negated.span, (1, 2, 3))]
            pieces += [(text.plain[slice(*part)], part) for part in parts]
            continue
        clitic = _CLITIC.fullmatch(word)
        if clitic and clitic["clitic"].replace("’", "'") in latin.clitics:
            cut = start + clitic.end("word")
            pieces.append((clitic["word"], (start, cut)))
            pieces.append((clitic["clitic"].replace("’", "'"), (cut, found.end())))
        else:
            pieces.append((word, found.span()))
    at = 0
    while at < len(pieces):
        word, (start, end) = pieces[at]
        if re.match(f"[{HAN}]", word):
            _cut_han(text, (start, end), kinds, tokens)
            at += 1
            continue
        size = min(latin.phrases.get(word, 0), len(pieces) - at)
        while size > 1 and not _is_phrase(latin, pieces[at : at + size], text.plain):
            size -= 1
        if size > 1:
            word = " ".join(piece for piece, _ in pieces[at : at + size])
            end = pieces[at + size - 1][1][1]
        printed = text.printed[start:end]
        acronym = not shouted and 1 < end - start < 7 and printed.isupper() and printed.isalpha()
        acronym = acronym or _is_han_letter(text.plain, start, end)
        tokens.append(_token(word, (start, end), kinds, latin, acronym=acronym))
        at += max(size, 1)


def _is_han_letter(plain: str, start: int, end: int) -> bool:
    """Tell the letter of D类人才 from the Spanish "e" and "a"."""
    beside = plain[max(0, start - 1) : start] + plain[end : end + 1]
    return end - start == 1 and plain[start].isalpha() and bool(re.search(f"[{HAN}]", beside))


def _is_phrase(lexicon: Lexicon, pieces: Sequence[tuple[str, Span]], plain: str) -> bool:
    if " ".join(piece for piece, _ in pieces) not in lexicon.words:
        return False
    return all(
        plain[before[1] : after[0]].strip(" ") == ""
        for (_, before), (_, after) in itertools.pairwise(pieces)
    )


_SHOUTED = frozenset(
    ["plea", "thanks", "greeting", "interjection", "not", "all", "only", "signoff"]
)
"""Classes of words that people write in capitals; other words so written are acronyms (WHO)."""


def _token(
    word: str, span: Span, kinds: Mapping[str, str], lexicon: Lexicon, *, acronym: bool = False
) -> Token:
    known = lexicon.words.get(word)
    if known is not None and acronym and not known.classes & _SHOUTED:
        known = None
    if word[0] == "@":
        classes = frozenset(["interjection"])
        return Token(word, span, classes, symbols().of(classes))
    if known is None and len(word) == 1 and not word.isalnum():
        classes = frozenset([MARKS.get(word, "mark")])
    elif known is None and word.isascii() and word.isdecimal() and len(word) <= 3:
        classes = frozenset(["number"])
        return Token(word, span, classes, symbols().of(classes), int(word))
    else:
        classes = known.classes if known else frozenset(["word"])
        classes |= {"kind"} if word in kinds else set()
    return Token(word, span, classes, symbols().of(classes), known.value if known else None)


_SAFE = frozenset(["particle", "of", "issue_mark", "and", "or", "question_particle"])
"""Classes of single characters that end a word wherever they stand."""

_OPENERS = frozenset(
    ["have", "be", "in", "since", "from", "by", "of", "passive", "not", "except", "only", "about",
     "and", "or", "issue_mark", "particle", "plea", "show", "except_post", "after_post",
     "before_post", "to", "it", "discuss"]
)  # fmt: skip
"""Classes of single characters that are words also before characters that no lexicon has."""


def _cut_han(text: Text, span: Span, kinds: Mapping[str, str], tokens: list[Token]) -> None:
    """Cut a run of Chinese characters at the longest words that the lexicon or the corpus has.

    A single character after characters that no lexicon has is most often part of their word (算 in
    云计算), unless it is one that ends words.
    """
    lexicon = lexicon_of("zh")
    longest = max(map(len, kinds), default=0)
    start, end = span
    unread = start
    at = start
    while at < end:
        size = min(max(lexicon.phrases.get(text.plain[at], 0), longest), end - at)
        while size and not (
            text.plain[at : at + size] in lexicon.words or text.plain[at : at + size] in kinds
        ):
            size -= 1
        if size == 2 and _ends_earlier(text.plain, at, end, lexicon):
            size = 1  # 还|有效, not 还有|效
        word = text.plain[at : at + size]
        ends_names = at == start and bool(tokens) and tokens[-1].entity is not None
        if not size or (
            size == 1
            and not _ends_earlier(text.plain, at, end, lexicon)
            and not (ends_names and "including" in lexicon.words[word].classes)  # 财政部等四部门
            and not _stands_alone(text.plain, at, (unread, end), lexicon, kinds)
        ):
            at += 1
            continue
        if unread < at:
            tokens.append(_unread(text, (unread, at)))
        token = _token(word, (at, at + size), kinds, lexicon)
        if token.is_word:
            classes = token.classes | {"han"}
            token = Token(word, token.span, classes, symbols().of(classes))
        tokens.append(token)
        at += size
        unread = at
    if unread < end:
        tokens.append(_unread(text, (unread, end)))


def _ends_earlier(plain: str, at: int, end: int, lexicon: Lexicon) -> bool:
    """Tell an adverb before a word from a word of both, after which none begins: 还|有效."""
    word = lexicon.words.get(plain[at])
    if word is None or "adverb" not in word.classes:
        return False
    if at + 2 >= end or plain[at + 2] in lexicon.phrases:
        return False
    longest = min(lexicon.phrases.get(plain[at + 1], 0), end - at - 1)
    return any(plain[at + 1 : at + 1 + size] in lexicon.words for size in range(2, longest + 1))


def _stands_alone(
    plain: str, at: int, span: Span, lexicon: Lexicon, kinds: Mapping[str, str]
) -> bool:
    """Tell a character that is a word from one that belongs to a word no lexicon has."""
    unread, end = span
    word = lexicon.words.get(plain[at])
    classes = word.classes if word else frozenset(["kind"])
    if unread < at:
        return not _SAFE.isdisjoint(classes)
    if at + 1 == end or not _OPENERS.isdisjoint(classes):
        return True
    following = lexicon.words.get(plain[at + 1])
    if "number" in classes and following and "unit_mark" in following.classes:
        return True
    longest = max(lexicon.phrases.get(plain[at + 1], 0), 4)
    return any(
        plain[at + 1 : at + 1 + size] in lexicon.words or plain[at + 1 : at + 1 + size] in kinds
        for size in range(2, min(longest, end - at - 1) + 1)
    )


def _unread(text: Text, span: Span) -> Token:
    classes = frozenset(["word", "han"])
    return Token(text.plain[slice(*span)], span, classes, symbols().of(classes))
