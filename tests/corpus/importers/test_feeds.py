"""Feeds saved as files: each entry a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybot.corpus.importers.pipeline.importing import import_file
from policybot.errors import ImportRefusedError
from tests.corpus.importers.samples import imported, one, write

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Notices</title>
<item><title>Notice 4 on dredging</title><link>https://x.example/4</link>
<pubDate>Tue, 06 May 2014 22:00:00 GMT</pubDate>
<description>&lt;p&gt;Dredging &lt;b&gt;pauses&lt;/b&gt; in May.&lt;/p&gt;</description></item>
<item><title>Without a text</title></item></channel></rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notices</title><entry><title>Buoys</title>
<link rel="self" href="https://x.example/self"/><link href="https://x.example/5"/>
<published>2014-05-07T10:00:00+02:00</published><content type="xhtml"><div
 xmlns="http://www.w3.org/1999/xhtml"><p>Buoys are yellow.</p></div></content></entry></feed>
"""


def test_an_entry_of_rss_states_its_title_day_and_address(tmp_path: Path) -> None:
    outcome, (policy,) = imported(write(tmp_path, "a.xml", RSS), tmp_path / "corpus")
    assert (policy.title, policy.body, policy.url) == (
        "Notice 4 on dredging", "Dredging pauses in May.", "https://x.example/4",
    )  # fmt: skip
    assert (str(policy.published), policy.date) == ("2014-05-06", None)
    assert str(policy.source) == "a.xml, entry 1"
    assert "entry 2 has no text" in [report.message for report in outcome.reports]


def test_an_entry_of_atom_is_read_as_well(tmp_path: Path) -> None:
    policy = one(write(tmp_path, "a.xml", ATOM), tmp_path / "corpus")
    assert (policy.title, policy.body, policy.url, str(policy.published)) == (
        "Buoys", "Buoys are yellow.", "https://x.example/5", "2014-05-07",
    )  # fmt: skip


def test_a_feed_of_nothing_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.xml", "<rss><channel><title>N</title></channel></rss>")
    with pytest.raises(ImportRefusedError, match="a feed without an entry"):
        import_file(path, tmp_path / "corpus")
