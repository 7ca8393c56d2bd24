"""Articles, sections and items are found where a text has them, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.provisions.divide import passage_of, provisions_of
from policybot.corpus.provisions.labels import find_labels
from policybot.corpus.provisions.lookup import (
    as_called_there,
    at_address,
    in_words,
    meant_by,
    what_there_is,
)
from policybot.corpus.provisions.references import own_word
from policybot.model import Policy


def texts_of(body: str) -> dict[str, str]:
    """Return the text of every provision by its address."""
    return {one.address: body[slice(*one.span)] for one in provisions_of(body)}


def meant(body: str, wording: str) -> list[str]:
    """Return the addresses of what a wording means in a text."""
    (label,) = find_labels(wording)
    return [one.address for one in meant_by(provisions_of(body), label.steps)]


ORDINANCE = """Harbour Ordinance

Article 1. Scope. This ordinance applies to ships.

Article 3 mentions nothing here, and this is no article.

Article 2. Fees. (1) Masters pay:

(a) the quay fee under Article 1; and

(b) the pilot's fee:

(i) by day;

(ii) by night.

(2) Fees are due at once.

Article 3

Repeal

The old rules end.

May 3, 2012.
"""


def test_articles_have_their_text_and_their_items_as_parts() -> None:
    texts = texts_of(ORDINANCE)
    assert list(texts) == [
        "art1", "art2", "art2.1", "art2.1.a", "art2.1.b", "art2.1.b.i", "art2.1.b.ii", "art2.2",
        "art3",
    ]  # fmt: skip
    assert texts["art2.1.b"] == "(b) the pilot's fee:\n\n(i) by day;\n\n(ii) by night."
    assert texts["art2.2"] == "(2) Fees are due at once."
    assert texts["art3"] == "Article 3\n\nRepeal\n\nThe old rules end."


def test_an_item_has_its_lead_in_above_it() -> None:
    policy = Policy("p", "t", ORDINANCE)
    provisions = provisions_of(ORDINANCE)
    item = at_address(provisions, "art2.1.b.i")
    assert item is not None
    passage = passage_of(policy, item)
    assert passage.id == "p#art2.1.b.i"
    assert passage.headings == ("Article 2. Fees.", "(1) Masters pay:", "(b) the pilot's fee:")


def test_a_section_under_a_heading_has_the_text_below_it() -> None:
    body = "### Section 1.\n\n**Policy**\n\nShips wait.\n### Section 2.\n\nPilots come.\n"
    policy = Policy("p", "t", body)
    first, second = (passage_of(policy, one) for one in provisions_of(body))
    assert (first.text, first.headings) == ("**Policy**\n\nShips wait.", ("Section 1.",))
    assert (second.id, second.text) == ("p#sec2", "Pilots come.")


LAW = """## 第一章　总则

**第一条**　为了保护港口，制定本法。

**第二条**　船舶有下列情形之一的，不得入港：

（一）未缴费的；

（二）依照第五条规定被禁止的。

前款规定不适用于军舰。

第三条规定的船舶除外。

## 第二章　附则

