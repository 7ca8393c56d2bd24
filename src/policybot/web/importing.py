"""Import URLs into a corpus: a page like a file, a sitemap or feed with all listed pages."""

from __future__ import annotations

import dataclasses
import datetime as dt
import fnmatch
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from policybot.corpus.files.find import SOURCES
from policybot.corpus.importers.pipeline.holdings import Holdings
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.kinds import SAVE_AS
from policybot.corpus.importers.pipeline.origins import Origins
from policybot.corpus.importers.pipeline.result import Outcome
from policybot.corpus.importers.pipeline.source import Given, ImportOptions
from policybot.corpus.importers.pipeline.walk import digest_of
from policybot.errors import (
    ImportRefusedError,
    PolicyBotError,
    SourceChangedError,
    UnavailableError,
)
from policybot.web.fetching import Fetched, Fetcher, checked_url
from policybot.web.listings import MAX_BYTES, Entry, Listing, read_listing
from policybot.web.naming import kind_at, source_name, suffix_of

MAX_LISTINGS = 100
"""The most sitemaps of a sitemap index."""

MOST = 500
"""The most pages of a listing that are fetched in one run."""

_KEPT_ENTRIES = 500
_SAVED_EVERY = 50
_FAILURES = 3
"""After this many unavailable pages in a row, the rest of a listing is left for later."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of the pages of a listing: shell-style patterns (fnmatch) for whole URLs.

    Without ``include``, the pages on the listing's own host pass. ``most`` is the most pages per
    run.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    most: int = MOST

    def takes(self, url: str, listing: str) -> bool:
        """Return whether a page of the listing at the URL ``listing`` passes the filter."""
        if any(fnmatch.fnmatchcase(url, pattern) for pattern in self.exclude):
            return False
        if self.include:
            return any(fnmatch.fnmatchcase(url, pattern) for pattern in self.include)
        return _host(url) == _host(listing)


@dataclass
class WebResult:
    """The result of importing a URL: outcomes of its pages, and counts of the others.

    ``known`` counts pages that did not change, ``later`` those left for another run, ``unwanted``
    those that the filter excludes.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    known: int = 0
    later: int = 0
    unwanted: int = 0

    def count(self, *statuses: str) -> int:
        """Return how many pages have one of these statuses."""
        return sum(outcome.status in statuses for outcome in self.outcomes)


