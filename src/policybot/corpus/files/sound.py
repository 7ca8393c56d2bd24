"""Quick validation of a policy that was made by an importer rather than read from a file."""

from __future__ import annotations

import functools
import re

from policybot.corpus.dates import parse_date
from policybot.corpus.files.ids import why_bad_id
from policybot.errors import DateError
from policybot.model import (
    Policy,
    PolicyDate,
)

UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")

UNFIT_IN_A_LINE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")

URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)

SHA256_HEX = re.compile(r"[0-9a-f]{64}")


def is_sound(policy: Policy) -> bool:
    """Return True if a policy surely obeys the rules of :class:`FieldReader`.

    Saves parsing every written line again in tables of millions of rows. False means only that it
    must be parsed to know: rarely used keys, such as relations, are not examined here.
    """
    source, pages = policy.source, policy.source.pages if policy.source else ()
    single = [policy.id, policy.title, *policy.issuers, policy.number or "", policy.date_text or ""]
    stated = [policy.title, policy.body, *policy.issuers]
    if source:
        single += [source.file, source.lines or ""]
        stated += [source.file, *([] if source.lines is None else [source.lines])]
    return not (
        policy.relations
        or policy.repairs
        or policy.evidence
        or policy.versions
        or policy.status is not None
        or any(date and not _is_date(date) for date in _other_dates(policy))
        or pages
        or (source and source.machine_read)
        or not all(text.strip() for text in stated)
        or UNFIT_IN_A_LINE.search("\t".join(single))
        or UNFIT.search(policy.body)
        or UNFIT.search(policy.note or "")
        or len(set(policy.issuers)) < len(policy.issuers)
        or (policy.language is not None and not LANGUAGE_TAG.fullmatch(policy.language))
        or (policy.url is not None and (not is_url(policy.url) or UNFIT.search(policy.url)))
        or (source and source.sha256 is not None and not SHA256_HEX.fullmatch(source.sha256))
        or (policy.date and not _is_date(policy.date))
        or why_bad_id(policy.id)
    )


def _other_dates(policy: Policy) -> tuple[PolicyDate | None, ...]:
    return policy.published, policy.effective, policy.expires


@functools.lru_cache(maxsize=4096)
def _is_date(date: PolicyDate) -> bool:
    try:
        return parse_date(str(date)) == date
    except (DateError, ValueError):
        return False


def is_url(text: str) -> bool:
    """Return whether a text is an http or https address."""
    return URL.fullmatch(text) is not None
