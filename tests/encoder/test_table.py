"""A large table of word vectors is kept at 8 bits where nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from policybot.encoder.graph import LARGE_TABLE, pack_table
from policybot.encoder.multilingual import to_rows_of_bytes

ROWS = np.random.default_rng(3).normal(size=(LARGE_TABLE + 1, 8)).astype(np.float32)
ASKED = np.array([[0, 7, LARGE_TABLE]], dtype=np.int64)


def graph_of(table: NDArray[np.float32], path: Path) -> Path:
    """Write a graph that looks rows up in a table and adds 1."""
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("Add", ["rows", "one"], ["out"]),
    ]
    tensors = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.ones(1, np.float32), "one"),
    ]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, 3])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 3, 8])
    graph = helper.make_graph(nodes, "lookup", [ids], [out], tensors)
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)
    return path


def run(path: Path) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rows: NDArray[np.float32] = session.run(None, {"ids": ASKED})[0]
    return rows


def test_a_table_of_255_steps_a_row_takes_a_quarter_and_gives_the_same(tmp_path: Path) -> None:
    table = to_rows_of_bytes(ROWS)
    path = graph_of(table, tmp_path / "graph.onnx")
    size, before = path.stat().st_size, run(path)
    pack_table(path, always=False)
    assert path.stat().st_size < size * 0.4
    np.testing.assert_array_equal(run(path), before)


@pytest.mark.parametrize(("always", "packed"), [(False, False), (True, True)])
def test_any_other_table_is_packed_only_where_vectors_are_quantised(
    tmp_path: Path, always: bool, packed: bool
) -> None:
    path = graph_of(ROWS, tmp_path / "graph.onnx")
    size, before = path.stat().st_size, run(path)
    pack_table(path, always=always)
    assert (path.stat().st_size < size) is packed
    np.testing.assert_allclose(run(path), before, atol=0.02)


def test_a_small_table_stays_as_it_is(tmp_path: Path) -> None:
    path = graph_of(to_rows_of_bytes(ROWS[:LARGE_TABLE]), tmp_path / "graph.onnx")
    before = path.read_bytes()
    pack_table(path, always=True)
    assert path.read_bytes() == before
