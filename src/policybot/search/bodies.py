"""Bodies a question attributes policies to, known to the corpus or not.

"What did the European Commission issue?" names a body; when the corpus does not know it, that is
the answer, and a search for something similar would mislead.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from policybot.corpus.issuers import IssuerBook
from policybot.model import Filters
from policybot.search import chinese, cues
from policybot.search.marks import BODY, ISSUER, UNKNOWN, Mark, lower
from policybot.simplified import simplified

_HEAD = (
    r"(?:ministry|department|bureau|commission|administration|agency|office|council|committee"
    r"|authority|board|bank|parliament|congress|senate|union|organi[sz]ation|association|institute"
    r"|academy|court|secretariat|directorate|inspectorate|treasury|ministries)"
)
_CAPITAL = r"(?:[A-Z][\w'&.-]*|[A-Z]+)"
_OF = re.compile(
    rf"\b(?:(?:{_CAPITAL}) ){{0,5}}(?i:{_HEAD})(?: (?i:of|for|on) (?:the )?"
    rf"(?:{_CAPITAL}(?:(?:,? (?:and|of|for|&) (?:the )?|, | ){_CAPITAL})*"
    r"|[a-z][\w-]+(?:(?:, [a-z][\w-]+)*,? and (?!(?:what|which|when|how)\b)[a-z][\w-]+)?))?"
)
_LEADING = re.compile(
    r"^(?:(?:Did|Does|Do|Has|Have|Had|Can|Could|Will|Would|Is|Are|Was|Were|Should|The|A|An|Which|What|Who"
    r"|When|How|Why|If|In|On|By|For|Of|And|Any|Each|My|Our|Your|His|Her|Their|Its|This|That|Competent"
    r"|Relevant|Local|National|Appropriate) )+"
)
_LOWER_HEAD = re.compile(
    r"\b(?!(?:the|a|an|which|what|this|that|any|each|every|by|of|did|does|has|from|and|new|joint|my|our|your|his|her|its"
    r"|their|local|national|central|competent|relevant|appropriate|trade|head|plan|post|no|to|in|for|with|or|same|other|whose)\b)[a-z][\w-]+ {_HEAD}\b"
)
_KINDS = "Ministry|Department|Bureau|Commission|Administration|Committee|Agency"
_KIND_OF = re.compile(rf"(?P<kind>{_KINDS}) of (?P<field>.+)")
_KIND = re.compile(rf"\b(?:{_KINDS.lower()})\b")
_BEGIN = re.compile(r"\b(?=\S)")
_ADVERB = r"(?:ever|recently|jointly|also|already)"
_SUBJECT = re.compile(
    rf"\b(?:did|has|have|does) (?:the )?(?!{_ADVERB} )((?:[\w&.'-]+ ){{1,7}}?)(?:{_ADVERB} )?{cues.ISSUE_VERB}\b",
    re.IGNORECASE,
)
_AGENT = re.compile(
    rf"\b(?i:{cues.ISSUE_VERB}) (?:(?i:jointly|together|only) )?(?i:by) (?i:the )?((?:{_CAPITAL})(?: (?:(?:of|for|and|&|the) )*{_CAPITAL})*)"
)
_CHINESE = re.compile(
    r"(?:^|[，,。？?、和与及由请问在查询\s\ue000-\ue1ff]|发布的|年)((?:(?![，,。？?、由在年月日\s])[\u4e00-\u9fff]){2,18}?"
    r"(?:部|委员会|委|总局|局|署|厅|办公室|法院|检察院|研究院|银行|政府|党中央|理事会|联盟))"
    rf"(?=(?:[和与及、跟或]|以及|会同|联合)?{BODY}|{chinese.BEFORE_VERB}(?:{chinese.ISSUE_VERB}|的?(?:有哪些)?{chinese.NOUN})|{chinese.BEFORE_OWN}{chinese.OWN})"
)
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}(?:[A-Z]\b)?", re.IGNORECASE)
_NO_CHINESE_BODY = re.compile(chinese.NO_BODY)


def issuer_marks(text: str, book: IssuerBook) -> list[Mark]:
    """Return a mark for every known issuer that a cleaned question names.

    "The finance ministry" is the Ministry of Finance where no other body could be meant.
    """
    marks = [Mark("issuer", found.span, found.name) for found in book.find(text)]
    for found in _DOTTED.finditer(text):
        name = book.canonical(found[0].replace(".", ""))
        marks += [Mark("issuer", found.span(), name)] if name else []
    return marks + _turned_marks(text, book)


def _turned_marks(text: str, book: IssuerBook) -> list[Mark]:
    """Return a mark for every "finance ministry", the longest first."""
    lowered, names = lower(text), _turned_names(book)
    longest = max(map(len, names), default=0)
    found: list[Mark] = []
    for kind in _KIND.finditer(lowered):
        first = max(0, kind.end() - longest)
        for begin in _BEGIN.finditer(lowered, first, kind.start()):
            name = names.get(lowered[begin.start() : kind.end()])
            if name:
                found.append(Mark("issuer", (begin.start(), kind.end()), name))
    return sorted(found, key=lambda mark: mark.span[0] - mark.span[1])


@functools.lru_cache(maxsize=8)
def _turned_names(book: IssuerBook) -> dict[str, str]:
    """Return the body that each "finance ministry" and the like is, ambiguous ones left out."""
    names: dict[str, set[str]] = {}
    for issuer in book.issuers:
        found = _KIND_OF.fullmatch(issuer.name)
        if found:
            kind, field = found["kind"].lower(), found["field"].lower()
            for part in {field, *re.split(r",? and |, ", field)}:
                names.setdefault(f"{part} {kind}", set()).add(issuer.name)
    return {text: next(iter(meant)) for text, meant in names.items() if len(meant) == 1}


def unwanted(text: str) -> list[str]:
    """Return the marks of the bodies whose policies a marked question leaves out, in order."""
    return [sign for found in cues.WITHOUT.finditer(text) for sign in re.findall(ISSUER, found[0])]


def unknown_marks(text: str, book: IssuerBook, others: Sequence[Mark]) -> list[Mark]:
    """Return a mark for everything in a cleaned question that has the form of a body's name.

    What the marks of known issuers and of dates (``others``) cover is part of no name. An acronym in small letters that spell a word ("mot") is a known one only here, where a body issues.
    """
    marks: list[Mark] = []
    for other in others:
        start, end = other.span
        cover = "\ue100" if other.kind == "issuer" else "\ue000"
        text = f"{text[:start]}{cover * (end - start)}{text[end:]}"
    for found in _OF.finditer(text):
        name = _LEADING.sub("", found[0])
        if len(name.split()) > 1:
            marks.append(Mark("unknown", (found.end() - len(name), found.end()), name))
    marks += [Mark("unknown", f.span(), f[0]) for f in _LOWER_HEAD.finditer(text)]
    for pattern in (_SUBJECT, _AGENT):
        for found in pattern.finditer(text):
            name = found[1].strip()
            start = found.start(1)
            if name and not cues.COUNTRY.fullmatch(name.lower()) and _is_name(name):
                marks.append(Mark("unknown", (start, start + len(name)), name))
    marks += [
        Mark("unknown", f.span(1), text[slice(*f.span(1))])
        for f in _CHINESE.finditer(simplified(text))
        if not _NO_CHINESE_BODY.fullmatch(f[1])
    ]
    return [
        mark if name is None else Mark("issuer", mark.span, name)
        for mark in marks
        for name in [_known_as(text[slice(*mark.span)], book)]
    ]


def _known_as(name: str, book: IssuerBook) -> str | None:
    """Return the body called ``name``, or the only one whose name goes on from there with "of"."""
    found = book.canonical(name)
    if found is None and name.isascii():
        begun = f"{name.lower()} of "
        longer = [body.name for body in book.issuers if body.name.lower().startswith(begun)]
        found = longer[0] if len(longer) == 1 else None
    return found


def _is_name(text: str) -> bool:
    """Names carry a capital; of plain words, one or two may be a body typed in haste."""
    if any(c.isupper() for c in text):
        return True
    words = text.split()
    return len(words) <= 2 and not cues.STOPWORDS.intersection(words)


_HEAD_WORDS = 6
_LIST_OF = rf"(?:{cues.CHILDREN})?(?:,? ?(?:(?:and|or|&|(?:together |along |jointly )?with|、|和|与|及|或者?|以及|跟|联合|会同|携手) ?)?(?:the |its )?{BODY}(?:{cues.CHILDREN})?)*+"
_BY = re.compile(rf"\b(?:by|from|under) (?:the )?({BODY}{_LIST_OF})")
_ISSUES = re.compile(
    rf"({BODY}{_LIST_OF})(?:'s?)?,? ?(?:(?:have|has|had|jointly|together|both|recently|ever|also|[\ue000-\ue0ff]) ?)*{chinese.BEFORE_VERB}{cues.ISSUE_VERB}"
)
_DID_ISSUE = re.compile(
    rf"\b(?:did|has|have|does|do|had) (?:the )?({BODY}{_LIST_OF})(?: \w+)? {cues.ISSUE_VERB}"
)
_OWN = re.compile(
    rf"({BODY}{_LIST_OF})(?:'s?)? ?(?:的|在|[\ue000-\ue0ff]|[\w-]+ ){{0,3}}? ?(?:{cues.PLURAL}|{cues.SINGULAR}|的?(?:有?哪些)?{chinese.NOUN})"
    rf"|({BODY}{_LIST_OF}){chinese.BEFORE_OWN}{chinese.OWN}"
)
_WITH = re.compile(rf"\b{cues.ISSUE_VERB} with (?:the )?({BODY}{_LIST_OF})(?!'s)")
_OF_BODY = re.compile(
    rf"\b(?:{cues.GENERIC}|{cues.SINGULAR}|{cues.THING}) (?:of|by|from) (?:the )?({BODY}{_LIST_OF})"
)
_SAYS = re.compile(
    rf"(?:\b(?:do|does|did|has|have|according to) (?:the )?)?({BODY}{_LIST_OF}),? ?{cues.SAY_VERB}\b"
    rf"|\baccording to (?:the )?({BODY}{_LIST_OF})"
)


def attributed(text: str) -> tuple[list[str], list[str]]:
    """Return the marks of bodies the question says issued what it asks for, and of those quoted.

    ``text`` is the marked, lower-cased question. The second list are bodies that say, ask or
    decide something: a body may say so in a policy that another one issued.
    """
    issuing: list[str] = []
    if not cues.SEEKS.match(text):
        return [], []
    # "MIIT's policies" is what is asked for at the head of a question, and a circumstance later.
    patterns = [
        (_ISSUES, None),
        (_DID_ISSUE, None),
        (_WITH, None),
        (_OWN, _HEAD_WORDS),
        (_OF_BODY, _HEAD_WORDS),
    ]
    if re.search(rf"{cues.ISSUE_VERB}|\b{cues.PLURAL}\b|{chinese.NOUN}", text):
        patterns.append((_BY, None if re.search(cues.ISSUE_VERB, text) else 2 * _HEAD_WORDS))
    for pattern, furthest in patterns:
        for found in pattern.finditer(text):
            if furthest is None or len(text[: found.start()].split()) <= furthest:
                issuing += re.findall(BODY, next(filter(None, found.groups())))
    saying = [
        sign
        for found in _SAYS.finditer(text)
        for sign in re.findall(BODY, found[1] or found[2])
        if sign not in issuing
    ]
    return list(dict.fromkeys(issuing)), list(dict.fromkeys(saying))


def included(filters: Filters, book: IssuerBook) -> dict[str, tuple[str, ...]]:
    """Return the bodies that those of the filters were before, at a time the filters allow."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (*filters.issuers, *filters.without):
        former = [book.get(before) for before in book.former(name)]
        found[name] = tuple(
            body.name
            for body in former
            if body
            and body.name not in (*filters.issuers, *filters.without)
            and not (filters.since and body.until and body.until.last < filters.since)
        )
    return {name: former for name, former in found.items() if former}


def known(signs: Sequence[str]) -> list[str]:
    """Return those marks that are known issuers."""
    return [sign for sign in signs if re.match(ISSUER, sign)]


def unknown(signs: Sequence[str]) -> list[str]:
    """Return those marks that are bodies the corpus does not know."""
    return [sign for sign in signs if re.match(UNKNOWN, sign)]
