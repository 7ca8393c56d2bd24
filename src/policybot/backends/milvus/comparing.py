"""Which policies of a corpus the live generation has as they are, by their SHA-256."""

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

    ``old`` int64 ``(P,)`` is its ordinal there where it is unchanged, else -1; ``gone`` are the
    ordinals there of those that are not in the corpus any more, or not so.
    """

    old: NDArray[np.int64]
    gone: NDArray[np.int64]
    changes: Changes


def compared(new_generation: NewGeneration, live: About) -> Compared:
    """Compare the corpus that was read with the live generation."""
    known = {
        name: (at, digest.tobytes())
        for at, (name, digest) in enumerate(zip(live.names, live.column(DIGESTS), strict=True))
    }
    old = np.full(new_generation.policies, -1, dtype=np.int64)
    added, changed, unchanged, there = list[str](), list[str](), list[str](), set[str]()
    for ordinal, (name, digest) in enumerate(new_generation.identities()):
        there.add(name)
        if name not in known:
            added.append(name)
        elif known[name][1] != digest:
            changed.append(name)
        else:
            unchanged.append(name)
            old[ordinal] = known[name][0]
    removed = [name for name in live.names if name not in there]
    gone = np.setdiff1d(np.arange(len(live.names)), old)
    changes = Changes(*map(tuple, (added, changed, removed, unchanged)))
    return Compared(old, gone, changes)
