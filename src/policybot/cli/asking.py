"""Commands that read the index: ask, chat, list, show, timeline."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click

from policybot.cli import NO_ANSWER
from policybot.cli.common import (
    check_writable,
    coloured,
    conditions_of,
    configuration,
    coverage,
    engine_of,
    table,
)
from policybot.errors import ConfigError
from policybot.model import Answer, Document, ShownProvision

_issuer = click.option(
    "--issuer",
    "issuers",
    multiple=True,
    metavar="NAME",
    help="Only policies of this issuer; may be repeated.",
)
_since = click.option(
    "--since",
    metavar="DATE",
    help="Only policies of this date or later (2013, 2013-09, 2013-09-17).",
)
_until = click.option("--until", metavar="DATE", help="Only policies of this date or earlier.")


@click.command()
@click.argument("question")
@_issuer
@_since
@_until
@click.option("--limit", type=click.IntRange(min=1), help="Maximum number of hits.")
@click.option("--list", "as_list", is_flag=True, help="Every matching policy, in date order.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object; with QUESTION -, one per line."
)
@click.option(
    "--explain", is_flag=True, help="Show how the question was read and every candidate's evidence."
)
@click.pass_context
def ask(
    context: click.Context,
    question: str,
    issuers: tuple[str, ...],
    since: str | None,
    until: str | None,
    limit: int | None,
    as_list: bool,
    as_json: bool,
    explain: bool,
) -> None:
    """Answer QUESTION from the corpus, word for word; - reads one question per line.

    \b
    policybot ask "What did MIIT issue in 2012?"
    policybot ask "special funds" --issuer "Ministry of Finance" --json
    policybot ask --json - < questions.txt
    """
    conditions = conditions_of(issuers, since, until)
    with engine_of(context) as engine:

        def answer_one(text: str) -> Answer:
            answer = engine.answer(
                text,
                conditions=conditions,
                limit=limit,
                intent="list" if as_list else None,
                explain=explain,
            )
            _print(answer, as_json=as_json, explain=explain)
            return answer

        if question == "-":
            answered = [answer_one(line.rstrip("\r\n")).answered for line in sys.stdin]
            code = 0 if any(answered) else NO_ANSWER
        else:
            code = 0 if answer_one(question).answered else NO_ANSWER
    context.exit(code)


def _print(answer: Answer, *, as_json: bool, explain: bool) -> None:
    if as_json:
        from policybot.render.json import answer_json

        click.echo(answer_json(answer))
        sys.stdout.flush()
        return
    from policybot.render.text import answer_text, evidence_text

    if explain:
        click.echo(evidence_text(answer), nl=False)
    click.echo(answer_text(answer, colour=coloured()), nl=False, color=True)


@click.command()
@click.pass_context
def chat(context: click.Context) -> None:
    """Ask one question after another; an empty line or Ctrl-D ends it.

    \b
    policybot chat
    """
    from contextlib import suppress

    with suppress(ImportError):
        import readline  # noqa: F401 - importing it gives input() history and editing
    from policybot.render.text import answer_text

    with engine_of(context) as engine:
        click.echo(f"{coverage(engine.info)}. An empty line ends.")
        before: Answer | None = None
        while True:
            try:
                question = input("? " if sys.stdin.isatty() else "")
            except EOFError:
                break
            if not question.strip():
                break
            before = engine.answer(question, before=before)
            click.echo(answer_text(before, colour=coloured()), color=True)


@click.command("list")
@_issuer
@_since
@_until
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line and policy.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV for spreadsheets.")
@click.pass_context
def list_(
    context: click.Context,
    issuers: tuple[str, ...],
    since: str | None,
    until: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List the policies of the corpus, in date order.

    The CSV is UTF-8 with a byte order mark, so that Excel reads Chinese.

    \b
    policybot list --issuer MIIT --since 2012
    policybot list --csv > policies.csv
    """
    from policybot.render.csv import policies_csv
    from policybot.render.text import policy_rows

    if as_json and as_csv:
        raise click.UsageError("give --json or --csv, not both")
    conditions = conditions_of(issuers, since, until)
    with engine_of(context) as engine:
        answer = engine.list(conditions)
    policies = [hit.policy for hit in answer.hits]
    if as_json:
        for policy in policies:
            click.echo(json.dumps(policy.to_dict(), ensure_ascii=False))
    elif as_csv:
        click.echo(policies_csv(policies), nl=False)
    else:
        table(("date", "issuers", "title", "id"), list(policy_rows(policies)), header=False)
    if answer.detail and not as_json:
        click.echo(answer.detail, err=True)
    context.exit(0 if policies else NO_ANSWER)


