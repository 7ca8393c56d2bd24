"""What this machine can do at most: bytes read and multiply-adds a second, best of several runs.

python -m benchmarks.floors
"""

from __future__ import annotations

import time

import numpy as np

BYTES = 1 << 29
SIDE = 2048
RUNS = 9


def main() -> None:
    words = np.ones(BYTES // 8, dtype=np.int64)
    square = np.ones((SIDE, SIDE), dtype=np.float32)
    read = multiplied = float("inf")
    for _ in range(RUNS):
        began = time.perf_counter()
        words.max()
        read = min(read, time.perf_counter() - began)
        began = time.perf_counter()
        square @ square
        multiplied = min(multiplied, time.perf_counter() - began)
    print(f"one core reads {BYTES / read / 1e9:.1f} GB/s")
    print(f"all cores multiply {2 * SIDE**3 / multiplied / 1e9:.0f} GFLOP/s (fp32)")


if __name__ == "__main__":
    main()
