"""Which bodies are to have issued a policy, which are not, and how many."""

from __future__ import annotations

from dataclasses import dataclass

from policybot.query.entities.issuers import parts_of
from policybot.query.rules.rule import Found, rule
from policybot.query.text import lower


@dataclass(frozen=True, slots=True)
class Bodies:
    """Bodies that a question names.

    ``firm`` says that the words beside them speak of issuing; otherwise they issued it only where
    policies are asked for and nothing else is said of them. ``unknown`` are names that no body has,
    ``nearest`` known bodies that may be meant by one; ``nearest`` alone is a name that several have.
    """

    names: tuple[str, ...] = ()
    firm: bool = False
    together: bool = False
    unknown: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many bodies are to have issued it: at least, and at most (None: any number more)."""

    least: int
    most: int | None


JOINT, ALONE = HowMany(2, None), HowMany(1, 1)


@rule("issued_by", "(?:{be|have|adverb}*{issue}{adverb}*)?{by|from}{either|both}?@bodies", bonus=1)
def by(found: Found) -> Bodies:
    """Issued by bodies.

    policies on patents by the NDRC → issued by National Development and Reform Commission; about “patents”
    everything from MIIT or the Ministry of Finance → issued by Ministry of Industry and Information Technology or Ministry of Finance
    由财政部发布的政策 → issued by Ministry of Finance
    """
    return _bodies(found)


@rule(
    "issued_by",
    "{do|have|modal}@bodies(?P<keep_between>(?:{adverb|jointly|alone|comma|in|from|to|of|since|after|before|until|between|number|D|with_|other|body_noun|article|and}){0,8}?){issue|does}{adverb}*",
    bonus=2,
)
def did(found: Found) -> Bodies:
    """What a body did issue.

    What did MIIT issue in 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    Which policies has the Ministry of Finance published? → issued by Ministry of Finance
    """
    return _bodies(found)


@rule(
    "issued_by",
    "{both}?@bodies(?P<keep_between>(?:{adverb|have|be|jointly|alone|in|from|to|of|since_post|after_post|before_post|between_post|since|D|comma|modal|subject_mark|several|other|body_noun|with_|number}){0,8}?){issue}{adverb|issue_mark}*",
    bonus=1,
)
def subject(found: Found) -> Bodies:
    """Bodies that issued it.

    policies that MIIT issued → issued by Ministry of Industry and Information Technology
    工信部2012年发布了哪些政策 → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    políticas que publicó el Ministerio de Finanzas → issued by Ministry of Finance
    """
    return _bodies(found)


@rule("issued_by", "{issue|does}{adverb|have|be}*@bodies(?!{possessive})", bonus=0.5)
def issued_subject(found: Found) -> Bodies | None:
    """Bodies after their verb, as Spanish may have them.

    ¿Qué publicó el MIIT en 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    return _bodies(found)


@rule("issued_by", "(?P<keep_docs>@docs){issue|be|adverb}*{of|by|from}@bodies", bonus=1)
def of_bodies(found: Found) -> Bodies:
    """Policies of bodies.

    policies of the Ministry of Finance → issued by Ministry of Finance
    documentos del Ministerio de Finanzas → issued by Ministry of Finance
    """
    return _bodies(found)


@rule(
    "issued_by",
    "@bodies(?:{of}?(?P<keep_mod>@mod{0,5}?)(?={document|kind|thing})|{possessive}(?={newest|oldest}))",
    bonus=0.2,
)
def own(found: Found) -> Bodies:
    """Bodies' policies.

    MIIT's policies → issued by Ministry of Industry and Information Technology
    NDRC policies after June 2013 → issued by National Development and Reform Commission; issued 2013-07-01 or later
    国务院办公厅的文件 → issued by General Office of the State Council
    """
    return Bodies(found.issuers(), firm=True)


