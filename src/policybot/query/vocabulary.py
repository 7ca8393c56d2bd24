"""The interface to a corpus that reading needs: its bodies, words, titles and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from policybot.corpus.issuers.table import IssuerBook


class Vocabulary(Protocol):
    """The words of one corpus, provided by an index."""

    @property
    def issuers(self) -> IssuerBook:
        """The bodies of the table of issuers, and those that policies name besides."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """Words for kinds of document in lower case, each with the name shared by all its forms."""

    @property
    def schemes(self) -> Sequence[str]:
        """Prefixes of document numbers, most frequent first: ``Executive Order``, 穗府办规."""

    @property
    def generic_kinds(self) -> frozenset[str]:
        """Kinds of :attr:`kinds` that most of the corpus's documents are of."""

    def frequency(self, text: str) -> int:
        """Return how many passages contain the rarest word of a text; 0 if none contains it."""

    def holds(self, wording: str) -> bool:
        """Return whether a policy contains a wording, word for word."""

    def count_numbered(self, number: str) -> int:
        """Return how many policies have a document number."""

    def titled_words(self, kind: str, typed: str = "") -> Sequence[str]:
        """Return the words by which titles or numbers name one of :attr:`kinds`, in any language.

        If titles have the very word that was ``typed``, or that is Chinese (公告), other words for
        the kind in the same language (通告) are left out: they are other documents. Where no title
        has any, those that stand above texts ("CIRCULAR"); empty where none do.
        """

    def opening_titles(self, word: str) -> Sequence[str]:
        """Return the singular of a noun by which titles begin ("Bando de la Alcaldía …").

        Empty where none does.
        """

    def named(self, wording: str) -> Sequence[int]:
        """Return the ordinal of the only policy with a short name, if any: "the Wuxi outline"."""

    def days_of(self, policy: int | str) -> tuple[dt.date, dt.date] | None:
        """Return the first and the last possible day of a policy's date; None where it has none.

        ``policy`` is its ordinal or its id.
        """

    def titles_near(self, text: str) -> Sequence[tuple[int, str]]:
        """Return ordinals and titles of policies with the rarest words of a text in the title."""

    @property
    def nation(self) -> frozenset[str]:
        """The names and adjectives of the country that the corpus names most, in lower case."""
