"""Provisions in a question: "Article 5(2)", § 12, 第五条第二款, "artículo tercero", "4.1 of …"."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from policybot.corpus.provisions.labels import PARTS, Step, find_labels
from policybot.query.entities.entity import Entity
from policybot.query.lexicon import lexicons
from policybot.query.text import Text

_FOR = re.compile(r"para (?:(?:19|20)\d\d\b|[^\W\d]|\d+ [^\W\d](?!f\b|n\b))")
_DECIMAL = re.compile(r"(?<![0-9a-z.,$€£¥/-])[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}(?![0-9a-z.,%/-])")
_OF = re.compile(r" ?\b(?:of|in|from|del?)\b")
_HAN = re.compile(r"[\u3400-\u9fff)）》〉」』]$")


def find(text: Text) -> list[Entity]:
    """Return the provisions that a question names; the value of each is its steps.

    A part alone ("item (b)") says too little to be looked up, unless it is a paragraph or it is
    said of what it is part ("point 2.3 of the policy"); a number such as 4.1 alone is one where it
    is asked what that says. "para" is also a preposition (Spanish, Portuguese): "para 2020",
    "para a internet", "para 3 personas".
    """
    labels = [
        Entity("provision", label.span, label.steps)
        for label in find_labels(text.printed)
        if label.steps[0][0] not in PARTS or _is_whole(text, label.steps, label.span)
    ]
    return [*labels, *_bare(text, labels)]


def _is_whole(text: Text, steps: tuple[Step, ...], span: tuple[int, int]) -> bool:
    """Tell a part that is named as if it were none, a paragraph or "point 2.3 of …"."""
    kind, number = steps[0]
    if kind == "par":
        return not _FOR.match(text.plain, span[0])
    return kind == "item" and number[:1].isdecimal() and bool(_OF.match(text.plain, span[1]))


def _bare(text: Text, labels: list[Entity]) -> Iterator[Entity]:
    """Yield the numbers such as 4.1 of which it is asked what they say, outside of labels."""
    for match in _DECIMAL.finditer(text.plain):
        start, end = match.span()
        if any(one.span[0] < end and start < one.span[1] for one in labels):
            continue
        before, after = text.plain[:start].rstrip(), text.plain[end:].lstrip()
        says, asks = _words("say"), _words("do") | _words("say") | _words("show")
        if _HAN.search(before):
            asked = any(after.startswith(word) for word in says)
        else:
            last = before.split()[-1:]
            led = not last or last[0] in asks
            asked = led and (bool(_OF.match(text.plain, end)) or after.split(" ")[0] in says)
        if asked:
            yield Entity("provision", (start, end), (("par", match[0]),))


@functools.cache
def _words(name: str) -> frozenset[str]:
    """Return the words of a class in every language."""
    return frozenset().union(*(lexicon.of(name) for lexicon in lexicons()))