@rule("issued_by", "@bodies")
def bare(found: Found) -> Bodies:
    """Bodies without a word of issuing.

    MIIT 2012 → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    return Bodies(found.issuers())


def _bodies(found: Found) -> Bodies:
    """Return the bodies of a match; "both", "together with" and 联合 say that all of them issued it."""
    jointly = {"both", "joiner", "jointly"}
    bodies = [at for at, token in enumerate(found.of()) if token.entity]
    between = found.of()[bodies[0] : bodies[-1]] if bodies else []
    said = any(jointly & token.classes for token in between)
    both = any("both" in token.classes for token in found.of())
    return Bodies(found.issuers(), firm=True, together=(said or both) and len(bodies) > 1)


_LEFT_OUT = (
    "(?:{not}@aux{issue}?{adverb}*{by|from|of|with_}|{not}{be|adverb}*(?=@bodies{adverb|issue_mark}*{issue})|{but}?{except|without|but}|{neither}{be}?{by|from}?)"
    "(?:{thing|article|which|relative|document|light|issue|by|from|of|in})*{either}?@bodies"
    "(?:@aux{issue|does}{issue_mark}?)?{of}?{except_post}?"
)


@rule("not_issued_by", _LEFT_OUT, bonus=2)
def not_by(found: Found) -> Bodies | None:
    """Bodies that are not to have issued it.

    Which policies issued by MIIT not issued by the State Council? → issued by Ministry of Industry and Information Technology; not issued by State Council
    Everything except what MIIT issued → not issued by Ministry of Industry and Information Technology
    policies except those by MIIT and NDRC → not issued by Ministry of Industry and Information Technology or National Development and Reform Commission
    除工信部以外其他部门发布的政策 → not issued by Ministry of Industry and Information Technology
    políticas que no son del MIIT → not issued by Ministry of Industry and Information Technology
    """
    if found.starts and "but" in found.of()[0].classes:
        return None  # "but NDRC policies": a word that goes on
    return Bodies(found.issuers(), firm=True)


@rule(
    "not_issued_by",
    "@bodies(?:{do|have|be|modal}*{not}(?P<keep_adverb>{adverb}?)(?:{do|have|be}*){issue|does}{issue_mark}?|{of}?{except_post})",
    bonus=2,
)
def did_not(found: Found) -> Bodies | None:
    """Bodies that did not issue it.

    policies that MIIT did not issue → not issued by Ministry of Industry and Information Technology
    工信部以外发布的政策 → not issued by Ministry of Industry and Information Technology
    """
    start = found.match.start()
    if (
        start
        and {"by", "from", "of"} & found.tokens[start - 1].classes
        and found.tokens[start - 1].text != "的"
    ):
        return None  # "by MIIT not issued in 2012"
    return Bodies(found.issuers(), firm=True)


@rule("not_issued_by", "{not}{dash}?@body")
def non(found: Found) -> Bodies:
    """Bodies after "non-".

    non-MIIT policies → not issued by Ministry of Industry and Information Technology
    """
    return Bodies(found.issuers(), firm=True)


_SLOT = "(?P<name>(?:{word|body_noun|kind|nation|praise|document|unit|for_|of_mod|show|does|other|title|sort}|{of|and|for_}{article}?(?={word|body_noun|nation})){1,9}?)"


@rule("unknown_body", "{do|have|modal}{article}*" + _SLOT + "{adverb|jointly}*{issue}", bonus=0.8)
def unknown_subject(found: Found) -> Bodies | None:
    """A body that is not in the table, as the subject.

    What did the European Commission issue? → unknown: European Commission
    What did the industry ministry issue in 2012? → issued by Ministry of Industry and Information Technology; issued 2012-01-01 to 2012-12-31
    """
    return _named(found)


@rule(
    "unknown_body",
    "{issue}{adverb|jointly}*{by}{article}*"
    + _SLOT
    + "(?=$|{stop|comma|in|from|since|after|before|until|between|D|and|relative|issue|about|mention|discuss|jointly|not|be|with_|colon|dash|question|mark})",
    bonus=0.8,
)
def unknown_agent(found: Found) -> Bodies | None:
    """A body that is not in the table, after "by".

    policies issued by the Ministry of Magic → unknown: Ministry of Magic
    """
    return _named(found)


@rule(
    "unknown_body",
    "(?:{by|from}|(?<={document|kind|thing}){of}){article}*(?P<name>{word|nation|pronoun|possessive|praise}{0,5}?{body_noun}(?:{of|for_|in}{article}?{word|nation|praise}(?:{comma|and|of}{0,2}{word|nation}){0,5})?)(?=$|{stop|comma|in|from|since|after|before|until|between|D|and|relative|issue|about|not|jointly|colon|question|mark})",
    bonus=0.5,
)
def unknown_of(found: Found) -> Bodies | None:
    """A body that is not in the table, called one.

    documents from the Department of Transport → unknown: Department of Transport
    """
    return _named(found)


_BODY = "(?P<name>{word|nation|pronoun|possessive|praise}{0,5}?{body_noun}(?:{of|for_|in}{article}?{word|nation|praise}(?:{comma|and|of}{0,2}{word|nation}){0,5})?)"


@rule(
    "unknown_body",
    "^{interjection|article}*" + _BODY + "{possessive}?(?={document|kind|stop|question}|$)",
    bonus=0.6,
)
def unknown_own(found: Found) -> Bodies | None:
    """The policies of a body that is not in the table, or its name alone.

    ministry of agriculture policies 2013 → issued 2013-01-01 to 2013-12-31; unknown: ministry of agriculture
    """
    owned = found.tokens[found.match.end() :][:1]
    plain = [
        t for t in found.of("name") if t.is_word and not found.text.printed[t.span[0]].isupper()
    ]
    if plain and not any({"document", "kind"} & t.classes for t in owned):
        return None
    return _named(found)


@rule("unknown_body", "{do|have|modal}{article}*" + _BODY + "{adverb}*{say|does}", bonus=0.6)
def unknown_says(found: Found) -> Bodies | None:
    """A body that is not in the table and is asked for what it says.

    What does the European Commission say about chips? → unknown: European Commission
    """
    return _named(found)


@rule(
    "unknown_body",
    "(?<={document|kind|thing}){issue|be|adverb}*{of|by|from}{article}*(?P<name>{word}{1,4})(?=$|{stop|comma|in|since|after|before|until|between|D|and|relative|about|not|jointly|colon|question|mark})",
    bonus=0.4,
)
def unknown_person(found: Found) -> Bodies | None:
    """Somebody that the corpus does not know, by a name in capitals.

    policies of Ronald Reagan on drugs → unknown: Ronald Reagan
    """
    names = found.of("name")
    capitals = all(found.text.printed[t.span[0]].isupper() for t in names)
    people = bool(parts_of(found.vocabulary.issuers).people)
    if not capitals or (not people and found.vocabulary.frequency(found.wording("name"))):
        return None
    return _named(found)


_HAN_NAME = "(?P<name>(?:{praise|nation})?{han}(?:{and}?{han})?)"


@rule(
    "unknown_body",
    "^{interjection|plea|show|all}*"
    + _HAN_NAME
    + "(?=(?:{in}?{D}{of|since_post|after_post|before_post|in}*)?(?:{about|of|comma|and}|{which}))|"
    + _HAN_NAME.replace("name", "other")
    + "(?={comma|and}{I})",
    bonus=0.4,
)
def unknown_han_own(found: Found) -> Bodies | None:
    """The policies of a Chinese body that is not in the table.

    民政部关于养老服务业的文件 → unknown: 民政部
    """
    group = "name" if found.has("name") else "other"
    if not found.wording(group).endswith(tuple("部委局厅署")) or len(found.wording(group)) < 3:
        return None
    return Bodies(unknown=(found.wording(group),), firm=True)


@rule(
    "unknown_body",
    _HAN_NAME
    + "(?P<keep_between>(?:{adverb|in|D|subject_mark|jointly|since_post|after_post|before_post}){0,4}?){issue}",
    bonus=0.8,
)
def unknown_han(found: Found) -> Bodies | None:
    """A Chinese body that is not in the table, before its verb.

    住房城乡建设部发布了哪些政策 → unknown: 住房城乡建设部
    """
    name = found.wording("name")
    if not name.endswith(tuple("部委局厅署办院会府行处所社团")) or len(name) < 3:
        return None
    return _named(found)


@rule(
    "issue",
    "(?<={document|kind|thing}){be|have|adverb}*(?P<verb>{word})(?={by}@body)|(?<={I})(?P<verb2>{word})(?=$|{stop|question|comma}|{in}@date)|(?<={I})(?P<verb3>{han})(?={issue_mark|which})|(?<={document|kind|thing})(?P<verb4>{word})(?={in|D})",
    bonus=0.4,
)
def verb_slot(found: Found) -> bool | None:
    """A verb that no lexicon has, where only one of issuing can stand.

    Which publications penned by MIIT mention Wuxi? → issued by Ministry of Industry and Information Technology; containing “Wuxi”
    """
    if found.has("verb4") and found.vocabulary.frequency(found.wording("verb4")):
        return None
    return True


def _named(found: Found) -> Bodies | None:
    """Return what a name in the place of a body stands for: a body that has all its words, or none."""
    name = found.wording("name")
    book = found.vocabulary.issuers
    canonical = book.canonical(name)
    if canonical:
        return Bodies((canonical,), firm=True)
    tokens = found.of("name")
    if any({"kind", "document"} & t.classes and not t.is_word for t in tokens):
        return None  # what is issued, not who issues it
    if all(
        {"unit", "document", "kind", "praise", "other", "pronoun", "light"} & t.classes
        and not t.is_word
        for t in tokens
    ):
        return None
    if {t.text for t in tokens} <= found.vocabulary.nation:
        return None  # "What has China issued?": whoever did
    having = parts_of(book).named(lower(name))
    if len(having) == 1:
        return Bodies(having, firm=True)
    if having:
        return Bodies(unknown=(name,), nearest=having[:5], firm=True)
    said = {t.text for t in tokens if not {"praise", "nation"} & t.classes}
    generic = all(
        "state" in t.classes or "praise" in t.classes or "nation" in t.classes for t in tokens
    )
    alone = len(said) == 1 and all("body_noun" in t.classes for t in tokens)
    if generic or alone:
        return None  # "the government": whoever did
    return Bodies(unknown=(name,), firm=True)


@rule("children", "{children}")
def children(found: Found) -> bool:
    """The bodies under those named, too.

    What did the General Office of the State Council and its departments issue? → issued by General Office of the State Council
    """
    return True


_OTHERS = "(?:{with_|and}(?:{article|any|several|number}*{other}(?:{word}?{body_noun})?))"


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}{dash}?@aux{issue}?{adverb}*)?){jointly}"
    + _OTHERS
    + "?(?P<keep_with>{with_}(?=@body))?",
    bonus=0.3,
)
def jointly(found: Found) -> HowMany | None:
    """Issued by two bodies or more.

    Which policies were issued jointly? → issued jointly
    Which policies were not issued jointly? → issued by one body
    联合发布的政策有哪些 → issued jointly
    políticas emitidas conjuntamente → issued jointly
    """
    before = found.tokens[: found.match.start()]
    if _qualifies(found) or (before and "to" in before[-1].classes and before[-1].text < "\u2e80"):
        return None
    return ALONE if found.has("not") else JOINT


def _qualifies(found: Found) -> bool:
    """Tell "a joint meeting", a topic, from "joint documents" and "issued jointly"."""
    after = found.tokens[found.match.end() : found.match.end() + 1]
    before = found.tokens[max(0, found.match.start() - 1) : found.match.start()]
    issues = {"issue", "issue_mark", "I", "body_noun", "D", "adverb"}
    return any(t.is_word and t.text < "\u2e80" for t in after) and not any(
        issues & t.classes for t in before
    )


@rule("count_of_bodies", "{jointly}{issue}?{issue_mark}?{of}?{except_post}", bonus=1)
def not_jointly(found: Found) -> HowMany:
    """Jointly issued ones left out, said after them.

    发改委的政策，联合发的不算 → issued by National Development and Reform Commission; issued by one body
    """
    return ALONE


@rule("count_of_bodies", "{with_}(?=@body)", bonus=-0.3)
def with_body(found: Found) -> HowMany | None:
    """Issued by one body with another.

    What did MIIT issue jointly with the NDRC? → issued jointly by Ministry of Industry and Information Technology and National Development and Reform Commission
    """
    before = found.tokens[: found.match.start()]
    issued = any({"issue", "I", "jointly"} & token.classes for token in before)
    return (
        JOINT
        if issued and not any({"mention", "discuss", "about"} & t.classes for t in before[-2:])
        else None
    )


@rule("count_of_bodies", "{jointly}?" + _OTHERS, bonus=0.2)
def with_others(found: Found) -> HowMany | None:
    """Issued with other bodies.

    What did MIIT issue with other ministries? → issued by Ministry of Industry and Information Technology; issued jointly
    """
    before = found.tokens[: found.match.start()]
    issued = max((at for at, t in enumerate(before) if {"issue", "I"} & t.classes), default=-1)
    if any("about" in t.classes for t in before[issued + 1 :]):
        return None  # "issued on cooperation with others"
    return JOINT if any({"with_", "jointly"} & t.classes for t in found.of()) else None


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}@aux)?)(?P<keep_issue>{issue}?){jointly}?{by|from|including}?(?P<how>(?:{several|exactly|at_least|more_than}|{number}){1,2}){unit_mark}?{or_more}?{word|praise}?{body_noun}(?P<more>{or_more}?)(?P<keep_verb>{jointly}?)(?P<including>{comma}?{including})?",
    bonus=1,
)
def by_several(found: Found) -> HowMany | None:
    """Issued by so many bodies.

    policies issued by five bodies → issued by 5 bodies
    Which policies were issued by at least three ministries? → issued by 3 or more bodies
    三个以上部门联合发布的政策有哪些 → issued by 3 or more bodies
    """
    classes = [t.classes for t in found.of()]
    count = found.number("how")
    if any("several" in own for own in classes) and count is None:
        return ALONE if found.has("not") else JOINT
    if count is None:
        return None
    several = any("more_than" in own for own in classes)
    open_ended = several or any({"at_least", "or_more"} & own for own in classes)
    if found.has("including"):
        return JOINT
    count += several
    if found.has("not") or count < 2:
        return None
    return HowMany(count, None if open_ended else count)


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}@aux)?)(?:(?P<keep_issue>{issue})?{by|from}?{one_body}{word}?{body_noun}(?:{alone|only})?)",
    bonus=1,
)
def by_one(found: Found) -> HowMany:
    """Issued by one body and no other.

    Which policies were issued by a single ministry? → issued by one body
    由一个部门单独发布的政策 → issued by one body
    """
    return JOINT if found.has("not") else ALONE


@rule(
    "count_of_bodies",
    "(?P<not>(?:{not}@aux)?)(?P<keep_by>(?:{issue}{by|from}?|{by|from})@bodies)(?:{alone|only})|(?P<not2>{not}?)(?P<keep_body>@bodies(?:{D}|{in}|{adverb})*)(?:{alone})(?=(?:{issue|D|in}|$|{stop}))|(?P<not3>(?:{not}@aux)?)(?P<keep_verb>{issue}(?:{document|thing|kind}{0,2}))(?:{alone})",
    bonus=1,
)
def alone(found: Found) -> HowMany:
    """Issued by a body alone.

    policies issued by MIIT only → issued by Ministry of Industry and Information Technology; issued by one body
    Did MIIT issue anything on its own? → issued by Ministry of Industry and Information Technology; issued by one body
    工信部单独发布了哪些政策 → issued by Ministry of Industry and Information Technology; issued by one body
    """
    return JOINT if any(found.has(name) for name in ("not", "not2", "not3")) else ALONE


@rule(
    "count_of_bodies",
    "{not}@aux(?P<keep_by>{issue}?{by|from}?@bodies){alone|only}|{not}{be}?(?P<keep_body>{by}?@bodies){alone}(?P<keep_verb>{issue})",
    bonus=6,
)
def not_alone(found: Found) -> HowMany:
    """Not issued by a body alone.

    Which policies were not issued by MIIT alone? → issued by Ministry of Industry and Information Technology; issued jointly
    哪些政策不是工信部单独发布的 → issued by Ministry of Industry and Information Technology; issued jointly
    """
    return JOINT


@rule(
    "count_of_bodies",
    "(?:(?P<keep_issue>{issue}){alone|only}|{only})(?P<keep_by>{by|from}@bodies|@bodies(?={issue}))|{by|from}{only}(?P<keep_bodies>@bodies)",
    bonus=1,
)
def only_by(found: Found) -> HowMany:
    """Issued only by a body.

    policies issued solely by MIIT → issued by Ministry of Industry and Information Technology; issued by one body
    仅由工信部发布的政策有哪些 → issued by Ministry of Industry and Information Technology; issued by one body
    """
    return ALONE


@rule(
    "count_of_bodies",
    "{without|not}(?:{article|any}*{other}{word}?{body_noun}?)(?:{adverb}|{issue})?",
    bonus=1,
)
def without_others(found: Found) -> HowMany:
    """Issued without other bodies.

    Which policies did MIIT issue without other ministries? → issued by Ministry of Industry and Information Technology; issued by one body
    """
    return ALONE
