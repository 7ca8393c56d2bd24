"""Issuers: the table of bodies with their aliases and parents, and their names in running text.

``issuers.toml`` is an array of tables::

    [[issuer]]
    name = "Ministry of Industry and Information Technology"
    aliases = ["MIIT", "工业和信息化部", "工信部"]
    parent = "State Council"
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from policybot.corpus.problems import Problem, unknown_key
from policybot.errors import CorpusError
from policybot.model import Issuer, Span

_KEYS = ("name", "aliases", "parent")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = r"A-Za-z0-9\u00c0-\u024f"

# One character for one, so that spans into the folded text are spans into the text as typed.
_FOLD = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | {"\u00a0": " ", "\u3000": " ", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2019": "'"}
)

# Ordinary words that are also acronyms of public bodies somewhere ("most", the Ministry of Science
# and Technology): such an acronym is read only in its exact case.
_ORDINARY = """
    a able ace act add age aid aim air all am an and any apt arc are arm art as ask at ate aw ax bad
    ban bar be bed best bid big bit boa boot bus but by cab can cap car case cat cell chat city cod
    code con cop cost cow cut dad dam data date day deal den did dip do doc doe dot due ear east eat
    ed edit end era est ever fact fad far fast fed fee few fin fish fit five for form four free fun
    gap gas get go goal good got gun had has hat have he help her high him his home hot how hub i
    ice idea if in inn ion is it item its job just key kid lab land last late law lay led less let
    lid like list lot low mad made main make man many map mar mat may me mean men met mid milk mini
    mob mod mom moon more most mot much must my name near need net new next no nor north not note
    now odd of off oil old on once one only open or our out over own pad page paid pan part past pay
    pen per pet plan pot pro pub put rail ran rate raw read red rest road role rule run sac sad safe
    said sale same sat saw say sea see self sense set she ship side sit six so soil some son south
    spa star step stop sun sure tab take tap tax team tell ten term test than that the them then
    there they this tie time tip to too tool top town trade try two up us use van very via war was
    water way we web well west what when where which who why will win wise with won word work year
    yes yet you your zone
