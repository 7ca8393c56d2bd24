"""Recognise pages without a usable text layer by OCR, if an engine is installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from policybot.corpus.importers.pdf.page import Page, page_of
from policybot.errors import ImportRefusedError
from policybot.pdf.engines import installed
from policybot.pdf.opened import recognise_pages
from policybot.progress import Progress

ADVICE = "it needs OCR: install Tesseract, or run: pip install 'policybot[ocr]'"
"""The advice for a page that no installed engine can read."""


@dataclass
class Recognised:
    """The recognised pages; ``lacking`` is the reason why others were not."""

    pages: list[Page] = field(default_factory=list)
    lacking: str = ""


def recognise(path: Path, pages: Sequence[int], progress: Progress | None) -> Recognised:
    """Recognise pages of a PDF; if the engine fails, the remaining pages stay unread."""
    if not installed():
        return Recognised(lacking=ADVICE)
    recognised = Recognised(lacking="no engine could read it")
    try:
        for done, answer in enumerate(recognise_pages(path, pages), 1):
            if "problem" not in answer:
                page = page_of(answer)
                page.confidence, page.engine = answer["confidence"], answer["engine"]
                recognised.pages.append(page)
            if progress is not None:
                progress(f"recognised pages of {path.name}", done, len(pages))
    except ImportRefusedError as error:
        recognised.lacking = f"reading it was given up: {str(error).removeprefix(f'{path}: ')}"
    return recognised
