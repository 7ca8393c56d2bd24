"""Building the index: a new generation beside the live one, whole before it is switched to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policybot.corpus.issuers import IssuerBook
from policybot.encoder import Encoder
from policybot.errors import IndexLockedError, IndexUnusableError, NoIndexError
from policybot.index.codes import FILE as CODES
from policybot.index.codes import write_codes
from policybot.index.draft import Draft, issuer_rows
from policybot.index.embed import (
    Journal,
    VectorTable,
    count_keys,
    remove_journals,
    reuse_generation,
)
from policybot.index.generation import COLUMNS, Generation, open_folder
from policybot.index.incoming import Changes, Progress
from policybot.index.manifest import (
    CURRENT,
    GENERATIONS,
    CorpusEntry,
    EncoderEntry,
    Manifest,
    check_files,
    describe_files,
    live_generation,
    read_manifest,
    switch_to,
    sync_folders,
    sync_tree,
    write_manifest,
)
from policybot.index.vectors import FILE as VECTORS
from policybot.index.vectors import Vectors, write_vectors
from policybot.model import Policy

_LOG = logging.getLogger(__name__)

_LOCK = "build.lock"
_STAGING = ".building-"
_KEPT_SECONDS = 600
"""How long an outdated generation stays for those who are about to open it."""


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

    Raises:
        IndexLockedError: another process is building.
        IndexUnusableError: the folder cannot be written; what was live is still.
        CorpusError: two policies have one id.
        EncoderError: the encoder gave something that is no vector.
    """
    began = time.monotonic()
    try:
        with _locked(index_path):
            made = _build(
                policies, index_path, encoder, issuers, full, progress or _silent, settings or {}
            )
    except (OSError, sqlite3.OperationalError) as error:
        where = getattr(error, "filename", None) or index_path
        raise IndexUnusableError(
            f"{where}: cannot be written: {error}; the index is as it was"
        ) from error
    return dataclasses.replace(made, seconds=time.monotonic() - began)


def _build(
    policies: Iterable[Policy],
    index_path: Path,
    encoder: Encoder,
    issuers: IssuerBook,
    full: bool,
    progress: Progress,
    settings: Mapping[str, Any],
) -> BuildReport:
    generations = index_path / GENERATIONS
    generations.mkdir(exist_ok=True)
    _remove_leftovers(index_path)
    if full:
        remove_journals(index_path)
    manifest = Manifest(
        created=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
        encoder=EncoderEntry(
            encoder.name, encoder.fingerprint, encoder.dimension, tuple(encoder.languages)
        ),
        corpus=CorpusEntry("", 0, 0, 0),
        issuers=hashlib.sha256(json.dumps(issuer_rows(issuers)).encode()).hexdigest(),
        settings=json.loads(json.dumps(settings)),
    )
    staging = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{os.getpid()}-", dir=generations))
    previous = _open_previous(index_path)
    try:
        report = _build_from(
            policies, manifest, index_path, staging, encoder, issuers, previous, full, progress
        )
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if previous:
            previous.close()
    remove_journals(index_path)
    _remove_outdated(generations, keep={report.generation, previous.name if previous else ""})
    return report


def _build_from(
    policies: Iterable[Policy],
    manifest: Manifest,
    index_path: Path,
    staging: Path,
    encoder: Encoder,
    issuers: IssuerBook,
    previous: Generation | None,
    full: bool,
    progress: Progress,
) -> BuildReport:
    folder, scratch = staging / "generation", staging / "scratch"
    folder.mkdir()
    scratch.mkdir()
    reusable = None
    if previous and not full and previous.manifest.encoder == manifest.encoder:
        reusable = previous
    with Draft(folder, scratch, encoder, previous, reuse=reusable is not None) as draft:
        digest = draft.read(policies, issuers, progress)
        changes = draft.changes()
        manifest = dataclasses.replace(manifest, corpus=CorpusEntry(digest, draft.policies, 0, 0))
        if reusable and reusable.manifest.source == manifest.source:
            return _report(reusable.name, reusable.manifest, changes, 0, count_keys(reusable))
        draft.split(progress)
        table = VectorTable(scratch / "vectors.npy", draft.keys(), encoder.dimension)
        if reusable:
            reuse_generation(table, reusable)
        journal = Journal(index_path, encoder)
        table.reuse(*journal.read())
        table.embed(draft.texts, encoder, journal, progress)
        progress("write", 0, 1)
        draft.write(issuers)
        sentences = draft.passages
        titles = sentences + draft.sentences
        end = titles + draft.policies
        write_vectors(folder / VECTORS, encoder.dimension, table.batches(0, sentences))
        asked = table.write(folder / COLUMNS / "sentence_vectors.npy", sentences, titles)
        table.write(folder / COLUMNS / "title_vectors.npy", titles, end)
        corpus = CorpusEntry(digest, draft.policies, draft.passages, draft.sentences)
        everything = np.ones(draft.passages, dtype=np.bool_)
        vectors = Vectors(folder / VECTORS, draft.passages, encoder.dimension, everything)
        tuning = write_codes(folder / CODES, vectors.half, asked)
    manifest = dataclasses.replace(
        manifest,
        corpus=corpus,
        vectors=dataclasses.asdict(tuning) if tuning else {},
        files=describe_files(folder),
    )
    name = write_manifest(folder, manifest)
    sync_tree(folder)
    open_folder(folder, name).close()
    folder.rename(index_path / GENERATIONS / name)
    sync_folders([index_path / GENERATIONS])
    switch_to(index_path, name)
    progress("write", 1, 1)
    return _report(name, manifest, changes, table.embedded, table.reused)


def _report(
    name: str, manifest: Manifest, changes: Changes, embedded: int, reused: int
) -> BuildReport:
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


@contextmanager
def _locked(index_path: Path) -> Iterator[None]:
    import filelock

    index_path.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(index_path / _LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise IndexLockedError(
            f"{index_path}: another process is building this index; wait until it is done"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _open_previous(index_path: Path) -> Generation | None:
    """Open the live generation if every byte of it is as it was written, else None."""
    try:
        name, folder = live_generation(index_path)
        manifest = read_manifest(folder, name)
        check_files(folder, manifest, contents_up_to=None)
        return Generation(folder, name, manifest)
    except NoIndexError:
        return None
    except IndexUnusableError as error:
        _LOG.warning("nothing of the live index is used again: %s", error)
        return None


def _remove_leftovers(index_path: Path) -> None:
    """Remove what builders that were killed have left; the lock says that none is alive."""
    for folder in (index_path / GENERATIONS).glob(f"{_STAGING}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for path in index_path.glob(f".{CURRENT}-*"):
        path.unlink()


def _remove_outdated(generations: Path, keep: set[str]) -> None:
    for folder in generations.iterdir():
        if folder.name not in keep and time.time() - folder.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
