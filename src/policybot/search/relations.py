"""Questions about what policies do to each other: which one replaced, repealed, amended another.

Read by shape alone, in English and Chinese. Whether the words in the place of a policy name one
is for :mod:`policybot.search.related` to find out.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

from policybot.model import RELATION_KINDS, RelationAsked
from policybot.search import chinese, cues
from policybot.search.marks import clean, lower

Wanted = Literal["subjects", "objects"]

_EDGES = " \t,.;:!?。？！；：，、"

_LONGEST = 400
"""Characters; whoever writes more asks for something else."""

DONE = {
    "amends": "amended",
    "repeals": "repealed",
    "implements": "implemented",
    "replaces": "replaced",
}
"""What is done to the object of a relation."""

_ACTIVE = {
    "amends": r"amend(?:s|ed)?|revise[sd]?|modif(?:y|ies|ied)",
    "repeals": r"repeal(?:s|ed)?|revoke[sd]?|rescind(?:s|ed)?|abolish(?:es|ed)?|annul(?:s|led)?|abrogate[sd]?",
    "implements": r"implement(?:s|ed)?|carr(?:y|ies|ied) out|g(?:ive|ives|ave) effect to|puts? into (?:effect|practice)",
    "replaces": r"replace[sd]?|supersede[sd]?|t(?:ake|akes|ook) the place of|succeed(?:s|ed)?",
}
_PASSIVE = {
    "amends": r"amended|revised|modified",
    "repeals": r"repealed|revoked|rescinded|abolished|annulled|abrogated",
    "implements": r"implemented|carried out|put into (?:effect|practice)",
    "replaces": r"replaced|superseded|succeeded",
}
_DOING = {
    "amends": r"amending|revising|modifying",
    "repeals": r"repealing|revoking|rescinding|abolishing|annulling|abrogating",
    "implements": r"implementing|carrying out|giving effect to",
    "replaces": r"replacing|superseding|succeeding",
}
_DEED = {
    "amends": r"(?:amendment|revision)s?",
    "repeals": r"repeals?",
    "replaces": r"(?:replacement|successor)s?",
}
_CHINESE = {
    "amends": "修订|修改|修正",
    "repeals": "[废廢]止|[废廢]除|撤[销銷]",
    "implements": "[贯貫][彻徹]落[实實]|[贯貫][彻徹][执執]行|落[实實]|[贯貫][彻徹]|实施|實施|[执執]行",
    "replaces": "取代|代替|替代|替[换換]",
}
_FORCE = r"in (?:force|effect)"
_VALID = rf"(?:{_FORCE}|valid|effective|applicable|binding|operative|current|in use)"
_TODAY = r"(?: (?:today|now|at present|currently|any ?more|any longer))?"
_ZH_FORCE = "(?:有效|生效|适用|在用|[执執]行)"
_MAY_ASK = re.compile(
    rf"{_VALID}|{_ZH_FORCE}|失效|依据|根据|"
    + "|".join(f"{a}|{b}" for a, b in zip(_ACTIVE.values(), _DOING.values(), strict=True))
    + "|"
    + "|".join([*_DEED.values(), *_CHINESE.values()])
)

_NO_HEAD = (
    r"(?!(?:did|does|do|is|was|are|were|has|have|had|to|not|must|should|can|could|shall|may|might|how"
    r"|when|where|why|if)\b)"
)
_NOUN = (
    rf"(?:{cues.PLURAL}|{cues.SINGULAR}|plan|decision|opinion|measure|decree|order|act|statute|strategy"
    r"|legislation|anything|something|everything)"
)
_WORD = rf" {_NO_HEAD}[^ ]+"
_ALL = r"(?:which|what|list|show|give|all|any|every|are there|were there|the)"
_WHAT = rf"(?:which|what)(?:{_WORD}){{0,8}}?"
_WHICH = rf"(?:which|what|who)(?:{_WORD}){{0,12}}?"
_SUCH = rf"(?:[^ ]+ ){{0,12}}?{_NOUN}(?: (?:are |is )?there)?(?: (?:that|which))?"
_ALSO = r"(?: (?:has|have|had|will|would|since|later|then|also|ever|already|now|been|newly|subsequently|eventually|finally))*"
_BE = r"(?:is|are|was|were|has|have|had)"
_DID = r"(?:did|does|do|has|have|had|will|would)"
_BEEN = r"(?: (?:been|being|since|later|then|ever|yet|already|now|still|meanwhile|formally|partly|fully))*"
_BY_ANY = r"(?: (?:by (?:(?:any|some)thing(?: \w+)?|others|another \w+|an?y? (?:new|newer|later|other) \w+|any \w+|other \w+|later ones?)|yet|since|now|already|meanwhile|in the meantime|so far))*"

_ABOUT = r"(?:(?:what|which|list|show|any|all|is|are|was|there|the|an?|who) )*"
_MADE = r"(?: (?:were|was|are|have been|has been|is|there|made|exist))*"

_ZH_NOUN = f"(?:{chinese.NOUN}|规范|标准)"
_ZH_WHICH = r"(?:哪些|哪几?一?[个项份部条篇]|什么)"
_ZH_ALSO = r"(?:已经|已|后来|又|现在|现|都|正在|是)*"
_ZH_END = r"(?:的是|的|了|过|着)?"
_ZH_NAMED = rf"(?:.*?[》号]|.+?(?:{_ZH_NOUN}|法))"
_ZH_BASIS = "(?:依据|根据|依照|按照)"
_ZH_MADE = "(?:制定|制订|出台|发布|印发)"
_ANOTHER = re.compile(
    rf"(?:别的|其[他它]|另外?的?|另一?[个项份部]|旧的?|老的?|原有?的?|以前的?|之前的?|此前的?|过去的?|新的?|更新的){_ZH_NOUN}"
    r"|别的|其[他它]的?|旧的|"
    rf"(?:(?:an?|any|some) )?(?:other|another|older|earlier|previous|former|old)(?: (?:ones?|{_NOUN}))?|others"
)
"""In the place of a policy's name: any policy."""
_ENGLISH_FORCE = (
    rf"{cues.FILLER}(?:is|are|(?:whether|if)(?= .* (?:is|are) )) (?P<named>.+?)(?: (?:is|are))?"
    rf"(?: (?:still|currently|now|no longer|presently|already) {_VALID}| {_FORCE}){_TODAY}"
)
_CHINESE_FORCE = (
    r"(?P<named>.+?)(?:[现現]在|目前|如今|[现現])?(?:[还還]|仍然?|依然|是否|是不是|已[经經]?)+"
    rf"(?:继续|繼續|[现現]行)?(?:{_ZH_FORCE}|失效)[了的]?[吗嗎么呢]?"
)
_NO_LONGER = tuple(
    re.compile(shape)
    for shape in (
        rf"{cues.FILLER}(?P<head>{_ALL}(?:{_WORD}){{0,12}}?) (?:are|is|were) (?:no longer|not) {_VALID}{_TODAY}",
        rf"(?P<head>[^被]*?{_ZH_WHICH}.{{0,6}}?{_ZH_NOUN}){_ZH_ALSO}(?:失效|不再?{_ZH_FORCE}|无效){_ZH_END}",
        rf"(?:{chinese.OPENING})?{_ZH_ALSO}(?:失效|不再?{_ZH_FORCE}|无效)的?(?P<head>{_ZH_NOUN}(?:有|是|包括)?(?:{_ZH_WHICH}.{{0,4}})?)",
    )
)
"""Which policies are no longer in force, whatever did that to them."""

