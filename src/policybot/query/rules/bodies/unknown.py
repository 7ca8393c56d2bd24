"""Bodies that the corpus does not know, or knows by another name."""

from __future__ import annotations

import itertools

from policybot.query.entities.issuers import parts_of
from policybot.query.rules.bodies.issuers import Bodies
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.text import lower
from policybot.query.tokens import has_class, word_classes

_SLOT = "(?P<name>(?:{word|body_noun|kind|nation|praise|document|unit|for_|of_mod|show|does|other|title|sort}|{of|and|for_}{article}?(?={word|body_noun|nation})){1,9}?)"

_BODY = "(?P<name>{word|nation|pronoun|possessive|praise}{0,5}?{body_noun}(?:{word|praise|nation}?{of|for_|in}{article}?{word|nation|praise}(?:{comma|and|of}{0,2}{word|nation}){0,5})?)"
_ENDS = "(?=$|{stop|comma|in|from|since|after|before|until|between|D|and|relative|issue|about|mention|discuss|jointly|not|be|with_|colon|dash|question|mark})"


@rule("unknown_body", "{do|have|modal}{article}*" + _SLOT + "{adverb|jointly}*{issue}", bonus=0.8)
def unknown_subject(matched: RuleMatch) -> Bodies | None:
    """A body that is not in the table, as the subject.

    What did the European Commission issue? → unknown: European Commission
    What did the industry ministry issue in 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    What does a bus pass cost? → find; about “bus pass cost”
    What does a bus pass for students cost? → find; about “bus pass for students cost”
    """
    name = matched.of("name")
    body = any("body_noun" in t.classes or matched.text.printed[t.span[0]].isupper() for t in name)
    indefinite = any({"any", "article"} <= t.classes for t in matched.of())
    if matched.issues_as_noun or (indefinite and not body):
        return None
    return _body_named(matched)


@rule(
    "unknown_body",
    "{issue}{adverb|jointly}*{by}{article}*" + _SLOT + _ENDS,
    bonus=0.8,
)
def unknown_agent(matched: RuleMatch) -> Bodies | None:
    """A body that is not in the table, after "by".

    policies issued by the Ministry of Magic → unknown: Ministry of Magic
    """
    return _body_named(matched)


