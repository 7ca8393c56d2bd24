"""Legislation in XML: what each format states is taken exactly, and nothing of its text is lost."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from policybot.corpus.importers.legislation.read import read_xml
from policybot.corpus.importers.legislation.safe import parse_xml
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.corpus.review.notes import review_lines
from policybot.errors import ImportRefusedError
from policybot.model import Policy
from tests.corpus.importers.legislation import documents
from tests.corpus.importers.samples import imported, one, write

XML = {
    "akn": documents.AKN,
    "uslm": documents.USLM,
    "bill": documents.BILL,
    "clml": documents.CLML,
    "formex": documents.FORMEX,
    "rule": documents.RULE,
}
EU = "Regulation (EU) 2019/790"
STATED = {
    # title, date, number, issuers, effective, published
    "akn": (
        "Lighthouse Act 2014", "2014-05-06", "12 of 2014", ("Parliament of Harbour",),
        "2014-07-01", "2014-05-09",
    ),
    "uslm": (
        "To light lamps.", "2019-04-03", "H. R. 7", ("United States House of Representatives",),
        None, None,
    ),
    "bill": (
        "To buy oil.", "2019-04-04", "H. R. 8", ("House of Representatives",), None, None,
    ),
    "clml": (
        "The Lamps Regulations 2012", "2012-02-27", "2012 No. 900", ("Department for Lamps",),
        "2012-04-06", None,
    ),
    "formex": (
        f"{EU} of the European Parliament and of the Council of 17 April 2019 on lamps",
        "2019-04-17", "(EU) 2019/790",
        ("European Parliament", "Council of the European Union"), "2019-06-01", None,
    ),
    "rule": (
        "Oil Prices", "2014-12-15", "FR Doc. 2014-30404", ("Bureau of Oil",), "2015-01-01", None,
    ),
}  # fmt: skip
NO_TEXT = {
    "akn": ("meta", "coverPage"),
    "uslm": ("meta", "distributionCode", "congress", "type", "docNumber", "endMarker"),
    "bill": ("metadata", "congress", "legis-num", "current-chamber"),
    "clml": ("Metadata", "Contents", "Commentaries"),
    "formex": ("BIB.INSTANCE",),
    "rule": ("AGENCY", "SUBAGY", "SUBJECT", "FRDOC", "BILCOD"),
}
"""Elements whose words are stated, or are no text of the document."""


def read(tmp_path: Path, text: str) -> Policy:
    return one(write(tmp_path, "a.xml", text), tmp_path / "corpus")


@pytest.mark.parametrize("name", XML)
def test_what_the_format_states_is_taken_exactly(tmp_path: Path, name: str) -> None:
    policy = read(tmp_path, XML[name])
    dates = [str(day) if day else None for day in (policy.effective, policy.published)]
    found = (policy.title, str(policy.date), policy.number, policy.issuers, *dates)
    assert found == STATED[name]
    assert review_lines(policy.note) == []
    assert policy.language == "en"


@pytest.mark.parametrize("name", XML)
def test_no_word_of_the_text_is_lost_or_said_twice(tmp_path: Path, name: str) -> None:
    root = parse_xml("a.xml", XML[name].encode())
    for element in list(root.iter()):
        local = str(element.tag).split("}")[-1]
        if local in NO_TEXT[name] and element.getparent() is not None:
            element.text = ""
            for child in list(element):
                element.remove(child)
    policy = read(tmp_path, XML[name])
    printed = Counter(_words(" ".join(root.itertext()).replace("&sect;", "§")))
    body = re.sub(r"(?m)^\s*(?:#+|-) |\[[0-9]\]", " ", policy.body)
    title = "" if name == "rule" else f"{policy.title} {policy.note}"
    there = Counter(_words(f"{title} {body}"))
    assert {word: count for word, count in (printed - there).items() if len(word) > 1} == {}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


LISTS = {
    "akn": """(2) The lamp is put out if—
- (a) it smokes, or
- (b) it is day and
  - (i) clear, or
  - (ii) warm,
unless a ship is near.""",
    "uslm": """Section 5 is amended by adding the following:
- “(g) Lamps.—
  - “(1) Limits.—No more lamps than—
    - “(A) five, or
    - “(B) six,
    are lit.”.""",
    "bill": """The keeper buys oil under § 5 if—
- (1) it is cheap; or
- (2) it is pure.""",
    "clml": """(1) A keeper must[1]—
- (a) light the lamp;
- (b) trim it.""",
    "formex": """1. A ‘keeper’ shall:
