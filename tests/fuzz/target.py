"""What a fuzzer is: where inputs come from, and what must hold of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis.strategies import SearchStrategy

SEEDS = Path(__file__).parent / "seeds"

Check = Callable[[Any], None]
"""Raises, for an input that is not dealt with as it should be."""


@dataclass(frozen=True)
class Target:
    """``opened`` gives the check, and closes what it needed; inputs are anything JSON can hold."""

    name: str
    inputs: SearchStrategy[Any]
    opened: Callable[[], AbstractContextManager[Check]]

    def seeds(self) -> Iterator[tuple[str, Any]]:
        """Yield the kept inputs, by the name of their file."""
        for path in sorted((SEEDS / self.name).glob("*.json")):
            yield path.name, json.loads(path.read_text(encoding="utf-8"))
