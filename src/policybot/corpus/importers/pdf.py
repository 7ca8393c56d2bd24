"""PDF documents: the text layer of every page, and which pages have none.

Lines are made paragraphs by the rules of :mod:`policybot.corpus.importers.lines`. Page numbers,
running heads and everything else a page prints stay where they are. No date of the file is the
policy's; its title is believed only where the first page prints it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from policybot.corpus.importers.documents import first_line, make_draft
from policybot.corpus.importers.labels import Statement, read_label_lines
from policybot.corpus.importers.lines import Line, repair_blocks
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.result import Report
from policybot.corpus.importers.source import ImportOptions, SourceFile
from policybot.corpus.importers.text import repair_reports, undecided
from policybot.corpus.pages import first_words
from policybot.errors import ImportRefusedError
from policybot.model import Policy

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 5000
MAX_PAGE_BYTES = 16 << 20
"""Of a page's drawing instructions, unpacked; reading them takes thirty times as much memory."""

MAX_OPERATIONS = 1_000_000
"""Drawing instructions of one page, those of the forms it draws included."""

_MOST_NAMELESS = 0.01
_NAMELESS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")
_EOF = b"%%EOF"
_TAIL_BYTES = 2048


def read_pdf(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a PDF as one document.

    Raises:
        ImportRefusedError: it is no PDF, encrypted, truncated, damaged or too large unpacked, or no
            page of it has text.
    """
    need("pypdf")
    data = source.path.read_bytes()
    if b"%PDF-" not in data[:1024]:
        raise ImportRefusedError(f"{source.path}: is no PDF; it does not begin as one")
    if _EOF not in data[-_TAIL_BYTES:]:
        raise ImportRefusedError(
            f"{source.path}: is truncated: the mark at the end of a PDF is missing; get it again"
        )
    with _warnings() as said, _refusing(source):
        reader = _open(source, data)
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise ImportRefusedError(
                f"{source.path}: has {count} pages; at most {MAX_PAGES} are read; divide it"
            )
        pages = [_Page(number, page) for number, page in enumerate(reader.pages, 1)]
        texts: list[str] = []
        for page in pages:
            texts.append(page.text(source))
            if options.progress is not None:
                options.progress(f"pages of {source.path.name}", page.number, count)
        named = _title_property(reader)
    for message in dict.fromkeys(said):
        yield Report(source.name, 0, "unresolved", f"the PDF is damaged in places: {message}")
    if not any(text.strip() for text in texts):
        raise ImportRefusedError(
            f"{source.path}: none of its {count} pages has a text layer; it needs OCR first"
        )
    for page in pages:
        if page.is_blank:
            yield Report(source.name, 0, "skipped", f"page {page.number} is blank")
    first = next(text for text in texts if text.strip()).split("\n")
    statements, end = read_label_lines(first)
    lines = [
        Line(line, page.number)
        for page, text in zip(pages, texts, strict=True)
        for line in text.split("\n")
    ]
    skipped = next(at for at, line in enumerate(lines) if line.text.strip())
    repaired = repair_blocks([lines[skipped + end :]], ligatures=True, places=True)
    yield from repair_reports(source, repaired)
    if named and _letters(named) in _letters("".join(first)):
        statements.append(Statement("title", named, "Title", "property"))
    title, review = first_line(repaired.text) or (source.path.stem, "no title is stated")
    cited = source.cite(f"pages 1-{count}" if count > 1 else "page 1")
    if count > 1:
        cited = dataclasses.replace(cited, pages=first_words(repaired.text, repaired.starts()))
    yield make_draft(
        cited,
        repaired.text,
        statements,
        issuers=options.issuers,
        title=title,
        title_review=review,
        facts=repaired.facts(),
        reviews=[*(review for page in pages for review in page.reviews), *undecided(repaired)],
        repairs=tuple(repaired.repairs),
    )


class _Page:
    """One page, its text, and what a person must know of it."""

    def __init__(self, number: int, page: PageObject) -> None:
        self.number = number
        self.page = page
        self.is_blank = False
        self.reviews: list[str] = []

    def text(self, source: SourceFile) -> str:
        """Return the page's text layer; an empty text when it has none that can be used."""
        size = self._size()
        if size > MAX_PAGE_BYTES:
            raise ImportRefusedError(
                f"{source.path}: page {self.number} unpacks to {size / 1e6:,.1f} MB; at most "
                f"{MAX_PAGE_BYTES / 1e6:,.1f} MB are read"
            )
        done = 0

        def count(*_: Any) -> None:  # noqa: ANN401 - pypdf passes what it draws
            nonlocal done
            done += 1
            if done > MAX_OPERATIONS:
                raise ValueError  # out of the forms it happens in; pypdf goes on after them

        text = ""
        try:
            text = self.page.extract_text(visitor_operand_before=count).replace("\u00a0", " ")
        except ValueError:
            if done <= MAX_OPERATIONS:
                raise
        if done > MAX_OPERATIONS:
            raise ImportRefusedError(
                f"{source.path}: page {self.number} draws more than {MAX_OPERATIONS:,} things"
            )
        printed = re.sub(r"\s", "", text)
        if not printed:
            self.is_blank = not self._shows_anything(size)
            if not self.is_blank:
                self.reviews.append(f"page {self.number} has no text layer; it needs OCR")
            return ""
        nameless = len(_NAMELESS.findall(text))
        if nameless > _MOST_NAMELESS * len(printed) and nameless > 1:
            self.reviews.append(
                f"page {self.number} has no usable text layer; {nameless} of its {len(printed)} "
                "characters have no meaning in its fonts; it needs OCR"
            )
            return ""
        if nameless:
            self.reviews.append(
                f"page {self.number} has a character of no meaning in its font; □ stands for it"
            )
        return _NAMELESS.sub("□", text)

    def _size(self) -> int:
        contents = self.page.get_contents()
        return len(contents.get_data()) if contents is not None else 0

    def _shows_anything(self, size: int) -> bool:
        return size > 0 and bool(
            re.search(rb"\b(?:Do|f|F|B|S|sh|EI|Tj|TJ)\b", self.page.get_contents().get_data())  # type: ignore[union-attr]
        )


def _open(source: SourceFile, data: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("") != PasswordType.NOT_DECRYPTED
        except (DependencyError, NotImplementedError):
            opened = False
        if not opened:
            raise ImportRefusedError(
                f"{source.path}: is encrypted; save a copy without its password"
            )
    return reader


@contextlib.contextmanager
def _refusing(source: SourceFile) -> Iterator[None]:
    """Turn whatever a damaged file makes the parser raise into a refusal."""
    from pypdf.errors import LimitReachedError

    try:
        yield
    except ImportRefusedError:
        raise
    except LimitReachedError as error:
        raise ImportRefusedError(
            f"{source.path}: unpacks to more than is safe to read ({error})"
        ) from None
    except RecursionError:
        raise ImportRefusedError(f"{source.path}: is damaged: its parts hold each other") from None
    except Exception as error:  # noqa: BLE001 - pypdf raises every kind of error on broken files
        what = " ".join(str(error).split())[:120] or type(error).__name__
        raise ImportRefusedError(f"{source.path}: is a damaged PDF: {what}") from None


@contextlib.contextmanager
def _warnings() -> Iterator[list[str]]:
    """Gather what pypdf logs, instead of printing it."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(" ".join(record.getMessage().split())[:160])

    logger, listener = logging.getLogger("pypdf"), Listener()
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(listener)
    try:
        yield said
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates


def _title_property(reader: PdfReader) -> str | None:
    title = reader.metadata.title if reader.metadata is not None else None
    return " ".join(title.split()) if title and not _NAMELESS.search(title) else None


def _letters(text: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text).casefold())
