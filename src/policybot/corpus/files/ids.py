"""Ids of policies: what may be one, and what the file of a policy is called for it.

An id is whatever the publisher uses: ``2012-02-14-notice``, ``http://data.europa.eu/eli/reg/2016/679``,
``CELEX:32016R0679``, ``ECLI:EU:C:2014:317``. File systems and Telegram allow less; what stands for
an id there is made from it here and in :mod:`policybot.bot.views.keyboards`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_ID_BYTES = 200
"""Of UTF-8."""

_PLAIN = re.compile(rf"[0-9A-Za-z._/:-]{{1,{MAX_ID_BYTES}}}")
_JOINERS = "\u200c\u200d"  # parts of words in Persian and in the scripts of India
_MAX_STEM_BYTES = 120
"""Leaves room for ``.md`` and for the hidden names of files that are being written."""


def why_bad_id(policy_id: str) -> str | None:
    """Say what is wrong with an id; None when nothing is.

    An id has at most 200 bytes of UTF-8, without control characters, white space and characters
    that nobody sees.
    """
    if _PLAIN.fullmatch(policy_id):
        return None
    if not policy_id:
        return "is empty"
    for character in policy_id:
        kind = unicodedata.category(character)
        if character.isspace() or kind[0] == "Z":
            return f"holds white space (U+{ord(character):04X}); write it without"
        if kind in {"Cc", "Cs"} or (kind == "Cf" and character not in _JOINERS):
            return f"holds the control character U+{ord(character):04X}; write it without"
    size = len(policy_id.encode("utf-8"))
    if size > MAX_ID_BYTES:
        return f"is {size} bytes of UTF-8; at most {MAX_ID_BYTES} are allowed"
    return None


def file_stem(policy_id: str) -> str:
    """Return what the file of a policy is called, without its ending; another id has another one.

    An id of letters, digits, ``.``, ``_`` and ``-`` is itself. In any other, what a file's name may
    not hold everywhere becomes ``-``, and a part of the id's SHA-256 comes after it.
    """
    kept = "".join(c if c.isalnum() or c in "._-" else "-" for c in policy_id)
    stem = re.sub(r"-{2,}", "-", kept).strip("._-")
    if stem == policy_id and len(stem.encode("utf-8")) <= _MAX_STEM_BYTES:
        return stem
    digest = hashlib.sha256(policy_id.encode("utf-8")).hexdigest()[:8]
    room = _MAX_STEM_BYTES - len(digest) - 1
    start = stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip("._-")
    return f"{start}-{digest}" if start else digest
