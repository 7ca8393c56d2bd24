"""``sources.toml``: what is followed, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybot.errors import ConfigError
from policybot.web.importing import Wanted
from policybot.web.sources import Sources, WebSource, read_sources

URL = 'url = "https://e.org/"'


def read(folder: Path, text: str) -> Sources:
    file = folder / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return read_sources(file)


def test_each_source_says_what_is_wanted_of_it(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
        contact = "mailto:policies@example.org"

        [[source]]
        url = "https://e.org/sitemap.xml"
        kind = "sitemap"
        include = ["https://e.org/law/*"]
        exclude = ["*/print/*"]
        most = 20
        issuers = ["Board of Wells"]
        language = "en"
        delay = 2.5

        [[source]]
        url = "https://e.org/charter.html#top"
        """,
    )
    assert found == Sources(
        (
            WebSource(
                "https://e.org/sitemap.xml",
                "sitemap",
                Wanted(("https://e.org/law/*",), ("*/print/*",), 20),
                ("Board of Wells",),
                "en",
                2.5,
            ),
            WebSource("https://e.org/charter.html", "page", Wanted()),
        ),
        "mailto:policies@example.org",
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "names nothing to follow"),
        ("source = 1", "names nothing to follow"),
        ("source = [1]", "source 1: is a table: write"),
        ("[[source]]", "source 1: needs url"),
        ('[[source]]\nurl = "e.org"', r"source 1 \(e\.org\): e\.org: is no http or https address"),
        ('[[source]]\nurl = "file:///etc"', "is no http or https address"),
        (f'[[source]]\n{URL}\nkind = "site"', "kind = 'site': must be one of page, sitemap, feed"),
        (f'[[source]]\n{URL}\ninclude = "a"', "include is a list of texts"),
        (f"[[source]]\n{URL}\ndelay = -1", "delay = -1: must be a number of seconds"),
        (f"[[source]]\n{URL}\ndelay = true", "delay = True: must be a number of seconds"),
        (f"[[source]]\n{URL}\nmost = 0", "most = 0: must be a whole number"),
        (f"[[source]]\n{URL}\nmost = 1.5", "most = 1.5: must be a whole number"),
        (f"[[source]]\n{URL}\nlanguage = 1", "language is a text in quotes"),
        (f"[[source]]\n{URL}\nisuers = []", "unknown key isuers; did you mean issuers"),
        (f"[[source]]\n{URL}\n[[source]]\n{URL}", "https://e.org/ is there twice"),
        (f"contact = 1\n[[source]]\n{URL}", "contact is a text in quotes"),
        ('contact = "a\\r\\nX: y"\n[[source]]\n' + URL, "contact is a text in quotes"),
        ("[[source]", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        read(tmp_path, text)


def test_where_there_is_none_an_example_shows_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_sources(tmp_path / "sources.toml")
    example = str(caught.value).partition("\n")[2]
    assert read(tmp_path, example).sources[0].kind == "sitemap"


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://e.org/law/a.html", True),
        ("https://e.org/news/a.html", False),
        ("https://e.org/law/print/a.html", False),
        ("https://e.org/LAW/a.html", False),
    ],
)
def test_pages_are_wanted_by_patterns_of_their_whole_address(url: str, taken: bool) -> None:
    wanted = Wanted(("https://e.org/law/*",), ("*/print/*",))
    assert wanted.takes(url, "https://e.org/sitemap.xml") is taken


def test_pages_of_other_hosts_are_wanted_only_where_a_pattern_says_so() -> None:
    assert not Wanted().takes("https://other.org/a", "https://e.org/s.xml")
    assert not Wanted().takes("https://e.org.evil.test/a", "https://e.org/s.xml")
    assert Wanted(("https://other.org/*",)).takes("https://other.org/a", "https://e.org/s.xml")
