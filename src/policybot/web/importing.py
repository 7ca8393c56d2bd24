"""Addresses into the corpus: a page as a file is, a sitemap or a feed with all that it lists."""

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
"""How many sitemaps one sitemap index may lead to."""

MOST = 500
"""How many of the pages that a list names are asked for in one run."""

_KEPT_ENTRIES = 500
_SAVED_EVERY = 50
_FAILURES = 3
"""So many pages in a row that cannot be had end a run over one list."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages of a list are wanted: patterns as of a shell, for whole addresses.

    With no ``include`` those of the list's own host are.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    most: int = MOST

    def takes(self, url: str, listing: str) -> bool:
        """Tell whether a page is wanted that a list at ``listing`` names."""
        if any(fnmatch.fnmatchcase(url, pattern) for pattern in self.exclude):
            return False
        if self.include:
            return any(fnmatch.fnmatchcase(url, pattern) for pattern in self.include)
        return _host(url) == _host(listing)


@dataclass
class Found:
    """What became of an address: of its pages one by one, of the rest as numbers.

    ``known`` are pages that did not change, ``later`` those left for another run, ``unwanted``
    those that nobody asked for.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    known: int = 0
    later: int = 0
    unwanted: int = 0

    def count(self, *statuses: str) -> int:
        """Return how many pages ended so."""
        return sum(outcome.status in statuses for outcome in self.outcomes)


class WebImport:
    """Imports addresses into one corpus; what it knows of them is kept in ``origins``.

    Args:
        fetcher: Fetches within limits.
        corpus: The corpus folder, made if need be.
        options: What a person said about the documents.
        holdings: What the corpus holds.
        origins: Where its sources came from; saved by whoever opened it.
        replace: Whether drafts may overwrite what the same address gave before.
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
    ) -> Found:
        """Import what is at an address.

        Args:
            address: A page, a document, a sitemap or a feed.
            wanted: Which pages of a list.
            delay: Seconds between two requests, where robots.txt does not ask for more.
            given: What holds of documents that state nothing else.
            kind: What must be there: ``page``, ``sitemap`` or ``feed``; None for any of them.
        """
        work = _Work(wanted or Wanted(), delay, given or self._options.given, kind, Found())
        outcome = self._guarded(address, partial(self._open, address, work))
        if outcome is not None:
            work.found.outcomes.append(outcome)
        return work.found

    def _open(self, address: str, work: _Work) -> Outcome | None:
        """Import a page, or what a list names; then there is no outcome of the list's own."""
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
        """Return the pages that a list leads to; what of it cannot be read is an outcome."""
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
            found = read_listing(inner) if inner else None
            if found is None or found.kind != "sitemap":
                raise ImportRefusedError(f"{child.url}: is no sitemap, though {url} says so")
            entries.update((entry.url, entry) for entry in found.entries)
            return _refused(child.url, found.doubt) if found.doubt else None

        for child in listing.entries:
            outcome = self._guarded(child.url, partial(read, child))
            if outcome is not None:
                work.found.outcomes.append(outcome)
        return list(entries.values())

    def _listed(self, listing: str, entries: list[Entry], work: _Work) -> None:
        """Import the pages of a list."""
        wanted = [
            Entry(_normal(entry.url), entry.changed)
            for entry in entries
            if work.wanted.takes(entry.url, listing)
        ]
        work.found.unwanted += len(entries) - len(wanted)
        due = [entry for entry in wanted if not self._is_known(entry)]
        work.found.known += len(wanted) - len(due)
        # Pages never asked for come first, then those that were asked for longest ago.
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
        """Fetch an address; None when what the corpus has of it is as it is there."""
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
            what = f"type {page.type}" if page.type else "no stated type"
            hint = f"; get it, and {SAVE_AS[suffix]}" if suffix in SAVE_AS else ""
            raise ImportRefusedError(f"{url}: is of {what}, which no importer reads{hint}")
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
        """Return the name of another source that has the very bytes of a new one."""
        if self._holdings.has_source(name):
            return None
        twins = self._holdings.sources_with(sha256)
        return next((twin for twin in twins if PurePosixPath(twin).suffix == path.suffix), None)

    def _note(self, url: str, page: Fetched, **more: str) -> None:
        record = {"etag": page.etag or "", "modified": page.modified or "", **more}
        self._origins.pages[url] = {key: value for key, value in record.items() if value}

    def _is_known(self, entry: Entry) -> bool:
        """Tell whether the list says that a page is as it was when it was imported."""
        record = self._origins.pages.get(entry.url, {})
        if self._replace or not entry.changed or record.get("listed") != entry.changed:
            return False
        name = record.get("name")
        return name is not None and self._is_held(name, record.get("sha256"))

    def _is_held(self, name: str, sha256: str | None) -> bool:
        """Tell whether the corpus has the policies of a source, and its copy as it was fetched."""
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
        """Do something about one page; whatever refuses it stops no other."""
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
            what = f"unexpected {type(error).__name__}: {error}; this is a defect, please report it"
            return _refused(url, what)


@dataclass(frozen=True, slots=True)
class _Work:
    """One address under import."""

    wanted: Wanted
    delay: float | None
    given: Given
    kind: str | None
    found: Found


def _normal(url: str) -> str:
    """Return an address as it is asked for; what is none is left for whoever asks for it."""
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
    """Return the pages that a list named when it was fetched, and still does."""
    return [Entry(url, changed) for url, changed in json.loads(record.get("entries", "[]"))]


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def _refused(url: str, why: str) -> Outcome:
    return Outcome(Path(), "refused", why=why.removeprefix(f"{url}: "), address=url)


def _limit_of(url: str, media_type: str) -> int:
    kind = kind_at(url, media_type)
    # What is sent as XML, or as nothing in particular, may be a sitemap.
    if kind is None or "xml" in media_type:
        return MAX_BYTES
    return kind.max_bytes


def is_address(text: str) -> bool:
    """Tell whether an argument is an address of the web, rather than a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) is not None


def import_addresses(
    addresses: list[str],
    corpus: Path,
    options: ImportOptions,
    fetcher: Fetcher,
    *,
    replace: bool = False,
) -> Iterator[Found]:
    """Import addresses one after the other.

    Raises:
        CorpusError: what the corpus holds cannot be read.
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
