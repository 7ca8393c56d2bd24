"""From every passage of the index back to the source it was imported from."""

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
"""Characters; a passage of which no more is found at the same place is not in its source."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A source that is not what it was, or a passage that its source does not say.

    ``place`` is the source's file, with the lines where they are known; ``passage`` is empty for
    the source itself. ``says`` and ``source`` are the words from the first difference on, in the
    passage and in the source; both are empty where there is nothing to compare.
    """

    place: str
    message: str
    passage: str = ""
    says: str = ""
    source: str = ""

    def __str__(self) -> str:
        whose = f"{self.passage}: " if self.passage else ""
        if not self.says:
            return f"{self.place}: {whose}{self.message}"
        return f"{self.place}: {whose}{self.message}; it says “{self.says}”, the source " + (
            f"“{self.source}”" if self.source else "ends there"
        )


class SourceCheck:
    """Walks the passages of a generation back to the sources in a corpus.

    ``policies`` counts those that name a source, ``without`` those that do not, ``passages`` those
    walked back and ``matching`` those that their source says word for word, ``files`` the sources.
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
        """Give every finding, one source after another; once."""
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
            for said in document.policies(policy):
                found = list(_compare(policy, passages, said))
                best = found if best is None or len(found) < len(best) else best
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
                said = dataclasses.replace(policy, body=text)
                yield from self._compared(passages, list(_compare(policy, passages, said)))
        for ordinal in self._ordinals(source.name):
            if ordinal not in done:
                policy = self._generation.policy(ordinal)
                self.passages += len(self._passages(ordinal))
                yield Finding(_place(policy), f"no row there has the text of {policy.id!r}")

    def _of_row(self, name: str, lines: str, text: str, done: set[int]) -> int | None:
        """Return which policy a row is: the one of its lines, or of those that has its text."""
        query = "SELECT ordinal FROM wanted WHERE file = ? AND lines = ?"
        found = self._wanted.execute(f"{query} LIMIT 2", (name, lines)).fetchall()
        if len(found) > 1:
            same = (name, lines, _digest(text))
            found = self._wanted.execute(f"{query} AND body = ?", same).fetchall()
        return next((ordinal for (ordinal,) in found if ordinal not in done), None)

    def _compared(self, passages: list[Passage], found: list[Finding]) -> list[Finding]:
        self.passages += len(passages)
        self.matching += len(passages) - len(found)
        return found

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


def _compare(policy: Policy, passages: list[Passage], said: Policy) -> Iterator[Finding]:
    """Give the passages that are not in what the source says, or are on another page of it."""
    if said.body == policy.body and said.source == policy.source:
        return
    pages_of = page_finder(said)
    for passage in passages:
        where = _place(policy, passage)
        if passage.text in said.body:
            pages = set(_pages(passage.text, said.body, pages_of)) if passage.pages else set()
            if pages and not any(_within(one, passage.pages) for one in pages):
                found = said.source.on(pages) if said.source else ""
                yield Finding(where, f"is elsewhere: {found}", passage.id)
            continue
        same = _longest_start(passage.text, said.body)
        message = "is not in the source any more"
        if passage.machine_read is not None:
            message = "was read by a machine, which does not read it so here"
        if same <= _FEW:
            yield Finding(where, message, passage.id)
            continue
        at = said.body.find(passage.text[:same])
        says, source = (
            part[same - _AROUND if same > _AROUND else 0 :]
            for part in (passage.text, said.body[at:])
        )
        yield Finding(where, "differs from the source", passage.id, _words(says), _words(source))


def _pages(words: str, text: str, pages_of: Callable[[int, int], Span | None]) -> Iterator[Span]:
    """Give the pages of each place at which a text has these words."""
    at = text.find(words)
    while at >= 0:
        pages = pages_of(at, at + len(words))
        if pages is not None:
            yield pages
        at = text.find(words, at + 1)


def _within(pages: Span, others: Span | None) -> bool:
    return others is not None and others[0] <= pages[0] and pages[1] <= others[1]


def _longest_start(passage: str, text: str) -> int:
    """Return how many characters from its beginning on a passage has in a text together."""
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
    """Whether a source's name stays in the folder of sources."""
    inside = PurePosixPath(name)
    return not inside.is_absolute() and ".." not in inside.parts


def _place(policy: Policy, passage: Passage | None = None) -> str:
    if policy.source is None:
        return ""
    return policy.source.on([passage.pages] if passage else [])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
