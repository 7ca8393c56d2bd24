"""A model under sentence-transformers is used by several threads at once, as a bot uses it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from policybot.encoder.source import find_source
from policybot.encoder.torch import TorchEncoder, load_model
from tests.encoder.tiny import MAX_TOKENS, save_tiny_model, tiny_config

LONG = "roads are inspected every spring, and bridges that are damaged are closed at once. " * 40
TEXTS = (LONG, "roads", "bridges are closed")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> TorchEncoder:
    folder = tmp_path_factory.mktemp("threads")
    source = find_source(tiny_config(save_tiny_model(folder / "model"), folder / "index"))
    return TorchEncoder(load_model(source, "cpu"), source)


def test_counting_and_encoding_in_threads_give_what_they_give_alone(encoder: TorchEncoder) -> None:
    counts, vectors = encoder.count_tokens(TEXTS), encoder.encode_queries(TEXTS)
    assert counts[0] > MAX_TOKENS

    def both(turn: int) -> bool:
        if turn % 2:
            return encoder.count_tokens(TEXTS) == counts
        return np.allclose(encoder.encode_queries(TEXTS), vectors, atol=1e-6)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(both, range(200)))
