"""Papers that somebody needs, not policies: "What documents do I need?", 需要什么材料.

Policies by such a name are never what somebody needs, brings or keeps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.query.lexicon import lexicon_of
from policybot.query.parse import Parse
from policybot.query.rules.rule import Node
from policybot.query.tokens import Token, has_class

_FIRST_PERSON = re.compile(r"\w{2,}(?:o|[ae]mos)")
"""Spanish verbs of the first person: beside a plural noun, no adjective ends so."""

_INFINITIVE = re.compile(r"\w+[aei]r(?:se|me|nos)?")
_LOOKED_AT = 3


def are_needed(parse: Parse, heads: Sequence[Node]) -> bool:
    """Tell "what documents do I need", "what records must a bank keep" from what is published."""
    if not heads:
        return False
    if parse.language == "zh":
        return _needed_in_chinese(parse, heads[0])
    first, last = min(heads[0].taken), max(heads[0].taken)
    asked = any("which" in token.classes for token in parse.tokens[: first + 1])
    if not asked or heads[0].rule not in {"which", "documents"}:
        return False
    noun = parse.tokens[last]
    after = parse.tokens[last + 1 :]
    asks = any("know" in t.classes and "have" not in t.classes for t in after)
    if asks or not after or "policy" in noun.classes:
        return False
    return (
        _is_own(parse, after)
        or (_is_obliged(parse, after) and not parse.of("issue", "mentions"))
        or _is_required(parse, after)
        or (parse.language == "es" and _needed_in_spanish(parse, noun, after))
    )


def verbs_of_need(parse: Parse, heads: Sequence[Node]) -> set[int]:
    """Return the tokens that say in Spanish that papers are needed: "ocupo", "me piden"."""
    if parse.language != "es" or not are_needed(parse, heads):
        return set()
    at = max(heads[0].taken) + 1
    verb = at + ("pronoun" in parse.tokens[at].classes)
    goes_on = parse.tokens[verb + 1 : verb + 2]
    relative = verb + 1 if goes_on and "relative" in goes_on[0].classes else verb  # "tengo que"
    return set(range(at, relative + 1))


def _is_own(parse: Parse, after: Sequence[Token]) -> bool:
    """Tell "do I need", "must we bring"."""
    lexicon = lexicon_of(parse.language)
    own = lexicon.of("first_person") & lexicon.of("pronoun")
    near = after[:_LOOKED_AT]
    person = any(own.intersection(t.text.split()) for t in near)  # "i need" is one word
    return person and bool({"do", "modal", "be"} & after[0].classes)


def _is_obliged(parse: Parse, after: Sequence[Token]) -> bool:
    """Tell "must a bank keep", "hay que presentar" from "hay que no mencionan"."""
    return "modal" in after[0].classes and _obliges(parse, after)


def _obliges(parse: Parse, after: Sequence[Token]) -> bool:
    infinitive = len(after) > 1 and bool(_INFINITIVE.fullmatch(after[1].text))
    return infinitive or not _exists(parse, after[0])


def _exists(parse: Parse, token: Token) -> bool:
    """Tell "hay que", which may be "there are that", from other words of duty."""
    return not lexicon_of(parse.language).of("there").isdisjoint(token.text.split())


def _is_required(parse: Parse, after: Sequence[Token]) -> bool:
    """Tell "are needed for", "is required"."""
    wanted = lexicon_of(parse.language).of("want")
    forms = {form for word in wanted for form in (f"{word}d", f"{word}ed")}
    return "be" in after[0].classes and len(after) > 1 and after[1].text in forms


def _needed_in_spanish(parse: Parse, noun: Token, after: Sequence[Token]) -> bool:
    """Tell "qué papeles necesito", "ocupo", "me piden", "se necesitan"."""
    first = after[0]
    if "pronoun" in first.classes:
        verb = after[1].classes if len(after) > 1 else frozenset[str]()
        named = first.text != "se" and not {"want", "know", "show"} & verb
        return named or bool({"want", "duty"} & verb)
    if {"want", "duty"} & first.classes:
        return _obliges(parse, after)
    return bool(first.is_word and "plural" in noun.classes and _FIRST_PERSON.fullmatch(first.text))


def _needed_in_chinese(parse: Parse, head: Node) -> bool:
    """Tell 需要什么材料, 要交哪些材料 from 我想要哪些文件, 可以看哪些文件."""
    tokens = parse.tokens
    noun = tokens[max(head.taken)]
    which = next((at for at in sorted(head.taken) if "which" in tokens[at].classes), None)
    if which is None or "policy" in noun.classes or parse.of("issue", "mentions", "about"):
        return False
    near = tokens[max(0, which - _LOOKED_AT + 1) : which]
    if has_class(near, "know") and has_class(near, "do"):
        return False  # 可以看哪些文件
    if any({"modal", "duty"} & token.classes for token in near):
        return True
    modals = {word for word in lexicon_of("zh").of("modal") if len(word) == 1}
    before = near[-1] if near else None
    return before is not None and before.is_word and not modals.isdisjoint(before.text[-3:-1])
