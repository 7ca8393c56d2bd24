"""Small talk: greetings, thanks, and questions about the bot."""

from __future__ import annotations

from policybot.query.parse import Parse, is_content
from policybot.query.query import SmallTalk
from policybot.query.tokens import DOCUMENT_CLASSES, has_class, word_classes

_KINDS: dict[str, SmallTalk] = {
    "start_over": "start_over",
    "identity": "identity",
    "help": "help",
    "thanks": "thanks",
    "greeting": "greeting",
    "signoff": "goodbye",
}
"""Word classes and the kind of message that they make; the first decides."""

_POLITE = word_classes("""
    greeting thanks plea interjection signoff adverb light pronoun identity help start_over article
    and particle address
""")


def small_talk(parse: Parse) -> SmallTalk | None:
    """Return the kind of a message that asks for nothing; None for a question."""
    spoken = [t for t in parse.tokens if not {"stop", "comma", "mark", "question"} & t.classes]
    if not spoken or any(token.entity for token in spoken):
        return None
    if has_class(spoken, *DOCUMENT_CLASSES):
        return None
    names = [token for token in spoken if is_content(token) and not _POLITE & token.classes]
    if names:  # one name is allowed, at the end: "hi Tom"
        if (
            len(names) > 1
            or not has_class(spoken, "greeting", "signoff")
            or spoken[-1] is not names[0]
        ):
            return None
    elif not all(_POLITE & token.classes for token in spoken):
        return None
    return next((kind for name, kind in _KINDS.items() if has_class(spoken, name)), None)
