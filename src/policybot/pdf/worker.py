"""The process that opens a PDF: it reads one file and writes JSON lines.

Run as ``python -m policybot.pdf.worker REQUEST`` with a JSON object. Every line it writes has one
of the keys ``opened``, ``page``, ``picture``, ``recognised`` or ``error``. It limits its own
memory, files and, for each page, processor time: SIGPROF ends it when the time is up.
"""

from __future__ import annotations

import base64
import io
import json
import resource
import signal
import sys
from collections.abc import Iterator
from subprocess import SubprocessError
from typing import Any, BinaryIO

_OPEN_FILES = 64


def main() -> None:
    """Answer the request of the command line."""
    request = json.loads(sys.argv[1])
    _limit(request)
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # keep the output of libraries out of the answers
    try:
        for line in _answer(request):
            _write(out, line)
    except MemoryError:
        _write(out, {"error": {"kind": "memory"}})


def _limit(request: dict[str, Any]) -> None:
    memory = int(request["memory"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if request["do"] != "recognise":  # Tesseract's own process needs both
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))


def _write(out: BinaryIO, line: dict[str, Any]) -> None:
    out.write(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        + b"\n"
    )
    out.flush()


def _answer(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    seconds = float(request["seconds"])
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        document = pypdfium2.PdfDocument(request["path"])
        count = len(document)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pdfium.FPDF_ERR_PASSWORD:
            yield {"error": {"kind": "password"}}
        elif code == pdfium.FPDF_ERR_SECURITY:
            yield {"error": {"kind": "security"}}
        else:
            yield {"error": {"kind": "damaged", "message": str(error)}}
        return
    title = document.get_metadata_dict().get("Title", "") if count else ""
    yield {"opened": {"pages": count, "title": title[:2000]}}
    wanted = request.get("pages") or range(1, min(count, int(request["most"])) + 1)
    recogniser = None
    for number in wanted:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        if not 1 <= number <= count:
            yield {"error": {"kind": "page", "message": f"has {count} pages, and no page {number}"}}
            return
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError as error:
            yield {request["do"]: {"page": number, "problem": str(error)}}
            continue
        if request["do"] == "page":
            yield {"page": _read(number, page)}
        elif request["do"] == "picture":
            yield {"picture": _picture(number, page, int(request["width"]))}
        else:
            from policybot.pdf.recognise import Recogniser

            recogniser = recogniser or Recogniser(request.get("engine"))
            try:
                yield {"recognised": {"page": number, **recogniser.read(page)}}
            except (OSError, SubprocessError) as error:
                yield {"recognised": {"page": number, "problem": str(error)[:200]}}
        page.close()


def _read(number: int, page: Any) -> dict[str, Any]:  # noqa: ANN401
    from policybot.pdf.characters import TooMuch, read_page

    try:
        page_text = read_page(page)
    except TooMuch as error:
        return {"page": number, "refused": str(error)}
    return {
        "page": number,
        "width": round(page_text.width, 1),
        "height": round(page_text.height, 1),
        "atoms": [_packed(atom) for atom in page_text.atoms],
        "rules": [[round(value, 1) for value in rule] for rule in page_text.rules[:2000]],
        "pictured": round(page_text.pictured, 3),
        "drawn": page_text.drawn,
        "nameless": page_text.nameless,
        "characters": page_text.characters,
    }


def _packed(atom: Any) -> list[Any]:  # noqa: ANN401
    text, x0, x1, y, size, bold, raised, turned = atom
    return [text, round(x0, 1), round(x1, 1), round(y, 1), size, bold, raised, turned]


def _picture(number: int, page: Any, width: int) -> dict[str, Any]:  # noqa: ANN401
    from policybot.pdf.render import render

    stream = io.BytesIO()
    render(page, width).save(stream, "PNG")
    return {"page": number, "png": base64.b64encode(stream.getvalue()).decode()}


if __name__ == "__main__":
    main()
