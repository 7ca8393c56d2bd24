"""The words of questions in each language: one TOML file per language, each word class once."""

from policybot.query.lexicon.load import (
    Lexicon,
    Word,
    lexicon_of,
    lexicons,
    participle_endings,
)

__all__ = ["Lexicon", "Word", "lexicon_of", "lexicons", "participle_endings"]
