"""Policies as Markdown files, for tests that write and read single ones."""

from __future__ import annotations

from pathlib import Path

from policybot.corpus.files.read import scan_text
from policybot.corpus.files.write import format_policy, write_atomically
from policybot.errors import CorpusError
from policybot.model import Policy


def parse_policy(text: str, path: str | Path) -> Policy:
    """Read the text of a policy's file; raise the first problem as a CorpusError."""
    policy, problems = scan_text(text, Path(path))
    if problems:
        raise CorpusError(str(problems[0]))
    assert policy is not None
    return policy


def write_policy(policy: Policy, path: Path) -> None:
    """Write a policy's file as an import does."""
    write_atomically(path, format_policy(policy).encode("utf-8"))
