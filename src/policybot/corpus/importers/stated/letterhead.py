"""Tell the body of the letterhead from its organs and posts: "Board of Directors".

Short names in a text mean an organ of the body whose paper it is, or that body itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.corpus.importers.labels import Certainty, Statement
from policybot.corpus.importers.stated.bodies import in_small_letters, names_kind_of_body
from policybot.corpus.importers.stated.lines import TextLine
from policybot.corpus.importers.stated.numbers import FOREIGN_KINDS
from policybot.corpus.importers.stated.titles import ENGLISH_KINDS
from policybot.corpus.issuers.table import IssuerBook

_WORD = re.compile(r"[^\W\d_]+")
_SMALL = 3
"""The most letters of a word that tells nothing: "of", "the", "del"."""

_STEM = 5
"""The letters that a post and its body share: Ministro and Ministerio, Director and Dirección."""

_ORGANS = frozenset(
    [
        *("executive", "management", "general", "standing", "senior", "plenary", "full"),
        *(
            "team",
            "directors",
            "governors",
            "trustees",
            "members",
            "senate",
            "council",
            "syndicate",
        ),
        *("director", "manager", "secretary", "registrar", "chair", "president", "governor"),
        *("honorable", "honourable", "excelentísimo", "ilustre", "excmo", "municipal", "pleno"),
    ]
)
"""Words for organs and posts of a body, and for their honours."""

_KIND = re.compile(rf"\b(?:{ENGLISH_KINDS}|{FOREIGN_KINDS})\b", re.IGNORECASE)
_TOP = 3
_LEAST_WORDS = 3
_NAME_IN_CAPITALS = re.compile(r"[A-ZÀ-Ý][A-ZÀ-Ý&.,’' -]+")


def is_organ(name: str, body: str) -> bool:
    """Return whether a name is that of an organ, a post or a short form of a body.

    It is if no word of it is its own: each is one of the body's name, a word for an organ or a
    kind of body, or shares its stem with one of the body's.
    """
    if any(word.isupper() and word not in body for word in _WORD.findall(name)):
        return False  # an acronym of its own
    own = {word.casefold() for word in _WORD.findall(name) if len(word) > _SMALL}
    full = {word.casefold() for word in _WORD.findall(body) if len(word) > _SMALL}
    stems = {word[:_STEM] for word in full}
    return (
        bool(own)
        and len(own) < len(full) + 2
        and not full <= own
        and all(
            word in full or word in _ORGANS or word[:_STEM] in stems or names_kind_of_body(word)
            for word in own
        )
    )


def of_letterhead(name: str, heads: Sequence[Statement], book: IssuerBook) -> Statement | None:
    """Return the statement of the letterhead's body, if a name is that of an organ of it.

    A name that the table of issuers has is a body of its own.
    """
    head = next((item for item in heads if len(_WORD.findall(item.value)) > 1), None)
    if head is None or book.canonical(name) is not None:
        return None
    return head if is_organ(name, head.value) else None


def capital_heads(lines: Sequence[TextLine], title: str) -> list[Statement]:
    """Return the first line as a body, if it is printed as a letterhead: several words in capitals.

    It is only doubtful, or likely if the text or a signature has it again.
    """
    for line in lines[:1]:
        text = line.text.strip()
        words = text.split()
        if (
            len(words) < _LEAST_WORDS
            or not _NAME_IN_CAPITALS.fullmatch(text)
            or _KIND.search(text)
            or text.casefold() in title.casefold()
        ):
            continue
        again = any(text.casefold() in other.text.casefold() for other in lines[_TOP:])
        where = f"line {line.number}"
        sure: Certainty = "likely" if again else "doubtful"
        name = in_small_letters(text)
        return [Statement("issuer", name, "head", "capitals", where, text, sure)]
    return []
