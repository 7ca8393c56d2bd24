"""United States Legislative Markup, and the bills of Congress in the markup before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policybot.corpus.importers.labels import Key, Statement
from policybot.corpus.importers.legislation.dialect import Dialect, names
from policybot.corpus.importers.legislation.safe import name_of
from policybot.corpus.importers.legislation.stated import (
    all_of,
    children,
    dates_in,
    first,
    language,
    state,
    state_date,
    words_of,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

USLM = Dialect(
    "USLM",
    drop=names(
        "meta toc page slugLine distributionCode endMarker starsEllipsis editionNote "
        "printingHistory calendarNumber coverPage frontMatter img"
    ),
    divisions=names(
        "title subtitle chapter subchapter part subpart division subdivision article subarticle "
        "appendix compiledAct courtRules reorganizationPlan schedule preliminary component "
        "supplementaryInformation background crossHeading tblock"
    ),
    provisions=names("section courtRule reorganizationPlan"),
    units=names(
        "subsection paragraph subparagraph clause subclause item subitem subsubitem level "
        "instruction regulatoryText"
    ),
    numbers=names("num"),
    headings=names("heading subheading"),
    heads=names("crossheading centerHeading"),
    leads=names("chapeau intro"),
    tails=names("continuation"),
    paragraphs=names(
        "content p longTitle officialTitle enactingFormula resolvingClause recital preamble text "
        "docTitle action actionDescription note notes sourceCredit statutoryNote editorialNote "
        "signature signatures attestation legislativeHistory footnoteBlock preface block elided "
        "proviso effectiveDateNote agencyName subject summary dates addresses furtherInfo"
    ),
    lists=names("list ul ol"),
    items=names("listItem li"),
    quotes=names("quotedContent quotedText"),
    notes=names("footnote sidenote"),
    tables=names("table layout"),
    rows=names("tr row header"),
    cells=names("td th column"),
    spaces=names("page"),
)

BILL = Dialect(
    "bills of Congress",
    drop=names(
        "metadata dublinCore congress session legis-num current-chamber toc pagebreak "
        "distribution-code bill-stage legis-num-line calendar editorial"
    ),
    divisions=names(
        "title subtitle chapter subchapter part subpart division subdivision appendix "
        "constitution-article"
    ),
    provisions=names("section"),
    units=names("subsection paragraph subparagraph clause subclause item subitem"),
    numbers=names("enum"),
    headings=names("header"),
    tails=names("continuation-text"),
    paragraphs=names(
        "text form associated-doc action action-date "
        "action-desc legis-type official-title official-title-amendment whereas resolution-body "
        "attestation attestation-group attestation-date attestor role enrolled-dateline proviso "
        "endorsement signature"
    ),
    lists=names("list"),
    items=names("list-item"),
    quotes=names("quoted-block quoted-block-continuation-text"),
    notes=names("footnote"),
    rows=names("row tr"),
    cells=names("entry td th"),
    spaces=names("pagebreak linebreak"),
)

_STATED = names(
    "congress session dc:type docNumber dc:title currentChamber dc:creator dc:publisher dc:date "
    "docPublicationName volume issue citableAs publicPrivate organizationNote"
)
_APPROVED = re.compile(r"\b(?:approved|became law)\b", re.IGNORECASE)


def documents(root: _Element) -> list[_Element]:
    """Return the elements with text, without the metadata in the preface."""
    elements: list[_Element] = []
    for element in root:
        if name_of(element) == "preface":
            elements += [child for child in element if name_of(child) not in _STATED]
        elif isinstance(element.tag, str):
            elements.append(element)
    return elements


def statements(root: _Element) -> Iterator[Statement]:
    """Yield the statements of the preface and the metadata, without processing dates."""
    meta = next(children(root, "meta"), None)
    preface = next(children(root, "preface"), None)
    main = next(children(root, "main"), None)
    named = name_of(root)
    for place in (main, root):
        if place is not None and named not in {"uscDoc", "statuteCompilation", "cfrDoc"}:
            official = first(place, "longTitle", "officialTitle")
            yield from state("title", words_of(official), "officialTitle")
    for place in (preface, meta):
        if place is not None and named != "uscDoc":
            yield from state("title", words_of(next(children(place, "dc:title"), None)), "dc:title")
    yield from state(
        "title", words_of(None if preface is None else first(preface, "subject")), "subject"
    )
    if named == "uscDoc" and main is not None:
        title = next(children(main, "title", "appendix"), None)
        parts = [words_of(element) for element in children(title, "num", "heading")]
        yield from state("title", "".join(parts), "title")
    if meta is not None:
        yield from state("title", words_of(next(children(meta, "dc:title"), None)), "dc:title")
    yield from _dates(meta, preface, main)
    yield from _numbers(named, meta, preface)
    yield from _issuers(named, meta, preface)
    if meta is not None:
        spoken = words_of(next(children(meta, "dc:language"), None))
        yield from state("language", language(spoken), "dc:language")
        for name in ("docStage", "dc:publisher"):
            yield from state("fact", words_of(next(children(meta, name), None)), name)
        for element in children(meta, "citableAs"):
            yield from state("fact", words_of(element), "citableAs")


def _dates(
    meta: _Element | None, preface: _Element | None, main: _Element | None
) -> Iterator[Statement]:
    for place in (preface, meta):
        for element in () if place is None else all_of(place, "approvedDate", "publishedDate"):
            key: Key = "date" if name_of(element) == "approvedDate" else "published"
            yield from state_date(key, element.get("date") or words_of(element), name_of(element))
    for element in () if main is None else all_of(main, "action"):
        text = words_of(element)
        if _APPROVED.search(text):
            dated = [date.get("date") for date in all_of(element, "date") if date.get("date")]
            dated += [str(day.date) for day in dates_in(text)]
            yield from state_date("date", dated[0] if dated else None, "action")
            break
    acted = [
        date.get("date")
        for element in (() if preface is None else all_of(preface, "action"))
        for date in all_of(element, "date")
        if date.get("date")
    ]
    yield from state_date("date", acted[-1] if acted else None, "action")
    for element in children(meta, "dc:date"):
        yield from state_date("date", words_of(element), "dc:date")


def _numbers(named: str, meta: _Element | None, preface: _Element | None) -> Iterator[Statement]:
    if preface is not None:
        kind = words_of(next(children(preface, "dc:type"), None))
        number = words_of(next(children(preface, "docNumber"), None))
        yield from state("number", f"{kind} {number}" if number else "", "docNumber")
    for element in children(meta, "citableAs"):
        yield from state("number", words_of(element), "citableAs")
        return
    if named != "uscDoc":  # there it is the number of a title of the Code
        number = words_of(next(children(meta, "docNumber"), None))
        yield from state("number", number, "docNumber")


def _issuers(named: str, meta: _Element | None, preface: _Element | None) -> Iterator[Statement]:
    agencies = (
        [] if preface is None else [words_of(element) for element in all_of(preface, "agency")]
    )
    for value in agencies:
        yield from state("issuer", value, "agency")
    if agencies:
        return
    if named in {"bill", "resolution", "amendment", "engrossedAmendment"}:
        for element in children(meta, "dc:creator"):
            yield from state("issuer", words_of(element), "dc:creator")
    elif named in {"pLaw", "statute", "statutesAtLarge"} and preface is not None:
        yield from state("issuer", words_of(next(children(preface, "congress"), None)), "congress")


def bill_statements(root: _Element) -> Iterator[Statement]:
    """Yield the statements of the form of a bill in the older markup."""
    form = next(all_of(root, "form", "engrossed-amendment-form"), None)
    if form is not None:
        yield from state("title", words_of(first(form, "official-title")), "official-title")
    yield from state("title", words_of(next(all_of(root, "dc:title"), None)), "dc:title")
    if form is not None:
        yield from state("number", words_of(first(form, "legis-num")), "legis-num")
        acted = [
            element.get("date")
            or next((str(date.date) for date in dates_in(words_of(element))), "")
            for element in all_of(form, "action-date", "enrolled-dateline")
        ]
        acted = [day for day in acted if day]
        yield from state_date("date", acted[-1] if acted else None, "action-date")
        chamber = words_of(first(form, "current-chamber"))
        chamber = re.sub(r"^in the\s+", "", chamber, flags=re.IGNORECASE)
        for word in ("House of Representatives", "Senate of the United States", "Senate"):
            if word.casefold() in chamber.casefold():
                yield from state("issuer", word, "current-chamber")
                break
    yield from state("fact", words_of(next(all_of(root, "dc:publisher"), None)), "dc:publisher")
    for element in all_of(root, "dc:language"):
        yield from state("language", language(words_of(element)), "dc:language")
        break
