"""Akoma Ntoso (OASIS LegalDocML 1.0, and its drafts 2.0 and 3.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policybot.corpus.files.sound import is_url
from policybot.corpus.importers.labels import Key, Statement
from policybot.corpus.importers.legislation.clml import uk_metadata
from policybot.corpus.importers.legislation.dialect import Dialect, names
from policybot.corpus.importers.legislation.safe import name_of
from policybot.corpus.importers.legislation.stated import (
    all_of,
    children,
    first,
    language,
    state,
    state_date,
    words_of,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

AKN = Dialect(
    "Akoma Ntoso",
    drop=names("meta toc coverPage componentInfo"),
    divisions=names(
        "book tome part subpart title subtitle chapter subchapter division subdivision attachment "
        "component tblock debateSection hcontainer administrationOfOath background introduction "
        "motivation decision remedies arguments"
    ),
    provisions=names("section article rule"),
    units=names(
        "subsection paragraph subparagraph clause subclause point indent alinea subrule proviso "
        "transitional level"
    ),
    apart=names("recital citation"),
    numbers=names("num"),
    headings=names("heading subheading"),
    heads=names("crossHeading"),
    leads=names("intro listIntroduction"),
    tails=names("wrapUp listWrapUp"),
    paragraphs=names(
        "p block content longTitle formula container preface preamble conclusions signature "
        "recitals citations blockContainer foreign speech from caption"
    ),
    lists=names("list sublist blockList ul ol"),
    items=names("item li"),
    quotes=names("quotedStructure embeddedStructure"),
    notes=names("authorialNote"),
    spaces=names("eol eop"),
)

_OTHER_DATES: tuple[tuple[str, Key], ...] = (
    (r"force|commence|effect|applica", "effective"),
    (r"expir|end|repeal|noLonger", "expires"),
    (r"publi|gazett", "published"),
)
_FORCE = re.compile(r"(?:enter|entry|come|coming)?in(?:to|_)?force|commence", re.IGNORECASE)
_NOT_ORIGINAL = re.compile(r"laid|assent(?:ed)?To|amend|consolid|version", re.IGNORECASE)


def documents(root: _Element) -> list[_Element]:
    """Return the elements with text of the document in a file."""
    return [element for element in root if isinstance(element.tag, str)]


def statements(root: _Element) -> Iterator[Statement]:
    """Yield the statements of the identification, the preface and national metadata."""
    work = first(root, "FRBRWork")
    preface = next(all_of(root, "preface"), None)
    cover = next(all_of(root, "coverPage"), None)
    yield from _titles(root, work, preface, cover)
    yield from _dates(work, preface)
    for life in all_of(root, "lifecycle"):
        for event in children(life, "eventRef"):
            named = f"{event.get('refersTo', '')} {event.get('type', '')}"
            if _FORCE.search(named.replace("-", "")):
                yield from state_date("effective", event.get("date"), "eventRef")
        break
    publication = next(all_of(root, "publication"), None)
    if publication is not None:
        yield from state_date("published", publication.get("date"), "publication")
    yield from _numbers(work, preface)
    yield from uk_metadata(root)
    yield from _authors(root, work, preface)
    spoken = first(root, "FRBRExpression", "FRBRlanguage")
    if spoken is not None:
        yield from state("language", language(spoken.get("language", "")), "FRBRlanguage")
    for this in () if work is None else all_of(work, "FRBRuri", "FRBRthis"):
        if is_url(this.get("value", "")):
            yield from state("url", this.get("value"), name_of(this))


def _titles(
    root: _Element, work: _Element | None, preface: _Element | None, cover: _Element | None
) -> Iterator[Statement]:
    for place in (preface, cover):
        if place is not None:
            titles = [words_of(element) for element in all_of(place, "docTitle")]
            yield from state("title", " ".join(dict.fromkeys(titles)), "docTitle")
    for place in (cover, preface):
        if place is not None:
            yield from state("title", words_of(first(place, "shortTitle")), "shortTitle")
    for alias in () if work is None else all_of(work, "FRBRalias"):
        named = alias.get("value", "").casefold() != "untitled"
        if named and "title" in alias.get("name", "").casefold():
            yield from state("title", alias.get("value"), "FRBRalias")
    yield from state("title", words_of(next(all_of(root, "dc:title"), None)), "dc:title")
    spoken = first(root, "FRBRExpression", "FRBRlanguage")
    code = language(spoken.get("language", "")) if spoken is not None else ""
    candidates = [] if work is None else list(all_of(work, "FRBRname"))
    in_language = [
        element
        for element in candidates
        if language(element.get("{http://www.w3.org/XML/1998/namespace}lang", "")) == code
    ]
    for element in in_language or candidates:
        if " " in element.get("value", "").strip():
            yield from state("title", element.get("value"), "FRBRname")
    if preface is not None:
        yield from state("title", words_of(first(preface, "longTitle")), "longTitle")


def _dates(work: _Element | None, preface: _Element | None) -> Iterator[Statement]:
    for element in () if preface is None else all_of(preface, "docDate"):
        yield from state_date("date", element.get("date"), "docDate")
        break
    for element in () if work is None else children(work, "FRBRdate"):
        named = element.get("name", "")
        for pattern, key in _OTHER_DATES:
            if re.search(pattern, named, re.IGNORECASE):
                yield from state_date(key, element.get("date"), f"FRBRdate {named}")
                break
        else:
            if not _NOT_ORIGINAL.search(named):
                yield from state_date("date", element.get("date"), "FRBRdate")


def _numbers(work: _Element | None, preface: _Element | None) -> Iterator[Statement]:
    for element in () if preface is None else all_of(preface, "docNumber"):
        if not any(
            name_of(parent) in {"ref", "authorialNote"} for parent in element.iterancestors()
        ):
            yield from state("number", words_of(element), "docNumber")
            break
    for element in () if work is None else children(work, "FRBRnumber"):
        if re.search(r"[0-9]", element.get("value", "")):
            yield from state("number", element.get("value"), "FRBRnumber")


def _authors(
    root: _Element, work: _Element | None, preface: _Element | None
) -> Iterator[Statement]:
    """Yield the bodies that are the work's authors, with the names in its references."""
    shown: dict[str, _Element] = {}
    for element in root.iter():
        if name_of(element).startswith("TLC"):
            for key in ("eId", "id", "currentId", "wId", "GUID", "href"):
                if element.get(key):
                    shown.setdefault(element.get(key, ""), element)
    named = False
    for author in () if work is None else children(work, "FRBRauthor"):
        reference = shown.get(author.get("href", "").lstrip("#"))
        if reference is not None and name_of(reference) != "TLCPerson" and reference.get("showAs"):
            named = True
            yield Statement(
                "issuer", " ".join(reference.get("showAs", "").split()), "FRBRauthor", "XML"
            )
    if named or preface is None:
        return
    for name in ("docAuthority", "docProponent", "docIntroducer", "legislature", "organization"):
        names = dict.fromkeys(words_of(element) for element in all_of(preface, name))
        for value in names:
            yield from state("issuer", value, name)
        if names:
            return
