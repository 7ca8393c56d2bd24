"""What the other rooms pass to each other: frozen data, no behaviour beyond reading it.

The words are those of ``docs/architecture.md``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from policybot.query.query import Query

Span = tuple[int, int]
"""Half-open character offsets ``[start, end)`` into the text they belong to."""

Intent = Literal["find", "list"]

Order = Literal["relevance", "oldest", "newest"]

Certainty = Literal["sure", "closest", "nothing"]

Reason = Literal[
    "no_policy_matches_filters",
    "unknown_issuer",
    "nothing_similar_enough",
    "no_such_relation",
    "no_such_provision",
    "no_such_comparison",
    "empty_question",
    "empty_corpus",
]

State = Literal["in_force", "not_yet", "ended", "unknown"]
"""The state of a policy on a day, so far as the sources state it."""

RELATION_KINDS = ("amends", "repeals", "implements", "replaces")

ENDING = ("replaces", "repeals")
"""The relations that end their object."""

AFFECTING = (*ENDING, "amends")
"""The relations that leave their object no longer as it reads, the gravest first."""


def sha256_of(text: str) -> str:
    """Return the SHA-256 of ``text`` in UTF-8, as 64 lowercase hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


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
    first words of it (``policybot.corpus.pages`` finds the pages by them). ``machine_read`` are the
    pages whose text was recognised in a picture of them.
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


@dataclass(frozen=True, slots=True)
class Relative:
    """A policy at the other end of a relation; ``kind`` is the relation's, either way round.

    ``terms`` is what is stated of the relation itself.
    """

    kind: str
    id: str
    title: str
    date: PolicyDate | None = None
    terms: RelationTerms = NO_TERMS

    def to_dict(self) -> dict[str, Any]:
        """The relative as the answer's JSON shows it; ``on`` is the relation's own date."""
        terms = self.terms.to_dict()
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "date": str(self.date) if self.date else None,
            **({"on": terms["date"]} if "date" in terms else {}),
            **({"provisions": terms["provisions"]} if "provisions" in terms else {}),
        }


@dataclass(frozen=True, slots=True)
class Validity:
    """The state of a policy on some days, from what the sources state and nothing else.

    ``days`` are the first and the last of them, most often the same. ``since`` is the date from
    which it is stated to be in force, ``until`` the one of its end: its last day where ``by`` is
    None, else the first on which it holds no more. ``by`` is the policy that ends it, ``status``
    what its source says, where that decides. ``reason`` is what the state follows from; see
    :data:`REASONS`. ``asked`` says that the question speaks of validity, ``is_today`` that the day
    is that of the question.
    """

    state: State
    reason: str
    days: tuple[dt.date, dt.date]
    since: PolicyDate | None = None
    until: PolicyDate | None = None
    by: Relative | None = None
    status: str | None = None
    asked: bool = False
    is_today: bool = False

    @property
    def day(self) -> str:
        """The days in ISO 8601: ``2013-03-01``, or ``2013-01-01/2013-12-31`` for several."""
        first, last = self.days
        return first.isoformat() if first == last else f"{first}/{last}"

    @property
    def is_shown(self) -> bool:
        """Whether a reader is told: it was asked for, or the sources state something of it."""
        return (
            self.asked
            or self.reason not in {"not_stated", "issued"}
            or bool(self.until or self.status)
        )

    def to_dict(self) -> dict[str, Any]:
        """The state as the answer's JSON shows it."""
        return {
            "state": self.state,
            "day": self.day,
            "since": str(self.since) if self.since else None,
            "until": str(self.until) if self.until else None,
            "by": self.by.to_dict() if self.by else None,
            "because": REASONS[self.reason],
            **({"status": self.status} if self.status else {}),
        }


REASONS = {
    "effective": "its date of entry into force is stated",
    "status": "its source says so",
    "issued": "it was issued later",
    "expires": "its date of expiry is stated",
    "repeals": "another policy repeals it",
    "replaces": "another policy replaces it",
    "version": "a later version of it is stated",
    "not_stated": "no date of entry into force is stated",
    "effective_imprecise": "the day of its entry into force is not stated",
    "end_imprecise": "the day of its end is not stated",
    "end_undated": "the date of its end is not stated",
}
"""What a state may follow from, in English words."""


def affecting(relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    """Return those that replace, repeal or amend a policy of all that are related to it so."""
    chosen = (relative for relative in relatives if relative.kind in AFFECTING)
    return tuple(sorted(chosen, key=lambda relative: AFFECTING.index(relative.kind)))


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed and quoted: one paragraph, or a sentence-aligned part of a long one.

    ``text`` equals ``policy.body[start:end]``; ``sentences`` are spans into ``text``;
    ``headings`` is the heading path above it, outermost first; ``pages`` are the first and the last
    page of the policy's source that it may stand on, None where the source has no pages;
    ``machine_read`` is how surely the least sure of these was read from its picture, None where
    all of them state their text.
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
        """The pages, and how they were read, as JSON shows them: no key for what is not so."""
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
    """A policy with all its passages, in order: what ``show`` gives.

    ``relates_to`` are the policies that its relations name, ``related_by`` those whose relations
    name it, ``validity`` its state today. ``versions`` are those of a policy that was amended,
    oldest first, each with the id that opens it.
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
                {"versions": [{"id": name} | one.to_dict() for name, one in self.versions]}
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
    """A provision that a passage refers to, of the same policy: what it is called there."""

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
    """Another policy of the corpus that a passage refers to, as it calls it.

    ``provision`` is the one of it that is meant, where the passage says which.
    """

    wording: str
    policy: Relative
    provision: Passage | None = None

    def to_dict(self) -> dict[str, Any]:
        """The policy as the answer's JSON shows it, among what a passage cites."""
        other = {"id": self.policy.id, "title": self.policy.title}
        shown: dict[str, Any] = {"wording": self.wording, "policy": other}
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

    The passage's id is the address of the provision that defines it, or the id of that passage of
    the policy; its text is the definition alone.
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


@dataclass(frozen=True, slots=True)
class RelationAsked:
    """The relation a question asks for, and the policies that it names.

    Wanted are the ``subjects`` (policies that replace the named ones) or the ``objects`` (policies
    that the named ones replace). ``named`` is how the question names them; where that is empty, the
    wanted are those that any policy replaces.
    """

    kind: str
    wanted: Literal["subjects", "objects"]
    named: str = ""
    policies: tuple[Relative, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The relation as the answer's JSON shows it."""
        return {
            "kind": self.kind,
            "wanted": self.wanted,
            "named": self.named,
            "policies": [policy.to_dict() for policy in self.policies],
        }


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
