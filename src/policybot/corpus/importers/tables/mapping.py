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
from policybot.corpus.files.fields import is_url
from policybot.corpus.importers.labels import key_of
from policybot.corpus.importers.pipeline.source import ImportOptions
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
    "title": "title;name;headline;policy name;document name;题名;政策标题;公文标题;文档标题;"
    "文档名称;法规标题;通知名称",
    "issuers": "issuers;authority;agency;ministry;organisation;organization;authorities;agencies;"
    "ministries;organisations;organizations;departments;"
    "issuing bodies;department;机构;部门;发布部门;颁布部门;印发机关;印发单位;印发部门;制定部门;"
    "發布部門",
    "date": "date;policy date;date of policy;signing date;日期;颁布日期",
    "number": "number;policy number;document no;字号;发文号",
    "language": "language;lang;语言;语种;語言",
    "url": "url;link;uri;source url;web address;webpage;html url;"
    "原文网址;出处链接;网址;链接;原文链接;来源链接;网页链接;連結;網址",
    "body": "body;text;full text;fulltext;content;document text;policy text;"
    "正文;全文;内容;文本;文件内容;政策内容;正文内容;內容",
    "note": "note;notes;remark;remarks;comment;comments;备注;備註",
}
"""Names of columns beside the labels of documents, which are in :mod:`.labels`."""

_OTHERWISE = {
    "title": "policy;law;act;regulation;document;policy title;subject;政策;政策文件;文件;法规名称;"
    "法律名称;制度名称",
    "body": "policy content;policy body;content text;full content;document content;body text;parts;"
    "sections;details;provisions;excerpt;extract;quote;条款;条文;条款内容;条文内容;关键条款;原文关键条款;原文;政策原文;"
    "原文内容;原文摘录;主要内容;政策要点;文件正文;"
    "description;summary;abstract;overview;synopsis;摘要;简介;概述;内容摘要;内容简介;政策摘要;内容概述",
    "issuers": "issued by agency;publisher;publishing organisation;publishing organization;"
    "agency names;publishers;responsible authority;牵头部门;牵头单位;主管部门;责任单位",
    "date": "year;policy year;year issued;year of issue;年份;年度;发文年份",
    "published": "first published at;first published;publication date;published at;first public at;"
    "public updated at;updated at;pub date;posted date",
    "effective": "effective on;effective at;in force on;date of entry into force;date in force",
    "number": "document number;citation;identifier;policy id;reference id;编号;序列号",
    "url": "html url;web url;canonical url;source link;出处链接;文件链接;政策链接;政策网址;"
    "来源网址;公开链接;来源;source",
    "language": "locale",
    "status": "status;state",
}
"""Names that say what a column is where no other column does; the first of them wins."""

_FACTS = (
    "source;来源;信息来源;数据来源;country;countries;geography;jurisdiction;region;province;"
    "state or province;city;scope;sector;"
    "sectors;level;document types;policy type;policy instrument;国家;地区;区域;省份;城市;层级;级别;"
    "政策类型;政策类别;文种;适用范围;行业;领域"
)
"""Names of columns that belong in a note."""

_SUMMARIES = (
    "description;summary;abstract;overview;synopsis;"
    "摘要;简介;概述;内容摘要;内容简介;政策摘要;内容概述"
)
_WRAPPERS = frozenset(
    ["details", "metadata", "meta", "attributes", "properties", "fields", "data", "document"]
)
"""Objects in JSON whose members are those of the document itself."""

_NAME_OF = frozenset(["title", "name", "label", "rawname", "displayname", "preflabel"])
_PATH = re.compile(r"[^\s.]+(?:\.[^\s.]+)+")
_REMARK = re.compile(r"[(（][^()（）]*[)）]")

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
    """Return the key that a column's name says; ``fact`` for what belongs in a note.

    A remark in parentheses is no part of a name. Of ``outer.inner`` in JSON the inner name counts
    where the outer one holds the document's own members (``details.body``), and the outer one where
    the inner is a name of it (``links.organisations.title``).
    """
    if _PATH.fullmatch(column):
        *outer, inner = column.split(".")
        if _plain(inner) in _NAME_OF:
            return "issuers" if recognise(outer[-1]) == "issuers" else None
        return recognise(inner) if all(_plain(one) in _WRAPPERS for one in outer) else None
    for name in (column, _REMARK.sub("", column)):
        key = _NAMES.get(_plain(name))
        if key is not None:
            return key
        if _plain(name) in _FACT_NAMES:
            return "fact"
        label = key_of(name.replace("_", " "))
        if label:
            return _LABEL_KEYS.get(label, "fact" if label == "fact" else None)
    return None


def keys_of(columns: Sequence[str]) -> set[str]:
    """Return the keys for which there is a column."""
    found = {key for column in columns if (key := recognise(column)) is not None}
    return found | {key for key in KEYS if _otherwise(key, columns) is not None}


def is_summary(column: str) -> bool:
    """Tell whether a column's name says that it holds a summary."""
    return _plain(_REMARK.sub("", column).split(".")[-1]) in _SUMMARY_NAMES


def _otherwise(key: str, columns: Sequence[str]) -> str | None:
    """Return the column that is a key if no other one is."""
    plain: dict[str, str] = {}
    for column in columns:
        *outer, inner = column.split(".")
        if all(_plain(one) in _WRAPPERS for one in outer):
            plain.setdefault(_plain(_REMARK.sub("", inner)), column)
    return next((plain[name] for name in _OTHER_NAMES.get(key, ()) if name in plain), None)


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
        own = [column for column in found if "." not in column]
        found = own if len(own) == 1 else found
        if len(found) > 1 and not own:
            found = found[:1]  # in JSON the outer objects come first
        if len(found) > 1:
            options = " or ".join(f"--map {shlex.quote(f'{key}={column}')}" for column in found)
            raise ImportRefusedError(
                f"{path}: {_listed(found)} may each be the {key}; say which: {options}"
            )
        if found:
            keys[key] = (found[0],)
    for key in KEYS:
        free = [column for column in columns if column not in mapped and _free(column, keys)]
        other = _otherwise(key, free) if key not in keys else None
        if other is not None and (key != "url" or _holds(samples, other, is_url)):
            keys[key] = (other,)
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
    """Tell whether what a column holds in the first rows passes a test."""
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
_OTHER_NAMES = {
    key: tuple(_plain(name) for name in names.split(";")) for key, names in _OTHERWISE.items()
}
_FACT_NAMES = frozenset(_plain(name) for name in _FACTS.split(";"))
_SUMMARY_NAMES = frozenset(_plain(name) for name in _SUMMARIES.split(";"))
