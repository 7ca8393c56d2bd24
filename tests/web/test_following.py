"""``policybot follow`` and ``policybot import URL`` as processes of their own."""

from __future__ import annotations

from pathlib import Path

import filelock
import pytest

from policybot.corpus.files.read import read_policies
from tests.project import policybot
from tests.web.site import Site
from tests.web.test_importing import notice, urlset


def follow(folder: Path, *options: str) -> tuple[int, list[str]]:
    done = policybot("follow", "--allow-private", *options, folder=folder)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def followed(site: Site, tmp_path: Path) -> Path:
    """A corpus that follows a sitemap of two notices, and a charter."""
    pages = [notice(site, f"/n/{n}.html", f"Notice {n}", f"Words of {n}.") for n in (1, 2)]
    site.page("/sitemap.xml", urlset(site, *((page, "2024-05-01") for page in pages)), "text/xml")
    notice(site, "/charter.html", "Charter", "The board meets in May.", etag='"1"')
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "sources.toml").write_text(
        f"""
        contact = "mailto:x@example.org"
        [[source]]
        url = "{site.url}/sitemap.xml"
        kind = "sitemap"
        issuers = ["Board of Wells"]
        language = "en"
        exclude = ["*/drafts/*"]
        delay = 0
        [[source]]
        url = "{site.url}/charter.html"
        delay = 0
        """
    )
    return tmp_path


def test_what_is_new_becomes_drafts_and_then_nothing_is_new(site: Site, followed: Path) -> None:
    needs = "no date is stated"
    assert follow(followed) == (
        0,
        [
            f"needs review\t{site.url}/n/1.html\tcorpus/undated-notice-1.md\t{needs}",
            f"needs review\t{site.url}/n/2.html\tcorpus/undated-notice-2.md\t{needs}",
            f"{site.url}/sitemap.xml: 2 new",
            (
                f"needs review\t{site.url}/charter.html\tcorpus/undated-charter.md\t"
                "no date is stated; no issuer is stated"
            ),
            f"{site.url}/charter.html: 1 new",
        ],
    )
    one = next(p for p in read_policies(followed / "corpus") if p.title == "Notice 1")
    assert (one.issuers, one.language) == (("Board of Wells",), "en")
    assert "issuers: as sources.toml has them" in (one.note or "")
    assert {asked.headers["User-Agent"] for asked in site.asked} == {
        "policybot/0.1.0 (+mailto:x@example.org)"
    }
    site.paths()
    assert follow(followed) == (
        0,
        [f"{site.url}/sitemap.xml: 2 unchanged", f"{site.url}/charter.html: 1 unchanged"],
    )
    assert site.paths() == ["/sitemap.xml", "/charter.html"]


def test_what_changed_is_reported_at_every_run_and_taken_with_replace(
    site: Site, followed: Path
) -> None:
    follow(followed)
    notice(site, "/charter.html", "Charter", "The board meets in June.", etag='"2"')
    for _ in range(2):
        code, lines = follow(followed)
        assert code == 2
        assert lines[1].startswith(
            f"changed\t{site.url}/charter.html\t\tis not the corpus/sources/"
        )
        assert lines[2] == f"{site.url}/charter.html: 1 changed"
    code, lines = follow(followed, "--replace")
    assert (code, lines[-1]) == (0, f"{site.url}/charter.html: 1 replaced")
    bodies = [policy.body for policy in read_policies(followed / "corpus")]
    assert "The board meets in June." in bodies


def test_each_refusal_is_a_line_and_stops_no_other_source(site: Site, followed: Path) -> None:
    site.robots = "User-agent: *\nDisallow: /n/2\n"
    site.answers("/charter.html", 503)
    code, lines = follow(followed)
    assert code == 2
    assert lines[1:] == [
        f"refused\t{site.url}/n/2.html\t\t{site.url}/robots.txt does not allow it",
        f"{site.url}/sitemap.xml: 1 new, 1 refused",
        f"refused\t{site.url}/charter.html\t\tanswers 503 Service Unavailable; try again later",
        f"{site.url}/charter.html: 1 refused",
    ]


def test_pages_past_the_most_of_a_run_come_with_the_next(site: Site, followed: Path) -> None:
    file = followed / "corpus" / "sources.toml"
    file.write_text(file.read_text().replace("delay = 0", "delay = 0\nmost = 1", 1))
    assert follow(followed)[1][1] == f"{site.url}/sitemap.xml: 1 new, 1 left for the next run"
    assert follow(followed)[1][1] == f"{site.url}/sitemap.xml: 1 new, 1 unchanged"


def test_a_source_must_be_what_it_is_said_to_be(site: Site, followed: Path) -> None:
    notice(site, "/sitemap.xml", "Not found", "This page is not there.")
    code, lines = follow(followed)
    assert code == 2
    assert lines[0].startswith(f"refused\t{site.url}/sitemap.xml\t\tis no sitemap; its type is")
    assert [policy.title for policy in read_policies(followed / "corpus")] == ["Charter"]


def test_one_run_at_a_time(followed: Path) -> None:
    with filelock.FileLock(followed / "corpus" / ".follow.lock"):
        done = policybot("follow", folder=followed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "policybot: corpus: another policybot follow is running; wait until it has finished\n"
    )


def test_private_addresses_are_not_followed_unless_allowed(site: Site, followed: Path) -> None:
    done = policybot("follow", folder=followed)
    assert done.returncode == 2
    assert done.stdout.count("is no public address; --allow-private allows it") == 2
    assert site.asked == []


def test_without_a_list_of_sources_there_is_nothing_to_follow(tmp_path: Path) -> None:
    done = policybot("follow", folder=tmp_path)
    assert done.returncode == 2
    assert "corpus/sources.toml: no such file; write what is to be followed" in done.stderr


def test_an_address_is_imported_beside_files(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.\n")
    url = notice(site, "/a.html", "Rules", "Words.")
    done = policybot("import", "a.txt", url, "--allow-private", "--delay", "0", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split("\t")[:3] for line in lines[:2]] == [
        ["needs review", "a.txt", "corpus/undated-text.md"],
        ["needs review", url, "corpus/undated-rules.md"],
    ]
    assert lines[2] == "2 files: 2 needs review"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (
            "http://127.0.0.1:9/a",
            "127.0.0.1, which is no public address; --allow-private allows it",
        ),
        ("http://localhost/a", "which is no public address; --allow-private allows it"),
        ("ftp://example.org/a", "is no http or https address"),
    ],
)
def test_a_refused_address_is_one_line(tmp_path: Path, address: str, why: str) -> None:
    done = policybot("import", address, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"policybot: {address}: ")
    assert done.stderr.endswith(f"{why}\n")
    assert done.stderr.count("\n") == 1


def test_a_sitemap_is_summed_up(site: Site, tmp_path: Path) -> None:
    pages = [notice(site, f"/{n}.html", f"Notice {n}", f"Words of {n}.") for n in (1, 2)]
    listed = urlset(site, *((page, "2024-05-01") for page in pages), ("http://other.test/", None))
    url = site.page("/s.xml", listed, "text/xml")
    arguments = ("import", url, "--allow-private", "--delay", "0")
    policybot(*arguments, folder=tmp_path)
    done = policybot(*arguments, folder=tmp_path)
    assert done.stdout.splitlines() == [
        "2 files: 2 unchanged",
        "1 pages of other sites are listed; name them to import them",
    ]
