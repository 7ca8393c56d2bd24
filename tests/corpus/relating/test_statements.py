"""What a text states that it does to others, and what only names them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from policybot.corpus.relating.citations import read_sentence
from policybot.corpus.relating.statements import StatedRelation, stated_relations
from policybot.model import PolicyDate
from tests.project import ROOT


def said(body: str, title: str = "A document") -> list[str]:
    return [f"{one.kind} {one.cited.name}" for one in stated_relations(title, body)]


def only(body: str, title: str = "A document") -> StatedRelation:
    (one,) = stated_relations(title, body)
    return one


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Executive Order 11111 of May 1, 2001 (Ships), is hereby revoked.",
         ["repeals Executive Order 11111"]),
        ("Executive Order 11111, as amended by Executive Order 12222, is further amended.",
         ["amends Executive Order 11111"]),
        ("Executive Order 11111 of May 1, 2001, and the memorandum of March 19, 2002, are revoked.",
         ["repeals Executive Order 11111"]),
        ("Executive Orders 11111 and 12222 are superseded.",
         ["replaces Executive Order 11111", "replaces Executive Order 12222"]),
        ("I hereby terminate the emergency of Executive Order 11111, revoke that order, and more:",
         ["repeals Executive Order 11111"]),
        ("The Harbour Rules 2010 are revoked.", ["repeals Harbour Rules 2010"]),
        ("These rules repeal the Pilotage Act 1990.", ["repeals Pilotage Act 1990"]),
        ("This notice repeals and replaces Circular No. 12 of 2012.",
         ["repeals Circular 12 of 2012", "replaces Circular 12 of 2012"]),
        ("Regulation (EU) No 575/2013 is amended as follows:", ["amends Regulation (EU) 575/2013"]),
        ("In accordance with the Port Act 1990 and Order No. 7, these Rules are formulated.",
         ["implements Port Act 1990", "implements Order 7"]),
        ("Quedan derogados el Decreto 12/2001, de 3 de mayo, y la Ley 7/1999.",
         ["repeals Decreto 12/2001", "repeals Ley 7/1999"]),
        ("Derógase el Decreto 12/2001, de 3 de mayo.", ["repeals Decreto 12/2001"]),
        ("Modifíquese la Ley 7/1999.", []),
        ("Modifícase la Ley 7/1999.", ["amends Ley 7/1999"]),
        ("La Ley 5/2001, de 2 de abril, de Puertos, queda derogada.", ["repeals Ley 5/2001"]),
        ("Esta circular deroga la Circular 012 de 2011.", ["repeals Circular 012 de 2011"]),
        ("La presente resolución rige desde mayo y deroga la Resolución CRA 688 de 2014.",
         ["repeals Resolución CRA 688 de 2014"]),
        ("Se modifica la Ley 9/2017.", ["amends Ley 9/2017"]),
        ("《港口管理办法》（交水发〔2001〕3号）、《引航规定》同时废止。",
         ["repeals 交水发〔2001〕3号", "repeals 引航规定"]),
        ("根据《港口法》、《航道条例》等有关规定，结合本市实际，制定本办法。",
         ["implements 港口法", "implements 航道条例"]),
        ("对《港口规则》作如下修改：", ["amends 港口规则"]),
    ],
)  # fmt: skip
def test_what_the_document_itself_does_is_stated(sentence: str, expected: list[str]) -> None:
    assert said(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The Shipping Act 1990, as amended by the Shipping (Amendment) Act 2001, applies.",
        "Executive Order 11111 was revoked by Executive Order 12222.",
        "Executive Order 11111 has been revoked.",
        "Executive Order 11111 is amended by Executive Order 12222.",
        "If the Harbour Rules 2010 are revoked, this notice lapses.",
        "Nothing in this order shall be construed to mean that the Harbour Rules 2010 are revoked.",
        "Guidance issued pursuant to Executive Order 11111 shall be rescinded.",
        "Ships are inspected under Executive Order 11111.",
        "Fees are paid in accordance with the Port Act 1990.",
        "It shall read: “The Harbour Rules 2010 are revoked.”",
        "根据2018年《关于修改〈劳动法〉的决定》修正",
        "本办法未废止《港口规则》。",
        "按照《港口规则》的规定收费。",
        "En la Ley 7/1985 no queda derogado nada.",
        "La presente ley no deroga la Ley 5 de 2010.",
    ],
)
def test_a_mention_or_the_doing_of_another_states_nothing(sentence: str) -> None:
    assert said(sentence) == []


def test_a_lead_in_is_of_every_item_and_ends_with_the_list() -> None:
    body = (
        "The following orders are hereby revoked:\n\n(a) Executive Order 11111 of May 1, 2001.\n\n"
        "(b) sections 3 and 4 of the Harbour Rules 1999.\n\nShips follow Executive Order 13333."
    )
    assert said(body) == ["repeals Executive Order 11111", "repeals Harbour Rules 1999"]
    assert stated_relations("x", body)[1].provisions == ("sections 3 and 4",)
    assert said("下列文件同时废止：\n\n1. 《甲通知》\n\n2. 《乙通知》") == [
        "repeals 甲通知",
        "repeals 乙通知",
    ]


def test_a_title_states_too() -> None:
    assert said("", "Amending Executive Orders 11111 and 12222") == [
        "amends Executive Order 11111",
        "amends Executive Order 12222",
    ]
    assert said("", "Directive (EU) 2019/790 on copyright and amending Directive 96/9/EC") == [
        "amends Directive 96/9/EC"
    ]
    assert said("", "关于废止《港口规则》的决定") == ["repeals 港口规则"]


def test_date_provisions_place_and_words_are_kept() -> None:
    one = only("First.\n\nSection 3 of Executive Order 11111 is revoked, effective May 2, 2014.")
    assert one.date == PolicyDate(2014, 5, 2)
    assert one.provisions == ("Section 3",)
    assert one.evidence == (
        "line 3: “Section 3 of Executive Order 11111 is revoked, effective May 2, 2014.”"
    )
    ended = only("本办法自2024年3月1日起施行，《港口规则》第五条同时废止。")
    assert (ended.date, ended.provisions) == (PolicyDate(2024, 3, 1), ("第五条",))


def test_what_holds_in_part_only_is_doubtful() -> None:
    part = "The Harbour Rules 2010 are superseded to the extent that they are inconsistent."
    assert only(part).certainty == "doubtful"
    assert only("The Harbour Rules 2010 are superseded.").certainty == "certain"


def test_what_stands_beside_a_name_belongs_to_it() -> None:
    sentence = read_sentence(
        "Executive Order 11111 of May 1, 2001 (Ships), as amended by Order No. 7, is void."
    )
    assert sentence.symbols.endswith(", is void.")
    assert sentence.of(sentence.symbols[0]).date == PolicyDate(2001, 5, 1)


SCRIPT = """
from policybot.corpus.provisions.definitions import definitions_of
from policybot.corpus.relating.statements import stated_relations

