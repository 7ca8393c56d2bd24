"""Reading rows of a generation on a Milvus server: by search and by key, with caches."""

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
from policybot.backends.milvus.kept import Kept
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
from policybot.errors import IndexDamagedError
from policybot.index.format.acronyms import FILE as ACRONYMS
from policybot.index.format.acronyms import parse_acronyms
from policybot.index.format.calibration import FILE as CALIBRATION
from policybot.index.format.calibration import Calibration, parse_calibration
from policybot.index.format.lexical import hash_terms
from policybot.index.format.manifest import CURE
from policybot.index.format.passages import PolicyRow, row_digest
from policybot.index.format.relations import FILE as RELATIONS
from policybot.index.format.relations import Relations
from policybot.index.format.validity import FILE as VALIDITY
from policybot.index.format.validity import states_of
from policybot.index.format.versions import FILE as VERSIONS
from policybot.index.format.versions import Versions
from policybot.index.format.vocabulary import FILE as WORDS
from policybot.index.format.vocabulary import read_corpus_words
from policybot.index.serve.generation import COLUMNS, ISSUERS
from policybot.index.serve.open_generation import OpenGeneration

MOST = 16_000
"""Rows per search: Milvus returns at most 16,384. Larger searches are split."""

_MARGIN = 16
"""Extra candidates, and a tenth of those wanted: ties at the end may be cut off."""

_EVIDENCE_KEPT = 4096

_TEXTS_KEPT = 1024

_TERMS_KEPT = 1 << 16

_AHEAD = 100
"""Texts prefetched when they are read one after the other."""


class MilvusRows(OpenGeneration):
    """The parts of a generation that are read from the server.

    Args:
        server: The connection.
        name: The generation's name.
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

    def owners_of(self, passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals of the policies that given passages belong to, in their order."""
        return self.policy_passages.searchsorted(passages, side="right") - 1

    def document_frequency(self, term: str) -> int:
        """Return the number of passages with ``term`` in their text, headings or policy's title."""
        return int(self.document_frequencies([term])[0])

    def document_frequencies(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Return the document frequencies of many terms, most of which may be in no passage."""
        hashes = signed(hash_terms(terms))
        known = self._frequencies.some(hashes)
        missing = [value for value in dict.fromkeys(hashes) if value not in known]
        for start in range(0, len(missing), _TEXTS_KEPT):
            part = missing[start : start + _TEXTS_KEPT]
            counts = read_counts(self._server, self._terms, part)
            fresh = {
                value: count_in(counts[value], self._generations) if value in counts else 0
                for value in part
            }
            self._frequencies.keep(fresh)
            known |= fresh
        return np.array([known[value] for value in hashes], dtype=np.int64)

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
        """Return ordinals of the passages that the server ranks first, with some in reserve."""
        total = self._count if passages is None else len(passages)
        look_at = min(count + count // 10 + _MARGIN, total)
        if count < 1 or not total:
            return np.zeros(0, dtype=np.int64)
        keys: list[int] = []
        for allowed, size in self._parts(passages, look_at):
            keys += self._server.search(
                self._searched, field, wanted, min(look_at, size), both(self._live, where, allowed),
                metric=metric, output="key",
            )  # fmt: skip
        return self._ordinals(np.array(keys, dtype=np.int64))

    def _parts(self, passages: NDArray[np.int64] | None, look_at: int) -> Iterator[tuple[str, int]]:
        """Yield filters that together allow ``passages`` (None: all), each with its count.

        There is one, unless more are needed than a search returns.
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
        """Return all allowed passages with a term, in no particular order."""
        total = self.document_frequency(term)
        if not total:
            return np.zeros(0, dtype=np.int64)
        word, keys = words_of(hash_terms([term])), list[int]()
        for allowed, size in self._parts(None, total):
            keys += self._server.search(
                self._searched, "bm25", word, min(total, size), both(self._live, where, allowed),
                metric="BM25", output="key",
            )  # fmt: skip
        return self._ordinals(np.array(keys, dtype=np.int64))

    def _keys(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the keys of passages, and of policies, whose ordinals follow all passages."""
        own = ordinals >= self._count
        owners = np.where(own, ordinals - self._count, self.owners_of(ordinals))
        numbers = np.where(own, OWN, ordinals - self.policy_passages[owners])
        return keys_of(self._numbers[owners], numbers)

    def _ordinals(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the passages with given keys; keys of policies of other generations are dropped.

        A failed builder may have left such rows.
        """
        held = self._numbers[self._order]
        if not len(held):
            return np.zeros(0, dtype=np.int64)
        policies, numbers = keys // PASSAGES, keys % PASSAGES
        places = np.minimum(held.searchsorted(policies), len(held) - 1)
        known = held[places] == policies
        owners = self._order[places[known]]
        ordinals: NDArray[np.int64] = self.policy_passages[owners] + numbers[known]
        return ordinals

    def _of(self, ordinals: NDArray[np.int64]) -> list[Evidence]:
        """Return the evidence of passages, or of titles, whose ordinals follow all passages."""
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
        """Return the records of texts; ``end`` is the ordinal after the last of their kind."""
        with self.reading():
            known = self._read.some(ordinals)
            missing = [ordinal for ordinal in dict.fromkeys(ordinals) if ordinal not in known]
            if missing:
                if len(missing) == 1 and 0 < missing[0] - self._last_read <= 2:
                    # Sequential reading, as of a list.
                    missing = list(range(missing[0], min(missing[0] + _AHEAD, end)))
                keys = self._keys(np.array(missing, dtype=np.int64)).tolist()
                texts = read_records(self._server, self._texts, keys)
                fresh = dict(zip(missing, texts, strict=True))
                self._read.keep(fresh)
                known |= fresh
            if len(ordinals) == 1:
                self._last_read = ordinals[0]
            return [known[ordinal] for ordinal in ordinals]


def live(extra: Extra) -> str:
    """Return the filter that allows the rows of a generation's policies.

    Rows of a concurrent build have higher numbers; removed policies are listed.
    """
    now = f"policy < {extra.end}"
    return f"{now} and policy not in {list(extra.gone)}" if extra.gone else now
