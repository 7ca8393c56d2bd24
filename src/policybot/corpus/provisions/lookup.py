"""Look up provisions of a policy, and describe which there are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from policybot.corpus.provisions.labels import RANKS, Step, address_of, order_of
from policybot.model import Provision

NAMES = {
    "annex": "Annex", "part": "Part", "ch": "Chapter", "div": "Division", "art": "Article",
    "sec": "Section", "cl": "Clause", "rule": "Rule", "reg": "Regulation", "par": "Paragraph",
    "item": "Item",
}  # fmt: skip
"""The English name of each kind."""

_FEW = 6


def at_address(provisions: Sequence[Provision], address: str) -> Provision | None:
    """Return the provision with an address, ignoring case; None if there is none."""
    wanted = address.strip().lower()
    return next((provision for provision in provisions if provision.address == wanted), None)


def meant_by(provisions: Sequence[Provision], steps: Sequence[Step]) -> list[Provision]:
    """Return the provisions that steps refer to; empty if there are none.

    Steps may skip a level: "the third item of Article 5" (第五条第（三）项) matches the third item
    of each paragraph. A numbered paragraph of a text without articles may also be called section,
    point or item.
    """
    exact = at_address(provisions, address_of(steps))
    leading = _leading(steps)
    item = steps[-1][0] == "item" and len(steps) > leading and steps[-1][1].isdecimal()
    if exact and not (item and exact.label[0] == exact.label[1]):
        return [exact]
    first = address_of(steps[:leading])
    rest = [number for _, number in steps[leading:]]
    below = [part for part in provisions if part.address.startswith(f"{first}.")]
    if not rest:
        return _called_otherwise(provisions, steps)
    depths = [part.address.removeprefix(f"{first}.").split(".") for part in below]
    fits = [
        part
        for part, parts in zip(below, depths, strict=True)
        if len(parts) == len(rest) + 1 and parts[-len(rest) :] == rest
    ]
    return fits or ([exact] if exact else [])


def as_called_there(provisions: Sequence[Provision], steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps with the word that a text itself has for its clauses, where it has only one.

    Readers say section, rule or point of what a text calls its articles or only numbers. The steps
    are unchanged if the text has provisions of the kind they name, or several other kinds.
    """
    kind, number = steps[0]
    kinds = {own for entry in provisions if (own := _kind_of(entry)) in _CLAUSES}
    named = any(_kind_of(entry) == kind for entry in provisions)
    if named or len(kinds) != 1 or kind not in _CLAUSES | {"item", "part"}:
        return tuple(steps)
    return ((kinds.pop(), number), *steps[1:]) if number[:1].isdecimal() else tuple(steps)


_CLAUSES = frozenset(["art", "sec", "cl", "rule", "reg", "par"])


def enclosing(provisions: Sequence[Provision], steps: Sequence[Step]) -> Provision | None:
    """Return the narrowest existing provision above the one that steps refer to."""
    for size in range(len(steps) - 1, 0, -1):
        if size >= _leading(steps) and (outer := meant_by(provisions, steps[:size])):
            return outer[0]
    return None


def _leading(steps: Sequence[Step]) -> int:
    """Return how many of the first steps are top-level: an annex and its article, say."""
    wide = [at for at, (kind, _) in enumerate(steps) if kind in RANKS]
    return wide[-1] + 1 if wide else 1


def _called_otherwise(provisions: Sequence[Provision], steps: Sequence[Step]) -> list[Provision]:
    """Return what steps may refer to instead: an annex's article, a numbered paragraph."""
    address = address_of(steps)
    annexed = [
        entry
        for entry in provisions
        if re.fullmatch(rf"annex\w+\.{re.escape(address)}", entry.address)
    ]
    if annexed:
        return annexed[:1]
    if len(steps) == 1 and not any(_kind_of(entry) in {"art", "sec", "cl"} for entry in provisions):
        entry = at_address(provisions, f"par{steps[0][1]}")
        return (
            [entry] if entry and steps[0][0] in {"par", "item", "sec", "cl", "art", "part"} else []
        )
    return []


