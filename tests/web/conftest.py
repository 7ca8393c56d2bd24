from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.web.fetching import Fetcher
from tests.web.site import Site, fetching, serve


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with fetching() as one:
        yield one


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"
