"""Questions: any text is read, the same way each time, and answered or declined."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from botapi_server.html import parse_html
from policybot.render.telegram import hit_page, refusal
from tests.fuzz.target import Check, Target
from tests.reading import read
from tests.small_index import open_small

PATIENCE = 2.0
"""Seconds of processor time one question may take; what is far above is a pattern gone wild."""

_WORDS = (
    "What did", "issue", "issued", "in 2012", "since September 2013", "between 2011 and 2013",
    "MIIT", "the State Council", "工信部", "国务院", "2012年发布的", "policies", "list", "all",
    "before 2013", "after June 2012", "No. 17", "〔2011〕17号", "第17号令", "“special funds”", '"',
    "not", "without", "except", "by", "and", "or", "the", "Ministry of", "Department", "last year",
    "newest", "oldest", "timeline", "together with", "under", "十二五", "哪些", "最新", "之前",
    "31 February 2013", "2012-02-30", "2012/13", "1st", "99999999999", "0", "-1", "²", "①",
    "no", "number", "#", "(", ")", "[", "]", "<b>", "&amp;", "%", "*", "OR 1=1", "NEAR(", "\x00",
    "which", "《", "》", "之后",
)  # fmt: skip

_fragments = st.one_of(st.sampled_from(_WORDS), st.text(max_size=8))
INPUTS = st.one_of(
    st.lists(_fragments, max_size=25).map(" ".join),
    st.lists(_fragments, max_size=12).map("".join),
    st.text(max_size=300),
    # The same again and again: what a pattern that goes back and forth cannot bear.
    st.tuples(_fragments, st.integers(1, 3000), _fragments).map(
        lambda made: (made[0] * made[1])[:4500] + made[2]
    ),
)


@contextmanager
def opened() -> Iterator[Check]:
    """Give a check over a small index, and over the words of the project's own corpus."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_small(Path(folder))

        def check(question: str) -> None:
            began = time.thread_time()
            reading = read(question)
            took = time.thread_time() - began
            assert took < PATIENCE, f"read in {took:.1f} s"
            assert reading == read(question)
            answer = engine.answer(question)
            assert bool(answer.hits) == (answer.reason is None)
            json.dumps(answer.to_dict(), ensure_ascii=False, allow_nan=False)
            for hit in (*answer.hits, *answer.near_misses):
                parse_html(hit_page(hit, "en").html)
                assert all(quote.passage.text in hit.policy.body for quote in hit.quotes)
            if answer.reason:
                parse_html(refusal(answer, "en", example="?"))

        try:
            yield check
        finally:
            engine.close()


QUESTION = Target("question", INPUTS, opened)
