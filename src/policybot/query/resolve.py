"""The resolver: of the nodes that rules propose, those of the greatest weight that do not overlap.

Nodes are taken by weight, then by place, then by name, each if all tokens of its core are still
free; the order in which rules propose them does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable

from policybot.query.rules.rule import Node


def resolve(nodes: Iterable[Node]) -> list[Node]:
    """Return the chosen nodes, in the order of the question."""
    taken: set[int] = set()
    chosen: list[Node] = []
    for node in sorted(nodes, key=lambda node: (-node.weight, node.span, node.rule)):
        if taken.isdisjoint(node.core):
            taken |= node.core
            chosen.append(node)
    return sorted(chosen, key=lambda node: node.span)
