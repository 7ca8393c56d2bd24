"""A policy with its metadata: issuers, dates, source, relations and versions."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policybot.model.terms import Span


@dataclass(frozen=True, slots=True)
class PolicyDate:
    """A date with year, month or day precision, compared as the interval of days it covers."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def first(self) -> dt.date:
        """The first day of the interval."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> dt.date:
        """The last day of the interval."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        """ISO 8601 with as much as is known: ``2013``, ``2014-06`` or ``2012-02-14``."""
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
        if self.day is not None:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Issuer:
    """A body that issued a policy. ``name`` is canonical; ``aliases`` are in any language.

    ``since`` and ``until`` bound the time it has had that name; ``predecessors`` are the names of
    the bodies it succeeded.
    """

    name: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    since: PolicyDate | None = None
    until: PolicyDate | None = None
    predecessors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MachineRead:
    """A page whose text was recognised (OCR), with the engine and its confidence (0 to 1)."""

    page: int
    confidence: float
    engine: str

    def __str__(self) -> str:
        return f"{self.confidence:.2f}, {self.engine}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported policy came from: a file of ``corpus/sources/``, its lines or page.

    ``pages`` are the numbers of the source's pages that have text, each with its first words, by
    which ``policybot.corpus.text.pages`` locates it. ``machine_read`` are the pages whose text was
    recognised in an image.
    """

    file: str
    sha256: str | None = None
    lines: str | None = None
    pages: tuple[tuple[int, str], ...] = ()
    machine_read: tuple[MachineRead, ...] = ()

    def __str__(self) -> str:
        if self.lines is None:
            return self.file
        return f"{self.file}{':' if self.lines[:1].isdigit() else ', '}{self.lines}"

    def on(self, pages: Iterable[Span | None]) -> str:
        """Return the file's name with page ranges (first, last), as in ``a.pdf, pages 2-3``."""
        spans = sorted({span for span in pages if span is not None})
        if not spans:
            return str(self)
        shown = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
        return f"{self.file}, page{'' if shown[0].isdigit() and not shown[1:] else 's'} " + (
            ", ".join(shown)
        )


@dataclass(frozen=True, slots=True)
class Repair:
    """One correction of a source's text on import; ``line`` is 1-based."""

    before: str
    after: str
    line: int


@dataclass(frozen=True, slots=True)
class RelationTerms:
    """Details stated about a relation: its date, and the provisions of its object it is limited to.

    Without ``provisions`` the relation is to the whole policy.
    """

    date: PolicyDate | None = None
    provisions: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The terms as JSON shows them: no key for what is not stated."""
        shown: dict[str, Any] = {"date": str(self.date)} if self.date else {}
        return shown | ({"provisions": list(self.provisions)} if self.provisions else {})


NO_TERMS = RelationTerms()


@dataclass(frozen=True, slots=True)
class Version:
    """Which of a policy's texts it is, and when it was in force, as stated.

    ``since`` is its first day and ``until`` its last; ``next`` the first day of the version after
    it, None for the last one. ``since`` is None only for the first version. ``number`` counts from
    1, ``total`` is how many versions there are. All dates have day precision.
    """

    since: PolicyDate | None = None
    until: PolicyDate | None = None
    next: PolicyDate | None = None
    number: int = 1
    total: int = 1

    @property
    def is_last(self) -> bool:
        """Whether no later version is stated."""
        return self.number == self.total

    @property
    def last_day(self) -> PolicyDate | None:
        """Its last day: the one stated, or else the day before the next version's first."""
        if self.until or not self.next:
            return self.until
        day = self.next.first - dt.timedelta(days=1)
        return PolicyDate(day.year, day.month, day.day)

    def to_dict(self) -> dict[str, Any]:
        """The version as JSON shows it; ``next`` is the first day of the one after it."""
        return {
            "number": self.number,
            "of": self.total,
            "from": str(self.since) if self.since else None,
            "until": str(self.last_day) if self.last_day else None,
            "next": str(self.next) if self.next else None,
        }


@dataclass(frozen=True, slots=True)
class VersionText:
    """The text of one version of a policy, as the corpus holds it.

    ``source`` and ``note`` are those of the version. ``apart`` is true if the text is in a file of
    its own, next to the policy's.
    """

    version: Version
    body: str
    source: Source | None = None
    note: str | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """One document of the corpus.

    ``issuers`` are as printed; an empty tuple means the source states none. ``body`` is Markdown.
    ``date`` is the document's own; ``published``, ``effective`` and ``expires`` are those of its
    publication, of its entry into force and of its end, where they are stated as dates; ``status``
    is what the source says of its validity (有效, "repealed"), as printed. ``relations`` are ids by
    kind; ``relation_terms`` are, by kind and id, those of which more is stated. ``evidence`` says
    for a key what it was read from: place and words, as ``sign-off, line 214: “2021年5月17日”``.
    ``versions`` are the texts of a policy that was amended, oldest first; an index holds each of
    them as a policy of its own, of the same id, whose ``version`` says which it is
    (:func:`policybot.corpus.versions.texts_of`).
    ``path`` and ``line`` say which file the policy was read from and where its body begins
    (1-based); they are no part of its content.
    """

    id: str
    title: str
    body: str
    issuers: tuple[str, ...] = ()
    date: PolicyDate | None = None
    date_text: str | None = None
    number: str | None = None
    language: str | None = None
    url: str | None = None
    source: Source | None = None
    note: str | None = None
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()
    published: PolicyDate | None = None
    effective: PolicyDate | None = None
    expires: PolicyDate | None = None
    status: str | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    relation_terms: Mapping[str, Mapping[str, RelationTerms]] = field(default_factory=dict)
    versions: tuple[VersionText, ...] = ()
    version: Version | None = None
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def index_id(self) -> str:
        """Its id in an index: ``tolls``, or for an earlier version ``tolls@2012-03-01``."""
        if self.version is None or self.version.is_last:
            return self.id
        return f"{self.id}@{self.version.since or self.version.number}"

    def to_dict(self) -> dict[str, Any]:
        """The policy as the answer's JSON shows it (metadata only, no body)."""
        return {
            "id": self.id,
            "title": self.title,
            "issuers": list(self.issuers),
            "date": str(self.date) if self.date else None,
            "date_text": self.date_text,
            "number": self.number,
            "language": self.language,
            "url": self.url,
            "source": str(self.source) if self.source else None,
            "relations": {kind: list(ids) for kind, ids in self.relations.items()},
            **self.terms_dict(),
            **self.stated_dict(),
            **({"version": {"id": self.index_id} | self.version.to_dict()} if self.version else {}),
        }

    def terms_of(self, kind: str, object_id: str) -> RelationTerms:
        """The terms of the relation of a kind to the policy ``object_id``."""
        return self.relation_terms.get(kind, {}).get(object_id, NO_TERMS)

    def terms_dict(self) -> dict[str, Any]:
        """The terms of its relations by kind and id, as JSON shows them; empty without any."""
        shown = {
            kind: {object_id: terms.to_dict() for object_id, terms in by_object.items()}
            for kind, by_object in self.relation_terms.items()
        }
        return {"relation_terms": shown} if shown else {}

    def stated_dict(self) -> dict[str, str]:
        """Its dates of publication and validity, and its status; absent keys are left out."""
        dates = {
            "published": self.published,
            "effective": self.effective,
            "expires": self.expires,
        }
        stated = {key: str(date) for key, date in dates.items() if date}
        return stated | ({"status": self.status} if self.status else {})
