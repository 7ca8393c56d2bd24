"""Upload of a generation's files to the collections of a Milvus server, and download of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.about import NUMBERS, About, read_about, write_small_files
from policybot.backends.milvus.records import (
    AT_ONCE,
    Evidence,
    pack,
    parts_of,
    read_records,
    text_of,
    unpack,
    write_records,
)
from policybot.backends.milvus.schema import (
    OWN,
    body_number,
    collection_of,
    create_passages,
    create_records,
    create_terms,
    keys_of,
    signed,
    words_of,
)
from policybot.backends.milvus.server import Row, Server
from policybot.backends.milvus.terms import first_counts
from policybot.corpus.provisions.divide import provisions_of
from policybot.errors import CorpusError, IndexDamagedError
from policybot.index.build.embed import NO_KEY
from policybot.index.build.hubness import hubness_by
from policybot.index.format.lexical import FOLDER as LEXICAL
from policybot.index.format.manifest import CURE, Manifest
from policybot.index.format.passages import FILE as PASSAGES
from policybot.index.format.passages import create_passages as create_database
from policybot.index.format.passages import provision_places, row_digest
from policybot.index.format.weights import TermTable, write_lexical
from policybot.index.serve.generation import COLUMNS, KEY, FileGeneration
from policybot.index.vectors.mapped import FILE as VECTORS
from policybot.index.vectors.mapped import write_vectors

_MOST_TERMS = 3800
"""Terms of a passage given to Milvus: no more fit a field. Scores use all of them."""


def create(server: Server, base: str, dimension: int) -> None:
    """Create the collections that generations of one base share."""
    for part in ("texts", "evidence"):
        create_records(server, collection_of(base, part))
    create_terms(server, collection_of(base, "terms"))
    create_passages(server, collection_of(base, "passages"), dimension)


def upload(
    server: Server,
    generation: FileGeneration,
    base: str,
    numbers: NDArray[np.int64],
    hubness: NDArray[np.float16],
    sample: int,
) -> int:
    """Write the rows of all policies of ``generation``, and return their number.

    Args:
        server: The connection.
        generation: What to write, which may be a part of what is indexed.
        base: The generation that owns the collections.
        numbers: The stable number of each policy, higher than all existing ones.
        hubness: The hubness of each passage.
        sample: The name of the sample that it was measured with.

    Raises:
        UnavailableError: not all rows arrived.
    """
    since = f"policy >= {int(numbers.min())}" if len(numbers) else ""
    searched, evidence, texts = (
        collection_of(base, part) for part in ("passages", "evidence", "texts")
    )
    keys = _keys(generation, numbers)
    if not len(numbers):
        return 0
    rows = write_records(server, texts, zip(keys, _texts(generation), strict=True))
    server.finish(texts, rows, since)
    packed = map(pack, _evidence(generation, hubness, sample))
    more = write_records(server, evidence, zip(keys, packed, strict=True))
    server.finish(evidence, more, since)
    for rows_now in _batches(_searched(generation, numbers, keys)):
        server.insert(searched, rows_now)
    passages = generation.manifest.corpus.passages
    server.finish(searched, passages, since)
    return rows + more + passages


def upload_counts(server: Server, generation: FileGeneration, base: str, number: int) -> int:
    """Write the document frequencies of all terms, and return the number of terms."""
    terms = collection_of(base, "terms")
    vocabulary = signed(np.array(generation.terms.vocabulary))
    for rows in first_counts(vocabulary, generation.terms.frequencies.tolist(), number):
        server.insert(terms, rows)
    server.finish(terms, len(vocabulary))
    return len(vocabulary)


def download(server: Server, name: str, folder: Path) -> FileGeneration:
    """Write the generation called ``name`` into ``folder`` and open it there.

    It is equal but for codes (see ``index/vectors/codes.py``): all its vectors are searched.

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
    numbers = about.column(NUMBERS)
    keys = all_keys(numbers, offsets)
    texts, evidence = (collection_of(base, part) for part in ("texts", "evidence"))
    _download_texts(server, texts, folder, keys, corpus.passages)
    _download_evidence(server, evidence, folder, keys, about, manifest)
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


def _evidence(
    generation: FileGeneration, hubness: NDArray[np.float16], sample: int
) -> Iterator[Evidence]:
    half, offsets = generation.first.vectors.half, generation.sentence_offsets
    for ordinal in range(generation.manifest.corpus.passages):
        first, last = offsets[ordinal : ordinal + 2].tolist()
        yield Evidence(
            np.concatenate(
                [half[ordinal : ordinal + 1], generation.first.sentence_vectors[first:last]]
            ),
            _terms(generation, ordinal),
            float(hubness[ordinal]),
            bool(generation.first.passage_embedded[ordinal]),
            sample,
        )
    nothing = np.zeros(0, dtype=np.uint64)
    for ordinal in range(generation.manifest.corpus.policies):
        yield Evidence(generation.first.title_vectors[ordinal : ordinal + 1], nothing, 0.0, True)


def _keys(generation: FileGeneration, numbers: NDArray[np.int64]) -> list[int]:
    """Return the keys of all passages, then of all policies.

    Raises:
        CorpusError: a policy has more passages than Milvus can number.
    """
    offsets = generation.policy_passages
    counts = np.diff(offsets)
    if len(counts) and int(counts.max()) > OWN:
        policy = generation.policy(int(counts.argmax()))
        raise CorpusError(
            f"{policy.index_id}: has {counts.max()} passages, Milvus holds {OWN} of one policy "
            "here: divide it"
        )
    return all_keys(numbers, offsets)


