"""Import one source file into a corpus: all of it, or on any error nothing."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from policybot.corpus.files.find import SOURCES
from policybot.corpus.files.ids import file_stem
from policybot.corpus.files.read import scan_file
from policybot.corpus.files.write import format_policy, format_policy_line
from policybot.corpus.importers.pipeline.apart import read_kind
from policybot.corpus.importers.pipeline.changes import (
    changed_fields,
    compare_lines,
    without_relations,
)
from policybot.corpus.importers.pipeline.given import with_given
from policybot.corpus.importers.pipeline.holdings import Held, Holdings
from policybot.corpus.importers.pipeline.keeping import with_added
from policybot.corpus.importers.pipeline.kinds import known_kind
from policybot.corpus.importers.pipeline.naming import draft_id
from policybot.corpus.importers.pipeline.origins import Origins
from policybot.corpus.importers.pipeline.result import Outcome, Report, Status
from policybot.corpus.importers.pipeline.source import ImportOptions, Kind, SourceFile
from policybot.corpus.importers.pipeline.staging import CHANGED, Staging
from policybot.corpus.importers.pipeline.walk import check_file, digest_of, name_of
from policybot.corpus.review.notes import reasons
from policybot.errors import CorpusError, ImportRefusedError, SourceChangedError
from policybot.model import Policy

KEPT_REPORTS = 200
"""The most reports kept per file; further ones are only counted."""

_NAMED = 3
_YEARS = (1000, 2999)


def import_file(
    path: Path,
    corpus: Path,
    options: ImportOptions | None = None,
    *,
    replace: bool = False,
    holdings: Holdings | None = None,
    folder: Path | None = None,
    origins: Origins | None = None,
    name: str | None = None,
) -> Outcome:
    """Import one source file into a corpus.

    The source is copied unchanged to ``sources/``. Existing policies are not changed, unless
    ``replace`` is true: then the policies of this source and its copy are overwritten.

    Args:
        path: The source file.
        corpus: The corpus folder, created if needed.
        options: The import options.
        replace: Whether drafts may overwrite policies imported earlier from the same source.
        holdings: The inventory of the corpus; read from it by default.
        folder: The imported folder, whose name begins the source's name; None for the bare name.
        origins: The recorded origins of sources, to recognise this one; not saved here.
        name: The name of the source under ``sources/``, if it does not follow from the path.

    Raises:
        ImportRefusedError: the file cannot be imported, or conflicts with other policies; nothing
            was written.
    """
    options = options or ImportOptions()
    if options.years is not None:
        first, last = options.years
        if not _YEARS[0] <= first <= last <= _YEARS[1]:
            raise ImportRefusedError(f"years {first}-{last} are no span from 1000 to 2999")
    kind = known_kind(path)
    size = check_file(path, kind)
    own_name = name or name_of(path, folder, corpus)
    sha256 = digest_of(path)
    held = holdings or Holdings(corpus)
    try:
        if name is None:
            name = _known_name(path, own_name, sha256, held, origins, alone=folder is None)
        held.begin()
        source = SourceFile(path, name, size, sha256)
        with Staging() as staging:
            work = _Import(source, kind, corpus, held, staging, replace=replace)
            outcome = work.run(options)
        if origins is not None:
            origins.note(name, path)
        return outcome
    finally:
        if holdings is None:
            held.close()


def _known_name(
    path: Path,
    name: str,
    sha256: str,
    held: Holdings,
    origins: Origins | None,
    *,
    alone: bool,
) -> str:
    """Return the name of the known source that a file is, else ``name``.

    A known source has the same content (a file that was copied or moved), was imported from this
    path before, or has a name that the path ends with (imported before as part of a folder).
    """
    twins = [
        twin
        for twin in held.sources_with(sha256)
        if PurePosixPath(twin).suffix.lower() == path.suffix.lower()
    ]
    if twins:
        return name if name in twins else twins[0]
    known = origins.name_of(path) if origins else None
    if known is not None and held.has_source(known):
        return known
    parts = path.resolve().parts[1:]
    for first in range(len(parts) - 1):
        longer = "/".join(parts[first:])
        is_known = (alone or not held.has_source(name)) and held.has_source(longer)
        if is_known and not (origins and origins.is_elsewhere(longer, path)):
            return longer
    return name


class _Import:
    """The import of one file."""

    def __init__(
        self,
        source: SourceFile,
        kind: Kind,
        corpus: Path,
        holdings: Holdings,
        staging: Staging,
        *,
        replace: bool,
    ) -> None:
        self.source = source
        self.kind = kind
        self.corpus = corpus
        self.holdings = holdings
        self.staging = staging
        self.replace = replace
        self.reports: list[Report] = []
        self.more_reports = 0
        self.reviews: Counter[str] = Counter()
        self.namesakes: dict[str, Held] = {}
        self.count = 0
        self.copy = corpus / SOURCES / PurePosixPath(source.name)
        self.is_new = not self.copy.exists()
        self.is_same = not self.is_new and digest_of(self.copy) == source.sha256

    def run(self, options: ImportOptions) -> Outcome:
        if self.kind.output == "lines":
            return self._import_lines(options)
        return self._import_files(options)

    def drafts(self, options: ImportOptions) -> Iterator[Policy]:
        """Yield the drafts, and collect the reports."""
        for item in read_kind(self.kind, self.source, options):
            if isinstance(item, Report):
                if len(self.reports) < KEPT_REPORTS:
                    self.reports.append(item)
                else:
                    self.more_reports += 1
                continue
            draft = with_given(item, options.given)
            self.count += 1
            self.reviews.update(reasons(draft))
            yield draft
        if not self.count:
            raise ImportRefusedError(f"{self.source.path}: holds no policy")

    def outcome(self, status: Status, paths: tuple[Path, ...], why: str = "") -> Outcome:
        return Outcome(
            self.source.path,
            status,
            self.kind.name,
            self.count,
            paths,
            tuple(self.reviews.most_common()),
            tuple(self.reports),
            self.more_reports,
            why,
        )

    def refuse(self, changes: str) -> SourceChangedError:
        return SourceChangedError(
            f"{self.source.path}: is not the {self.copy} imported before; {changes}; --replace "
            "takes it instead; if it is another document, rename it"
        )

    def finish(self) -> None:
        """Commit all staged files, including the copy of the source."""
        if not self.is_same:
            self.staging.copy(self.source.path, self.copy, self.source.sha256)
        elif self.staging and digest_of(self.source.path) != self.source.sha256:
            raise ImportRefusedError(f"{self.source.path}: {CHANGED}")
        self.staging.commit()
        self.holdings.take(self.source)

    def _import_files(self, options: ImportOptions) -> Outcome:
        drafts = list(self.drafts(options))
        held = self.holdings.of_source(self.source.name)
        homes = self._homes(drafts, held)
        placed = {
            home: dataclasses.replace(draft, id=name)
            for draft, (name, home) in zip(drafts, homes, strict=True)
        }
        new = [home for home in placed if not home.exists()]
        changed: dict[Path, str] = {}
        for home, draft in placed.items():
            if home not in new:
                was = _policy_of(home, held)
                placed[home] = with_added(was, draft) if was else draft
                if difference := _difference(was, draft, placed[home]):
                    changed[home] = difference
        lost = [] if self.is_same else [old.file for old in held if old.file not in placed]
        paths = tuple(placed)
        why = _summary(changed, [] if self.is_same else new, lost)
        if lost and self.replace:
            names = _list([path.name for path in lost])
            raise ImportRefusedError(
                f"{self.source.path}: is not the {self.copy} imported before, and {names} would be "
                "left without a source; delete what is no policy any more, then import it again"
            )
        if not (self.is_same or self.is_new or self.replace):
            raise self.refuse(why)
        written = [*new, *changed] if self.replace else new
        for home in written:
            self.staging.add(home, self._text(placed[home]).encode("utf-8"))
        self.finish()
        for home in new:
            copies = self.holdings.copies_of(placed[home], self.source.name)
            namesake = self.namesakes.get(placed[home].id)
            for copy in copies:
                self.reviews[f"is probably the same document as {copy.file.name}"] += 1
            if namesake is not None and namesake not in copies:
                self.reviews[f"may be the same document as {namesake.file.name}"] += 1
        for home in written:
            self.holdings.note_likeness(placed[home])
        if changed and not self.replace:
            kept = f"{why}: edited since, or imported otherwise; --replace takes the import instead"
            return self.outcome("imported" if new else "kept", paths, kept)
        if changed:
            return self.outcome("replaced", paths, why)
        return self.outcome("imported" if new else "unchanged", paths)

    def _text(self, draft: Policy) -> str:
        try:
            return format_policy(draft)
        except CorpusError as error:
            raise ImportRefusedError(f"{self.source.path}: {error}") from None

    def _homes(self, drafts: list[Policy], held: list[Held]) -> list[tuple[str, Path]]:
        """Return each draft's id and file: its previous ones if the source was imported before."""
        same = all(policy.sha256 == self.source.sha256 for policy in held)
        by_lines = {policy.lines: policy for policy in held} if same else {}
        alone = held[0] if len(drafts) == len(held) == 1 else None
        known = [None if draft.id else alone or by_lines.get(_lines(draft)) for draft in drafts]
        homes: list[tuple[str, Path]] = []
        for home in known:
            if home is not None:
                self._claim(home.id, home.file, home.lines)
        for draft, home in zip(drafts, known, strict=True):
            lines = _lines(draft)
            if home is not None:
                homes.append((home.id, home.file))
            elif draft.id:
                homes.append((draft.id, self._place(draft.id)))
                self._claim(draft.id, homes[-1][1], lines)
            else:
                stem = draft_id(draft.date, draft.title)
                name = self.holdings.claim_like(stem, self.source.name, self._place, lines)
                if name != stem and (holder := self.holdings.holder(stem)) is not None:
                    self.namesakes[name] = holder
                homes.append((name, self._place(name)))
        return homes

    def _place(self, policy_id: str) -> Path:
        holder = self.holdings.holder(policy_id)
        return holder.file if holder is not None else self.corpus / f"{file_stem(policy_id)}.md"

    def _claim(self, policy_id: str, file: Path, lines: str | None) -> None:
        if not self.holdings.claim(policy_id, self.source.name, file, lines):
            holder = self.holdings.holder(policy_id)
            where = f" by {holder.file}" if holder and holder.source != self.source.name else ""
            again = "" if where else ", twice in this file"
            raise ImportRefusedError(
                f"{self.source.path}: the id {policy_id!r} is taken{where}{again}"
            )

    def _import_lines(self, options: ImportOptions) -> Outcome:
        target = self._lines_file()
        digest = hashlib.sha256()
        with self.staging.open(target) as stream:
            for draft in self.drafts(options):
                lines, name = _lines(draft), draft.id
                if name:
                    self._claim(name, target, lines)
                else:
                    stem = draft_id(draft.date, draft.title)
                    name = self.holdings.claim_like(stem, self.source.name, lambda _: target, lines)
                try:
                    line = format_policy_line(dataclasses.replace(draft, id=name))
                except CorpusError as error:
                    raise ImportRefusedError(f"{self.source.path}: {error}") from None
                data = line.encode("utf-8")
                digest.update(data)
                stream.write(data)
        differs = target.exists() and digest_of(target) != digest.hexdigest()
        why = compare_lines(target, self.staging.staged(target)) if differs else ""
        if not (self.is_same or self.is_new or self.replace):
            raise self.refuse(why or f"{target.name} would be new")
        if differs:
            if not self.replace:
                self.staging.drop(target)
                kept = f"{why}: edited since, or imported otherwise; --replace takes the import"
                return self.outcome("kept", (target,), f"{kept} instead")
            self.finish()
            return self.outcome("replaced", (target,), why)
        if target.exists():
            self.staging.drop(target)
            self.finish()
            return self.outcome("unchanged", (target,))
        self.finish()
        return self.outcome("imported", (target,))

    def _lines_file(self) -> Path:
        """Return the JSONL file of this source: the existing one, or a free one of its name."""
        for file in self.holdings.files_of(self.source.name):
            if file.suffix == ".jsonl":
                return file
        name = PurePosixPath(self.source.name)
        plain = self.corpus / f"{name.stem}.jsonl"
        return self.corpus / f"{'-'.join(name.parts)}.jsonl" if plain.exists() else plain


