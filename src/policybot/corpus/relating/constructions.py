"""Constructions by which documents repeal, amend, replace or implement others, by language.

They are patterns over the symbols of :mod:`policybot.corpus.relating.citations`. The group ``list``
matches the documents affected, ``verb`` and ``verb2`` the action, and ``before`` the provisions
affected. Sentences with "was", "had been", "if", "may" or "not" do not match: they are about
another document, or state no fact.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from policybot.corpus.relating.citations import SYMBOL

Strength = Literal["certain", "likely"]


@dataclass(frozen=True)
class Construction:
    """A way of stating a relation; its pattern is compiled when it is first looked for.

    Args:
        source: The pattern, over symbols.
        title: Whether it applies only to titles.
        kind: The relation; empty if the verb determines it.
        strength: ``likely`` if the construction may also mean something else.
    """

    source: str
    title: bool = False
    kind: str = ""
    strength: Strength = "certain"

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern; compiling all of them takes longer than answering a question."""
        return re.compile(self.source, re.IGNORECASE)


VERBS = {
    "revo": "repeals", "repeal": "repeals", "rescind": "repeals", "resci": "repeals",
    "abrogat": "repeals", "cancel": "repeals", "withdraw": "repeals",
    "amend": "amends", "modif": "amends", "replac": "replaces", "supersed": "replaces",
    "supersess": "replaces", "substitut": "replaces", "implement": "implements",
    "derog": "repeals", "abrog": "repeals", "dej": "repeals", "sustitu": "replaces",
    "reemplaz": "replaces", "efecto": "repeals", "desarroll": "implements",
    "废止": "repeals", "停止": "repeals", "终止": "repeals", "失效": "repeals",
    "修": "amends", "调整": "amends", "取代": "replaces", "代替": "replaces", "替代": "replaces",
    "制": "implements", "印发": "implements", "出台": "implements",
}  # fmt: skip
"""Relations by the stems of verbs."""


