"""Less strict readings of a question that nothing answers: without a word or a condition."""

from __future__ import annotations

import dataclasses
import re

from policybot.index.serve.interface import Generation
from policybot.model import Span
from policybot.query.conditions import Holds, InForce, Titled
from policybot.query.query import Query
from policybot.retrieval.confidence import content_words

_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")


def without_stray_topic(generation: Generation, reading: Query) -> Query | None:
    """Return the query as a list without its topic, which is said not to be understood.

    None where the topic may be meant: the question says that policies are about it, it has an
    acronym, or words that passages have.
    """
    if (
        not reading.conditions
        or reading.topic_marked
        or _names(reading)
        or not _is_stray(generation, reading)
    ):
        return None
    return dataclasses.replace(
        reading,
        topic="",
        search_text="",
        intent="list",
        not_understood=(*reading.not_understood, reading.topic),
        ignored=(*reading.ignored, (reading.topic, _place(reading))),
        notes=(*reading.notes, f"not understood: {reading.topic}"),
    )


def looser(reading: Query) -> Query | None:
    """Return the query without optional conditions; None if it has none.

    A kind of document may only be a word for policies, and a phrase that no policy has verbatim
    may still be meant: its words are searched for. What a follow-up keeps of the question before
    is not dropped.
    """
    kinds = [
        part
        for part in reading.conditions
        if isinstance(part, Titled) and part.kinds and not reading.taken_from
    ]
    mentions = [part for part in reading.conditions if isinstance(part, Holds) and not part.chosen]
    if not kinds and not mentions:
        return None
    rest = tuple(part for part in reading.conditions if part not in kinds and part not in mentions)
    wordings = [w for part in mentions for w in part.wordings if w not in reading.topic]
    if not (reading.topic or wordings) and all(isinstance(part, InForce) for part in rest):
        # "Which registration is in force?", where no title calls a policy one.
        wordings = [reading.question[slice(*part.span)] for part in kinds if part.span]
    topic = " ".join([reading.topic, *wordings]).strip()
    return dataclasses.replace(
        reading,
        conditions=rest,
        topic=topic,
        search_text=" ".join(
            [reading.search_text, *(w for w in wordings if w not in reading.search_text)]
        ).strip(),
    )


def _is_stray(generation: Generation, reading: Query) -> bool:
    """Tell a topic of one word, or of words that no passage has, from what may be meant."""
    content = content_words(generation, reading.search_text, reading.language)
    return len(content) < 2 or not any(word.known for word in content)


def _names(reading: Query) -> bool:
    """Tell whether the topic has an acronym ("FCC"), which is never a stray word."""
    return not reading.question.isupper() and bool(_ACRONYM.search(reading.topic))


def _place(reading: Query) -> Span:
    """Return the span of the topic in the question; an empty span if it is not contiguous."""
    start = reading.question.find(reading.topic)
    return (start, start + len(reading.topic)) if start >= 0 else (0, 0)
