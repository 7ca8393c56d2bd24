"""Correction of misspelt words of a question.

A word is suspected when no passage has it and the encoder's tokenizer does not know it either: it
falls into several pieces, and is not made of a word that is one piece. So "carer" is left alone in
a corpus that speaks only of care, and "reuse" in one that speaks of refusing, but "elligible" is
not. What was meant is a word of the corpus, one edit away (Damerau, "A technique for computer
detection and correction of spelling errors", CACM 1964: a letter too many, one missing, one for
another, or two swapped), which the tokenizer knows no worse. The first letter stays: people
seldom mistake it (Yannakoudakis and Fawthrop, "The rules of spelling errors", 1983).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.index.analyse import normalise, words
from policybot.index.serve.interface import Generation
from policybot.index.spelling import one_spelling

CountTokens = Callable[[Sequence[str]], Sequence[int]]
"""Counts the tokens of each text, as :meth:`policybot.encoder.Encoder.count_tokens` does."""

SHORTEST = 5
"""Least number of letters of a corrected word: a shorter one is near too many others."""

SUSPECTS = 3
"""In a question with more suspected words, which is about something else, none is corrected."""

_LONG = 9
"""Least number of letters of a word of two pieces in which a letter may be replaced."""

_LOOKED_AT = 50
"""Maximum number of passages searched for a word that the index has only as a stem."""

_PREFIXES = ("anti", "dis", "inter", "mis", "multi", "non", "over", "pre", "re", "sub", "un")
_PREFIXED = 3
"""Least number of letters after a prefix."""

_ENDINGS = {
    **dict.fromkeys(("s", "es", "ed", "ee", "er", "ers", "ing"), ("", "e")),
    **dict.fromkeys(("ies", "ied"), ("y",)),
}
"""Endings, and what replaces each of them in the base form."""

_LETTERS = re.compile(r"[^\W\d_]+")


def mended(
    generation: Generation, unseen: Sequence[str], count_tokens: CountTokens
) -> Mapping[str, str]:
    """Return the corrections of the misspelt words among the ``unseen``.

    ``unseen`` are words of ASCII letters that no passage holds, as they were typed.
    """
    pieces = _pieces([word for word in unseen if len(word) >= SHORTEST], count_tokens)
    suspects = [word for word, count in pieces.items() if count > 1]
    if not 0 < len(suspects) <= SUSPECTS:
        return {}
    corrections = {
        word: _meant(generation, word.lower(), pieces[word], count_tokens) for word in suspects
    }
    return {word: meant for word, meant in corrections.items() if meant}


_ONE_PIECE = "a"
"""A text that is one piece for every tokenizer; the pieces of an empty text differ."""


def count_pieces(texts: Sequence[str], count_tokens: CountTokens) -> list[int]:
    """Return how many pieces of an encoder's tokenizer each text is, without its prompt."""
    single, *counts = count_tokens([_ONE_PIECE, *texts])
    return [count - single + 1 for count in counts]


def _pieces(unseen: Sequence[str], count_tokens: CountTokens) -> dict[str, int]:
    """Return how many pieces each word has; 1 if it is derived from a word of one piece."""
    if not unseen:
        return {}
    forms = {word: [word, word.lower(), *_bases(word.lower())] for word in unseen}
    counts = _count([form for row in forms.values() for form in row], count_tokens)
    return {
        word: 1 if any(counts[form] == 1 for form in row) else counts[word.lower()]
        for word, row in forms.items()
    }


def _bases(word: str) -> list[str]:
    """Return possible base forms: "hedge" for "hedged", "vet" for "vetting", "use" for "reuse".

    Most of them are not words, which does no harm: no tokenizer has them as one piece.
    """
    rests = [word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)]
    wholes = [word, *(rest for rest in rests if len(rest) >= _PREFIXED)]
    bases = [one_spelling(word), *wholes[1:]]
    for whole in wholes:
        for ending, instead in _ENDINGS.items():
            base = whole.removesuffix(ending)
            if base == whole or (ending.startswith("e") and base.endswith("e")):
                continue
            bases += [base + letter for letter in instead]
            if base[-1:] == base[-2:-1]:
                bases.append(base[:-1])
    return bases


def _count(texts: Sequence[str], count_tokens: CountTokens) -> dict[str, int]:
    return dict(zip(texts, count_pieces(texts, count_tokens), strict=True))


def _meant(generation: Generation, word: str, pieces: int, count_tokens: CountTokens) -> str | None:
    """Return the correction of ``word``, in lower case, or None.

    The word of the fewest pieces is taken, then the one in the most passages. One of a single piece
    is a word of the language, and it is enough that passages have another form of it; any other
    must stand in one.
    """
    terms = {near: term for near in _one_edit(word) for term in words(near)}
    counts = generation.document_frequencies(list(terms.values())).tolist()
    frequency = {near: count for near, count in zip(terms, counts, strict=True) if count}
    if not frequency:
        return None
    spellings = {near: one_spelling(near) for near in frequency}
    counted = _count([*spellings, *spellings.values()], count_tokens)
    known = {near: min(counted[near], counted[spelling]) for near, spelling in spellings.items()}
    likely = [near for near in frequency if known[near] <= pieces]
    for near in sorted(likely, key=lambda near: (known[near], -frequency[near], near)):
        meant = near if counted[near] == 1 else _as_it_stands(generation, near, terms[near])
        if meant:
            doubtful = pieces == 2 and len(word) < _LONG and _replaced(word, near)
            return None if doubtful else meant
    return None


def _one_edit(word: str) -> list[str]:
    """Return every string one edit away from ``word`` that begins with the same letter."""
    first, rest = word[0], word[1:]
    cuts = [(rest[:i], rest[i:]) for i in range(len(rest) + 1)]
    near = {head + tail[1:] for head, tail in cuts if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    for letter in string.ascii_lowercase:
        near |= {head + letter + tail for head, tail in cuts}
        near |= {head + letter + tail[1:] for head, tail in cuts if tail}
    return sorted(first + ending for ending in near - {rest})


def one_edit_apart(word: str, near: str) -> bool:
    """Tell whether two words with the same first letter are one edit apart."""
    if abs(len(word) - len(near)) > 1 or word[0] != near[0] or word == near:
        return False
    same = next((i for i, (a, b) in enumerate(zip(word, near, strict=False)) if a != b), -1)
    if same < 0:
        return True  # one goes on by a letter
    left, right = word[same:], near[same:]
    swapped = len(left) > 1 and left[1::-1] == right[:2] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _replaced(word: str, near: str) -> bool:
    """Tell whether one letter was replaced, which is how two real words most often differ."""
    return len(word) == len(near) and sorted(word) != sorted(near)


def _as_it_stands(generation: Generation, word: str, term: str) -> str | None:
    """Return ``word`` as a passage has it; None if passages have only others with its stem.

    The passage may have the British or the American spelling.
    """
    ordinals = generation.passages_with(term, _LOOKED_AT)
    wanted = one_spelling(word)
    for text in _texts(generation, ordinals):
        for token in _LETTERS.findall(normalise(text)):
            if one_spelling(token) == wanted:
                return str(token)
    return None


def _texts(generation: Generation, ordinals: NDArray[np.int64]) -> Iterator[str]:
    for passage in generation.passages(ordinals.tolist()):
        yield from (passage.text, *passage.headings)
    for owner in np.unique(generation.owners_of(ordinals)).tolist():
        yield generation.policy(owner).title
