"""The language of a question, short ones too, and what is said of it and of its words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.corpus.text.language import without_elisions
from policybot.retrieval.confidence import content_words
from policybot.retrieval.words.question_language import clear_language, language_asked, only_asks
from tests.small_index import open_small, policy

POLICIES = (
    policy(
        "taxis",
        "Reglamento de taxis",
        "El taxi que circula de noche tiene un recargo nocturno. Los taxis se revisan cada año.",
        "2010-02-01",
    ),
    policy(
        "basura",
        "Ordenanza de la tasa de basura",
        "Están exentas de la tasa las familias con pocos ingresos. La tasa se paga en marzo.",
        "2011-03-01",
    ),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_small(tmp_path_factory.mktemp("spanish"), POLICIES)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    "question",
    [
        "documentos sobre taxis",
        "normas sobre basura",
        "reglamentos",
        "ordenanzas de 2011",
        "recargo de taxi",
        "¿sigue vigente?",
        "la segunda",
    ],
)
def test_words_that_the_corpus_language_owns_tell_a_short_question(
    engine: Engine, question: str
) -> None:
    assert clear_language(engine.generation, question) == "es"
    assert engine.answer(question).note is None


@pytest.mark.parametrize("question", ["taxi", "taxi zona norte", "2011"])
def test_where_nothing_tells_the_language_nothing_is_said_of_it(
    engine: Engine, question: str
) -> None:
    assert clear_language(engine.generation, question) is None
    assert language_asked(engine.generation, question) == "es"
    assert engine.answer(question).note is None


def test_a_question_in_another_language_is_told_of_once(engine: Engine) -> None:
    said = "The policies are in Spanish, the question is in {}; nothing is translated."
    assert engine.answer("Which policies are about taxis?").note == said.format("English")
    french = engine.answer("Quels sont les arrêtés publiés sur les trottinettes?")
    assert french.note == said.format("French")
    assert french.unheld == ()


def test_words_of_asking_are_no_content(engine: Engine) -> None:
    words = content_words(engine.generation, "¿Cuánto cuesta el taxi de mi barrio?", "es")
    assert [word.term for word in words] == ["cuesta", "taxi", "barrio"]
    assert only_asks("qué", "es")
    assert not only_asks("qué", "en")


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("¿Quiénes están exentos de la tasa?", "exentos read as exentas"),
        ("recargo en la tarifa nocturna del taxi", "nocturna read as nocturno"),
    ],
)
def test_a_word_is_held_in_another_gender_or_number(
    engine: Engine, question: str, note: str
) -> None:
    answer = engine.answer(question)
    assert note in answer.reading.notes
    assert not {"exentos", "nocturna"} & {*answer.unheld}
    assert not answer.reading.respelt


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Quelles amendes ?", "fr"),
        ("Combien coûte le taxi ?", "fr"),
        ("Welche Strafen?", "de"),
        ("Wie teuer?", "de"),
        ("Quali tariffe?", "it"),
        ("Quanto costa?", "it"),
        ("Quais multas?", "pt"),
        ("Quais metas do plano?", "pt"),
        ("Quote rules", "en"),
        ("Comment period rules", "en"),
        ("Die casting permits", "en"),
        ("Come into force", "en"),
    ],
)
def test_a_word_of_asking_tells_a_language_that_the_corpus_has_not(
    engine: Engine, question: str, language: str
) -> None:
    assert (clear_language(engine.generation, question) or "en") == language


def test_function_words_of_other_languages_weigh_nothing(engine: Engine) -> None:
    def terms(question: str) -> list[str]:
        language = language_asked(engine.generation, question)
        text = without_elisions(question, language)
        return [word.term for word in content_words(engine.generation, text, language)]

    assert terms("Quelles sont les amendes ?") == terms("Quelles amendes ?")
    assert terms("Quel est le prix de l'eau ?") == terms("prix eau quel est le ?")
    assert terms("Wie hoch ist die Miete?")[-1:] == terms("Welche Miete?")
    assert terms("Quali sono le tariffe dell'acqua?") == terms("Quali tariffe acqua?")