"""
_ORDINARY_WORDS = frozenset(_ORDINARY.split())

# What may stand before a two-character Chinese alias: 国办 is no body in 中国办理.
_BEFORE_SHORT_HAN = "由和与及或的在经对了是被按据从向把给让请问查看找"


@dataclass(frozen=True, slots=True)
class FoundIssuer:
    """A body in running text; ``name`` is canonical, ``wording`` is ``text[span[0]:span[1]]``."""

    span: Span
    name: str
    wording: str


@dataclass(frozen=True)
class IssuerBook:
    """The issuers that the corpus knows."""

    issuers: tuple[Issuer, ...] = ()

    def canonical(self, name: str) -> str | None:
        """Return the canonical name of a name or alias; None when it is unknown.

        Case, width, spacing, hyphens, ``&`` for "and", a leading "the" and a possessive ending make
        no difference.
        """
        return self._names.get(normal_name(name))

    def parent(self, name: str) -> str | None:
        """Return the canonical name of the body above ``name``, if any."""
        issuer = self._by_name.get(self.canonical(name) or "")
        return self.canonical(issuer.parent) if issuer and issuer.parent else None

    def children(self, name: str) -> tuple[str, ...]:
        """Return every body below ``name``, at any depth, in the order of the table."""
        above = self.canonical(name)
        return tuple(
            issuer.name for issuer in self.issuers if above and above in self._ancestors(issuer)
        )

    def find(self, text: str) -> list[FoundIssuer]:
        """Find the bodies named in running text, in order, the longest name at each place.

        A body that only ends like a known one ("Jiangsu Provincial Development and Reform
        Commission", 江苏省发展改革委) is another body and is not found.
        """
        if self._pattern is None:
            return []
        folded = text.translate(_FOLD)
        shouted = len(folded.split()) > 2 and not re.search(r"[a-z]", folded)
        found: list[FoundIssuer] = []
        for match in self._pattern.finditer(folded):
            wording = match.group()
            name = self.canonical(wording)
            if name is None or _is_ordinary_word(wording, shouted=shouted):
                continue
            if self._is_another_body(folded, match.start(), wording, name):
                continue
            found.append(FoundIssuer(match.span(), name, text[slice(*match.span())]))
        return found

    @cached_property
    def _by_name(self) -> dict[str, Issuer]:
        return {issuer.name: issuer for issuer in self.issuers}

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for issuer in self.issuers:
            for name in (issuer.name, *issuer.aliases):
                names.setdefault(normal_name(name), issuer.name)
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        surfaces = {name for issuer in self.issuers for name in (issuer.name, *issuer.aliases)}
        ordered = sorted(surfaces, key=lambda name: (-len(name), name))
        patterns = [_surface_pattern(name) for name in ordered]
        return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def _ancestors(self, issuer: Issuer) -> Iterator[str]:
        seen = {issuer.name}
        above = self.parent(issuer.name)
        while above is not None and above not in seen:
            yield above
            seen.add(above)
            above = self.parent(above)

    def _is_another_body(self, folded: str, start: int, wording: str, name: str) -> bool:
        before = folded[max(0, start - 60) : start]
        if re.match(rf"[{_HAN}]", wording):
            return bool(re.search(r"[省市区县州]$", before))
        issuer = self._by_name[name]
        tails = (issuer.name, *issuer.aliases)
        shorter = any(_is_tail(wording, tail) for tail in tails)
        return (
            shorter
            and bool(re.search(rf"\b[A-Z][{_LETTER}]*\s+$", before))
            and not re.search(
                r"(?:^|[.?!:]\s+)(?:Did|Does|Has|Is|Was|What|Which|When|Where|Who|Why|How|The)\s+$",
                before,
            )
        )


def normal_name(name: str) -> str:
    """Return the form in which two spellings of one name are equal."""
    text = unicodedata.normalize("NFKC", name.translate(_FOLD)).casefold().replace("&", " and ")
    text = re.sub(r"'s?\s*$", "", text.strip())
    words = re.sub(r"[\s\-,]+", " ", text).strip()
    han = re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", words)
    return han.removeprefix("the ")


def read_issuers(path: Path) -> IssuerBook:
    """Read ``issuers.toml``; a missing file is an empty book.

    Raises:
        CorpusError: the file is no TOML of this form, or its names, aliases or parents conflict.
    """
    book, problems = check_issuers(path)
    for problem in problems:
        if problem.severity == "error":
            raise CorpusError(str(problem))
    return book


def check_issuers(path: Path) -> tuple[IssuerBook, list[Problem]]:
    """Read ``issuers.toml`` as far as it goes, with everything that is wrong with it."""
    file = str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return IssuerBook(), []
    except OSError as error:
        return IssuerBook(), [Problem(file, 1, f"cannot be read: {error.strerror}")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return IssuerBook(), [Problem(file, line, f"byte 0x{data[error.start]:02X} is not UTF-8")]
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at line (\d+), column \d+\)$", message)
        line = int(place.group(1)) if place else max(1, text.count("\n"))
        return IssuerBook(), [Problem(file, line, f"not TOML: {message.partition(' (at ')[0]}")]
    return _read_table(table, text, file)


def _read_table(table: dict[str, Any], text: str, file: str) -> tuple[IssuerBook, list[Problem]]:
    lines = text.split("\n")
    problems = [
        Problem(file, _line_of(lines, key), unknown_key(key, ["issuer"]))
        for key in table
        if key != "issuer"
    ]
    rows = table.get("issuer", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(Problem(file, _line_of(lines, "issuer"), "write each issuer as [[issuer]]"))
        rows = []
    starts = [at for at, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*issuer\s*\]\]", line)]
    issuers: list[Issuer] = []
    places: list[int] = []
    for index, row in enumerate(rows):
        start = starts[index] if index < len(starts) else 1
        issuer = _read_row(row, file, start, lines, problems)
        if issuer is not None:
            issuers.append(issuer)
            places.append(start)
    book = IssuerBook(tuple(issuers))
    problems += _conflicts(book, places, lines, file)
    return book, problems


def _read_row(
    row: dict[str, Any], file: str, start: int, lines: list[str], problems: list[Problem]
) -> Issuer | None:
    before = len(problems)
    problems += [
        Problem(file, _line_of(lines, key, start), unknown_key(key, _KEYS))
        for key in row
        if key not in _KEYS
    ]
    name, aliases, parent = row.get("name"), row.get("aliases", []), row.get("parent")
    if not _is_name(name):
        problems.append(Problem(file, start, "an issuer needs a name, a text that is not empty"))
    if not isinstance(aliases, list) or not all(_is_name(alias) for alias in aliases):
        line = _line_of(lines, "aliases", start)
        problems.append(Problem(file, line, "aliases is a list of texts that are not empty"))
    if parent is not None and not _is_name(parent):
        line = _line_of(lines, "parent", start)
        problems.append(Problem(file, line, "parent is the name of another issuer"))
    return Issuer(str(name), tuple(aliases), parent) if len(problems) == before else None


def _conflicts(
    book: IssuerBook, places: list[int], lines: list[str], file: str
) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for issuer, start in zip(book.issuers, places, strict=True):
        for name in (issuer.name, *issuer.aliases):
            line = _line_of(lines, name, start)
            owner = owners.setdefault(normal_name(name), issuer.name)
            if owner is not issuer.name:
                yield Problem(file, line, f"{name!r} already names {owner!r}")
            elif name != issuer.name and normal_name(name) == normal_name(issuer.name):
                message = f"alias {name!r} is read as the name itself and is not needed"
                yield Problem(file, line, message, "warning")
    for issuer, start in zip(book.issuers, places, strict=True):
        if issuer.parent is None:
            continue
        line = _line_of(lines, "parent", start)
        if book.canonical(issuer.parent) is None:
            yield Problem(file, line, f"parent {issuer.parent!r} is no issuer of this file")
        elif _is_own_ancestor(book, issuer.name):
            yield Problem(file, line, f"{issuer.name!r} is above itself: its parents form a circle")


def _is_own_ancestor(book: IssuerBook, name: str) -> bool:
    seen: set[str] = set()
    above = book.parent(name)
    while above is not None and above not in seen:
        if above == name:
            return True
        seen.add(above)
        above = book.parent(above)
    return False


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(normal_name(value)) and "\ufffd" not in value


def _line_of(lines: list[str], needle: str, start: int = 1) -> int:
    for at in range(start, len(lines) + 1):
        if needle in lines[at - 1]:
            return at
    return start


def _surface_pattern(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name.translate(_FOLD)).strip()
    if re.match(rf"[{_HAN}]", folded):
        core = r"\s*".join(re.escape(character) for character in re.sub(r"\s+", "", folded))
        guard = rf"(?<![{_HAN}])|(?<=[{_BEFORE_SHORT_HAN}])"
        return f"(?:{guard}){core}" if len(folded) == 2 else core
    # "&" is its own word, with or without spaces; a comma before "and" is a matter of taste.
    spread = re.sub(r"[,\s]*&\s*|[,\s]+and\s+", " & ", folded, flags=re.IGNORECASE)
    words = re.split(r"[\s\-,]+", spread)
    core = r"(?:\s*,\s*|[\s\-]+)".join(re.escape(word) for word in words if word)
    joint = re.escape(r"(?:\s*,\s*|[\s\-]+)\&(?:\s*,\s*|[\s\-]+)")
    core = re.sub(joint, lambda _: r"(?:\s*,?\s*&\s*|[\s,]+and\s+)", core)
    return rf"(?<![{_LETTER}]){core}(?![{_LETTER}])"


def _is_ordinary_word(wording: str, *, shouted: bool) -> bool:
    """Whether an acronym's letters are more likely the ordinary word they spell here."""
    if wording.casefold() not in _ORDINARY_WORDS:
        return False
    return shouted or not wording.isupper()


def _is_tail(wording: str, name: str) -> bool:
    """Whether ``name`` ends in ``wording`` and says more before it."""
    longer, shorter = normal_name(name), normal_name(wording)
    return longer != shorter and longer.endswith(f" {shorter}")
