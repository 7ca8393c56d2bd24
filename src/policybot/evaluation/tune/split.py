"""Questions split into those trained on and those held out, near-identical ones on one side."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from policybot.index.analyse import normalise, words

NEAR = 0.8
"""Questions that share this much of their words (Jaccard) count as one question."""

SEED = 20_240_801


def split_questions(texts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the places of the questions to train on and of those held out, half and half.

    Questions of one group (:func:`near_identical`) stay together, so a large group makes the
    halves unequal. The same questions are always split alike.
    """
    groups = near_identical(texts)
    random.Random(SEED).shuffle(groups)  # noqa: S311 (nothing here is secret)
    train: list[int] = []
    held_out: list[int] = []
    for group in groups:
        (train if len(train) <= len(held_out) else held_out).extend(group)
    return sorted(train), sorted(held_out)


def near_identical(texts: Sequence[str]) -> list[list[int]]:
    """Return the places of ``texts`` in groups, in order of their first.

    Two texts whose sets of words (stemmed, function words left out) have a Jaccard similarity of
    :data:`NEAR` or more are in one group, and so are texts that a chain of such pairs connects.
    Only pairs that share one of their rarest words are compared: any other pair falls short
    (prefix filtering; Chaudhuri, Ganti and Kaushik, ICDE 2006).
    """
    sets = [frozenset(words(text)) or frozenset((normalise(text),)) for text in texts]
    frequency = Counter(word for one in sets for word in one)
    parent = list(range(len(texts)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    having: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(sets):
        rarest = sorted(one, key=lambda word: (frequency[word], word))
        prefix = rarest[: len(one) - math.ceil(NEAR * len(one)) + 1]
        for other in sorted({other for word in prefix for other in having[word]}):
            shared = len(one & sets[other])
            if shared >= NEAR * (len(one) + len(sets[other]) - shared):
                parent[root(place)] = root(other)
        for word in prefix:
            having[word].append(place)
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(texts)):
        groups[root(place)].append(place)
    return sorted(groups.values())
