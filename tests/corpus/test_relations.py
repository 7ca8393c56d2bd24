"""Relations that cannot be: to no policy, to itself, in a circle, or the wrong way round."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.relations import Named, relation_problems
from policybot.model import PolicyDate, RelationTerms

DATES = {"a": PolicyDate(2010), "b": PolicyDate(2013, 2), "c": PolicyDate(2014), "d": None}


def named(subject: str, kind: str, other: str) -> Named:
    return Named(f"{subject}.md", 1, subject, kind, other)


def problems(*relations: Named) -> list[str]:
    return [f"{p} [{p.severity}]" for p in relation_problems(relations, DATES)]


def test_relations_that_can_be_have_no_problems() -> None:
    ending = [named("b", "replaces", "a"), named("c", "replaces", "b"), named("d", "repeals", "c")]
    assert problems(*ending, named("a", "implements", "c"), named("c", "amends", "a")) == []


def test_a_relation_to_no_policy_is_an_error() -> None:
    assert problems(named("a", "amends", "x")) == [
        "a.md:1: relations amends names 'x', and no policy has that id [error]"
    ]


def test_a_relation_of_a_policy_to_itself_is_an_error() -> None:
    assert problems(named("a", "replaces", "a")) == [
        "a.md:1: relations replaces names the policy itself [error]"
    ]


def test_policies_that_end_each_other_are_an_error_that_shows_the_circle() -> None:
    (found,) = problems(named("d", "replaces", "c"), named("c", "repeals", "d"))
    assert found == (
        "c.md:1: relations go in a circle: 'c' repeals 'd', 'd' replaces 'c'; one of them is the "
        "wrong way round [error]"
    )


def test_policies_may_implement_and_amend_each_other() -> None:
    undated = [named("d", "implements", "c"), named("c", "implements", "d")]
    assert problems(*undated, named("d", "amends", "c"), named("c", "amends", "d")) == []


def test_ending_a_later_policy_is_a_warning() -> None:
    (found,) = problems(named("a", "replaces", "b"))
    assert found == (
        "a.md:1: relations replaces names 'b' of 2013-02, which is later than this policy of 2010; "
        "is it the other way round? [warning]"
    )


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_there_is_a_circle_for_every_group_of_policies_that_end_each_other(
    edges: set[tuple[int, int]],
) -> None:
    relations = [named(str(a), "replaces", str(b)) for a, b in sorted(edges) if a != b]
    found = relation_problems(relations, dict.fromkeys(map(str, range(7))))
    left = {(int(one.subject), int(one.object)) for one in relations}
    while ends := {a for a, _ in left} ^ {b for _, b in left}:
        left = {(a, b) for a, b in left if a not in ends and b not in ends}
    assert bool(found) == bool(left)


def test_a_relation_dated_before_its_object_is_a_warning() -> None:
    one = Named("c.md", 1, "c", "repeals", "b", RelationTerms(PolicyDate(2012)))
    (found,) = problems(one)
    assert found == (
        "c.md:1: relations repeals names 'b' with the date 2012, which is before that policy's own "
        "of 2013-02 [warning]"
    )
