"""Splitting questions into training and held-out ones, with near-duplicates on one side."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from policybot.index.analyse import normalise, words

NEAR = 0.8
"""Questions with this Jaccard similarity of their words count as one."""

SEED = 20_240_801


def split_questions(texts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the positions of the questions to train on and of those held out, half and half.

    Groups of :func:`near_identical` questions stay together, so a large group makes the halves
    unequal. The split is deterministic.
    """
    groups = near_identical(texts)
    random.Random(SEED).shuffle(groups)  # noqa: S311 (nothing here is secret)
    train: list[int] = []
    held_out: list[int] = []
    for group in groups:
        (train if len(train) <= len(held_out) else held_out).extend(group)
    return sorted(train), sorted(held_out)


def near_identical(texts: Sequence[str]) -> list[list[int]]:
    """Return the positions of ``texts`` in groups, ordered by their first member.

    Two texts whose sets of words (stemmed, without function words) have a Jaccard similarity of
    :data:`NEAR` or more are in one group, and so are texts connected by a chain of such pairs. Only
    pairs that share one of their rarest words are compared: no other pair reaches it (prefix
    filtering; Chaudhuri, Ganti and Kaushik, ICDE 2006).
    """
    sets = [frozenset(words(text)) or frozenset((normalise(text),)) for text in texts]
    frequency = Counter(word for own in sets for word in own)
    parent = list(range(len(texts)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    having: dict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(sets):
        rarest = sorted(own, key=lambda word: (frequency[word], word))
        prefix = rarest[: len(own) - math.ceil(NEAR * len(own)) + 1]
        for neighbour in sorted({neighbour for word in prefix for neighbour in having[word]}):
            shared = len(own & sets[neighbour])
            if shared >= NEAR * (len(own) + len(sets[neighbour]) - shared):
                parent[root(place)] = root(neighbour)
        for word in prefix:
            having[word].append(place)
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(texts)):
        groups[root(place)].append(place)
    return sorted(groups.values())
