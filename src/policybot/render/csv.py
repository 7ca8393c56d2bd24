"""Policies as CSV for spreadsheets.

RFC 4180: lines end in CR LF; fields with a comma, a quote or a line break are quoted. UTF-8 with a
byte order mark, without which Excel assumes another encoding for Chinese.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable

from policybot.model import RELATION_KINDS, Policy

COLUMNS = (
    *("id", "title", "issuers", "date", "date_text", "number", "language", "url", "source"),
    *RELATION_KINDS,
)
_BETWEEN = "; "


def policies_csv(policies: Iterable[Policy]) -> bytes:
    """Return a header and one row per policy, in their order; fields not stated are empty.

    Several issuers, and several ids under a relation, are separated by "; ".
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for policy in policies:
        shown = policy.to_dict()
        related = {kind: _BETWEEN.join(ids) for kind, ids in shown.pop("relations").items()}
        writer.writerow({**shown, **related, "issuers": _BETWEEN.join(policy.issuers)})
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8")
