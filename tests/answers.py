"""Answers made by hand and by hypothesis, for tests of what shows them."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from policybot.corpus.text.sentences import sentence_spans
from policybot.model import (
    Answer,
    Hit,
    IndexInfo,
    Intent,
    Passage,
    Policy,
    PolicyDate,
    Quote,
    Source,
)
from policybot.query.query import Query

INFO = IndexInfo("20261122T000000-abc", "fake", 12, 40, dt.date(2010, 10, 18), dt.date(2014, 7, 31))

# Everything a corpus may hold, with what markup, terminals and screens trip over.
texts = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")),
        st.sampled_from("<>&\"'\n 😀🇨🇳مرحبא政策。"),
    ),
    min_size=1,
    max_size=200,
).filter(lambda text: bool(text.strip()))


def make_policy(
    number: int = 1, title: str = "Measures for Special Funds", **more: object
) -> Policy:
    """Return a policy with everything filled in that ``more`` does not say."""
    fields: dict[str, object] = {
        "id": f"policy-{number}",
        "title": title,
        "body": "",
        "issuers": ("Ministry of Finance",),
        "date": PolicyDate(2011, 4, 6),
        "language": "en",
        "source": Source("iot-policies.txt", None, "11-13"),
        **more,
    }
    return Policy(**fields)  # type: ignore[arg-type]


def make_hit(policy: Policy, *passages: str) -> Hit:
    """Return a hit that quotes ``passages``, the first sentence of each highlighted."""
    quotes = []
    for number, text in enumerate(passages, start=1):
        spans = tuple(sentence_spans(text))
        passage = Passage(f"{policy.id}#{number}", policy.id, text, 0, len(text), (), spans)
        quotes.append(Quote(passage, spans[:1], 0.9))
    return Hit(policy, 0.9, tuple(quotes))


def make_answer(hits: tuple[Hit, ...], intent: Intent = "find", **more: object) -> Answer:
    """Return an answer with these hits."""
    fields: dict[str, object] = {
        "reading": Query("special funds", intent=intent, topic="special funds"),
        "hits": hits,
        "total": len(hits),
        "index": INFO,
        "confidence": 0.9,
        **more,
    }
    return Answer(**fields)  # type: ignore[arg-type]


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Answers with one to three policies and one to three passages each."""
    intent: Intent = draw(st.sampled_from(["find", "list"]))
    hits = tuple(
        make_hit(make_policy(i, draw(texts)), *draw(st.lists(texts, min_size=1, max_size=3)))
        for i in range(draw(st.integers(1, 3)))
    )
    return make_answer(hits, intent)
