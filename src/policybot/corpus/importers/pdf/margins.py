"""Find headers, footers and page numbers: text at the edge of pages that repeats across pages.

A text is one if other pages have it at the same height, ignoring numbers; so is text on the same
line as one, or at the height at which most pages have one. Text that does not repeat is one only in
the outermost part of the page, well apart from the text.
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
    """For each page the indexes of the header's and footer's atoms.

    ``said`` counts the pages by edge (``head``, ``foot``, ``side``) and wording.
    """

    atoms: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    said: dict[tuple[str, str], int] = field(default_factory=dict)

    def statements(self) -> list[tuple[str, str]]:
        """Return the most frequent edges and wordings, without bare numbers."""
        ranked = sorted(self.said.items(), key=lambda item: -item[1])
        return [(edge, text) for (edge, text), _ in ranked if _words(text)][:_SHOWN]


def find_margins(pages: Sequence[Page], body_size: float) -> Margins:
    """Find the headers and footers of the pages; ``body_size`` is the usual font size."""
    rows = {page.number: _edge_rows(page) for page in pages}
    repeated = _repeated(pages, rows)
    levels = _levels(pages, rows, repeated)
    margins = Margins()
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
                margins.atoms[page.number].update(row)
                text = " ".join(atom.text for atom in atoms)
                shape = edge, _shape(text)
                wording = wordings.setdefault(shape, text)
                key = edge, wording
                margins.said[key] = margins.said.get(key, 0) + 1
    for page, at in _repeated_turned(pages):
        margins.atoms[page.number].add(at)
        key = "side", page.atoms[at].text
        margins.said[key] = margins.said.get(key, 0) + 1
    if all(len(margins.atoms[page.number]) == len(page.atoms) for page in pages):
        return Margins()  # nothing else would remain, so it is the text
    return margins


def _edge_rows(page: Page) -> dict[str, list[list[int]]]:
    """Return the rows (atom indexes) at the top and bottom of a page, the outermost first."""
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
    """Return the comparison key of an atom: edge, wording, height.

    A lone number is compared by its difference from the page's number; a bullet by nothing.
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
    """Return the keys that enough pages have; adjacent heights count together."""
    counts: Counter[tuple[str, str, int]] = Counter()
    for page in pages:
        keys = {
            _key(page, edge, page.atoms[at])
            for edge, edge_rows in rows[page.number].items()
            for row in edge_rows
            for at in row
        }
        counts.update(keys)
    need = 2 if len(pages) <= _FEW_PAGES else 3
    repeated: set[tuple[str, str, int]] = set()
    for edge, shape, height in counts:
        if not shape:
            continue
        count = counts[edge, shape, height]
        beside = max(counts[edge, shape, height - 1], counts[edge, shape, height + 1])
        if count + beside >= need:
            repeated.add((edge, shape, height))
    return repeated


def _repeats(
    page: Page, edge: str, atoms: Sequence[Atom], repeated: set[tuple[str, str, int]]
) -> bool:
    """Return whether part of a row repeats; a footnote that occurs again does not count."""
    if atoms[0].raised and atoms[0].raised[0][0] == 0 and _is_note(atoms):
        return False
    return any(_key(page, edge, atom) in repeated for atom in atoms)


def _levels(
    pages: Sequence[Page],
    rows: dict[int, dict[str, list[list[int]]]],
    repeated: set[tuple[str, str, int]],
) -> dict[tuple[str, int], float]:
    """Return the heights at which at least half of the pages repeat text, with its font size."""
    counts: Counter[tuple[str, int]] = Counter()
    sizes: dict[tuple[str, int], float] = {}
    for page in pages:
        seen: set[tuple[str, int]] = set()
        for edge, edge_rows in rows[page.number].items():
            for row in edge_rows[:2]:
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
    """Return whether a row is at the height of most pages' header, and not larger."""
    level = edge, round(_height(page, edge, atoms[0]) / _SAME_HEIGHT)
    if level not in levels or _is_note(atoms):
        return False
    if any(atom.size > levels[level] * 1.05 for atom in atoms):
        return False
    return _distance(page, atoms) > _APART * max(atom.size for atom in atoms)


def _numbered(page: Page, atoms: Sequence[Atom], rows: list[list[int]], depth: int) -> bool:
    """Return whether the outermost row has the number of the page as an atom of its own."""
    if depth or not rows:
        return False
    for atom in atoms:
        match = _NUMBER.fullmatch(atom.text)
        if match is not None and match["n"] == str(page.number):
            return True
    return False


def _set_apart(page: Page, edge: str, row: list[int], body_size: float) -> bool:
    """Return whether a row is at the very edge of the page, far from everything else."""
    atoms = [page.atoms[at] for at in row]
    if _height(page, edge, atoms[0]) > _OUTERMOST * page.height:
        return False
    if edge == "head" and max(atom.size for atom in atoms) >= 0.95 * body_size:
        return False
    if _is_note(atoms):
        return False
    return _distance(page, atoms) > _FAR * max(body_size, atoms[0].size)


def _distance(page: Page, atoms: Sequence[Atom]) -> float:
    """Return the distance of a row from the nearest other text, in points."""
    distances = [
        abs(atom.y - atoms[0].y) for atom in page.atoms if atom not in atoms and not atom.turned
    ]
    return min(distances, default=0.0)


def _is_note(atoms: Sequence[Atom]) -> bool:
    """Return whether a row may be a footnote: a mark, then words."""
    return _NOTE.match(" ".join(atom.text for atom in atoms)) is not None


def _repeated_turned(pages: Sequence[Page]) -> Iterator[tuple[Page, int]]:
    """Yield rotated text that several pages have: printers' stamps and watermarks."""
    places: dict[str, list[tuple[Page, int]]] = defaultdict(list)
    for page in pages:
        for at, atom in enumerate(page.atoms):
            if atom.turned:
                places[_shape(atom.text)].append((page, at))
    for occurrences in places.values():
        if len({page.number for page, _ in occurrences}) > 1:
            yield from occurrences


def _shape(text: str) -> str:
    """Return a text normalised for comparison, with every number replaced by ``#``."""
    plain = re.sub(r"\s+", "", text).casefold()
    if _ROMAN.fullmatch(plain):
        return "#"
    return _DIGITS.sub("#", plain)


def _words(text: str) -> bool:
    return _NUMBER.fullmatch(text) is None and any(map(str.isalpha, text))