_IN_FORCE = tuple(
    re.compile(shape)
    for shape in (
        _ENGLISH_FORCE,
        _CHINESE_FORCE,
        rf"(?P<named>.+?)(?:{_ZH_FORCE}|失效)了?[吗嗎]",
    )
)
"""Whether a policy is still in force."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of relations, as it says it.

    Wanted are the policies that do ``kind`` to the one called ``named`` (``subjects``), or those it
    does that to (``objects``); ``named`` is empty where it names none. ``head`` is how it speaks of
    what is wanted ("which 2013 policies"). ``otherwise`` is a second kind that will do where there
    is none of the first: what is still in force was neither repealed nor replaced.
    """

    kind: str
    wanted: Wanted
    named: str
    head: str
    otherwise: str | None = None


def asked_relation(question: str) -> Asked | None:
    """Return the relation a question asks for, or None for a question about anything else.

    The same question always reads the same. Never raises for any text.
    """
    text = clean(question).strip(_EDGES)
    lowered = lower(text)
    if len(text) > _LONGEST or not _MAY_ASK.search(lowered):
        return None
    for kind, wanted, pattern in _shapes():
        found = pattern.fullmatch(lowered)
        if found is None:
            continue
        places = found.groupdict()
        named = text[slice(*found.span("named"))] if "named" in places else ""
        head = text[slice(*found.span("head"))] if places.get("head") else ""
        named = "" if _ANOTHER.fullmatch(lower(_bare(named))) else _bare(named)
        return Asked(kind, wanted, named, head.strip(_EDGES))
    for pattern in _NO_LONGER:
        found = pattern.fullmatch(lowered)
        if found is not None:
            head = text[slice(*found.span("head"))].strip(_EDGES)
            return Asked("repeals", "objects", "", head, otherwise="replaces")
    for pattern in _IN_FORCE:
        found = pattern.fullmatch(lowered)
        if found is not None:
            named = text[slice(*found.span("named"))]
            return Asked("repeals", "subjects", _bare(named), "", otherwise="replaces")
    return None


