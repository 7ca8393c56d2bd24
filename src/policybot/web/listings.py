"""Parse lists of pages that sites publish: sitemaps (sitemaps.org), RSS and Atom feeds."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urljoin

from policybot.corpus.importers.parsers import need
from policybot.errors import ImportRefusedError
from policybot.web.fetching import Fetched, unpacked

MAX_BYTES = 50 << 20
"""The most bytes of a sitemap, unpacked, by sitemaps.org."""

MAX_ENTRIES = 50_000
"""The most URLs of a sitemap, by sitemaps.org."""

ListingKind = Literal["sitemap", "index", "feed"]

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->|<![A-Z][^<>\[]*(?:\[[^\]]*\])?>)*"
    rb"<(?:\w+:)?(?P<root>urlset|sitemapindex|rss|RDF|feed)\b",
    re.DOTALL,
)
_SNIFFED = 4096
_KINDS: dict[str, ListingKind] = {
    "urlset": "sitemap",
    "sitemapindex": "index",
    "rss": "feed",
    "RDF": "feed",
    "feed": "feed",
}
_ENTRIES = frozenset(("url", "sitemap", "item", "entry"))
_CHANGED = ("lastmod", "updated", "modified", "published", "pubDate", "date")
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed page; ``changed`` is the date of its last change, as the listing prints it."""

    url: str
    changed: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of pages, or (``index``) of sitemaps; ``doubt`` says why it may be incomplete."""

    kind: ListingKind
    entries: tuple[Entry, ...]
    doubt: str | None = None


def read_listing(page: Fetched) -> Listing | None:
    """Parse a fetched document as a list of pages; None if it is not one.

    Raises:
        ImportRefusedError: it is one, and cannot be read.
    """
    data = page.data
    if data.startswith(b"\x1f\x8b"):
        data = unpacked(page.url, data, MAX_BYTES)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8")
        data = re.sub(rb"^(<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']", rb"\1", data)
    root = _ROOT.match(data[:_SNIFFED])
    if root is None:
        return None
    need("lxml")
    declared = re.match(rb"[^<]{0,3}<\?xml[^>]*?encoding=", data)
    return _read(page.url, data, _KINDS[root["root"].decode()], None if declared else page.charset)


def _read(url: str, data: bytes, kind: ListingKind, charset: str | None) -> Listing:
    from lxml import etree

    entries: dict[str, Entry] = {}
    try:
        steps = etree.iterparse(
            io.BytesIO(data),
            events=("end",),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=True,
            encoding=charset,
        )
        for _, element in steps:
            if not isinstance(element.tag, str) or _name(element) not in _ENTRIES:
                continue
            entry = _entry(url, element)
            if entry is not None:
                entries.setdefault(entry.url, entry)
            if len(entries) > MAX_ENTRIES:
                raise ImportRefusedError(f"{url}: lists more than {MAX_ENTRIES:,} addresses")
            element.clear(keep_tail=False)
        errors = list(steps.error_log)
    except (etree.XMLSyntaxError, LookupError) as error:
        raise ImportRefusedError(f"{url}: cannot be read as XML: {error}") from None
    doubt = None
    if errors:
        doubt = f"is no sound XML (line {errors[0].line}: {errors[0].message}); some may be missing"
    return Listing(kind, tuple(entries.values()), doubt)


def _entry(url: str, element: Any) -> Entry | None:  # noqa: ANN401 - lxml has no types
    """Return an entry with its URL: its ``loc``, ``link``, or a ``guid`` that is a link."""
    base = url
    for above in reversed([element, *element.iterancestors()]):
        base = _joined(base, above.get(_XML_BASE) or "")
    links: dict[int, str] = {}
    changed: dict[str, str] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name, text = _name(child), (child.text or "").strip()
        if name == "loc":
            links[0] = text
        elif name == "link" and child.get("href"):
            if child.get("rel", "alternate") == "alternate":
                links.setdefault(1, str(child.get("href")))
        elif name == "link" and text:
            links.setdefault(2, text)
        elif name == "guid" and child.get("isPermaLink", "true") == "true" and "://" in text:
            links.setdefault(3, text)
        elif name in _CHANGED and text:
            changed[name] = text
    if not links:
        return None
    address = _joined(base, links[min(links)]).partition("#")[0]
    dated = next((changed[name] for name in _CHANGED if name in changed), None)
    return Entry(address, dated)


def _joined(base: str, link: str) -> str:
    """Return the absolute URL of a link; an invalid one unchanged."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _name(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
