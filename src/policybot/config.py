"""``bot_config.toml`` and the environment, read into one frozen :class:`Config`.

Every key has a default. A relative path is relative to the file it stands in (to the working
folder when there is no file). The bot's token is not a key: see :func:`read_token`.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from policybot.errors import ConfigError

DEFAULT_FILE = "bot_config.toml"
AUTO = "auto"

NAME_LIMIT = 64
"""Most characters of a bot's name (Bot API, setMyName)."""

_LANGUAGES = ("en", "zh", "es")

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
"""What stands in the address of every call, so nothing else may stand in it."""

_SHORTEST_BEARER = 16
_BEARER = re.compile(rf"[A-Za-z0-9._~+/-]{{{_SHORTEST_BEARER},}}=*")
"""RFC 6750, section 2.1."""


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """``[corpus]``: where the policies and the table of issuers are."""

    path: Path = Path("corpus")
    issuers: Path | None = None

    @property
    def issuers_file(self) -> Path:
        """The table of issuers: as configured, else ``issuers.toml`` in the corpus."""
        return self.issuers or self.path / "issuers.toml"


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """``[index]``: where encoders and generations are kept, and what serves the latter.

    ``uri`` is for ``milvus``: a server's (``http://host:port``), or a file that ends in ``.db``.
    """

    path: Path = Path("embeddings")
    backend: Literal["faiss", "milvus"] = "faiss"
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """``[encoder]``: ``model`` is ``auto``, ``bundled``, ``multilingual``, a hub name or a folder.

    ``auto`` is what fits the corpus of what is installed (:mod:`policybot.encoder.choice`).
    """

    model: str = AUTO
    precision: Literal["fp32", "int8"] = "fp32"
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """``[search]``: hits per answer, and an optional cross-encoder: a folder or a hub name."""

    limit: int = 5
    reranker: str | None = None


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """``[telegram]``: everything about the bot but its token.

    ``name`` is for every language, or one by the language it is for.
    """

    base_url: str = "https://api.telegram.org/bot"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str | None = None
    webhook_listen: str = "127.0.0.1:8080"
    admins: tuple[int, ...] = ()
    allow: tuple[int, ...] = ()
    deny: tuple[int, ...] = ()
    language: Literal["auto", "en", "zh", "es"] = "auto"
    name: str | Mapping[str, str] | None = None
    conversation_minutes: int = 60
    state: Path = Path("state.sqlite")
    retention_days: int = 30


@dataclass(frozen=True, slots=True)
class LogConfig:
    """``[log]``: how much is logged, and as what; ``questions``: what people asked, too."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"
    questions: bool = False


@dataclass(frozen=True, slots=True)
class MetricsConfig:
    """``[metrics]``: where /healthz and /metrics are (host:port); None: nowhere."""

    listen: str | None = None


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """``[serve]``: the page, the HTTP API and the MCP server.

    ``public_url`` is where people reach it, without a slash at the end; ``per_minute`` how many
    requests one address may make; ``proxies`` whose ``X-Forwarded-For`` is believed (addresses with
    commas between them); ``cors`` the origin of other sites that may call the API, or ``*``;
    ``cache_mb`` how much memory finished responses may take, in MB (0: none is kept);
    ``processes`` how many answer questions beside the server's own (0: it answers by itself).
    """

    listen: str = "127.0.0.1:8080"
    public_url: str | None = None
    per_minute: int = 120
    proxies: str | None = None
    cors: str | None = None
    cache_mb: int = 16
    processes: int = 0


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration. ``file`` is where it was read from, or None for the defaults."""

    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    index: IndexConfig = field(default_factory=IndexConfig)
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    telegram: TelegramConfig = field(default_factory=TelegramConfig)
    log: LogConfig = field(default_factory=LogConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    file: Path | None = None


def load_config(
    file: str | os.PathLike[str] | None = None, environ: Mapping[str, str] | None = None
) -> Config:
    """Read the configuration from ``file``, ``$POLICYBOT_CONFIG`` or ``./bot_config.toml``.

    Without any of them the defaults hold. A file that was named must exist.

    Raises:
        ConfigError: the file cannot be read, or a key or value in it is wrong.
    """
    environ = os.environ if environ is None else environ
    named = file or environ.get("POLICYBOT_CONFIG")
    path = Path(named) if named else Path(DEFAULT_FILE)
    if not named and not path.exists():
        return Config()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; name a configuration that exists, or leave --config and "
            "POLICYBOT_CONFIG out to use the defaults"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}") from None
    sections = {f.name: f for f in dataclasses.fields(Config) if f.name != "file"}
    hints = get_type_hints(Config)
    values: dict[str, Any] = {}
    for name, table in data.items():
        if name not in sections:
            raise ConfigError(f"{path}: unknown section [{name}]{_nearest(name, sections)}")
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: {name} must be a section: write [{name}] on its own line")
        values[name] = _section(path, name, hints[name], table)
    config = Config(**values, file=path)
    config = dataclasses.replace(config, index=_with_place(config.index, path))
    _check_addresses(config, path)
    return config