def kind_of(verb: str) -> str:
    """Return the relation that a verb states, with or without its accents ("Derógase")."""
    letters = unicodedata.normalize("NFD", verb.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return next(kind for stem, kind in VERBS.items() if plain.startswith(stem))


_UNITS = (
    r"(?:sub-?)?(?:sections?|articles?|parts?|paragraphs?|annex(?:es)?|rules?|clauses?|chapters?|"
    r"schedules?|regulations?|art[íi]culos?|apartados?|disposici(?:ón|ones))"
)
_PROVISION = rf"(?:{_UNITS} [^.;:\ue000-\uefff]{{1,60}}? (?:of|to|in|del?) )?"
_ONE = rf"(?:the |all of |las? |los |el )?{_PROVISION}(?:the |las? |los |el )?{SYMBOL}"
LIST = rf"(?P<list>{SYMBOL}(?:[,;] {_ONE})*[,;]? (?:and|as well as|y|e) {_ONE}|{SYMBOL})"
BEFORE = re.compile(
    rf"(?P<provisions>\b{_UNITS} [^.;:\ue000-\uefff]{{1,90}}?),? (?:of|to|in|del?) "
    r"(?:the |la |las |los |el )?$",
    re.IGNORECASE,
)
"""The provisions of a document, before its name: "sections 1 and 2 of"."""

PARTLY = re.compile(
    r"\b(?:provisions?|portions?|parts?|so much) (?:of|in) (?:the )?$"
    r"|\b(?:any|all|other) (?:\w+ ){0,3}(?:of|in) (?:the )?$",
    re.IGNORECASE,
)
"""Before a name: only unspecified parts of it are affected."""

UNDER = re.compile(
    r"\b(?:pursuant to|under|by|with|from|by virtue of|in accordance with|of|implementing|"
    r"enforcing|in|to|conforme a|en virtud de|seg[úu]n) (?:the |said |la |el )?$",
    re.IGNORECASE,
)
"""Before a name: the action affects something else ("guidance issued under")."""

LIMITED = re.compile(
    r"\b(?:to the extent|insofar|in so far|except|other than|save (?:for|as)|in part|partially|"
    r"excepto|salvo|en lo que|en cuanto|inconsistent)\b"
    r"|除.{1,40}外|部分|与本.{1,10}(?:不一致|抵触)",
    re.IGNORECASE,
)
"""In a statement: it is limited to some parts or cases."""

CONDITIONAL = re.compile(
    r"\b(?:if|unless|until|whether|when|whenever|where|once|had|would|could|may|might|should|not|"
    r"never|nothing|no|si|cuando|podrá|no)\b[^.;:]*$",
    re.IGNORECASE,
)
"""Before a name, in the same clause: what follows is not stated as a fact."""

_ADVERB = r"(?: (?!not\b|no\b|never\b|being\b|been\b|to\b)\w+){0,2}?"
_DONE = (
    r"(?:revoked|repealed|rescinded|abrogated|cancelled|canceled|withdrawn|amended|modified|"
    r"replaced|superseded)"
)
_DOES = (
    r"(?:revok|repeal|rescind|abrogat|cancel|withdraw|amend|replac|supersed|implement)(?:es|s|e)?"
)
_DOING = r"(?:revoking|repealing|rescinding|amending|replacing|superseding|implementing)"
_NOUN = (
    r"(?:revocation|repeal|rescission|amendments?|modifications?|replacement|supersession|"
    r"implementation)"
)
_AND_OTHERS = (
    r"(?:,? (?:and|y) (?!(?:which|that)\b)[^.;:\ue000-\uefff]{1,160}?"
    r"(?<! is)(?<! are)(?<! was)(?<! were)(?<! be))?"
)
"""Further documents that have no symbol: "… and the memorandum of March 19, 2002"."""

_THIS = r"\b(?:this|these|the present) (?:[\w-]+ ){1,6}?"
_RE = re.IGNORECASE

ENGLISH = (
    Construction(
        rf"{LIST}{_AND_OTHERS},? (?:is|are|shall be|stands?|(?:is|are) to be){_ADVERB} "
        rf"(?P<verb>{_DONE})\b(?:(?:,| and|, and) (?P<verb2>{_DONE})\b)?"
        r"(?! (?:to|on|in) \w+ (?:19|20)\d\d)"
        r"(?! by (?!\w+ing\b|th(?:is|ese|e (?:following|present))\b|sections?\b|articles?\b|"
        rf"[\ue000-\uefff] ?$))"
    ),
    Construction(
        rf"(?:{_THIS}|\bI |\bhereby |^It )(?:hereby |also |further )?(?P<verb>{_DOES})"
        rf"(?:(?:,| and|, and) (?P<verb2>{_DOES}))? (?P<before>{_PROVISION})(?:the |all of )?"
        rf"{LIST}"
    ),
    Construction(
        rf"\bin (?:partial )?(?P<verb>{_NOUN}) of (?:the |all of the )?(?P<before>{_PROVISION})"
        rf"(?:the )?{LIST}"
    ),
    Construction(
        rf"(?:{_THIS}(?:is|are) (?:\w+ )?|^)(?:issued|made|adopted|prescribed|enacted) "
        rf"(?:\w+ )?(?:under|pursuant to|in exercise of (?:the )?powers? conferred by) "
        rf"(?P<before>{_PROVISION})(?:the )?{LIST}(?P<verb>)",
        kind="implements",
        strength="likely",
    ),
    Construction(
        r"\b(?:in order to implement|for the purposes? of implementing|in accordance with|"
        r"pursuant to|on the basis of|to implement) (?P<list>[^.;:]{1,300}?), ?"
        r"(?:these|this|the present) (?:[\w-]+ ){1,4}?(?:is|are) (?:hereby )?"
        r"(?P<verb>)(?:formulated|made|enacted|issued|adopted|developed|drawn up|prescribed)\b",
        kind="implements",
    ),
    Construction(
        rf"\bI (?:hereby )?[^.;:]{{1,120}}?(?P<list>{SYMBOL}),(?: and)? (?:hereby )?"
        rf"(?P<verb>{_DOES}) (?:that|the said|such) \w+"
    ),
    Construction(
        rf"(?P<verb>{_DOING})(?: and (?P<verb2>{_DOING}))? (?:certain )?"
        rf"(?P<before>{_PROVISION})(?:the )?{LIST}",
        title=True,
    ),
    Construction(
        rf"^(?:[\w ]{{0,20}}: )?(?:\w+ )?(?P<verb>{_NOUN})"
        rf"(?: and (?P<verb2>{_NOUN}))? (?:of|to) (?:certain )?"
        rf"(?P<before>{_PROVISION})(?:the )?{LIST}",
        title=True,
    ),
)
ENGLISH_LEAD = re.compile(
    rf"\b(?:the )?following\b[^.;]{{0,160}}? (?:is|are|shall be)(?: (?!not\b)\w+){{0,2}}? "
    rf"(?P<verb>{_DONE})(?:,[^:—]{{0,80}})?\s?[:—–-]",
    _RE,
)
"""The lead-in of a list of documents affected: "The following orders are revoked:"."""

_ES_DONE = r"(?:derogad|modificad|sustituid|abrogad|reemplazad)[oa]s?"
_ES_DOES = r"(?:deroga|modifica|sustituye|abroga|reemplaza|desarrolla)n?"
_ES_PROVISION = rf"(?:(?:(?:el|la|los|las) )?{_UNITS} [^.;:\ue000-\uefff]{{1,60}}? del? )?"
_ES_THIS = r"\b(?:est[ea]s?|(?:el |la |los |las )?presentes?) \w+\b"
SPANISH = (
    Construction(
        rf"{_ES_THIS}(?:(?! que )[^.;:\ue000-\uefff]){{0,160}}? (?P<verb>{_ES_DOES}) (?:a )?"
        rf"(?P<before>{_ES_PROVISION})(?:la |el |las |los )?{LIST}"
    ),
    Construction(
        r"\b(?:se deja|deja|queda)(?:n|rá|rán)? sin (?P<verb>efecto)s? "
        rf"(?:la |el |las |los )?{LIST}"
    ),
    Construction(
        rf"\bqueda(?:n|rá|rán)? (?:\w+ )?(?P<verb>{_ES_DONE})"
        rf"(?: [^.;:\ue000-\uefff]{{0,60}})?? (?P<before>{_ES_PROVISION})"
        rf"(?:la |el |las |los )?{LIST}"
    ),
    Construction(rf"{LIST},? queda(?:n|rá|rán)? (?:\w+ )?(?P<verb>{_ES_DONE})\b"),
    Construction(
        rf"\b(?:se (?P<verb>{_ES_DOES})|(?P<verb2>der[óo]g[au]e?n?se|modif[íi]case)) "
        rf"(?P<before>{_ES_PROVISION})(?:la |el |las |los )?{LIST}"
    ),
    Construction(
        rf"\bpor (?:la|el) (?:que|cual) se (?P<verb>{_ES_DOES}) "
        rf"(?P<before>{_ES_PROVISION})(?:la |el |las |los )?{LIST}",
        title=True,
    ),
)
SPANISH_LEAD = re.compile(
    rf"\b(?:qued\w+ (?:\w+ )?(?P<verb>{_ES_DONE})|se (?P<verb2>{_ES_DOES}))\b[^.;:]{{0,80}}"
    r"siguientes?\b[^.;:]{0,80}:",
    _RE,
)

_ZLIST = rf"(?P<list>{SYMBOL}(?:(?:以及|[、和及与，；])?{SYMBOL})*)"
_ARTICLES = r"(?P<after>第[^，。；\ue000-\uefff]{1,40}?)?"
_STOPPED = r"(?:废止|停止执行|终止执行|停止施行|停止实施|失效|停止使用)"
_FROM = r"(?:，?(?:自|从|于)[^，。；]{2,20}?(?:起|日|时))?"
CHINESE = (
    Construction(
        rf"{_ZLIST}{_ARTICLES}(?:等[^，。；]{{0,16}}?)?(?:，|,)?{_FROM}"
        r"(?:同时|相应|一并|均|即行|即|予以|随之|正式|全部|也|亦|应当)*"
        rf"(?P<verb>{_STOPPED})(?!的|日期|前|后|之|时)"
    ),
    Construction(
        rf"(?:决定|现|予以|同意|本(?:(?!未|不)\w){{1,8}}?)(?:予以|同时)?(?P<verb>废止|停止执行){_ZLIST}"
    ),
    Construction(
        rf"{_ZLIST}{_ARTICLES}(?:进行|作|作出|予以|做|做出|作了)?(?:如下|以下|了)?(?:部分)?"
        r"(?P<verb>修改为|修改如下|修改|修订|修正)(?:如下|为|：|:|，|。|$)"
    ),
    Construction(rf"(?:取代|代替|替代)(?:原)?{_ZLIST}(?P<verb>)", kind="replaces"),
    Construction(rf"{_ZLIST}(?:由|被)本[^，。\ue000-\uefff]{{1,16}}(?P<verb>取代|代替|替代)"),
    Construction(
        r"(?:根据|依据|依照|按照|遵照|遵循|落实|贯彻)(?P<list>[^。；]{1,600}?)"
        r"(?P<verb>制定|制订|出台)(?:了)?(?:本|如下|以下|《|[\ue000-\uefff]|我)",
        kind="implements",
    ),
    Construction(
        r"(?:根据|依据|依照|按照|遵照)(?P<list>(?:(?!制定|印发|起草)[^。；]){1,280}?)"
        r"(?P<verb>)，(?:经[^，。；]{1,30}，)?(?:结合[^，。；]{1,40}，)?(?:现|我[市省局部区]?(?:决定|制定))",
        kind="implements",
        strength="likely",
    ),
    Construction(rf"(?P<verb>废止|修改|修订|修正|调整)(?:部分)?{_ZLIST}(?:的|等)", title=True),
    Construction(
        rf"(?:贯彻(?:落实|实施|执行)?|落实|实施|执行){_ZLIST}(?P<verb>)",
        title=True,
        kind="implements",
    ),
)
CHINESE_LEAD = re.compile(
    rf"(?:(?:下列|以下)[^，。；]{{0,40}}?(?:同时|一并|均|予以|自[^，。；]{{2,20}}起)*(?P<verb>{_STOPPED})"
    rf"|(?P<verb2>废止)(?:下列|以下)[^。；]{{0,30}}?)\s?[:：]"
)
HAN_NEGATED = re.compile(
    r"(?:未|不|已经?|曾|可|被|如|若|拟)[^，。；]{0,12}$|(?:根据|依据|依照|按照)[^，。；]{0,100}$"
)
"""Before a name, in the same clause: the action is not a fact stated by this document."""
