"""Follow-ups that say little: another place, "the newest one", "those from 2012", "how much?".

What they leave out is that of the question before, or of the policy shown.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from policybot.query.as_of import SILENT
from policybot.query.conditions import IssuedBy
from policybot.query.entities.issuers import parts_of, places_of
from policybot.query.frame import is_asking
from policybot.query.lexicon import lexicon_of, lexicons
from policybot.query.parse import Parse, is_content
from policybot.query.query import Query
from policybot.query.several import ASKERS
from policybot.query.text import lower
from policybot.query.tokens import Token, has_class, word_classes
from policybot.query.vocabulary import Vocabulary

_AFTER_THOSE = word_classes(
    """
    of from in by about since before after until between relative mention discuss D I
    """
)
"""Classes of words that tell which ones of what was shown are meant."""

_BRIEF = 1
_BRIEF_HAN = 2
"""Most words, and Chinese characters, with content of a question that is of what was shown."""

_LINKS = word_classes("follow and in of from for_ with_ interjection but light")
_HAN_PLACE = re.compile("[\u4e00-\u9fff]{1,4}?(?:自治区|自治州|[省市县区州镇]+)")
_HAN_BEGINNING = re.compile("[\u4e00-\u9fff]{2,4}?(?:自治[区州县]|[省市县州])(?=..)")
"""A place that a topic begins with; 城市 and 学区 are none."""


def is_brief(parse: Parse) -> bool:
    """Tell "how much is the fine?" and 罚款多少, which say too little to be of anything else."""
    asks = any(ASKERS & t.classes and not t.is_word for t in parse.tokens)
    asked = any(node.value.asks != "other" for node in parse.of("ask"))
    if not asks or asked or any(t.entity for t in parse.tokens) or parse.of("head"):
        return False
    words = [t for t in parse.tokens if is_content(t) and not is_asking(t)]
    if parse.language == "zh":
        return 0 < sum(len(t.text) for t in words) <= _BRIEF_HAN
    return 0 < len(words) <= _BRIEF


def supposes(parse: Parse) -> bool:
    """Tell "what if I sell it?", ¿y si lo vendo? and 如果…呢, which go on with the case before."""
    spoken = [token for token in parse.tokens if not {"mark", "question"} & token.classes]
    return has_class(spoken[:1], "what_if")


def stands_for_policies(said: Sequence[Token]) -> bool:
    """Tell "those from 2012", "las de 2012", 2012年的: their noun is that of the answer before."""
    if said[-1].text in lexicon_of("zh").of("of_mod") and any(t.entity for t in said):
        return True
    pronoun = next((at for at, t in enumerate(said[:2]) if "those" in t.classes), None)
    if pronoun is None or pronoun + 1 >= len(said) or said[0].text > "\u2e80":
        return False
    opens = all({"article", "and", "interjection"} & t.classes for t in said[:pronoun])
    return opens and bool(_AFTER_THOSE & said[pronoun + 1].classes)


_BESIDE_A_CONDITION = word_classes("""
    which relative those article pronoun interjection and but follow follow_post particle only_those
    light of
""")


def is_condition_alone(parse: Parse, said: Sequence[Token]) -> bool:
    """Tell conditions on what was shown without a noun: "since 2012", 哪些不是工信部发的.

    A single year or name may be a question of its own.
    """
    nodes = [node for node in parse.nodes if node.kind in {"issued_in", "not_issued_by"}]
    taken = {at for node in nodes for at in node.taken}
    if not nodes or all(len(node.taken) < 2 for node in nodes):
        return False
    places = [at for at, token in enumerate(parse.tokens) if token in said]
    return all(at in taken or _BESIDE_A_CONDITION & parse.classes_at(at) for at in places)


def asks_for_one(parse: Parse) -> bool:
    """Tell "the newest one" and 最新的一个 from "newest first"."""
    ends = [node.value for node in parse.of("order")]
    plural = any("plural" in t.classes for t in parse.tokens)
    return any(end.single for end in ends) and not any(end.lists for end in ends) and not plural


def elsewhere(parse: Parse, own: Query, old: Query, vocabulary: Vocabulary) -> Query | None:
    """Return the question before, asked of another place or body; None where none is named.

    "And in Rome?", ¿y en Pekín?, 无锡市呢 name nothing else.
    """
    said = [t for t in parse.tokens if not SILENT & t.classes]
    opens = [t for t in said if _LINKS & t.classes]
    names = [t for t in said if t not in opens and not {"article", "follow_post"} & t.classes]
    if not names or own.conditions or not old.topic or not all(t.is_word for t in names):
        return None
    place = parse.wording([at for at, t in enumerate(parse.tokens) if t in names])
    han = place > "\u2e80"
    capitals = all(parse.text.printed[t.span[0]].isupper() for t in names)
    located = any({"in", "of", "from", "for_", "with_"} & t.classes for t in opens)
    if not (_HAN_PLACE.fullmatch(place) if han else capitals and located):
        return None
    bodies = parts_of(vocabulary.issuers).named(lower(place))
    kept = old.conditions
    if len(bodies) == 1 and any(isinstance(one, IssuedBy) for one in kept):
        kept = (*(one for one in kept if not isinstance(one, IssuedBy)), IssuedBy(bodies))
        topic = old.topic
    else:
        topic = f"{without_place(old.topic, vocabulary)} {place}".strip()
    return dataclasses.replace(
        old,
        question=own.question,
        conditions=kept,
        topic=topic,
        search_text=topic,
        hints=(),
        policies=(),
        titles=(),
        ids=(),
        skip=0,
        language=own.language,
        taken_from=f"from your question before: about “{old.topic}”",
    )


def without_place(topic: str, vocabulary: Vocabulary) -> str:
    """Return a topic without the place or the body that it ends or, in Chinese, begins with.

    "The Internet of Things" stays: a name is cut after a word like "in", or where bodies have it.
    """
    place = _HAN_BEGINNING.match(topic)
    if place:
        return topic[place.end() :]
    for known in places_of(vocabulary.issuers):
        if topic.startswith((known, known[:-1])):
            return topic.removeprefix(known).removeprefix(known[:-1])
    words = topic.split()
    place_at = len(words)
    while place_at and words[place_at - 1][0].isupper():
        place_at -= 1
    if not 0 < place_at < len(words):
        return topic
    link, name = words[place_at - 1], " ".join(words[place_at:])
    located = any(link in lexicon.of("in") for lexicon in lexicons())
    if located or (link.islower() and parts_of(vocabulary.issuers).named(lower(name))):
        return " ".join(words[: place_at - 1])
    return topic
