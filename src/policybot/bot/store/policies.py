"""Policies as JSON, as stored with an answer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from policybot.corpus.dates import parse_date
from policybot.corpus.versions import version_of, version_values
from policybot.model import (
    Policy,
    PolicyDate,
    RelationTerms,
    Relative,
    Source,
    Validity,
    sha256_of,
)


def policy_json(policy: Policy) -> str:
    """Return a policy as canonical JSON, without the file it was read from."""
    source = policy.source
    return to_json(
        {
            "id": policy.id,
            "title": policy.title,
            "body": policy.body,
            "issuers": policy.issuers,
            "date": str(policy.date) if policy.date else None,
            "date_text": policy.date_text,
            "number": policy.number,
            "language": policy.language,
            "url": policy.url,
            "source": [source.file, source.sha256, source.lines] if source else None,
            "note": policy.note,
            "relations": {kind: list(ids) for kind, ids in sorted(policy.relations.items())},
            **policy.terms_dict(),
            **policy.stated_dict(),
            **({"version": version_values(policy.version)} if policy.version else {}),
        }
    )


def policy_digest(policy: Policy) -> str:
    """Return the SHA-256 of the parts whose change is news: title, date and text."""
    return sha256_of(to_json([policy.title, str(policy.date or ""), policy.body]))


def _date(text: str | None) -> PolicyDate | None:
    return parse_date(text) if text else None


def policy_from(text: str) -> Policy:
    """Return the policy from the JSON of :func:`policy_json`."""
    data = json.loads(text)
    source = data["source"]
    return Policy(
        id=data["id"],
        title=data["title"],
        body=data["body"],
        issuers=tuple(data["issuers"]),
        date=_date(data["date"]),
        date_text=data["date_text"],
        number=data["number"],
        language=data["language"],
        url=data["url"],
        source=Source(*source) if source else None,
        note=data["note"],
        relations={kind: tuple(ids) for kind, ids in data["relations"].items()},
        published=_date(data.get("published")),
        effective=_date(data.get("effective")),
        expires=_date(data.get("expires")),
        status=data.get("status"),
        version=version_of(data["version"]) if "version" in data else None,
        relation_terms={
            kind: {other: _terms_from(terms) for other, terms in related.items()}
            for kind, related in data.get("relation_terms", {}).items()
        },
    )


def _terms_from(terms: dict[str, Any]) -> RelationTerms:
    return RelationTerms(_date(terms.get("date")), tuple(terms.get("provisions", ())))


def relative_row(relative: Relative) -> list[Any]:
    """Return a related policy as a JSON row."""
    date = str(relative.date) if relative.date else None
    row = [relative.kind, relative.id, relative.title, date]
    terms = relative.terms.to_dict()
    return [*row, terms] if terms else row


def relative_from(row: Sequence[Any]) -> Relative:
    """Return the related policy from its JSON row."""
    kind, name, title, date, *terms = row
    return Relative(kind, name, title, _date(date), _terms_from(terms[0] if terms else {}))


def validity_row(validity: Validity) -> list[Any]:
    """Return a policy's validity as a JSON row."""
    days = [day.isoformat() for day in validity.days]
    since, until = (str(date) if date else None for date in (validity.since, validity.until))
    by = relative_row(validity.by) if validity.by else None
    row = [validity.state, validity.reason, days, since, until, by, validity.status]
    return [*row, validity.asked, validity.is_today]


def validity_from(row: Sequence[Any]) -> Validity:
    """Return the validity from its JSON row."""
    state, reason, (first, last), since, until, by, status, *further = row
    return Validity(
        state,
        reason,
        (dt.date.fromisoformat(first), dt.date.fromisoformat(last)),
        _date(since),
        _date(until),
        relative_from(by) if by else None,
        status,
        *further,
    )


def to_json(value: Any) -> str:  # noqa: ANN401 (whatever JSON holds)
    """Return a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
