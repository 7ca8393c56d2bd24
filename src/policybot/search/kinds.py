"""The kinds of document that a list is asked for: "which notices", 哪些管理办法."""

from __future__ import annotations

import re

from policybot.search import chinese, cues

_ENGLISH = re.compile(
    r"\b(?P<one>notice|circular|guideline|announcement|plan|decision|opinion|directive|decree|initiative"
    r"|programme|program)s\b|\b(?P<many>measures)\b|\b(?P<strategy>strateg)ies\b"
)
_ARE = re.compile(
    r"\b(?:policies|documents) (?:that )?(?:are|were) (?:(?!not\b)\w+ )?(?P<kinds>.*)$"
)
_THEN = re.compile(
    r"\b(?:on|about|regarding|concerning|for|that|which|mention\w*|cover\w*|with|related|relating"
    r"|promot\w+|in|by|from|since|after|before|issued|published|did|has|have)\b(?!\?)"
)
_HAN_KIND = rf"(?:{chinese.MADE}{{0,2}}(?:{chinese.KIND}))"
_HAN_KINDS = rf"{_HAN_KIND}(?:[和与及、或]{_HAN_KIND})*"
_AFTER_WHICH = re.compile(rf"(?:哪些|哪几[个项份部]|多少[个项份部]?|几[个项份部])({_HAN_KINDS})")
_AT_THE_END = re.compile(
    rf"({_HAN_KINDS})(?=\W*$|(?:都|主要|分别|一共|总共|共|还)?(?:有|包括|是)(?:哪|多少|几|什么)|的?(?:清单|列表|目录|汇总|一览))"
)


def kinds_asked(text: str) -> tuple[str, ...]:
    """Return the kinds that a list's marked, lower-cased question asks for, none for policies.

    Only kinds that titles name are among them; "regulations" and 文件 may be anything.
    """
    found = _AFTER_WHICH.search(text) or _AT_THE_END.search(text)
    if found:
        return tuple(dict.fromkeys(re.findall(_HAN_KIND, found[1])))
    are = _ARE.search(text)
    if are is None and re.search(
        rf"\b(?:policies|documents|{cues.THING})\b|{chinese.GENERIC}", text
    ):
        return ()
    head = are["kinds"] if are else text
    first = _ENGLISH.search(head)
    then = _THEN.search(head, first.end()) if first else None
    kinds = _ENGLISH.finditer(head[: then.start()] if then else head)
    return tuple(dict.fromkeys(kind["one"] or kind["many"] or "strategy" for kind in kinds))


def is_made_of(topic: str, kinds: tuple[str, ...]) -> bool:
    """Tell whether a topic is no more than such a kind, or its first part: 管理 of 管理办法."""
    one = topic.lower().removesuffix("s")
    return any(one and kind.startswith(one) for kind in kinds)
