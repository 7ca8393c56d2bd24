"""Import Rich Text Format (.rtf): the paragraphs, without formatting and images."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policybot.corpus.importers.assemble import draft_of_blocks, joined_items
from policybot.corpus.importers.parsers import need, reason_of
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_RTF_BYTES = 32 << 20
_PICTURES = re.compile(rb"(?<=[\s\d}])[0-9a-fA-F\r\n]{2000,}")
_NUMBERS = re.compile(r"\{\\(?:pntext|listtext)\b")
"""Groups with the printed numbers of list items, which striprtf would skip."""

_TITLE = re.compile(r"\{\\info\b.{0,2000}?\{\\title\s+(?P<title>[^{}]{1,600})\}", re.DOTALL)
_ITEM = re.compile(r"(?:[•·▪◦‣*–-]|\(?[0-9]{1,3}[.)]|\([a-zA-Z]{1,3}\)|[a-z][.)])[\s\u00a0]+\S")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")


def read_rtf(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a text in RTF as one document.

    Raises:
        ImportRefusedError: it is not RTF, damaged, or has no text.
    """
    need("striprtf")
    data = source.path.read_bytes()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ImportRefusedError(f"{source.path}: is no RTF; it does not begin as one")
    if data.count(b"{") - data.count(b"\\{") > data.count(b"}") - data.count(b"\\}") + 2:
        raise ImportRefusedError(
            f"{source.path}: is truncated: groups in it do not end; get it again"
        )
    data, pictures = _PICTURES.subn(b"", data)
    written = _NUMBERS.sub("{", data.decode("latin-1"))
    text = _plain(source, written)
    match = _TITLE.search(written[:20_000])
    named = _plain(source, f"{_header(written)}{match['title']}}}") if match else ""
    items = []
    for line in text.split("\n"):
        plain = re.sub(r"[ \t\u00a0]+", " ", _CONTROL.sub("", line)).strip(" \u3000")
        if plain.strip("|"):
            row = plain.endswith("|") and "|" in plain[:-1]
            kind = "list" if _ITEM.match(plain) else "text"
            items.append(("table", plain.strip("| ").replace("|", " | ")) if row else (kind, plain))
    yield draft_of_blocks(
        source,
        options,
        joined_items(_joined_rows(items)),
        f"1-{written.rstrip().count(chr(10)) + 1}",
        property_title=named,
        nothing="; its pictures may be scans, which need OCR" if pictures else "",
    )


def _plain(source: SourceFile, written: str) -> str:
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(written, errors="replace")  # type: ignore[no-untyped-call]
    except Exception as error:  # noqa: BLE001 - striprtf raises many kinds on damaged files
        raise ImportRefusedError(f"{source.path}: is damaged RTF: {reason_of(error)}") from None
    return text


def _header(written: str) -> str:
    """Return an RTF header with the file's code page, for decoding a part of it."""
    page = re.search(r"\\ansicpg([0-9]{1,5})", written[:2000])
    return "{\\rtf1\\ansi" + (f"\\ansicpg{page[1]}" if page else "") + " "


def _joined_rows(items: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join adjacent table rows into one table."""
    joined: list[tuple[str, str]] = []
    for kind, text in items:
        if kind == "table" and joined and joined[-1][0] == "table":
            joined[-1] = kind, f"{joined[-1][1]}\n{text}"
        else:
            joined.append((kind, text))
    return joined
