"""The specification of an encoder: everything that affects its vectors, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

Precision = Literal["fp32", "int8"]


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """Everything that identifies an encoder; all but ``name`` and ``model`` affects its vectors.

    ``weights`` and ``tokenizer`` are SHA-256 digests: of every tensor that affects the vector, and
    of the tokenizer without its truncation and padding. ``modules`` describes the model's modules
    and their settings in order. ``levelled`` is the version of the levelling of its vectors
    (:mod:`policybot.encoder.levelling`), empty without. ``max_tokens`` includes the special tokens.
    Rows are always normalised to length 1, whether or not the model does it itself.
    """

    name: str
    model: str
    weights: str
    tokenizer: str
    modules: tuple[str, ...]
    pooling: str
    prompt_query: str
    prompt_document: str
    precision: Precision
    max_tokens: int
    template: str
    dimension: int
    levelled: str = ""
    normalise: bool = True

    @property
    def fingerprint(self) -> str:
        """The first 16 hex digits of the SHA-256 of all that affects vectors.

        The model's location and its runtime (PyTorch or ONNX Runtime) are not part of it: their
        vectors agree to 1e-5, which the export checks.
        """
        fields = {key: value for key, value in asdict(self).items() if key not in ("name", "model")}
        return hashlib.sha256(canonical_json(fields)).hexdigest()[:16]


def canonical_json(value: object) -> bytes:
    """Return the canonical JSON of ``value``, for hashing."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def spec_from_dict(data: Mapping[str, Any]) -> EncoderSpec:
    """Return the specification from ``dataclasses.asdict``'s output.

    Raises:
        ValueError: a key is missing or unknown.
    """
    known = {f.name for f in fields(EncoderSpec)}
    if set(data) != known:
        raise ValueError(f"keys differ: {sorted(set(data) ^ known)}")
    return EncoderSpec(**{**data, "modules": tuple(data["modules"])})
