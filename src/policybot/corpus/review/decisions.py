"""The open review items of policies, each with a proposed value, and a person's decisions on them.

Items are the ``review:`` lines of a draft's note, and missing keys that its text states. A decision
changes one policy and removes the line; files are written after all decisions.
"""

from __future__ import annotations

import dataclasses
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policybot.corpus.dates import parse_date
from policybot.corpus.files.fields import DATE_KEYS
from policybot.corpus.files.read import policy_files, scan_file
from policybot.corpus.files.write import format_policy, format_policy_line, write_atomically
from policybot.corpus.importers.labels import Certainty, Key, Statement
from policybot.corpus.importers.printed_dates import date_style
from policybot.corpus.importers.stated.choose import choose
from policybot.corpus.importers.stated.read import read_stated
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.relating import record as relating
from policybot.corpus.relating.resolve import Proposal
from policybot.corpus.review.notes import (
    NO_DATE,
    NO_FIRST_DAY,
    NO_ISSUER,
    NO_START,
    REVIEW,
    review_lines,
)
from policybot.corpus.text.language import language_of
from policybot.model import Policy

KEYS = ("title", "issuers", "date", "effective", "expires", "number")
"""The keys that a person is asked about, in this order."""

_SAMPLE = 4000
_BORROWED = ("date", "effective", "expires")
_MISSING = (
    (NO_DATE, "date"),
    (NO_ISSUER, "issuers"),
    (NO_START, "effective"),
    (NO_FIRST_DAY, "expires"),
)
"""The key that a line says is missing, by how the line begins."""

BY_HAND = "a person's review"
"""The evidence of a key whose value a person typed."""

_CONFIRM = re.compile(r"(?P<key>[a-z]+) (?P<value>.+?) is to be confirmed; (?P<evidence>.+)")
_PROPOSED = re.compile(r"(?P<key>[a-z]+) may be (?P<value>.+?): (?P<evidence>.+?)(?:; |$)")
_LINE = re.compile(r"\bline ([0-9]+)\b")
_REJECTED = " was rejected"
_AROUND = 2
_EDGE = 4


@dataclass(frozen=True, slots=True)
class Open:
    """An open review item of a policy.

    ``line`` is its review line, empty for a key that is merely missing; ``key`` the key it is
    about, if any; ``value`` the proposed or present value, and ``evidence`` what that was read
    from. ``relation`` is the proposed relation, if it is about one.
    """

    line: str
    key: str = ""
    value: str = ""
    evidence: str = ""
    certainty: Certainty = "doubtful"
    relation: Proposal | None = None

    @property
    def question(self) -> str:
        """The question to put to a person, on one line."""
        if self.key and self.value:
            return f"{self.key}: {self.value}?"
        return f"{self.key}: none is stated" if self.key else self.line


def open_things(
    policy: Policy,
    book: IssuerBook,
    stated_relations: Sequence[Proposal] = (),
    *,
    day_first: bool | None = None,
) -> list[Open]:
    """Return the review items of a policy: its review lines first, then keys its text states.

    ``stated_relations`` are the relations that its text states, resolved against the whole corpus;
    ``day_first`` is the order of day and month in other documents of its issuers, used where its
    own text leaves the order open.
    """
    by_line = {_on_one_line(relating.review_line(item)): item for item in stated_relations}
    lines = [_of_line(line, policy, by_line.get(line)) for line in review_lines(policy.note)]
    asked = {item.key for item in lines}
    style = date_style([policy.body], language_of(policy.body[:_SAMPLE]))
    borrowed = style.day_first is None and day_first is not None
    if borrowed:
        style = dataclasses.replace(style, day_first=day_first)
    stated_by_text = read_stated(policy.body, policy.title, book, style=style)
    chosen = choose([*_given(policy), *stated_by_text], book, style=style)
    if borrowed:
        chosen.needs += [f"{key} is read by the order in other documents" for key in _BORROWED]
    stated: Mapping[str, Any] = {key: getattr(chosen, key) for key in KEYS}
    result = [
        _filled(item, stated, chosen.evidence, chosen.needs)
        if item.key and not item.value
        else item
        for item in lines
    ]
    missing = [key for key in KEYS[1:] if key not in asked and not getattr(policy, key)]
    result += [
        _filled(Open("", key), stated, chosen.evidence, chosen.needs)
        for key in missing
        if stated[key]
    ]
    result += [
        Open("", key, "", need.partition("; ")[2])
        for start, key in _MISSING[2:]
        for need in chosen.needs
        if key in missing and need.startswith(start)
    ]
    asked_relations = {item.relation for item in lines}
    return result + [
        Open("", relating.KEY, item.value, item.stated.evidence, item.certainty, item)
        for item in stated_relations
        if item not in asked_relations
        and relating.state_of(policy, item) in {"certain", "likely", "doubtful"}
    ]


def _given(policy: Policy) -> list[Statement]:
    """Return the dates that a policy has, from which terms in its text are counted."""
    keys: tuple[Key, ...] = ("date", "published", "effective", "expires")
    return [
        Statement(key, str(date), key, "given")
        for key in keys
        if (date := getattr(policy, key)) is not None
    ]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _of_line(line: str, policy: Policy, relation: Proposal | None = None) -> Open:
    if relation is not None:
        sure, evidence = relation.certainty, relation.stated.evidence
        return Open(line, relating.KEY, relation.value, evidence, sure, relation)
    if (match := _CONFIRM.fullmatch(line)) and match["key"] in KEYS:
        return Open(line, match["key"], match["value"], match["evidence"], "likely")
    if (match := _PROPOSED.fullmatch(line)) and match["key"] in KEYS:
        return Open(line, match["key"], match["value"], match["evidence"])
    key = next((key for start, key in _MISSING if line.startswith(start)), "")
    if key:
        match = _PROPOSED.search(line)
        if match and match["key"] == key:
            return Open(line, key, match["value"], match["evidence"])
        return Open(line, key)
    if line.startswith("no title is stated"):
        return Open(line, "title", policy.title, line.partition("; ")[2], "likely")
    return Open(line)


