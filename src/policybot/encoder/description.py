"""The description of a loaded model: prompts, pooling, digests; all that determines its vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from policybot.encoder.source import Source
from policybot.encoder.spec import EncoderSpec, Precision
from policybot.encoder.template import TEMPLATE
from policybot.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.model import BaseModel
    from tokenizers import Tokenizer


def describe(model: SentenceTransformer, source: Source, precision: Precision) -> EncoderSpec:
    """Return the specification of ``model`` at ``precision``."""
    modules: list[Any] = list(model)
    pooling = next((m.pooling_mode for m in modules if hasattr(m, "pooling_mode")), "none")
    limit: int = model.get_max_seq_length() or model.tokenizer.model_max_length
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise EncoderError(f"[encoder] model = {source.model!r} does not state its dimension")
    return EncoderSpec(
        name=source.name,
        model=source.model,
        weights=weights_digest(model),
        tokenizer=tokenizer_digest(model),
        modules=tuple(describe_module(module) for module in modules),
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


def _document_prompt(prompts: Mapping[str, str | None]) -> str:
    """Return the prompt for passages, which models store under three names.

    The first non-empty one: every model has ``document``, empty by default.
    """
    return next((prompts[k] or "" for k in ("document", "passage", "corpus") if prompts.get(k)), "")


def describe_module(module: Any) -> str:  # noqa: ANN401
    """Return a module's class and settings."""
    settings = module.get_config_dict() if hasattr(module, "get_config_dict") else {}
    return f"{type(module).__name__} {json.dumps(settings, sort_keys=True, default=str)}"


def weights_digest(model: BaseModel) -> str:
    """Return the SHA-256 of every tensor of ``model`` that affects its output.

    Others (of an unused pooler) may be missing in a checkpoint and are then initialised at random.
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
    """Return the parameters without a gradient, which do not affect the output."""
    import torch

    sentence: Any = "Rivers are to be protected."
    cross = type(model).__name__ == "CrossEncoder"
    features = model.preprocess([(sentence, sentence)] if cross else [sentence])
    learning = [p for p in model.parameters() if p.requires_grad]
    with torch.enable_grad():
        outputs = model(
            {
                name: value.to(model.device) if isinstance(value, torch.Tensor) else value
                for name, value in features.items()
            }
        )
        given = outputs["scores" if "scores" in outputs else "sentence_embedding"]
        gradients = torch.autograd.grad(given.sum(), learning, allow_unused=True)
    unused = {id(p) for p, grad in zip(learning, gradients, strict=True) if grad is None}
    return {name for name, p in model.named_parameters() if id(p) in unused}


def tokenizer_digest(model: BaseModel) -> str:
    """Return the SHA-256 of the tokenizer of ``model``."""
    tokenizer = fast_tokenizer(model)
    if tokenizer is not None:
        text = tokenizer.to_str()
    else:
        text = json.dumps(model.tokenizer.get_vocab(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
