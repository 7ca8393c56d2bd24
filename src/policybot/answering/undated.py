"""Policies without a date: a question that leaves dates out leaves them out too, and says so."""

from __future__ import annotations

import dataclasses

from policybot.answering.versions import standing
from policybot.index.serve.interface import Generation
from policybot.model import Answer
from policybot.query.conditions import Condition, IssuedIn


def with_undated(generation: Generation, answer: Answer) -> Answer:
    """Return a list of what was not issued on some days with how many have no date at all.

    These meet all other conditions. With a topic they are not counted: they may not be about it.
    """
    reading = answer.reading
    dates = [part for part in reading.demands if isinstance(part, IssuedIn)]
    if not (answer.answered and any(map(_leaves_out, dates))) or reading.topic:
        return answer
    undated = generation.policy_first == 0
    rest = generation.policies_matching([part for part in reading.conditions if part not in dates])
    for mask in (rest, standing(generation, reading.today)):
        undated = undated if mask is None else undated & mask
    count = int(undated.sum())
    if not count:
        return answer
    said = f"{count} without a date {'is' if count == 1 else 'are'} not among them."
    return dataclasses.replace(answer, detail=" ".join(filter(None, [answer.detail, said])))


def _leaves_out(condition: Condition) -> bool:
    """Tell "not issued in 2012", which is open at both ends, from what was issued in some days."""
    periods = condition.periods if isinstance(condition, IssuedIn) else ()
    starts, ends = {since for since, _ in periods}, {until for _, until in periods}
    return len(periods) > 1 and None in starts and None in ends
