"""The policies as a static site, for plain file servers and for archives."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from xml.sax.saxutils import escape

from policybot.answering.engine import open_engine
from policybot.config import Config, check_public_url
from policybot.corpus.files.ids import file_stem
from policybot.errors import ConfigError
from policybot.serve.catalogue import Entry, Filters
from policybot.serve.page.looking import Looking, Results
from policybot.serve.page.pages import STATIC, home_page, policy_page, root_of, static_file
from policybot.serve.page.words import Language, Words, words_in
from policybot.serve.service import Service, service_of

MARK = ".policybot-site"
"""A file that marks a folder as written by this module."""

_MOST_ADDRESSES = 50_000
"""Limit of URLs in one file of a sitemap (sitemaps.org)."""

_BARE = {"searching": False, "switch": {}}
"""Template values: a static site has no search, and one language."""


def write_site(config: Config, folder: Path, url: str | None, language: str) -> int:
    """Write every policy's page, a list of them and a sitemap, and return how many policies.

    Raises:
        ConfigError: the address is missing or wrong, the folder holds something else, or cannot be
            written.
        IndexUnusableError: there is no index to read.
    """
    url = url or config.serve.public_url
    if url is None:
        raise ConfigError("say where the pages will be: --url, or [serve] public_url")
    check_public_url(url, "--url")
    config = dataclasses.replace(config, serve=dataclasses.replace(config.serve, public_url=url))
    service = service_of(config, open_engine(config))
    try:
        _clear(folder)
        return _write(service, folder, url, words_in(cast("Language", language)))
    except OSError as error:
        raise ConfigError(f"{error.filename or folder}: cannot be written: {error}") from None
    finally:
        service.close()


def _clear(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ConfigError(
            f"{folder}: holds something else; give a folder that is new, empty, or was written by "
            "`policybot site`"
        )
    shutil.rmtree(folder / "p", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (MARK, ".nojekyll"):  # GitHub Pages then serves the files unchanged
        (folder / name).write_bytes(b"")


def _write(service: Service, folder: Path, url: str, words: Words) -> int:
    root = root_of(service.config)

    def page_of(policy_id: str) -> str:
        return f"{root}/p/{quote(place_of(policy_id), safe='/:')}"

    entries = service.listing(Filters(), count=service.engine.info.policies, newest=True).entries
    ids = list(_every_version(service, entries))
    results = Results(None, entries, len(entries), (), {}, ())
    more: dict[str, Any] = {**_BARE, "page_of": page_of}
    home = home_page(service, Looking(), words, results, **{**more, "earlier": None, "later": None})
    _save(folder / "index.html", home)
    for policy_id in ids:
        page = policy_page(service, service.engine.show(policy_id), words, url, **more)
        _save(folder / "p" / place_of(policy_id) / "index.html", page)
    (folder / "static").mkdir(exist_ok=True)
    for name in STATIC:
        (folder / "static" / name).write_bytes(static_file(name))
    places = (quote(place_of(policy_id), safe="/:") for policy_id in ids)
    _write_sitemap(folder, url, [f"{url}/", *(f"{url}/p/{place}/" for place in places)])
    return len(entries)


def _every_version(service: Service, entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the ids of the policies and of all their versions."""
    for entry in entries:
        yield entry.policy.id
        if entry.policy.version:
            yield from (name for name, _ in service.engine.show(entry.policy.id).versions)


def place_of(policy_id: str) -> str:
    """Return the folder of a policy's page below ``p/``: its id if that is a valid path."""
    parts = policy_id.split("/")
    if any(part in {"", ".", "..", "index.html"} or "\\" in part for part in parts):
        return file_stem(policy_id)
    return policy_id


def _save(path: Path, page: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(page.encode("utf-8", "replace"))


def _write_sitemap(folder: Path, url: str, addresses: Sequence[str]) -> None:
    chunks = [
        addresses[at : at + _MOST_ADDRESSES] for at in range(0, len(addresses), _MOST_ADDRESSES)
    ]
    if len(chunks) == 1:
        _save(folder / "sitemap.xml", _sitemap("urlset", "url", chunks[0]))
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(chunks) + 1)]
    for name, chunk in zip(names, chunks, strict=True):
        _save(folder / name, _sitemap("urlset", "url", chunk))
    index = _sitemap("sitemapindex", "sitemap", [f"{url}/{name}" for name in names])
    _save(folder / "sitemap.xml", index)


def _sitemap(kind: str, entry: str, addresses: Sequence[str]) -> str:
    lines = "".join(f"<{entry}><loc>{escape(address)}</loc></{entry}>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</{kind}>\n'
    )
