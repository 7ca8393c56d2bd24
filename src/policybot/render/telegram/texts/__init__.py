"""The texts of the bot's interface in each language. Policies are not translated.

A template may contain Telegram HTML; :func:`say` escapes the values inserted into it.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Literal, get_args

from policybot.render.telegram.texts.chinese import CHINESE
from policybot.render.telegram.texts.english import ENGLISH
from policybot.render.telegram.texts.spanish import SPANISH

Language = Literal["en", "zh", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

TEXTS: Mapping[Language, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE, "es": SPANISH}


def say(language: Language, key: str, /, **values: object) -> str:
    """Return the text as Telegram HTML, with every value escaped."""
    escaped = {name: html.escape(str(value), quote=False) for name, value in values.items()}
    return TEXTS[language][key].format(**escaped)


def label(language: Language, key: str, /, **values: object) -> str:
    """Return the text without escaping, for places without HTML: buttons, alerts, menus."""
    return TEXTS[language][key].format(**values)


def counted(language: Language, key: str, count: int, /, **values: object) -> str:
    """Return the text ``key_one`` for a count of one, else ``key_many``, as Telegram HTML."""
    return say(language, f"{key}_{'one' if count == 1 else 'many'}", count=count, **values)


def language_of(code: str | None) -> Language:
    """Return the interface language for a BCP 47 ``code``; English if there are no texts for it."""
    first = (code or "").lower().replace("_", "-").split("-")[0]
    return next((language for language in LANGUAGES if language == first), "en")
