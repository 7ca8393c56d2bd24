"""Read policies from the files of a corpus.

A Markdown file is ``---``, YAML front matter, ``---``, and the body. The body begins on the line
after the second ``---`` (one empty line there is skipped) and ends before the file's last line
break; everything between is kept to the character. Files are UTF-8; a byte order mark at the
beginning is skipped. In a file whose first line ends in CR LF those two conventions are about CR
LF; line breaks inside the body stay as they are.

Front matter is read as plain strings: ``no``, ``007`` and dates stay what was typed. So are numbers
in ``*.jsonl`` (one policy a line, the same keys plus ``body``); ``null`` is the same as no key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml

from policybot.corpus.files.fields import FieldReader
from policybot.corpus.files.find import find_policy_files
from policybot.corpus.files.nodes import Node
from policybot.corpus.problems import Problem
from policybot.corpus.versions import Beside, text_file_of, version_file
from policybot.errors import CorpusError
from policybot.model import Policy

_FENCE = "---"


Bad = frozenset[tuple[str, int]]
"""Invalid policies, each identified by its file and the line on which it begins."""


def read_policies(corpus: Path, *, without: Bad = frozenset()) -> Iterator[Policy]:
    """Read every policy of a corpus, sorted by path; ``*.jsonl`` files as a stream.

    Relations, issuers and sources are not checked here; see
    :func:`policybot.corpus.review.check.check_corpus`. ``without`` are policies to skip.

    Raises:
        CorpusError: at the first policy that is invalid or has a duplicate id, as
            ``file:line: message``.
    """
    places: dict[str, str] = {}
    paths, hidden = find_policy_files(corpus)
    for problem in hidden:
        if place_of(problem) not in without:
            raise CorpusError(str(problem))
    for path in paths:
        for policy, problems in scan_file(path):
            if problems and place_of(problems[0]) not in without:
                raise CorpusError(str(problems[0]))
            if policy is None or (policy.path, policy_line(policy)) in without:
                continue
            place = f"{policy.path}:{policy_line(policy)}"
            first = places.setdefault(policy.id, place)
            if first is not place:
                raise CorpusError(f"{place}: {duplicate_id(policy.id, first)}")
            yield policy


def policy_files(corpus: Path) -> list[Path]:
    """Return the files that hold policies, sorted by path.

    Raises:
        CorpusError: there is no such folder, or some of it cannot be read.
    """
    files, problems = find_policy_files(corpus)
    if problems:
        raise CorpusError(str(problems[0]))
    return files


def place_of(problem: Problem) -> tuple[str, int]:
    """Return the file and the first line of the policy that a problem is about."""
    return problem.file, problem.line if problem.file.endswith(".jsonl") else 1


def policy_line(policy: Policy) -> int:
    """Return the line of its file on which a policy begins."""
    return policy.line if policy.path.endswith(".jsonl") else 1


def duplicate_id(policy_id: str, first: str) -> str:
    """Return the message that two policies share an id; ``first`` is the first one's place."""
    return f"id {policy_id!r} is taken: another policy has it at {first}"


def scan_file(path: Path) -> Iterator[tuple[Policy | None, list[Problem]]]:
    """Yield each policy of a file (None where it cannot be parsed) with its problems."""
    if path.suffix == ".jsonl":
        yield from _scan_lines(path)
        return
    try:
        data = path.read_bytes()
    except OSError as error:
        yield None, [Problem(str(path), 1, f"cannot be read: {error.strerror}")]
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield None, [_not_utf8(path, error, data.count(b"\n", 0, error.start) + 1)]
        return
    unread: list[Problem] = []

    def beside(since: str) -> str | None:
        file = version_file(path, since)
        version_text, problem = _text_of(file) if file.is_file() else (None, None)
        unread.extend([problem] if problem else [])
        return version_text

    policy, problems = scan_text(text, path, beside)
    yield policy, [*unread, *problems]


