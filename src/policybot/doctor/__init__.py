"""``policybot doctor``: check everything that may keep a bot from answering.

Each check yields findings of one line: the state, and what to do about it. Nothing is changed, and
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
"""The least characters of a token after the colon; Telegram's have 35."""


def examine(
    file: str | Path | None, environ: Mapping[str, str], *, offline: bool
) -> Iterator[Finding]:
    """Yield the findings of all checks, in order.

    ``file`` is the configuration to use instead of the default one; with ``offline`` no server is
    contacted.
    """
    token = ""
    try:
        token = read_token(environ)
    except ConfigError as error:
        token_finding = _no_token(environ, error)
    else:
        token_finding = _token(environ, token)
    for finding in _all(file, environ, token, token_finding, offline=offline):
        yield finding.without(token)


def _all(
    file: str | Path | None,
    environ: Mapping[str, str],
    token: str,
    token_finding: Finding,
    *,
    offline: bool,
) -> Iterator[Finding]:
    try:
        config = load_config(file, environ)
    except ConfigError as error:
        yield problem("config", str(error))
        yield token_finding
        return
    yield from _safely("config", partial(local.configuration, config))
    yield token_finding
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
    """Yield the findings of one check; an exception becomes a finding, too."""
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
