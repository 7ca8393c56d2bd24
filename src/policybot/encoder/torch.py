"""A published encoder, run by sentence-transformers, with which an index is first built."""

from __future__ import annotations

import contextlib
import copy
import logging
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from policybot.encoder import multilingual
from policybot.encoder.description import describe
from policybot.encoder.languages import probe_languages
from policybot.encoder.levelling import (
    LEVELLED,
    Levelling,
    Scale,
    is_gathered,
    measure_levelling,
    measure_scale,
)
from policybot.encoder.source import NEED_EMBED, Source, reach_hub, warn_if_unpinned
from policybot.encoder.template import as_read
from policybot.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


CPU_BATCH = 8
GPU_BATCH = 256
"""Texts per run: a CPU gains nothing from more and pays for their padding."""


_log = logging.getLogger(__name__)


class TorchEncoder:
    """A loaded sentence-transformers model; implements ``policybot.encoder.Encoder``. Thread-safe.

    A Hugging Face tokenizer keeps the truncation and padding of its last call, so one thread
    encodes at a time, and tokens are counted with a copy.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        source: Source,
        languages: tuple[str, ...] | None = None,
    ) -> None:
        """Wrap a model that :func:`load_model` loaded from ``source``.

        ``languages`` are those it was found to read, if it was probed before. A model whose
        unrelated vectors are close gets one more linear module, its levelling.
        """
        self.model = model
        self.spec = describe(model, source, "fp32")
        self._languages = languages
        self._scale: Scale | None = None
        self._encoding, self._counting = threading.Lock(), threading.Lock()
        self._counter: Any = copy.deepcopy(model.tokenizer)
        if is_gathered(self.encode_documents):
            _level(model, measure_levelling(self.encode_queries, self.encode_documents))
            self.spec = replace(self.spec, levelled=LEVELLED)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.spec.name

    @property
    def fingerprint(self) -> str:
        """16 lowercase hex digits; vectors with different fingerprints must not be compared."""
        return self.spec.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self.spec.dimension

    @property
    def max_tokens(self) -> int:
        """Maximum tokens of a text, special tokens included."""
        return self.spec.max_tokens

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the model is found to read; probed on first use."""
        if self._languages is None:
            self._languages = probe_languages(self.encode_documents)
        return self._languages

    @property
    def scale(self) -> Scale:
        """The scaling of its cosines to the common scale; measured on first use."""
        if self._scale is None:
            language = next(iter(self.languages), "en")
            self._scale = measure_scale(self.encode_queries, self.encode_documents, language)
        return self._scale

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        return self._rows(self.model.encode_document, self.spec.prompt_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        return self._rows(self.model.encode_query, self.spec.prompt_query, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each document, special tokens included, untruncated."""
        if not texts:
            return []
        read = as_read(self.spec.prompt_document, texts)
        with self._counting:
            ids = self._counter(read, truncation=False, padding=False, verbose=False)
        return [len(tokens) for tokens in ids["input_ids"]]

    def _rows(
        self,
        encode: Any,  # noqa: ANN401
        prompt: str,
        texts: Sequence[str],
    ) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        size = CPU_BATCH if self.model.device.type == "cpu" else GPU_BATCH
        with self._encoding:
            rows = encode(
                as_read("", texts),
                prompt=prompt,
                batch_size=size,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(rows, dtype=np.float32)


def load_model(source: Source, device: str) -> SentenceTransformer:
    """Load a model at fp32 onto ``device`` (``cpu``, ``cuda``, …, or ``auto`` for the best one).

    The network is never used for a folder; for a hub name it is if that is not in the local cache.

    Raises:
        EncoderError: sentence-transformers is not installed, PyTorch cannot use the device here, or
            the model cannot be loaded.
    """
    with quiet():
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderError(
                f"the model {source.name} cannot be loaded ({error}); {NEED_EMBED}"
            ) from None

        _check_device(device)

        packed = source.model == multilingual.MULTILINGUAL
        name = multilingual.HUB if packed else source.name

        def load(place: str, *, local: bool) -> SentenceTransformer:
            return SentenceTransformer(
                place,
                device=None if device == "auto" else device,
                revision=source.revision,
                local_files_only=local,
                prompts=multilingual.PROMPTS if packed else None,
                model_kwargs={"dtype": torch.float32},
            ).eval()

        try:
            with no_bars(), tempfile.TemporaryDirectory(prefix="policybot-model-") as scratch:
                if source.folder is not None and packed:
                    multilingual.unpack(source.folder / multilingual.FILE, Path(scratch))
                    return load(scratch, local=True)
                if source.folder is not None:
                    return load(str(source.folder), local=True)
                try:
                    model = load(name, local=True)
                except OSError:
                    reach_hub(name, "sentence-transformers", source.revision)
                    model = load(name, local=False)
                warn_if_unpinned(source, "sentence-transformers")
                return model
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError) as error:
            reason = next(iter(str(error).strip().splitlines()), repr(error))
            cure = f"; or: {multilingual.NEED_MULTILINGUAL}" if packed else ""
            raise EncoderError(
                f"[encoder] model = {source.model!r} cannot be loaded: {reason}{cure}"
            ) from None


def _check_device(device: str) -> None:
    import torch

    if device == "auto":
        return
    try:
        torch.empty(1, device=device)
    except (AssertionError, RuntimeError, NotImplementedError, ImportError) as error:
        # The rest of the message lists PyTorch's own backends.
        reason = next(iter(str(error).strip().splitlines()), repr(error)).partition(". ")[0]
        raise EncoderError(
            f"device {device!r}: PyTorch cannot use it here ({reason}); name cpu, cuda, mps or "
            "auto under [encoder] device or with --device"
        ) from None


def _level(model: SentenceTransformer, levelling: Levelling) -> None:
    """Append the linear module to a model whose vectors have length 1."""
    import torch
    from sentence_transformers.base.modules import Dense, Normalize

    size = len(levelling.mean)
    dense = Dense(size, size, bias=True, activation_function=torch.nn.Identity())
    with torch.no_grad():
        dense.linear.weight.copy_(torch.from_numpy(levelling.matrix.T.copy()))
        dense.linear.bias.copy_(torch.from_numpy(-levelling.mean @ levelling.matrix))
    for module in (Normalize(), dense.to(model.device).eval(), Normalize()):
        model.append(module)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Suppress what libraries print while loading a model: advice and deprecations not ours."""
    names = ("transformers", "sentence_transformers", "huggingface_hub", "torch")
    libraries = [logging.getLogger(name) for name in names]
    levels = [library.level for library in libraries]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            for library in libraries:
                library.setLevel(logging.ERROR)
            yield
    finally:
        for library, level in zip(libraries, levels, strict=True):
            library.setLevel(level)


@contextlib.contextmanager
def no_bars() -> Iterator[None]:
    """Suppress transformers' own progress bars."""
    from transformers.utils import logging as transformers_logging

    bars: Any = transformers_logging

    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
