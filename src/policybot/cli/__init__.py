"""The command line: thin commands over the library.

Exit codes are grep's: 0 answered, 1 no answer, 2 error.
"""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

import click

from policybot.errors import PolicyBotError

NO_ANSWER, ERROR, INTERRUPTED = 1, 2, 130

_MODULES = {
    "ask": "asking", "chat": "asking", "list": "asking", "show": "asking", "timeline": "asking",
    "issuers": "issuing",
    "import": "importing", "follow": "importing", "review": "reviewing",
    "relations": "relating",
    "check": "keeping", "index": "keeping", "status": "keeping",
    "verify": "examining", "diff": "examining",
    "eval": "measuring", "calibrate": "calibrating", "feedback": "learning", "tune": "learning",
    "bot": "serving", "serve": "serving", "mcp": "serving", "site": "serving",
    "doctor": "serving",
}  # fmt: skip


class _Commands(click.Group):
    """Imports the module of a command on use, so that ``--help`` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        name = _MODULES.get(cmd_name)
        if name is None:
            return None
        import importlib

        module = importlib.import_module(f"policybot.cli.{name}")
        command: click.Command = module.COMMANDS[cmd_name]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        if args and args[0] not in _MODULES and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], _MODULES, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise click.UsageError(f"no such command: {args[0]}{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", "config_file", metavar="FILE", help="Configuration (default: ./bot_config.toml)."
)
@click.version_option(package_name="policybot")
@click.pass_context
def cli(context: click.Context, config_file: str | None) -> None:
    """Answer questions about public policies, word for word, dated and attributed.

    \b
    policybot ask "What did MIIT issue in 2012?"
    policybot list --since 2013
    policybot index
    """
    context.obj = config_file


def main() -> NoReturn:
    """Run a command; a known error is one line on standard error and exit code 2."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Policies are UTF-8 whatever the locale; an undecodable byte in a question is no error.
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = cli.main(standalone_mode=False, prog_name="policybot")
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = ERROR
    except PolicyBotError as error:
        click.echo(f"policybot: {error}", err=True)
        code = ERROR
    except (KeyboardInterrupt, click.Abort):
        click.echo("policybot: interrupted", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has closed the pipe; keep Python from flushing it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        click.echo(f"policybot: {error.filename or 'output'}: {error.strerror or error}", err=True)
        code = ERROR
    except Exception as error:
        if os.environ.get("POLICYBOT_TRACEBACK"):
            raise
        click.echo(
            f"policybot: unexpected {type(error).__name__}: {error}; this is a defect, please "
            "report it with what POLICYBOT_TRACEBACK=1 adds",
            err=True,
        )
        code = ERROR
    sys.exit(code if isinstance(code, int) else 0)
