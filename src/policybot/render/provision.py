"""One provision of a policy and what it cites, as text or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from policybot.corpus.text.sentences import sentence_spans
from policybot.model import CitedPolicy, CitedProvision, Defined, Passage, ShownProvision
from policybot.render.paint import Paint

_LONGEST = 400
"""Longest first paragraph of a cited text shown, in characters; of a longer one, a sentence is."""

_HEADING = re.compile(r"\s*(?:\*\*|__)[^*_\n]{1,80}(?:\*\*|__)\s*")
_PARAGRAPH = re.compile(r"\n\s*\n")


def provision_text(shown: ShownProvision, *, colour: bool = False) -> str:
    """Return a provision word for word, below its policy, headings and lead-in."""
    paint = Paint(colour=colour)
    lines = [paint.bold(shown.policy.title), paint.dim(f"[{shown.passage.id}]"), ""]
    lines += [paint.dim(heading) for heading in shown.passage.headings]
    lines += [
        shown.passage.text,
        *cites_lines(shown.cites, paint),
        *definition_lines(shown.definitions, paint),
    ]
    return "\n".join(lines) + "\n"


def cites_lines(cites: Iterable[CitedProvision | CitedPolicy], paint: Paint) -> list[str]:
    """Return the provisions and policies that a passage cites, each below its wording."""
    lines: list[str] = []
    for ref in cites:
        if isinstance(ref, CitedProvision):
            lines += [
                "",
                paint.dim(f"Cites {ref.wording} [{ref.passage.id}]:"),
                beginning(ref.passage),
            ]
        elif ref.provision is not None:
            named = f"Cites {ref.wording}, {ref.policy.title} [{ref.provision.id}]:"
            lines += ["", paint.dim(named), beginning(ref.provision)]
        else:
            lines += [
                "",
                paint.dim(f"Cites {ref.wording} [{ref.policy.id}]:"),
                ref.policy.title,
            ]
    return lines


def definition_lines(definitions: Iterable[Defined], paint: Paint) -> list[str]:
    """Return the definitions of the terms in a passage, word for word."""
    lines: list[str] = []
    for term in definitions:
        lines += [
            "",
            paint.dim(f"“{term.term}” [{term.passage.id}]:"),
            beginning(term.passage),
        ]
    return lines


def beginning(passage: Passage) -> str:
    """Return the first paragraph of a passage, or its first sentence if that is long.

    Sentences are never cut, so the result is word for word.
    """
    paragraphs = _PARAGRAPH.split(passage.text, maxsplit=2)
    first = paragraphs[0]
    if len(paragraphs) > 1 and _HEADING.fullmatch(first):
        first = paragraphs[1]
    if len(first) <= _LONGEST:
        return first
    start, end = next(iter(sentence_spans(first)), (0, len(first)))
    return first[start:end]


def provision_json(shown: ShownProvision) -> str:
    """Return a provision with its policy, citations and definitions as JSON on one line."""
    passage = shown.passage
    return json.dumps(
        {
            "policy": shown.policy.to_dict(),
            "id": passage.id,
            "label": shown.label,
            "text": passage.text,
            "sha256": passage.sha256,
            "headings": list(passage.headings),
            "cites": [ref.to_dict() for ref in shown.cites],
            "definitions": [term.to_dict() for term in shown.definitions],
        },
        ensure_ascii=False,
    )
