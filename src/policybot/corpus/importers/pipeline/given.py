"""What is known of a source from elsewhere, put into the drafts that do not state it."""

from __future__ import annotations

import dataclasses

from policybot.corpus.importers.pipeline.source import Given
from policybot.corpus.review.notes import NO_ISSUER, REVIEW
from policybot.model import Policy

_TABLES = (".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".ods")


def with_given(draft: Policy, given: Given) -> Policy:
    """Return a draft with the address, the issuers and the language that are known of its source.

    Issuers and language hold only where the draft states none; the note says who stated the
    issuers. A draft of a table has an address of its own, if any.
    """
    note = draft.note
    issuers = draft.issuers or given.issuers
    evidence = dict(draft.evidence)
    if given.issuers and not draft.issuers:
        missing = f"{REVIEW}{NO_ISSUER}"
        lines = [line for line in (note or "").split("\n") if not line.startswith(missing)]
        note = "\n".join(["issuers: as sources.toml has them", *filter(None, lines)])
        evidence["issuers"] = f"sources.toml: “{'; '.join(given.issuers)}”"
    own = draft.url if draft.source and draft.source.file.endswith(_TABLES) else None
    return dataclasses.replace(
        draft,
        url=own or given.url or draft.url,
        issuers=issuers,
        language=draft.language or given.language,
        note=note,
        evidence=evidence,
    )
