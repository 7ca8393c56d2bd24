"""Compare every passage of an index with the source it was imported from."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from policybot.corpus.files.find import SOURCES
from policybot.corpus.importers.pipeline.again import Document, is_table, table_texts
from policybot.corpus.importers.pipeline.source import SourceFile
from policybot.corpus.importers.pipeline.walk import digest_of
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.text.pages import page_finder
from policybot.errors import ImportRefusedError
from policybot.index.serve.interface import Generation
from policybot.model import Passage, Policy, Span
from policybot.progress import Progress

_TRIED = 20
_AROUND = 30
_FEW = 8
"""A passage of which no more characters than this match is reported as missing, not as changed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A source that has changed, or a passage that differs from its source.

    ``place`` is the source's file, with lines or pages if known; ``passage`` is a passage's id,
    empty for the source itself. ``says`` and ``source`` are the words from the first difference on,
    in the passage and in the source; both are empty if there is nothing to compare.
    """

    place: str
    message: str
    passage: str = ""
    says: str = ""
    source: str = ""

    def __str__(self) -> str:
        prefix = f"{self.passage}: " if self.passage else ""
        if not self.says:
            return f"{self.place}: {prefix}{self.message}"
        return f"{self.place}: {prefix}{self.message}; it says “{self.says}”, the source " + (
            f"“{self.source}”" if self.source else "ends there"
        )


class SourceCheck:
    """Compares the passages of a generation with the sources in a corpus.

    After :meth:`run`, ``policies`` counts the policies with a source, ``without`` those without,
    ``files`` the sources, ``passages`` the passages compared and ``matching`` the verbatim ones.
    """

    def __init__(self, generation: Generation, corpus: Path, issuers: IssuerBook) -> None:
        self._generation = generation
        self._folder = corpus / SOURCES
        self._issuers = issuers
        self._wanted = sqlite3.connect("", isolation_level=None)
        self._wanted.execute(
            "CREATE TABLE wanted "
            "(ordinal INTEGER PRIMARY KEY, file TEXT, sha256 TEXT, lines TEXT, body BLOB)"
        )
        self.policies = self.without = self.passages = self.matching = self.files = 0

    def run(self, progress: Progress) -> Iterator[Finding]:
        """Yield every finding, source by source; can be called only once."""
        with contextlib.closing(self._wanted):
            self._gather()
            yield from self._walk(progress)

    def _walk(self, progress: Progress) -> Iterator[Finding]:
        files = self._wanted.execute("SELECT DISTINCT file FROM wanted ORDER BY file").fetchall()
        done = 0
        for (name,) in files:
            self.files += 1
            yield from self._file(name)
            (count,) = self._wanted.execute(
                "SELECT count(*) FROM wanted WHERE file = ?", (name,)
            ).fetchone()
            done += count
            progress("sources", done, self.policies)

    def _gather(self) -> None:
        self._wanted.execute("BEGIN")
        for ordinal in range(self._generation.info.policies):
            policy = self._generation.policy(ordinal)
            source = policy.source
            if source is None or (source.sha256 is None and source.lines is None):
                self.without += 1
                continue
            self.policies += 1
            self._wanted.execute(
                "INSERT INTO wanted VALUES (?, ?, ?, ?, ?)",
                (ordinal, source.file, source.sha256, source.lines, _digest(policy.body)),
            )
        self._wanted.execute("CREATE INDEX places ON wanted (file, lines, body)")
        self._wanted.execute("COMMIT")

    def _file(self, name: str) -> Iterator[Finding]:
        path = self._folder / PurePosixPath(name)
        try:
            digest = digest_of(path) if _is_inside(name) else None
        except ImportRefusedError:
            digest = None
        if digest is None:
            self.passages += sum(len(self._passages(ordinal)) for ordinal in self._ordinals(name))
            yield Finding(name, f"is not in {self._folder}, so nothing of it can be compared")
            return
        query = "SELECT DISTINCT sha256 FROM wanted WHERE file = ? AND sha256 != ?"
        for (known,) in self._wanted.execute(query, (name, digest)).fetchall():
            yield Finding(name, f"was altered: its SHA-256 is {digest}, not {known}")
        source = SourceFile(path, name, path.stat().st_size, digest)
        try:
            yield from self._table(source) if is_table(path) else self._document(source)
        except ImportRefusedError as error:
            yield Finding(name, f"cannot be read again: {str(error).removeprefix(f'{path}: ')}")

    def _document(self, source: SourceFile) -> Iterator[Finding]:
        document = Document(source, self._issuers)
        for ordinal in self._ordinals(source.name):
            policy, passages = self._generation.policy(ordinal), self._passages(ordinal)
            best: list[Finding] | None = None
            for candidate in document.policies(policy):
                findings = list(_compare(policy, passages, candidate))
                best = findings if best is None or len(findings) < len(best) else best
                if not best:
                    break
            if best is None:
                self.passages += len(passages)
                yield Finding(_place(policy), f"nothing there is {policy.id!r} any more")
            else:
                yield from self._compared(passages, best)

    def _table(self, source: SourceFile) -> Iterator[Finding]:
        done: set[int] = set()
        for lines, text in table_texts(source, lambda lines: self._some_on(source.name, lines)):
            ordinal = self._of_row(source.name, lines, text, done)
            if ordinal is not None:
                done.add(ordinal)
                policy, passages = self._generation.policy(ordinal), self._passages(ordinal)
                stated = dataclasses.replace(policy, body=text)
                yield from self._compared(passages, list(_compare(policy, passages, stated)))
        for ordinal in self._ordinals(source.name):
            if ordinal not in done:
                policy = self._generation.policy(ordinal)
                self.passages += len(self._passages(ordinal))
                yield Finding(_place(policy), f"no row there has the text of {policy.id!r}")

    def _of_row(self, name: str, lines: str, text: str, done: set[int]) -> int | None:
        """Return the ordinal of the policy with a row's lines and, if several have, its text."""
        query = "SELECT ordinal FROM wanted WHERE file = ? AND lines = ?"
        rows = self._wanted.execute(f"{query} LIMIT 2", (name, lines)).fetchall()
        if len(rows) > 1:
            same = (name, lines, _digest(text))
            rows = self._wanted.execute(f"{query} AND body = ?", same).fetchall()
        return next((ordinal for (ordinal,) in rows if ordinal not in done), None)

    def _compared(self, passages: list[Passage], findings: list[Finding]) -> list[Finding]:
        self.passages += len(passages)
        self.matching += len(passages) - len(findings)
        return findings

    def _ordinals(self, name: str) -> Iterator[int]:
        query = "SELECT ordinal FROM wanted WHERE file = ? ORDER BY ordinal"
        for (ordinal,) in self._wanted.execute(query, (name,)).fetchall():
            yield ordinal

    def _some_on(self, name: str, lines: str) -> list[Policy]:
        query = "SELECT ordinal FROM wanted WHERE file = ? AND lines = ? LIMIT ?"
        rows = self._wanted.execute(query, (name, lines, _TRIED)).fetchall()
        return [self._generation.policy(ordinal) for (ordinal,) in rows]

    def _passages(self, ordinal: int) -> list[Passage]:
        first, end = self._generation.policy_passages[ordinal : ordinal + 2].tolist()
        return self._generation.passages(range(first, end))


