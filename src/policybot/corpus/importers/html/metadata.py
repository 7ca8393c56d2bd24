"""Parse metadata in a web page's markup: schema.org Legislation, ELI, Dublin Core, meta tags.

The document's own date is ``legislationDate`` or ``eli:date_document``. Dates on which the page was
published or changed (``datePublished``, all dates of Dublin Core, ``PubDate``) are not the policy's
date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from policybot.corpus.importers.html.text import inline_text
from policybot.corpus.importers.labels import Certainty, Key, Statement
from policybot.corpus.importers.stated.bodies import read_body, site_body

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# https://schema.org/Legislation
_SCHEMA: dict[str, Key] = {
    "name": "title",
    "headline": "title",
    "legislationDate": "date",
    "legislationPassedBy": "issuer",
    "legislationIdentifier": "number",
    "datePublished": "published",
    "inLanguage": "language",
    "url": "url",
    "legislationDateVersion": "fact",
    "legislationType": "fact",
    "legislationLegalForce": "fact",
    "legislationResponsible": "fact",
    "legislationJurisdiction": "fact",
    "temporalCoverage": "fact",
}
# http://data.europa.eu/eli/ontology
_ELI: dict[str, Key] = {
    "title": "title",
    "date_document": "date",
    "passed_by": "issuer",
    "number": "number",
    "id_local": "number",
    "date_publication": "published",
    "language": "language",
    "first_date_entry_in_force": "fact",
    "date_no_longer_in_force": "fact",
    "in_force": "fact",
    "responsibility_of": "fact",
    "type_document": "fact",
}
# https://www.dublincore.org/specifications/dublin-core/dcmi-terms/
_DUBLIN_CORE: dict[str, Key] = {
    "title": "title",
    "creator": "fact",
    "publisher": "fact",
    "identifier": "fact",
    "language": "language",
    "date": "published",
}
_META: dict[str, Key] = {
    "articletitle": "title",
    "pubdate": "published",
    "article:published_time": "published",
    "contentsource": "publisher",
    "url": "url",
    "og:url": "url",
}
_SITES = frozenset(["og:site_name", "sitename"])
_ELI_NAME = re.compile(r"(?:eli:|.*/eli/ontology#)(\w+)")
_DC_NAME = re.compile(r"(?:dc|dcterms)[.:](\w+)((?:[.:]\w+)*)", re.IGNORECASE)
_DC_DATES = frozenset(
    ["created", "issued", "modified", "available", "valid", "datesubmitted", "dateaccepted"]
)
_DC_BODIES = frozenset(["creator", "publisher"])
_LEGISLATION = re.compile(r"(?:https?://schema\.org/|schema:)?Legislation(?:Object)?")


def read_metadata(tree: LexborHTMLParser) -> list[Statement]:
    """Return the statements in a page's markup: schema.org, ELI, Dublin Core, other meta tags."""
    stated = [*_json_ld(tree), *_microdata(tree), *_eli(tree), *_dublin_core(tree), *_meta(tree)]
    link = tree.css_first("link[rel=canonical]")
    if link is not None and (address := link.attributes.get("href")):
        stated.append(Statement("url", address.strip(), "canonical", "link"))
    root = tree.css_first("html")
    if root is not None and (language := root.attributes.get("lang")):
        stated.append(Statement("language", language.strip(), "lang", "html"))
    return [item for item in stated if item.value]


def _json_ld(tree: LexborHTMLParser) -> Iterator[Statement]:
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(script.text(deep=True))
        except (ValueError, RecursionError):
            continue
        for legislation in _legislation_in(data, 0):
            yield from _of_legislation(legislation)


