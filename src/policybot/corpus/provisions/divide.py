"""Divide a policy into provisions (articles, sections, clauses, paragraphs, items) with addresses.

A provision begins a paragraph, a heading or a list line; mentions inside a sentence do not count.
Numbers increase: if a label occurs again (in a schedule, a table of contents, quoted amending
text), the first in the main text has the address; provisions of an annex have its address as a
prefix (``annex1.art2``). Addresses are unique.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policybot.corpus.provisions.item_labels import Piece
from policybot.corpus.provisions.items import items_of
from policybot.corpus.provisions.labels import (
    RANKS,
    first_letters,
    label_at,
    lowered,
    order_of,
)
from policybot.corpus.provisions.units import MARKUP, Unit, units_of
from policybot.corpus.text.lists import item_style
from policybot.corpus.text.sentences import sentence_spans
from policybot.model import Passage, Policy, Provision, Span

_GOES_ON = re.compile(
    r"[*_]*(?:$|[.:：)）、](?![0-9])|[-–—]|\s+[-–—(（]|[*_]+|[º°]?\.|　)|\s+(?P<title>[^\W\d_])"
)
"""What may follow a label: its end, punctuation, or the first letter of its heading."""
_MENTIONED = re.compile(r"\s*(?:\([^()]*\)\s*)+(?:of|and|or|to|de|del)\b")
_HAN_MENTIONED = re.compile(
    r"第|规定|所[称列指]|修改|删[去除]|增加|改为|[的]|[、和及至到或与](?:第|附)|中(?:的|“|第)|以[外及]|之[外间一二三]"
)
_ANNEX = re.compile(
    r"(?:附\s?件|附\s?录|annex|schedule|appendix|anexo|annexe|anlage)\s*(?:$|[：:]\s*\S.{0,60}$)|附$"
)
_DATE = re.compile(
    r"[\s*_]*(?:\w+ [0-9]{1,2}, [0-9]{4}|[0-9]{1,2} (?:de )?\w+ (?:de )?[0-9]{4}"
    r"|[0-9]{4}\s?年\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日)\.?[\s*_]*"
)
_SHORT = 60


@dataclass(slots=True)
class _Top:
    """A top-level provision: the index of its first unit, its kind, its number, its label."""

    unit: int
    kind: str
    number: str
    label: Span
    prefix: str = ""

    @property
    def order(self) -> tuple[int | str, ...]:
        return order_of(self.number)


def provisions_of(body: str) -> list[Provision]:
    """Return the provisions of a text, in order of their start; addresses are unique."""
    plain = lowered(body)
    units = units_of(body)
    labelled = list(_labelled(body, plain, units))
    tops = _chosen(labelled)
    provisions: list[Provision] = []
    ends = _ends_of(units, tops, labelled)
    for top, end in zip(tops, ends, strict=True):
        address = f"{top.prefix}{top.kind}{top.number}"
        provisions += _with_items(body, units, top, end, address)
    if not any(RANKS[top.kind] >= _ARTICLE for top in tops):
        stop = next((top.unit for top in tops if top.kind == "annex"), len(units))
        provisions += _numbered_paragraphs(body, units[:stop])
    return list(_each_once(provisions))


def _each_once(provisions: Iterable[Provision]) -> Iterator[Provision]:
    """Yield provisions in order; of those with the same address only the first and its parts."""
    taken: set[str] = set()
    dropped: list[Provision] = []
    for part in sorted(provisions, key=lambda part: (part.span[0], -part.span[1], part.address)):
        part_of = any(
            part.address.startswith(f"{outer.address}.") and part.span[1] <= outer.span[1]
            for outer in dropped
        )
        if part.address in taken or part_of:
            dropped = [*(outer for outer in dropped if outer.span[1] > part.span[0]), part]
        else:
            taken.add(part.address)
            yield part


_ARTICLE = RANKS["art"]


def passage_of(policy: Policy, provision: Provision) -> Passage:
    """Return a provision as a passage with the id ``<policy id>#<address>``."""
    text = policy.body[slice(*provision.span)]
    return Passage(
        f"{policy.index_id}#{provision.address}",
        policy.id,
        text,
        *provision.span,
        tuple(policy.body[slice(*span)] for span in provision.above),
        tuple(sentence_spans(text)),
    )


