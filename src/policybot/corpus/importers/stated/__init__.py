"""What a document's own words state: its date, issuers and number, and when it is in force.

Structured data comes first and is the readers' own; here are the places of a text, ranked: the
sign-off at the end, what is said of its adoption, the decree line and the number under the title,
the title itself, and running text last. Each is a :class:`~..labels.Statement` with its place and
words, so that a person sees why a draft says what it says.
"""

from __future__ import annotations

from collections.abc import Sequence

from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.stated.adopted import read_adoption, read_running
from policybot.corpus.importers.stated.force import read_force
from policybot.corpus.importers.stated.lines import text_lines
from policybot.corpus.importers.stated.numbers import read_numbers
from policybot.corpus.importers.stated.signoff import read_sign_offs
from policybot.corpus.importers.stated.titles import head_issuers, title_issuers
from policybot.corpus.issuers import IssuerBook

__all__ = ["read_stated", "text_lines"]


def read_stated(
    body: str, title: str, book: IssuerBook, *, dated_head: bool = True
) -> list[Statement]:
    """Return what a text states of itself, the most reliable place first.

    Args:
        body: The text, as Markdown.
        title: The document's title.
        book: The table of issuers.
        dated_head: Whether a date alone in the first lines is the document's own.
    """
    lines = text_lines(body)
    numbers = read_numbers(lines, title)
    titled = title_issuers(title, book)
    headed = head_issuers(lines, numbers, book)
    named = [one.value for one in (*titled, *headed)]
    signed = read_sign_offs(lines, book, named)
    adopted = read_adoption(lines, dated_head=dated_head)
    return [
        *signed,
        *adopted,
        *headed,
        *titled,
        *numbers,
        *read_force(lines),
        *read_running(lines),
    ]
