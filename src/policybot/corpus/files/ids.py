"""Ids of policies: which are valid, and the file name for one.

An id is whatever the publisher uses: ``2012-02-14-notice``, ``http://data.europa.eu/eli/reg/2016/679``,
``CELEX:32016R0679``, ``ECLI:EU:C:2014:317``. File systems and Telegram allow less: file names are
derived from ids here, Telegram's identifiers in :mod:`policybot.bot.views.keyboards`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_ID_BYTES = 200
"""The maximum length of an id, in bytes of UTF-8."""

_PLAIN = re.compile(rf"[0-9A-Za-z._/:-]{{1,{MAX_ID_BYTES}}}")
_JOINERS = "\u200c\u200d"  # parts of words in Persian and in the scripts of India
_MAX_STEM_BYTES = 120
"""Leaves room for ``.md`` and for the prefix of temporary files."""


def why_bad_id(policy_id: str) -> str | None:
    """Return what is wrong with an id; None if it is valid.

    An id is 1 to 200 bytes of UTF-8, without control, white space or invisible characters.
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
    """Return the file name of a policy without its extension, unique for each id.

    An id of letters, digits, ``.``, ``_`` and ``-`` is used as it is. In any other, characters not
    portable in file names become ``-``, and 8 digits of the id's SHA-256 are appended.
    """
    kept = "".join(c if c.isalnum() or c in "._-" else "-" for c in policy_id)
    stem = re.sub(r"-{2,}", "-", kept).strip("._-")
    if stem == policy_id and len(stem.encode("utf-8")) <= _MAX_STEM_BYTES:
        return stem
    digest = hashlib.sha256(policy_id.encode("utf-8")).hexdigest()[:8]
    room = _MAX_STEM_BYTES - len(digest) - 1
    start = stem.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip("._-")
    return f"{start}-{digest}" if start else digest
