"""Commands for corpus and index: check, index, status."""

from __future__ import annotations

import dataclasses
import itertools
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policybot.cli import ERROR
from policybot.cli.common import configuration, counted, engine_of, progress_bar
from policybot.errors import CorpusError, PolicyBotError

if TYPE_CHECKING:
    from policybot.config import Config
    from policybot.corpus.files.read import Bad
    from policybot.corpus.problems import Problem
    from policybot.index.build.build import BuildReport
    from policybot.index.format.manifest import Manifest
    from policybot.watch import State

_SHOWN = 10
_SAMPLED = 8


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options of ``policybot index``."""

    full: bool
    device: str | None
    address: str | None
    skip_bad: bool
    shrink: bool
    allow_empty: bool


@click.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Report every problem of the corpus, as file:line: message.

    \b
    policybot check
    """
    from policybot.corpus.review.check import check_corpus

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
@click.option("--full", is_flag=True, help="Embed everything again, reusing nothing.")
@click.option(
    "--device",
    metavar="NAME",
    help="Where to embed: cpu, cuda, mps, auto (default: as configured).",
)
@click.option("--watch", is_flag=True, help="Keep running, and index again when files change.")
@click.option(
    "--ray",
    "address",
    metavar="ADDRESS",
    help="Split and embed on a Ray cluster: auto, HOST:PORT, or local for one on this machine.",
)
@click.option("--skip-bad", is_flag=True, help="Leave out policies with errors, and list them.")
@click.option("--shrink", is_flag=True, help="Drop policies from the index, however many.")
@click.option("--allow-empty", is_flag=True, help="Empty the index if the corpus is empty.")
@click.pass_context
def index(
    context: click.Context,
    full: bool,
    device: str | None,
    watch: bool,
    address: str | None,
    skip_bad: bool,
    shrink: bool,
    allow_empty: bool,
) -> None:
    """Embed the corpus into a new generation of the index, reusing what has not changed.

    With --watch, errors in files are reported and the index stays as it was until they are fixed;
    Ctrl-C ends it. The index also stays when more than a third of its policies (and more than two)
    are gone from the corpus, or all of them, unless --shrink or --allow-empty allow that.

    \b
    policybot index
    policybot index --watch
    policybot index --skip-bad
    policybot index --ray auto
    """
    wanted = _Wanted(full, device, address, skip_bad, shrink, allow_empty)
    if not watch:
        _index(_configured(context, device), wanted)
        return
    import signal

    # Service managers stop processes with SIGTERM.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _keep_indexing(context, wanted)
    except KeyboardInterrupt:
        click.echo("stopped watching", err=True)


def _configured(context: click.Context, device: str | None) -> Config:
    config = configuration(context)
    return config if device is None else _on(config, device)


def _on(config: Config, device: str) -> Config:

    return dataclasses.replace(config, encoder=dataclasses.replace(config.encoder, device=device))


def _keep_indexing(context: click.Context, wanted: _Wanted) -> None:
    """Index now, and whenever the corpus, the table of issuers or the configuration changes."""
    from policybot.watch import settled_changes, state_of

    config = _configured(context, wanted.device)

    def look() -> State:
        files = (config.corpus.issuers_file, *((config.file,) if config.file else ()))
        return state_of(config.corpus.path, files)

    for _ in settled_changes(look):
        try:
            config = _configured(context, wanted.device)
            _index(config, wanted)
            wanted = dataclasses.replace(wanted, full=False)
        except PolicyBotError as error:
            click.echo(f"policybot: {error}", err=True)
        click.echo(f"watching {config.corpus.path}; Ctrl-C ends", err=True)


