"""Courtesies: greetings, thanks, sign-offs, and phrases that lead up to a question."""

from __future__ import annotations

from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import DOCUMENT_CLASSES, has_class, word_classes


@rule(
    "courtesy",
    "^{interjection|greeting}*{greeting}{address}*(?:{word|kind|plain}{1,2}(?={comma|stop|dash|mark}))?{comma|stop|dash|mark}*",
    bonus=2,
)
def greeting(matched: RuleMatch) -> bool:
    """A greeting.

    hi, policies from 2013 → issued 2013-01-01 to 2013-12-31
    """
    return True


@rule(
    "courtesy", "{comma|stop|dash|and}*(?:{thanks}|{plea})(?:{adverb|thanks|plea|mark}*)", bonus=0.5
)
def thanks(matched: RuleMatch) -> bool:
    """Thanks and pleas.

    policies from 2013 thx → issued 2013-01-01 to 2013-12-31
    请列出2013年的政策，谢谢 → issued 2013-01-01 to 2013-12-31
    """
    return True


@rule("courtesy", "(?:{pronoun}{want|have}|{show}){it}(?:{for_|to}.{1,6})?{stop}*$", bonus=0.5)
def purpose_after(matched: RuleMatch) -> bool | None:
    """A purpose, after the question.

    policies from 2013 I need it for my thesis. → issued 2013-01-01 to 2013-12-31
    """
    asks = {"document", "kind", "D", "I", "N", "Q", "which"}
    return None if has_class(matched.of(), *asks) else True


@rule("courtesy", "{comma|stop|dash}*{signoff}{comma|stop}*(?:{word}{0,3})$", bonus=2)
def signoff(matched: RuleMatch) -> bool | None:
    """A sign-off, with a name.

    policies from 2013 Best regards, Tom → issued 2013-01-01 to 2013-12-31
    guidance on best practice → find; about “guidance on best practice”
    """
    own, last = matched.of(), matched.before[-1:]
    joined = not has_class(own, "comma", "stop", "dash") and len(own) > 1
    return None if joined and last and not has_class(last, "thanks", "plea", "mark") else True


@rule("courtesy", "^{mark|comma}*(?:{interjection}{comma|stop|dash|colon}*)+", bonus=0.1)
def interjection(matched: RuleMatch) -> bool:
    """Interjections at the start of a message.

    ok so policies from 2013 → issued 2013-01-01 to 2013-12-31
    """
    return True


_ASKED = word_classes("D I document which kind show word who when how how_many whether")
"""Classes of words of which a question has one."""


@rule(
    "courtesy",
    "^(?:{word|kind|pronoun|article|for_|interjection|have|be|do|modal|light|adverb|body_noun|title|want|know|wording|number|praise}{0,9})(?:{want}{to}?(?:{know|show}{about}?)?|{want}{to}{know}|{know}(?={whether|colon|which|how_many|when|who}))(?:{colon|comma|dash|whether|light}*)(?=.)",
    bonus=1,
)
def framing(matched: RuleMatch) -> bool | None:
    """The person who wants to know, before the question.

    My boss wants to know: policies from 2013 → issued 2013-01-01 to 2013-12-31
    I would like to know what was issued in 2012 → issued 2012-01-01 to 2012-12-31
    """
    rest = matched.after
    if any("han" in t.classes for t in matched.of()) and "duty" in matched.of()[-1].classes:
        papers = any("document" in t.classes and "policy" not in t.classes for t in rest)
        asked = papers and has_class(rest, "which")  # 办理登记需要什么材料
        if asked or not has_class(rest, "document", "kind", "D", "I", "show"):
            return None  # 上学需要社保证明吗
    return True if has_class(rest, *_ASKED) else None


@rule(
    "courtesy",
    "^{interjection|plea|and}*{which}(?:{pronoun}{want|have}|{show})(?:{want|to|know|show|adverb|light|D|plea}){0,4}(?:{be}?{colon|dash|comma}|{be})+",
    bonus=2,
)
def need_before(matched: RuleMatch) -> bool:
    """A statement of need, before the question.

    What I need today: policies by MIIT → issued by Ministry of Industry and Information Technology
    What I want is the policies of 2013 → issued 2013-01-01 to 2013-12-31
    """
    return True


_EVERYTHING = word_classes("""
    all show document thing kind article pronoun plea stop mark light of there have be
""")


@rule(
    "courtesy",
    "^(?:{word|for_|article|pronoun|light|body_noun|kind|about|in|of|title|show|want|adverb|interjection|number|praise|document|and|plea|be|relative|overview|issue_mark}{1,8}?)(?:{colon|dash})(?=.*(?:{which|show|who|when|how|how_many|all|document|I|D|thing}))",
    bonus=1,
)
def before_colon(matched: RuleMatch) -> bool | None:
    """A phrase before a colon that asks for nothing.

    For my thesis: policies from 2013 → issued 2013-01-01 to 2013-12-31
    noise: list everything → about “noise”
    """
    own, rest = matched.of(), matched.after
    if any(
        ({"who", "when", "how", "why", "where"} & t.classes and "relative" not in t.classes)
        or t.text == "who"
        for t in own
    ):
        return None
    asks = has_class(own, "D", "I", "which", "show")
    personal = has_class(own, "first_person", "framing", "interjection", "plea", "for_")
    says = has_class(rest, "I", "D", "N", "T", *DOCUMENT_CLASSES)
    says = says or sum(t.is_word for t in rest) > 1
    everything = has_class(rest, "all", "thing") and all(_EVERYTHING & t.classes for t in rest)
    return True if says and (personal or not (asks or everything)) else None


@rule(
    "courtesy",
    "^{interjection}*{for_|in}{article}+{word|kind|title|praise}{1,2}{comma}?(?={pronoun|show|which|all|plea|want|framing|how_many|document})",
    bonus=1,
)
def purpose_before(matched: RuleMatch) -> bool:
    """A purpose, before the question.

    For my article I need all MIIT policies → issued by Ministry of Industry and Information Technology
    """
    return True


@rule(
    "courtesy",
    "^.{0,20}?(?:{first_person}|{show}).{0,6}?{to}(?:{word|know})(?:{thing|light}?{colon|comma}?)(?={which|how_many|who|when})",
    bonus=1,
)
def task_before(matched: RuleMatch) -> bool | None:
    """A task to find out, before the question.

    I am writing to enquire which policies were issued in 2013 → issued 2013-01-01 to 2013-12-31
    """
    return None if any(t.entity for t in matched.of()) else True


@rule("courtesy", "{framing}{framing|whether|about|comma|colon}*", bonus=0.8)
def framing_phrase(matched: RuleMatch) -> bool:
    """Phrases that frame a question.

    I was wondering which policies mention Wuxi → containing “Wuxi”
    """
    return True


@rule(
    "courtesy",
    "{comma|and}?(?:{form_verb|show|modal|pronoun|plea}*)(?:(?:{with_|in|and}{article|number}*)?{form_word}|{form})(?=$|{stop|comma|question|plea|thanks|mark|and})",
    bonus=0.8,
)
def answer_form(matched: RuleMatch) -> bool:
    """The form of answer that is wanted.

    policies from 2013 with links → issued 2013-01-01 to 2013-12-31
    """
    return True
