"""What a note says of relations; apart, since importing reads it and relating imports that."""

from __future__ import annotations

KEY = "relations"
"""Under which the evidence of relations, and the lines of a note about them, stand."""

REJECTED = "was rejected"


def is_rejection(line: str) -> bool:
    """Whether a line of a note says that a relation is none."""
    return line.startswith(f"{KEY}: ") and line.endswith(REJECTED)
