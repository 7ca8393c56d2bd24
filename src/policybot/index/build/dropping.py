"""A guard against builds that remove many policies from the live index by mistake.

An unmounted folder, a mistyped path and a file deleted by mistake all look like removed policies.
"""

from __future__ import annotations

from policybot.errors import CorpusError
from policybot.index.build.staged_policies import Changes

FEW = 2
"""A build may always remove up to this many policies."""

SHARE = 1 / 3
"""The share of the live index's policies that one build may remove."""

_LISTED = 5


def refuse_drop(changes: Changes, *, allow_empty: bool, shrink: bool) -> None:
    """Refuse a build that would empty the index, or remove a large share of its policies.

    Args:
        changes: The changes that the build would make.
        allow_empty: Let the index become empty.
        shrink: Let more than :data:`SHARE` of the policies be removed.

    Raises:
        CorpusError: the build is refused; the message says how many policies it would remove, and
            names some of them.
    """
    gone, kept = len(changes.removed), len(changes.changed) + len(changes.unchanged)
    if not gone:
        return
    names = ", ".join(changes.removed[:_LISTED])
    names += f" and {gone - _LISTED} more" if gone > _LISTED else ""
    stays = "nothing was indexed and the current index stays as it was"
    if not kept and not changes.added:
        if not allow_empty:
            raise CorpusError(
                f"the corpus holds no policies, and the index has {gone} ({names}); {stays}; check "
                "that [corpus] path is right, or run it again with --allow-empty"
            )
    elif gone > FEW and gone > SHARE * (gone + kept) and not shrink:
        raise CorpusError(
            f"{gone} of the {gone + kept} policies of the index are no longer in the corpus "
            f"({names}); {stays}; check whether a folder is missing, or run it again with --shrink"
        )
