"""No question, however long or odd, keeps the reader busy: no pattern tries all ways there are."""

from __future__ import annotations

import subprocess
import sys

from tests.project import ROOT

SCRIPT = """
from tests.reading import read

UNITS = (
    "MIIT ", "MIIT, ", "MIIT and ", "工信部", "工信部2012年", "2012年以前", "2012 ", "2012 or ",
    "Q3 2012 ", "first half of ", "not ", "or ", "neither ", "nor ", "are not ", "mention ",
    "jointly ", "issued by ", "issued jointly by ", "with ", "other ", "the ", "which ",
    "policies ",
    "Ministry of ", "Ministry of Finance and ", '"a" or ', "No. 1 ", "〔2013〕7号", "(2013) ", "除",
    "没有提到", "《政策》", "三个部门", "联合", "发布", "有哪些", "的", "、", "和", "管理", "规划",
)
for unit in UNITS:
    for tail in ("", "x", " issued?", "发布的政策有哪些"):
        for times in (26, 2000 // len(unit)):
            question = unit * times + tail
            read(question)
print("read")
"""


def test_repeated_words_of_every_kind_are_read() -> None:
    # What hung once took hours; all of these take seconds.
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        timeout=240,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "read\n", done.stderr
