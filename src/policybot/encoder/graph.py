"""Conversion of a PyTorch module into an ONNX graph that runs fast on a CPU."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policybot.encoder.artifact import GRAPH, WEIGHTS

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

OPSET = 17
"""The first opset with LayerNormalization as one operator."""

SLOW = ["SkipLayerNormFusion", "EmbedLayerNormFusion"]
"""An optimisation of ONNX Runtime that is slower on a CPU: the fused sum and normalisation takes 22
microseconds (14 tokens of 384), the two operators 4. Without it, batches take a sixth less time."""

FUSED = ("bert", "camembert", "roberta", "xlm-roberta")
"""Transformers model types whose attention ONNX Runtime recognises in a traced graph."""


class NotCoveredError(Exception):
    """The export cannot express this model, for the reason given; sentence-transformers is used."""


def trace(
    graph: Module,
    example: Mapping[str, Tensor],
    transformer: Any,  # noqa: ANN401
    output: str,
    path: Path,
) -> None:
    """Write ``graph`` with dynamic batch and length, traced on ``example``, its named inputs.

    ``transformer`` is the Transformers model in it, whose attention is traced in its eager form.

    Raises:
        NotCoveredError: PyTorch cannot export it.
    """
    import torch
    from torch.jit._trace import TracerWarning

    attention = transformer.config._attn_implementation  # noqa: SLF001 (no public name)
    transformer.set_attn_implementation("eager")
    try:
        with warnings.catch_warnings(), torch.inference_mode():
            # The exporter based on torch.export takes six times as long (15 s against 2.7 s) for
            # the same vectors, so the older one is used; what it warns of, a branch frozen while
            # tracing, the comparison of vectors would detect.
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


def quantise(path: Path) -> None:
    """Quantise the weights of every matrix product to int8, with a scale per column, in ``path``.

    QInt8 at full range: measured without VNNI, 7 bits (``reduce_range``) gain no cosine (0.9923
    against 0.9928), and unsigned weights cost a sixth of the speed.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    model = onnx.load(path)
    # All shapes are known; without this mark ONNX Runtime logs advice to the root logger.
    add_pre_process_metadata(model)
    quantize_dynamic(
        model,
        path,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )


LARGE_TABLE = 50_000
"""A larger table of word vectors is stored in 8 bits if nothing is lost."""


def pack_table(path: Path, *, always: bool) -> None:
    """Store a large table of word vectors as int8 with one scale per row, in ``path``.

    A text reads few of the rows, and each is scaled when it is read. It is done if no row has more
    than 255 steps already, or ``always``, which changes the vectors of texts by less than 1e-4.
    """
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(path)
    graph = model.graph
    tables = {
        tensor.name: tensor
        for tensor in graph.initializer
        if tensor.data_type == TensorProto.FLOAT
        and len(tensor.dims) == 2
        and tensor.dims[0] > LARGE_TABLE
    }
    for place, node in enumerate(graph.node):
        if node.op_type != "Gather" or node.input[0] not in tables:
            continue
        table = tables[node.input[0]]
        rows = numpy_helper.to_array(table)
        scales = np.abs(rows).max(axis=1, keepdims=True) / np.float32(127)
        scales[scales == 0] = 1
        steps = np.rint(rows / scales)
        if not always and not np.allclose(steps * scales, rows, rtol=0, atol=1e-7):
            continue
        names = {part: f"{table.name}.{part}" for part in ("steps", "scales", "row", "whole")}
        graph.initializer.remove(table)
        graph.initializer.extend(
            [
                numpy_helper.from_array(steps.astype(np.int8), names["steps"]),
                numpy_helper.from_array(scales, names["scales"]),
            ]
        )
        indices, output = node.input[1], node.output[0]
        row, factor = f"{names['row']}.steps", f"{names['row']}.scale"
        graph.node.remove(node)
        for offset, new in enumerate(
            (
                helper.make_node("Gather", [names["steps"], indices], [row]),
                helper.make_node("Cast", [row], [names["whole"]], to=TensorProto.FLOAT),
                helper.make_node("Gather", [names["scales"], indices], [factor]),
                helper.make_node("Mul", [names["whole"], factor], [output]),
            )
        ):
            graph.node.insert(place + offset, new)
        onnx.save(model, path)
        return


def is_fusible(settings: Any) -> bool:  # noqa: ANN401 (PretrainedConfig of any model)
    """Return whether :func:`fuse` supports the Transformers model with this configuration."""
    return settings.model_type in FUSED


def fuse(raw: Path, settings: Any) -> None:  # noqa: ANN401 (as above)
    """Fuse each attention and each normalisation into one operator; rewrites ``raw``.

    ``settings`` is the configuration of the Transformers model in the graph. The result must be
    compared with the model. For all-MiniLM-L6-v2, 96 operators of 312 remain.
    """
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    wanted = FusionOptions("bert")
    wanted.enable_skip_layer_norm = False  # see SLOW
    wanted.enable_bias_skip_layer_norm = False
    wanted.enable_embed_layer_norm = False
    log = logging.getLogger(optimizer.__name__)
    level = log.level
    log.setLevel(logging.ERROR)  # it logs every pattern that it looked for
    try:
        model = optimizer.optimize_model(
            str(raw),
            model_type="bert",
            num_heads=settings.num_attention_heads,
            hidden_size=settings.hidden_size,
            optimization_options=wanted,
            opt_level=1,
        )
    finally:
        log.setLevel(level)
    model.save_model_to_file(str(raw))


def optimise(raw: Path, folder: Path) -> None:
    """Optimise the graph in advance; its tensors go to a separate file that is mapped when opened.

    Measured against opening the graph as traced: 0.22 s to the first vector instead of 0.45 s, and
    122 MB at the peak instead of 197 MB. Only fusions that every CPU supports are used.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    external = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{external}_file_name", WEIGHTS)
    options.add_session_config_entry(f"{external}_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(
        str(raw), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW
    )
