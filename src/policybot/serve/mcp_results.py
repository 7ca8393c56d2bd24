"""Fields of policies and passages in the results of MCP tools."""

from __future__ import annotations

from typing import Any

from policybot.model import Hit, Passage, Policy, Validity
from policybot.render.addresses import path_of
from policybot.render.validity import validity_line, version_line


def policy_fields(
    policy: Policy, validity: Validity | None, base: str | None = None
) -> dict[str, Any]:
    """Return the fields of a policy that every result has."""
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


def passage_fields(passage: Passage) -> dict[str, Any]:
    """Return the fields of a passage: the text, and what a citation of it needs."""
    return {
        "passage": passage.id,
        "text": passage.text,
        "sha256": passage.sha256,
        "headings": list(passage.headings),
        **passage.pages_dict(),
    }


def reference_fields(hit: Hit) -> dict[str, Any]:
    """Return the references and the definitions of the passages of a hit, where there are any."""
    cites = [cite.to_dict() for quote in hit.quotes for cite in quote.cites]
    definitions = [term.to_dict() for quote in hit.quotes for term in quote.definitions]
    fields = {"refers_to": cites, "definitions": definitions}
    return {name: items for name, items in fields.items() if items}