def _labelled(body: str, plain: str, units: Sequence[Unit]) -> Iterator[_Top]:
    """Yield every unit that begins with a provision's label and is not quoted."""
    annexes = 0
    begins = first_letters()
    for number, unit in enumerate(units):
        if unit.quoted:
            continue
        start, end = unit.span
        at = MARKUP.match(body, start, end).end()  # type: ignore[union-attr]
        if at >= end or plain[at] not in begins:
            continue
        if _ANNEX.match(plain, at, end) and "\n" not in body[at:end]:
            annexes += 1
            yield _Top(number, "annex", str(annexes), (at, min(end, at + 12)))
            continue
        label = label_at(body, plain, at)
        if label is None or label.steps[0][0] not in RANKS or label.span[1] > end:
            continue
        if not _begins(body, label.span, unit):
            continue
        kind, value = label.steps[0]
        annexes += kind == "annex"
        yield _Top(number, kind, value, label.span)


def _begins(body: str, label: Span, unit: Unit) -> bool:
    """Return whether a label begins a provision, not a sentence that mentions another one."""
    rest = body[label[1] : unit.span[1]]
    if body[label[1] - 1] in "条章节编款分" or body[label[0]] == "第":
        return _HAN_MENTIONED.match(rest.lstrip("*_")) is None or rest[:1] in "*\u3000 "
    if body[label[0]] == "附":
        return not rest or rest[0] in " \u3000:：.、\n" or bool(unit.level)
    goes_on = _GOES_ON.match(rest)
    if goes_on is None or _MENTIONED.match(rest):
        return False
    return goes_on["title"] is None or not goes_on["title"].islower()


def _chosen(labelled: Sequence[_Top]) -> list[_Top]:
    """Return the provisions whose numbers increase, in order: see the module's docstring."""
    zones: list[list[_Top]] = [[]]
    annex_of: list[str] = [""]
    for top in labelled:
        if top.kind == "annex":
            zones.append([])
            annex_of.append(f"annex{top.number}")
        zones[-1].append(top)
    kept: list[_Top] = []
    had: set[str] = set()
    seen: set[str] = set()
    for zone, annex in zip(zones, annex_of, strict=True):
        for kind in dict.fromkeys(top.kind for top in zone):
            own = [top for top in zone if top.kind == kind]
            if kind == "annex":
                own = [top for top in own if top.number not in seen]
                seen |= {top.number for top in own}
            elif kind == "div":
                _of_chapters(zone, own)
            else:
                own = _running(zone, own)
                for top in own:
                    top.prefix = f"{annex}." if annex and kind in had else ""
            kept += own
        had |= {top.kind for top in zone}
    return sorted(kept, key=lambda top: top.unit)


def _of_chapters(zone: Sequence[_Top], divisions: Iterable[_Top]) -> None:
    """Prefix divisions, whose numbers restart in every chapter, with the chapter's address."""
    for division in divisions:
        above = [top for top in zone if top.kind == "ch" and top.unit < division.unit]
        division.prefix = f"ch{above[-1].number}." if above else ""


def _running(zone: Sequence[_Top], own: list[_Top]) -> list[_Top]:
    """Return those of one kind whose numbers increase, without an initial table of contents."""
    own = own[_contents(zone, own) :]
    kept: list[_Top] = []
    at = 0
    while at < len(own):
        last = kept[-1].order if kept else (0,)
        if own[at].order <= last:
            at = _past_quoted(own, at, last)
        elif _leaps(last, own[at].order) and any(
            later.order[0] == _next(last) for later in own[at + 1 :]
        ):
            at += 1  # a number out of sequence belongs to quoted or amended text
        else:
            kept.append(own[at])
            at += 1
    return kept


def _past_quoted(own: Sequence[_Top], at: int, last: tuple[int | str, ...]) -> int:
    """Return the index at which a sequence that was interrupted by a quoted text continues.

    In 1, 1, 2, 3, 2 the second 1 to 3 are quoted. If numbers restart at 1 and go past the last one,
    everything to the end is another text.
    """
    for later in range(at + 1, len(own)):
        if own[later].order <= own[later - 1].order and own[later].order[0] == _next(last):
            return later
    begin = at
    while at < len(own) and own[at].order <= last:
        at += 1
    anew = own[begin].order == (1,) and at < len(own)
    if anew and own[at - 1].order == last and own[at].order[0] == _next(last):
        return len(own)
    return at


