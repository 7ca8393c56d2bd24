"""What importers make of real files, against what a person says of them.

    python -m benchmarks.importing --gold FILE [--files DIR] [--misses]

The gold file has one JSON object a line: ``file`` (below DIR; by default the folder beside it that
holds them), ``title``, ``date``, ``number``, ``issuers`` and ``effective`` as the document states
them (null or empty where it does not), ``must_have`` and ``must_not_have`` (sentences of the text,
and words of the page around it), and ``also_ok`` (for a key, other answers that are right). A file
whose ``must_have`` is empty has no body: it should be refused.

Texts are compared in Unicode's form NFKC without white space, titles without case and a full stop
at the end, numbers with all brackets alike, issuers as sets. A value where none is stated counts
as wrong, as any other value does.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from policybot.corpus.files.read import policy_files, scan_file
from policybot.corpus.importers.pipeline.many import import_paths
from policybot.model import Policy

_KEYS = ("title", "date", "number", "issuers", "effective")
_ORDER = ("imported", *_KEYS, "sentences", "boilerplate absent", "no body: refused")
_OPEN, _CLOSE = re.compile(r"[〔\[（(【]"), re.compile(r"[〕\]）)】]")


@dataclass
class Scores:
    """Right and asked by row of the table; wrong or invented values by key; every miss."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    misses: list[tuple[str, str, object, object]] = field(default_factory=list)

    def count(self, row: str, *, right: bool) -> None:
        """Count one thing that was asked."""
        self.asked[row] += 1
        self.right[row] += right


def plain(text: str | None) -> str:
    """Return a text as it is compared."""
    return re.sub(r"[\s\ufffe\u00ad\u200b]+", "", unicodedata.normalize("NFKC", text or ""))


def _title(value: Any) -> object:  # noqa: ANN401 - JSON
    return plain(value).casefold().rstrip(".。")


def _number(value: Any) -> object:  # noqa: ANN401 - JSON
    return _OPEN.sub("(", _CLOSE.sub(")", plain(value))).casefold()


def _issuers(value: Any) -> object:  # noqa: ANN401 - JSON
    return frozenset(plain(name) for name in (value if isinstance(value, list) else [value]))


COMPARED: Mapping[str, Callable[[Any], object]] = {
    "title": _title,
    "date": str,
    "number": _number,
    "issuers": _issuers,
    "effective": str,
}


def stated(policy: Policy | None) -> dict[str, Any]:
    """Return the keys of a draft as the gold file writes them."""
    if policy is None:
        return dict.fromkeys(_KEYS)
    return {
        "title": policy.title,
        "date": str(policy.date) if policy.date else None,
        "number": policy.number,
        "issuers": list(policy.issuers),
        "effective": str(policy.effective) if policy.effective else None,
    }


def judge(gold: Mapping[str, Any], drafts: Sequence[Policy], scores: Scores) -> None:
    """Score the drafts of one file."""
    if not gold["must_have"]:
        scores.count("no body: refused", right=not drafts)
        return
    scores.count("imported", right=bool(drafts))
    got = stated(drafts[0] if drafts else None)
    also: Mapping[str, list[Any]] = gold.get("also_ok") or {}
    for key in _KEYS:
        same, value = COMPARED[key], gold[key]
        taken = {same(one) for one in (value, *also.get(key, ())) if one}
        is_right = bool(got[key]) and same(got[key]) in taken
        if value:
            scores.count(key, right=is_right)
        if got[key] and not is_right:
            scores.wrong[key] += 1
        if (value and not is_right) or (got[key] and not is_right):
            scores.misses.append((gold["file"], key, value, got[key]))
    body = plain(" ".join(draft.body for draft in drafts))
    for row, name, wanted in (
        ("sentences", "must_have", True),
        ("boilerplate absent", "must_not_have", False),
    ):
        for text in gold[name]:
            is_right = (plain(text) in body) is wanted
            scores.count(row, right=is_right)
            if not is_right and drafts:
                scores.misses.append((gold["file"], row, text[:60], ""))


def imported(files: Sequence[Path], root: Path) -> dict[str, list[Policy]]:
    """Import files into a corpus that is thrown away; return the drafts by their file's name."""
    work = Path(tempfile.mkdtemp())
    try:
        for file in files:
            copy = work / "in" / file.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        import_paths([work / "in"], work / "corpus")
        drafts: dict[str, list[Policy]] = defaultdict(list)
        for path in policy_files(work / "corpus"):
            for policy, _ in scan_file(path):
                if policy is not None and policy.source is not None:
                    drafts[PurePosixPath(policy.source.file).name].append(policy)
        return drafts
    finally:
        shutil.rmtree(work, ignore_errors=True)


def folder_of(gold: Path, names: Sequence[str]) -> Path:
    """Return the folder beside a gold file that holds its files."""
    places = [gold.parent, *sorted(path for path in gold.parent.iterdir() if path.is_dir())]
    return max(places, key=lambda place: sum((place / name).is_file() for name in names))


def score(gold: Path, files: Path | None = None) -> tuple[Scores, float]:
    """Import the files of a gold file and judge their drafts; return the seconds it took, too."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line]
    root = files or folder_of(gold, [row["file"] for row in rows])
    begun = time.monotonic()
    drafts = imported([root / row["file"] for row in rows], root)
    taken = time.monotonic() - begun
    scores = Scores()
    for row in rows:
        name = PurePosixPath(row["file"]).name
        judge(row, drafts.get(name) or drafts.get(name.rsplit(".", 1)[0]) or [], scores)
    return scores, taken


def table(scores: Scores) -> list[str]:
    """Return the table of an issue or a page, as Markdown."""
    lines = ["| | right | asked | share | wrong or invented |", "|---|---|---|---|---|"]
    for row in _ORDER:
        if asked := scores.asked[row]:
            right = scores.right[row]
            wrong = str(scores.wrong[row]) if row in _KEYS else ""
            lines.append(f"| {row} | {right} | {asked} | {right / asked:.0%} | {wrong} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--files", type=Path)
    parser.add_argument("--misses", action="store_true", help="print what is missed or wrong")
    asked = parser.parse_args()
    scores, taken = score(asked.gold, asked.files)
    print("\n".join(table(scores)))
    print(f"{taken:.1f} s")
    if asked.misses:
        for miss in scores.misses:
            print(*miss, sep=" | ")


if __name__ == "__main__":
    main()
