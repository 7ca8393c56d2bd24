"""The languages an encoder reads, probed with paraphrases among distractors, per language.

A model trained on English maps Chinese to unknown tokens and still returns confident vectors, so
the model itself is tested: is the paraphrase of a sentence its nearest neighbour?
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from policybot.corpus.text.language import CJK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENOUGH = 0.75
"""Share of paraphrases that must come first. Shared characters alone find half of the Chinese."""

PAIRS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Farmers may apply for help with the cost of irrigation.",
         "Support towards watering equipment is open to people who grow crops."),
        ("The city will build smart traffic lights.",
         "Intelligent road signals are to be installed by the municipality."),
        ("Companies must keep personal data inside the country.",
         "Firms have to store information about individuals on domestic servers."),
        ("Small businesses pay a lower rate of tax.",
         "The levy on minor enterprises is reduced."),
        ("Pensioners receive a grant for heating in winter.",
         "Retired people get money towards keeping warm in the cold months."),
        ("A standard for sensor networks shall be drafted.",
         "Specifications for connected measuring devices are to be written."),
        ("Schools should teach children to program.",
         "Pupils ought to learn coding in class."),
        ("Hospitals must report infections within a day.",
         "Clinics are obliged to notify contagious cases in twenty-four hours."),
        ("Electric cars are exempt from the purchase duty.",
         "No acquisition charge is due on battery vehicles."),
        ("Rivers are to be protected against waste from factories.",
         "Industrial discharge into waterways shall be prevented."),
        ("A special fund supports research on semiconductors.",
         "Dedicated money is set aside for studying chips."),
        ("Ports will exchange customs documents electronically.",
         "Harbours are going to swap import papers in digital form."),
    ),
    "zh": (
        ("对农民购置灌溉设备给予补贴。", "种植户买浇水机械可以领取财政资助。"),
        ("城市将建设智能交通信号系统。", "市里要安装能自动调节的红绿灯。"),
        ("企业应当在境内存储个人信息。", "公司收集的公民数据必须保存在国内服务器上。"),
        ("小微企业享受较低的税率。", "规模不大的公司可以少缴税。"),
        ("冬季向退休人员发放取暖补助。", "天冷时老年人能领到供热费用。"),
        ("制定传感器网络的国家标准。", "起草感知设备互联的统一技术规范。"),
        ("中小学应开设编程课程。", "让孩子们在学校学习写代码。"),
        ("医院须在一天内报告传染病例。", "诊所发现疫情要在二十四小时之内上报。"),
        ("新能源汽车免征购置税。", "买电动车不用交车辆购买环节的税款。"),
        ("防止工厂废水污染河流。", "禁止把工业污水排入江河。"),
        ("设立专项资金支持芯片研究。", "拨出专门经费用于半导体科研。"),
        ("各港口以电子方式交换报关单证。", "码头之间通过网络传送海关文件。"),
    ),
}  # fmt: skip
"""Twelve pairs per language: the second sentence paraphrases the first."""

_CHINESE = re.compile(f"[{CJK}]")
_LETTER = re.compile(r"[^\W\d_]")


def reads(text: str, languages: Sequence[str]) -> bool:
    """Return whether an encoder or re-ranker for ``languages`` reads ``text``.

    Mostly Chinese text needs ``zh``; a Chinese word in other text is ignored.
    """
    if "zh" in languages or text.isascii():
        return True
    return 2 * len(_CHINESE.findall(text)) <= len(_LETTER.findall(text))


def probe_languages(
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
) -> tuple[str, ...]:
    """Return the languages that an encoder reads, those of :data:`PAIRS` first.

    In those, each sentence must find its paraphrase among all other sentences of its language. One
    that reads English reads a further language if sentences in it find their translations.
    ``encode`` returns rows of length 1, one per text.
    """
    read = [language for language in PAIRS if accuracy(encode, language) >= ENOUGH]
    if "en" in read:
        read += _read_across(encode, known=read)
    return tuple(read)


def _read_across(
    encode: Callable[[Sequence[str]], NDArray[np.float32]], known: Sequence[str]
) -> list[str]:
    import numpy as np

    from policybot.encoder.levelling import neutral_sentences

    sentences = neutral_sentences()
    english = encode(sentences["en"])
    further: list[str] = []
    for language, texts in sentences.items():
        if language not in PAIRS and language not in known:
            first = (encode(texts) @ english.T).argmax(axis=1)
            if float(np.mean(first == np.arange(len(texts)))) >= ENOUGH:
                further.append(language)
    return further


def accuracy(encode: Callable[[Sequence[str]], NDArray[np.float32]], language: str) -> float:
    """Return the share of sentences, 0 to 1, whose nearest other sentence is their paraphrase."""
    import numpy as np

    texts = [text for pair in PAIRS[language] for text in pair]
    vectors = encode(texts)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -np.inf)
    nearest = similarity.argmax(axis=1)
    return float(np.mean(nearest == np.arange(len(texts)) ^ 1))
