"""Summarise what an import would change in the corpus."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from policybot.corpus.review.notes import REVIEW
from policybot.model import Policy

_SHOWN = ("date", "number", "language")


def changed_fields(old: Policy, new: Policy) -> str:
    """Return the keys in which two policies differ, as text; short values are shown."""
    words: list[str] = []
    for field in dataclasses.fields(Policy):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if not field.compare or before == after:
            continue
        if field.name in _SHOWN:
            words.append(f"{field.name} {before or 'none'} → {after or 'none'}")
        else:
            words.append(field.name)
    return ", ".join(words)


def without_relations(policy: Policy) -> Policy:
    """Return a policy without its relations, their evidence and review lines.

    An import adds relations after all drafts are written, so a draft has none to compare.
    """
    lines = (policy.note or "").split("\n")
    rest = [line for line in lines if not line.startswith((f"{REVIEW}relations ", "relations: "))]
    evidence = {key: words for key, words in policy.evidence.items() if key != "relations"}
    return dataclasses.replace(
        policy, relations={}, relation_terms={}, evidence=evidence, note="\n".join(rest) or None
    )


def compare_lines(old: Path, new: Path) -> str:
    """Return how many policies differ between two JSONL files, as text, in constant memory.

    Keys that the new file lacks (a person may have added them) are listed with their counts.
    """
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.execute("CREATE TABLE old (id TEXT PRIMARY KEY, digest BLOB, keys TEXT)")
        database.execute("CREATE TABLE new (id TEXT PRIMARY KEY, digest BLOB, keys TEXT)")
        database.execute("BEGIN")
        database.executemany("INSERT OR REPLACE INTO old VALUES (?, ?, ?)", _digests(old))
        database.executemany("INSERT OR REPLACE INTO new VALUES (?, ?, ?)", _digests(new))
        changed, added, removed = (
            database.execute(query).fetchone()[0]
            for query in (
                "SELECT count(*) FROM old JOIN new USING (id) WHERE old.digest <> new.digest",
                "SELECT count(*) FROM new WHERE id NOT IN (SELECT id FROM old)",
                "SELECT count(*) FROM old WHERE id NOT IN (SELECT id FROM new)",
            )
        )
        lost: Counter[str] = Counter()
        for before, after in database.execute(
            "SELECT old.keys, new.keys FROM old JOIN new USING (id) WHERE old.digest <> new.digest"
        ):
            lost.update(set(before.split()) - set(after.split()))
    finally:
        database.close()
    lost_keys = "".join(f", {key} gone from {count}" for key, count in sorted(lost.items()))
    return f"{old.name} differs: {changed} policies changed, {added} new, {removed} gone{lost_keys}"


def _digests(path: Path) -> Iterator[tuple[str, bytes, str]]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            name = row.get("id") if isinstance(row, dict) else None
            keys = " ".join(row) if isinstance(row, dict) else ""
            yield str(name or f"line {number}"), hashlib.sha256(line).digest(), keys
