"""A generation opened for reading: the one thing that search knows of the index."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers import IssuerBook
from policybot.corpus.names import normal_name
from policybot.errors import IndexDamagedError, IndexUnusableError
from policybot.index import filters as filtering
from policybot.index.acronyms import read_acronyms
from policybot.index.calibration import FILE as CALIBRATION
from policybot.index.calibration import Calibration, read_calibration
from policybot.index.codes import FILE as CODES
from policybot.index.codes import Codes, Tuning
from policybot.index.columns import map_column
from policybot.index.lexical import FOLDER as LEXICAL
from policybot.index.lexical import Lexical
from policybot.index.manifest import (
    SMALL,
    Manifest,
    as_written,
    check_files,
    current_generation,
    live_generation,
    read_manifest,
)
from policybot.index.passages import FILE as PASSAGES
from policybot.index.passages import PassageStore
from policybot.index.relations import read_relations
from policybot.index.rows import Rows
from policybot.index.vectors import FILE as VECTORS
from policybot.index.vectors import Vectors
from policybot.model import Filters, IndexInfo, Issuer, Passage, Policy, PolicyDate

__all__ = ["Generation", "current_generation", "open_generation", "verify_generation"]

COLUMNS = "columns"
ISSUERS = "issuers.json"
KEY = np.dtype("S16")
"""What a vector is kept under: the first 16 bytes of the SHA-256 of the text it is of."""


def open_generation(index_path: Path) -> Generation:
    """Open the live generation below ``index_path`` (``embeddings/``).

    Checked are the manifest, the presence and size of every file, and the contents of files up to
    4 MiB; larger ones are mapped unread (:func:`verify_generation` reads all), but every text is
    checked whenever it is fetched.

    Raises:
        NoIndexError: nothing has been indexed yet.
        IndexDamagedError: a file is missing, truncated or altered.
        IndexMismatchError: the index has another schema.
    """
    while True:
        name, folder = live_generation(index_path)
        try:
            return open_folder(folder, name)
        except IndexDamagedError:
            # Between the two steps a builder may have moved on and an old generation been removed.
            if current_generation(index_path) == name:
                raise


def open_folder(folder: Path, name: str) -> Generation:
    """Open the generation called ``name`` in ``folder``, live or not; checks and raises alike."""
    manifest = read_manifest(folder, name)
    check_files(folder, manifest, contents_up_to=SMALL)
    with as_written(folder):
        return Generation(folder, name, manifest)


def verify_generation(index_path: Path) -> Manifest:
    """Check every byte of the live generation and return its manifest.

    Raises:
        NoIndexError: nothing has been indexed yet.
        IndexDamagedError: a file is missing, truncated or altered.
        IndexMismatchError: the index has another schema.
    """
    name, folder = live_generation(index_path)
    manifest = read_manifest(folder, name)
    check_files(folder, manifest, contents_up_to=None)
    return manifest


class Generation:
    """One complete index, read-only, safe to read from many threads.

    Policies have ordinals 0 to P-1 in date order (by first day, then last, then id; undated ones
    last, by id), passages 0 to N-1 in the order of their policies. Columns are numpy arrays mapped
    from disk:

    - ``policy_first``, ``policy_last``: int32 ``(P,)``, the first and last day that a policy's date
      may be, as ``date.toordinal()``; 0 when it has none.
    - ``policy_passages``: int64 ``(P + 1,)``; policy ``i`` has the passages
      ``policy_passages[i]`` to ``policy_passages[i + 1] - 1``.
    - ``passage_policy``: int32 ``(N,)``.
    - ``passage_embedded``: bool ``(N,)``; False where the encoder cannot read the passage's
      language. Such passages have no vector, and dense search never returns them.
    - ``passage_crowding``: float16 ``(N,)``, how near each is to what it is nearest to: see
      :func:`policybot.index.crowding.crowding`.
    - ``sentence_offsets``: int64 ``(N + 1,)``; passage ``i`` has the rows
      ``sentence_offsets[i]`` to ``sentence_offsets[i + 1] - 1`` of ``sentence_vectors``, one for
      each of its sentences in order.
    - ``sentence_vectors``: float16 ``(S, d)`` and ``title_vectors``: float16 ``(P, d)``, rows of
      length 1, or all zeros where the encoder cannot read the language.

    ``acronyms`` gives the phrase of the corpus's titles that an acronym (in lower case) stands for,
    ``relations`` what is done to a policy by others, ``calibration`` at what evidence a question is
    answered.

    Use it as a context manager, or call :meth:`close`. Whoever makes several calls that belong
    together wraps them in :meth:`reading`: a generation closed meanwhile stays open until then.
    """

    def __init__(self, folder: Path, name: str, manifest: Manifest) -> None:
        self.name = name
        self.folder = folder
        self.manifest = manifest
        corpus, dimension = manifest.corpus, manifest.encoder.dimension
        policies, count, sentences = corpus.policies, corpus.passages, corpus.sentences

        def column(name: str, dtype: np.dtype[Any] | type[np.generic], *shape: int) -> NDArray[Any]:
            return map_column(folder / COLUMNS / f"{name}.npy", dtype, shape or None)

        self.policy_first: NDArray[np.int32] = column("policy_first", np.int32, policies)
        self.policy_last: NDArray[np.int32] = column("policy_last", np.int32, policies)
        self.policy_passages: NDArray[np.int64] = column("policy_passages", np.int64, policies + 1)
        self.policy_unsure: NDArray[np.bool_] = column("policy_unsure", np.bool_, policies)
        self.passage_policy: NDArray[np.int32] = column("passage_policy", np.int32, count)
        self.passage_keys: NDArray[np.bytes_] = column("passage_keys", KEY, count)
        self.passage_embedded: NDArray[np.bool_] = column("passage_embedded", np.bool_, count)
        self.passage_crowding: NDArray[np.float16] = column("passage_crowding", np.float16, count)
        self.sentence_offsets: NDArray[np.int64] = column("sentence_offsets", np.int64, count + 1)
        self.sentence_keys: NDArray[np.bytes_] = column("sentence_keys", KEY, sentences)
        self.sentence_vectors: NDArray[np.float16] = column(
            "sentence_vectors", np.float16, sentences, dimension
        )
        self.title_keys: NDArray[np.bytes_] = column("title_keys", KEY, policies)
        self.title_vectors: NDArray[np.float16] = column(
            "title_vectors", np.float16, policies, dimension
        )
        self._sentences = Rows(folder / COLUMNS / "sentence_vectors.npy", self.sentence_vectors)
        self._titles = Rows(folder / COLUMNS / "title_vectors.npy", self.title_vectors)
        table = json.loads((folder / ISSUERS).read_bytes())
        self.issuers = IssuerBook(tuple(_issuer(row) for row in table["book"]))
        self._issuer_names: list[str] = table["names"]
        self._issuer_places = {normal_name(name): at for at, name in enumerate(self._issuer_names)}
        self._issuer_offsets: NDArray[np.int64] = column(
            "issuer_offsets", np.int64, len(self._issuer_names) + 1
        )
        self._issuer_policies: NDArray[np.int32] = column("issuer_policies", np.int32)
        tuning = Tuning.of(manifest.vectors)
        codes = Codes(folder / CODES, count, dimension, tuning) if tuning else None
        self.vectors = Vectors(folder / VECTORS, count, dimension, self.passage_embedded, codes)
        self.terms = Lexical(folder / LEXICAL, count)
        self.store = PassageStore(folder / PASSAGES)
        self.acronyms = read_acronyms(folder)
        self.relations = read_relations(folder)
        kept = CALIBRATION in manifest.files
        self.calibration = read_calibration(folder) if kept else Calibration()
        self._gate = threading.Lock()
        self._readers = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the generation, now or when the last one who is :meth:`reading` is done."""
        with self._gate:
            self._closed = True
            idle = self._readers == 0
        if idle:
            self._release()

    def _release(self) -> None:
        for opened in (self.store, self.vectors, self._sentences, self._titles):
            opened.close()

    @contextmanager
    def reading(self) -> Iterator[Self]:
        """Keep the generation open for the block, even if it is closed meanwhile.

        Raises:
            IndexUnusableError: it is closed already, and nobody is reading.
        """
        with self._gate:
            if self._closed and self._readers == 0:
                raise IndexUnusableError(f"{self.folder}: was closed; open the index again")
            self._readers += 1
        try:
            yield self
        finally:
            with self._gate:
                self._readers -= 1
                last = self._closed and self._readers == 0
            if last:
                self._release()

    @cached_property
    def info(self) -> IndexInfo:
        """Which index this is, as an answer says it."""
        days = self.policy_first[self.policy_first > 0], self.policy_last[self.policy_last > 0]
        return IndexInfo(
            generation=self.name,
            encoder=self.manifest.encoder.name,
            policies=self.manifest.corpus.policies,
            passages=self.manifest.corpus.passages,
            first=dt.date.fromordinal(int(days[0].min())) if len(days[0]) else None,
            last=dt.date.fromordinal(int(days[1].max())) if len(days[1]) else None,
        )

    def issuer_counts(self) -> list[tuple[str, int]]:
        """Return every issuer that has policies, and how many, by name.

        Names are canonical; a body that the table of issuers does not know has the name it is
        printed with.
        """
        counts = np.diff(self._issuer_offsets).tolist()
        return sorted(zip(self._issuer_names, counts, strict=True))

    def policies_matching(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Return bool ``(P,)``: which policies satisfy the filters; None when they demand nothing.

        Issuers: any of the names issued it (all of them when ``joint``), none of ``without`` did;
        what a body's predecessors issued is its own.
        Dates: the policy's interval overlaps the filter's; an undated policy never does. Number: it
        has every token of the filter's (see ``filters.number_tokens``). Phrases: each occurs in the
        title or the body.
        """
        if not filters:
            return None
        mask = np.ones(len(self.policy_first), dtype=np.bool_)
        if filters.since is not None:
            mask &= self.policy_last >= filters.since.toordinal()
        if filters.until is not None:
            mask &= (self.policy_first > 0) & (self.policy_first <= filters.until.toordinal())
        if filters.issuers:
            issued = [self._issued_by(name) for name in filters.issuers]
            mask &= np.all(issued, axis=0) if filters.joint else np.any(issued, axis=0)
        for name in filters.without:
            mask &= ~self._issued_by(name)
        if filters.number is not None:
            mask &= self._with_number(filters.number)
        for phrase in filters.phrases:
            mask &= self._with_phrase(phrase, mask)
        return mask

    def passages_of(self, policies: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the ordinals of the passages of a mask's policies, in order."""
        chosen = np.flatnonzero(policies)
        starts = self.policy_passages[chosen]
        counts = self.policy_passages[chosen + 1] - starts
        before = np.cumsum(counts) - counts
        return np.repeat(starts - before, counts) + np.arange(counts.sum())

    def dense(
        self, vector: NDArray[np.float32], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` nearest passages, best first.

        ``vector`` is float32 ``(d,)`` of length 1. Only ``passages`` (ordinals without repetition;
        None for all) are ranked. Equal scores come in the order of their ordinals.
        """
        return self.vectors.search(vector, count, passages)

    def dense_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of given passages, float32, in their order."""
        return self.vectors.scores(vector, passages)

    def sentences_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the cosines of the sentences of given passages, and how many each has."""
        starts = self.sentence_offsets[passages]
        counts = self.sentence_offsets[passages + 1] - starts
        before = np.cumsum(counts) - counts
        rows = np.repeat(starts - before, counts) + np.arange(counts.sum())
        return self._sentences.cosines(vector, rows), counts

    def titles_at(
        self, vector: NDArray[np.float32], policies: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the titles of given policies, float32, in their order."""
        return self._titles.cosines(vector, policies)

    def lexical(
        self, terms: Sequence[str], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and BM25 scores of the ``count`` best passages, best first.

        ``terms`` are the analyser's. Only passages with one of them are found, and only
        ``passages`` (None for all) are ranked. Equal scores come in the order of their ordinals.
        """
        return self.terms.search(terms, count, passages)

    def lexical_at(self, terms: Sequence[str], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of given passages, float32, in their order."""
        return self.terms.scores(terms, passages)

    def document_frequency(self, term: str) -> int:
        """Return how many passages have ``term``, in their text, headings or policy's title."""
        return self.terms.document_frequency(term)

    def document_frequencies(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Return how many passages have each term, of many of which most may be in none."""
        return self.terms.document_frequencies(terms)

    def holds(self, term: str, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages have ``term``, bool, in their order."""
        return self.terms.holds(term, passages)

    def passage(self, ordinal: int) -> Passage:
        """Return one passage, checked by its hash.

        Raises:
            IndexDamagedError: it is not what was indexed.
        """
        return self.passages([ordinal])[0]

    def passages(self, ordinals: Iterable[int]) -> list[Passage]:
        """Return passages in the order of ``ordinals``, each checked by its hash.

        Raises:
            IndexDamagedError: one is not what was indexed.
        """
        with self.reading():
            return self.store.passages(ordinals)

    def policy(self, ordinal: int) -> Policy:
        """Return one policy with its body, checked by its hash.

        Raises:
            IndexDamagedError: it is not what was indexed.
        """
        with self.reading():
            return self.store.policy(int(ordinal))

    def policy_ordinal(self, policy_id: str) -> int | None:
        """Return the ordinal of the policy with this id, or None."""
        with self.reading():
            return self.store.policy_ordinal(policy_id)

    def _issued_by(self, name: str) -> NDArray[np.bool_]:
        """Return the policies that name a body, or one of those it was before."""
        mask = np.zeros(len(self.policy_first), dtype=np.bool_)
        for known in (self.issuers.canonical(name) or name, *self.issuers.former(name)):
            place = self._issuer_places.get(normal_name(known))
            if place is not None:
                start, end = self._issuer_offsets[place : place + 2]
                mask[self._issuer_policies[start:end]] = True
        return mask

    def _with_number(self, number: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.policy_first), dtype=np.bool_)
        if tokens := filtering.number_tokens(number):
            with self.reading():
                mask[self.store.policies_with_tokens(tokens)] = True
        return mask

    def _with_phrase(self, phrase: str, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        pattern = filtering.phrase_pattern(phrase)
        if pattern is None:
            return among
        candidates = among.copy()
        for term in filtering.phrase_terms(phrase):
            have = self.policy_unsure.copy()
            have[self.passage_policy[self.terms.passages_with(term)]] = True
            candidates &= have
        with self.reading():
            for ordinal in np.flatnonzero(candidates).tolist():
                policy = self.store.policy(ordinal)
                candidates[ordinal] = any(
                    pattern.search(filtering.comparable(text))
                    for text in (policy.title, policy.body)
                )
        return candidates


def _issuer(row: Sequence[Any]) -> Issuer:
    """Read what ``draft.issuer_rows`` wrote."""
    name, aliases, parent, since, until, predecessors = row
    first, last = (PolicyDate(*day) if day else None for day in (since, until))
    return Issuer(name, tuple(aliases), parent, first, last, tuple(predecessors))