class WebImport:
    """Imports URLs into one corpus; the state of pages is kept in ``origins``.

    Args:
        fetcher: The fetcher to use.
        corpus: The corpus folder, created if needed.
        options: The import options.
        holdings: The inventory of the corpus.
        origins: The origins of its sources; to be saved by the caller.
        replace: Whether drafts may overwrite policies imported earlier from the same URL.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        corpus: Path,
        options: ImportOptions,
        holdings: Holdings,
        origins: Origins,
        *,
        replace: bool = False,
    ) -> None:
        self._fetcher = fetcher
        self._corpus = corpus
        self._options = options
        self._holdings = holdings
        self._origins = origins
        self._replace = replace

    def take(
        self,
        address: str,
        wanted: Wanted | None = None,
        *,
        delay: float | None = None,
        given: Given | None = None,
        kind: str | None = None,
    ) -> WebResult:
        """Import the document, or the pages of the listing, at a URL.

        Args:
            address: The URL of a page, a document, a sitemap or a feed.
            wanted: The filter for the pages of a listing.
            delay: Seconds between two requests, unless robots.txt asks for more.
            given: Metadata for documents that state none.
            kind: The expected kind: ``page``, ``sitemap`` or ``feed``; None for any of them.
        """
        work = _Work(wanted or Wanted(), delay, given or self._options.given, kind, WebResult())
        outcome = self._guarded(address, partial(self._open, address, work))
        if outcome is not None:
            work.found.outcomes.append(outcome)
        return work.found

    def _open(self, address: str, work: _Work) -> Outcome | None:
        """Import a page and return its outcome, or import the pages of a listing (None)."""
        url = str(checked_url(address))
        page = self._fetch(url, work)
        if page is None:
            record = self._origins.pages[url]
            if "name" in record:
                return self._unchanged(url, record["name"], "not modified since it was fetched")
            self._listed(url, _kept_entries(record), work)
            return None
        listing = read_listing(page) if work.kind != "page" else None
        if work.kind in ("sitemap", "feed") and listing is None:
            raise ImportRefusedError(f"{address}: is no {work.kind}; its type is {page.type!r}")
        if listing is None:
            return self._page(url, page, work, None)
        entries = self._entries(url, page, listing, work)
        if listing.kind != "index" and not listing.doubt and len(entries) <= _KEPT_ENTRIES:
            kept = json.dumps([[entry.url, entry.changed] for entry in entries], ensure_ascii=False)
            self._note(url, page, entries=kept)
        else:
            self._origins.pages.pop(url, None)
        self._listed(url, entries, work)
        return None

    def _entries(self, url: str, page: Fetched, listing: Listing, work: _Work) -> list[Entry]:
        """Return the pages of a listing or index; unreadable parts are added to the outcomes."""
        if listing.doubt:
            work.found.outcomes.append(_refused(url, listing.doubt))
        if listing.kind != "index":
            return list(listing.entries)
        if len(listing.entries) > MAX_LISTINGS:
            raise ImportRefusedError(
                f"{url}: leads to more than {MAX_LISTINGS} sitemaps; name those that are wanted"
            )
        entries: dict[str, Entry] = {}

        def read(child: Entry) -> Outcome | None:
            if _host(child.url) != _host(page.url):
                raise ImportRefusedError(f"{child.url}: is a sitemap on another host than {url}")
            inner = self._fetcher.fetch(child.url, _limit_of, delay=work.delay)
            sitemap = read_listing(inner) if inner else None
            if sitemap is None or sitemap.kind != "sitemap":
                raise ImportRefusedError(f"{child.url}: is no sitemap, though {url} says so")
            entries.update((entry.url, entry) for entry in sitemap.entries)
            return _refused(child.url, sitemap.doubt) if sitemap.doubt else None

        for child in listing.entries:
            outcome = self._guarded(child.url, partial(read, child))
            if outcome is not None:
                work.found.outcomes.append(outcome)
        return list(entries.values())

    def _listed(self, listing: str, entries: list[Entry], work: _Work) -> None:
        """Import the pages of a listing."""
        wanted = [
            Entry(_normal(entry.url), entry.changed)
            for entry in entries
            if work.wanted.takes(entry.url, listing)
        ]
        work.found.unwanted += len(entries) - len(wanted)
        due = [entry for entry in wanted if not self._is_known(entry)]
        work.found.known += len(wanted) - len(due)
        # Pages never requested come first, then those requested longest ago.
        due.sort(key=lambda entry: self._origins.pages.get(entry.url, {}).get("asked", ""))
        failures = done = 0
        for entry in due[: work.wanted.most]:
            outcome = self._guarded(entry.url, partial(self._entry, entry, work))
            self._origins.pages.setdefault(entry.url, {})["asked"] = _now()
            done += 1
            if outcome is None or outcome.status == "unchanged":
                work.found.known += 1
            else:
                work.found.outcomes.append(outcome)
            if done % _SAVED_EVERY == 0:
                self._origins.save()
            if self._options.progress is not None:
                self._options.progress("pages", done, min(len(due), work.wanted.most))
            failures = failures + 1 if outcome is not None and outcome.later else 0
            if failures == _FAILURES:
                break
        work.found.later += len(due) - done

    def _entry(self, entry: Entry, work: _Work) -> Outcome | None:
        page = self._fetch(entry.url, work)
        if page is None:
            if entry.changed:
                self._origins.pages[entry.url]["listed"] = entry.changed
            return None
        return self._page(entry.url, page, work, entry.changed)

    def _fetch(self, url: str, work: _Work) -> Fetched | None:
        """Fetch a URL; None if the corpus has its current content."""
        record = self._origins.pages.get(url, {})
        name = record.get("name")
        if self._replace or (name is not None and not self._is_held(name, record.get("sha256"))):
            record = {}
        etag, modified = record.get("etag"), record.get("modified")
        return self._fetcher.fetch(url, _limit_of, etag=etag, modified=modified, delay=work.delay)

    def _page(self, url: str, page: Fetched, work: _Work, listed: str | None) -> Outcome:
        """Import one fetched document."""
        suffix = suffix_of(page.url, page.type)
        if kind_at(page.url, page.type) is None:
            stated = f"type {page.type}" if page.type else "no stated type"
            hint = f"; get it, and {SAVE_AS[suffix]}" if suffix in SAVE_AS else ""
            raise ImportRefusedError(f"{url}: is of {stated}, which no importer reads{hint}")
        name = source_name(page.url, suffix)
        given = dataclasses.replace(work.given, url=page.url, charset=page.charset)
        options = dataclasses.replace(self._options, given=given)
        with tempfile.TemporaryDirectory(prefix="policybot-") as folder:
            path = Path(folder) / f"page{suffix}"
            path.write_bytes(page.data)
            sha256 = digest_of(path)
            more = {"sha256": sha256, "listed": listed or ""}
            if (same := self._same_elsewhere(path, name, sha256)) is not None:
                self._note(url, page, name=same, **more)
                return self._unchanged(url, same, f"is the same, byte for byte, as {same}")
            try:
                outcome = import_file(
                    path,
                    self._corpus,
                    options,
                    replace=self._replace,
                    holdings=self._holdings,
                    name=name,
                )
            except PolicyBotError as error:
                raise type(error)(str(error).replace(str(path), url)) from None
        self._note(url, page, name=name, **more)
        why = outcome.why.replace(str(path), url)
        return dataclasses.replace(outcome, address=url, why=why)

    def _same_elsewhere(self, path: Path, name: str, sha256: str) -> str | None:
        """Return the name of another source with the same content as a new one, if any."""
        if self._holdings.has_source(name):
            return None
        twins = self._holdings.sources_with(sha256)
        return next((twin for twin in twins if PurePosixPath(twin).suffix == path.suffix), None)

    def _note(self, url: str, page: Fetched, **more: str) -> None:
        record = {"etag": page.etag or "", "modified": page.modified or "", **more}
        self._origins.pages[url] = {key: value for key, value in record.items() if value}

    def _is_known(self, entry: Entry) -> bool:
        """Return whether a page is unchanged since its import, according to the listing."""
        record = self._origins.pages.get(entry.url, {})
        if self._replace or not entry.changed or record.get("listed") != entry.changed:
            return False
        name = record.get("name")
        return name is not None and self._is_held(name, record.get("sha256"))

    def _is_held(self, name: str, sha256: str | None) -> bool:
        """Return whether the corpus has a source's policies, and its unaltered copy."""
        if not self._holdings.has_source(name):
            return False
        try:
            return digest_of(self._corpus / SOURCES / PurePosixPath(name)) == sha256
        except ImportRefusedError:
            return False

    def _unchanged(self, url: str, name: str, why: str) -> Outcome:
        held = self._holdings.of_source(name)
        paths = tuple(dict.fromkeys(policy.file for policy in held))
        return Outcome(Path(), "unchanged", "", len(held), paths, why=why, address=url)

    def _guarded(self, url: str, work: Callable[[], Outcome | None]) -> Outcome | None:
        """Run ``work`` for one page; errors become outcomes, so that other pages go on."""
        try:
            return work()
        except SourceChangedError as error:
            return dataclasses.replace(_refused(url, str(error)), status="changed")
        except UnavailableError as error:
            return dataclasses.replace(_refused(url, str(error)), later=True)
        except PolicyBotError as error:
            return _refused(url, str(error))
        except OSError as error:
            return _refused(url, f"{error.filename or url}: {error.strerror or error}")
        except Exception as error:  # noqa: BLE001 - a defect met in one page must not stop others
            reason = (
                f"unexpected {type(error).__name__}: {error}; this is a defect, please report it"
            )
            return _refused(url, reason)


