"""Issuers: the table of bodies with their aliases, parents and former names.

``issuers.toml`` is an array of tables::

    [[issuer]]
    name = "Ministry of Industry and Information Technology"
    aliases = ["MIIT", "工业和信息化部", "工信部"]
    parent = "State Council"
    since = "2008-06"
    predecessors = ["Ministry of Information Industry"]

A policy counts as issued by the body its source prints. A question for a body includes what its
predecessors issued; a question for a predecessor does not include its successors. It includes the
bodies below it only if it says so ("the State Council and its departments").
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from policybot.corpus.dates import parse_date
from policybot.corpus.issuers.lookup import Surfaces, find_names, surfaces
from policybot.corpus.issuers.names import (
    FOLD,
    HAN,
    LETTER,
    is_ordinary_word,
    is_tail,
    normal_name,
)
from policybot.corpus.problems import Problem, unknown_key
from policybot.errors import CorpusError, DateError
from policybot.model import Issuer, PolicyDate, Span
from policybot.simplified import simplified

_KEYS = ("name", "aliases", "parent", "since", "until", "predecessors")


@dataclass(frozen=True, slots=True)
class FoundIssuer:
    """A body in running text; ``name`` is canonical, ``wording`` is ``text[span[0]:span[1]]``."""

    span: Span
    name: str
    wording: str


@dataclass(frozen=True)
class IssuerBook:
    """The table of known issuers."""

    issuers: tuple[Issuer, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    def canonical(self, name: str) -> str | None:
        """Return the canonical name of a name or alias; None when it is unknown.

        Case, width, spacing, hyphens, ``&`` for "and", a leading "the", a possessive ending and
        traditional characters make no difference.
        """
        return self._names.get(normal_name(name))

    def get(self, name: str) -> Issuer | None:
        """Return the issuer of a name or alias; None when it is unknown."""
        return self._by_name.get(self.canonical(name) or "")

    def parent(self, name: str) -> str | None:
        """Return the canonical name of the body above ``name``, if any."""
        issuer = self.get(name)
        return self.canonical(issuer.parent) if issuer and issuer.parent else None

    def children(self, name: str) -> tuple[str, ...]:
        """Return every body below ``name``, at any depth, in the order of the table."""
        return self._children.get(self.canonical(name) or "", ())

    def former(self, name: str) -> tuple[str, ...]:
        """Return the predecessors of ``name``, at any depth, the most recent first."""
        return tuple(_reached(self.canonical(name) or "", self._before))

    def is_above_itself(self, name: str) -> bool:
        """Return whether the parents of a canonical name form a cycle."""
        return name in _reached(name, self._above)

    def is_before_itself(self, name: str) -> bool:
        """Return whether the predecessors of a canonical name form a cycle."""
        return name in _reached(name, self._before)

    def why_not_then(self, name: str, date: PolicyDate) -> str | None:
        """Return why a body did not exist under this name on a date; None if it did."""
        issuer = self.get(name)
        if issuer and issuer.since and date.last < issuer.since.first:
            return f"{issuer.name!r} is called so since {issuer.since}"
        if issuer and issuer.until and date.first > issuer.until.last:
            return f"{issuer.name!r} was called so until {issuer.until}"
        return None

    def find(self, text: str) -> list[FoundIssuer]:
        """Return the bodies named in running text, in order, the longest name at each position.

        A body that only ends like a known one ("Jiangsu Provincial Development and Reform
        Commission", 江苏省发展改革委) is another body and is not found.
        """
        folded = text.translate(FOLD)
        shouted = len(folded.split()) > 2 and not re.search(r"[a-z]", folded)
        issuers: list[FoundIssuer] = []
        for start, end in find_names(self._surfaces, folded):
            wording = folded[start:end]
            name = self.canonical(wording)
            if name is None or is_ordinary_word(wording, shouted=shouted):
                continue
            if self._is_another_body(folded, start, wording, name):
                continue
            issuers.append(FoundIssuer((start, end), name, text[start:end]))
        return issuers

    @cached_property
    def _hash(self) -> int:
        return hash(self.issuers)

    @cached_property
    def _by_name(self) -> dict[str, Issuer]:
        return {issuer.name: issuer for issuer in self.issuers}

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {}
        for issuer in self.issuers:
            for above in _reached(issuer.name, self._above):
                children.setdefault(above, []).append(issuer.name)
        return {name: tuple(below) for name, below in children.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for issuer in self.issuers:
            for name in (issuer.name, *issuer.aliases):
                names.setdefault(normal_name(name), issuer.name)
        return names

    @cached_property
    def _surfaces(self) -> Surfaces:
        return surfaces(name for issuer in self.issuers for name in (issuer.name, *issuer.aliases))

    def _above(self, name: str) -> tuple[str, ...]:
        parent = self.parent(name)
        return (parent,) if parent else ()

    def _before(self, name: str) -> tuple[str, ...]:
        issuer = self.get(name)
        names = [self.canonical(before) for before in issuer.predecessors] if issuer else []
        return tuple(known for known in names if known)

    def _is_another_body(self, folded: str, start: int, wording: str, name: str) -> bool:
        before = folded[max(0, start - 60) : start]
        if re.match(rf"[{HAN}]", wording):
            return bool(re.search(r"[省市区县州]$", simplified(before)))
        issuer = self._by_name[name]
        tails = (issuer.name, *issuer.aliases)
        shorter = any(is_tail(wording, tail) for tail in tails)
        return (
            shorter
            and bool(re.search(rf"\b[A-Z][{LETTER}]*\s+$", before))
            and not re.search(
                r"(?:^|[.?!:]\s+)(?:Did|Does|Has|Is|Was|What|Which|When|Where|Who|Why|How|The)\s+$",
                before,
            )
        )


def _reached(name: str, step: Callable[[str], tuple[str, ...]]) -> list[str]:
    """Return the names reachable by one or more steps, the nearest first; cycles are safe."""
    names = list(step(name))
    for at in names:
        names += [after for after in step(at) if after not in names]
    return list(dict.fromkeys(names))


def read_issuers(path: Path) -> IssuerBook:
    """Read ``issuers.toml``; a missing file gives an empty table.

    Raises:
        CorpusError: the file is not TOML of this form, or its names, aliases or parents conflict.
    """
    book, problems = check_issuers(path)
    for problem in problems:
        if problem.severity == "error":
            raise CorpusError(str(problem))
    return book


_NAME = "a text of one line that is not empty"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")


def check_issuers(path: Path) -> tuple[IssuerBook, list[Problem]]:
    """Read ``issuers.toml``; return the valid issuers, and every problem with the file."""
    file = str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return IssuerBook(), []
    except OSError as error:
        return IssuerBook(), [Problem(file, 1, f"cannot be read: {error.strerror}")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return IssuerBook(), [Problem(file, line, f"byte 0x{data[error.start]:02X} is not UTF-8")]
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at line (\d+), column \d+\)$", message)
        line = int(place.group(1)) if place else max(1, text.count("\n"))
        return IssuerBook(), [Problem(file, line, f"not TOML: {message.partition(' (at ')[0]}")]
    except RecursionError:
        return IssuerBook(), [Problem(file, 1, "not TOML that holds issuers: nested too deeply")]
    return _read_table(table, text, file)


def _read_table(table: dict[str, Any], text: str, file: str) -> tuple[IssuerBook, list[Problem]]:
    lines = text.split("\n")
    problems = [
        Problem(file, _line_of(lines, key), unknown_key(key, ["issuer"]))
        for key in table
        if key != "issuer"
    ]
    rows = table.get("issuer", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(Problem(file, _line_of(lines, "issuer"), "write each issuer as [[issuer]]"))
        rows = []
    starts = [at for at, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*issuer\s*\]\]", line)]
    issuers: list[Issuer] = []
    places: list[int] = []
    for index, row in enumerate(rows):
        start = starts[index] if index < len(starts) else 1
        issuer = _read_row(row, file, start, lines, problems)
        if issuer is not None:
            issuers.append(issuer)
            places.append(start)
    book = IssuerBook(tuple(issuers))
    problems += _conflicts(book, places, lines, file)
    return book, problems


def _read_row(
    row: dict[str, Any], file: str, start: int, lines: list[str], problems: list[Problem]
) -> Issuer | None:
    before = len(problems)
    problems += [
        Problem(file, _line_of(lines, key, start), unknown_key(key, _KEYS))
        for key in row
        if key not in _KEYS
    ]
    name, parent = row.get("name"), row.get("parent")
    if not _is_name(name):
        problems.append(Problem(file, start, f"an issuer needs a name, {_NAME}"))
    for key in ("aliases", "predecessors"):
        names = row.get(key, [])
        if not isinstance(names, list) or not all(_is_name(name) for name in names):
            line = _line_of(lines, key, start)
            problems.append(Problem(file, line, f"{key} is a list of names, each {_NAME}"))
    if parent is not None and not _is_name(parent):
        line = _line_of(lines, "parent", start)
        problems.append(Problem(file, line, "parent is the name of another issuer"))
    days: dict[str, PolicyDate | None] = {}
    for key in ("since", "until"):
        try:
            days[key] = _date(row.get(key))
        except DateError as error:
            line = _line_of(lines, key, start)
            problems.append(Problem(file, line, f"{key} {error}"))
    if len(problems) > before:
        return None
    aliases, predecessors = (tuple(row.get(key, [])) for key in ("aliases", "predecessors"))
    return Issuer(str(name), aliases, parent, days["since"], days["until"], predecessors)


def _date(value: object) -> PolicyDate | None:
    """Parse a date as TOML may hold it: a string, a local date, or a year as an integer."""
    if value is None:
        return None
    if isinstance(value, dt.datetime) or not isinstance(value, str | dt.date | int):
        raise DateError("is no date; write it as 2008-06-29, 2008-06 or 2008")
    return parse_date(str(value))


def _conflicts(
    book: IssuerBook, places: list[int], lines: list[str], file: str
) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for issuer, start in zip(book.issuers, places, strict=True):
        for name in (issuer.name, *issuer.aliases):
            line = _line_of(lines, name, start)
            owner = owners.setdefault(normal_name(name), issuer.name)
            if owner is not issuer.name:
                yield Problem(file, line, f"{name!r} already names {owner!r}")
            elif name != issuer.name and normal_name(name) == normal_name(issuer.name):
                message = f"alias {name!r} is read as the name itself and is not needed"
                yield Problem(file, line, message, "warning")
    for issuer, start in zip(book.issuers, places, strict=True):
        yield from _family_problems(book, issuer, start, lines, file)


def _family_problems(
    book: IssuerBook, issuer: Issuer, start: int, lines: list[str], file: str
) -> Iterator[Problem]:
    if issuer.parent is not None:
        line = _line_of(lines, "parent", start)
        if book.canonical(issuer.parent) is None:
            yield Problem(file, line, f"parent {issuer.parent!r} is no issuer of this file")
        elif book.is_above_itself(issuer.name):
            yield Problem(file, line, f"{issuer.name!r} is above itself: its parents form a circle")
    if issuer.since and issuer.until and issuer.since.first > issuer.until.last:
        line = _line_of(lines, "until", start)
        yield Problem(file, line, f"until {issuer.until} is before since {issuer.since}")
    line = _line_of(lines, "predecessors", start)
    for name in issuer.predecessors:
        former = book.get(name)
        if former is None:
            yield Problem(file, line, f"predecessor {name!r} is no issuer of this file")
        elif former.until and issuer.since and former.until.first > issuer.since.last:
            message = f"{former.name!r} lasts until {former.until}, past the beginning"
            yield Problem(file, line, f"{message} of {issuer.name!r}, {issuer.since}", "warning")
    if issuer.predecessors and book.is_before_itself(issuer.name):
        yield Problem(file, line, f"{issuer.name!r} is its own predecessor, in a circle")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(normal_name(value)) and not _CONTROL.search(value)


def _line_of(lines: list[str], needle: str, start: int = 1) -> int:
    for at in range(start, len(lines) + 1):
        if needle in lines[at - 1]:
            return at
    return start
