"""New and changed policies as an Atom feed (RFC 4287)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from policybot.errors import PolicyNotFoundError
from policybot.index.format.history import Change, made_at, stamp
from policybot.model import Policy
from policybot.render.addresses import path_of
from policybot.render.text import date_line, issuers_line
from policybot.serve.catalogue import Filters
from policybot.serve.service import Service

_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 50
"""Limit of entries in the feed."""


def atom_feed(service: Service, base: str) -> bytes:
    """Return the latest changes, newest first, filled up with the newest policies.

    Characters that XML does not allow (control characters) are removed.
    """
    info = service.engine.info
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    made = stamp(made_at(info.generation))
    _add(feed, "id", f"{base}/api/changes.atom")
    _add(feed, "title", "New and changed policies")
    _add(feed, "updated", made)
    _add(_add(feed, "author"), "name", "policybot")
    _add(feed, "link", rel="self", href=f"{base}/api/changes.atom", type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=f"{base}/", type="text/html")
    for policy, kind, when in _entries(service, made):
        href = f"{base}{path_of(policy.index_id)}"
        entry = _add(feed, "entry")
        _add(entry, "id", href)
        _add(entry, "title", policy.title)
        _add(entry, "updated", when)
        _add(entry, "link", rel="alternate", href=href, type="text/html")
        for name in policy.issuers:
            _add(_add(entry, "author"), "name", name)
        _add(entry, "category", term=kind)
        _add(entry, "summary", f"{issuers_line(policy)} · {date_line(policy)}")
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entries(service: Service, made: str) -> Iterator[tuple[Policy, str, str]]:
    """Yield each policy once, with the kind and the time of its latest change."""
    latest: dict[str, Change] = {}
    for change in reversed(service.history().changes):
        latest.setdefault(change.id, change)
    count = 0
    for change in latest.values():
        if count >= _MOST or change.kind == "removed":
            continue
        try:
            policy = service.engine.show(change.id).policy
        except PolicyNotFoundError:
            continue  # removed meanwhile
        count += 1
        yield policy, change.kind, stamp(change.at)
    for entry in service.listing(Filters(), count=_MOST, newest=True).entries:
        if count < _MOST and entry.policy.index_id not in latest:
            count += 1
            yield entry.policy, "held", made


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    clean = {key: _plain(value) for key, value in attributes.items()}
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", clean)
    child.text = _plain(text) if text is not None else None
    return child


def _plain(text: str) -> str:
    """Return a text without the characters that XML 1.0 excludes."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
