"""The command that takes source files into the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policybot.cli import ERROR
from policybot.cli.common import configuration, progress_bar, table
from policybot.errors import ImportRefusedError

if TYPE_CHECKING:
    from policybot.corpus.importers import Imported, Outcome

_COLUMNS = ("", "file", "in the corpus", "why")
_SKIPPED = 5
_ORDER = ("imported", "replaced", "needs review", "kept", "unchanged", "refused")


@click.command("import")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--years",
    metavar="FIRST-LAST",
    help="The years a list speaks of; numbers that lost their zeros are read within them.",
)
@click.option(
    "--text",
    type=click.Choice(["list", "document"]),
    help="What .txt files are; by default each file shows it.",
)
@click.option(
    "--map",
    "columns",
    metavar="KEY=COLUMN",
    multiple=True,
    help="Which column of a table is which key of a policy.",
)
@click.option(
    "--mapping",
    "map_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The same as a file, to be used again.",
)
@click.option("--replace", is_flag=True, help="Overwrite what the same source gave before.")
@click.pass_context
def import_(
    context: click.Context,
    paths: tuple[Path, ...],
    years: str | None,
    text: str | None,
    columns: tuple[str, ...],
    map_file: Path | None,
    replace: bool,
) -> None:
    """Import files, or folders of them, into the corpus, as drafts to read through.

    Web pages, PDF, office documents, legislation in XML, books, mails, archives, Markdown, plain
    text and tables are read (docs/importing.md).
    Each file is imported whole or not at all; one that is refused stops no other. Nothing in the
    corpus is overwritten without --replace. Exit code: 0, or 2 when a file was refused.

    \b
    policybot import inbox/
    policybot import iot-policies.txt --years 2010-2030
    policybot import policies.csv --map title=标题 --map date=成文日期
    """
    from policybot.corpus.importers import ImportOptions, import_paths
    from policybot.corpus.issuers import read_issuers

    config = configuration(context)
    issuers = read_issuers(config.corpus.issuers_file)
    with progress_bar() as progress:
        options = ImportOptions(
            issuers=issuers,
            years=_span(years),
            text="list" if text == "list" else "document" if text else None,
            map=columns,
            map_file=map_file,
            progress=progress,
        )
        done = import_paths(list(paths), config.corpus.path, options, replace=replace)
    if len(done.outcomes) == 1:
        only = done.outcomes[0]
        if only.status == "refused":
            raise ImportRefusedError(f"{only.path}: {only.why}")
        _say_reports(only)
    else:
        for outcome in done.outcomes:
            _say_what_may_be_missed(outcome)
    table(_COLUMNS, [_row(outcome) for outcome in sorted(done.outcomes, key=_rank)], header=False)
    _say_sums(done, paths)
    context.exit(ERROR if done.count("refused") else 0)


def _span(years: str | None) -> tuple[int, int] | None:
    if years is None:
        return None
    first, _, last = years.partition("-")
    if not (first.isdigit() and last.isdigit() and len(first) == len(last) == 4 and first <= last):
        raise click.BadParameter(f"{years}: write two years, as in 2010-2030", param_hint="--years")
    return int(first), int(last)


def _say_reports(outcome: Outcome) -> None:
    for report in outcome.reports:
        click.echo(str(report))
    if outcome.more_reports:
        click.echo(f"and {outcome.more_reports} more reports of this kind")


def _say_what_may_be_missed(outcome: Outcome) -> None:
    """Say how a table was read, and what belongs to no policy; the rest shows in the drafts."""
    read = [one for one in outcome.reports if one.kind == "read as" and outcome.kind == "table"]
    skipped = [report for report in outcome.reports if report.kind == "skipped"]
    for report in read + skipped[:_SKIPPED]:
        click.echo(str(report))
    if len(skipped) > _SKIPPED:
        click.echo(
            f"{outcome.path}: {len(skipped) - _SKIPPED} more skipped; import it alone to see them"
        )


def _row(outcome: Outcome) -> tuple[str, ...]:
    why = outcome.why or "; ".join(
        words if outcome.policies == 1 else f"{words} ({count})" for words, count in outcome.reviews
    )
    return _word(outcome), str(outcome.path), _place(outcome), why


def _word(outcome: Outcome) -> str:
    """Return the first column: what became of a file, or that its drafts need somebody."""
    fresh = outcome.status in {"imported", "replaced"}
    return "needs review" if fresh and outcome.reviews else outcome.status


def _place(outcome: Outcome) -> str:
    if outcome.status == "refused":
        return ""
    if len(outcome.paths) == outcome.policies == 1:
        return str(outcome.paths[0])
    where = f" in {outcome.paths[0]}" if len(outcome.paths) == 1 else ""
    return f"{outcome.policies} policies{where}"


def _rank(outcome: Outcome) -> int:
    return _ORDER.index(_word(outcome))


def _say_sums(done: Imported, paths: tuple[Path, ...]) -> None:
    words = [_word(outcome) for outcome in done.outcomes]
    sums = [f"{words.count(word)} {word}" for word in _ORDER if word in words]
    click.echo(f"{len(words)} files: {', '.join(sums)}")
    if done.left_alone:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in done.left_alone.most_common())
        click.echo(f"left alone, as no importer reads them: {kinds}")
    if done.policies:
        names = ", ".join(map(str, paths))
        click.echo(
            f"{done.policies} policies from {names}; read them through (policybot check says what "
            "needs it), then run: policybot index"
        )


COMMANDS = {"import": import_}
