"""Export of a published cross-encoder as an ONNX graph, which is served without PyTorch."""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from policybot.encoder.artifact import GRAPH, TOKENIZER, WEIGHTS, describe_file
from policybot.encoder.description import (
    describe_module,
    fast_tokenizer,
    tokenizer_digest,
    weights_digest,
)
from policybot.encoder.export import INPUTS, flush, write_tokenizer
from policybot.encoder.graph import NotCoveredError, optimise, trace
from policybot.encoder.languages import ENOUGH, PAIRS
from policybot.encoder.reranker.onnx import OnnxReranker
from policybot.encoder.reranker.reranker import (
    CrossExport,
    CrossParity,
    CrossSpec,
    read_cross_export,
    rerankers_folder,
    verify_cross_export,
    write_cross_description,
)
from policybot.encoder.source import NEED_EMBED, Source, look_for, reach_hub, warn_if_unpinned
from policybot.encoder.torch import no_bars, quiet
from policybot.errors import EncoderError, IndexDamagedError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from policybot.config import Config

MAX_DIFFERENCE = 1e-4
"""Maximum difference of a score between the model and its export; relative above 1."""

_log = logging.getLogger(__name__)

Score = Callable[[str, Sequence[str]], NDArray[np.float32]]


def export_reranker(config: Config) -> Path | None:
    """Export the configured re-ranker unless it has been exported; return the export's folder.

    The export is written to a temporary folder and moved into place only if its scores agree with
    the model's. Earlier exports under the same name are then removed. None: none is configured.

    Raises:
        EncoderError: there is no such model, it is no re-ranker or cannot be exported, the
            ``embed`` extra is not installed, or the export's scores differ from the model's.
    """
    model = config.search.reranker
    if model is None:
        return None
    source = _find_source(model, config)
    parent = rerankers_folder(config.index.path)
    parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(parent / ".lock"):
            return _find_export(source, parent) or _export(source, parent)
    except BaseException:
        _remove_empty(parent)
        raise


def _export(source: Source, parent: Path) -> Path:
    cross = _load(source)
    spec = _describe(cross, source)
    folder = parent / spec.fingerprint
    if not _renamed(folder, spec, source):
        try:
            _make(cross, CrossExport(spec, (), CrossParity(0, 0.0), {}, source.digest()), folder)
        except NotCoveredError as reason:
            raise EncoderError(
                f"[search] reranker = {source.model!r} cannot be exported ({reason}); name another "
                "cross-encoder, or leave the key out"
            ) from None
    for earlier in parent.glob("[0-9a-f]*"):
        if earlier != folder and _is_of(earlier, source.model):
            shutil.rmtree(earlier)
    return folder


def _remove_empty(parent: Path) -> None:
    """Remove the folder of re-rankers if it contains only its lock."""
    with contextlib.suppress(OSError):
        if {path.name for path in parent.iterdir()} <= {".lock"}:
            shutil.rmtree(parent)


def _find_source(model: str, config: Config) -> Source:
    source = look_for(model, config.file)
    if source is None:
        raise EncoderError(
            f"[search] reranker = {model!r}: no such folder; name a folder that exists or a "
            "cross-encoder of the hub"
        )
    return source


def _find_export(source: Source, parent: Path) -> Path | None:
    """Return the verified export of exactly the files of ``source``, if there is one."""
    digest = source.digest()
    for folder in sorted(parent.glob("[0-9a-f]*")):
        try:
            export = read_cross_export(folder)
            if digest and (export.spec.model, export.source) == (source.model, digest):
                verify_cross_export(folder)
                return folder
        except IndexDamagedError as error:
            _log.warning("%s", error)
    return None


def _is_of(folder: Path, model: str) -> bool:
    with contextlib.suppress(IndexDamagedError):
        return read_cross_export(folder).spec.model == model
    return False


def _renamed(folder: Path, spec: CrossSpec, source: Source) -> bool:
    """Return whether the same model is exported already, and store its current name."""
    if not folder.exists():
        return False
    with contextlib.suppress(IndexDamagedError):
        existing = verify_cross_export(folder)
        if (existing.spec, existing.source) != (spec, source.digest()):
            write_cross_description(folder, replace(existing, spec=spec, source=source.digest()))
        return True
    return False


def _load(source: Source) -> CrossEncoder:
    with quiet():
        try:
            import torch
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise EncoderError(
                f"the re-ranker {source.name} cannot be loaded ({error}); {NEED_EMBED}"
            ) from None

        def load(*, local: bool) -> CrossEncoder:
            cross: CrossEncoder = CrossEncoder(
                str(source.folder or source.name),
                device="cpu",
                revision=source.revision,
                local_files_only=local,
                model_kwargs={"dtype": torch.float32},
            )
            return cross

        try:
            with no_bars():
                try:
                    cross = load(local=True)
                except OSError:
                    if source.folder is not None:
                        raise
                    reach_hub(source.name, "cross-encoder", source.revision)
                    cross = load(local=False)
                warn_if_unpinned(source, "cross-encoder")
                return cross
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError) as error:
            reason = next(iter(str(error).strip().splitlines()), repr(error))
            raise EncoderError(
                f"[search] reranker = {source.model!r} cannot be loaded: {reason}"
            ) from None


