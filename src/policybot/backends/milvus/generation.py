"""A generation on a Milvus server, opened for reading.

The server finds candidates: the nearest passages, those with the question's terms, and those that
the filters allow. Scores are computed here, from the 16-bit vectors and the terms themselves, so
that they and the order agree with those of files (``index/serve/generation.py``) except in the last
digit, whatever index the server searches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.kept import first_of
from policybot.backends.milvus.records import parts_of
from policybot.backends.milvus.rows import MilvusRows
from policybot.backends.milvus.schema import (
    words_of,
)
from policybot.corpus.provisions.divide import provisions_of
from policybot.encoder.levelling import Scale
from policybot.index.build.hubness import hubness_by
from policybot.index.format.lexical import hash_terms, inverse_frequency
from policybot.index.format.passages import PassageRow, passage_of, policy_of
from policybot.index.format.weights import K1, B
from policybot.index.serve import filters as filtering
from policybot.model import Passage, Policy, Provision

_FEW = 200
"""Maximum policies listed in a filter."""


class MilvusGeneration(MilvusRows):
    """A generation served by a Milvus server.

    Args:
        server: The connection.
        name: The generation's name.
        about: Its manifest and small files.
    """

    @property
    def vector_sets(self) -> Sequence[MilvusGeneration]:
        """The vectors of its one encoder: this generation itself."""
        return (self,)

    @property
    def scale(self) -> Scale:
        """The scaling of its cosines to the common scale."""
        return self.manifest.encoder.scale

    @property
    def complete(self) -> bool:
        """Whether every passage has a vector; True, as there is no second encoder."""
        return True

    def embedded_at(self, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether each of given passages has a vector, bool, in their order."""
        return np.array([e.embedded for e in self._of(passages)], dtype=np.bool_)

    def hubness_at(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the hubness of given passages, float32, in their order."""
        held = self._of(passages)
        result = np.array([e.hubness for e in held], dtype=np.float32)
        # The sample may have changed since a passage's hubness was computed.
        stale = [at for at, e in enumerate(held) if e.sample != self._sample_name]
        if stale:
            vectors = np.concatenate([held[at].vectors[:1] for at in stale])
            result[stale] = hubness_by(vectors, self._sample)
        return result

    def dense(
        self, vector: NDArray[np.float32], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` nearest passages, best first."""
        wanted = np.asarray(vector, dtype=np.float32).tolist()
        ordinals = self._found("vector", "IP", wanted, count, passages, "embedded == true")
        return first_of(ordinals, self.dense_at(vector, ordinals), count)

    def dense_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of given passages, float32, in their order; 0 without a vector."""
        return self._cosines(vector, [e.vectors[:1] for e in self._of(passages)])

    def sentences_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the cosines of all sentences of given passages, and the sentence count of each."""
        rows = [e.vectors[1:] for e in self._of(passages)]
        return self._cosines(vector, rows), np.array([len(row) for row in rows], dtype=np.int64)

    def titles_at(
        self, vector: NDArray[np.float32], policies: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the titles of given policies, float32, in their order."""
        return self._cosines(vector, [e.vectors for e in self._of(policies + self._count)])

    def lexical(
        self, terms: Sequence[str], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and BM25 scores of the ``count`` best passages, best first."""
        known = [
            term
            for term, frequency in zip(terms, self.document_frequencies(terms), strict=True)
            if frequency
        ]
        if not known:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        ordinals = self._found("bm25", "BM25", words_of(hash_terms(known)), count, passages, "")
        scores = self.lexical_at(known, ordinals)
        return first_of(ordinals[scores > 0], scores[scores > 0], count)

    def lexical_at(self, terms: Sequence[str], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of given passages, float32, in their order."""
        scores = np.zeros(len(passages), dtype=np.float32)
        if not len(passages):
            return scores
        frequencies = self.document_frequencies(terms)
        weights = inverse_frequency(self._count, frequencies)
        held = [e.terms for e in self._of(passages)]
        lengths = np.array([len(row) for row in held])
        norms = K1 * (1 - B + B * lengths / self._mean_length)
        every, owners = np.concatenate(held), np.repeat(np.arange(len(held)), lengths)
        for term, weight, frequency in zip(hash_terms(terms), weights, frequencies, strict=True):
            if frequency:
                times = np.bincount(owners[every == term], minlength=len(held))
                scores += (weight * times / (times + norms)).astype(np.float32)
        return scores

    def holds(self, term: str, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages have ``term``, bool, in their order."""
        (wanted,) = hash_terms([term])
        return np.array([wanted in e.terms for e in self._of(passages)], dtype=np.bool_)

    def passages_with(self, term: str, count: int) -> NDArray[np.int64]:
        """Return the first ``count`` passages that have ``term``, in order."""
        return np.sort(self._having(term, ""))[:count]

    def policies_led_by(self, term: str) -> NDArray[np.int64]:
        """Return the policies whose first passage has ``term``, in order."""
        return self.owners_of(np.sort(self._having(term, "leads == true")))

    def passages(self, ordinals: Iterable[int]) -> list[Passage]:
        """Return passages in the order of ``ordinals``, each checked by its hash."""
        result: list[Passage] = []
        for text in self._text(list(map(int, ordinals)), self._count):
            digest, place, words, _ = parts_of(text)
            self._check(digest, place, words)
            result.append(passage_of(PassageRow(bytes.fromhex(digest), place, words)))
        return result

    def policies(self, ordinals: Iterable[int]) -> list[Policy]:
        """Return policies in the order of ``ordinals``, each checked by its hash."""
        return [policy_of(row) for row in self._policy_rows(ordinals)]

    def provisions(self, ordinal: int) -> list[Provision]:
        """Return a policy's provisions, parsed from its body."""
        return provisions_of(self.policy(ordinal).body)

    def policy_digest(self, ordinal: int) -> bytes:
        """Return the SHA-256 of a policy's metadata and body."""
        return self._policy_rows([ordinal])[0].digest

    def policy_ordinal(self, policy_id: str) -> int | None:
        """Return the ordinal of the policy with this id, or None."""
        (wanted,) = hash_terms([policy_id])
        for ordinal in np.flatnonzero(self._ids == wanted).tolist():
            if self._policy_rows([ordinal])[0].id == policy_id:
                return int(ordinal)
        return None

    def _with_number(self, number: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.policy_first), dtype=np.bool_)
        if tokens := filtering.number_tokens(number):
            mask[:] = True
            for wanted in hash_terms(tokens):
                having = np.zeros(len(mask), dtype=np.bool_)
                having[self._numbered[self._tokens == wanted]] = True
                mask &= having
        return mask

    def _with_phrase(
        self, phrase: str, among: NDArray[np.bool_], *, titles: bool = False
    ) -> NDArray[np.bool_]:
        holds = filtering.phrase_test(phrase)
        if holds is None:
            return among
        candidates = among.copy()
        for term in filtering.phrase_terms(phrase):
            have = self.policy_unsure.copy()
            left = np.flatnonzero(candidates & ~have)
            few = f"policy in {self._numbers[left].tolist()}" if len(left) <= _FEW else ""
            if len(left):
                have[self.owners_of(self._having(term, few))] = True
            candidates &= have
        for ordinal in np.flatnonzero(candidates).tolist():
            policy = self.policy(ordinal)
            candidates[ordinal] = holds(policy.title) or (not titles and holds(policy.body))
        return candidates

    def _cosines(
        self, vector: NDArray[np.float32], rows: Sequence[NDArray[np.float16]]
    ) -> NDArray[np.float32]:
        if not rows:
            return np.zeros(0, dtype=np.float32)
        cosines: NDArray[np.float32] = np.concatenate(rows).astype(np.float32) @ vector
        return cosines
