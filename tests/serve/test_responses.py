"""Finished responses are kept while index and day stay, and are worked out once."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import re
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import Response

from policybot.answering.engine import Engine
from policybot.config import Config, ServeConfig
from policybot.index.build.build import build_index
from policybot.serve.app import application
from policybot.serve.responses import BESIDE, Responses, Standing
from policybot.serve.service import Service, service_of
from tests.fake_encoder import FakeEncoder
from tests.serve.site import CORPUS
from tests.shared import examples
from tests.small_index import BOOK, POLICIES, index_at

ADDRESSES = (
    "/api/ask?q=bridges",
    "/api/ask?q=bridges&issuer=MOF",
    "/api/ask?issuer=MOF&q=bridges",
    "/api/ask?q=bridges&state=unknown&limit=1",
    "/api/ask?q=bridges&list=true",
    "/api/ask?q=bridges%00limit%3D1",
    "/api/ask?q=policies+of+last+year",
    "/api/ask?q=bridges&limit=x",
    "/api/policies?year=2013",
    "/api/policies?format=csv",
    "/api/changes",
    "/api/changes.atom",
    "/?q=bridges",
    "/?q=bridges&lang=zh",
    "/p/roads",
    "/p/joint",
    "/p/joint?cite=ris",
)
LANGUAGES = ("", "en", "zh-CN", "es;q=0.9, en;q=0.8")
CORPORA = (POLICIES, CORPUS, tuple(POLICIES[:3]))


class Site:
    """Two applications over one engine: one keeps responses, the other does not."""

    def __init__(self, folder: Path) -> None:
        self.index = index_at(folder, "faiss")
        self.day = dt.date(2014, 8, 1)
        self.index_anew(0)
        config = Config(index=self.index)
        self.engine = Engine(config, today=lambda: self.day, encoder=FakeEncoder())
        self.keeping, self.plain = (self._service(config, mb) for mb in (16, 0))

    def _service(self, config: Config, cache_mb: int) -> Service:
        serve = ServeConfig(per_minute=10**9, cache_mb=cache_mb, public_url="https://x.org")
        return service_of(dataclasses.replace(config, serve=serve), self.engine)

    def index_anew(self, which: int) -> None:
        build_index(CORPORA[which], index_path=self.index.path, encoder=FakeEncoder(), issuers=BOOK)

    def close(self) -> None:
        for service in (self.keeping, self.plain):
            service.pool.shutdown()
        self.engine.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Site(tmp_path_factory.mktemp("responses"))
    yield made
    made.close()


@contextlib.asynccontextmanager
async def client_of(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://x.org") as client:
        yield client


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from(ADDRESSES), st.sampled_from(LANGUAGES)),
        st.tuples(st.just("index"), st.integers(0, len(CORPORA) - 1)),
        st.tuples(st.just("day"), st.integers(-1, 1)),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=examples(3), deadline=None)
@given(steps=STEPS)
def test_what_is_kept_is_never_of_another_generation_day_filter_or_language(
    site: Site, steps: list[tuple[Any, ...]]
) -> None:
    async def follow() -> None:
        async with (
            client_of(application(site.keeping)) as keeping,
            client_of(application(site.plain)) as plain,
        ):
            for kind, *what in steps:
                if kind == "index":
                    site.index_anew(what[0])
                    site.engine.refresh()
                elif kind == "day":
                    site.day = dt.date(2014, 8, 1 + what[0] + 1)
                else:
                    address, language = what
                    headers = {"Accept-Language": language}
                    kept, fresh = [
                        await client.get(address, headers=headers) for client in (keeping, plain)
                    ]
                    assert kept.status_code == fresh.status_code
                    assert timeless(kept.text) == timeless(fresh.text)
                    assert dict(kept.headers) | LENGTH == dict(fresh.headers) | LENGTH

    asyncio.run(follow())


LENGTH = {"content-length": "that of took_ms varies"}


def timeless(text: str) -> str:
    return re.sub(r'"took_ms": [\d.]+', '"took_ms": 0', text)


async def test_a_question_asked_again_is_not_answered_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = Engine.answer

    def counted(self: Engine, question: str, **more: Any) -> Any:
        asked.append(question)
        return answer(self, question, **more)

    monkeypatch.setattr(Engine, "answer", counted)
    async with client_of(application(site.keeping)) as keeping:
        await keeping.get("/api/ask?q=harbour+pilots&limit=2")
        await keeping.get("/api/ask?limit=2&q=harbour%20pilots")
        assert asked == ["harbour pilots"]
        await keeping.get("/api/ask?limit=3&q=harbour%20pilots")
        assert len(asked) == 2
    async with client_of(application(site.plain)) as plain:
        for _ in range(2):
            await plain.get("/api/ask?q=harbour+pilots")
    assert len(asked) == 4


def standing_of(site: Site) -> Standing:
    return Standing(site.engine.generation, site.day)


def responses(
    site: Site, most_bytes: int = 10**6, now: Callable[[], Standing] | None = None
) -> Responses:
    async def run(work: Callable[[], Response]) -> Response:
        return await asyncio.to_thread(work)

    return Responses(most_bytes, run, now or (lambda: standing_of(site)))


async def test_those_who_ask_the_same_at_once_wait_for_one_answer(site: Site) -> None:
    begun, go_on = threading.Event(), threading.Event()
    worked: list[int] = []

    def work() -> Response:
        worked.append(1)
        begun.set()
        go_on.wait(120)
        return Response(b"once")

    kept, standing = responses(site), standing_of(site)
    first = asyncio.create_task(kept.give(standing, "key", work))
    await asyncio.to_thread(begun.wait, 30)
    others = [asyncio.create_task(kept.give(standing, "key", work)) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()  # its reader went away
    go_on.set()
    assert {one.body for one in await asyncio.gather(*others)} == {b"once"}
    assert worked == [1]


async def test_an_error_is_told_to_all_who_wait_and_not_kept(site: Site) -> None:
    def fail() -> Response:
        raise ValueError("no")

    kept, standing = responses(site), standing_of(site)
    errors = await asyncio.gather(
        *(kept.give(standing, "key", fail) for _ in range(3)), return_exceptions=True
    )
    assert [str(error) for error in errors] == ["no"] * 3
    assert (await kept.give(standing, "key", lambda: Response(b"yes"))).body == b"yes"


async def test_what_was_worked_out_while_the_day_changed_is_not_kept(site: Site) -> None:
    standing = standing_of(site)
    later = Standing(standing.generation, standing.day + dt.timedelta(1))
    kept = responses(site, now=lambda: later)
    assert not (await kept.give(standing, "key", lambda: Response(b"either"))).settled
    assert (await kept.give(standing, "key", lambda: Response(b"new"))).body == b"new"


async def test_there_is_an_end_to_what_is_kept_and_the_oldest_go(site: Site) -> None:
    standing = standing_of(site)
    kept = responses(site, 10 * (100 + BESIDE))

    async def body_of(key: str, body: bytes) -> bytes:
        return (await kept.give(standing, key, lambda: Response(body))).body

    for number in range(10):
        await body_of(f"{number}", b"a" * 100)
    await body_of("0", b"b" * 100)
    await body_of("more", b"a" * 100)
    assert await body_of("0", b"c" * 100) == b"a" * 100
    assert await body_of("1", b"c" * 100) == b"c" * 100
    await body_of("large", b"l" * 1_000)
    assert await body_of("large", b"L" * 1_000) == b"L" * 1_000
    kept.stand_on(Standing(standing.generation, dt.date(2030, 1, 1)))
    assert await body_of("0", b"d" * 100) == b"d" * 100
