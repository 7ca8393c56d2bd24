"""Parse XML safely: no entities are resolved, nothing is fetched, size and depth are limited."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from policybot.errors import ImportRefusedError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_XML_BYTES = 64 << 20
"""The most bytes of an XML file; its tree takes about ten times as much memory."""

MAX_ELEMENTS = 2_000_000

_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://www.legislation.gov.uk/namespaces/metadata": "ukm:",
}


def parse_xml(path: Path | str, data: bytes) -> _Element:
    """Return the root element of a document.

    HTML's named characters (``&sect;``) are accepted without a declaration, because documents
    written for a DTD use them. libxml2 limits the depth to 256 and text nodes to 10 MB.

    Raises:
        ImportRefusedError: it is not well-formed XML, declares entities, or is too large.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error).split())[:160]
        raise ImportRefusedError(f"{path}: is no well-formed XML: {reason}") from None
    except ValueError as error:
        raise ImportRefusedError(f"{path}: is no XML: {error}") from None
    tree = root.getroottree()
    declared = tree.docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise ImportRefusedError(f"{path}: declares entities, which no legislation does")
    for count, element in enumerate(root.iter(), 1):
        if count > MAX_ELEMENTS:
            raise ImportRefusedError(f"{path}: has more than {MAX_ELEMENTS:,} elements; divide it")
        if element.tag is etree.Entity:
            element.text  # noqa: B018 - lxml gives &name; as its text, which is read as text below
    return root


def name_of(element: _Element) -> str:
    """Return an element's name without its namespace; ``dc:`` and ``ukm:`` names keep a prefix."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if tag[:1] != "{":
        return tag
    space, _, local = tag[1:].partition("}")
    return f"{_PREFIXES.get(space, '')}{local}"


def entity_text(element: _Element) -> str:
    """Return the text of an unresolved entity; as written if HTML does not define it."""
    written = element.text or ""
    return html.unescape(written)