def _lines(draft: Policy) -> str | None:
    return draft.source.lines if draft.source else None


def _policy_of(home: Path, held: list[Held]) -> Policy | None:
    """Return the policy of this source in a file; None if it cannot be read.

    Raises:
        ImportRefusedError: the file holds something else.
    """
    if home.suffix != ".md":
        raise ImportRefusedError(f"{home} is in the way: it holds policies of this source")
    policy, problems = next(iter(scan_file(home)), (None, []))
    if policy is None or problems:
        return None
    if all(policy_held.file != home for policy_held in held):
        raise ImportRefusedError(
            f"{home} is in the way: it holds {policy.id!r}, which is not of this source"
        )
    return policy


def _difference(was: Policy | None, draft: Policy, new: Policy) -> str:
    """Return how the file of a draft would change, as text; empty if it would not."""
    if was is None:
        return "cannot be read"
    if not draft.relations:
        was, new = without_relations(was), without_relations(new)
    return changed_fields(was, new)


def _summary(changed: dict[Path, str], new: list[Path], lost: list[Path]) -> str:
    """Return what an import changes, adds and leaves without a source, as text."""
    parts = []
    if changed:
        shown = [f"{path.name} ({difference})" for path, difference in changed.items()]
        parts.append(f"{_list(shown)} would change")
    if new:
        parts.append(f"{_list([path.name for path in new])} would be new")
    if lost:
        parts.append(f"{_list([path.name for path in lost])} would be left without a source")
    return "; ".join(parts)


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
