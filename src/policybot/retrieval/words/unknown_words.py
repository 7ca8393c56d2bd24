"""Words of a question that the corpus does not have, replaced by words that it has.

Each replacement is recorded in a note of the query.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Mapping, Sequence

from policybot.corpus.issuers.names import is_ordinary_word
from policybot.corpus.text.language import OTHER_LATIN
from policybot.index.analyse import words
from policybot.index.format.vocabulary import singular
from policybot.index.serve.interface import Generation
from policybot.query.lexicon import lexicon_of
from policybot.query.query import Query
from policybot.query.tokens import latin_lexicon
from policybot.retrieval.words.misspelt import (
    SHORTEST,
    CountTokens,
    count_pieces,
    mended,
    one_edit_apart,
)
from policybot.retrieval.words.question_language import language_asked

_TOKEN = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(r"['’](?!s\b)")
_CONTRACTION = re.compile(
    r"(?:are|ca|could|did|do|does|had|has|have|is|must|need|should|was|were|wo|would)nt",
    re.IGNORECASE,
)

_GENDERED = frozenset(["es", "pt", "it"])
"""Languages whose words end with their gender and number; the analyser stems English."""

_ENDING = re.compile(r"(?P<stem>.{3,}?)(?:[oae]s?|s)")

_CUES = (
    "document", "kind", "issue", "newest", "oldest", "since", "between", "before", "after",
    "until", "jointly", "body_noun", "mention", "which", "when",
)  # fmt: skip
"""The lexicon classes of the words by which a question asks."""

_SHORTEST_CUE = 4
_LONGEST = 400
"""Length in characters of the part of a question that is checked."""

_FEW_WORDS = 2
"""Maximum number of words that may all be acronyms; more in capitals are mere emphasis."""


def familiar(generation: Generation, reading: Query, count_tokens: CountTokens) -> Query:
    """Return ``reading`` with its search text in words that the corpus has, and notes that say so.

    An acronym is written out: "IoT" becomes "Internet of Things" where titles of the corpus speak
    of the one and no passage of the other. Small letters that spell a word of the language are that
    word: "far" is not FAR, but "iot" is IoT. A misspelt word is corrected.
    """
    language = language_asked(generation, reading.question)
    if language in OTHER_LATIN:
        return _in_other_forms(generation, reading) if language in _GENDERED else reading
    text = reading.search_text
    shouted = text.isupper() and len(text.split()) > _FEW_WORDS
    read_as: dict[str, str] = {}
    plain: list[str] = []
    looked_at = [
        match
        for match in _TOKEN.finditer(text)
        if len(match[0]) >= SHORTEST or match[0].lower() in generation.acronyms
    ]
    unseen = _unseen(generation, [match[0] for match in looked_at])
    for match in looked_at:
        token = match[0]
        if token not in unseen:
            continue
        phrase = generation.acronyms.get(token.lower())
        if phrase is not None and not generation.issuers.canonical(token):
            if not _is_a_word(token, count_tokens, shouted=shouted):
                read_as[token] = phrase
        elif _may_be_misspelt(match, reading):
            plain.append(token)
    respelt = mended(generation, list(dict.fromkeys(plain)), count_tokens)
    read_as |= respelt
    if not read_as:
        return reading
    return dataclasses.replace(
        reading,
        search_text=_TOKEN.sub(lambda match: read_as.get(match[0], match[0]), text),
        respelt={**reading.respelt, **respelt},
        notes=(*reading.notes, *(f"{typed} read as {meant}" for typed, meant in read_as.items())),
    )


def _in_other_forms(generation: Generation, reading: Query) -> Query:
    """Return ``reading`` with words that no passage has in the gender or number that one has."""
    read_as: dict[str, str] = {}
    for token in dict.fromkeys(_TOKEN.findall(reading.search_text)):
        if len(token) >= SHORTEST and token.islower() and not _count(generation, token):
            counts = {form: _count(generation, form) for form in _forms(token)}
            form = max(counts, key=lambda one: counts[one], default="")
            if counts.get(form):
                read_as[token] = form
    if not read_as:
        return reading
    text = _TOKEN.sub(lambda match: read_as.get(match[0], match[0]), reading.search_text)
    notes = (f"{typed} read as {form}" for typed, form in read_as.items())
    return dataclasses.replace(reading, search_text=text, notes=(*reading.notes, *notes))


def _forms(word: str) -> Sequence[str]:
    """Return the other genders and numbers that a word may have: exentos, exenta, exentas."""
    ended = _ENDING.fullmatch(word)
    stem = ended["stem"] if ended else word
    endings = ("os", "as", "es", "o", "a", "e", "")
    forms = [stem + ending for ending in (endings if word.endswith("s") else reversed(endings))]
    singular_form = singular(word)
    return [form for form in dict.fromkeys([*forms, singular_form]) if form != word]


def _count(generation: Generation, word: str) -> int:
    """Return in how many passages a word is; 1 for one that is no term."""
    terms = words(word)
    return int(generation.document_frequencies(terms).min()) if terms else 1


def with_cues_mended(
    generation: Generation, question: str, count_tokens: CountTokens
) -> tuple[str, dict[str, str]]:
    """Return ``question`` with its misspelt cues corrected, and the corrections by typed word.

    A cue ("policies", "issued") says what is asked for and need not be a word of the corpus, as
    what :func:`familiar` mends must be. Only a word that no passage has, that is no word of the
    language and that is one edit from a cue is taken for it.
    """
    respelt: dict[str, str] = {}
    if language_asked(generation, question) in OTHER_LATIN:
        return question, respelt
    lexicon = latin_lexicon(question.lower())
    for match in _TOKEN.finditer(question[:_LONGEST]):
        token = match[0]
        word = token.lower()
        if token not in (word, token.title()) or len(token) < _SHORTEST_CUE:
            continue
        if word in lexicon.words:
            continue
        meant = _nearest_cue(word, lexicon.language)
        if (
            meant
            and not generation.issuers.canonical(token)
            and _unseen(generation, [token])
            and not _is_a_word(token, count_tokens, shouted=False)
        ):
            respelt[token] = meant
    if not respelt:
        return question, respelt
    return _TOKEN.sub(lambda match: respelt.get(match[0], match[0]), question), respelt


@functools.lru_cache(maxsize=1 << 12)
def _nearest_cue(word: str, language: str) -> str | None:
    """Return the cue of a language that is one edit from a word; questions repeat their words."""
    cues = _cues_of(language)
    near = (cue for size in (-1, 0, 1) for cue in cues.get((word[0], len(word) + size), ()))
    return min((cue for cue in near if one_edit_apart(word, cue)), default=None)


@functools.cache
def _cues_of(language: str) -> Mapping[tuple[str, int], Sequence[str]]:
    """Return the cues of a language by their first letter, which is seldom misspelt, and length."""
    lexicon = lexicon_of(language)
    forms = {word for name in _CUES for word in lexicon.of(name)}
    cues: dict[tuple[str, int], list[str]] = {}
    for word in forms:
        if word.isalpha() and len(word) >= _SHORTEST_CUE:
            cues.setdefault((word[0], len(word)), []).append(word)
    return cues


def _unseen(generation: Generation, tokens: Sequence[str]) -> set[str]:
    """Return the words that no passage has.

    "its" is a function word and never unseen, ITS may be.
    """
    terms = {token: words(token) for token in tokens if token.isascii()}
    each = list(dict.fromkeys(itertools.chain.from_iterable(terms.values())))
    counts = dict(zip(each, generation.document_frequencies(each).tolist(), strict=True))
    return {
        token
        for token, own in terms.items()
        if (not any(counts[term] for term in own) if own else token.isupper())
    }


def _is_a_word(token: str, count_tokens: CountTokens, *, shouted: bool) -> bool:
    """Tell whether a token is written as a word and is one, a single piece for the encoder.

    ``shouted``: the whole question is in capitals, which then do not mark acronyms.
    """
    if not (token.islower() or token.istitle() or shouted):
        return False
    if is_ordinary_word(token, shouted=shouted):
        return True
    return count_pieces([token.lower()], count_tokens) == [1]


def _may_be_misspelt(match: re.Match[str], reading: Query) -> bool:
    """Tell whether a word can be corrected.

    Not an acronym ("GCSEs"), part of a longer word ("Shari'a"), "wasnt", or the name of a body.
    """
    token, text = match[0], match.string
    plain = token.islower() or token.istitle() or text.isupper()
    whole = not _AFTER.match(text, match.end()) and not _CONTRACTION.fullmatch(token)
    return plain and whole and not any(token in hint.wording for hint in reading.hints)
