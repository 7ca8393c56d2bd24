"""One provision of a policy, for a terminal or as JSON, and what it refers to."""

from __future__ import annotations

import json
from collections.abc import Iterable

from policybot.corpus.sentences import sentence_spans
from policybot.model import CitedProvision, ShownProvision
from policybot.render.paint import Paint

_LONGEST = 400
"""Characters of a provision that is cited: of a longer one, the first sentences."""


def provision_text(shown: ShownProvision, *, colour: bool = False) -> str:
    """Return a provision as it stands, below its policy, headings and lead-in."""
    paint = Paint(colour=colour)
    lines = [paint.bold(shown.policy.title), paint.dim(f"[{shown.passage.id}]"), ""]
    lines += [paint.dim(heading) for heading in shown.passage.headings]
    lines += [shown.passage.text, *cites_lines(shown.cites, paint)]
    return "\n".join(lines) + "\n"


def cites_lines(cites: Iterable[CitedProvision], paint: Paint) -> list[str]:
    """Return the provisions that a passage refers to, word for word, below how it calls them."""
    lines: list[str] = []
    for one in cites:
        lines += ["", paint.dim(f"{one.wording} [{one.passage.id}]:"), beginning(one.passage.text)]
    return lines


def beginning(text: str) -> str:
    """Return a text, or the first sentences of a long one with a mark that it goes on."""
    if len(text) <= _LONGEST:
        return text
    ends = [end for _, end in sentence_spans(text) if end <= _LONGEST]
    return f"{text[: ends[-1]]} […]" if ends else f"{text[:_LONGEST]} […]"


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
        },
        ensure_ascii=False,
    )
