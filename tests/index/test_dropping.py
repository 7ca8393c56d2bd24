"""A build that would drop much of the index has to be meant."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from policybot.errors import CorpusError
from policybot.index.build.dropping import refuse_drop
from policybot.index.build.staged_policies import Changes
from policybot.model import Policy
from tests.index.samples import build


def changes(removed: int, kept: int, added: int = 0) -> Changes:
    gone = tuple(f"gone-{number}" for number in range(removed))
    return Changes(tuple("x" * added), (), gone, tuple("k" * kept))


@pytest.mark.parametrize(("removed", "kept"), [(0, 0), (1, 1), (2, 1), (3, 6), (33, 67)])
def test_two_policies_or_a_third_of_them_may_go(removed: int, kept: int) -> None:
    refuse_drop(changes(removed, kept), allow_empty=False, shrink=False)


@pytest.mark.parametrize(("removed", "kept"), [(3, 1), (3, 5), (34, 66), (90, 10)])
def test_more_than_that_needs_to_be_meant(removed: int, kept: int) -> None:
    with pytest.raises(CorpusError, match=rf"^{removed} of the {removed + kept} policies .*gone-0"):
        refuse_drop(changes(removed, kept), allow_empty=True, shrink=False)
    refuse_drop(changes(removed, kept), allow_empty=False, shrink=True)


def test_new_policies_do_not_make_up_for_those_that_are_gone() -> None:
    with pytest.raises(CorpusError, match="3 of the 3 policies of the index are no longer in"):
        refuse_drop(changes(3, 0, added=9), allow_empty=False, shrink=False)


def test_an_empty_corpus_needs_to_be_meant_even_where_the_index_has_one_policy() -> None:
    with pytest.raises(CorpusError, match=r"the index has 1 \(gone-0\).*--allow-empty"):
        refuse_drop(changes(1, 0), allow_empty=False, shrink=True)
    refuse_drop(changes(1, 0), allow_empty=True, shrink=False)


def test_a_refused_build_leaves_the_live_index_as_it_was(tmp_path: Path) -> None:
    policies = [Policy(f"p{number}", f"Title {number}", "Words.") for number in range(9)]
    before = build(tmp_path, policies)
    judge = functools.partial(refuse_drop, allow_empty=False, shrink=False)
    with pytest.raises(CorpusError, match=r"8 of the 9"):
        build(tmp_path, policies[:1], judge=judge)
    after = build(tmp_path, policies, judge=judge)
    assert (after.generation, len(after.unchanged)) == (before.generation, 9)
