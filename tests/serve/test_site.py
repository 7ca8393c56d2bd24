"""Pages in files: every policy has one, and no link of them leads nowhere."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from policybot.serve.page import site
from policybot.serve.page.site import place_of
from policybot.serve.page.words import words_in
from policybot.serve.service import service_of
from tests.project import copy_project, policybot
from tests.serve.site import CORPUS
from tests.serve.test_pages import Seen
from tests.small_index import open_small, policy

URL = "https://x.org/laws"
ODD = (
    policy("http://x.org/eli/2016/679", "On Slashes", "One."),
    policy("a/../../b", "On Dots", "Two.", amends="http://x.org/eli/2016/679"),
)


def written(folder: Path) -> Path:
    engine = open_small(folder / "index", (*CORPUS, *ODD))
    config = dataclasses.replace(
        engine.config, serve=dataclasses.replace(engine.config.serve, public_url=URL)
    )
    service = service_of(config, engine)
    out = folder / "out"
    site._clear(out)
    assert site._write(service, out, URL, words_in("en")) == len(CORPUS) + len(ODD)
    service.close()
    return out


def test_every_link_of_a_site_leads_to_a_page_of_it(tmp_path: Path) -> None:
    out = written(tmp_path)
    pages = sorted(out.rglob("*.html"))
    assert len(pages) == 1 + len(CORPUS) + len(ODD)
    for page in pages:
        seen = Seen(page.read_text("utf-8"))
        addresses = [a["href"] or "" for a in [*seen.all("a"), *seen.all("link")]]
        anchors = {one.get("id") for _, one in seen.elements}
        for address in addresses:
            if address.startswith("#"):
                assert address[1:] in anchors
                continue
            path = address.partition("?")[0].removeprefix("/laws/")
            target = out / _unquoted(path)
            assert target.is_file() or (target / "index.html").is_file(), address
        assert not seen.all("form")


def test_the_sitemap_names_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "_MOST_ADDRESSES", 4)
    out = written(tmp_path)
    named = []
    for loc in ET.parse(out / "sitemap.xml").iter(
        "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    ):
        part = out / (loc.text or "").removeprefix(f"{URL}/")
        named += [one.text or "" for one in ET.parse(part).iter(loc.tag)]
    assert len(named) == 1 + len(CORPUS) + len(ODD)
    for address in named:
        folder = out / _unquoted(address.removeprefix(f"{URL}/"))
        assert (folder / "index.html").is_file()


def _unquoted(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path)


@pytest.mark.parametrize("policy_id", ["..", "a/../../b", "/etc/passwd", "a//b", "a/index.html"])
def test_no_id_leads_out_of_the_folder(policy_id: str) -> None:
    place = place_of(policy_id)
    assert not {"", ".", ".."} & {*place.split("/")}
    assert place_of("CELEX:32016R0679/en") == "CELEX:32016R0679/en"


def test_the_command_writes_over_its_own_and_over_nothing_else(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "project")
    first = policybot("site", "out", "--url", URL, folder=folder)
    assert first.returncode == 0, first.stderr
    assert "12 policies" in first.stderr
    stale = folder / "out" / "p" / "stale" / "index.html"
    stale.parent.mkdir()
    stale.write_bytes(b"")
    assert policybot("site", "out", "--url", URL, folder=folder).returncode == 0
    assert not stale.exists()
    for arguments, said in (
        (("site", "corpus", "--url", URL), "holds something else"),
        (("site", "new"), "--url"),
        (("site", "new", "--url", "x.org/"), "without a slash"),
    ):
        done = policybot(*arguments, folder=folder)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
