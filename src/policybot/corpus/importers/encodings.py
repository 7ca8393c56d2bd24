"""Detect a text's encoding: by byte order mark, as UTF-8, as declared, or from its characters.

GB18030 and Big5 are distinguished by the share of frequent characters, which both standards encode
in a range of their own (level 1 of GB 2312: 3,755 characters, of Big5: 5,401): it is nearly 1 in
the right encoding and about 0.5 in the wrong one. General detectors were tried and need about
thirty characters; this needs about ten, and reports when it cannot decide.
"""

from __future__ import annotations

import codecs
import dataclasses
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policybot.errors import ImportRefusedError

How = Literal["mark", "UTF-8", "declared", "detected"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A declared subset is read as the whole: pages that say gb2312 hold characters of GBK (the
# Encoding Standard of the WHATWG, section 4.2).
_DECLARED = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
}
_READABLE = re.compile(
    r"utf-8|gb18030|big5hkscs|cp125[0-8]|cp874|iso8859-[0-9]+|koi8-[ru]|shift_jis|cp932"
    r"|euc_jp|euc_kr|cp949|utf-16(?:-[lb]e)?"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]")

SAMPLE_BYTES = 1 << 20
"""How many bytes of a text are examined to distinguish GB18030 from Big5."""

_SCORED = 20_000
"""How many non-ASCII characters are examined."""

_LEAST_FREQUENT = 0.8
_SURE_MARGIN = 0.15
_LEAST_MARGIN = 0.05

# Any Chinese text of forty characters or more has some of these; a text in another language that is
# decoded as Chinese has them only by chance.
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为以和地出会可也要年生作用方行所发经法"
    "这为国个说们来对会发经时过动进种见现务产机无关实应电变车员结门"
    "這為國個說們來對會發經時過動進種見現務產機無關實應電變車員結門"
    "规定政部施办条业工市管理公民主成本及其等由于第三二十下分自同事前重新家建全部业制"
    "規條業辦區縣總統項檔資訊據類標準號與"
    "级各省县局委信息项文件标准计划通知意见工作推加强化社会"
)
_COMMON_SHARE = 0.1
_COMMON_FROM = 40


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text and its encoding.

    ``doubt`` is a message for review; ``misdeclared`` is the encoding that the file declares, if
    that is certainly wrong.
    """

    text: str
    encoding: str
    how: How
    doubt: str | None = None
    misdeclared: str | None = None

    @property
    def fact(self) -> str | None:
        """The note's line about the encoding; None for UTF-8."""
        if self.misdeclared:
            return f"encoding: {self.encoding} (the file says {self.misdeclared})"
        return None if self.encoding == "utf-8" else f"encoding: {self.encoding} ({self.how})"


def decode(
    path: Path, data: bytes, declared: str | None = None, *, unseen: re.Pattern[str] | None = None
) -> Decoded:
    """Decode a whole text.

    Control characters inside matches of ``unseen`` (invisible parts, as HTML tags) are removed.

    Tried in this order: a byte order mark; UTF-8, if all of it is valid; the ``declared`` encoding;
    UTF-16 without a mark, GB18030 or Big5, as detected.

    Raises:
        ImportRefusedError: the file is empty, in none of these, or holds control characters.
    """
    decoded = _decode(path, data, declared)
    if not decoded.text.strip():
        raise ImportRefusedError(f"{path}: the file is empty")
    bad = _CONTROL.search(decoded.text)
    if bad and unseen is not None:
        cleaned = unseen.sub(lambda match: _CONTROL.sub("", match.group()), decoded.text)
        decoded = dataclasses.replace(decoded, text=cleaned)
        bad = _CONTROL.search(cleaned)
    if bad:
        line = decoded.text.count("\n", 0, bad.start()) + 1
        raise ImportRefusedError(
            f"{path}:{line}: the character U+{ord(bad.group()):04X} is no text"
        )
    return decoded


