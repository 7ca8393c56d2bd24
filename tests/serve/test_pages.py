"""The page without a browser: what it says, and that nothing of a corpus runs in it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.config import ServeConfig
from policybot.corpus.provisions.divide import provisions_of
from policybot.corpus.text.split import split_policy
from policybot.model import Document, Policy
from policybot.serve.page.body import body_html, marked
from policybot.serve.page.linked import csl_json, fragment_link, json_ld, web_address
from policybot.serve.page.words import language_of, table, words_in
from tests.fake_encoder import FakeEncoder
from tests.serve.site import CORPUS, ORDINANCE, SCRIPTS, served
from tests.small_index import policy


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("pages")) as address:
        yield address


def page(base: str, path: str, language: str = "en") -> httpx.Response:
    headers = {"Accept": "text/html", "Accept-Language": language}
    return httpx.get(f"{base}{path}", headers=headers, trust_env=False, timeout=120)


class Seen(HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_an_answer_is_the_passage_with_its_policy(base: str) -> None:
    html = page(base, "/?q=When+are+damaged+bridges+closed%3F").text
    seen = Seen(html)
    assert "Damaged bridges are closed at once." in seen.text
    assert "Road Safety Plan" in seen.text
    assert "/p/roads#n1" in [link.get("href") for link in seen.all("a")]
    assert "<mark>" in html


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("What did the Ministry of Transport issue?", 'class="sure"'),
        ("What did the Ministry of Magic issue?", 'class="nothing"'),
    ],
)
def test_how_sure_an_answer_is_stands_above_it(base: str, question: str, heading: str) -> None:
    assert heading in page(base, f"/?q={quote(question)}").text


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Nothing of the kind “plan” answers this; these are of other kinds."),
        ("zh", "没有“plan”类文件可回答，以下为其他文种。"),
        ("es", "Ninguna política del tipo “plan” responde a esto; estas son de otros tipos."),
    ],
)
def test_that_hits_are_of_other_kinds_is_said(base: str, language: str, line: str) -> None:
    question = quote("Which plans were issued in 2013?")
    assert line in page(base, f"/?q={question}", language).text
    told = httpx.get(f"{base}/api/ask?q={question}", trust_env=False, timeout=120).json()
    assert told["other_kinds"] == ["plan"]
    assert told["hits"]


def test_what_was_understood_can_be_left_out_and_put_back(base: str) -> None:
    question = quote("policies of the Ministry of Transport since 2012")
    seen = Seen(page(base, f"/?q={question}").text)
    removing = [a for a in seen.all("a") if (a.get("aria-label") or "").startswith("Remove: ")]
    assert len(removing) == 2
    first = removing[0]
    without = page(base, first["href"] or "")
    assert f"<s>{(first['aria-label'] or '').removeprefix('Remove: ')}</s>" in without.text
    assert "3 policies, by date" not in Seen(page(base, f"/?q={question}").text).text
    back = [a for a in Seen(without.text).all("a") if "Put back" in (a.get("aria-label") or "")]
    assert page(base, back[0]["href"] or "").text == page(base, f"/?q={question}").text


def test_facets_lead_to_the_policies_they_count(base: str) -> None:
    seen = Seen(page(base, "/").text)
    year = next(a for a in seen.all("a") if (a.get("aria-label") or "") == "2014: 2")
    listed = Seen(page(base, year["href"] or "").text)
    assert "2 policies" in listed.text
    assert "Harbour Ordinance" in listed.text
    assert "Road Safety Plan" not in listed.text


def test_a_policy_has_contents_anchors_relations_and_references(base: str) -> None:
    response = page(base, "/p/harbour-ordinance")
    seen = Seen(response.text)
    anchors = {one.get("id") for _, one in seen.elements}
    assert {"art1", "art2", "art2.a", "art2.b", "art3", "h1", "h2", "n1"} <= anchors
    links = [link.get("href") for link in seen.all("a")]
    assert {"#h1", "#art2.b", "/p/ships"} <= set(links)
    assert "@misc{harbour-ordinance" in seen.text
    for style, word in (("ris", "TY  - GOVDOC"), ("csl-json", '"type": "legislation"')):
        assert word in page(base, f"/p/harbour-ordinance?cite={style}").text


def test_every_letter_of_a_policy_is_on_its_page(base: str) -> None:
    for one in CORPUS:
        seen = Seen(page(base, f"/p/{one.id}").text)
        shown = "".join(seen.text.split())
        for line in one.body.splitlines():
            words = "".join(line.lstrip("# ").split())
            assert words in shown.replace("¶", "").replace("↗", ""), line


def test_scripts_of_a_corpus_are_text(base: str) -> None:
    question = quote("<script>document.title = 'taken'</script> markup")
    for path in ("/p/scripts", "/", f"/?q={question}", "/?q=markup+is+shown", "/?issuer=%3Cb%3E"):
        response = page(base, path)
        seen = Seen(response.text)
        scripts = seen.all("script")
        assert all(s.get("src") or s.get("type") == "application/ld+json" for s in scripts)
        assert not [name for name, _ in seen.elements if name in {"img", "iframe"}]
        assert not [a for _, a in seen.elements for name in a if name.startswith("on")]
        assert "'unsafe-inline'" not in response.headers["content-security-policy"]
    linked = re.search(r'ld\+json">(.*?)</script>', page(base, "/p/scripts").text, re.DOTALL)
    assert linked
    assert json.loads(linked[1])["name"] == SCRIPTS.title


def test_what_a_page_may_load_is_the_same_when_it_has_not_changed(base: str) -> None:
    first = page(base, "/")
    again = {"Accept": "text/html", "Accept-Language": "en", "If-None-Match": first.headers["etag"]}
    second = httpx.get(f"{base}/", headers=again, trust_env=False)
    assert second.status_code == 304
    name = "content-security-policy"
    assert second.headers[name] == first.headers[name]


def test_everything_a_page_loads_is_its_own(base: str) -> None:
    for path in ("/", "/p/harbour-ordinance"):
        seen = Seen(page(base, path).text)
        loaded = [one.get("src") for one in seen.all("script") if one.get("src")]
        loaded += [one["href"] for one in seen.all("link") if one["rel"] != "alternate"]
        for address in loaded:
            assert address
            assert address.startswith("/static/")
            assert page(base, address).status_code == 200
    assert page(base, "/static/..%2f__init__.py").status_code == 404


def test_what_is_not_there_is_told_on_a_page_to_a_reader(base: str) -> None:
    response = page(base, "/p/none")
    assert response.status_code == 404
    assert "no policy has this id" in response.text
    assert response.headers["content-type"].startswith("text/html")
    assert page(base, f"/?q={'x' * 9_000}").status_code == 400


def test_a_policy_without_a_pdf_has_no_page_to_show(base: str) -> None:
    response = page(base, "/image/1/roads")
    assert response.status_code == 404
    assert "no PDF" in response.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("kind=spell", 404), ("q=roads&kind=spell", 404), ("issuer=Nobody", 404),
        ("q=roads&issuer=Nobody", 200), ("state=alive", 400), ("year=99999", 400),
        ("since=2014&until=2012", 400), ("page=0", 400), ("q=roads&drop=7&drop=x", 200),
        ("utm_source=x", 200), ("q=%00%ff%ed%a0%80", 200), ("lang=xx&q=roads", 200),
    ],
)  # fmt: skip
def test_what_is_wrong_in_an_address_is_told(base: str, query: str, status: int) -> None:
    assert page(base, f"/?{query}").status_code == status


def test_the_page_speaks_the_readers_language(base: str) -> None:
    for language, word in (("zh-CN,en;q=0.5", "您的问题"), ("es", "Su pregunta"), ("fr", "Your")):
        response = page(base, "/", language)
        assert word in response.text
        assert response.headers["vary"] == "Accept-Language"
    assert "您的问题" in page(base, "/?lang=zh", "es").text


@pytest.mark.parametrize("question", ["zebras", "How many moons has Jupiter?"])
def test_a_refusal_is_in_the_readers_language(base: str, question: str) -> None:
    said = table()
    english = page(base, f"/?q={quote(question)}&lang=en").text
    (key,) = (
        key for key in ("nothing_similar_enough", "no_sure_answer") if said["en"][key] in english
    )
    for language in ("zh", "es"):
        shown = page(base, f"/?q={quote(question)}&lang={language}").text
        assert said[language][key] in shown
        assert said["en"][key] not in shown


def test_every_language_says_everything() -> None:
    said = table()
    blanks = {
        language: {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in words.items()}
        for language, words in said.items()
    }
    assert blanks["zh"] == blanks["en"]
    assert blanks["es"] == blanks["en"]


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "", "en"), ("zh", "en", "zh"), ("xx", "es-MX", "es"), (None, "fr, zh;q=0.5", "zh"),
        (None, "en;q=0.1, es;q=0.9", "es"), (None, "zh;q=0", "en"), (None, "zh;q=x", "en"),
    ],
)  # fmt: skip
def test_which_language_is_spoken(chosen: str | None, accepted: str, language: str) -> None:
    assert language_of(chosen, accepted) == language


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.org", "http://[", "https://a b", None]
)
def test_what_is_no_address_of_the_web_is_no_link(url: str | None) -> None:
    assert web_address(url) is None
    assert fragment_link(url, "text") is None


def test_a_fragment_finds_a_passage_by_its_ends() -> None:
    link = fragment_link("https://x.org/a#b", "One, two-three four five six seven " + "word " * 9)
    assert link == (
        "https://x.org/a#:~:text=One%2C%20two%2Dthree%20four%20five%20six,word%20word%20word%20"
        "word%20word"
    )


def test_a_reference_in_csl_json_has_what_is_stated() -> None:
    (item,) = json.loads(csl_json(ORDINANCE, dt.date(2026, 1, 2)))
    assert item["issued"] == {"date-parts": [[2014, 2, 1]]}
    assert item["author"] == [{"literal": "Ministry of Transport"}]
    assert "URL" not in item


def test_linked_data_cannot_end_its_element() -> None:
    text = json_ld(Document(SCRIPTS, ()), "https://x.org/p/scripts")
    assert not {"<", ">", "&"} & {*text}
    assert json.loads(text)["name"] == SCRIPTS.title


def test_under_a_public_address_links_begin_with_its_path(tmp_path: Path) -> None:
    config = ServeConfig(public_url="https://x.org/policies")
    with served(tmp_path, config=config) as base:
        seen = Seen(page(base, "/").text)
        links = [link["href"] or "" for link in seen.all("a")]
        assert all(link.startswith(("/policies/", "#")) for link in links)
        assert "https://x.org/policies/p/roads" in page(base, "/api/changes.atom").text


BODIES = st.lists(
    st.sampled_from(
        [
            "## Part 1",
            "Article 1 Dues.",
            "(a) x & y",
            "<i>one</i>",
            "# A",
            "§ 12",
            "text. Text two.",
            "- item",
            "",
        ]
    ),
    min_size=1,
    max_size=12,
).map("\n\n".join)


@given(BODIES.filter(lambda body: bool(body.strip())))
def test_no_body_loses_a_word_or_gains_markup(body: str) -> None:
    one: Policy = policy("x", "X", body)
    document = Document(one, tuple(split_policy(one, FakeEncoder().count_tokens, 64)))
    seen = Seen(str(body_html(document, provisions_of(body), words_in("en")).html))
    kept = "".join(seen.text.replace("¶", "").split())
    assert kept == "".join("".join(line.lstrip("# ") for line in body.splitlines()).split())
    assert {name for name, _ in seen.elements} <= {"p", "div", "a", "h2", "h3", "b", "span"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Art. 1** x", "<b>Art. 1</b>"),
        ("** a ** b", "** a ** b"),
        ("2 ** 3 and 4 ** 5", "2 ** 3 and 4 ** 5"),
        ("**<b>**", "<b>&lt;b&gt;</b>"),
    ],
)
def test_what_is_marked_as_strong_is_set_so_and_keeps_its_marks(text: str, html: str) -> None:
    shown = str(marked(text, ()))
    assert html in shown
    assert Seen(shown).text == text


def test_marks_stand_around_what_answers() -> None:
    assert marked("a <b> c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> c"
