"""Policies to index, and what stays the same about an index whenever it is built."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder import Encoder
from policybot.index.build.build import BuildReport, build_index
from policybot.index.format.history import FILE as HISTORY
from policybot.index.serve.generation import FileGeneration
from policybot.model import Issuer, Policy, PolicyDate, Repair, Source
from tests.fake_encoder import FakeEncoder

BOOK = IssuerBook(
    (
        Issuer("Ministry of Finance", ("MOF", "财政部"), "State Council"),
        Issuer("State Council", ("国务院",)),
    )
)

TOLLS = Policy(
    "tolls",
    "Measures on Road Tolls",
    """# General

Tolls are set by the State Council's ministries. A toll of $100 is the highest.

## Exceptions

Ambulances pay nothing.

- Buses pay half.
- Farmers pay $1,000 a year.

# Annex""",
    issuers=("MOF", "Bureau of Bridges"),
    date=PolicyDate(2012, 2, 14),
    number="No.1718 [2013] of Development and Reform Commission",
    url="https://example.org/tolls",
    source=Source("sources/tolls.txt", "0" * 64, "3-9"),
    note="Read through.",
    relations={"amends": ("harbours",)},
    repairs=(Repair("212", "2012", 7),),
)
HARBOURS = Policy(
    "harbours",
    "Harbour Rules",
    "Ships wait outside the harbour.\n\nAmbulances pay nothing.",
    issuers=("Ministry of Finance",),
    date=PolicyDate(2012),
    date_text="some time in 2012",
)
INTERNET = Policy(
    "internet",
    "国务院关于推进物联网有序健康发展的指导意见",
    "加快物联网发展。推进应用示范。\n\n各地区要高度重视物联网。",
    issuers=("国务院",),
    date=PolicyDate(2013, 2),
    number="国发〔2013〕7号",
    language="zh",
)
BICYCLES = Policy("bicycles", "Statement on Bicycles", "Bicycles are welcome on every road.")
POLICIES = (TOLLS, HARBOURS, INTERNET, BICYCLES)


def build(
    index_path: Path,
    policies: Iterable[Policy] = POLICIES,
    encoder: Encoder | None = None,
    **options: Any,
) -> BuildReport:
    """Build with the issuers of :data:`BOOK` and, by default, the fake encoder."""
    return build_index(
        policies,
        index_path=index_path,
        encoder=encoder or FakeEncoder(),
        issuers=options.pop("issuers", BOOK),
        **options,
    )


def everything(generation: FileGeneration) -> list[object]:
    """Return every policy and passage of a generation, in order."""
    counts = generation.manifest.corpus
    policies = [generation.policy(ordinal) for ordinal in range(counts.policies)]
    return [*policies, *generation.passages(range(counts.passages))]


def contents(generation: FileGeneration) -> dict[str, str]:
    """Return the SHA-256 of every file of a generation but the manifest and the history.

    The history is of the generations before.
    """
    files = generation.manifest.files
    return {name: entry.sha256 for name, entry in files.items() if name != HISTORY}
