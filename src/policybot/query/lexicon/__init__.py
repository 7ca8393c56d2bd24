"""The words of asking in each language: one TOML file a language, every word class once."""

from policybot.query.lexicon.load import Lexicon, Word, lexicon_of, lexicons

__all__ = ["Lexicon", "Word", "lexicon_of", "lexicons"]
