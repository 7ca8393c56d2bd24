"""Which policies the documents are that texts name, and what is taken into the corpus."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from policybot.corpus.files.read import scan_file
from policybot.corpus.files.write import format_policy
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.relating.citations import Citation
from policybot.corpus.relating.record import (
    proposals,
    review_line,
    state_of,
    take_stated,
    with_relation,
)
from policybot.corpus.relating.resolve import Proposal, catalogue, keys_of, resolved
from policybot.corpus.relating.statements import StatedRelation, stated_relations
from policybot.corpus.review.decisions import accept, open_things, policies_of, reject
from policybot.model import Policy, PolicyDate, RelationTerms

OLD = Policy(
    "old", "Rules on Ships", "Ships pay.", (), PolicyDate(2010), number="Order No. 7 of 2010"
)
RULES = Policy("rules", "Harbour Rules 2010", "Ships moor.", (), PolicyDate(2010, 5, 3))
NEW = Policy(
    "new",
    "Rules on Harbours",
    "Order 7 of 2010 is hereby revoked.\n\nRule 3 of the Harbour Rules 2010 is amended, effective"
    " May 2, 2014.\n\nThe Fees Order 2003 is revoked.",
    (),
    PolicyDate(2014),
)


def found(policy: Policy, *others: Policy) -> list[tuple[str, str]]:
    ((_, stated),) = proposals(lambda: [policy, *others], lambda: [policy])
    return [(one.value, state_of(policy, one)) for one in stated]


def test_a_number_or_an_exact_title_is_certain_and_what_is_missing_is_said() -> None:
    assert found(NEW, OLD, RULES) == [
        ("repeals old", "certain"),
        ("amends rules", "certain"),
        ("repeals Fees Order 2003", "not in the corpus"),
    ]


@pytest.mark.parametrize(
    ("wording", "number"),
    [
        ("Executive Order 13801", "Executive Order 13801"),
        ("E.O. 13801", "Executive Order 13801"),
        ("Executive Order No. 13801", "Executive Order 13801"),
        ("国发〔2013〕7号", "国发[2013]7号"),
        ("Regulation (EU) 2016/679", "(EU) 2016/679"),
    ],
)
def test_ways_of_writing_a_number_are_one(wording: str, number: str) -> None:
    policy = Policy("it", "Regulation on Data", "x", number=number)
    cited = Citation(wording, number=wording)
    known = catalogue([policy], {key for key, _ in keys_of(cited)})
    stated = StatedRelation("repeals", cited, "", 1)
    (one,) = resolved(Policy("new", "x", "x"), [stated], known)
    assert (one.object, one.certainty) == ("it", "certain")


def test_two_of_one_title_and_a_later_one_are_doubtful() -> None:
    twin = dataclasses.replace(RULES, id="twin")
    later = dataclasses.replace(RULES, date=PolicyDate(2020))
    assert ("amends rules", "doubtful") in found(NEW, RULES, twin)
    assert ("amends rules", "doubtful") in found(NEW, later)


def test_a_title_of_another_number_or_date_is_another_document() -> None:
    body = "《港口办法》（甲发〔2010〕1号）同时废止。"
    new = Policy("new", "新办法", body)
    same = Policy("same", "港口办法", "x", number="甲发〔2012〕9号")
    assert found(new, same) == [("repeals 甲发〔2010〕1号", "not in the corpus")]
    dated = Policy("new", "新办法", "1997年7月7日国务院发布的《港口办法》同时废止。")
    late = Policy("late", "港口办法", "x", (), PolicyDate(2003))
    assert found(dated, late) == [("repeals 港口办法", "not in the corpus")]


def test_the_title_that_a_notice_issues_is_likely() -> None:
    new = Policy("new", "新办法", "根据《港口管理办法》，制定本办法。")
    notice = Policy("notice", "某市政府关于印发港口管理办法的通知", "x")
    assert found(new, notice) == [("implements notice", "likely")]


def test_a_document_that_names_itself_does_nothing_to_itself() -> None:
    policy = Policy("own", "Harbour Rules 2010", "The Harbour Rules 2010 are amended.")
    stated = stated_relations(policy.title, policy.body)
    known = catalogue([policy], {key for one in stated for key, _ in keys_of(one.cited)})
    assert resolved(policy, stated, known) == []


def corpus_of(tmp_path: Path, *policies: Policy) -> Path:
    for policy in policies:
        (tmp_path / f"{policy.id}.md").write_text(format_policy(policy), "utf-8")
    return tmp_path


def read_back(path: Path) -> Policy:
    ((policy, problems),) = scan_file(path)
    assert policy is not None
    assert not problems
    return policy


def test_import_takes_what_is_certain_with_its_terms_and_its_words(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, OLD, RULES, NEW)
    related = take_stated(lambda: policies_of(corpus), [corpus / "new.md"])
    assert (related.count("certain"), related.count("not in the corpus")) == (2, 1)
    new = read_back(corpus / "new.md")
    assert new.relations == {"repeals": ("old",), "amends": ("rules",)}
    assert new.terms_of("amends", "rules") == RelationTerms(PolicyDate(2014, 5, 2), ("Rule 3",))
    assert "repeals old, line 1: “Order 7 of 2010 is hereby revoked.”" in new.evidence["relations"]
    assert take_stated(lambda: policies_of(corpus), [corpus / "new.md"]).count("recorded") == 2
    assert read_back(corpus / "old.md") == dataclasses.replace(OLD, path=str(corpus / "old.md"))


def test_import_leaves_the_rest_to_a_review(tmp_path: Path) -> None:
    twin = dataclasses.replace(RULES, id="twin")
    corpus = corpus_of(tmp_path, RULES, twin, NEW)
    take_stated(lambda: policies_of(corpus), [corpus / "new.md"])
    new = read_back(corpus / "new.md")
    assert new.relations == {}
    assert (new.note or "").count("review: relations may be amends ") == 2


def test_a_review_asks_what_is_stated_and_keeps_a_no() -> None:
    ((_, stated),) = proposals(lambda: [NEW, OLD, RULES])
    things = open_things(NEW, IssuerBook(()), stated)
    asked = [one for one in things if one.key == "relations"]
    assert [(one.value, one.certainty) for one in asked] == [
        ("repeals old", "certain"),
        ("amends rules", "certain"),
    ]
    taken = accept(NEW, asked[0])
    assert taken.relations == {"repeals": ("old",)}
    refused = reject(taken, asked[1])
    left = [one for one in open_things(refused, IssuerBook(()), stated) if one.key == "relations"]
    assert left == []


def test_a_review_line_is_settled_by_the_answer() -> None:
    stated = stated_relations(NEW.title, NEW.body)[0]
    one = Proposal(stated, "old", "likely")
    noted = dataclasses.replace(with_relation(NEW, one), note=f"review: {review_line(one)}")
    (asked,) = [
        thing for thing in open_things(noted, IssuerBook(()), [one]) if thing.key == "relations"
    ]
    assert accept(noted, asked).note is None
    refused = reject(noted, asked)
    assert refused.relations == {}
    assert refused.note == "relations: repeals old was rejected"
