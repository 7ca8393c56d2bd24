"""Map the columns of a table to the keys of a policy.

The mapping is given by the user (``--map title=标题``, or a file) or follows from the columns'
names. Nothing is guessed: if a column is unclear, the table is refused, with a proposal.

A mapping file is TOML::

    [columns]
    title = "标题"
    date = "成文日期"
    body = ["摘要", "正文"]
    url = []

Several columns of one key are joined (``body``, ``note``) or listed (``issuers``); an empty list
means that no column is that key, whatever its name.
"""

from __future__ import annotations

import difflib
import shlex
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policybot.corpus.dates import parse_date
from policybot.corpus.files.sound import is_url
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.corpus.importers.tables.names import key_at_last, plain_name, recognise
from policybot.corpus.problems import unknown_key
from policybot.errors import ConfigError, DateError, ImportRefusedError

KEYS = (
    "id",
    "title",
    "issuers",
    "date",
    "published",
    "effective",
    "expires",
    "status",
    "number",
    "language",
    "url",
    "body",
    "note",
)
"""The keys for columns; ``published`` is a publication date, which is never the policy's date."""

NEEDED = ("title", "body")
_SEVERAL = ("issuers", "body", "note")


@dataclass(frozen=True, slots=True)
class Columns:
    """The mapping of one table: columns by key, columns for the note, and unused columns."""

    keys: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    left: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(
            f"{key}={column}" for key in KEYS if key in self.keys for column in self.keys[key]
        )


def read_mapping(options: ImportOptions) -> dict[str, tuple[str, ...]]:
    """Return the columns that the user named for each key; ``--map`` overrides the file.

    Raises:
        ConfigError: a key is unknown, or the file is not a mapping.
    """
    asked = _read_file(options.map_file) if options.map_file else {}
    given: dict[str, list[str]] = {}
    for text in options.map:
        key, sign, column = text.partition("=")
        key = key.strip()
        if not sign:
            raise ConfigError(f"--map {text}: write KEY=COLUMN, as in --map title=标题")
        if key not in KEYS:
            raise ConfigError(f"--map {text}: {unknown_key(key, KEYS)}")
        given.setdefault(key, [])
        if column.strip():
            given[key].append(column.strip())
    for key, columns in given.items():
        asked[key] = _checked(key, tuple(columns), "--map")
    return asked


def keys_of(columns: Sequence[str]) -> set[str]:
    """Return the keys for which there is a column."""
    keys = {key for column in columns if (key := recognise(column)) is not None}
    return keys | {key for key in KEYS if key_at_last(key, columns) is not None}


def fit(
    path: Path,
    columns: Sequence[str],
    asked: Mapping[str, tuple[str, ...]],
    samples: Sequence[Mapping[str, str]],
    *,
    complete: bool = True,
) -> Columns:
    """Return the mapping of a table's columns.

    Args:
        path: The table, for messages.
        columns: Its columns, in order.
        asked: The user's mapping (see :func:`read_mapping`).
        samples: Some of its rows, for a proposal if one is needed.
        complete: Whether ``columns`` are all columns; if not, others may occur in later rows.

    Raises:
        ImportRefusedError: a column is missing, or it is not clear which column a key is.
    """
    keys: dict[str, tuple[str, ...]] = {
        key: tuple(_find(path, column, columns, complete=complete) for column in named)
        for key, named in asked.items()
    }
    mapped = {column for named in keys.values() for column in named}
    known = {column: recognise(column) for column in columns}
    for key in KEYS:
        if key in keys:
            continue
        candidates = [
            column
            for column, recognised in known.items()
            if recognised == key and (key in NEEDED or column not in mapped)
        ]
        exact = [column for column in candidates if plain_name(column) == key]
        candidates = exact if len(exact) == 1 else candidates
        own = [column for column in candidates if "." not in column]
        candidates = own if len(own) == 1 else candidates
        if len(candidates) > 1 and not own:
            candidates = candidates[:1]  # in JSON the outer objects come first
        if len(candidates) > 1:
            options = " or ".join(
                f"--map {shlex.quote(f'{key}={column}')}" for column in candidates
            )
            raise ImportRefusedError(
                f"{path}: {_listed(candidates)} may each be the {key}; say which: {options}"
            )
        if candidates:
            keys[key] = (candidates[0],)
    for key in KEYS:
        free = [column for column in columns if column not in mapped and _free(column, keys)]
        fallback = key_at_last(key, free) if key not in keys else None
        if fallback is not None and (key != "url" or _holds(samples, fallback, is_url)):
            keys[key] = (fallback,)
    keys = {key: named for key, named in keys.items() if named}
    _check_once(path, columns, keys)
    missing = [key for key in NEEDED if key not in keys]
    if missing:
        proposal = _proposal(columns, keys, samples)
        hint = f"; it may be: {proposal}" if proposal else ""
        raise ImportRefusedError(
            f"{path}: no column is known to be the {' or the '.join(missing)}; the columns are "
            f"{_listed(columns)}; say which is which{hint or ', as in --map title=COLUMN'}"
        )
    taken = {column for named in keys.values() for column in named}
    facts = tuple(c for c in columns if c not in taken and known.get(c) == "fact")
    left = tuple(c for c in columns if c not in taken and c not in facts)
    return Columns(keys, facts, left)


