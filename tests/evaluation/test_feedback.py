"""What people's use of the bot becomes: a question file to correct, with nobody in it."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policybot.bot.store import people
from policybot.bot.store.answers import Kind, Shown, keep_answer, new_id, purge_answers
from policybot.bot.store.people import Opened
from policybot.bot.store.state import State
from policybot.errors import ConfigError
from policybot.evaluation.evaluate import read_questions
from policybot.evaluation.feedback import DAY, Line, format_lines, read_feedback, write_lines
from policybot.model import Policy
from tests.answers import make_hit, make_policy
from tests.project import policybot

NOW = 1_000 * DAY


class Use:
    """A state file, used as the bot uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = State(path)
        self.db: sqlite3.Connection = self.state._db

    def asked(
        self,
        text: str | None,
        *policies: int,
        kind: Kind = "find",
        reason: str | None = None,
        by: str = "ann",
        days_ago: float = 1.0,
    ) -> str:
        """Note a question and what was shown for it; return the answer's id."""
        made = NOW - days_ago * DAY
        hits = [make_hit(policy(number), "A passage.") for number in policies]
        shown = Shown(new_id(), f"hash-of-{by}", "hash-of-chat", kind, question=text)
        if text:
            people.keep_question(self.db, shown.person, text, reason, made)
        return keep_answer(self.db, shown, hits, made).id

    def thumb(self, answer: str, value: int, place: int = 0, by: str = "ann") -> None:
        people.vote(self.db, answer, f"hash-of-{by}", value, place)

    def opened(self, answer: str, place: int, how: Opened = "text", by: str = "ann") -> None:
        people.note_opened(self.db, answer, f"hash-of-{by}", place, how)

    def lines(self, retention_days: int = 30) -> list[Line]:
        return read_feedback(self.path, retention_days, NOW)


def policy(number: int) -> Policy:
    return make_policy(number)


@pytest.fixture
def use(tmp_path: Path) -> Iterator[Use]:
    one = Use(tmp_path / "state.sqlite")
    yield one
    one.state.close()


def test_a_thumb_up_makes_the_hit_it_is_for_the_expected_policy(use: Use) -> None:
    use.thumb(use.asked("Who pays?", 1, 2), +1, place=1)
    (line,) = use.lines()
    assert line.to_dict() == {
        "kind": "one",
        "question": "Who pays?",
        "expect": ["policy-2"],
        "seen": {"asked": 1, "helpful": {"policy-2": 1}},
    }


def test_a_thumb_down_has_no_right_answer_and_awaits_review(use: Use) -> None:
    use.thumb(use.asked("Who pays?", 1, 2), -1)
    (line,) = use.lines()
    assert line.expect == ()
    assert line.to_dict()["review"].startswith("not helpful: write the right policy")
    assert line.to_dict()["shown"] == ["policy-1", "policy-2"]


@pytest.mark.parametrize("how", ["text", "source"])
def test_what_people_opened_is_expected_when_nobody_rated(use: Use, how: Opened) -> None:
    answer = use.asked("Who pays?", 1, 2, 3)
    use.opened(answer, 2, how)
    use.opened(answer, 1, "turned")
    (line,) = use.lines()
    assert (line.expect, line.review) == (("policy-3",), None)
    assert line.seen == {"asked": 1, "opened": {"policy-3": 1}, "turned_to": {"policy-2": 1}}


def test_a_thumb_outweighs_what_was_opened(use: Use) -> None:
    answer = use.asked("Who pays?", 1, 2)
    use.opened(answer, 0, by="ann")
    use.opened(answer, 0, by="bob")
    use.thumb(answer, +1, place=1)
    assert use.lines()[0].expect == ("policy-2",)


def test_what_is_liked_and_disliked_alike_awaits_review(use: Use) -> None:
    answer = use.asked("Who pays?", 1)
    use.thumb(answer, +1, by="ann")
    use.thumb(answer, -1, by="bob")
    assert use.lines()[0].review


def test_turning_pages_alone_says_nothing_of_the_right_answer(use: Use) -> None:
    use.opened(use.asked("Who pays?", 1, 2), 1, "turned")
    (line,) = use.lines()
    assert line.expect == ()
    assert line.review


def test_a_declined_question_awaits_review_with_its_reason(use: Use) -> None:
    for by in ("ann", "bob"):
        use.asked("Submarines?", kind="refusal", reason="nothing_similar_enough", by=by)
    (line,) = use.lines()
    assert (line.kind, line.expect) == ("none", ())
    assert line.seen == {"asked": 2, "unanswered": {"nothing_similar_enough": 2}}
    assert line.review


