"""The example configuration names every key, and is the default one."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise
from pathlib import Path

from policybot.config import Config, load_config

EXAMPLE = Path(__file__).parents[2] / "bot_config.example.toml"


def test_it_loads_as_the_defaults() -> None:
    config, default = load_config(EXAMPLE), Config()
    for section in ("corpus", "index", "encoder", "search", "telegram", "log"):
        loaded = dataclasses.asdict(getattr(config, section))
        for key, value in dataclasses.asdict(getattr(default, section)).items():
            expected = EXAMPLE.parent / value if isinstance(value, Path) else value
            assert loaded[key] == expected, f"{section}.{key}"


def test_it_comments_every_key() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    keys = {f.name for s in dataclasses.fields(Config) if s.name != "file"
            for f in dataclasses.fields(getattr(Config(), s.name))}  # fmt: skip
    found = {
        match[1]
        for before, line in pairwise(lines)
        if (match := re.match(r"(?:# )?(\w+) = ", line)) and before.startswith("# ")
    }
    assert found == keys
