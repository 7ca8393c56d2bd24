"""The API described as OpenAPI 3.1 (schemas in JSON Schema 2020-12)."""

from __future__ import annotations

import json
from typing import Any

from policybot.serve.catalogue import STATES
from policybot.serve.params import MOST_CHARACTERS
from policybot.serve.problems import PROBLEM

_DATE = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_TEXT = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": r"\S"}


def openapi_json(base: str) -> str:
    """Return the description of the API of a server at ``base``, on one line of JSON."""
    return json.dumps(openapi_dict(base), ensure_ascii=False)


def openapi_dict(base: str) -> dict[str, Any]:
    """Return the description of the API as an object."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "policybot",
            "version": "1",
            "description": "Passages of public policies, word for word, each with its policy's "
            "title, date and issuers. No text is generated. Read-only.",
        },
        "servers": [{"url": base}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "responses": _responses(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _paths() -> dict[str, Any]:
    identified = _path("policy_id", "The policy's id, percent-encoded.")
    return {
        "/api/ask": _get(
            "ask",
            "Answer a question: the object of `policybot ask --json` (docs/json.md).",
            "Answer",
            [_query("q", "The question.", _TEXT, required=True), *_filters(), *_asking()],
        ),
        "/api/policies": _get(
            "policies",
            "Policies in date order, a page of them, with counts by facet; or all as CSV.",
            "Policies",
            [*_filters(), *_paging()],
            more={"text/csv": {"schema": {"type": "string"}}},
        ),
        "/api/policies/{policy_id}": _get(
            "policy", "One policy whole, with its passages.", "Document", [identified]
        ),
        "/api/policies/{policy_id}/passages/{number}": _get(
            "passage",
            "One passage in its place.",
            "Document",
            [identified, _path("number", "From 1.", {"type": "integer", "minimum": 1})],
        ),
        "/api/provisions/{address}": _get(
            "provision",
            "One article, section or item.",
            "Provision",
            [_path("address", "The policy's id, `#` and the address within it: `ID%23art5.2`.")],
        ),
        "/api/verify": _get(
            "verify",
            "Whether a text stands in a policy word for word (but for white space); if not, what "
            "comes nearest and what differs.",
            "Verification",
            [
                _query("policy", "The policy's id.", _TEXT, required=True),
                _query("text", "The text to look for.", _TEXT, required=True),
            ],
        ),
        "/api/changes": _get(
            "changes",
            "What indexing added, changed or removed, the oldest first.",
            "Changes",
            [
                _query(
                    "since",
                    "A time (RFC 3339), a day, or the name of a generation.",
                    {"type": "string", "format": "date"},
                )
            ],
        ),
        "/api/changes.atom": _get(
            "feed",
            "New and changed policies as an Atom feed.",
            None,
            [],
            more={"application/atom+xml": {"schema": {"type": "string"}}},
        ),
    }


def _filters() -> list[dict[str, Any]]:
    date = {"type": "string", "pattern": _DATE}
    return [
        _query(
            "issuer",
            "A body that issued it, by name or alias; of several, any.",
            {"type": "array", "items": {"type": "string", "maxLength": 300}, "maxItems": 20},
        ),
        _query("since", "Of this date or later.", date),
        _query("until", "Of this date or earlier.", date),
        _query("year", "Of this year.", {"type": "integer", "minimum": 1, "maximum": 9999}),
        _query(
            "kind",
            "What its title calls it; `facets.kind` lists them.",
            {"type": "string", "maxLength": 300},
        ),
        _query("state", "Its state today.", {"type": "string", "enum": list(STATES)}),
    ]


def _asking() -> list[dict[str, Any]]:
    return [
        _query("limit", "Hits at most.", {"type": "integer", "minimum": 1, "maximum": 100}),
        _query("list", "Whether all are wanted.", {"type": "string", "enum": ["true", "false"]}),
    ]


def _paging() -> list[dict[str, Any]]:
    return [
        _query("order", "By date.", {"type": "string", "enum": ["oldest", "newest"]}),
        _query("page", "From 1.", {"type": "integer", "minimum": 1, "maximum": 1_000_000}),
        _query("per_page", "Policies.", {"type": "integer", "minimum": 1, "maximum": 200}),
        _query("format", "JSON or CSV.", {"type": "string", "enum": ["json", "csv"]}),
    ]


def _query(
    name: str, description: str, schema: dict[str, Any], *, required: bool = False
) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "description": description,
        "required": required, "schema": schema,
    }  # fmt: skip


def _path(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": 200}
    return {
        "name": name, "in": "path", "description": description,
        "required": True, "schema": schema or text,
    }  # fmt: skip


def _get(
    name: str,
    description: str,
    schema: str | None,
    parameters: list[dict[str, Any]],
    *,
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    kinds = {"application/json": {"schema": _ref(schema)}} if schema else {}
    headers = {
        "ETag": {"schema": {"type": "string"}, "description": "Changes with the index and the day."}
    }
    answered = {"description": description, "headers": headers, "content": kinds | (more or {})}
    refused = {str(status): {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS}
    return {
        "get": {
            "operationId": name,
            "summary": description,
            "parameters": parameters,
            "responses": {"200": answered, **refused},
        }
    }


_REFUSALS = {
    304: "What the client has (If-None-Match) is still so.",
    400: "A parameter is missing, unknown or wrong.",
    401: "A bearer token is asked for.",
    404: "There is no such policy, passage, provision, issuer or kind.",
    414: "The address is too long.",
    429: "Too many requests from one address.",
    503: "The index cannot be read at the moment, or too many are asking.",
}


def _responses() -> dict[str, Any]:
    problem = {PROBLEM: {"schema": _ref("Problem")}}
    return {
        str(status): {"description": description, **({} if status == 304 else {"content": problem})}
        for status, description in _REFUSALS.items()
    }


def _ref(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _object(required: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object with required keys; it may have further ones."""
    return {"type": "object", "required": list(required), "properties": required}


