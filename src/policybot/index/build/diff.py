"""What an indexing changed: two generations compared, policy by policy and passage by passage."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policybot.corpus.importers.pipeline.changes import changed_fields
from policybot.errors import ConfigError, IndexMismatchError
from policybot.index.format.passages import FILE, attach
from policybot.index.serve.generation import FileGeneration
from policybot.index.serve.store import GenerationStore
from policybot.model import Passage


@dataclass(frozen=True, slots=True)
class PassageChanges:
    """The passages of one policy that are new, gone, or in the place of another."""

    added: tuple[Passage, ...] = ()
    removed: tuple[Passage, ...] = ()
    changed: tuple[tuple[Passage, Passage], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A policy that is in both generations and not the same; ``fields`` says in which keys.

    ``fields`` is empty where only its division into passages differs.
    """

    id: str
    title: str
    fields: str
    passages: PassageChanges


@dataclass(frozen=True, slots=True)
class Diff:
    """What is different in ``new``; ``added`` and ``removed`` have id and title of policies.

    ``settings`` are those of encoder, table of issuers and calibration that differ, by name, before
    and after.
    """

    old: str
    new: str
    settings: dict[str, tuple[str, str]]
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    changed: tuple[PolicyChange, ...]
    added_passages: int
    removed_passages: int

    def to_dict(self) -> dict[str, Any]:
        """The difference as ``policybot diff --json`` shows it."""
        named = {
            name: [{"id": id_, "title": title} for id_, title in policies]
            for name, policies in (("added", self.added), ("removed", self.removed))
        }
        return {
            "old": self.old,
            "new": self.new,
            "settings": {
                name: {"old": old, "new": new} for name, (old, new) in self.settings.items()
            },
            **named,
            "changed": [
                {
                    "id": one.id,
                    "title": one.title,
                    "fields": one.fields,
                    "passages": {
                        "added": [_shown(passage) for passage in one.passages.added],
                        "removed": [_shown(passage) for passage in one.passages.removed],
                        "changed": [
                            {"old": _shown(old), "new": _shown(new)}
                            for old, new in one.passages.changed
                        ],
                    },
                }
                for one in self.changed
            ],
            "passages": {
                "added": self.added_passages + sum(len(one.passages.added) for one in self.changed),
                "removed": self.removed_passages
                + sum(len(one.passages.removed) for one in self.changed),
                "changed": sum(len(one.passages.changed) for one in self.changed),
            },
        }


def find_generations(store: GenerationStore, names: tuple[str, ...]) -> tuple[str, str]:
    """Return the older and the newer of two generations, each named by how its name begins.

    With one name the newer is the live one; with none the older is the one before it.

    Raises:
        NoIndexError: nothing has been indexed yet.
        ConfigError: there is no such generation, or several, or none before the live one.
    """
    store.manifest()
    live, kept = store.current() or "", store.kept()
    found = [_named(name, kept) for name in names]
    if not found:
        before = [name for name in kept if name < live]
        if not before:
            raise ConfigError(f"{store.place}: there is no generation before the live one, {live}")
        found = [before[-1]]
    first, second = [*found, live][:2]
    return min(first, second), max(first, second)


def _named(name: str, kept: list[str]) -> str:
    matching = [one for one in kept if one.startswith(name)]
    if len(matching) != 1:
        what = "several generations begin" if matching else "no generation is kept that begins"
        raise ConfigError(f"{name}: {what} with this; there are {', '.join(matching or kept)}")
    return matching[0]


@contextlib.contextmanager
def open_two(
    store: GenerationStore, old: str, new: str
) -> Iterator[tuple[FileGeneration, FileGeneration]]:
    """Open two generations by name.

    Raises:
        ConfigError: one was made by a policybot that kept its index otherwise.
        IndexDamagedError: a file of one is missing or altered.
    """
    with contextlib.ExitStack() as opened:
        scratch = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        generations = []
        for name in (old, new):
            try:
                made = store.open_files(scratch, name)
            except IndexMismatchError:
                raise ConfigError(
                    f"{name}: was made by a policybot that kept its index otherwise, so it cannot "
                    "be compared"
                ) from None
            generations.append(opened.enter_context(made))
        yield generations[0], generations[1]


