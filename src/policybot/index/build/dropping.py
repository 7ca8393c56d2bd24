"""How much of a live index a build may drop before a person has to mean it.

A folder that is not mounted, a path that is mistyped and a file deleted by mistake all look like
policies that are gone.
"""

from __future__ import annotations

from policybot.errors import CorpusError
from policybot.index.build.staged_policies import Changes

FEW = 2
"""So many policies may always go."""

SHARE = 1 / 3
"""The part of a live index's policies that may go with one build."""

_NAMED = 5


def refuse_drop(changes: Changes, *, allow_empty: bool, shrink: bool) -> None:
    """Refuse a build that would empty the index, or drop a large share of it, unless it is meant.

    Raises:
        CorpusError: it would; the message says how many policies would go, and which.
    """
    gone, kept = len(changes.removed), len(changes.changed) + len(changes.unchanged)
    if not gone:
        return
    names = ", ".join(changes.removed[:_NAMED])
    names += f" and {gone - _NAMED} more" if gone > _NAMED else ""
    stays = "nothing was indexed and the current index stays as it was"
    if not kept and not changes.added:
        if not allow_empty:
            raise CorpusError(
                f"the corpus holds no policies, and the index has {gone} ({names}); {stays}; look "
                "whether [corpus] path is right, or mean it with --allow-empty"
            )
    elif gone > FEW and gone > SHARE * (gone + kept) and not shrink:
        raise CorpusError(
            f"{gone} of the {gone + kept} policies of the index are not in the corpus any more "
            f"({names}); {stays}; look whether a folder is missing, or mean it with --shrink"
        )
