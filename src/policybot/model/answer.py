"""An answer: the parsed question, the hits with their quotes, and the index they are from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from policybot.model.passages import CitedPolicy, CitedProvision, Defined, Passage
from policybot.model.policy import Policy
from policybot.model.relations import Relative, Validity
from policybot.model.terms import Certainty, Reason, Span

if TYPE_CHECKING:
    from policybot.query.query import Query


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage in an answer, with its score and the spans to highlight (into ``passage.text``).

    ``cites`` are the provisions and other policies that it refers to; ``definitions`` those of the
    defined terms that it uses.
    """

    passage: Passage
    highlights: tuple[Span, ...]
    score: float
    cites: tuple[CitedProvision | CitedPolicy, ...] = ()
    definitions: tuple[Defined, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The quote as the answer's JSON shows it."""
        return {
            "id": self.passage.id,
            "text": self.passage.text,
            "sha256": self.passage.sha256,
            "highlights": [list(span) for span in self.highlights],
            "score": round(self.score, 4),
            **({"headings": list(self.passage.headings)} if self.passage.headings else {}),
            **self.passage.pages_dict(),
            **({"cites": [item.to_dict() for item in self.cites]} if self.cites else {}),
            **(
                {"definitions": [item.to_dict() for item in self.definitions]}
                if self.definitions
                else {}
            ),
        }


@dataclass(frozen=True, slots=True)
class Hit:
    """One policy that answers, with its best passages, best first.

    ``affected_by`` are the policies that replace, repeal or amend it, in the order of
    :data:`AFFECTING`. ``validity`` is its state on the day of the question.
    """

    policy: Policy
    score: float
    quotes: tuple[Quote, ...]
    affected_by: tuple[Relative, ...] = ()
    validity: Validity | None = None

    @property
    def source(self) -> str | None:
        """The policy's source, with the pages of the passages shown where it has pages."""
        if self.policy.source is None:
            return None
        return self.policy.source.on([quote.passage.pages for quote in self.quotes])

    def to_dict(self) -> dict[str, Any]:
        """The hit as the answer's JSON shows it."""
        validity = {"validity": self.validity.to_dict()} if self.validity else {}
        shown: dict[str, Any] = {
            "policy": self.policy.to_dict() | validity,
            "score": round(self.score, 4),
            "passages": [quote.to_dict() for quote in self.quotes],
        }
        if self.affected_by:
            shown["affected_by"] = [relative.to_dict() for relative in self.affected_by]
        return shown


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words in the diff of a changed paragraph: kept, removed or added."""

    kind: Literal["kept", "removed", "added"]
    text: str

    def to_dict(self) -> dict[str, str]:
        """The run as the answer's JSON shows it."""
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the comparison of two texts: a paragraph of one of them, or a pair of both.

    ``runs`` are the word-level diff of a changed paragraph: kept and removed runs joined are
    ``before``, kept and added runs joined are ``after``.
    """

    kind: Literal["unchanged", "changed", "removed", "added"]
    before: str | None = None
    after: str | None = None
    runs: tuple[Run, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The row as the answer's JSON shows it."""
        runs = {"runs": [run.to_dict() for run in self.runs]} if self.runs else {}
        return {"kind": self.kind, "before": self.before, "after": self.after, **runs}


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which index answered: generation and encoder by name, policies and the dates they span.

    ``policies`` counts every text; ``earlier`` of them are earlier versions of another.
    """

    generation: str
    encoder: str
    policies: int
    passages: int
    first: dt.date | None
    last: dt.date | None
    earlier: int = 0

    @property
    def documents(self) -> int:
        """How many policies there are, each counted once whatever versions it has."""
        return self.policies - self.earlier

    def to_dict(self) -> dict[str, Any]:
        """The index as the answer's JSON shows it."""
        return {
            "generation": self.generation,
            "encoder": self.encoder,
            "policies": self.documents,
            "from": self.first.isoformat() if self.first else None,
            "until": self.last.isoformat() if self.last else None,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits and the parsed question, with the confidence, or the reason why there are no hits.

    ``total`` counts every matching policy; ``hits`` may be fewer (the limit). ``detail`` explains
    ``reason`` in one English sentence (which filter matches nothing, which body is unknown), or
    names the document numbers that no policy has. ``near_misses`` are policies that may answer, or
    that would match without the filter that matches nothing; ``unheld`` are words of the question
    that are in no passage, ``asked_of`` the bodies and places that it names, where no policy of
    theirs surely answers, ``other_kinds`` the kinds of document that it asks for, where nothing of
    such a kind answers and the hits are of others. ``note`` says that the policies are in another
    language than the question. ``also`` are the answers to further questions of the same message.
    ``comparison`` is the diff of the texts of the two hits. ``undetermined`` counts policies that
    match but for their validity, which the sources do not state. ``evidence`` has one row per
    candidate if the question was asked with ``explain``. ``focus`` is the index (from 0) of the hit
    the reader is looking at, which "it" refers to; ``replied`` is true if the question is a reply
    to that hit.
    """

    reading: Query
    hits: tuple[Hit, ...]
    total: int
    index: IndexInfo
    reason: Reason | None = None
    detail: str | None = None
    empty_filter: str | None = None
    near_misses: tuple[Hit, ...] = ()
    unheld: tuple[str, ...] = ()
    asked_of: tuple[str, ...] = ()
    other_kinds: tuple[str, ...] = ()
    confidence: float | None = None
    took_ms: float = 0.0
    evidence: tuple[Mapping[str, Any], ...] = ()
    also: tuple[Answer, ...] = ()
    undetermined: int = 0
    note: str | None = None
    focus: int = 0
    replied: bool = False
    comparison: tuple[Row, ...] = ()

    @property
    def answered(self) -> bool:
        """True when there are hits: the answer is sure."""
        return self.reason is None

    @property
    def certainty(self) -> Certainty:
        """``sure`` if there are hits, ``closest`` if near misses may answer, else ``nothing``."""
        if self.answered:
            return "sure"
        may = self.reason == "nothing_similar_enough" and self.near_misses
        return "closest" if may else "nothing"

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``policybot ask --json``."""
        result: dict[str, Any] = {
            "question": self.reading.question,
            "answered": self.answered,
            "certainty": self.certainty,
            "intent": self.reading.intent,
            "reading": self.reading.to_dict(),
            "reason": self.reason,
            "total": self.total,
            "hits": [hit.to_dict() for hit in self.hits],
            "index": self.index.to_dict(),
            "took_ms": round(self.took_ms, 1),
        }
        if not self.answered:
            result["detail"] = self.detail
            result["empty_filter"] = self.empty_filter
            result["near_misses"] = [hit.to_dict() for hit in self.near_misses]
        elif self.detail:
            result["detail"] = self.detail
        if self.comparison:
            result["comparison"] = [row.to_dict() for row in self.comparison]
        if self.unheld:
            result["unheld"] = list(self.unheld)
        if self.asked_of:
            result["asked_of"] = list(self.asked_of)
        if self.other_kinds:
            result["other_kinds"] = list(self.other_kinds)
        if self.undetermined:
            result["undetermined"] = self.undetermined
        if self.note:
            result["note"] = self.note
        if self.evidence:
            result["evidence"] = [dict(row) for row in self.evidence]
        if self.also:
            result["also"] = [answer.to_dict() for answer in self.also]
        return result
