"""The versions of an amended policy: one id, several texts, each in force for a span of days.

In a policy's keys, ``versions`` is a list with one item per version::

    versions:
    - from: 2012-03-01
      until: 2013-12-31
      source: Gazette 12/2012
    - from: 2014-01-01

``from`` is the first day on which a version is in force, ``until`` the last (by default the day
before the next version). The text of a version is its ``body``; or else the file
``ID@2012-03-01.md`` next to ``ID.md``, named after ``from``, which contains only the text; or else
the policy's own body, which at most one version can use.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from policybot.corpus.dates import parse_date
from policybot.corpus.files.nodes import Node
from policybot.corpus.problems import Problem
from policybot.errors import DateError
from policybot.model import Policy, PolicyDate, Source, Version, VersionText

VERSION_KEYS = ("from", "until", "source", "note", "body")

_TEXT_FILE = re.compile(r"(.+)@\d{4}-\d\d-\d\d\.md")

Beside = Callable[[str], str | None]
"""Given a version's ``from`` day, returns the text of its file; None if it has none."""


class Reader(Protocol):
    """Parser of a policy's keys: see :class:`policybot.corpus.files.fields.FieldReader`."""

    def problem(self, line: int, message: str) -> None:
        """Report an error."""

    def text(
        self, fields: Mapping[str, Node], key: str, *, where: str = "", one_line: bool = True
    ) -> str | None:
        """Read a key that holds one text."""

    def table(self, node: Node, name: str, known: Sequence[str]) -> Mapping[str, Node]:
        """Read a table whose keys are known."""

    def source(self, fields: Mapping[str, Node]) -> Source | None:
        """Read the key ``source``."""


def text_file_of(path: Path) -> Path | None:
    """Return the policy's file for a version's file, judging by the name; None for any other."""
    match = _TEXT_FILE.fullmatch(path.name)
    return path.with_name(f"{match[1]}.md") if match else None


def version_file(path: Path, since: str) -> Path:
    """Return the path of the text of the version that begins on the day ``since``."""
    return path.with_name(f"{path.stem}@{since}.md")


def unused(files: Iterable[Path], used: Container[Path]) -> Iterator[Problem]:
    """Yield a problem for each version file that the policy next to it does not list."""
    for path in files:
        if path not in used:
            since = path.stem.rpartition("@")[2]
            message = (
                f"holds a version of {text_file_of(path)}, which lists none from {since}; add it "
                "under versions there, or delete this file"
            )
            yield Problem(str(path), 1, message)


def read_versions(
    reader: Reader, fields: Mapping[str, Node], body: str, beside: Beside
) -> tuple[VersionText, ...]:
    """Parse the key ``versions``, oldest first, and report every problem with it.

    The versions returned do not overlap, unless a problem was reported.
    """
    node = fields.get("versions")
    if node is None:
        return ()
    if isinstance(node.value, str | Mapping) or not node.value:
        message = "versions is a list of tables with the keys from, until, source, note and body"
        reader.problem(node.line, message)
        return ()
    rows: list[tuple[VersionText, int]] = []
    body_versions = 0
    for item in node.value:
        version, has_body = _version(reader, item, body, beside)
        body_versions += has_body
        rows.append((version, item.line))
        if has_body and body_versions > 1:
            reader.problem(item.line, f"{_called(version.version)} has no text: {_GIVE_TEXT}")
    if not body_versions and body.strip():
        message = "the body is the text of none of the versions: leave one of them without a text"
        reader.problem(node.line, message)
    rows.sort(key=lambda row: row[0].version.since.first.toordinal() if row[0].version.since else 0)
    for conflict, line in _conflicts(rows):
        reader.problem(line, conflict)
    return tuple(_numbered([version for version, _ in rows]))


_GIVE_TEXT = "give it under body, or in a file beside this one called ID@FROM.md"


