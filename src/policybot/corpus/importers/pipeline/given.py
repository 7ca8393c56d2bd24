"""Add metadata that is known about a source from elsewhere to drafts that do not state it."""

from __future__ import annotations

import dataclasses

from policybot.corpus.importers.pipeline.source import Given
from policybot.corpus.review.notes import NO_ISSUER, REVIEW
from policybot.model import Policy

_TABLES = (".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".ods")


def with_given(draft: Policy, given: Given) -> Policy:
    """Return a draft with the URL, issuers and language that are known about its source.

    Issuers and language are used only if the draft states none; the note records where the issuers
    are from. A table's draft keeps its own URL, if it has one.
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
