"""The interface of an index, whatever stores it.

``generation.py`` serves it from files on this machine (FAISS), ``backends/milvus/`` from Milvus.
The same question gets the same answer from both: every score is computed exactly, from the same
16-bit vectors and the same terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder.levelling import Scale
from policybot.index.format.calibration import Calibration
from policybot.index.format.manifest import Manifest
from policybot.index.format.relations import Relations
from policybot.index.format.validity import States
from policybot.index.format.versions import Versions
from policybot.index.format.vocabulary import CorpusWords
from policybot.model import IndexInfo, Passage, Policy, Provision
from policybot.query.conditions import Condition


class Similarity(Protocol):
    """The vectors of one encoder over all passages, sentences and titles.

    Any method may raise as those of :class:`Generation` do.
    """

    @property
    def scale(self) -> Scale:
        """The scale that makes its cosines comparable with those of other encoders."""

    @property
    def complete(self) -> bool:
        """Whether every passage has a vector."""

    def embedded_at(self, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages have a vector, bool, in their order.

        A passage in a language that the encoder cannot read has none; dense search skips it.
        """

    def hubness_at(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the hubness of given passages, float32, in their order.

        See :func:`policybot.index.build.hubness.hubness`.
        """

    def dense(
        self, vector: NDArray[np.float32], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` nearest passages, best first.

        ``vector`` is float32 ``(d,)`` of length 1. Only ``passages`` (ordinals without repetition;
        None for all) are ranked. Equal scores come in the order of their ordinals.
        """

    def dense_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of given passages, float32, in their order; 0 without a vector."""

    def sentences_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the cosines of the sentences of given passages, and how many each has."""

    def titles_at(
        self, vector: NDArray[np.float32], policies: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the titles of given policies, float32, in their order."""


class Generation(Protocol):
    """One complete index, read-only, safe to read from many threads.

    Policies have ordinals 0 to P-1 in date order (by first day, then last, then id; undated ones
    last, by id), passages 0 to N-1 in the order of their policies. Data of policies are
    numpy arrays; data of passages are requested by ordinal:

    - ``policy_first``, ``policy_last``: int32 ``(P,)``, the first and last day that a policy's date
      may be, as ``date.toordinal()``; 0 when it has none.
    - ``policy_passages``: int64 ``(P + 1,)``; policy ``i`` has the passages
      ``policy_passages[i]`` to ``policy_passages[i + 1] - 1``.
    - ``policy_languages``: bytes ``(P,)``, each policy's language (``b"en"``).

    ``acronyms`` gives the phrase of the corpus's titles that an acronym (in lower case) stands for,
    ``relations`` the relations between policies, ``states`` when each is in force,
    ``versions`` which of them are texts of one document (each has an ordinal of its own),
    ``calibration`` the weights of the evidence,
    ``corpus_words`` the words of the corpus for its documents.

    Use it as a context manager, or call :meth:`close`. Wrap several calls that belong
    together in :meth:`reading`: a generation closed meanwhile stays open until the block ends.

    Any method may raise:

    - IndexDamagedError: something is missing, or not what was indexed.
    - IndexUnusableError: it was closed.
    - UnavailableError: a server it is kept on is out of reach.
    """

    name: str
    manifest: Manifest
    policy_first: NDArray[np.int32]
    policy_last: NDArray[np.int32]
    policy_passages: NDArray[np.int64]
    policy_languages: NDArray[np.bytes_]
    issuers: IssuerBook
    acronyms: Mapping[str, str]
    corpus_words: CorpusWords
    relations: Relations
    states: States
    versions: Versions
    calibration: Calibration

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def close(self) -> None:
        """Close the generation, now or when the last :meth:`reading` block ends."""

    def reading(self) -> AbstractContextManager[Self]:
        """Keep the generation open for the block, even if it is closed meanwhile."""

    @property
    def vector_sets(self) -> Sequence[Similarity]:
        """The vectors of each encoder, in the order of ``manifest.encoders``."""

    @property
    def info(self) -> IndexInfo:
        """The description of this index that is part of answers."""

    def issuer_counts(self) -> list[tuple[str, int]]:
        """Return every issuer that has policies, and how many, by name.

        Names are canonical; a body that the table of issuers does not know has the name it is
        printed with.
        """

    @property
    def known_issuers(self) -> IssuerBook:
        """The table of issuers with the bodies that are only printed added."""

    def policies_matching(self, conditions: Sequence[Condition]) -> NDArray[np.bool_] | None:
        """Return bool ``(P,)``: which policies meet all conditions; None where there are none.

        Policies of an issuer's predecessors count as its own. A policy's date is an interval, which
        meets a period that it overlaps; an undated policy meets none. A number matches if it has
        every token (see ``filters.number_tokens``) of the requested one; if none has the year of
        the latter, numbers without a year match whose policy is dated in that year.
        """

    def passages_of(self, policies: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the ordinals of the passages of a mask's policies, in order."""

    def owners_of(self, passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals of the policies that given passages belong to, in their order."""

    def lexical(
        self, terms: Sequence[str], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and BM25 scores of the ``count`` best passages, best first.

        ``terms`` are the analyser's. Only passages with one of them are found, and only
        ``passages`` (None for all) are ranked. Equal scores come in the order of their ordinals.
        """

    def lexical_at(self, terms: Sequence[str], passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of given passages, float32, in their order."""

    def document_frequency(self, term: str) -> int:
        """Return how many passages have ``term``, in their text, headings or policy's title."""

    def document_frequencies(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Return how many passages have each term, int64; fast where most terms are unknown."""

    def holds(self, term: str, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages have ``term``, bool, in their order."""

    def passages_with(self, term: str, count: int) -> NDArray[np.int64]:
        """Return the first ``count`` passages that have ``term``, in order."""

    def policies_led_by(self, term: str) -> NDArray[np.int64]:
        """Return the policies whose first passage has ``term``, in order.

        The words of the title are among them: those count as every passage's own.
        """

    def passage(self, ordinal: int) -> Passage:
        """Return one passage, checked by its hash."""

    def passages(self, ordinals: Iterable[int]) -> list[Passage]:
        """Return passages in the order of ``ordinals``, each checked by its hash."""

    def policy(self, ordinal: int) -> Policy:
        """Return one policy with its body, checked by its hash."""

    def policies(self, ordinals: Iterable[int]) -> list[Policy]:
        """Return policies in the order of ``ordinals``, each checked by its hash."""

    def titles(self, ordinals: Sequence[int]) -> list[str]:
        """Return the titles of policies, in the order of ``ordinals``."""

    def policy_ordinal(self, policy_id: str) -> int | None:
        """Return the ordinal of the policy with this id, or None."""

    def provisions(self, ordinal: int) -> list[Provision]:
        """Return a policy's provisions, in the order in which they begin."""

    def policy_digest(self, ordinal: int) -> bytes:
        """Return the SHA-256 of a policy's metadata and body, as ``passages.policy_row`` has it."""
