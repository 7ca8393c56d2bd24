"""Joining a Ray cluster: errors on one line, and checks that all machines run the same versions."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policybot.errors import ClusterError
from policybot.machine import cores

LOCAL = "local"
NEED_RAY = "install what it needs, here and on every machine: pip install 'policybot[ray]'"

_REACHED_WITHIN = 5.0
"""Time limit for connecting to an address; Ray itself would wait for minutes."""

_HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
"""The first bytes of an HTTP/2 client, and so of gRPC (RFC 9113, 3.4): preface and settings."""

_SETTINGS = 4

_ANSWERED_WITHIN = 120.0
"""Seconds within which every machine must report its installed versions."""

_SAME = ("policybot", "numpy", "onnxruntime", "PyStemmer", "tokenizers")
"""Distributions whose versions affect passages, terms or the last bits of vectors."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A joined cluster, and the total resources of its machines."""

    address: str
    cpus: int
    gpus: int


@contextlib.contextmanager
def joined(
    address: str, *, cpus: int | None = None, memory: int | None = None
) -> Iterator[Cluster]:
    """Join a Ray cluster for the block; one that was started here is stopped at its end.

    Args:
        address: As ``ray.init`` takes it: ``auto``, ``HOST:PORT``, or ``local`` to start one here.
        cpus: The number of processes to start for ``local``; one per core by default.
        memory: Bytes of shared memory for ``local``; Ray's choice by default.

    Raises:
        ClusterError: Ray is not installed, nothing answers at the address, the cluster runs another
            version of Ray or Python, or one of its machines has other packages than this one.
    """
    _check_address(address)
    # Disable Ray's usage reports, and keep its log lines in its log files.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    # Opt into a future default of Ray, about which it would warn.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ClusterError(f"--ray {address}: cannot be used ({error}); {NEED_RAY}") from None
    local: dict[str, Any] = {}
    if address == LOCAL:
        local = {
            "num_cpus": cpus or cores(),
            "include_dashboard": False,
            "object_store_memory": memory,
        }
    logging.getLogger("ray").setLevel(logging.ERROR)
    for handler in logging.getLogger("ray.data").handlers:
        if not getattr(handler, "baseFilename", "") and "File" not in type(handler).__name__:
            handler.setLevel(logging.CRITICAL + 1)
    try:
        with _no_standard_error():
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **local)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise ClusterError(f"--ray {address}: {not_joined(error)}") from None
    try:
        has = ray.cluster_resources()  # type: ignore[no-untyped-call]
        cluster = Cluster(address, int(has.get("CPU", 0)), int(has.get("GPU", 0)))
        if address != LOCAL:
            _check_machines(address)
        if not cluster.cpus:
            raise ClusterError(
                f"--ray {address}: its machines offer no CPUs; start them with `ray start "
                "--num-cpus`"
            )
        yield cluster
    finally:
        ray.shutdown()


@contextlib.contextmanager
def _no_standard_error() -> Iterator[None]:
    """Silence what Ray's C++ part writes to standard error; its errors are raised as well."""
    with Path(os.devnull).open("w") as sink:
        kept = os.dup(2)
        os.dup2(sink.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _check_address(address: str) -> None:
    """Refuse addresses that Ray would refuse only after minutes, or misread."""
    if address in (LOCAL, "auto"):
        return
    if address.startswith("ray://"):
        raise ClusterError(
            f"--ray {address}: Ray Data does not run over a Ray client; run this on a machine of "
            "the cluster (`ray start --address=HOST:PORT --num-cpus=0` makes this one such) and "
            "name `auto`"
        )
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        raise ClusterError(f"--ray {address}: is no address; name auto, local or HOST:PORT")
    try:
        reached = socket.create_connection((host.strip("[]"), int(port)), _REACHED_WITHIN)
    except (OSError, OverflowError) as error:
        raise ClusterError(
            f"--ray {address}: nothing answers there ({error}); start a cluster with `ray start "
            "--head` and name the address it prints"
        ) from None
    with reached:
        if not _speaks_grpc(reached):
            raise ClusterError(
                f"--ray {address}: what answers there is no Ray cluster; name the address that "
                "`ray start --head` prints"
            )


def _speaks_grpc(connection: socket.socket) -> bool:
    """Whether a server answers like one of gRPC, with HTTP/2 settings.

    Ray would wait for minutes for a server that does not.
    """
    try:
        connection.sendall(_HTTP2)
        with connection.makefile("rb") as answer:
            frame = answer.read(4)
    except OSError:  # closed, or silent until the time limit
        return False
    return len(frame) == 4 and frame[3] == _SETTINGS


def not_joined(error: BaseException) -> str:
    """Return on one line why the cluster could not be joined, and what to do."""
    whole = " ".join(f"{error} {error.__cause__ or ''}".split())
    if "AuthenticationError" in whole or "InvalidAuthToken" in whole:
        return (
            "the cluster asks for a token; set RAY_AUTH_MODE=token here, and have its token in "
            "~/.ray/auth_token or RAY_AUTH_TOKEN"
        )
    if "Version mismatch" in whole:
        return f"{whole}; use the same Ray and the same Python on every machine"
    if "Could not find any running Ray" in whole:
        return "no cluster runs here; start one with `ray start --head`, or name local or HOST:PORT"
    return f"cannot be joined ({whole[:300]})"


def _check_machines(address: str) -> None:
    """Compare the installed versions on every machine with this one's.

    Raises:
        ClusterError: a machine lacks a package, has another version of it, or does not answer.
    """
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    installed = telling(_SAME)
    ours = installed()
    nodes = ray.nodes()  # type: ignore[no-untyped-call]
    machines = [node for node in nodes if node["Alive"] and node["Resources"].get("CPU")]
    asked = [
        ray.remote(installed)
        .options(
            num_cpus=0,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False),
        )
        .remote()
        for node in machines
    ]
    try:
        answers = ray.get(asked, timeout=_ANSWERED_WITHIN)
    except ray.exceptions.RayError as error:
        raise ClusterError(
            f"--ray {address}: a machine does not tell what is installed there "
            f"({' '.join(str(error).split())[:300]})"
        ) from None
    for node, theirs in zip(machines, answers, strict=True):
        check_same(address, node["NodeManagerAddress"], ours, theirs)


def telling(names: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return a function that reports versions of distributions, and the digest of our sources.

    It is created here so that Ray pickles it by value: policybot may be missing where it runs.
    """

    def installed() -> dict[str, str]:
        import hashlib
        import importlib.metadata
        import importlib.util
        import pathlib

        versions = {}
        for name in names:
            try:
                versions[name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                versions[name] = ""
        spec = importlib.util.find_spec("policybot")
        digest = hashlib.sha256()
        if spec and spec.origin:
            folder = pathlib.Path(spec.origin).parent
            for path in sorted(folder.rglob("*.py")):
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
        versions["policybot's source"] = digest.hexdigest()[:12]
        return versions

    return installed


def check_same(address: str, machine: str, ours: dict[str, str], theirs: dict[str, str]) -> None:
    """Compare the versions on a machine with this one's.

    Raises:
        ClusterError: they differ, so that the index could differ from one built on one machine.
    """
    for name, version in ours.items():
        if theirs.get(name) != version:
            has = f"has {name} {theirs[name]}" if theirs.get(name) else f"lacks {name}"
            raise ClusterError(
                f"--ray {address}: the machine {machine} {has}, this one has {version}; install "
                "the same policybot[ray] on every machine"
            )
