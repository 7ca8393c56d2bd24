"""A real server of Milvus for tests: the one in the PyPI package ``milvus``, and what it lacks.

    pip install --no-deps --target FOLDER milvus==2.3.5
    POLICYBOT_TEST_MILVUS=FOLDER make slow

It is Milvus 2.3.5, which has no sparse vectors: :class:`SplitServer` keeps those, and with them
BM25, in a file of Milvus Lite beside it.
"""

from __future__ import annotations

import copy
import importlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from policybot.backends.milvus.server import Row, Server

FOLDER = "POLICYBOT_TEST_MILVUS"


def installed() -> bool:
    """Whether the package is where the environment says."""
    folder = os.environ.get(FOLDER, "")
    return bool(folder) and (Path(folder) / "milvus" / "__init__.py").is_file()


class RealServer:
    """A server that keeps its data below ``folder``; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        if os.environ[FOLDER] not in sys.path:
            sys.path.append(os.environ[FOLDER])
        self._folder = folder
        self._server: Any = None

    def start(self) -> str:
        """Start it, wait until it answers (20 to 45 seconds), and return its address."""
        milvus = importlib.import_module("milvus")
        self._server = milvus.MilvusServer(milvus.MilvusServerConfig(data_dir=str(self._folder)))
        self._server.start()
        return f"http://127.0.0.1:{self._server.listen_port}"

    @property
    def process(self) -> int:
        """Its process."""
        return int(self._server.server_proc.pid)

    def kill(self) -> None:
        """End it at once, as a loss of power would."""
        self._server.server_proc.kill()
        self._server.server_proc.wait()
        self._server.server_proc = None

    def stop(self) -> None:
        """End it, if it runs."""
        if self._server is not None:
            self._server.stop()


class SplitServer(Server):
    """A server without sparse vectors; searches by BM25 go to a file of Milvus Lite."""

    def __init__(self, uri: str, lite: Path) -> None:
        super().__init__(uri)
        self.lite = Server(str(lite))

    def create(self, collection: str, schema: Any, indexes: Iterable[Mapping[str, Any]]) -> None:
        """Create a collection without what needs sparse vectors, and that in Milvus Lite."""
        kept = list(indexes)
        if _is_searched(collection):
            self.lite.create(collection, schema, kept)
            schema = copy.copy(schema)
            schema._fields = [field for field in schema.fields if field.name != "bm25"]
            schema._functions = []
            for field in schema._fields:
                for name in ("enable_analyzer", "analyzer_params"):
                    field.params.pop(name, None)
            kept = [index for index in kept if index["field_name"] != "bm25"]
        super().create(collection, schema, kept)

    def insert(self, collection: str, rows: list[Row]) -> None:
        """Add rows to both where both have the collection."""
        super().insert(collection, rows)
        if _is_searched(collection):
            self.lite.insert(collection, rows)

    def remove(self, collection: str, where: str) -> None:
        """Remove rows from both."""
        super().remove(collection, where)
        if _is_searched(collection):
            self.lite.remove(collection, where)

    def drop(self, collection: str) -> None:
        """Remove a collection from both."""
        super().drop(collection)
        if _is_searched(collection) and collection in self.lite.collections():
            self.lite.drop(collection)

    def finish(self, collection: str, count: int, where: str = "") -> None:
        """Check both."""
        super().finish(collection, count, where)
        if _is_searched(collection):
            self.lite.finish(collection, count, where)

    def search(
        self,
        collection: str,
        field: str,
        wanted: object,
        count: int,
        where: str,
        *,
        metric: str,
        output: str,
    ) -> list[int]:
        """Ask whichever has the field."""
        asked = self.lite.search if field == "bm25" else super().search
        return asked(collection, field, wanted, count, where, metric=metric, output=output)


def _is_searched(collection: str) -> bool:
    return collection.endswith("_passages")
