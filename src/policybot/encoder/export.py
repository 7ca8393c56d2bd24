"""The model as published, written out once as a graph that ONNX Runtime serves without PyTorch."""

from __future__ import annotations

import contextlib
import os
import shutil
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from policybot.encoder.artifact import (
    GRAPH,
    TOKENIZER,
    WEIGHTS,
    Export,
    Parity,
    describe_file,
    encoders_folder,
    verify_export,
    write_description,
)
from policybot.encoder.languages import PAIRS, probe_languages
from policybot.encoder.onnx import OnnxEncoder
from policybot.encoder.spec import Precision
from policybot.encoder.torch import Source, TorchEncoder, fast_tokenizer
from policybot.errors import EncoderError, IndexDamagedError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.model import BaseModel
    from torch import Tensor
    from torch.nn import Module

MAX_DIFFERENCE = 1e-5
"""Of one component of a vector, between the model and its export at fp32."""

MIN_COSINE = 0.98
"""Mean over the texts of the check, between the model at fp32 and its export at int8."""

COVERED = ("Transformer", "Pooling", "Dense", "Normalize")
"""Modules of sentence-transformers that are tensors in, tensors out."""

OPSET = 17
"""The first with LayerNormalization as one operator."""

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class NotCoveredError(Exception):
    """The export cannot express this model; sentence-transformers serves it. Says why."""


def export_encoder(
    encoder: TorchEncoder,
    source: Source,
    index_path: Path,
    precision: Precision,
    passages: Iterable[str] = (),
) -> Path:
    """Export ``encoder`` unless that is done already, and return the folder it is in.

    The export is written beside its place and moved there only when its vectors agree with the
    model's, on ``passages`` and on texts of every length that ship with policybot.

    Raises:
        EncoderError: the vectors differ by more than :data:`MAX_DIFFERENCE` (fp32), or have a mean
            cosine below :data:`MIN_COSINE` (int8).
        NotCoveredError: the model has a module or a setting the export cannot express.
    """
    spec = replace(encoder.spec, precision=precision)
    folder = encoders_folder(index_path) / spec.fingerprint
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / ".lock"):
        if folder.exists():
            with contextlib.suppress(IndexDamagedError):
                found = verify_export(folder)
                # The same vectors may have been exported under another name or path.
                if (found.spec, found.source) != (spec, source.digest()):
                    write_description(folder, replace(found, spec=spec, source=source.digest()))
                return folder
        _check_covered(encoder.model)
        partial = folder.parent / f".{spec.fingerprint}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            write_tokenizer(encoder.model, encoder.max_tokens, partial / TOKENIZER)
            _write_graph(encoder.model, partial, precision)
            files = {name: describe_file(partial / name) for name in (GRAPH, WEIGHTS, TOKENIZER)}
            # Until the check below, nothing is claimed of it.
            export = Export(spec, (), Parity(0, 0.0, 0.0), files, source.digest())
            write_description(partial, export)
            exported = OnnxEncoder(partial, purpose="indexing")
            parity = compare(encoder, exported, passages)
            languages = probe_languages(exported.encode_documents)
            write_description(partial, replace(export, parity=parity, languages=languages))
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
    """Compare the vectors of the model and its export, and return how far apart they are.

    Raises:
        EncoderError: they are too far apart for the export to be used.
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
    # Written so that a NaN refuses.
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
    """Write the tokenizer of ``model``, which cuts off what is past ``max_tokens``.

    Raises:
        NotCoveredError: it has none that can be written.
    """
    tokenizer = fast_tokenizer(model)
    if tokenizer is None:
        raise NotCoveredError("a tokenizer without tokenizer.json")
    tokenizer.enable_truncation(max_tokens)
    # ONNX Runtime's side pads by itself and reads only the token's number from here.
    pad_id = model.tokenizer.pad_token_id
    tokenizer.enable_padding(pad_id=pad_id or 0, pad_token=model.tokenizer.pad_token or "")
    tokenizer.save(str(path), pretty=False)


def _write_graph(model: SentenceTransformer, folder: Path, precision: Precision) -> None:
    raw = folder / "raw.onnx"
    _trace(model, raw)
    if precision == "int8":
        _quantise(raw)
    optimise(raw, folder)
    raw.unlink()


def _trace(model: SentenceTransformer, path: Path) -> None:
    """Write Transformer, pooling and normalisation as one graph with free batch and length."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = self.model(dict(zip(names, tensors, strict=True)))
            vectors: torch.Tensor = features["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, p=2, dim=-1)

    # Texts of two lengths, so that the branch with padding is the one that is written down.
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


def trace(
    graph: Module,
    example: Mapping[str, Tensor],
    transformer: Any,  # noqa: ANN401
    output: str,
    path: Path,
) -> None:
    """Write ``graph`` with free batch and length, as it runs on ``example``, its named inputs.

    ``transformer`` is the Transformers model in it, whose attention is written out meanwhile.

    Raises:
        NotCoveredError: PyTorch cannot export it.
    """
    import torch
    from torch.jit._trace import TracerWarning

    attention = transformer.config._attn_implementation  # noqa: SLF001 (no public name)
    transformer.set_attn_implementation("eager")
    try:
        with warnings.catch_warnings(), torch.inference_mode():
            # The exporter that builds on torch.export takes six times as long (15 s against 2.7 s)
            # for the same vectors, so the older one is meant; what it warns of, a branch frozen
            # while tracing, is what the comparison of vectors would find.
            for category in (DeprecationWarning, UserWarning, TracerWarning):
                warnings.simplefilter("ignore", category)
            torch.onnx.export(
                graph,
                tuple(example.values()),
                str(path),
                input_names=list(example),
                output_names=[output],
                dynamic_axes={
                    **{name: {0: "texts", 1: "tokens"} for name in example},
                    output: {0: "texts"},
                },
                opset_version=OPSET,
                dynamo=False,
            )
    except (RuntimeError, TypeError, ValueError, torch.onnx.errors.OnnxExporterError) as error:
        reason = next(iter(str(error).strip().splitlines()), repr(error))
        raise NotCoveredError(f"PyTorch cannot export it: {reason}") from None
    finally:
        transformer.set_attn_implementation(attention)


def _quantise(path: Path) -> None:
    """Make the weights of every matrix product int8, with a scale per column; rewrites ``path``.

    QInt8 at full range: measured without VNNI, 7 bits (``reduce_range``) gain no cosine (0.9923
    against 0.9928), and unsigned weights cost a sixth of the speed.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    model = onnx.load(path)
    # Shapes were never unknown; without this mark ONNX Runtime advises on the root logger.
    add_pre_process_metadata(model)
    quantize_dynamic(
        model,
        path,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


def optimise(raw: Path, folder: Path) -> None:
    """Fuse the graph now, and keep its tensors in a file of their own that is mapped when opened.

    Measured against opening the graph as traced: 0.22 s to a first vector instead of 0.45 s, and
    122 MB at the peak instead of 197 MB. The fusions used are those of every CPU.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    external = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{external}_file_name", WEIGHTS)
    options.add_session_config_entry(f"{external}_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])


def flush(path: Path) -> None:
    """Flush a file or a folder's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
