"""Readings of questions as JSON, so that a conversation goes on after a restart."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from policybot.query import conditions
from policybot.query.query import Query
from policybot.query.rules.relations import Asked

_KEPT = (
    "question",
    "conditions",
    "intent",
    "topic",
    "topic_marked",
    "search_text",
    "order",
    "count",
    "ids",
    "skip",
    "asks",
    "asked_relation",
    "language",
)
"""The fields that a follow-up may use. Ordinals are valid in one generation: none is stored."""

_CLASSES = {
    name: kind
    for name, kind in {**vars(conditions), "Asked": Asked}.items()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind)
}


def write_reading(query: Query) -> dict[str, Any]:
    """Return a query as a JSON object."""
    plain = Query("")
    changed = (name for name in _KEPT if getattr(query, name) != getattr(plain, name))
    return {name: _written(getattr(query, name)) for name in changed}


def read_reading(row: dict[str, Any] | None) -> Query | None:
    """Return the query from its JSON; None for none, or one that this version cannot read."""
    if row is None:
        return None
    try:
        return Query(**{"question": "", **{name: _read(value) for name, value in row.items()}})
    except (KeyError, TypeError, ValueError):
        return None


def _written(value: Any) -> Any:  # noqa: ANN401 (whatever a condition holds)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _written(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"is": type(value).__name__, **fields}
    if isinstance(value, dt.date):
        return {"is": "date", "day": value.isoformat()}
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a reading holds {value!r}, which cannot be stored")


def _read(value: Any) -> Any:  # noqa: ANN401 (whatever a condition holds)
    if isinstance(value, list):
        return tuple(_read(item) for item in value)
    if not isinstance(value, dict):
        return value
    if value["is"] == "date":
        return dt.date.fromisoformat(value["day"])
    fields = {name: _read(field) for name, field in value.items() if name != "is"}
    return _CLASSES[value["is"]](**fields)
