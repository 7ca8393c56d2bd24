"""From source files to drafts of policies that a person reviews.

An importer reads one kind of file and gives an :class:`ImportResult`; :data:`IMPORTERS` names the
one for each file ending. :func:`import_file` copies the source unchanged to ``sources/`` and writes
the drafts beside it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from policybot.corpus.importers.policy_list import import_policy_list
from policybot.corpus.importers.repairs import Years
from policybot.corpus.importers.result import ImportResult, Report
from policybot.corpus.issuers import IssuerBook, read_issuers
from policybot.corpus.read import SOURCES, policy_files, scan_file
from policybot.corpus.write import format_policy, write_atomically
from policybot.errors import ImportRefusedError

__all__ = ["IMPORTERS", "ImportResult", "Importer", "Report", "import_file", "import_policy_list"]


class Importer(Protocol):
    """Reads one source file; nothing is written."""

    def __call__(self, path: Path, years: Years | None, *, issuers: IssuerBook) -> ImportResult:
        """Return the drafts of a file, or raise ImportRefusedError."""


IMPORTERS: Mapping[str, Importer] = {".txt": import_policy_list}
"""The importer for each file ending, in lower case."""


def import_file(
    path: Path,
    corpus: Path,
    *,
    years: Years | None = None,
    replace: bool = False,
    issuers_file: Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> ImportResult:
    """Import one source file into a corpus: all of it, or on any refusal nothing.

    The source is copied to ``sources/``; a different file of that name there is never overwritten.
    A policy file that is there already and differs is overwritten only with ``replace``.

    Args:
        path: The source file.
        corpus: The corpus folder, made if need be.
        years: First and last year within which lost zeros are put back; None to restore none.
        replace: Whether drafts may overwrite policy files that differ from them.
        issuers_file: The table of issuers; by default ``issuers.toml`` in the corpus.
        progress: Called with what is done, how many are done, and of how many.

    Raises:
        ImportRefusedError: the file cannot be imported, or something is in its way.
    """
    importer = IMPORTERS.get(path.suffix.lower())
    if importer is None:
        known = ", ".join(sorted(IMPORTERS))
        raise ImportRefusedError(f"{path}: no importer reads this kind of file; known: {known}")
    if years is not None and not 1000 <= years[0] <= years[1] <= 2999:
        raise ImportRefusedError(f"years {years[0]}-{years[1]} are no span from 1000 to 2999")
    book = read_issuers(issuers_file or corpus / "issuers.toml")
    result = importer(path, years, issuers=book)
    copy = corpus / SOURCES / path.name
    data = path.read_bytes()
    if copy.exists() and copy.read_bytes() != data:
        raise ImportRefusedError(
            f"{copy} is another file of the same name; rename {path.name} and import it again"
        )
    files = {corpus / f"{policy.id}.md": format_policy(policy) for policy in result.policies}
    texts = {target: text.encode("utf-8") for target, text in files.items()}
    changed = [target for target, text in texts.items() if _differs(target, text)]
    if changed and not replace:
        names = ", ".join(target.name for target in changed[:3])
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise ImportRefusedError(
            f"{path}: {names}{more} would change; replace them to take this import instead"
        )
    _refuse_taken_ids({policy.id for policy in result.policies}, set(texts), corpus)
    if not copy.exists():
        write_atomically(copy, data)
    for done, (target, text) in enumerate(texts.items(), 1):
        if not target.exists() or target in changed:
            write_atomically(target, text)
        if progress is not None:
            progress("policies", done, len(texts))
    return dataclasses.replace(result, paths=tuple(texts))


def _differs(target: Path, text: bytes) -> bool:
    return target.exists() and target.read_bytes() != text


def _refuse_taken_ids(ids: set[str], targets: set[Path], corpus: Path) -> None:
    if not corpus.is_dir():
        return
    for file in policy_files(corpus):
        if file in targets:
            continue
        for policy, _ in scan_file(file):
            if policy is not None and policy.id in ids:
                raise ImportRefusedError(f"id {policy.id!r} is taken by {file}")
