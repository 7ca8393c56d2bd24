"""Draw which room imports which into docs/architecture.md, from the imports themselves.

    python docs/draw_rooms.py

An arrow is an import that is made when a module is loaded; those made later, where they are needed,
and those for type checkers alone are left out, and so is an arrow that follows from others. Rooms
may not import each other in a circle.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
HOUSE = HERE.parent / "src" / "policybot"
PAGE = HERE / "architecture.md"
DRAWING = re.compile(
    r"(?<=<!-- drawn by docs/draw_rooms.py -->\n).*?(?=<!-- end of drawing -->)", re.DOTALL
)
EVERYWHERE = {"model", "errors", "config", "machine", "numerals", "simplified", "progress"}
"""Rooms that nearly all others import: not drawn."""


def room_of(path: Path) -> str:
    """Return the room that a module is in: a folder or a module of the house."""
    return path.relative_to(HOUSE).with_suffix("").parts[0]


def imports_of(path: Path) -> Iterator[str]:
    """Yield the rooms that a module imports when it is loaded."""
    pending: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("policybot."):
            yield (node.module or "").split(".")[1]
        pending += ast.iter_child_nodes(node)


def edges() -> set[tuple[str, str]]:
    """Return pairs of rooms, the first of which imports the second."""
    found: set[tuple[str, str]] = set()
    for path in HOUSE.rglob("*.py"):
        room = room_of(path)
        if room.startswith("__"):
            continue
        found |= {(room, other) for other in imports_of(path)}
    drawn = {pair for pair in found if not EVERYWHERE & set(pair)}
    return {(one, other) for one, other in drawn if one != other}


def beyond(pairs: set[tuple[str, str]]) -> dict[str, set[str]]:
    """Return what each room reaches over one import or several."""
    reached: dict[str, set[str]] = {one: set() for pair in pairs for one in pair}
    for room, rooms in reached.items():
        pending = [other for one, other in pairs if one == room]
        while pending:
            other = pending.pop()
            if other not in rooms:
                rooms.add(other)
                pending += [further for one, further in pairs if one == other]
    return reached


def reduced(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the pairs without those that follow from others: A to C where A to B to C is drawn.

    Raises:
        ValueError: rooms import each other in a circle.
    """
    reached = beyond(pairs)
    if circular := sorted(one for one, rooms in reached.items() if one in rooms):
        raise ValueError(f"these rooms import each other in a circle: {', '.join(circular)}")
    return {
        (one, other)
        for one, other in pairs
        if not any(other in reached[between] for start, between in pairs if start == one)
    }


def drawing() -> str:
    """Return the drawing as Mermaid, in the marks that Markdown shows it by."""
    lines = sorted(f"    {one} --> {other}" for one, other in reduced(edges()))
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


if __name__ == "__main__":
    PAGE.write_text(DRAWING.sub(lambda _: drawing(), PAGE.read_text("utf-8")), "utf-8")
