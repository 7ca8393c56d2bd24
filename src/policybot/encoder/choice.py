"""The choice of encoders for a corpus, where ``[encoder] model`` is ``auto``."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policybot.config import AUTO, Config
from policybot.encoder.multilingual import MULTILINGUAL, packaged_folder

if TYPE_CHECKING:
    from policybot.model import Policy

BUNDLED = "bundled"

LOOKED_AT = 2000
"""Maximum policies whose languages are counted."""

FEW = 0.1
"""Minimum share of English policies for the English encoder to be worth its vectors."""

MOST = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """The configuration of each encoder, and the reason; ``why`` is empty if they were named."""

    first: Config
    second: Config | None = None
    why: str = ""


def count_languages(policies: Iterable[Policy]) -> Mapping[str, int]:
    """Count the languages of the first policies."""
    from policybot.index.build.policy_content import policy_language

    return Counter(map(policy_language, itertools.islice(policies, LOOKED_AT)))


def choose(config: Config, languages: Mapping[str, int], *, only_one: str = "") -> Choice:
    """Choose encoders for a corpus in ``languages``.

    all-MiniLM-L6-v2 is better for English questions on English passages, the multilingual encoder
    for everything else. ``only_one`` is the reason why there can be only one encoder, if so.
    """
    if config.encoder.model != AUTO:
        return Choice(config)
    total = sum(languages.values())
    english = languages.get("en", 0) / total if total else 1.0
    bundled, multilingual = _named(config, BUNDLED), _named(config, MULTILINGUAL)
    if packaged_folder() is None:
        return Choice(
            bundled,
            why="the English one, as the extra 'multilingual' is not installed: questions in other "
            "languages are answered by words alone",
        )
    if english < FEW:
        return Choice(multilingual, why="the multilingual one, as hardly any policy is in English")
    if only_one:
        single = bundled if english >= MOST else multilingual
        which = "English" if english >= MOST else "multilingual"
        most = "most policies are" if english >= MOST else "most policies are not"
        return Choice(single, why=f"the {which} one, as {most} in English, and {only_one}")
    return Choice(
        bundled,
        multilingual,
        "the English one for English questions on English policies, the multilingual one for all "
        "others",
    )


def _named(config: Config, model: str) -> Config:
    return dataclasses.replace(config, encoder=dataclasses.replace(config.encoder, model=model))
