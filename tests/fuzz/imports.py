"""Files to import: any bytes under any name become drafts, or are refused and leave nothing."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from policybot.corpus.check import check_corpus
from policybot.corpus.importers import import_file
from policybot.errors import CorpusError
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
_SAMPLES: dict[str, bytes] = {
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
INPUTS = st.tuples(st.sampled_from(_NAMES), st.one_of(_mutated(), _plain)).map(
    lambda made: [made[0], made[1][0], base64.b64encode(made[1][1]).decode()]
)


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
