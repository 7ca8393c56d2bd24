"""What sites send: any text is a list of pages, or none, or refused; any robots.txt is rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import strategies as st
from protego import Protego

from policybot.errors import ImportRefusedError
from policybot.web.fetching import Fetched, checked_url
from policybot.web.importing import Wanted
from policybot.web.listings import read_listing
from policybot.web.naming import source_name, suffix_of
from policybot.web.robots import NAME
from tests.fuzz.target import Check, Target

_BITS = (
    '<?xml version="1.0" encoding="gb2312"?>', '<?xml version="1.0" encoding="x"?>', "<urlset>",
    "<!DOCTYPE rss [<!ENTITY a 'b'>]>", "</urlset>", "<sitemapindex>", "<rss>", "<feed>", "<item>",
    "<rdf:RDF>", "</item>", "<entry>", "</entry>", "<url>", "</url>", "<loc>", "</loc>", "<link>",
    "</link>", '<link href="', '"/>', "<guid>", "<!-- ", " -->", "<![CDATA[", "]]>", "&a;", "&",
    "<", "https://e.org/", "//", "http://[", "javascript:1", "../..", "\x00", "%00", "通知", "?a=b",
    'xml:base="http://[x"', "User-agent: *\n", "Disallow: ", "Allow: *$\n", "Crawl-delay: 1e9\n",
    "/", "*" * 30, "a" * 300,
)  # fmt: skip
INPUTS = st.lists(st.one_of(st.sampled_from(_BITS), st.text(max_size=10)), max_size=20).map("".join)


@contextmanager
def opened() -> Iterator[Check]:
    """Give a check of one text, as a list of pages and as a robots.txt."""

    def check(text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        page = Fetched("https://e.org/s.xml", "text/xml", None, data, None, None)
        try:
            found = read_listing(page)
        except ImportRefusedError:
            return
        for entry in found.entries if found else ():
            Wanted().takes(entry.url, page.url)
            try:
                url = str(checked_url(entry.url))
            except ImportRefusedError:
                continue
            name = source_name(url, suffix_of(url, ""))
            assert ".." not in name.split("/")
            assert not name.startswith("/")
        rules = Protego.parse(data.decode("utf-8", "replace"))
        assert rules.can_fetch("https://e.org/a", NAME) in (True, False)
        assert (rules.crawl_delay(NAME) or 0.0) >= 0

    yield check


LISTING = Target("listing", INPUTS, opened)
