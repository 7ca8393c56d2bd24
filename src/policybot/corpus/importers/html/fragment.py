"""Convert HTML inside other formats: a table cell, the body in JSON, a part of a mail."""

from __future__ import annotations

import re
from pathlib import Path

from policybot.corpus.importers.html.document import refuse_depth
from policybot.corpus.importers.html.text import Block, blocks_of
from policybot.corpus.importers.parsers import need
from policybot.errors import ImportRefusedError

_TAG = re.compile(
    r"</?(?:p|div|span|br|table|tr|td|li|ul|ol|strong|em|a|b|i|h[1-6]|section|article|blockquote)"
    r"\b[^>]*>",
    re.IGNORECASE,
)
_EMPTY_LINE = re.compile(r"\n[ \t]*\r?\n")


def is_html(text: str) -> bool:
    """Return whether a text contains HTML tags of text elements."""
    return _TAG.search(text) is not None


def html_blocks(path: Path | str, text: str) -> list[Block]:
    """Return the blocks of HTML; empty lines also separate blocks.

    Raises:
        ImportRefusedError: it is nested too deeply.
    """
    need("selectolax")
    from selectolax.lexbor import LexborHTMLParser

    refuse_depth(path, text)
    tree = LexborHTMLParser(_EMPTY_LINE.sub("<br><br>\n", text))
    if tree.body is None:
        return []
    try:
        return blocks_of(tree.body)
    except RecursionError:
        raise ImportRefusedError(f"{path}: HTML in it is nested too deeply") from None


def html_markdown(path: Path | str, text: str) -> str:
    """Return HTML as Markdown."""
    return "\n\n".join(block.text for block in html_blocks(path, text))
