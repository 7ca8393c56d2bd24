from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from policybot.corpus.importers.html.text import blocks_of
from policybot.model import Policy, PolicyDate
from tests.corpus.importers.samples import GOV_CN, imported, one, write


def markdown(body: str) -> str:
    node = LexborHTMLParser(f"<body>{body}</body>").body
    assert node is not None
    return "\n\n".join(block.text for block in blocks_of(node))


def read(tmp_path: Path, body: str, head: str = "") -> Policy:
    text = f'<html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    return one(write(tmp_path, "page.html", text), tmp_path / "corpus")


def notes(policy: Policy) -> list[str]:
    return (policy.note or "").split("\n")


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_decision_of_the_state_council_is_read_from_its_label_table(
    tmp_path: Path, charset: str
) -> None:
    path = write(tmp_path, "c.htm", GOV_CN.format(charset=charset), charset.replace("2312", "k"))
    outcome, (policy,) = imported(path, tmp_path / "corpus")
    assert policy.title == "国务院关于促进物联网发展的决定"
    assert policy.issuers == ("国务院",)
    assert str(policy.date) == "2018-12-21"
    assert policy.number == "国发〔2018〕43号"
    assert policy.language == "zh"
    assert policy.source is not None
    assert (policy.source.file, policy.source.lines) == ("c.htm", "1-30")
    facts = ["索引号: 000014349/2018-00222", "主题分类: 工业、交通\\信息产业"]
    facts += ["发布日期: 2018年12月29日", "PubDate: 2018-12-29 17:00", "ContentSource: 中国政府网"]
    assert notes(policy)[:5] == facts
    assert outcome.reviews == ()
    assert policy.body.split("\n\n") == [
        "国务院关于促进物联网发展的决定",
        "国发〔2018〕43号",
        "各省、自治区、直辖市人民政府，国务院各部委、各直属机构：",
        "为进一步促进物联网发展，国务院决定调整有关规定。",
        "国务院",
        "2018年12月21日",
        "（此件公开发布）",
    ]


TABLES = {
    "a list of spans": (
        "<div><span>索引号：</span><span> YP-1 </span> <span>发文字号：</span>"
        "<span>杨府发〔2026〕4号</span> <span>发文机关：</span><span>杨浦区人民政府</span>"
        "<span>成文日期：</span><span>2026-01-05</span></div>"
    ),
    "rows of two spans": (
        "<div><div><span>发文机关：</span><span>杨浦区人民政府</span></div>"
        "<div><span>发文字号：</span> 杨府发〔2026〕4号</div>"
        "<div><span>成文日期：</span><span>2026年1月5日</span></div></div>"
    ),
    "list items": (
        "<ul><li><b>发文机关：</b>杨浦区人民政府</li><li><span>发文字号</span>：杨府发〔2026〕4号</li>"
        "<li><span>成文日期</span>2026-01-05</li></ul>"
    ),
    "a definition list": (
        "<dl><dt>文号</dt><dd>杨府发〔2026〕4号</dd><dt>发布单位：</dt><dd>杨浦区人民政府</dd>"
        "<dt>成文日期</dt><dd>2026-01-05</dd></dl>"
    ),
    "cells that hold both": (
        "<table><tr><td><strong>发文单位：</strong> 杨浦区人民政府</td>"
        "<td><strong>成文日期：</strong>2026年01月05日</td></tr>"
        "<tr><td colspan=2><strong>发文字号：</strong>杨府发〔2026〕4号</td></tr></table>"
    ),
    "lines of one paragraph": (
        "<p>【发文机关】杨浦区人民政府<br>【发文字号】杨府发〔2026〕4号<br>【成文日期】2026-01-05</p>"
    ),
}


@pytest.mark.parametrize("labels", TABLES.values(), ids=TABLES.keys())
def test_labels_are_read_however_they_are_laid_out(tmp_path: Path, labels: str) -> None:
    policy = read(
        tmp_path, f"<h1>若干措施</h1>{labels}<p>第一条 制定本措施。</p><p>第二条 施行。</p>"
    )
    assert policy.issuers == ("杨浦区人民政府",)
    assert policy.number == "杨府发〔2026〕4号"
    assert str(policy.date) == "2026-01-05"
    assert policy.body == "第一条 制定本措施。\n\n第二条 施行。"


