"""The language that policies are written in."""

from __future__ import annotations

from dataclasses import dataclass

from policybot.model import Span
from policybot.query.conditions import Condition, Not, WrittenIn
from policybot.query.lexicon import lexicons
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import has_class


@dataclass(frozen=True, slots=True)
class InLanguage:
    """A language that policies are in, or with ``denied`` are not."""

    language: str
    denied: bool

    def condition_at(self, span: Span) -> Condition:
        """Return the condition, with its span in the question."""
        written = WrittenIn(self.language)
        return Not(written, span=span) if self.denied else WrittenIn(self.language, span=span)


@rule(
    "stated",
    "(?:(?:(?P<keep_docs>@docs){relative}?|{relative}){be|adverb|and|but}*(?P<not>{not}?)"
    "(?:{written}(?P<keep_by>(?:{by}@bodies)?))?{language}"
    "|{written}{language}"
    "|{language}{of|of_mod}?(?=@docs))",
    bonus=2,
)
def written_in(matched: RuleMatch) -> InLanguage:
    """Policies in a language.

    documents in English on sensors → in English; about “sensors”
    textos en español sobre sensores → in Spanish; about “sensores”
    policies that are not written in English → not in English
    policies of 2013 written in Spanish → issued 2013-01-01 to 2013-12-31; in Spanish
    中文文件有哪些 → in Chinese
    """
    word = next(token.text for token in matched.of() if "language" in token.classes)
    code = next(one.languages[word] for one in lexicons() if word in one.languages)
    return InLanguage(code, denied=matched.has("not"))


@rule(
    "courtesy",
    "{comma}?(?:{in}?{any|all|each}{of|article}*|(?P<in_all>{adverb})){language_noun}",
    bonus=1,
)
def any_language(matched: RuleMatch) -> bool | None:
    """Policies in whatever language, as all are anyway.

    policies on sensors in any language → about “sensors”
    policies on sensors in all languages → about “sensors”
    documentos sobre sensores, en cualquier idioma → about “sensores”
    """
    in_all = matched.of("in_all")
    if in_all and " " not in in_all[0].text:
        return None  # "also languages"
    return None if has_class(matched.before[-1:], "about", "mention") else True
