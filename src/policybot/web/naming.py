"""Choose the name of a fetched document under ``sources/``, and its importer."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from policybot.corpus.importers.pipeline.kinds import kind_of
from policybot.corpus.importers.pipeline.source import Kind

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/akn+xml": ".xml",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/msword": ".doc",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
}
_SAYS_NOTHING = frozenset(
    ("", "application/octet-stream", "binary/octet-stream", "application/force-download")
)
_TEXT = frozenset(("text/plain", "application/xml", "text/xml"))
_SEGMENT_BYTES = 80
_NOT_PLAIN = re.compile(r"[^\w.-]+")


def suffix_of(url: str, media_type: str) -> str:
    """Return the file name extension of a document, from its media type or else its URL.

    The URL is preferred if the type is general: ``a.md`` sent as ``text/plain``. The extension is
    empty if neither determines it.
    """
    ending = PurePosixPath(urlsplit(url).path).suffix.lower()
    known = kind_of(Path(f"x{ending}")) is not None
    if media_type in _SAYS_NOTHING:
        return ending
    stated = _SUFFIXES.get(media_type, "")
    if known and (media_type in _TEXT or (not stated and not media_type.startswith("text/html"))):
        return ending
    kind = kind_of(Path(f"x{stated}"))
    # .htm and .html, .md and .markdown are one kind: keep the URL's own extension.
    return ending if kind is not None and ending in kind.suffixes else stated


def kind_at(url: str, media_type: str) -> Kind | None:
    """Return the kind of a document; None if no importer reads it."""
    return kind_of(Path(f"x{suffix_of(url, media_type)}"))


def source_name(url: str, suffix: str) -> str:
    """Return the name under ``sources/`` of the document at ``url``: the host, then its path.

    If the URL has a query or characters not allowed in names, a part of its SHA-256 is inserted
    before the extension, so that names are unique; ``http`` and ``https`` share a name.
    """
    parts = urlsplit(url)
    host = _NOT_PLAIN.sub("_", parts.netloc.lower()).strip("._")
    given = [unquote(segment) for segment in parts.path.split("/")[1:]]
    segments = [_plain(segment) for segment in given if segment] or ["index"]
    if parts.path.endswith("/") and any(given):
        segments.append("index")
    last = segments[-1]
    stem = last[: -len(suffix)] if suffix and last.lower().endswith(suffix) else last
    name = "/".join([host, *segments[:-1], f"{stem or 'index'}{suffix}"])
    if name.split("/", 1)[1] == "/".join(given) and not parts.query:
        return name
    digest = hashlib.sha256(url.partition("://")[2].encode()).hexdigest()[:8]
    return "/".join([host, *segments[:-1], f"{stem}-{digest}{suffix}"])


def _plain(segment: str) -> str:
    plain = _NOT_PLAIN.sub("-", segment).strip("-").lstrip(".")
    return plain.encode("utf-8")[:_SEGMENT_BYTES].decode("utf-8", "ignore") or "x"
