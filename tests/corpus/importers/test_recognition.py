"""Pages that are pictures: read by whichever engine is installed, and marked as read so."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from policybot.cli import cli
from policybot.corpus.files.write import format_policy
from policybot.corpus.importers.pdf.recognition import ADVICE
from policybot.corpus.text.page_image import page_image
from policybot.corpus.text.pages import page_finder
from policybot.corpus.text.split import split_policy
from policybot.errors import CorpusError, ImportRefusedError
from policybot.model import (
    Answer,
    Document,
    Hit,
    IndexInfo,
    MachineRead,
    Passage,
    Policy,
    Quote,
    Source,
)
from policybot.pdf.engines import installed
from policybot.query.query import Query
from policybot.render.telegram import hit_page
from policybot.render.text import answer_text
from tests.corpus.importers.samples import imported, page, pdf, write
from tests.policy_files import parse_policy

LINES = (
    "Harbour Lighting Order",
    "The keeper of the harbour lights the lamps an hour before dusk",
    "and enters the hour in the book of the harbour.",
)
needs_engine = pytest.mark.skipif(
    not installed(), reason="neither Tesseract nor RapidOCR is installed"
)


def scan(folder: Path) -> Path:
    """A PDF of one picture of text, as a scanner makes it."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1654, 1000), 255)
    font = ImageFont.load_default(size=44)
    for at, line in enumerate(LINES):
        ImageDraw.Draw(picture).text((150, 200 + 80 * at), line, fill=0, font=font)
    path = folder / "scan.pdf"
    picture.save(path, "PDF", resolution=200)
    return path


@needs_engine
def test_a_scan_is_read_and_marked_with_its_confidence(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    _, (policy,) = imported(
        scan(tmp_path), tmp_path / "corpus", progress=lambda *step: told.append(step)
    )
    words = " ".join(policy.body.split()).replace(" ", "")
    assert "".join(LINES[1:]).replace(" ", "") in words
    assert policy.source is not None
    (read,) = policy.source.machine_read
    assert (read.page, read.confidence > 0.5) == (1, True)
    assert "page 1 was read by a machine" in (policy.note or "")
    assert ("recognised pages of scan.pdf", 1, 1) in told
    (passage, *_) = split_policy(policy, lambda texts: [len(text) for text in texts], 500)
    assert passage.machine_read == read.confidence


@pytest.mark.usefixtures("no_ocr")
def test_without_an_engine_a_scan_is_refused_with_what_would_read_it(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="none of its 1 pages has a text layer") as caught:
        imported(scan(tmp_path), tmp_path / "corpus")
    assert str(caught.value).endswith(ADVICE)


def machine_read() -> Policy:
    source = Source(
        "a.pdf",
        "0" * 64,
        "pages 1-2",
        ((1, "Lamps are lit."), (2, "Nets are dried.")),
        (MachineRead(2, 0.91, "tesseract 5.3.0"),),
    )
    return Policy("a", "A", "Lamps are lit.\n\nNets are dried.", source=source)


def passages() -> list[Passage]:
    return split_policy(machine_read(), lambda texts: [len(text) for text in texts], 100)


def test_what_was_read_by_a_machine_is_kept_in_the_file_of_the_policy() -> None:
    text = format_policy(machine_read())
    assert "    2: 0.91, tesseract 5.3.0" in text
    assert parse_policy(text, Path("a.md")) == machine_read()


@pytest.mark.parametrize("said", ["0.91", "9.1, tesseract", "sure, tesseract 5"])
def test_what_is_no_confidence_and_engine_is_refused(said: str) -> None:
    text = format_policy(machine_read()).replace("0.91, tesseract 5.3.0", said)
    with pytest.raises(CorpusError, match=f"source machine_read '{said}' is no confidence"):
        parse_policy(text, Path("a.md"))


def test_only_passages_of_such_pages_are_marked() -> None:
    assert page_finder(machine_read())(0, 5) == (1, 1)
    assert [passage.machine_read for passage in passages()] == [None, 0.91]
    assert passages()[1].pages_dict() == {"pages": [2, 2], "machine_read": {"confidence": 0.91}}


def test_answers_say_so() -> None:
    hit = Hit(machine_read(), 1.0, tuple(Quote(passage, (), 1.0) for passage in passages()[1:]))
    index = IndexInfo("g", "e", 1, 2, None, None)
    reading = Query("nets", topic="nets", search_text="nets")
    answer = Answer(reading, (hit,), 1, index)
    assert (
        "Nets are dried.\n[read by a machine from a picture of the page, confidence 0.91]"
        in answer_text(answer)
    )
    assert "Read by a machine from a picture of the page (confidence 0.91)." in (
        hit_page(hit, "en").html
    )
    assert "置信度 0.91" in hit_page(hit, "zh").html
    (shown,) = answer.to_dict()["hits"][0]["passages"]
    assert shown["machine_read"] == {"confidence": 0.91}


def test_a_page_can_be_had_as_a_picture(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([page("One."), page("Two.")]))
    _, (policy,) = imported(path, tmp_path / "corpus")
    picture = Image.open(io.BytesIO(page_image(tmp_path / "corpus", policy, 2, width=400)))
    assert picture.format == "PNG"
    assert picture.width in {400, 401}
    assert sum(picture.convert("L").histogram()[:150]) > 0
    with pytest.raises(ImportRefusedError, match="has 2 pages, and no page 3"):
        page_image(tmp_path / "corpus", policy, 3)


def test_a_source_that_is_no_pdf_or_was_altered_has_no_pictures(tmp_path: Path) -> None:
    _, (policy,) = imported(write(tmp_path, "a.txt", "A plan.\n\nText."), tmp_path / "one")
    with pytest.raises(ImportRefusedError, match="its source is no PDF"):
        page_image(tmp_path / "one", policy, 1)
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([page("One.")]))
    _, (policy,) = imported(path, tmp_path / "two")
    (tmp_path / "two" / "sources" / "a.pdf").write_bytes(pdf([page("Other.")]))
    with pytest.raises(ImportRefusedError, match="was altered since it was imported"):
        page_image(tmp_path / "two", policy, 1)


def test_the_command_writes_a_page_as_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([page("One."), page("Two.")]))
    _, (policy,) = imported(path, tmp_path / "corpus")

    class Opened:
        def show(self, _: str) -> Document:
            return Document(policy, ())

    monkeypatch.setattr(
        "policybot.cli.asking.engine_of", lambda _: contextlib.nullcontext(Opened())
    )
    config = tmp_path / "bot_config.toml"
    config.write_text('[corpus]\npath = "corpus"\n')
    command = ["--config", str(config), "show", policy.id, "--page", "2"]
    assert "--page and --png belong together" in CliRunner().invoke(cli, command).output
    done = CliRunner().invoke(cli, [*command, "--png", str(tmp_path / "page.png")])
    assert done.exit_code == 0
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
