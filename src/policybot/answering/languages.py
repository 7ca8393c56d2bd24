"""The notice that an answer is in another language than the question."""

from __future__ import annotations

from policybot.corpus.text.language import language_of
from policybot.index.serve.interface import Generation
from policybot.model import Answer

NAMES = {
    "am": "Amharic",
    "ar": "Arabic",
    "bn": "Bengali",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hy": "Armenian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "km": "Khmer",
    "ko": "Korean",
    "my": "Burmese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tr": "Turkish",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def other_language(generation: Generation, answer: Answer) -> str | None:
    """Return a notice if hits are in another language than the question, else None."""
    if not answer.hits or not answer.reading.question.strip():
        return None
    asked = language_of(answer.reading.question)
    ordinals = [generation.policy_ordinal(hit.policy.index_id) or 0 for hit in answer.hits]
    languages = dict.fromkeys(
        name.decode() for name in generation.policy_languages[ordinals].tolist()
    )
    others = [NAMES.get(name, name) for name in languages if name != asked]
    if not others:
        return None
    some = "" if len(others) == len(languages) else "Some of "
    those = "the policies are" if some else "The policies are"
    return (
        f"{some}{those} in {' and '.join(others)}, the question is in {NAMES.get(asked, asked)}; "
        "nothing is translated."
    )
