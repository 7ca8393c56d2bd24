"""Document numbers in Latin script beyond those that begin as many of the corpus's do.

"Circular 033 de 2019", "Resolución CRA 688 de 2014": the year belongs to the number, and is no date
that is asked for. "MCTA/PN/6/2018", "IPC-04": a code, whole, also where a body's short name is part
of it.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from policybot.query.entities.entity import Entity
from policybot.query.lexicon import lexicons
from policybot.query.text import Text
from policybot.query.vocabulary import Vocabulary

DIGITS = r"(?P<number>\d(?:[\d./-]*\d)?[a-z]?)(?![\w%]|[.,]\d)"
CALLED = r"(?:,? ?(?:no|nos|number|num|núm|número|nr|n)\b\.?[ºo°]?|[#№])?"
OF_YEAR = r"(?: (?:of|del?) (?P<of>(?:19|20)\d\d)(?![\w/-]))"

_KIND = r"(?<![\w/-])(?P<kind>[^\W\d_]{2,}(?:-[^\W\d_]+)*)"
_OF_A_YEAR = re.compile(rf"(?i:{_KIND})(?P<body> [A-Z]{{2,8}})?(?i:{CALLED} ?{DIGITS}{OF_YEAR})")
"""``body`` is the short name of the body that numbers it, in capitals."""

_CODE = re.compile(
    r"(?<![\w/.-])(?:nos?\.? )?(?P<code>(?=\S*\d)(?=\S*[a-z])[a-z0-9.]+(?:[/-][a-z0-9.]*[a-z0-9])+)"
)
_WORD = re.compile(r"[a-z]{3}", re.IGNORECASE)
_SLASHES = 2
"""Slashes of a code that is a document number whether or not the corpus has it."""

_LOOKED_UP = 40
"""Beginnings of numbers, and kinds of document, that are looked up with a number."""

_MOST = 4
"""Codes of one question that are looked up."""


def find(text: Text, vocabulary: Vocabulary) -> Iterator[Entity]:
    """Yield the numbers of a question that follow a word for documents, and its codes."""
    for found in _OF_A_YEAR.finditer(text.printed):
        kind, body = found["kind"].lower(), found["body"] or ""
        if not any(
            one in _kinds() or one in vocabulary.kinds for one in (kind, kind.removesuffix("s"))
        ):
            continue
        number = with_year(f"{body} {found['number']}".strip(), found["of"])
        bare = body or _is_of_any_kind(kind, number, vocabulary)
        yield Entity("number", found.span(), number if bare else f"{kind} {number}")
    for found in list(_CODE.finditer(text.plain))[:_MOST]:
        if found["code"].count("/") >= _SLASHES or vocabulary.count_numbered(found["code"]):
            code = text.printed[slice(*found.span("code"))]
            yield Entity("number", found.span(), code)


def _is_of_any_kind(kind: str, number: str, vocabulary: Vocabulary) -> bool:
    """Tell a number that the corpus has without its kind (021 de 2023) from one of another kind."""
    if vocabulary.count_numbered(f"{kind} {number}") or not vocabulary.count_numbered(number):
        return False
    named = (vocabulary.titled_words(name) for name in dict.fromkeys(vocabulary.kinds.values()))
    others = [*vocabulary.schemes, *itertools.chain.from_iterable(named)][:_LOOKED_UP]
    own = kind.removesuffix("s")
    return not any(
        vocabulary.count_numbered(f"{other} {number}")
        for other in others
        if _WORD.search(other) and own not in other.lower()
    )


def with_year(number: str, year: str | None) -> str:
    """Return a number with its year as an index matches it: ``1718 [2013]``."""
    return f"{number} [{year}]" if year else number


@functools.cache
def _kinds() -> frozenset[str]:
    """Return every word for documents that a lexicon in Latin script has."""
    spaced = (lexicon for lexicon in lexicons() if lexicon.spaced)
    return frozenset(w for one in spaced for name in ("kind", "document") for w in one.of(name))
