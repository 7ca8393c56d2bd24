"""What a reader of questions knows of a corpus: its bodies, its words, its titles and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from policybot.corpus.issuers.table import IssuerBook


class Vocabulary(Protocol):
    """The words of one corpus. An index gives it; the reader knows no more of an index."""

    @property
    def issuers(self) -> IssuerBook:
        """The bodies of the table of issuers, and those that are only printed."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """Words in lower case for documents, each with the name that all its forms share."""

    @property
    def schemes(self) -> Sequence[str]:
        """What document numbers begin with, most frequent first: ``Executive Order``, 穗府办规."""

    @property
    def generic_kinds(self) -> frozenset[str]:
        """Kinds of :attr:`kinds` that most of the corpus's documents are of."""

    def frequency(self, text: str) -> int:
        """Return how many passages hold the rarest word of a text; 0 where one is in none."""

    def holds(self, wording: str) -> bool:
        """Tell whether a policy holds a wording as it stands."""

    def count_numbered(self, number: str) -> int:
        """Return how many policies have a document number."""

    def titled_words(self, kind: str) -> Sequence[str]:
        """Return the words by which titles or numbers name one of :attr:`kinds`, in any language.

        Where none does, those that stand above texts ("CIRCULAR"); empty where none do.
        """

    def opening_titles(self, word: str) -> Sequence[str]:
        """Return the singular of a noun by which titles begin ("Bando de la Alcaldía …").

        Empty where none does.
        """

    def named(self, wording: str) -> Sequence[int]:
        """Return the policy that a short name singles out ("the Wuxi outline"); empty if none."""

    def days_of(self, policy: int | str) -> tuple[dt.date, dt.date] | None:
        """Return the first and the last day that a policy's date may be; None where it has none.

        ``policy`` is its ordinal or its id.
        """

    def titles_near(self, text: str) -> Sequence[tuple[int, str]]:
        """Return policies that the rarest words of a text lead to: ordinal and title."""

    @property
    def nation(self) -> frozenset[str]:
        """The names and adjectives of the country that the corpus speaks of most, in lower case."""
