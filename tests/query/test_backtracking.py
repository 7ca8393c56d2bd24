"""No question, however long or odd, keeps the reader busy: no pattern tries all ways there are."""

from __future__ import annotations

import subprocess
import sys

import pytest

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

EACH_RULE = """
import re, sys

from policybot.query.lexicon import lexicons
from policybot.query.rules.rule import PARTS, RULES, compiled
from policybot.query.tokens import symbols

CLASS = re.compile("{!?([a-zA-Z_|]+)}")
WORDS = sorted({word.classes for one in lexicons() for word in one.words.values()}, key=sorted)
for rule in RULES:
    source = rule.pattern
    while "@" in source:
        source = re.sub("@([a-z]+)", lambda found: PARTS[found[1]], source)
    pattern, _ = compiled(rule.pattern)
    said = set()
    for name in {name for found in CLASS.findall(source) for name in found.split("|")}:
        sets = [one for one in WORDS if name in one]
        chosen = (min, max) if sys.argv[1:] == ["all"] else (min,)
        said |= {symbols().of(most(sets, key=len)) for most in chosen if sets}
        said.add(symbols().any_of([name])[-1])
    for one in sorted(said):
        for other in sorted(said):
            for line in ((one + other) * 20, (one + other + other) * 15 + min(said)):
                list(pattern.finditer(line))
print("read")
"""


def _said(script: str, *arguments: str) -> tuple[str, str]:
    """Return what a script prints; what hung once took hours, all of these take seconds."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        timeout=600,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout, done.stderr


def test_repeated_words_of_every_kind_are_read() -> None:
    out, err = _said(SCRIPT)
    assert out == "read\n", err


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("few", id="words of the fewest classes"),
        pytest.param("all", id="words of the fewest and of the most", marks=pytest.mark.slow),
    ],
)
def test_no_rule_tries_every_way_of_dividing_the_classes_it_names(words: str) -> None:
    out, err = _said(EACH_RULE, words)
    assert out == "read\n", err
