"""Render a page of a policy's source as an image, for the terminal, the bot and the web page."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from policybot.corpus.files.find import SOURCES
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.pipeline.walk import digest_of
from policybot.errors import ImportRefusedError
from policybot.model import Policy
from policybot.pdf.opened import page_picture

WIDTH = 1600
"""The default width in pixels: enough to read a printed page."""


def page_image(corpus: Path, policy: Policy, page: int, *, width: int = WIDTH) -> bytes:
    """Return the PNG image of a page of the PDF that a policy was imported from.

    Args:
        corpus: The corpus folder, which holds the sources.
        policy: A policy that names its source.
        page: The page number, from 1.
        width: The width of the image in pixels.

    Raises:
        ImportRefusedError: its source is not a PDF, is missing or was altered, has no such page, or
            cannot be rendered.
    """
    source = policy.source
    name = PurePosixPath(source.file) if source else PurePosixPath()
    if source is None or name.suffix.lower() != ".pdf":
        raise ImportRefusedError(f"{policy.id}: its source is no PDF, so it has no pages to show")
    if name.is_absolute() or ".." in name.parts:
        raise ImportRefusedError(f"{policy.id}: its source {source.file} is outside of the corpus")
    path = corpus / SOURCES / name
    if not path.is_file():
        raise ImportRefusedError(f"{policy.id}: its source is not in {path.parent} any more")
    if source.sha256 is not None and digest_of(path) != source.sha256:
        raise ImportRefusedError(f"{path}: was altered since it was imported")
    need("pypdfium2")
    return page_picture(path, page, width)
