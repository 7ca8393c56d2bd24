"""Import mails (.eml): the message as a document, each attachment by its own importer.

The subject is the title, the day of sending the publication date. The sender is the issuer only if
the name is that of a known body, and then marked for review.
"""

from __future__ import annotations

import dataclasses
import email
import email.policy
import re
import tempfile
from collections.abc import Iterator
from email.errors import MessageError
from email.headerregistry import Address, AddressHeader, DateHeader
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from policybot.corpus.importers.assemble import draft_of_blocks
from policybot.corpus.importers.html.document import read_html
from policybot.corpus.importers.html.fragment import html_blocks
from policybot.corpus.importers.html.text import Block
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.members import read_members, room_of
from policybot.corpus.importers.parsers import reason_of
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.corpus.importers.texts.headings import read_bodies
from policybot.corpus.importers.texts.lines import Line, repair_blocks
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_MAIL_BYTES = 64 << 20
_MAX_PARTS = 500
_DAMAGE = (
    MessageError, LookupError, ValueError, AttributeError, TypeError, OverflowError,
)  # fmt: skip
"""Exceptions that the standard library raises on malformed headers."""

_REPLY = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|回复|答复|转发|轉發|回覆)\s*[:：]\s*)+", re.IGNORECASE)
_SEALED = frozenset(["application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"])


def read_mail(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a mail and its attachments.

    Raises:
        ImportRefusedError: it is not a mail, encrypted, or has neither text nor attachments.
    """
    room = room_of(source, options)
    try:
        message = email.message_from_bytes(source.path.read_bytes(), policy=email.policy.default)
        if not any(message[name] for name in ("from", "subject", "date")):
            raise ImportRefusedError(f"{source.path}: is no mail; it has neither From nor Subject")
        if message.get_content_type() in _SEALED:
            raise ImportRefusedError(f"{source.path}: is an encrypted mail; save it decrypted")
        if sum(1 for _ in message.walk()) > _MAX_PARTS:
            raise ImportRefusedError(f"{source.path}: has more than {_MAX_PARTS} parts")
        stated = list(_stated(message, options))
        blocks, place = _body(source, message)
        attached = list(_attachments(message))
    except _DAMAGE as error:
        raise ImportRefusedError(f"{source.path}: is a damaged mail: {reason_of(error)}") from None
    except RecursionError:
        raise ImportRefusedError(f"{source.path}: is nested too deeply") from None
    if blocks:
        yield draft_of_blocks(source, options, blocks, place, stated=stated)
    elif not attached:
        raise ImportRefusedError(f"{source.path}: holds neither text nor attachments")
    yield from read_members(source, options, attached, room, word="attachment ", alone=bool(blocks))


def read_web_archive(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a page that a browser or Word saved with its images in one file (MHTML).

    Raises:
        ImportRefusedError: it contains no page, or the page cannot be read.
    """
    try:
        message = email.message_from_bytes(source.path.read_bytes(), policy=email.policy.default)
        part = next((sub for sub in message.walk() if sub.get_content_type() == "text/html"), None)
        data = part.get_payload(decode=True) if part is not None else None
        declared = part.get_content_charset() if part is not None else None
    except _DAMAGE as error:
        raise ImportRefusedError(
            f"{source.path}: is a damaged web archive: {reason_of(error)}"
        ) from None
    if not isinstance(data, bytes) or not data.strip():
        raise ImportRefusedError(f"{source.path}: is a web archive without a page")
    if declared and b"charset" not in data[:2000].lower():
        data = b'<meta charset="' + declared.encode("ascii", "ignore") + b'">' + data
    with tempfile.TemporaryDirectory(prefix="policybot-") as folder:
        page = Path(folder) / f"{source.path.stem[:60] or 'page'}.html"
        page.write_bytes(data)
        try:
            yield from read_html(dataclasses.replace(source, path=page), options)
        except ImportRefusedError as error:
            raise ImportRefusedError(str(error).replace(str(page), str(source.path))) from None


def _stated(message: EmailMessage, options: ImportOptions) -> Iterator[Statement]:
    subject = " ".join(str(message["subject"] or "").split())
    yield Statement("title", _REPLY.sub("", subject), "Subject", "mail")
    sent = message["date"]
    if isinstance(sent, DateHeader) and sent.datetime is not None:
        yield Statement(
            "published", sent.datetime.date().isoformat(), "Date", "mail", words=str(sent)
        )
    sender = message["from"]
    addresses: tuple[Address, ...] = sender.addresses if isinstance(sender, AddressHeader) else ()
    for address in addresses[:1]:
        name = " ".join(address.display_name.split())
        if name and read_bodies(name, options.issuers):
            yield Statement("issuer", name, "From", "mail", words=str(sender), certainty="likely")
        elif name:
            yield Statement("fact", name, "From", "mail")


def _body(source: SourceFile, message: EmailMessage) -> tuple[list[Block], str]:
    part = message.get_body(preferencelist=("html", "plain"))
    if part is None:
        return [], "message"
    text = _text(part)
    if part.get_content_type() == "text/html":
        return html_blocks(source.path, text), "message"
    parts: list[list[Line]] = [[]]
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.strip() == "--":
            break  # a signature
        if line.strip():
            parts[-1].append(Line(line, number))
        elif parts[-1]:
            parts.append([])
    repaired = repair_blocks(parts).text
    return [Block("text", block) for block in repaired.split("\n\n") if block.strip()], "message"


def _text(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # an unknown character set
        data = part.get_payload(decode=True)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for number, part in enumerate(message.iter_attachments(), 1):
        name = part.get_filename() or ""
        if part.get_content_type() == "message/rfc822":
            inner = part.get_content()
            yield name or f"message {number}.eml", bytes(inner)
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and name:
            yield name, data
