"""The state file: migrated, private, and honest about what it cannot use."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from policybot.bot.store import state as state_module
from policybot.bot.store.answers import (
    KEPT_DAYS,
    Shown,
    keep_answer,
    load_answer,
    load_hits,
    new_id,
    purge_answers,
)
from policybot.bot.store.policies import policy_json
from policybot.bot.store.state import MIGRATIONS, Ledger, State, recall, remember
from policybot.errors import ConfigError
from policybot.model import PolicyDate, RelationTerms, Relative, Validity, Version, sha256_of
from tests.answers import make_hit, make_policy

DAY = 86400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "state.sqlite"


def test_a_new_file_is_readable_by_its_owner_only(path: Path) -> None:
    State(path).close()
    assert path.stat().st_mode & 0o077 == 0


async def test_it_writes_ahead(path: Path) -> None:
    state = State(path)
    assert await state.run(lambda db: db.execute("PRAGMA journal_mode").fetchone()[0]) == "wal"
    state.close()


async def test_an_older_file_is_migrated_and_keeps_what_it_held(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(path)
    await state.run(remember, "kept", "yes")
    state.close()
    monkeypatch.setattr(state_module, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later (n);"))
    state = State(path)
    assert await state.run(recall, "kept") == "yes"
    assert await state.run(lambda db: db.execute("SELECT COUNT(*) FROM later").fetchone()) == (0,)
    state.close()


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    State(path).close()
    monkeypatch.setattr(
        state_module, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later (n); nonsense;")
    )
    with pytest.raises(ConfigError, match=r"state\.sqlite"):
        State(path)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert db.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'later'").fetchone() == (
            0,
        )
    db.close()


def test_a_newer_file_is_refused(path: Path) -> None:
    State(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ConfigError, match="newer policybot"):
        State(path)


def test_a_file_that_is_no_state_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(ConfigError, match="cannot be used as the bot's state"):
        State(path)


async def test_a_failed_transaction_leaves_nothing(path: Path) -> None:
    state = State(path)

    def half(db: sqlite3.Connection) -> None:
        remember(db, "half", "done")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await state.run(half)
    assert await state.run(recall, "half") is None
    state.close()


async def test_hashes_are_salted_by_file_and_survive_a_restart(path: Path, tmp_path: Path) -> None:
    first, other = State(path), State(tmp_path / "other.sqlite")
    hashed = first.hashed("person", 42)
    assert hashed != other.hashed("person", 42)
    first.close()
    other.close()
    again = State(path)
    assert again.hashed("person", 42) == hashed
    again.close()


async def test_what_the_ledger_notes_is_seen_at_once(path: Path) -> None:
    state, ledger = State(path), Ledger(path)
    await state.run(lambda db: db.execute("INSERT INTO inbox VALUES (7, 0, '{}', 0)"))
    ledger.note("UPDATE inbox SET begun = ? WHERE update_id = ?", 2, 7)
    rows = await state.run(lambda db: db.execute("SELECT begun FROM inbox").fetchall())
    assert rows == [(2,)]
    ledger.close()
    state.close()


async def test_an_answer_comes_back_as_it_was_shown(path: Path) -> None:
    state = State(path)
    hits = [make_hit(make_policy(1, "<b>"), "One. Two."), make_hit(make_policy(2), "Three.")]
    shown = Shown(new_id(), "p", "c", "find", reading="MIIT", question="q", lines=("a",))
    kept = await state.run(keep_answer, shown, hits, 1.0)
    loaded = await state.run(load_answer, kept.id)
    assert loaded == kept
    back = await state.run(load_hits, kept.entries)
    for hit, was in zip(back, hits, strict=True):
        assert hit is not None
        assert hit.policy == was.policy
        assert hit.quotes[0].passage.text == was.quotes[0].passage.text
        assert hit.quotes[0].highlights == was.quotes[0].highlights
    state.close()


async def test_what_was_said_of_validity_comes_back_as_it_was_said(path: Path) -> None:
    state = State(path)
    terms = RelationTerms(PolicyDate(2014, 5), ("Article 4",))
    by = Relative("repeals", "new", "New Rules", PolicyDate(2014), terms)
    day = dt.date(2016, 6, 15)
    told = Validity("ended", "repeals", (day, day), PolicyDate(2012), PolicyDate(2014, 5), by,
                    asked=True, is_today=True)  # fmt: skip
    version = Version(PolicyDate(2012, 3, 1), None, PolicyDate(2014, 1, 1), 1, 2)
    policy = make_policy(
        relations={"amends": ("x",)}, relation_terms={"amends": {"x": terms}}, version=version
    )
    hit = dataclasses.replace(make_hit(policy, "One."), affected_by=(by,), validity=told)
    bare = dataclasses.replace(hit, quotes=())
    shown = Shown(new_id(), "p", "c", "find")
    kept = await state.run(keep_answer, shown, [hit, bare], 1.0)
    assert await state.run(load_answer, kept.id) == kept
    assert [entry.policy_id for entry in kept.entries] == [f"{policy.id}@2012-03-01"] * 2
    for back in await state.run(load_hits, kept.entries):
        assert back is not None
        assert (back.policy, back.affected_by, back.validity) == (policy, (by,), told)
    state.close()


async def test_an_altered_text_is_not_shown(path: Path) -> None:
    state = State(path)
    hit = make_hit(make_policy(), "One.")
    shown = await state.run(keep_answer, Shown(new_id(), "p", "c", "find"), [hit], 1.0)
    digest = sha256_of(policy_json(hit.policy))
    await state.run(
        lambda db: db.execute("UPDATE blobs SET body = body || ' ' WHERE sha256 = ?", (digest,))
    )
    assert await state.run(load_hits, shown.entries) == [None]
    state.close()


async def test_questions_and_answers_are_forgotten_in_time(path: Path) -> None:
    state = State(path)
    shown = Shown("abc", "p", "c", "find", question="secret")
    await state.run(keep_answer, shown, [make_hit(make_policy(), "One.")], 0.0)
    await state.run(purge_answers, 29 * DAY, 30)
    assert (await state.run(load_answer, "abc") or shown).question == "secret"
    await state.run(purge_answers, 31 * DAY, 30)
    loaded = await state.run(load_answer, "abc")
    assert loaded is not None
    assert loaded.question is None
    await state.run(purge_answers, (KEPT_DAYS + 1) * DAY, 30)
    assert await state.run(load_answer, "abc") is None
    assert await state.run(lambda db: db.execute("SELECT * FROM blobs").fetchall()) == []
    state.close()


async def test_of_one_persons_answers_the_latest_are_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(path)
    for at in range(6):
        for person in ("ann", "bob")[: 2 if at == 0 else 1]:
            shown = Shown(f"{person}{at}", person, "c", "start", lines=("x" * 1000,))
            await state.run(keep_answer, shown, [], float(at))
    monkeypatch.setattr("policybot.bot.store.answers.MOST_OF_ONE", 3500)
    await state.run(purge_answers, 10.0, 30)
    count = "SELECT COUNT(*) FROM answers"
    assert await state.run(lambda db: db.execute(count).fetchone()) == (7,)
    monkeypatch.setattr("policybot.bot.store.answers.FEW", 5)
    await state.run(purge_answers, 10.0, 30)
    kept = await state.run(lambda db: db.execute("SELECT id FROM answers ORDER BY id").fetchall())
    assert [answer for (answer,) in kept] == ["ann3", "ann4", "ann5", "bob0"]
    state.close()
