"""Inputs that were once trouble, or might be: each is dealt with as the fuzzers demand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.fuzz.target import Check
from tests.fuzz.targets import TARGETS


@pytest.fixture(scope="module")
def opened() -> Iterator[dict[str, Check]]:
    """The checks that were asked for, each opened once."""
    with ExitStack() as stack:

        class Opened(dict[str, Check]):
            def __missing__(self, name: str) -> Check:
                self[name] = stack.enter_context(TARGETS[name].opened())
                return self[name]

        yield Opened()


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_is_dealt_with(opened: dict[str, Check], name: str) -> None:
    seeds = list(TARGETS[name].seeds())
    assert seeds
    for file, given in seeds:
        try:
            opened[name](given)
        except Exception as error:
            raise AssertionError(f"{name}/{file}") from error
