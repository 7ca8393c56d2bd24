"""An exported encoder, run by ONNX Runtime and ``tokenizers`` alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors
from tokenizers import Encoding, Tokenizer

from policybot.encoder.artifact import GRAPH, MEND, PIECES, TOKENIZER, Export, read_export
from policybot.encoder.levelling import Scale
from policybot.encoder.pieces import PieceTokenizer
from policybot.encoder.template import as_read
from policybot.errors import IndexDamagedError
from policybot.machine import cores

TOKENS_A_BATCH = 512
"""Tokens per run at fp32; more gain nothing on a CPU, as they exceed its caches."""

TEXTS_A_SLICE = 2048
"""Texts tokenised at a time, so that a large corpus is not held in memory as tokens."""

_FEW_TEXTS = 32
"""Up to so many texts, one core tokenises faster than others wake up."""

SERVING_THREADS = 4
"""Threads per question; more cost more than they save on so short a text."""

SPIN_MICROSECONDS = 20
"""How long a waiting thread spins before it sleeps, about the time to fall asleep and wake. Without
spinning a question takes 2.7 ms instead of 2.1 on two idle cores; with endless spinning, 8.2
instead of 4.5 on busy cores."""

_LOAD_ERRORS = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)
"""ONNX Runtime's errors have no common base but Exception."""


