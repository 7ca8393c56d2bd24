"""What does re-indexing cost after one policy has changed, beside a full build?

    python -m benchmarks.incremental [--passages 100000] [--measured 2000] [--turns 3]

Twice. With the real encoder at ``--measured`` passages, where a full build can be waited for. And
at ``--passages``, where vectors are mixed from those of real sentences and cost nothing: there the
full build's time is what it took plus what its passages would have taken to embed, at the rate the
real encoder embeds a sample of them in the same run. Sentences are left out of that, as the
synthetic passages share theirs; so a real full build takes longer still.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks import synthetic
from benchmarks.synthetic import TEXTS, MixingEncoder
from policybot.encoder import Encoder
from policybot.index.build.build import BuildReport, build_index
from policybot.model import Policy

SAMPLE = 512


def build(policies: Iterable[Policy], folder: Path, encoder: Encoder) -> BuildReport:
    return build_index(policies, index_path=folder, encoder=encoder, issuers=synthetic.BOOK)


def changed(policies: list[Policy], turn: int) -> list[Policy]:
    """Return the policies with a sentence more in one of them."""
    number = len(policies) * (turn + 1) // 7
    body = f"{policies[number].body}\n\nSince change {turn}, sensors are inspected every spring."
    return [
        *policies[:number],
        dataclasses.replace(policies[number], body=body),
        *policies[number + 1 :],
    ]


def measure(policies: list[Policy], encoder: Encoder, turns: int) -> tuple[BuildReport, float]:
    """Return the report of a full build, and the median seconds of one after a change."""
    folder = Path(tempfile.mkdtemp(prefix="policybot-benchmark-", dir=synthetic.CACHE))
    try:
        full = build(policies, folder, encoder)
        reports = [build(changed(policies, turn), folder, encoder) for turn in range(turns)]
    finally:
        shutil.rmtree(folder)
    if any(report.embedded > 20 for report in reports):
        raise SystemExit("more than a change was embedded")
    return full, statistics.median(report.seconds for report in reports)


def rate(policies: list[Policy], encoder: Encoder) -> float:
    """Return how many passages the encoder embeds in a second, over a sample of the policies'."""
    step = max(1, len(policies) * synthetic.PASSAGES_A_POLICY // SAMPLE)
    bodies = (policy.body.split("\n\n") for policy in policies[::step])
    texts = list(itertools.islice(itertools.chain.from_iterable(bodies), SAMPLE))
    began = time.perf_counter()
    encoder.encode_documents(texts)
    return len(texts) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.incremental")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--measured", type=int, default=2_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    chosen = parser.parse_args()
    real = synthetic.real_encoder()
    pool = synthetic.pool_of(real, chosen.texts)
    print(f"{'passages':>10}{'full build s':>14}{'one change s':>14}{'share':>8}")
    policies = list(synthetic.policies_of(pool, chosen.measured))
    full, once = measure(policies, real, chosen.turns)
    print(
        f"{full.passages:>10,}{full.seconds:>14.1f}{once:>14.2f}{once / full.seconds:>8.1%}",
        flush=True,
    )
    policies = list(synthetic.policies_of(pool, chosen.passages))
    before = rate(policies, real)
    full, once = measure(policies, MixingEncoder(real, pool), chosen.turns)
    speed = (before + rate(policies, real)) / 2
    seconds = full.seconds + full.passages / speed
    print(f"{full.passages:>10,}{seconds:>14.1f}{once:>14.2f}{once / seconds:>8.1%}")
    print(
        f"  of the {seconds:.0f} s, {full.seconds:.0f} s were measured without embedding, and "
        f"{full.passages / speed:.0f} s are {full.passages:,} passages at {speed:.0f} a second"
    )


if __name__ == "__main__":
    main()
