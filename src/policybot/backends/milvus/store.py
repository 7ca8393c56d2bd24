"""The store of generations on a Milvus server: built in files, uploaded, then switched to.

A generation is a handful of collections; the alias points to the live one. Collections named later
than the live one are leftovers of a killed builder, and are removed by the next one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from policybot.backends.milvus.about import (
    EXTRA,
    NUMBERS,
    About,
    Extra,
    Policies,
    about_in,
    add_extra_files,
    number_of,
    read_about,
    read_manifest_of,
    with_file,
    write_about,
    write_small_files,
)
from policybot.backends.milvus.generation import MilvusGeneration
from policybot.backends.milvus.records import AT_ONCE
from policybot.backends.milvus.rows import live
from policybot.backends.milvus.sample import sample_of
from policybot.backends.milvus.schema import (
    ALIAS,
    PARTS,
    body_number,
    collection_of,
    generation_of,
    part_of,
)
from policybot.backends.milvus.server import TOKEN, Server
from policybot.config import IndexConfig
from policybot.errors import ConfigError, IndexDamagedError, IndexUnusableError, NoIndexError
from policybot.index.build.publish import locked, staging
from policybot.index.format.calibration import FILE as CALIBRATION
from policybot.index.format.calibration import Calibration, write_calibration
from policybot.index.format.manifest import Manifest, write_manifest
from policybot.index.serve.filters import number_tokens
from policybot.index.serve.interface import Generation

if TYPE_CHECKING:
    from policybot.index.build.build import BuildReport, Task
    from policybot.index.serve.generation import FileGeneration
    from policybot.model import Policy

_LOG = logging.getLogger(__name__)

T = TypeVar("T")


class MilvusStore:
    """Generations on the server of ``[index] uri``; implements ``GenerationStore``.

    Args:
        config: The server, and the folder to work in.
        server: A connection to it; one is opened by default.

    Raises:
        ConfigError: there is no uri, or it is invalid.
    """

    def __init__(self, config: IndexConfig, server: Server | None = None) -> None:
        if not config.uri:
            raise ConfigError(
                "[index] backend = 'milvus' needs uri: http://host:port, or a file that ends in .db"
            )
        self._path = config.path
        self._server = server or Server(config.uri, os.environ.get(TOKEN, "").strip())

    @property
    def place(self) -> str:
        """The server's address, without its token."""
        return self._server.place

    def current(self) -> str | None:
        """Return the name of the live generation, to which the alias points; None without one."""
        if self._server.is_absent:
            return None
        target = self._server.alias_target(ALIAS)
        if target is None:
            return None
        name = _about_of(target)
        if name is None:
            raise IndexDamagedError(
                f"{self.place}: the alias {ALIAS} points to {target}, which is no index; remove "
                "it and run: policybot index"
            )
        return name

    def manifest(self) -> Manifest:
        """Return the manifest of the live generation."""
        return self._live(lambda name: read_manifest_of(self._server, name))

    def open(self) -> Generation:
        """Open the live generation: small files are read, rows are fetched when needed."""
        return self._live(
            lambda name: MilvusGeneration(self._server, name, read_about(self._server, name))
        )

    def verify(self) -> None:
        """Check the small files by SHA-256, that all collections exist, and the passage count."""

        def check(name: str) -> None:
            about = read_about(self._server, name)
            base, corpus = about.extra.base or name, about.manifest.corpus
            existing = set(self._server.collections())
            for part in PARTS:
                if collection_of(base, part) not in existing:
                    raise IndexDamagedError(
                        f"{self.place}: {collection_of(base, part)} is missing; rebuild it with: "
                        "policybot index"
                    )
            allowed = live(about.extra)
            self._server.finish(collection_of(base, "passages"), corpus.passages, allowed)

        self._live(check)

    def kept(self) -> list[str]:
        """Return the sorted names of the generations, up to the live one."""
        if self._server.is_absent:
            return []
        live = self.current()
        names = [
            name for collection in self._server.collections() if (name := _about_of(collection))
        ]
        return sorted(name for name in names if live and name <= live)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Remove leftovers of killed builders, then run the block; there is no lock.

        Of two concurrent builders, the second removes the first one's rows; the first then fails.
        """
        name = self.current() or ""
        for collection in self._all():
            made = generation_of(collection)
            if made and made > name:
                self._server.drop(collection)
        if name:
            with contextlib.suppress(IndexUnusableError):  # what is damaged is not followed
                self._remove_rows(name)
        yield

    def _remove_rows(self, name: str) -> None:
        """Delete rows that belong neither to the live generation nor to the one before it."""
        extra = read_about(self._server, name).extra
        before = self._before(name)
        kept = set(before.column(NUMBERS).tolist()) if before else set[int]()
        gone = sorted(set(extra.gone) - kept)
        filters = [f"policy >= {extra.end}"]
        filters += [
            f"policy in {gone[start : start + AT_ONCE]}" for start in range(0, len(gone), AT_ONCE)
        ]
        for part in ("passages", "evidence", "texts"):
            for where in filters:
                self._server.remove(collection_of(extra.base or name, part), where)

    def _before(self, name: str) -> About | None:
        """Return the generation before the named one, if it shares its rows."""
        names = [other for other in self.kept() if other < name]
        if not names:
            return None
        if self._base_of(names[-1]) != self._base_of(name):
            return None
        return read_about(self._server, names[-1])

    def _base_of(self, name: str) -> str:
        """Return the generation whose collections one shares: its own name if it cannot be read.

        Another version of policybot may have written it.
        """
        try:
            return read_about(self._server, name).extra.base or name
        except IndexUnusableError:
            return name

    def open_files(self, scratch: Path, name: str | None = None) -> FileGeneration:
        """Download a generation as files into ``scratch``, with every text verified."""
        from policybot.backends.milvus.transfer import download

        if name is not None:
            return download(self._server, name, scratch / name)
        return self._live(lambda live: download(self._server, live, scratch / live))

    def follow(self, task: Task, staged: Path) -> BuildReport | Iterable[Policy]:
        """Write what changed, and point the alias to the generation that knows it."""
        from policybot.backends.milvus.follow import Follower, Live, still_live

        name = self.current()
        if name is None:
            return task.policies
        try:
            about = read_about(self._server, name, compared=True)
            followed = Live(name, about, self._before(name))
        except IndexUnusableError as error:
            _LOG.warning("the live index cannot be reused: %s", error)
            return task.policies
        made = Follower(self._server, followed, task, staged).build()
        if not isinstance(made, tuple):
            return made
        folder, manifest, report = made
        new = write_manifest(folder, manifest)
        write_about(self._server, folder, new, manifest)
        still_live(name, self.current(), self.place)
        self._switch(new)
        task.progress("write", 1, 1)
        return dataclasses.replace(report, generation=new)

    def publish(self, folder: Path, manifest: Manifest) -> str:
        """Upload a generation's collections, verify them, and point the alias to them."""
        from policybot.backends.milvus.transfer import create, upload, upload_counts
        from policybot.index.serve.generation import FileGeneration

        with FileGeneration(folder, "", manifest) as generation:
            manifest = _described(folder, generation, manifest)
            name = write_manifest(folder, manifest)
            extra, first = about_in(folder, manifest).extra, generation.first
            create(self._server, name, manifest.encoder.dimension)
            sample = sample_of(first.sentence_keys, first.sentence_vectors)
            upload(
                self._server, generation, name, np.arange(manifest.corpus.policies),
                first.passage_hubness, sample.name,
            )  # fmt: skip
            upload_counts(self._server, generation, name, extra.number)
        write_about(self._server, folder, name, manifest)
        self._switch(name)
        return name

    def recalibrate(self, fit: Callable[[Generation], Calibration]) -> str:
        """Write another ``about`` collection, which shares the collections of the one before."""
        with locked(self._path), staging(self._path) as staged, self.held():
            name = self._name()
            about = read_about(self._server, name, compared=True)
            plain = {path: data for path, data in about.files.items() if path != CALIBRATION}
            with MilvusGeneration(self._server, name, About(about.manifest, plain)) as generation:
                fitted = fit(generation)
            folder = staged / "generation"
            folder.mkdir()
            write_small_files(folder, about)
            write_calibration(folder, fitted)
            extra = dataclasses.replace(about.extra, base=about.extra.base or name)
            (folder / EXTRA).write_text(json.dumps(dataclasses.asdict(extra)), encoding="ascii")
            manifest = dataclasses.replace(
                about.manifest, created=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
            )
            for path in (CALIBRATION, EXTRA):
                manifest = with_file(folder, path, manifest)
            new = write_manifest(folder, manifest)
            write_about(self._server, folder, new, manifest)
            self._switch(new)
            self.remove_outdated()
            return new

    def remove_outdated(self) -> None:
        """Delete all collections except those of the live generation and of the one before it."""
        live = self.current()
        if live is None:
            return
        kept = self.kept()[-2:]
        bases = set(map(self._base_of, kept))
        needed = {collection_of(name, "about") for name in kept}
        needed |= {collection_of(base, part) for base in bases for part in PARTS}
        for collection in self._all():
            name = generation_of(collection)
            if name and name <= live and collection not in needed:
                self._server.drop(collection)
        with contextlib.suppress(IndexUnusableError):  # it goes with its collections
            self._remove_rows(live)

    def _switch(self, name: str) -> None:
        MilvusGeneration(self._server, name, read_about(self._server, name)).close()
        self._server.point_alias(ALIAS, collection_of(name, "about"))

    def _all(self) -> list[str]:
        return [] if self._server.is_absent else self._server.collections()

    def _name(self) -> str:
        name = self.current()
        if name is None:
            raise NoIndexError(
                f"{self.place}: has no alias {ALIAS}, so nothing is indexed there yet; run: "
                "policybot index"
            )
        return name

    def _live(self, work: Callable[[str], T]) -> T:
        """Return ``work``'s result for the live generation; retried if that changes meanwhile."""
        while True:
            name = self._name()
            try:
                return work(name)
            except IndexDamagedError:
                if self.current() == name:
                    raise


def _described(folder: Path, generation: FileGeneration, manifest: Manifest) -> Manifest:
    """Write the files that only Milvus needs, for a full build."""
    corpus = manifest.corpus
    policies = [generation.policy(ordinal) for ordinal in range(corpus.policies)]
    tokens = [(token, at) for at, policy in enumerate(policies) for token in number_tokens(
        policy.number or "")]  # fmt: skip
    known = Policies(
        [policy.index_id for policy in policies],
        [generation.policy_digest(ordinal) for ordinal in range(corpus.policies)],
        np.arange(corpus.policies),
        np.array([body_number(policy.issuers) for policy in policies], dtype=np.int64),
    )
    lengths = generation.terms.columns_of(0, corpus.passages)[1]
    number = number_of(manifest.created)
    extra = Extra(int(lengths.sum()), "", number, (number,), corpus.policies)
    first = generation.first
    sample = sample_of(first.sentence_keys, first.sentence_vectors)
    split = [token for token, _ in tokens], [at for _, at in tokens]
    return add_extra_files(folder, manifest, known, split, sample, extra)


def _about_of(collection: str) -> str | None:
    return generation_of(collection) if part_of(collection) == "about" else None
