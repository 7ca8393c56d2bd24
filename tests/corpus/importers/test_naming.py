"""Ids of drafts, from the date and the title."""

from __future__ import annotations

import unicodedata

import pytest

from policybot.corpus.importers.pipeline.naming import MAX_DRAFT_BYTES, draft_id, numbered_id
from policybot.model import PolicyDate


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Protección de las aguas", "undated-proteccion-de-las-aguas"),
        ("¿Cómo se inscribe la sesión?", "undated-como-se-inscribe-la-sesion"),
        ("Alcaldía de Ñuñoa", "undated-alcaldia-de-nunoa"),
        ("Straßen über Łódź", "undated-strassen-uber-lodz"),
        ("Ærø Øresund", "undated-aero-oresund"),
        ("ĐÀ LẠT", "undated-da-lat"),
        ("Ilısu", "undated-ilisu"),
        ("Údarás na Gaillimhe", "undated-udaras-na-gaillimhe"),
        ("关于节水灌溉的通知", "undated-关于节水灌溉的通知"),
    ],
)
def test_letters_with_accents_are_folded(title: str, expected: str) -> None:
    assert draft_id(None, title) == expected
    assert draft_id(None, unicodedata.normalize("NFD", title)) == expected


def test_an_id_is_cut_between_words() -> None:
    title = "Reglamento del aprovechamiento hidroeléctrico interjurisdiccional"
    name = draft_id(PolicyDate(2020, 1, 2), title)
    assert name == "2020-01-02-reglamento-del-aprovechamiento"
    assert len(numbered_id(name, 99).encode()) <= MAX_DRAFT_BYTES
    assert numbered_id(name, 99) == f"{name}-99"
