"""What `policybot index --ray` says when there is no cluster that would do."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import grpc
import pytest

from policybot.backends.ray import join
from policybot.backends.ray.join import check_same, joined, not_joined, telling
from policybot.backends.ray.ship import ship
from policybot.config import Config, EncoderConfig
from policybot.errors import ClusterError
from policybot.index.format.manifest import current_generation
from tests.fake_encoder import FakeEncoder
from tests.project import copy_project, indexed_project, policybot_process

# Ray Data reads its own deprecated settings whenever it copies them.
RAYS_OWN = "error,ignore::DeprecationWarning:ray.data.context"

STAGES = ("read: ", "split: ", "embed: ", "write: ", "calibrate: ")


def refusal(address: str) -> str:
    with pytest.raises(ClusterError) as refused, joined(address):
        pass
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.slow  # what workers make is that of one process: test_workers.py
def test_the_project_indexed_on_a_cluster_is_that_of_one_process(tmp_path: Path) -> None:
    copy_project(tmp_path)
    done = policybot_process(
        "index", "--full", "--ray", "local", folder=tmp_path, PYTHONWARNINGS=RAYS_OWN
    )
    assert done.returncode == 0, done.stderr
    # A machine that takes long is told how far it is.
    lines = [line for line in done.stderr.splitlines() if not line.startswith(STAGES)]
    assert lines == []
    assert "12 policies, 13 passages" in done.stdout

    def files(folder: Path) -> dict[str, bytes]:
        name = current_generation(folder / "embeddings")
        assert name is not None
        generation = folder / "embeddings" / "generations" / name
        return {
            str(path.relative_to(generation)): path.read_bytes()
            for path in generation.rglob("*")
            # What differs is when it was made, and what was made before.
            if path.is_file() and path.name not in {"manifest.json", "history.json"}
        }

    assert files(tmp_path) == files(indexed_project())


def test_an_address_where_nothing_answers_is_one_line_and_the_index_stays(tmp_path: Path) -> None:
    copy_project(tmp_path)
    before = current_generation(tmp_path / "embeddings")
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    done = policybot_process("index", "--ray", f"127.0.0.1:{port}", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"--ray 127.0.0.1:{port}: nothing answers there" in done.stderr
    assert "ray start --head" in done.stderr
    assert current_generation(tmp_path / "embeddings") == before


def test_a_server_that_is_no_ray_cluster_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        said = refusal(f"127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
    assert "what answers there is no Ray cluster" in said
    monkeypatch.setattr(join, "_REACHED_WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = refusal(f"127.0.0.1:{silent.getsockname()[1]}")
    assert "what answers there is no Ray cluster" in said
    assert "\n" not in said


def test_a_ray_cluster_answers_as_one_of_grpc_does() -> None:
    """A Ray head is a gRPC server; an empty one stands in for it."""
    server = grpc.server(ThreadPoolExecutor(1))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    join._check_address(f"127.0.0.1:{port}")
    server.stop(None)


@pytest.mark.parametrize("address", ["nonsense", "host:", ":6379", "foo://host:1x", ""])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert "is no address; name auto, local or HOST:PORT" in refusal(address)


def test_a_ray_client_is_refused_with_the_way_round() -> None:
    assert "--num-cpus=0" in refusal("ray://127.0.0.1:10001")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Could not find any running Ray instance. Please specify", "no cluster runs here; start"),
        ("RPC error: InvalidAuthToken: Authentication token is", "set RAY_AUTH_MODE=token"),
        ("Version mismatch: The cluster was started with:\n    Ray: 2.59.0", "the same Python"),
        ("Failed to connect to GCS.\nLast error", "cannot be joined (Failed to connect to GCS."),
    ],
)
def test_what_ray_says_of_a_cluster_that_cannot_be_joined_is_one_line_with_the_next_step(
    said: str, told: str
) -> None:
    reason = not_joined(ConnectionError(said))
    assert told in reason
    assert "\n" not in reason


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "pip install 'policybot[ray]'" in refusal("local")


def test_a_machine_that_has_something_else_installed_is_named() -> None:
    ours = telling(("numpy", "policybot"))()
    check_same("auto", "10.0.0.5", ours, dict(ours))
    with pytest.raises(ClusterError, match=r"10\.0\.0\.5 has numpy 1\.0, this one has"):
        check_same("auto", "10.0.0.5", ours, {**ours, "numpy": "1.0"})
    with pytest.raises(ClusterError, match=r"10\.0\.0\.5 lacks policybot, this one has"):
        check_same("auto", "10.0.0.5", ours, {**ours, "policybot": ""})


@pytest.mark.parametrize(
    ("device", "precision", "gpus", "told"),
    [
        ("mps", "fp32", 1, "cpu, cuda or auto"),
        ("cuda", "fp32", 0, "has no GPUs"),
        ("cuda", "int8", 1, "int8 vectors are made on CPUs"),
    ],
)
def test_a_device_that_workers_cannot_have_is_refused(
    device: str, precision: str, gpus: int, told: str
) -> None:
    config = Config(encoder=EncoderConfig(precision="int8" if precision == "int8" else "fp32"))
    with pytest.raises(ClusterError, match=told):
        ship(config, FakeEncoder(), gpus, device)


def test_ray_is_imported_only_for_a_cluster() -> None:
    code = (
        "import sys, policybot.cli.keeping, policybot.index.build.build\n"
        "import policybot.backends.ray.join, policybot.backends.ray.ship\n"
        "import policybot.backends.ray.workers\n"
        "sys.exit('ray' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
