"""Files of the corpus: any bytes are policies, or problems with their place, and never a crash."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from policybot.corpus.files.read import scan_line, scan_text
from policybot.corpus.files.write import format_policy, format_policy_line
from policybot.corpus.issuers.table import check_issuers
from policybot.corpus.problems import Problem
from tests.fuzz.target import Check, Target
from tests.policy_files import parse_policy

_KEYS = (
    "id", "title", "issuers", "date", "date_text", "number", "language", "url", "source", "note",
    "relations", "repairs", "body", "file", "sha256", "lines", "from", "to", "line", "amends",
    "repeals", "issuer", "name", "aliases", "parent", "since", "until", "predecessors", "x",
)  # fmt: skip
_VALUES = (
    "2012", "2012-02-30", "2012-13", "0000", "2013-06", "en", "zh-Hans", "null", "~", "no", "007",
    "[a, b]", "{a: b}", "&a [*a]", "*a", "!!python/object:os.system x", "|", ">", "- ", "'", '"',
    "https://example.org/", "javascript:alert(1)", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b",
    "<script>", "\u202e", "\x00", "\ufeff", "\r\n", "\u2028", "---", "...", "1-2", "17", "9" * 40,
    "[[issuer]]", "= ", "[", "]", "{", "}", ":", ",", "#", "\t",
)  # fmt: skip

_values = st.one_of(st.sampled_from(_VALUES), st.text(max_size=12))
_lines = st.one_of(
    st.tuples(st.sampled_from(_KEYS), _values).map(lambda pair: f"{pair[0]}: {pair[1]}"),
    st.tuples(st.sampled_from(_KEYS), _values).map(lambda pair: f'{pair[0]} = "{pair[1]}"'),
    st.tuples(st.sampled_from(_KEYS), _values).map(lambda pair: f"{pair[0]}: {{{pair[1]}}}"),
    st.sampled_from(("---", "- a", "  b: c", "", "[[issuer]]", "# x")),
    _values,
)
_texts = st.one_of(
    st.lists(_lines, max_size=10).map("\n".join),
    st.tuples(st.lists(_lines, max_size=8).map("\n".join), st.text(max_size=60)).map(
        lambda parts: f"---\ntitle: A\n{parts[0]}\n---\n\n{parts[1]}\n"
    ),
)
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _values),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
_records = st.one_of(
    st.dictionaries(st.sampled_from(_KEYS), _json, max_size=6).map(json.dumps),
    _json.map(json.dumps),
    st.integers(1, 3000).map(lambda depth: '{"title": ' + "[" * depth),
    _texts,
)
INPUTS = st.one_of(
    st.tuples(st.just("md"), _texts),
    st.tuples(st.just("jsonl"), _records),
    st.tuples(st.just("toml"), st.one_of(_texts, st.lists(_lines, max_size=8).map("\n".join))),
).map(list)


@contextmanager
def opened() -> Iterator[Check]:
    """Give a check of one file, as ``[ending, text]``."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "issuers.toml"

        def check(given: list[str]) -> None:
            ending, text = given
            if ending == "toml":
                table.write_bytes(text.encode("utf-8", "surrogatepass"))
                book, problems = check_issuers(table)
                assert book is not None
            else:
                problems = _check_policy(ending, text)
            for problem in problems:
                assert problem.line >= 1
                assert problem.message
                assert "\n" not in problem.message

        yield check


def _check_policy(ending: str, text: str) -> list[Problem]:
    """Read one policy; one without problems is written and read again as the same."""
    path = Path("policy.md" if ending == "md" else "policies.jsonl")
    if ending == "md":
        policy, problems = scan_text(text, path)
    else:
        policy, problems = scan_line(text.encode("utf-8", "surrogatepass"), path)
    if policy is not None and not any(one.severity == "error" for one in problems):
        assert parse_policy(format_policy(policy), path) == policy
        assert scan_line(format_policy_line(policy).encode(), path)[0] == policy
    else:
        assert problems or policy is None
    return problems


CORPUS = Target("corpus", INPUTS, opened)
