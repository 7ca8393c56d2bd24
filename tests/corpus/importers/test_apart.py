"""Hostile formats are read in a process of their own, which may do no harm."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policybot.corpus.importers.pipeline import apart
from policybot.corpus.importers.pipeline.apart import read_apart, read_kind
from policybot.corpus.importers.pipeline.kinds import KINDS
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, Kind, Read, SourceFile
from policybot.errors import ConfigError, ImportRefusedError
from policybot.model import Policy, PolicyDate, Repair, Source

SOURCE = SourceFile(Path("a.xml"), "a.xml", 1, "0" * 64)
DRAFT = Policy(
    "a", "A plan", "Ships keep left.", issuers=("Harbour Board",), date=PolicyDate(2020, 3),
    source=Source("a.xml", "0" * 64, "1-3", pages=((1, "Ships"),)),
    repairs=(Repair("a", "b", 1),), evidence={"date": "head: “March 2020”"},
)  # fmt: skip


def reading(*items: object) -> Read:
    def read(source: SourceFile, options: ImportOptions) -> Iterator[Any]:
        if options.progress is not None:
            options.progress("a.xml", 1, 2)
        for item in items:
            if isinstance(item, Exception):
                raise item
            yield item() if callable(item) else item

    return read


def test_what_is_read_arrives_as_it_was() -> None:
    report = Report("a.xml", 1, "skipped", "a line")
    told: list[tuple[str, int, int]] = []
    options = ImportOptions(progress=lambda *words: told.append(words))
    assert list(read_apart(reading(DRAFT, report), SOURCE, options)) == [DRAFT, report]
    assert told == [("a.xml", 1, 2)]


def test_it_is_read_in_another_process_where_its_kind_is_hostile() -> None:
    read = reading(lambda: Report("a.xml", os.getpid(), "skipped", ""))
    for hostile in (True, False):
        kind = Kind("XML", (".xml",), read, 1, hostile=hostile)
        (report,) = read_kind(kind, SOURCE, ImportOptions())
        assert isinstance(report, Report)
        assert (report.line == os.getpid()) is not hostile


def test_packages_pages_and_mails_are_hostile() -> None:
    hostile = {suffix for kind in KINDS if kind.hostile for suffix in kind.suffixes}
    assert hostile > {".xml", ".docx", ".odt", ".rtf", ".pptx", ".epub", ".eml", ".zip", ".html"}
    assert ".xlsx" in hostile


@pytest.mark.parametrize("error", [ImportRefusedError("a.xml: no"), ConfigError("no")])
def test_refusals_arrive(error: Exception) -> None:
    with pytest.raises(type(error), match=str(error)):
        list(read_apart(reading(error), SOURCE, ImportOptions()))


def test_a_reader_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless() -> None:
        while True:
            pass

    monkeypatch.setattr(apart, "MAX_SECONDS", 0.2)
    with pytest.raises(ImportRefusedError, match=r"a\.xml: takes more than 0 s of processor time"):
        list(read_apart(reading(endless), SOURCE, ImportOptions()))


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MAX_MEMORY", 64 << 20)
    with pytest.raises(ImportRefusedError, match=r"a\.xml: needs more than 0\.1 GB of memory"):
        list(read_apart(reading(lambda: bytes(1 << 30)), SOURCE, ImportOptions()))


def test_a_crash_is_one_line_and_ends_nothing_else() -> None:
    def crash() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ImportRefusedError, match=r"ends the process that reads it \(SIGKILL\)"):
        list(read_apart(reading(crash), SOURCE, ImportOptions()))


def test_nothing_but_drafts_and_reports_is_taken() -> None:
    with pytest.raises(ImportRefusedError, match=r"cannot be read: .* is not an accepted class"):
        list(read_apart(reading(Path("/etc")), SOURCE, ImportOptions()))


def test_who_stops_reading_leaves_no_process() -> None:
    first = reading(lambda: Report("a.xml", os.getpid(), "skipped", ""), *[DRAFT] * 100_000)
    given = read_apart(first, SOURCE, ImportOptions())
    report = next(given)
    given.close()  # type: ignore[attr-defined]
    assert isinstance(report, Report)
    with pytest.raises(ProcessLookupError):
        os.kill(report.line, 0)
