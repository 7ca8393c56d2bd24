"""How many bodies are to have issued it: "jointly", "with other ministries", "by MIIT alone".

The words that say so are cut out of the marked question before anything else is read from it, so
that what is left has the shape of any other: "did ⟦issuer⟧ issue jointly with others" becomes
"did ⟦issuer⟧ issue".
"""

from __future__ import annotations

import re
from typing import Literal

from policybot.search import chinese, cues
from policybot.search.marks import BODY, ISSUER, Marked, compiled, lower
from policybot.search.numerals import numeral

Together = Literal["joint", "alone"]
"""``joint``: two or more bodies issued it; ``alone``: one, and no other."""

TOGETHER = re.compile(
    rf"\b(?:jointly|together|joint)\b|{BODY},? with (?:the )?{BODY}|\bboth (?:the )?{BODY}|{cues.ISSUE_VERB} with (?:the )?{BODY}|{chinese.TOGETHER}"
)
"""Where two bodies are named: both issued it."""

_ISSUED = r"(?:issued|published|released|promulgated|announced|adopted)"
_NOT = r"(?:(?:\b|(?<=\w))(not |n't |never )(?:ever |also |been |be ){0,2})?"
_DENIALS = frozenset(["not", "n't", "never", "non-", "non"])
_JOINTLY = r"(?:jointly|together|in (?:conjunction|cooperation|collaboration|concert|partnership))"
_SEVERAL = r"(?:more than one|at least two|two or more|several|multiple)"
_SO_MANY = rf"(?P<how>at least |more than |exactly )?(?P<count>{cues.COUNT})(?P<more> or more)? (?:\w+ )?{cues.BODY_KIND}\b(?!,? including)"
_HAN_SO_MANY = re.compile(r"(?P<count>[二两三四五六七八九十]|\d{1,2})个?(?P<more>以上)?")
_BY_SEVERAL = rf"by {_SEVERAL}(?: \w+)? {cues.BODY_KIND}"
_OTHERS = rf"with (?:(?:the|any|some|one|or|more|many|several) )*(?:others\b|(?:an)?other (?:\w+ )?{cues.BODY_KIND})"
_ONE_ITSELF = r"(?:on (?:its|their) own|by (?:itself|themselves)|single-handedly|independently)"
_NO_OTHER = rf"without (?:any |the )?(?:others\b|(?:an)?other (?:\w+ )?{cues.BODY_KIND})"
_THE = r"(?:the )?"
_WHICH_BODIES = rf"\b(?:which|what) {cues.BODY_KIND}(?: have| has)?"
_ISSUE_IT = rf"{cues.ISSUE_VERB}(?: (?:any |some )?(?:{cues.PLURAL}|{cues.SINGULAR}|{cues.THING}))?"