def _text_of(path: Path) -> tuple[str | None, Problem | None]:
    """Return the text of a version's file without the last line break, or the problem with it."""
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except OSError as error:
        return None, Problem(str(path), 1, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return None, _not_utf8(path, error, error.object.count(b"\n", 0, error.start) + 1)
    if text.split("\n", 1)[0].rstrip("\r") == _FENCE:
        message = (
            f"is a version of {text_file_of(path)} and begins with ---; move its metadata "
            "there, under versions, and leave only the text here"
        )
        return text, Problem(str(path), 1, message)
    return text.removesuffix("\r\n" if text.endswith("\r\n") else "\n"), None


def scan_text(
    text: str, path: Path, beside: Beside = lambda _: None
) -> tuple[Policy | None, list[Problem]]:
    """Parse the text of one Markdown file; return the policy and every problem with it.

    ``beside`` returns the texts of versions that have files of their own.
    """
    reader = FieldReader(str(path), beside)
    text = text.removeprefix("\ufeff")
    lines = text.split("\n")
    if lines[0].rstrip("\r") != _FENCE:
        reader.problem(1, "there is no front matter: the first line must be ---")
        return None, reader.problems
    newline = "\r\n" if lines[0].endswith("\r") else "\n"
    closing = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if closing is None:
        reader.problem(1, "the front matter does not end: a second line --- is missing")
        return None, reader.problems
    rest = "\n".join(lines[closing + 1 :])
    body = rest.removeprefix(newline).removesuffix(newline)
    # An empty body is reported where it should begin: after the second fence.
    body_line = closing + 2 + rest.startswith(newline) if body.strip() else closing + 1
    fields = _front_matter("\n".join(lines[1:closing]), reader)
    if fields is None:
        return None, reader.problems
    policy = reader.policy(fields, body, default_id=path.stem, line=1, body_line=body_line)
    return policy, reader.problems


def _front_matter(text: str, reader: FieldReader) -> dict[str, Node] | None:
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        if root is None:
            return {}
        node = _from_yaml(root, reader, set())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        what = error.problem or error.context or "unreadable"
        colon = what.startswith("mapping values")
        hint = "; a value that holds a colon and a space goes in quotes" if colon else ""
        reader.problem(line, f"the front matter is not YAML: {what}{hint}")
        return None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 2
        reader.problem(line, f"the front matter holds the character U+{error.character:04X}")
        return None
    except RecursionError:
        reader.problem(2, "the front matter is nested too deeply")
        return None
    if not isinstance(node.value, dict):
        reader.problem(2, "the front matter is no table of keys, as in title: …")
        return None
    return node.value


def _from_yaml(node: yaml.Node, reader: FieldReader, seen: set[int]) -> Node:
    line = node.start_mark.line + 2  # 1-based, below the first ---
    if id(node) in seen:
        # An alias (*name) is the same node again; a few of them can expand to gigabytes.
        raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=node.start_mark)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return Node([_from_yaml(item, reader, seen) for item in node.value], line)
    if isinstance(node, yaml.MappingNode):
        table: dict[str, Node] = {}
        for key, value in node.value:
            at = key.start_mark.line + 2
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in table:
                reader.problem(at, f"the key {name!r} is there twice")
            table[name] = Node(_from_yaml(value, reader, seen).value, at)
        return Node(table, line)
    return Node(str(node.value), line)


def _scan_lines(path: Path) -> Iterator[tuple[Policy | None, list[Problem]]]:
    try:
        with path.open("rb") as stream:
            for number, data in enumerate(stream, 1):
                if data.strip():
                    yield scan_line(data, path, number)
    except OSError as error:
        yield None, [Problem(str(path), 1, f"cannot be read: {error.strerror}")]


def scan_line(data: bytes, path: Path, number: int = 1) -> tuple[Policy | None, list[Problem]]:
    """Parse line ``number`` (1-based) of a JSONL file; return the policy and every problem."""
    reader = FieldReader(str(path))
    try:
        text = data.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(path, error, number)]

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table_values: dict[str, Any] = {}
        for key, value in pairs:
            if key in table_values:
                reader.problem(number, f"the key {key!r} is there twice")
            table_values[key] = value
        return table_values

    def no_number(word: str) -> NoReturn:
        raise ValueError(f"{word} is no JSON")

    try:
        row = json.loads(
            text.rstrip("\r\n"),
            object_pairs_hook=table,
            parse_int=str,
            parse_float=str,
            parse_constant=no_number,
        )
        node = _from_json(row, number, reader)
    except json.JSONDecodeError as error:
        reader.problem(number, f"not JSON: {error.msg} at character {error.pos + 1}")
        return None, reader.problems
    except (ValueError, RecursionError) as error:
        reader.problem(number, f"not JSON that holds a policy: {error}")
        return None, reader.problems
    if not isinstance(node.value, dict):
        reader.problem(number, "the line is no JSON object")
        return None, reader.problems
    fields = dict(node.value)
    body = fields.pop("body", Node("", number)).value
    if not isinstance(body, str):
        reader.problem(number, "body is one text, not a list or a table")
        return None, reader.problems
    default_id = ""
    if "id" not in fields:
        reader.problem(number, "there is no id; every line needs one")
        default_id = "none"
    policy = reader.policy(fields, body, default_id=default_id, line=number, body_line=number)
    return policy, [Problem(p.file, number, p.message, p.severity) for p in reader.problems]


def _from_json(value: object, line: int, reader: FieldReader) -> Node:
    if isinstance(value, bool):
        reader.problem(line, f"{str(value).lower()} is no text; write it in quotes")
        return Node("", line)
    if isinstance(value, list):
        return Node([_from_json(item, line, reader) for item in value if item is not None], line)
    if isinstance(value, dict):
        items = value.items()
        return Node({k: _from_json(v, line, reader) for k, v in items if v is not None}, line)
    return Node(str(value), line)


def _not_utf8(path: Path, error: UnicodeDecodeError, line: int) -> Problem:
    byte = error.object[error.start]
    return Problem(str(path), line, f"byte 0x{byte:02X} is not UTF-8; save the file as UTF-8")