def test_a_near_miss_opened_from_a_refusal_is_put_forward(use: Use) -> None:
    answer = use.asked("Submarines?", 1, kind="refusal", reason="nothing_similar_enough")
    use.opened(answer, 0, "near")
    (line,) = use.lines()
    assert (line.kind, line.expect) == ("one", ("policy-1",))
    assert line.review


def test_an_empty_question_is_no_question(use: Use) -> None:
    use.asked("hello", kind="refusal", reason="empty_question")
    assert use.lines() == []


def test_a_rated_list_puts_forward_all_it_showed_in_its_order(use: Use) -> None:
    use.thumb(use.asked("2012 policies", 3, 1, 2, kind="list"), +1)
    (line,) = use.lines()
    assert (line.kind, line.expect) == ("all", ("policy-3", "policy-1", "policy-2"))
    assert line.seen["helpful"] == {"the whole list": 1}
    assert line.review


def test_the_same_words_are_one_question_however_typed(use: Use) -> None:
    for text, by in (("Who pays?", "ann"), ("who  pays?", "bob"), ("Who pays?", "eve")):
        use.thumb(use.asked(text, 1, by=by), +1, by=by)
    (line,) = use.lines()
    assert line.text == "Who pays?"
    assert line.seen == {"asked": 3, "helpful": {"policy-1": 3}}


def test_what_nobody_rated_opened_or_missed_is_not_exported(use: Use) -> None:
    use.asked("Who pays?", 1)
    assert use.lines() == []


def test_lines_that_can_be_used_come_first_and_the_most_asked_of_them(use: Use) -> None:
    use.asked("Declined?", kind="refusal", reason="unknown_issuer")
    use.thumb(use.asked("Once?", 1), +1)
    use.asked("Twice?", 1)
    use.thumb(use.asked("Twice?", 1), +1)
    assert [line.text for line in use.lines()] == ["Twice?", "Once?", "Declined?"]


def test_a_question_past_its_time_is_passed_over_before_it_is_purged(use: Use) -> None:
    use.thumb(use.asked("Old?", 1, days_ago=31), +1)
    use.asked("Older?", kind="refusal", reason="unknown_issuer", days_ago=40)
    assert use.lines(30) == []
    assert len(use.lines(60)) == 2


def test_where_no_questions_are_kept_that_is_said(use: Use) -> None:
    with pytest.raises(ConfigError, match="retention_days"):
        use.lines(0)


def test_a_thumb_from_before_places_were_noted_counts_for_no_hit(use: Use) -> None:
    answer = use.asked("Who pays?", 1, 2)
    use.db.execute("INSERT INTO votes (answer, person, value) VALUES (?, 'p', 1)", (answer,))
    assert use.lines() == []


def test_what_was_opened_is_purged_with_its_question(use: Use) -> None:
    use.opened(use.asked("Old?", 1, days_ago=31), 0)
    use.opened(use.asked("New?", 1, days_ago=29), 0)
    purge_answers(use.db, NOW, 30)
    assert use.db.execute("SELECT COUNT(*) FROM opened").fetchone() == (1,)


def test_forgetting_a_person_takes_what_they_opened_and_what_was_opened_of_theirs(use: Use) -> None:
    use.opened(use.asked("Mine?", 1, by="ann"), 0, by="bob")
    use.opened(use.asked("Yours?", 1, by="bob"), 0, by="ann")
    people.forget(use.db, 7, "hash-of-ann")
    assert use.db.execute("SELECT * FROM opened").fetchall() == []
    assert use.lines() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Who pays?", "a\u2028b", '"quoted"', "政策？"]),
            st.sampled_from(["find", "list", "refusal"]),
            st.sampled_from(["ann", "bob"]),
            st.sampled_from(["up", "down", "text", "near", "turned", ""]),
            st.integers(-1, 3),
        ),
        max_size=8,
    )
)
def test_an_export_never_names_a_person_and_is_always_read_back(
    tmp_path_factory: pytest.TempPathFactory, uses: list[tuple[str, Any, str, Any, int]]
) -> None:
    folder = tmp_path_factory.mktemp("use")
    use = Use(folder / "state.sqlite")
    for text, kind, by, act, place in uses:
        reason = "unknown_issuer" if kind == "refusal" else None
        answer = use.asked(text, 1, 2, kind=kind, by=by, reason=reason)
        if act in {"up", "down"}:
            use.thumb(answer, 1 if act == "up" else -1, place, by)
        elif act:
            use.opened(answer, place, act, by)
    lines = use.lines()
    use.state.close()
    file = folder / "learned.jsonl"
    write_lines(lines, file)
    assert "hash-of" not in file.read_text("utf-8")
    ready = [line for line in lines if not line.review]
    if ready:
        assert [one.text for one in read_questions(file)] == [line.text for line in ready]
    elif lines:
        settled = {"review": "", "kind": "none", "expect": []}
        corrected = [{**line.to_dict(), **settled} for line in lines]
        file.write_text("".join(json.dumps(one) + "\n" for one in corrected))
        assert len(read_questions(file)) == len(lines)


