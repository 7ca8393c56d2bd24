"""A generation's files into the collections of a Milvus server, and out of them again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.provisions.divide import provisions_of
from policybot.errors import IndexDamagedError
from policybot.index.embed import NO_KEY
from policybot.index.generation import COLUMNS, KEY, FileGeneration
from policybot.index.lexical import FOLDER as LEXICAL
from policybot.index.manifest import CURE, Manifest
from policybot.index.milvus.about import read_about, write_small_files
from policybot.index.milvus.records import (
    AT_ONCE,
    Evidence,
    pack,
    parts_of,
    read_records,
    text_of,
    unpack,
    write_records,
)
from policybot.index.milvus.schema import (
    bodies_of,
    collection_of,
    create_passages,
    create_records,
    create_terms,
    signed,
    words_of,
)
from policybot.index.milvus.server import Row, Server
from policybot.index.passages import FILE as PASSAGES
from policybot.index.passages import create_passages as create_database
from policybot.index.passages import provision_places, row_digest
from policybot.index.vectors import FILE as VECTORS
from policybot.index.vectors import write_vectors
from policybot.index.weights import TermTable, write_lexical

_TERMS_AT_ONCE = 5000
_MOST_TERMS = 3800
"""Terms of a passage that Milvus counts: no more fit into a field. Scores are of all."""


def upload(server: Server, generation: FileGeneration, name: str) -> None:
    """Write everything of a generation but ``about`` into new collections of its name."""
    dimension = generation.manifest.encoder.dimension
    searched, evidence, texts, terms = (
        collection_of(name, part) for part in ("passages", "evidence", "texts", "terms")
    )
    create_records(server, texts)
    server.finish(texts, write_records(server, texts, _texts(generation)))
    create_records(server, evidence)
    server.finish(evidence, write_records(server, evidence, map(pack, _evidence(generation))))
    create_terms(server, terms)
    vocabulary, frequencies = generation.terms.vocabulary, generation.terms.frequencies
    for start in range(0, len(vocabulary), _TERMS_AT_ONCE):
        part = slice(start, start + _TERMS_AT_ONCE)
        rows = zip(signed(np.array(vocabulary[part])), frequencies[part].tolist(), strict=True)
        server.insert(terms, [{"term": t, "passages": n, "nothing": [0.0, 0.0]} for t, n in rows])
    server.finish(terms, len(vocabulary))
    create_passages(server, searched, dimension)
    for rows_now in _batches(_searched(generation)):
        server.insert(searched, rows_now)
    server.finish(searched, generation.manifest.corpus.passages)


def download(server: Server, name: str, folder: Path) -> FileGeneration:
    """Write the generation called ``name`` into ``folder`` and open it there.

    It holds the same, but for codes (see ``index/codes.py``): its vectors are all searched.

    Raises:
        IndexDamagedError: something is missing or altered.
        IndexMismatchError: the index has another schema.
    """
    about = read_about(server, name)
    corpus, base = about.manifest.corpus, about.extra.base or name
    manifest = dataclasses.replace(about.manifest, vectors={})
    (folder / COLUMNS).mkdir(parents=True)
    write_small_files(folder, about)
    offsets = np.load(folder / COLUMNS / "policy_passages.npy")
    np.save(
        folder / COLUMNS / "passage_policy.npy",
        np.repeat(np.arange(corpus.policies, dtype=np.int32), np.diff(offsets)),
    )
    _download_texts(server, collection_of(base, "texts"), folder, corpus.passages, corpus.policies)
    _download_evidence(server, collection_of(base, "evidence"), folder, manifest)
    return FileGeneration(folder, name, manifest)


def _texts(generation: FileGeneration) -> Iterator[str]:
    corpus, offsets = generation.manifest.corpus, generation.sentence_offsets
    for start in range(0, corpus.passages, AT_ONCE):
        end = min(start + AT_ONCE, corpus.passages)
        for ordinal, row in enumerate(generation.store.passage_rows(start, end), start=start):
            keys = generation.first.passage_keys[ordinal : ordinal + 1].tobytes()
            first, last = offsets[ordinal : ordinal + 2].tolist()
            keys += generation.first.sentence_keys[first:last].tobytes()
            yield text_of(row.digest.hex(), row.place, row.text, keys.hex())
    for ordinal in range(corpus.policies):
        (policy,) = generation.store.policy_rows(ordinal, ordinal + 1)
        key = generation.first.title_keys[ordinal : ordinal + 1].tobytes().hex()
        yield text_of(policy.digest.hex(), policy.id, policy.metadata, policy.body, key)


def _evidence(generation: FileGeneration) -> Iterator[Evidence]:
    half, offsets = generation.first.vectors.half, generation.sentence_offsets
    for ordinal in range(generation.manifest.corpus.passages):
        first, last = offsets[ordinal : ordinal + 2].tolist()
        yield Evidence(
            np.concatenate(
                [half[ordinal : ordinal + 1], generation.first.sentence_vectors[first:last]]
            ),
            _terms(generation, ordinal),
            float(generation.first.passage_crowding[ordinal]),
            bool(generation.first.passage_embedded[ordinal]),
        )
    nothing = np.zeros(0, dtype=np.uint64)
    for ordinal in range(generation.manifest.corpus.policies):
        yield Evidence(generation.first.title_vectors[ordinal : ordinal + 1], nothing, 0.0, True)


def _searched(generation: FileGeneration) -> Iterator[Row]:
    bodies = bodies_of(generation.manifest.corpus.policies, *generation.issuer_lists)
    owners = generation.passage_policy
    for ordinal in range(generation.manifest.corpus.passages):
        owner = int(owners[ordinal])
        yield {
            "ordinal": ordinal,
            "policy": owner,
            "bodies": int(bodies[owner]),
            "embedded": bool(generation.first.passage_embedded[ordinal]),
            "leads": int(generation.policy_passages[owner]) == ordinal,
            "terms": words_of(_terms(generation, ordinal)[:_MOST_TERMS]),
            "vector": generation.first.vectors.half[ordinal].astype(np.float32),
        }


def _terms(generation: FileGeneration, ordinal: int) -> NDArray[np.uint64]:
    columns, _ = generation.terms.columns_of(ordinal, ordinal + 1)
    found: NDArray[np.uint64] = generation.terms.vocabulary[columns]
    return found


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            yield waiting
            waiting = []
    yield waiting


def _download_texts(
    server: Server, collection: str, folder: Path, passages: int, policies: int
) -> None:
    """Write the database of texts, and the columns of the keys that vectors are kept under."""
    database = create_database(folder / PASSAGES)
    database.execute("BEGIN")
    own, sentences, titles = bytearray(), bytearray(), bytearray()
    for ordinal, text in _records(server, collection, 0, passages + policies):
        if ordinal < passages:
            digest, place, words, keys = parts_of(text)
            database.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?)",
                (ordinal, _checked(server, digest, place, words), place, words),
            )
            own += bytes.fromhex(keys)[: KEY.itemsize]
            sentences += bytes.fromhex(keys)[KEY.itemsize :]
        else:
            digest, policy_id, metadata, body, key = parts_of(text)
            database.execute(
                "INSERT INTO policies VALUES (?, ?, ?, ?, ?)",
                (ordinal - passages, policy_id, _checked(server, digest, metadata, body),
                 metadata, body),
            )  # fmt: skip
            places = provision_places(provisions_of(body))
            if places:
                database.execute(
                    "INSERT INTO provisions VALUES (?, ?, ?)",
                    (ordinal - passages, row_digest(policy_id, places), places),
                )
            titles += bytes.fromhex(key)
    database.execute("COMMIT")
    database.close()
    for name, keys_of in (("passage", own), ("sentence", sentences), ("title", titles)):
        np.save(folder / COLUMNS / f"{name}_keys.npy", np.frombuffer(bytes(keys_of), KEY))
    embedded = np.frombuffer(bytes(own), KEY) != NO_KEY
    np.save(folder / COLUMNS / "passage_embedded.npy", embedded)


def _download_evidence(server: Server, collection: str, folder: Path, manifest: Manifest) -> None:
    """Write vectors, terms and crowding."""
    corpus, dimension = manifest.corpus, manifest.encoder.dimension
    passages = corpus.passages
    path = folder / COLUMNS / "sentence_vectors.npy"
    vectors: NDArray[np.float16] = np.lib.format.open_memmap(
        path, "w+", np.float16, (corpus.sentences, dimension)
    )
    titles = np.zeros((corpus.policies, dimension), np.float16)
    crowding = np.zeros(passages, np.float16)
    own = np.zeros((passages, dimension), np.float16)
    lengths, counts = np.zeros(passages, np.int64), np.zeros(passages, np.int64)
    table, at = TermTable(None), 0
    for ordinal, text in _records(server, collection, 0, passages + corpus.policies):
        found = unpack(text, dimension)
        if ordinal >= passages:
            titles[ordinal - passages] = found.vectors[0]
            continue
        own[ordinal] = found.vectors[0]
        counts[ordinal], lengths[ordinal] = len(found.vectors) - 1, len(found.terms)
        vectors[at : at + len(found.vectors) - 1] = found.vectors[1:]
        at += len(found.vectors) - 1
        crowding[ordinal] = found.crowding
        table.add(found.terms)
    np.save(folder / COLUMNS / "title_vectors.npy", titles)
    np.save(folder / COLUMNS / "passage_crowding.npy", crowding)
    np.save(folder / COLUMNS / "sentence_offsets.npy", np.concatenate([[0], np.cumsum(counts)]))
    write_vectors(folder / VECTORS, dimension, [own])
    vocabulary, columns = table.finish()
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    write_lexical(folder / LEXICAL, vocabulary, columns, offsets)


def _records(server: Server, collection: str, first: int, end: int) -> Iterator[tuple[int, str]]:
    for start in range(first, end, AT_ONCE):
        ordinals = range(start, min(start + AT_ONCE, end))
        yield from zip(ordinals, read_records(server, collection, ordinals), strict=True)


def _checked(server: Server, digest: str, first: str, second: str) -> bytes:
    if row_digest(first, second).hex() != digest:
        raise IndexDamagedError(
            f"{server.place}: the text of {first[:80]} is not what was indexed (its SHA-256 "
            f"differs); {CURE}"
        )
    return bytes.fromhex(digest)