def _leaps(last: tuple[int | str, ...], order: tuple[int | str, ...]) -> bool:
    return isinstance(order[0], int) and order[0] > _next(last)


def _next(last: tuple[int | str, ...]) -> int:
    return last[0] + 1 if isinstance(last[0], int) else 0


_CONTENTS = 3


def _contents(zone: Sequence[_Top], own: Sequence[_Top]) -> int:
    """Return how many of a kind are lines of a table of contents: all of them occur again."""
    starts = {top.unit for top in zone}
    bare = list(itertools.takewhile(lambda top: top.unit + 1 in starts, own))
    size = next((at for at in range(1, len(own)) if own[at].order <= own[at - 1].order), 0)
    again = {top.number for top in own[size:]}
    listed = size >= _CONTENTS and len(bare) >= size - 1
    return size if listed and {top.number for top in own[:size]} <= again else 0


def _ends_of(
    units: Sequence[Unit], tops: Sequence[_Top], labelled: Sequence[_Top]
) -> Iterator[int]:
    """Yield the index of the unit before which each provision ends."""
    kept = {top.unit: RANKS[top.kind] for top in tops}
    kinds = {label.unit: label.kind for label in labelled}
    last = {top.kind: top.unit for top in sorted(tops, key=lambda top: top.unit)}
    for top in tops:
        rank = RANKS[top.kind]
        own = units[top.unit]
        depth = own.level or (own.path[-1][0] if own.path else 6)
        goes_on = last[top.kind] > top.unit
        for at in range(top.unit + 1, len(units)):
            if kept.get(at, rank + 1) <= rank or (not goes_on and kinds.get(at) == top.kind):
                yield at
                break
            # Labels before the next provision of the same kind are inside this one (quoted).
            inside = at in kept or (goes_on and at in kinds)
            if rank > 0 and 0 < units[at].level <= depth and not inside:
                yield at
                break
        else:
            yield len(units)


def _with_items(
    body: str, units: Sequence[Unit], top: _Top, end: int, address: str
) -> Iterator[Provision]:
    """Yield a provision and its parts."""
    own = units[top.unit]
    last = _without_signature(body, units, top.unit + 1, end)
    inner = list(units[top.unit + 1 : last])
    heading = bool(own.level)
    if heading and inner:
        span = (inner[0].span[0], inner[-1].span[1])
        above = (*(s for _, s in own.path), own.span)
    else:
        span = (own.span[0], max(own.span[1], inner[-1].span[1] if inner else 0))
        above = tuple(s for _, s in own.path)
    span = (span[0], span[0] + len(body[slice(*span)].rstrip()))
    yield Provision(address, span, top.label, above)
    if RANKS[top.kind] < _ARTICLE:
        return
    pieces = [Piece(unit.span, bool(unit.level), unit.quoted) for unit in inner]
    if not heading or not inner:
        pieces.insert(0, Piece((top.label[1], own.span[1]), first=True))
    han = body[top.label[0]] == "第"
    yield from items_of(body, pieces, Provision(address, span, top.label, above), han=han)


def _without_signature(body: str, units: Sequence[Unit], first: int, end: int) -> int:
    """Return the end (unit index) of the last provision: before the date and the signatures."""
    if end < len(units) and not units[end].level:
        return end
    last = end
    while last > first and not units[last - 1].level:
        text = body[slice(*units[last - 1].span)]
        lines = (" ".join(line.split()) for line in text.splitlines())
        signs = all(len(line) < _SHORT and "|" not in line for line in lines) and not re.search(
            r"[.。;；:：!?！？”\"]\s*[*_]*$", text
        )
        if item_style(text) or not (signs or _DATE.fullmatch(text)):
            break
        last -= 1
    return last if last > first else end


def _numbered_paragraphs(body: str, units: Sequence[Unit]) -> list[Provision]:
    """Return the numbered paragraphs of a text without articles, and their parts."""
    units = units[: _without_signature(body, units, 0, len(units))]
    if not units:
        return []
    pieces = [
        Piece(unit.span, bool(unit.level), unit.quoted, path=tuple(span for _, span in unit.path))
        for unit in units
    ]
    whole = Provision("", (0, len(body)), (0, 0))
    items = list(items_of(body, pieces, whole, han=False))
    roots = {item.address.split(".")[0] for item in items}
    return items if len(roots) > 1 else []
