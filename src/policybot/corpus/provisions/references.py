"""What a provision's text refers to in its own policy: "under Article 5", 依照本法第八条."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policybot.corpus.provisions.labels import PARTS, find_labels
from policybot.corpus.provisions.lookup import meant_by
from policybot.model import Provision, Span

_OF_ANOTHER = re.compile(
    r"(?:\([^()]*\))*,? (?:of|to|in|under|del?|de la) "
    r"(?!th(?:is|e present)\b|est[ea]\b|la presente\b)"
)
"""What follows the number of a provision of another text: "section 5 of the Act"."""
_OF_THIS = re.compile(r"本[一-鿿]{1,6}$")
_AFTER_NAME = re.compile(r"(?:》|[法例定则令约章程]|办法|细则|\w{2} (?:code|act|law))[（(]?\s?$")
_AFTER_NUMBER = re.compile(r"(?:[0-9]+ )?(?:u\.s\.c\.|c\.?f\.?r\.?|stat\.) ?$")


def references(
    body: str, span: Span, provisions: Sequence[Provision], own: str
) -> Iterator[tuple[Span, Provision]]:
    """Yield what a stretch of a text refers to of its own policy, each provision once.

    ``own`` is the address of the provision that the stretch is; neither it, nor what it is part of,
    nor its own parts are yielded. Spans are into the body.
    """
    start, end = span
    text = body[start:end]
    seen = {own}
    for label in find_labels(text):
        first, last = label.span
        if label.steps[0][0] in PARTS or (first < _LEAST and not own.startswith("par")):
            continue
        before, after = text[:first], text[last:]
        this = _OF_THIS.search(before)
        if not this and (
            _OF_ANOTHER.match(after.lower())
            or _AFTER_NAME.search(before.lower())
            or _AFTER_NUMBER.search(before.lower())
        ):
            continue
        found = meant_by(provisions, label.steps)
        for one in found[:1]:
            related = f"{one.address}.".startswith(f"{own}.") or f"{own}.".startswith(
                f"{one.address}."
            )
            if one.address not in seen and not related:
                seen.add(one.address)
                yield (start + first, start + last), one


_LEAST = 1
"""The first characters of a provision are its own label."""
