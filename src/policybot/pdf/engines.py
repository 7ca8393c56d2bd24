"""Find the installed OCR engines."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Literal

Engine = Literal["tesseract", "rapidocr"]


def installed() -> tuple[Engine, ...]:
    """Return the installed engines."""
    engines: list[Engine] = []
    if shutil.which("tesseract"):
        engines.append("tesseract")
    if importlib.util.find_spec("rapidocr_onnxruntime") is not None:
        engines.append("rapidocr")
    return tuple(engines)
