"""Export of a published model as an ONNX graph, which is served without PyTorch."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from policybot.encoder.artifact import (
    GRAPH,
    PIECES,
    TOKENIZER,
    WEIGHTS,
    Export,
    Parity,
    describe_file,
    encoders_folder,
    verify_export,
    write_description,
)
from policybot.encoder.description import fast_tokenizer
from policybot.encoder.graph import (
    NotCoveredError,
    fuse,
    is_fusible,
    optimise,
    pack_table,
    quantise,
    trace,
)
from policybot.encoder.languages import PAIRS, probe_languages
from policybot.encoder.levelling import measure_scale
from policybot.encoder.onnx import OnnxEncoder
from policybot.encoder.pieces import split_tokenizer
from policybot.encoder.source import Source
from policybot.encoder.spec import Precision
from policybot.encoder.torch import TorchEncoder
from policybot.errors import EncoderError, IndexDamagedError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.model import BaseModel

MAX_DIFFERENCE = 1e-5
"""Maximum difference of a vector's component between the model and its fp32 export."""

MIN_COSINE = 0.98
"""Minimum mean cosine between the model at fp32 and its int8 export, over the check's texts."""

COVERED = ("Transformer", "Pooling", "Dense", "Normalize")
"""Modules of sentence-transformers that map tensors to tensors."""

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def export_encoder(
    encoder: TorchEncoder,
    source: Source,
    index_path: Path,
    precision: Precision,
    passages: Iterable[str] = (),
) -> Path:
    """Export ``encoder`` unless it has been exported, and return the export's folder.

    The export is written to a temporary folder and moved into place only if its vectors agree with
    the model's, on ``passages`` and on texts of all lengths that ship with policybot.

    Raises:
        EncoderError: the vectors differ by more than :data:`MAX_DIFFERENCE` (fp32), or have a mean
            cosine below :data:`MIN_COSINE` (int8).
        NotCoveredError: the export cannot express a module or setting of the model.
    """
    spec = replace(encoder.spec, precision=precision)
    folder = encoders_folder(index_path) / spec.fingerprint
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / ".lock"):
        if folder.exists():
            with contextlib.suppress(IndexDamagedError):
                existing = verify_export(folder)
                # The same vectors may have been exported under another name or path.
                if (existing.spec, existing.source) != (spec, source.digest()):
                    write_description(folder, replace(existing, spec=spec, source=source.digest()))
                return folder
        _check_covered(encoder.model)
        partial = folder.parent / f".{spec.fingerprint}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            write_tokenizer(encoder.model, encoder.max_tokens, partial / TOKENIZER)
            _split_pieces(partial)
            # Placeholder until the comparison below.
            export = Export(spec, (), Parity(0, 0.0, 0.0), {}, source.digest())
            known = list(passages)
            fusing = precision == "fp32" and is_fusible(_settings(encoder.model))
            try:
                exported, parity = _write_checked(encoder, partial, export, known, fusing=fusing)
            except EncoderError:
                if not fusing:
                    raise
                exported, parity = _write_checked(encoder, partial, export, known, fusing=False)
            export = exported.export
            languages = probe_languages(exported.encode_documents)
            scale = measure_scale(
                exported.encode_queries, exported.encode_documents, next(iter(languages), "en")
            )
            write_description(
                partial, replace(export, parity=parity, languages=languages, scale=scale)
            )
            for path in (*partial.iterdir(), partial):
                flush(path)
            if folder.exists():
                shutil.rmtree(folder)
            partial.rename(folder)
            flush(folder.parent)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return folder


