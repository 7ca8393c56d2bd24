"""Choosing among what the rules propose: the best cover of a question without overlap.

The longest node wins its tokens, whichever rule proposed it and in whatever order: nodes are taken
by weight, then by place, then by name, each where all its tokens are still free.
"""

from __future__ import annotations

from collections.abc import Iterable

from policybot.query.rules.rule import Node


def resolve(nodes: Iterable[Node]) -> list[Node]:
    """Return the chosen nodes in the order of the question.

    A node of whose core a token is taken is left out whole.
    """
    taken: set[int] = set()
    chosen: list[Node] = []
    for node in sorted(nodes, key=lambda one: (-one.weight, one.span, one.rule)):
        if taken.isdisjoint(node.core):
            taken |= node.core
            chosen.append(node)
    return sorted(chosen, key=lambda one: one.span)
