"""What assistants are given: policies and passages, to be quoted as they stand."""

from __future__ import annotations

from typing import Any

from policybot.model import Hit, Passage, Policy, Validity
from policybot.render.addresses import path_of
from policybot.render.validity import validity_line, version_line


def told(policy: Policy, validity: Validity | None, base: str | None = None) -> dict[str, Any]:
    """Return what every result says of the policy that its text is of."""
    return {
        "id": policy.index_id,
        "title": policy.title,
        "issuers": list(policy.issuers),
        "date": str(policy.date) if policy.date else policy.date_text,
        "number": policy.number,
        "state": validity.state if validity else "unknown",
        "state_in_words": validity_line(validity) if validity else None,
        "url": policy.url,
        **({"version": version_line(policy.version)} if policy.version else {}),
        **({"page": f"{base}{path_of(policy.index_id)}"} if base else {}),
    }


def quoted(passage: Passage) -> dict[str, Any]:
    """Return a passage with what a citation of it needs."""
    return {
        "passage": passage.id,
        "text": passage.text,
        "sha256": passage.sha256,
        "headings": list(passage.headings),
        **passage.pages_dict(),
    }


def edges(hit: Hit) -> dict[str, Any]:
    """Return what the passages of a hit refer to, and the terms that they use."""
    cites = [one.to_dict() for quote in hit.quotes for one in quote.cites]
    definitions = [one.to_dict() for quote in hit.quotes for one in quote.definitions]
    edges = {"refers_to": cites, "definitions": definitions}
    return {name: several for name, several in edges.items() if several}
