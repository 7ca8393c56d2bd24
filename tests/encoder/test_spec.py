from __future__ import annotations

import re
from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from policybot.encoder.spec import EncoderSpec, spec_from_dict

SPEC = EncoderSpec(
    name="a",
    model="bundled",
    weights="0" * 64,
    tokenizer="1" * 64,
    modules=("Transformer {}", "Pooling {}"),
    pooling="mean",
    prompt_query="",
    prompt_document="",
    precision="fp32",
    max_tokens=256,
    template="t",
    dimension=384,
)
CHANGED: dict[str, Any] = {
    "weights": "2" * 64,
    "tokenizer": "2" * 64,
    "modules": ("Transformer {}", "Pooling {}", "Normalize {}"),
    "pooling": "cls",
    "prompt_query": "query: ",
    "prompt_document": "passage: ",
    "precision": "int8",
    "max_tokens": 128,
    "template": "u",
    "dimension": 8,
    "levelled": "neutral-1",
    "normalise": False,
}


def test_a_fingerprint_is_sixteen_lowercase_hex_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", SPEC.fingerprint)


@pytest.mark.parametrize("key", CHANGED)
def test_the_fingerprint_changes_with_whatever_changes_vectors(key: str) -> None:
    assert replace(SPEC, **{key: CHANGED[key]}).fingerprint != SPEC.fingerprint


@pytest.mark.parametrize("key", ["name", "model"])
def test_the_fingerprint_does_not_change_with_what_the_model_is_called(key: str) -> None:
    changed: dict[str, Any] = {key: "elsewhere"}
    assert replace(SPEC, **changed).fingerprint == SPEC.fingerprint


def test_every_component_is_covered_by_one_of_these_tests() -> None:
    assert {f.name for f in fields(EncoderSpec)} == {*CHANGED, "name", "model"}


def test_a_spec_is_read_back_as_it_was_written() -> None:
    assert spec_from_dict({**asdict(SPEC), "modules": list(SPEC.modules)}) == SPEC


def test_a_spec_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        spec_from_dict({**asdict(SPEC), "colour": "red"})
