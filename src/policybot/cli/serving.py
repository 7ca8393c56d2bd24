"""Commands that serve: bot, serve, mcp, site, doctor."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import click

from policybot.cli import ERROR
from policybot.cli.common import coloured, configuration, counted, need

_COLOURS = {"ok": "green", "skipped": "blue", "warning": "yellow", "problem": "red"}


@click.command()
@click.pass_context
def bot(context: click.Context) -> None:
    """Answer questions in Telegram until stopped (SIGTERM or Ctrl-C).

    The token comes from POLICYBOT_TOKEN, or the file POLICYBOT_TOKEN_FILE names.

    \b
    POLICYBOT_TOKEN_FILE=token.txt policybot bot
    """
    from policybot.bot.app import run_bot

    run_bot(configuration(context), os.environ)


@click.command()
@click.option("--listen", metavar="HOST:PORT", help="Where to listen (default: as configured).")
@click.option(
    "--processes",
    type=click.IntRange(0, 64),
    help="Processes that answer beside the server's own, one a core (default: as configured).",
)
@click.pass_context
def serve(context: click.Context, listen: str | None, processes: int | None) -> None:
    """Serve the page, the HTTP API and the MCP server until stopped (SIGTERM or Ctrl-C).

    Needs the extra "serve". Bearer tokens come from the file POLICYBOT_SERVE_TOKENS_FILE names.

    \b
    policybot serve
    policybot serve --listen 127.0.0.1:8080
    policybot serve --processes 4
    """
    need("serve", "starlette", "uvicorn", "jinja2")
    from policybot.serve.app import run_server

    config = configuration(context)
    if processes is not None:
        settings = dataclasses.replace(config.serve, processes=processes)
        config = dataclasses.replace(config, serve=settings)
    run_server(config, listen, os.environ, lambda at: click.echo(f"serving {at}", err=True))


@click.command()
@click.pass_context
def mcp(context: click.Context) -> None:
    """Serve an assistant over standard input and output (Model Context Protocol).

    The assistant's program starts it: it gets tools to search the corpus and to check quotations.
    Needs the extra "serve".

    \b
    policybot mcp
    policybot --config /etc/policybot/bot_config.toml mcp
    """
    need("serve", "mcp")
    from policybot.serve.mcp import run_mcp

    run_mcp(configuration(context))


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--url", metavar="URL", help="Its public URL (default: [serve] public_url).")
@click.option(
    "--language", type=click.Choice(["en", "zh", "es"]), default="en", help="Interface language."
)
@click.pass_context
def site(context: click.Context, folder: Path, url: str | None, language: str) -> None:
    """Write the policies as a static site with the URLs of `serve`, and a sitemap.

    DIR is new, empty, or written by this command before. Needs the extra "serve".

    \b
    policybot site public --url https://policies.example.org
    """
    need("serve", "starlette", "jinja2")
    from policybot.serve.page.site import write_site

    count = write_site(configuration(context), folder, url, language)
    click.echo(f"wrote {folder}: {counted(count, 'policy', 'policies')}", err=True)


@click.command()
@click.option("--offline", is_flag=True, help="Do not contact Telegram.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def doctor(context: click.Context, offline: bool, as_json: bool) -> None:
    """Check everything that a bot needs, and say how to fix what is wrong.

    One line per check: ok, skipped, warning or problem. Exits with 2 when there is a problem, else
    with 0.

    \b
    policybot doctor
    policybot doctor --offline --json
    """
    from policybot.doctor import examine

    findings = []
    for finding in examine(context.find_root().obj, os.environ, offline=offline):
        findings.append(finding)
        if not as_json:
            level = f"{finding.level:8}"
            if coloured():
                level = click.style(level, fg=_COLOURS[finding.level])
            cure = f"; {finding.cure}" if finding.cure else ""
            click.echo(f"{level} {finding.check:9} {finding.message}{cure}")
    well = all(finding.level != "problem" for finding in findings)
    if as_json:
        report = {"ok": well, "findings": [dataclasses.asdict(finding) for finding in findings]}
        click.echo(json.dumps(report, ensure_ascii=False))
    context.exit(0 if well else ERROR)


COMMANDS = {"bot": bot, "serve": serve, "mcp": mcp, "site": site, "doctor": doctor}