def relation_in_words(relation: RelationAsked, *, noun: str = "policies") -> str:
    """Return in English what is wanted, as in "policies that replace “Harbour Rules”".

    ``noun`` is "policies" or "policy".
    """
    names = " or ".join(f"“{policy.title}”" for policy in relation.policies)
    names = names or (f"“{relation.named}”" if relation.named else "")
    several = noun == "policies"
    if relation.wanted == "subjects":
        verb = relation.kind.removesuffix("s") if several else relation.kind
        return f"{noun} that {verb} {names or 'another'}"
    if names:
        return f"{noun} that {names} {relation.kind}"
    return f"{noun} that {'were' if several else 'was'} {DONE[relation.kind]}"


def _bare(named: str) -> str:
    """Return the name of a policy without what only points at it."""
    named = re.sub(
        r"^(?:the|this|that)\b|^(?:[这该][个项份部]?|那[个项份部])", "", named, flags=re.IGNORECASE
    )
    return named.strip(_EDGES)


@functools.cache
def _shapes() -> tuple[tuple[str, Wanted, re.Pattern[str]], ...]:
    """Return every shape a question of relations has; the first that fits is what it asks."""
    shapes: list[tuple[str, Wanted, re.Pattern[str]]] = []
    for kind in RELATION_KINDS:
        english = [(w, cues.FILLER + shape) for w, shape in _english_shapes(kind)]
        shapes += [(kind, w, re.compile(shape)) for w, shape in [*english, *_chinese_shapes(kind)]]
    return tuple(shapes)


def _english_shapes(kind: str) -> list[tuple[Wanted, str]]:
    active, done, doing = _ACTIVE[kind], _PASSIVE[kind], _DOING[kind]
    # List the policies that X repealed.
    shapes: list[tuple[Wanted, str]] = [
        ("objects", rf"(?P<head>{_SUCH}) (?P<named>the .+?) (?:{active})")
    ]
    if kind in _DEED:
        shapes += [
            # Has X been replaced? Which policies have been replaced? List all replaced policies.
            ("subjects", rf"{_BE} (?P<named>.+?){_BEEN} (?:{done}){_BY_ANY}"),
            (
                "objects",
                rf"(?P<head>{_ALL}(?:{_WORD}){{0,12}}?)(?: {_BE})?{_BEEN} (?:{done}){_BY_ANY}",
            ),
            ("objects", rf"(?:{_ALL} )+(?:{done}) (?P<head>{_NOUN})(?: are there| there are)?"),
            # What amendments were made to X? The successor of X.
            (
                "subjects",
                rf"{_ABOUT}(?:{_DEED[kind]}){_MADE} (?:to|of|for) (?P<named>.+?)(?:{_MADE})",
            ),
        ]
    return [
        *shapes,
        # What was X replaced by? By which notice was X replaced? X was replaced by what?
        ("subjects", rf"(?P<head>{_WHAT}) {_BE}{_BEEN} (?P<named>.+?){_BEEN} (?:{done}) by"),
        ("subjects", rf"by (?P<head>{_WHAT}) {_BE} (?P<named>.+?){_BEEN} (?:{done})"),
        ("subjects", rf"(?P<named>.+?) {_BE}{_BEEN} (?:{done}) by (?P<head>{_WHAT})"),
        # Which policies were repealed by X? Policies replaced by X.
        (
            "objects",
            rf"(?P<head>{_WHICH}|{_SUCH})(?: {_BE})?{_BEEN} (?:{done}) (?:by|through|under) (?P<named>.+)",
        ),
        # Which policies did X repeal?
        ("objects", rf"(?P<head>{_WHAT}) {_DID} (?P<named>.+?){_BEEN} (?:{active})"),
        # Which policy implements X? What replaced X? Is there a policy that amends X?
        ("subjects", rf"(?P<head>{_WHICH}){_ALSO} (?:{active}) (?P<named>.+)"),
        ("subjects", rf"(?P<head>{_SUCH}){_ALSO} (?:{active}|{doing}) (?P<named>.+)"),
    ]


