"""The interface to PDFs: reading, rendering and OCR in another process.

A PDF may attack whatever opens it. The other process has limits of memory, files and processor
time, gets no secrets from the environment, and answers only in JSON.
"""

from __future__ import annotations

import base64
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from policybot.errors import ImportRefusedError

MAX_PAGES = 5000
MAX_MEMORY = 2 << 30
"""Bytes of address space of the process that reads a PDF."""

MAX_RECOGNISER_MEMORY = 6 << 30
"""The same for the process that recognises pages, whose models and threads need more."""

SECONDS_A_PAGE = 60.0
"""The most seconds of processor time per page."""

_RECOGNISED_SECONDS = 300.0
_PATIENCE = 1800.0
"""The most seconds to wait for output of the process."""

MAX_LINE = 64 << 20
MAX_OUTPUT = 1 << 30
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "OMP_NUM_THREADS", "SYSTEMROOT")


def read_pages(path: Path) -> Iterator[dict[str, Any]]:
    """Yield ``{"pages": count, "title": …}``, then each page's content as the worker sends it.

    Raises:
        ImportRefusedError: the file cannot be opened, or needs more than the limits.
    """
    for line in _ask(path, {"do": "page"}, MAX_MEMORY, SECONDS_A_PAGE):
        ((kind, value),) = line.items()
        if kind == "opened" and value["pages"] > MAX_PAGES:
            raise ImportRefusedError(
                f"{path}: has {value['pages']} pages; at most {MAX_PAGES} are read; divide it"
            )
        yield value


def page_picture(path: Path, page: int, width: int = 1600) -> bytes:
    """Return the PNG image of a page (from 1) of a PDF, about ``width`` pixels wide.

    Raises:
        ImportRefusedError: it has no such page, or cannot be opened or rendered within the limits.
    """
    request = {"do": "picture", "pages": [page], "width": width}
    for line in _ask(path, request, MAX_MEMORY, SECONDS_A_PAGE):
        if "picture" in line:
            if "problem" in line["picture"]:
                raise ImportRefusedError(f"{path}: page {page} cannot be read; it is damaged")
            return base64.b64decode(line["picture"]["png"])
    raise ImportRefusedError(f"{path}: page {page} cannot be rendered")


def recognise_pages(
    path: Path, pages: Sequence[int], engine: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the result of OCR for each page.

    Args:
        path: The PDF.
        pages: Page numbers, from 1.
        engine: ``tesseract`` or ``rapidocr``; None for the best installed one for each page.
    """
    request = {"do": "recognise", "pages": list(pages), "engine": engine}
    for line in _ask(path, request, MAX_RECOGNISER_MEMORY, _RECOGNISED_SECONDS):
        if "recognised" in line:
            yield line["recognised"]


def _ask(
    path: Path, request: Mapping[str, Any], memory: int, seconds: float
) -> Iterator[dict[str, Any]]:
    asked = {
        **request,
        "path": str(path.absolute()),
        "memory": memory,
        "seconds": seconds,
        "most": MAX_PAGES,
    }
    command = [sys.executable, "-m", "policybot.pdf.worker", json.dumps(asked)]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    reached = 0
    with subprocess.Popen(  # noqa: S603 - our own module, run by our own Python
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        try:
            for line in _lines(process.stdout, path):
                if "error" in line:
                    raise ImportRefusedError(f"{path}: {_refusal(line['error'], memory)}")
                reached = next(iter(line.values())).get("page", reached)
                yield line
            code = process.wait()
        finally:
            process.kill()
    if code:
        raise ImportRefusedError(f"{path}: {_end(code, reached + 1, seconds, memory)}")


def _lines(stream: IO[bytes] | None, path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that the process writes; give up after ``_PATIENCE`` seconds."""
    if stream is None:
        return
    handle = stream.fileno()
    pending = bytearray()
    total = 0
    last = time.monotonic()
    while True:
        ready, _, _ = select.select([handle], [], [], 5.0)
        if not ready:
            if time.monotonic() - last > _PATIENCE:
                raise ImportRefusedError(f"{path}: takes more than {_PATIENCE:.0f} s to read")
            continue
        last = time.monotonic()
        data = os.read(handle, 1 << 20)
        total += len(data)
        if len(pending) > MAX_LINE or total > MAX_OUTPUT:
            raise ImportRefusedError(f"{path}: prints more than the limit; divide it")
        if not data:
            return
        *whole, rest = (pending + data).split(b"\n")
        pending = bytearray(rest)
        for line in whole:
            with suppress(ValueError):
                yield json.loads(line)


def _refusal(error: Mapping[str, str], memory: int) -> str:
    kind = error.get("kind")
    if kind == "password":
        return "is encrypted; save a copy without its password"
    if kind == "security":
        return "is encrypted in a way that is not read here; save a copy without it"
    if kind == "memory":
        return f"needs more than {memory / 1e9:.1f} GB of memory to read"
    if kind == "page":
        return error.get("message", "")
    return "is a damaged PDF: no page of it can be found"


def _end(code: int, page: int, seconds: float, memory: int) -> str:
    """Return why a process failed, from its exit code."""
    if code == -signal.SIGPROF:
        return f"page {page} takes more than {seconds:.0f} s to read"
    if code < 0:
        name = signal.Signals(-code).name
        return (
            f"page {page} ends the process that reads it ({name}): it is damaged, or needs more "
            f"than {memory / 1e9:.1f} GB"
        )
    return f"page {page} cannot be read: the process that reads PDFs ended with code {code}"
