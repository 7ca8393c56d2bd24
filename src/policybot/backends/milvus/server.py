"""Calls to a Milvus server, with time limits, and its failures as errors of this project."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from policybot.errors import ConfigError, IndexDamagedError, UnavailableError

if TYPE_CHECKING:
    from pymilvus import MilvusClient

T = TypeVar("T")
Row = dict[str, Any]

TOKEN = "POLICYBOT_MILVUS_TOKEN"  # noqa: S105 (a name)
"""The environment variable with the server's token, which is never printed."""

ANSWER_SECONDS = 5.0
"""Time limit of a connection and of an answer; a question takes about ten calls."""

WRITE_SECONDS = 300.0
"""Time limit of a flush or load, in which the server builds its indexes."""

FLUSHED = 1_000
"""Rows from which a collection of a server is flushed when they are written. A few are safe in its
log and found at once, while a flush waits for seconds and leaves a small segment."""

LEAST = (2, 5)
"""The oldest supported Milvus: the first with BM25 functions."""

_PING_MS = 300_000
"""Servers close connections that send keep-alive pings more often."""

_GONE = 100
_NO_ALIAS = 1600
_NO_AUTHORITY = (1400, 1401, 1402)


class Server:
    """A connection, opened on the first call and again after a failed one; thread-safe.

    Args:
        uri: ``http(s)://host:port``, optionally followed by the name of a database, or a file that
            ends in ``.db``.
        token: The server's token, or empty.

    Raises:
        ConfigError: the uri is neither, or contains a password.
    """

    def __init__(self, uri: str, token: str = "") -> None:
        self.place = uri
        self._token = token
        self._client: MilvusClient | None = None
        self._loaded: set[str] = set()
        self._connecting = threading.Lock()
        parts = urlsplit(uri)
        if parts.username or parts.password:
            raise ConfigError(
                f"[index] uri: a user or password does not belong in it; set {TOKEN} to "
                "user:password instead"
            )
        self.is_file = uri.endswith(".db")
        if not self.is_file and not (parts.scheme in {"http", "https"} and parts.hostname):
            raise ConfigError(
                f"[index] uri = {uri!r}: must be http://host:port of a Milvus server, or a file "
                "that ends in .db (Milvus Lite)"
            )

    @property
    def _patience(self) -> float:
        """Time limit of a call in seconds: a local file cannot be unreachable, only busy."""
        return WRITE_SECONDS if self.is_file else ANSWER_SECONDS

    @property
    def is_absent(self) -> bool:
        """Whether it is a file that does not exist yet."""
        return self.is_file and not Path(self.place).exists()

    def alias_target(self, alias: str) -> str | None:
        """Return the collection that an alias points to, or None."""
        try:
            answer = self._call(lambda client: client.describe_alias(alias, timeout=self._patience))
        except IndexDamagedError:
            return None
        return str(answer["collection_name"])

    def point_alias(self, alias: str, collection: str) -> None:
        """Point an alias to a collection, atomically."""
        if self.alias_target(alias) is None:
            self._call(lambda c: c.create_alias(collection, alias, timeout=WRITE_SECONDS))
        else:
            self._call(lambda c: c.alter_alias(collection, alias, timeout=WRITE_SECONDS))

    def collections(self) -> list[str]:
        """Return the sorted names of all collections."""
        return sorted(self._call(lambda client: client.list_collections(timeout=self._patience)))

    def drop(self, collection: str) -> None:
        """Delete a collection with its rows."""
        self._call(lambda client: client.drop_collection(collection, timeout=WRITE_SECONDS))
        self._loaded.discard(collection)

    def create(self, collection: str, schema: object, indexes: Iterable[Mapping[str, Any]]) -> None:
        """Create a collection and its indexes, which are built when it is flushed."""

        def create(client: MilvusClient) -> None:
            client.create_collection(
                collection, schema=schema, consistency_level="Session", timeout=WRITE_SECONDS
            )
            params = client.prepare_index_params()
            for index in indexes:
                params.add_index(**index)
            client.create_index(collection, params, timeout=WRITE_SECONDS, sync=False)

        self._call(create)

    def insert(self, collection: str, rows: list[Row]) -> None:
        """Add rows."""
        if rows:
            self._call(lambda client: client.insert(collection, rows, timeout=WRITE_SECONDS))

    def upsert(self, collection: str, rows: list[Row]) -> None:
        """Insert rows, replacing those with the same keys."""
        if rows:
            self._call(lambda client: client.upsert(collection, rows, timeout=WRITE_SECONDS))

    def remove(self, collection: str, where: str) -> None:
        """Delete the rows that a filter allows."""
        self._call(lambda c: c.delete(collection, filter=where, timeout=WRITE_SECONDS))

    def settle(self, collection: str) -> None:
        """Wait until all clients see the few rows that were written to a collection."""
        self._count(collection, "", flush=False)

    def finish(self, collection: str, count: int, where: str = "") -> None:
        """Load a collection for searching, and check that it has ``count`` rows.

        Only rows that the filter ``where`` allows are counted. Many rows are flushed first, which
        builds their indexes.

        Raises:
            UnavailableError: it has another number of rows.
        """
        counted = self._count(collection, where, flush=count >= FLUSHED)
        if counted != count:
            raise UnavailableError(
                f"{self.place}: {collection} has {counted} rows, {count} were written; try again"
            )

    def _count(self, collection: str, where: str, *, flush: bool) -> int:
        """Flush if so wanted, and load; return the count of rows that a filter allows."""

        def count(client: MilvusClient) -> list[Row]:
            if flush or self.is_file:
                client.flush(collection, timeout=WRITE_SECONDS)
            client.load_collection(collection, timeout=WRITE_SECONDS)
            self._loaded.add(collection)
            rows: list[Row] = client.query(
                collection,
                filter=where,
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=WRITE_SECONDS,
            )
            return rows

        return int(self._call(count)[0]["count(*)"])

    def load(self, *collections: str) -> None:
        """Load collections for reading.

        A process that opens a Milvus Lite file finds them released, and so does a client of a
        server on which they were released; if they are loaded, this costs one call.

        Raises:
            IndexDamagedError: one is missing.
        """
        for name in collections:
            if name not in self._loaded:
                self._call(functools.partial(_load, name=name))
                self._loaded.add(name)

    def rows(self, collection: str, where: str, fields: Sequence[str]) -> list[Row]:
        """Return the rows that a filter allows, in no particular order."""
        self.load(collection)
        rows: list[Row] = self._call(
            lambda client: client.query(
                collection, filter=where, output_fields=list(fields), timeout=self._patience
            )
        )
        return rows

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
        """Return the ``output`` field of the rows nearest to ``wanted``, best first."""
        self.load(collection)
        hits = self._call(
            lambda client: client.search(
                collection,
                data=[wanted],
                anns_field=field,
                limit=count,
                filter=where,
                output_fields=[output],
                search_params={"metric_type": metric},
                timeout=self._patience,
            )
        )
        return [int(hit["entity"][output]) for hit in hits[0]]

    def _call(self, work: Callable[[MilvusClient], T]) -> T:
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            return work(self._connect())
        except (MilvusException, grpc.RpcError) as error:
            raise self._translated(error) from None

    def _translated(self, error: Exception) -> Exception:
        code = getattr(error, "code", None)
        message = str(getattr(error, "message", "") or error)
        if callable(code):  # a grpc.RpcError's
            code, message = code(), str(code())
        if code in _NO_AUTHORITY or "UNAUTHENTICATED" in message or "auth check" in message:
            return ConfigError(f"{self.place}: refuses the token; set {TOKEN}")
        if code == _NO_ALIAS or (code == _GONE and "not" in message):
            return IndexDamagedError(f"{self.place}: {message}; rebuild it with: policybot index")
        if self.is_file and "Open local milvus failed" in message:
            return UnavailableError(
                f"{self.place}: cannot be opened: another process has it open (a file of Milvus "
                "Lite serves one at a time), its folder is not there, or it is damaged"
            )
        return UnavailableError(
            f"{self.place}: Milvus does not answer ({' '.join(message.split())[:200]}); check that "
            "it runs and can be reached, then try again"
        )

    def _connect(self) -> MilvusClient:
        with self._connecting:
            if self._client is None:
                try:
                    from pymilvus import MilvusClient
                except ImportError:
                    raise ConfigError(
                        "[index] backend = 'milvus' needs pymilvus: pip install 'policybot[milvus]'"
                    ) from None
                # The failure is raised and reported by us; pymilvus would log it as well.
                for name in ("pymilvus", "milvus_lite"):
                    logging.getLogger(name).setLevel(logging.CRITICAL)
                client = MilvusClient(
                    self.place,
                    token=self._token,
                    timeout=self._patience,
                    grpc_options={"grpc.keepalive_time_ms": _PING_MS},
                )
                if not self.is_file:
                    self._check_version(client)
                self._client = client
            return self._client

    def _check_version(self, client: MilvusClient) -> None:
        """Refuse a server without the needed functions.

        Raises:
            ConfigError: it is older than :data:`LEAST`.
        """
        text = str(client.get_server_version(timeout=self._patience))
        version = re.match(r"v?(\d+)\.(\d+)", text)
        if version and (int(version[1]), int(version[2])) < LEAST:
            raise ConfigError(
                f"{self.place}: runs Milvus {text.removeprefix('v')}, which is too old: policybot "
                f"needs {'.'.join(map(str, LEAST))} or later, the first with BM25 functions; "
                "update the server, or name another one under [index] uri"
            )


def _load(client: MilvusClient, *, name: str) -> None:
    client.load_collection(name, timeout=WRITE_SECONDS)