def _index(config: Config, wanted: _Wanted) -> None:
    import contextlib
    import functools

    from policybot.corpus.files.read import read_policies
    from policybot.corpus.issuers.table import read_issuers
    from policybot.corpus.review.check import check_corpus
    from policybot.encoder import open_for_indexing
    from policybot.encoder.artifact import encoders_folder
    from policybot.encoder.choice import choose, count_languages
    from policybot.encoder.reranker.export import export_reranker
    from policybot.encoder.reranker.reranker import rerankers_folder
    from policybot.evaluation.calibration.calibrate import calibrator
    from policybot.index.build.build import build_index
    from policybot.index.build.dropping import refuse_drop
    from policybot.index.serve.store import store_of

    began = time.monotonic()
    if not config.corpus.path.is_dir():
        raise CorpusError(
            f"{config.corpus.path}: no such folder; put policies there as *.md files, or name "
            "another one under [corpus] path"
        )
    problems = check_corpus(config.corpus.path, config.corpus.issuers_file)
    bad = _left_out(problems, wanted)
    _print_first([problem for problem in problems if problem.severity != "error"])
    # Workers of a cluster have their own devices; here the encoder only counts and calibrates.
    opened = _on(config, "cpu") if wanted.address else config
    chosen = choose(
        opened,
        count_languages(read_policies(config.corpus.path, without=bad)),
        only_one=_only_one(config, wanted.address),
    )
    exports = len(list(encoders_folder(config.index.path).glob("*/encoder.json")))
    if exports < (2 if chosen.second else 1):
        parts = ("encoders", "two minutes") if chosen.second else ("encoder", "half a minute")
        click.echo(f"exporting the {parts[0]}, once; this takes about {parts[1]}", err=True)
    encoder = open_for_indexing(chosen.first, passages=_sample(config.corpus.path, bad))
    second = None
    if chosen.second:
        second = open_for_indexing(chosen.second, passages=_sample(config.corpus.path, bad))
    if config.search.reranker and not any(rerankers_folder(config.index.path).glob("*/*.json")):
        click.echo("exporting the re-ranker, once", err=True)
    export_reranker(config)
    with contextlib.ExitStack() as stack:
        workers = None
        if wanted.address:
            from policybot.backends.ray.join import joined
            from policybot.backends.ray.ship import ship
            from policybot.backends.ray.workers import ClusterWorkers

            cluster = stack.enter_context(joined(wanted.address))
            named = dataclasses.replace(config, encoder=chosen.first.encoder)
            divider, embedder, gpu = ship(named, encoder, cluster.gpus, wanted.device)
            workers = ClusterWorkers(cluster, divider, embedder, gpu)
        progress = stack.enter_context(progress_bar())
        report = build_index(
            read_policies(config.corpus.path, without=bad),
            index_path=config.index.path,
            encoder=encoder,
            issuers=read_issuers(config.corpus.issuers_file),
            full=wanted.full,
            progress=progress,
            calibrate=calibrator(config, encoder, progress),
            store=store_of(config.index),
            workers=workers,
            second=second,
            settings={"encoders": chosen.why} if chosen.why else None,
            judge=functools.partial(
                refuse_drop, allow_empty=wanted.allow_empty, shrink=wanted.shrink
            ),
        )
    _say(report, time.monotonic() - began)
    if bad:
        left = counted(len(bad), "policy", "policies")
        click.echo(f"{left} with errors left out of the index; policybot check names them")
    if not report.policies:
        click.echo(f"{config.corpus.path}: holds no policies, so the index is empty now", err=True)


def _only_one(config: Config, address: str | None) -> str:
    """Return why an index can have only one encoder, empty if it can have two."""
    if config.index.backend == "milvus":
        return "an index on Milvus has only one"
    return "a cluster embeds with one" if address else ""


def _left_out(problems: list[Problem], wanted: _Wanted) -> Bad:
    """Return the policies with errors, to be left out of the index.

    Raises:
        CorpusError: ``--skip-bad`` is not set, or an error belongs to no policy.
    """
    from policybot.corpus.files.find import ENDINGS
    from policybot.corpus.files.read import place_of

    errors = [problem for problem in problems if problem.severity == "error"]
    _print_first(errors)
    files = [Path(problem.file) for problem in errors]
    skipped = wanted.skip_bad and all(
        file.suffix in ENDINGS and not file.is_dir() for file in files
    )
    if errors and not skipped:
        hint = "" if wanted.skip_bad else "; --skip-bad leaves out the policies that have them"
        raise CorpusError(
            f"{len(errors)} errors in the corpus; nothing was indexed and the current index stays "
            f"as it was{hint}"
        )
    return frozenset(map(place_of, errors))


