"""``policybot doctor``: everything that keeps a bot from answering, looked at in one go.

Each check gives findings of one line: what is so, and what to do about it. Nothing is changed, and
no part of the token is ever shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from policybot.config import Config, load_config, read_token
from policybot.doctor import data, local, remote
from policybot.doctor.finding import Finding, ok, problem, warning
from policybot.errors import ConfigError, PolicyBotError

__all__ = ["Finding", "examine"]

SECRET = 30
"""Characters after the colon; Telegram's tokens have 35."""


def examine(
    file: str | Path | None, environ: Mapping[str, str], *, offline: bool
) -> Iterator[Finding]:
    """Look at configuration, token, files, index, encoder, disk, clock, fonts, Telegram, in order.

    ``file`` is the configuration to use instead of the default one; ``offline`` asks nobody.
    """
    token = ""
    try:
        token = read_token(environ)
    except ConfigError as error:
        told = _no_token(environ, error)
    else:
        told = _token(environ, token)
    for finding in _all(file, environ, token, told, offline=offline):
        yield finding.without(token)


def _all(
    file: str | Path | None, environ: Mapping[str, str], token: str, told: Finding, *, offline: bool
) -> Iterator[Finding]:
    try:
        config = load_config(file, environ)
    except ConfigError as error:
        yield problem("config", str(error))
        yield told
        return
    yield from _safely("config", partial(local.configuration, config))
    yield told
    for name, look in _checks(config, token, offline=offline):
        yield from _safely(name, look)


def _checks(
    config: Config, token: str, *, offline: bool
) -> Iterator[tuple[str, Callable[[], Iterable[Finding]]]]:
    yield "state", partial(local.state, config)
    yield "corpus", partial(data.corpus, config)
    yield "index", partial(data.index, config)
    yield "encoder", partial(data.encoder, config)
    yield "disk", partial(local.disk, config)
    yield "clock", partial(local.clock, config)
    yield "picture", local.picture
    yield "telegram", partial(remote.telegram, config, token, offline=offline)


def _token(environ: Mapping[str, str], token: str) -> Finding:
    source = "POLICYBOT_TOKEN" if environ.get("POLICYBOT_TOKEN") else "POLICYBOT_TOKEN_FILE"
    if len(token.partition(":")[2]) < SECRET:
        return warning(
            "token",
            f"{source}: has the form of a token, but is shorter than any of Telegram's",
            "copy the whole of what @BotFather said",
        )
    return ok("token", f"{source}: has the form of a token")


def _no_token(environ: Mapping[str, str], error: ConfigError) -> Finding:
    if environ.get("POLICYBOT_TOKEN") or environ.get("POLICYBOT_TOKEN_FILE"):
        return problem("token", str(error))
    return warning("token", f"{error}; only `policybot bot` needs one")


def _safely(name: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield the findings of one check; what it did not expect is a finding too."""
    try:
        yield from look()
    except PolicyBotError as error:
        yield problem(name, str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        yield problem(name, f"{where}{error.strerror or type(error).__name__}")
    except Exception as error:  # noqa: BLE001 (whatever it is, the other checks go on)
        yield problem(
            name,
            f"the check itself failed: {type(error).__name__}; this is a defect, please report it",
        )