def _compare(policy: Policy, passages: list[Passage], stated: Policy) -> Iterator[Finding]:
    """Yield a finding for each passage that is not in ``stated``, or is on another page of it."""
    if stated.body == policy.body and stated.source == policy.source:
        return
    pages_of = page_finder(stated)
    for passage in passages:
        where = _place(policy, passage)
        if passage.text in stated.body:
            pages = set(_pages(passage.text, stated.body, pages_of)) if passage.pages else set()
            if pages and not any(_within(span, passage.pages) for span in pages):
                location = stated.source.on(pages) if stated.source else ""
                yield Finding(where, f"is elsewhere: {location}", passage.id)
            continue
        matching = _longest_start(passage.text, stated.body)
        message = "is not in the source any more"
        if passage.machine_read is not None:
            message = "was read by a machine, which does not read it so here"
        if matching <= _FEW:
            yield Finding(where, message, passage.id)
            continue
        at = stated.body.find(passage.text[:matching])
        says, source = (
            part[matching - _AROUND if matching > _AROUND else 0 :]
            for part in (passage.text, stated.body[at:])
        )
        yield Finding(where, "differs from the source", passage.id, _words(says), _words(source))


def _pages(words: str, text: str, pages_of: Callable[[int, int], Span | None]) -> Iterator[Span]:
    """Yield the pages of each occurrence of ``words`` in ``text``."""
    at = text.find(words)
    while at >= 0:
        pages = pages_of(at, at + len(words))
        if pages is not None:
            yield pages
        at = text.find(words, at + 1)


def _within(pages: Span, allowed: Span | None) -> bool:
    return allowed is not None and allowed[0] <= pages[0] and pages[1] <= allowed[1]


def _longest_start(passage: str, text: str) -> int:
    """Return the length of the longest prefix of ``passage`` that occurs in ``text``."""
    low, high = 0, len(passage)
    while low < high:
        middle = (low + high + 1) // 2
        if passage[:middle] in text:
            low = middle
        else:
            high = middle - 1
    return low


def _words(text: str) -> str:
    """Return the beginning of a text on one line."""
    shown = " ".join(text[: 2 * _AROUND + 10].split())
    return f"{shown}…" if len(text) > 2 * _AROUND + 10 else shown


def _is_inside(name: str) -> bool:
    """Return whether a source's name stays inside the folder of sources."""
    inside = PurePosixPath(name)
    return not inside.is_absolute() and ".." not in inside.parts


def _place(policy: Policy, passage: Passage | None = None) -> str:
    if policy.source is None:
        return ""
    return policy.source.on([passage.pages] if passage else [])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
