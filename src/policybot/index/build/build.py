"""Building the index: a complete new generation is written, then switched to atomically."""

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
    reuse_vector_set,
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
"""Fits the calibration of a generation before it becomes live.

Its arguments are the generation, the calibration of the previous one if that has the same encoders
(else None), and how many policies have changed since."""


Judge = Callable[[Changes], None]
"""Called with a build's changes before anything is embedded; an exception cancels the build."""


@dataclass(frozen=True, slots=True)
class Task:
    """The arguments of :func:`build_index`, with defaults filled in.

    ``manifest`` holds what is known of the new generation before the policies are read.
    """

    policies: Iterable[Policy]
    index_path: Path
    encoder: Encoder
    second: Encoder | None
    issuers: IssuerBook
    full: bool
    progress: Progress
    calibrate: Calibrate | None
    workers: Workers
    judge: Judge | None
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The outcome of a build.

    ``generation`` is the live generation; it is the previous one when nothing had changed. Policy
    ids are in date order (removed ones in that of the previous generation). ``embedded`` and
    ``reused`` count distinct texts (passages, sentences and titles) whose vectors were computed, or
    taken from the previous generation or the journal of an interrupted run.
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

    A build killed at any moment leaves either the old or the new index live. Builds are
    incremental: unchanged policies and vectors of the same encoder are copied from the live
    generation, and when nothing at all has changed, no generation is written.

    Args:
        policies: The corpus, in any order; read once.
        index_path: The index folder (``embeddings/``); created if missing.
        encoder: Embeds passages, sentences and titles.
        issuers: The table of issuers; a copy is stored in the generation.
        full: Reuse nothing, neither of the live generation nor of an interrupted run.
        progress: Called with a stage (``read``, ``split``, ``embed``, ``write``), how much of it is
            done and the total (0 while that is unknown).
        settings: JSON-serialisable values recorded in the manifest; a different value causes a new
            generation.
        calibrate: Fits the new generation's calibration; without it the default is used.
        store: Where the generation is kept; by default in files below ``index_path``.
        workers: What splits and embeds texts, with the same encoder; this process by default.
        second: Encoder for questions in languages that ``encoder`` does not read; it embeds
            every text too, but a sentence that is its passage's only one.
        judge: Called with the changes; it cancels the build by raising.

    Raises:
        ClusterError: the workers are lost; what they embedded is kept for the next run.
        IndexLockedError: another process is building.
        IndexUnusableError: the folder cannot be written; the live generation is unchanged.
        CorpusError: two policies have the same id, or a text is not valid Unicode.
        EncoderError: the encoder returned an array of the wrong shape, or values not finite.
        UnavailableError: the server of ``store`` is unreachable; the live generation is unchanged.
    """
    began = time.monotonic()
    store = store or FolderStore(index_path)
    try:
        with locked(index_path), store.held():
            task = Task(
                policies=policies,
                index_path=index_path,
                encoder=encoder,
                second=second,
                issuers=issuers,
                full=full,
                progress=progress or _no_progress,
                calibrate=calibrate,
                workers=workers or LocalWorkers(encoder, second=second is not None),
                judge=judge,
                manifest=Manifest(
                    created=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
                    encoder=_entry(encoder),
                    second=_entry(second) if second else None,
                    corpus=CorpusEntry("", 0, 0, 0),
                    issuers=hashlib.sha256(json.dumps(issuer_rows(issuers)).encode()).hexdigest(),
                    settings=json.loads(json.dumps(settings or {})),
                ),
            )
            report = _build(task, store)
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritable(index_path, error) from error
    return dataclasses.replace(report, seconds=time.monotonic() - began)


def _build(task: Task, store: GenerationStore) -> BuildReport:
    """Build as ``store`` does: by its differences alone, or else a complete generation."""
    if task.full:
        remove_journals(task.index_path)
    with contextlib.ExitStack() as stack:
        staged = stack.enter_context(staging(task.index_path))
        followed = task.policies if task.full else store.follow(task, staged)
        if isinstance(followed, BuildReport):
            report = followed
        else:
            previous = _open_previous(store, staged)
            if previous:
                stack.enter_context(previous)
            task = dataclasses.replace(task, policies=followed)
            report = _build_complete(task, store, staged, previous)
    remove_journals(task.index_path)
    store.remove_outdated()
    return report


def _build_complete(
    task: Task, store: GenerationStore, staged: Path, previous: FileGeneration | None
) -> BuildReport:
    """Write a generation in files below ``staged`` and publish it, unless nothing has changed."""
    folder, scratch = staged / "generation", staged / "scratch"
    folder.mkdir()
    scratch.mkdir()
    older = None if task.full else previous
    base = older if older and older.manifest.encoders == task.manifest.encoders else None
    reuse, two = base is not None, task.second is not None
    with NewGeneration(folder, scratch, previous, reuse=reuse, second=two) as new_generation:
        digest = new_generation.read(task.policies, task.issuers, task.progress)
        changes = new_generation.changes()
        if task.judge:
            task.judge(changes)
        corpus = CorpusEntry(digest, new_generation.policies, 0, 0)
        manifest = dataclasses.replace(task.manifest, corpus=corpus)
        if base and base.manifest.source == manifest.source:
            return report_of(base.name, base.manifest, changes, 0, count_keys(base))
        new_generation.split(task.workers, task.progress)
        tables, tunings = _write_vectors(task, new_generation, folder, scratch, older)
        manifest = dataclasses.replace(
            manifest,
            corpus=dataclasses.replace(
                corpus, passages=new_generation.passages, sentences=new_generation.sentences
            ),
            languages=new_generation.languages,
            vectors=tunings[0],
            second_vectors=tunings[1] if two else {},
        )
    if task.calibrate:
        changed = len(changes.added) + len(changes.changed) + len(changes.removed)
        with FileGeneration(folder, "", manifest) as generation:
            fitted = task.calibrate(generation, base.calibration if base else None, changed)
        write_calibration(folder, fitted)
    manifest = dataclasses.replace(manifest, files=describe_files(folder))
    name = store.publish(folder, manifest)
    task.progress("write", 1, 1)
    embedded = sum(table.embedded for table in tables)
    reused = sum(table.reused for table in tables)
    return report_of(name, manifest, changes, embedded, reused)


def _write_vectors(
    task: Task,
    new_generation: NewGeneration,
    folder: Path,
    scratch: Path,
    older: FileGeneration | None,
) -> tuple[list[VectorTable], list[Mapping[str, Any]]]:
    """Embed all texts with each encoder and write the generation's columns and vectors.

    Vectors of an encoder that ``older`` was built with are copied from it. Returns, by encoder, the
    table of its vectors and the settings of their search (see :func:`write_vector_set`).
    """
    encoders = [(task.encoder, task.workers, folder)]
    if task.second:
        encoders.append((task.second, LocalWorkers(task.second), folder / SECOND))
    vector_sets = [_vector_set_of(older, entry) for entry in task.manifest.encoders]
    tables: list[VectorTable] = []
    for number, (encoder, workers, _) in enumerate(encoders):
        path = scratch / f"vectors-{number}.npy"
        table = VectorTable(path, new_generation.keys(number), encoder.dimension)
        if vector_set := vector_sets[number]:
            reuse_vector_set(table, vector_set)
        journal = Journal(task.index_path, encoder)
        table.reuse(*journal.read())
        stage = f"embed with {encoder.name}" if task.second else "embed"
        table.embed(new_generation.texts, workers, journal, task.progress, stage)
        tables.append(table)
    task.progress("write", 0, 1)
    new_generation.write(task.issuers)
    tunings = [
        write_vector_set(tables[number], new_generation, number, root, vector_sets[number])
        for number, (_, _, root) in enumerate(encoders)
    ]
    return tables, tunings


def _entry(encoder: Encoder) -> EncoderEntry:
    return EncoderEntry(
        encoder.name,
        encoder.fingerprint,
        encoder.dimension,
        tuple(encoder.languages),
        encoder.scale,
    )


def _vector_set_of(generation: FileGeneration | None, entry: EncoderEntry) -> VectorSet | None:
    """Return a generation's vectors by the same encoder, first or second; None if it has none."""
    if generation is None:
        return None
    pairs = zip(generation.manifest.encoders, generation.vector_sets, strict=True)
    return next((vector_set for known, vector_set in pairs if known == entry), None)


