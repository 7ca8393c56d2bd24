"""Relations that texts state, taken into policies: certain ones at once, others for a person.

What is stated is read from the text each time, so nothing of it is lost: what a policy does to a
document that the corpus lacks is proposed once it comes.
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
"""What is to be said of a statement: what the corpus records, how sure it is, or what it lacks."""


def proposals(
    policies: Callable[[], Iterable[Policy]], chosen: Callable[[], Iterable[Policy]] | None = None
) -> Iterator[tuple[Policy, list[Proposal]]]:
    """Yield the policies whose texts state relations, each with what it states.

    Args:
        policies: Gives the policies of the corpus; called once, and only where a text states any.
        chosen: Gives those that are asked about, all by default; called twice.
    """
    chosen = chosen or policies
    stated: dict[str, list[StatedRelation]] = {}
    for policy in chosen():
        if found := stated_relations(policy.title, policy.body):
            stated[policy.id] = found
    if not stated:
        return
    known = catalogue(policies(), wanted_keys(one for found in stated.values() for one in found))
    for policy in chosen():
        if policy.id in stated:
            yield policy, resolved(policy, stated.pop(policy.id), known)


def state_of(policy: Policy, one: Proposal) -> State:
    """Return what is to be said of a statement."""
    if not one.object:
        return "not in the corpus"
    if one.object in policy.relations.get(one.stated.kind, ()):
        return "recorded"
    if _rejection(one) in (policy.note or "").split("\n"):
        return "rejected"
    return one.certainty


def with_relation(policy: Policy, one: Proposal) -> Policy:
    """Return a policy with a relation that its text states, and the words it was read from."""
    kind, other = one.stated.kind, one.object
    ids = policy.relations.get(kind, ())
    if other in ids:
        return policy
    relations = {
        known: (*policy.relations.get(known, ()), *([other] if known == kind else []))
        for known in RELATION_KINDS
        if known == kind or known in policy.relations
    }
    terms = {known: dict(others) for known, others in policy.relation_terms.items()}
    own = RelationTerms(one.stated.date, one.stated.provisions)
    if own != RelationTerms():
        terms.setdefault(kind, {})[other] = own
    said = "; ".join(
        filter(None, [policy.evidence.get(KEY), f"{one.value}, {one.stated.evidence}"])
    )
    return dataclasses.replace(
        policy,
        relations=relations,
        relation_terms=terms,
        evidence={**policy.evidence, KEY: said},
    )


def without_relation(policy: Policy, one: Proposal) -> Policy:
    """Return a policy without a relation that was taken from its text."""
    kind, other = one.stated.kind, one.object
    relations = {
        known: kept
        for known, ids in policy.relations.items()
        if (kept := tuple(i for i in ids if (known, i) != (kind, other)))
    }
    terms = {
        known: kept_terms
        for known, others in policy.relation_terms.items()
        if (kept_terms := {i: own for i, own in others.items() if (known, i) != (kind, other)})
    }
    return dataclasses.replace(policy, relations=relations, relation_terms=terms)


def rejected(policy: Policy, one: Proposal) -> Policy:
    """Return a policy whose note says that a relation is not one, so that it is not asked again."""
    lines = [*(policy.note or "").split("\n"), _rejection(one)]
    return dataclasses.replace(policy, note="\n".join(filter(None, lines)))


def _rejection(one: Proposal) -> str:
    return rejection(KEY, one.value)


def review_line(one: Proposal) -> str:
    """Return what a person is asked of a relation, without the mark of a review line."""
    say = to_confirm if one.certainty == "likely" else proposal
    return say(KEY, one.value, one.stated.evidence)


@dataclass(frozen=True, slots=True)
class Found:
    """A relation that a text states, as it was before anything was taken: policy, file, state."""

    policy: str
    path: Path
    proposal: Proposal
    state: State


@dataclass(frozen=True, slots=True)
class Related:
    """What the texts of an import state."""

    found: tuple[Found, ...] = ()

    def count(self, *states: State) -> int:
        """Return how many are in one of the states."""
        return sum(one.state in states for one in self.found)


def take_stated(corpus: Callable[[], Iterable[Policy]], files: Sequence[Path]) -> Related:
    """Take the certain relations of the policies in ``files`` into them; note the others.

    ``files`` hold one policy each, as Markdown. Those that are likely or doubtful become review
    lines of the notes.
    """
    found: list[Found] = []
    for policy, stated in proposals(corpus, lambda: _policies_in(files)):
        now = policy
        for one in stated:
            state = state_of(now, one)
            found.append(Found(policy.id, Path(policy.path), one, state))
            if state in {"certain", "likely"}:
                now = with_relation(now, one)
            if state in {"likely", "doubtful"}:
                now = _with_review(now, one)
        if now != policy:
            write_atomically(Path(policy.path), format_policy(now).encode("utf-8"))
    return Related(tuple(found))


def _policies_in(files: Iterable[Path]) -> Iterator[Policy]:
    for path in files:
        for policy, problems in scan_file(path):
            if policy is not None and not problems:
                yield policy


def _with_review(policy: Policy, one: Proposal) -> Policy:
    line = " ".join(f"{REVIEW}{review_line(one)}".split())
    lines = [line for line in (policy.note or "").split("\n") if line]
    return policy if line in lines else dataclasses.replace(policy, note="\n".join([*lines, line]))
