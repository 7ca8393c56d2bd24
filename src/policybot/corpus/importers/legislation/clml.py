"""CLML, the Crown Legislation Markup Language of legislation.gov.uk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.legislation.dialect import Dialect, names
from policybot.corpus.importers.legislation.safe import name_of
from policybot.corpus.importers.legislation.stated import (
    all_of,
    children,
    first,
    state,
    state_date,
    words_of,
)
from policybot.numerals import roman

if TYPE_CHECKING:
    from lxml.etree import _Element

CLML = Dialect(
    "legislation.gov.uk (CLML)",
    drop=names(
        "ukm:Metadata Contents Commentaries CommentaryRef MarginNotes Resources Versions Footnotes "
        "PageRef Image"
    ),
    divisions=names(
        "Group Part Chapter Schedules Pblock PsubBlock Schedule EUPart EUTitle EUChapter EUSection "
        "EUSubsection Division Appendix Attachment"
    ),
    provisions=names("P1group P1 Article"),
    units=names("P2group P2 P3 P4 P5 P6 P7 Para"),
    numbers=names("Number Pnumber"),
    headings=names("Title Subtitle TitleBlock"),
    paragraphs=names(
        "Text LongTitle DateOfEnactment EnactingText EnactingTextOmitted IntroductoryText Preamble "
        "SecondaryPreamble MadeDate LaidDate ComingIntoForce SubjectInformation Signatory Signee "
        "SignedSection PersonName JobTitle Department DateText Address AddressLine Reference "
        "ScheduleBody ExplanatoryNotes EarlierOrders Comment Approved Draft P1para P2para P3para "
        "P4para P5para P6para P7para BlockText Form Figure"
    ),
    lists=names("UnorderedList OrderedList KeyList"),
    items=names("ListItem KeyListItem"),
    quotes=names("BlockAmendment BlockExtract InlineAmendment"),
    notes=names("FootnoteText"),
    tables=names("Tabular table TableText"),
)

_MAKERS = {
    "UnitedKingdomPublicGeneralAct": "UK Parliament",
    "UnitedKingdomLocalAct": "UK Parliament",
    "UnitedKingdomPrivateOrPersonalAct": "UK Parliament",
    "GreatBritainAct": "Parliament of Great Britain",
    "EnglandAct": "Parliament of England",
    "ScottishAct": "Scottish Parliament",
    "WelshParliamentAct": "Senedd Cymru",
    "WelshNationalAssemblyAct": "National Assembly for Wales",
    "WelshAssemblyMeasure": "National Assembly for Wales",
    "NorthernIrelandAct": "Northern Ireland Assembly",
    "NorthernIrelandParliamentAct": "Parliament of Northern Ireland",
    "UnitedKingdomChurchMeasure": "General Synod of the Church of England",
}
"""The issuer by type of document, because an Act does not name its issuer."""

_FIGURES: dict[str, Callable[[int], str]] = {
    "alpha": lambda at: chr(96 + at) if at < 27 else str(at),
    "alphaupper": lambda at: chr(64 + at) if at < 27 else str(at),
    "roman": roman,
    "romanupper": lambda at: roman(at).upper(),
    "arabic": str,
}
_MARKS = {
    "parens": "({})",
    "parenRight": "{})",
    "brackets": "[{}]",
    "bracketRight": "{}]",
    "period": "{}.",
    "colon": "{}:",
}


def documents(root: _Element) -> list[_Element]:
    """Return the elements with text, with numbers as printed and footnotes at their marks."""
    for element in list(root.iter()):
        name = name_of(element)
        if name == "Pnumber":
            _print_number(element)
        elif name == "P1group":
            _number_group(element)
        elif name == "OrderedList":
            _number_items(element)
    _place_footnotes(root)
    return [section for section in root if isinstance(section.tag, str)]


def statements(root: _Element) -> Iterator[Statement]:
    """Yield the statements of the metadata and the prelims."""
    meta = next(children(root, "ukm:Metadata"), None)
    yield from state("title", words_of(None if meta is None else first(meta, "dc:title")), "title")
    prelims = next(
        all_of(root, "PrimaryPrelims", "SecondaryPrelims", "EUPrelims", "SecondaryPreamble"), None
    )
    if prelims is not None:
        yield from state("title", words_of(next(children(prelims, "Title"), None)), "Title")
        yield from state("number", words_of(next(children(prelims, "Number"), None)), "Number")
    yield from uk_metadata(root)
    if not any(kind.get("Value") in _MAKERS for kind in all_of(root, "ukm:DocumentMainType")):
        signed = [words_of(element) for element in all_of(root, "Department")]
        offices = [words_of(element) for element in all_of(root, "JobTitle")]
        for value in dict.fromkeys(signed or offices):
            yield from state("issuer", value, "Department" if signed else "JobTitle")
    if meta is not None:
        yield from state("language", words_of(first(meta, "dc:language")), "language")
    yield from state("url", root.get("DocumentURI"), "DocumentURI")


def uk_metadata(root: _Element) -> Iterator[Statement]:
    """Yield metadata that legislation.gov.uk also uses in Akoma Ntoso: issuer, dates, number."""
    for kind in all_of(root, "ukm:DocumentMainType"):
        yield from state("issuer", _MAKERS.get(kind.get("Value", "")), "DocumentMainType")
    for element in all_of(root, "ukm:EnactmentDate", "ukm:Made"):
        yield from state_date("date", element.get("Date"), name_of(element).removeprefix("ukm:"))
    starts = {
        element.get("Date", "")
        for force in all_of(root, "ukm:ComingIntoForce")
        for element in all_of(force, "ukm:DateTime")
    } - {""}
    if len(starts) == 1:
        yield from state_date("effective", starts.pop(), "ComingIntoForce")
    for day in sorted(starts):
        yield from state("fact", day, "ComingIntoForce")
    for element in all_of(root, "ukm:Laid"):
        yield from state("fact", element.get("Date"), "Laid")
    for element in all_of(root, "ukm:DocumentStatus"):
        yield from state("fact", element.get("Value"), "DocumentStatus")
    for element in all_of(root, "ukm:Number"):
        year = next((y.get("Value", "") for y in all_of(root, "ukm:Year")), "")
        number = element.get("Value", "")
        plain = number.isdigit() and year
        yield from state("number", f"{year}/{number}" if plain else number, "Number")
        break


def _print_number(element: _Element) -> None:
    """Add the punctuation around a number, from its attributes or its level."""
    parent = element.getparent()
    level = name_of(parent) if parent is not None else ""
    inner = level in {"P2", "P3", "P4", "P5", "P6", "P7"}
    text = "".join(element.itertext())
    before = element.get("PuncBefore", "" if text.startswith("(") or not inner else "(")
    after = element.get("PuncAfter", "" if text.endswith(")") or not inner else ")")
    element.text = before + (element.text or "")
    last = element[-1] if len(element) else None
    if last is None:
        element.text += after
    else:
        last.tail = (last.tail or "") + after


def _number_group(group: _Element) -> None:
    """Move the number of a group's only section before the group's title, as printed."""
    sections = list(children(group, "P1"))
    if len(sections) != 1:
        return
    number = next(children(sections[0], "Pnumber"), None)
    if number is not None:
        tail, number.tail = number.tail, None
        sections[0].text = (sections[0].text or "") + (tail or "")
        group.insert(0, number)


def _number_items(element: _Element) -> None:
    """Add the numbers of list items, which are implied by the list's type."""
    figure = _FIGURES.get(element.get("Type", "arabic"), str)
    mark = _MARKS.get(element.get("Decoration", ""), "{}")
    for at, item in enumerate(children(element, "ListItem"), 1):
        made = item.makeelement(item.tag.replace("ListItem", "Number"), {})
        made.text = item.get("NumberOverride") or mark.format(figure(at))
        item.insert(0, made)


def _place_footnotes(root: _Element) -> None:
    """Move the text of each footnote to its reference."""
    texts = {
        element.get("id", ""): text
        for element in all_of(root, "Footnote")
        for text in children(element, "FootnoteText")
    }
    for reference in list(all_of(root, "FootnoteRef")):
        text = texts.pop(reference.get("Ref", ""), None)
        if text is not None:
            text.tail = None
            reference.append(text)
