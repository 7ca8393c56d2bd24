"""Commands that learn from usage: feedback, tune."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policybot.cli import NO_ANSWER
from policybot.cli.common import configuration, progress_bar, table
from policybot.config import DEFAULT_FILE

if TYPE_CHECKING:
    from policybot.evaluation.tune import Outcome


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to a new file instead of standard output.",
)
@click.pass_context
def feedback(context: click.Context, out: Path | None) -> None:
    """Export users' feedback on the bot's answers as a question file.

    "seen" tells where each line comes from. A line with "review" waits for a person: correct
    "expect" and remove "review", then `policybot eval` and `policybot tune` accept it.

    \b
    policybot feedback --out learned.jsonl
    policybot eval learned.jsonl
    """
    from policybot.evaluation.feedback import format_lines, read_feedback, write_lines

    config = configuration(context).telegram
    lines = read_feedback(config.state, config.retention_days)
    if not lines:
        click.echo(
            "nothing yet: in the questions kept, nobody gave a thumb or opened a hit, and none was "
            "declined",
            err=True,
        )
        context.exit(NO_ANSWER)
    if out:
        write_lines(lines, out)
    else:
        click.echo(format_lines(lines), nl=False)
    waiting = sum(line.review is not None for line in lines)
    place = f" in {out}" if out else ""
    click.echo(
        f"{len(lines)} questions{place}: {len(lines) - waiting} can be used as they are, {waiting} "
        'wait for a person to correct "expect" and remove "review"',
        err=True,
    )


@click.command()
@click.argument(
    "questions",
    required=False,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="[QUESTIONS.jsonl]",
)
@click.option(
    "--dataset",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Learn from a collection's questions instead of a question file.",
)
@click.option(
    "--guard",
    "guards",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="A collection that must not get worse; may be repeated.",
)
@click.option(
    "--split", default="dev", show_default=True, help="Which questions of the collections."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder for the encoder (default: a new one in tuned/ below the index).",
)
@click.option(
    "--device", metavar="NAME", help="Where to train: cpu, cuda, mps (default: as configured)."
)
@click.pass_context
def tune(
    context: click.Context,
    questions: Path | None,
    dataset: Path | None,
    guards: tuple[Path, ...],
    split: str,
    out: Path | None,
    device: str | None,
) -> None:
    """Fine-tune the encoder on questions with known answers, and keep it only if it helps.

    Half of the questions are trained on. The encoder is kept if recall@10 and MAP@10 rise on the
    other half and fall on no --guard; the configuration and the live index are never changed.

    \b
    policybot tune learned.jsonl --guard collections/orsharc
    policybot tune --dataset collections/obliqa --guard collections/orsharc --out tuned/obliqa
    """
    import dataclasses

    from policybot.evaluation.tune import default_folder, report_of
    from policybot.evaluation.tune import tune as run
    from policybot.evaluation.tune.material import of_dataset, of_questions

    if (questions is None) == (dataset is None):
        raise click.UsageError("give QUESTIONS.jsonl or --dataset DIR")
    used = [folder.resolve().name for folder in (*guards, *((dataset,) if dataset else ()))]
    if len(set(used)) < len(used):
        raise click.UsageError("--dataset and each --guard must be collections of different names")
    config = configuration(context)
    if device:
        config = dataclasses.replace(
            config, encoder=dataclasses.replace(config.encoder, device=device)
        )
    if dataset is not None:
        material = of_dataset(dataset, split)
    elif questions is not None:
        material = of_questions(questions, config)
    folder = out or default_folder(config)
    with progress_bar() as progress:
        outcome = run(
            config, material, [of_dataset(guard, split) for guard in guards], folder, progress
        )
    _show(outcome)
    click.echo(f"report: {report_of(folder)}")
    if not outcome.adopted:
        click.echo("not adopted; nothing else was kept:")
        for objection in outcome.objections:
            click.echo(f"- {objection}")
        context.exit(NO_ANSWER)
    click.echo(
        f"adopted: {folder}, encoder {outcome.after}. To use it, write into "
        f"{config.file or DEFAULT_FILE}\n\n[encoder]\nmodel = {json.dumps(str(folder.resolve()))}"
        "\n\nand run: policybot index"
    )


def _show(outcome: Outcome) -> None:
    from policybot.evaluation.tune.judge import DECIDING

    asked = outcome.questions
    seen = ""
    if outcome.held_out and outcome.held_out.unseen:
        seen = f", {outcome.held_out.unseen[0].questions} of them on policies not trained on"
    click.echo(
        f"{asked.name}: trained on {asked.trained_on} questions ({asked.pairs} pairs) in "
        f"{outcome.seconds:.0f} s; held out {asked.held_out}{seen}; passed over "
        f"{asked.passed_over}; share of the trained weights: {outcome.share}"
    )
    rows: list[tuple[str, ...]] = [
        (
            name,
            str(comparison.questions),
            comparison.measure,
            f"{comparison.first:.4f}",
            f"{comparison.second:.4f}",
            f"{comparison.difference.mean:+.4f}",
            f"{comparison.difference.low:+.4f} to {comparison.difference.high:+.4f}",
            f"{comparison.difference.p:.4f}",
        )
        for name, comparisons in outcome.figures().items()
        for comparison in comparisons
        if comparison.measure in DECIDING
    ]
    columns = ("on", "questions", "measure", "before", "after", "difference", "95% interval", "p")
    table(columns, rows)


COMMANDS = {"feedback": feedback, "tune": tune}
