"""How well the engines of optical character recognition read pages whose text is known.

Pages of PDFs are rendered and read by every engine that is installed; what comes out is compared,
character by character, with the text layer. The shares are of characters that are wrong, missing or
too many (CER), with spaces and without.

python -m benchmarks.ocr english/*.pdf --pages 3
python -m benchmarks.ocr chinese/*.pdf --pages 3
"""

from __future__ import annotations

import argparse
import re
import time
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np

from policybot.corpus.importers.pdf.layout import lines_in_order
from policybot.corpus.importers.pdf.page import page_of
from policybot.pdf.engines import Engine, installed
from policybot.pdf.opened import read_pages, recognise_pages

_FEWEST = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=3, help="pages of each file, spread over it")
    parser.add_argument("--engine", choices=["tesseract", "rapidocr", "chosen"], action="append")
    given = parser.parse_args()
    engines: list[str] = given.engine or [*installed(), "chosen"]
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0, 0.0])
    for file in given.files:
        texts = _texts(file)
        step = max(1, len(texts) // given.pages)
        chosen = sorted(texts)[step // 2 :: step][: given.pages]
        for engine in engines if chosen else ():
            _measure(file, engine, {page: texts[page] for page in chosen}, totals[engine])
    for engine, (wrong, characters, bare_wrong, bare, seconds) in totals.items():
        print(
            f"{engine:10} {characters:7.0f} characters  CER {wrong / characters:.4f}  "
            f"without spaces {bare_wrong / bare:.4f}  {seconds:.1f} s"
        )


def _texts(file: Path) -> dict[int, str]:
    told = read_pages(file)
    next(told)
    texts = {}
    for page in told:
        if "atoms" not in page or page["nameless"] or page["pictured"] > 0.3:
            continue
        text = _text(page)
        if len(text) >= _FEWEST:
            texts[page["page"]] = text
    return texts


def _text(told: dict[str, object]) -> str:
    page = page_of(told)
    lines = [line.text for line in lines_in_order(page, set())]
    return " ".join(unicodedata.normalize("NFKC", " ".join(lines)).split())


def _measure(file: Path, engine: str, texts: dict[int, str], totals: list[float]) -> None:
    named: Engine | None = None if engine == "chosen" else engine  # type: ignore[assignment]
    began = time.perf_counter()
    for told in recognise_pages(file, list(texts), named):
        known, read = texts[told["page"]], _text(told)
        wrong = distance(known, read)
        bare, bare_read = (re.sub(r"\s", "", text) for text in (known, read))
        bare_wrong = distance(bare, bare_read)
        for at, value in enumerate((wrong, len(known), bare_wrong, len(bare))):
            totals[at] += value
        print(
            f"{file.name} page {told['page']}: {told['engine']} CER {wrong / len(known):.4f}, "
            f"without spaces {bare_wrong / len(bare):.4f}, confidence {told['confidence']:.3f}"
        )
    totals[4] += time.perf_counter() - began


def distance(known: str, read: str) -> int:
    """Return the Levenshtein distance of two texts."""
    other = np.array([ord(one) for one in read])
    steps = np.arange(len(other) + 1)
    row = steps.copy()
    for at, one in enumerate(known, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (other != ord(one)))
        row = np.minimum.accumulate(np.concatenate(([at], best)) - steps) + steps
    return int(row[-1])


if __name__ == "__main__":
    main()
