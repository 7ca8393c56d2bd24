"""What the index holds of one policy: it follows from the policy alone, whoever works it out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.provisions.divide import provisions_of
from policybot.corpus.text.language import language_of
from policybot.corpus.text.split import split_policy
from policybot.encoder import Encoder, document_text
from policybot.encoder.languages import reads
from policybot.index.analyse import analyse, words
from policybot.index.build.embed import vector_key
from policybot.index.format.lexical import hash_terms
from policybot.index.format.passages import (
    PassageRow,
    PolicyRow,
    passage_row,
    policy_of,
    provision_places,
)
from policybot.model import Passage, Policy


@dataclass(frozen=True, slots=True)
class PolicyContent:
    """A policy divided into passages.

    ``sentences`` and ``terms`` count those of each passage; ``hashes`` are the hashed terms,
    one passage after another. ``keys`` are those of vectors, by encoder. ``provisions`` is what is
    stored of the provisions.
    """

    passages: tuple[PassageRow, ...]
    sentences: tuple[int, ...]
    terms: tuple[int, ...]
    hashes: NDArray[np.uint64]
    keys: tuple[Keys, ...]
    unsure: bool
    language: str
    provisions: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a policy's vectors by one encoder, one after another."""

    passages: bytes
    sentences: bytes
    title: bytes


def divide(row: PolicyRow, encoder: Encoder, *, second: bool = False) -> PolicyContent:
    """Divide a policy into passages and work out what the index holds of them.

    ``encoder`` counts tokens and tells its languages; nothing is embedded. With a ``second``
    encoder, which reads everything, the first leaves policies in languages that it does not read
    to it.
    """
    policy = policy_of(row)
    language = policy_language(policy)
    split = split_policy(policy, encoder.count_tokens, encoder.max_tokens)
    terms = _terms(policy, split)
    return PolicyContent(
        passages=tuple(passage_row(passage) for passage in split),
        sentences=tuple(len(passage.sentences) for passage in split),
        terms=tuple(map(len, terms)),
        hashes=hash_terms(list(itertools.chain.from_iterable(terms))),
        keys=tuple(
            _keys(policy, split, read)
            for read in _read_by(encoder.languages, language, second=second)
        ),
        unsure=_is_unsure(policy, split),
        language=language,
        provisions=provision_places(provisions_of(policy.body)),
    )


def policy_language(policy: Policy) -> str:
    """Return a policy's language: as it is stated, or else as its text tells."""
    stated = (policy.language or "").partition("-")[0].strip().lower()
    return stated or language_of(f"{policy.title}\n{policy.body}")


def _read_by(
    languages: tuple[str, ...], language: str, *, second: bool
) -> list[Callable[[str], bool]]:
    """Return for each encoder what tells the texts it reads of a policy in ``language``.

    One alone is given what it was not found to read too, Chinese excepted.
    """

    def known(text: str) -> bool:
        return reads(text, languages)

    def always(_: str) -> bool:
        return True

    def never(_: str) -> bool:
        return False

    if not second:
        return [known]
    return [known if language in languages else never, always]


def _keys(policy: Policy, split: Sequence[Passage], read: Callable[[str], bool]) -> Keys:
    return Keys(
        passages=b"".join(
            vector_key(document_text(policy.title, passage.headings, passage.text), read)
            for passage in split
        ),
        sentences=b"".join(
            vector_key(passage.text[start:end], read)
            for passage in split
            for start, end in passage.sentences
        ),
        title=vector_key(policy.title, read),
    )


def _terms(policy: Policy, split: Sequence[Passage]) -> list[list[str]]:
    """Return the terms of each passage; its title and headings are read once a policy."""
    above = {
        part: analyse(part)
        for part in {policy.title, *(text for passage in split for text in passage.headings)}
    }
    found: list[list[str]] = []
    for passage in split:
        terms: list[str] = []
        for part in dict.fromkeys((policy.title, *passage.headings)):
            terms += above[part]
        terms += analyse(passage.text)
        found.append(terms)
    return found


def _is_unsure(policy: Policy, split: Sequence[Passage]) -> bool:
    """Whether the policy may hold a phrase whose words are not all terms of its passages.

    So it is when there is text outside of them (a heading with nothing under it), or a word or run
    of Chinese was cut because it is longer than the encoder reads.
    """
    if not split:
        return True
    ends = [0, *(passage.end for passage in split)]
    starts = [*(passage.start for passage in split), len(policy.body)]
    gaps = [policy.body[end:start] for end, start in zip(ends, starts, strict=True)]
    known = {
        term
        for part in {policy.title, *(text for passage in split for text in passage.headings)}
        for term in words(part)
    }
    return not all(gaps[1:-1]) or not known.issuperset(words("\n".join(gaps)))
