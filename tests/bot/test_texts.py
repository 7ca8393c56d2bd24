"""The interface's texts in all its languages."""

from __future__ import annotations

import string
from collections.abc import Mapping

import pytest

from policybot.bot.jobs import ADMIN_MENU, MENU, MENU_END
from policybot.render.telegram.texts import LANGUAGES, TEXTS, Language, label, language_of, say
from tests.bot.tdlib import parse

ENGLISH = TEXTS["en"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts(language: Language) -> None:
    assert list(TEXTS[language]) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_placeholders(language: Language) -> None:
    def of(texts: Mapping[str, str]) -> dict[str, set[str]]:
        return {key: placeholders(text) for key, text in texts.items()}

    assert of(TEXTS[language]) == of(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_told_of_policies_and_not_of_a_corpus(language: Language) -> None:
    said = " ".join(TEXTS[language].values()).lower()
    assert "corpus" not in said
    assert "库中" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_shows_of_the_bot_fits(language: Language) -> None:
    assert len(label(language, "bot_description")) <= 512
    assert len(label(language, "bot_about")) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_can_read_every_text(language: str) -> None:
    code = language_of(language)
    read, meant, refused = {}, {}, {}
    for key, english in ENGLISH.items():
        values = dict.fromkeys(placeholders(english), "<&>")
        try:
            text = parse(say(code, key, **values))[0]
        except ValueError as error:
            refused[key] = str(error)
            continue
        if "<" not in english:
            read[key], meant[key] = text, label(code, key, **values)
    assert refused == {}
    assert read == meant
    assert len(read) > 100


def test_values_are_escaped() -> None:
    assert say("en", "source", source="<&>") == "Source: <code>&lt;&amp;&gt;</code>"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hans", "zh"),
        ("zh-CN", "zh"),
        ("zh_TW", "zh"),
        ("es-MX", "es"),
        ("en", "en"),
        ("fr", "en"),
        (None, "en"),
    ],
)
def test_the_language_follows_the_persons_telegram(code: str | None, language: str) -> None:
    assert language_of(code) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_texts_fit(language: str) -> None:
    for name in (*MENU, *MENU_END, *ADMIN_MENU):
        assert 1 <= len(label(language_of(language), f"menu_{name}")) <= 256
