"""Matching of conditions: document numbers as tokens, quoted phrases as patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from policybot.corpus.text.language import CJK, STATE
from policybot.index.analyse import normalise, words

_ALNUM = rf"[^\W_{CJK}]"
_RUN = re.compile(rf"[{CJK}]+|{_ALNUM}+")
_NUMBER_TOKEN = re.compile(rf"\d+|[{CJK}]+|[^\W\d_{CJK}]+")
_NUMBER_YEAR = re.compile(r"[\[(〔【]((?:19|20)\d\d)年?[\])〕】]|((?:19|20)\d\d)年")
_DECREE_OF = re.compile(rf"\s*(?:{STATE})?(.+?)\s*((?:令|公告|通告|告示).*)", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]+")
_GENERIC = frozenset({"and", "no", "nos", "number", "of", "the"})
_NUMBERED = r"(?:n[o°º]\b|n\.|núm|number\b|número\b|#|\d)"
_MARKUP = " #*_|.:"
_ABOVE = 600
"""Characters of a body in which a heading above the text is looked for."""
_TYPOGRAPHY = dict(zip("‘’ʼ“”‐‑–—", "'''\"\"----", strict=True))


def number_tokens(number: str) -> list[str]:
    """Return the search tokens of a document number, in order, without repetition.

    Tokens are runs of digits, letters or Chinese; brackets, 第, 号 and words like "No." are
    ignored. "No.1718 [2013] of Development and Reform Commission" is matched by "1718",
    "国发〔2013〕7号" by "国发(2013)7" and by "国发 7".
    """
    tokens: list[str] = []
    for run in _NUMBER_TOKEN.findall(normalise(number)):
        token = (run.lstrip("0") or "0") if run.isdigit() else re.sub("[第号]", "", run)
        if token and token not in _GENERIC and token not in tokens:
            tokens.append(token)
    return tokens


def number_year(number: str) -> int | None:
    """Return the year in a document number (in brackets, or followed by 年), or None."""
    match = _NUMBER_YEAR.search(normalise(number))
    return int(match[1] or match[2]) if match else None


def without_year(number: str) -> str:
    """Return a document number without its year."""
    return _NUMBER_YEAR.sub(" ", normalise(number))


def decree_of(number: str) -> tuple[str, str]:
    """Return the issuer and the rest of the number of a Chinese decree: 国务院, 令第735号.

    For any other document number the issuer is empty.
    """
    match = _DECREE_OF.fullmatch(number)
    return (match[1], match[2]) if match else ("", number)


def like_numbers(numbers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return relaxed forms of document numbers, to suggest similar ones: the closer ones first.

    The first list is without letters (it matches other agencies), the second without the year.
    """
    return (
        [_LETTERS.sub(" ", number) for number in numbers],
        [without_year(number) for number in numbers],
    )


def comparable(text: str) -> str:
    """Return ``text`` in the form in which phrases are compared.

    It is normalised, with white space collapsed, and quotes, hyphens and dashes in ASCII.
    """
    text = normalise(text)
    if not text.isascii():
        for sign, plain in _TYPOGRAPHY.items():
            text = text.replace(sign, plain)
    return " ".join(text.split())


def phrase_test(phrase: str) -> Callable[[str], bool] | None:
    """Return what tells whether a text holds a phrase verbatim; None for a blank phrase.

    It compares whole words only ("art" is not in "smart", though "council" is in "council's"), but
    anywhere within Chinese.
    """
    wanted = comparable(phrase)
    if not wanted:
        return None
    shape = re.escape(wanted)
    if re.match(_ALNUM, wanted[0]):
        shape = rf"(?<!{_ALNUM})(?<!{_ALNUM}')" + shape
    if re.match(_ALNUM, wanted[-1]):
        shape += rf"(?!{_ALNUM})(?!'(?!s(?!{_ALNUM})){_ALNUM})"
    pattern = re.compile(shape)

    def holds(text: str) -> bool:
        plain = comparable(text)
        return wanted in plain and pattern.search(plain) is not None

    return holds


def numbers_of(phrase: str) -> tuple[str, str]:
    """Return the singular and the plural of a phrase, formed by a final "s"."""
    singular = phrase.removesuffix("s") if re.search(r"[a-z]{3}s$", phrase) else phrase
    return singular, f"{singular}s" if re.search(r"[a-z]$", singular) else singular


def is_headed(body: str, kind: str) -> bool:
    """Tell whether a line above a text says that it is of a kind: "CIRCULAR", "Notice No. 12".

    Such a line is the kind alone, or with a number, or is in capitals and begins or ends with it.
    """
    form = "|".join(map(re.escape, dict.fromkeys(numbers_of(comparable(kind)))))
    named = re.compile(rf"(?:{form})(?: ?{_NUMBERED}.*)?")
    shouted = re.compile(rf"(?:{form}) .*|.* (?:{form})(?: ?{_NUMBERED}.*)?")
    for line in body[:_ABOVE].split("\n"):
        text = comparable(line).strip(_MARKUP)
        if named.fullmatch(text) or (line.isupper() and shouted.fullmatch(text)):
            return True
    return False


def phrase_terms(phrase: str) -> list[str]:
    """Return terms that every text containing the phrase must have, to preselect passages.

    Terms do not cross white space, so the inner words of a phrase have the same terms in any text.
    The first and last may be part of a longer word there (000 in 1,000, S in U.S., 网 in 物联网):
    of those, and of words with hyphens or apostrophes, only runs of letters are used.
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