**第三条**　本法自公布之日起施行。
"""


def test_paragraphs_of_a_chinese_article_are_counted_and_items_are_theirs() -> None:
    texts = texts_of(LAW)
    assert texts["art2.1.2"] == "（二）依照第五条规定被禁止的。"
    assert texts["art2.2"] == "前款规定不适用于军舰。"
    assert texts["art2.3"] == "第三条规定的船舶除外。"
    assert texts["art3"] == "**第三条**　本法自公布之日起施行。"
    assert {"ch1", "ch2"} <= texts.keys()


@pytest.mark.parametrize(
    ("body", "wording", "addresses"),
    [
        (LAW, "第二条", ["art2"]),
        (LAW, "第2条第2款", ["art2.2"]),
        (LAW, "第二条第（二）项", ["art2.1.2"]),
        (LAW, "第二條第一款第一項", ["art2.1.1"]),
        (LAW, "第九条", []),
        (ORDINANCE, "Art. 2(1)(b)", ["art2.1.b"]),
        (ORDINANCE, "item (b) of paragraph 1 of Article 2", ["art2.1.b"]),
        (ORDINANCE, "artículo 2", ["art2"]),
        (ORDINANCE, "Article II", ["art2"]),
        (ORDINANCE, "Article 2(b)", ["art2.1.b"]),
        (ORDINANCE, "Section 2", []),
    ],
)
def test_a_wording_means_a_provision(body: str, wording: str, addresses: list[str]) -> None:
    assert meant(body, wording) == addresses


def test_what_there_is_is_said() -> None:
    (label,) = find_labels("Article 9")
    assert what_there_is(provisions_of(ORDINANCE), label.steps) == "Articles 1 to 3"
    (label,) = find_labels("Article 2(1)(c)")
    assert what_there_is(provisions_of(ORDINANCE), label.steps) == "Article 2(1)(a) to (b)"
    assert in_words("annex1.art2.3") == "Annex 1, Article 2(3)"


def test_what_an_annex_numbers_anew_has_the_annex_before_it() -> None:
    body = "Article 1. One.\n\nArticle 2. Two.\n\nAnnex A\n\nArticle 1. Other.\n"
    assert texts_of(body) == {
        "art1": "Article 1. One.",
        "art2": "Article 2. Two.",
        "annexa": "Annex A\n\nArticle 1. Other.",
        "annexa.art1": "Article 1. Other.",
    }


def test_a_table_of_contents_is_no_text_of_articles() -> None:
    body = (
        "Article 1 Scope\n\nArticle 2 Fees\n\nArticle 3 Repeal\n\nArticle 1 Scope\n\nShips.\n\n"
        "Article 2 Fees\n\nQuays.\n\nArticle 3 Repeal\n\nNothing.\n"
    )
    assert texts_of(body)["art2"] == "Article 2 Fees\n\nQuays."


def test_quoted_amending_text_is_part_of_the_section_that_quotes_it() -> None:
    body = (
        "Section 1. Amendment. Rules are now:\n\n“Section 1. Old.\n\nSection 2. New.”\n\n"
        "Section 2. Entry. At once.\n"
    )
    texts = texts_of(body)
    assert list(texts) == ["sec1", "sec2"]
    assert texts["sec1"].endswith("New.”")
    assert texts["sec2"] == "Section 2. Entry. At once."


def test_numbered_paragraphs_are_the_provisions_of_a_text_without_articles() -> None:
    body = "通知\n\n一、要求\n\n（一）安全。\n\n（二）高效。\n\n二、安排\n\n1.收费。\n"
    texts = texts_of(body)
    assert list(texts) == ["par1", "par1.1", "par1.2", "par2", "par2.1"]
    assert meant(body, "第二部分") == ["par2"]


PIECES = st.sampled_from(
    [
        *(
            "Article 1.",
            "Article 2. Fees. (a) x",
            "Art. 3",
            "Section 1 (a) y",
            "§ 2 z",
            "Article 2a. q",
        ),
        *("第一条　甲", "**第二条**　乙：", "第三条丙", "第三条规定的", "（一）丁；", "（二）戊。"),
        *(
            "(a) one:",
            "(b) (i) two",
            "(ii) three",
            "(1) four",
            "1. five",
            "2. six",
            "一、七",
            "①八",
        ),
        *(
            "## 第一章",
            "### Section 2.",
            "Annex A",
            "附件",
            "附件1：表",
            "Schedule 2",
            "“Section 4. q”",
        ),
        *("Plain text.", "As follows:", "“open", "May 3, 2012.", "    (i) deep", "```", "| a |"),
    ]
)
BODIES = st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n", " "])), max_size=25).map(
    lambda pieces: "".join(piece + end for piece, end in pieces)
)


@settings(deadline=None, max_examples=300)
@given(BODIES | st.text(max_size=80))
def test_every_address_is_there_once_and_resolves_to_the_text_it_was_made_from(body: str) -> None:
    provisions = provisions_of(body)
    addresses = [one.address for one in provisions]
    assert len(addresses) == len(set(addresses))
    policy = Policy("p", "t", body)
    for one in provisions:
        start, end = one.span
        assert 0 <= start < end <= len(body)
        assert at_address(provisions, one.address) is one
        passage = passage_of(policy, one)
        assert passage.text == body[start:end] == passage.text.strip()
        assert all(heading for heading in passage.headings)
        assert all(last <= end for _, last in [one.label, *one.above])
    by_address = {one.address: one for one in provisions}
    for address, one in by_address.items():
        above = by_address.get(address.rpartition(".")[0])
        if above is not None and not address.startswith(("annex", "ch")):
            assert above.span[0] <= one.span[0]
            assert one.span[1] <= above.span[1]


@settings(deadline=None)
@given(st.text(alphabet="Article section第条款项（）().0123456789abivx §", max_size=60))
def test_no_text_keeps_the_finder_of_labels_from_its_end(text: str) -> None:
    for label in find_labels(text):
        start, end = label.span
        assert 0 <= start < end <= len(text)
        assert label.address


@pytest.mark.parametrize(
    ("body", "wordings"),
    [
        (
            "ARTÍCULO PRIMERO. Se abre el muelle.\n\nARTÍCULO SEGUNDO.- Se cierra la lonja.",
            ["artículo 2", "artículo segundo", "Art. segundo", "artículo II"],
        ),
        (
            "Artículo único. Se abre.\n\nArtículo 2. Se cierra.",
            ["artículo 2", "ARTÍCULO SEGUNDO", "artículo dos"],
        ),
        ("Article One. Docks open.\n\nArticle Two. Docks close.", ["article 2", "Article two"]),
        ("第一条 码头开放。\n\n第2条 码头关闭。", ["第二条", "第2条"]),
        ("Primero. Se abre.\n\nSEGUNDO.- Se cierra.\n\nTercero: Fin.", ["apartado segundo"]),
    ],
)
def test_a_number_in_words_and_in_figures_is_one_address(body: str, wordings: list[str]) -> None:
    texts = texts_of(body)
    for wording in wordings:
        (address,) = meant(body, wording)
        assert texts[address].split()[-1] in {"lonja.", "cierra.", "close.", "码头关闭。"}


RULES = """The Trust makes these rules:

