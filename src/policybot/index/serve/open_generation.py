"""The part of an open generation common to all stores: conditions, counts, closing."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import threading
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers.names import normal_name
from policybot.corpus.issuers.table import IssuerBook
from policybot.errors import IndexUnusableError
from policybot.index.format.calibration import Calibration
from policybot.index.format.manifest import Manifest
from policybot.index.format.vocabulary import CorpusWords
from policybot.index.serve.matching import Matching
from policybot.model import IndexInfo, Issuer, Passage, PolicyDate


class OpenGeneration(Matching):
    """The part of :class:`policybot.index.serve.interface.Generation` that needs only its policies.

    ``policy_unsure`` is bool ``(P,)``: whether a policy may hold a phrase whose words are not all
    terms of its passages.
    """

    policy_passages: NDArray[np.int64]
    policy_unsure: NDArray[np.bool_]
    policy_languages: NDArray[np.bytes_]
    acronyms: Mapping[str, str]
    corpus_words: CorpusWords
    calibration: Calibration
    _issuer_names: list[str]

    def __init__(self, name: str, manifest: Manifest) -> None:
        self.name = name
        self.manifest = manifest
        self._gate = threading.Lock()
        self._readers = 0
        self._closed = False
        self._titles: dict[int, str] = {}

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
        """Close the generation, now or when the last :meth:`reading` block ends."""
        with self._gate:
            self._closed = True
            idle = self._readers == 0
        if idle:
            self._release()

    @abstractmethod
    def _release(self) -> None:
        """Close what is open."""

    @property
    @abstractmethod
    def _place(self) -> str:
        """The location of the index, for messages."""

    @contextmanager
    def reading(self) -> Iterator[Self]:
        """Keep the generation open for the block, even if it is closed meanwhile.

        Raises:
            IndexUnusableError: it is closed already, and nobody is reading.
        """
        with self._gate:
            if self._closed and self._readers == 0:
                raise IndexUnusableError(f"{self._place}: was closed; open the index again")
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
        """The description of this index that is part of answers."""
        days = self.policy_first[self.policy_first > 0], self.policy_last[self.policy_last > 0]
        return IndexInfo(
            generation=self.name,
            encoder=self.manifest.encoder.name,
            policies=self.manifest.corpus.policies,
            passages=self.manifest.corpus.passages,
            earlier=len(self.versions),
            first=dt.date.fromordinal(int(days[0].min())) if len(days[0]) else None,
            last=dt.date.fromordinal(int(days[1].max())) if len(days[1]) else None,
        )

    def issuer_counts(self) -> list[tuple[str, int]]:
        """Return every issuer that has policies, and how many, by name.

        Names are canonical; a body that the table of issuers does not know has the name it is
        printed with.
        """
        counts = np.diff(self._issuer_offsets).tolist()
        if len(self.versions):
            current = ~self.versions.earlier(len(self.policy_first))[self._issuer_policies]
            counts = [
                int(current[start:end].sum())
                for start, end in itertools.pairwise(self._issuer_offsets.tolist())
            ]
        return sorted(zip(self._issuer_names, counts, strict=True))

    @cached_property
    def known_issuers(self) -> IssuerBook:
        """The table of issuers with the bodies that are only printed added."""
        book = self.issuers
        printed = [name for name, _ in self.issuer_counts() if not book.canonical(name)]
        return IssuerBook((*book.issuers, *(Issuer(name) for name in printed)))

    @property
    def issuer_lists(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Offsets and policies: issuer ``i`` has ``policies[offsets[i]:offsets[i + 1]]``."""
        return self._issuer_offsets, self._issuer_policies

    def passages_of(self, policies: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the ordinals of the passages of a mask's policies, in order."""
        chosen = np.flatnonzero(policies)
        starts = self.policy_passages[chosen]
        counts = self.policy_passages[chosen + 1] - starts
        before = np.cumsum(counts) - counts
        return np.repeat(starts - before, counts) + np.arange(counts.sum())

    def passage(self, ordinal: int) -> Passage:
        """Return one passage, checked by its hash.

        Raises:
            IndexDamagedError: it is not what was indexed.
        """
        return self.passages([ordinal])[0]

    @abstractmethod
    def passages(self, ordinals: Iterable[int]) -> list[Passage]:
        """Return passages in the order of ``ordinals``, each checked by its hash."""

    def _take_issuers(self, data: bytes) -> None:
        """Take the table of issuers, and the names of those that issued something, from JSON."""
        table = json.loads(data)
        self.issuers = IssuerBook(tuple(_issuer(row) for row in table["book"]))
        self._issuer_names = table["names"]
        self._issuer_places = {normal_name(name): at for at, name in enumerate(self._issuer_names)}


def _issuer(row: Sequence[Any]) -> Issuer:
    """Read what ``new_generation.issuer_rows`` wrote."""
    name, aliases, parent, since, until, predecessors = row
    first, last = (PolicyDate(*day) if day else None for day in (since, until))
    return Issuer(name, tuple(aliases), parent, first, last, tuple(predecessors))