@dataclass(frozen=True, slots=True)
class _Work:
    """The import of one URL."""

    wanted: Wanted
    delay: float | None
    given: Given
    kind: str | None
    found: WebResult


def _normal(url: str) -> str:
    """Return a URL in the form in which it is requested; an invalid one unchanged."""
    try:
        return str(checked_url(url))
    except ImportRefusedError:
        return url


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _kept_entries(record: dict[str, str]) -> list[Entry]:
    """Return the pages of an unchanged listing, as recorded when it was fetched."""
    return [Entry(url, changed) for url, changed in json.loads(record.get("entries", "[]"))]


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def _refused(url: str, why: str) -> Outcome:
    return Outcome(Path(), "refused", why=why.removeprefix(f"{url}: "), address=url)


def _limit_of(url: str, media_type: str) -> int:
    kind = kind_at(url, media_type)
    # XML, or a document without a useful media type, may be a sitemap.
    if kind is None or "xml" in media_type:
        return MAX_BYTES
    return kind.max_bytes


def is_address(text: str) -> bool:
    """Return whether an argument is a URL rather than a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) is not None


def import_addresses(
    addresses: list[str],
    corpus: Path,
    options: ImportOptions,
    fetcher: Fetcher,
    *,
    replace: bool = False,
) -> Iterator[WebResult]:
    """Import URLs one after the other, and yield the result of each.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    origins = Origins(corpus)
    holdings = Holdings(corpus, options.progress)
    try:
        work = WebImport(fetcher, corpus, options, holdings, origins, replace=replace)
        for address in addresses:
            yield work.take(address)
            origins.save()
    finally:
        holdings.close()
        origins.save()
