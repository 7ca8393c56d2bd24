"""Tiny random sentence-transformers models, saved to a folder as any published one is."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

from policybot.config import Config, EncoderConfig, IndexConfig

DIMENSION = 32
MAX_TOKENS = 24

_LETTERS = string.ascii_lowercase + string.digits + ".,:"
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_WORDS = [*_SPECIAL, *_LETTERS, *(f"##{c}" for c in _LETTERS)]


def save_tiny_model(
    folder: Path,
    *,
    pooling: str = "mean",
    prompts: dict[str, str] | None = None,
    include_prompt: bool = True,
    dense: bool = False,
    layer_norm: bool = False,
    seed: int = 0,
) -> Path:
    """Save a BERT of two layers that reads letter by letter; return ``folder``."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import LayerNorm, Pooling
    from transformers import BertModel

    torch.manual_seed(seed)
    bert = folder.parent / f"{folder.name}-bert"
    BertModel(_config()).save_pretrained(bert)
    _tokenizer().save_pretrained(bert)
    transformer = Transformer(str(bert))
    transformer.max_seq_length = MAX_TOKENS
    modules: list[Any] = [
        transformer,
        Pooling(DIMENSION, pooling_mode=pooling, include_prompt=include_prompt),
    ]
    if dense:
        modules.append(Dense(DIMENSION, 8))
    if layer_norm:
        modules.append(LayerNorm(DIMENSION))
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(
        str(folder), create_model_card=False
    )
    assert json.loads((folder / "modules.json").read_text())
    return folder


def save_tiny_reranker(folder: Path, *, labels: int = 1, seed: int = 0) -> Path:
    """Save a cross-encoder of two layers that reads letter by letter; return ``folder``."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertForSequenceClassification

    torch.manual_seed(seed)
    bert = folder.parent / f"{folder.name}-bert"
    config = _config(num_labels=labels, initializer_range=0.5)
    BertForSequenceClassification(config).save_pretrained(bert)
    _tokenizer().save_pretrained(bert)
    CrossEncoder(str(bert), device="cpu").save_pretrained(str(folder), create_model_card=False)
    return folder


def _config(**more: Any) -> Any:
    from transformers import BertConfig

    settings = {
        "vocab_size": len(_WORDS),
        "hidden_size": DIMENSION,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 64,
        "initializer_range": 0.1,
    }
    return BertConfig(**{**settings, **more})


def _tokenizer() -> Any:
    from transformers import BertTokenizer

    return BertTokenizer(vocab={word: i for i, word in enumerate(_WORDS)})


def tiny_config(model: Path, index: Path, **encoder: Any) -> Config:
    """Return a configuration of that model and index."""
    return Config(encoder=EncoderConfig(model=str(model), **encoder), index=IndexConfig(path=index))
