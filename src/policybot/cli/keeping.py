"""Commands that keep corpus and index: import, check, index, status, verify."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policybot.cli import ERROR
from policybot.cli.common import configuration, engine_of, progress_bar
from policybot.errors import CorpusError

if TYPE_CHECKING:
    from policybot.corpus.problems import Problem
    from policybot.index.build import BuildReport

_SHOWN = 10


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--years",
    metavar="FIRST-LAST",
    help="The years FILE speaks of; numbers that lost their zeros are read within them.",
)
@click.option("--replace", is_flag=True, help="Overwrite policies that are already in the corpus.")
@click.pass_context
def import_(context: click.Context, file: Path, years: str | None, replace: bool) -> None:
    """Import the policies of FILE into the corpus, as drafts to read through.

    \b
    policybot import iot-policies.txt --years 2010-2030
    """
    from policybot.corpus.importers import import_file

    config = configuration(context)
    result = import_file(file, config.corpus.path, years=_span(years), replace=replace)
    for path in result.paths:
        click.echo(f"wrote {path}")
    for report in result.reports:
        click.echo(str(report))
    click.echo(
        f"{len(result.policies)} policies from {file}; read them through, then run: policybot index"
    )


def _span(years: str | None) -> tuple[int, int] | None:
    if years is None:
        return None
    first, _, last = years.partition("-")
    if not (first.isdigit() and last.isdigit() and len(first) == len(last) == 4 and first <= last):
        raise click.BadParameter(f"{years}: write two years, as in 2010-2030", param_hint="--years")
    return int(first), int(last)


@click.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Report every problem of the corpus, as file:line: message.

    \b
    policybot check
    """
    from policybot.corpus.check import check_corpus

    config = configuration(context)
    problems = check_corpus(config.corpus.path, config.corpus.issuers_file)
    for problem in problems:
        click.echo(_problem_line(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if problems:
        click.echo(f"{errors} errors, {warnings} warnings", err=True)
    else:
        click.echo(f"{config.corpus.path}: no problems", err=True)
    context.exit(ERROR if errors else 0)


@click.command()
@click.option("--full", is_flag=True, help="Embed everything anew, reusing nothing.")
@click.option(
    "--device", metavar="NAME", help="Where to embed: cpu, cuda, mps (default: as configured)."
)
@click.pass_context
def index(context: click.Context, full: bool, device: str | None) -> None:
    """Embed the corpus into a new generation of the index; only what changed is embedded.

    \b
    policybot index
    """
    import dataclasses

    from policybot.corpus.check import check_corpus
    from policybot.corpus.issuers import read_issuers
    from policybot.corpus.read import read_policies
    from policybot.encoder import open_for_indexing
    from policybot.encoder.artifact import encoders_folder
    from policybot.index.build import build_index

    config = configuration(context)
    if device:
        config = dataclasses.replace(
            config, encoder=dataclasses.replace(config.encoder, device=device)
        )
    if not config.corpus.path.is_dir():
        raise CorpusError(
            f"{config.corpus.path}: no such folder; put policies there as *.md files, or name "
            "another one under [corpus] path"
        )
    problems = check_corpus(config.corpus.path, config.corpus.issuers_file)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        for problem in errors:
            click.echo(str(problem), err=True)
        raise CorpusError(
            f"{len(errors)} errors in the corpus; nothing was indexed and the current index stays "
            "as it was"
        )
    for problem in problems:
        click.echo(_problem_line(problem), err=True)
    if not any(encoders_folder(config.index.path).glob("*/encoder.json")):
        click.echo("exporting the encoder, once; this takes about half a minute", err=True)
    encoder = open_for_indexing(config)
    with progress_bar() as progress:
        report = build_index(
            read_policies(config.corpus.path),
            index_path=config.index.path,
            encoder=encoder,
            issuers=read_issuers(config.corpus.issuers_file),
            full=full,
            progress=progress,
        )
    _say(report)
    if not report.policies:
        click.echo(f"{config.corpus.path}: holds no policies, so the index is empty now", err=True)


def _problem_line(problem: Problem) -> str:
    kind = "" if problem.severity == "error" else "warning: "
    return f"{problem.file}:{problem.line}: {kind}{problem.message}"


def _say(report: BuildReport) -> None:
    for name in ("added", "changed", "removed"):
        ids = getattr(report, name)
        if ids:
            more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
            click.echo(f"{name:9}{len(ids):>7}  {', '.join(ids[:_SHOWN])}{more}")
    click.echo(f"unchanged{len(report.unchanged):>7}")
    click.echo(f"embedded {report.embedded:>7}  texts (passages, sentences, titles)")
    click.echo(f"reused   {report.reused:>7}")
    click.echo(
        f"{report.policies} policies, {report.passages} passages in {report.seconds:.1f} s: "
        f"generation {report.generation}"
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Say which generation answers, with which encoder, over what.

    \b
    policybot status
    """
    with engine_of(context) as engine:
        info, manifest = engine.info, engine.generation.manifest
        languages = list(manifest.encoder.languages)
        rows = {
            **info.to_dict(),
            "passages": info.passages,
            "fingerprint": manifest.encoder.fingerprint,
            "languages": languages,
            "created": manifest.created,
            "path": str(engine.config.index.path),
        }
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for name, value in rows.items():
        text = ", ".join(value) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' '):14}{text}")
    if "zh" not in languages:
        click.echo("The encoder does not read Chinese: there, words alone (BM25) decide.")


@click.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Check every file of index and encoder against its SHA-256, and every passage.

    \b
    policybot verify
    """
    from policybot.encoder.artifact import encoders_folder, verify_export
    from policybot.index.generation import open_generation, verify_generation

    config = configuration(context)
    verify_generation(config.index.path)
    with open_generation(config.index.path) as generation:
        checked = 0
        for start in range(0, generation.info.passages, 1000):
            end = min(start + 1000, generation.info.passages)
            checked += len(generation.passages(range(start, end)))
        fingerprint = generation.manifest.encoder.fingerprint
    exported = encoders_folder(config.index.path) / fingerprint
    encoder = "no exported encoder"
    if exported.is_dir():
        verify_export(exported)
        encoder = f"encoder {fingerprint}"
    click.echo(
        f"generation {generation.name}: every file and {checked} passages are intact; {encoder}"
    )


COMMANDS = {
    "import": import_,
    "check": check,
    "index": index,
    "status": status,
    "verify": verify,
}
