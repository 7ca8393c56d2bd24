"""Import plain text (a list of policies or one document), and documents in Markdown.

A ``.txt`` file is a list if two of its one-line paragraphs are headings of policies (a date and a
title, as in "May 4, 2011: A plan") with text below them, or if its first paragraph is one.
Otherwise it is one document. ``--text list`` and ``--text document`` override this, and a report
states the result. A ``.md`` file is one document.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from policybot.corpus.files.read import scan_text
from policybot.corpus.importers.documents import MAX_TITLE, make_draft, printed_title
from policybot.corpus.importers.encodings import Decoded, decode
from policybot.corpus.importers.labels import Statement, read_label_lines
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.corpus.importers.texts.front_matter import read_front_matter
from policybot.corpus.importers.texts.lines import Line, Repaired, repair_blocks
from policybot.corpus.importers.texts.policy_list import lists_policies, read_policy_list
from policybot.corpus.importers.texts.reader_markdown import ReaderPage, read_reader_markdown
from policybot.corpus.review.notes import review_note
from policybot.errors import ImportRefusedError
from policybot.model import Policy

_ZEROLESS_DIGITS = 20
"""This many digits without a 0 mean that zeros were lost: all recent years contain one."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<head>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIRST_HEADING = re.compile(r"\s*#[ \t]+(?P<title>[^\n]+?)(?:[ \t]+#+)?[ \t]*(?:\n|\Z)")


