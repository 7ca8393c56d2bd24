"""The collections of a generation, and their names.

``…_passages`` is searched: vectors, terms for Milvus's own BM25, and scalars for filters.
``…_evidence`` and ``…_texts`` give the vectors, terms and texts of what was found. ``…_terms``
has the document frequency of each term. Generations share these four. ``…_about`` is a
generation's own: the manifest and small files; the alias points to it.

Rows are immutable. Each version of a policy has a unique number, which is never reused; its
passages' keys are derived from it. A generation knows the numbers of its policies, so rows of other
generations, older or not yet live, do not belong to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.server import Server
from policybot.index.format.weights import K1, B

ALIAS = "policybot"
"""The alias of the live generation. A server with several corpora has a database for each."""

PARTS = ("passages", "evidence", "texts", "terms")
"""The collections besides ``about``; generations that differ only in calibration share them."""

PASSAGES = 1 << 18
"""Maximum passages of a policy. The last number is the policy's own, of its text and title."""

OWN = PASSAGES - 1

_LONGEST = 65_535
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def collection_of(name: str, part: str) -> str:
    """Return the name of a collection of the generation called ``name``."""
    return f"{ALIAS}_{name.replace('.', '_').replace('-', '_')}_{part}"


def generation_of(collection: str) -> str | None:
    """Return the generation that a collection belongs to; None for other collections."""
    parts = collection.split("_")
    if len(parts) != 5 or parts[0] != ALIAS:
        return None
    return f"{parts[1]}.{parts[2]}-{parts[3]}"


def part_of(collection: str) -> str:
    """Return which part of a generation a collection holds."""
    return collection.rpartition("_")[2]


def keys_of(policies: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the keys of passages from their policies' stable numbers and their own positions."""
    keys: NDArray[np.int64] = policies * PASSAGES + numbers
    return keys


def body_number(issuers: Sequence[str]) -> int:
    """Return a number for a set of issuers, the same for equal sets."""
    digest = hashlib.blake2b("\0".join(sorted(issuers)).encode("utf-8"), digest_size=6).digest()
    return int.from_bytes(digest, "big")


def words_of(hashes: NDArray[np.uint64] | Sequence[int]) -> str:
    """Return hashed terms as words that no analyser splits: sixteen letters each."""
    return " ".join(f"{int(value):016x}".translate(_LETTERS) for value in hashes)


def signed(hashes: NDArray[np.uint64]) -> list[int]:
    """Return hashes as signed integers, as Milvus stores them."""
    values: list[int] = hashes.view(np.int64).tolist()
    return values


def create_passages(server: Server, collection: str, dimension: int) -> None:
    """Create the collection that is searched."""
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema: Any = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("policy", DataType.INT64)
    schema.add_field("bodies", DataType.INT64)
    schema.add_field("embedded", DataType.BOOL)
    schema.add_field("leads", DataType.BOOL)
    schema.add_field(
        "terms",
        DataType.VARCHAR,
        max_length=_LONGEST,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )
    schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_function(
        Function(
            name="count_terms",
            function_type=FunctionType.BM25,
            input_field_names=["terms"],
            output_field_names=["bm25"],
        )
    )
    # The parameters are repeated under "params": Milvus Lite only reads them there.
    settings = {"bm25_k1": K1, "bm25_b": B}
    server.create(
        collection,
        schema,
        (
            {"field_name": "vector", "index_type": "FLAT", "metric_type": "IP"},
            {
                "field_name": "bm25",
                "index_type": "SPARSE_INVERTED_INDEX",
                "metric_type": "BM25",
                "params": {"params": settings},
            },
        ),
    )


def create_records(server: Server, collection: str) -> None:
    """Create a collection of records."""
    from pymilvus import DataType

    _create_plain(
        server,
        collection,
        "key",
        ("policy", DataType.INT64, {}),
        ("more", DataType.INT64, {}),
        ("data", DataType.VARCHAR, {"max_length": _LONGEST}),
    )


def create_terms(server: Server, collection: str) -> None:
    """Create the collection of document frequencies (see ``terms.py``)."""
    from pymilvus import DataType

    _create_plain(
        server, collection, "term", ("counts", DataType.VARCHAR, {"max_length": _LONGEST})
    )


def _create_plain(
    server: Server, collection: str, key: str, *fields: tuple[str, Any, dict[str, Any]]
) -> None:
    from pymilvus import DataType, MilvusClient

    schema: Any = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(key, DataType.INT64, is_primary=True)
    for name, kind, more in fields:
        schema.add_field(name, kind, **more)
    # Milvus has no collection without a vector field.
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
    server.create(
        collection, schema, ({"field_name": "nothing", "index_type": "FLAT", "metric_type": "IP"},)
    )
