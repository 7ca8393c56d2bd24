"""OCR of pages by Tesseract and RapidOCR; the results are atoms, as of a text layer.

Runs only in the process that opens the PDF. The engine is chosen by the page's script, from
measurements with ``benchmarks/ocr.py``; see ``docs/importing.md``.
"""

from __future__ import annotations

import functools
import io
import re
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from policybot.pdf.atoms import ATOM_GAP, is_cjk
from policybot.pdf.engines import Engine, installed
from policybot.pdf.render import render_grey

DOTS = 300
"""The resolution in dots per inch that the engines' models expect."""

_SECONDS = 900
_LEAST = 0.3
"""The least confidence of a word; below it, it is usually dirt on the paper."""

_SURE = 0.75
"""The least confidence of a page in English; Chinese read as English is far below."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_ENGLISH = "eng"
_CHINESE = ("chi_sim", "chi_tra")
_SPACES = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uff64])\s+(?=[\u2e80-\u9fff\uff00-\uff64])")


class Word(NamedTuple):
    """A recognised word or line; positions in pixels from the upper left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    confidence: float
    line: int


class Recogniser:
    """Recognises pages of one document; models are loaded once.

    Raises:
        ValueError: the engine asked for is not installed.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self._engines = installed() if engine is None else (engine,)
        if not set(self._engines) <= set(installed()) or not self._engines:
            raise ValueError(f"{engine} is not installed")
        self._latin = False  # whether the previous page was in Latin letters

    def read(self, page: Any) -> dict[str, Any]:  # noqa: ANN401 - pypdfium2's PdfPage has no types
        """Return a page's size and atoms in points, the engine, and its confidence (0 to 1)."""
        picture = render_grey(page, DOTS)
        words, engine = self._words(picture)
        scale = page.get_size()[0] / picture.width
        words = [word for word in words if word.confidence >= _LEAST and word.text.strip()]
        return {
            "width": round(picture.width * scale, 1),
            "height": round(picture.height * scale, 1),
            "atoms": _atoms(words, scale, picture.height),
            "confidence": round(_confidence(words), 3),
            "engine": engine,
        }

    def _words(self, picture: Any) -> tuple[list[Word], str]:  # noqa: ANN401
        """Recognise a page with the best engine for its script."""
        if self._engines == ("rapidocr",):
            return _by_rapidocr(picture)
        if self._engines == ("tesseract",):
            return _by_tesseract(picture, *_tesseract_languages(chinese=True))
        if self._latin:
            words, engine = _by_tesseract(picture, _ENGLISH)
            if _confidence(words) >= _SURE:
                return words, engine
        words, engine = _by_rapidocr(picture)
        text = "".join(word.text for word in words)
        self._latin = len(_HAN.findall(text)) * 5 <= len(text)
        return _by_tesseract(picture, _ENGLISH) if self._latin and text else (words, engine)


def _confidence(words: list[Word]) -> float:
    """Return the average confidence, weighted by characters."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / max(1, letters)


def _by_tesseract(picture: Any, *languages: str) -> tuple[list[Word], str]:  # noqa: ANN401
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(languages), "--dpi", str(DOTS), "tsv"]
    done = subprocess.run(  # noqa: S603
        command, input=stream.getvalue(), capture_output=True, timeout=_SECONDS, check=True
    )
    return _tesseract_words(done.stdout.decode("utf-8", "replace")), f"tesseract {_version()}"


def _tesseract_words(table: str) -> list[Word]:
    words: list[Word] = []
    lines: dict[tuple[str, ...], int] = {}
    for row in table.split("\n")[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5":
            continue
        left, top, width, height = map(int, cells[6:10])
        line = lines.setdefault(tuple(cells[2:5]), len(lines))
        confidence = max(0.0, float(cells[10]) / 100)
        words.append(Word(cells[11], left, left + width, top, top + height, confidence, line))
    return words


@functools.cache
def _version() -> str:
    done = subprocess.run(["tesseract", "--version"], capture_output=True, check=True)  # noqa: S607
    first_line = (done.stdout or done.stderr).decode("utf-8", "replace").split("\n", 1)[0]
    return first_line.removeprefix("tesseract").strip()


@functools.cache
def _tesseract_languages(*, chinese: bool) -> tuple[str, ...]:
    """Return the languages to use, of those whose data is installed."""
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, check=True)  # noqa: S607
    known = set(done.stdout.decode("utf-8", "replace").split())
    wanted = [language for language in _CHINESE[:1] if chinese and language in known]
    return (*wanted, _ENGLISH) if _ENGLISH in known else tuple(wanted) or (_ENGLISH,)


@functools.cache
def _rapidocr() -> Any:  # noqa: ANN401 - it has no types
    from rapidocr_onnxruntime import RapidOCR

    # Its classifier for upside-down lines misclassifies every fifth line of upright Chinese.
    return RapidOCR(use_cls=False, text_score=_LEAST)


def _by_rapidocr(picture: Any) -> tuple[list[Word], str]:  # noqa: ANN401
    import importlib.metadata

    import numpy as np

    lines, _ = _rapidocr()(np.asarray(picture.convert("RGB")))
    words = []
    for line, (box, text, score) in enumerate(lines or ()):
        xs, ys = [point[0] for point in box], [point[1] for point in box]
        words.append(Word(text, min(xs), max(xs), min(ys), max(ys), float(score), line))
    return words, f"rapidocr {importlib.metadata.version('rapidocr-onnxruntime')}"


def _atoms(words: Iterable[Word], scale: float, height: int) -> list[list[Any]]:
    """Return words as atoms: lines without wide gaps, in points from the lower left corner."""
    lines: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word)
    heights = [max(w.bottom for w in line) - min(w.top for w in line) for line in lines.values()]
    usual = statistics.median(heights) if heights else 1.0
    atoms: list[list[Any]] = []
    for line in lines.values():
        bottom, top = max(word.bottom for word in line), min(word.top for word in line)
        size = bottom - top
        # Line heights vary with the letters; only a larger difference is another font size.
        size = usual if 0.7 * usual <= size <= 1.35 * usual else size
        y = (height - (top + bottom) / 2) * scale
        for stretch in _stretches(line, size):
            text = _SPACES.sub("", " ".join(word.text for word in stretch))
            x0, x1 = stretch[0].x0 * scale, stretch[-1].x1 * scale
            atoms.append(
                [
                    text,
                    round(x0, 1),
                    round(x1, 1),
                    round(y, 1),
                    round(size * scale, 1),
                    False,
                    (),
                    0,
                ]
            )
    return atoms


def _stretches(line: list[Word], size: float) -> Iterable[list[Word]]:
    current: list[Word] = []
    for word in sorted(line, key=lambda word: word.x0):
        wide = 2 * ATOM_GAP if current and not is_cjk(word.text) else 3 * ATOM_GAP
        if current and word.x0 - current[-1].x1 > wide * size:
            yield current
            current = []
        current.append(word)
    if current:
        yield current
