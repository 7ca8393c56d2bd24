"""Make a draft from blocks of text, as read from office documents, books and mails."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from policybot.corpus.importers.documents import first_line, make_draft, printed_title
from policybot.corpus.importers.html.text import Block
from policybot.corpus.importers.labels import Statement, read_label_lines
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

_TITLE_BLOCKS = 10


def draft_of_blocks(
    source: SourceFile,
    options: ImportOptions,
    blocks: Sequence[Block],
    place: str,
    *,
    stated: Iterable[Statement] = (),
    property_title: str = "",
    nothing: str = "",
    reviews: Iterable[str] = (),
) -> Policy:
    """Return the draft of a document that was read as blocks.

    Args:
        source: The file.
        options: The import options.
        blocks: Its text.
        place: The part of the file that the draft cites.
        stated: What the document states; label lines at the beginning of the text are added.
        property_title: The title in the file's properties, used if the text contains it.
        nothing: A hint to append to the error for a file without text.
        reviews: Further review lines.

    Raises:
        ImportRefusedError: there is no text.
    """
    labelled, end = read_label_lines([block.text for block in blocks])
    kept = list(blocks[end:])
    statements = [*stated, *labelled]
    title = next((statement.value for statement in statements if statement.key == "title"), "")
    named = " ".join(property_title.split())
    beginning = letters("".join(block.text for block in kept[:_TITLE_BLOCKS]))
    if not title and letters(named) and letters(named) in beginning:
        title = named
        statements.append(Statement("title", named, "Title", "property"))
    if title and kept and letters(kept[0].text) == letters(title):
        kept = kept[1:]
    body = "\n\n".join(block.text for block in kept)
    if not body.strip():
        raise ImportRefusedError(f"{source.path}: holds no text{nothing}")
    headed = bool(kept) and kept[0].kind == "heading"
    printed = first_line(body) if headed else printed_title(body, options.issuers)
    first, review = printed or (source.path.stem, "no title is stated")
    return make_draft(
        source.cite(place),
        body,
        statements,
        issuers=options.issuers,
        title=first,
        title_review=review,
        reviews=reviews,
    )


def joined_items(items: Sequence[tuple[str, str]]) -> list[Block]:
    """Return blocks from pairs of kind and text; adjacent list items are joined into one block."""
    blocks: list[Block] = []
    open_list = False
    for kind, text in items:
        if kind == "list" and open_list:
            blocks[-1] = Block("list", f"{blocks[-1].text}\n{text}")
        elif kind in {"heading", "list", "table"}:
            blocks.append(Block(kind, text))  # type: ignore[arg-type]
        else:
            blocks.append(Block("text", text))
        open_list = kind == "list"
    return blocks


def letters(text: str) -> str:
    """Return the letters and digits of a text, case-folded, for comparing titles."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())
