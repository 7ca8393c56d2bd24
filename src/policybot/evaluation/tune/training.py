"""Fine-tuning with sentence-transformers' own trainer, on a CPU or a GPU."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policybot.encoder.description import describe
from policybot.encoder.source import Source
from policybot.encoder.torch import load_model, no_bars
from policybot.errors import EncoderError
from policybot.evaluation.tune.pairs import Pair
from policybot.progress import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NEED_TUNE = "install what tuning needs: pip install 'policybot[embed,tune]'"

EPOCHS = 1
BATCH = 32
"""Batch size in questions; the passages of each are further negatives for the others."""

LEARNING_RATE = 5e-5
WARM_UP = 0.1
"""Share of the steps over which the learning rate warms up."""

MOST_TOKENS = 96
"""Tokens per text in training; with 128 a step takes two thirds of its time."""

SEED = 20_240_801


def check_installed() -> None:
    """Check that the trainer's packages are installed, before anything is measured.

    Raises:
        EncoderError: a package of the ``embed`` or ``tune`` extra is missing.
    """
    for name in ("sentence_transformers", "accelerate", "datasets"):
        if importlib.util.find_spec(name) is None:
            raise EncoderError(f"{name} is not installed; {NEED_TUNE}")


def train(
    source: Source, pairs: Sequence[Pair], folder: Path, device: str, progress: Progress
) -> None:
    """Fine-tune the model of ``source`` on ``pairs`` and save it in ``folder``.

    The loss is multiple-negatives ranking (Henderson et al., 2017) with one hard negative per pair.
    The same pairs, model and machine give the same weights.

    Raises:
        EncoderError: the model cannot be loaded.
    """
    model = load_model(source, device)
    spec = describe(model, source, "fp32")
    full, limit = model.max_seq_length, min(MOST_TOKENS, spec.max_tokens)
    model.max_seq_length = limit
    prompts = {
        "question": spec.prompt_query,
        "positive": spec.prompt_document,
        "negative": spec.prompt_document,
    }
    scratch = folder.with_name(f"{folder.name}.trainer")
    trainer = _trainer(model, pairs, prompts, scratch, device, progress)
    trainer.train()
    model.max_seq_length = full
    _save(model, folder)


def mix(source: Source, fitted: Path, share: float, folder: Path) -> None:
    """Save in ``folder`` the model of ``source``, moved by ``share`` towards ``fitted``.

    Interpolating each weight keeps most of what was learned and loses little of what was known
    (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022; Xiao et al.,
    "LM-Cocktail", ACL 2024, for text encoders).
    """
    model = load_model(source, "cpu")
    new = load_model(Source(str(fitted), fitted.name, fitted), "cpu").state_dict()
    mixed = {
        name: old.lerp(new[name], share) if old.is_floating_point() else old
        for name, old in model.state_dict().items()
    }
    model.load_state_dict(mixed)
    _save(model, folder)


def _save(model: SentenceTransformer, folder: Path) -> None:
    # No model card: sentence-transformers writes training examples into it, which are questions
    # that people asked.
    with no_bars():
        model.eval().save(str(folder), create_model_card=False)


def _trainer(
    model: SentenceTransformer,
    pairs: Sequence[Pair],
    prompts: dict[str, str],
    folder: Path,
    device: str,
    progress: Progress,
) -> Any:  # noqa: ANN401 (a class made below)
    from datasets import Dataset
    from sentence_transformers import (
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from transformers import PrinterCallback, TrainerCallback

    class Trainer(SentenceTransformerTrainer):
        def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
            """Collect nothing for a model card."""

    class Steps(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ANN401, ARG002
            progress("train", state.global_step, state.max_steps)

    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=BATCH,
        # A text that occurs twice in a batch would be a negative of itself.
        batch_sampler="no_duplicates",
        learning_rate=LEARNING_RATE,
        warmup_steps=WARM_UP,
        prompts=prompts,
        seed=SEED,
        data_seed=SEED,
        use_cpu=device == "cpu",
        dataloader_pin_memory=False,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    columns = {name: [getattr(pair, name) for pair in pairs] for name in prompts}
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(columns),
        loss=MultipleNegativesRankingLoss(model),
        callbacks=[Steps()],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer
