"""Which column of a table is which key of a policy.

A person says it (``--map title=标题``, or a file), or the column's name does. What neither says is
asked for: a table is refused with its columns and a proposal, and nothing is guessed.

A mapping file is TOML::

    [columns]
    title = "标题"
    date = "成文日期"
    body = ["摘要", "正文"]
    url = []

Several columns of one key are joined (``body``, ``note``) or listed (``issuers``); an empty list
says that no column is that key, whatever it is called.
"""

from __future__ import annotations

import difflib
import re
import shlex
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policybot.corpus.dates import parse_date
from policybot.corpus.fields import is_url
from policybot.corpus.importers.labels import key_of
from policybot.corpus.importers.source import ImportOptions
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
"""What a column may be; ``published`` is a publication date, which is never the policy's date."""

NEEDED = ("title", "body")
_SEVERAL = ("issuers", "body", "note")

_COLUMNS = {
    "id": "id;identifier;policy id;document id;doc id",
    "title": "title;name;headline;policy name;document name;题名;政策标题;公文标题",
    "issuers": "issuers;authority;agency;ministry;organisation;organization;"
    "issuing bodies;department;机构;部门;发布部门;颁布部门;印发机关;印发单位;印发部门;制定部门;"
    "發布部門",
    "date": "date;policy date;date of policy;日期;颁布日期",
    "number": "number;policy number;字号",
    "language": "language;lang;语言;语种;語言",
    "url": "url;link;uri;source url;web address;webpage;"
    "网址;链接;原文链接;来源链接;网页链接;連結;網址",
    "body": "body;text;full text;fulltext;content;document text;policy text;"
    "正文;全文;内容;文本;文件内容;政策内容;正文内容;內容",
    "note": "note;notes;remark;remarks;comment;comments;备注;備註",
}
"""Names of columns beside the labels of documents, which are in :mod:`.labels`."""

_LABEL_KEYS = {
    "title": "title",
    "issuer": "issuers",
    "date": "date",
    "published": "published",
    "publisher": "issuers",
    "effective": "effective",
    "expires": "expires",
    "status": "status",
    "number": "number",
    "language": "language",
    "url": "url",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of one table are: by key, facts for the note, and those not taken."""

    keys: Mapping[str, tuple[str, ...]]
    facts: tuple[str, ...]
    left: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(
            f"{key}={column}" for key in KEYS if key in self.keys for column in self.keys[key]
        )


def read_mapping(options: ImportOptions) -> dict[str, tuple[str, ...]]:
    """Return the columns a person named for each key; ``--map`` wins over the file.

    Raises:
        ConfigError: a key is unknown, or the file is no mapping.
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


def recognise(column: str) -> str | None:
    """Return the key that a column's name says; ``fact`` for what belongs in a note."""
    key = _NAMES.get(_plain(column))
    if key is not None:
        return key
    label = key_of(column.replace("_", " "))
    return _LABEL_KEYS.get(label, "fact" if label == "fact" else None) if label else None


def fit(
    path: Path,
    columns: Sequence[str],
    asked: Mapping[str, tuple[str, ...]],
    samples: Sequence[Mapping[str, str]],
    *,
    complete: bool = True,
) -> Columns:
    """Return what the columns of a table are.

    Args:
        path: The table, for messages.
        columns: Its columns, in order.
        asked: What a person said (see :func:`read_mapping`).
        samples: Some of its rows, from which a proposal is made where one is needed.
        complete: Whether there are no other columns; else those asked for may still come.

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
        found = [
            column
            for column, meant in known.items()
            if meant == key and (key in NEEDED or column not in mapped)
        ]
        exact = [column for column in found if _plain(column) == key]
        found = exact if len(exact) == 1 else found
        if len(found) > 1:
            options = " or ".join(f"--map {shlex.quote(f'{key}={column}')}" for column in found)
            raise ImportRefusedError(
                f"{path}: {_listed(found)} may each be the {key}; say which: {options}"
            )
        if found:
            keys[key] = (found[0],)
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
    """Return the column a person meant: that name, else the one that differs in case or spaces."""
    if name in columns:
        return name
    alike = [column for column in columns if _plain(column) == _plain(name)]
    if len(alike) == 1:
        return alike[0]
    if not complete:
        return name
    raise no_column(path, name, columns)


def no_column(path: Path, name: str, columns: Sequence[str]) -> ImportRefusedError:
    """Return the error that a table lacks a column a person named."""
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
    """Return options of ``--map`` that may fit, from what the cells of some rows look like."""
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
    """Return the first column of whose cells most pass a test."""
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


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_\-.:*()（）]+", "", folded)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(repr(column) for column in columns)


_NAMES = {_plain(name): key for key, names in _COLUMNS.items() for name in names.split(";")}
