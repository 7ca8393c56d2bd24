from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from policybot.encoder.languages import PAIRS, probe_languages
from tests.fake_encoder import FakeEncoder


def understands(*languages: str) -> FakeEncoder:
    """An encoder for which the two sentences of a pair of those languages mean the same."""
    meaning = {second: first for language in languages for first, second in PAIRS[language]}

    class Understanding(FakeEncoder):
        def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().encode_documents([meaning.get(text, text) for text in texts])

    return Understanding(dimension=256)


@pytest.mark.parametrize("language", PAIRS)
def test_there_are_at_least_twelve_pairs_of_distinct_sentences(language: str) -> None:
    texts = {text for pair in PAIRS[language] for text in pair}
    assert len(PAIRS[language]) >= 12
    assert len(texts) == 2 * len(PAIRS[language])


@pytest.mark.parametrize("languages", [("en",), ("zh",), ("en", "zh")])
def test_a_language_counts_when_paraphrases_find_each_other(languages: tuple[str, ...]) -> None:
    assert probe_languages(understands(*languages).encode_documents) == languages


def test_sharing_words_is_not_reading_a_language() -> None:
    assert probe_languages(FakeEncoder(dimension=256).encode_documents) == ()


def test_one_vector_for_everything_is_not_reading_a_language() -> None:
    assert probe_languages(lambda texts: np.ones((len(texts), 1), dtype=np.float32)) == ()
