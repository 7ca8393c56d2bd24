"""Building the index: a new generation beside the live one, whole before it is switched to."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder import Encoder
from policybot.errors import IndexUnusableError, NoIndexError
from policybot.index.build.embed import (
    Journal,
    VectorTable,
    count_keys,
    remove_journals,
    reuse_side,
)
from policybot.index.build.hubness import hubness
from policybot.index.build.new_generation import NewGeneration, issuer_rows
from policybot.index.build.publish import locked, staging, unwritable
from policybot.index.build.staged_policies import Changes
from policybot.index.build.workers import LocalWorkers, Workers
from policybot.index.format.calibration import Calibration, write_calibration
from policybot.index.format.manifest import (
    CorpusEntry,
    EncoderEntry,
    Manifest,
    describe_files,
)
from policybot.index.serve.generation import FileGeneration
from policybot.index.serve.interface import Generation
from policybot.index.serve.store import FolderStore, GenerationStore
from policybot.index.vectors.codes import FILE as CODES
from policybot.index.vectors.codes import write_codes
from policybot.index.vectors.mapped import FILE as VECTORS
from policybot.index.vectors.mapped import Vectors, write_vectors
from policybot.index.vectors.vector_set import COLUMNS, SECOND, VectorSet
from policybot.model import Policy
from policybot.progress import Progress

_LOG = logging.getLogger(__name__)

Calibrate = Callable[[Generation, Calibration | None, int], Calibration]
"""Fits a generation that is about to be live. It is given what the previous one of the same encoder
was fitted to, None if there is none, and how many policies have changed since."""


Judge = Callable[[Changes], None]
"""Told what a build would change before anything is embedded; what it raises ends the build."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be indexed, and by whom: the arguments of :func:`build_index`.

    ``manifest`` says of the generation to come what is known before the policies are read.
    """

    policies: Iterable[Policy]
    index_path: Path
    encoder: Encoder
    issuers: IssuerBook
    progress: Progress
    calibrate: Calibrate | None
    workers: Workers
    judge: Judge | None
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    ``generation`` is live now; when nothing had changed it was before. Policy ids are in date
    order (removed ones in that of the previous generation). ``embedded`` and ``reused`` count
    distinct texts (passages, sentences and titles) whose vectors were made, or taken from the
    previous generation or an interrupted run.
    """

    generation: str
    policies: int
    passages: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    embedded: int
    reused: int
    seconds: float


def build_index(
    policies: Iterable[Policy],
    *,
    index_path: Path,
    encoder: Encoder,
    issuers: IssuerBook,
    full: bool = False,
    progress: Progress | None = None,
    settings: Mapping[str, Any] | None = None,
    calibrate: Calibrate | None = None,
    store: GenerationStore | None = None,
    workers: Workers | None = None,
    second: Encoder | None = None,
    judge: Judge | None = None,
) -> BuildReport:
    """Build a generation from ``policies`` and switch to it.

    Killed at any moment, it leaves the old index live, or the new one. What the live generation
    has of the same encoder is used again; when nothing at all has changed, it stays.

    Args:
        policies: The corpus, in any order; read once.
        index_path: ``embeddings/``; created when it is not there.
        encoder: What embeds passages, sentences and titles.
        issuers: The table of issuers; a copy goes into the generation.
        full: Use nothing again, neither of the live generation nor of an interrupted run.
        progress: Called with a stage (``read``, ``split``, ``embed``, ``write``), how much of it is
            done and how much there is (0 while that is unknown).
        settings: Anything JSON can hold that belongs in the manifest; a difference makes a new
            generation.
        calibrate: Fits the new generation's confidence; without it the default stands.
        store: Where the generation is kept; by default in files below ``index_path``.
        workers: Who divides and embeds, with the same encoder; this process by default.
        second: What hears the questions that ``encoder`` does not read; it embeds everything too.
        judge: May refuse what the build would change; what was live is still.

    Raises:
        ClusterError: the workers are gone for good; what they embedded is kept for the next run.
        IndexLockedError: another process is building.
        IndexUnusableError: the folder cannot be written; what was live is still.
        CorpusError: two policies have one id.
        EncoderError: the encoder gave something that is no vector.
        UnavailableError: the server of ``store`` is out of reach; what was live is still.
    """
    began = time.monotonic()
    store = store or FolderStore(index_path)
    try:
        with locked(index_path), store.held():
            made = _build(
                policies,
                index_path,
                store,
                encoder,
                issuers,
                full,
                progress or _silent,
                settings or {},
                calibrate,
                workers or LocalWorkers(encoder, second=second is not None),
                second,
                judge,
            )
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritable(index_path, error) from error
    return dataclasses.replace(made, seconds=time.monotonic() - began)


