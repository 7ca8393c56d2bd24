"""Which of a policy's provisions is meant, and what there is where it has none so called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.corpus.provisions.labels import RANKS, Step, address_of, order_of
from policybot.model import Provision

NAMES = {
    "annex": "Annex", "part": "Part", "ch": "Chapter", "div": "Division", "art": "Article",
    "sec": "Section", "cl": "Clause", "rule": "Rule", "reg": "Regulation", "par": "Paragraph",
}  # fmt: skip
"""What a kind is called in English."""

_FEW = 6


def at_address(provisions: Sequence[Provision], address: str) -> Provision | None:
    """Return the provision with an address, in whatever case; None where there is none."""
    wanted = address.strip().lower()
    return next((one for one in provisions if one.address == wanted), None)


def meant_by(provisions: Sequence[Provision], steps: Sequence[Step]) -> list[Provision]:
    """Return the provisions that steps lead to; empty where there is none.

    A step may be left out where what follows it is then in one place, or in several that are all
    meant: the third item of an article (第五条第（三）项) whose paragraph is not said. A paragraph
    of a text without articles is also called its section, point or item.
    """
    exact = at_address(provisions, address_of(steps))
    leading = _leading(steps)
    item = steps[-1][0] == "item" and len(steps) > leading and steps[-1][1].isdecimal()
    if exact and not (item and exact.label[0] == exact.label[1]):
        return [exact]
    first = address_of(steps[:leading])
    rest = [number for _, number in steps[leading:]]
    below = [one for one in provisions if one.address.startswith(f"{first}.")]
    if not rest:
        return _called_otherwise(provisions, steps)
    depths = [one.address.removeprefix(f"{first}.").split(".") for one in below]
    fits = [
        one
        for one, parts in zip(below, depths, strict=True)
        if len(parts) == len(rest) + 1 and parts[-len(rest) :] == rest
    ]
    return fits or ([exact] if exact else [])


def enclosing(provisions: Sequence[Provision], steps: Sequence[Step]) -> Provision | None:
    """Return the narrowest provision above the one that steps lead to, and that there is."""
    for size in range(len(steps) - 1, 0, -1):
        if size >= _leading(steps) and (found := meant_by(provisions, steps[:size])):
            return found[0]
    return None


def _leading(steps: Sequence[Step]) -> int:
    """Return how many of the first steps stand for themselves: an annex and its article, say."""
    wide = [at for at, (kind, _) in enumerate(steps) if kind in RANKS]
    return wide[-1] + 1 if wide else 1


def _called_otherwise(provisions: Sequence[Provision], steps: Sequence[Step]) -> list[Provision]:
    """Return what else may be meant: an annex's article, a point that is a numbered paragraph."""
    address = address_of(steps)
    annexed = [
        one for one in provisions if re.fullmatch(rf"annex\w+\.{re.escape(address)}", one.address)
    ]
    if annexed:
        return annexed[:1]
    if len(steps) == 1 and not any(_kind_of(one) in {"art", "sec", "cl"} for one in provisions):
        one = at_address(provisions, f"par{steps[0][1]}")
        return [one] if one and steps[0][0] in {"par", "item", "sec", "cl", "art", "part"} else []
    return []


def _kind_of(provision: Provision) -> str:
    return re.split(r"[0-9.]", provision.address, maxsplit=1)[0]


def what_there_is(provisions: Sequence[Provision], steps: Sequence[Step] = ()) -> str:
    """Say in English which provisions there are: "Articles 1 to 40 and Annexes 1 to 2".

    With ``steps``, the parts of the narrowest provision above the one that they lead to. Empty
    where there are none.
    """
    above = enclosing(provisions, steps) if steps else None
    if above is not None:
        prefix = f"{above.address}."
        below = (one.address for one in provisions if one.address.startswith(prefix))
        parts = [part for one in below if "." not in (part := one.removeprefix(prefix))]
        said = in_words(above.address)
        return (
            f"{said}{_listed([f'({part})' for part in parts])}" if parts else f"{said}, undivided"
        )
    kinds: dict[str, list[str]] = {}
    for one in provisions:
        if found := _WIDE.fullmatch(one.address):
            kinds.setdefault(found["kind"], []).append(found["number"])
    if kinds.keys() & _NARROW:
        kinds = {kind: numbers for kind, numbers in kinds.items() if kind in _NARROW}
    said_of = [
        f"{NAMES[kind]}{'s' if len(numbers) > 1 else ''} {_listed(numbers)}".replace("xs ", "xes ")
        for kind, numbers in kinds.items()
    ]
    return _joined(said_of)


_WIDE = re.compile(rf"(?P<kind>{'|'.join(NAMES)})(?P<number>[0-9][0-9a-z-]*|[a-z])")
_NARROW = frozenset(["annex", "art", "sec", "cl", "rule", "reg", "par"])


def _listed(numbers: Sequence[str]) -> str:
    """Return numbers in words, runs of them as such: "1 to 8", "(a), (c) and (d)"."""
    runs: list[list[str]] = []
    for number in sorted(dict.fromkeys(numbers), key=_place):
        if runs and _place(number)[0] == _place(runs[-1][-1])[0] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = [run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return _joined([*said[: _FEW - 1], "…", said[-1]] if len(said) > _FEW else said)


def _place(number: str) -> tuple[int, str]:
    """Return where a number stands among others: 5 before 5a, "(b)" after "(a)"."""
    plain = number.strip("()")
    order = order_of(plain)
    return (order[0] if order and isinstance(order[0], int) else 0), plain


def _joined(said: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))


def in_words(address: str, language: str = "en") -> str:
    """Return what an address is called: "Article 5(2)(c)", or in Chinese 第5条第2款第3项."""
    if language == "zh":
        return _in_chinese(address)
    names = {**NAMES, **_SPANISH} if language == "es" else NAMES
    said = ""
    for part in address.split("."):
        if found := _WIDE.fullmatch(part):
            said += f"{', ' if said else ''}{names[found['kind']]} {found['number']}"
        else:
            said += f"({part})"
    return said


_SPANISH = {
    "annex": "anexo", "part": "parte", "ch": "capítulo", "art": "artículo", "sec": "sección",
    "cl": "cláusula", "par": "apartado",
}  # fmt: skip
_CHINESE = {
    "annex": "附件{}", "part": "第{}部分", "ch": "第{}章", "div": "第{}节", "art": "第{}条",
    "par": "第{}段",
}  # fmt: skip


def _in_chinese(address: str) -> str:
    said = ""
    for part in address.split("."):
        found = _WIDE.fullmatch(part)
        form = _CHINESE.get(found["kind"]) if found else None
        if found and form:
            said += form.format(found["number"])
        elif found:
            said += f"{NAMES[found['kind']]} {found['number']}"
        else:
            said += f"（{part}）"
    return said
