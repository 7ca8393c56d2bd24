"""The texts of a generation being built: policies in order, passages, terms and vector keys.

The data of unchanged policies is copied from the previous generation, in runs of consecutive
policies, so that the cost of a build is proportional to the change.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder import document_text
from policybot.index.build import staged_policies
from policybot.index.build.embed import NO_KEY
from policybot.index.build.policy_content import PolicyContent
from policybot.index.build.staged_policies import Changes
from policybot.index.build.workers import Workers
from policybot.index.format.acronyms import write_acronyms
from policybot.index.format.lexical import FOLDER as LEXICAL
from policybot.index.format.passages import (
    FILE,
    PassageRow,
    PolicyRow,
    attach,
    create_passages,
    passage_of,
    row_digest,
)
from policybot.index.format.relations import write_relations
from policybot.index.format.validity import write_validity
from policybot.index.format.versions import write_versions
from policybot.index.format.vocabulary import write_corpus_words
from policybot.index.format.weights import TermTable, write_lexical
from policybot.index.serve.generation import ISSUERS, LANGUAGE, FileGeneration
from policybot.index.vectors.vector_set import COLUMNS, KEY, SECOND
from policybot.model import Passage, Policy
from policybot.progress import Progress


class NewGeneration:
    """The texts of a generation being built in ``folder``; used as a context manager.

    Args:
        folder: The generation's folder.
        scratch: A folder for temporary files.
        previous: The generation to compare with, if there is one.
        reuse: Whether to copy from ``previous``: it has the same encoders and schema, and its
            checksums were verified.
        second: Whether there is a second encoder, which embeds every text but a sentence that is
            its passage's only one.
    """

    def __init__(
        self,
        folder: Path,
        scratch: Path,
        previous: FileGeneration | None,
        *,
        reuse: bool,
        second: bool = False,
    ) -> None:
        self._folder = folder
        self._previous = previous if reuse else None
        (folder / COLUMNS).mkdir()
        self._database = create_passages(folder / FILE)
        staged_policies.prepare(self._database, scratch)
        self._compared = previous is not None
        if previous:
            attach(self._database, "old", previous.folder / FILE, finished=True)
        self._database.execute("BEGIN")
        self.policies = 0
        self._passages_of = array("q", [0])
        self._sentences_of = array("q", [0])
        self._terms_of = array("q", [0])
        self._terms = TermTable(previous.terms if previous and reuse else None)
        self._keys = tuple(_GrowingKeys() for _ in range(2 if second else 1))
        self._languages: list[bytes] = []
        self._unsure = bytearray()
        self._cached: tuple[int, Passage] = (-1, Passage("", "", "", 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self._sentences_of) - 1

    @property
    def sentences(self) -> int:
        """How many sentences there are."""
        return len(self._keys[0].sentences) // KEY.itemsize

    def read(self, policies: Iterable[Policy], issuers: IssuerBook, progress: Progress) -> str:
        """Store the policies in date order, and return the corpus digest (SHA-256, hexadecimal).

        Raises:
            CorpusError: two policies have the same id, or a text is not valid Unicode.
        """
        digest = staged_policies.read(self._database, policies, issuers, progress)
        (self.policies,) = self._database.execute("SELECT count(*) FROM policies").fetchone()
        return digest

    def changes(self) -> Changes:
        """Return the ids of policies added, changed, removed and unchanged since ``previous``."""
        compare = staged_policies.compare if self._compared else staged_policies.all_added
        return compare(self._database)

    def split(self, workers: Workers, progress: Progress) -> None:
        """Divide all policies into passages, and store these with their terms and vector keys."""
        runs = list(self._runs())
        fresh = (range(first, last) for first, last, old in runs if old < 0)
        divided = workers.divide(map(self._policy_row, itertools.chain.from_iterable(fresh)))
        for first, last, old in runs:
            if self._previous and old >= 0:
                self._copy(self._previous, old, old + last - first)
            else:
                for ordinal in range(first, last):
                    self._add(next(divided))
                    progress("split", ordinal + 1, self.policies)
            progress("split", last, self.policies)
        self._database.execute("COMMIT")
        for keys in self._keys[1:]:
            keys.drop_lone_sentences(np.asarray(self._sentences_of))

    def keys(self, encoder: int = 0) -> NDArray[np.bytes_]:
        """Return an encoder's keys of all texts, S16: passages, then sentences, then titles."""
        keys = self._keys[encoder]
        return np.frombuffer(keys.passages + keys.sentences + keys.titles, KEY)

    @property
    def languages(self) -> dict[str, int]:
        """How many policies are in each language, most first."""
        return {name.decode(): count for name, count in Counter(self._languages).most_common()}

    def texts(self, places: list[int]) -> Iterator[str]:
        """Yield the texts at the given positions of :meth:`keys`, in the order of ``places``."""
        offsets = np.asarray(self._sentences_of)
        owners = np.asarray(self._passages_of)
        for place in places:
            if place < self.passages:
                passage = self._passage(place)
                policy = int(np.searchsorted(owners, place, side="right")) - 1
                yield document_text(self._title(policy), passage.headings, passage.text)
            elif place < self.passages + self.sentences:
                sentence = place - self.passages
                ordinal = int(np.searchsorted(offsets, sentence, side="right")) - 1
                passage = self._passage(ordinal)
                start, end = passage.sentences[sentence - int(offsets[ordinal])]
                yield passage.text[start:end]
            else:
                yield self._title(place - self.passages - self.sentences)

    def write(self, issuers: IssuerBook) -> None:
        """Write the columns, the issuers and the BM25 index."""
        self.write_policies(issuers)
        offsets = np.asarray(self._passages_of, dtype=np.int64)
        self._save("policy_passages", offsets)
        self._save("policy_unsure", np.frombuffer(self._unsure, dtype=np.bool_))
        self._save(
            "passage_policy", np.repeat(np.arange(self.policies, dtype=np.int32), np.diff(offsets))
        )
        self._save("sentence_offsets", np.asarray(self._sentences_of, dtype=np.int64))
        self._save("policy_languages", np.array(self._languages, dtype=LANGUAGE))
        for keys, folder in zip(self._keys, (self._folder, self._folder / SECOND), strict=False):
            keys.write(folder / COLUMNS)
        vocabulary, columns = self._terms.finish()
        write_lexical(
            self._folder / LEXICAL, vocabulary, columns, np.asarray(self._terms_of, dtype=np.int64)
        )

    def write_policies(self, issuers: IssuerBook) -> None:
        """Write the columns and files that do not depend on the division into passages."""
        days = staged_policies.days(self._database)
        self._save("policy_first", days[:, 0])
        self._save("policy_last", days[:, 1])
        names, issuer_offsets, issuer_policies = staged_policies.issuer_lists(self._database)
        self._save("issuer_offsets", issuer_offsets)
        self._save("issuer_policies", issuer_policies)
        write_relations(self._folder, staged_policies.relation_rows(self._database))
        write_validity(self._folder, staged_policies.validity_rows(self._database, self.policies))
        write_versions(self._folder, staged_policies.version_groups(self._database))
        table = {"book": issuer_rows(issuers), "names": names}
        (self._folder / ISSUERS).write_text(json.dumps(table, ensure_ascii=False), "utf-8")
        write_acronyms(self._folder, (title for title, _ in self._names()))
        write_corpus_words(self._folder, self._names())

    def rows(self, ordinals: Iterable[int]) -> Iterator[PolicyRow]:
        """Yield the stored rows of policies."""
        return map(self._policy_row, ordinals)

    def identities(self) -> Iterator[tuple[str, bytes]]:
        """Yield each policy's id and digest, in order."""
        yield from self._database.execute("SELECT id, digest FROM policies ORDER BY ordinal")

    def number_tokens(self) -> tuple[list[str], list[int]]:
        """Return the tokens of all document numbers, and the ordinal of the policy of each."""
        rows = self._database.execute("SELECT token, policy FROM numbers").fetchall()
        return [token for token, _ in rows], [policy for _, policy in rows]

    def _runs(self) -> Iterator[tuple[int, int, int]]:
        """Yield runs of policies: first, last + 1, and the old ordinal of the first, -1 if new."""
        if not self.policies:
            return
        old = np.full(self.policies, -1, dtype=np.int64)
        if self._previous:
            old = staged_policies.unchanged_ordinals(self._database, self.policies)
        follows = np.where(old[1:] < 0, old[:-1] < 0, (old[:-1] >= 0) & (np.diff(old) == 1))
        starts = [0, *(np.flatnonzero(~follows) + 1).tolist(), self.policies]
        for first, last in itertools.pairwise(starts):
            yield first, last, int(old[first])

    def _copy(self, old: FileGeneration, first: int, last: int) -> None:
        """Append the data of the old generation's policies ``first`` to ``last - 1``."""
        start, end = old.policy_passages[[first, last]].tolist()
        self._database.execute(
            "INSERT INTO passages SELECT ordinal + ?, digest, place, text FROM old.passages "
            "WHERE ordinal >= ? AND ordinal < ? ORDER BY ordinal",
            (self.passages - start, start, end),
        )
        self._database.execute(
            "INSERT INTO provisions SELECT policy + ?, digest, places FROM old.provisions "
            "WHERE policy >= ? AND policy < ? ORDER BY policy",
            (len(self._languages) - first, first, last),
        )
        sentences = old.sentence_offsets[start : end + 1]
        _append(self._passages_of, np.diff(old.policy_passages[first : last + 1]))
        _append(self._sentences_of, np.diff(sentences))
        _append(self._terms_of, self._terms.copy(start, end))
        for keys, vector_set in zip(self._keys, old.vector_sets, strict=True):
            keys.passages += vector_set.passage_keys[start:end].tobytes()
            keys.sentences += vector_set.sentence_keys[sentences[0] : sentences[-1]].tobytes()
            keys.titles += vector_set.title_keys[first:last].tobytes()
        self._languages += old.policy_languages[first:last].tolist()
        self._unsure += old.policy_unsure[first:last].tobytes()

    def _add(self, content: PolicyContent) -> None:
        """Append the content of the next policy."""
        self._database.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?)",
            [(at, *row) for at, row in enumerate(content.passages, start=self.passages)],
        )
        if content.provisions:
            ordinal = len(self._languages)
            query = "SELECT id FROM policies WHERE ordinal = ?"
            (name,) = self._database.execute(query, (ordinal,)).fetchone()
            self._database.execute(
                "INSERT INTO provisions VALUES (?, ?, ?)",
                (ordinal, row_digest(name, content.provisions), content.provisions),
            )
        _append(self._passages_of, [len(content.passages)])
        _append(self._sentences_of, content.sentences)
        _append(self._terms_of, content.terms)
        self._terms.add(content.hashes)
        for keys, added in zip(self._keys, content.keys, strict=True):
            keys.passages += added.passages
            keys.sentences += added.sentences
            keys.titles += added.title
        self._languages.append(content.language.encode("ascii", "replace")[: LANGUAGE.itemsize])
        self._unsure.append(content.unsure)

    def _policy_row(self, ordinal: int) -> PolicyRow:
        query = "SELECT id, digest, metadata, body FROM policies WHERE ordinal = ?"
        return PolicyRow(*self._database.execute(query, (ordinal,)).fetchone())

    def _names(self) -> Iterator[tuple[str, str | None]]:
        """Yield each policy's title and number."""
        query = "SELECT metadata FROM policies ORDER BY ordinal"
        for (metadata,) in self._database.execute(query):
            row = json.loads(metadata)
            yield row["title"], row.get("number")

    def _title(self, ordinal: int) -> str:
        query = "SELECT metadata FROM policies WHERE ordinal = ?"
        title: str = json.loads(self._database.execute(query, (ordinal,)).fetchone()[0])["title"]
        return title

    def _passage(self, ordinal: int) -> Passage:
        if self._cached[0] != ordinal:
            query = "SELECT digest, place, text FROM passages WHERE ordinal = ?"
            row = PassageRow(*self._database.execute(query, (ordinal,)).fetchone())
            self._cached = ordinal, passage_of(row)
        return self._cached[1]

    def _save(self, name: str, column: NDArray[Any]) -> None:
        np.save(self._folder / COLUMNS / f"{name}.npy", column)


