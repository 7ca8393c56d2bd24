"""Import PDF documents: the text layer of every page in reading order, and metadata.

Another process (:mod:`policybot.pdf`) opens the file and returns the text of each page with
positions. Here headers and footers are separated, columns and footnotes put in order, and lines
joined into paragraphs. Pages without a usable text layer are recognised (OCR) if an engine is
installed. No date of the file is the policy's; its title property is used only if the first pages
print it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from policybot.corpus.importers.documents import make_draft
from policybot.corpus.importers.documents import printed_title as title_in_text
from policybot.corpus.importers.labels import Statement, read_label_lines
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.pdf.layout import lines_in_order
from policybot.corpus.importers.pdf.margins import Margins, find_margins
from policybot.corpus.importers.pdf.notes import divide_notes, note_text, without_marks
from policybot.corpus.importers.pdf.page import Page, PrintedLine, page_of
from policybot.corpus.importers.pdf.readable import why_unreadable
from policybot.corpus.importers.pdf.recognition import recognise
from policybot.corpus.importers.pdf.text import (
    Paragraph,
    body_size_of,
    mark_headings,
    paragraphs_of,
)
from policybot.corpus.importers.pdf.title import head_in_title, is_printed, printed_title
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.corpus.importers.texts.document import repair_reports, undecided
from policybot.corpus.importers.texts.lines import Join, Line, Repaired, repair_blocks
from policybot.corpus.text.pages import first_words
from policybot.errors import ImportRefusedError
from policybot.model import MachineRead, Policy
from policybot.pdf.opened import read_pages

_EOF = b"%%EOF"
_TAIL_BYTES = 2048
_PICTURED = 0.5
"""A page with this share covered by images, and only header and footer text, is a scan."""

_NO_TITLE = re.compile(
    r"untitled|.*\.(?:docx?|indd|pdf|wpd|rtf|tex)|microsoft word.*", re.IGNORECASE
)
_NAMELESS = "\ufffd"


def read_pdf(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a PDF as one document.

    Raises:
        ImportRefusedError: it is not a PDF, encrypted, truncated, damaged, exceeds the limits, or
            no page has text.
    """
    need("pypdfium2")
    _check_ends(source)
    document = _read(source, options)
    margins = find_margins(document.pages, document.body_size)
    _note_scans(document, margins)
    yield from _recognised(source, options, document)
    if not document.pages:
        raise ImportRefusedError(f"{source.path}: {_no_text(document)}")
    if document.machine_read:
        margins = find_margins(document.pages, document.body_size)
    for number in document.blank:
        yield Report(source.name, 0, "skipped", f"page {number} is blank")
    paragraphs, marks = _paragraphs(document.pages, margins, document.body_size)
    statements, paragraphs = _labels(paragraphs)
    draft, repaired = _draft(source, options, document, margins, paragraphs, statements, marks)
    yield from repair_reports(source, repaired)
    yield draft


def _check_ends(source: SourceFile) -> None:
    with source.path.open("rb") as stream:
        head = stream.read(1024)
        stream.seek(max(0, source.size - _TAIL_BYTES))
        tail = stream.read()
    if b"%PDF-" not in head:
        raise ImportRefusedError(f"{source.path}: is no PDF; it does not begin as one")
    if _EOF not in tail:
        raise ImportRefusedError(
            f"{source.path}: is truncated: the mark at the end of a PDF is missing; get it again"
        )


@dataclass
class _Document:
    """A PDF being read: its pages with text, and the reasons why others have none."""

    count: int = 0
    title: str = ""
    pages: list[Page] = field(default_factory=list)
    pictured: dict[int, float] = field(default_factory=dict)
    blank: list[int] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)
    reviews: dict[int, str] = field(default_factory=dict)
    machine_read: list[MachineRead] = field(default_factory=list)

    @property
    def body_size(self) -> float:
        """The size of most of its letters."""
        return body_size_of((atom.text, atom.size) for page in self.pages for atom in page.atoms)


