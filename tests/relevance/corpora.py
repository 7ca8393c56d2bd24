"""What the cases ask: the project's own corpus, and a small one that tells near things apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig
from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder import open_for_indexing
from policybot.index.build.build import build_index
from policybot.model import Issuer
from tests.exported import copy_export
from tests.project import indexed_project
from tests.shared import made_once
from tests.small_index import policy

BOOK = IssuerBook(
    (
        Issuer("Ministry of Finance", ("MOF", "财政部"), "State Council"),
        Issuer("Ministry of Transport", ("MOT", "Transport Ministry"), "State Council"),
        Issuer("State Council", ("国务院",)),
        Issuer("Lorne Harbour Board"),
        Issuer("Harbour Board of Kelm"),
    )
)

POLICIES = (
    policy(
        "passports",
        "Notice on Fees for Passports",
        "The fee for a passport is $100. It is paid at the counter when the passport is handed "
        "over.",
        "2011-03-01",
        ["MOF"],
    ),
    policy(
        "mines",
        "Notice on Fees for Mines",
        "The fee for opening a mine is $1000. It is paid once a year, before the end of March.",
        "2011-05-01",
        ["Ministry of Finance"],
    ),
    policy(
        "water-2012",
        "Work Plan on Water Quality for 2012",
        "Rivers are sampled every month. Wells are sampled twice a year.",
        "2012-01-15",
    ),
    policy(
        "water-2013",
        "Work Plan on Water Quality for 2013",
        "Rivers are sampled every week. Wells are sampled every month.",
        "2013-01-20",
    ),
    policy(
        "border-rules",
        "Rules on the Carbon Border Adjustment",
        "Importers of cement declare what was emitted when it was made.",
        "2013-02-04",
        ["Ministry of Finance"],
    ),
    policy(
        "border-report",
        "Report on the Carbon Border Adjustment",
        "Importers of steel and cement paid for a tenth of what was emitted.",
        "2013-11-30",
    ),
    policy(
        "centres",
        "Programme for Community Centres",
        "Community centres organise courses for labourers. The programme pays for licences and for "
        "colour printing, and honours the favourite courses of every neighbourhood.",
        "2012-06-01",
    ),
    policy(
        "moorings",
        "Scale of Mooring Charges",
        "A yacht that is moored for a night pays 12 crowns. The charge is doubled in July.",
        "2012-07-02",
        ["Lorne Harbour Board"],
    ),
    policy(
        "water-fees",
        "Charges for Drinking Water for 2013",
        "A household pays 9 crowns for a cubic metre of drinking water, 8 of them as in 2011.",
        "2012-11-30",
    ),
    policy(
        "divers",
        "Rules for Divers",
        "Divers announce themselves to the harbour master of Kelm and show a blue flag.",
        "2012-07-09",
        ["Harbour Board of Kelm"],
    ),
    policy(
        "lanes",
        "Circular on Bus Lanes",
        "A bus lane is kept free of parked cars. Cyclists may use a lane at night.",
        "2012-09-01",
        ["Ministry of Transport"],
    ),
    policy(
        "fertiliser",
        "Rules for the Storage of Fertiliser",
        "Fertiliser is kept in dry sheds, away from wells. Sheds are inspected every spring.",
        "2010-04-01",
    ),
    policy(
        "noise",
        "Order on Noise",
        "Quiet hours begin at ten in the evening. Concerts end before the quiet hours begin.",
        "2010-07-01",
    ),
    policy(
        "hours",
        "Order on Opening Hours",
        "Shops begin their hours at nine. Quiet streets are no ground for longer hours.",
        "2010-08-01",
        ["Ministry of Transport", "Ministry of Finance"],
    ),
)


def _index(folder: Path) -> None:
    copy_export(folder)
    encoder = open_for_indexing(Config(index=IndexConfig(path=folder)))
    build_index(POLICIES, index_path=folder, encoder=encoder, issuers=BOOK)


def open_small() -> Engine:
    """Open the small corpus, indexed with the bundled encoder once a test run."""
    return _open(made_once("relevance", _index))


def open_seed() -> Engine:
    """Open the project's own corpus."""
    return _open(indexed_project() / "embeddings")


def _open(path: Path) -> Engine:
    return Engine(Config(index=IndexConfig(path=path)), today=lambda: dt.date(2014, 8, 1))
