"""Import an XML file: detect its format, parse its metadata, convert its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policybot.corpus.importers import feeds
from policybot.corpus.importers.assemble import letters
from policybot.corpus.importers.documents import first_line, make_draft
from policybot.corpus.importers.html.document import read_html
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.legislation import akn, clml, federal_register, formex, uslm
from policybot.corpus.importers.legislation.dialect import Dialect
from policybot.corpus.importers.legislation.safe import name_of, parse_xml
from policybot.corpus.importers.legislation.writer import Written, write_markdown
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLE_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class _Format:
    """The functions that read a format: dialect, documents, text elements, statements, facts."""

    dialect: Dialect
    statements: Callable[[_Element], Iterable[Statement]]
    text_of: Callable[[_Element], list[_Element]]
    parts: Callable[[_Element], list[_Element]] = lambda root: [root]
    facts: Callable[[_Element], list[str]] = lambda _: []


def _all(root: _Element) -> list[_Element]:
    return [child for child in root if isinstance(child.tag, str)]


_AKN = _Format(akn.AKN, akn.statements, akn.documents)
_USLM = _Format(uslm.USLM, uslm.statements, uslm.documents)
_BILL = _Format(uslm.BILL, uslm.bill_statements, uslm.documents)
_CLML = _Format(clml.CLML, clml.statements, clml.documents)
_FORMEX = _Format(formex.FORMEX, formex.statements, formex.documents)
_REGISTER = _Format(
    federal_register.FEDERAL_REGISTER,
    federal_register.statements,
    federal_register.documents,
    federal_register.parts,
    federal_register.facts,
)
_ECFR = _Format(federal_register.ECFR, federal_register.ecfr_statements, _all)

KNOWN = "Akoma Ntoso, USLM, bills of Congress, CLML, Formex, Federal Register, eCFR"


def read_xml(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read legislation in XML; an issue of the Federal Register gives one draft per document.

    A feed gives one draft per entry, and XHTML is read as a web page.

    Raises:
        ImportRefusedError: it is not XML, not in a known format, or has no text.
    """
    need("lxml")
    data = source.path.read_bytes()
    root = parse_xml(source.path, data)
    if name_of(root) in feeds.ROOTS:
        yield from feeds.read_feed(source, options, root)
        return
    if name_of(root) == "html":
        yield from read_html(source, options)
        return
    form = _format(root)
    if form is None:
        raise ImportRefusedError(
            f"{source.path}: its root element is <{name_of(root)}>, which is no format of "
            f"legislation that is read here; known: {KNOWN}"
        )
    yield Report(source.name, 0, "read as", form.dialect.name)
    documents = form.parts(root)
    if not documents:
        raise ImportRefusedError(f"{source.path}: holds no document")
    end = data.rstrip().count(b"\n") + 1
    for number, document in enumerate(documents, 1):
        place = f"1-{end}" if len(documents) == 1 else f"document {number}"
        yield from _draft(source, options, form, document, place)


def _draft(
    source: SourceFile, options: ImportOptions, form: _Format, document: _Element, place: str
) -> Iterator[Policy | Report]:
    stated = list(form.statements(document))
    try:
        written = write_markdown(form.text_of(document), form.dialect)
    except RecursionError:
        raise ImportRefusedError(f"{source.path}: is nested too deeply") from None
    title = next((statement.value for statement in stated if statement.key == "title"), "")
    blocks = _without_title(written, title)
    body = "\n\n".join(blocks)
    if not body.strip():
        if place.startswith("document"):
            yield Report(source.name, 0, "skipped", f"{place} holds no text")
            return
        raise ImportRefusedError(f"{source.path}: holds no text")
    for name, count in written.left_out.items():
        if count:
            yield Report(source.name, 0, "left out", f"<{name}>: {count} characters")
    reviews = []
    if written.lost:
        reviews.append(f"characters of the source are not in the text; {written.lost} of them")
    named, review = first_line(body) or (source.path.stem, "no title is stated")
    yield make_draft(
        source.cite(place),
        body,
        stated,
        issuers=options.issuers,
        title=named,
        title_review=review,
        facts=[f"format: {form.dialect.name}", *form.facts(document)],
        reviews=reviews,
    )


def _format(root: _Element) -> _Format | None:
    """Return the format, from the root element and its namespace; None if unknown."""
    name = name_of(root)
    space = (
        root.tag[1:].partition("}")[0] if isinstance(root.tag, str) and root.tag[0] == "{" else ""
    )
    if name == "akomaNtoso":
        return _AKN
    if "schemas.gpo.gov/xml/uslm" in space or "xml.house.gov/schemas/uslm" in space:
        return _USLM
    if name == "Legislation" and "legislation.gov.uk" in space:
        return _CLML
    if space:
        return None
    if name in {"bill", "resolution", "amendment-doc"}:
        return _BILL
    if name in formex.ROOTS:
        return _FORMEX
    if name in federal_register.KINDS or name in {"FEDREG", "RULES", "NOTICES", "PRORULES"}:
        return _REGISTER
    if name in {"ECFR", "DLPSTEXTCLASS"} or re.fullmatch(r"DIV[1-9]", name):
        return _ECFR
    return None


def _without_title(written: Written, title: str) -> list[str]:
    """Return the blocks without those at the beginning that only repeat the title."""
    plain = letters(title)
    blocks = written.blocks
    if not plain:
        return blocks
    head = [block for block in blocks[:_TITLE_BLOCKS] if letters(block) != plain]
    return [*head, *blocks[_TITLE_BLOCKS:]]
