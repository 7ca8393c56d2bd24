"""Formex, the markup of the Official Journal of the European Union (version 4 and later)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.legislation.dialect import Dialect, names
from policybot.corpus.importers.legislation.safe import name_of
from policybot.corpus.importers.legislation.stated import (
    all_of,
    as_printed,
    children,
    first,
    language,
    state,
    state_date,
    words_of,
)

if TYPE_CHECKING:
    from lxml.etree import _Element


def _quote(element: _Element) -> str:
    """Return the quotation mark for an element's code point."""
    code = element.get("CODE", "")
    return chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{2,5}", code) else '"'


FORMEX = Dialect(
    "Formex",
    drop=names(
        "BIB.INSTANCE BIB.DATA BIB.OJ BIB.VOLUME INFO.CONSLEG INFO.PROD FAM.COMP FAM.COMP.CL TOC "
        "INCL.ELEMENT DOC.MAIN.PUB ITEM.VOLUME LG.DOC EEA"
    ),
    divisions=names("DIVISION GR.SEQ ANNEX CONS.ANNEX GR.ANNOTATION"),
    provisions=names("ARTICLE"),
    units=names("PARAG NP SUBDIV POINT"),
    numbers=names("TI.ART NO.PARAG NO.P"),
    headings=names("STI.ART TITLE"),
    heads=names("TI STI GR.CONSID.INIT.TI"),
    apart=names("CONSID VISA"),
    paragraphs=names(
        "P TXT ALINEA PREAMBLE.INIT GR.CONSID.INIT PREAMBLE.FINAL FINAL SIGNATURE SIGNATORY "
        "PL.DATE GR.VISA GR.CONSID ENACTING.TERMS PREAMBLE CONTENTS INTRO DEFINITION TERM COMMENT "
        "LEGEND CONS.DOC.TYPE"
    ),
    lists=names("LIST DLIST"),
    items=names("ITEM DLIST.ITEM"),
    quotes=names("QUOT.S ACT.GEN"),
    notes=names("NOTE"),
    tables=names("TBL"),
    rows=names("ROW"),
    cells=names("CELL"),
    characters={"QUOT.START": _quote, "QUOT.END": _quote},
)

ROOTS = names(
    "ACT CONS.ACT ANNEX CONS.ANNEX GENERAL AGR DECISION OPINION LETTER PROPOSAL COMMUNIC CORR "
    "REPORT CASE CONCLUSION JUDGMENT ORDER PRBI.GEN"
)
_INTO_FORCE = re.compile(r"\benters?\s+into\s+force\s+on\s*$")
_IN_PARENTHESES = re.compile(r"[(（][^()（）]*[)）]")
_NUMBER = re.compile(
    r"(?:\([A-Z][A-Z, ]*\)\s*)?(?:No\s+)?[0-9]+/[0-9]+(?:/[A-Z]+(?:\([0-9]+\))?)?"
    r"(?:\s*\([A-Z][A-Z, ]*\))?"
)


def documents(root: _Element) -> list[_Element]:
    """Return the elements with text: all but the document's title."""
    return [
        element for element in root if isinstance(element.tag, str) and name_of(element) != "TITLE"
    ]


def statements(root: _Element) -> Iterator[Statement]:
    """Yield the statements of the title, the bibliographic data and the signature."""
    title = next(children(root, "TITLE"), None)
    title = next(all_of(root, "TITLE"), None) if title is None else title
    parts = []
    if title is not None:
        parts = [words_of(element) for element in all_of(title, "P")] or [words_of(title)]
    while len(parts) > 1 and _IN_PARENTHESES.fullmatch(parts[-1]):
        yield from state("fact", parts.pop(), "TITLE")  # (Text with EEA relevance)
    whole = " ".join(parts)
    yield from state("title", whole, "TITLE")
    bibliography = next(all_of(root, "BIB.INSTANCE", "BIB.DATA", "INFO.CONSLEG"), None)
    signature = next(all_of(root, "FINAL"), None)
    signed = next(all_of(signature, "PL.DATE"), None) if signature is not None else None
    for place in (title, signed, bibliography):
        for element in () if place is None else all_of(place, "DATE"):
            yield from state_date("date", element.get("ISO"), f"{name_of(place)} DATE")
            break
    yield from _number(whole, bibliography)
    yield from _issuers(root, whole)
    yield from _effective(root)
    for element in () if bibliography is None else all_of(bibliography, "LG.DOC"):
        yield from state("language", language(words_of(element)), "LG.DOC")
        break


def _number(title: str, bibliography: _Element | None) -> Iterator[Statement]:
    document = None if bibliography is None else first(bibliography, "NO.DOC")
    current = words_of(None if document is None else first(document, "NO.CURRENT"))
    year = words_of(None if document is None else first(document, "YEAR"))
    body = words_of(None if document is None else first(document, "COM"))
    for match in _NUMBER.finditer(title):
        if not current or current in re.findall(r"[0-9]+", match.group()):
            yield from state("number", match.group(), "TITLE")
            return
    if current and year:
        first_year = document is not None and document.get("FORMAT") == "YN"
        number = f"{year}/{current}" if first_year else f"{current}/{year}"
        yield from state("number", f"({body}) {number}" if body else number, "NO.DOC")


def _issuers(root: _Element, title: str) -> Iterator[Statement]:
    """Yield the bodies at the beginning of the preamble; English lists are split."""
    opening = words_of(next(all_of(root, "PREAMBLE.INIT"), None)).strip(" ,:—–-")
    if not opening:
        return
    text = f"{title} {words_of(root)}"
    for name in re.split(r"\s+AND(?:\s+THE)?\s+", re.sub(r"^THE\s+", "", opening)):
        yield from state("issuer", as_printed(name, text), "PREAMBLE.INIT")


def _effective(root: _Element) -> Iterator[Statement]:
    """Yield the date of entry into force that an article states."""
    for element in all_of(root, "DATE"):
        parent = element.getparent()
        if parent is None or not any(name_of(up) == "ARTICLE" for up in element.iterancestors()):
            continue
        previous = element.getprevious()
        before = (parent.text if previous is None else previous.tail) or ""
        if _INTO_FORCE.search(before):
            yield from state_date("effective", element.get("ISO"), "ARTICLE DATE")
            return