def compare(encoder: TorchEncoder, exported: OnnxEncoder, passages: Iterable[str] = ()) -> Parity:
    """Return how much the vectors of the model and its export differ.

    Raises:
        EncoderError: they differ too much for the export to be used.
    """
    shipped = [text for pairs in PAIRS.values() for pair in pairs for text in pair]
    long = " ".join(shipped) + " "
    texts = ["", *shipped, long[:700], long * (1 + exported.max_tokens // 500), *passages]
    ours, theirs = exported.encode_documents(texts), encoder.encode_documents(texts)
    if exported.export.spec.prompt_query != exported.export.spec.prompt_document:
        ours = np.concatenate([ours, exported.encode_queries(texts)])
        theirs = np.concatenate([theirs, encoder.encode_queries(texts)])
    parity = Parity(
        texts=len(texts),
        max_difference=float(np.abs(ours - theirs).max()),
        mean_cosine=float((ours * theirs).sum(axis=1).mean()),
    )
    # Negated so that NaN is refused.
    if exported.export.spec.precision == "fp32":
        agrees = parity.max_difference <= MAX_DIFFERENCE
    else:
        agrees = parity.mean_cosine >= MIN_COSINE
    if not agrees:
        raise EncoderError(
            f"the {exported.export.spec.precision} export of {encoder.name} does not give the "
            f"model's vectors (largest difference {parity.max_difference:.1e}, mean cosine "
            f"{parity.mean_cosine:.4f}); it was not kept: choose another [encoder] model or "
            "precision"
        )
    return parity


def _check_covered(model: SentenceTransformer) -> None:
    for module in model:
        if type(module).__name__ not in COVERED:
            raise NotCoveredError(f"module {type(module).__name__}")
        if not getattr(module, "include_prompt", True):
            raise NotCoveredError("pooling that leaves out the prompt")
    first: Any = model[0]
    if type(first).__name__ != "Transformer" or set(first.modality_config) != {"text"}:
        raise NotCoveredError("a first module that is not a text Transformer")
    if any(getattr(first, key, None) for key in ("query_expansion", "processing_kwargs")) or any(
        getattr(first, key, None) is not None for key in ("query_length", "document_length")
    ):
        raise NotCoveredError("settings of its own for the tokens of a question or a document")
    tokenizer = model.tokenizer
    if fast_tokenizer(model) is None:
        raise NotCoveredError("a tokenizer without tokenizer.json")
    if "left" in (tokenizer.padding_side, tokenizer.truncation_side):
        raise NotCoveredError("padding or truncation on the left")


def write_tokenizer(model: BaseModel, max_tokens: int, path: Path) -> None:
    """Write the tokenizer of ``model``, truncating at ``max_tokens``.

    Raises:
        NotCoveredError: it has none that can be written.
    """
    tokenizer = fast_tokenizer(model)
    if tokenizer is None:
        raise NotCoveredError("a tokenizer without tokenizer.json")
    tokenizer.enable_truncation(max_tokens)
    # The serving side pads by itself, and reads only the id of the padding token from here.
    pad_id = model.tokenizer.pad_token_id
    tokenizer.enable_padding(pad_id=pad_id or 0, pad_token=model.tokenizer.pad_token or "")
    tokenizer.save(str(path), pretty=False)


def _split_pieces(folder: Path) -> None:
    """Move the pieces of a very large tokenizer into a file of their own.

    The comparison of vectors checks that the tokens stay the same.
    """
    from tokenizers import Tokenizer

    split = split_tokenizer(Tokenizer.from_file(str(folder / TOKENIZER)))
    if split:
        rules, table = split
        (folder / TOKENIZER).write_text(rules, encoding="utf-8")
        np.save(folder / PIECES, table)


def _write_checked(
    encoder: TorchEncoder, folder: Path, export: Export, passages: Iterable[str], *, fusing: bool
) -> tuple[OnnxEncoder, Parity]:
    """Write the graph and its description into ``folder``, and compare it with the model.

    Raises:
        EncoderError: the vectors differ too much.
    """
    raw = folder / "raw.onnx"
    _trace(encoder.model, raw)
    pack_table(raw, always=export.spec.precision == "int8")
    if export.spec.precision == "int8":
        quantise(raw)
    elif fusing:
        fuse(raw, _settings(encoder.model))
    optimise(raw, folder)
    raw.unlink()
    names = [GRAPH, WEIGHTS, TOKENIZER, *([PIECES] if (folder / PIECES).exists() else [])]
    files = {name: describe_file(folder / name) for name in names}
    write_description(folder, replace(export, files=files))
    exported = OnnxEncoder(folder, purpose="indexing")
    return exported, compare(encoder, exported, passages)


def _settings(model: SentenceTransformer) -> Any:  # noqa: ANN401 (PretrainedConfig of any model)
    transformer: Any = model[0]
    return transformer.auto_model.config


def _trace(model: SentenceTransformer, path: Path) -> None:
    """Write Transformer, pooling and normalisation as one graph with dynamic batch and length."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = self.model(dict(zip(names, tensors, strict=True)))
            vectors: torch.Tensor = features["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, p=2, dim=-1)

    # Texts of two lengths, so that tracing takes the branch with padding.
    example = model.preprocess([PAIRS["en"][0][0], "Rivers."])
    names = [name for name in INPUTS if name in example]
    transformer: Any = model[0]
    device = model.device
    try:
        trace(
            Graph().cpu().eval(),
            {name: example[name].cpu() for name in names},
            transformer.auto_model,
            "vectors",
            path,
        )
    finally:
        model.to(device)


def flush(path: Path) -> None:
    """Flush a file, or a folder's entries, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
