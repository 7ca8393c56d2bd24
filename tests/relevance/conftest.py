from __future__ import annotations

from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from tests.relevance.corpora import open_seed, open_small


@pytest.fixture(scope="package")
def small() -> Iterator[Engine]:
    engine = open_small()
    yield engine
    engine.close()


@pytest.fixture(scope="package")
def seed() -> Iterator[Engine]:
    engine = open_seed()
    yield engine
    engine.close()
