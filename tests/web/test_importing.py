"""Addresses into the corpus, as ``policybot import`` takes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.holdings import Holdings
from policybot.corpus.importers.pipeline.origins import Origins
from policybot.corpus.importers.pipeline.result import Outcome
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.corpus.review.check import check_corpus
from policybot.model import Policy
from policybot.web import importing, naming
from policybot.web.fetching import Fetcher
from policybot.web.importing import Wanted, WebImport, WebResult, import_addresses
from tests.corpus.importers.samples import page as pdf_page
from tests.corpus.importers.samples import pdf, word
from tests.web.site import Site, fetching

NOTICE = (
    "<html><head><title>{0}</title></head><body><main><h1>{0}</h1><p>{1}</p></main></body></html>"
)

Take = Callable[..., WebResult]


@pytest.fixture
def take(corpus: Path, fetcher: Fetcher) -> Take:
    """Import one address into the corpus."""

    def one(url: str, *, replace: bool = False) -> WebResult:
        (found,) = import_addresses([url], corpus, ImportOptions(), fetcher, replace=replace)
        return found

    return one


def outcome(found: WebResult) -> Outcome:
    (only,) = found.outcomes
    return only


def policies(corpus: Path) -> dict[str | None, Policy]:
    return {policy.url: policy for policy in read_policies(corpus)}


def notice(site: Site, path: str, title: str, text: str, **headers: str) -> str:
    return site.page(path, NOTICE.format(title, text), **headers)


def test_a_page_becomes_a_draft_with_its_address_and_its_bytes_are_kept(
    site: Site, corpus: Path, take: Take
) -> None:
    url = notice(site, "/law/a.html", "Well Rules", "Wells shall be registered.")
    done = outcome(take(url))
    assert (done.status, done.name, done.kind) == ("imported", url, "web page")
    policy = policies(corpus)[url]
    assert (policy.title, policy.body) == ("Well Rules", "Wells shall be registered.")
    assert policy.source is not None
    name = f"127.0.0.1_{site.port}/law/a.html"
    kept = corpus / "sources" / name
    assert (policy.source.file, kept.read_text()) == (
        name, NOTICE.format("Well Rules", "Wells shall be registered.")
    )  # fmt: skip
    assert policy.source.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()
    problems = check_corpus(corpus, corpus / "issuers.toml")
    assert [problem for problem in problems if problem.severity == "error"] == []


@pytest.mark.parametrize(
    ("path", "data", "media_type", "kind"),
    [
        ("/get?id=1", pdf([pdf_page("A plan.")]), "application/pdf", "PDF"),
        ("/plan.docx", word("Some words."), "application/octet-stream", "Word document"),
        ("/notes", b"# Notes\n\nWords.\n", "text/markdown", "Markdown"),
        ("/text", b"Some words.\n", "text/plain", "text"),
        ("/rows", b"title,body\nA,Words\n", "text/csv", "table"),
    ],
)
def test_the_type_that_the_server_states_decides_who_reads_it(
    site: Site, corpus: Path, take: Take, path: str, data: bytes, media_type: str, kind: str
) -> None:
    done = outcome(take(site.page(path, data, media_type)))
    assert (done.status, done.kind) == ("imported", kind)
    assert list(policies(corpus)) == [f"{site.url}{path}"]


def test_what_a_redirect_leads_to_is_the_policys_address(
    site: Site, corpus: Path, take: Take
) -> None:
    there = notice(site, "/new.html", "Rules", "Words.")
    site.answers("/old.html", 301, location="/new.html")
    assert outcome(take(f"{site.url}/old.html")).status == "imported"
    assert list(policies(corpus)) == [there]
    assert outcome(take(there)).status == "unchanged"


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
def test_the_encoding_that_the_server_states_is_the_pages(
    site: Site, corpus: Path, take: Take, encoding: str
) -> None:
    text = "Правила учёта колодцев. Каждый колодец вносится в реестр в течение месяца."
    data = NOTICE.format("Правила", text).encode(encoding)
    url = site.page("/rules.html", data, f"text/html; charset={encoding}")
    assert outcome(take(url)).status == "imported"
    policy = policies(corpus)[url]
    assert policy.body == text
    assert "(declared)" in (policy.note or "")


def test_verify_reads_a_page_in_the_encoding_that_its_server_stated(
    site: Site, corpus: Path, take: Take
) -> None:
    from policybot.corpus.importers.pipeline.again import Document
    from policybot.corpus.importers.pipeline.source import SourceFile
    from policybot.corpus.issuers.table import IssuerBook

    text = "Каждый колодец вносится в реестр в течение месяца."
    data = NOTICE.format("Правила", text).encode("windows-1251")
    url = site.page("/rules.html", data, "text/html; charset=windows-1251")
    take(url)
    policy = policies(corpus)[url]
    assert policy.source is not None
    path = corpus / "sources" / policy.source.file
    source = SourceFile(path, policy.source.file, len(data), policy.source.sha256 or "")
    (again,) = Document(source, IssuerBook()).policies(policy)
    assert again.body == text


def test_a_page_that_did_not_change_is_asked_for_with_its_tag_and_not_sent(
    site: Site, corpus: Path, take: Take
) -> None:
    url = notice(site, "/a.html", "Rules", "Words.", etag='"1"')
    take(url)
    site.asked.clear()
    again = outcome(take(url))
    assert (again.status, again.why) == ("unchanged", "not modified since it was fetched")
    assert [asked.headers.get("If-None-Match") for asked in site.asked[-1:]] == ['"1"']
    assert again.paths == (corpus / "undated-rules.md",)


def test_a_page_whose_draft_was_deleted_is_fetched_whole(
    site: Site, corpus: Path, take: Take
) -> None:
    url = notice(site, "/a.html", "Rules", "Words.", etag='"1"')
    (draft,) = outcome(take(url)).paths
    draft.unlink()
    assert outcome(take(url)).status == "imported"
    assert draft.exists()


def test_a_changed_page_is_reported_until_somebody_wants_it(
    site: Site, corpus: Path, take: Take
) -> None:
    url = notice(site, "/a.html", "Rules", "First words.", etag='"1"')
    take(url)
    notice(site, "/a.html", "Rules", "Second words.", etag='"2"')
    for _ in range(2):
        changed = outcome(take(url))
        assert changed.status == "changed"
        assert changed.why.endswith(
            "undated-rules.md (body, source) would change; --replace takes it instead; if it is "
            "another document, rename it"
        )
        assert policies(corpus)[url].body == "First words."
    assert outcome(take(url, replace=True)).status == "replaced"
    assert policies(corpus)[url].body == "Second words."
    assert outcome(take(url)).status == "unchanged"


def test_what_a_person_edited_stays(site: Site, corpus: Path, take: Take) -> None:
    url = notice(site, "/a.html", "Rules", "Words.")
    (draft,) = outcome(take(url)).paths
    draft.write_text(draft.read_text().replace("title: Rules", "title: Better Rules"))
    assert outcome(take(url)).status == "kept"
    assert policies(corpus)[url].title == "Better Rules"


def test_the_same_bytes_at_two_addresses_are_one_document(
    site: Site, corpus: Path, take: Take
) -> None:
    first = notice(site, "/a.html", "Rules", "Words.", etag='"1"')
    take(first)
    second = notice(site, "/copy.html", "Rules", "Words.", etag='"1"')
    for why in ("is the same, byte for byte, as", "not modified since it was fetched"):
        done = outcome(take(second))
        assert (done.status, done.why.startswith(why)) == ("unchanged", True)
    assert list(policies(corpus)) == [first]


def test_a_copy_at_another_site_is_reported_as_probably_one(
    site: Site, corpus: Path, take: Take
) -> None:
    text = " ".join(f"Article {n}: the owner of well {n * 7} shall register it." for n in range(40))
    take(notice(site, "/a.html", "Well Rules", text))
    done = outcome(take(notice(site, "/b.html", "Well Rules - Portal", f"{text} Printed today.")))
    assert ("is probably the same document as undated-well-rules.md", 1) in done.reviews


@pytest.mark.parametrize(
    ("path", "data", "media_type", "why"),
    [
        ("/a.html", b"", "text/html", "the file is empty"),
        ("/a.html", b"<html><body></body></html>", "text/html", "holds no text"),
        ("/a.pdf", b"<html>", "application/pdf", "is no PDF; it does not begin as one"),
        ("/a.jpg", b"x", "image/jpeg", "is of type image/jpeg, which no importer reads"),
        ("/a", b"x", "", "is of no stated type, which no importer reads"),
        ("/a.txt", b"x" * 34_000_000, "text/plain", "is more than the limit of 33.6 MB"),
    ],
)
def test_a_document_that_cannot_be_imported_leaves_nothing_behind(
    site: Site, corpus: Path, take: Take, path: str, data: bytes, media_type: str, why: str
) -> None:
    done = outcome(take(site.page(path, data, media_type)))
    assert (done.status, done.name) == ("refused", f"{site.url}{path}")
    assert done.why.startswith(why)
    assert "/tmp" not in done.why
    assert not [file for file in corpus.rglob("*") if file.is_file()]


def urlset(site: Site, *pages: tuple[str, str | None]) -> str:
    rows = [
        f"<url><loc>{url}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
        for url, changed in pages
    ]
    return f'<?xml version="1.0"?><urlset>{"".join(rows)}</urlset>'


def test_a_sitemap_is_imported_with_the_pages_of_its_site(
    site: Site, corpus: Path, take: Take
) -> None:
    a, b = (notice(site, f"/{n}.html", f"Rules {n}", f"Words of {n}.") for n in "ab")
    gone = f"{site.url}/gone.html"
    listed = urlset(site, (a, None), (gone, None), (b, None), ("http://elsewhere.test/c", None))
    found = take(site.page("/sitemap.xml", listed, "application/xml"))
    assert [(one.name, one.status) for one in found.outcomes] == [
        (a, "imported"), (gone, "refused"), (b, "imported")
    ]  # fmt: skip
    assert found.outcomes[1].why == "answers 404 Not Found"
    assert (found.known, found.later, found.unwanted) == (0, 0, 1)
    assert set(policies(corpus)) == {a, b}


def test_a_sitemap_index_leads_to_the_sitemaps_of_its_host(
    site: Site, corpus: Path, take: Take
) -> None:
    import gzip

    a, b = (notice(site, f"/{n}.html", f"Rules {n}", f"Words of {n}.") for n in "ab")
    one = site.page("/1.xml", urlset(site, (a, None)), "text/xml")
    packed = gzip.compress(urlset(site, (b, None)).encode())
    two = site.page("/2.xml.gz", packed, "application/gzip")
    other = site.page("/3.xml", "<html>", "text/html")
    children = (one, "http://elsewhere.test/s.xml", other, two)
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in children)
    found = take(site.page("/index.xml", f"<sitemapindex>{rows}</sitemapindex>", "text/xml"))
    assert [(done.name, done.status, done.why[:30]) for done in found.outcomes] == [
        ("http://elsewhere.test/s.xml", "refused", "is a sitemap on another host t"),
        (other, "refused", "is no sitemap, though " + site.url[:8]),
        (a, "imported", ""),
        (b, "imported", ""),
    ]
    assert set(policies(corpus)) == {a, b}


def test_pages_that_the_list_says_did_not_change_are_not_asked_for(site: Site, take: Take) -> None:
    a, b = (notice(site, f"/{n}.html", f"Rules {n}", f"Words of {n}.") for n in "ab")
    listed = site.page("/s.xml", urlset(site, (a, "2024-05-01"), (b, None)), "text/xml")
    take(listed)
    site.paths()
    found = take(listed)
    assert site.paths() == ["/s.xml", "/b.html"]
    assert (found.outcomes, found.known) == ([], 2)
    notice(site, "/a.html", "Rules a", "New words.")
    site.page("/s.xml", urlset(site, (a, "2024-06-01"), (b, None)), "text/xml")
    assert outcome(take(listed)).status == "changed"


def test_a_feed_that_did_not_change_is_not_sent_and_its_pages_are_looked_at(
    site: Site, take: Take
) -> None:
    a = notice(site, "/a.html", "Rules", "Words.", etag='"a"')
    text = f"<rss><channel><item><link>{a}</link></item></channel></rss>"
    feed = site.page("/feed", text, "application/rss+xml", etag='"f"')
    take(feed)
    notice(site, "/a.html", "Rules", "New words.", etag='"b"')
    site.asked.clear()
    assert outcome(take(feed)).status == "changed"
    asked = [(one.path, one.headers.get("If-None-Match")) for one in site.asked]
    assert asked == [("/feed", '"f"'), ("/a.html", '"a"')]


def test_a_site_that_fails_again_and_again_is_left_for_another_time(site: Site, take: Take) -> None:
    pages = [site.answers(f"/{n}.html", 503) for n in range(9)]
    listed = site.page("/s.xml", urlset(site, *((url, None) for url in pages)), "text/xml")
    found = take(listed)
    assert len(found.outcomes) == 3
    assert (found.count("refused"), found.later) == (3, 6)


def test_what_is_known_of_pages_is_text_beside_the_policies(
    site: Site, corpus: Path, take: Take
) -> None:
    url = notice(site, "/a.html", "Rules", "Words.", etag='"1"', last_modified="Mon")
    take(url)
    record = json.loads((corpus / "origins.json").read_text())["pages"][url]
    assert (record["etag"], record["modified"]) == ('"1"', "Mon")
    assert record["name"] == f"127.0.0.1_{site.port}/a.html"


def test_what_was_imported_is_known_after_an_interruption(
    site: Site, corpus: Path, tmp_path: Path
) -> None:
    pages = [notice(site, f"/{n}.html", f"Rules {n}", f"Words {n}.", etag='"1"') for n in range(3)]
    listed = site.page("/s.xml", urlset(site, *((url, None) for url in pages)), "text/xml")

    def stop(stage: str, done: int, _: int) -> None:
        if (stage, done) == ("pages", 2):
            raise KeyboardInterrupt

    with fetching() as fetcher, pytest.raises(KeyboardInterrupt):
        list(import_addresses([listed], corpus, ImportOptions(progress=stop), fetcher))
    assert len(policies(corpus)) == 2
    assert len(json.loads((corpus / "origins.json").read_text())["pages"]) >= 2


def test_pages_that_are_refused_do_not_keep_others_from_their_turn(
    site: Site, corpus: Path, fetcher: Fetcher
) -> None:
    pictures = [site.page(f"/{n}.jpg", "x", "image/jpeg") for n in range(2)]
    good = notice(site, "/z.html", "Rules", "Words.")
    listed = urlset(site, *((url, None) for url in (*pictures, good)))
    url = site.page("/s.xml", listed, "text/xml")
    holdings, origins = Holdings(corpus), Origins(corpus)
    work = WebImport(fetcher, corpus, ImportOptions(), holdings, origins)
    first, second = (work.take(url, Wanted(most=2)) for _ in range(2))
    holdings.close()
    assert (first.count("refused"), first.later) == (2, 1)
    assert (second.count("imported"), second.count("refused")) == (1, 1)


def test_an_address_with_other_letters_is_known_again(site: Site, take: Take) -> None:
    notice(site, "/%E9%80%9A%E7%9F%A5.html", "通知", "内容。")
    listed = urlset(site, (f"{site.url}/通知.html", "2024-05-01"))
    url = site.page("/s.xml", listed, "text/xml")
    assert outcome(take(url)).status == "imported"
    site.paths()
    assert take(url).known == 1
    assert site.paths() == ["/s.xml"]


def test_an_address_that_is_none_stops_no_other(site: Site, take: Take) -> None:
    good = notice(site, "/a.html", "Rules", "Words.")
    feed = f"<rss><item><link>http://[</link></item><item><link>{good}</link></item></rss>"
    found = take(site.page("/feed", feed, "text/xml"))
    assert [one.status for one in found.outcomes] == ["imported"]
    assert found.unwanted == 1


def test_a_defect_met_in_one_page_stops_no_other(
    site: Site, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [notice(site, f"/{n}.html", f"Rules {n}", f"Words {n}.") for n in range(2)]
    name = naming.source_name

    def broken(url: str, suffix: str) -> str:
        return str(1 / 0) if url == pages[0] else name(url, suffix)

    monkeypatch.setattr(importing, "source_name", broken)
    listed = site.page("/s.xml", urlset(site, *((url, None) for url in pages)), "text/xml")
    first, second = take(listed).outcomes
    assert first.why.startswith("unexpected ZeroDivisionError: ")
    assert second.status == "imported"
