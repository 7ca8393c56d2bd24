"""Messages that ask for nothing: greetings, thanks, and questions about the bot itself."""

from __future__ import annotations

from policybot.query.parse import Parse, is_content
from policybot.query.query import SmallTalk

_ORDER: tuple[SmallTalk, ...] = ("start_over", "identity", "help", "thanks", "greeting", "goodbye")


def small_talk(parse: Parse) -> SmallTalk | None:
    """Return what a message is instead of a question; None where it asks for something."""
    own = [
        token for token in parse.tokens if not {"stop", "comma", "mark", "question"} & token.classes
    ]
    if not own or any(token.entity for token in own):
        return None
    said = {name for token in own for name in token.classes}
    if {"document", "kind", "thing"} & said:
        return None
    polite = {
        "greeting",
        "thanks",
        "plea",
        "interjection",
        "signoff",
        "adverb",
        "light",
        "pronoun",
        "identity",
        "help",
        "start_over",
        "article",
        "and",
        "particle",
        "address",
    }
    names = [token for token in own if is_content(token) and not polite & token.classes]
    if len(names) > 1 or (names and not said & {"greeting", "signoff"}):
        return None
    if names and own[-1] is not names[0]:
        return None
    if not names and not all(polite & token.classes for token in own):
        return None
    said |= {"goodbye"} if "signoff" in said else set()
    return next((one for one in _ORDER if one in said), None)
