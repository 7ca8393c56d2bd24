"""The Federal Register of the United States in its own markup, and the CFR as eCFR publishes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.legislation.dialect import Dialect, names
from policybot.corpus.importers.legislation.safe import name_of
from policybot.corpus.importers.legislation.stated import (
    all_of,
    as_printed,
    children,
    dates_in,
    first,
    state,
    words_of,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

_RANKS = {"HD1": 1, "HD2": 2, "HD3": 3, "HD4": 4}


def _rank(element: _Element) -> int:
    return _RANKS.get(element.get("SOURCE", ""), 0)


FEDERAL_REGISTER = Dialect(
    "Federal Register",
    drop=names(
        "PRTPAGE BILCOD FRDOC GPH GID CNTNTS UNITNAME VOL NO NEWPART PTITLE TITLE3 AGENCY "
        "SUBAGY PNOTICE FILED TOC"
    ),
    provisions=names("SECTION"),
    numbers=names("SECTNO"),
    headings=names("SUBJECT HD RESERVED"),
    run_in=names("AGY ACT SUM EFFDATE DATES ADD FURINF AUTH SOURCE EDNOTE NOTE"),
    heads=names("HD TTITLE"),
    paragraphs=names(
        "P FP AMDPAR DATED NAME TITLE SUPLINF SIG PREAMB "
        "EXTRACT LSTSUB REGTEXT PART CFR DEPDOC RIN STARS EXECORDR PROC PRES DATE "
        "PSIG PLACE MEMO DETERM PRNOTICE CITA PARAUTH APPR LI FRP BCAP"
    ),
    notes=names("FTNT"),
    tables=names("GPOTABLE TABLE"),
    rows=names("ROW BOXHD TR"),
    cells=names("ENT CHED TD TH"),
    spaces=names("PRTPAGE"),
    rank=_rank,
)

ECFR = Dialect(
    "eCFR",
    drop=names("img EAR"),
    divisions=names("DIV1 DIV2 DIV3 DIV4 DIV5 DIV6 DIV7 DIV9"),
    provisions=names("DIV8"),
    headings=names("HEAD"),
    heads=names("HED HD1 HD2 HD3"),
    paragraphs=names(
        "P FP FP1 FP-1 FP-2 PSPACE AUTH SOURCE CITA NOTE EDNOTE EXTRACT APPRO CROSSREF SECAUTH"
    ),
    notes=names("FTNT"),
    tables=names("TABLE"),
    rows=names("TR"),
    cells=names("TD TH"),
    breaks=names("br BR"),
)

KINDS = names("RULE PRORULE NOTICE PRESDOCU")
_WORDS_MEET = re.compile(r"[\w,.;:)\]”’—]$")
_WORD_BEGINS = re.compile(r"[\w(\[“‘]")
_SCRIPTS = frozenset(["51", "52", "54", "8051", "8052", "7051", "7052"])
"""Codes of E that raise or lower letters, which touch the word before."""

_ISSUED = re.compile(
    r"\b(Executive Order|Proclamation|Presidential Determination|Notice|Memorandum)"
    r"(?:\s+(?:No\.\s*)?(?P<number>[0-9][0-9A-Z–-]*))?\s+of\s+"
    r"(?P<day>[A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})"
)
_EFFECTIVE = re.compile(
    r"\b(?:effective|takes? effect)(?:\s+date)?(?:\s+(?:on|as of|is|beginning|from))?\s*:?\s*$",
    re.IGNORECASE,
)
_NUMBERED_DOC = re.compile(r"FR\s+Doc\.?\s*(?P<number>[0-9A-Z]+[–-][0-9]+)")


def parts(root: _Element) -> list[_Element]:
    """Return the documents of an issue, or the single one in a file."""
    if name_of(root) in KINDS:
        return [root]
    return list(all_of(root, *KINDS))


def documents(root: _Element) -> list[_Element]:
    """Return the elements with text, with lost spaces next to emphasised words restored."""
    divided = 0
    for element in list(all_of(root, "E", "SU")):
        divided += _divide(element)
    _notes(root)
    for preamble in all_of(root, "PREAMB"):
        for subject in list(children(preamble, "SUBJECT")):
            preamble.remove(subject)
        break
    root.set("divided", str(divided))
    return [root]


def facts(root: _Element) -> list[str]:
    """Return the repairs of the text of a document, one line each."""
    count = int(root.get("divided", "0"))
    return [f"repaired: {count} spaces beside emphasised words"] if count else []


def statements(root: _Element) -> Iterator[Statement]:
    """Yield the statements of the preamble, the signature and the document's number."""
    preamble = next(all_of(root, "PREAMB"), None)
    own = root if preamble is None else preamble
    yield from state("title", words_of(next(all_of(own, "SUBJECT"), None)), "SUBJECT")
    yield from _presidential(root)
    signed = [words_of(element) for element in all_of(root, "DATED")]
    for text in signed[-1:]:
        for date in dates_in(text)[:1]:
            yield Statement("date", str(date.date), "DATED", "XML", words=text)
    yield from _effective(root)
    for text in (words_of(element) for element in all_of(root, "FRDOC")):
        if match := _NUMBERED_DOC.search(text):
            yield Statement("number", f"FR Doc. {match['number']}", "FRDOC", "XML", words=text)
            break
    yield from _agencies(root, preamble)
    for name in ("ACT", "CFR", "DEPDOC", "RIN"):
        for element in list(all_of(own, name))[:1]:
            text = words_of(next(children(element, "P"), element))
            yield from state("fact", text, {"ACT": "action", "DEPDOC": "docket"}.get(name, name))
    issue = root.getroottree().getroot()
    if issue is not root:
        for element in list(children(issue, "DATE"))[:1]:
            for date in dates_in(words_of(element))[:1]:
                yield Statement("published", str(date.date), "DATE", "XML", words=words_of(element))
    yield Statement("language", "en", "Federal Register", "XML")