class OnnxEncoder:
    """An opened export; implements ``policybot.encoder.Encoder``. Thread-safe.

    A text's vector does not depend on the other texts: at fp32, batches hold texts of nearly one
    length (the difference is below 1e-6); at int8, whose scales are computed per batch, each text
    is a batch of its own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        purpose: Literal["indexing", "serving"] = "serving",
        workers: int | None = None,
        threads: int | None = None,
    ) -> None:
        """Open the export in ``folder``.

        For indexing, ``workers`` cores (None: all) run a batch each; for serving, ``threads`` share
        a question (None: as many as speed up a single one). Vectors do not depend on them.

        Raises:
            IndexDamagedError: a file is missing, truncated or altered.
        """
        self._export: Export = read_export(folder)
        self._workers = (workers or cores()) if purpose == "indexing" else 1
        if purpose == "indexing":
            threads = 1
        threads = threads or min(cores(), SERVING_THREADS)
        self._tokens = _open_tokens(folder, self._export)
        self._session = open_session(folder / GRAPH, threads)
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._budget = TOKENS_A_BATCH if self._export.spec.precision == "fp32" else 1

    @property
    def name(self) -> str:
        """The model's name."""
        return self._export.spec.name

    @property
    def fingerprint(self) -> str:
        """16 lowercase hex digits; vectors with different fingerprints must not be compared."""
        return self._export.spec.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._export.spec.dimension

    @property
    def max_tokens(self) -> int:
        """Maximum tokens of a text, special tokens included."""
        return self._export.spec.max_tokens

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the encoder was found to read when it was exported."""
        return self._export.languages

    @property
    def export(self) -> Export:
        """The contents of ``encoder.json``."""
        return self._export

    @property
    def scale(self) -> Scale:
        """The scaling of its cosines to the common scale."""
        return self._export.scale

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        return self._encode(self._export.spec.prompt_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        return self._encode(self._export.spec.prompt_query, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each document, special tokens included, untruncated."""
        prompt = self._export.spec.prompt_document
        counts: list[int] = []
        for start in range(0, len(texts), TEXTS_A_SLICE):
            part = as_read(prompt, texts[start : start + TEXTS_A_SLICE])
            counts += self._tokens.count(part)
        return counts

    def _encode(self, prompt: str, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if len(texts) == 1:
            vectors[:] = self._run(self._tokens.encode(as_read(prompt, texts)))
            return vectors
        with ThreadPoolExecutor(self._workers) as pool:
            for start in range(0, len(texts), TEXTS_A_SLICE):
                part = texts[start : start + TEXTS_A_SLICE]
                encodings = self._tokens.encode(as_read(prompt, part))
                batches = list(
                    in_batches([len(encoding.ids) for encoding in encodings], self._budget)
                )
                runs = pool.map(self._run, [[encodings[i] for i in batch] for batch in batches])
                for batch, rows in zip(batches, runs, strict=True):
                    vectors[[start + i for i in batch]] = rows
        return vectors

    def _run(self, encodings: Sequence[Tokens]) -> NDArray[np.float32]:
        inputs = padded(encodings, self._inputs, self._tokens.pad_id)
        rows: NDArray[np.float32] = self._session.run(None, inputs)[0]
        return rows


class Tokens(Protocol):
    """The tokens of a text, the input of a graph; an ``Encoding`` of Tokenizers is one."""

    @property
    def ids(self) -> list[int]:
        """The ids of the tokens."""
        ...

    @property
    def type_ids(self) -> list[int]:
        """The segment of each token."""
        ...


@dataclass(frozen=True, slots=True)
class _OneText:
    """The tokens of a text with a single segment."""

    ids: list[int]

    @property
    def type_ids(self) -> list[int]:
        return [0] * len(self.ids)


class _Library:
    """A tokenizer run by Tokenizers, with its truncation."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        padding = self._tokenizer.padding
        self.pad_id: int = padding["pad_id"] if padding else 0
        self._tokenizer.no_padding()

    def encode(self, texts: list[str]) -> Sequence[Tokens]:
        """Return the tokens of texts."""
        return self._encodings(texts)

    def count(self, texts: list[str]) -> list[int]:
        """Return the token counts of texts, special tokens and truncated ones included."""
        special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        counts: list[int] = []
        for encoding in self._encodings(texts):
            # Truncated tokens are further encodings, each with its own special tokens.
            pieces = [encoding, *encoding.overflowing]
            counts.append(special + sum(len(piece.ids) - special for piece in pieces))
        return counts

    def _encodings(self, texts: list[str]) -> list[Encoding]:
        if len(texts) <= _FEW_TEXTS:
            return [self._tokenizer.encode(text) for text in texts]
        encodings: list[Encoding] = self._tokenizer.encode_batch(texts)
        return encodings


class _Table:
    """A tokenizer with very many pieces, which are looked up in a file."""

    def __init__(self, folder: Path, limit: int) -> None:
        path = folder / TOKENIZER
        try:
            self._tokenizer = PieceTokenizer(path, folder / PIECES)
            padding = json.loads(path.read_text(encoding="utf-8"))["padding"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamagedError(f"{path}: cannot be read ({error}); {MEND}") from None
        self.pad_id: int = padding["pad_id"] if padding else 0
        self._limit = limit

    def encode(self, texts: list[str]) -> Sequence[Tokens]:
        """Return the tokens of texts."""
        ids = map(self._tokenizer.ids, texts)
        return [_OneText(self._tokenizer.framed(tokens, self._limit)) for tokens in ids]

    def count(self, texts: list[str]) -> list[int]:
        """Return the token counts of texts, special tokens and truncated ones included."""
        special = self._tokenizer.special_tokens
        return [special + len(self._tokenizer.ids(text)) for text in texts]


def _open_tokens(folder: Path, export: Export) -> _Library | _Table:
    if PIECES in export.files:
        return _Table(folder, export.spec.max_tokens)
    return _Library(folder / TOKENIZER)


def padded(
    encodings: Sequence[Tokens], names: Iterable[str], pad_id: int
) -> dict[str, NDArray[np.int64]]:
    """Return the inputs ``names`` of a graph for one batch, each ``(texts, tokens)``."""
    # At least one column: a tokenizer without special tokens has no tokens for an empty text.
    shape = (len(encodings), max(1, *(len(encoding.ids) for encoding in encodings)))
    inputs = {name: np.zeros(shape, dtype=np.int64) for name in names}
    inputs["input_ids"][:] = pad_id
    for row, encoding in enumerate(encodings):
        length = len(encoding.ids)
        inputs["input_ids"][row, :length] = encoding.ids
        inputs["attention_mask"][row, :length] = 1
        if "token_type_ids" in inputs:
            inputs["token_type_ids"][row, :length] = encoding.type_ids
    return inputs


def in_batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield the positions of texts, in batches of at most ``budget`` tokens including padding.

    The longest come first, so that no core is left alone with a long batch at the end.
    """
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def open_session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    """Open an exported graph for running on ``threads`` threads.

    Raises:
        IndexDamagedError: ONNX Runtime cannot load it.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The graph was optimised when it was exported; again would cost time and memory.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.intra_op.spin_duration_us", str(SPIN_MICROSECONDS))
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except _LOAD_ERRORS as error:
        reason = str(error).splitlines()[0]
        raise IndexDamagedError(
            f"{graph}: ONNX Runtime cannot load it ({reason}); {MEND}"
        ) from None
