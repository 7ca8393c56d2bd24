"""Fine-tuning of the configured encoder on questions with known answers, adopted only if it helps.

Half of the questions are used for training, half are held out. The tuned encoder replaces nothing:
it is a folder of its own that a person may configure; if it does not help, only a report is left.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from policybot.corpus.files.write import write_atomically
from policybot.encoder import open_for_indexing
from policybot.encoder.source import find_source
from policybot.errors import ConfigError, IndexMismatchError
from policybot.evaluation.compare import Comparison, compare
from policybot.evaluation.dataset import DATASETS, Dataset, Opened
from policybot.evaluation.tune.judge import guard_objections, held_out_objections
from policybot.evaluation.tune.material import (
    Material,
    Measured,
    measure_on,
    open_present,
    open_trial,
)
from policybot.evaluation.tune.outcome import Guarded, HeldOut, Outcome, Questions, report_of
from policybot.evaluation.tune.pairs import Pair, mine
from policybot.evaluation.tune.split import split_questions
from policybot.evaluation.tune.training import check_installed, mix, train
from policybot.progress import Progress

if TYPE_CHECKING:
    from policybot.config import Config

__all__ = ["Outcome", "default_folder", "report_of", "tune"]

LEAST = 20
"""Minimum number of questions; fewer say too little, however they are split."""

SHARES = (0.5, 0.35, 0.25, 0.15)
"""Shares of the trained weights, the rest being the original ones: the first at which no guard
falls is taken."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Present:
    """Measurements of the present encoder, before any training."""

    fingerprint: str
    digest: str
    pairs: Sequence[Pair]
    held_out: Measured
    guards: Mapping[str, Measured]


def default_folder(config: Config) -> Path:
    """Return a new folder below the index path, named after the configured encoder and the time."""
    name = find_source(config).name.rpartition("/")[2]
    return config.index.path / "tuned" / f"{name}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"


def tune(
    config: Config,
    material: Material,
    guards: Sequence[Material],
    folder: Path,
    progress: Progress,
) -> Outcome:
    """Fine-tune the configured encoder and keep it in ``folder`` if it helps.

    The share of the trained weights is the largest of :data:`SHARES` at which no guard falls; the
    held-out questions are only measured with that one, and choose nothing.

    The report is written in either case, next to ``folder``. The configuration, the live index and
    its encoder are not touched; if interrupted, nothing of the tuned encoder is left. Embeddings of
    collections by the present encoder stay where ``policybot eval --dataset`` keeps them.

    Raises:
        ConfigError: there are too few questions, or ``folder`` exists already or cannot be created.
        EncoderError: a package is missing, or the model cannot be loaded.
        IndexUnusableError: there is no live index, or it does not fit the configuration.
    """
    check_installed()
    if folder.exists():
        raise ConfigError(f"{folder}: exists already; name another folder, or remove it")
    if len(material.questions) < LEAST:
        raise ConfigError(
            f"{material.name}: {len(material.questions)} questions that a policy answers, "
            f"{material.passed_over} others; at least {LEAST} are needed, half to train on and "
            "half to measure"
        )
    places, held = split_questions([text for _, text in material.questions])
    learned, held_out = material.part(places), material.part(held)
    with _workshop(folder) as work:
        present = _measure_present(config, learned, held_out, guards, progress)
        began = time.monotonic()
        device, scoped = config.encoder.device, _named("tuning", progress)
        train(find_source(config), present.pairs, work / "fitted", device, scoped)
        seconds = time.monotonic() - began
        trial, tried = _choose(config, work, folder.name, guards, present, progress)
        against = guard_objections(list(tried.values())[-1])
        measured = None
        if not against:
            measured = _measure_held_out(trial, held_out, present, progress)
            against = held_out_objections(measured.whole)
        outcome = Outcome(
            questions=Questions(
                material.name,
                len(places),
                len(held),
                material.passed_over,
                len(present.pairs),
            ),
            before=present.fingerprint,
            after=open_for_indexing(trial).fingerprint,
            guards=tried,
            held_out=measured,
            objections=tuple(against),
            seconds=seconds,
        )
        if outcome.adopted:
            _keep(trial, [material, *guards], folder, config)
    report = json.dumps(outcome.to_dict(), ensure_ascii=False, indent=1) + "\n"
    write_atomically(report_of(folder), report.encode("utf-8"))
    return outcome


