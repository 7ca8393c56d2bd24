"""Issuers: the bodies that issued a policy, and those that did not."""

from __future__ import annotations

from dataclasses import dataclass

from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import has_class


@dataclass(frozen=True, slots=True)
class Bodies:
    """Bodies that a question names.

    ``firm`` says that the words beside them speak of issuing; otherwise they are issuers only where
    policies are asked for and the bodies are not part of the topic. ``together`` says that all of
    them issued it. ``unknown`` are names of no known body, ``nearest`` known bodies that may be
    meant by one, or that share the name.
    """

    names: tuple[str, ...] = ()
    firm: bool = False
    together: bool = False
    unknown: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


@rule(
    "issued_by",
    "(?:{be|have|adverb}*{issue}{adverb}*)?{both}?{by|from}{either|both}?@bodies",
    bonus=1,
)
def by(matched: RuleMatch) -> Bodies:
    """Issued by bodies.

    policies on patents by the NDRC → issued by National Development and Reform Commission; about “patents”
    everything from MIIT or the Ministry of Finance → issued by Ministry of Industry and Information Technology or Ministry of Finance
    由财政部发布的政策 → issued by Ministry of Finance
    """
    return _bodies(matched)


@rule(
    "issued_by",
    "{do|have|modal}@bodies(?P<keep_between>(?:{adverb|jointly|alone|comma|in|from|to|of|since|after|before|until|between|number|D|with_|other|body_noun|article|and}){0,8}?){issue|does}{adverb}*",
    bonus=2,
)
def did(matched: RuleMatch) -> Bodies | None:
    """Bodies after an auxiliary.

    What does a MIIT pass cost? → find; about “MIIT pass cost”
    What did MIIT issue in 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    Which policies has the Ministry of Finance published? → issued by Ministry of Finance
    """
    return None if matched.issues_as_noun else _bodies(matched)


@rule(
    "issued_by",
    "{both}?@bodies(?P<keep_between>(?:{adverb|have|be|jointly|alone|in|from|to|of|since_post|after_post|before_post|between_post|since|D|comma|modal|subject_mark|several|other|body_noun|with_|number}){0,8}?){issue}{adverb|issue_mark}*",
    bonus=1,
)
def subject(matched: RuleMatch) -> Bodies | None:
    """Bodies before their verb.

    policies that MIIT issued → issued by Ministry of Industry and Information Technology
    工信部2012年发布了哪些政策 → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    políticas que publicó el Ministerio de Finanzas → issued by Ministry of Finance
    """
    return None if matched.issues_as_noun else _bodies(matched)


@rule(
    "issued_by",
    "{which}{do|have}@bodies{say}(?={adverb|light|in|from|to|of|since|after|before|until|between|and|or|D|number|year_word|comma|question|stop}*$)",
    bonus=2,
)
def says(matched: RuleMatch) -> Bodies:
    """What a body said, without a topic.

    What did MIIT say in 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    What did MIIT say about tax in 2012? → find; about “MIIT tax in 2012”
    """
    return _bodies(matched)


@rule("issued_by", "{issue|does}{adverb|have|be}*@bodies(?!{possessive})", bonus=0.5)
def issued_subject(matched: RuleMatch) -> Bodies | None:
    """Bodies after their verb, a Spanish order.

    ¿Qué publicó el MIIT en 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    return _bodies(matched)


@rule("issued_by", "(?P<keep_docs>@docs){issue|be|adverb}*{of|by|from}@bodies", bonus=1)
def of_bodies(matched: RuleMatch) -> Bodies:
    """Policies of bodies, the policies first.

    policies of the Ministry of Finance → issued by Ministry of Finance
    documentos del Ministerio de Finanzas → issued by Ministry of Finance
    """
    return _bodies(matched)


@rule(
    "issued_by",
    "@bodies(?:{of}?(?P<keep_mod>@mod{0,5}?)(?={document|kind|thing})|{possessive}(?={newest|oldest}))",
    bonus=0.2,
)
def own(matched: RuleMatch) -> Bodies:
    """Policies of bodies, the bodies first.

    MIIT's policies → issued by Ministry of Industry and Information Technology
    NDRC policies after June 2013 → issued by National Development and Reform Commission; issued 2013-07-01 or later
    国务院办公厅的文件 → issued by General Office of the State Council
    """
    return Bodies(matched.issuers(), firm=True)


@rule("issued_by", "@bodies")
def bare(matched: RuleMatch) -> Bodies:
    """Bodies without a word of issuing.

    MIIT 2012 → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    return Bodies(matched.issuers())


