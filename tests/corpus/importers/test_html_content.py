"""Where the text of a web page is: by its sentences and links, in whatever containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybot.errors import ImportRefusedError
from policybot.model import Policy
from tests.corpus.importers.samples import one, write

MENU = "".join(f'<li><a href="/{at}">Menu entry {at}</a></li>' for at in range(12))
TEXT = (
    "<p>Ferries carry lights at night, and report to the harbour office before they sail.</p>"
    "<p>The office answers within ten minutes; in fog it may forbid the crossing.</p>"
)
LINES = "Ferries carry lights at night, and report to the harbour office before they sail."


def read(tmp_path: Path, body: str, head: str = "<title>Ferry rules</title>") -> Policy:
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    return one(write(tmp_path, "page.html", text), tmp_path / "corpus")


@pytest.mark.parametrize(
    "layout",
    [
        "<div class=x><ul>{menu}</ul></div><div class=y>{text}</div><div>© Harbour office</div>",
        ("<div><div><div class=l><ul>{menu}</ul></div><div "
        "class=r><div>{text}</div></div></div></div>"),
        "<table><tr><td><ul>{menu}</ul></td><td>{text}</td></tr></table>",
        ("<div class=article-content><ul>{menu}</ul><div class='article-content "
        "inner'>{text}</div></div>"),
        "<p>Hot words: lights, fog, and sailing times today.</p><div wzades='正文'>{text}</div>",
        "<div id=zoomcon>{text}</div><div class=foot2><ul>{menu}</ul></div>",
        ("<main><div class=side-bar><ul>{menu}</ul></div><div>{text}</div>"
        "<div class=page-utilities><h3>Export as</h3><ul><li><a href=1>PDF</a></ul></div></main>"),
        ("<div class=cookie-notice><p>We use cookies, and you may refuse them, if you "
        "like.</p></div>"
        "<div>{text}</div>"),
        "<div style='display:none'>{text}</div><div>{text}</div>",
    ],
)  # fmt: skip
def test_the_text_is_found_in_any_layout_and_nothing_else(tmp_path: Path, layout: str) -> None:
    policy = read(tmp_path, layout.format(menu=MENU, text=TEXT))
    first, second = TEXT.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    assert policy.body == f"{first}\n\n{second}"


def test_no_paragraph_is_lost_where_the_text_lies_in_several_boxes(tmp_path: Path) -> None:
    boxes = (
        f"<div class=a>{TEXT}</div><div class=b><p>{'Fares are posted at the pier. ' * 3}</p></div>"
    )
    policy = read(tmp_path, f"<div><ul>{MENU}</ul></div><div>{boxes}</div>")
    assert "Fares are posted" in policy.body
    assert LINES in policy.body
    assert "Menu entry" not in policy.body


def test_links_within_sentences_and_links_to_files_are_text(tmp_path: Path) -> None:
    rule = (
        '<div><p>A <a href="#1">ferry</a> under <a href="#2">way</a> keeps to the '
        '<a href="#3">starboard</a> side of the fairway, as is its duty.</p></div>'
        '<ul><li><a href="form.pdf">Annex: the form of a report</a></li></ul>'
    )
    policy = read(tmp_path, f"<ul>{MENU}</ul><div>{TEXT}{rule}</div>")
    assert "A ferry under way keeps to the starboard side" in policy.body
    assert "Annex: the form of a report" in policy.body


def test_a_sign_off_in_a_box_of_its_own_stays(tmp_path: Path) -> None:
    text = "<p>渡口应当设置安全标志，夜间开灯，并且向港航部门报告。</p>" * 2
    policy = read(
        tmp_path,
        f"<ul>{MENU}</ul><div><div>{text}</div><div>河港管理局</div><div>2021年1月18日</div></div>",
    )
    assert (str(policy.date), policy.issuers) == ("2021-01-18", ("河港管理局",))


@pytest.mark.parametrize(
    "body",
    [
        "<header><ul>{menu}</ul></header><main><div class=loading>Loading…</div></main>",
        "<ul>{menu}</ul><h2>This page was moved.</h2>",
    ],
)
def test_a_page_without_a_body_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(ImportRefusedError, match=r"has no body|holds no text"):
        read(tmp_path, body.format(menu=MENU * 3))


def test_a_row_of_labels_states_and_is_no_text(tmp_path: Path) -> None:
    row = "<div>来源：河港管理局　时间：2024-03-05 09:10　点击：233次</div>"
    policy = read(tmp_path, f"<div><h1>渡口问答</h1>{row}{TEXT}</div>")
    assert (str(policy.published), policy.issuers) == ("2024-03-05", ("河港管理局",))
    assert policy.date is None
    assert "点击" not in policy.body


def test_labels_are_read_however_they_are_indented(tmp_path: Path) -> None:
    cells = [
        ("发布机构：", "河港管理局"),
        ("成文日期：", "2024-03-14"),
        ("名称：", "河港夜航管理办法"),
    ]
    table = "".join(
        f"<tr>\n<td>\n{' ' * 40}{label}\n{' ' * 40}</td><td>\n {' ' * 40}{value}\n</td></tr>"
        for label, value in cells
    )
    policy = read(tmp_path, f"<table>{table}</table><div>{TEXT}</div>")
    assert (policy.title, str(policy.date)) == ("河港夜航管理办法", "2024-03-14")
    assert policy.issuers == ("河港管理局",)


def test_control_characters_in_tags_are_nobodys_words(tmp_path: Path) -> None:
    policy = read(tmp_path, f'<div>{TEXT}<img name="a\u009bb" src="a.jpg"></div>')
    assert policy.body.startswith(LINES)
    with pytest.raises(ImportRefusedError, match=r"U\+009B is no text"):
        read(tmp_path / "b", f"<div>{TEXT}a\u009bb</div>")


def test_the_title_is_the_printed_one_that_the_pages_name_begins_with(tmp_path: Path) -> None:
    head = "<title>Rules for ferries by night - River Authority</title>"
    policy = read(tmp_path, f"<div class=t>Rules for ferries by night</div><div>{TEXT}</div>", head)
    assert policy.title == "Rules for ferries by night"
    assert policy.issuers == ("River Authority",)
    assert "issuers River Authority is to be confirmed" in (policy.note or "")
