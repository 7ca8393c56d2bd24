"""Pages that only show their text, read by optical character recognition where it is installed."""

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
"""What is said of a page that nothing here can read."""


@dataclass
class Recognised:
    """The pages that were read; ``lacking`` says what there must be to read any."""

    pages: list[Page] = field(default_factory=list)
    lacking: str = ""


def recognise(path: Path, pages: Sequence[int], progress: Progress | None) -> Recognised:
    """Read pages of a PDF from their pictures; what stops an engine leaves the rest unread."""
    if not installed():
        return Recognised(lacking=ADVICE)
    found = Recognised(lacking="no engine could read it")
    try:
        for done, told in enumerate(recognise_pages(path, pages), 1):
            if "problem" not in told:
                page = page_of(told)
                page.confidence, page.engine = told["confidence"], told["engine"]
                found.pages.append(page)
            if progress is not None:
                progress(f"recognised pages of {path.name}", done, len(pages))
    except ImportRefusedError as error:
        found.lacking = f"reading it was given up: {str(error).removeprefix(f'{path}: ')}"
    return found
