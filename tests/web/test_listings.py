"""Sitemaps and feeds as they are published: what they name, and when it changed."""

from __future__ import annotations

import gzip

import pytest

from policybot.errors import ImportRefusedError
from policybot.web.fetching import Fetched
from policybot.web.listings import Entry, Listing, read_listing

SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc> https://e.org/a </loc><lastmod>2024-05-01</lastmod>
       <image:image><image:loc>https://e.org/a.png</image:loc></image:image></url>
  <url><loc>https://e.org/b?x=1&amp;y=2</loc></url>
  <url><loc>https://e.org/a</loc></url>
</urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>https://e.org/s1.xml.gz</loc><lastmod>2024-05-01</lastmod></sitemap>
</sitemapindex>"""
RSS = """<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!-- made by hand -->
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://example.org/rss.dtd">
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>
  <link>https://e.org/</link>
  <item><title>A</title><link>https://e.org/a#top</link><pubDate>Mon, 6 May 2024</pubDate></item>
  <item><guid>https://e.org/b</guid><dc:date>2024-05-07</dc:date></item>
  <item><guid isPermaLink="false">https://e.org/not-a-page</guid></item>
  <item><link>/c</link></item>
</channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><link>https://e.org/</link></channel>
  <item rdf:about="y"><link>https://e.org/a</link></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://e.org/news/">
  <link rel="self" href="https://e.org/feed"/>
  <entry><link rel="edit" href="/edit"/><link href="a.html"/><published>2024-05-01</published>
         <updated>2024-05-03</updated></entry>
  <entry><link rel="alternate" href="b"/></entry>
</feed>"""


def listing(text: str | bytes, charset: str | None = None) -> Listing | None:
    data = text if isinstance(text, bytes) else text.encode()
    return read_listing(Fetched("https://e.org/list", "text/xml", charset, data, None, None))


@pytest.mark.parametrize(
    ("text", "kind", "entries"),
    [
        (
            SITEMAP,
            "sitemap",
            [("https://e.org/a", "2024-05-01"), ("https://e.org/b?x=1&y=2", None)],
        ),
        (INDEX, "index", [("https://e.org/s1.xml.gz", "2024-05-01")]),
        (
            RSS,
            "feed",
            [
                ("https://e.org/a", "Mon, 6 May 2024"),
                ("https://e.org/b", "2024-05-07"),
                ("https://e.org/c", None),
            ],
        ),
        (RDF, "feed", [("https://e.org/a", None)]),
        (
            ATOM,
            "feed",
            [("https://e.org/news/a.html", "2024-05-03"), ("https://e.org/news/b", None)],
        ),
    ],
)
@pytest.mark.parametrize("form", ["plain", "gzip", "utf-16", "mark"])
def test_a_list_names_its_pages_and_when_they_changed(
    text: str, kind: str, entries: list[tuple[str, str | None]], form: str
) -> None:
    data = {
        "plain": text.encode(),
        "gzip": gzip.compress(text.encode()),
        "utf-16": text.encode("utf-16"),
        "mark": b"\xef\xbb\xbf" + text.encode(),
    }[form]
    found = listing(data)
    assert found == Listing(kind, tuple(Entry(*entry) for entry in entries))  # type: ignore[arg-type]


@pytest.mark.parametrize("declared", [True, False])
def test_a_feed_is_read_in_the_encoding_that_it_or_its_server_states(declared: bool) -> None:
    head = '<?xml version="1.0" encoding="gb2312"?>' if declared else ""
    text = f"{head}<rss><channel><item><link>https://e.org/通知</link></item></channel></rss>"
    found = listing(text.encode("gb2312"), None if declared else "gb2312")
    assert found is not None
    assert [entry.url for entry in found.entries] == ["https://e.org/通知"]


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><rss></rss></body></html>",
        "<!DOCTYPE html><html><title>feed</title></html>",
        '<?xml version="1.0"?><akomaNtoso/>',
        "https://e.org/a\n",
        "",
        "<feedback/>",
    ],
)
def test_a_page_is_no_list(text: str) -> None:
    assert listing(text) is None


def test_a_list_that_is_cut_short_says_that_some_may_be_missing() -> None:
    found = listing(SITEMAP[: SITEMAP.index("<url><loc>https://e.org/b")])
    assert found is not None
    assert [entry.url for entry in found.entries] == ["https://e.org/a"]
    assert found.doubt is not None
    assert "some may be missing" in found.doubt


def test_a_bare_ampersand_loses_no_other_entry() -> None:
    found = listing(
        "<rss><channel><item><title>A & B</title><link>https://e.org/a</link></item>"
        "<item><link>https://e.org/b</link></item></channel></rss>"
    )
    assert found is not None
    assert [entry.url for entry in found.entries] == ["https://e.org/a", "https://e.org/b"]
    assert found.doubt is not None


def test_entities_are_neither_expanded_nor_fetched() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    found = listing(
        f'<!DOCTYPE rss [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/hostname">{laughs}]>'
        "<rss><channel><item><link>https://e.org/&l8;</link></item>"
        "<item><link>https://e.org/&f;</link></item></channel></rss>"
    )
    assert found is not None
    assert {entry.url for entry in found.entries} <= {"https://e.org/"}


def test_a_packed_list_is_held_to_what_it_unpacks_to() -> None:
    with pytest.raises(ImportRefusedError, match="unpacks to more than"):
        listing(gzip.compress(b"<urlset>" + b" " * (51 << 20)))


def test_more_addresses_than_a_sitemap_may_name_are_refused() -> None:
    urls = "".join(f"<url><loc>https://e.org/{n}</loc></url>" for n in range(50_001))
    with pytest.raises(ImportRefusedError, match="lists more than 50,000 addresses"):
        listing(f"<urlset>{urls}</urlset>")
