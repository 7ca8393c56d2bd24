"""What of a document is only its letterhead, signature or a heading."""

from __future__ import annotations

import pytest

from policybot.corpus.text.formalities import formality, plainly_speaks
from policybot.corpus.text.split import blocks_of
from policybot.model import Policy, PolicyDate

LIBRARY = Policy(
    "reading-rooms",
    "Rules for the use of reading rooms",
    """PORTLEIGH PUBLIC LIBRARIES
Reader Services Division

Ref: PPL/RS/2019/08

Rules for the use of reading rooms

Issued 4 March 2019

Opening

Reading rooms open at nine and close at eight from Monday to Saturday.

Bags

1. Bags are left in the lockers.

2. Pens are not used near manuscripts.

| Room | Seats |
|---|---|
| Maps | 12 |
| Music | 20 |
| Prints | 8 |

Fines are paid at the desk.

Portleigh, 4 March 2019

(M. Okonjo)
City Librarian""",
    ("Portleigh Public Libraries",),
    PolicyDate(2019, 3, 4),
    number="PPL/RS/2019/08",
)
PORT = Policy(
    "dragado",
    "Ordenanza sobre el dragado del puerto",
    """AUTORIDAD PORTUARIA DE SAN TELMO

Expediente 33/2020

Ordenanza sobre el dragado del puerto

El Consejo de Administración, en uso de sus facultades y vista la Ley,

Primero. El dragado del canal se hará cada dos años.

Segundo. Los lodos se depositan en alta mar.

HÁGASE SABER Y ARCHÍVESE

San Telmo, a los 12 días del mes de mayo de 2020.

EL PRESIDENTE
Fdo.: Joaquín Arriaga Lobo""",
    ("Autoridad Portuaria de San Telmo",),
    PolicyDate(2020, 5, 12),
)
FARMING = Policy(
    "irrigation",
    "关于节水灌溉补贴的通知",
    """青原市农业农村局文件

青农发〔2021〕7号

关于节水灌溉补贴的通知

（2021年3月1日局务会议通过）

各县农业农村局：

现将节水灌溉补贴有关事项通知如下。

一、补贴标准

每亩补贴三百元，由县财政当年发放。

青原市农业农村局

2021年3月5日

联系人：何平""",
    ("青原市农业农村局",),
    PolicyDate(2021, 3, 5),
    number="青农发〔2021〕7号",
)


def kinds(policy: Policy) -> dict[str, str | None]:
    """Return the kind of every paragraph of a policy, by its first line."""
    spans = [block.span for block in blocks_of(policy.body)]
    return {
        policy.body[start:end].split("\n")[0]: formality(policy, (start, end))
        for start, end in spans
    }


@pytest.mark.parametrize(
    ("policy", "formal", "speaking"),
    [
        (
            LIBRARY,
            {
                "PORTLEIGH PUBLIC LIBRARIES": "letterhead",
                "Ref: PPL/RS/2019/08": "metadata",
                "Rules for the use of reading rooms": "metadata",
                "Issued 4 March 2019": "metadata",
                "Opening": "letterhead",
                "Bags": "heading",
                "Portleigh, 4 March 2019": "metadata",
                "(M. Okonjo)": "signature",
            },
            {
                "Reading rooms open at nine and close at eight from Monday to Saturday.",
                "1. Bags are left in the lockers.",
                "2. Pens are not used near manuscripts.",
                "| Room | Seats |",
                "Fines are paid at the desk.",
            },
        ),
        (
            PORT,
            {
                "AUTORIDAD PORTUARIA DE SAN TELMO": "metadata",
                "Expediente 33/2020": "letterhead",
                "Ordenanza sobre el dragado del puerto": "metadata",
                "El Consejo de Administración, en uso de sus facultades y vista la Ley,": (
                    "letterhead"
                ),
                "HÁGASE SABER Y ARCHÍVESE": "signature",
                "San Telmo, a los 12 días del mes de mayo de 2020.": "metadata",
                "EL PRESIDENTE": "signature",
            },
            {
                "Primero. El dragado del canal se hará cada dos años.",
                "Segundo. Los lodos se depositan en alta mar.",
            },
        ),
        (
            FARMING,
            {
                "青原市农业农村局文件": "metadata",
                "青农发〔2021〕7号": "metadata",
                "关于节水灌溉补贴的通知": "metadata",
                "（2021年3月1日局务会议通过）": "letterhead",
                "一、补贴标准": "heading",
                "青原市农业农村局": "metadata",
                "2021年3月5日": "metadata",
                "联系人：何平": "signature",
            },
            {"现将节水灌溉补贴有关事项通知如下。", "每亩补贴三百元，由县财政当年发放。"},
        ),
    ],
    ids=["en", "es", "zh"],
)
def test_what_stands_around_a_text_is_told_from_what_it_says(
    policy: Policy, formal: dict[str, str], speaking: set[str]
) -> None:
    found = kinds(policy)
    assert {line: kind for line, kind in found.items() if line in formal} == formal
    assert {line for line in speaking if found[line] is None} == speaking


@pytest.mark.parametrize(
    "body",
    [
        "- Bread\n- Milk",
        "1. Bread\n\n2. Milk\n\n3. Eggs are sold loose.",
    ],
)
def test_a_list_is_no_heading(body: str) -> None:
    policy = Policy(
        "list", "Goods", f"Stalls sell these goods only.\n\n{body}\n\nSmoking is banned here."
    )
    assert set(kinds(policy).values()) == {None}


def test_a_table_of_metadata_is_a_letterhead() -> None:
    table = "| Owner | Estates Division |\n| Version | 3 |\n| Approved | 5 May 2020 |"
    policy = Policy("keys", "Key policy", f"{table}\n\nKeys are returned on the last day.")
    assert kinds(policy)["| Owner | Estates Division |"] == "letterhead"


def test_a_sentence_at_the_end_is_no_signature() -> None:
    policy = Policy(
        "moorings", "Moorings", "Boats moor here.\n\nThis notice replaces Notice 4/2011."
    )
    assert kinds(policy) == {"Boats moor here.": None, "This notice replaces Notice 4/2011.": None}


def test_a_text_in_capital_letters_speaks_in_sentences() -> None:
    body = "HARBOUR BOARD\n\nNO PERSON SHALL ANCHOR A VESSEL IN THE NORTH CHANNEL."
    assert [*kinds(Policy("anchor", "Anchors", body)).values()] == ["letterhead", None]


def test_a_long_sentence_speaks_unless_it_is_the_title() -> None:
    sentence = "A boat that stays longer than four hours pays the harbour fee at once."
    assert plainly_speaks(sentence)
    assert not plainly_speaks(sentence, sentence)
    assert not plainly_speaks("San Telmo, 12 de mayo de 2020.")


def test_a_part_of_a_paragraph_is_no_formality() -> None:
    body = "It is proposed that by 2015 Northwick and Eastwick, all ports, shall be dredged."
    first = body.index(" all ports")
    assert formality(Policy("ports", "Ports", body), (0, first)) is None
    assert formality(Policy("ports", "Ports", body), (first + 1, len(body))) is None
