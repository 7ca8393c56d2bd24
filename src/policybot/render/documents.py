"""A policy, or a list of policies, as a file: plain text, or a Word document.

A Word document needs python-docx (the extra ``import``), which is imported on use. PDFs are made in
``pdf``.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from policybot.errors import PolicyBotError
from policybot.model import Policy
from policybot.render.text import NOT_STATED, date_line, issuers_line

if TYPE_CHECKING:
    from docx.document import Document as Word

MISSING = "a Word document needs python-docx: pip install 'policybot[import]'"

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The creation time written into files, so that the same policy always gives the same bytes."""


def policy_file(policy: Policy, facts: Sequence[str] | None = None) -> bytes:
    """Return a policy as UTF-8 text: title and facts, an empty line, and its body unchanged.

    ``facts`` are the lines below its title, by default its issuers, date, number and source.
    """
    head = [policy.title, *(_facts(policy) if facts is None else facts)]
    return "\n".join([*head, "", policy.body.strip("\n"), ""]).encode("utf-8")


def policy_word(policy: Policy, facts: Sequence[str] | None = None) -> bytes:
    """Return a policy as a Word document: its body word for word, headings as headings.

    ``facts`` are the lines below its title, by default its issuers, date, number and source.

    Raises:
        PolicyBotError: python-docx is not installed.
    """
    document = _word(policy.title)
    document.add_heading(_clean(policy.title), 0)
    for fact in _facts(policy) if facts is None else facts:
        document.add_paragraph(_clean(fact))
    for block in policy.body.split("\n\n"):
        text = block.strip("\n")
        if not text.strip():
            continue
        heading = _HEADING.fullmatch(text)
        if heading:
            document.add_heading(_clean(heading[2]), min(len(heading[1]), 9))
        else:
            document.add_paragraph(_clean(text))
    return _bytes(document)


def policies_word(policies: Sequence[Policy], title: str) -> bytes:
    """Return a list of policies as a Word document with a table: date, title, issuers, number.

    Raises:
        PolicyBotError: python-docx is not installed.
    """
    document = _word(title)
    document.add_heading(_clean(title), 0)
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    for row in _rows(policies):
        # table.cell() would search all rows for each cell.
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = _clean(text)
    return _bytes(document)


def _rows(policies: Iterable[Policy]) -> Iterable[tuple[str, str, str, str]]:
    for policy in policies:
        when = str(policy.date) if policy.date else policy.date_text or NOT_STATED
        issuers = "; ".join(policy.issuers) or NOT_STATED
        yield when, policy.title, issuers, policy.number or ""


def _facts(policy: Policy) -> list[str]:
    facts = [issuers_line(policy), date_line(policy), policy.number, policy.url]
    return [fact for fact in [*facts, str(policy.source or "")] if fact]


def _word(title: str) -> Word:
    try:
        from docx import Document
    except ImportError:
        raise PolicyBotError(MISSING) from None
    document = Document()
    properties: Any = document.core_properties
    properties.title, properties.author = _clean(title)[:255], ""
    properties.created = properties.modified = _MADE
    return document


def _clean(text: str) -> str:
    """Return a text without the control characters that XML forbids."""
    return _NOT_IN_XML.sub("", text)


def _bytes(document: Word) -> bytes:
    """Return a document's file, with one fixed time stamp in all parts of the archive."""
    saved, out = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(out, "w") as made:
        for part in parts.infolist():
            content = parts.read(part)
            part.date_time = _MADE.timetuple()[:6]
            made.writestr(part, content)
    return out.getvalue()
