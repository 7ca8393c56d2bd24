"""What conditions compare: document numbers as tokens, quoted phrases as patterns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.corpus.text.language import CJK, STATE
from policybot.index.analyse import normalise, words

_ALNUM = rf"[^\W_{CJK}]"
_RUN = re.compile(rf"[{CJK}]+|{_ALNUM}+")
_NUMBER_TOKEN = re.compile(rf"\d+|[{CJK}]+|[^\W\d_{CJK}]+")
_NUMBER_YEAR = re.compile(r"[\[(〔【]((?:19|20)\d\d)年?[\])〕】]|((?:19|20)\d\d)年")
_DECREE_OF = re.compile(rf"\s*(?:{STATE})?(.+?)\s*((?:令|公告|通告|告示).*)", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]+")
_GENERIC = frozenset({"and", "no", "nos", "number", "of", "the"})
_TYPOGRAPHY = dict(zip("‘’ʼ“”‐‑–—", "'''\"\"----", strict=True))


def number_tokens(number: str) -> list[str]:
    """Return the tokens by which a document number is found, without repetition, in order.

    Runs of digits, letters and Chinese; brackets, 第 and 号, and words like "No." tell numbers
    apart no better than spaces do. "No.1718 [2013] of Development and Reform Commission" is found
    by "1718", "国发〔2013〕7号" by "国发(2013)7" and by "国发 7".
    """
    tokens: list[str] = []
    for run in _NUMBER_TOKEN.findall(normalise(number)):
        token = (run.lstrip("0") or "0") if run.isdigit() else re.sub("[第号]", "", run)
        if token and token not in _GENERIC and token not in tokens:
            tokens.append(token)
    return tokens


def number_year(number: str) -> int | None:
    """Return the year that a document number has, in brackets or with 年, if it has one."""
    found = _NUMBER_YEAR.search(normalise(number))
    return int(found[1] or found[2]) if found else None


def without_year(number: str) -> str:
    """Return a document number without its year."""
    return _NUMBER_YEAR.sub(" ", normalise(number))


def decree_of(number: str) -> tuple[str, str]:
    """Return the body before the decree of a document number and the rest: 国务院, 令第735号.

    The body is empty for any other number.
    """
    found = _DECREE_OF.fullmatch(number)
    return (found[1], found[2]) if found else ("", number)


def like_numbers(numbers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what finds the numbers that are nearly these, the nearest first.

    They are of another agency, then of another year.
    """
    return (
        [_LETTERS.sub(" ", number) for number in numbers],
        [without_year(number) for number in numbers],
    )


def comparable(text: str) -> str:
    """Return ``text`` as phrases are compared: normalised, white space collapsed.

    Curly quotes and the various hyphens and dashes count as their ASCII forms.
    """
    text = normalise(text)
    if not text.isascii():
        for sign, plain in _TYPOGRAPHY.items():
            text = text.replace(sign, plain)
    return " ".join(text.split())


def phrase_pattern(phrase: str) -> re.Pattern[str] | None:
    """Return what finds a phrase in a :func:`comparable` text; None when it has no characters.

    A phrase is found as whole words ("art" is not in "smart", though "council" is in "council's");
    within Chinese it is found anywhere.
    """
    wanted = comparable(phrase)
    if not wanted:
        return None
    pattern = re.escape(wanted)
    if re.match(_ALNUM, wanted[0]):
        pattern = rf"(?<!{_ALNUM})(?<!{_ALNUM}')" + pattern
    if re.match(_ALNUM, wanted[-1]):
        pattern += rf"(?!{_ALNUM})(?!'(?!s(?!{_ALNUM})){_ALNUM})"
    return re.compile(pattern)


def numbers_of(phrase: str) -> tuple[str, str]:
    """Return a phrase in the singular and in the plural, as far as an "s" makes the difference."""
    one = phrase.removesuffix("s") if re.search(r"[a-z]{3}s$", phrase) else phrase
    return one, f"{one}s" if re.search(r"[a-z]$", one) else one


def phrase_terms(phrase: str) -> list[str]:
    """Return terms that every text with the phrase in it must have.

    Terms do not reach across white space, so words inside a phrase are read as they are in a text.
    Its first and last may go on in the text: 000 in 1,000, S in U.S., 网 in 物联网. Of those, and
    of words with typography in them, only plain letters are taken.
    """
    chunks = comparable(phrase).split()
    terms: list[str] = []
    for at, chunk in enumerate(chunks):
        if 0 < at < len(chunks) - 1 and not set("'-") & set(chunk):
            terms.extend(words(chunk))
        elif "'" not in chunk:
            for run in _RUN.findall(chunk):
                if run.isalpha() and len(run) > 1:
                    terms.extend(words(run))
    return terms