def _decode(path: Path, data: bytes, declared: str | None) -> Decoded:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(encoding), encoding, "mark")
            except UnicodeDecodeError as error:
                raise ImportRefusedError(
                    f"{path}: begins as {encoding} and is not: byte {error.start + len(mark)} is "
                    "wrong; the file may be truncated"
                ) from None
    name = declared_encoding(declared) if declared else None
    doubt = f"the file declares {declared}, which it is not" if declared else None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        not_utf8 = error
    else:
        wide = _detect_utf16(data) if _is_plain_utf16(data) else None
        if wide is not None and len(data) % 2 == 0:
            return Decoded(data.decode(wide), wide, "detected")
        right = name in {None, "utf-8"} or data.isascii()
        return Decoded(text, "utf-8", "UTF-8", misdeclared=None if right else declared)
    if name is not None and name != "utf-8":
        try:
            return Decoded(data.decode(name), name, "declared")
        except UnicodeDecodeError:
            pass
    detected, unsure = detect(data[:SAMPLE_BYTES])
    if detected is not None and detected != "utf-8":
        try:
            text = data.decode(detected)
        except UnicodeDecodeError:
            pass
        else:
            return Decoded(text, detected, "detected", doubt or unsure)
    line = data.count(b"\n", 0, not_utf8.start) + 1
    byte = data[not_utf8.start]
    raise ImportRefusedError(
        f"{path}:{line}: byte 0x{byte:02X} is not UTF-8, and the file is neither UTF-16, GB18030 "
        f"nor Big5{f' ({unsure})' if unsure else ''}; save it as UTF-8"
    )


def declared_encoding(label: str) -> str | None:
    """Return Python's name for a declared encoding; None if unknown or not a text encoding."""
    label = label.strip().strip("\"'").lower()
    name = _DECLARED.get(label)
    if name is None:
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError):
            return None
    name = _DECLARED.get(name, name)
    return name if _READABLE.fullmatch(name) else None


def detect(sample: bytes) -> tuple[str | None, str | None]:
    """Return Python's name for the encoding of the beginning of a text, and a doubt, if any.

    The sample may end inside a character. The name is None if no supported encoding fits, or two
    fit equally well (then the doubt names them).
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return ("utf-8-sig" if encoding == "utf-8" else encoding.rpartition("-")[0]), None
    if _is_plain_utf16(sample) and (wide := _detect_utf16(sample)):
        return wide, None
    if _decode_sample(sample, "utf-8") is not None:
        return "utf-8", None
    if b"\0" in sample:
        return _detect_utf16(sample), None
    shares = {
        encoding: share
        for encoding, level in (("gb18030", "gb2312"), ("big5hkscs", "big5"))
        if (share := _frequent_share(sample, encoding, level)) is not None
    }
    ranked = sorted(shares, key=lambda encoding: -shares[encoding])
    if not ranked or shares[ranked[0]] < _LEAST_FREQUENT:
        return None, None
    margin = shares[ranked[0]] - shares[ranked[1]] if len(ranked) > 1 else 1.0
    if margin < _LEAST_MARGIN:
        return None, "both GB18030 and Big5 fit"
    doubt = f"read as {ranked[0]}, but {ranked[1]} fits nearly as well" if len(ranked) > 1 else None
    return ranked[0], doubt if margin < _SURE_MARGIN else None


def _decode_sample(sample: bytes, encoding: str) -> str | None:
    """Decode a sample, whose last character may be incomplete; None if it is invalid."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(sample, final=len(sample) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        return None


def _is_plain_utf16(data: bytes) -> bool:
    """Return whether over a third of the bytes are 0: English in UTF-16, also valid UTF-8."""
    return data.count(0) * 3 > len(data)


def _detect_utf16(sample: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark, by the number of ASCII characters."""
    plain: dict[str, int] = {}
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _decode_sample(sample, encoding)
        if text and not _CONTROL.search(text):
            plain[encoding] = sum(character.isascii() for character in text)
    best = max(plain, key=lambda encoding: plain[encoding], default=None)
    return best if best and plain[best] else None


def _frequent_share(sample: bytes, encoding: str, standard: str) -> float | None:
    """Return the share of frequent characters among the non-ASCII ones; None if it cannot be."""
    text = _decode_sample(sample, encoding)
    if text is None:
        return None
    beyond = list(itertools.islice((char for char in text if ord(char) > 127), _SCORED))
    if not beyond:
        return None
    if len(beyond) >= _COMMON_FROM:
        common = sum(character in _COMMON for character in beyond)
        if common < _COMMON_SHARE * len(beyond):
            return None
    return sum(_is_frequent(character, standard) for character in beyond) / len(beyond)


def _is_frequent(character: str, standard: str) -> bool:
    try:
        lead = character.encode(standard)[0]
    except UnicodeEncodeError:
        return False
    if standard == "gb2312":
        return lead in (0xA1, 0xA3) or 0xB0 <= lead <= 0xD7
    return 0xA1 <= lead <= 0xC6
