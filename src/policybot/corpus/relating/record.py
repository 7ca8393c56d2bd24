"""Record relations that texts state in policies: certain ones at once, others after review.

Statements are extracted from the texts each time, so a relation to a document that the corpus lacks
is proposed as soon as that document is added.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policybot.corpus.files.read import scan_file
from policybot.corpus.files.write import format_policy, write_atomically
from policybot.corpus.relating.resolve import Proposal, catalogue, resolved, wanted_keys
from policybot.corpus.relating.statements import StatedRelation, stated_relations
from policybot.corpus.review.notes import REVIEW, proposal, rejection, to_confirm
from policybot.model import RELATION_KINDS, Policy, RelationTerms

KEY = "relations"

State = Literal["recorded", "certain", "likely", "doubtful", "rejected", "not in the corpus"]
"""The state of a stated relation: recorded, rejected, its certainty, or without its object."""


def proposals(
    policies: Callable[[], Iterable[Policy]], chosen: Callable[[], Iterable[Policy]] | None = None
) -> Iterator[tuple[Policy, list[Proposal]]]:
    """Yield the policies whose texts state relations, each with its proposals.

    Args:
        policies: Returns the policies of the corpus; called only if a text states a relation.
        chosen: Returns the policies to examine, by default those of the corpus; called twice.
    """
    chosen = chosen or policies
    stated: dict[str, list[StatedRelation]] = {}
    for policy in chosen():
        if items := stated_relations(policy.title, policy.body):
            stated[policy.id] = items
    if not stated:
        return
    known = catalogue(policies(), wanted_keys(item for items in stated.values() for item in items))
    for policy in chosen():
        if policy.id in stated:
            yield policy, resolved(policy, stated.pop(policy.id), known)


def state_of(policy: Policy, proposed: Proposal) -> State:
    """Return the state of a proposed relation."""
    if not proposed.object:
        return "not in the corpus"
    if proposed.object in policy.relations.get(proposed.stated.kind, ()):
        return "recorded"
    if _rejection(proposed) in (policy.note or "").split("\n"):
        return "rejected"
    return proposed.certainty


def with_relation(policy: Policy, proposed: Proposal) -> Policy:
    """Return a policy with a relation that its text states, and its evidence."""
    kind, object_id = proposed.stated.kind, proposed.object
    ids = policy.relations.get(kind, ())
    if object_id in ids:
        return policy
    relations = {
        known: (*policy.relations.get(known, ()), *([object_id] if known == kind else []))
        for known in RELATION_KINDS
        if known == kind or known in policy.relations
    }
    terms = {known: dict(by_id) for known, by_id in policy.relation_terms.items()}
    own = RelationTerms(proposed.stated.date, proposed.stated.provisions)
    if own != RelationTerms():
        terms.setdefault(kind, {})[object_id] = own
    evidence = "; ".join(
        filter(None, [policy.evidence.get(KEY), f"{proposed.value}, {proposed.stated.evidence}"])
    )
    return dataclasses.replace(
        policy,
        relations=relations,
        relation_terms=terms,
        evidence={**policy.evidence, KEY: evidence},
    )


def without_relation(policy: Policy, proposed: Proposal) -> Policy:
    """Return a policy without a relation that was taken from its text."""
    kind, object_id = proposed.stated.kind, proposed.object
    relations = {
        known: kept
        for known, ids in policy.relations.items()
        if (kept := tuple(i for i in ids if (known, i) != (kind, object_id)))
    }
    terms = {
        known: kept_terms
        for known, by_id in policy.relation_terms.items()
        if (kept_terms := {i: own for i, own in by_id.items() if (known, i) != (kind, object_id)})
    }
    return dataclasses.replace(policy, relations=relations, relation_terms=terms)


def rejected(policy: Policy, proposed: Proposal) -> Policy:
    """Return a policy whose note records that a relation was rejected, so it is not asked again."""
    lines = [*(policy.note or "").split("\n"), _rejection(proposed)]
    return dataclasses.replace(policy, note="\n".join(filter(None, lines)))


def _rejection(proposed: Proposal) -> str:
    return rejection(KEY, proposed.value)


def review_line(proposed: Proposal) -> str:
    """Return the review line of a relation, without its prefix."""
    word = to_confirm if proposed.certainty == "likely" else proposal
    return word(KEY, proposed.value, proposed.stated.evidence)


@dataclass(frozen=True, slots=True)
class RelationOutcome:
    """A relation that a text states; ``state`` is from before it was recorded."""

    policy: str
    path: Path
    proposal: Proposal
    state: State


@dataclass(frozen=True, slots=True)
class Related:
    """The relations stated by the texts of an import."""

    found: tuple[RelationOutcome, ...] = ()

    def count(self, *states: State) -> int:
        """Return how many relations are in one of the states."""
        return sum(relation.state in states for relation in self.found)


def take_stated(corpus: Callable[[], Iterable[Policy]], files: Sequence[Path]) -> Related:
    """Record the relations stated by the policies in ``files``, and rewrite those files.

    ``files`` are Markdown, one policy each. Certain and likely relations are recorded; likely and
    doubtful ones get a review line in the note.
    """
    taken: list[RelationOutcome] = []
    for policy, stated in proposals(corpus, lambda: _policies_in(files)):
        updated = policy
        for proposed in stated:
            state = state_of(updated, proposed)
            taken.append(RelationOutcome(policy.id, Path(policy.path), proposed, state))
            if state in {"certain", "likely"}:
                updated = with_relation(updated, proposed)
            if state in {"likely", "doubtful"}:
                updated = _with_review(updated, proposed)
        if updated != policy:
            write_atomically(Path(policy.path), format_policy(updated).encode("utf-8"))
    return Related(tuple(taken))


def _policies_in(files: Iterable[Path]) -> Iterator[Policy]:
    for path in files:
        for policy, problems in scan_file(path):
            if policy is not None and not problems:
                yield policy


def _with_review(policy: Policy, proposed: Proposal) -> Policy:
    line = " ".join(f"{REVIEW}{review_line(proposed)}".split())
    lines = [line for line in (policy.note or "").split("\n") if line]
    return policy if line in lines else dataclasses.replace(policy, note="\n".join([*lines, line]))
