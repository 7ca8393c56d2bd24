"""Tokenisation: a question as entities, words of the lexicons, and words of neither.

Each token has one symbol, a character of Unicode's private use area that stands for its set of word
classes. A rule is a regular expression over these symbols, so that one rule serves every language.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policybot.model import Span
from policybot.query.entities.entity import Entity
from policybot.query.han import Cutting
from policybot.query.lexicon import Lexicon, lexicon_of, lexicons
from policybot.query.lexicon.load import CLASSES
from policybot.query.text import Text, on_one_line
from policybot.query.vocabulary import Vocabulary

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(
    rf"@\w+|(?<=\w)['’]s(?![^\W_{HAN}])|[^\W_{HAN}]+(?:[-.&'’/][^\W_{HAN}]+)*|[{HAN}]+|[^\w\s]|_"
)
_CLITIC = re.compile(r"(?P<word>.+?)(?P<clitic>n['’]t|['’][a-z]{1,2})$")
_NEGATED = re.compile(r"(non?)(-)(?P<rest>\w.*)")
_LATIN = re.compile(rf"[^\W_{HAN}]")
_IS_HAN = re.compile(f"[{HAN}]")

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
"""The word class of each kind of entity."""

_ALL_CLASSES = frozenset(
    {*CLASSES, *MARKS.values(), *ENTITIES.values(), "word", "han", "number", "ordinal", "singular",
     "plural"}
)  # fmt: skip


def word_classes(names: str) -> frozenset[str]:
    """Return the word classes named in a text, with white space between them.

    Raises:
        ValueError: no token can be of one of them.
    """
    classes = frozenset(names.split())
    if unknown := classes - _ALL_CLASSES:
        raise ValueError(f"unknown word classes: {', '.join(sorted(unknown))}")
    return classes


@dataclass(frozen=True, slots=True)
class Token:
    """One word, phrase, entity or punctuation mark of a question.

    ``text`` is in lower case; ``span`` is into ``Text.printed``; ``symbol`` is one character.
    ``value`` is the value of a numeral or an ordinal.
    """

    text: str
    span: Span
    classes: frozenset[str]
    symbol: str
    value: int | None = None
    entity: Entity | None = None

    @property
    def is_word(self) -> bool:
        """Whether it is in no lexicon, and so can only be part of a topic."""
        return "word" in self.classes

    @property
    def is_han(self) -> bool:
        """Whether it is written in Chinese characters."""
        return self.text > "\u2e80"


def wording_of(tokens: Sequence[Token], text: Text) -> str:
    """Return the text from the first to the last of some tokens as typed, in one line."""
    if not tokens:
        return ""
    return on_one_line(text.printed[tokens[0].span[0] : tokens[-1].span[1]])


def has_class(tokens: Iterable[Token], *classes: str) -> bool:
    """Return whether any of the tokens is of any of the word classes."""
    return any(not token.classes.isdisjoint(classes) for token in tokens)


FIRST_SYMBOL = 0xE000
"""The first of the symbols: the beginning of Unicode's private use area."""


