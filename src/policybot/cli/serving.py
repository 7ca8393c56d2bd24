"""Commands that serve: bot."""

from __future__ import annotations

import click

from policybot.cli.common import configuration


@click.command()
@click.pass_context
def bot(context: click.Context) -> None:
    """Answer questions in Telegram until stopped (SIGTERM or Ctrl-C).

    The token comes from POLICYBOT_TOKEN, or the file POLICYBOT_TOKEN_FILE names.

    \b
    POLICYBOT_TOKEN_FILE=token.txt policybot bot
    """
    import os

    from policybot.telegram.app import run_bot

    run_bot(configuration(context), os.environ)


COMMANDS = {"bot": bot}
