from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.importers.encodings import declared_encoding, decode, detect
from policybot.errors import ImportRefusedError
from tests.corpus.importers.samples import one, write

FILE = Path("a.txt")
SIMPLIFIED = "到2015年，我国要在核心技术研发、标准体系建设和应用示范方面取得显著成效。"
TRADITIONAL = "本辦法之主管機關為經濟部，各級政府應依本法之規定推動物聯網產業發展。"


@pytest.mark.parametrize(
    ("data", "encoding", "how"),
    [
        (SIMPLIFIED.encode("utf-8"), "utf-8", "UTF-8"),
        (SIMPLIFIED.encode("utf-8-sig"), "utf-8", "mark"),
        (SIMPLIFIED.encode("gb18030"), "gb18030", "detected"),
        (TRADITIONAL.encode("big5"), "big5hkscs", "detected"),
        (SIMPLIFIED.encode("utf-16"), "utf-16-le", "mark"),
        (codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), "utf-16-be", "mark"),
        (f"A plan.\n{SIMPLIFIED}".encode("utf-16-le"), "utf-16-le", "detected"),
        (f"A plan.\n{SIMPLIFIED}".encode("utf-16-be"), "utf-16-be", "detected"),
    ],
)
def test_each_encoding_is_told_from_the_bytes(data: bytes, encoding: str, how: str) -> None:
    decoded = decode(FILE, data)
    assert (decoded.encoding, decoded.how, decoded.doubt) == (encoding, how, None)
    assert decoded.text.endswith((SIMPLIFIED, TRADITIONAL))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("物联网产业发展规划", "gb18030"),
        ("工业和信息化部", "gb18030"),
        ("經濟部能源局", "big5hkscs"),
    ],
)
def test_a_title_is_enough_to_tell_gb18030_from_big5(text: str, encoding: str) -> None:
    assert detect(text.encode(encoding))[0] == encoding


@given(
    st.text(st.sampled_from(SIMPLIFIED + "国务院关于推进有序健康的指导意见"), min_size=30),
    st.sampled_from(["gb18030", "utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_chinese_text_is_never_read_as_another(text: str, encoding: str) -> None:
    try:
        assert decode(FILE, text.encode(encoding)).text == text
    except ImportRefusedError as error:
        assert "nor Big5" in str(error)  # noqa: PT017 - it may be refused, and never misread


def test_a_text_that_ends_inside_a_character_of_the_sample_is_told() -> None:
    data = (SIMPLIFIED * 20000).encode("gb18030")
    assert detect(data[: (1 << 20) + 1][: 1 << 20])[0] == "gb18030"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le café était à Genève, où l'œuvre", "cp1252"),
        ("Закон о связи и информации", "cp1251"),
        ("대한민국의 주권은 국민에게 있고 모든 권력은 국민으로부터 나온다 " * 2, "euc_kr"),
        ("日本国民は正当に選挙された国会における代表者を通じて行動し" * 2, "euc_jp"),
    ],
)
def test_a_text_in_an_encoding_that_is_not_read_is_refused(text: str, encoding: str) -> None:
    with pytest.raises(ImportRefusedError, match="neither UTF-16, GB18030 nor Big5; save it as"):
        decode(FILE, text.encode(encoding))


def test_the_message_names_the_line_and_the_byte() -> None:
    with pytest.raises(ImportRefusedError) as caught:
        decode(FILE, b"One.\n\ncaf\xe9\n")
    assert str(caught.value) == (
        "a.txt:3: byte 0xE9 is not UTF-8, and the file is neither UTF-16, GB18030 nor Big5; "
        "save it as UTF-8"
    )


def test_two_encodings_that_fit_alike_are_not_guessed_between() -> None:
    data = "规定发布".encode("gb18030")
    encoding, doubt = detect(data)
    if encoding is None:
        assert doubt == "both GB18030 and Big5 fit"
        with pytest.raises(ImportRefusedError, match=r"\(both GB18030 and Big5 fit\)"):
            decode(FILE, data)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("GB2312", "gb18030"),
        (" gbk ", "gb18030"),
        ("Big5", "big5hkscs"),
        ("ISO-8859-1", "cp1252"),
        ("utf8", "utf-8"),
        ("windows-1251", "cp1251"),
        ("rot13", None),
        ("zip", None),
        ("idna", None),
        ("nonsense", None),
    ],
)
def test_a_declared_encoding_is_one_of_text(label: str, name: str | None) -> None:
    assert declared_encoding(label) == name


def test_what_is_declared_holds_unless_the_bytes_are_utf8() -> None:
    text = "Le café était à Genève"
    assert decode(FILE, text.encode("latin-1"), "iso-8859-1").text == text
    right = decode(FILE, SIMPLIFIED.encode("utf-8"), "gb2312")
    assert right.text == SIMPLIFIED
    assert right.fact == "encoding: utf-8 (the file says gb2312)"


def test_a_wrong_declaration_is_doubted() -> None:
    decoded = decode(FILE, SIMPLIFIED.encode("gb18030"), "utf-8")
    assert decoded.text == SIMPLIFIED
    assert decoded.doubt == "the file declares utf-8, which it is not"


def test_a_truncated_utf16_text_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="begins as utf-16-le and is not: byte"):
        decode(FILE, SIMPLIFIED.encode("utf-16")[:-1])


def test_the_encoding_is_recorded_in_the_draft(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", f"{SIMPLIFIED}\n\n{SIMPLIFIED}\n", "gb18030")
    policy = one(path, tmp_path / "corpus")
    assert "encoding: gb18030 (detected)" in (policy.note or "").split("\n")
    assert policy.body == f"{SIMPLIFIED}\n\n{SIMPLIFIED}"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    try:
        decoded = decode(FILE, data)
    except ImportRefusedError as error:
        assert "\n" not in str(error)  # noqa: PT017 - one line
    else:
        assert decoded.text.encode(decoded.encoding)