def write_vector_set(
    table: VectorTable,
    new_generation: NewGeneration,
    number: int,
    root: Path,
    previous: VectorSet | None,
    *,
    exact: bool = False,
) -> Mapping[str, Any]:
    """Write the vectors of encoder ``number`` (0 or 1) below ``root``.

    With ``exact`` neither quantised codes nor hubness are computed, for files that are only to be
    copied from.

    Returns:
        ``codes.Tuning`` as a dict; empty where search is exact.
    """
    keys = new_generation.keys(number)
    sentences = new_generation.passages
    titles = sentences + new_generation.sentences
    end = titles + new_generation.policies
    write_vectors(root / VECTORS, table.dimension, table.batches(0, sentences))
    sentence_vectors = table.write(root / COLUMNS / "sentence_vectors.npy", sentences, titles)
    table.write(root / COLUMNS / "title_vectors.npy", titles, end)
    hubness_path = root / COLUMNS / "passage_crowding.npy"
    if exact:
        np.save(hubness_path, np.zeros(new_generation.passages, np.float16))
        return {}
    everything = np.ones(new_generation.passages, dtype=np.bool_)
    vectors = Vectors(root / VECTORS, new_generation.passages, table.dimension, everything)
    tuning = write_codes(root / CODES, vectors.half, sentence_vectors)
    sentence_keys = keys[sentences:titles]
    np.save(
        hubness_path,
        hubness(vectors.half, keys[:sentences], sentence_vectors, sentence_keys, previous),
    )
    return dataclasses.asdict(tuning) if tuning else {}


def report_of(
    name: str, manifest: Manifest, changes: Changes, embedded: int, reused: int
) -> BuildReport:
    """Return the report of a build that left the generation ``name`` live; ``seconds`` is 0."""
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


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    """Ignore the progress of a build."""


def _open_previous(store: GenerationStore, scratch: Path) -> FileGeneration | None:
    """Open the live generation with every checksum verified; None if it is absent or damaged."""
    try:
        return store.open_files(scratch)
    except NoIndexError:
        return None
    except IndexUnusableError as error:
        _LOG.warning("the live index cannot be reused: %s", error)
        return None