def test_a_file_that_may_hold_corrections_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "learned.jsonl"
    file.write_text("corrected")
    with pytest.raises(ConfigError, match="may hold corrections"):
        write_lines([Line("one", "Who pays?", ("a",), {"asked": 1})], file)
    assert file.read_text() == "corrected"
    assert list(tmp_path.iterdir()) == [file]


def no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_where_there_are_no_hard_links_a_file_is_written_and_none_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links)
    file = tmp_path / "learned.jsonl"
    line = Line("one", "Who pays?", ("a",), {"asked": 1})
    write_lines([line], file)
    assert file.read_text() == format_lines([line])
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(ConfigError, match="may hold corrections"):
        write_lines([], file)
    assert file.read_text() == format_lines([line])
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_killed_export_left_stands_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "learned.jsonl"
    file.with_name(f".{file.name}.partial-{os.getpid()}").write_text("half a li")
    write_lines([], file)
    assert file.exists()


def test_a_folder_that_is_a_file_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigError, match="cannot be written: File exists"):
        write_lines([], tmp_path / "taken" / "learned.jsonl")


def test_an_export_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_lines([], tmp_path / "learned.jsonl")
    assert (tmp_path / "learned.jsonl").stat().st_mode & 0o077 == 0


def write_questions(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_lines_that_await_review_are_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ready = Line("one", "Who pays?", ("a",), {"asked": 1})
    waiting = Line("one", "Who else?", (), {"asked": 1}, "not helpful")
    file = write_questions(tmp_path / "q.jsonl", ready.to_dict(), waiting.to_dict())
    assert [one.text for one in read_questions(file)] == ["Who pays?"]
    assert "1 of 2 questions await review and are left out (line 2)" in caplog.text


def test_a_file_of_which_every_line_awaits_review_is_refused(tmp_path: Path) -> None:
    line = Line("one", "Who else?", (), {"asked": 1}, "not helpful")
    with pytest.raises(ConfigError, match=r"1 of 1 questions await review.*line 1.*remove review"):
        read_questions(write_questions(tmp_path / "q.jsonl", line.to_dict()))


def test_a_review_removed_without_an_answer_is_an_error_with_its_line(tmp_path: Path) -> None:
    row = {"kind": "one", "question": "Who else?", "expect": []}
    with pytest.raises(ConfigError, match=r"q\.jsonl:1: nothing is expected"):
        read_questions(write_questions(tmp_path / "q.jsonl", row))


Prepared = Callable[[Path], None]


def _newer(path: Path) -> None:
    State(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.write_bytes(b"no database" * 100), "cannot be read as the bot's state"),
        (_newer, "of version 99"),
    ],
)
def test_a_state_that_cannot_be_read_is_said_and_left_alone(
    tmp_path: Path, prepare: Prepared, said: str
) -> None:
    path = tmp_path / "state.sqlite"
    prepare(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(ConfigError, match=said):
        read_feedback(path, 30)
    assert (path.read_bytes() if path.exists() else None) == before


def test_the_command_writes_a_file_that_eval_takes_once_corrected(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    shown = Shown(new_id(), "hash-of-ann", "hash-of-chat", "find", question="Who pays?")
    hits = [make_hit(make_policy(1), "A passage.")]

    def fill(db: sqlite3.Connection) -> None:
        keep_answer(db, shown, hits, time.time())
        people.vote(db, shown.id, "hash-of-ann", -1, 0)

    asyncio.run(state.run(fill))
    state.close()
    printed = policybot("feedback", folder=tmp_path)
    assert json.loads(printed.stdout)["seen"] == {"asked": 1, "not_helpful": {"policy-1": 1}}
    assert "1 questions: 0 can be used as they are, 1 wait for a person" in printed.stderr
    assert policybot("feedback", "--out", "new.jsonl", folder=tmp_path).returncode == 0
    refused = policybot("eval", "new.jsonl", folder=tmp_path)
    assert refused.returncode == 2
    assert "1 of 1 questions await review" in refused.stderr


def test_the_command_says_when_there_is_nothing_yet(tmp_path: Path) -> None:
    State(tmp_path / "state.sqlite").close()
    done = policybot("feedback", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("nothing yet")
