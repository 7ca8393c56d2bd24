"""A policy as it is kept: who issued it, when, its text, where it is from, its versions."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policybot.model.terms import Span


@dataclass(frozen=True, slots=True)
class PolicyDate:
    """A date with year, month or day precision: the interval of days it may be."""

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

    ``since`` and ``until`` say from when to when it has had that name; ``predecessors`` are the
    bodies it was before.
    """

    name: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    since: PolicyDate | None = None
    until: PolicyDate | None = None
    predecessors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MachineRead:
    """A page that was read from its picture: by what, and how sure that is of it (0 to 1)."""

    page: int
    confidence: float
    engine: str

    def __str__(self) -> str:
        return f"{self.confidence:.2f}, {self.engine}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported policy came from: a file of ``corpus/sources/``, its lines or page.

    ``pages`` are, for a source of several pages, the numbers of those that have text, each with the
    first words of it (``policybot.corpus.text.pages`` finds them by those). ``machine_read`` are
    those whose text was recognised in a picture of them.
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
        """Return the file with these pages, first and last of each, instead of all that it has."""
        spans = sorted({span for span in pages if span is not None})
        if not spans:
            return str(self)
        shown = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
        return f"{self.file}, page{'' if shown[0].isdigit() and not shown[1:] else 's'} " + (
            ", ".join(shown)
        )


@dataclass(frozen=True, slots=True)
class Repair:
    """One change made to a source's text on import: what it was, what it became, on which line."""

    before: str
    after: str
    line: int


@dataclass(frozen=True, slots=True)
class RelationTerms:
    """What is stated of a relation beside its object: its date, and the provisions it is about.

    A relation about provisions leaves the rest of its object as it is.
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
    """Which of a policy's texts one is, and when it held, as stated.

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

    ``source`` and ``note`` are those of the version. ``apart`` says that the text stands in a file
    of its own, beside the policy's.
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
        """What an index calls it: its id, for an earlier version with the first day of that.

        ``tolls`` is the last version of a policy, ``tolls@2012-03-01`` an earlier one.
        """
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

    def terms_of(self, kind: str, other: str) -> RelationTerms:
        """What is stated of the relation of a kind to another policy."""
        return self.relation_terms.get(kind, {}).get(other, NO_TERMS)

    def terms_dict(self) -> dict[str, Any]:
        """What is stated of its relations beside their objects; no key where nothing is."""
        shown = {
            kind: {other: terms.to_dict() for other, terms in others.items()}
            for kind, others in self.relation_terms.items()
        }
        return {"relation_terms": shown} if shown else {}

    def stated_dict(self) -> dict[str, str]:
        """What is stated of its publication and validity; no key for what is not."""
        dates = {
            "published": self.published,
            "effective": self.effective,
            "expires": self.expires,
        }
        stated = {key: str(date) for key, date in dates.items() if date}
        return stated | ({"status": self.status} if self.status else {})