def all_keys(numbers: NDArray[np.int64], offsets: NDArray[np.int64]) -> list[int]:
    """Return the keys of all passages, then of all policies.

    ``numbers`` are those of the policies; policy ``i`` has the passages ``offsets[i]`` to
    ``offsets[i + 1] - 1``.
    """
    counts = np.diff(offsets)
    places = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    passages: list[int] = keys_of(np.repeat(numbers, counts), places).tolist()
    own: list[int] = keys_of(numbers, np.full(len(numbers), OWN)).tolist()
    return passages + own


def _searched(
    generation: FileGeneration, numbers: NDArray[np.int64], keys: list[int]
) -> Iterator[Row]:
    owners = generation.passage_policy
    bodies = [
        body_number(generation.policy(ordinal).issuers)
        for ordinal in range(generation.manifest.corpus.policies)
    ]
    for ordinal in range(generation.manifest.corpus.passages):
        owner = int(owners[ordinal])
        yield {
            "key": keys[ordinal],
            "policy": int(numbers[owner]),
            "bodies": bodies[owner],
            "embedded": bool(generation.first.passage_embedded[ordinal]),
            "leads": int(generation.policy_passages[owner]) == ordinal,
            "terms": words_of(_terms(generation, ordinal)[:_MOST_TERMS]),
            "vector": generation.first.vectors.half[ordinal].astype(np.float32),
        }


def _terms(generation: FileGeneration, ordinal: int) -> NDArray[np.uint64]:
    columns, _ = generation.terms.columns_of(ordinal, ordinal + 1)
    hashes: NDArray[np.uint64] = generation.terms.vocabulary[columns]
    return hashes


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            yield waiting
            waiting = []
    yield waiting


def _download_texts(
    server: Server, collection: str, folder: Path, record_keys: list[int], passages: int
) -> None:
    """Write the database of texts, and the columns of the keys of vectors."""
    database = create_database(folder / PASSAGES)
    database.execute("BEGIN")
    own, sentences, titles = bytearray(), bytearray(), bytearray()
    for ordinal, text in _records(server, collection, record_keys):
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
    for name, held in (("passage", own), ("sentence", sentences), ("title", titles)):
        np.save(folder / COLUMNS / f"{name}_keys.npy", np.frombuffer(bytes(held), KEY))
    embedded = np.frombuffer(bytes(own), KEY) != NO_KEY
    np.save(folder / COLUMNS / "passage_embedded.npy", embedded)


def _download_evidence(
    server: Server,
    collection: str,
    folder: Path,
    keys: list[int],
    about: About,
    manifest: Manifest,
) -> None:
    """Write the vectors, terms and hubness."""
    sample = about.sample
    chosen, name = sample.chosen, sample.name
    corpus, dimension = manifest.corpus, manifest.encoder.dimension
    passages = corpus.passages
    path = folder / COLUMNS / "sentence_vectors.npy"
    vectors: NDArray[np.float16] = np.lib.format.open_memmap(
        path, "w+", np.float16, (corpus.sentences, dimension)
    )
    titles = np.zeros((corpus.policies, dimension), np.float16)
    hubness = np.zeros(passages, np.float16)
    own = np.zeros((passages, dimension), np.float16)
    lengths, counts = np.zeros(passages, np.int64), np.zeros(passages, np.int64)
    table, at = TermTable(None), 0
    for ordinal, text in _records(server, collection, keys):
        evidence = unpack(text, dimension)
        if ordinal >= passages:
            titles[ordinal - passages] = evidence.vectors[0]
            continue
        own[ordinal] = evidence.vectors[0]
        counts[ordinal], lengths[ordinal] = len(evidence.vectors) - 1, len(evidence.terms)
        vectors[at : at + len(evidence.vectors) - 1] = evidence.vectors[1:]
        at += len(evidence.vectors) - 1
        stale = evidence.sample != name
        hubness[ordinal] = (
            hubness_by(evidence.vectors[:1], chosen)[0] if stale else evidence.hubness
        )
        table.add(evidence.terms)
    np.save(folder / COLUMNS / "title_vectors.npy", titles)
    np.save(folder / COLUMNS / "passage_crowding.npy", hubness)
    np.save(folder / COLUMNS / "sentence_offsets.npy", np.concatenate([[0], np.cumsum(counts)]))
    write_vectors(folder / VECTORS, dimension, [own])
    vocabulary, columns = table.finish()
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    write_lexical(folder / LEXICAL, vocabulary, columns, offsets)


def _records(server: Server, collection: str, keys: list[int]) -> Iterator[tuple[int, str]]:
    """Yield the records with given keys, each with its position."""
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        yield from enumerate(read_records(server, collection, part), start=start)


def _checked(server: Server, digest: str, first: str, second: str) -> bytes:
    if row_digest(first, second).hex() != digest:
        raise IndexDamagedError(
            f"{server.place}: the text of {first[:80]} is not what was indexed (its SHA-256 "
            f"differs); {CURE}"
        )
    return bytes.fromhex(digest)
