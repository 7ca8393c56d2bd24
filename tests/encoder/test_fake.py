from __future__ import annotations

import numpy as np

from policybot.encoder import Encoder
from tests.fake_encoder import FakeEncoder


def test_the_fake_is_an_encoder() -> None:
    encoder: Encoder = FakeEncoder()
    vectors = encoder.encode_documents(["smart cities", ""])
    assert vectors.shape == (2, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


def test_the_fake_puts_texts_that_share_words_closer() -> None:
    one, two, three = FakeEncoder().encode_documents(
        ["pilots of smart cities", "smart cities", "a tax on fuel"]
    )
    assert one @ two > one @ three + 0.3


def test_the_fake_remembers_what_it_encoded() -> None:
    encoder = FakeEncoder()
    encoder.encode_documents(["a", "b"])
    encoder.encode_queries(["c"])
    assert (encoder.calls, encoder.encoded) == (2, ["a", "b", "c"])


def test_the_fake_reads_no_further_than_its_limit() -> None:
    encoder = FakeEncoder(max_tokens=4)
    same = encoder.encode_documents(["one two", "one two three"])
    np.testing.assert_array_equal(same[0], same[1])
    assert encoder.count_tokens(["one two three", "物联网"]) == [5, 5]
