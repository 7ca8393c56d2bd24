"""Policies as comma-separated values, for spreadsheets.

RFC 4180: lines end in CR LF, and a field is quoted where it holds a comma, a quote or a line break.
UTF-8 with a byte order mark, without which Excel takes Chinese for another encoding.
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
    """Return a header and one row a policy, in their order; what is not stated is empty.

    Several issuers, and several ids under a relation, stand in one field with "; " between them.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for policy in policies:
        shown = policy.to_dict()
        related = {kind: _BETWEEN.join(ids) for kind, ids in shown.pop("relations").items()}
        writer.writerow({**shown, **related, "issuers": _BETWEEN.join(policy.issuers)})
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8")
