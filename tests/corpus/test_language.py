from __future__ import annotations

import pytest

from policybot.corpus.text.language import language_of
from policybot.encoder.levelling import neutral_sentences

_NEAR = {"pt": {"pt", "es", "it", "fr"}}
"""Much of Portuguese is in other Romance languages as well."""


@pytest.mark.parametrize("language", list(neutral_sentences()))
def test_sentences_are_told_by_their_script_and_function_words(language: str) -> None:
    told = [language_of(text) for text in neutral_sentences()[language]]
    assert sum(one not in _NEAR.get(language, {language}) for one in told) <= 3, told


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("tax subsidies talent", "en"),
        ("MIIT 2012", "en"),
        ("How is El Niño monitored in Los Angeles?", "en"),
        ("De minimis state aid", "en"),
        ("los angeles port fees", "en"),
        ("哪些政策提到5G？", "zh"),
        ("IoT产业政策", "zh"),
        ("Smart city 智慧", "en"),
        ("モノのインターネットの政策", "ja"),
        ("사물인터넷 정책", "ko"),
        ("¿Quién administra los fondos?", "es"),
        ("pensión de viudedad", "es"),
        ("Normen für Fahrzeuge", "de"),
        ("запрет курения", "ru"),
    ],
)
def test_a_question_is_in_the_language_of_its_words_and_else_in_english(
    text: str, language: str
) -> None:
    assert language_of(text) == language
