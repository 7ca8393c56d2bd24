"""What is quoted of a policy: passages, provisions, and what they refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policybot.model.policy import Policy, Version
from policybot.model.relations import Relative, Validity, affecting
from policybot.model.terms import Span, sha256_of


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and quoted: one paragraph, or a sentence-aligned part of a long one.

    ``text`` equals ``policy.body[start:end]``; ``sentences`` are spans into ``text``;
    ``headings`` is the heading path above it, outermost first; ``pages`` are the first and the last
    page of the policy's source that it may be on, None if the source has no pages;
    ``machine_read`` is the lowest OCR confidence (0 to 1) of those pages, None if none of them was
    recognised from an image.
    """

    id: str
    policy_id: str
    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()
    sentences: tuple[Span, ...] = ()
    pages: Span | None = None
    machine_read: float | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of ``text``."""
        return sha256_of(self.text)

    def pages_dict(self) -> dict[str, Any]:
        """The pages and their OCR confidence as JSON shows them; absent keys are left out."""
        shown: dict[str, Any] = {"pages": list(self.pages)} if self.pages else {}
        if self.machine_read is not None:
            shown["machine_read"] = {"confidence": round(self.machine_read, 3)}
        return shown


@dataclass(frozen=True, slots=True)
class Provision:
    """A part of a policy that has a number of its own: an article, a section, an item of one.

    All spans are into the policy's body: ``span`` of its text, ``label`` of its number as printed,
    ``above`` of the headings and the lead-in that stand above it, outermost first.
    """

    address: str
    span: Span
    label: Span
    above: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A policy with all its passages, in order: the result of ``show``.

    ``relates_to`` are the objects of its relations, ``related_by`` the subjects of relations to it,
    ``validity`` its state today. ``versions`` are those of an amended policy, oldest first, each
    with the id by which ``show`` finds it.
    """

    policy: Policy
    passages: tuple[Passage, ...]
    relates_to: tuple[Relative, ...] = ()
    related_by: tuple[Relative, ...] = ()
    validity: Validity | None = None
    versions: tuple[tuple[str, Version], ...] = ()

    def policy_dict(self) -> dict[str, Any]:
        """The policy as JSON shows it, with its state today and its relations both ways."""
        return {
            **self.policy.to_dict(),
            **({"validity": self.validity.to_dict()} if self.validity else {}),
            "relates_to": [relative.to_dict() for relative in self.relates_to],
            "related_by": [relative.to_dict() for relative in self.related_by],
            **(
                {"versions": [{"id": name} | version.to_dict() for name, version in self.versions]}
                if self.versions
                else {}
            ),
        }

    @property
    def affected_by(self) -> tuple[Relative, ...]:
        """Those of ``related_by`` that replace, repeal or amend it."""
        return affecting(self.related_by)


@dataclass(frozen=True, slots=True)
class CitedProvision:
    """A provision of the same policy that a passage refers to; ``wording`` is the reference."""

    wording: str
    passage: Passage

    def to_dict(self) -> dict[str, Any]:
        """The provision as the answer's JSON shows it."""
        return {
            "wording": self.wording,
            "id": self.passage.id,
            "text": self.passage.text,
            "sha256": self.passage.sha256,
            **({"headings": list(self.passage.headings)} if self.passage.headings else {}),
        }


@dataclass(frozen=True, slots=True)
class CitedPolicy:
    """Another policy of the corpus that a passage refers to; ``wording`` is the reference.

    ``provision`` is the provision of that policy that is meant, if the passage names one.
    """

    wording: str
    policy: Relative
    provision: Passage | None = None

    def to_dict(self) -> dict[str, Any]:
        """The policy as the answer's JSON shows it, among what a passage cites."""
        policy = {"id": self.policy.id, "title": self.policy.title}
        shown: dict[str, Any] = {"wording": self.wording, "policy": policy}
        if self.provision is not None:
            shown |= {
                "id": self.provision.id,
                "text": self.provision.text,
                "sha256": self.provision.sha256,
            }
        return shown


@dataclass(frozen=True, slots=True)
class Defined:
    """A term of a policy that a passage uses, as printed, with its definition.

    The passage's text is only the definition; its id is that of the defining provision or passage.
    """

    term: str
    passage: Passage

    def to_dict(self) -> dict[str, Any]:
        """The definition as the answer's JSON shows it."""
        return {
            "term": self.term,
            "id": self.passage.id,
            "text": self.passage.text,
            "sha256": self.passage.sha256,
        }


@dataclass(frozen=True, slots=True)
class ShownProvision:
    """One provision of a policy, with what it refers to and the terms that it uses."""

    policy: Policy
    passage: Passage
    label: str
    cites: tuple[CitedProvision | CitedPolicy, ...] = ()
    definitions: tuple[Defined, ...] = ()
