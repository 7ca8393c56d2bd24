"""Running heads, page feet and page numbers: what the edge of a page repeats from page to page.

A text is one when other pages have it at the same height, numbers aside; what stands beside one on
its line, or on other pages at the height where most have one, is too. On a page of its own kind
only what lies in the outermost part of the paper, well apart from the text, is taken for one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policybot.corpus.importers.pdf.page import Atom, Page, rows_of

_ROWS = 5
_FEW_PAGES = 3
_ZONE = 0.18
_TOGETHER = 3.5
_SAME_HEIGHT = 5.0
_OUTERMOST = 0.06
_FAR = 2.5
_SHOWN = 8

_DIGITS = re.compile(r"[0-9〇一二三四五六七八九十百]+")
_LETTER = re.compile(r"[^\W\d_]")
_NOTE = re.compile(r"\W{0,2}(?:[0-9]{1,3}|[*†‡§¶])\W?\s*[^\W\d_]+(?:\s+\S+){2,}")
_APART = 1.6
_ROMAN = re.compile(r"[ivxlc]{1,7}", re.IGNORECASE)
_NUMBER = re.compile(
    r"[\W_]*(?:page|seite|p|第)?[\W_]*(?P<n>[0-9]{1,4}|[ivxlc]{1,7})"
    r"(?:[\W_]*(?:of|/|von|页|頁|共)[\W_]*[0-9]{0,4}[\W_]*(?:页|頁)?)?[\W_]*",
    re.IGNORECASE,
)


@dataclass
class Margins:
    """For each page the atoms of its head and foot; ``said`` counts the pages of each wording."""

    atoms: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    said: dict[tuple[str, str], int] = field(default_factory=dict)

    def statements(self) -> list[tuple[str, str]]:
        """Return what heads and feet say, but for bare numbers: which of both, and the words."""
        ranked = sorted(self.said.items(), key=lambda item: -item[1])
        return [(edge, text) for (edge, text), _ in ranked if _words(text)][:_SHOWN]


def find_margins(pages: Sequence[Page], body_size: float) -> Margins:
    """Find the atoms of the pages' heads and feet, by the index that they have in their page."""
    rows = {page.number: _edge_rows(page) for page in pages}
    repeated = _repeated(pages, rows)
    levels = _levels(pages, rows, repeated)
    found = Margins()
    wordings: dict[tuple[str, str], str] = {}
    for page in pages:
        for edge in ("head", "foot"):
            outer: float | None = None
            for depth, row in enumerate(rows[page.number][edge]):
                atoms = [page.atoms[at] for at in row]
                if outer is not None and abs(atoms[0].y - outer) > _TOGETHER * atoms[0].size:
                    break
                outer = atoms[0].y
                if not (
                    _repeats(page, edge, atoms, repeated)
                    or _on_level(page, edge, atoms, levels)
                    or _numbered(page, atoms, rows[page.number][edge], depth)
                    or _set_apart(page, edge, row, body_size)
                ):
                    break
                found.atoms[page.number].update(row)
                text = " ".join(atom.text for atom in atoms)
                shape = edge, _shape(text)
                wording = wordings.setdefault(shape, text)
                said = edge, wording
                found.said[said] = found.said.get(said, 0) + 1
    for page, at in _repeated_turned(pages):
        found.atoms[page.number].add(at)
        said = "side", page.atoms[at].text
        found.said[said] = found.said.get(said, 0) + 1
    if all(len(found.atoms[page.number]) == len(page.atoms) for page in pages):
        return Margins()  # what is all there is, is the text
    return found


def _edge_rows(page: Page) -> dict[str, list[list[int]]]:
    """Return the rows of atoms at the top and at the bottom of a page, the outermost first."""
    index = {id(atom): at for at, atom in enumerate(page.atoms)}
    rows = rows_of(atom for atom in page.atoms if not atom.turned)
    placed = [[index[id(atom)] for atom in row] for row in rows]
    lowest = page.height * _ZONE

    def near(row: list[int], edge: str) -> bool:
        y = page.atoms[row[0]].y
        return y >= page.height - lowest if edge == "head" else y <= lowest

    head = [row for row in placed[:_ROWS] if near(row, "head")]
    foot = [row for row in placed[::-1][:_ROWS] if near(row, "foot")]
    return {"head": head, "foot": foot}


def _height(page: Page, edge: str, atom: Atom) -> float:
    return page.height - atom.y if edge == "head" else atom.y


def _key(page: Page, edge: str, atom: Atom) -> tuple[str, str, int]:
    """Return what an atom is compared by: edge, wording, height.

    A number alone is compared by how far it is from the number of its page; a bullet by nothing.
    """
    shape = _shape(atom.text)
    if not _LETTER.search(shape):
        number = _NUMBER.fullmatch(atom.text)
        known = number is not None and number["n"].isdecimal()
        shape = f"#{int(number['n']) - page.number}" if known and number else ""
        if _ROMAN.fullmatch(atom.text.strip()):
            shape = "i"
    return edge, shape, round(_height(page, edge, atom) / _SAME_HEIGHT)