class _GrowingKeys:
    """The vector keys of one encoder collected so far."""

    def __init__(self) -> None:
        self.passages = bytearray()
        self.sentences = bytearray()
        self.titles = bytearray()

    def drop_lone_sentences(self, offsets: NDArray[np.int64]) -> None:
        """Drop the key of each sentence that is its passage's only one.

        Such a passage counts by its own vector (:mod:`policybot.retrieval.retrieve`), so that one
        of the sentence would cost a run of the encoder and tell nothing. It stays where it is the
        same. ``offsets`` ``(N + 1,)`` are where the sentences of each passage begin.
        """
        sentences, passages = (np.frombuffer(keys, KEY) for keys in (self.sentences, self.passages))
        lone = np.flatnonzero(np.diff(offsets) == 1)
        places = offsets[lone]
        sentences[places[sentences[places] != passages[lone]]] = NO_KEY

    def write(self, folder: Path) -> None:
        """Write the keys as columns, and which passages have a vector."""
        folder.mkdir(parents=True, exist_ok=True)
        passages = np.frombuffer(self.passages, KEY)
        np.save(folder / "passage_keys.npy", passages)
        np.save(folder / "passage_embedded.npy", passages != NO_KEY)
        np.save(folder / "sentence_keys.npy", np.frombuffer(self.sentences, KEY))
        np.save(folder / "title_keys.npy", np.frombuffer(self.titles, KEY))


def issuer_rows(issuers: IssuerBook) -> list[list[Any]]:
    """Return the table of issuers as JSON-serialisable rows."""
    return [list(dataclasses.astuple(issuer)) for issuer in issuers.issuers]


def _append(offsets: array[int], counts: Iterable[int]) -> None:
    end = offsets[-1]
    for count in counts:
        end += int(count)
        offsets.append(end)
