from hypothesis import given
from hypothesis import strategies as st

from policybot.simplified import simplified


def test_traditional_characters_become_simplified_ones() -> None:
    assert simplified("國務院關於節約能源、發佈標準與瞭解臺灣的決定") == (
        "国务院关于节约能源、发布标准与了解台湾的决定"
    )


def test_what_both_scripts_share_stays() -> None:
    text = "中文 English 皇后 公里 かな 한글 é"
    assert simplified(text) == text


@given(
    st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x2FFFF, exclude_categories=["Cs"]))
)
def test_folding_keeps_spans_and_is_done_at_once(text: str) -> None:
    once = simplified(text)
    assert len(once) == len(text)
    assert simplified(once) == once


def test_every_character_is_folded_at_once() -> None:
    every = "".join(map(chr, [*range(0x3400, 0xA000), *range(0x20000, 0x32000)]))
    assert simplified(simplified(every)) == simplified(every)
