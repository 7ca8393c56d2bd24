"""Which column is which key: said by a person, or by its name; asked for, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.corpus.importers.tables.mapping import Columns, fit, read_mapping
from policybot.corpus.importers.tables.names import recognise
from policybot.errors import ConfigError, ImportRefusedError

TABLE = Path("rows.csv")


def fitted(columns: str, *asked: str, samples: list[dict[str, str]] | None = None) -> Columns:
    return fit(TABLE, columns.split(","), read_mapping(ImportOptions(map=asked)), samples or [])


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("Title", "title"), ("document_title", "title"), ("标题", "title"), ("政策名称", "title"),
        ("Issued by", "issuers"), ("发文机关", "issuers"), ("发布机构", "issuers"),
        ("机构", "issuers"),
        ("date", "date"), ("成文日期", "date"), ("发文日期", "date"), ("Issue Date", "date"),
        ("发布日期", "published"), ("publication_date", "published"),
        ("文号", "number"), ("发文字号", "number"), ("Document No.", "number"),
        ("正文", "body"), ("full text", "body"), ("content", "body"), ("內容", "body"),
        ("网址", "url"), ("link", "url"), ("lang", "language"), ("备注", "note"), ("ID", "id"),
        ("索引号", "fact"), ("施行日期", "effective"), ("失效日期", "expires"),
        ("有效性", "status"),
        ("序号", None), ("No.", None), ("Nom", None), ("浏览次数", None),
    ],
)  # fmt: skip
def test_common_names_are_recognised(column: str, key: str | None) -> None:
    assert recognise(column) == key


def test_what_a_person_says_wins_over_names() -> None:
    columns = fitted("标题,成文日期,发布日期,正文", "date=发布日期")
    assert str(columns) == "title=标题, date=发布日期, body=正文"
    assert columns.left == ("成文日期",)


def test_an_empty_column_drops_a_key() -> None:
    assert "url" not in fitted("title,url,body", "url=").keys


def test_names_may_differ_in_case_and_spaces() -> None:
    assert fitted("Policy  Title,BODY", "title=policy title").keys["title"] == ("Policy  Title",)


def test_several_columns_make_one_text() -> None:
    keys = fitted("标题,摘要,正文", "body=摘要", "body=正文").keys
    assert keys["body"] == ("摘要", "正文")


def test_one_column_may_be_two_keys() -> None:
    keys = fitted("标题,文号", "body=标题").keys
    assert keys["body"] == ("标题",)
    assert "title" not in keys or keys["title"] == ("标题",)


def test_a_mapping_is_read_from_a_file_and_options_win(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(
        '[columns]\ntitle = "Nom"\nbody = ["Resume", "Texte"]\nurl = []\n', encoding="utf-8"
    )
    asked = read_mapping(ImportOptions(map=("title=Titre",), map_file=path))
    assert asked == {"title": ("Titre",), "body": ("Resume", "Texte"), "url": ()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns\n", "is not TOML"),
        ("[colums]\n", "unknown key 'colums'; did you mean 'columns'?"),
        ("", "names no columns"),
        ('[columns]\ntitel = "A"\n', "unknown key 'titel' of columns; did you mean 'title'?"),
        ("[columns]\ntitle = 3\n", "title is the name of a column"),
        ('[columns]\ntitle = ["A", "B"]\n', "title is one column, and 'A', 'B' are more"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_it(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_mapping(ImportOptions(map_file=path))
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("title", "write KEY=COLUMN, as in --map title=标题"),
        ("titel=A", "unknown key 'titel'; did you mean 'title'?"),
    ],
)
def test_a_wrong_option_is_an_error(option: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"--map {option}: {message}"):
        read_mapping(ImportOptions(map=(option,)))


def test_columns_that_are_not_recognised_are_named_with_a_proposal() -> None:
    samples = [
        {"Nom": f"Plan {n}", "Texte": "Un texte assez long. " * 5, "Datum": f"2012-02-1{n}",
         "Lien": "https://a.fr", "Art": "Plan"}
        for n in range(5)
    ]  # fmt: skip
    with pytest.raises(ImportRefusedError) as caught:
        fitted("Art,Nom,Texte,Datum,Lien", samples=samples)
    assert str(caught.value) == (
        "rows.csv: no column is known to be the title or the body; the columns are 'Art', 'Nom', "
        "'Texte', 'Datum', 'Lien'; say which is which; it may be: --map title=Nom --map date=Datum "
        "--map url=Lien --map body=Texte"
    )


def test_a_column_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(ImportRefusedError) as caught:
        fitted("title,body,成文日期", "date=成文日")
    assert "there is no column '成文日'; did you mean '成文日期'?" in str(caught.value)


def test_two_columns_for_one_key_are_asked_about() -> None:
    with pytest.raises(ImportRefusedError) as caught:
        fitted("title,text,content")
    assert "'text', 'content' may each be the body" in str(caught.value)
    assert "--map body=text or --map body=content" in str(caught.value)


def test_the_plain_name_of_a_key_wins_over_its_synonyms() -> None:
    assert fitted("title,name,body").keys["title"] == ("title",)


def test_two_columns_of_one_name_are_refused_where_it_matters() -> None:
    with pytest.raises(ImportRefusedError, match="two columns are called 'x'"):
        fitted("title,x,x", "body=x")
    assert fitted("title,body,x,x").left == ("x", "x")
