"""policybot answers questions about public policies with the passages themselves.

>>> import policybot
>>> engine = policybot.open("bot_config.toml")
>>> engine.answer("What did MIIT issue in 2012?").to_dict()["total"]
2
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policybot.errors import PolicyBotError
from policybot.model import Answer, Document, Hit, Passage, Policy, PolicyDate

if TYPE_CHECKING:
    from policybot.answering.engine import Engine

__all__ = [
    "Answer",
    "Document",
    "Hit",
    "Passage",
    "Policy",
    "PolicyBotError",
    "PolicyDate",
    "open",
]


def open(config: str | os.PathLike[str] | None = None) -> Engine:  # noqa: A001 - as the design names it
    """Open the index that ``config`` names (default: as the terminal's commands find it).

    Raises:
        PolicyBotError: the configuration is wrong, or the index cannot be opened.
    """
    from policybot.answering.engine import open_engine
    from policybot.config import load_config

    return open_engine(load_config(config))