def _bodies(matched: RuleMatch) -> Bodies:
    """Return the bodies of a match; "both", "together with" and 联合 make them joint issuers."""
    tokens = matched.of()
    at = [at for at, token in enumerate(tokens) if token.entity]
    joined = len(at) > 1 and (
        has_class(tokens, "both") or has_class(tokens[at[0] : at[-1]], "joiner", "jointly")
    )
    return Bodies(matched.issuers(), firm=True, together=joined)


_LEFT_OUT = (
    "(?:{not}@aux{issue}?{adverb}*{by|from|of|with_}|{not}{be|adverb}*(?=@bodies{adverb|issue_mark}*{issue})|{but}?{except|without|but}|{neither}{be}?{by|from}?)"
    "(?:{thing|article|which|relative|document|light|issue|by|from|of|in})*{either}?@bodies"
    "(?:@aux{issue|does}{issue_mark}?)?{of}?{except_post}?"
)


@rule("not_issued_by", _LEFT_OUT, bonus=2)
def not_by(matched: RuleMatch) -> Bodies | None:
    """Bodies that did not issue it, after a word of exclusion.

    Which policies issued by MIIT not issued by the State Council? → issued by Ministry of Industry and Information Technology; not issued by State Council
    Everything except what MIIT issued → not issued by Ministry of Industry and Information Technology
    policies except those by MIIT and NDRC → not issued by Ministry of Industry and Information Technology or National Development and Reform Commission
    除工信部以外其他部门发布的政策 → not issued by Ministry of Industry and Information Technology
    políticas que no son del MIIT → not issued by Ministry of Industry and Information Technology
    """
    if matched.starts and "but" in matched.of()[0].classes:
        return None  # "but NDRC policies": a word that goes on
    return Bodies(matched.issuers(), firm=True)


@rule(
    "not_issued_by",
    "@bodies(?:{do|have|be|modal}*{not}(?P<keep_adverb>{adverb}?)(?:{do|have|be}*){issue|does}{issue_mark}?|{of}?{except_post})",
    bonus=2,
)
def did_not(matched: RuleMatch) -> Bodies | None:
    """Bodies that did not issue it.

    policies that MIIT did not issue → not issued by Ministry of Industry and Information Technology
    工信部以外发布的政策 → not issued by Ministry of Industry and Information Technology
    """
    last = matched.before[-1:]
    if has_class(last, "by", "from", "of") and last[0].text != "的":
        return None  # "by MIIT not issued in 2012"
    return Bodies(matched.issuers(), firm=True)


@rule(
    "not_issued_by",
    "(?:@bodies{issue}{of|issue_mark}{0,2}{and|comma}){0,3}@bodies{issue}"
    "{of|issue_mark}{0,2}{those|pronoun|article|document|kind}{0,2}{except_post}",
    bonus=2,
)
def issued_except(matched: RuleMatch) -> Bodies:
    """What bodies issued, before a word of exclusion.

    2012年的政策，工信部发布的除外 → not issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    列出政策，工信部发的和发改委印发的那些不算 → not issued by Ministry of Industry and Information Technology or National Development and Reform Commission
    """
    return Bodies(matched.issuers(), firm=True)


@rule("not_issued_by", "{not}{dash}?{be}?@body(?:{of_mod}(?={document|kind|which}))?", bonus=0.5)
def non(matched: RuleMatch) -> Bodies:
    """Bodies after "non-".

    non-MIIT policies → not issued by Ministry of Industry and Information Technology
    """
    return Bodies(matched.issuers(), firm=True)


@rule("children", "{children}")
def children(matched: RuleMatch) -> bool:
    """The subordinate bodies too.

    What did the General Office of the State Council and its departments issue? → issued by General Office of the State Council
    """
    return True
