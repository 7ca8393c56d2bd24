from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.issuers.table import IssuerBook, check_issuers, read_issuers
from policybot.errors import CorpusError
from policybot.model import Issuer, PolicyDate

COUNCIL, OFFICE = "State Council", "General Office of the State Council"
NDRC = "National Development and Reform Commission"
MIIT = "Ministry of Industry and Information Technology"
MOST = "Ministry of Science and Technology"
BOOK = IssuerBook(
    (
        Issuer(COUNCIL, ("国务院",)),
        Issuer(OFFICE, ("国务院办公厅", "国办"), COUNCIL),
        Issuer(
            NDRC,
            ("NDRC", "Development and Reform Commission", "国家发展改革委", "发展改革委", "发改委"),
            COUNCIL,
        ),
        Issuer(MIIT, ("MIIT", "工业和信息化部", "工信部"), COUNCIL),
        Issuer(MOST, ("MOST", "科技部"), COUNCIL),
        Issuer("Five-Year Planning Bureau", ("ME",), NDRC),
        Issuer("Ministry of Culture, Sports and Tourism", ()),
    )
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("the  state council", COUNCIL),
        ("National Development & Reform Commission", NDRC),
        ("national development and reform commission's", NDRC),
        ("ＮＤＲＣ", NDRC),
        ("five year planning bureau", "Five-Year Planning Bureau"),
        ("工信部", MIIT),
        ("工 信 部", MIIT),
        ("工業和信息化部", MIIT),
        ("Ministry of Culture, Sports, and Tourism", "Ministry of Culture, Sports and Tourism"),
        ("Ministry of Agriculture", None),
        ("", None),
    ],
)
def test_a_name_or_alias_has_one_canonical_name(name: str, expected: str | None) -> None:
    assert BOOK.canonical(name) == expected


def test_children_are_transitive_and_in_the_order_of_the_table() -> None:
    assert BOOK.children("国务院") == (OFFICE, NDRC, MIIT, MOST, "Five-Year Planning Bureau")
    assert BOOK.children("NDRC") == ("Five-Year Planning Bureau",)
    assert BOOK.children("Ministry of Agriculture") == ()


def test_a_parent_is_canonical() -> None:
    assert BOOK.parent("ndrc") == COUNCIL
    assert BOOK.parent(COUNCIL) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what did miit issue", [("miit", MIIT)]),
        ("the MIIT's plans", [("MIIT", MIIT)]),
        ("MIIT在2012年", [("MIIT", MIIT)]),
        ("General Office of the State Council", [("General Office of the State Council", OFFICE)]),
        ("国务院办公厅发布", [("国务院办公厅", OFFICE)]),
        ("国务院发布", [("国务院", COUNCIL)]),
        ("National Development & Reform Commission", None),
        ("NATIONAL DEVELOPMENT AND REFORM COMMISSION", None),
        ("national development  and reform commission", None),
        ("National Development&Reform Commission", None),
        ("Did Development and Reform Commission", [("Development and Reform Commission", NDRC)]),
        ("the five year planning bureau", [("five year planning bureau", BOOK.issuers[5].name)]),
        ("MOST and NDRC", [("MOST", MOST), ("NDRC", NDRC)]),
        ("由国办发布", [("国办", OFFICE)]),
        ("由國辦發佈", [("國辦", OFFICE)]),
        ("國務院辦公廳、發改委", [("國務院辦公廳", OFFICE), ("發改委", NDRC)]),
    ],
)
def test_bodies_are_found_in_running_text(
    text: str, expected: list[tuple[str, str]] | None
) -> None:
    found = [(body.wording, body.name) for body in BOOK.find(text)]
    assert found == (expected if expected is not None else [(text, NDRC)])


@pytest.mark.parametrize(
    "text",
    [
        "which is the most important",
        "WHICH IS THE MOST IMPORTANT",
        "tell me about it",
        "MIITX and XMIIT",
        "在中国办理",
        "Jiangsu Provincial Development and Reform Commission",
        "江苏省发展改革委",
        "廣東縣發展改革委",
        "在中國辦理",
    ],
)
def test_ordinary_words_and_other_bodies_are_not_found(text: str) -> None:
    assert BOOK.find(text) == []


def test_an_acronym_that_is_a_word_is_found_in_its_exact_case() -> None:
    assert [found.name for found in BOOK.find("policies of ME")] == ["Five-Year Planning Bureau"]


@given(st.text(max_size=60))
def test_found_bodies_are_spans_of_the_text(text: str) -> None:
    for found in BOOK.find(f"{text} MIIT {text}"):
        assert f"{text} MIIT {text}"[slice(*found.span)] == found.wording


def test_an_empty_book_finds_nothing() -> None:
    assert IssuerBook().find("the State Council") == []


def test_a_missing_file_is_an_empty_book(tmp_path: Path) -> None:
    assert read_issuers(tmp_path / "issuers.toml") == IssuerBook()


