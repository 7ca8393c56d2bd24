"""What a question is about, once its filters, its cues and its filler are taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.search import bodies, chinese, cues
from policybot.search.marks import EDGES, NUMBER, PHRASE, Marked, lower
from policybot.search.periods import Period

_VERBS = re.compile(rf"\b(?:been )?{cues.ISSUE_VERB}\b|{chinese.ISSUED}")
_ONLY_PRAISE = re.compile(
    r"(?:(?:the|most|very|all|any|new|recent|important|major|main|key|notable|significant) ?)+"
    r"|(?:的|新|最|重要|重大|主要|相关|有关|具体)+"
)
"""What is said of policies in general and tells none apart."""
_FIELD = re.compile(r"(?<=[\u4e00-\u9fff])(?:领域|方面|类)$")
_WHEN = re.compile(r"^(?:when|who) (?:(?:was|were|is|are|did|has|have|had)\b ?)?(?:the )?")
_THE_WORDS = re.compile(
    rf"\b(?:the )?(?:exact )?(?:words?|phrases?|terms?|expressions?) (?={PHRASE})"
)
_NOBODY = re.compile(
    rf"\b(?:which|what) {cues.BODY_KIND} (?:have |has )?{cues.ISSUE_VERB} (?=(?:\w+ )?{cues.NOUN}\b)|"
    rf"\b(?:did|has|have|does|had) {cues.COUNTRY.pattern}(?: {cues.ISSUE_VERB})(?= )"
)


def cut_topic(
    marked: Marked,
    periods: Sequence[Period],
    issuing: Sequence[str],
    *,
    lists: bool,
    counted: bool = False,
    phrases: bool = False,
) -> str:
    """Return what is left of the question once filters, cues and filler are taken out.

    ``periods`` and ``issuing`` (marks) are those that filter; ``lists`` says that a list is asked
    for, ``counted`` that it is of what so many bodies issued. With ``phrases``, the quoted
    ones stay where they are, without their quotes.
    """
    cut = bytearray(len(marked.text))
    for period in periods:
        cut[slice(*period.span)] = b"\1" * (period.span[1] - period.span[0])
    without = cues.WITHOUT.search(lower(marked.text))
    filters = bool(periods or bodies.known(issuing) or without or counted)
    kept = "".join(" " if cut[i] else c for i, c in enumerate(marked.text))
    if lists:
        kept = _lower_sub(_THE_WORDS, kept)
    kept = " ".join(_lower_sub(cues.WITHOUT, kept).split())
    kept = _lower_sub(_NOBODY, re.sub(NUMBER if phrases else f"{NUMBER}|{PHRASE}", " ", kept))
    drop = {s for s in issuing if s in marked.marks}
    if drop:
        signs = "".join(drop)
        kept = re.sub(
            rf"(?i:\b(?:(?:did|has|have|does|had) (?:the )?|(?:by|from|of|with) (?:the )?|the ))?"
            rf"[{signs}](?i:'s?\b)?(?:{cues.CHILDREN})?"
            rf"(?:,? ?(?:(?:and|or|(?:together |along |jointly )?with|、|和|与|及|或者?|以及|跟|联合|会同|携手) ?)?(?:the |its )?[{signs}](?:{cues.CHILDREN})?)*+",
            " ",
            kept,
        )
    if filters:
        kept = _lower_sub(_VERBS, kept)
        kept = re.sub(r"(?i:\b(?:jointly|together|officially)\b)|联合|共同", " ", kept)
    kept = " ".join(kept.split())
    if counted or filters:
        kept = _lower_sub(_WHEN, kept)
    kept = _strip(kept)
    kept = _openings(kept, lists=lists)
    if filters:
        kept = _lower_sub(cues.CHINESE_ONLY_NOUN, kept)
    bare = re.sub(PHRASE, lambda found: marked.name(found[0]), kept)
    topic = _strip(marked.restore(bare))
    topic = _FIELD.sub("", _without_list_words(topic)) if lists else topic
    return "" if _ONLY_PRAISE.fullmatch(lower(topic)) else topic


def has_content(topic: str, marked: Marked) -> bool:
    """Tell whether a topic holds a word of its own, beside dates, bodies and function words."""
    rest = topic
    for wording in marked.wording.values():
        rest = rest.replace(wording, " ")
    words = re.findall(r"[^\W_]+(?:&[^\W_]+)*", cues.CHINESE_STOP.sub(" ", lower(rest)))
    return any(word not in cues.STOPWORDS and (len(word) > 1 or word > "z") for word in words)


def _without_list_words(topic: str) -> str:
    words = topic.split()
    while words and words[-1].strip(EDGES).lower() in cues.LIST_WORDS:
        words.pop()
    while words and words[0].strip(EDGES).lower() in cues.LIST_WORDS:
        del words[0]
    return _strip(" ".join(words))


def _openings(text: str, *, lists: bool) -> str:
    for _ in range(6):
        before = text
        lowered = lower(text)
        for pattern in (cues.SAYS_ABOUT, cues.OPENING, cues.CHINESE_OPENING):
            found = pattern.match(lowered)
            if found and found.end():
                if pattern is cues.OPENING and not _opens_list(lowered, found.end()):
                    continue
                text = text[found.end() :].lstrip(EDGES)
                lowered = lower(text)
        found = cues.NOUN_LINK.match(lowered)
        if found:
            text = text[found.end() :].lstrip(EDGES)
            lowered = lower(text)
        text = _lower_sub(cues.CHINESE_ASKED, text)
        lowered = lower(text)
        closings = [cues.CLOSING, cues.CHINESE_CLOSING]
        for pattern in [*closings, cues.CHINESE_LIST_CLOSING] if lists else closings:
            closing = pattern.search(lowered)
            if closing:
                text = text[: closing.start()]
                lowered = lower(text)
        if text == before:
            break
    return text


def _opens_list(lowered: str, end: int) -> bool:
    """Tell "What policies …", an opening, from "what is the speed limit", a topic."""
    rest = lowered[end:]
    return (
        not rest
        or cues.NOUN_LINK.match(rest) is not None
        or not re.match(r".*\b(?:what|which|who|how(?! many))\b", lowered[:end])
    )


def _lower_sub(pattern: re.Pattern[str], text: str) -> str:
    """Blank every match of a lower-case pattern in ``text``, whose case is kept elsewhere."""
    pieces: list[str] = []
    position = 0
    for found in pattern.finditer(lower(text)):
        pieces += [text[position : found.start()], " "]
        position = found.end()
    return "".join([*pieces, text[position:]])


def _strip(text: str) -> str:
    return " ".join(text.split()).strip(EDGES)