## PART I – BERTHS

1. A berth is let by the year.

Fees

2. (1) The fee is paid in May.

(2) Late fees double.

## PART II – GENERAL

3. Rule 2 is repealed and the following substituted:

"2. The fee is paid in June."

4. These rules begin in July.
"""


def test_a_numbered_paragraph_stands_below_its_own_headings() -> None:
    provisions = {one.address: one for one in provisions_of(RULES)}
    above = {
        address: [RULES[slice(*span)] for span in provisions[address].above]
        for address in ("par1", "par2", "par3", "par4")
    }
    lead = "The Trust makes these rules:"
    assert above == {
        "par1": [lead, "PART I – BERTHS"],
        "par2": [lead, "PART I – BERTHS", "Fees"],
        "par3": [lead, "PART II – GENERAL"],
        "par4": [lead, "PART II – GENERAL"],
    }


def test_a_numbered_paragraph_ends_before_a_heading_and_has_what_it_substitutes() -> None:
    texts = texts_of(RULES)
    assert texts["par1"] == "1. A berth is let by the year."
    assert texts["par2.2"] == "(2) Late fees double."
    assert texts["par3"].endswith('substituted:\n\n"2. The fee is paid in June."')


@pytest.mark.parametrize(
    ("body", "addresses"),
    [
        (
            "## 1 Berths\n\n1.1 Berths are let.\n\n1.2 They are swept.\n\n## 2 Fees\n\n2.1 Fees.",
            ["par1", "par1.1", "par1.2", "par2", "par2.1"],
        ),
        (
            "1. Berths\n\n1.1 Let:\n\n(a) by day;\n\n(b) by night.\n\n1.1.1 Swept.\n\n2. Fees",
            ["par1", "par1.1", "par1.1.a", "par1.1.b", "par1.1.1", "par2"],
        ),
        ("1.1 泊位出租。\n\n1.2 每日清扫。\n\n2.1 费用。", ["par1.1", "par1.2", "par2.1"]),
        ("Section 4. Fees\n\n4.1 Paid.\n\n4.2 Late.", ["sec4", "sec4.1", "sec4.2"]),
        ("2.5 km of quays were built.\n\n3.4 km are planned.", []),
    ],
)
def test_a_decimal_number_is_a_part_of_its_whole_number(body: str, addresses: list[str]) -> None:
    assert list(texts_of(body)) == addresses


@pytest.mark.parametrize(
    ("body", "wording", "address"),
    [
        ("1. Open.\n\n2. Closed.", "regulation 2", "par2"),
        ("1. Open.\n\n2. Closed.", "clause 2", "par2"),
        ("Article 1. Open.\n\nArticle 2. Closed.", "section 2", "art2"),
        ("Section 1. Open.\n\nSection 2. Closed.", "rule 2", "sec2"),
        ("1.1 Open.\n\n1.2 Closed.\n\n2.1 Over.", "point 1.2", "par1.2"),
        ("Article 1. Open.\n\nSection 1. Shut.\n\nSection 2. Over.", "rule 2", None),
    ],
)
def test_what_a_text_has_only_one_word_for_may_be_called_otherwise(
    body: str, wording: str, address: str | None
) -> None:
    (label,) = find_labels(wording)
    provisions = provisions_of(body)
    steps = as_called_there(provisions, label.steps)
    assert [one.address for one in meant_by(provisions, steps)] == [address] * (address is not None)


def test_a_text_says_itself_what_it_calls_its_paragraphs() -> None:
    body = "1. Open.\n\n2. Closed under section 1, and section 9 of the Harbours Act.\n\n3. Rule 8."
    assert own_word(body, provisions_of(body)) == "sec"
    assert own_word("1. Open.\n\n2. Closed.", provisions_of("1. Open.\n\n2. Closed.")) == "par"


def test_a_decimal_address_is_written_as_one() -> None:
    assert in_words("par4.2.a", decimals=True) == "Paragraph 4.2(a)"
    assert in_words("par4.2") == "Paragraph 4(2)"