def _build(
    policies: Iterable[Policy],
    index_path: Path,
    store: GenerationStore,
    encoder: Encoder,
    issuers: IssuerBook,
    full: bool,
    progress: Progress,
    settings: Mapping[str, Any],
    calibrate: Calibrate | None,
    workers: Workers,
    second: Encoder | None,
    judge: Judge | None,
) -> BuildReport:
    if full:
        remove_journals(index_path)
    manifest = Manifest(
        created=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
        encoder=_entry(encoder),
        second=_entry(second) if second else None,
        corpus=CorpusEntry("", 0, 0, 0),
        issuers=hashlib.sha256(json.dumps(issuer_rows(issuers)).encode()).hexdigest(),
        settings=json.loads(json.dumps(settings)),
    )
    with contextlib.ExitStack() as opened:
        folder = opened.enter_context(staging(index_path))
        if not full:
            task = Task(
                policies, index_path, encoder, issuers, progress, calibrate, workers, judge,
                manifest,
            )  # fmt: skip
            followed = store.follow(task, folder)
            if isinstance(followed, BuildReport):
                remove_journals(index_path)
                store.remove_outdated()
                return followed
            policies = followed
        previous = _open_previous(store, folder)
        if previous:
            opened.enter_context(previous)
        report = _build_from(
            policies, manifest, index_path, store, folder, encoder, issuers, previous, full,
            progress, calibrate, workers, second, judge,
        )  # fmt: skip
    remove_journals(index_path)
    store.remove_outdated()
    return report


def _build_from(
    policies: Iterable[Policy],
    manifest: Manifest,
    index_path: Path,
    store: GenerationStore,
    staged: Path,
    encoder: Encoder,
    issuers: IssuerBook,
    previous: FileGeneration | None,
    full: bool,
    progress: Progress,
    calibrate: Calibrate | None,
    workers: Workers,
    second: Encoder | None,
    judge: Judge | None,
) -> BuildReport:
    folder, scratch = staged / "generation", staged / "scratch"
    folder.mkdir()
    scratch.mkdir()
    reusable = None
    if previous and not full and previous.manifest.encoders == manifest.encoders:
        reusable = previous
    reuse, two = reusable is not None, second is not None
    with NewGeneration(folder, scratch, previous, reuse=reuse, second=two) as new_generation:
        digest = new_generation.read(policies, issuers, progress)
        changes = new_generation.changes()
        if judge:
            judge(changes)
        manifest = dataclasses.replace(
            manifest, corpus=CorpusEntry(digest, new_generation.policies, 0, 0)
        )
        if reusable and reusable.manifest.source == manifest.source:
            return report_of(reusable.name, reusable.manifest, changes, 0, count_keys(reusable))
        new_generation.split(workers, progress)
        tables = [
            _embedded(
                new_generation,
                at,
                one,
                manifest,
                index_path,
                scratch,
                previous,
                full,
                who,
                progress,
            )
            for at, (one, who) in enumerate(
                [(encoder, workers), *([(second, LocalWorkers(second))] if second else [])]
            )
        ]
        progress("write", 0, 1)
        new_generation.write(issuers)
        tunings = [
            write_side(table, new_generation, at, root, entry, _side_of(previous, entry, full))
            for at, (table, root, entry) in enumerate(
                zip(tables, (folder, folder / SECOND), manifest.encoders, strict=False)
            )
        ]
        corpus = CorpusEntry(
            digest, new_generation.policies, new_generation.passages, new_generation.sentences
        )
        languages = new_generation.languages
    manifest = dataclasses.replace(
        manifest,
        corpus=corpus,
        languages=languages,
        vectors=tunings[0],
        second_vectors=tunings[1] if second else {},
    )
    if calibrate:
        changed = len(changes.added) + len(changes.changed) + len(changes.removed)
        with FileGeneration(folder, "", manifest) as made:
            fitted = calibrate(made, reusable.calibration if reusable else None, changed)
        write_calibration(folder, fitted)
    manifest = dataclasses.replace(manifest, files=describe_files(folder))
    name = store.publish(folder, manifest)
    progress("write", 1, 1)
    embedded, reused = (
        sum(getattr(table, name) for table in tables) for name in ("embedded", "reused")
    )
    return report_of(name, manifest, changes, embedded, reused)


