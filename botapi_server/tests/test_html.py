"""Entities of HTML and links are those that Telegram's own parser finds."""

import json

import tdjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from botapi_server import ApiError
from botapi_server.html import Entity, parse_html
from botapi_server.links import checked_link

_TYPES = {
    "BlockQuote": "blockquote",
    "Bold": "bold",
    "Code": "code",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
    "ExpandableBlockQuote": "expandable_blockquote",
    "Italic": "italic",
    "MentionName": "text_mention",
    "Pre": "pre",
    "PreCode": "pre",
    "Spoiler": "spoiler",
    "Strikethrough": "strikethrough",
    "TextUrl": "text_link",
    "Underline": "underline",
}
_PIECES = [
    *("<b>", "</b>", "<i>", "</i>", "<u x=1>", "</u>", "<s>", "</s>", "<A>", "</A >"),
    *('<a href="', "http://x.com", "tg://user?id=5", '">', "</a>", "<a href=x.org>", "</>"),
    *("<pre>", "</pre>", '<code class="language-py">', "<code>", "</code>"),
    *("<blockquote>", "<blockquote expandable>", "</blockquote>", "expandable"),
    *("<span class='tg-spoiler'>", "</span>", "<tg-spoiler>", "</tg-spoiler>"),
    *('<tg-emoji emoji-id="5">', "</tg-emoji>", "<tg-time unix=7>", "</tg-time>"),
    *("<", "</", "/", ">", " ", "=", "'", '"', "\n", "\0", "a", "é", "政策", "😀", "<script>"),
    *("&lt;", "&gt", "&amp;", "&quot;", "&nbsp;", "&", "&#", "&#x", "&#65;", "x", "1", ";"),
]

_LINK_PIECES = [
    *("http://", "https://", "HTTP://", "ftp://", "tg://", "ton:", "tonsite://", "[::1]"),
    *("x", "X.com", ".", ":80", ":", "/", "?", "#", "@", "é", " ", "%20", "%", "-", "_", "\n", "0"),
]
tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')


class TestHtml:
    @staticmethod
    def _telegram(html: str) -> str | tuple[str, list[Entity]]:
        request = {
            "@type": "parseTextEntities",
            "text": html,
            "parse_mode": {"@type": "textParseModeHTML"},
        }
        answer = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
        if answer["@type"] == "error":
            return str(answer["message"])
        entities: list[Entity] = []
        for found in answer["entities"]:
            kind = found["type"]
            name = _TYPES[kind["@type"].removeprefix("textEntityType")]
            entity = {"type": name, "offset": found["offset"], "length": found["length"]}
            kept = ("url", "user_id", "language", "custom_emoji_id", "unix_time")
            entities.append(entity | {key: kind[key] for key in kept if key in kind})
        return answer["text"], entities

    @staticmethod
    def _ours(html: str) -> str | tuple[str, list[Entity]]:
        try:
            return parse_html(html)
        except ApiError as error:
            return error.description.replace("Bad Request: can't", "Can't")

    @given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
    @example("<b>MIIT</b> <i>issued</i> <code>a&lt;b</code>")
    @example('<pre><code class="language-c">x</code></pre>')
    @example("&#xD83D;&#xDE00;")
    @example("<b x ")
    @settings(deadline=None)
    def test_is_parsed_as_telegrams_own_parser_does(self, html: str) -> None:
        assert self._ours(html) == self._telegram(html)

    @given(st.recursive(
        st.text(st.sampled_from("ab <>&\"😀政\n"), max_size=5).map(
            lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        ),
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
            st.sampled_from(["b", "i", "u", "s", "code", "pre", "blockquote expandable", "del"]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=8,
    ))  # fmt: skip
    @settings(deadline=None)
    def test_well_formed_html_has_the_same_entities(self, html: str) -> None:
        assert not isinstance(self._ours(html), str)
        assert self._ours(html) == self._telegram(html)

    @given(st.lists(st.sampled_from(_LINK_PIECES), max_size=6).map("".join))
    @settings(deadline=None)
    def test_a_link_is_kept_or_dropped_as_by_telegram(self, url: str) -> None:
        found = self._telegram(f'<a href="{url}">text</a>')
        assert isinstance(found, tuple)
        link = checked_link(url or "text")
        assert [entity["url"] for entity in found[1]] == ([link] if link else [])
