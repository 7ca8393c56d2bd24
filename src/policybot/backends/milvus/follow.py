"""Incremental indexing on a Milvus server: only what changed is written.

Only new or changed policies are split, embedded and written; the statistics of the live generation
(terms, lengths, sentences) are updated by differences. Nothing live is touched: rows are added
under new numbers, which belong to no generation until the alias points to the one that knows them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.about import (
    BODIES,
    NUMBERS,
    About,
    Extra,
    Policies,
    about_in,
    add_extra_files,
    number_of,
    with_file,
)
from policybot.backends.milvus.comparing import Compared, compared
from policybot.backends.milvus.generation import MilvusGeneration
from policybot.backends.milvus.records import AT_ONCE, parts_of, read_records, unpack
from policybot.backends.milvus.sample import Sample, follow
from policybot.backends.milvus.schema import body_number, collection_of, signed
from policybot.backends.milvus.server import Server
from policybot.backends.milvus.terms import write_counts
from policybot.backends.milvus.transfer import all_keys, upload
from policybot.errors import UnavailableError
from policybot.index.build.build import BuildReport, Task, report_of, write_vector_set
from policybot.index.build.embed import Journal, VectorTable
from policybot.index.build.hubness import hubness_by
from policybot.index.build.new_generation import NewGeneration
from policybot.index.format.calibration import FILE as CALIBRATION
from policybot.index.format.calibration import Calibration, parse_calibration, write_calibration
from policybot.index.format.manifest import CorpusEntry, Manifest, describe_files
from policybot.index.format.passages import FILE as DATABASE
from policybot.index.format.passages import policy_of
from policybot.index.serve.generation import COLUMNS, KEY, FileGeneration
from policybot.model import Policy

FEWEST, SHARE = 2000, 20
"""With more policies gone than this, and than one in so many, all collections are written anew,
since every search has to exclude those that are gone."""

_GAP = 1 << 15
"""Random gap in the numbers, so that two concurrent builders are unlikely to use the same."""


@dataclass(frozen=True, slots=True)
class Live:
    """The live generation, read for comparison; ``kept`` has the numbers of the one before it."""

    name: str
    about: About
    kept: About | None


@dataclass(frozen=True, slots=True)
class Gone:
    """The contribution of removed policies to the statistics.

    ``keys`` and ``vectors`` are of passages, sentences and titles, ``sentences`` the keys of the
    sentences alone; ``counts`` is the number of removed passages with each term, ``terms`` the
    total of their terms with repetitions.
    """

    keys: NDArray[np.bytes_]
    vectors: NDArray[np.float16]
    sentences: NDArray[np.bytes_]
    counts: Counter[int]
    terms: int
    passages: int


@dataclass(frozen=True, slots=True)
class Part:
    """The new rows, as a generation in files of its own."""

    generation: FileGeneration
    table: VectorTable


class Follower:
    """One incremental indexing on top of the live generation.

    Args:
        server: The connection.
        live: The live generation.
        task: What to index.
        staged: A folder for temporary files.
    """

    def __init__(self, server: Server, live: Live, task: Task, staged: Path) -> None:
        self._server = server
        self._live = live
        self._task = task
        self._extra = live.about.extra
        self._base = self._extra.base or live.name
        self._folder = staged / "policies"
        self._staged = staged
        scratch = staged / "incoming"
        for folder in (self._folder, scratch):
            folder.mkdir()
        self._new_generation = NewGeneration(self._folder, scratch, None, reuse=False)

    def build(self) -> tuple[Path, Manifest, BuildReport] | BuildReport | Iterator[Policy]:
        """Write the new rows, and return the folder of the generation's ``about`` files.

        Returns only a report where nothing has changed, and the policies read so far where
        everything has to be written anew.

        Raises:
            UnavailableError: the server fails; the live generation is unchanged.
        """
        with contextlib.ExitStack() as opened:
            opened.enter_context(self._new_generation)
            made = self._build()
            # For a full build, the policies are read again from the new generation's database.
            return self._again(opened.pop_all()) if made is None else made

    def _build(self) -> tuple[Path, Manifest, BuildReport] | BuildReport | None:
        task, live = self._task, self._live.about
        digest = self._new_generation.read(task.policies, task.issuers, task.progress)
        difference = compared(self._new_generation, live)
        corpus = CorpusEntry(digest, self._new_generation.policies, 0, 0)
        manifest = dataclasses.replace(task.manifest, corpus=corpus)
        gone = self._gone_numbers(difference)
        same = live.manifest.encoders == manifest.encoders
        if not same or len(gone) > max(FEWEST, self._new_generation.policies // SHARE):
            return None
        if task.judge:
            task.judge(difference.changes)
        if live.manifest.source == manifest.source:
            return report_of(self._live.name, live.manifest, difference.changes, 0, 0)
        left = self._read_gone(difference.gone)
        part = self._part(difference, left)
        with part.generation:
            fresh = part.generation.first
            sample = follow(
                live.sample, left.sentences, fresh.sentence_keys, fresh.sentence_vectors
            )
            if sample.exhausted:
                return None
            manifest = self._write(difference, left, part, sample, gone, manifest)
        table = part.table
        report = report_of("", manifest, difference.changes, table.embedded, table.reused)
        return self._folder, manifest, report

    def _again(self, opened: contextlib.ExitStack) -> Iterator[Policy]:
        with opened:
            yield from map(
                policy_of, self._new_generation.rows(range(self._new_generation.policies))
            )

    def _gone_numbers(self, difference: Compared) -> tuple[int, ...]:
        """Return the numbers of removed policies whose rows are still there."""
        numbers = self._live.about.column(NUMBERS)
        gone = set(numbers[difference.gone].tolist())
        if self._live.kept is not None:
            before = set(self._live.kept.column(NUMBERS).tolist())
            gone |= before & set(self._extra.gone)
        return tuple(sorted(gone))

    def _read_gone(self, ordinals: NDArray[np.int64]) -> Gone:
        """Read the rows of policies of the live generation that are gone."""
        about = self._live.about
        dimension = about.manifest.encoder.dimension
        counts = np.diff(about.column(f"{COLUMNS}/policy_passages.npy"))[ordinals]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        keys = all_keys(about.column(NUMBERS)[ordinals], offsets)
        passages = int(offsets[-1])
        texts, evidence = (collection_of(self._base, part) for part in ("texts", "evidence"))
        held, vectors, sentences = bytearray(), list[NDArray[np.float16]](), bytearray()
        counted, terms = Counter[int](), 0
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            rows = zip(
                read_records(self._server, texts, part),
                read_records(self._server, evidence, part),
                strict=True,
            )
            for place, (text, packed) in enumerate(rows, start=start):
                unpacked = unpack(packed, dimension)
                record_keys = bytes.fromhex(parts_of(text)[-1])
                held += record_keys
                vectors.append(unpacked.vectors)
                terms += len(unpacked.terms)
                counted.update(signed(np.unique(unpacked.terms)))
                if place < passages:
                    sentences += record_keys[KEY.itemsize :]
        none = np.zeros((0, dimension), dtype=np.float16)
        return Gone(
            np.frombuffer(bytes(held), KEY),
            np.concatenate([none, *vectors]),
            np.frombuffer(bytes(sentences), KEY),
            counted,
            terms,
            passages,
        )

    def _part(self, difference: Compared, left: Gone) -> Part:
        """Split and embed the new policies, into files."""
        task = self._task
        folder, scratch = self._staged / "part", self._staged / "scratch-of-part"
        folder.mkdir()
        scratch.mkdir()
        fresh = np.flatnonzero(difference.old < 0).tolist()
        policies = map(policy_of, self._new_generation.rows(fresh))
        with NewGeneration(folder, scratch, None, reuse=False) as new_generation:
            new_generation.read(policies, task.issuers, lambda *_: None)
            new_generation.split(task.workers, task.progress)
            table = VectorTable(
                scratch / "vectors.npy", new_generation.keys(), task.encoder.dimension
            )
            table.reuse(left.keys, left.vectors)
            journal = Journal(task.index_path, task.encoder)
            table.reuse(*journal.read())
            table.embed(new_generation.texts, task.workers, journal, task.progress)
            new_generation.write(task.issuers)
            write_vector_set(table, new_generation, 0, folder, None, exact=True)
            corpus = CorpusEntry(
                "", new_generation.policies, new_generation.passages, new_generation.sentences
            )
        manifest = dataclasses.replace(task.manifest, corpus=corpus)
        return Part(FileGeneration(folder, "", manifest), table)

    def _write(
        self,
        difference: Compared,
        left: Gone,
        part: Part,
        sample: Sample,
        gone: tuple[int, ...],
        manifest: Manifest,
    ) -> Manifest:
        """Write the rows, then the files of ``about``; return the manifest."""
        task, live, extra = self._task, self._live.about, self._extra
        fresh = np.flatnonzero(difference.old < 0)
        first = extra.end + random.randrange(_GAP)  # noqa: S311  (not for secrecy)
        numbers = np.arange(first, first + len(fresh))
        number = max(number_of(manifest.created), extra.number + 1)
        task.progress("write", 0, 1)
        hubness = hubness_by(part.generation.first.vectors.half, sample.chosen)
        upload(self._server, part.generation, self._base, numbers, hubness, sample.name)
        lengths = part.generation.terms.columns_of(0, part.generation.manifest.corpus.passages)[1]
        more = Counter(self._counted(part.generation))
        more.subtract(left.counts)
        terms = collection_of(self._base, "terms")
        kept = {extra.number, *([self._live.kept.extra.number] if self._live.kept else [])}
        write_counts(self._server, terms, more, number, live=extra.numbers, kept=kept)
        self._server.settle(terms)
        manifest = self._write_columns(difference, left, part, manifest)
        extra = Extra(
            terms=extra.terms - left.terms + int(lengths.sum()),
            base=self._base,
            number=number,
            numbers=(*extra.numbers, number),
            end=first + len(fresh),
            gone=gone,
        )
        bodies = [body_number(part.generation.policy(at).issuers) for at in range(len(fresh))]
        identities = list(self._new_generation.identities())
        policies = Policies(
            [name for name, _ in identities],
            [digest for _, digest in identities],
            _joined(difference.old, live.column(NUMBERS), numbers),
            _joined(difference.old, live.column(BODIES), np.array(bodies, dtype=np.int64)),
        )
        manifest = add_extra_files(
            self._folder, manifest, policies, self._new_generation.number_tokens(), sample, extra
        )
        return self._calibrated(difference, manifest)

    def _write_columns(
        self, difference: Compared, left: Gone, part: Part, manifest: Manifest
    ) -> Manifest:
        live, new = self._live.about, part.generation
        self._new_generation.write_policies(self._task.issuers)
        counts = _joined(
            difference.old,
            np.diff(live.column(f"{COLUMNS}/policy_passages.npy")),
            np.diff(new.policy_passages),
        )
        languages = _joined(
            difference.old, live.column(f"{COLUMNS}/policy_languages.npy"), new.policy_languages
        )
        unsure = _joined(
            difference.old, live.column(f"{COLUMNS}/policy_unsure.npy"), new.policy_unsure
        )
        columns = self._folder / COLUMNS
        np.save(columns / "policy_passages.npy", np.concatenate([[0], np.cumsum(counts)]))
        np.save(columns / "policy_languages.npy", languages)
        np.save(columns / "policy_unsure.npy", unsure)
        before = live.manifest.corpus.sentences - len(left.sentences)
        corpus = dataclasses.replace(
            manifest.corpus,
            passages=int(counts.sum()),
            sentences=before + new.manifest.corpus.sentences,
        )
        (self._folder / DATABASE).unlink()  # still open, and read until closed
        return dataclasses.replace(
            manifest,
            corpus=corpus,
            languages={
                name.decode(): count for name, count in Counter(languages.tolist()).most_common()
            },
            files=describe_files(self._folder),
        )

    def _calibrated(self, difference: Compared, manifest: Manifest) -> Manifest:
        """Calibrate the generation before it goes live."""
        if not self._task.calibrate:
            return manifest
        kept = self._live.about.files.get(CALIBRATION)
        before = parse_calibration(kept) if kept else Calibration()
        changes = difference.changes
        changed = len(changes.added) + len(changes.changed) + len(changes.removed)
        about = about_in(self._folder, manifest)
        with MilvusGeneration(self._server, self._base, about) as generation:
            fitted = self._task.calibrate(generation, before, changed)
        write_calibration(self._folder, fitted)
        return with_file(self._folder, CALIBRATION, manifest)

    def _counted(self, generation: FileGeneration) -> dict[int, int]:
        vocabulary = signed(np.array(generation.terms.vocabulary))
        return dict(zip(vocabulary, generation.terms.frequencies.tolist(), strict=True))


def still_live(live: str, now: str | None, place: str) -> None:
    """Check that the live generation has not changed during an incremental build.

    Raises:
        UnavailableError: another machine has indexed meanwhile.
    """
    if now != live:
        raise UnavailableError(
            f"{place}: another machine has indexed meanwhile; what it wrote is live: try again"
        )


def _joined(old: NDArray[np.int64], before: NDArray[Any], fresh: NDArray[Any]) -> NDArray[Any]:
    """Return a column of all policies, merged from unchanged and new ones."""
    column: NDArray[Any] = np.zeros(len(old), dtype=before.dtype)
    known = old >= 0
    column[known] = before[old[known]]
    column[~known] = fresh
    return column
