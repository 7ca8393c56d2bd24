"""Names of the policies' languages, in each interface language."""

from __future__ import annotations

from collections.abc import Mapping

from policybot.answering.languages import NAMES
from policybot.bot.services import Services
from policybot.corpus.text.language import language_of as language_of_text
from policybot.model import Answer
from policybot.render.telegram.texts import Language

_MOST = 3
_NAMES: Mapping[Language, Mapping[str, str]] = {
    "en": NAMES,
    "zh": {
        "ar": "阿拉伯文", "de": "德文", "en": "英文", "es": "西班牙文", "fr": "法文",
        "it": "意大利文", "ja": "日文", "ko": "韩文", "pt": "葡萄牙文", "ru": "俄文", "zh": "中文",
    },
    "es": {
        "ar": "árabe", "de": "alemán", "en": "inglés", "es": "español", "fr": "francés",
        "it": "italiano", "ja": "japonés", "ko": "coreano", "pt": "portugués", "ru": "ruso",
        "zh": "chino",
    },
}  # fmt: skip
_BETWEEN: Mapping[Language, str] = {"en": ", ", "zh": "、", "es": ", "}


async def languages_here(services: Services, language: Language, answer: Answer) -> str:
    """Return the names of the policies' languages if the question is in another, else ""."""
    question = answer.reading.question
    available = (await services.catalogue()).languages
    asked = language_of_text(question)
    if not question or not available or asked in {code.split("-")[0] for code in available}:
        return ""
    names = (_NAMES[language].get(code.split("-")[0], code) for code in available[:_MOST])
    return _BETWEEN[language].join(names)
