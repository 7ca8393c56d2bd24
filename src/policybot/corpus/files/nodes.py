"""The unparsed keys of a policy, as typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A value as typed, and its 1-based line."""

    value: str | Sequence[Node] | Mapping[str, Node]
    line: int
