"""Commands that import source files and web pages: import, follow."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policybot.cli import ERROR
from policybot.cli.common import configuration, progress_bar, table
from policybot.errors import ImportRefusedError

if TYPE_CHECKING:
    from policybot.corpus.importers.pipeline.many import Imported
    from policybot.corpus.importers.pipeline.result import Outcome
    from policybot.corpus.importers.pipeline.source import ImportOptions
    from policybot.corpus.relating.record import Related
    from policybot.web.importing import WebResult

_COLUMNS = ("", "file", "in the corpus", "why")
_SKIPPED = 5
_ORDER = ("imported", "replaced", "needs review", "kept", "unchanged", "changed", "refused")

_allow_private = click.option(
    "--allow-private",
    is_flag=True,
    help="Also fetch from private networks and this machine.",
)


@click.command("import")
@click.argument("names", metavar="PATH|URL...", nargs=-1, required=True)
@click.option(
    "--years",
    metavar="FIRST-LAST",
    help="The years a list covers; years that lost their zeros are restored within them.",
)
@click.option(
    "--text",
    type=click.Choice(["list", "document"]),
    help="What .txt files contain; detected per file by default.",
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
    help="The same as a file, for reuse.",
)
@click.option("--replace", is_flag=True, help="Overwrite earlier drafts of the same source.")
@_allow_private
@click.option(
    "--delay",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=1.0,
    help="Seconds between two requests to a site (default: 1).",
)
@click.pass_context
def import_(
    context: click.Context,
    names: tuple[str, ...],
    years: str | None,
    text: str | None,
    columns: tuple[str, ...],
    map_file: Path | None,
    replace: bool,
    allow_private: bool,
    delay: float,
) -> None:
    """Import files, folders, or URLs into the corpus, as drafts to be reviewed.

    Formats: web pages, PDF, office documents, legislation in XML, books, mail, archives, Markdown,
    plain text and tables (docs/importing.md). A URL is one of these, or a sitemap or feed whose
    pages are imported. Each file is imported entirely or not at all, and a refused one does not
    stop the others. Nothing in the corpus is overwritten without --replace. Exit code: 0, or 2 when
    a file was refused or has changed.

    \b
    policybot import inbox/
    policybot import https://www.example.org/notices/12.html
    policybot import iot-policies.txt --years 2010-2030
    policybot import policies.csv --map title=标题 --map date=成文日期
    """
    from policybot.corpus.importers.pipeline.source import ImportOptions
    from policybot.corpus.issuers.table import read_issuers

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
        done = _take(names, config.corpus.path, options, replace, allow_private, delay)
    done, related = _related(done, config.corpus.path)
    if len(done.outcomes) == 1 and not done.known:
        only = done.outcomes[0]
        if only.status == "refused":
            raise ImportRefusedError(f"{only.name}: {only.why}")
        _say_reports(only)
    else:
        for outcome in done.outcomes:
            _say_what_may_be_missed(outcome)
    table(_COLUMNS, [_row(outcome) for outcome in sorted(done.outcomes, key=_rank)], header=False)
    _say_sums(done, names)
    _say_relations(related, each=len(done.outcomes) == 1)
    context.exit(ERROR if done.count("refused", "changed") else 0)


def _take(
    names: tuple[str, ...],
    corpus: Path,
    options: ImportOptions,
    replace: bool,
    allow_private: bool,
    delay: float,
) -> Imported:
    """Import what is named: files first, then URLs."""
    from policybot.corpus.importers.pipeline.many import Imported, import_paths
    from policybot.web.importing import import_addresses, is_address

    addresses = [name for name in names if is_address(name)]
    paths = [Path(name) for name in names if not is_address(name)]
    done = Imported((), Counter())
    if paths:
        done = import_paths(paths, corpus, options, replace=replace)
    if addresses:
        from policybot.web.fetching import Fetcher

        with Fetcher(allow_private=allow_private, delay=delay) as fetcher:
            for page in import_addresses(addresses, corpus, options, fetcher, replace=replace):
                done = Imported(
                    (*done.outcomes, *page.outcomes),
                    done.left_alone,
                    known=done.known + page.known,
                    later=done.later + page.later,
                    unwanted=done.unwanted + page.unwanted,
                )
    return done


def _related(done: Imported, corpus: Path) -> tuple[Imported, Related]:
    """Record the certain relations that new texts state; return the outcomes with the open ones."""
    from policybot.corpus.relating.record import take_stated
    from policybot.corpus.review.decisions import policies_of

    fresh = [outcome for outcome in done.outcomes if outcome.status in {"imported", "replaced"}]
    files = [path for outcome in fresh for path in outcome.paths if path.suffix == ".md"]
    related = take_stated(lambda: policies_of(corpus), files)
    asked = Counter(r.path for r in related.found if r.state in {"likely", "doubtful"})
    outcomes = [_with_reviews(o, sum(asked[path] for path in o.paths)) for o in done.outcomes]
    return dataclasses.replace(done, outcomes=tuple(outcomes)), related


def _with_reviews(outcome: Outcome, relations: int) -> Outcome:
    """Return an outcome with the number of relations that a person has to confirm."""
    if not relations:
        return outcome
    words = "a relation is to be confirmed"
    return dataclasses.replace(outcome, reviews=(*outcome.reviews, (words, relations)))


def _say_relations(related: Related, *, each: bool) -> None:
    if each:
        for relation in related.found:
            stated = relation.proposal.stated
            click.echo(
                f"{relation.policy}: {relation.proposal.value}: {relation.state}; {stated.evidence}"
            )
    sums = [
        (related.count("certain"), "taken"),
        (related.count("likely", "doubtful"), "to confirm (policybot review)"),
        (related.count("not in the corpus"), "to documents that the corpus lacks"),
    ]
    parts = [f"{count} {words}" for count, words in sums if count]
    if parts:
        click.echo(
            f"relations that the texts state: {', '.join(parts)}; policybot relations lists them"
        )


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
    """Print how a table was read, and rows that belong to no policy; the drafts show the rest."""
    read = [
        report for report in outcome.reports if report.kind == "read as" and outcome.kind == "table"
    ]
    skipped = [report for report in outcome.reports if report.kind == "skipped"]
    for report in read + skipped[:_SKIPPED]:
        click.echo(str(report))
    if len(skipped) > _SKIPPED:
        click.echo(
            f"{outcome.name}: {len(skipped) - _SKIPPED} more skipped; import it alone to see them"
        )


def _row(outcome: Outcome) -> tuple[str, ...]:
    why = outcome.why or "; ".join(
        words if outcome.policies == 1 else f"{words} ({count})" for words, count in outcome.reviews
    )
    return _word(outcome), outcome.name, _place(outcome), why


def _word(outcome: Outcome) -> str:
    """Return the first column: the status of a file, or that its drafts need review."""
    fresh = outcome.status in {"imported", "replaced"}
    return "needs review" if fresh and outcome.reviews else outcome.status


def _place(outcome: Outcome) -> str:
    if outcome.status in ("refused", "changed"):
        return ""
    if len(outcome.paths) == outcome.policies == 1:
        return str(outcome.paths[0])
    where = f" in {outcome.paths[0]}" if len(outcome.paths) == 1 else ""
    return f"{outcome.policies} policies{where}"


def _rank(outcome: Outcome) -> int:
    return _ORDER.index(_word(outcome))


def _say_sums(done: Imported, names: tuple[str, ...]) -> None:
    words = [_word(outcome) for outcome in done.outcomes] + ["unchanged"] * done.known
    sums = [f"{words.count(word)} {word}" for word in _ORDER if word in words]
    click.echo(f"{len(words)} files: {', '.join(sums)}")
    if done.later:
        click.echo(f"{done.later} more pages are listed; import it again for these")
    if done.unwanted:
        click.echo(f"{done.unwanted} pages of other sites are listed; name them to import them")
    if done.left_alone:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in done.left_alone.most_common())
        click.echo(f"left alone, as no importer reads them: {kinds}")
    if done.policies:
        click.echo(
            f"{done.policies} policies from {', '.join(names)}; read them through (policybot check "
            "says what needs it), then run: policybot index"
        )


@click.command()
@click.option("--replace", is_flag=True, help="Overwrite the drafts of pages that have changed.")
@_allow_private
@click.pass_context
def follow(context: click.Context, replace: bool, allow_private: bool) -> None:
    """Fetch new pages of the sources in the corpus's sources.toml, as drafts.

    It prints one line per source, after one for each page that is new, changed or refused. For cron
    (docs/operations.md). Exit code: 0, or 2 when a page was refused, has changed or could not be
    fetched.

    \b
    policybot follow
    """
    from policybot.corpus.importers.pipeline.source import ImportOptions
    from policybot.corpus.issuers.table import read_issuers
    from policybot.web.fetching import Fetcher
    from policybot.web.following import follow as follow_sources
    from policybot.web.sources import FILE, read_sources

    config = configuration(context)
    sources = read_sources(config.corpus.path / FILE)
    issuers = read_issuers(config.corpus.issuers_file)
    troubled = False
    with (
        progress_bar() as progress,
        Fetcher(allow_private=allow_private, contact=sources.contact) as fetcher,
    ):
        options = ImportOptions(issuers=issuers, progress=progress)
        done = follow_sources(sources, config.corpus.path, options, fetcher, replace=replace)
        for source, result in done:
            for outcome in result.outcomes:
                if outcome.status != "unchanged":
                    click.echo("\t".join(_row(outcome)))
            click.echo(f"{source.url}: {_counts_line(result)}")
            troubled = troubled or result.count("refused", "changed") > 0
    context.exit(ERROR if troubled else 0)


def _counts_line(result: WebResult) -> str:
    counts = (
        (result.count("imported"), "new"),
        (result.count("replaced"), "replaced"),
        (result.count("changed"), "changed"),
        (result.known + result.count("unchanged", "kept"), "unchanged"),
        (result.count("refused"), "refused"),
        (result.later, "left for the next run"),
        (result.unwanted, "not wanted"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing is listed"


COMMANDS = {"import": import_, "follow": follow}