def _read(source: SourceFile, options: ImportOptions) -> _Document:
    """Read every page, and sort out those without a usable text layer."""
    answers = read_pages(source.path)
    opened = next(answers)
    title = " ".join(opened["title"].split())
    document = _Document(opened["pages"], title if title.isprintable() else "")
    for page in answers:
        number = page["page"]
        if "refused" in page:
            raise ImportRefusedError(f"{source.path}: page {number} {page['refused']}")
        _take(document, number, page)
        if options.progress is not None:
            options.progress(f"pages of {source.path.name}", number, document.count)
    return document


def _take(document: _Document, number: int, answer: dict[str, Any]) -> None:
    if "problem" in answer:
        document.reviews[number] = f"page {number} cannot be read; it is damaged"
        return
    page = page_of(answer)
    if not page.atoms:
        if answer["drawn"] or answer["pictured"]:
            document.unread[number] = "has no text layer"
        else:
            document.blank.append(number)
        return
    text = "\n".join(atom.text for atom in page.atoms)
    why = why_unreadable(text, answer["characters"], answer["nameless"])
    if why is not None:
        document.unread[number] = f"has no usable text layer; {why}"
        return
    if answer["nameless"]:
        document.reviews[number] = (
            f"page {number} has a character of no meaning in its font; □ stands for it"
        )
        page.atoms = [atom._replace(text=atom.text.replace(_NAMELESS, "□")) for atom in page.atoms]
    document.pictured[number] = answer["pictured"]
    document.pages.append(page)


def _note_scans(document: _Document, margins: Margins) -> None:
    """Mark pages that are images with only a stamp or a page number as text as unread."""
    scans = [
        page
        for page in document.pages
        if document.pictured.get(page.number, 0.0) >= _PICTURED
        and len(margins.atoms.get(page.number, ())) == len(page.atoms)
    ]
    for page in scans:
        document.unread[page.number] = "is a picture, with no text but its head and foot"
        document.pages.remove(page)


def _recognised(
    source: SourceFile, options: ImportOptions, document: _Document
) -> Iterator[Report]:
    """Recognise the pages without a text layer, and report which were recognised."""
    if not document.unread:
        return
    recognised = recognise(source.path, sorted(document.unread), options.progress)
    for page in recognised.pages:
        document.unread.pop(page.number)
        if not page.atoms:
            yield Report(source.name, 0, "skipped", f"page {page.number} shows no words")
            continue
        read = MachineRead(page.number, round(page.confidence or 0.0, 2), page.engine)
        document.machine_read.append(read)
        document.pages.append(page)
        document.reviews[page.number] = (
            f"page {page.number} was read by a machine ({read.engine}, "
            f"confidence {read.confidence:.2f}); compare it with its picture"
        )
        yield Report(source.name, 0, "recognised", f"page {page.number}: {read}")
    document.pages.sort(key=lambda page: page.number)
    for number, why in document.unread.items():
        document.reviews[number] = f"page {number} {why}; {recognised.lacking}"


def _no_text(document: _Document) -> str:
    if document.unread:
        review = next(iter(document.reviews[number] for number in document.unread))
        advice = review.rpartition("; ")[2]
        return f"none of its {document.count} pages has a text layer; {advice}"
    if document.reviews:
        return f"none of its {document.count} pages can be read; it is damaged"
    return f"none of its {document.count} pages has any text"


def _draft(
    source: SourceFile,
    options: ImportOptions,
    document: _Document,
    margins: Margins,
    paragraphs: list[Paragraph],
    statements: list[Statement],
    marks: int,
) -> tuple[Policy, Repaired]:
    body = document.body_size
    text = [paragraph for paragraph in paragraphs if not paragraph.is_note]
    named = document.title
    title: Paragraph | None = None
    title_review: str | None = None
    if named and not _NO_TITLE.fullmatch(named) and is_printed(named, text, margins):
        statements.append(Statement("title", named, "Title", "property"))
    elif (looks := printed_title(text, body, margins)) is not None:
        title, title_review = looks
    mark_headings(paragraphs, body, title)
    statements += [
        Statement("fact", words, f"page {edge}", "margin") for edge, words in margins.statements()
    ]
    repaired = _repaired(paragraphs)
    wording = ""
    if title is not None:
        wording = head_in_title(title, margins) or _wording(title, repaired, paragraphs)
    if not wording:
        wording, title_review = title_in_text(repaired.text, options.issuers) or (
            source.path.stem,
            "no title is stated",
        )
    facts = repaired.facts()
    if marks:
        facts.append(f"repaired: {marks} marks of footnotes left out of the text")
    draft = make_draft(
        _cited(source, document, repaired),
        repaired.text,
        statements,
        issuers=options.issuers,
        title=wording,
        title_review=title_review,
        facts=facts,
        reviews=[*(review for _, review in sorted(document.reviews.items())), *undecided(repaired)],
        repairs=tuple(repaired.repairs),
        around="\n".join(words for _, words in margins.statements()),
    )
    return draft, repaired


