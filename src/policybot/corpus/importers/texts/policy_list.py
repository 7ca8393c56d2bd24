"""Import a text that lists policies: each has a heading line (date, title, issuer) and a body."""

from __future__ import annotations

import dataclasses
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policybot.corpus.importers.encodings import Decoded
from policybot.corpus.importers.pipeline.result import ImportResult, Report, ReportKind
from policybot.corpus.importers.repairs import Repaired, Years, repair_line
from policybot.corpus.importers.texts.headings import Heading, read_heading
from policybot.corpus.issuers.table import IssuerBook
from policybot.errors import ImportRefusedError
from policybot.model import Policy, PolicyDate, Repair, Source

_MAX_HEADING = 2000
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of the source between blank ones, as 0-based indexes; ``end`` is exclusive."""

    start: int
    end: int


class _Document:
    """A source being imported: its lines, and the reports about them."""

    def __init__(self, source: Source, text: str, years: Years | None) -> None:
        self.source = source
        self.lines = text.split("\n")
        self.years = years
        self.zeroless = "0" not in text
        self.reports: list[Report] = []

    def repair(self, index: int, heading: str = "") -> Repaired:
        line = self.lines[index]
        return repair_line(line, index + 1, self.years, zeroless=self.zeroless, heading=heading)

    def report(self, index: int, kind: ReportKind, message: str) -> None:
        self.reports.append(Report(self.source.file, index + 1, kind, message))

    def report_repair(self, index: int, repaired: Repaired) -> None:
        for doubt in repaired.doubts:
            self.report(index, "unresolved", f"{doubt}; left as printed")
        for note in repaired.notes:
            self.report(index, "repaired", note)


def read_policy_list(
    path: Path, source: Source, decoded: Decoded, years: Years | None, *, issuers: IssuerBook
) -> ImportResult:
    """Read the policies that a text lists; their ids are empty.

    Bodies are the source's lines, except for the repairs that each policy records; ``years`` is the
    range in which lost zeros are restored (see :mod:`policybot.corpus.importers.repairs`), None to
    restore none. ``issuers`` helps to distinguish a body from a remark in parentheses.

    Raises:
        ImportRefusedError: the text lists no policy.
    """
    document = _Document(source, decoded.text, years)
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
    facts = [decoded.fact] if decoded.fact else []
    policies: list[Policy] = []
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        heading = headings[start]
        if heading is None or end == start + 1:
            document.report(blocks[start].start, "skipped", "a heading with no text below it")
            continue
        policies.append(_policy(document, heading, blocks[start:end], facts))
    return ImportResult(tuple(policies), tuple(document.reports))


def lists_policies(text: str, years: Years | None, issuers: IssuerBook) -> bool:
    """Return whether a text is a list of policies rather than one document.

    It is, if two one-line paragraphs are headings of policies with text below them, or the first
    paragraph is one.
    """
    document = _Document(Source(""), text, years)
    blocks = _blocks(document.lines)
    count = 0
    for at, block in enumerate(blocks[:-1]):
        if _heading(document, block, issuers) is None:
            continue
        if _heading(document, blocks[at + 1], issuers) is not None:
            continue  # no text below it
        count += 1
        if count == 2 or at == 0:
            return True
    return False


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
    if block.end - block.start > 1 or len(document.lines[block.start]) > _MAX_HEADING:
        return None
    return read_heading(document.repair(block.start).text, issuers)


def _policy(
    document: _Document, heading: Heading, blocks: Sequence[_Block], facts: Sequence[str]
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
        *facts,
        *(
            f"line {report.line}, {report.message}"
            for report in document.reports[reported:]
            if report.kind in {"unresolved", "repaired"}
        ),
    ]
    return Policy(
        id="",
        title=heading.title,
        body=body,
        issuers=heading.issuers,
        date=date,
        date_text=date_text,
        number=heading.number,
        language="zh" if len(_HAN.findall(body)) * 4 > len(body) else "en",
        source=dataclasses.replace(document.source, lines=f"{top + 1}-{last}"),
        note="\n".join(remarks) or None,
        repairs=tuple(repairs),
    )


def _certain_date(
    document: _Document, heading: Heading, index: int, repaired: Repaired
) -> tuple[PolicyDate | None, str | None]:
    """Reduce a date to the parts that lost zeros cannot have changed: a day "1" may be 10."""
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