def _kind_of(provision: Provision) -> str:
    return re.split(r"[0-9.]", provision.address, maxsplit=1)[0]


def what_there_is(provisions: Sequence[Provision], steps: Sequence[Step] = ()) -> str:
    """Return in English which provisions there are: "Articles 1 to 40 and Annexes 1 to 2".

    With ``steps``, list the parts of the narrowest existing provision above the one they refer to.
    Empty if there are none.
    """
    above = enclosing(provisions, steps) if steps else None
    if above is not None:
        prefix = f"{above.address}."
        below = (entry.address for entry in provisions if entry.address.startswith(prefix))
        parts = [part for entry in below if "." not in (part := entry.removeprefix(prefix))]
        name = in_words(above.address)
        return (
            f"{name}{_listed([f'({part})' for part in parts])}" if parts else f"{name}, undivided"
        )
    kinds: dict[str, list[str]] = {}
    for entry in provisions:
        if match := _WIDE.fullmatch(entry.address):
            kinds.setdefault(match["kind"], []).append(match["number"])
    if kinds.keys() & _NARROW:
        kinds = {kind: numbers for kind, numbers in kinds.items() if kind in _NARROW}
    lists = [
        f"{NAMES[kind]}{'s' if len(numbers) > 1 else ''} {_listed(numbers)}".replace("xs ", "xes ")
        for kind, numbers in kinds.items()
    ]
    return _joined(lists)


_WIDE = re.compile(rf"(?P<kind>{'|'.join(NAMES)})(?P<number>[0-9][0-9a-z-]*|[a-z])")
_NARROW = frozenset(["annex", "art", "sec", "cl", "rule", "reg", "par"])


def _listed(numbers: Sequence[str]) -> str:
    """Return a list of numbers as text, with ranges: "1 to 8", "(a), (c) and (d)"."""
    runs: list[list[str]] = []
    for number in sorted(dict.fromkeys(numbers), key=_place):
        if runs and _place(number)[0] == _place(runs[-1][-1])[0] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    ranges = [run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return _joined([*ranges[: _FEW - 1], "…", ranges[-1]] if len(ranges) > _FEW else ranges)


def _place(number: str) -> tuple[int, str]:
    """Return the sort key of a number: 5 before 5a, "(b)" after "(a)"."""
    plain = number.strip("()")
    order = order_of(plain)
    return (order[0] if order and isinstance(order[0], int) else 0), plain


def _joined(phrases: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(phrases[:-1]), *phrases[-1:]]))


def in_words(address: str, language: str = "en", *, decimals: bool = False) -> str:
    """Return an address in words: "Article 5(2)(c)", or in Chinese 第5条第2款第3项.

    With ``decimals`` the number of a part is written as 5.2.
    """
    if decimals:
        first, *rest = address.split(".")
        numbers = list(itertools.takewhile(str.isdecimal, rest))
        whole = in_words(".".join([first, *rest[len(numbers) :]]), language)
        own = re.sub("[^0-9]", "", first)
        return whole.replace(own, ".".join([own, *numbers]), 1)
    if language == "zh":
        return _in_chinese(address)
    names = {**NAMES, **_SPANISH} if language == "es" else NAMES
    words = ""
    for part in address.split("."):
        if match := _WIDE.fullmatch(part):
            words += f"{', ' if words else ''}{names[match['kind']]} {match['number']}"
        else:
            words += f"({part})"
    return words


_SPANISH = {
    "annex": "anexo", "part": "parte", "ch": "capítulo", "art": "artículo", "sec": "sección",
    "cl": "cláusula", "par": "apartado", "item": "punto",
}  # fmt: skip
_CHINESE = {
    "annex": "附件{}", "part": "第{}部分", "ch": "第{}章", "div": "第{}节", "art": "第{}条",
    "par": "第{}段",
}  # fmt: skip


def _in_chinese(address: str) -> str:
    words = ""
    for part in address.split("."):
        match = _WIDE.fullmatch(part)
        form = _CHINESE.get(match["kind"]) if match else None
        if match and form:
            words += form.format(match["number"])
        elif match:
            words += f"{NAMES[match['kind']]} {match['number']}"
        else:
            words += f"（{part}）"
    return words