def _paragraphs(
    pages: Sequence[Page], margins: Margins, body: float
) -> tuple[list[Paragraph], int]:
    """Return a document's paragraphs, footnotes included, and how many marks were left out."""
    divided = {}
    known: set[str] = set()
    for page in pages:
        lines = lines_in_order(page, margins.atoms.get(page.number, set()))
        divided[page.number] = divide_notes(page, lines, body)
        known |= divided[page.number].marks
    left_out = 0
    text_lines: list[PrintedLine] = []
    for notes_of in divided.values():
        for line in notes_of.text:
            text, count = without_marks(line, notes_of.marks | known)
            left_out += count
            text_lines.append(line._replace(text=text))
    paragraphs = paragraphs_of(text_lines, body)
    for number, notes_of in divided.items():
        paragraphs_of_notes = []
        for note in notes_of.notes:
            first = note[0]._replace(text=note_text(note[0]))
            joins: list[Join] = ["paragraph"]
            joins += ["soft"] * (len(note) - 1)
            paragraphs_of_notes.append(Paragraph([first, *note[1:]], joins, is_note=True))
        if paragraphs_of_notes:
            _insert(paragraphs, paragraphs_of_notes, number)
    return paragraphs, left_out


def _insert(paragraphs: list[Paragraph], notes: list[Paragraph], page: int) -> None:
    """Insert a page's footnotes after its last paragraph, or before it if it continues overleaf.

    In this way the footnotes are located on their own page by the pages' first words.
    """
    at = len(paragraphs)
    for place, paragraph in enumerate(paragraphs):
        if not paragraph.is_note and paragraph.lines[-1].page > page:
            at = place
            break
    paragraphs[at:at] = notes


def _labels(paragraphs: list[Paragraph]) -> tuple[list[Statement], list[Paragraph]]:
    """Return the statements of ``label: value`` lines at the beginning, and the remaining text."""
    lines = [line for paragraph in paragraphs for line in paragraph.lines]
    statements, end = read_label_lines([line.text for line in lines[:60]])
    if not statements:
        return [], paragraphs
    rest: list[Paragraph] = []
    for paragraph in paragraphs:
        if end >= len(paragraph.lines):
            end -= len(paragraph.lines)
            continue
        rest.append(
            dataclasses.replace(paragraph, lines=paragraph.lines[end:], joins=paragraph.joins[end:])
        )
        end = 0
    return statements, rest


def _repaired(paragraphs: Sequence[Paragraph]) -> Repaired:
    lines = [
        Line(
            f"{'#' * paragraph.level} {line.text}" if paragraph.level and not at else line.text,
            line.page,
            paragraph.joins[at] if at else "paragraph",
        )
        for paragraph in paragraphs
        for at, line in enumerate(paragraph.lines)
    ]
    return repair_blocks([lines], ligatures=True, places=True)


def _wording(title: Paragraph, repaired: Repaired, paragraphs: Sequence[Paragraph]) -> str:
    """Return a title as in the repaired text."""
    at = next(place for place, paragraph in enumerate(paragraphs) if paragraph is title)
    return " ".join(repaired.paragraphs[at].split()) if at < len(repaired.paragraphs) else ""


def _cited(source: SourceFile, document: _Document, repaired: Repaired) -> Any:  # noqa: ANN401
    count = document.count
    cited = source.cite(f"pages 1-{count}" if count > 1 else "page 1")
    if count > 1:
        cited = dataclasses.replace(cited, pages=first_words(repaired.text, repaired.starts()))
    return dataclasses.replace(cited, machine_read=tuple(document.machine_read))
