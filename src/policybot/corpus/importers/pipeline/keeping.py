"""Keep what a maintainer added to a policy by hand when its source is imported again.

Dates of validity, versions and relations that have no ``evidence`` of having been read from the
source were added by a person: they are kept unless the import states others.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence

from policybot.corpus.review.notes import REVIEW, is_rejection
from policybot.model import RELATION_KINDS, Policy, VersionText

_RELATIONS = "relations"
_KEYS = ("published", "effective", "expires", "status")
"""Keys with one value that a person may add."""


def with_added(held: Policy, draft: Policy) -> Policy:
    """Return a draft with what a person added to ``held``, the policy that it replaces."""
    added = {
        key: getattr(held, key)
        for key in _KEYS
        if getattr(held, key) and not getattr(draft, key) and key not in held.evidence
    }
    lines = [*(draft.note or "").split("\n"), *filter(is_rejection, (held.note or "").split("\n"))]
    return _with_relations(
        held,
        dataclasses.replace(
            draft,
            **added,
            note="\n".join(filter(None, dict.fromkeys(lines))) or None,
            versions=draft.versions or tuple(_versions(held, draft)),
        ),
    )


def _versions(held: Policy, draft: Policy) -> Iterator[VersionText]:
    """Yield the versions of a policy; the one with the policy's body gets that of the draft."""
    for text in held.versions:
        is_body = text.body == held.body and not text.apart
        yield dataclasses.replace(text, body=draft.body) if is_body else text


def _with_relations(held: Policy, draft: Policy) -> Policy:
    kept = {
        kind: kept_ids
        for kind, ids in held.relations.items()
        if (kept_ids := tuple(i for i in ids if _stays(held, draft, kind, i)))
    }
    if not kept:
        return draft
    relations = _merged(draft.relations, kept)
    terms = {
        kind: own
        for kind, ids in relations.items()
        if (
            own := {
                i: term
                for i in ids
                for term in [
                    draft.relation_terms.get(kind, {}).get(i)
                    or held.relation_terms.get(kind, {}).get(i)
                ]
                if term
            }
        )
    }
    read = [_read_from(held, kind, i) for kind, ids in kept.items() for i in ids]
    statements = "; ".join(filter(None, [draft.evidence.get(_RELATIONS), *read]))
    evidence = {**draft.evidence, _RELATIONS: statements} if statements else draft.evidence
    return dataclasses.replace(draft, relations=relations, relation_terms=terms, evidence=evidence)


def _merged(
    first: Mapping[str, Sequence[str]], second: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the relations of both, in the order of their kinds."""
    kinds = [kind for kind in RELATION_KINDS if kind in first or kind in second]
    return {
        kind: tuple(dict.fromkeys([*first.get(kind, ()), *second.get(kind, ())])) for kind in kinds
    }


def _stays(held: Policy, draft: Policy, kind: str, object_id: str) -> bool:
    """Return whether to keep a relation: added by hand, or read from words still in the text.

    An unconfirmed one is not kept: it is proposed again if the text still states it.
    """
    if object_id in draft.relations.get(kind, ()):
        return False
    waits = [
        line for line in (held.note or "").split("\n") if line.startswith(f"{REVIEW}{_RELATIONS} ")
    ]
    if any(f"{kind} {object_id} is to be confirmed" in line for line in waits):
        return False
    read = _read_from(held, kind, object_id)
    words = read.partition("“")[2].rstrip("”")
    return not read or " ".join(words.split()) in " ".join(f"{draft.title} {draft.body}".split())


def _read_from(held: Policy, kind: str, object_id: str) -> str:
    """Return the evidence of a relation; empty for one that was added by hand."""
    prefix = re.escape(f"{kind} {object_id}, ")
    match = re.search(rf"{prefix}[^“]*“[^”]*”", held.evidence.get(_RELATIONS, ""))
    return match[0] if match else ""
