"""Check a whole corpus and report every problem."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from policybot.corpus.files.find import SOURCES, find_policy_files, find_version_files
from policybot.corpus.files.read import duplicate_id, policy_line, scan_file
from policybot.corpus.issuers.table import IssuerBook, check_issuers
from policybot.corpus.problems import Problem
from policybot.corpus.relations import Named, relation_problems
from policybot.corpus.review.duplicates import Duplicates
from policybot.corpus.review.notes import NO_DATE, review_lines
from policybot.corpus.text.pages import lost_pages
from policybot.corpus.validity import contradictions
from policybot.corpus.versions import outside, unused, version_file
from policybot.errors import CorpusError
from policybot.model import Policy, PolicyDate

__all__ = ["Problem", "check_corpus"]


def check_corpus(corpus: Path, issuers_file: Path) -> list[Problem]:
    """Return all problems, sorted by file and line; an error among them prevents indexing.

    Errors: what :mod:`policybot.corpus.files.read` refuses, unreadable folders and links, duplicate
    ids, relations to an unknown policy, to itself or in a cycle, sources that are missing or
    altered, files of versions that no policy lists, and conflicts in the table of issuers.
    Warnings: an issuer that the table lacks or that did not exist at the time, a policy without a
    date, a ``review:`` line in a note, a policy that ends or amends a later one, a relation dated
    before its object, an expiry before the beginning, versions outside the validity of the policy,
    and a probable duplicate. A ``source`` written as plain text, without ``sha256`` or ``lines``,
    is a citation and is not checked.
    """
    book, problems = check_issuers(issuers_file)
    places: dict[str, str] = {}
    dates: dict[str, PolicyDate | None] = {}
    relations: list[Named] = []
    digests: dict[str, str | None] = {}
    unknown: set[tuple[str, str]] = set()
    duplicates = Duplicates()
    used: set[Path] = set()
    try:
        paths, hidden = find_policy_files(corpus)
    except CorpusError as error:
        return [*problems, Problem(str(corpus), 1, str(error))]
    problems += hidden
    for path in paths:
        for policy, file_problems in scan_file(path):
            problems += file_problems
            if policy is None:
                continue
            line = policy_line(policy)
            used |= {version_file(path, str(o.version.since)) for o in policy.versions if o.apart}
            place = f"{policy.path}:{line}"
            first = places.setdefault(policy.id, place)
            if first is not place:
                problems.append(Problem(policy.path, line, duplicate_id(policy.id, first)))
            relations += [
                Named(
                    policy.path, line, policy.id, kind, object_id, policy.terms_of(kind, object_id)
                )
                for kind, ids in policy.relations.items()
                for object_id in ids
            ]
            dates.setdefault(policy.id, policy.date)
            problems += _source_problems(policy, line, corpus, digests)
            problems += _warnings(policy, line, book, unknown)
            problems += duplicates.add(policy)
    problems += relation_problems(relations, dates)
    problems += unused(find_version_files(corpus), used)
    return sorted(problems, key=lambda problem: (problem.file, problem.line))


def _source_problems(
    policy: Policy, line: int, corpus: Path, digests: dict[str, str | None]
) -> list[Problem]:
    source = policy.source
    if source is None or (source.sha256 is None and source.lines is None):
        return []
    name = PurePosixPath(source.file)
    if name.is_absolute() or ".." in name.parts:
        message = f"source file {source.file!r} is not a path inside {SOURCES}/"
        return [Problem(policy.path, line, message)]
    if source.file not in digests:
        digests[source.file] = _digest(corpus / SOURCES / name)
    digest = digests[source.file]
    if digest is None:
        message = f"source file {source.file!r} is not in {corpus / SOURCES}"
        return [Problem(policy.path, line, message)]
    if source.sha256 is not None and digest != source.sha256:
        message = f"source file {source.file!r} was altered: its SHA-256 is {digest}"
        return [Problem(policy.path, line, message)]
    return []


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file in hexadecimal; None when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _warnings(
    policy: Policy, line: int, book: IssuerBook, unknown: set[tuple[str, str]]
) -> list[Problem]:
    problems: list[Problem] = []
    needs = review_lines(policy.note)
    problems += [Problem(policy.path, line, f"needs review: {need}", "warning") for need in needs]
    if policy.date is None and not any(need.startswith(NO_DATE) for need in needs):
        problems.append(Problem(policy.path, line, "there is no date", "warning"))
    problems += [Problem(policy.path, line, why, "warning") for why in contradictions(policy)]
    problems += [Problem(policy.path, line, why, "warning") for why in outside(policy)]
    if lost := lost_pages(policy):
        message = (
            f"where page {', '.join(map(str, lost))} of the source begins is not known any more: "
            "the text lacks its first words; write others under source pages"
        )
        problems.append(Problem(policy.path, line, message, "warning"))
    for issuer in policy.issuers:
        if book.canonical(issuer) is None and (policy.path, issuer) not in unknown:
            unknown.add((policy.path, issuer))
            message = f"issuer {issuer!r} is not in the table of issuers"
            problems.append(Problem(policy.path, line, message, "warning"))
        elif policy.date and (why := book.why_not_then(issuer, policy.date)) is not None:
            message = f"the policy is of {policy.date}, and {why}"
            problems.append(Problem(policy.path, line, message, "warning"))
    return problems