def _filled(
    item: Open, stated: Mapping[str, Any], evidence: Mapping[str, str], needs: list[str]
) -> Open:
    """Return a review item with the value that the text states for its key, if any."""
    value = stated[item.key]
    text = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    if not text or f"{text}{_REJECTED}" in item.line:
        return item
    doubted = any(need.startswith(f"{item.key} ") for need in needs)
    sure: Certainty = "likely" if doubted else "certain"
    return Open(item.line, item.key, text, evidence.get(item.key, ""), sure)


def passage_of(policy: Policy, item: Open) -> str:
    """Return the lines of a policy's text around the evidence of an item, for display."""
    lines = policy.body.split("\n")
    place = _LINE.search(item.evidence or item.line)
    if place and int(place[1]) <= len(lines):
        at = int(place[1]) - 1
        chosen = lines[max(0, at - 2 * _AROUND) : at + _AROUND + 1]
        return "\n".join(line for line in chosen if line.strip())
    full = [line for line in lines if line.strip()]
    if len(full) <= 2 * _EDGE:
        return "\n".join(full)
    return "\n".join([*full[:_EDGE], "…", *full[-_EDGE:]])


def accept(policy: Policy, item: Open) -> Policy:
    """Return the policy with the proposal applied; without a proposal only the line is removed."""
    if item.relation:
        return _without_line(relating.with_relation(policy, item.relation), item)
    if item.key and item.value:
        return _with(policy, item, item.value, item.evidence)
    return _without_line(policy, item)


def reject(policy: Policy, item: Open) -> Policy:
    """Return the policy without the value that was to be confirmed; the line says what is missing.

    A title cannot be removed, and a proposal for a missing key stays open. The rejection of a
    relation is recorded in the note.
    """
    if item.relation:
        without = relating.without_relation(policy, item.relation)
        return _without_line(relating.rejected(without, item.relation), item)
    if not item.key or item.key == "title" or not _CONFIRM.fullmatch(item.line):
        return policy
    empty: Any = () if item.key == "issuers" else None
    evidence = {key: words for key, words in policy.evidence.items() if key != item.key}
    missing = {"date": NO_DATE, "issuers": NO_ISSUER}.get(item.key)
    missing = f"{missing}; {item.value}{_REJECTED}" if missing else None
    changed = dataclasses.replace(policy, **{item.key: empty}, evidence=evidence)
    return _without_line(changed, item, missing)


def answer(policy: Policy, item: Open, text: str) -> Policy:
    """Return the policy with the value that a person typed; several issuers are separated by ``;``.

    Raises:
        DateError: the key is a date, and the text is not.
    """
    return _with(policy, item, text.strip(), BY_HAND)


def _with(policy: Policy, item: Open, text: str, evidence: str) -> Policy:
    value: Any = text
    if item.key in DATE_KEYS:
        value = parse_date(text)
    elif item.key == "issuers":
        names = [name.strip() for name in re.split(r"[;；]", text) if name.strip()]
        value = tuple(dict.fromkeys(names))
    new_evidence = {**policy.evidence, item.key: evidence} if evidence else dict(policy.evidence)
    changed = dataclasses.replace(policy, **{item.key: value}, evidence=new_evidence)
    if item.key == "date":
        changed = dataclasses.replace(changed, date_text=None)
    return _without_line(changed, item)


def _without_line(policy: Policy, item: Open, instead: str | None = None) -> Policy:
    if not item.line or policy.note is None:
        return policy
    lines = policy.note.split("\n")
    at = lines.index(f"{REVIEW}{item.line}")
    lines[at : at + 1] = [f"{REVIEW}{instead}"] if instead else []
    return dataclasses.replace(policy, note="\n".join(lines) or None)


def policies_of(corpus: Path, names: frozenset[str] = frozenset()) -> Iterator[Policy]:
    """Yield the valid policies of a corpus; with ``names``, only those ids, paths or file names."""
    for path in policy_files(corpus):
        for policy, problems in scan_file(path):
            if policy is None or problems:
                continue
            if not names or names & {policy.id, policy.path, path.name}:
                yield policy


def save(policies: Mapping[tuple[str, int], Policy]) -> list[Path]:
    """Write changed policies back into their files, by file and line; return the files."""
    files: dict[str, dict[int, Policy]] = {}
    for (file, line), policy in policies.items():
        files.setdefault(file, {})[line] = policy
    for name, changed in files.items():
        path = Path(name)
        if path.suffix == ".md":
            (policy,) = changed.values()
            write_atomically(path, format_policy(policy).encode("utf-8"))
        else:
            _save_lines(path, changed)
    return [Path(name) for name in files]


def _save_lines(path: Path, changed: Mapping[int, Policy]) -> None:
    """Replace lines of a JSONL file; the file may be larger than memory."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            for number, line in enumerate(source, 1):
                policy = changed.get(number)
                target.write(format_policy_line(policy).encode("utf-8") if policy else line)
            target.flush()
            os.fsync(target.fileno())
        temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
