"""Usage of the bot as a question file, which a person corrects.

It is made from votes, opened hits and declined questions, for as long as the bot stores the
questions; who asked is never read. Each line is a question for
:mod:`policybot.evaluation.evaluate`, with ``seen`` (why it is there, how often) and, where usage
alone does not tell the right answer, ``review``: such a line is left out of ``policybot eval`` and
``policybot tune`` until a person has corrected ``expect`` and removed ``review``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policybot.bot.store.state import reading_state
from policybot.errors import ConfigError
from policybot.evaluation.evaluate import Kind

NO_QUESTION = frozenset({"empty_question", "empty_corpus"})
"""Reasons for refusals that say nothing about the question."""

WHOLE = "the whole list"
"""What a vote under a list is about."""

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file. ``seen`` counts what happened, by kind and policy id.

    ``review`` says what a person has to check, None when the line can be used as it is; ``shown``
    are the ids of the policies shown, to choose from.
    """

    kind: Kind
    text: str
    expect: tuple[str, ...]
    seen: dict[str, Any]
    review: str | None = None
    shown: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the line as a JSON object."""
        line: dict[str, Any] = {
            "kind": self.kind,
            "question": self.text,
            "expect": list(self.expect),
            "seen": self.seen,
        }
        if self.review:
            line |= {"review": self.review, "shown": list(self.shown)}
        return line


@dataclass
class _Seen:
    """Usage of one question, however often it was asked; counters are by policy id."""

    spellings: Counter[str] = field(default_factory=Counter)
    shown: dict[str, None] = field(default_factory=dict)
    helpful: Counter[str] = field(default_factory=Counter)
    not_helpful: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    turned_to: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    is_list: bool = False

    def to_dict(self) -> dict[str, Any]:
        counters = {
            name: dict(counter.most_common())
            for name in ("helpful", "not_helpful", "opened", "turned_to", "unanswered")
            if (counter := getattr(self, name))
        }
        return {"asked": self.spellings.total(), **counters}


def read_feedback(path: Path, retention_days: int, now: float | None = None) -> list[Line]:
    """Read a state file; lines that can be used as they are come first, the most asked first.

    Questions older than ``retention_days`` are skipped, even if not yet deleted.

    Raises:
        ConfigError: the file cannot be read as the bot's state, or no questions are stored.
    """
    if not retention_days:
        raise ConfigError(
            "no questions are kept, so there is nothing to learn from: [telegram] retention_days "
            "is 0"
        )
    oldest = (time.time() if now is None else now) - retention_days * DAY
    with reading_state(path) as db:
        questions = _gather(db, oldest)
    lines = [line for seen in questions if (line := _line(seen))]
    return sorted(lines, key=lambda line: (bool(line.review), -line.seen["asked"], line.text))


def format_lines(lines: Iterable[Line]) -> str:
    """Return the text of the question file, one JSON object per line."""
    return "".join(json.dumps(line.to_dict(), ensure_ascii=False) + "\n" for line in lines)


def write_lines(lines: Iterable[Line], path: Path) -> None:
    """Write a new question file, readable by its owner only, like the state it comes from.

    Raises:
        ConfigError: the file exists (a person may have corrected it), or cannot be written.
    """
    text = format_lines(lines)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=f".{path.name}.partial-", dir=path.parent)
        try:
            _fill(handle, text)
            _appear(Path(partial), path, text)
        finally:
            Path(partial).unlink()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None


def _fill(handle: int, text: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _appear(partial: Path, path: Path, text: str) -> None:
    """Create ``path`` with the content of ``partial``, atomically where there are hard links.

    Raises:
        ConfigError: the file exists.
    """
    try:
        if _linked(partial, path):
            return
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(
            f"{path}: exists, and may hold corrections; name another file, or move it away"
        ) from None
    try:
        _fill(handle, text)
    except OSError:
        path.unlink()
        raise


def _linked(partial: Path, path: Path) -> bool:
    """Hard-link a file; return whether the file system supports that (FAT does not).

    Raises:
        FileExistsError: the new name is taken.
    """
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


def _gather(db: sqlite3.Connection, oldest: float) -> list[_Seen]:
    questions: dict[tuple[str, bool], _Seen] = {}

    def seen_of(text: str, *, is_list: bool) -> _Seen:
        # A list and a search for the same words have different answers.
        key = (" ".join(text.split()).casefold(), is_list)
        return questions.setdefault(key, _Seen(is_list=is_list))

    by_answer: dict[str, tuple[_Seen, tuple[str, ...]]] = {}
    for answer, text, body in db.execute(
        "SELECT id, question, body FROM answers WHERE question IS NOT NULL AND made >= ? "
        "ORDER BY made, id",
        (oldest,),
    ):
        stored = json.loads(body)
        seen = seen_of(text, is_list=stored["kind"] == "list")
        policies = tuple(entry[0] for entry in stored["entries"])
        seen.spellings[text] += 1
        seen.shown.update(dict.fromkeys(policies))
        by_answer[answer] = seen, policies
    for answer, value, place in db.execute("SELECT answer, value, place FROM votes"):
        for seen, policy in _policies(by_answer, answer, place):
            name = WHOLE if seen.is_list else policy
            (seen.helpful if value > 0 else seen.not_helpful)[name] += 1
    for answer, place, opened_as, people in db.execute(
        "SELECT answer, place, how, COUNT(*) FROM opened GROUP BY answer, place, how"
    ):
        for seen, policy in _policies(by_answer, answer, place):
            (seen.turned_to if opened_as == "turned" else seen.opened)[policy] += people
    for text, reason, times in db.execute(
        "SELECT text, reason, COUNT(*) FROM questions WHERE reason IS NOT NULL AND asked >= ? "
        "GROUP BY text, reason",
        (oldest,),
    ):
        if reason not in NO_QUESTION:
            seen = seen_of(text, is_list=False)
            seen.unanswered[reason] += times
            seen.spellings[text] = max(seen.spellings[text], times)
    return list(questions.values())


def _policies(
    by_answer: dict[str, tuple[_Seen, tuple[str, ...]]], answer: str, place: int
) -> Iterator[tuple[_Seen, str]]:
    if answer in by_answer:
        seen, policies = by_answer[answer]
        if 0 <= place < len(policies):
            yield seen, policies[place]


def _line(seen: _Seen) -> Line | None:
    """Return the line for a question's usage, None when it says nothing of the answer."""
    counts = seen.to_dict()
    if not set(counts) - {"asked"}:
        return None
    text = min(seen.spellings, key=lambda spelling: (-seen.spellings[spelling], spelling))
    shown = tuple(seen.shown)
    liked = _ordered(seen.helpful - seen.not_helpful)
    opened = _ordered(Counter({p: n for p, n in seen.opened.items() if p not in seen.not_helpful}))
    if seen.is_list:
        expect = () if seen.not_helpful and not liked else shown
        review = (
            "a list: leave under expect all that belong, in date order, and see that the question "
            "asks for all by its words"
        )
        return Line("all", text, expect, counts, review, shown)
    if liked:
        return Line("one", text, liked, counts)
    if seen.not_helpful:
        review = "not helpful: write the right policy under expect, or make kind none"
    elif opened and not seen.unanswered:
        return Line("one", text, opened, counts)
    elif opened:
        review = (
            "was declined, and a near miss was opened: is that the answer? Else empty expect and "
            "make kind none"
        )
    elif seen.unanswered:
        review = "was declined: write the policy that answers and make kind one, or leave it none"
        return Line("none", text, (), counts, review, shown)
    else:
        review = "people turned on and opened nothing: write the policy that answers, if any does"
    return Line("one", text, opened, counts, review, shown)


def _ordered(counter: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counter, key=lambda policy: (-counter[policy], policy)))