def _version(reader: Reader, item: Node, body: str, beside: Beside) -> tuple[VersionText, bool]:
    """Parse one version; also return whether its text is the policy's own body."""
    table = reader.table(item, "a version", VERSION_KEYS)
    since, until = (_day(reader, table, key) for key in ("from", "until"))
    text = reader.text(table, "body", where="version ", one_line=False)
    file_text = beside(str(since)) if since else None
    in_file = text is None and file_text is not None
    if in_file and file_text is not None:
        node = {"body": Node(file_text, item.line)}
        text = reader.text(node, "body", where=f"the file from {since}: ", one_line=False)
    elif file_text is not None:
        message = f"the version from {since} has a body, and a file beside this one: delete one"
        reader.problem(item.line, message)
    version_text = VersionText(
        Version(since, until),
        body if text is None else text,
        reader.source(table),
        reader.text(table, "note", where="version ", one_line=False),
        in_file,
    )
    if not version_text.body.strip():
        reader.problem(item.line, f"{_called(version_text.version)} has no text: {_GIVE_TEXT}")
    return version_text, text is None


def _day(reader: Reader, table: Mapping[str, Node], key: str) -> PolicyDate | None:
    text = reader.text(table, key, where="version ")
    if text is None:
        return None
    try:
        date = parse_date(text)
    except DateError as error:
        reader.problem(table[key].line, f"version {key} {error}")
        return None
    if date.day is None:
        reader.problem(table[key].line, f"version {key} {text} is no day, as in 2012-03-01")
        return None
    return date


def _called(version: Version) -> str:
    return f"the version from {version.since}" if version.since else "the version without from"


def _conflicts(rows: list[tuple[VersionText, int]]) -> Iterator[tuple[str, int]]:
    """Yield a message and a line for each conflict between versions, which are oldest first."""
    for checked, line in rows:
        since, until = checked.version.since, checked.version.until
        if since and until and until.first < since.first:
            yield f"{_called(checked.version)} ends before it begins, on {until}; mend one", line
    for (text, _), (following, line) in itertools.pairwise(rows):
        since, until = following.version.since, text.version.until
        if since is None or since == text.version.since:
            when = f"begin on {since}" if since else "have no from"
            yield f"two versions {when}, and one policy has one text on a day; mend one", line
        elif until and until.first >= since.first:
            both = f"{_called(text.version)} until {until} and the one from {since}"
            yield f"{both} are both in force on {since}; end the first before that day", line


def _numbered(texts: list[VersionText]) -> Iterator[VersionText]:
    """Yield versions, oldest first, each with its number and the first day of the next."""
    following = [*(text.version.since for text in texts[1:]), None]
    for number, (text, next_day) in enumerate(zip(texts, following, strict=True), start=1):
        version = dataclasses.replace(text.version, next=next_day, number=number, total=len(texts))
        yield dataclasses.replace(text, version=version)


def texts_of(policy: Policy) -> Iterator[Policy]:
    """Yield a policy as an index stores it: itself, or each of its versions as a policy.

    A version has the policy's id and metadata, and its own text, source and note.
    """
    if not policy.versions:
        yield policy
        return
    for text in policy.versions:
        last = text.version.is_last
        yield dataclasses.replace(
            policy,
            body=text.body,
            source=text.source or (policy.source if last else None),
            note=text.note or (policy.note if last else None),
            repairs=policy.repairs if last else (),
            versions=(),
            version=text.version,
        )


def version_values(version: Version) -> list[Any]:
    """Return a version as a JSON array: its three days in ISO 8601, its number and the total."""
    days = (str(day) if day else None for day in (version.since, version.until, version.next))
    return [*days, version.number, version.total]


def version_of(values: Sequence[Any]) -> Version:
    """Return the version that :func:`version_values` wrote."""
    since, until, next_day = (parse_date(day) if day else None for day in values[:3])
    return Version(since, until, next_day, *values[3:])


def outside(policy: Policy) -> Iterator[str]:
    """Yield a message for each version that extends beyond the policy's stated validity."""
    for text in policy.versions:
        since, until = text.version.since, text.version.last_day
        if since and policy.effective and since.last < policy.effective.first:
            yield f"the version from {since} holds before effective {policy.effective}; mend one"
        if policy.expires and (
            (since and since.first > policy.expires.last)
            or (until and until.first > policy.expires.last)
        ):
            when = f"until {until}" if until else f"from {since}"
            yield f"the version {when} holds after expires {policy.expires}; mend one"