def _chinese_shapes(kind: str) -> list[tuple[Wanted, str]]:
    does = f"(?:{_CHINESE[kind]})"
    asked = rf"{_ZH_NOUN}(?:有|是|包括)?(?:{_ZH_WHICH}.{{0,4}})?"
    some = rf"[^被]*?{_ZH_WHICH}.{{0,6}}?{_ZH_NOUN}"
    opening = f"(?:{chinese.OPENING})?"
    ended: list[tuple[Wanted, str]] = [
        # 哪些政策已被废止, 已废止的政策有哪些
        (
            "objects",
            rf"(?P<head>{some}){_ZH_ALSO}(?:被(?:[别其新另后更旧][他它的来一]*[个项份部]?{_ZH_NOUN}?)?)?{does}{_ZH_END}",
        ),
        ("objects", rf"{opening}{_ZH_ALSO}被?{does}的(?P<head>{asked})"),
    ]
    whether: list[tuple[Wanted, str]] = [
        # X是否已被废止, X被废止了吗
        ("subjects", rf"(?P<named>.+?)(?:是否|有没有|有无){_ZH_ALSO}被?{does}[了过]?"),
        ("subjects", rf"(?P<named>.+?){_ZH_ALSO}被?{does}[了过]?(?:吗|没有?|么)"),
    ]
    between: list[tuple[Wanted, str]] = [
        # A取代了B吗, A是否取代了B, B被A取代了吗, B是否被A取代
        (
            "subjects",
            rf"(?P<head>{_ZH_NAMED}){_ZH_ALSO}{does}[了过]?(?P<named>{_ZH_NAMED}){_ZH_END}[吗么]",
        ),
        (
            "subjects",
            rf"(?P<head>{_ZH_NAMED})(?:是否|是不是|有没有){_ZH_ALSO}{does}[了过]?(?P<named>{_ZH_NAMED})了?",
        ),
        (
            "subjects",
            rf"(?P<named>{_ZH_NAMED})(?:是否|是不是|有没有)?{_ZH_ALSO}被(?P<head>{_ZH_NAMED})所?{does}[了过]?[吗么]?",
        ),
    ]
    based: list[tuple[Wanted, str]] = [
        # 根据X制定的政策有哪些, 哪些政策是根据X制定的, X的上位依据是什么, X是根据什么制定的
        ("subjects", rf"{opening}{_ZH_BASIS}(?P<named>.+?){_ZH_MADE}的(?P<head>{asked})"),
        ("subjects", rf"(?P<head>{some}){_ZH_ALSO}{_ZH_BASIS}(?P<named>.+?){_ZH_MADE}{_ZH_END}"),
        (
            "objects",
            rf"(?P<named>{_ZH_NAMED})的?(?:上位|制定|制订|政策|法律|上位法)*依据(?:[是有为](?P<head>{_ZH_WHICH}.{{0,6}}?))?",
        ),
        (
            "objects",
            rf"(?P<named>{_ZH_NAMED}){_ZH_ALSO}{_ZH_BASIS}(?P<head>{_ZH_WHICH}.{{0,6}}?){_ZH_MADE}{_ZH_END}",
        ),
    ]
    shapes: list[tuple[Wanted, str]] = [
        # 哪些政策被X废止, X被什么取代, 被X废止的文件有哪些
        ("objects", rf"(?P<head>{some}){_ZH_ALSO}被(?P<named>.+?)所?{does}{_ZH_END}"),
        (
            "subjects",
            rf"(?P<named>.+?){_ZH_ALSO}[被由](?P<head>{_ZH_WHICH}.{{0,6}}?)[所来]?{does}{_ZH_END}",
        ),
        ("objects", rf"{opening}被(?P<named>.+?)所?{does}{_ZH_END}(?P<head>{asked})"),
        # X修订了什么, 哪项政策落实X, 取代X的政策是什么
        ("objects", rf"(?P<named>.+?){_ZH_ALSO}{does}{_ZH_END}(?P<head>{_ZH_WHICH}.{{0,6}})"),
        (
            "subjects",
            rf"(?P<head>[^,，]*?{_ZH_WHICH}.{{0,6}}?){_ZH_ALSO}{does}{_ZH_END}(?P<named>.+)",
        ),
        ("subjects", rf"{opening}{does}[了过]?(?P<named>.+?)的(?P<head>{asked})"),
    ]
    if kind == "implements":
        return [*based, *shapes]
    return [*ended, *shapes, *between, *whether]
