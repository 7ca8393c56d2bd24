"""Write policies as files. Reading a file back gives the same policy, to the character."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

from policybot.corpus.files.read import scan_line, scan_text
from policybot.corpus.files.sound import is_sound
from policybot.errors import CorpusError
from policybot.model import RELATION_KINDS, Policy, PolicyDate, Source


class _Dumper(yaml.SafeDumper):
    """Writes texts without quotes where YAML allows it: they are read as plain strings."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own declaration

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Write repeated values in full: the reader rejects aliases."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Write a text of several lines as a block, so that a person can delete single lines."""
    style = "|" if "\n" in text and text == text.strip() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def format_policy(policy: Policy) -> str:
    """Return the text of a policy's Markdown file.

    Raises:
        CorpusError: the policy breaks a rule of the format (an id with a space, an empty title).
    """
    fields = _fields(policy)
    front_matter = yaml.dump(
        fields, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31
    )
    content = f"---\n{front_matter}---\n\n{policy.body}\n"
    in_files = {str(text.version.since): text.body for text in policy.versions if text.apart}
    again, problems = scan_text(content, Path(f"{policy.id or 'policy'}.md"), in_files.get)
    if problems:
        raise CorpusError(f"policy {policy.id!r} cannot be written: {problems[0].message}")
    if again != policy:
        raise CorpusError(f"policy {policy.id!r} cannot be written: it would not be read the same")
    return content


def format_policy_line(policy: Policy) -> str:
    """Return a policy as one line of a JSONL file, with its line break.

    Raises:
        CorpusError: the policy breaks a rule of the format.
    """
    row = {**_fields(policy), "body": policy.body}
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        data = line.encode("utf-8")
    except UnicodeEncodeError:
        raise CorpusError(f"policy {policy.id!r} cannot be written: it is not Unicode") from None
    if is_sound(policy):
        return line
    again, problems = scan_line(data, Path("policies.jsonl"))
    if problems:
        raise CorpusError(f"policy {policy.id!r} cannot be written: {problems[0].message}")
    if again != policy:
        raise CorpusError(f"policy {policy.id!r} cannot be written: it would not be read the same")
    return line


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace ``path`` atomically by a file with ``mode``, creating its folder if needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _date(date: PolicyDate | None) -> str | None:
    return str(date) if date else None


def _object(policy: Policy, kind: str, target: str) -> str | dict[str, Any]:
    """Return a relation's object as it is written: its id, or a table if it has terms."""
    terms = policy.terms_of(kind, target).to_dict()
    return {"id": target, **terms} if terms else target


def _source(source: Source | None) -> str | dict[str, Any] | None:
    if source is None:
        return None
    parts = {"sha256": source.sha256, "lines": source.lines}
    given: dict[str, Any] = {key: value for key, value in parts.items() if value is not None}
    if source.pages:
        given["pages"] = {str(page): words for page, words in source.pages}
    if source.machine_read:
        given["machine_read"] = {str(read.page): str(read) for read in source.machine_read}
    return {"file": source.file, **given} if given else source.file


def _versions(policy: Policy) -> list[dict[str, Any]]:
    """Return the versions as they are written; the one whose text is the body has no ``body``."""
    rows: list[dict[str, Any]] = []
    own = next(
        (text for text in policy.versions if text.body == policy.body and not text.apart), None
    )
    for text in policy.versions:
        fields: dict[str, Any] = {
            "from": _date(text.version.since),
            "until": _date(text.version.until),
            "source": _source(text.source),
            "note": text.note,
            "body": None if text.apart or text is own else text.body,
        }
        rows.append({key: value for key, value in fields.items() if value is not None})
    return rows


def _fields(policy: Policy) -> dict[str, Any]:
    kinds = [*(kind for kind in RELATION_KINDS if kind in policy.relations)]
    kinds += [kind for kind in policy.relations if kind not in RELATION_KINDS]
    relations = {
        kind: [_object(policy, kind, target) for target in policy.relations[kind]] for kind in kinds
    }
    repairs = [{"from": r.before, "to": r.after, "line": str(r.line)} for r in policy.repairs]
    fields: dict[str, Any] = {
        "id": policy.id,
        "title": policy.title,
        "issuers": list(policy.issuers),
        "date": _date(policy.date),
        "date_text": policy.date_text,
        "published": _date(policy.published),
        "effective": _date(policy.effective),
        "expires": _date(policy.expires),
        "status": policy.status,
        "number": policy.number,
        "language": policy.language,
        "url": policy.url,
        "source": _source(policy.source),
        "note": policy.note,
        "relations": relations or None,
        "repairs": repairs or None,
        "evidence": dict(policy.evidence) or None,
        "versions": _versions(policy) or None,
    }
    return {key: value for key, value in fields.items() if value is not None}
