"""What titles and numbers teach: kinds of document, and numbering schemes."""

from __future__ import annotations

import pytest

from policybot.index.format.vocabulary import corpus_words


def learned(*titles: str) -> set[str]:
    return set(corpus_words((title, None) for title in titles).kinds)


def test_a_chinese_kind_follows_the_last_particle() -> None:
    titles = [f"关于开展{what}工作的通告" for what in ("渔业", "采砂", "禁牧")]
    assert learned(*titles) == {"通告"}
    titles = [f"关于{what}的批示" for what in ("渔业", "采砂", "禁牧")]
    assert learned(*titles) == {"批示"}


def test_one_character_before_a_known_kind_belongs_to_another_word() -> None:
    titles = [f"{what}规划条例" for what in ("城市", "乡村", "岛屿")]
    assert learned(*titles) == {"条例", "规划", "规划条例"}


@pytest.mark.parametrize(("kind", "others"), [("白皮书", {"皮书"}), ("管理办法", {"办法"})])
def test_longer_kinds_are_learned_whole(kind: str, others: set[str]) -> None:
    titles = [f"{what}{kind}" for what in ("渔业资源", "河道采砂", "草原禁牧")]
    kinds = learned(*titles)
    assert kind in kinds
    assert others <= kinds
    assert not any("的" in one for one in kinds)


def test_few_titles_teach_nothing() -> None:
    assert learned("渔业资源白皮书", "河道采砂白皮书") == set()
