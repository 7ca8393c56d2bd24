"""A generation opened for reading from files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.format.acronyms import read_acronyms
from policybot.index.format.calibration import FILE as CALIBRATION
from policybot.index.format.calibration import Calibration, read_calibration
from policybot.index.format.columns import map_column
from policybot.index.format.lexical import FOLDER as LEXICAL
from policybot.index.format.lexical import Lexical
from policybot.index.format.manifest import (
    SMALL,
    Manifest,
    as_written,
    check_files,
    current_generation,
    live_generation,
    read_manifest,
)
from policybot.index.format.passages import FILE as PASSAGES
from policybot.index.format.passages import PassageStore
from policybot.index.format.relations import read_relations
from policybot.index.format.validity import read_validity
from policybot.index.format.versions import read_versions
from policybot.index.format.vocabulary import FILE as WORDS
from policybot.index.format.vocabulary import read_corpus_words
from policybot.index.serve import filters as filtering
from policybot.index.serve.matching import READ_AT_ONCE
from policybot.index.serve.open_generation import OpenGeneration
from policybot.index.vectors.vector_set import COLUMNS, KEY, SECOND, VectorSet
from policybot.model import Passage, Policy, Provision

__all__ = [
    "COLUMNS",
    "KEY",
    "FileGeneration",
    "current_generation",
    "open_generation",
    "verify_generation",
]

ISSUERS = "issuers.json"
LANGUAGE = np.dtype("S8")
"""Data type of a policy's language: the primary subtag of BCP 47."""


def open_generation(index_path: Path) -> FileGeneration:
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


def open_folder(folder: Path, name: str) -> FileGeneration:
    """Open the generation called ``name`` in ``folder``, live or not; checks and raises alike."""
    manifest = read_manifest(folder, name)
    check_files(folder, manifest, contents_up_to=SMALL)
    with as_written(folder):
        return FileGeneration(folder, name, manifest)


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


