"""The inventory of a corpus during an import: every id, with its file and its source.

It is a temporary database on disk, so that memory does not grow with the corpus.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from policybot.corpus.files.read import policy_files, scan_file, scan_text
from policybot.corpus.importers.pipeline.naming import numbered_id
from policybot.corpus.importers.pipeline.source import SourceFile
from policybot.corpus.review.duplicates import COMMON, keys_of, probably_one
from policybot.model import Policy, Source
from policybot.progress import Progress

_SCHEMA = """
CREATE TABLE held (id TEXT PRIMARY KEY, file TEXT, source TEXT, sha256 TEXT, lines TEXT);
CREATE INDEX held_source ON held (source);
CREATE INDEX held_sha256 ON held (sha256);
CREATE TABLE likeness (key BLOB, id TEXT);
CREATE INDEX likeness_key ON likeness (key);
CREATE INDEX likeness_id ON likeness (id);
CREATE TABLE claimed (id TEXT PRIMARY KEY, file TEXT, lines TEXT);
CREATE TABLE copies (stem TEXT PRIMARY KEY, copy INTEGER);
"""

# Front matter as policybot writes it; any other is parsed as YAML, which takes 100 times as long.
_HEAD = re.compile(r"---\n(?P<head>.*?\n)---\n", re.DOTALL)
_PLAIN_ID = re.compile(r"^id: (?P<id>[\w.-]+)$", re.MULTILINE)
_TITLE = re.compile(r"^title: (?P<title>.+)$", re.MULTILINE)
_PLAIN_SOURCE = re.compile(
    r"^source:\n  file: (?P<file>[\w./][^\n:#'\"\\]*)\n  sha256: (?P<sha256>[0-9a-f]{64})\n"
    r"(?:  lines: (?P<lines>[\w][\w ,-]*)\n)?(?:  pages:\n(?:    .*\n)+)?(?=\S|\Z)",
    re.MULTILINE,
)


class Held(NamedTuple):
    """A policy of the corpus: its id, its file and, if it has one, its source."""

    id: str
    file: Path
    source: str | None
    sha256: str | None
    lines: str | None


class Holdings:
    """The policies of a corpus by id and by source, and the ids claimed by the current import."""

    def __init__(self, corpus: Path, progress: Progress | None = None) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        if corpus.is_dir():
            files = policy_files(corpus)
            for done, file in enumerate(files, 1):
                for name, source, keys in _identities(file):
                    row = (name, str(file), *_parts(source))
                    self._database.execute("INSERT OR IGNORE INTO held VALUES (?, ?, ?, ?, ?)", row)
                    self._liken(name, keys)
                if progress is not None:
                    progress("reading the corpus", done, len(files))

    def close(self) -> None:
        """Delete the database."""
        self._database.close()

    def holder(self, policy_id: str) -> Held | None:
        """Return the policy with this id, if there is one."""
        rows = self._held("id = ?", policy_id)
        return rows[0] if rows else None

    def of_source(self, name: str) -> list[Held]:
        """Return the policies that come from the source of this name, by file and id."""
        return self._held("source = ?", name)

    def files_of(self, name: str) -> list[Path]:
        """Return the files that hold policies of the source of this name."""
        rows = self._database.execute("SELECT DISTINCT file FROM held WHERE source = ?", (name,))
        return sorted(Path(file) for (file,) in rows)

    def sources_with(self, sha256: str) -> list[str]:
        """Return the names of the sources that have this content."""
        rows = self._database.execute(
            "SELECT DISTINCT source FROM held WHERE sha256 = ? ORDER BY source", (sha256,)
        )
        return [name for (name,) in rows]

    def has_source(self, name: str) -> bool:
        """Return whether any policy comes from a source of this name."""
        query = "SELECT 1 FROM held WHERE source = ? LIMIT 1"
        return self._database.execute(query, (name,)).fetchone() is not None

    def copies_of(self, policy: Policy, source: str) -> list[Held]:
        """Return the policies of other sources than ``source`` that are probably duplicates.

        Policies of JSONL files are not compared.
        """
        candidates: set[str] = set()
        for key in keys_of(policy.title, policy.body):
            query = "SELECT id FROM likeness WHERE key = ? LIMIT ?"
            names = {name for (name,) in self._database.execute(query, (key, COMMON + 2))}
            candidates |= names if len(names) <= COMMON else set()
        copies: list[Held] = []
        for name in sorted(candidates - {policy.id}):
            holder = self.holder(name)
            if holder is None or holder.source == source:
                continue
            held, _ = next(iter(scan_file(holder.file)), (None, []))
            if held is not None and probably_one(policy, held):
                copies.append(holder)
        return copies

    def note_likeness(self, policy: Policy) -> None:
        """Store the duplicate keys of a policy that has a Markdown file of its own."""
        self._database.execute("DELETE FROM likeness WHERE id = ?", (policy.id,))
        self._liken(policy.id, keys_of(policy.title, policy.body))

    def _liken(self, policy_id: str, keys: Iterable[bytes]) -> None:
        rows = [(key, policy_id) for key in keys]
        self._database.executemany("INSERT INTO likeness VALUES (?, ?)", rows)

    def begin(self) -> None:
        """Clear the claims: the import of another source begins."""
        self._database.execute("DELETE FROM claimed")
        self._database.execute("DELETE FROM copies")

    def claim(self, policy_id: str, source: str, file: Path, lines: str | None) -> bool:
        """Claim an id for a policy of ``source``; False when another policy has it."""
        holder = self.holder(policy_id)
        if holder is not None and holder.source != source:
            return False
        row = (policy_id, str(file), lines)
        try:
            self._database.execute("INSERT INTO claimed VALUES (?, ?, ?)", row)
        except sqlite3.IntegrityError:
            return False
        return True

    def claim_like(
        self, stem: str, source: str, place: Callable[[str], Path], lines: str | None
    ) -> str:
        """Claim the first free id of ``stem``, ``stem-2``, ``stem-3`` and so on, and return it.

        ``place`` returns the file of the policy with a given id.
        """
        if self.claim(stem, source, place(stem), lines):
            return stem
        row = self._database.execute("SELECT copy FROM copies WHERE stem = ?", (stem,)).fetchone()
        copy = row[0] if row else 2
        while True:
            name = numbered_id(stem, copy)
            copy += 1
            if self.claim(name, source, place(name), lines):
                break
        self._database.execute("INSERT OR REPLACE INTO copies VALUES (?, ?)", (stem, copy))
        return name

    def take(self, source: SourceFile) -> None:
        """Replace the policies held from this source by the claimed ones."""
        self._database.execute("DELETE FROM held WHERE source = ?", (source.name,))
        self._database.execute(
            "INSERT OR REPLACE INTO held SELECT id, file, ?, ?, lines FROM claimed",
            (source.name, source.sha256),
        )

    def _held(self, condition: str, value: str) -> list[Held]:
        rows = self._database.execute(
            f"SELECT id, file, source, sha256, lines FROM held WHERE {condition} "  # noqa: S608
            "ORDER BY file, id",
            (value,),
        )
        return [Held(name, Path(file), *rest) for name, file, *rest in rows]


def _parts(source: Source | None) -> tuple[str | None, str | None, str | None]:
    return (source.file, source.sha256, source.lines) if source else (None, None, None)


_Identity = tuple[str, Source | None, Sequence[bytes]]


def _identities(file: Path) -> Iterator[_Identity]:
    """Yield the id, the source and the duplicate keys of every policy of a file.

    Unreadable policies are left out; policies of JSONL files have no keys.
    """
    if file.suffix == ".jsonl":
        yield from _line_identities(file)
        return
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    plain = _plain_identity(text)
    if plain is not None:
        yield plain
        return
    policy, _ = scan_text(text, file)
    if policy is not None:
        yield policy.id, policy.source, keys_of(policy.title, policy.body)


def _plain_identity(text: str) -> _Identity | None:
    head = _HEAD.match(text)
    if head is None:
        return None
    name, source = _PLAIN_ID.search(head["head"]), _PLAIN_SOURCE.search(head["head"])
    title = _TITLE.search(head["head"])
    if name is None or source is None or title is None:
        return None
    keys = keys_of(title["title"].strip("'\""), text[head.end() :].strip("\n"))
    return name["id"], Source(source["file"], source["sha256"], source["lines"]), keys


def _line_identities(path: Path) -> Iterator[_Identity]:
    try:
        with path.open("rb") as stream:
            for line in stream:
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                    continue
                source = row.get("source")
                if isinstance(source, dict) and isinstance(file := source.get("file"), str):
                    yield row["id"], Source(file, source.get("sha256"), source.get("lines")), ()
                else:
                    yield row["id"], None, ()
    except OSError:
        return
