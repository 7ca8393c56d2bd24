"""Stop words: words of a question that have no weight, whatever the corpus.

Requests and conditions are parsed by :mod:`policybot.query`; these words are left out when the
remaining topic is compared with passages.
"""

from __future__ import annotations

import re

_ENGLISH = """
a about above after again all also an and any are as at be been before being between both but by
can could did do does during each for from had has have having he her him his how i if in into
is it its me more most my no nor not of off on once only or other our out over own same she
should so some such than that the their them then there these they this those through to too
under until up us very was we were what when where which while who whom why will with would you
your please list show tell give timeline anything everything something nothing anyone anybody
everyone else happen happened bodies new since onwards onward put make made whole full complete
altogether total come comes came carry carries bear bears date dated want wants wanted need
needs needed hope hopes hoped get gets got help helps like look looks think thought know known
good better best enough currently current specifically rather kind kinds sort sorts way ways
much many really actually exactly explain describe involve involved involves anyone someone
something sure anywhere mentioned still yet ever even just go goes going gone thing use used
uses using try tries tried take takes taken mean means meant call called ask asked require
required requires say saying please thanks thank yes main mainly concerning within among upon
whether instead policy policies document documents say says said mention mentions regarding
concerning related because due
"""
STOPWORDS = frozenset(_ENGLISH.split())
_TERMS = STOPWORDS | {"becaus"}
"""The same as terms. Others that have a stem of their own ("dure" of "during") keep their weight:
without it obliqa's recall@10 is .001 less, and orsharc and condqa_ev gain nothing."""
CHINESE = re.compile(
    r"[的了吗呢是和与及或且但在有哪些什么请问关于对于如何怎么怎样为由以等都]|政策|文件|规定"
)
_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|my|we|we've|our|he|she|his|her)\b")
_WANT = re.compile(
    r"\bi(?:'d| would)? (?:want|need|like|am looking|wonder)\b|\bi'm (?:looking|interested)\b"
)
_STORY_WORDS = 15


def says_nothing(term: str) -> bool:
    """Tell whether a term has no weight in a question."""
    return term in _TERMS or CHINESE.fullmatch(term) is not None


def tells_a_story(text: str) -> bool:
    """Tell whether a text is a person's story, whose dates and names are circumstances."""
    return len(text.split()) > _STORY_WORDS and _PERSON.search(_WANT.sub(" ", text)) is not None
