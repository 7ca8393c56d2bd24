"""The content that the index stores for one policy: a pure function of policy and encoder."""

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

    ``sentences`` and ``terms`` are counts per passage; ``hashes`` the hashed terms, uint64, of one
    passage after another; ``keys`` the vector keys, by encoder; ``unsure`` whether phrases may
    occur whose words are not all terms (see ``_is_unsure``); ``provisions`` the column of that name
    as :func:`policybot.index.format.passages.provision_places` writes it.
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
    """The vector keys of a policy's texts for one encoder, concatenated."""

    passages: bytes
    sentences: bytes
    title: bytes


def divide(row: PolicyRow, encoder: Encoder, *, second: bool = False) -> PolicyContent:
    """Divide a policy into passages and compute the content that the index stores for them.

    Only the tokenizer and the languages of ``encoder`` are used; nothing is embedded. If there is a
    ``second`` encoder, which embeds every text, ``encoder`` embeds only policies in its languages.
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
            _keys(policy, split, is_read)
            for is_read in _readers(encoder.languages, language, second=second)
        ),
        unsure=_is_unsure(policy, split),
        language=language,
        provisions=provision_places(provisions_of(policy.body)),
    )


def policy_language(policy: Policy) -> str:
    """Return a policy's language code: as stated, or else as detected from its text."""
    stated = (policy.language or "").partition("-")[0].strip().lower()
    return stated or language_of(f"{policy.title}\n{policy.body}")


def _readers(
    languages: tuple[str, ...], language: str, *, second: bool
) -> list[Callable[[str], bool]]:
    """Return, for each encoder, a predicate: whether it embeds a text of a policy in ``language``.

    A single encoder embeds every text but Chinese that it cannot read.
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


def _keys(policy: Policy, split: Sequence[Passage], is_read: Callable[[str], bool]) -> Keys:
    return Keys(
        passages=b"".join(
            vector_key(document_text(policy.title, passage.headings, passage.text), is_read)
            for passage in split
        ),
        sentences=b"".join(
            vector_key(passage.text[start:end], is_read)
            for passage in split
            for start, end in passage.sentences
        ),
        title=vector_key(policy.title, is_read),
    )


def _terms(policy: Policy, split: Sequence[Passage]) -> list[list[str]]:
    """Return the terms of each passage, those of its policy's title and its headings included."""
    context = {
        part: analyse(part)
        for part in {policy.title, *(text for passage in split for text in passage.headings)}
    }
    result: list[list[str]] = []
    for passage in split:
        terms: list[str] = []
        for part in dict.fromkeys((policy.title, *passage.headings)):
            terms += context[part]
        terms += analyse(passage.text)
        result.append(terms)
    return result


def _is_unsure(policy: Policy, split: Sequence[Passage]) -> bool:
    """Return whether a phrase may occur in the policy whose words are not all terms of passages.

    That is so if there is text outside the passages (a heading with nothing under it), or a word or
    run of Chinese longer than the encoder's input was cut.
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
