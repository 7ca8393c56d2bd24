"""An answer: what was read, the hits with their quotes, and the index they are from."""

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
    """A passage in an answer, with the spans that answer (into ``passage.text``) and its score.

    ``cites`` are the provisions of its policy, and the other policies, that it refers to;
    ``definitions`` are those of terms that it uses.
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
            **({"cites": [one.to_dict() for one in self.cites]} if self.cites else {}),
            **(
                {"definitions": [one.to_dict() for one in self.definitions]}
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
    """Some words of a paragraph that was changed: kept, removed from it, or added to it."""

    kind: Literal["kept", "removed", "added"]
    text: str

    def to_dict(self) -> dict[str, str]:
        """The run as the answer's JSON shows it."""
        return {"kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph of two texts that are compared: of one of them, or of both.

    ``runs`` are those of a changed one, in order: the kept and the removed ones are ``before``, the
    kept and the added ones ``after``.
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
    """The hits, the reading of the question, the confidence, or the reason why there is none.

    ``total`` counts every policy that answers, ``hits`` may be fewer (the limit). ``detail`` says
    in one English sentence what ``reason`` means here (which filter leaves nothing, which body is
    unknown), or which of several numbers no policy has. ``near_misses`` are policies that may
    answer, or that would without the filter that leaves nothing; ``unheld`` are words of the
    question that no passage has. ``note`` says in one sentence that the policies are in another
    language than the question. ``also`` are the answers to further questions of the same message.
    ``comparison`` are the rows of the two texts that a question compares, those of the two hits.
    ``undetermined`` counts policies that would answer but for their validity, which the sources
    leave open. ``evidence`` holds one row a candidate when the question was asked with ``explain``.
    ``focus`` is which of the hits, from 0, the reader has before them: what "it" means.
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
    confidence: float | None = None
    took_ms: float = 0.0
    evidence: tuple[Mapping[str, Any], ...] = ()
    also: tuple[Answer, ...] = ()
    undetermined: int = 0
    note: str | None = None
    focus: int = 0
    comparison: tuple[Row, ...] = ()

    @property
    def answered(self) -> bool:
        """True when there are hits: the answer is sure."""
        return self.reason is None

    @property
    def certainty(self) -> Certainty:
        """Whether the hits surely answer, the near misses may, or there is nothing to show."""
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
        if self.undetermined:
            result["undetermined"] = self.undetermined
        if self.note:
            result["note"] = self.note
        if self.evidence:
            result["evidence"] = [dict(row) for row in self.evidence]
        if self.also:
            result["also"] = [answer.to_dict() for answer in self.also]
        return result
