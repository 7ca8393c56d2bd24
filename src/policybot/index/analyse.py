"""The analyser: converts text to terms, for passages and questions alike.

Words are stemmed (Snowball English) after British and American spellings are unified; numbers stay
whole ("$1,000" is the term 1000 alone); runs of Chinese, which has no spaces, become character
bigrams (Nie, Gao and Zhou, "On the use of words and n-grams for Chinese information retrieval",
IRAL 2000). A change here changes the terms on disk: raise ``manifest.SCHEMA`` with it.
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
"""Function words, which are never terms."""

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
    """Return the single-word terms of ``text``, in order, without function words.

    A hyphenated word yields its parts and then the parts joined; a run of Chinese yields its
    character bigrams (a single character itself).
    """
    return _terms(text, bigrams=False)


def analyse(text: str) -> list[str]:
    """Return all terms of ``text``: those of :func:`words`, and bigrams of adjacent words.

    A bigram is two terms joined by a space, between which the text has only function words.
    Chinese forms none: its terms are character bigrams already.
    """
    return _terms(text, bigrams=True)


def normalise(text: str) -> str:
    """Return ``text`` in the normal form for comparison.

    That is NFKC, casefolded, with simplified Chinese characters and no invisible ones.
    """
    if text.isascii():
        return text.lower()
    if _HAS_INVISIBLE.search(text):
        text = text.translate(_INVISIBLE)
    return simplified(_composed(_composed(text).casefold()))


def _composed(text: str) -> str:
    """Return ``text`` in NFKC. Most texts are already, and checking is faster than converting."""
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
        separate, joined = _word_terms(piece)
        for term in separate:
            terms.append(term)
            if bigrams and before:
                terms.append(f"{before} {term}")
            before = term
        if joined:
            terms.append(joined)
    return terms


@functools.lru_cache(maxsize=1 << 17)
def _word_terms(piece: str) -> tuple[tuple[str, ...], str]:
    """Return the terms of a word or number, and for a hyphenated word the term of it joined."""
    if re.fullmatch(_NUMBER, piece):
        return (piece.replace(",", ""),), ""
    if re.fullmatch(_ACRONYM, piece):
        return (piece.replace(".", ""),), ""
    parts = [_without_apostrophes(part) for part in _HYPHEN.split(piece)]
    separate = tuple(_stem(part) for part in parts if part not in STOPWORDS)
    if len(parts) == 1 or any(part.isdigit() for part in parts):
        return separate, ""
    return separate, _stem("".join(parts))


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


_STEMMING = threading.Lock()  # the stemmer is not thread-safe


@functools.cache
def _stemmer() -> Any:  # noqa: ANN401
    import Stemmer

    return Stemmer.Stemmer("english", 0)