class Symbols:
    """A symbol for every set of word classes that a token may have."""

    def __init__(self, words: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> None:
        """Give each set of classes a symbol, in a fixed order.

        Of ``words``, each may be of the class ``kind`` too: a corpus may call its documents so.
        """
        known = {
            classes | extra for classes in words for extra in (frozenset(), frozenset(["kind"]))
        }
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
        """Return the symbols of all sets that contain one of the classes, as one string.

        Raises:
            KeyError: no token can be of one of the classes.
        """
        chosen = set[str]().union(*(self._of_class[name] for name in names))
        return "".join(sorted(chosen))


@functools.cache
def symbols() -> Symbols:
    """Return the symbols of all lexicons, entities and marks."""
    words = {word.classes for lexicon in lexicons() for word in lexicon.words.values()}
    words |= {frozenset(["word"]), frozenset(["word", "han"]), frozenset(["interjection"])}
    names = {*MARKS.values(), *ENTITIES.values(), "mark", "number"}
    return Symbols(words, {frozenset([name]) for name in names})


def tokenise(
    text: Text, span: Span, entities: Sequence[Entity], corpus: Vocabulary, latin: Lexicon
) -> list[Token]:
    """Return the tokens of a part of a question, in order.

    ``entities`` lie within ``span`` and do not overlap; ``corpus`` says which words it has;
    ``latin`` is the lexicon for words in Latin letters.
    """
    tokens: list[Token] = []
    position = span[0]
    for entity in entities:
        _cut_words(text, (position, entity.span[0]), corpus, latin, tokens)
        classes = frozenset([ENTITIES[entity.kind]])
        tokens.append(
            made_token(text.plain[slice(*entity.span)], entity.span, classes, entity=entity)
        )
        position = entity.span[1]
    _cut_words(text, (position, span[1]), corpus, latin, tokens)
    return tokens


@functools.lru_cache(maxsize=64)
def latin_lexicon(plain: str) -> Lexicon:
    """Return the lexicon with the most of a text's words in Latin letters; English of equals."""
    candidates = [lexicon for lexicon in lexicons() if lexicon.spaced]
    words = [word for word in _WORD.findall(plain[:2000]) if _LATIN.match(word)]
    own = {lexicon.language: sum(map(lexicon.words.__contains__, words)) for lexicon in candidates}
    if {"¿", "¡"} & set(plain):
        own["es"] = own.get("es", 0) + len(words)
    return max(candidates, key=lambda lexicon: own[lexicon.language])


def _cut_words(
    text: Text, span: Span, corpus: Vocabulary, latin: Lexicon, tokens: list[Token]
) -> None:
    shouted = not any(map(str.islower, text.printed))
    pieces: list[tuple[str, Span]] = []
    for match in _WORD.finditer(text.plain, *span):
        word, start = match[0], match.start()
        negated = _NEGATED.fullmatch(word) if "-" in word else None
        if negated and word not in latin.words and negated["rest"] in latin.words:
            parts = [(start + begin, start + end) for begin, end in map(negated.span, (1, 2, 3))]
            pieces += [(text.plain[slice(*part)], part) for part in parts]
            continue
        clitic = _CLITIC.fullmatch(word) if "'" in word or "’" in word else None
        if clitic and clitic["clitic"].replace("’", "'") in latin.clitics:
            cut = start + clitic.end("word")
            pieces.append((clitic["word"], (start, cut)))
            pieces.append((clitic["clitic"].replace("’", "'"), (cut, match.end())))
        else:
            pieces.append((word, match.span()))
    at = 0
    while at < len(pieces):
        word, (start, end) = pieces[at]
        if _IS_HAN.match(word):
            _cut_han(text, (start, end), corpus, tokens)
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
        tokens.append(_token(word, (start, end), corpus.kinds, latin, acronym=acronym))
        at += max(size, 1)


def _is_han_letter(plain: str, start: int, end: int) -> bool:
    """Tell the letter of D类人才 from the Spanish "e" and "a"."""
    if end - start > 1 or not plain[start].isalpha():
        return False
    return bool(_IS_HAN.search(plain[max(0, start - 1) : start] + plain[end : end + 1]))


def _is_phrase(lexicon: Lexicon, pieces: Sequence[tuple[str, Span]], plain: str) -> bool:
    if " ".join(piece for piece, _ in pieces) not in lexicon.words:
        return False
    return all(
        plain[before[1] : after[0]].strip(" ") == ""
        for (_, before), (_, after) in itertools.pairwise(pieces)
    )


DOCUMENT_CLASSES = word_classes("document kind thing")
"""Classes of the words for documents: "policies", "notices", "anything"."""

_SHOUTED = word_classes("plea thanks greeting interjection not all only signoff")
"""Classes of words that people write in capitals; other words in capitals are acronyms (WHO)."""


def _token(
    word: str, span: Span, kinds: Mapping[str, str], lexicon: Lexicon, *, acronym: bool = False
) -> Token:
    """Return the token of a word or a mark. An acronym is no word of the lexicon."""
    known = lexicon.words.get(word)
    if known is not None and acronym and not known.classes & _SHOUTED:
        known = None
    if word[0] == "@":
        return made_token(word, span, frozenset(["interjection"]))
    if known is None and len(word) == 1 and not word.isalnum():
        return made_token(word, span, frozenset([MARKS.get(word, "mark")]))
    if known is None and word.isascii() and word.isdecimal() and len(word) <= 3:
        return made_token(word, span, frozenset(["number"]), int(word))
    classes = known.classes if known else frozenset(["word"])
    return made_token(
        word, span, classes | ({"kind"} if word in kinds else set()), known.value if known else None
    )


def made_token(
    word: str,
    span: Span,
    classes: frozenset[str],
    value: int | None = None,
    entity: Entity | None = None,
) -> Token:
    """Return a token with the symbol of its classes."""
    return Token(word, span, classes, symbols().of(classes), value, entity)


def _cut_han(text: Text, span: Span, corpus: Vocabulary, tokens: list[Token]) -> None:
    """Add the tokens of a run of Chinese characters: see :mod:`policybot.query.han`."""
    entity = tokens[-1].entity if tokens else None
    ends_day = entity is not None and entity.kind == "date" and len({*entity.days}) == 1
    lexicon = lexicon_of("zh")
    cutting = Cutting(lexicon, corpus.kinds, corpus.frequency, entity is not None, ends_day)
    unread = span[0]
    for start, end in cutting.known(text.plain, span):
        if unread < start:
            tokens.append(_unknown_word(text, (unread, start)))
        token = _token(text.plain[start:end], (start, end), corpus.kinds, lexicon)
        if token.is_word:
            token = made_token(token.text, token.span, token.classes | {"han"})
        tokens.append(token)
        unread = end
    if unread < span[1]:
        tokens.append(_unknown_word(text, (unread, span[1])))


def _unknown_word(text: Text, span: Span) -> Token:
    return made_token(text.plain[slice(*span)], span, frozenset(["word", "han"]))