def test_english_labels_are_read(tmp_path: Path) -> None:
    rows = {
        "Title": "National Plan",
        "Issuing authority": "Ministry of Finance; Ministry of Education",
        "Document No.": "No. 7",
        "Date of issue": "14 February 2012",
        "Publication date": "1 March 2012",
        "Status": "in force",
    }
    cells = "".join(f"<tr><th>{key}:</th><td>{value}</td></tr>" for key, value in rows.items())
    policy = read(tmp_path, f"<table>{cells}</table><p>The plan shall be carried out.</p>")
    assert (policy.title, policy.number) == ("National Plan", "No. 7")
    assert policy.issuers == ("Ministry of Finance", "Ministry of Education")
    assert policy.date == PolicyDate(2012, 2, 14)
    assert notes(policy) == ["Publication date: 1 March 2012", "Status: in force"]
    assert policy.body == "The plan shall be carried out."


def test_a_table_of_many_documents_is_text_and_states_nothing(tmp_path: Path) -> None:
    heads = "<tr><td>标题</td><td>类别</td><td>文号</td><td>备注</td></tr>"
    rows = "<tr><td>办法</td><td>通知</td><td>国发〔2012〕7号</td><td>有效</td></tr>" * 2
    policy = read(tmp_path, f"<h1>目录</h1><table>{heads}{rows}</table>")
    assert (policy.title, policy.number, policy.issuers) == ("目录", None, ())
    assert policy.body.startswith(
        "标题 | 类别 | 文号 | 备注\n办法 | 通知 | 国发〔2012〕7号 | 有效\n"
    )


def test_a_single_label_is_a_sentence_like_any_other(tmp_path: Path) -> None:
    policy = read(tmp_path, "<h1>办法</h1><p>标题：写在首页。</p><p>第一条 施行。</p>")
    assert (policy.title, policy.body) == ("办法", "标题：写在首页。\n\n第一条 施行。")


def test_a_publication_date_alone_is_no_date_of_the_policy(tmp_path: Path) -> None:
    labels = "<ul><li>发布日期：2012-03-01</li><li>发文机关：财政部</li></ul>"
    policy = read(tmp_path, f"<h1>办法</h1>{labels}<p>正文。</p><p>2012年2月14日</p>")
    assert policy.date is None
    assert (
        "review: no date is stated; 发布日期 2012-03-01; date may be 2012-02-14: text, "
        "line 3: “2012年2月14日”" in notes(policy)
    )


def test_an_unreadable_date_is_kept_as_printed_and_marked(tmp_path: Path) -> None:
    body = "<ul><li>成文日期：2012年2月30日</li><li>发文机关：财政部</li></ul><p>正文。</p>"
    policy = read(tmp_path, f"<h1>办法</h1>{body}")
    assert (policy.date, policy.date_text) == (None, "2012年2月30日")
    why = "'2012年2月30日' is not a date: February 2012 has no day 30"
    assert f"review: no date is stated; 成文日期 {why}" in notes(policy)


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("2012-02-14 00:00:00", "2012-02-14"),
        ("2012年2月14日 16:30", "2012-02-14"),
        ("2012-02-14T00:00:00+08:00", "2012-02-14"),
        ("2012-02-14T16:00:00Z", None),  # in Peking it is the day after
        ("2012", "2012"),
        ("14/02/2012", "2012-02-14"),
        ("02/03/2012", None),
    ],
)
def test_a_time_of_day_is_no_part_of_a_date_unless_it_moves_the_day(
    tmp_path: Path, printed: str, date: str | None
) -> None:
    body = f"<ul><li>成文日期：{printed}</li><li>发文机关：财政部</li></ul><p>正文。</p>"
    policy = read(tmp_path, f"<h1>办法</h1>{body}")
    assert (str(policy.date) if policy.date else None) == date


def test_several_issuers_in_one_cell_are_several(tmp_path: Path) -> None:
    body = "<ul><li>发文机关：工业和信息化部 财政部</li><li>文号：第7号</li></ul><p>正文。</p>"
    assert read(tmp_path, f"<h1>办法</h1>{body}").issuers == ("工业和信息化部", "财政部")


JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
{"@type": "WebPage", "name": "Site", "datePublished": "2020-01-01"},
{"@type": ["Legislation"], "name": "National Plan", "legislationDate": "2012-02-14",
 "datePublished": "2012-03-01", "legislationIdentifier": "No. 7", "inLanguage": "en",
 "legislationPassedBy": [{"@type": "GovernmentOrganization", "name": "Ministry of Plans"},
  {"@type": "GovernmentOrganization", "name": "Ministry of Finance"}],
 "legislationChanges": {"@type": "Legislation", "name": "Old Plan", "legislationDate": "1999-01-01"}
}]}</script>"""
MICRODATA = """<div itemscope itemtype="https://schema.org/Legislation">
<h1 itemprop="name">National Plan</h1><span itemprop="legislationIdentifier">No. 7</span>
<time itemprop="legislationDate" datetime="2012-02-14">14 February</time>
<meta itemprop="datePublished" content="2012-03-01">
<div itemprop="legislationChanges" itemscope itemtype="https://schema.org/Legislation">
<meta itemprop="legislationDate" content="1999-01-01"></div>
<span itemprop="legislationPassedBy">Ministry of Plans</span>
<span itemprop="legislationPassedBy">Ministry of Finance</span></div>"""
ELI = """<meta about="/eli/1" property="eli:id_local" content="No. 7">
<meta about="/eli/1" property="eli:title" content="National Plan">
<meta about="/eli/1" property="eli:passed_by" content="Ministry of Plans">
<meta about="/eli/1" property="http://data.europa.eu/eli/ontology#passed_by"
 content="Ministry of Finance">
