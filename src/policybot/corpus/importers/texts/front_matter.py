"""Parse metadata from the front matter of Markdown files of other programs.

These are site generators, collections of laws (``identifier``, ``publication_date``, ``status``)
and note-taking programs. Names that concern only the layout of a page are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from policybot.corpus.files.sound import is_url
from policybot.corpus.importers.labels import Key, Statement, key_of

ORIGIN = "front matter"

_MAX_VALUE = 300
_MAX_DEPTH = 4
_MAX_ALIASES = 8

# Names of front matter beside the labels of documents; a bare "date" is the page's.
_KEYS: Mapping[str, Key] = {
    "title": "title",
    "titulo": "title",
    "titre": "title",
    "titel": "title",
    "name": "title",
    "language": "language",
    "lang": "language",
    "locale": "language",
    "idioma": "language",
    "date": "published",
    "published": "published",
    "publicationdate": "published",
    "datepublished": "published",
    "publishedat": "published",
    "publisheddate": "published",
    "fechapublicacion": "published",
    "datepublication": "published",
    "pubdate": "published",
    "url": "url",
    "source": "url",
    "sourceurl": "url",
    "link": "url",
    "permalink": "url",
    "canonical": "url",
    "canonicalurl": "url",
    "fuente": "url",
    "identifier": "number",
    "identificador": "number",
    "number": "number",
    "docnumber": "number",
    "documentnumber": "number",
    "citation": "number",
    "status": "status",
    "estado": "status",
    "legalstatus": "status",
    "issuer": "issuer",
    "issuers": "issuer",
    "issuedby": "issuer",
    "issuingbody": "issuer",
    "authority": "issuer",
    "agency": "issuer",
    "department": "issuer",
    "ministry": "issuer",
    "organisation": "issuer",
    "organization": "issuer",
    "passedby": "issuer",
    "legislature": "issuer",
    "effective": "effective",
    "effectivedate": "effective",
    "entryintoforce": "effective",
    "inforcefrom": "effective",
    "commencement": "effective",
    "commencementdate": "effective",
    "fechavigencia": "effective",
    "expires": "expires",
    "expirydate": "expires",
    "repealdate": "expires",
    "repealed": "expires",
    "enacted": "date",
    "enactmentdate": "date",
    "dateenacted": "date",
    "promulgationdate": "date",
    "adopted": "date",
    "signed": "date",
    "signingdate": "date",
    "issued": "date",
    "fechadisposicion": "date",
}
_PAGES_OWN = frozenset(
    (
        "sidebar", "layout", "draft", "weight", "permalink", "slug", "toc", "categories", "aliases",
        "nav", "navorder", "navtitle", "parent", "haschildren", "pageclass", "lastmod",
        "lastupdated", "cover", "image", "thumbnail", "comments", "head", "outline",
        "editlink", "prev", "next",
    )
)  # fmt: skip
"""Names that concern only the layout of a page."""

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")


def read_front_matter(head: str) -> list[Statement]:
    """Return the statements of front matter, the title first."""
    if head.count("&") > _MAX_ALIASES * 8 and head.count("*") > _MAX_ALIASES:
        return []  # nested aliases could expand without limit
    try:
        values = yaml.load(head, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts only
    except (yaml.YAMLError, RecursionError, ValueError):
        values = None
    if not isinstance(values, dict):
        values = _lines(head)
    statements = [item for name, value in values.items() for item in _stated(str(name), value, 0)]
    return sorted(statements, key=lambda item: item.key != "title")


def _stated(name: str, value: Any, depth: int) -> Iterator[Statement]:  # noqa: ANN401 - YAML
    if isinstance(value, dict):
        named = value.get("name") or value.get("title")
        if isinstance(named, str):
            yield from _stated(name, named, depth)
        elif depth < _MAX_DEPTH:
            for inner, item in value.items():
                yield from _stated(str(inner), item, depth + 1)
        return
    key = _key(name)
    if isinstance(value, list):
        items = [item for item in value[:100] if isinstance(item, str)]
        for item in items if key in {"issuer", "title"} else ["; ".join(items)]:
            yield from _stated(name, item, depth)
        return
    text = " ".join(str(value or "").split())
    if not text or _plain(name) in _PAGES_OWN or len(text) > _MAX_VALUE:
        return
    if key == "url" and not is_url(text):
        key = "fact"
    if key in {"date", "published", "effective", "expires"}:
        text = _day(text)
        if not re.search(r"[0-9]", text):
            key = "fact"  # "repealed: false"
    yield Statement(key, text, name, ORIGIN)


def _key(name: str) -> Key:
    plain = _plain(name)
    if plain in _KEYS:
        return _KEYS[plain]
    key = key_of(name.replace("_", " ").replace("-", " "))
    return key if key is not None and key != "noise" else "fact"


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _day(text: str) -> str:
    match = _DAY.fullmatch(text)
    return match[1] if match else text


def _lines(head: str) -> dict[str, str]:
    """Return the one-line values of front matter that is not valid YAML."""
    values: dict[str, str] = {}
    for line in head.split("\n"):
        name, sign, value = line.partition(":")
        if sign and re.fullmatch(r"[A-Za-z][\w -]{0,40}", name):
            values.setdefault(name, value.strip().strip("\"'"))
    return values