def _free(column: str, keys: Mapping[str, tuple[str, ...]]) -> bool:
    return all(column not in named for named in keys.values())


def _holds(samples: Sequence[Mapping[str, str]], column: str, test: Callable[[str], bool]) -> bool:
    """Return whether all values of a column in the sample rows pass a test."""
    values = [value.strip() for row in samples if (value := row.get(column, "")).strip()]
    return bool(values) and all(map(test, values))


def _read_file(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from None
    for key in table:
        if key != "columns":
            raise ConfigError(f"{path}: {unknown_key(key, ['columns'])}")
    columns = table.get("columns")
    if not isinstance(columns, dict):
        raise ConfigError(f'{path}: names no columns; write [columns] and lines like title = "…"')
    asked: dict[str, tuple[str, ...]] = {}
    for key, value in columns.items():
        if key not in KEYS:
            raise ConfigError(f"{path}: {unknown_key(key, KEYS, ' of columns')}")
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(n, str) and n.strip() for n in names):
            raise ConfigError(f"{path}: {key} is the name of a column, or a list of such names")
        asked[key] = _checked(key, tuple(name.strip() for name in names), str(path))
    return asked


def _checked(key: str, columns: tuple[str, ...], where: str) -> tuple[str, ...]:
    if len(columns) > 1 and key not in _SEVERAL:
        raise ConfigError(f"{where}: {key} is one column, and {_listed(columns)} are more")
    return columns


def _find(path: Path, name: str, columns: Sequence[str], *, complete: bool) -> str:
    """Return the column with a name, or the only one that differs in case or spaces."""
    if name in columns:
        return name
    alike = [column for column in columns if plain_name(column) == plain_name(name)]
    if len(alike) == 1:
        return alike[0]
    if not complete:
        return name
    raise no_column(path, name, columns)


def no_column(path: Path, name: str, columns: Sequence[str]) -> ImportRefusedError:
    """Return the error for a column that the user named and the table lacks."""
    close = difflib.get_close_matches(name, columns, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return ImportRefusedError(
        f"{path}: there is no column {name!r}; {hint}the columns are {_listed(columns)}"
    )


def _check_once(path: Path, columns: Sequence[str], keys: Mapping[str, tuple[str, ...]]) -> None:
    for key, named in keys.items():
        for column in named:
            if columns.count(column) > 1:
                raise ImportRefusedError(
                    f"{path}: two columns are called {column!r}, and one is to be the {key}; "
                    "rename one of them"
                )


def _proposal(
    columns: Sequence[str],
    keys: Mapping[str, tuple[str, ...]],
    samples: Sequence[Mapping[str, str]],
) -> str:
    """Return ``--map`` options that may fit, judging by the sample rows."""
    proposed = dict(keys)
    free = [column for column in columns if all(column not in named for named in keys.values())]
    cells = {
        column: [row[column] for row in samples if row.get(column, "").strip()] for column in free
    }
    cells = {column: values for column, values in cells.items() if values}

    def take(key: str, column: str | None) -> None:
        if column is not None and key not in proposed:
            proposed[key] = (column,)
            del cells[column]

    take("url", _most(cells, lambda text: is_url(text.strip())))
    take("date", _most(cells, _is_date))
    lengths = {column: sum(map(len, values)) / len(values) for column, values in cells.items()}
    take("body", max(lengths, key=lambda column: lengths[column], default=None))
    lengths = {column: length for column, length in lengths.items() if column in cells}
    distinct = {
        column: length
        for column, length in lengths.items()
        if len(set(cells[column])) * 2 > len(cells[column])
    }
    take("title", max(distinct, key=lambda column: distinct[column], default=None))
    return " ".join(
        f"--map {shlex.quote(f'{key}={column}')}"
        for key in KEYS
        for column in proposed.get(key, ())
    )


def _most(cells: Mapping[str, list[str]], test: Callable[[str], bool]) -> str | None:
    """Return the first column in which most cells pass a test."""
    return next(
        (
            column
            for column, values in cells.items()
            if sum(test(value) for value in values) * 2 > len(values)
        ),
        None,
    )


def _is_date(text: str) -> bool:
    try:
        parse_date(text.strip()[:10])
    except DateError:
        return False
    return True


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(repr(column) for column in columns)
