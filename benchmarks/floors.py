"""What this machine can do at most: bytes read and multiply-adds a second, best of several runs.

    python -m benchmarks.floors

Products are measured with numpy's library and with ONNX Runtime's, which runs the encoder: neither
is the best on every processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

BYTES = 1 << 29
SIDE = 2048
RUNS = 9


def least(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes, the least of several runs."""
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def product(square: NDArray[np.float32]) -> Callable[[], object]:
    """Return what multiplies ``square`` by itself in ONNX Runtime, on all cores."""
    side = list(square.shape)
    made = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["a", "b"], ["product"])],
        "floor",
        [made("a", onnx.TensorProto.FLOAT, side)],
        [made("product", onnx.TensorProto.FLOAT, side)],
        [onnx.numpy_helper.from_array(square, "b")],
    )
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8
    )
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return lambda: session.run(None, {"a": square})


def main() -> None:
    words = np.ones(BYTES // 8, dtype=np.int64)
    square = np.ones((SIDE, SIDE), dtype=np.float32)
    print(f"one core reads {BYTES / least(words.max) / 1e9:.1f} GB/s")
    for name, work in (("numpy", lambda: square @ square), ("ONNX Runtime", product(square))):
        print(f"all cores multiply {2 * SIDE**3 / least(work) / 1e9:.0f} GFLOP/s (fp32, {name})")


if __name__ == "__main__":
    main()