def _entry(encoder: Encoder) -> EncoderEntry:
    return EncoderEntry(
        encoder.name,
        encoder.fingerprint,
        encoder.dimension,
        tuple(encoder.languages),
        encoder.scale,
    )


def _side_of(
    generation: FileGeneration | None, entry: EncoderEntry, full: bool
) -> VectorSet | None:
    """Return what a generation has of the same encoder, first or second, unless all is anew."""
    if generation is None or full:
        return None
    pairs = zip(generation.manifest.encoders, generation.vector_sets, strict=True)
    return next((vector_set for known, vector_set in pairs if known == entry), None)


def _embedded(
    new_generation: NewGeneration,
    at: int,
    encoder: Encoder,
    manifest: Manifest,
    index_path: Path,
    scratch: Path,
    previous: FileGeneration | None,
    full: bool,
    workers: Workers,
    progress: Progress,
) -> VectorTable:
    """Return the vectors of all texts by the encoder ``at`` 0 or 1, embedding what is missing."""
    table = VectorTable(scratch / f"vectors-{at}.npy", new_generation.keys(at), encoder.dimension)
    if before := _side_of(previous, manifest.encoders[at], full):
        reuse_side(table, before)
    journal = Journal(index_path, encoder)
    table.reuse(*journal.read())
    stage = f"embed with {encoder.name}" if manifest.second else "embed"
    table.embed(new_generation.texts, workers, journal, progress, stage)
    return table


def write_side(
    table: VectorTable,
    new_generation: NewGeneration,
    at: int,
    root: Path,
    entry: EncoderEntry,
    before: VectorSet | None,
    *,
    exact: bool = False,
) -> Mapping[str, Any]:
    """Write the vectors of one encoder below ``root``, and return how they are searched.

    Where ``exact`` is set, they are written for copying alone: nothing is coded or compared.
    """
    keys = new_generation.keys(at)
    sentences = new_generation.passages
    titles = sentences + new_generation.sentences
    end = titles + new_generation.policies
    write_vectors(root / VECTORS, entry.dimension, table.batches(0, sentences))
    asked = table.write(root / COLUMNS / "sentence_vectors.npy", sentences, titles)
    table.write(root / COLUMNS / "title_vectors.npy", titles, end)
    if exact:
        np.save(
            root / COLUMNS / "passage_crowding.npy", np.zeros(new_generation.passages, np.float16)
        )
        return {}
    everything = np.ones(new_generation.passages, dtype=np.bool_)
    vectors = Vectors(root / VECTORS, new_generation.passages, entry.dimension, everything)
    tuning = write_codes(root / CODES, vectors.half, asked)
    crowds = hubness(vectors.half, keys[:sentences], asked, keys[sentences:titles], before)
    np.save(root / COLUMNS / "passage_crowding.npy", crowds)
    return dataclasses.asdict(tuning) if tuning else {}


def report_of(
    name: str, manifest: Manifest, changes: Changes, embedded: int, reused: int
) -> BuildReport:
    """Return what became of the policies in the generation called ``name``, the time left out."""
    return BuildReport(
        generation=name,
        policies=manifest.corpus.policies,
        passages=manifest.corpus.passages,
        added=changes.added,
        changed=changes.changed,
        removed=changes.removed,
        unchanged=changes.unchanged,
        embedded=embedded,
        reused=reused,
        seconds=0.0,
    )


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Say nothing about the progress."""


def _open_previous(store: GenerationStore, scratch: Path) -> FileGeneration | None:
    """Open the live generation if every byte of it is as it was written, else None."""
    try:
        return store.open_files(scratch)
    except NoIndexError:
        return None
    except IndexUnusableError as error:
        _LOG.warning("nothing of the live index is used again: %s", error)
        return None
