"""One provision of a policy, for a terminal or as JSON, and what it refers to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from policybot.corpus.text.sentences import sentence_spans
from policybot.model import CitedPolicy, CitedProvision, Defined, Passage, ShownProvision
from policybot.render.paint import Paint

_LONGEST = 400
"""Characters of a first paragraph that is shown of what is cited; of a longer one, a sentence."""

_HEADING = re.compile(r"\s*(?:\*\*|__)[^*_\n]{1,80}(?:\*\*|__)\s*")
_PARAGRAPH = re.compile(r"\n\s*\n")


def provision_text(shown: ShownProvision, *, colour: bool = False) -> str:
    """Return a provision as it stands, below its policy, headings and lead-in."""
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
    """Return what a passage refers to, word for word, below how it calls it."""
    lines: list[str] = []
    for one in cites:
        if isinstance(one, CitedProvision):
            lines += [
                "",
                paint.dim(f"Cites {one.wording} [{one.passage.id}]:"),
                beginning(one.passage),
            ]
        elif one.provision is not None:
            named = f"Cites {one.wording}, {one.policy.title} [{one.provision.id}]:"
            lines += ["", paint.dim(named), beginning(one.provision)]
        else:
            lines += ["", paint.dim(f"Cites {one.wording} [{one.policy.id}]:"), one.policy.title]
    return lines


def definition_lines(definitions: Iterable[Defined], paint: Paint) -> list[str]:
    """Return the definitions of the terms that a passage uses, word for word."""
    lines: list[str] = []
    for one in definitions:
        lines += ["", paint.dim(f"“{one.term}” [{one.passage.id}]:"), beginning(one.passage)]
    return lines


def beginning(passage: Passage) -> str:
    """Return the first paragraph of a passage, or the first sentence of a long one: each is whole.

    Nothing is cut within a sentence, so what is shown is word for word.
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
    """Return a provision with its policy and what it refers to, as JSON on one line."""
    passage = shown.passage
    return json.dumps(
        {
            "policy": shown.policy.to_dict(),
            "id": passage.id,
            "label": shown.label,
            "text": passage.text,
            "sha256": passage.sha256,
            "headings": list(passage.headings),
            "cites": [one.to_dict() for one in shown.cites],
            "definitions": [one.to_dict() for one in shown.definitions],
        },
        ensure_ascii=False,
    )
