"""Convert dates in other languages and calendars for :mod:`policybot.corpus.dates` to parse.

``3 de septiembre de 2020``, ``1er juin 2018``, ``23. Mai 2016`` and 中華民國110年3月15日 become
``2020-09-03`` and so on. Whether ``03/04/2020`` is in March or in April is not guessed: the order
of days and months is taken from another date of the document, such as ``25/01/2020``, or from the
language of its page.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from policybot.corpus.dates import parse_date
from policybot.errors import DateError

# Months in order, in Spanish, French, German, Portuguese, Italian and Dutch.
_MONTHS = (
    "enero janvier januar jänner janeiro gennaio januari",
    "febrero février februar fevereiro febbraio februari",
    "marzo mars märz março maart",
    "abril avril aprile april",
    "mayo mai maio maggio mei",
    "junio juin juni junho giugno",
    "julio juillet juli julho luglio",
    "agosto août august augustus",
    "septiembre setiembre septembre september setembro settembre",
    "octubre octobre oktober outubro ottobre",
    "noviembre novembre november novembro",
    "diciembre décembre dezember dezembro dicembre december",
)
_NUMBERS = {name: at for at, names in enumerate(_MONTHS, 1) for name in names.split()}
MONTH_NUMBERS = _NUMBERS | {
    name.casefold(): at
    for names in (calendar.month_name, calendar.month_abbr)
    for at, name in enumerate(names)
    if name
}
"""The months by name, in these languages and in English, in small letters."""

_MONTH = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_DAY = r"(?<![\w/.-])(?P<d>[0-9]{1,2})(?:er|re|\.?[ºª°]|\.)?"
_DAY_MONTH = rf"{_DAY}\s+(?:de\s+|d['’]\s*)?(?P<m>{_MONTH})"
_WRITTEN = re.compile(
    rf"{_DAY_MONTH}\s+(?:de\s+|del\s+)?(?:año\s+)?(?P<y>[12][0-9]{{3}})(?![0-9])"
    rf"|(?P<d2>[0-9]{{1,2}})\)?\s+d[ií]as?\s+del?\s+mes\s+de\s+(?P<m2>{_MONTH})\s+"
    rf"(?:de\s+|del\s+)?(?:año\s+)?(?P<y2>[12][0-9]{{3}})(?![0-9])",
    re.IGNORECASE,
)
_SHORT_MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
_MONTH_FIRST = re.compile(
    rf"(?<![\w/.-])(?P<m>{_MONTH})\s+(?P<d>[0-9]{{1,2}})\s+del?\s+(?:año\s+)?"
    r"(?P<y>[12][0-9]{3})(?![0-9])",
    re.IGNORECASE,
)
"""As in Colombia: noviembre 26 de 2021."""

_SHORT = re.compile(
    rf"(?<![\w/.-])(?P<d>[0-9]{{1,2}})(?P<sep>[ /-])(?P<m>{'|'.join(_SHORT_MONTHS)}|set)\.?(?P=sep)"
    r"(?P<y>[12][0-9]{3})(?![0-9])",
    re.IGNORECASE,
)
"""As in Chile: 09 DIC 2021."""

_ONES = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve treinta"
)
_IN_WORDS = {word: at for at, word in enumerate(_ONES.split(), 1)} | {
    "primero": 1, "un": 1, "treinta y uno": 31, "treinta y un": 31, "veintiún": 21
}  # fmt: skip
_WORD_NUMBER = "|".join(sorted(_IN_WORDS, key=len, reverse=True))
_WRITTEN_OUT = re.compile(
    rf"\b(?P<d>{_WORD_NUMBER})\s+(?:d[ií]as?\s+del?\s+mes\s+)?de\s+(?P<m>{_MONTH})\s+del?\s+"
    rf"(?:año\s+)?dos\s+mil\s+(?P<y>{_WORD_NUMBER})\b",
    re.IGNORECASE,
)
"""siete días del mes de febrero del año dos mil dieciocho."""

_YEAR_IN_NUMBER = re.compile(
    rf"(?P<before>[0-9]/(?P<y>[12][0-9]{{3}}),\s+de\s+){_DAY_MONTH}(?!\s+del?\s+[12][0-9]{{3}})",
    re.IGNORECASE,
)
"""Spanish titles have the year in the number: Orden TRM/812/2020, de 3 de septiembre."""

_NUMERIC = re.compile(
    r"(?<![\w/.-])(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)"
    r"(?P<y>[12][0-9]{3})(?![A-Za-z0-9_/-]|\.[0-9])"
)
_REPUBLIC = re.compile(
    r"(?:中華民國|中华民国|民國|民国)?\s*(?<![0-9])(?P<y>[0-9]{2,3})\s*年\s*(?P<m>[0-9]{1,2})\s*月\s*"
    r"(?P<d>[0-9]{1,2})\s*日"
)
_NAMES_REPUBLIC = re.compile(r"(?:中華民國|中华民国|民國|民国)\s*[0-9]{2,3}\s*年")
_REPUBLIC_YEAR = 1911
_DAY_FIRST_LANGUAGE = re.compile(
    r"(?:es|fr|de|pt|it|nl)(?:[-_].*)?|en[-_](?:GB|AU|NZ|IE|IN|SG|ZA|HK)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DateStyle:
    """The date format of a document.

    ``day_first`` is None if the order of day and month is unknown. ``republic`` is true if years
    count from 1912, as in Taiwan.
    """

    day_first: bool | None = None
    republic: bool = False

    def plain(self, text: str, words: dict[str, str] | None = None) -> str:
        """Return a text with its dates in forms that :mod:`policybot.corpus.dates` parses.

        Args:
            text: The text.
            words: Filled with the printed form of each date that was changed.
        """
        fold = _Fold(words if words is not None else {})
        if " mil " in text.casefold():
            text = _WRITTEN_OUT.sub(fold.in_words, text)
        if not re.search(r"[0-9]", text):
            return text
        text = _MONTH_FIRST.sub(lambda m: fold.named(m[0], m["d"], m["m"], m["y"]), text)
        text = _SHORT.sub(lambda m: fold.named(m[0], m["d"], m["m"], m["y"]), text)
        text = _YEAR_IN_NUMBER.sub(
            lambda m: m["before"] + fold.named(m[0][len(m["before"]) :], m["d"], m["m"], m["y"]),
            text,
        )
        text = _WRITTEN.sub(
            lambda m: fold.named(m[0], m["d"] or m["d2"], m["m"] or m["m2"], m["y"] or m["y2"]),
            text,
        )
        text = _NUMERIC.sub(lambda m: self._numeric(m, fold), text)
        if self.republic:
            text = _REPUBLIC.sub(fold.republic, text)
        return text

    def _numeric(self, match: re.Match[str], fold: _Fold) -> str:
        first, second = int(match["a"]), int(match["b"])
        # With full stops the day always comes first.
        day_first = True if match["sep"] == "." else self.day_first
        if day_first is None or max(first, second) > 12:
            return match[0]
        day, month = (first, second) if day_first else (second, first)
        return fold.date(match[0], int(match["y"]), month, day)


@dataclass(frozen=True, slots=True)
class _Fold:
    """Rewrites dates and records their printed forms in ``words``."""

    words: dict[str, str] = field(default_factory=dict)

    def named(self, printed: str, day: str, month: str, year: str) -> str:
        try:
            parse_date(printed)
        except DateError:
            number = MONTH_NUMBERS.get(month.casefold()) or _short_month(month)
            return self.date(printed, int(year), number, int(day))
        return printed

    def in_words(self, match: re.Match[str]) -> str:
        day, year = (_IN_WORDS[" ".join(match[part].casefold().split())] for part in "dy")
        return self.date(match[0], 2000 + year, _NUMBERS[match["m"].casefold()], day)

    def republic(self, match: re.Match[str]) -> str:
        year = int(match["y"]) + _REPUBLIC_YEAR
        return self._kept(match[0], f"{year}年{int(match['m'])}月{int(match['d'])}日")

    def date(self, printed: str, year: int, month: int, day: int) -> str:
        return self._kept(printed, f"{year:04}-{month:02}-{day:02}")

    def _kept(self, printed: str, plain: str) -> str:
        try:
            parse_date(plain)
        except DateError:
            return printed
        self.words[plain] = printed
        return plain


def _short_month(name: str) -> int:
    """Return the number of a month that is shortened to three letters: dic, set."""
    return _SHORT_MONTHS.index(name.casefold().replace("set", "sep")) + 1


def date_style(texts: Iterable[str], language: str = "") -> DateStyle:
    """Return the date format of a document from its texts and the language of its page.

    If its dates contradict each other, the order is unknown.
    """
    orders: set[bool] = set()
    republic = False
    for text in texts:
        republic = republic or bool(_NAMES_REPUBLIC.search(text))
        for match in _NUMERIC.finditer(text):
            first, second = int(match["a"]), int(match["b"])
            if match["sep"] != "." and 12 < max(first, second) <= 31 and min(first, second) <= 12:
                orders.add(first > second)
    if not orders and _DAY_FIRST_LANGUAGE.fullmatch(language.strip()):
        orders = {True}
    return DateStyle(orders.pop() if len(orders) == 1 else None, republic)