def _repeated(
    pages: Sequence[Page], rows: dict[int, dict[str, list[list[int]]]]
) -> set[tuple[str, str, int]]:
    """Return the keys that enough pages have; heights that differ by little are one."""
    counts: Counter[tuple[str, str, int]] = Counter()
    for page in pages:
        keys = {
            _key(page, edge, page.atoms[at])
            for edge, found in rows[page.number].items()
            for row in found
            for at in row
        }
        counts.update(keys)
    need = 2 if len(pages) <= _FEW_PAGES else 3
    near: set[tuple[str, str, int]] = set()
    for edge, shape, height in counts:
        if not shape:
            continue
        here = counts[edge, shape, height]
        beside = max(counts[edge, shape, height - 1], counts[edge, shape, height + 1])
        if here + beside >= need:
            near.add((edge, shape, height))
    return near


def _repeats(
    page: Page, edge: str, atoms: Sequence[Atom], repeated: set[tuple[str, str, int]]
) -> bool:
    """Whether something in a row is repeated; a footnote that is cited again is a footnote."""
    if atoms[0].raised and atoms[0].raised[0][0] == 0 and _is_note(atoms):
        return False
    return any(_key(page, edge, atom) in repeated for atom in atoms)


def _levels(
    pages: Sequence[Page],
    rows: dict[int, dict[str, list[list[int]]]],
    repeated: set[tuple[str, str, int]],
) -> dict[tuple[str, int], float]:
    """Return the heights at which at least half of the pages repeat something, with its size."""
    counts: Counter[tuple[str, int]] = Counter()
    sizes: dict[tuple[str, int], float] = {}
    for page in pages:
        seen: set[tuple[str, int]] = set()
        for edge, found in rows[page.number].items():
            for row in found[:2]:
                for at in row:
                    key = _key(page, edge, page.atoms[at])
                    if key in repeated:
                        level = edge, key[2]
                        seen.add(level)
                        sizes[level] = max(sizes.get(level, 0.0), page.atoms[at].size)
        counts.update(seen)
    return {
        level: sizes[level] for level, count in counts.items() if count >= max(3, len(pages) / 2)
    }


def _on_level(
    page: Page, edge: str, atoms: Sequence[Atom], levels: dict[tuple[str, int], float]
) -> bool:
    """Whether a row stands where most pages have their head, printed no larger than it."""
    level = edge, round(_height(page, edge, atoms[0]) / _SAME_HEIGHT)
    if level not in levels or _is_note(atoms):
        return False
    if any(atom.size > levels[level] * 1.05 for atom in atoms):
        return False
    return _distance(page, atoms) > _APART * max(atom.size for atom in atoms)


def _numbered(page: Page, atoms: Sequence[Atom], rows: list[list[int]], depth: int) -> bool:
    """Whether the outermost row has the number of the page standing by itself."""
    if depth or not rows:
        return False
    for atom in atoms:
        match = _NUMBER.fullmatch(atom.text)
        if match is not None and match["n"] == str(page.number):
            return True
    return False


def _set_apart(page: Page, edge: str, row: list[int], body_size: float) -> bool:
    """Whether a row lies at the very edge of the paper, far from everything else."""
    atoms = [page.atoms[at] for at in row]
    if _height(page, edge, atoms[0]) > _OUTERMOST * page.height:
        return False
    if edge == "head" and max(atom.size for atom in atoms) >= 0.95 * body_size:
        return False
    if _is_note(atoms):
        return False
    return _distance(page, atoms) > _FAR * max(body_size, atoms[0].size)


def _distance(page: Page, atoms: Sequence[Atom]) -> float:
    """Return how far a row is from the nearest other one, measured in points."""
    others = [
        abs(atom.y - atoms[0].y) for atom in page.atoms if atom not in atoms and not atom.turned
    ]
    return min(others, default=0.0)


def _is_note(atoms: Sequence[Atom]) -> bool:
    """Whether a row may be a footnote: a mark, then words."""
    return _NOTE.match(" ".join(atom.text for atom in atoms)) is not None


def _repeated_turned(pages: Sequence[Page]) -> Iterator[tuple[Page, int]]:
    """Give the turned texts that two pages have: stamps of printers and watermarks."""
    places: dict[str, list[tuple[Page, int]]] = defaultdict(list)
    for page in pages:
        for at, atom in enumerate(page.atoms):
            if atom.turned:
                places[_shape(atom.text)].append((page, at))
    for found in places.values():
        if len({page.number for page, _ in found}) > 1:
            yield from found


def _shape(text: str) -> str:
    """Return a text as it is compared with others: every number is the same one."""
    plain = re.sub(r"\s+", "", text).casefold()
    if _ROMAN.fullmatch(plain):
        return "#"
    return _DIGITS.sub("#", plain)


def _words(text: str) -> bool:
    return _NUMBER.fullmatch(text) is None and any(map(str.isalpha, text))
