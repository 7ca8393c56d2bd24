"""What the index holds of one policy: it follows from the policy alone, whoever works it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.split import split_policy
from policybot.encoder import Encoder, document_text
from policybot.index.analyse import analyse, words
from policybot.index.embed import vector_key
from policybot.index.lexical import hash_terms
from policybot.index.passages import PassageRow, PolicyRow, passage_row, policy_of
from policybot.model import Passage, Policy


@dataclass(frozen=True, slots=True)
class PolicyParts:
    """A policy divided into passages.

    ``sentences`` and ``terms`` count those of each passage; ``hashes`` are the hashed terms,
    one passage after another. Keys are those of vectors, one after another.
    """

    passages: tuple[PassageRow, ...]
    sentences: tuple[int, ...]
    terms: tuple[int, ...]
    hashes: NDArray[np.uint64]
    passage_keys: bytes
    sentence_keys: bytes
    title_key: bytes
    unsure: bool


def divide(row: PolicyRow, encoder: Encoder) -> PolicyParts:
    """Divide a policy into passages and work out what the index holds of them.

    ``encoder`` counts tokens and tells its languages; nothing is embedded.
    """
    policy = policy_of(row)
    languages = encoder.languages
    split = split_policy(policy, encoder.count_tokens, encoder.max_tokens)
    terms = [
        [
            term
            for part in (*dict.fromkeys((policy.title, *passage.headings)), passage.text)
            for term in analyse(part)
        ]
        for passage in split
    ]
    return PolicyParts(
        passages=tuple(passage_row(passage) for passage in split),
        sentences=tuple(len(passage.sentences) for passage in split),
        terms=tuple(map(len, terms)),
        hashes=hash_terms([term for one in terms for term in one]),
        passage_keys=b"".join(
            vector_key(document_text(policy.title, passage.headings, passage.text), languages)
            for passage in split
        ),
        sentence_keys=b"".join(
            vector_key(passage.text[start:end], languages)
            for passage in split
            for start, end in passage.sentences
        ),
        title_key=vector_key(policy.title, languages),
        unsure=_is_unsure(policy, split),
    )


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
        for part in (policy.title, *(text for passage in split for text in passage.headings))
        for term in words(part)
    }
    return not all(gaps[1:-1]) or not known.issuperset(words("\n".join(gaps)))
