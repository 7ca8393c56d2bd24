"""Which engines of optical character recognition are installed here."""

from __future__ import annotations

import importlib.util
import shutil
from typing import Literal

Engine = Literal["tesseract", "rapidocr"]


def installed() -> tuple[Engine, ...]:
    """Return the engines that can be used."""
    found: list[Engine] = []
    if shutil.which("tesseract"):
        found.append("tesseract")
    if importlib.util.find_spec("rapidocr_onnxruntime") is not None:
        found.append("rapidocr")
    return tuple(found)
