"""Find references to provisions of the same policy: "under Article 5", 依照本法第八条."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator, Sequence

from policybot.corpus.provisions.labels import PARTS, find_labels
from policybot.corpus.provisions.lookup import meant_by
from policybot.model import Provision, Span

_OF_ANOTHER = re.compile(
    r"(?:\([^()]*\))*,? (?:of|to|in|under|del?|de la) "
    r"(?!th(?:is|e present)\b|est[ea]\b|la presente\b)"
)
"""Follows the number of a provision of another document: "section 5 of the Act"."""
_OF_THIS = re.compile(r"本[一-鿿]{1,6}$")
_AFTER_NAME = re.compile(r"(?:》|[法例定则令约章程]|办法|细则|\w{2} (?:code|act|law))[（(]?\s?$")
_AFTER_NUMBER = re.compile(r"(?:[0-9]+ )?(?:u\.s\.c\.|c\.?f\.?r\.?|stat\.) ?$")


def references(
    body: str, span: Span, provisions: Sequence[Provision], own: str
) -> Iterator[tuple[Span, Provision]]:
    """Yield the provisions of the same policy that a span of its text refers to, each once.

    ``own`` is the address of the provision at that span; it, its parts and those it is part of are
    left out. The spans yielded are those of the references, in the body.
    """
    start, end = span
    text = body[start:end]
    seen = {own}
    for label in find_labels(text):
        first, last = label.span
        if label.steps[0][0] in PARTS or (first < _LEAST and not own.startswith("par")):
            continue
        if _is_of_another(text, label.span):
            continue
        matches = meant_by(provisions, label.steps)
        for provision in matches[:1]:
            related = f"{provision.address}.".startswith(f"{own}.") or f"{own}.".startswith(
                f"{provision.address}."
            )
            if provision.address not in seen and not related:
                seen.add(provision.address)
                yield (start + first, start + last), provision


def _is_of_another(text: str, span: Span) -> bool:
    """Tell a provision of another document: "section 5 of the Act"."""
    before, after = text[: span[0]], text[span[1] :]
    return not _OF_THIS.search(before) and bool(
        _CHANGED.search(before)
        or _CHANGE.match(after)
        or _OF_ANOTHER.match(after.lower())
        or _AFTER_NAME.search(before.lower())
        or _AFTER_NUMBER.search(before.lower())
    )


def own_word(body: str, provisions: Sequence[Provision]) -> str:
    """Return the kind by which a text refers to its numbered paragraphs: "sec"; "par" if to none.

    A by-law that only numbers its clauses calls them sections where it refers to one.
    """
    numbers = {entry.address.removeprefix("par") for entry in provisions}
    counts = collections.Counter(
        label.steps[0][0]
        for label in find_labels(body)
        if label.steps[0][0] in _WORDS
        and label.steps[0][1] in numbers
        and not _is_of_another(*_around(body, label.span))
    )
    return counts.most_common(1)[0][0] if counts else "par"


def _around(body: str, span: Span) -> tuple[str, Span]:
    """Return the text around a span, and the span in it."""
    first = max(0, span[0] - _AROUND)
    return body[first : span[1] + _AROUND], (span[0] - first, span[1] - first)


_WORDS = frozenset(["art", "sec", "cl", "rule", "reg"])
_AROUND = 80
_CHANGED = re.compile(r"(?:删去|删除|将)(?:原)?(?:第[^，。；]{1,12}[、和及])*$")
_CHANGE = re.compile(
    r"(?:第[^，。；“]{1,12}?[条款项])*(?:[^，。；“]{0,12}“[^”]{0,80}”)?(?:修改为|改为|修订为|中的?“|增加|后增加|删去)"
)
"""Around the number of a provision that a notice changes: it is of another document."""
_LEAST = 1
"""The first characters of a provision are its own label."""
