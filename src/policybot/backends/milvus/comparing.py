"""Comparison of a corpus with the live generation, policy by policy, by SHA-256."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.about import DIGESTS, About
from policybot.index.build.new_generation import NewGeneration
from policybot.index.build.staged_policies import Changes


@dataclass(frozen=True, slots=True)
class Compared:
    """Where each policy of the corpus is in the live generation.

    ``old`` int64 ``(P,)`` is the live ordinal of each unchanged policy, -1 for new or changed ones;
    ``gone`` are the live ordinals of policies that were removed or changed.
    """

    old: NDArray[np.int64]
    gone: NDArray[np.int64]
    changes: Changes


def compared(new_generation: NewGeneration, live: About) -> Compared:
    """Compare the corpus in ``new_generation`` with the live generation."""
    known = {
        name: (at, digest.tobytes())
        for at, (name, digest) in enumerate(zip(live.names, live.column(DIGESTS), strict=True))
    }
    old = np.full(new_generation.policies, -1, dtype=np.int64)
    added, changed, unchanged, matched = list[str](), list[str](), list[str](), set[str]()
    for ordinal, (name, digest) in enumerate(new_generation.identities()):
        matched.add(name)
        if name not in known:
            added.append(name)
        elif known[name][1] != digest:
            changed.append(name)
        else:
            unchanged.append(name)
            old[ordinal] = known[name][0]
    removed = [name for name in live.names if name not in matched]
    gone = np.setdiff1d(np.arange(len(live.names)), old)
    changes = Changes(*map(tuple, (added, changed, removed, unchanged)))
    return Compared(old, gone, changes)