def _with_place(index: IndexConfig, path: Path) -> IndexConfig:
    """Return ``index`` with a uri that is a file relative to the one it stands in."""
    if index.backend == "milvus" and index.uri is None:
        raise ConfigError(
            f"{path}: [index] backend = 'milvus' needs uri: http://host:port of a Milvus server, "
            "or a file that ends in .db (Milvus Lite)"
        )
    if index.uri is None or "://" in index.uri:
        return index
    return dataclasses.replace(index, uri=str(path.parent / Path(index.uri).expanduser()))


def _check_addresses(config: Config, path: Path) -> None:
    base = config.telegram.base_url
    try:
        parts = urlsplit(base)
        # Reading the port is what finds that it is none.
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or parts.scheme not in ("http", "https") or not parts.path.endswith("/bot"):
        raise ConfigError(
            f"{path}: [telegram] base_url = {base!r}: must be the address of a Bot API server, as "
            f"in {TelegramConfig().base_url!r}: http or https, ending in /bot"
        )
    for key, listen in (
        ("[telegram] webhook_listen", config.telegram.webhook_listen),
        ("[metrics] listen", config.metrics.listen),
        ("[serve] listen", config.serve.listen),
    ):
        port = (listen or ":1").rpartition(":")[2]
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16):
            raise ConfigError(
                f"{path}: {key} = {listen!r}: must be host:port, as in '127.0.0.1:9464'"
            )
    _check_name(config.telegram.name, f"{path}: [telegram] name")
    if config.serve.public_url is not None:
        check_public_url(config.serve.public_url, f"{path}: [serve] public_url")


def _check_name(name: str | Mapping[str, str] | None, where: str) -> None:
    for one in name.values() if isinstance(name, Mapping) else [name or ""]:
        if len(one) > NAME_LIMIT:
            raise ConfigError(
                f"{where} = {one!r}: Telegram takes {NAME_LIMIT} characters at most, not {len(one)}"
            )


def check_public_url(url: str, where: str) -> None:
    """Check an address that others are to begin with.

    Raises:
        ConfigError: it is none of the web, or ends in a slash; the message begins with ``where``.
    """
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.scheme in ("http", "https")
    except ValueError:
        usable = False
    if not usable or url.endswith("/") or parts.query or parts.fragment:
        raise ConfigError(
            f"{where} = {url!r}: must be where people reach the page, without a slash at the end, "
            "as in 'https://policies.example.org'"
        )


def read_token(environ: Mapping[str, str] | None = None) -> str:
    """Return the bot's token from ``POLICYBOT_TOKEN``, or the file ``POLICYBOT_TOKEN_FILE`` names.

    Raises:
        ConfigError: there is no token, or its file is readable by others. The message never
            contains any part of the token.
    """
    environ = os.environ if environ is None else environ
    token = environ.get("POLICYBOT_TOKEN", "").strip()
    named = environ.get("POLICYBOT_TOKEN_FILE", "").strip()
    if not token and named:
        path = Path(named)
        try:
            if path.stat().st_mode & _not_for(path, environ):
                raise ConfigError(
                    f"{path}: the token file can be read by others; run: chmod 600 {path}"
                )
            token = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise ConfigError(f"{path}: cannot read the token file: {reason}") from None
    if not token:
        raise ConfigError(
            "no bot token: set POLICYBOT_TOKEN, or POLICYBOT_TOKEN_FILE to a file with mode 600 "
            "that holds it (get one from @BotFather)"
        )
    if not _TOKEN.fullmatch(token):
        raise ConfigError(
            "the bot token is malformed: it looks like 123456:ABC-DEF_1 (a number, a colon, then "
            "letters, digits, - and _)"
        )
    return token