def compare(old: FileGeneration, new: FileGeneration) -> Diff:
    """Return what is different in ``new``, in date order."""
    with contextlib.closing(sqlite3.connect("", isolation_level=None)) as database:
        attach(database, "old", old.folder / FILE, finished=True)
        attach(database, "new", new.folder / FILE, finished=True)
        added, removed = (_only(database, *sides) for sides in (("new", "old"), ("old", "new")))
        # Another encoder may have divided policies otherwise that are the same.
        every = old.manifest.encoder.fingerprint != new.manifest.encoder.fingerprint
        both = database.execute(
            "SELECT old.ordinal, new.ordinal FROM new.policies AS new JOIN old.policies AS old "
            "USING (id) WHERE old.digest != new.digest OR ? ORDER BY new.ordinal",
            (every,),
        ).fetchall()
    changed = [change for pair in both if (change := _change(old, new, *pair))]
    return Diff(
        old=old.name,
        new=new.name,
        settings=_settings(old, new),
        added=tuple((id_, title) for id_, title, _ in added),
        removed=tuple((id_, title) for id_, title, _ in removed),
        changed=tuple(changed),
        added_passages=sum(_passages_in(new, ordinal) for _, _, ordinal in added),
        removed_passages=sum(_passages_in(old, ordinal) for _, _, ordinal in removed),
    )


def _only(database: sqlite3.Connection, here: str, there: str) -> list[tuple[str, str, int]]:
    """Return id, title and ordinal of the policies that only one side has, in order."""
    query = (
        f"SELECT id, metadata, ordinal FROM {here}.policies "  # noqa: S608  (old or new)
        f"WHERE id NOT IN (SELECT id FROM {there}.policies) ORDER BY ordinal"
    )
    rows = database.execute(query)
    return [(id_, json.loads(metadata)["title"], ordinal) for id_, metadata, ordinal in rows]


def _change(
    old: FileGeneration, new: FileGeneration, before: int, after: int
) -> PolicyChange | None:
    was, now = old.policy(before), new.policy(after)
    passages = _passage_changes(_passages(old, before), _passages(new, after))
    fields = changed_fields(was, now)
    return PolicyChange(now.id, now.title, fields, passages) if fields or passages else None


def _passage_changes(old: list[Passage], new: list[Passage]) -> PassageChanges:
    matcher = difflib.SequenceMatcher(
        None, [passage.text for passage in old], [passage.text for passage in new], autojunk=False
    )
    added: list[Passage] = []
    removed: list[Passage] = []
    changed: list[tuple[Passage, Passage]] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = min(b - a, d - c)
        changed += zip(old[a : a + pairs], new[c : c + pairs], strict=True)
        removed += old[a + pairs : b]
        added += new[c + pairs : d]
    return PassageChanges(tuple(added), tuple(removed), tuple(changed))


def _passages(generation: FileGeneration, policy: int) -> list[Passage]:
    first, end = generation.policy_passages[policy : policy + 2].tolist()
    return generation.passages(range(first, end))


def _passages_in(generation: FileGeneration, policy: int) -> int:
    first, end = generation.policy_passages[policy : policy + 2].tolist()
    return int(end - first)


def _settings(old: FileGeneration, new: FileGeneration) -> dict[str, tuple[str, str]]:
    """Return what differs of what two generations were made with."""
    told: list[dict[str, str]] = []
    for one in (old, new):
        encoder, calibration = one.manifest.encoder, one.calibration
        weights = {
            f"calibration {route} {name}": f"{value:.4g}"
            for route, given in (
                ("with vector", calibration.with_vector),
                ("without vector", calibration.without_vector),
            )
            for name, value in dataclasses.asdict(given).items()
        }
        told.append(
            {
                "encoder": f"{encoder.name} ({encoder.fingerprint})",
                "languages": ", ".join(encoder.languages),
                "table of issuers": one.manifest.issuers[:12],
                "settings": json.dumps(one.manifest.settings, sort_keys=True),
                **weights,
            }
        )
    before, after = told
    return {
        name: (before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def _shown(passage: Passage) -> dict[str, str]:
    return {"id": passage.id, "text": passage.text}
