"""What a fetched document is called, and which importer reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.web.naming import source_name, suffix_of


@pytest.mark.parametrize(
    ("url", "media_type", "suffix"),
    [
        ("https://e.org/a", "text/html", ".html"),
        ("https://e.org/a.htm", "text/html", ".htm"),
        ("https://e.org/a.php", "text/html", ".html"),
        ("https://e.org/a.pdf", "text/html", ".html"),
        ("https://e.org/download?id=7", "application/pdf", ".pdf"),
        ("https://e.org/a.pdf", "application/octet-stream", ".pdf"),
        ("https://e.org/a.PDF", "", ".pdf"),
        ("https://e.org/a.md", "text/plain", ".md"),
        ("https://e.org/a.csv", "application/vnd.ms-excel", ".xls"),
        ("https://e.org/a", "text/plain", ".txt"),
        ("https://e.org/a.docx", "application/x-unknown", ".docx"),
        ("https://e.org/a", "", ""),
        ("https://e.org/a.jpg", "image/jpeg", ""),
    ],
)
def test_the_type_decides_and_the_address_where_it_says_little(
    url: str, media_type: str, suffix: str
) -> None:
    assert suffix_of(url, media_type) == suffix


@pytest.mark.parametrize(
    ("url", "suffix", "name"),
    [
        ("https://www.e.org/law/2012/a.html", ".html", "www.e.org/law/2012/a.html"),
        ("https://www.e.org/政策/通知.html", ".html", "www.e.org/政策/通知.html"),
        ("https://e.org/%E6%94%BF.pdf", ".pdf", "e.org/政.pdf"),
        ("http://127.0.0.1:8080/a.txt", ".txt", "127.0.0.1_8080/a.txt"),
    ],
)
def test_a_plain_address_is_its_name(url: str, suffix: str, name: str) -> None:
    assert source_name(url, suffix) == name


PATHS = [
    "https://e.org", "https://e.org/", "https://e.org/index", "https://e.org/index.html",
    "https://e.org/a", "https://e.org/a/", "https://e.org/a.html",
    "https://e.org/a/index.html", "https://e.org/a?b=1", "https://e.org/a?b=2", "https://e.org/A",
    "https://e.org/a%2Fb.html", "https://e.org/a/b.html", "https://e.org/../a.html",
    "https://e.org/.a.html", "https://e.org/%2e%2e/a.html", "https://e.org//a.html",
    "https://e.org/a%00.html", "https://e.org/con:.html", "https://e.org/" + "x" * 300,
    "https://e.org/" + "x" * 301, "https://e.org:81/a.html",
]  # fmt: skip


def test_different_addresses_have_different_names() -> None:
    names = [source_name(url, ".html") for url in PATHS if url != "https://e.org"]
    assert len(set(names)) == len(names)


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_name_stays_within_its_host(path: str, query: str) -> None:
    name = source_name(f"https://e.org/{path}?{query}", ".html")
    first, *others = name.split("/")
    assert first == "e.org"
    assert name.endswith(".html")
    assert all(part and not part.startswith(".") and len(part.encode()) < 120 for part in others)
    assert "\x00" not in name
    assert "\\" not in name