def test_the_table_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(
        '[[issuer]]\nname = "A"\naliases = ["甲"]\n[[issuer]]\nname = "B"\nparent = "甲"\n',
        encoding="utf-8",
    )
    book = read_issuers(path)
    assert book.issuers == (Issuer("A", ("甲",)), Issuer("B", (), "甲"))
    assert book.parent("B") == "A"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[[issuer]]\nname = "A"\n[[issuer]]\nname = "a"\n', 4, "'a' already names 'A'"),
        (
            '[[issuer]]\nname = "A"\n[[issuer]]\nname = "B"\naliases = [\n"C",\n"the A"]\n',
            7,
            "'the A' already names 'A'",
        ),
        ('[[issuer]]\nname = "A"\nparent = "Z"\n', 3, "parent 'Z' is no issuer of this file"),
        (
            '[[issuer]]\nname = "A"\nparent = "B"\n[[issuer]]\nname = "B"\nparent = "A"\n',
            3,
            "'A' is above itself: its parents form a circle",
        ),
        (
            '[[issuer]]\nname = "A"\nalias = ["B"]\n',
            3,
            "unknown key 'alias'; did you mean 'aliases'?",
        ),
        ('\n[[issuers]]\nname = "A"\n', 2, "unknown key 'issuers'; did you mean 'issuer'?"),
        (
            '[[issuer]]\naliases = ["B"]\n',
            1,
            "an issuer needs a name, a text of one line that is not empty",
        ),
        *(
            (
                f'[[issuer]]\nname = "A\\u{character}B"\n',
                1,
                "an issuer needs a name, a text of one line that is not empty",
            )
            for character in ("001b", "000a", "009b", "2028")
        ),
        (
            '[[issuer]]\nname = "A"\naliases = "B"\n',
            3,
            "aliases is a list of names, each a text of one line that is not empty",
        ),
        ('[[issuer]]\nname = "A\n', 2, "not TOML: Illegal character '\\n'"),
    ],
)
def test_a_wrong_table_is_an_error_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_issuers(path)
    assert str(caught.value) == f"{path}:{line}: {message}"


def test_a_table_that_is_not_utf8_names_the_line_and_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_bytes('[[issuer]]\nname = "é"\n'.encode("latin-1"))
    with pytest.raises(CorpusError, match=r"issuers\.toml:2: byte 0xE9 is not UTF-8"):
        read_issuers(path)


def test_an_alias_that_says_nothing_new_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text('[[issuer]]\nname = "A B"\naliases = ["the A-B"]\n', encoding="utf-8")
    book, problems = check_issuers(path)
    assert len(book.issuers) == 1
    assert [problem.severity for problem in problems] == ["warning"]


MII = "Ministry of Information Industry"
RENAMED = IssuerBook(
    (
        Issuer("Ministry of Posts", until=PolicyDate(1998)),
        Issuer(
            MII, ("信息产业部",), until=PolicyDate(2008, 6), predecessors=("Ministry of Posts",)
        ),
        Issuer(MIIT, ("MIIT",), since=PolicyDate(2008, 6), predecessors=("信息产业部",)),
    )
)


def test_what_a_body_was_before_is_known_at_any_depth() -> None:
    assert RENAMED.former("miit") == (MII, "Ministry of Posts")
    assert RENAMED.former(MII) == ("Ministry of Posts",)
    assert RENAMED.former("Ministry of Posts") == ()


@pytest.mark.parametrize(
    ("name", "date", "why"),
    [
        ("信息产业部", PolicyDate(2008, 6), None),
        ("信息产业部", PolicyDate(2008), None),
        ("信息产业部", PolicyDate(2012, 2, 14), f"'{MII}' was called so until 2008-06"),
        ("MIIT", PolicyDate(2006, 2, 28), f"'{MIIT}' is called so since 2008-06"),
        ("Ministry of Truth", PolicyDate(1984), None),
    ],
)
def test_a_name_outside_its_time_is_told(name: str, date: PolicyDate, why: str | None) -> None:
    assert RENAMED.why_not_then(name, date) == why


def test_dates_of_a_name_are_texts_or_dates_or_years(tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(
        '[[issuer]]\nname = "A"\nsince = 1998\nuntil = 2008-06-29\n'
        '[[issuer]]\nname = "B"\nsince = "2008年6月"\npredecessors = ["A"]\n',
        encoding="utf-8",
    )
    first, second = read_issuers(path).issuers
    assert (first.since, first.until) == (PolicyDate(1998), PolicyDate(2008, 6, 29))
    assert (second.since, second.predecessors) == (PolicyDate(2008, 6), ("A",))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('name = "A"\nsince = "2008"\nuntil = "2003"', 4, "until 2003 is before since 2008"),
        ('name = "A"\nsince = "soon"', 3, "since 'soon' is not a date: write it as"),
        ('name = "A"\nuntil = 2008-06-29T10:00:00', 3, "until is no date; write it as"),
        ('name = "A"\nsince = true', 3, "since 'True' is not a date"),
        ('name = "A"\npredecessors = "B"', 3, "predecessors is a list of names"),
        ('name = "A"\npredecessors = ["B"]', 3, "predecessor 'B' is no issuer of this file"),
        ('name = "A"\npredecessors = ["a"]', 3, "'A' is its own predecessor, in a circle"),
        (
            'name = "A"\npredecessors = ["B"]\n[[issuer]]\nname = "B"\npredecessors = ["A"]',
            3,
            "'A' is its own predecessor, in a circle",
        ),
    ],
)
def test_wrong_times_and_predecessors_are_errors_with_their_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(f"[[issuer]]\n{text}\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_issuers(path)
    assert str(caught.value).startswith(f"{path}:{line}: {message}")


def test_a_predecessor_that_outlives_its_successors_beginning_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(
        '[[issuer]]\nname = "A"\nuntil = "2010"\n'
        '[[issuer]]\nname = "B"\nsince = "2008"\npredecessors = ["A"]\n',
        encoding="utf-8",
    )
    book, (problem,) = check_issuers(path)
    assert len(book.issuers) == 2
    assert (problem.line, problem.severity) == (7, "warning")
    assert problem.message == "'A' lasts until 2010, past the beginning of 'B', 2008"
