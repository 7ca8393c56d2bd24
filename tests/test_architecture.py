"""The list of rooms in docs/architecture.md is that of the house."""

from __future__ import annotations

import re
import runpy

import pytest

from tests.project import ROOT

HOUSE = ROOT / "src" / "policybot"


def rooms() -> dict[str, set[str]]:
    """Return the modules that are listed of each room, those of the house itself under ""."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = text.split("## The house: `src/policybot/`", 1)[1].split("\n## ", 1)[0]
    found: dict[str, set[str]] = {"": set()}
    for line in table.splitlines():
        cells = line.split(" | ")
        if len(cells) < 2:
            continue
        room = re.match(r"\| `([\w/]+)/`", cells[0])
        names = re.findall(r"`(\w+\.py)`", line)
        found.setdefault(room[1] if room else "", set()).update(names)
    return found


def modules(room: str) -> set[str]:
    return {path.name for path in (HOUSE / room).glob("*.py") if not path.name.startswith("__")}


def test_every_room_is_listed() -> None:
    folders = {path.parent.relative_to(HOUSE).as_posix() for path in HOUSE.rglob("*.py")}
    assert set(rooms()) == {folder.removeprefix(".") for folder in folders}


def test_every_module_of_a_room_is_listed_and_nothing_else() -> None:
    listed = rooms()
    assert listed == {room: modules(room) for room in listed}


def test_the_drawing_of_the_imports_is_todays() -> None:
    drawn = runpy.run_path(str(ROOT / "docs" / "draw_rooms.py"))
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert drawn["DRAWING"].search(text)[0] == drawn["drawing"]()


def test_a_circle_of_imports_is_told() -> None:
    reduced = runpy.run_path(str(ROOT / "docs" / "draw_rooms.py"))["reduced"]
    assert reduced({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}
    with pytest.raises(ValueError, match="in a circle: b, c"):
        reduced({("a", "b"), ("b", "c"), ("c", "b")})
