"""Telegram's own parser of HTML, offline."""

from __future__ import annotations

import json
from typing import Any

import tdjson

tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')


def parse(html: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and entities that Telegram's parser makes of ``html``.

    Raises:
        ValueError: it refuses to.
    """
    request = {
        "@type": "parseTextEntities",
        "text": html,
        "parse_mode": {"@type": "textParseModeHTML"},
    }
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    result = json.loads(answer)
    if result["@type"] == "error":
        raise ValueError(result["message"])
    return result["text"], result["entities"]


def marked(html: str, kind: str) -> list[str]:
    """Return the pieces of text that an entity of a kind, such as ``Bold``, covers."""
    text, entities = parse(html)
    coded = text.encode("utf-16-le")
    return [
        coded[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in entities
        if e["type"]["@type"] == f"textEntityType{kind}"
    ]