@rule(
    "unknown_body",
    "(?:(?<={which|document|kind|thing|relative})|(?<={which|document|kind|thing|relative}{have}))"
    "{adverb}*{issue|does}{adverb|jointly}*{article}*(?:"
    + _BODY
    + "|(?P<person>{word}{1,4}))"
    + _ENDS,
    bonus=0.8,
)
def unknown_after_verb(matched: RuleMatch) -> Bodies | None:
    """A body that is not in the table, after its verb, as Spanish may have it.

    ¿Qué publicó el Ministerio de Magia en 2012? → issued 2012-01-01 to 2012-12-31; unknown: Ministerio de Magia
    ¿Qué ha publicado el MIIT en 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    if matched.has("name"):
        return _body_named(matched)
    names = matched.of("person")
    capitals = all(matched.text.printed[t.span[0]].isupper() for t in names)
    known = matched.vocabulary.frequency(matched.wording("person"))
    return _body_named(matched, "person") if capitals and not known else None


@rule(
    "unknown_body", "(?<={relative}){article}+" + _BODY + "{adverb|have|jointly}*{issue}", bonus=0.6
)
def unknown_before_verb(matched: RuleMatch) -> Bodies | None:
    """A body that is not in the table, before its verb where policies are asked for.

    policies that the Ministry of Magic issued → unknown: Ministry of Magic
    """
    return _body_named(matched)


@rule(
    "unknown_body",
    "(?:{by|from}|(?<={document|kind|thing}){of}){article}*"
    + _BODY
    + "(?=$|{stop|comma|in|from|since|after|before|until|between|D|and|relative|issue|about|not|jointly|colon|question|mark})",
    bonus=0.5,
)
def unknown_of(matched: RuleMatch) -> Bodies | None:
    """A body that is not in the table, after "of" or "from".

    documents from the Department of Transport → unknown: Department of Transport
    """
    return _body_named(matched)


@rule(
    "unknown_body",
    "^{interjection|article}*" + _BODY + "{possessive}?(?={document|kind|stop|question}|$)",
    bonus=0.6,
)
def unknown_own(matched: RuleMatch) -> Bodies | None:
    """The policies of a body that is not in the table, or its name alone.

    ministry of agriculture policies 2013 → issued 2013-01-01 to 2013-12-31; unknown: ministry of agriculture
    """
    lower_case = any(
        t.is_word and not matched.text.printed[t.span[0]].isupper() for t in matched.of("name")
    )
    if lower_case and not has_class(matched.after[:1], "document", "kind"):
        return None
    return _body_named(matched)


@rule("unknown_body", "{do|have|modal}{article}*" + _BODY + "{adverb}*{say|does}", bonus=0.6)
def unknown_says(matched: RuleMatch) -> Bodies | None:
    """A body that is not in the table, as the subject of "say".

    What does the European Commission say about chips? → unknown: European Commission
    """
    return _body_named(matched)


_NAME_ENDS = "(?=$|{stop|comma|in|since|after|before|until|between|D|and|relative|about|not|jointly|colon|question|mark|newest|oldest|by_time|plea|thanks})"


@rule(
    "unknown_body",
    "(?<={document|kind|thing}){issue|be|adverb}*{of|by|from}{article}*(?P<name>{word}{1,4})"
    + _NAME_ENDS
    + "|(?<={document|kind|thing})(?P<after>{word}{1,3})"
    + _NAME_ENDS
    + "|(?P<before>{word}{1,3}){possessive}?(?={document|kind|thing})",
    bonus=0.4,
)
def person_or_place(matched: RuleMatch) -> Bodies | None:
    """A person that the corpus does not know, with capitals; the place of its only body there.

    policies of Ronald Reagan on drugs → unknown: Ronald Reagan
    """
    group = next(name for name in ("name", "after", "before") if matched.has(name))
    names, wording = matched.of(group), matched.wording(group)
    parts = parts_of(matched.vocabulary.issuers)
    bodies = parts.of_place.get(lower(wording), frozenset())
    if len(bodies) == 1:
        return Bodies((*bodies,), firm=True)  # "by-laws of Hamilton"
    capitals = all(matched.text.printed[t.span[0]].isupper() for t in names)
    if group != "name" or not capitals:
        return None
    known = not parts.people and matched.vocabulary.frequency(wording)
    return None if known else _body_named(matched)


_HAN_NAME = "(?P<name>(?:{praise|nation})?{han}(?:{plain}?{and}?{han})?)"


@rule(
    "unknown_body",
    "^{interjection|plea|show|all}*"
    + _HAN_NAME
    + "(?=(?:{in}?{D}{of|since_post|after_post|before_post|in}*)?(?:{about|of|comma|and}|{which}))|"
    + _HAN_NAME.replace("name", "other")
    + "(?={comma|and}{I})",
    bonus=0.4,
)
def unknown_han_own(matched: RuleMatch) -> Bodies | None:
    """The policies of a Chinese body that is not in the table.

    民政部关于养老服务业的文件 → unknown: 民政部
    """
    name = matched.wording("name" if matched.has("name") else "other")
    if not name.endswith(tuple("部委局厅署")) or len(name) < 3:
        return None
    return Bodies(unknown=(name,), firm=True)


@rule(
    "unknown_body",
    _HAN_NAME
    + "(?P<keep_between>(?:{adverb|in|D|subject_mark|jointly|since_post|after_post|before_post}){0,4}?){issue}",
    bonus=0.8,
)
def unknown_han(matched: RuleMatch) -> Bodies | None:
    """A Chinese body that is not in the table, before its verb.

    住房城乡建设部发布了哪些政策 → unknown: 住房城乡建设部
    """
    name = matched.wording("name")
    if not name.endswith(tuple("部委局厅署办院会府行处所社团")) or len(name) < 3:
        return None
    return _body_named(matched)


@rule(
    "issue",
    "(?<={document|kind|thing}){be|have|adverb}*(?P<verb>{word})(?={by}@body)|(?<={I})(?P<verb2>{word})(?=$|{stop|question|comma}|{in}@date)|(?<={I})(?P<verb3>{han})(?={issue_mark|which})|(?<={document|kind|thing})(?P<verb4>{word})(?={in|D})",
    bonus=0.4,
)
def verb_slot(matched: RuleMatch) -> bool | None:
    """An unknown verb in the place of one of issuing.

    Which publications penned by MIIT mention Wuxi? → issued by Ministry of Industry and Information Technology; containing “Wuxi”
    """
    known = matched.has("verb4") and matched.vocabulary.frequency(matched.wording("verb4"))
    return None if known else True


_NOT_ISSUING = word_classes("unit document kind praise other pronoun light")
"""Classes of words that alone name no issuer."""


def _body_named(matched: RuleMatch, group: str = "name") -> Bodies | None:
    """Return the known body that has all words of a name, or else the name as an unknown body.

    None where the name is that of no body in particular, as "the government".
    """
    tokens = matched.of(group)
    name = matched.wording(group)
    if any(
        "body_noun" in one.classes
        and after.is_word
        and not matched.text.printed[after.span[0]].isupper()
        for one, after in itertools.pairwise(tokens)
    ):
        return None  # the ministry banning imports of cars
    book = matched.vocabulary.issuers
    if canonical := book.canonical(name):
        return Bodies((canonical,), firm=True)
    if any({"kind", "document"} & t.classes and not t.is_word for t in tokens):
        return None  # what is issued, not who issues it
    if all(_NOT_ISSUING & t.classes and not t.is_word for t in tokens):
        return None
    if {t.text for t in tokens} <= matched.vocabulary.nation:
        return None  # "What has China issued?"
    parts = parts_of(book)
    bodies = parts.named(lower(name))
    if len(bodies) == 1 and not parts.begins_place(bodies[0], lower(name)):
        return Bodies(bodies, firm=True)
    if bodies:
        return Bodies(unknown=(name,), nearest=bodies[:5], firm=True)
    generic = all({"state", "praise", "nation"} & t.classes for t in tokens)
    telling = {t.text for t in tokens if not {"praise", "nation"} & t.classes}
    alone = len(telling) == 1 and all("body_noun" in t.classes for t in tokens)
    return None if generic or alone else Bodies(unknown=(name,), firm=True)
