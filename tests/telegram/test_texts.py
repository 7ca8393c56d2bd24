"""The interface's texts in both languages."""

from __future__ import annotations

import string

import pytest

from policybot.telegram.jobs import ADMIN_MENU, MENU, MENU_END
from policybot.telegram.texts import CHINESE, ENGLISH, LANGUAGES, label, language_of, say
from tests.telegram.tdlib import parse


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts() -> None:
    assert list(ENGLISH) == list(CHINESE)


@pytest.mark.parametrize("key", ENGLISH)
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    assert placeholders(ENGLISH[key]) == placeholders(CHINESE[key])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ENGLISH)
def test_telegram_can_read_every_text(key: str, language: str) -> None:
    values = dict.fromkeys(placeholders(ENGLISH[key]), "<&>")
    code = language_of(language)
    if "<" in ENGLISH[key]:
        parse(say(code, key, **values))
    else:
        assert parse(say(code, key, **values))[0] == label(code, key, **values)


def test_values_are_escaped() -> None:
    assert say("en", "source", source="<&>") == "Source: <code>&lt;&amp;&gt;</code>"


@pytest.mark.parametrize(
    ("code", "language"),
    [("zh-hans", "zh"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("en", "en"), ("fr", "en"), (None, "en")],
)
def test_the_language_follows_the_persons_telegram(code: str | None, language: str) -> None:
    assert language_of(code) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_menu_texts_fit(language: str) -> None:
    for name in (*MENU, *MENU_END, *ADMIN_MENU):
        assert 1 <= len(label(language_of(language), f"menu_{name}")) <= 256
