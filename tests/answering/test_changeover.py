"""A new generation takes over with its encoder, while answers are under way on the one before."""

from __future__ import annotations

import datetime as dt
import gc
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from policybot.answering import snapshot
from policybot.answering.engine import Engine
from policybot.config import Config, EncoderConfig, IndexConfig
from policybot.errors import EncoderError, IndexMismatchError, PolicyBotError
from policybot.index.build.build import build_index
from policybot.index.serve import generation
from policybot.index.serve.generation import FileGeneration
from policybot.model import Answer, Policy
from policybot.query.conditions import IssuedBy
from tests.exported import copy_export
from tests.fake_encoder import FakeEncoder
from tests.small_index import BOOK, POLICIES, open_small, policy

QUESTION = "when are damaged bridges closed"
LATER = policy("later", "Later Rules", "Trams ring their bells.", "2014-01-01")
OTHER = "fa4e000000000002"
"""The fingerprint of another encoder, whose vectors are as long."""


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


class Calendar:
    """The day for an engine; an answer that asks for it under way waits until it may go on."""

    def __init__(self) -> None:
        self.holding = False
        self.asked, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> dt.date:
        if self.holding:
            self.asked.set()
            assert self.go_on.wait(120)
        return dt.date(2014, 8, 1)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def pool(calendar: Calendar) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool
        calendar.go_on.set()


def build(folder: Path, policies: tuple[Policy, ...], encoder: FakeEncoder) -> None:
    build_index(policies, index_path=folder, encoder=encoder, issuers=BOOK)


def begin(engine: Engine, calendar: Calendar, pool: ThreadPoolExecutor) -> Future[Answer]:
    """Begin an answer, which has its generation and has not yet read the question."""
    calendar.holding = True
    under_way = pool.submit(engine.answer, QUESTION)
    assert calendar.asked.wait(120)
    calendar.holding = False
    return under_way


def test_an_answer_under_way_keeps_the_generation_it_began_with(
    tmp_path: Path, calendar: Calendar, pool: ThreadPoolExecutor
) -> None:
    encoder = FakeEncoder()
    build(tmp_path, POLICIES, encoder)
    engine = Engine(Config(index=IndexConfig(tmp_path)), today=calendar, encoder=encoder)
    before = engine.info.generation
    assert engine.refresh() is False
    under_way = begin(engine, calendar, pool)
    build(tmp_path, (*POLICIES[1:], LATER), encoder)
    assert ids(engine.answer("policies of 2014")) == []
    assert engine.refresh() is True
    assert ids(engine.answer("policies of 2014")) == ["later"]
    assert "roads" not in ids(engine.answer(QUESTION))
    calendar.go_on.set()
    answer = under_way.result(30)
    assert (ids(answer)[0], answer.index.generation) == ("roads", before)
    engine.close()


def test_an_answer_under_way_keeps_the_encoder_of_its_generation(
    tmp_path: Path,
    calendar: Calendar,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = FakeEncoder(), FakeEncoder(fingerprint=OTHER)
    monkeypatch.setattr(
        snapshot, "open_for_serving", lambda _, fingerprint: {OTHER: second}[fingerprint]
    )
    build(tmp_path, POLICIES, first)
    engine = Engine(Config(index=IndexConfig(tmp_path)), today=calendar, encoder=first)
    under_way = begin(engine, calendar, pool)
    build(tmp_path, POLICIES, second)
    first.encoded.clear()
    second.encoded.clear()
    assert engine.refresh() is True
    calendar.go_on.set()
    assert ids(under_way.result(30))[0] == "roads"
    assert (len(first.encoded), second.encoded) == (1, [])
    assert ids(engine.answer(QUESTION))[0] == "roads"
    assert (len(first.encoded), len(second.encoded)) == (1, 1)
    engine.close()


def test_with_the_encoder_of_before_the_new_generation_opens_none(tmp_path: Path) -> None:
    engine = open_small(tmp_path)
    build(tmp_path, (*POLICIES, LATER), FakeEncoder())
    assert engine.refresh() is True
    assert ids(engine.answer(QUESTION))[0] == "roads"
    engine.close()


@pytest.mark.parametrize(
    ("model", "exported", "error", "told"),
    [
        ("./nowhere", False, EncoderError, "no exported encoder"),
        ("other/model", True, IndexMismatchError, "names other/model at fp32.*restart"),
    ],
)
def test_a_generation_whose_encoder_cannot_be_opened_leaves_the_one_before_answering(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    exported: bool,
    error: type[PolicyBotError],
    told: str,
) -> None:
    encoder = FakeEncoder()
    build(tmp_path, POLICIES, encoder)
    config = Config(encoder=EncoderConfig(model=model), index=IndexConfig(tmp_path))
    engine = Engine(config, today=lambda: dt.date(2014, 8, 1), encoder=encoder)
    before = engine.info.generation
    opened: list[weakref.ref[FileGeneration]] = []
    opening = generation.open_generation

    def noted(path: Path) -> FileGeneration:
        found = opening(path)
        opened.append(weakref.ref(found))
        return found

    monkeypatch.setattr(generation, "open_generation", noted)
    fingerprint = copy_export(tmp_path) if exported else OTHER
    build(tmp_path, (*POLICIES, LATER), FakeEncoder(fingerprint=fingerprint))
    for _ in range(2):
        with pytest.raises(error, match=told):
            engine.refresh()
        assert engine.info.generation == before
        assert ids(engine.answer(QUESTION))[0] == "roads"
    gc.collect()
    assert [one() for one in opened] == [None, None]
    build(tmp_path, (*POLICIES, LATER), encoder)
    assert engine.refresh() is True
    assert ids(engine.answer("policies of 2014")) == ["later"]
    engine.close()


def test_a_generation_that_is_closed_is_let_go_of(tmp_path: Path) -> None:
    engine = open_small(tmp_path)
    engine.answer("What did the Ministry of Finance issue?")
    engine.list([IssuedBy(("MOF",))])
    closed = weakref.ref(engine.generation)
    build(tmp_path, (*POLICIES, LATER), FakeEncoder())
    assert engine.refresh() is True
    assert "State Council" in {issuer.name for issuer in engine.issuers.issuers}
    gc.collect()
    assert closed() is None
    engine.close()
