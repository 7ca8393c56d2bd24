"""Markdown that a page reader made of a whole page."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybot.errors import ImportRefusedError
from tests.corpus.importers.samples import one, write

LINKS = "\n".join(f"*   [Entry {at}](http://www.example.org/{at})" for at in range(8))
PAGE = f"""Title: Ferry rules - River Authority

URL Source: http://www.example.org/content/1.html

Published Time: 2024-02-28T00:00:00.000Z

Markdown Content:
[Skip](javascript:void(0);)

{LINKS}

# Ferry rules

*   ![Image 1](http://www.example.org/a.png) 来源：河港管理局

Ferries carry lights at night, and [report](http://www.example.org/r) before they sail.

![Image 2: a pier](http://www.example.org/b.png)

## Fog

In fog the harbour office may forbid the crossing, for as long as it lasts.

Scan this page

{LINKS}

Ferry rules Ferries carry lights at night, and report before they sail. In fog...
"""


def test_the_text_is_cut_out_of_the_menus(tmp_path: Path) -> None:
    policy = one(write(tmp_path, "page.md", PAGE), tmp_path / "corpus")
    assert policy.body == (
        "Ferries carry lights at night, and report before they sail.\n\n## Fog\n\n"
        "In fog the harbour office may forbid the crossing, for as long as it lasts."
    )


def test_its_head_states_title_address_and_publication(tmp_path: Path) -> None:
    policy = one(write(tmp_path, "page.md", PAGE), tmp_path / "corpus")
    assert (policy.title, policy.url) == ("Ferry rules", "http://www.example.org/content/1.html")
    assert (policy.date, str(policy.published)) == (None, "2024-02-28")
    assert policy.issuers == ("河港管理局",)


def test_menus_alone_are_refused(tmp_path: Path) -> None:
    text = f"Title: X\n\nMarkdown Content:\n{LINKS}\n"
    with pytest.raises(ImportRefusedError, match="holds no text but menus and links"):
        one(write(tmp_path, "page.md", text), tmp_path / "corpus")
