"""``sources.toml``: the pages, sitemaps and feeds that a corpus follows."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policybot.errors import ConfigError, ImportRefusedError
from policybot.web.fetching import checked_url
from policybot.web.importing import MOST, Wanted

FILE = "sources.toml"

KINDS = ("page", "sitemap", "feed")

_EXAMPLE = '[[source]]\nurl = "https://www.example.org/sitemap.xml"\nkind = "sitemap"'


@dataclass(frozen=True, slots=True)
class WebSource:
    """A followed web source: URL, kind, and settings for its documents.

    ``issuers`` and ``language`` apply to documents that state none; ``delay`` is in seconds.
    """

    url: str
    kind: str
    wanted: Wanted
    issuers: tuple[str, ...] = ()
    language: str | None = None
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """All followed sources; ``contact`` is the operator's address, sent to the sites."""

    sources: tuple[WebSource, ...]
    contact: str | None = None


def read_sources(file: Path) -> Sources:
    """Read ``sources.toml``.

    Raises:
        ConfigError: the file does not exist, or is invalid.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{file}: no such file; write what is to be followed into it, as in\n{_EXAMPLE}"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: cannot be read as TOML: {error}") from None
    _known(f"{file}", data, ("contact", "source"))
    contact = data.get("contact")
    if contact is not None and not _is_line(contact):
        raise ConfigError(f"{file}: contact is a text in quotes: an address to be reached under")
    tables = data.get("source", [])
    if not isinstance(tables, list) or not tables:
        raise ConfigError(f"{file}: names nothing to follow; it needs\n{_EXAMPLE}")
    sources = [_source(f"{file}: source {at}", table) for at, table in enumerate(tables, 1)]
    seen: set[str] = set()
    for source in sources:
        if source.url in seen:
            raise ConfigError(f"{file}: {source.url} is there twice")
        seen.add(source.url)
    return Sources(tuple(sources), contact)


def _source(where: str, table: object) -> WebSource:
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: is a table: write [[source]] on its own line")
    keys = ("url", "kind", "include", "exclude", "most", "issuers", "language", "delay")
    _known(where, table, keys)
    url = table.get("url")
    if not _is_line(url):
        raise ConfigError(f"{where}: needs url, an address in quotes")
    where = f"{where} ({url})"
    try:
        url = str(checked_url(str(url)))
    except ImportRefusedError as error:
        raise ConfigError(f"{where}: {error}") from None
    kind = table.get("kind", "page")
    if kind not in KINDS:
        raise ConfigError(f"{where}: kind = {kind!r}: must be one of {', '.join(KINDS)}")
    language = table.get("language")
    if language is not None and not _is_line(language):
        raise ConfigError(f"{where}: language is a text in quotes, as in 'en'")
    delay, most = table.get("delay"), table.get("most", MOST)
    if delay is not None and not (_is_number(delay) and delay >= 0):
        raise ConfigError(f"{where}: delay = {delay!r}: must be a number of seconds")
    if not (isinstance(most, int) and _is_number(most) and most > 0):
        raise ConfigError(f"{where}: most = {most!r}: must be a whole number, 1 or more")
    include, exclude, issuers = (_texts(where, table, key) for key in keys[2:4] + keys[5:6])
    wanted = Wanted(include, exclude, most)
    return WebSource(url, kind, wanted, issuers, language, delay)


def _known(where: str, table: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            close = difflib.get_close_matches(key, keys, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(keys)}"
            raise ConfigError(f"{where}: unknown key {key}; {hint}")


def _texts(where: str, table: dict[str, Any], key: str) -> tuple[str, ...]:
    texts = table.get(key, [])
    if not isinstance(texts, list) or not all(map(_is_line, texts)):
        raise ConfigError(f"{where}: {key} is a list of texts, as in ['…']")
    return tuple(texts)


def _is_line(value: object) -> bool:
    return isinstance(value, str) and value.strip() == value != "" and value.isprintable()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
