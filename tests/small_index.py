"""A small corpus, indexed for real with the fake encoder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig
from policybot.corpus.issuers.table import IssuerBook
from policybot.index.build.build import build_index
from policybot.index.serve.store import store_of
from policybot.model import Issuer, Policy, PolicyDate
from tests.fake_encoder import FakeEncoder

Backend = Literal["faiss", "milvus"]
BACKENDS: tuple[Backend, ...] = ("faiss", "milvus")
"""What every question must be answered alike by."""

BOOK = IssuerBook(
    (
        Issuer("Ministry of Finance", ("MOF", "财政部"), "State Council"),
        Issuer("Ministry of Transport", ("MOT",), "State Council"),
        Issuer("State Council", ("国务院", "政务院")),
    )
)


def policy(
    policy_id: str,
    title: str,
    body: str,
    date: str | None = None,
    issuers: Iterable[str] = (),
    number: str | None = None,
    **relations: str,
) -> Policy:
    """Return a policy; ``date`` is ISO 8601 with year, month or day precision.

    ``relations`` hold ids, with spaces between them.
    """
    when = PolicyDate(*map(int, date.split("-"))) if date else None
    related = {kind: tuple(ids.split()) for kind, ids in relations.items()}
    return Policy(policy_id, title, body, tuple(issuers), when, number=number, relations=related)


POLICIES = (
    policy(
        "roads",
        "Road Safety Plan",
        "Roads are inspected every spring. Damaged bridges are closed at once.",
        "2010-05-03",
        ["Ministry of Transport"],
    ),
    policy(
        "funds",
        "Measures for Special Funds",
        "Special funds support research on bridges. The funds are managed by the ministry.",
        "2011",
        ["MOF"],
        "No. 17 [2011]",
    ),
    policy(
        "joint",
        "Joint Notice on Toll Stations",
        "Toll stations accept cards. A toll of $100 is the highest; none may be $1000.",
        "2012-06",
        ["Ministry of Finance", "Ministry of Transport"],
    ),
    policy(
        "ships",
        "Harbour Rules",
        "Ships wait outside the harbour. Pilots come aboard.",
        "2013-01-31",
    ),
    policy("undated", "Statement on Bicycles", "Bicycles are welcome on every road."),
)


def open_small(
    folder: Path,
    policies: Iterable[Policy] = POLICIES,
    *,
    today: dt.date = dt.date(2014, 8, 1),
    backend: Backend = "faiss",
) -> Engine:
    """Index ``policies`` below ``folder`` and open them."""
    encoder = FakeEncoder()
    index = index_at(folder, backend)
    build_index(policies, index_path=folder, encoder=encoder, issuers=BOOK, store=store_of(index))
    return Engine(Config(index=index), today=lambda: today, encoder=encoder)


def index_at(folder: Path, backend: Backend) -> IndexConfig:
    """Return the configuration of an index in ``folder``: files, or a file of Milvus Lite."""
    uri = str(folder / "index.db") if backend == "milvus" else None
    return IndexConfig(folder, backend, uri)
