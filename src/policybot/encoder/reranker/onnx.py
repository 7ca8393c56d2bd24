"""An exported re-ranker, run by ONNX Runtime and ``tokenizers`` alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from tokenizers import Tokenizer

from policybot.encoder.artifact import GRAPH, TOKENIZER
from policybot.encoder.onnx import (
    SERVING_THREADS,
    TOKENS_A_BATCH,
    in_batches,
    open_session,
    padded,
)
from policybot.encoder.reranker.reranker import CrossExport, read_cross_export
from policybot.machine import cores


class _Opened(NamedTuple):
    tokenizer: Tokenizer
    pad_id: int
    session: InferenceSession
    inputs: frozenset[str]


class OnnxReranker:
    """An opened export; implements ``Reranker`` of ``reranker.py``. Thread-safe.

    The graph is opened for the first question: most commands ask none.
    """

    def __init__(self, folder: Path) -> None:
        """Check the export in ``folder``.

        Raises:
            IndexDamagedError: a file is missing, truncated or altered.
        """
        self._folder = folder
        self._export: CrossExport = read_cross_export(folder)
        self._opening = threading.Lock()
        self._opened: _Opened | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self._export.spec.name

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it was found to read when it was exported, of ``en`` and ``zh``."""
        return self._export.languages

    @property
    def export(self) -> CrossExport:
        """The contents of ``reranker.json``."""
        return self._export

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a score per text, float32 ``(len(texts),)``, unbounded."""
        opened = self._open()
        result = np.empty(len(texts), dtype=np.float32)
        encodings = opened.tokenizer.encode_batch([(question, text) for text in texts])
        for batch in in_batches([len(encoding.ids) for encoding in encodings], TOKENS_A_BATCH):
            inputs = padded([encodings[i] for i in batch], opened.inputs, opened.pad_id)
            result[batch] = opened.session.run(None, inputs)[0]
        return result

    def _open(self) -> _Opened:
        with self._opening:
            if self._opened is None:
                tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
                padding = tokenizer.padding
                tokenizer.no_padding()
                session = open_session(self._folder / GRAPH, min(cores(), SERVING_THREADS))
                inputs = frozenset(node.name for node in session.get_inputs())
                self._opened = _Opened(
                    tokenizer, padding["pad_id"] if padding else 0, session, inputs
                )
            return self._opened