def _measure_present(
    config: Config,
    learned: Material,
    held_out: Material,
    guards: Sequence[Material],
    progress: Progress,
) -> _Present:
    scoped = _named("present", progress)
    with _opened(open_present(learned, config, scoped)) as opened:
        pairs = mine(learned, opened, _named("training pairs", progress))
        if not pairs:
            raise ConfigError(
                f"{learned.name}: no question leaves the encoder anything to read; dates and "
                "issuers are filters, and cannot be learned"
            )
        before = measure_on(held_out, opened, scoped)
        fingerprint, digest = opened.encoder.fingerprint, _digest(opened)
    guarded: dict[str, Measured] = {}
    for guard in guards:
        scoped = _named(f"{guard.name} at present", progress)
        with _opened(open_present(guard, config, scoped)) as opened:
            guarded[guard.name] = measure_on(guard, opened, scoped)
    return _Present(fingerprint, digest, pairs, before, guarded)


def _choose(
    config: Config,
    work: Path,
    name: str,
    guards: Sequence[Material],
    present: _Present,
    progress: Progress,
) -> tuple[Config, dict[float, Guarded]]:
    """Return the configuration of the first share at which no guard falls, else of the last.

    With it, return the guards' comparisons for every share that was tried.
    """
    tried: dict[float, Guarded] = {}
    trial = config
    for share in SHARES:
        # The index stores its encoder's name, the folder's: with this name embeddings can be kept.
        model = work / str(share) / name
        mix(find_source(config), work / "fitted", share, model)
        trial = dataclasses.replace(
            config,
            encoder=dataclasses.replace(config.encoder, model=str(model)),
            index=dataclasses.replace(config.index, path=work / str(share) / "index"),
        )
        compared: dict[str, tuple[Comparison, ...]] = {}
        for guard in guards:
            scoped = _named(f"{guard.name}, share {share}", progress)
            with _opened(_open_trial(guard, trial, scoped)) as opened:
                after = measure_on(guard, opened, scoped)
            before = present.guards[guard.name]
            compared[guard.name] = tuple(compare(before.whole, after.whole, before.clusters))
        tried[share] = compared
        if not guard_objections(compared):
            break
    return trial, tried


def _measure_held_out(
    trial: Config, held_out: Material, present: _Present, progress: Progress
) -> HeldOut:
    scoped = _named("tuned", progress)
    with _opened(_open_trial(held_out, trial, scoped)) as opened:
        if _digest(opened) != present.digest:
            raise IndexMismatchError(
                f"{held_out.name}: what it is asked of has changed meanwhile; tune again"
            )
        before, after = present.held_out, measure_on(held_out, opened, scoped)
    trained = {pair.policy for pair in present.pairs}
    new = np.array([trained.isdisjoint(held_out.right(name)) for name, _ in held_out.questions])
    unseen = compare(
        {name: figures[new] for name, figures in before.whole.items()},
        {name: figures[new] for name, figures in after.whole.items()},
        np.unique(before.clusters[new], return_inverse=True)[1],
    )
    return HeldOut(
        whole=tuple(compare(before.whole, after.whole, before.clusters)),
        unseen=tuple(unseen),
        dense=tuple(compare(before.dense, after.dense, before.clusters)),
    )


def _open_trial(material: Material, trial: Config, progress: Progress) -> Opened:
    return open_trial(material, trial, trial.index.path / DATASETS / material.name, progress)


def _keep(trial: Config, materials: Sequence[Material], folder: Path, config: Config) -> None:
    """Move the encoder to its folder; embeddings of collections are kept for later.

    The folder is renamed into place last, from the trial's next to it.
    """
    for material in materials:
        if not isinstance(material.source, Dataset):
            continue
        for index in (trial.index.path / DATASETS / material.name).iterdir():
            place = config.index.path / DATASETS / material.name / index.name
            if not place.exists():
                shutil.move(index, place)
    Path(trial.encoder.model).rename(folder)


def _digest(opened: Opened) -> str:
    return opened.engine.generation.manifest.corpus.digest


def _named(stage: str, progress: Progress) -> Progress:
    """Return ``progress`` with ``stage`` put before each stage's name."""
    return lambda part, done, total: progress(f"{stage}: {part}", done, total)


@contextlib.contextmanager
def _opened(opened: Opened) -> Iterator[Opened]:
    try:
        yield opened
    finally:
        opened.engine.close()


@contextlib.contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder next to ``folder``, which is always removed."""
    made = not folder.parent.exists()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ConfigError(
            f"{folder}: cannot be made: {error.strerror}; name another folder with --out"
        ) from None
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if made:
            with contextlib.suppress(OSError):
                folder.parent.rmdir()  # fails, as intended, if an encoder was kept there
