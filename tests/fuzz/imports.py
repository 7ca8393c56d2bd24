"""Files to import: any bytes under any name become drafts, or are refused and leave nothing."""

from __future__ import annotations

import base64
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.review.check import check_corpus
from policybot.errors import CorpusError
from tests.corpus.importers.legislation import documents
from tests.corpus.importers.office_samples import (
    MAIL,
    POLICIES,
    RTF,
    book,
    opendocument,
    packed,
    slides,
    workbook,
)
from tests.corpus.importers.samples import page, pdf, word
from tests.fuzz.files import INPUTS as CORPUS_FILES
from tests.fuzz.target import Check, Target
from tests.project import ROOT

_SEED = (ROOT / "corpus" / "sources" / "iot-policies.txt").read_bytes()
_TABLE = b"title,issuer,date,text\nA plan,MOF,2012-02-30,It rains.\n"
_PAGE = (
    b"<html><head><title>A plan</title><meta charset=utf-8></head><body><h1>A plan</h1>"
    b"<table><tr><td>Issuer</td><td>MOF</td></tr></table><p>It rains.</p></body></html>"
)
_ODT = opendocument(
    "text", '<text:h text:outline-level="1">A plan</text:h><text:p>It rains.</text:p>'
)
_ODS = opendocument(
    "spreadsheet",
    "<table:table><table:table-row><table:table-cell><text:p>Title</text:p></table:table-cell>"
    "<table:table-cell><text:p>Text</text:p></table:table-cell></table:table-row><table:table-row>"
    "<table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell><text:p>It rains."
    "</text:p></table:table-cell></table:table-row></table:table>",
)
_SAMPLES: dict[str, bytes] = {
    ".akn": documents.AKN.encode(),
    ".xml": documents.FORMEX.encode(),
    ".odt": _ODT,
    ".ods": _ODS,
    ".xlsx": workbook({"S": POLICIES}),
    ".rtf": RTF.encode(),
    ".pptx": slides(),
    ".epub": book(["<h2>A</h2><p>It rains.</p>"]),
    ".eml": MAIL.encode(),
    ".zip": packed({"a.md": "# A\n\nIt rains.\n", "b.eml": MAIL}),
    ".txt": _SEED[:1500],
    ".md": b"---\ntitle: A\n---\n\n# A\n\nIt rains.\n",
    ".html": _PAGE,
    ".csv": _TABLE,
    ".tsv": _TABLE.replace(b",", b"\t"),
    ".json": b'[{"title": "A", "text": "It rains.", "date": "2012"}]',
    ".jsonl": b'{"title": "A", "text": "It rains.", "date": "2012"}\n',
    ".docx": word("It rains."),
    ".pdf": pdf([page("It rains.", "It snows.")]),
}
_NAMES = ("policies", "a b", "..", "文件", "-rf", "con", "%2e%2e%2f", "a" * 120)


_XML = (
    documents.AKN,
    documents.USLM,
    documents.BILL,
    documents.CLML,
    documents.FORMEX,
    documents.RULE,
)
_ELEMENTS = sorted({name for text in _XML for name in re.findall(r"<([A-Za-z][\w.:-]*)", text)})


@st.composite
def _legislation(draw: st.DrawFn) -> tuple[str, bytes]:
    """An act in which elements stand where none of its format does: any tree is text or refused."""
    text = draw(st.sampled_from(_XML))
    for _ in range(draw(st.integers(1, 5))):
        places = [match.start() for match in re.finditer("<", text)]
        at = draw(st.sampled_from(places))
        name = draw(st.sampled_from(_ELEMENTS))
        inner = draw(st.sampled_from(("", "1", "It rains.", "<p>x</p>", "<num>1</num>", "&sect;")))
        put = draw(st.sampled_from((f"<{name}>{inner}</{name}>", f"<{name}/>", f" {inner} ")))
        text = text[:at] + put + text[at:]
    return ".xml", text.encode()


@st.composite
def _repacked(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good package whose parts are packed again after bytes of one were changed."""
    ending = draw(st.sampled_from((".odt", ".ods", ".xlsx", ".pptx", ".epub", ".zip")))
    with zipfile.ZipFile(io.BytesIO(_SAMPLES[ending])) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    name = draw(st.sampled_from(sorted(parts)))
    data = bytearray(parts[name])  # type: ignore[arg-type] # all were read as bytes
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        if draw(st.booleans()):
            del data[at : at + draw(st.integers(1, 60))]
        else:
            data[at:at] = draw(
                st.sampled_from((b"<a>", b"</p>", b"9" * 9, b"&#0;", b"\xff", b"../"))
            )
    return ending, packed({**parts, name: bytes(data)})


@st.composite
def _mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file with bytes changed, cut out, doubled or put in."""
    ending = draw(st.sampled_from(sorted(_SAMPLES)))
    data = bytearray(_SAMPLES[ending])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(("change", "cut", "double", "put"))):
            case "change" if data:
                data[at] = draw(st.integers(0, 255))
            case "cut":
                del data[at : at + draw(st.integers(1, 40))]
            case "double":
                data[at:at] = data[at : at + draw(st.integers(1, 200))]
            case _:
                data[at:at] = draw(st.binary(max_size=20))
    return ending, bytes(data)


_plain = st.tuples(
    st.sampled_from(sorted(_SAMPLES)),
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
        CORPUS_FILES.map(lambda given: given[1].encode("utf-8", "replace")),
    ),
)
INPUTS = st.tuples(
    st.sampled_from(_NAMES), st.one_of(_mutated(), _plain, _legislation(), _repacked())
).map(lambda made: [made[0], made[1][0], base64.b64encode(made[1][1]).decode()])


@contextmanager
def opened() -> Iterator[Check]:
    """Give a check of one file, as ``[name, ending, bytes in base64]``."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)

        def check(given: list[str]) -> None:
            name, ending, coded = given
            inbox, corpus = root / "inbox", root / "corpus"
            inbox.mkdir()
            file = inbox / f"{name}{ending}"
            file.write_bytes(base64.b64decode(coded))
            refused = ""
            try:
                import_file(file, corpus)
            except CorpusError as error:
                refused = str(error)
            left = {path.name for path in root.iterdir()} - {"inbox"}
            problems = [] if refused else check_corpus(corpus, corpus / "issuers.toml")
            shutil.rmtree(inbox)
            shutil.rmtree(corpus, ignore_errors=True)
            assert left == (set() if refused else {"corpus"}), refused
            assert "\n" not in refused.strip()
            assert not [one for one in problems if one.severity == "error"]

        yield check


IMPORTS = Target("imports", INPUTS, opened)
