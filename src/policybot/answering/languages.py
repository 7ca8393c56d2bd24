"""The notice that an answer is in another language than the question."""

from __future__ import annotations

from policybot.index.serve.interface import Generation
from policybot.model import Answer
from policybot.retrieval.words.question_language import clear_language, languages_of

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


_LOOKED_AT = 1000
"""Maximum number of policies whose languages are named where none is shown."""


def other_language(generation: Generation, answer: Answer) -> str | None:
    """Return a notice if what is shown is in another language than the question, else None.

    If nothing similar is found, that no policy is in the language of the question is said. Where
    that language is not clear, nothing is.
    """
    question = answer.reading.question
    missed = answer.reason == "nothing_similar_enough"
    if not question.strip() or not (answer.hits or missed):
        return None
    asked = clear_language(generation, question)
    if asked is None:
        return None
    if missed and asked in languages_of(generation):
        return None
    shown = answer.hits or answer.near_misses
    ordinals = [generation.policy_ordinal(hit.policy.index_id) or 0 for hit in shown]
    codes = generation.policy_languages[ordinals or slice(_LOOKED_AT)]
    languages = dict.fromkeys(name.decode() for name in codes.tolist())
    others = [NAMES.get(name, name) for name in languages if name != asked]
    if not others:
        return None
    some = "" if len(others) == len(languages) else "Some of "
    those = "the policies are" if some else "The policies are"
    return (
        f"{some}{those} in {' and '.join(others)}, the question is in {NAMES.get(asked, asked)}; "
        "nothing is translated."
    )
