"""The original paths and URLs of a corpus's sources, kept in its file ``origins.json``.

They identify a source whether it is imported alone or with its folder. Paths are relative to the
corpus, so that both can be moved together.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from policybot.corpus.files.write import write_atomically
from policybot.errors import CorpusError

FILE = "origins.json"


class Origins:
    """The origins of a corpus's sources; ``pages`` maps URLs to what is known of their pages.

    Raises:
        CorpusError: the file has another format.
    """

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._file = corpus / FILE
        self._files: dict[str, str] = {}
        self.pages: dict[str, dict[str, str]] = {}
        if self._file.exists():
            self._read()
        self._names = {path: name for name, path in self._files.items()}
        self._written = self._data()

    def name_of(self, path: Path) -> str | None:
        """Return the name of the source last imported from this path, if any."""
        return self._names.get(self._relative(path))

    def is_elsewhere(self, name: str, path: Path) -> bool:
        """Return whether a source came from another file, which still exists."""
        origin = self._files.get(name)
        if origin is None or origin == self._relative(path):
            return False
        return (self._corpus / origin).exists()

    def note(self, name: str, path: Path) -> None:
        """Record that a source was imported from a path outside the corpus."""
        relative = self._relative(path)
        if not relative.startswith(".."):
            return
        self._names.pop(self._files.get(name, ""), None)
        self._files[name] = relative
        self._names[relative] = name

    def save(self) -> None:
        """Write the file atomically, if anything changed."""
        data = self._data()
        if data != self._written:
            write_atomically(self._file, data.encode("utf-8"))
            self._written = data

    def _relative(self, path: Path) -> str:
        return Path(os.path.relpath(path.resolve(), self._corpus.resolve())).as_posix()

    def _data(self) -> str:
        content = {"files": self._files, "pages": self.pages}
        return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def _read(self) -> None:
        try:
            content: Any = json.loads(self._file.read_text(encoding="utf-8"))
            files, pages = content["files"], content["pages"]
            sound = all(
                isinstance(name, str) and isinstance(path, str) for name, path in files.items()
            ) and all(isinstance(value, str) for page in pages.values() for value in page.values())
        except (ValueError, KeyError, TypeError, AttributeError, OSError):
            sound = False
        if not sound:
            raise CorpusError(
                f"{self._file}: cannot be read as what policybot wrote; restore it, or delete it: "
                "then files are known by their names alone, and all that is followed is fetched"
            )
        self._files, self.pages = dict(files), {url: dict(page) for url, page in pages.items()}