def _legislation_in(data: Any, depth: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Yield the JSON-LD objects of type Legislation, without those that they refer to."""
    if depth > 8:
        return
    if isinstance(data, list):
        for item in data:
            yield from _legislation_in(item, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type", [])
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and _LEGISLATION.fullmatch(kind) for kind in kinds):
            yield data
            return
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "about"):
            yield from _legislation_in(data.get(key), depth + 1)


def _of_legislation(legislation: dict[str, Any]) -> Iterator[Statement]:
    for name, key in _SCHEMA.items():
        value = legislation.get(name, legislation.get(f"schema:{name}"))
        for item in value if isinstance(value, list) else [value]:
            text = item
            if isinstance(item, dict):
                text = item.get("name") or item.get("@value") or item.get("@id")
            if isinstance(text, str | int) and not isinstance(text, bool):
                yield Statement(key, _plain(str(text)), name, "schema.org")


def _microdata(tree: LexborHTMLParser) -> Iterator[Statement]:
    for item in tree.css("[itemscope][itemtype]"):
        if "itemprop" in item.attributes:
            continue  # a document that this one refers to
        if not _LEGISLATION.fullmatch((item.attributes.get("itemtype") or "").strip()):
            continue
        for node in item.css("[itemprop]"):
            if node.mem_id == item.mem_id or _owner(node) != item.mem_id:
                continue
            for name in (node.attributes.get("itemprop") or "").split():
                if name in _SCHEMA:
                    yield Statement(_SCHEMA[name], _value(node), name, "microdata")


def _owner(node: LexborNode) -> int:
    """Return the item a property belongs to: the nearest one around it."""
    parent = node.parent
    while parent is not None and "itemscope" not in parent.attributes:
        parent = parent.parent
    return parent.mem_id if parent is not None else 0


def _eli(tree: LexborHTMLParser) -> Iterator[Statement]:
    about: str | None = None
    for node in tree.css("[property]"):
        for name in (node.attributes.get("property") or "").split():
            match = _ELI_NAME.fullmatch(name)
            if match is None or match[1] not in _ELI:
                continue
            key = _ELI[match[1]]
            subject = _subject(node)
            if key == "date" and about is None:
                about = subject
            if key == "date" and subject != about:
                continue  # the date of another document mentioned on the page
            value = _value(node)
            if not value:
                value = _last_part(node.attributes.get("resource") or "")
                # A body's URI is not its printed name.
                key = "fact" if key == "issuer" else key
            yield Statement(key, value, f"eli:{match[1]}", "ELI")


def _subject(node: LexborNode) -> str:
    """Return the subject of a property: the nearest enclosing ``about`` or ``resource``."""
    about = node.attributes.get("about")
    parent = node.parent
    while about is None and parent is not None:
        attributes = parent.attributes
        about = attributes.get("about") or attributes.get("resource")
        parent = parent.parent
    return about or ""


def _last_part(address: str) -> str:
    return re.split(r"[/#]", address.rstrip("/"))[-1]


def _dublin_core(tree: LexborHTMLParser) -> Iterator[Statement]:
    for node in tree.css("meta[name]"):
        name = (node.attributes.get("name") or "").strip()
        match = _DC_NAME.fullmatch(name)
        if match is None:
            continue
        term = match[1].lower()
        key = "published" if term in _DC_DATES else _DUBLIN_CORE.get(term)
        value = _plain(node.attributes.get("content") or "")
        if term in _DC_BODIES and not match[2] and read_body(value):
            yield Statement("publisher", value, name, "Dublin Core", certainty="likely")
        elif key is not None:
            yield Statement(key, value, name, "Dublin Core")


def _meta(tree: LexborHTMLParser) -> Iterator[Statement]:
    for node in tree.css("meta[name], meta[property]"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        key = _META.get(name.strip().lower())
        value = _plain(node.attributes.get("content") or "")
        if name.strip().lower() in _SITES:
            site = site_body(value)
            if site:
                yield Statement("publisher", site, name, "site", "", value, "likely")
        elif key is not None:
            sure: Certainty = "likely" if key == "publisher" else "certain"
            yield Statement(key, value, name, "meta", certainty=sure)


def _value(node: LexborNode) -> str:
    """Return the value of a property, by the rules of microdata and RDFa."""
    attributes = node.attributes
    for name in ("content", "datetime"):
        if attributes.get(name):
            return _plain(attributes[name] or "")
    if node.tag in {"a", "link"} and not node.text(deep=True).strip():
        return _plain(attributes.get("href") or "")
    return _plain(inline_text(node)) if node.tag != "meta" else ""


def _plain(text: str) -> str:
    return " ".join(text.split())
