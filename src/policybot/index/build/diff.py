"""Comparison of two generations, policy by policy and passage by passage."""

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
    """The passages of one policy that were added, removed, or changed (as old and new)."""

    added: tuple[Passage, ...] = ()
    removed: tuple[Passage, ...] = ()
    changed: tuple[tuple[Passage, Passage], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A policy that differs between the two generations.

    ``fields`` lists the front matter keys that differ, and the text; it is empty where only the
    division into passages differs.
    """

    id: str
    title: str
    fields: str
    passages: PassageChanges


@dataclass(frozen=True, slots=True)
class Diff:
    """The differences from generation ``old`` to ``new``.

    ``added`` and ``removed`` hold the id and title of policies; ``settings`` the old and new value
    of each differing setting of encoder, table of issuers and calibration, by name.
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
        """Return the object that ``policybot diff --json`` prints."""
        policies = {
            name: [{"id": id_, "title": title} for id_, title in pairs]
            for name, pairs in (("added", self.added), ("removed", self.removed))
        }
        changes = [policy.passages for policy in self.changed]
        return {
            "old": self.old,
            "new": self.new,
            "settings": {
                name: {"old": old, "new": new} for name, (old, new) in self.settings.items()
            },
            **policies,
            "changed": [
                {
                    "id": policy.id,
                    "title": policy.title,
                    "fields": policy.fields,
                    "passages": {
                        "added": [_to_dict(passage) for passage in policy.passages.added],
                        "removed": [_to_dict(passage) for passage in policy.passages.removed],
                        "changed": [
                            {"old": _to_dict(old), "new": _to_dict(new)}
                            for old, new in policy.passages.changed
                        ],
                    },
                }
                for policy in self.changed
            ],
            "passages": {
                "added": self.added_passages + sum(len(each.added) for each in changes),
                "removed": self.removed_passages + sum(len(each.removed) for each in changes),
                "changed": sum(len(each.changed) for each in changes),
            },
        }


def find_generations(store: GenerationStore, names: tuple[str, ...]) -> tuple[str, str]:
    """Return the names of two generations, the older first, given prefixes of their names.

    With one prefix the other generation is the live one; with none they are the live one and the
    one before it.

    Raises:
        NoIndexError: nothing has been indexed yet.
        ConfigError: a prefix fits no generation or several, or none precedes the live one.
    """
    store.manifest()
    live, kept = store.current() or "", store.kept()
    chosen = [_with_prefix(name, kept) for name in names]
    if not chosen:
        before = [name for name in kept if name < live]
        if not before:
            raise ConfigError(f"{store.place}: there is no generation before the live one, {live}")
        chosen = [before[-1]]
    first, second = [*chosen, live][:2]
    return min(first, second), max(first, second)


def _with_prefix(prefix: str, kept: list[str]) -> str:
    matching = [name for name in kept if name.startswith(prefix)]
    if len(matching) != 1:
        problem = "several generations have names" if matching else "no generation has a name"
        names = ", ".join(matching or kept)
        raise ConfigError(f"{prefix}: {problem} beginning with this; choose from {names}")
    return matching[0]


@contextlib.contextmanager
def open_two(
    store: GenerationStore, old: str, new: str
) -> Iterator[tuple[FileGeneration, FileGeneration]]:
    """Open two generations by name, for the block.

    Raises:
        ConfigError: one has another index schema.
        IndexDamagedError: a file of one is missing or altered.
    """
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        generations = []
        for name in (old, new):
            try:
                generation = store.open_files(scratch, name)
            except IndexMismatchError:
                raise ConfigError(
                    f"{name}: another version of policybot wrote it with another index schema, so "
                    "it cannot be compared"
                ) from None
            generations.append(stack.enter_context(generation))
        yield generations[0], generations[1]


def compare(old: FileGeneration, new: FileGeneration) -> Diff:
    """Return the differences from ``old`` to ``new``, policies in date order."""
    with contextlib.closing(sqlite3.connect("", isolation_level=None)) as database:
        attach(database, "old", old.folder / FILE, finished=True)
        attach(database, "new", new.folder / FILE, finished=True)
        added, removed = (_only(database, *names) for names in (("new", "old"), ("old", "new")))
        # Another encoder may divide an unchanged policy into other passages.
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
        added_passages=sum(len(_passage_range(new, ordinal)) for _, _, ordinal in added),
        removed_passages=sum(len(_passage_range(old, ordinal)) for _, _, ordinal in removed),
    )


def _only(database: sqlite3.Connection, first: str, second: str) -> list[tuple[str, str, int]]:
    """Return id, title and ordinal of the policies in ``first`` but not in ``second``, in order."""
    query = (
        f"SELECT id, metadata, ordinal FROM {first}.policies "  # noqa: S608  (old or new)
        f"WHERE id NOT IN (SELECT id FROM {second}.policies) ORDER BY ordinal"
    )
    rows = database.execute(query)
    return [(id_, json.loads(metadata)["title"], ordinal) for id_, metadata, ordinal in rows]


def _change(
    old: FileGeneration, new: FileGeneration, before: int, after: int
) -> PolicyChange | None:
    policy = new.policy(after)
    passages = _passage_changes(_passages(old, before), _passages(new, after))
    fields = changed_fields(old.policy(before), policy)
    return PolicyChange(policy.id, policy.title, fields, passages) if fields or passages else None


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
    return generation.passages(_passage_range(generation, policy))


def _passage_range(generation: FileGeneration, policy: int) -> range:
    return range(*generation.policy_passages[policy : policy + 2].tolist())


def _settings(old: FileGeneration, new: FileGeneration) -> dict[str, tuple[str, str]]:
    """Return the old and new values of the settings that differ, by name."""
    before, after = _settings_of(old), _settings_of(new)
    return {
        name: (before.get(name, ""), after.get(name, ""))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def _settings_of(generation: FileGeneration) -> dict[str, str]:
    manifest, calibration = generation.manifest, generation.calibration
    encoder = manifest.encoder
    weights = {
        f"calibration {route} {name}": f"{value:.4g}"
        for route, fitted in (
            ("with vector", calibration.with_vector),
            ("without vector", calibration.without_vector),
        )
        for name, value in dataclasses.asdict(fitted).items()
    }
    return {
        "encoder": f"{encoder.name} ({encoder.fingerprint})",
        "languages": ", ".join(encoder.languages),
        "table of issuers": manifest.issuers[:12],
        "settings": json.dumps(manifest.settings, sort_keys=True),
        **weights,
    }


def _to_dict(passage: Passage) -> dict[str, str]:
    return {"id": passage.id, "text": passage.text}
