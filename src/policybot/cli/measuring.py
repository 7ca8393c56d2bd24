"""The command that measures: eval."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policybot.cli import NO_ANSWER
from policybot.cli.common import check_writable, configuration, engine_of, progress_bar, table
from policybot.errors import ConfigError

if TYPE_CHECKING:
    from policybot.config import Config
    from policybot.evaluation.compare import Comparison
    from policybot.evaluation.dataset import Run
    from policybot.evaluation.evaluate import Evaluation


@click.command("eval")
@click.argument("subjects", nargs=-1, metavar="[QUESTIONS.jsonl | A B]")
@click.option(
    "--questions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The question file to compare A and B on.",
)
@click.option(
    "--dataset",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="A collection: corpus.jsonl, queries-SPLIT.jsonl, qrels-SPLIT.tsv.",
)
@click.option("--split", default="dev", show_default=True, help="Which questions of the dataset.")
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the dataset's ranking as a TREC run file, 100 policies per question.",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where a dataset, or the corpus for A and B, is indexed (default: below the index).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def eval_(
    context: click.Context,
    subjects: tuple[str, ...],
    questions: Path | None,
    dataset: Path | None,
    split: str,
    run_file: Path | None,
    cache: Path | None,
    as_json: bool,
) -> None:
    """Measure the answers to a question file, or the ranking of a dataset.

    With A and B, two systems are compared on the same questions by a paired bootstrap. Each is a
    configuration (*.toml) or an encoder, named as in [encoder] model. With a question file, each
    answers from its [index] path; where both have one path but different encoders, the corpus is
    indexed with each, apart from the live index.

    \b
    policybot eval questions.jsonl
    policybot eval --dataset collections/orsharc --split dev --run orsharc.run
    policybot eval old.toml new.toml --dataset collections/orsharc
    policybot eval old.toml new.toml --questions questions.jsonl
    policybot eval bundled models/e5-small --questions questions.jsonl
    """
    if dataset is None and (run_file or (cache and len(subjects) != 2)):
        raise click.UsageError("--run and --cache belong to --dataset DIR")
    if dataset is not None and questions is not None:
        raise click.UsageError("give --dataset or --questions, not both")
    if len(subjects) == 2:
        if run_file:
            raise click.UsageError("--run writes the ranking of one; leave A and B out")
        config = configuration(context)
        if dataset is not None:
            _compare_datasets(subjects, config, dataset, split, cache, as_json=as_json)
        elif questions is not None:
            _compare_questions(subjects, config, questions, cache, as_json=as_json)
        else:
            raise click.UsageError("say on what to compare: --dataset DIR or --questions FILE")
    elif dataset is not None and not subjects:
        _measure_dataset(configuration(context), dataset, split, run_file, cache, as_json=as_json)
    elif dataset is None and len(subjects) + (questions is not None) == 1:
        file = questions or Path(subjects[0])
        context.exit(_measure_questions(context, file, as_json=as_json))
    else:
        raise click.UsageError("give QUESTIONS.jsonl, --dataset DIR, or two to compare")


def _measure_questions(context: click.Context, file: Path, *, as_json: bool) -> int:
    from policybot.evaluation.evaluate import RECALL_AT, evaluate, read_questions

    asked = read_questions(file)
    with engine_of(context) as engine, progress_bar() as progress:
        evaluation = evaluate(engine, asked, lambda done: progress("asking", done, len(asked)))
    figures = evaluation.to_dict()
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        rows = [
            (f"{kind} right", f"{part['right']} of {part['of']} ({part['right'] / part['of']:.1%})")
            for kind, part in figures["accuracy"].items()
        ]
        shares = (
            f"recall@{RECALL_AT}",
            "mrr",
            "declined_rightly",
            "declined_wrongly",
            "least_sure_answer",
            "surest_refusal",
        )
        rows += [
            (name.replace("_", " "), f"{figures[name]:.3f}")
            for name in shares
            if figures[name] is not None
        ]
        rows += [(f"{p} latency", f"{figures[f'{p}_ms']:.1f} ms") for p in ("p50", "p95")]
        table(("measure", "value"), list(rows))
        for failure in figures["failures"]:
            click.echo(
                f"FAILED {failure['kind']}: {failure['question']}\n"
                f"  expected {', '.join(failure['expect']) or 'no answer'}; got "
                f"{', '.join(failure['got'][:8]) or failure['reason']}"
            )
    return NO_ANSWER if figures["failures"] else 0


def _measure_dataset(
    config: Config,
    folder: Path,
    split: str,
    run_file: Path | None,
    cache: Path | None,
    *,
    as_json: bool,
) -> None:
    from policybot.evaluation.dataset import write_run

    if run_file:
        check_writable(run_file)
    run = _run(config, folder, split, cache)
    figures = run.to_dict()
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        table(("measure", "value"), [(_name(name), _value(v)) for name, v in figures.items()])
    if run_file:
        write_run(run, run_file)


def _compare_datasets(
    names: tuple[str, ...],
    config: Config,
    folder: Path,
    split: str,
    cache: Path | None,
    *,
    as_json: bool,
) -> None:
    from policybot.evaluation.compare import compare, system

    # Both names are resolved before either runs: a typo is reported at once.
    systems = [system(name, config) for name in names]
    first, second = (_run(system, folder, split, cache) for system in systems)
    compared = compare(first.measures(), second.measures(), first.clusters())
    figures = {name: run.to_dict() for name, run in zip("ab", (first, second), strict=True)}
    _show(names, compared, figures, as_json=as_json)


def _compare_questions(
    names: tuple[str, ...], config: Config, file: Path, cache: Path | None, *, as_json: bool
) -> None:
    from policybot.answering.engine import open_engine
    from policybot.evaluation.compare import (
        COMPARED,
        compare_answers,
        indexed_apart,
        open_apart_from,
        system,
    )
    from policybot.evaluation.evaluate import evaluate, read_questions

    asked = read_questions(file)
    systems = [system(name, config) for name in names]
    apart = indexed_apart(names, systems, config)
    for tested, alone in zip(systems, apart, strict=True):
        if alone:
            _check_cache(cache or tested.index.path / COMPARED)
    evaluations: list[Evaluation] = []
    for name, tested, alone in zip(names, systems, apart, strict=True):
        with progress_bar() as progress:
            if alone:
                click.echo(f"{name}: the corpus is indexed apart from the live index", err=True)
                engine = open_apart_from(tested, cache, progress)
            else:
                engine = open_engine(tested)
            try:
                evaluations.append(
                    evaluate(engine, asked, lambda done: progress("asking", done, len(asked)))
                )
            finally:
                engine.close()
    first, second = evaluations
    figures = {name: e.to_dict() for name, e in zip("ab", evaluations, strict=True)}
    _show(names, compare_answers(first, second), figures, as_json=as_json)


def _run(config: Config, folder: Path, split: str, cache: Path | None) -> Run:
    from policybot.evaluation.dataset import place_of, read_dataset, run_dataset

    dataset = read_dataset(folder, split)
    place = cache or place_of(config, dataset)
    _check_cache(place)
    with progress_bar() as progress:
        return run_dataset(config, dataset, cache=place, progress=progress)


def _check_cache(folder: Path) -> None:
    """Fail early if a folder cannot be created or written to."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ConfigError(
            f"{folder}: cannot be written: {error.strerror}; name another folder with --cache DIR"
        ) from None


def _show(
    names: tuple[str, ...],
    compared: list[Comparison],
    figures: dict[str, dict[str, Any]],
    *,
    as_json: bool,
) -> None:
    if as_json:
        rows = [comparison.to_dict() for comparison in compared]
        shown = {"a": names[0], "b": names[1], "comparison": rows, "figures": figures}
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    lines: list[tuple[str, ...]] = [
        (
            comparison.measure,
            f"{comparison.first:.4f}",
            f"{comparison.second:.4f}",
            f"{comparison.difference.mean:+.4f}",
            f"{comparison.difference.low:+.4f} to {comparison.difference.high:+.4f}",
            f"{comparison.difference.p:.4f}",
        )
        for comparison in compared
    ]
    lines += [
        (_name(name), _value(figures["a"][name]), _value(figures["b"][name]), "", "", "")
        for name in ("p50_ms", "p95_ms")
    ]
    table(("measure", *names, "difference", "95% interval", "p"), lines)


def _name(name: str) -> str:
    return name.replace("_", " ")


def _value(value: float | str | None) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


COMMANDS = {"eval": eval_}
