"""Policies as PDFs, read back by pypdfium2: what they say, how they are divided, what they need."""

from __future__ import annotations

import pypdfium2
import pytest

from policybot.errors import PolicyBotError
from policybot.model import Policy
from policybot.render import fonts
from policybot.render.fonts import chinese_font, font_files
from policybot.render.pdf import pdf_fonts, policy_pdf
from tests.answers import make_policy

ENGLISH = (
    "## Part 1 Gauges\n\nThe Commission shall — at the “latest” by 2015 — keep offices, floors and "
    "affidavits (sealed); 20 % of €5.\n\n### Section 1\n\n- one <b>\n- two **not bold** {nb}\n\n"
    + "A gauge that stands in a field shall be read every morning by whoever keeps the field. "
    * 90
)
SPANISH = (
    "## Capítulo I\n\n¿Quién gestionará los fondos? La Comisión, según el artículo 5.º; año 2012."
)
CHINESE = (
    "## 第一章 总则\n\n第一条 为了规范物联网发展专项资金（以下简称“专项资金”）的管理，根据"
    "《中华人民共和国预算法》等有关规定，制定本办法。\n\n第二条　经费20%用于MIIT等单位。\n\n"
    + "坚持公开、公正、公平的原则。"
    * 300
)
FACTS = ["Ministry of Finance", "2011-04-06", "in force today", "Source: iot-policies.txt:11-13"]

needs_chinese = pytest.mark.skipif(chinese_font() is None, reason="no font here has Chinese")


def read(made: bytes) -> list[str]:
    """Return the text of each page, without the number at its foot."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made)]
    ends = [page.rstrip().splitlines()[-1] for page in pages]
    assert ends == [str(number) for number in range(1, len(pages) + 1)]
    return [page.rstrip().removesuffix(end) for page, end in zip(pages, ends, strict=True)]


def solid(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    "body", [ENGLISH, SPANISH, pytest.param(CHINESE, marks=needs_chinese)], ids=["en", "es", "zh"]
)
def test_every_character_of_a_policy_is_in_its_pdf(body: str) -> None:
    policy = make_policy(title="Measures for “Gauges”", body=body)
    stated = body.replace("### ", "").replace("## ", "")
    wanted = "".join([policy.title, *FACTS, stated])
    assert solid("".join(read(policy_pdf(policy, FACTS)))) == solid(wanted)


def test_headings_are_the_outline_and_no_line_runs_off_the_page() -> None:
    document = pypdfium2.PdfDocument(policy_pdf(make_policy(body=ENGLISH), FACTS))
    assert [(one.get_title(), one.level) for one in document.get_toc()] == [
        ("Part 1 Gauges", 0),
        ("Section 1", 1),
    ]
    for page in document:
        text, width = page.get_textpage(), page.get_width()
        for place in range(text.count_rects()):
            left, _, right, _ = text.get_rect(place)
            assert 0 < left < right < width


@needs_chinese
def test_a_chinese_line_does_not_begin_with_a_comma() -> None:
    pages = read(policy_pdf(make_policy(body=CHINESE), []))
    lines = [line for page in pages for line in page.splitlines() if line]
    assert not [line for line in lines if line[0] in "，。、；：）》”"]
    assert len(max(lines, key=len)) > 40


@needs_chinese
def test_a_pdf_has_only_the_characters_it_uses_and_is_the_same_every_time() -> None:
    policy = make_policy(body=CHINESE)
    made = policy_pdf(policy, FACTS)
    assert len(made) < 200_000
    assert made == policy_pdf(policy, FACTS)


@needs_chinese
def test_of_a_collection_the_face_for_simplified_chinese_is_taken() -> None:
    from fontTools.ttLib import TTFont

    found = font_files(["国"])
    assert found
    if found[0].path.endswith("NotoSansCJK-Regular.ttc"):
        with TTFont(found[0].path, fontNumber=found[0].face, lazy=True) as font:
            assert font["name"].getDebugName(1) == "Noto Sans CJK SC"


def test_without_a_font_for_chinese_there_is_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    policy = make_policy(title="物联网", body="## 第一章")
    assert pdf_fonts(policy) is None
    with pytest.raises(
        PolicyBotError, match="no font of this machine has all characters of policy-1"
    ):
        policy_pdf(policy, [])
    assert pdf_fonts(make_policy(body=SPANISH))


@pytest.mark.parametrize("text", ["سياسة", "מדיניות"])
def test_what_runs_from_right_to_left_is_not_set(text: str) -> None:
    assert pdf_fonts(make_policy(body=text)) is None


def test_what_prints_nothing_is_left_out_and_a_policy_without_text_is_a_page() -> None:
    (page,) = read(policy_pdf(make_policy(body="One\u200b\x07\ttwo\u00a0three"), []))
    assert page.split() == ["Measures", "for", "Special", "Funds", "One", "two", "three"]
    empty: Policy = make_policy(body="")
    assert len(read(policy_pdf(empty, []))) == 1


def test_a_word_wider_than_the_page_is_broken() -> None:
    word = "x" * 400
    (page,) = read(policy_pdf(make_policy(body=word), []))
    assert solid(page).endswith(word)
