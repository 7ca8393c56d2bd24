"""Text to terms: the one analyser for passages and questions.

Words are stemmed (Snowball English) after British and American spellings are made one; numbers
stay whole ("$1,000" is 1000 and nothing else); runs of Chinese become character bigrams, as there
are no spaces to go by (Nie, Gao and Zhou, "On the use of words and n-grams for Chinese information
retrieval", IRAL 2000). Changing anything here changes terms on disk: raise ``manifest.SCHEMA``.
"""

from __future__ import annotations

import functools
import itertools
import re
import threading
import unicodedata
from typing import Any

from policybot.corpus.text.language import CJK
from policybot.index.spelling import one_spelling
from policybot.simplified import simplified

_WORD = rf"[^\W_{CJK}]+(?:['’][^\W_{CJK}]+)*"
_LETTER = rf"[^\W\d_{CJK}]"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)+"
_ACRONYM = rf"{_LETTER}(?:\.{_LETTER})+(?![^\W_{CJK}])"
_PIECE = re.compile(rf"[{CJK}]+|{_NUMBER}|{_ACRONYM}|{_WORD}(?:[-‐‑]{_WORD})*")
_IS_CJK = re.compile(f"[{CJK}]")
_HYPHEN = re.compile("[-‐‑]")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_HAS_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

# Measured on obliqa, orsharc and condqa_ev (BM25 alone): leaving these out adds .01-.04 to MAP, and
# reading bigrams across them ("internet of things": "internet thing") as much again as bigrams do.
_FUNCTION_WORDS = """
a about an and any are as at be been being both but by can could did do does doing each for from had
has have having he her here hers him his how i if in into is it its me my of off on onto or our ours
she should so some such than that the their theirs them then there these they this those to too very
was we were what when where which while who whom whose why will with would you your yours
"""
STOPWORDS = frozenset(_FUNCTION_WORDS.split())
"""Function words; they are no terms, and no term of a question is ever one of them."""

_NUMERAL_WORDS = """
one/first two/second three/third four/fourth five/fifth six/sixth seven/seventh eight/eighth
nine/ninth ten/tenth eleven/eleventh twelve/twelfth thirteen/thirteenth fourteen/fourteenth
fifteen/fifteenth sixteen/sixteenth seventeen/seventeenth eighteen/eighteenth nineteen/nineteenth
twenty/twentieth
"""
_NUMERALS = {
    word: str(value)
    for value, words in enumerate(_NUMERAL_WORDS.split(), start=1)
    for word in words.split("/")
}


def words(text: str) -> list[str]:
    """Return the terms of ``text`` that are single words, in order, function words left out.

    A hyphenated word gives its parts and then the parts joined; a run of Chinese gives its
    character bigrams (the character itself when it stands alone).
    """
    return _terms(text, bigrams=False)


def analyse(text: str) -> list[str]:
    """Return all terms of ``text``: those of :func:`words`, and bigrams of neighbouring words.

    A bigram is two words with a space between; only function words may stand between them in the
    text. Chinese makes none: its terms are bigrams already.
    """
    return _terms(text, bigrams=True)


def normalise(text: str) -> str:
    """Return ``text`` in the one form that texts are compared in.

    NFKC, casefolded, and in simplified characters, whichever Chinese is written in.
    """
    if text.isascii():
        return text.lower()
    if _HAS_INVISIBLE.search(text):
        text = text.translate(_INVISIBLE)
    return simplified(_composed(_composed(text).casefold()))


def _composed(text: str) -> str:
    """Return ``text`` in NFKC; most texts are, which is told sooner than made."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", text)


def _terms(text: str, *, bigrams: bool) -> list[str]:
    terms: list[str] = []
    before = ""
    for piece in _PIECE.findall(normalise(text)):
        if piece >= "々" and _IS_CJK.match(piece):
            terms.extend(map("".join, itertools.pairwise(piece)) if len(piece) > 1 else piece)
            before = ""
            continue
        row, joined = _read(piece)
        for term in row:
            terms.append(term)
            if bigrams and before:
                terms.append(f"{before} {term}")
            before = term
        if joined:
            terms.append(joined)
    return terms


@functools.lru_cache(maxsize=1 << 17)
def _read(piece: str) -> tuple[tuple[str, ...], str]:
    """The terms of a piece in the row of words, and the one that stands beside it, if any."""
    if re.fullmatch(_NUMBER, piece):
        return (piece.replace(",", ""),), ""
    if re.fullmatch(_ACRONYM, piece):
        return (piece.replace(".", ""),), ""
    parts = [_without_apostrophes(part) for part in _HYPHEN.split(piece)]
    row = tuple(_stem(part) for part in parts if part not in STOPWORDS)
    if len(parts) == 1 or any(part.isdigit() for part in parts):
        return row, ""
    return row, _stem("".join(parts))


def _without_apostrophes(word: str) -> str:
    for apostrophe in "'’":
        word = word.removesuffix(f"{apostrophe}s").replace(apostrophe, "")
    return word


def _stem(word: str) -> str:
    if word in _NUMERALS:
        return _NUMERALS[word]
    if ordinal := _ORDINAL.fullmatch(word):
        return ordinal[1]
    with _STEMMING:
        stem: str = _stemmer().stemWord(one_spelling(word))
    return stem


_STEMMING = threading.Lock()  # one stemmer must not be used by two threads at once


@functools.cache
def _stemmer() -> Any:  # noqa: ANN401
    import Stemmer

    return Stemmer.Stemmer("english", 0)