- (a) light the lamp;
- (b) trim it.""",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_stays_under_what_leads_into_it(tmp_path: Path, name: str) -> None:
    assert LISTS[name] in read(tmp_path, XML[name]).body.split("\n\n")


def test_items_without_numbers_stay_under_their_lead_in(tmp_path: Path) -> None:
    lines = "In this Act—\n- “oil” means whale oil, and\n- “dusk” means sunset."
    assert lines in read(tmp_path, documents.AKN).body.split("\n\n")


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("akn", ["## Chapter 1 Lamps", "### 1 Lamp", "### 2 Oil"]),
        ("uslm", ["## SECTION 1. SHORT TITLE.", "## SEC. 2. LAMPS."]),
        ("bill", ["## 1. Oil"]),
        ("clml", ["## PART 1 General", "### 1 Duty"]),
        ("formex", ["## TITLE I LAMPS", "### Article 1 Duty", "### Article 2 Entry into force"]),
        ("rule", ["## SUPPLEMENTARY INFORMATION:", "### I. Background"]),
    ],
)
def test_divisions_and_provisions_are_headings(
    tmp_path: Path, name: str, headings: list[str]
) -> None:
    body = read(tmp_path, XML[name]).body
    assert [line for line in body.split("\n") if line.startswith("#")] == headings


def test_recitals_are_paragraphs_of_their_own(tmp_path: Path) -> None:
    blocks = read(tmp_path, documents.FORMEX).body.split("\n\n")
    at = blocks.index("Whereas:")
    assert blocks[at + 1 : at + 3] == ["(1) Lamps help ships. They burn.[1]", "(2) Oil is dear."]
    assert blocks[-1] == "[1] OJ C 1, p. 2."


def test_a_note_stands_at_the_end_with_its_mark(tmp_path: Path) -> None:
    body = read(tmp_path, documents.AKN).body
    assert "(1) The keeper lights the lamp at dusk[1] each day." in body.split("\n\n")
    assert body.endswith("\n\n[1] See the table of dusks.")


def test_rows_of_tables_are_lines(tmp_path: Path) -> None:
    assert "Lamp | Litres\nsmall | 2" in read(tmp_path, documents.AKN).body
    assert "Prices\nOil | Crowns\nwhale | 4" in read(tmp_path / "b", documents.RULE).body


def test_words_that_the_federal_register_ran_together_are_divided(tmp_path: Path) -> None:
    policy = read(tmp_path, documents.RULE)
    assert "Oil (i.e., whale oil)[1] is dear and it burns. H2O does not." in policy.body
    assert "repaired: 1 spaces beside emphasised words" in (policy.note or "")


def test_an_issue_of_the_federal_register_is_a_draft_a_document(tmp_path: Path) -> None:
    _, policies = imported(write(tmp_path, "fr.xml", documents.ISSUE), tmp_path / "corpus")
    rule, order = sorted(policies, key=lambda one: one.title, reverse=True)
    assert (order.title, order.number, str(order.date), order.issuers) == (
        "Lighting the Lamps", "Executive Order 13658", "2014-02-12", ("The President",),
    )  # fmt: skip
    assert (rule.title, str(rule.published)) == ("Oil Prices", "2014-12-29")
    assert rule.source is not None
    assert order.source is not None
    assert {rule.source.lines, order.source.lines} == {"document 1", "document 2"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<catalogue><book/></catalogue>", "its root element is <catalogue>"),
        ("<a><b></a>", "is no well-formed XML"),
        ("<!DOCTYPE bill [<!ENTITY a 'aaaa'>]><bill>&a;</bill>", "declares entities"),
        ("<!DOCTYPE bill [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><bill>&x;</bill>", "entities"),
        ("<bill>" * 300 + "</bill>" * 300, "no well-formed XML"),
        (
            "<bill><legis-body>"
            + "<section>" * 250
            + "x"
            + "</section>" * 250
            + "</legis-body></bill>",
            "is nested too deeply",
        ),
        ("<RULE><PREAMB><SUBJECT>A</SUBJECT></PREAMB></RULE>", "holds no text"),
        ("<FEDREG><VOL>1</VOL></FEDREG>", "holds no document"),
    ],
    ids=["other", "broken", "entity", "external", "deep", "nested", "empty", "no document"],
)
def test_other_xml_is_refused_in_one_line(tmp_path: Path, text: str, why: str) -> None:
    path = write(tmp_path, "a.xml", text)
    with pytest.raises(ImportRefusedError, match=re.escape(why)) as refused:
        one(path, tmp_path / "corpus")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "corpus").exists()


def test_too_many_elements_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policybot.corpus.importers.legislation.safe.MAX_ELEMENTS", 10)
    path = write(tmp_path, "a.xml", documents.AKN)
    source = SourceFile(path, path.name, path.stat().st_size, "0" * 64)
    with pytest.raises(ImportRefusedError, match="more than 10 elements"):
        list(read_xml(source, ImportOptions()))


def test_a_maker_that_nothing_names_is_asked_for(tmp_path: Path) -> None:
    text = documents.AKN.replace('href="#parliament" as', 'href="#nobody" as')
    policy = read(tmp_path, text)
    assert policy.issuers == ()
    assert any(line.startswith("no issuer is stated") for line in review_lines(policy.note))


def test_two_dates_of_one_act_are_marked(tmp_path: Path) -> None:
    text = documents.AKN.replace("Act <docNumber>", '<docDate date="2013-01-01"/>Act <docNumber>')
    assert any("two dates" in line for line in review_lines(read(tmp_path, text).note))
