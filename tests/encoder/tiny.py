"""Tiny random sentence-transformers models, saved to a folder as any published one is."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

from policybot.config import Config, EncoderConfig, IndexConfig

DIMENSION = 32
MAX_TOKENS = 24


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
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(seed)
    letters = string.ascii_lowercase + string.digits + ".,:"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    bert = folder.parent / f"{folder.name}-bert"
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=DIMENSION,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.1,
    )
    BertModel(config).save_pretrained(bert)
    BertTokenizer(vocab={word: i for i, word in enumerate(words)}).save_pretrained(bert)
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
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    assert json.loads((folder / "modules.json").read_text())
    return folder


def tiny_config(model: Path, index: Path, **encoder: Any) -> Config:
    """Return a configuration of that model and index."""
    return Config(encoder=EncoderConfig(model=str(model), **encoder), index=IndexConfig(path=index))