def _schemas() -> dict[str, Any]:
    text, whole, true = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
    maybe = {"type": ["string", "null"]}
    texts = {"type": "array", "items": text}
    policy = {"id": text, "title": text, "issuers": texts, "date": maybe, "number": maybe}
    policy |= {"language": maybe, "url": maybe, "source": maybe, "relations": {"type": "object"}}
    quoted = {"id": text, "text": text, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
    hit = {"policy": _ref("Policy"), "score": {"type": "number"}, "passages": _list("Passage")}
    index = {"generation": text, "encoder": text, "policies": whole, "from": maybe, "until": maybe}
    return {
        "Policy": _object(policy),
        "Passage": _object(quoted),
        "Hit": _object(hit),
        "Index": _object(index),
        "Answer": _object(
            {
                "question": text, "answered": true,
                "certainty": {"enum": ["sure", "closest", "nothing"]},
                "intent": {"enum": ["find", "list"]}, "reading": {"type": "object"},
                "reason": maybe, "total": whole, "hits": _list("Hit"), "index": _ref("Index"),
                "took_ms": {"type": "number"},
            }
        ),
        "Policies": _object(
            {
                "total": whole, "page": whole, "per_page": whole, "policies": _list("Policy"),
                "facets": {
                    "type": "object",
                    "additionalProperties": {"type": "object", "additionalProperties": whole},
                },
                "index": _ref("Index"),
            }
        ),
        "Document": _object({**policy, "passages": _list("Passage")}),
        "Provision": _object({"policy": _ref("Policy"), **quoted, "label": text}),
        "Verification": _object({"policy": _ref("Policy"), "verbatim": true}),
        "Changes": _object(
            {"complete": true, "known_from": maybe, "changes": {"type": "array"}}
        ),
        "Problem": _object({"type": text, "title": text, "status": whole, "detail": text}),
    }  # fmt: skip


def _list(schema: str) -> dict[str, Any]:
    return {"type": "array", "items": _ref(schema)}
