from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from policybot.config import Config, IndexConfig
from policybot.encoder import export, open_for_indexing, open_for_serving
from policybot.encoder.artifact import GRAPH, encoders_folder, read_export
from policybot.encoder.onnx import OnnxEncoder
from policybot.encoder.torch import TorchEncoder
from policybot.errors import EncoderError
from tests.encoder.tiny import MAX_TOKENS, save_tiny_model, tiny_config

TEXTS = [
    "Which ministry issued the plan for the Internet of Things?",
    "",
    "Smart cities.",
    "A special fund of 500 million yuan supports research on sensors. " * 30,
    "物联网发展规划",
    "Pilots begin in ninety cities, and a second list follows in August 2013.",
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A tiny model, exported at both precisions, for reading only."""
    folder = tmp_path_factory.mktemp("tiny")
    config = tiny_config(save_tiny_model(folder / "tiny"), folder / "index")
    for one in (config, at_int8(config)):
        open_for_indexing(one)
    return config


def at_int8(config: Config) -> Config:
    return replace(config, encoder=replace(config.encoder, precision="int8"))


def test_the_export_of_the_bundled_model_gives_its_vectors(
    published: TorchEncoder, exported: OnnxEncoder
) -> None:
    assert exported.export.parity.max_difference <= 1e-5
    np.testing.assert_allclose(
        exported.encode_documents(TEXTS), published.encode_documents(TEXTS), atol=1e-5
    )
    np.testing.assert_allclose(
        exported.encode_queries(TEXTS), published.encode_queries(TEXTS), atol=1e-5
    )


def test_the_model_and_its_fp32_export_share_a_fingerprint(
    published: TorchEncoder, exported: OnnxEncoder
) -> None:
    assert exported.fingerprint == published.fingerprint


def test_the_bundled_model_reads_english_and_not_chinese(
    published: TorchEncoder, exported: OnnxEncoder
) -> None:
    assert exported.languages == published.languages == ("en",)


def test_the_bundled_export_says_what_it_is(exported: OnnxEncoder) -> None:
    assert (exported.name, exported.dimension, exported.max_tokens) == (
        "all-MiniLM-L6-v2",
        384,
        256,
    )


def test_vectors_are_float32_rows_of_length_one(exported: OnnxEncoder) -> None:
    vectors = exported.encode_documents(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_rows(exported: OnnxEncoder, published: TorchEncoder) -> None:
    assert exported.encode_documents([]).shape == published.encode_documents([]).shape == (0, 384)
    assert exported.count_tokens([]) == published.count_tokens([]) == []


def test_a_text_alone_and_among_others_has_the_same_vector(exported: OnnxEncoder) -> None:
    texts = [*TEXTS, *(f"{text} {i}" for i in range(3) for text in TEXTS)]
    alone = np.concatenate([exported.encode_documents([text]) for text in texts])
    np.testing.assert_allclose(exported.encode_documents(texts), alone, atol=1e-5)


def test_tokens_are_counted_past_the_limit_as_the_model_counts_them(
    exported: OnnxEncoder, published: TorchEncoder
) -> None:
    counts = exported.count_tokens(TEXTS)
    assert counts == published.count_tokens(TEXTS)
    assert max(counts) > exported.max_tokens


def test_a_model_that_is_exported_already_is_not_loaded_again(
    exported_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policybot.encoder.torch.load_model", None)
    config = Config(index=IndexConfig(path=exported_folder.parent.parent))
    assert open_for_indexing(config).fingerprint == exported_folder.name


def test_an_export_that_differs_from_the_model_is_refused_and_not_kept(
    tiny: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MAX_DIFFERENCE", 0.0)
    config = replace(tiny, index=IndexConfig(path=tmp_path))
    with pytest.raises(EncoderError, match="does not give the model's vectors"):
        open_for_indexing(config)
    assert [path.name for path in encoders_folder(config.index.path).iterdir()] == [".lock"]


def _operators(folder: Path) -> set[str]:
    import onnx

    graph = onnx.load(folder / GRAPH, load_external_data=False).graph
    return {node.op_type for node in graph.node}


def test_attention_is_one_operator_in_the_export(exported_folder: Path) -> None:
    operators = _operators(exported_folder)
    assert {"Attention", "LayerNormalization"} <= operators
    assert not any("Skip" in operator for operator in operators)  # see graph.SLOW


def test_a_fused_graph_that_differs_gives_way_to_the_plain_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(raw: Path, settings: Any) -> None:
        import onnx

        graph = onnx.load(raw)
        for tensor in graph.graph.initializer:
            if "word_embeddings" in tensor.name:
                tensor.raw_data = bytes(len(tensor.raw_data))
        onnx.save(graph, raw)

    monkeypatch.setattr(export, "fuse", spoil)
    config = tiny_config(save_tiny_model(tmp_path / "tiny"), tmp_path / "index")
    opened = open_for_indexing(config)
    assert isinstance(opened, OnnxEncoder)
    assert opened.export.parity.max_difference <= 1e-5
    folder = encoders_folder(config.index.path) / opened.fingerprint
    assert "Attention" not in _operators(folder)


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"pooling": "cls"},
        {"pooling": "max"},
        {"dense": True},
        {"prompts": {"query": "query: ", "document": "passage: "}},
    ],
    ids=["mean", "cls", "max", "dense", "prompts"],
)
def test_the_export_covers(made: dict[str, Any], tmp_path: Path) -> None:
    config = tiny_config(save_tiny_model(tmp_path / "tiny", **made), tmp_path / "index")
    encoder = open_for_indexing(config)
    assert isinstance(encoder, OnnxEncoder)
    shutil.rmtree(encoders_folder(config.index.path))
    published = open_for_serving(config, encoder.fingerprint)
    assert isinstance(published, TorchEncoder)
    for ours, theirs in (
        (encoder.encode_documents(TEXTS), published.encode_documents(TEXTS)),
        (encoder.encode_queries(TEXTS), published.encode_queries(TEXTS)),
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert encoder.count_tokens(TEXTS) == published.count_tokens(TEXTS)
    assert encoder.max_tokens == MAX_TOKENS


def test_prompts_make_a_question_differ_from_a_passage(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "tiny", prompts={"query": "query: "})
    encoder = open_for_indexing(tiny_config(folder, tmp_path / "index"))
    question, passage = encoder.encode_queries(["sensor"]), encoder.encode_documents(["sensor"])
    assert np.abs(question - passage).max() > 1e-3
    np.testing.assert_allclose(encoder.encode_documents(["query: sensor"]), question, atol=1e-5)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"layer_norm": True}, "module LayerNorm"),
        (
            {"include_prompt": False, "prompts": {"query": "query: "}},
            "pooling that leaves out the prompt",
        ),
    ],
    ids=["another module", "prompt left out"],
)
def test_a_model_the_export_does_not_cover_is_served_by_sentence_transformers_and_one_line_says_so(
    made: dict[str, Any], reason: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = tiny_config(save_tiny_model(tmp_path / "tiny", **made), tmp_path / "index")
    with caplog.at_level(logging.WARNING, "policybot"):
        encoder = open_for_indexing(config)
    assert isinstance(encoder, TorchEncoder)
    (line,) = (r.getMessage() for r in caplog.records if r.name.startswith("policybot"))
    assert "tiny is served by sentence-transformers" in line
    assert reason in line
    assert open_for_serving(config, encoder.fingerprint).fingerprint == encoder.fingerprint


def test_the_same_model_in_another_folder_has_the_same_fingerprint(
    tiny: Config, tmp_path: Path
) -> None:
    shutil.copytree(tiny.index.path, tmp_path / "index")
    shutil.copytree(str(tiny.encoder.model), tmp_path / "two")
    first = open_for_indexing(replace(tiny, index=IndexConfig(path=tmp_path / "index")))
    second = open_for_indexing(tiny_config(tmp_path / "two", tmp_path / "index"))
    assert second.fingerprint == first.fingerprint
    folder = encoders_folder(tmp_path / "index") / first.fingerprint
    assert read_export(folder).spec.name == "two"


def test_other_weights_have_another_fingerprint(tiny: Config, tmp_path: Path) -> None:
    other = open_for_indexing(tiny_config(save_tiny_model(tmp_path / "two", seed=2), tmp_path))
    assert open_for_indexing(tiny).fingerprint != other.fingerprint


def test_int8_is_an_encoder_of_its_own_that_stays_near_fp32(tiny: Config) -> None:
    full, small = open_for_indexing(tiny), open_for_indexing(at_int8(tiny))
    assert small.fingerprint != full.fingerprint
    cosines = (small.encode_documents(TEXTS) * full.encode_documents(TEXTS)).sum(axis=1)
    assert cosines.mean() >= 0.98
    assert np.abs(small.encode_documents(TEXTS) - full.encode_documents(TEXTS)).max() > 0


def test_at_int8_too_a_text_alone_and_among_others_has_the_same_vector(tiny: Config) -> None:
    encoder = open_for_indexing(at_int8(tiny))
    alone = np.concatenate([encoder.encode_documents([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode_documents(TEXTS), alone, atol=1e-5)