def ecfr_statements(root: _Element) -> Iterator[Statement]:
    """Yield the title of the outermost division."""
    yield from state("title", words_of(next(all_of(root, "HEAD"), None)), "HEAD")
    yield Statement("language", "en", "eCFR", "XML")


def _presidential(root: _Element) -> Iterator[Statement]:
    if not (name_of(root) == "PRESDOCU" or first(root, "PRESDOCU") is not None):
        return
    opening = " ".join(words_of(root).split())[:3000]
    yield from state(
        "title", words_of(next((element for element in all_of(root, "HD")), None)), "HD"
    )
    if match := _ISSUED.search(opening):
        for date in find_dates(match["day"])[:1]:
            yield Statement("date", str(date.date), match[1], "XML", words=match.group())
        if match["number"]:
            named = f"{match[1]} {match['number']}"
            yield Statement("number", named, match[1], "XML", words=match.group())
    else:
        for element in reversed(list(all_of(root, "DATE"))):
            for date in dates_in(words_of(element))[:1]:
                yield Statement("date", str(date.date), "DATE", "XML", words=words_of(element))
            break
    for element in list(all_of(root, "PRES"))[:1]:
        yield from state("issuer", words_of(element), "PRES")


def _effective(root: _Element) -> Iterator[Statement]:
    """Yield the effective date in the dates of a rule, if there is exactly one."""
    for element in all_of(root, "EFFDATE", "DATES"):
        text = words_of(element)
        days = {
            str(date.date): date
            for date in dates_in(text)
            if _EFFECTIVE.search(text[max(0, date.span[0] - 60) : date.span[0]])
        }
        if len(days) == 1:
            yield Statement("effective", next(iter(days)), name_of(element), "XML", words=text)
        return


def _agencies(root: _Element, preamble: _Element | None) -> Iterator[Statement]:
    """Yield the agencies (a department's bureau instead of the department), in their usual case."""
    if preamble is None:
        return
    named: list[str] = []
    for element in children(preamble, "AGENCY", "SUBAGY"):
        if name_of(element) == "SUBAGY":
            if named and named[-1].startswith("\0"):
                named.pop()
            named.append(words_of(element))
        else:
            named.append(f"\0{words_of(element)}")
    line = words_of(next(all_of(preamble, "AGY"), None))
    text = f"{line} {words_of(root)}"
    for name in dict.fromkeys(element.lstrip("\0").strip(" ;,.") for element in named):
        printed = as_printed(name, text)
        yield from state("issuer", printed, "AGENCY")
    if not named and line:
        plain = re.sub(r"^AGENCY:\s*", "", line)
        yield from state("issuer", re.sub(r"\s*\([^)]*\)", "", plain).rstrip("."), "AGY")


def _divide(element: _Element) -> int:
    """Insert lost spaces next to an emphasised word; return how many."""
    if name_of(element) == "SU" or element.get("T", "") in _SCRIPTS:
        return 0
    inner = "".join(element.itertext())
    previous, parent = element.getprevious(), element.getparent()
    before = (
        (parent.text if previous is None and parent is not None else None)
        or (previous.tail if previous is not None else None)
        or ""
    )
    count = 0
    if before and inner and _WORDS_MEET.search(before) and _WORD_BEGINS.match(inner):
        if previous is not None:
            previous.tail = f"{before} "
        elif parent is not None:
            parent.text = f"{before} "
        count += 1
    tail = element.tail or ""
    if tail and inner and _WORDS_MEET.search(inner) and _WORD_BEGINS.match(tail):
        element.tail = f" {tail}"
        count += 1
    return count


def _notes(root: _Element) -> None:
    """Move each footnote to its mark."""
    notes: dict[str, list[_Element]] = {}
    for note in all_of(root, "FTNT"):
        mark = next(all_of(note, "SU"), None)
        notes.setdefault(words_of(mark), []).append(note)
    for mark in list(all_of(root, "SU")):
        if any(name_of(up) == "FTNT" for up in mark.iterancestors()):
            continue
        waiting = notes.get(words_of(mark))
        if not waiting:
            continue
        note = waiting.pop(0)
        own = next(all_of(note, "SU"), None)
        if own is not None:
            own.text = None
        parent = note.getparent()
        if parent is None:
            continue
        _take_out(note)
        mark.text = None
        mark.append(note)


def _take_out(element: _Element) -> None:
    """Remove an element, but not the text after it."""
    parent, previous, tail = element.getparent(), element.getprevious(), element.tail or ""
    if parent is None:
        return
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
    element.tail = None
