"""A passage in context: its headings, neighbours, and the repairs made to its source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policybot.model import Document, Passage, Repair, Span
from policybot.render.paint import Paint
from policybot.render.text import (
    date_line,
    issuers_line,
    machine_read_line,
    relations_lines,
    repair_lines,
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage with its neighbours, and the repairs whose words it contains."""

    passage: Passage
    repairs: tuple[Repair, ...]
    before: Passage | None
    after: Passage | None


def place(document: Document, number: int) -> Placed:
    """Return passage ``number`` (from 1) of a document with its neighbours and repairs.

    Lines of the source are not mapped to passages, so the repairs are all those whose words the
    passage contains.
    """
    passages = document.passages
    passage = passages[number - 1]
    return Placed(
        passage,
        tuple(repair for repair in document.policy.repairs if repair.after in passage.text),
        passages[number - 2] if number > 1 else None,
        passages[number] if number < len(passages) else None,
    )


def context_text(document: Document, numbers: Sequence[int], *, colour: bool = False) -> str:
    """Return passages of a document with their context, word for word.

    A single passage comes with its neighbours.
    """
    paint = Paint(colour=colour)
    policy = document.policy
    facts = [issuers_line(policy), date_line(policy)]
    facts += [str(policy.source)] if policy.source else []
    lines = [paint.bold(policy.title), " · ".join(facts), paint.dim(f"[{policy.index_id}]")]
    lines += [*relations_lines(document), f"passages: {len(document.passages)}", ""]
    for number in numbers:
        placed = place(document, number)
        shown = [(placed.passage, "")]
        if len(numbers) == 1:
            shown = [
                (passage, word)
                for passage, word in (
                    (placed.before, "before"),
                    (placed.passage, ""),
                    (placed.after, "after"),
                )
                if passage
            ]
        for passage, word in shown:
            head = f"{passage.id}  {' › '.join(passage.headings) or 'under no heading'}"
            head += f"  {pages_words(passage.pages)}" if passage.pages else ""
            lines.append(paint.dim(f"{word}: {head}") if word else paint.bold(head))
            lines.append(passage.text.rstrip("\n"))
            if passage.machine_read is not None:
                lines.append(paint.warning(machine_read_line(passage.machine_read)))
            lines.append("")
            if not word and placed.repairs:
                lines += [
                    "repairs whose words it holds:",
                    *repair_lines(policy, placed.repairs),
                    "",
                ]
    return "\n".join(lines).rstrip("\n") + "\n"


def pages_words(pages: Span) -> str:
    """Return the page range of a passage, as in "pages 2-3"."""
    first, last = pages
    return f"page {first}" if first == last else f"pages {first}-{last}"


def context_json(document: Document, numbers: Sequence[int]) -> str:
    """Return passages with their context as JSON on one line."""
    shown: dict[str, Any] = {
        **document.policy_dict(),
        "passages": [_placed(place(document, number)) for number in numbers],
    }
    return json.dumps(shown, ensure_ascii=False)


def _placed(placed: Placed) -> dict[str, Any]:
    passage = placed.passage
    return {
        "id": passage.id,
        "text": passage.text,
        "sha256": passage.sha256,
        "headings": list(passage.headings),
        **passage.pages_dict(),
        "repairs": [
            {"from": repair.before, "to": repair.after, "line": repair.line}
            for repair in placed.repairs
        ],
        "before": placed.before.id if placed.before else None,
        "after": placed.after.id if placed.after else None,
    }
