"""A text that lists policies: a heading line with date, title and issuer, then paragraphs."""

from __future__ import annotations

import hashlib
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policybot.corpus.fields import MAX_ID_BYTES
from policybot.corpus.importers.headings import Heading, read_heading
from policybot.corpus.importers.repairs import Repaired, Years, repair_line, undo_repairs
from policybot.corpus.importers.result import ImportResult, Report, ReportKind
from policybot.corpus.issuers import IssuerBook
from policybot.errors import ImportRefusedError
from policybot.model import Policy, PolicyDate, Repair, Source

_NO_BOOK = IssuerBook()
_MAX_ID_WORDS = 7
_SMALL_WORDS = frozenset(
    ("a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of the source between blank ones: 0-based indices, ``end`` is past the last."""

    start: int
    end: int


class _Document:
    """A source under import: its lines, and what there is to report about them."""

    def __init__(self, file: str, data: bytes, years: Years | None) -> None:
        self.file = file
        self.sha256 = hashlib.sha256(data).hexdigest()
        text = _decode(file, data)
        self.lines = text.split("\n")
        self.years = years
        self.zeroless = "0" not in text
        self.reports: list[Report] = []

    def repair(self, index: int, heading: str = "") -> Repaired:
        line = self.lines[index]
        return repair_line(line, index + 1, self.years, zeroless=self.zeroless, heading=heading)

    def report(self, index: int, kind: ReportKind, message: str) -> None:
        self.reports.append(Report(self.file, index + 1, kind, message))

    def report_repair(self, index: int, repaired: Repaired) -> None:
        for doubt in repaired.doubts:
            self.report(index, "unresolved", f"{doubt}; left as printed")
        for note in repaired.notes:
            self.report(index, "repaired", note)


def import_policy_list(
    path: Path, years: Years | None = None, *, issuers: IssuerBook = _NO_BOOK
) -> ImportResult:
    """Read the policies that a UTF-8 text lists; nothing is written.

    Bodies are the source's own lines, but for the repairs that each policy keeps; ``years`` is the
    span within which lost zeros are put back (see :mod:`policybot.corpus.importers.repairs`), None
    to restore none. ``issuers`` helps to tell a body from a remark in parentheses.

    Raises:
        ImportRefusedError: the file is empty, no UTF-8 text, or lists no policy.
    """
    try:
        document = _Document(path.name, path.read_bytes(), years)
    except OSError as error:
        raise ImportRefusedError(f"{path}: cannot be read: {error.strerror}") from None
    blocks = _blocks(document.lines)
    headings = [_heading(document, block, issuers) for block in blocks]
    starts = [at for at, heading in enumerate(headings) if heading is not None]
    if not starts:
        raise ImportRefusedError(
            f"{path}: no line of it is a heading with the date of a policy; "
            "if its numbers lost their zeros, name its years: --years 2010-2030"
        )
    for block in blocks[: starts[0]]:
        words = textwrap.shorten(document.lines[block.start], 160, placeholder=" …")
        document.report(block.start, "skipped", f"no policy: {words!r}")
    policies: list[Policy] = []
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        heading = headings[start]
        if heading is None or end == start + 1:
            document.report(blocks[start].start, "skipped", "a heading with no text below it")
            continue
        policies.append(_policy(document, heading, blocks[start:end], policies))
    return ImportResult(tuple(policies), tuple(document.reports))


def printed_body(policy: Policy) -> str:
    """Return the body as its source prints it: with the repairs undone.

    Raises:
        ValueError: the policy's source names no lines, or its repairs do not fit its body.
    """
    if policy.source is None or not re.fullmatch(r"[0-9]+-[0-9]+", policy.source.lines or ""):
        raise ValueError(f"policy {policy.id!r} names no lines of a source")
    lines = policy.body.split("\n")
    first = int((policy.source.lines or "").partition("-")[2]) - len(lines) + 1
    return "\n".join(
        undo_repairs(text, [repair for repair in policy.repairs if repair.line == number])
        for number, text in enumerate(lines, first)
    )


def _decode(file: str, data: bytes) -> str:
    if not data.strip():
        raise ImportRefusedError(f"{file}: the file is empty")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise ImportRefusedError(f"{file}:{line}: byte 0x{byte:02X} is not UTF-8") from None
    bad = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]", text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        code = ord(bad.group())
        raise ImportRefusedError(f"{file}:{line}: the character U+{code:04X} is no text")
    return text


def _blocks(lines: Sequence[str]) -> list[_Block]:
    blocks: list[_Block] = []
    start: int | None = None
    for index, line in enumerate([*lines, ""]):
        if line.strip():
            start = index if start is None else start
        elif start is not None:
            blocks.append(_Block(start, index))
            start = None
    return blocks


def _heading(document: _Document, block: _Block, issuers: IssuerBook) -> Heading | None:
    if block.end - block.start > 1:
        return None
    return read_heading(document.repair(block.start).text, issuers)


def _policy(
    document: _Document, heading: Heading, blocks: Sequence[_Block], earlier: Sequence[Policy]
) -> Policy:
    top, first, last = blocks[0].start, blocks[1].start, blocks[-1].end
    reported = len(document.reports)
    repaired = document.repair(top)
    document.report_repair(top, repaired)
    if heading.problem:
        document.report(top, "unresolved", f"{heading.problem}; the policy has no date")
    date, date_text = _certain_date(document, heading, top, repaired)
    for words in heading.left_out:
        document.report(top, "left out", f"{words!r} beside the title")
    repairs: list[Repair] = list(repaired.repairs)
    lines: list[str] = []
    for index in range(first, last):
        line = document.repair(index, repaired.text)
        document.report_repair(index, line)
        repairs += line.repairs
        lines.append(line.text)
    body = "\n".join(lines)
    remarks = [
        f"line {report.line}, {report.message}"
        for report in document.reports[reported:]
        if report.kind in {"unresolved", "repaired"}
    ]
    return Policy(
        id=_new_id(date, heading.title, {policy.id for policy in earlier}),
        title=heading.title,
        body=body,
        issuers=heading.issuers,
        date=date,
        date_text=date_text,
        number=heading.number,
        language="zh" if len(_HAN.findall(body)) * 4 > len(body) else "en",
        source=Source(document.file, document.sha256, f"{top + 1}-{last}"),
        note="\n".join(remarks) or None,
        repairs=tuple(repairs),
    )


def _certain_date(
    document: _Document, heading: Heading, index: int, repaired: Repaired
) -> tuple[PolicyDate | None, str | None]:
    """Keep of a date what lost zeros cannot have changed: a day "1" may have been 10."""
    date = heading.date
    lost = document.zeroless and document.years is not None and bool(repaired.repairs)
    if date is None or not lost:
        return date, heading.date_text
    numbers = re.findall(r"(?<![0-9])[0-9]{1,2}(?![0-9]|st|nd|rd)", heading.wording)
    month_printed = not re.search(r"[A-Za-z]{3}", heading.wording)
    certain = date
    if month_printed and date.month == 1:
        certain = PolicyDate(date.year)
    elif date.day in {1, 2, 3} and str(date.day) in numbers:
        certain = PolicyDate(date.year, date.month)
    if certain == date:
        return date, heading.date_text
    message = (
        f"{heading.wording!r} may have lost a zero in its day or month; only {certain} is sure"
    )
    document.report(index, "unresolved", message)
    return certain, heading.wording


def _new_id(date: PolicyDate | None, title: str, taken: set[str]) -> str:
    """Make an id of the date and the first words of the title that say something."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+", plain)
    said = [word for word in words if word not in _SMALL_WORDS][:_MAX_ID_WORDS]
    stem = str(date) if date else "undated"
    for word in said:
        longer = f"{stem}-{word}"
        room = MAX_ID_BYTES - len("-99")
        if len(longer.encode("utf-8")) > room:
            if not _HAN.search(word):
                break
            longer = longer.encode("utf-8")[:room].decode("utf-8", "ignore")
        stem = longer
    name, copy = stem, 2
    while name in taken:
        name, copy = f"{stem}-{copy}", copy + 1
    return name