_JOINT = (
    rf"{_NOT}\b{_ISSUED} ({_JOINTLY} {_OTHERS})",
    (
        rf"{_NOT}\b{_ISSUED} (?:((?:jointly|together) )by |by )"
        rf"((?:{_SEVERAL}|{cues.COUNT}) (?:\w+ )?{cues.BODY_KIND},? including )(?:the )?{BODY}"
    ),
    rf"{_NOT}\b{_ISSUED} ((?:(?:jointly|together) )?by {_SO_MANY})",
    rf"{_NOT}\b{_ISSUED} ((?:jointly|together)(?: {_BY_SEVERAL})?)\b",
    rf"{_NOT}((?:\bjointly|\btogether|\bco-) ?)(?={_ISSUED}\b)(?:{_ISSUED} ({_BY_SEVERAL}))?",
    rf"{_NOT}\b{_ISSUED} ({_BY_SEVERAL}(?: (?:jointly|together))?)\b",
    r"(?:,? but| and)? (not )((?:jointly|together)\b)",
    rf"(\bnon-? ?)?(\bjoint )(?={cues.GENERIC}\b)",
    rf"{ISSUER},? ((?:{_JOINTLY} )?{_OTHERS},? )(?={cues.ISSUE_VERB})",
    rf"(?:{ISSUER}|{_WHICH_BODIES}) (jointly )(?={cues.ISSUE_VERB})",
    rf"{ISSUER} {_ISSUE_IT} ((?:{_JOINTLY} )?{_OTHERS})",
    rf"(?:{ISSUER}|{_WHICH_BODIES}) {_ISSUE_IT} (jointly|together)\b",
    rf"{ISSUER} {_ISSUE_IT} ({_JOINTLY} )(?=with {_THE}{BODY})",
    rf"{_NOT}\b{_ISSUED} by {_THE}{ISSUER}(,? (?:{_JOINTLY} )?{_OTHERS})",
    rf"{_NOT}\b{_ISSUED} by {_THE}{ISSUER}(,? jointly)\b",
    rf"{_NOT}\b{_ISSUED} by {_THE}{ISSUER}(,? {_JOINTLY} )(?=with {_THE}{BODY})",
    *chinese.JOINT,
)
_ALONE = (
    rf"{_NOT}\b{_ISSUED} ((?:only|solely|exclusively|alone|single-handedly|independently) )by {_THE}{ISSUER}",
    rf"{_NOT}\b{_ISSUED} by ((?:only|solely|just) ){_THE}{ISSUER}",
    rf"{_NOT}\b{_ISSUED} by {_THE}{ISSUER}(,? (?:(?:acting )?alone|only|solely|{_ONE_ITSELF}|{_NO_OTHER}))(?! in {BODY})",
    rf"{_NOT}\b{_ISSUED} (by (?:a single|(?:only|just|exactly) one|one single) (?:\w+ )?{cues.BODY_KIND}(?: (?:alone|only))?)\b",
    rf"{_NOT}\b{_ISSUED} (by one (?:\w+ )?{cues.BODY_KIND} (?:alone|only))\b",
    rf"{ISSUER} {_ISSUE_IT} ((?:all )?(?:alone|solely|{_ONE_ITSELF}|{_NO_OTHER}))\b",
    rf"{ISSUER} ((?:alone|{_ONE_ITSELF}|{_NO_OTHER}) )(?={cues.ISSUE_VERB})",
    rf"\b(?:by|from) {_THE}{ISSUER}( alone)\b",
    *chinese.ALONE,
)


_SPOKEN_OF = re.compile(
    r"joint|together|co-|conjunction|cooperat|collab|concert|partner|alone|only|just|sole|exclus|single|independ|\bown\b|itself|themselves|other"
    r"|\bbod(?:y|ies)\b|ministr|department|agenc|several|multiple|\bone\b|联合|共同|单独|独自|独立|自行|仅|只|携手"
    rf"|会同|[与和同]|{chinese.OFFICES}"
)
"""A question without any of these says nothing of the kind, and the patterns are spared it."""

Bodies = tuple[int, int | None]
"""How many bodies issued it: at least, and at most (None: any number more)."""


def cut_together(marked: Marked) -> tuple[Marked, Together | None, Bodies | None]:
    """Return the question without the words that say how many bodies issued it, and what they say.

    Said of what was denied ("not issued jointly"), one becomes the other. The third is the number,
    where it is said ("by five bodies", 三个以上部门).
    """
    text = lower(marked.text)
    if not _SPOKEN_OF.search(text):
        return marked, None, None
    readings: tuple[tuple[Together, Together, tuple[str, ...]], ...] = (
        ("alone", "joint", _ALONE),
        ("joint", "alone", _JOINT),
    )
    for meant, denied, patterns in readings:
        for pattern in compiled(patterns):
            found = pattern.search(text)
            if found:
                spans = [found.span(n) for n in range(1, pattern.groups + 1) if found[n]]
                denies = any(
                    text[slice(*span)].strip() in _DENIALS
                    or re.fullmatch(chinese.DENIED, text[slice(*span)])
                    for span in spans
                )
                rest = marked.without(spans)
                if denies:
                    return rest, denied, None
                return rest, meant, _number(text, spans) if meant == "joint" else None
    return marked, None, None


def _number(text: str, spans: list[tuple[int, int]]) -> Bodies | None:
    for span in spans:
        said = text[slice(*span)]
        english, han = re.search(_SO_MANY, said), _HAN_SO_MANY.search(said)
        if english:
            how, count = english["how"] or "", numeral(english["count"])
            count += how.startswith("more")
            open_ended = english["more"] or how.startswith(("at", "more"))
            return count, None if open_ended else count
        if han:
            count = numeral(han["count"])
            return count, None if han["more"] else count
    return None
