"""Feeds saved as files (RSS 0.9 to 2.0, Atom): each entry is a draft."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from policybot.corpus.files.sound import is_url
from policybot.corpus.importers.documents import make_draft
from policybot.corpus.importers.html.fragment import html_markdown, is_html
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.legislation.safe import name_of
from policybot.corpus.importers.legislation.stated import all_of, words_of
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

if TYPE_CHECKING:
    from lxml.etree import _Element

ROOTS = frozenset(["rss", "feed", "RDF"])
_TEXTS = ("encoded", "content", "description", "summary")
_DAYS = ("pubDate", "published", "dc:date", "date", "issued", "updated")


def read_feed(
    source: SourceFile, options: ImportOptions, root: _Element
) -> Iterator[Policy | Report]:
    """Yield a draft for each entry that has a title and a text.

    Raises:
        ImportRefusedError: no entry has both.
    """
    yield Report(source.name, 0, "read as", "a feed")
    channel = next(all_of(root, "title", "dc:title"), None)
    count = 0
    for number, entry in enumerate(all_of(root, "item", "entry"), 1):
        title = words_of(_child(entry, "title", "dc:title"))
        text = _text(entry)
        if not title or not text.strip():
            missing = "text" if title else "title"
            yield Report(source.name, 0, "skipped", f"entry {number} has no {missing}")
            continue
        count += 1
        yield make_draft(
            source.cite(f"entry {number}"),
            text,
            [Statement("title", title, "title", "feed"), *_stated(entry, channel)],
            issuers=options.issuers,
            title=title,
            reviews=["the text is a feed's, which may be a part of the document only"],
        )
    if not count:
        raise ImportRefusedError(f"{source.path}: is a feed without an entry that has a text")


def _stated(entry: _Element, channel: _Element | None) -> Iterator[Statement]:
    day = next(
        (words_of(child) for name in _DAYS if (child := _child(entry, name)) is not None), ""
    )
    if day:
        yield Statement("published", _day(day), "date", "feed", words=day)
    for link in (child for child in entry if name_of(child) == "link"):
        address = link.get("href") or words_of(link)
        if link.get("rel", "alternate") == "alternate" and is_url(address):
            yield Statement("url", address, "link", "feed")
            break
    if channel is not None:
        yield Statement("fact", words_of(channel), "feed", "feed")


def _text(entry: _Element) -> str:
    for name in _TEXTS:
        element = _child(entry, name)
        if element is None:
            continue
        if element.get("type") == "xhtml":
            from lxml import etree

            return html_markdown("the feed", etree.tostring(element, encoding="unicode"))
        text = "".join(str(part) for part in element.itertext()).strip()
        if text:
            return html_markdown("the feed", text) if is_html(text) else text
    return ""


def _child(entry: _Element, *names: str) -> _Element | None:
    return next((child for name in names for child in entry if name_of(child) == name), None)


def _day(text: str) -> str:
    """Return the day of an RFC 2822 or RFC 3339 date."""
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text.partition("T")[0].strip()
