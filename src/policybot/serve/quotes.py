"""Checks whether a policy contains a text word for word; if not, finds the nearest passage.

White space is normalized: any run of it equals any other, since line breaks of a quotation differ.
Everything else must match: letters, digits, punctuation, upper and lower case.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policybot.model import Document, Passage, Span

_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_]+|[^\w\s]|_")
"""A word, a Chinese character or a punctuation mark: the unit of differences."""

_LOOKED_AT = 3
"""Number of passages compared in full: those that share the most words with the text."""

_LONGEST = 2_000
"""Limit of tokens in a comparison, since its cost is quadratic."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A span where the text and the policy differ; either side may be empty."""

    kind: Literal["replaced", "missing", "added"]
    given: str
    policy: str

    def to_dict(self) -> dict[str, str]:
        """The JSON object of the difference."""
        return {"kind": self.kind, "given": self.given, "policy": self.policy}


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """The result of searching a policy for a text.

    ``span`` is the span of the text, or of the nearest one, in ``policy.body``; None where no
    passage shares a word with it. ``passages`` are those that overlap it, in order; none for a
    text in a heading. ``in_title`` is True for a text that the policy's title contains.
    ``similarity`` is between 0 and 1.
    """

    verbatim: bool
    span: Span | None
    passages: tuple[Passage, ...]
    text: str = ""
    in_title: bool = False
    differences: tuple[Difference, ...] = ()
    similarity: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the check, without the policy."""
        shown = [_shown(passage) for passage in self.passages]
        if self.verbatim:
            return {
                "verbatim": True,
                "passage": shown[0] if shown else None,
                "passages": shown,
                "text": self.text,
                "span": list(self.span) if self.span else None,
                **({"in_title": True} if self.in_title else {}),
            }
        nearest = {
            "text": self.text,
            "span": list(self.span or ()),
            "similarity": round(self.similarity, 3),
            "differences": [difference.to_dict() for difference in self.differences],
        }
        return {
            "verbatim": False,
            "passage": shown[0] if shown else None,
            "nearest": nearest if self.span else None,
        }


def _shown(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "text": passage.text,
        "sha256": passage.sha256,
        "headings": list(passage.headings),
        **passage.pages_dict(),
    }


def check_quote(document: Document, text: str) -> QuoteCheck:
    """Search a policy for a text.

    Raises:
        ValueError: the text is empty or white space.
    """
    words = text.split()
    if not words:
        raise ValueError("the text to look for is empty")
    policy = document.policy
    span = _find(policy.body, words)
    if span is not None:
        passages = tuple(p for p in document.passages if p.start < span[1] and span[0] < p.end)
        return QuoteCheck(
            verbatim=True, span=span, passages=passages, text=policy.body[slice(*span)]
        )
    in_title = _find(policy.title, words)
    if in_title is not None:
        title = policy.title[slice(*in_title)]
        return QuoteCheck(verbatim=True, span=None, passages=(), text=title, in_title=True)
    return _nearest(document, text)


def _find(body: str, words: Sequence[str]) -> Span | None:
    """Return the first span of the words in sequence, with only white space between them."""
    start = body.find(words[0])
    while start >= 0:
        end = start
        for word in words:
            at = end
            while end > start and at < len(body) and body[at].isspace():
                at += 1
            if (end > start and at == end) or not body.startswith(word, at):
                break
            end = at + len(word)
        else:
            return start, end
        start = body.find(words[0], start + 1)
    return None


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    span: Span


def _tokens(text: str) -> list[_Token]:
    return [_Token(match[0], match.span()) for match in _TOKEN.finditer(text)]


def _nearest(document: Document, text: str) -> QuoteCheck:
    """Return the most similar span of a passage, with the differences."""
    given = _tokens(text)[:_LONGEST]
    wanted = Counter(token.text.casefold() for token in given)
    shared: list[tuple[int, int]] = []
    for number, passage in enumerate(document.passages):
        held = Counter(token.text.casefold() for token in _tokens(passage.text))
        if common := (wanted & held).total():
            shared.append((-common, number))
    best: QuoteCheck | None = None
    for _, number in sorted(shared)[:_LOOKED_AT]:
        compared = _compared(document.passages[number], text, given)
        if best is None or compared.similarity > best.similarity:
            best = compared
    return best or QuoteCheck(verbatim=False, span=None, passages=(), similarity=0.0)


def _compared(passage: Passage, text: str, given: Sequence[_Token]) -> QuoteCheck:
    held = _tokens(passage.text)[:_LONGEST]
    matcher = difflib.SequenceMatcher(
        None, [t.text for t in given], [t.text for t in held], autojunk=False
    )
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if not blocks:  # the shared words differ in case
        first, last = 0, len(held)
    else:
        # As much of the passage as the text has before its first common word and after its last.
        first = max(0, blocks[0].b - blocks[0].a)
        after = len(given) - blocks[-1].a - blocks[-1].size
        last = min(len(held), blocks[-1].b + blocks[-1].size + after)
    near = held[first:last]
    matcher = difflib.SequenceMatcher(
        None, [t.text for t in given], [t.text for t in near], autojunk=False
    )
    start, end = near[0].span[0], near[-1].span[1]
    return QuoteCheck(
        verbatim=False,
        span=(passage.start + start, passage.start + end),
        passages=(passage,),
        text=passage.text[start:end],
        differences=tuple(_differences(matcher, text, given, passage.text, near)),
        similarity=matcher.ratio(),
    )


def _differences(
    matcher: difflib.SequenceMatcher[str],
    text: str,
    given: Sequence[_Token],
    body: str,
    near: Sequence[_Token],
) -> list[Difference]:
    kinds: dict[str, Literal["replaced", "missing", "added"]] = {
        "replace": "replaced", "insert": "missing", "delete": "added",
    }  # fmt: skip
    return [
        Difference(kinds[kind], _stretch(text, given[a:b]), _stretch(body, near[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _stretch(text: str, tokens: Sequence[_Token]) -> str:
    return text[tokens[0].span[0] : tokens[-1].span[1]] if tokens else ""