def read_text(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a ``.txt`` file: a list of policies, or one document.

    Raises:
        ImportRefusedError: the file is empty, not text, or should be a list and has no policy.
    """
    decoded = decode(source.path, source.path.read_bytes(), options.given.charset)
    as_list = options.text == "list"
    if options.text is None:
        as_list = lists_policies(decoded.text, options.years, options.issuers)
        if not as_list and options.years is None:
            _refuse_zeroless(source.path, decoded.text)
    if not as_list:
        yield Report(source.name, 0, "read as", "one document")
        yield from _plain_document(source, decoded, options)
        return
    result = read_policy_list(
        source.path, source.cite(), decoded, options.years, issuers=options.issuers
    )
    yield Report(source.name, 0, "read as", "a list of policies")
    if decoded.doubt:
        yield Report(source.name, 0, "unresolved", f"the encoding is uncertain: {decoded.doubt}")
    yield from result.reports
    yield from result.policies


def read_markdown(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a Markdown file as one document, with its text unchanged.

    Front matter with only the keys of a policy is parsed as such; in any other, known names are
    used (:mod:`.front_matter`), and the rest is put into the note.

    Raises:
        ImportRefusedError: the file is empty, not text, or its front matter is invalid.
    """
    decoded = decode(source.path, source.path.read_bytes(), options.given.charset)
    text = decoded.text.replace("\r\n", "\n")
    own = _own_format(source, text)
    if own is not None:
        yield own
        return
    page = read_reader_markdown(text)
    if page is not None:
        yield from _reader_page(source, options, decoded, page)
        return
    statements: list[Statement] = []
    reviews = [f"the encoding is uncertain; {decoded.doubt}"] if decoded.doubt else []
    head = _FRONT_MATTER.match(text)
    if head is not None:
        statements = read_front_matter(head["head"])
        text = text[head.end() :]
    heading = _FIRST_HEADING.match(text)
    title, review = "", None
    if heading is not None and len(heading["title"]) <= MAX_TITLE:
        title = heading["title"]
        stated = next((item.value for item in statements if item.key == "title"), title)
        if stated == title:
            text = text[heading.end() :]
    else:
        title, review = printed_title(text, options.issuers) or _file_title(source.path)
    if not text.strip():
        raise ImportRefusedError(f"{source.path}: holds no text below its title")
    yield make_draft(
        source.cite(_span(decoded.text)),
        text.strip("\n"),
        statements,
        issuers=options.issuers,
        title=title,
        title_review=review,
        facts=[decoded.fact] if decoded.fact else [],
        reviews=reviews,
    )


def _reader_page(
    source: SourceFile, options: ImportOptions, decoded: Decoded, page: ReaderPage
) -> Iterator[Policy | Report]:
    if not page.body.strip():
        raise ImportRefusedError(f"{source.path}: holds no text but menus and links")
    yield Report(source.name, 0, "read as", "a web page that a page reader made Markdown of")
    if page.left_out:
        words = f"{page.left_out} characters around the text: navigation, head or foot of the page"
        yield Report(source.name, 0, "left out", words)
    yield make_draft(
        source.cite(_span(decoded.text)),
        page.body,
        page.statements,
        issuers=options.issuers,
        title=page.title or source.path.stem,
        facts=[decoded.fact] if decoded.fact else [],
        dated_head=False,
    )


def _plain_document(
    source: SourceFile, decoded: Decoded, options: ImportOptions
) -> Iterator[Policy | Report]:
    pages = decoded.text.count("\f")
    printed = decoded.text.replace("\r\n", "\n").replace("\f", "").split("\n")
    statements, end = read_label_lines(printed)
    lines = [Line(text, number) for number, text in enumerate(printed[end:], end + 1)]
    blocks: list[list[Line]] = [[]]
    for line in lines:
        if line.text.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    repaired = repair_blocks(blocks)
    if not repaired.text.strip():
        raise ImportRefusedError(f"{source.path}: holds no text")
    if pages:
        yield Report(source.name, 0, "repaired", f"{pages} page breaks read as line breaks")
    yield from repair_reports(source, repaired)
    title, review = printed_title(repaired.text, options.issuers) or _file_title(source.path)
    reviews = [f"the encoding is uncertain; {decoded.doubt}"] if decoded.doubt else []
    yield make_draft(
        source.cite(_span(decoded.text)),
        repaired.text,
        statements,
        issuers=options.issuers,
        title=title,
        title_review=review,
        facts=[*([decoded.fact] if decoded.fact else []), *repaired.facts()],
        reviews=[*reviews, *undecided(repaired)],
        repairs=tuple(repaired.repairs),
    )


def repair_reports(source: SourceFile, repaired: Repaired) -> Iterator[Report]:
    """Yield reports of the repairs made to a text."""
    for fact in repaired.facts():
        yield Report(source.name, 0, "repaired", fact.removeprefix("repaired: "))


def undecided(repaired: Repaired) -> list[str]:
    """Return the review line about words hyphenated at a line's end, if any are undecided."""
    if not repaired.undecided:
        return []
    shown = ", ".join(repaired.undecided[:10])
    more = f" and {len(repaired.undecided) - 10} more" if len(repaired.undecided) > 10 else ""
    return [f"words divided at a line's end may have no hyphen; {shown}{more}"]


def _file_title(path: Path) -> tuple[str, str]:
    return path.stem, "no title is stated; this one is the file's name"


def _span(text: str) -> str:
    """Return the range of lines from the first to the last that is not blank: ``3-40``."""
    lines = text.rstrip().split("\n")
    first = next((at for at, line in enumerate(lines, 1) if line.strip()), 1)
    return f"{first}-{len(lines)}"


def _refuse_zeroless(path: Path, text: str) -> None:
    digits = len(re.findall("[1-9]", text))
    if "0" not in text and digits >= _ZEROLESS_DIGITS:
        raise ImportRefusedError(
            f"{path}: has {digits} digits and not one 0: its numbers lost their zeros; name its "
            "years (--years 2010-2030), or take it as it is: --text document"
        )


def _own_format(source: SourceFile, text: str) -> Policy | None:
    """Return the policy if the file is in policybot's own format; else None."""
    head = _FRONT_MATTER.match(text)
    if head is None:
        return None
    policy, problems = scan_text(text, source.path)
    unknown = any(problem.message.startswith("unknown key") for problem in problems)
    if unknown or not re.search(r"^title:", head["head"], re.MULTILINE):
        return None
    if policy is None or problems:
        raise ImportRefusedError(str(problems[0]))
    facts = (policy.note or "").split("\n") if policy.note else []
    if policy.source is not None:
        facts.append(f"source: {policy.source} {policy.source.sha256 or ''}")
    has_id = re.search(r"^id:", head["head"], re.MULTILINE)
    return dataclasses.replace(
        policy,
        id=policy.id if has_id else "",
        source=source.cite(_span(text)),
        note=review_note(facts, []),
    )
