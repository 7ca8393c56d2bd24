"""What does a cluster cost where it gains nothing: two workers on this machine, or one process?

    python -m benchmarks.cluster [--texts ../shared/eval] [--passages 5000]

Both index the same policies, made of real passages, with the bundled encoder, without calibration;
the cluster's time is counted with joining it (which starts it here). The files must be the same.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from pathlib import Path

from benchmarks.synthetic import BOOK, CACHE, PASSAGES_A_POLICY, TEXTS, read_texts, real_encoder
from policybot.backends.ray.join import joined
from policybot.backends.ray.ship import ship
from policybot.backends.ray.workers import ClusterWorkers
from policybot.config import Config, IndexConfig
from policybot.index.build.build import build_index
from policybot.index.serve.generation import open_generation
from policybot.model import Policy


def policies_of(texts: Path, passages: int) -> list[Policy]:
    """Return policies of five real passages each."""
    found = list(itertools.islice(read_texts(texts), passages))
    return [
        Policy(
            id=f"p{start:06d}",
            title=found[start][0],
            body="\n\n".join(
                " ".join(text.split()) for _, text in found[start : start + PASSAGES_A_POLICY]
            ),
        )
        for start in range(0, len(found), PASSAGES_A_POLICY)
    ]


def files_of(index_path: Path) -> dict[str, str]:
    with open_generation(index_path) as generation:
        return {name: entry.sha256 for name, entry in generation.manifest.files.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster")
    parser.add_argument("--texts", type=Path, default=TEXTS)
    parser.add_argument("--passages", type=int, default=5000)
    chosen = parser.parse_args()
    encoder = real_encoder()
    config = Config(index=IndexConfig(path=CACHE / "encoder"))
    policies = policies_of(chosen.texts, chosen.passages)
    with tempfile.TemporaryDirectory() as scratch:
        one, many = Path(scratch) / "one", Path(scratch) / "cluster"
        began = time.perf_counter()
        report = build_index(policies, index_path=one, encoder=encoder, issuers=BOOK)
        alone = time.perf_counter() - began
        texts = f"{len(policies)} policies, {report.passages} passages, {report.embedded} texts"
        print(f"{texts}\none process  {alone:7.1f} s", flush=True)
        began = time.perf_counter()
        with joined("local") as cluster:
            started = time.perf_counter() - began
            divider, embedder, gpu = ship(config, encoder, cluster.gpus, "cpu")
            workers = ClusterWorkers(cluster, divider, embedder, gpu)
            build_index(policies, index_path=many, encoder=encoder, issuers=BOOK, workers=workers)
        together = time.perf_counter() - began
        print(f"{cluster.cpus} workers    {together:7.1f} s, {started:.1f} s of them to start")
        same = files_of(one) == files_of(many)
        print(f"ratio        {together / alone:7.2f}; the same files: {same}")


if __name__ == "__main__":
    main()
