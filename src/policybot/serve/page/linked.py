"""Machine-readable forms of a policy (schema.org, CSL-JSON), and links into official pages."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import quote, urlsplit

from policybot.model import Document, Policy, PolicyDate

_LEGAL_FORCE = {"in_force": "InForce", "not_yet": "NotInForce", "ended": "NotInForce"}
_AT_EACH_END = 5
"""Number of words at each end of a passage that locate it in a page."""

_WHOLE = 60
"""Limit of characters up to which a passage is located by its whole text."""


def web_address(url: str | None) -> str | None:
    """Return ``url`` if it is safe as a link (http or https with a host), else None."""
    if not url or any(c.isspace() or ord(c) < 32 for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def fragment_link(url: str | None, text: str) -> str | None:
    """Return a link to a text within a page (URL Fragment Text Directives).

    None where ``url`` is no web address, or the text is blank.
    """
    address = web_address(url)
    if address is None or not text.strip():
        return None
    base = address.partition("#")[0]
    first = text.strip().splitlines()[0].strip(" #*_>-")
    words = first.split()
    if len(first) <= _WHOLE or len(words) < 2 * _AT_EACH_END:
        directive = _encoded(first[:_WHOLE])
    else:
        ends = (words[:_AT_EACH_END], words[-_AT_EACH_END:])
        directive = ",".join(_encoded(" ".join(end)) for end in ends)
    return f"{base}#:~:text={directive}"


def _encoded(text: str) -> str:
    # A hyphen and a comma have a meaning in a directive.
    return quote(text, safe="").replace("-", "%2D")


def csl_json(policy: Policy, accessed: dt.date) -> str:
    """Return a policy as an item of CSL-JSON (Citation Style Language 1.0.2)."""
    item: dict[str, Any] = {
        "id": policy.id,
        "type": "legislation",
        "title": policy.title,
        "author": [{"literal": name} for name in policy.issuers],
    }
    if policy.date:
        item["issued"] = {"date-parts": [_parts(policy.date)]}
    elif policy.date_text:
        item["issued"] = {"literal": policy.date_text}
    item |= {"number": policy.number} if policy.number else {}
    item |= {"language": policy.language} if policy.language else {}
    if policy.url:
        item |= {"URL": policy.url}
        item["accessed"] = {"date-parts": [[accessed.year, accessed.month, accessed.day]]}
    return json.dumps([item], ensure_ascii=False, indent=2)


def _parts(date: PolicyDate) -> list[int]:
    return [part for part in (date.year, date.month, date.day) if part is not None]


def json_ld(document: Document, page: str) -> str:
    """Return a policy as schema.org's Legislation, safe within a script element."""
    policy = document.policy
    shown: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "@id": page,
        "url": page,
        "name": policy.title,
        "legislationIdentifier": policy.number or policy.id,
        "legislationPassedBy": [{"@type": "Organization", "name": name} for name in policy.issuers],
    }
    shown |= {"legislationDate": str(policy.date)} if policy.date else {}
    shown |= {"datePublished": str(policy.published)} if policy.published else {}
    shown |= {"inLanguage": policy.language} if policy.language else {}
    shown |= {"sameAs": policy.url} if web_address(policy.url) else {}
    force = _LEGAL_FORCE.get(document.validity.state) if document.validity else None
    shown |= {"legislationLegalForce": f"https://schema.org/{force}"} if force else {}
    for kind, name in (
        ("amends", "legislationAmends"),
        ("repeals", "legislationRepeals"),
        ("implements", "legislationEnsuresImplementationOf"),
        ("replaces", "legislationChanges"),
    ):
        titles = [relation.title for relation in document.relates_to if relation.kind == kind]
        shown |= {name: [{"@type": "Legislation", "name": t} for t in titles]} if titles else {}
    text = json.dumps(shown, ensure_ascii=False)
    # Characters that could end the element, or begin another, are escaped as JSON allows.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