def _describe(cross: CrossEncoder, source: Source) -> CrossSpec:
    if cross.num_labels != 1:
        raise EncoderError(
            f"[search] reranker = {source.model!r} gives {cross.num_labels} scores a pair; a "
            "re-ranker gives one: name another cross-encoder"
        )
    limit: int = cross.get_max_seq_length() or cross.tokenizer.model_max_length
    return CrossSpec(
        name=source.name,
        model=source.model,
        weights=weights_digest(cross),
        tokenizer=tokenizer_digest(cross),
        modules=tuple(describe_module(module) for module in cross),
        max_tokens=limit,
    )


def _make(cross: CrossEncoder, export: CrossExport, folder: Path) -> None:
    _check_covered(cross)
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        write_tokenizer(cross, export.spec.max_tokens, partial / TOKENIZER)
        _write_graph(cross, partial)
        files = {name: describe_file(partial / name) for name in (GRAPH, WEIGHTS, TOKENIZER)}
        # Placeholder until the comparison below.
        export = replace(export, files=files)
        write_cross_description(partial, export)
        exported = OnnxReranker(partial)
        parity = compare(cross, exported)
        languages = probe_languages(exported.scores)
        write_cross_description(partial, replace(export, parity=parity, languages=languages))
        for path in (*partial.iterdir(), partial):
            flush(path)
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
        flush(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _check_covered(cross: CrossEncoder) -> None:
    kinds = [type(module).__name__ for module in cross]
    if kinds != ["Transformer"]:
        raise NotCoveredError(f"it is made of {', '.join(kinds)}")
    first: Any = cross[0]
    if set(first.modality_config) != {"text"}:
        raise NotCoveredError("it reads more than text, or text as messages")
    if cross.default_prompt_name:
        raise NotCoveredError("it has a prompt of its own")
    if fast_tokenizer(cross) is None:
        raise NotCoveredError("its tokenizer has no tokenizer.json")
    if "left" in (cross.tokenizer.padding_side, cross.tokenizer.truncation_side):
        raise NotCoveredError("it pads or cuts off on the left")


def _write_graph(cross: CrossEncoder, folder: Path) -> None:
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cross = cross

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            features = self.cross(dict(zip(names, tensors, strict=True)))
            scores: torch.Tensor = features["scores"]
            return scores.squeeze(-1)

    # Pairs of two lengths, so that tracing takes the branch with padding.
    example = cross.preprocess([PAIRS["en"][0], ("Rivers?", "Rivers.")])
    names = [name for name in INPUTS if name in example]
    raw = folder / "raw.onnx"
    inputs = {name: example[name] for name in names}
    trace(Graph().eval(), inputs, cross.model, "scores", raw)
    optimise(raw, folder)
    raw.unlink()


def compare(cross: CrossEncoder, exported: OnnxReranker) -> CrossParity:
    """Compare the scores of the model and its export on pairs of all lengths.

    Raises:
        EncoderError: they differ too much for the export to be used.
    """
    from torch.nn import Identity

    shipped = [text for pairs in PAIRS.values() for pair in pairs for text in pair]
    long = " ".join(shipped) * (1 + exported.export.spec.max_tokens // 500)
    texts = ["", *shipped, long]
    farthest = 0.0
    for question in (shipped[0], shipped[-1], "", long):
        ours = exported.scores(question, texts)
        theirs = np.asarray(
            cross.predict(
                [(question, text) for text in texts],
                activation_fn=Identity(),
                show_progress_bar=False,
            )
        )
        apart = np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))
        farthest = max(farthest, float(apart.max()))
        # Negated so that NaN is refused.
        if not farthest <= MAX_DIFFERENCE or not np.isfinite(ours).all():
            raise EncoderError(
                f"the export of {exported.name} does not give the model's scores (largest "
                f"difference {farthest:.1e}); it was not kept: choose another [search] reranker"
            )
    return CrossParity(4 * len(texts), farthest)


def probe_languages(scores: Score) -> tuple[str, ...]:
    """Return the languages in which the paraphrase gets the highest score."""
    read: list[str] = []
    for language, pairs in PAIRS.items():
        texts = [second for _, second in pairs]
        best = [int(scores(first, texts).argmax()) for first, _ in pairs]
        if np.mean(np.equal(best, range(len(pairs)))) >= ENOUGH:
            read.append(language)
    return tuple(read)