<meta about="/eli/1" property="eli:date_document" content="2012-02-14" datatype="xsd:date">
<meta about="/eli/0" property="eli:date_document" content="1999-01-01">
<meta about="/eli/1" property="eli:date_publication" content="2012-03-01">
<meta about="/eli/1" property="eli:type_document" resource="/types#ACT">"""


@pytest.mark.parametrize(
    ("head", "body"), [(JSON_LD, ""), ("", MICRODATA), (ELI, "")], ids=["json", "micro", "eli"]
)
def test_marked_up_legislation_gives_its_own_date_not_the_publications(
    tmp_path: Path, head: str, body: str
) -> None:
    policy = read(tmp_path, f"<main>{body}<p>The plan shall be carried out.</p></main>", head)
    assert (policy.title, policy.number) == ("National Plan", "No. 7")
    assert policy.issuers == ("Ministry of Plans", "Ministry of Finance")
    assert str(policy.date) == "2012-02-14"
    assert any("2012-03-01" in line for line in notes(policy))
    assert not any("review" in line or "1999" in line for line in notes(policy))


def test_an_address_of_a_body_is_no_issuer_as_printed(tmp_path: Path) -> None:
    head = '<meta property="eli:passed_by" resource="gu:tables/issuers#IMPRESE_MINISTERO">'
    policy = read(tmp_path, "<h1>Decreto</h1><p>Testo.</p>", head)
    assert policy.issuers == ()
    assert "eli:passed_by: IMPRESE_MINISTERO" in notes(policy)


def test_dublin_core_gives_a_title_and_its_dates_are_the_pages(tmp_path: Path) -> None:
    head = """<meta name="DC.title" content="National Plan"><meta name="DC.language" content="en">
    <meta name="DC.creator" content="Web team"><meta name="DC.date.created" content="2011-02-21">
    <meta name="DCTERMS.issued" content="2011-02-22">"""
    policy = read(tmp_path, "<p>Texte bref.</p>", head)
    assert (policy.title, policy.language, policy.date, policy.issuers) == (
        "National Plan", "en", None, ()
    )  # fmt: skip
    assert notes(policy)[:3] == [
        "DC.creator: Web team", "DC.date.created: 2011-02-21", "DCTERMS.issued: 2011-02-22"
    ]  # fmt: skip
    assert notes(policy)[3] == "review: no date is stated; DC.date.created 2011-02-21"


def test_two_dates_that_disagree_need_a_person(tmp_path: Path) -> None:
    body = "<ul><li>成文日期：2012-02-15</li><li>发文机关：财政部</li></ul><p>正文。</p>"
    policy = read(tmp_path, f"<h1>办法</h1>{body}", JSON_LD)
    assert str(policy.date) == "2012-02-15"
    message = "two dates are stated; 2012-02-15 is 成文日期, 2012-02-14 is legislationDate"
    assert f"review: {message}" in notes(policy)


@pytest.mark.parametrize(
    "broken", ["{", "[]", '{"@type": 7}', '{"@type": "Legislation", "name": {}}']
)
def test_broken_json_ld_states_nothing(tmp_path: Path, broken: str) -> None:
    head = f'<script type="application/ld+json">{broken}</script>'
    assert read(tmp_path, "<h1>Plan</h1><p>Text.</p>", head).title == "Plan"


def test_a_page_that_states_nothing_is_marked_throughout(tmp_path: Path) -> None:
    policy = read(tmp_path, "<p>Some text of a plan.</p>", "<title>Plan - Site</title>")
    assert (policy.title, policy.date, policy.issuers) == ("Plan", None, ())
    assert notes(policy) == [
        "review: no title is stated; this one is the page's <title>",
        "review: no date is stated",
        "review: no issuer is stated",
    ]


def test_the_address_is_the_canonical_one(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://example.org/plan">'
    assert read(tmp_path, "<h1>P</h1><p>T</p>", head).url == "https://example.org/plan"
    assert (
        one(write(tmp_path, "b.html", "<h1>Q</h1><p>T</p><a href=x>"), tmp_path / "c2").url is None
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<h2>Aims</h2><p>One  \n two</p>", "## Aims\n\nOne two"),
        ("<p>a<br>b</p>", "a\nb"),
        ("<p>a<br><br>b</p>", "a\n\nb"),
        ("a<div>b</div>c", "a\n\nb\n\nc"),
        ("<p>fi<b>r</b>st&nbsp;&amp;<i>last</i></p>", "first &last"),
        ("<p>国务院\n办公厅</p>", "国务院办公厅"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
        ("<ol start=3><li>a</li><li value=7>b</li><li>c</li></ol>", "3. a\n7. b\n8. c"),
        ("<ol type=a><li>x</li><li>y</li></ol>", "a. x\nb. y"),
        ("<ol type=I><li>x</li><li>y</li></ol>", "I. x\nII. y"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\nb"),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td><p>2</p></td></tr></table>",
            "A | B\n1 | 2",
        ),
        ("<table><tr><td><h2>A</h2></td><td><p>b</p></td></tr></table>", "## A\n\nb"),
        ("<table><tr><td>one</td></tr><tr><td>two</td></tr></table>", "one\n\ntwo"),
        ("<pre>a  b\n  c\n\nd</pre>", "a  b\n  c\n\nd"),
        ("<p>a <del>old</del> b</p>", "a ~~old~~ b"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢"),
        ("<blockquote><p>q</p></blockquote>", "q"),
        ("<dl><dt>t</dt><dd>d</dd></dl>", "t\n\nd"),
        ("<p>\u3000\u3000第一条\u3000为了</p>", "第一条\u3000为了"),
    ],
)  # fmt: skip
def test_elements_become_markdown(body: str, text: str) -> None:
    assert markdown(body) == text


@pytest.mark.parametrize(
    "left_out",
    [
        "<nav>x</nav>", "<footer>x</footer>", "<script>x</script>", "<style>x</style>",
        "<div role=navigation>x</div>", "<p hidden>x</p>", '<p style="display: none">x</p>',
        "<button>x</button>", "<select><option>x</option></select>", "<template>x</template>",
        '<div class="breadcrumb">x</div>', '<div id="footer">x</div>', "<!-- x -->",
    ],
)  # fmt: skip
def test_what_only_a_browser_needs_is_left_out(left_out: str) -> None:
    assert markdown(f"<p>a</p>{left_out}<p>b</p>") == "a\n\nb"


def test_a_heading_outside_of_the_text_is_a_title_only_where_the_page_is_called_so(
    tmp_path: Path,
) -> None:
    body = f"<h1>The Site</h1><main><p>{'Text. ' * 20}</p></main>"
    assert read(tmp_path / "a", body, "<title>Plan - The Site</title>").title == "Plan"
    assert read(tmp_path / "b", body, "<title>The Site</title>").title == "The Site"


def test_what_is_left_out_around_the_text_is_counted(tmp_path: Path) -> None:
    page = "<nav>Home News</nav><main><h1>P</h1><p>The text.</p></main><footer>Imprint</footer>"
    outcome, _ = imported(write(tmp_path, "a.html", page), tmp_path / "corpus")
    words = "14 characters around the text: navigation, head or foot of the page"
    assert [str(report) for report in outcome.reports] == [f"a.html: left out: {words}"]


def test_an_article_that_is_a_small_part_of_the_page_is_not_all_of_its_text(tmp_path: Path) -> None:
    policy = read(tmp_path, f"<h1>P</h1><article><p>teaser</p></article><p>{'long ' * 20}</p>")
    assert policy.body.startswith("teaser\n\nlong long")


def test_struck_words_need_a_person(tmp_path: Path) -> None:
    policy = read(tmp_path, "<h1>P</h1><p>five <s>four</s> years</p>")
    assert "review: the page strikes out words; 1 such places are between ~~" in notes(policy)


paragraph = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffd~"), min_size=1
)


@settings(deadline=None)
@given(st.lists(paragraph, min_size=1, max_size=5))
def test_every_character_of_every_paragraph_is_in_the_text_in_order(texts: list[str]) -> None:
    body = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    printed = re.sub(r"\s", "", "".join(texts))
    assert re.sub(r"\s", "", markdown(body)) == printed


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/abpdivtrul=\"' \n!-第条&;#"), max_size=200))
def test_any_markup_is_read_without_failing(text: str) -> None:
    markdown(text)
