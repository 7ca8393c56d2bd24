"""Words of asking that are parts of other words, or ordinary words where they do not ask."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from policybot.query.han import Cutting
from policybot.query.lexicon import lexicon_of
from tests.query.seed import in_notation, read_question

TEXTS = [
    "快递企业应当将快件投递到约定的地址",
    "快递员应当出示证件",
    "智能快递柜免费保管二十四小时",
    "收件人同意的，可以投递到柜",
    "收件人不同意的，应当上门",
    "自行车应当停放在划线区域",
    "共享自行车由企业清理",
    "在公园内不得吸烟",
    "公园对公众开放",
    "公园门票",
    "对违法行为进行处罚",
    "行政处罚决定",
    "单独设立账户",
    "列车时刻",
]


def known(question: str) -> list[str]:
    """Return the words of the lexicon that a question is cut at."""
    pairs = Counter(pair for text in TEXTS for pair in {*map("".join, itertools.pairwise(text))})

    def frequency(text: str) -> int:
        return min(pairs[pair] for pair in map("".join, itertools.pairwise(text)))

    cutting = Cutting(lexicon_of("zh"), {"办法"}, frequency)
    return [question[start:end] for start, end in cutting.known(question, (0, len(question)))]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("快递员可以放柜里吗", ["可以", "吗"]),
        ("快列出办法", ["快", "列出", "办法"]),
        ("默认勾选的同意算数吗", ["的", "吗"]),
        ("猫同狗", ["同"]),
        ("自行车停哪里", ["哪里"]),
        ("单独停车", ["单独"]),
        ("在公园吸烟", ["在"]),
        ("查处罚", ["查"]),
        ("列车几点开", []),
    ],
)
def test_a_word_of_the_corpus_is_not_cut_at_one_of_the_lexicon(
    question: str, words: list[str]
) -> None:
    assert known(question) == words


@pytest.mark.parametrize(
    ("question", "reading"),
    [
        ("rent help for young people", "find; about “rent help for young”"),
        ("help for tenants, please", "find; about “tenants”"),
        ("help me find policies about sensors", "about “sensors”"),
        ("policies about sensors, urgent", "about “sensors”"),
        ("morning sessions of parliament", "find; about “morning sessions of parliament”"),
        ("morning, policies about sensors", "about “sensors”"),
        ("políticas sobre la ayuda al alquiler", "about “ayuda al alquiler”"),
        ("ayuda de comedor", "find; about “ayuda de comedor”"),
        ("ayuda, políticas sobre sensores", "about “sensores”"),
        ("buenas prácticas de riego", "find; about “buenas prácticas de riego”"),
        ("一上来就帮我打好勾算数吗", "find; about “一上来就帮我打好勾算数”"),
        ("公司应当尽快报告事故吗", "find; about “公司应当尽快报告事故”"),
        ("请尽快列出传感器政策", "about “传感器”"),
        ("传感器补贴麻烦查一下", "find; about “传感器补贴”"),
    ],
)
def test_a_word_of_asking_counts_only_where_one_asks(question: str, reading: str) -> None:
    assert in_notation(read_question(question)) == reading
