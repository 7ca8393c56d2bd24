"""What a maintainer added to a policy by hand, kept where its source is imported again.

What there is of validity, versions and relations and was not read from the source before (which
``evidence`` tells) was added by a person: it stays where the import gives nothing in its place.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence

from policybot.corpus.review.notes import REVIEW, is_rejection
from policybot.model import RELATION_KINDS, Policy, VersionText

_RELATIONS = "relations"
_KEYS = ("published", "effective", "expires", "status")
"""Keys of one value that a person adds to what a source states of itself."""


def with_added(held: Policy, draft: Policy) -> Policy:
    """Return a draft with what a person added to the policy whose place it takes."""
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
    """Yield the versions of a policy; the one that is its body has that of the draft."""
    for one in held.versions:
        own = one.body == held.body and not one.apart
        yield dataclasses.replace(one, body=draft.body) if own else one


def _with_relations(held: Policy, draft: Policy) -> Policy:
    kept = {
        kind: others
        for kind, ids in held.relations.items()
        if (others := tuple(i for i in ids if _stays(held, draft, kind, i)))
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
    said = "; ".join(filter(None, [draft.evidence.get(_RELATIONS), *read]))
    evidence = {**draft.evidence, _RELATIONS: said} if said else draft.evidence
    return dataclasses.replace(draft, relations=relations, relation_terms=terms, evidence=evidence)


def _merged(
    one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the relations of both, in the order of their kinds."""
    kinds = [kind for kind in RELATION_KINDS if kind in one or kind in other]
    return {
        kind: tuple(dict.fromkeys([*one.get(kind, ()), *other.get(kind, ())])) for kind in kinds
    }


def _stays(held: Policy, draft: Policy, kind: str, other: str) -> bool:
    """Whether a relation stays: one added by hand, or read from words that the text still has.

    One that waits to be confirmed is proposed anew where the text still states it.
    """
    if other in draft.relations.get(kind, ()):
        return False
    waits = [
        line for line in (held.note or "").split("\n") if line.startswith(f"{REVIEW}{_RELATIONS} ")
    ]
    if any(f"{kind} {other} is to be confirmed" in line for line in waits):
        return False
    read = _read_from(held, kind, other)
    words = read.partition("“")[2].rstrip("”")
    return not read or " ".join(words.split()) in " ".join(f"{draft.title} {draft.body}".split())


def _read_from(held: Policy, kind: str, other: str) -> str:
    """Return the evidence of a relation of a policy; nothing for one that was added by hand."""
    said = re.escape(f"{kind} {other}, ")
    found = re.search(rf"{said}[^“]*“[^”]*”", held.evidence.get(_RELATIONS, ""))
    return found[0] if found else ""