def _sample(corpus: Path, bad: Bad) -> Iterator[str]:
    """Yield paragraphs of the corpus's first policies, to test an export on."""
    from policybot.corpus.files.read import read_policies

    for policy in itertools.islice(read_policies(corpus, without=bad), _SAMPLED):
        yield from policy.body.split("\n\n")[:_SAMPLED]


def _problem_line(problem: Problem) -> str:
    kind = "" if problem.severity == "error" else "warning: "
    return str(dataclasses.replace(problem, message=f"{kind}{problem.message}"))


def _print_first(problems: Iterable[Problem]) -> None:
    """Print the first problems of each file, and how many more it has."""
    files: dict[str, list[Problem]] = {}
    for problem in problems:
        files.setdefault(problem.file, []).append(problem)
    for own in files.values():
        for problem in own[:_SHOWN]:
            click.echo(_problem_line(problem), err=True)
        if len(own) > _SHOWN:
            more = counted(len(own) - _SHOWN, f"more {own[0].severity}", f"more {own[0].severity}s")
            message = f"and {more} in this file; policybot check lists them all"
            click.echo(str(dataclasses.replace(own[_SHOWN], message=message)), err=True)


def _say(report: BuildReport, seconds: float) -> None:
    for name in ("added", "changed", "removed"):
        ids = getattr(report, name)
        if ids:
            more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
            click.echo(f"{name:9}{len(ids):>7}  {', '.join(ids[:_SHOWN])}{more}")
    click.echo(f"unchanged{len(report.unchanged):>7}")
    click.echo(f"embedded {report.embedded:>7}  texts (passages, sentences, titles)")
    click.echo(f"reused   {report.reused:>7}")
    policies = counted(report.policies, "policy", "policies")
    passages = counted(report.passages, "passage", "passages")
    click.echo(f"{policies}, {passages} in {seconds:.1f} s: generation {report.generation}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Show the live generation, its encoder and its contents.

    \b
    policybot status
    """
    from policybot.cli.calibrating import summary
    from policybot.index.serve.store import store_of

    with engine_of(context) as engine:
        info, manifest = engine.info, engine.generation.manifest
        calibration = engine.generation.calibration
        languages = list(manifest.encoder.languages)
        rows = {
            **info.to_dict(),
            "passages": info.passages,
            "fingerprint": manifest.encoder.fingerprint,
            "languages": languages,
            **_second(manifest),
            "created": manifest.created,
            "path": store_of(engine.config.index).place,
        }
        kept = store_of(engine.config.index).kept()
        rows["before"] = next((name for name in reversed(kept) if name < info.generation), None)
    if as_json:
        rows["calibration"] = dataclasses.asdict(calibration)
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    rows["before"] = f"{rows['before']} (kept until the next)" if rows["before"] else "none"
    rows["calibration"] = summary(calibration)
    for name, value in rows.items():
        if value is None:
            continue  # from and until, where no policy has a date
        text = ", ".join(value) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' '):14}{text}")
    if "zh" not in languages and not manifest.second:
        click.echo("The encoder does not read Chinese: there, words alone (BM25) decide.")


def _second(manifest: Manifest) -> dict[str, str | list[str]]:
    """Return the rows about a second encoder, and about why the encoders were chosen."""
    rows: dict[str, str | list[str]] = {}
    if manifest.second:
        rows["second"] = f"{manifest.second.name} ({manifest.second.fingerprint})"
        rows["second_languages"] = list(manifest.second.languages)
    if why := manifest.settings.get("encoders"):
        rows["chosen"] = f"auto: {why}"
    rows["policies_in"] = [f"{name} {count}" for name, count in manifest.languages.items()]
    return rows


COMMANDS = {
    "check": check,
    "index": index,
    "status": status,
}
