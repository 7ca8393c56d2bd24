"""What the other rooms pass to each other: frozen data, no behaviour beyond reading it.

The words are those of ``docs/architecture.md``.
"""

from policybot.model.answer import Answer, Hit, IndexInfo, Quote, Row, Run
from policybot.model.passages import (
    CitedPolicy,
    CitedProvision,
    Defined,
    Document,
    Passage,
    Provision,
    ShownProvision,
)
from policybot.model.policy import (
    NO_TERMS,
    Issuer,
    MachineRead,
    Policy,
    PolicyDate,
    RelationTerms,
    Repair,
    Source,
    Version,
    VersionText,
)
from policybot.model.relations import REASONS, RelationAsked, Relative, Validity, affecting
from policybot.model.terms import (
    AFFECTING,
    ENDING,
    RELATION_KINDS,
    Certainty,
    Intent,
    Order,
    Reason,
    Span,
    State,
    sha256_of,
)

__all__ = [
    "AFFECTING",
    "ENDING",
    "NO_TERMS",
    "REASONS",
    "RELATION_KINDS",
    "Answer",
    "Certainty",
    "CitedPolicy",
    "CitedProvision",
    "Defined",
    "Document",
    "Hit",
    "IndexInfo",
    "Intent",
    "Issuer",
    "MachineRead",
    "Order",
    "Passage",
    "Policy",
    "PolicyDate",
    "Provision",
    "Quote",
    "Reason",
    "RelationAsked",
    "RelationTerms",
    "Relative",
    "Repair",
    "Row",
    "Run",
    "ShownProvision",
    "Source",
    "Span",
    "State",
    "Validity",
    "Version",
    "VersionText",
    "affecting",
    "sha256_of",
]
