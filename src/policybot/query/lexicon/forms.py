"""Inflection of regular words, so that a lexicon lists only base forms."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

_VOWELS = frozenset("aeiou")
_ACUTE = dict(zip("aeiou", "áéíóú", strict=True))


def _english_verb(base: str) -> Iterator[str]:
    """Yield "issue", "issues", "issued", "issuing"; of a phrase, the first word is inflected."""
    word, _, rest = base.partition(" ")
    tail = f" {rest}" if rest else ""
    stem = word.removesuffix("e")
    doubled = (
        len(word) > 2
        and word[-1] in "bgmnprt"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
        and sum(letter in _VOWELS for letter in word) == 1
    )
    if word.endswith("y") and word[-2] not in _VOWELS:
        forms = [word, f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"]
    elif word.endswith(("s", "sh", "ch", "x", "z")):
        forms = [word, f"{word}es", f"{word}ed", f"{word}ing"]
    elif doubled:
        forms = [word, f"{word}s", f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"]
    else:
        forms = [word, f"{word}s", f"{stem}ed", f"{stem}ing"]
    for form in forms:
        yield form + tail


def _english_noun(singular: str) -> Iterator[str]:
    """Yield "policy", "policies"."""
    yield singular
    if singular.endswith("y") and singular[-2] not in _VOWELS:
        yield f"{singular[:-1]}ies"
    elif singular.endswith(("s", "sh", "ch", "x", "z")):
        yield f"{singular}es"
    else:
        yield f"{singular}s"


_SPANISH = {
    "ar": "ar a an ó aron ado ada ados adas ando aba aban ara aran e en ará arán aste",
    "er": "er e en ió ieron ido ida idos idas iendo ía ían iera ieran a an erá erán iste",
    "ir": "ir e en ió ieron ido ida idos idas iendo ía ían iera ieran a an irá irán iste",
}


def _spanish_verb(infinitive: str) -> Iterator[str]:
    """Yield "publicar", "publicó", "publicaron", "publicada", "publique"."""
    word, _, rest = infinitive.partition(" ")
    tail = f" {rest}" if rest else ""
    stem = word[:-2]
    for ending in _SPANISH[word[-2:]].split():
        hard = ending.startswith("e") and word.endswith("ar") and stem.endswith("c")
        yield (f"{stem[:-1]}qu{ending}" if hard else f"{stem}{ending}") + tail


def _spanish_noun(singular: str) -> Iterator[str]:
    """Yield "plan", "planes"; "resolución", "resoluciones"; "orden", "órdenes", also as "ordenes".

    Of a phrase the first word is inflected ("planes de acción", "puntos clave"), or all of them
    ("documentos oficiales"). Plurals stay as they are.
    """
    yield singular
    word, _, rest = singular.partition(" ")
    for plural in _spanish_plurals(word):
        yield f"{plural} {rest}".strip()
    if rest and " " not in rest:
        for plural, other in itertools.product(_spanish_plurals(word), _spanish_plurals(rest)):
            yield f"{plural} {other}"


def _spanish_plurals(word: str) -> Iterator[str]:
    if word[-1] in "aeiouáéó":
        yield f"{word}s"
    elif word.endswith("z"):
        yield f"{word[:-1]}ces"
    elif not word.endswith(("as", "os", "es")):
        plain = f"{word[:-2]}on" if word.endswith("ón") else word
        yield f"{plain}es"
        if word.endswith("en"):  # the stress stays on its syllable, the third from the end now
            at = next(at for at in range(len(word) - 3, -1, -1) if word[at] in _ACUTE)
            yield f"{word[:at]}{_ACUTE[word[at]]}{word[at + 1 :]}es"


FORMS: Mapping[str, Mapping[str, Callable[[str], Iterator[str]]]] = {
    "en": {"verbs": _english_verb, "nouns": _english_noun},
    "es": {"verbs": _spanish_verb, "nouns": _spanish_noun},
}
"""The functions that inflect entries of ``[verbs]`` and ``[nouns]``, by language."""