@click.command()
@click.argument("policy_id", metavar="ID")
@click.option(
    "--context",
    "passage",
    is_flag=False,
    flag_value="all",
    metavar="[PASSAGE]",
    help="Its passages with headings and repairs; or one (2 or ID#2) and its neighbours.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--page", type=click.IntRange(min=1), metavar="N", help="A page of its PDF, as an image."
)
@click.option(
    "--png",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write that image.",
)
@click.pass_context
def show(
    context: click.Context,
    policy_id: str,
    passage: str | None,
    as_json: bool,
    page: int | None,
    png: Path | None,
) -> None:
    """Show a whole policy: metadata, relations, repairs, and its text.

    With an address after its id, show that article, section or item alone.

    \b
    policybot show 2012-02-14-12th-five-year-plan-development
    policybot show harbour-ordinance#art5.2
    policybot show 2012-02-14-12th-five-year-plan-development --context 1
    policybot show harbour-dredging-strategy --page 2 --png page.png
    """
    from policybot.render.context import context_json, context_text
    from policybot.render.json import document_json
    from policybot.render.text import document_text

    if (page is None) != (png is None):
        raise click.UsageError("--page and --png belong together")
    if png is not None:
        check_writable(png)
    name, mark, address = policy_id.rpartition("#")
    with engine_of(context) as engine:
        if mark and not address.isdecimal() and passage is None and page is None:
            _print_provision(engine.provision(name, address), as_json=as_json)
            return
        document = engine.show(policy_id)
    if page is not None and png is not None:
        from policybot.corpus.files.write import write_atomically
        from policybot.corpus.text.page_image import page_image

        picture = page_image(configuration(context).corpus.path, document.policy, page)
        write_atomically(png, picture)
        click.echo(f"wrote {png}", err=True)
        return
    if passage is not None:
        numbers = _passages(document, passage)
        if as_json:
            click.echo(context_json(document, numbers))
        else:
            text = context_text(document, numbers, colour=coloured())
            click.echo(text, nl=False, color=True)
    elif as_json:
        click.echo(document_json(document))
    else:
        click.echo(document_text(document, colour=coloured()), nl=False, color=True)


def _print_provision(shown: ShownProvision, *, as_json: bool) -> None:
    from policybot.render.provision import provision_json, provision_text

    if as_json:
        click.echo(provision_json(shown))
    else:
        click.echo(provision_text(shown, colour=coloured()), nl=False, color=True)


def _passages(document: Document, passage: str) -> list[int]:
    """Return the numbers, from 1, of the passages that ``--context`` names."""
    every = list(range(1, len(document.passages) + 1))
    if passage == "all":
        return every
    name = passage if "#" in passage else f"{document.policy.index_id}#{passage}"
    matching = [number for number in every if document.passages[number - 1].id == name]
    if not matching:
        message = f"{passage}: {document.policy.index_id} has the passages 1 to {len(every)}"
        raise click.BadParameter(message, param_hint="--context")
    return matching


@click.command()
@click.argument("topic", default="")
@_issuer
@_since
@_until
@click.option(
    "--png",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also draw it as a PNG image.",
)
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also draw it as an SVG image.",
)
@click.pass_context
def timeline(
    context: click.Context,
    topic: str,
    issuers: tuple[str, ...],
    since: str | None,
    until: str | None,
    png: Path | None,
    svg: Path | None,
) -> None:
    """Show the policies (on TOPIC) over time, and how many each issuer has per year.

    \b
    policybot timeline
    policybot timeline "standards" --png standards.png
    """
    from policybot.render.picture import draw_timeline
    from policybot.render.timeline import timeline_chart, timeline_text

    pictures = {kind: path for kind, path in (("png", png), ("svg", svg)) if path}
    for path in pictures.values():
        check_writable(path)
    conditions = conditions_of(issuers, since, until)
    with engine_of(context) as engine:
        answer = (
            engine.answer(topic, conditions=conditions, intent="list")
            if topic.strip()
            else engine.list(conditions)
        )
        canonical = engine.issuers.canonical
    policies = [hit.policy for hit in answer.hits]
    legend: tuple[str, ...] = ()
    if policies:
        drawn = {
            path: draw_timeline(policies, form=kind, canonical=canonical)
            for kind, path in pictures.items()
        }
        for path, chart in drawn.items():
            legend = chart.legend
            try:
                path.write_bytes(chart.data)
            except OSError as error:
                raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    click.echo(timeline_text(answer), nl=False)
    if policies:
        width = shutil.get_terminal_size((100, 24)).columns
        click.echo("\n" + timeline_chart(policies, canonical=canonical, width=width), nl=False)
        for line in legend:
            click.echo(line)
        for path in pictures.values():
            click.echo(f"wrote {path}", err=True)
    context.exit(0 if answer.answered else NO_ANSWER)


COMMANDS = {
    "ask": ask,
    "chat": chat,
    "list": list_,
    "show": show,
    "timeline": timeline,
}