def read_serve_tokens(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the bearer tokens of ``serve``: the lines of ``POLICYBOT_SERVE_TOKENS_FILE``.

    Empty where that is not set: then everybody may ask.

    Raises:
        ConfigError: the file cannot be read, is readable by others, or holds no usable token. The
            message contains no part of one.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("POLICYBOT_SERVE_TOKENS_FILE", "").strip()
    if not named:
        return ()
    path = Path(named)
    try:
        if path.stat().st_mode & _not_for(path, environ):
            raise ConfigError(f"{path}: the tokens can be read by others; run: chmod 600 {path}")
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{path}: cannot read the tokens: {reason}") from None
    tokens = tuple(line.strip() for line in lines if line.strip())
    if not tokens or not all(_BEARER.fullmatch(token) for token in tokens):
        raise ConfigError(
            f"{path}: must hold one token a line, each of {_SHORTEST_BEARER} or more letters, "
            "digits and -._~+/ (make one with: openssl rand -hex 24)"
        )
    return tokens


def _not_for(path: Path, environ: Mapping[str, str]) -> int:
    """Return the permissions that a token file must not have."""
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    if credentials and path.parent == Path(credentials):
        # systemd lets the service alone in there, by an access list that shows as the group's.
        return stat.S_IRWXO
    return stat.S_IRWXG | stat.S_IRWXO


def _by_language(where: str, table: Mapping[str, object]) -> Mapping[str, str]:
    """Return texts by the language of the interface they are for."""
    for language, text in table.items():
        if language not in _LANGUAGES:
            raise ConfigError(
                f"{where}.{language}: no language of the interface; known: {', '.join(_LANGUAGES)}"
            )
        if not isinstance(text, str) or not text:
            raise ConfigError(f"{where}.{language} = {text!r}: must be a text in quotes")
    return {language: str(text) for language, text in table.items()}


def _nearest(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known: {', '.join(known)}"


def _section(path: Path, name: str, kind: type[Any], table: dict[str, Any]) -> object:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{path}: [{name}] {key}"
        if key not in hints:
            if "token" in key:
                raise ConfigError(
                    f"{where}: the token never stands in this file; set POLICYBOT_TOKEN or "
                    "POLICYBOT_TOKEN_FILE"
                )
            raise ConfigError(f"{path}: unknown key {key} in [{name}]{_nearest(key, hints)}")
        values[key] = _value(where, hints[key], value, path.parent)
    return kind(**values)


def _value(where: str, hint: Any, value: object, folder: Path) -> object:  # noqa: ANN401
    options = [kind for kind in get_args(hint) if kind is not type(None)]
    if isinstance(value, dict) and Mapping[str, str] in options:
        return _by_language(where, value)
    if get_origin(hint) is Literal:
        if value not in options:
            raise ConfigError(
                f"{where} = {value!r}: must be one of {', '.join(map(repr, options))}"
            )
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(type(item) is int for item in value):
            raise ConfigError(
                f"{where} = {value!r}: must be a list of whole numbers (Telegram ids)"
            )
        return tuple(value)
    kind = options[0] if options else hint
    if kind is bool:
        if not isinstance(value, bool):
            raise ConfigError(f"{where} = {value!r}: must be true or false")
        return value
    if kind is int:
        if type(value) is not int or value < 0:
            raise ConfigError(f"{where} = {value!r}: must be a whole number, 0 or more")
        if where.endswith(" limit") and value < 1:
            raise ConfigError(f"{where} = {value!r}: must be 1 or more")
        return value
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where} = {value!r}: must be a text in quotes")
    return folder / Path(value).expanduser() if kind is Path else value
