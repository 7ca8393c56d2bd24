"""PDFs: any words at any places of any pages, whole or damaged, become a draft or are refused."""

from __future__ import annotations

import base64
import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from policybot.corpus.files.write import format_policy
from policybot.corpus.importers.pdf.document import read_pdf
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy
from tests.corpus.importers.samples import pdf, put
from tests.fuzz.target import Check, Target
from tests.policy_files import parse_policy

_numbers = st.one_of(st.integers(-50, 900), st.sampled_from([0, 1e7, -1e7, 0.001]))
_sizes = st.sampled_from([0.0, 0.4, 5, 6.5, 8, 11, 11, 11, 14, 20, 500, -11])
_words = st.one_of(
    st.sampled_from(
        ["1", "- 2 -", "The plan.", "page 3", "a-", "•", "(a)", "Head of the plan", "²"]
    ),
    st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=60),
)
_items = st.lists(st.tuples(_numbers, _numbers, _sizes, _words), max_size=25)
_pages = st.lists(_items, max_size=5).map(lambda pages: pdf([put(*items) for items in pages]))


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(_pages))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(data) - 1))
        if draw(st.booleans()):
            data[at] = draw(st.integers(0, 255))
        else:
            del data[at : at + draw(st.integers(1, 30))]
    return bytes(data)


INPUTS = _damaged().map(lambda data: base64.b64encode(data).decode())


@contextmanager
def opened() -> Iterator[Check]:
    """Give a check of one PDF, as base64."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"

        def check(given: str) -> None:
            data = base64.b64decode(given)
            path.write_bytes(data)
            source = SourceFile(path, path.name, len(data), "0" * 64)
            refused = ""
            try:
                found = list(read_pdf(source, ImportOptions()))
            except ImportRefusedError as error:
                refused = str(error)
            if refused:
                assert "\n" not in refused
                assert refused.startswith(f"{path}: ")
                return
            (draft,) = (one for one in found if isinstance(one, Policy))
            named = dataclasses.replace(draft, id="a")
            assert parse_policy(format_policy(named), Path("a.md")) == named

        yield check


PDF = Target("pdf", INPUTS, opened)
