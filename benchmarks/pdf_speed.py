"""How many pages of PDFs are imported in a minute: the whole way from files to drafts.

python -m benchmarks.pdf_speed FILE.pdf...
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from policybot.corpus.importers.pipeline.many import import_paths
from policybot.corpus.importers.pipeline.source import ImportOptions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    pages = [0]

    def count(what: str, done: int, total: int) -> None:
        if what.startswith("pages of") and done == total:
            pages[0] += total

    with tempfile.TemporaryDirectory() as folder:
        began, spent = time.perf_counter(), _processor_time()
        done = import_paths(given.files, Path(folder) / "corpus", ImportOptions(progress=count))
        took, used = time.perf_counter() - began, _processor_time() - spent
    print(
        f"{done.policies} drafts of {len(given.files)} files, {pages[0]} pages in {took:.1f} s: "
        f"{pages[0] / took * 60:,.0f} pages a minute; {used:.1f} s of processor time, "
        f"{used / max(1, pages[0]) * 1000:.0f} ms a page"
    )


def _processor_time() -> float:
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times)


if __name__ == "__main__":
    main()
