"""Stored answers: what each showed, so that its buttons work whatever the index becomes.

An answer's row holds references; each text is stored once in the table ``blobs`` under its SHA-256,
which is verified on reading.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policybot.bot.store.policies import (
    policy_from,
    policy_json,
    relative_from,
    relative_row,
    to_json,
    validity_from,
    validity_row,
)
from policybot.bot.views.facets import Facets
from policybot.model import (
    ENDING,
    CitedPolicy,
    CitedProvision,
    Defined,
    Hit,
    Passage,
    Policy,
    Quote,
    Relative,
    Span,
    Validity,
    sha256_of,
)

Kind = Literal["find", "list", "policy", "refusal", "start"]

KEPT_DAYS = 400
"""Days for which an answer's buttons work."""

WHOLE_LIST = 1000
"""Longest list stored with its texts; of a longer one only ids are, opened as they are now."""


MOST_OF_ONE = 64 << 20
"""Bytes of answers stored per person, the latest first, so that nobody can fill the disk by asking
for long lists."""

MOST_BELOW = 3
"""References, and definitions, stored with a passage."""

FEW = 200
"""Answers per person that are kept whatever their size."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy of an answer: its id, and the hashes of its own text and its passage's.

    ``below`` are the passage's references and defined terms: :func:`_keep_below`.
    """

    policy_id: str
    policy: str | None = None
    passage: str | None = None
    passage_id: str = ""
    headings: tuple[str, ...] = ()
    highlights: tuple[Span, ...] = ()
    affected_by: tuple[Relative, ...] = ()
    pages: Span | None = None
    machine_read: float | None = None
    validity: Validity | None = None
    below: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored answer. ``person`` and ``chat`` are hashes; ``question`` is None when not stored.

    ``lines`` are texts that buttons refer to by position: example questions. ``query`` is the
    reading of the question as JSON (:mod:`policybot.bot.store.readings`), None when not stored.
    ``facets`` are those of a list's entries.
    """

    id: str
    person: str
    chat: str
    kind: Kind
    entries: tuple[Entry, ...] = ()
    reading: str = ""
    question: str | None = None
    lines: tuple[str, ...] = ()
    query: dict[str, Any] | None = None
    facets: Facets | None = None


def by_date(hit: Hit) -> tuple[bool, int, int]:
    """Return the sort key of lists: by date, undated policies last."""
    date = hit.policy.date
    return (True, 0, 0) if date is None else (False, date.first.toordinal(), date.last.toordinal())


def is_ended(hit: Hit) -> bool:
    """Whether the sources state that a policy is no longer in force."""
    ends = any(relative.kind in ENDING for relative in hit.affected_by)
    return ends or (hit.validity is not None and hit.validity.state == "ended")


def new_id() -> str:
    """Return a random id of 72 bits: 12 characters of base64url."""
    return secrets.token_urlsafe(9)


def keep_answer(db: sqlite3.Connection, shown: Shown, hits: Sequence[Hit], now: float) -> Shown:
    """Store an answer with its hits; return it with its entries."""
    whole = len(hits) <= WHOLE_LIST
    entries = tuple(
        _keep_hit(db, hit, now) if whole else Entry(hit.policy.index_id) for hit in hits
    )
    body = {
        "kind": shown.kind,
        "reading": shown.reading,
        "lines": shown.lines,
        **({"query": shown.query} if shown.query else {}),
        **({"facets": shown.facets.to_row()} if shown.facets else {}),
        "entries": [
            [
                *(e.policy_id, e.policy, e.passage, e.passage_id, e.headings, e.highlights),
                [relative_row(relative) for relative in e.affected_by],
                *([e.pages, e.machine_read] if e.pages or e.validity or e.below else []),
                *([e.validity and validity_row(e.validity)] if e.validity or e.below else []),
                *([e.below] if e.below else []),
            ]
            for e in entries
        ],
    }
    db.execute(
        "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)",
        (shown.id, shown.person, shown.chat, now, shown.question, to_json(body)),
    )
    return dataclasses.replace(shown, entries=entries)


def load_answer(db: sqlite3.Connection, answer_id: str) -> Shown | None:
    """Return a stored answer, or None when there is none with that id."""
    row = db.execute(
        "SELECT person, chat, question, body FROM answers WHERE id = ?", (answer_id,)
    ).fetchone()
    if row is None:
        return None
    person, chat, question, text = row
    body = json.loads(text)
    entries = tuple(
        Entry(
            policy_id,
            policy,
            passage,
            passage_id,
            tuple(headings),
            tuple((start, end) for start, end in highlights),
            tuple(relative_from(row) for row in (later[0] if later else ())),
            (later[1][0], later[1][1]) if later[1:] and later[1] else None,
            later[2] if later[2:] else None,
            validity_from(later[3]) if later[3:] and later[3] else None,
            tuple(map(tuple, later[4])) if later[4:] else (),
        )
        # Rows stored before relations, pages, validity and references were shown end earlier.
        for policy_id, policy, passage, passage_id, headings, highlights, *later in body["entries"]
    )
    return Shown(
        answer_id,
        person,
        chat,
        body["kind"],
        entries,
        body["reading"],
        question,
        tuple(body["lines"]),
        body.get("query"),
        Facets.from_row(body["facets"]) if "facets" in body else None,
    )


def load_hits(db: sqlite3.Connection, entries: Sequence[Entry]) -> list[Hit | None]:
    """Return the hits as they were shown; None where only the id was stored, or a text is lost."""
    return [_load_hit(db, entry) for entry in entries]


def purge_answers(db: sqlite3.Connection, now: float, retention_days: int) -> None:
    """Delete questions after ``retention_days``, and answers too old or too large in total.

    An answer's opened hits are deleted with its question. The limits are :data:`KEPT_DAYS` and
    :data:`MOST_OF_ONE`.
    """
    db.execute(
        "UPDATE answers SET question = NULL, "
        "body = json_remove(json_set(body, '$.reading', ''), '$.query') "
        "WHERE question IS NOT NULL AND made < ?",
        (now - retention_days * 86400.0,),
    )
    db.execute(
        "DELETE FROM opened WHERE answer NOT IN (SELECT id FROM answers WHERE question IS NOT NULL)"
    )
    oldest = now - KEPT_DAYS * 86400.0
    db.execute("DELETE FROM answers WHERE made < ?", (oldest,))
    # Counting is quick; sizes are summed only for people with many answers.
    db.execute(
        "DELETE FROM answers WHERE id IN (SELECT id FROM (SELECT id, SUM(LENGTH(body)) OVER "
        "(PARTITION BY person ORDER BY made DESC, id) AS kept FROM answers WHERE person IN "
        "(SELECT person FROM answers GROUP BY person HAVING COUNT(*) > ?)) WHERE kept > ?)",
        (FEW, MOST_OF_ONE),
    )
    db.execute("DELETE FROM replies WHERE made < ?", (oldest,))
    db.execute("DELETE FROM blobs WHERE used < ?", (oldest,))


def _keep_hit(db: sqlite3.Connection, hit: Hit, now: float) -> Entry:
    policy, name = _keep_blob(db, policy_json(hit.policy), now), hit.policy.index_id
    if not hit.quotes:
        return Entry(name, policy, affected_by=hit.affected_by, validity=hit.validity)
    quote = hit.quotes[0]
    passage = _keep_blob(db, quote.passage.text, now)
    return Entry(
        name,
        policy,
        passage,
        quote.passage.id,
        quote.passage.headings,
        quote.highlights,
        hit.affected_by,
        quote.passage.pages,
        quote.passage.machine_read,
        hit.validity,
        _keep_below(db, quote, now),
    )


def _keep_below(db: sqlite3.Connection, quote: Quote, now: float) -> tuple[tuple[str, ...], ...]:
    """Store a passage's references and terms as rows: kind, wording, passage id, hash of the text.

    A reference to another policy also has that policy's id and title.
    """
    rows: list[tuple[str, ...]] = []
    for citation in quote.cites[:MOST_BELOW]:
        if isinstance(citation, CitedProvision):
            text = _keep_blob(db, citation.passage.text, now)
            rows.append(("own", citation.wording, citation.passage.id, text))
        else:
            provision = citation.provision
            text = _keep_blob(db, provision.text, now) if provision else ""
            named = (citation.policy.id, citation.policy.title)
            address = provision.id if provision else ""
            rows.append(("other", citation.wording, address, text, *named))
    for term in quote.definitions[:MOST_BELOW]:
        text = _keep_blob(db, term.passage.text, now)
        rows.append(("term", term.term, term.passage.id, text))
    return tuple(rows)


def _load_below(
    db: sqlite3.Connection, entry: Entry, policy: Policy
) -> tuple[tuple[CitedProvision | CitedPolicy, ...], tuple[Defined, ...]]:
    """Return the stored references and definitions of a passage; lost ones are left out."""
    cites: list[CitedProvision | CitedPolicy] = []
    terms: list[Defined] = []
    for kind, wording, name, digest, *named in entry.below:
        text = _load_blob(db, digest or None)
        passage = None if text is None else Passage(name, policy.id, text, 0, len(text))
        if kind == "other" and (passage or not digest):
            cites.append(CitedPolicy(wording, Relative("cites", named[0], named[1], None), passage))
        elif kind == "own" and passage:
            cites.append(CitedProvision(wording, passage))
        elif kind == "term" and passage:
            terms.append(Defined(wording, passage))
    return tuple(cites), tuple(terms)


def _keep_blob(db: sqlite3.Connection, text: str, now: float) -> str:
    digest = sha256_of(text)
    db.execute(
        "INSERT INTO blobs VALUES (?, ?, ?) "
        "ON CONFLICT (sha256) DO UPDATE SET used = excluded.used "
        "WHERE used < excluded.used - 86400",
        (digest, text, now),
    )
    return digest


def _load_hit(db: sqlite3.Connection, entry: Entry) -> Hit | None:
    text = _load_blob(db, entry.policy)
    if text is None:
        return None
    policy = policy_from(text)
    words = _load_blob(db, entry.passage)
    if words is None:
        return Hit(policy, 0.0, (), entry.affected_by, entry.validity)
    passage = Passage(
        entry.passage_id,
        policy.id,
        words,
        0,
        len(words),
        entry.headings,
        pages=entry.pages,
        machine_read=entry.machine_read,
    )
    cites, terms = _load_below(db, entry, policy)
    quotes = (Quote(passage, entry.highlights, 0.0, cites, terms),)
    return Hit(policy, 0.0, quotes, entry.affected_by, entry.validity)


def _load_blob(db: sqlite3.Connection, digest: str | None) -> str | None:
    if digest is None:
        return None
    row = db.execute("SELECT body FROM blobs WHERE sha256 = ?", (digest,)).fetchone()
    if row is None or sha256_of(row[0]) != digest:
        return None
    return str(row[0])