UNITS = (
    "Executive Order 1, ", "Executive Order 1 and ", "the ", "section 1 of ", "is revoked ", "A ",
    "Act of 1990 ", "(a) ", "(", "“a” means ", "“", "hereby revoke ", "《甲》", "《", "根据《甲》",
    "制定", "同时", "废止", "、", "第一条", "（", "Ley 1/2000, de 1 de enero, de ", "se modifica ",
    "as amended by ", "on x ", "本办法所称", "是指", "**a** ", "establishing ",
    "The following orders are revoked: ", "自2012年1月1日起",
)
for unit in UNITS:
    for other in ("", *UNITS):
        text = (unit + other) * (2000 // len(unit + other)) + " revoked 废止"
        stated_relations(text[:200], text)
        definitions_of(text)
print("read")
"""


def test_no_text_keeps_the_reader_busy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, timeout=600, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("read\n", "")


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Public Notice MCTA/PN/6/2018 is hereby revoked.", "repeals", "MCTA/PN/6/2018"),
        (
            "In supersession of Circular No. HT/TRF/567/2019 dated 28/02/2019, it is ordered:",
            "replaces",
            "HT/TRF/567/2019",
        ),
        (
            ("Ref: This office Circular No. HT/COE/2022-23/118 dated 09.01.2023\n\nIn partial "
            "modification of the Circular cited above, the fee is five crowns."),
            "amends",
            "HT/COE/2022-23/118",
        ),
        ("It supersedes the Scheme of Priorities 2011.", "replaces", "Scheme of Priorities 2011"),
        ("Document no. L-9 | Supersedes: LHA-PR-002", "replaces", "LHA-PR-002"),
        ("Esta orden deroga la Resolución 627 de 2006.", "repeals", "Resolución 627 de 2006"),
        ("Se deja sin efectos el Acuerdo SEMOV/011/2022.", "repeals", "Acuerdo SEMOV/011/2022"),
        ("Esta circular sustituye a la Circular 1/2020.", "replaces", "Circular 1/2020"),
    ],
)  # fmt: skip
def test_letters_and_labels_state_relations(text: str, kind: str, name: str) -> None:
    (stated,) = stated_relations("", text)
    assert (stated.kind, stated.cited.name, stated.certainty) == (kind, name, "certain")
    assert " ".join(stated.words.split()) in " ".join(text.split())
