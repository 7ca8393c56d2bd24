"""A generation on a Milvus server, opened for reading.

The server finds: which passages are nearest, which have the question's terms, and those that the
filters allow. What was found is measured here, from the 16-bit vectors and the terms themselves, so
that scores and order are those of files (``index/serve/generation.py``) to the last digit but one,
whatever index the server searches by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.about import (
    BODIES,
    IDS,
    NUMBERED,
    NUMBERS,
    TOKENS,
    About,
    Extra,
)
from policybot.backends.milvus.expressions import both, only
from policybot.backends.milvus.kept import Kept, first_of
from policybot.backends.milvus.records import Evidence, parts_of, read_records, unpack
from policybot.backends.milvus.schema import (
    OWN,
    PASSAGES,
    collection_of,
    keys_of,
    signed,
    words_of,
)
from policybot.backends.milvus.server import Server
from policybot.backends.milvus.terms import count_in, read_counts
from policybot.corpus.provisions.divide import provisions_of
from policybot.encoder.levelling import Scale
from policybot.errors import IndexDamagedError
from policybot.index.build.hubness import crowding_by
from policybot.index.format.acronyms import FILE as ACRONYMS
from policybot.index.format.acronyms import parse_acronyms
from policybot.index.format.calibration import FILE as CALIBRATION
from policybot.index.format.calibration import Calibration, parse_calibration
from policybot.index.format.lexical import hash_terms, inverse_frequency
from policybot.index.format.manifest import CURE
from policybot.index.format.passages import PassageRow, PolicyRow, passage_of, policy_of, row_digest
from policybot.index.format.relations import FILE as RELATIONS
from policybot.index.format.relations import Relations
from policybot.index.format.validity import FILE as VALIDITY
from policybot.index.format.validity import states_of
from policybot.index.format.versions import FILE as VERSIONS
from policybot.index.format.versions import Versions
from policybot.index.format.vocabulary import FILE as WORDS
from policybot.index.format.vocabulary import read_corpus_words
from policybot.index.format.weights import K1, B
from policybot.index.serve import filters as filtering
from policybot.index.serve.generation import COLUMNS, ISSUERS
from policybot.index.serve.open_generation import OpenGeneration
from policybot.model import Passage, Policy, Provision

MOST = 16_000
"""Rows of one search: Milvus gives 16,384 at most. What asks for more is searched in parts."""

_MARGIN = 16
"""Passages looked at beside those that are wanted, and a tenth of them: equals may be cut off."""

_EVIDENCE_KEPT = 4096
_TEXTS_KEPT = 1024
_TERMS_KEPT = 1 << 16
_AHEAD = 100
"""Texts fetched together where they are asked for one after the other."""

_FEW = 200
"""Up to so many policies are named in a filter."""


class MilvusGeneration(OpenGeneration):
    """A generation served by a Milvus server.

    Args:
        server: Where it is.
        name: Its name.
        about: Its manifest and small files.
    """

    def __init__(self, server: Server, name: str, about: About) -> None:
        super().__init__(name, about.manifest)
        self._server = server
        extra = about.extra
        base = extra.base or name
        self._searched, self._evidence, self._texts, self._terms = (
            collection_of(base, part) for part in ("passages", "evidence", "texts", "terms")
        )
        self._count = about.manifest.corpus.passages
        self._mean_length = extra.terms / self._count if self._count else 1.0
        self._generations = frozenset(extra.numbers)
        self.policy_first = about.column(f"{COLUMNS}/policy_first.npy")
        self.policy_last = about.column(f"{COLUMNS}/policy_last.npy")
        self.policy_passages = about.column(f"{COLUMNS}/policy_passages.npy")
        self.policy_unsure = about.column(f"{COLUMNS}/policy_unsure.npy")
        self.policy_languages = about.column(f"{COLUMNS}/policy_languages.npy")
        self._issuer_offsets = about.column(f"{COLUMNS}/issuer_offsets.npy")
        self._issuer_policies = about.column(f"{COLUMNS}/issuer_policies.npy")
        self._take_issuers(about.files[ISSUERS])
        self.acronyms = parse_acronyms(about.files[ACRONYMS])
        self.corpus_words = read_corpus_words(about.files[WORDS])
        kept = about.files.get(CALIBRATION)
        self.calibration = parse_calibration(kept) if kept else Calibration()
        related = about.column(RELATIONS) if RELATIONS in about.files else np.zeros(0, np.int32)
        self.relations = Relations(related.reshape(-1, 3))
        stated = about.column(VALIDITY) if VALIDITY in about.files else np.zeros(0, np.int32)
        self.states = states_of(stated, self.policy_first)
        several = about.column(VERSIONS) if VERSIONS in about.files else np.zeros(0, np.int32)
        self.versions = Versions(several.reshape(-1, 2))
        self._ids: NDArray[np.uint64] = about.column(IDS)
        self._tokens: NDArray[np.uint64] = about.column(TOKENS)
        self._numbered: NDArray[np.int32] = about.column(NUMBERED)
        self._numbers: NDArray[np.int64] = about.column(NUMBERS)
        self._order = np.argsort(self._numbers)
        self._bodies: NDArray[np.int64] = about.column(BODIES)
        self._live = live(extra)
        sample = about.sample
        self._sample, self._sample_name = sample.chosen, sample.name
        self._measured = Kept[Evidence](_EVIDENCE_KEPT)
        self._read = Kept[str](_TEXTS_KEPT)
        self._frequencies = Kept[int](_TERMS_KEPT)
        self._last_read = -_AHEAD

    def _release(self) -> None:
        for kept in (self._measured, self._read, self._frequencies):
            kept.clear()

    @property
    def _place(self) -> str:
        return self._server.place

    @property
    def vector_sets(self) -> Sequence[MilvusGeneration]:
        """The vectors of the one encoder: these."""
        return (self,)

    @property
    def scale(self) -> Scale:
        """What brings its cosines to the common scale."""
        return self.manifest.encoder.scale

    @property
    def complete(self) -> bool:
        """Whether every passage has a vector; there is no other encoder to ask where not."""
        return True

    def owners_of(self, passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals of the policies that given passages belong to, in their order."""
        return self.policy_passages.searchsorted(passages, side="right") - 1

    def embedded_at(self, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of given passages have a vector."""
        return np.array([one.embedded for one in self._of(passages)], dtype=np.bool_)

    def hubness_at(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how near each of given passages is to what it is nearest to."""
        held = self._of(passages)
        result = np.array([one.hubness for one in held], dtype=np.float32)
        # The sample may have changed since a passage was compared with it.
        stale = [at for at, one in enumerate(held) if one.sample != self._sample_name]
        if stale:
            vectors = np.concatenate([held[at].vectors[:1] for at in stale])
            result[stale] = crowding_by(vectors, self._sample)
        return result

    def dense(
        self, vector: NDArray[np.float32], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` nearest passages, best first."""
        wanted = np.asarray(vector, dtype=np.float32).tolist()
        found = self._found("vector", "IP", wanted, count, passages, "embedded == true")
        return first_of(found, self.dense_at(vector, found), count)

    def dense_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of given passages, float32, in their order; 0 without a vector."""
        return self._cosines(vector, [one.vectors[:1] for one in self._of(passages)])

    def sentences_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the cosines of the sentences of given passages, and how many each has."""
        rows = [one.vectors[1:] for one in self._of(passages)]
        return self._cosines(vector, rows), np.array([len(row) for row in rows], dtype=np.int64)

    def titles_at(
        self, vector: NDArray[np.float32], policies: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the titles of given policies, float32, in their order."""
        return self._cosines(vector, [one.vectors for one in self._of(policies + self._count)])

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
        found = self._found("bm25", "BM25", words_of(hash_terms(known)), count, passages, "")
        scores = self.lexical_at(known, found)
        return first_of(found[scores > 0], scores[scores > 0], count)

    def lexical_at(self, terms: Sequence[str], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of given passages, float32, in their order."""
        scores = np.zeros(len(passages), dtype=np.float32)
        if not len(passages):
            return scores
        frequencies = self.document_frequencies(terms)
        weights = inverse_frequency(self._count, frequencies)
        held = [one.terms for one in self._of(passages)]
        lengths = np.array([len(row) for row in held])
        norms = K1 * (1 - B + B * lengths / self._mean_length)
        every, owners = np.concatenate(held), np.repeat(np.arange(len(held)), lengths)
        for term, weight, frequency in zip(hash_terms(terms), weights, frequencies, strict=True):
            if frequency:
                times = np.bincount(owners[every == term], minlength=len(held))
                scores += (weight * times / (times + norms)).astype(np.float32)
        return scores

    def document_frequency(self, term: str) -> int:
        """Return how many passages have ``term``, in their text, headings or policy's title."""
        return int(self.document_frequencies([term])[0])

    def document_frequencies(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Return how many passages have each term, of many of which most may be in none."""
        hashes = signed(hash_terms(terms))
        known = self._frequencies.some(hashes)
        missing = [value for value in dict.fromkeys(hashes) if value not in known]
        for start in range(0, len(missing), _TEXTS_KEPT):
            part = missing[start : start + _TEXTS_KEPT]
            there = read_counts(self._server, self._terms, part)
            fresh = {
                value: count_in(there[value], self._generations) if value in there else 0
                for value in part
            }
            self._frequencies.keep(fresh)
            known |= fresh
        return np.array([known[value] for value in hashes], dtype=np.int64)

    def holds(self, term: str, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages have ``term``, bool, in their order."""
        (wanted,) = hash_terms([term])
        return np.array([wanted in one.terms for one in self._of(passages)], dtype=np.bool_)

    def passages_with(self, term: str, count: int) -> NDArray[np.int64]:
        """Return the first ``count`` passages that have ``term``, in order."""
        return np.sort(self._having(term, ""))[:count]

    def policies_led_by(self, term: str) -> NDArray[np.int64]:
        """Return the policies whose first passage has ``term``, in order."""
        return self.owners_of(np.sort(self._having(term, "leads == true")))

    def passages(self, ordinals: Iterable[int]) -> list[Passage]:
        """Return passages in the order of ``ordinals``, each checked by its hash."""
        found: list[Passage] = []
        for text in self._text(list(map(int, ordinals)), self._count):
            digest, place, words, _ = parts_of(text)
            self._check(digest, place, words)
            found.append(passage_of(PassageRow(bytes.fromhex(digest), place, words)))
        return found

    def policies(self, ordinals: Iterable[int]) -> list[Policy]:
        """Return policies in the order of ``ordinals``, each checked by its hash."""
        return [policy_of(row) for row in self._policy_rows(ordinals)]

    def provisions(self, ordinal: int) -> list[Provision]:
        """Return a policy's provisions, which its body gives."""
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

    def _policy_rows(self, ordinals: Iterable[int]) -> list[PolicyRow]:
        rows: list[PolicyRow] = []
        places = [self._count + int(ordinal) for ordinal in ordinals]
        for text in self._text(places, self._count + len(self.policy_first)):
            digest, policy_id, metadata, body, _ = parts_of(text)
            self._check(digest, metadata, body)
            rows.append(PolicyRow(policy_id, bytes.fromhex(digest), metadata, body))
        return rows

    def _check(self, digest: str, first: str, second: str) -> None:
        if row_digest(first, second).hex() != digest:
            raise IndexDamagedError(
                f"{self._server.place}: the text of {first[:80]} is not what was indexed (its "
                f"SHA-256 differs); {CURE}"
            )

    def _found(
        self,
        field: str,
        metric: str,
        wanted: object,
        count: int,
        passages: NDArray[np.int64] | None,
        where: str,
    ) -> NDArray[np.int64]:
        """Return the ordinals of the passages that the server ranks first, and some more."""
        total = self._count if passages is None else len(passages)
        look_at = min(count + count // 10 + _MARGIN, total)
        if count < 1 or not total:
            return np.zeros(0, dtype=np.int64)
        found: list[int] = []
        for allowed, size in self._parts(passages, look_at):
            found += self._server.search(
                self._searched, field, wanted, min(look_at, size), both(self._live, where, allowed),
                metric=metric, output="key",
            )  # fmt: skip
        return self._ordinals(np.array(found, dtype=np.int64))

    def _parts(self, passages: NDArray[np.int64] | None, look_at: int) -> Iterator[tuple[str, int]]:
        """Yield filters that together allow some passages, None for all, and how many each does.

        There is one, unless more are to be looked at than a search gives.
        """
        if passages is not None:
            among = np.sort(passages)
            pieces = 1 if look_at <= MOST else -(-len(among) // MOST)
            for part in np.array_split(among, pieces):
                yield only(part, self.policy_passages, self._numbers, self._bodies), len(part)
        elif look_at <= MOST:
            yield "", self._count
        else:
            for first in range(0, self._count, MOST):
                part = np.arange(first, min(first + MOST, self._count))
                yield only(part, self.policy_passages, self._numbers, self._bodies), len(part)

    def _having(self, term: str, where: str) -> NDArray[np.int64]:
        """Return every passage that has a term and is allowed, in no order."""
        total = self.document_frequency(term)
        if not total:
            return np.zeros(0, dtype=np.int64)
        word, found = words_of(hash_terms([term])), list[int]()
        for allowed, size in self._parts(None, total):
            found += self._server.search(
                self._searched, "bm25", word, min(total, size), both(self._live, where, allowed),
                metric="BM25", output="key",
            )  # fmt: skip
        return self._ordinals(np.array(found, dtype=np.int64))

    def _keys(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the keys of passages, and of policies: those have ordinals after all passages."""
        own = ordinals >= self._count
        owners = np.where(own, ordinals - self._count, self.owners_of(ordinals))
        numbers = np.where(own, OWN, ordinals - self.policy_passages[owners])
        return keys_of(self._numbers[owners], numbers)

    def _ordinals(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the passages that keys are of; those of no policy of the generation are left out.

        A builder that has failed may have left some.
        """
        held = self._numbers[self._order]
        if not len(held):
            return np.zeros(0, dtype=np.int64)
        policies, numbers = keys // PASSAGES, keys % PASSAGES
        places = np.minimum(held.searchsorted(policies), len(held) - 1)
        there = held[places] == policies
        owners = self._order[places[there]]
        found: NDArray[np.int64] = self.policy_passages[owners] + numbers[there]
        return found

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
        pattern = filtering.phrase_pattern(phrase)
        if pattern is None:
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
            candidates[ordinal] = any(
                pattern.search(filtering.comparable(text))
                for text in (policy.title, *([] if titles else [policy.body]))
            )
        return candidates

    def _of(self, ordinals: NDArray[np.int64]) -> list[Evidence]:
        """Return the evidence of passages, or of titles: those come after all passages."""
        with self.reading():
            wanted: list[int] = ordinals.tolist()
            known = self._measured.some(wanted)
            missing = [ordinal for ordinal in dict.fromkeys(wanted) if ordinal not in known]
            if missing:
                dimension = self.manifest.encoder.dimension
                keys = self._keys(np.array(missing, dtype=np.int64)).tolist()
                texts = read_records(self._server, self._evidence, keys)
                fresh = {
                    ordinal: unpack(text, dimension)
                    for ordinal, text in zip(missing, texts, strict=True)
                }
                self._measured.keep(fresh)
                known |= fresh
            return [known[ordinal] for ordinal in wanted]

    def _text(self, ordinals: list[int], end: int) -> list[str]:
        """Return the records of texts; ``end`` is after the last of their kind."""
        with self.reading():
            known = self._read.some(ordinals)
            missing = [ordinal for ordinal in dict.fromkeys(ordinals) if ordinal not in known]
            if missing:
                if len(missing) == 1 and 0 < missing[0] - self._last_read <= 2:
                    # One after the other is asked for, as a list does.
                    missing = list(range(missing[0], min(missing[0] + _AHEAD, end)))
                keys = self._keys(np.array(missing, dtype=np.int64)).tolist()
                texts = read_records(self._server, self._texts, keys)
                fresh = dict(zip(missing, texts, strict=True))
                self._read.keep(fresh)
                known |= fresh
            if len(ordinals) == 1:
                self._last_read = ordinals[0]
            return [known[ordinal] for ordinal in ordinals]

    def _cosines(
        self, vector: NDArray[np.float32], rows: Sequence[NDArray[np.float16]]
    ) -> NDArray[np.float32]:
        if not rows:
            return np.zeros(0, dtype=np.float32)
        found: NDArray[np.float32] = np.concatenate(rows).astype(np.float32) @ vector
        return found


def live(extra: Extra) -> str:
    """Return the filter that allows the rows of a generation's policies.

    Rows that a builder at work writes have higher numbers, and older ones are listed.
    """
    now = f"policy < {extra.end}"
    return f"{now} and policy not in {list(extra.gone)}" if extra.gone else now