class FileGeneration(OpenGeneration):
    """A generation served from the files of its folder.

    Beside what :class:`policybot.index.serve.interface.Generation` promises there are columns of
    every passage, numpy arrays mapped from disk:

    - ``passage_policy``: int32 ``(N,)``.
    - ``sentence_offsets``: int64 ``(N + 1,)``; passage ``i`` has the rows
      ``sentence_offsets[i]`` to ``sentence_offsets[i + 1] - 1`` of ``sentence_vectors``, one for
      each of its sentences in order.

    and ``first``, the vectors of the encoder, and ``second``, those of the second one or None: see
    :class:`policybot.index.vectors.vector_set.VectorSet`.
    """

    def __init__(self, folder: Path, name: str, manifest: Manifest) -> None:
        super().__init__(name, manifest)
        self.folder = folder
        corpus = manifest.corpus
        policies, count = corpus.policies, corpus.passages

        def column(name: str, dtype: np.dtype[Any] | type[np.generic], *shape: int) -> NDArray[Any]:
            return map_column(folder / COLUMNS / f"{name}.npy", dtype, shape or None)

        self.policy_first = column("policy_first", np.int32, policies)
        self.policy_last = column("policy_last", np.int32, policies)
        self.policy_passages = column("policy_passages", np.int64, policies + 1)
        self.policy_unsure = column("policy_unsure", np.bool_, policies)
        self.policy_languages = column("policy_languages", LANGUAGE, policies)
        self.passage_policy: NDArray[np.int32] = column("passage_policy", np.int32, count)
        self.sentence_offsets: NDArray[np.int64] = column("sentence_offsets", np.int64, count + 1)
        self._take_issuers((folder / ISSUERS).read_bytes())
        self._issuer_offsets = column("issuer_offsets", np.int64, len(self._issuer_names) + 1)
        self._issuer_policies = column("issuer_policies", np.int32)
        offsets = self.sentence_offsets
        self.first = VectorSet(folder, manifest.encoder, corpus, offsets, manifest.vectors)
        self.second = (
            VectorSet(folder / SECOND, manifest.second, corpus, offsets, manifest.second_vectors)
            if manifest.second
            else None
        )
        self.terms = Lexical(folder / LEXICAL, count)
        self.store = PassageStore(folder / PASSAGES)
        self.acronyms = read_acronyms(folder)
        self.corpus_words = read_corpus_words((folder / WORDS).read_bytes())
        self.relations = read_relations(folder)
        self.states = read_validity(folder, self.policy_first)
        self.versions = read_versions(folder)
        kept = CALIBRATION in manifest.files
        self.calibration = read_calibration(folder) if kept else Calibration()

    def _release(self) -> None:
        self.store.close()
        for vector_set in self.vector_sets:
            vector_set.close()

    @property
    def vector_sets(self) -> Sequence[VectorSet]:
        """The vectors of each encoder, in the order of ``manifest.encoders``."""
        return (self.first, self.second) if self.second else (self.first,)

    @property
    def _place(self) -> str:
        return str(self.folder)

    def owners_of(self, passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals of the policies that given passages belong to, in their order."""
        return self.passage_policy[passages].astype(np.int64)

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
        """Return how many passages have each term, int64; fast where most terms are unknown."""
        return self.terms.document_frequencies(terms)

    def holds(self, term: str, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages have ``term``, bool, in their order."""
        return self.terms.holds(term, passages)

    def passages_with(self, term: str, count: int) -> NDArray[np.int64]:
        """Return the first ``count`` passages that have ``term``, in order."""
        return self.terms.passages_with(term)[:count].astype(np.int64)

    def policies_led_by(self, term: str) -> NDArray[np.int64]:
        """Return the policies whose first passage has ``term``, in order."""
        passages = self.terms.passages_with(term)
        owners = self.passage_policy[passages]
        led: NDArray[np.int32] = owners[self.policy_passages[owners] == passages]
        return led.astype(np.int64)

    def passages(self, ordinals: Iterable[int]) -> list[Passage]:
        """Return passages in the order of ``ordinals``, each checked by its hash.

        Raises:
            IndexDamagedError: one is not what was indexed.
        """
        with self.reading():
            return self.store.passages(ordinals)

    def policies(self, ordinals: Iterable[int]) -> list[Policy]:
        """Return policies in the order of ``ordinals``, each checked by its hash.

        Raises:
            IndexDamagedError: one is not what was indexed.
        """
        with self.reading():
            return self.store.policies(ordinals)

    def policy_ordinal(self, policy_id: str) -> int | None:
        """Return the ordinal of the policy with this id, or None."""
        with self.reading():
            return self.store.policy_ordinal(policy_id)

    def provisions(self, ordinal: int) -> list[Provision]:
        """Return a policy's provisions, checked by their hash."""
        with self.reading():
            return self.store.provisions(ordinal)

    def policy_digest(self, ordinal: int) -> bytes:
        """Return the SHA-256 of a policy's metadata and body."""
        with self.reading():
            return self.store.policy_rows(ordinal, ordinal + 1)[0].digest

    def _with_number(self, number: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.policy_first), dtype=np.bool_)
        if tokens := filtering.number_tokens(number):
            with self.reading():
                mask[self.store.policies_with_tokens(tokens)] = True
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
            led = self.policies_led_by if titles else self._policies_with
            have[led(term)] = True
            candidates &= have
        ordinals = np.flatnonzero(candidates).tolist()
        if titles:
            for start in range(0, len(ordinals), READ_AT_ONCE):
                some = ordinals[start : start + READ_AT_ONCE]
                candidates[some] = [holds(title) for title in self.titles(some)]
            return candidates
        with self.reading():
            texts = self.store.titles_and_bodies(ordinals)
            for ordinal, (title, body) in zip(ordinals, texts, strict=True):
                candidates[ordinal] = holds(title) or holds(body)
        return candidates

    def _policies_with(self, term: str) -> NDArray[np.int32]:
        """Return the owners of the passages with a term."""
        owners: NDArray[np.int32] = self.passage_policy[self.terms.passages_with(term)]
        return owners
