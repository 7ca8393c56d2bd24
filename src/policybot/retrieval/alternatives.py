"""Topics with alternatives: a list of policies on "funding or taxes" is one on either."""

from __future__ import annotations

import dataclasses
import re

from policybot.index.analyse import words
from policybot.query.query import Query
from policybot.retrieval.words import stop_words

_OR = re.compile(r",? or |,?或者?")
_MOST_WORDS = 8


def alternatives(reading: Query) -> tuple[Query, ...]:
    """Return one reading for each alternative in a list's topic; empty if there is only one.

    The search text must have as many alternatives as the topic.
    """
    if reading.intent != "list" or len(reading.topic.split()) > _MOST_WORDS:
        return ()
    topics, texts = _OR.split(reading.topic), _OR.split(reading.search_text)
    if len(topics) < 2 or len(topics) != len(texts) or not all(map(_says_something, topics)):
        return ()
    return tuple(
        dataclasses.replace(reading, topic=topic.strip(), search_text=text.strip())
        for topic, text in zip(topics, texts, strict=True)
    )


def _says_something(topic: str) -> bool:
    return any(not stop_words.says_nothing(word) for word in words(topic))
