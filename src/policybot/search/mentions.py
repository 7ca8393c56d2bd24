"""What a list's policies are to name or not to name: "that mention MIIT", "but not roads".

What a policy says can be searched; what it does not say is a filter: none of the words may occur
in it. Like :mod:`policybot.search.jointly`, this cuts its words out before the rest is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policybot.search import chinese, cues
from policybot.search.marks import BODY, DATE, ISSUER, PHRASE, Marked, compiled, lower


@dataclass(frozen=True, slots=True)
class Mentions:
    """Wordings of which a policy holds one (``either``) or none (``absent``).

    Its title holds ``titled``, and the words of none of ``untitled``.
    """

    either: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()
    untitled: tuple[str, ...] = ()


_MENTION = (
    r"(?:mention(?:s|ing|ed)?|refer(?:s|ring|red)? to|cit(?:e|es|ing)|nam(?:e|es|ing)"
    r"|speak(?:s|ing)? of|talk(?:s|ing)? (?:about|of)|discuss(?:es|ing)?|提到|提及|讲到|谈到)"
)
_CONTAIN = r"(?:contain(?:s|ing)?|includ(?:e|es|ing)|cover(?:s|ing)?|us(?:e|es|ing)|with|包含|含有)"
_THE_WORDS = r"(?:(?:the )?(?:exact )?(?:words?|phrases?|terms?|expressions?|year|name) )?(?:the )?"
_EITHER = (
    rf"(\b(?:that |which )?{_MENTION} {_THE_WORDS}({ISSUER}|{DATE})(?:,? or (?:the )?({ISSUER}|{DATE}))?)",
    rf"(\b(?:that |which )?{_CONTAIN} {_THE_WORDS}({DATE})(?:,? or (?:the )?({DATE}))?)",
    rf"((?:{_MENTION}|{_CONTAIN})了?({ISSUER}|{DATE})(?:或者?({ISSUER}|{DATE}))?)",
    rf"((?:either )?({PHRASE})(?:,? or |或者?)({PHRASE}))",
)
_NO_MORE = (
    r"(?:and|but|or|nor|issued|published|released|by|from|in|since|before|after|that|which|were"
    r"|was|did|on|at|either|anywhere|only|with)\b"
)
_WORD = rf"(?:{PHRASE}|{ISSUER}|{DATE}|(?!{_NO_MORE})[\w'&/-]+)"
_THING = rf"(?:the |a |an |any )?({_WORD}(?: {_WORD}){{0,4}})(?:, (?:the )?({_WORD}(?: {_WORD}){{0,4}}))?(?:,? (?:or|nor) (?:the )?({_WORD}(?: {_WORD}){{0,4}}))?"
_NOT = r"(?:do not|does not|don't|doesn't|did not|didn't|not|never|without)"
_NOT_MENTION = (
    rf"{_NOT} (?:ever )?(?:{_MENTION}|(?!with ){_CONTAIN})|(?:without|mak(?:e|es|ing) no) (?:any )?mention of"
    rf"|(?:{_MENTION}|{_CONTAIN}|are about|about|on) neither|without the (?:words?|phrases?|terms?)"
    r"|(?:say|says|saying) nothing (?:about|on|of)"
    r"|not (?:about|concerning|regarding|on|related to|relating to|dealing with)|unrelated to"
)
_OF_SOMETHING = (
    rf"(?!(?:by|from|in|those|jointly|the ones|issued|limited|only|necessarily)\b|{DATE})"
)
_HAN_THING = r"([^的,.;?!、\s]{1,12}?)"
_ABSENT = (
    rf"((?:,? (?:and|but) )?\b(?:that |which )?(?:are |is )?(?:{_NOT_MENTION}) {_THE_WORDS}{_THING})",
    rf"(,? but not (?:(?:about|on|mention(?:ing)?|containing|with(?! (?:the )?{BODY})) |(?!(?:the )?{BODY})){_OF_SOMETHING}{_THING})",
    rf"((?:没有?|未|不)(?:{_MENTION}|包含|包括|含有?|涉及)[了过]?{_HAN_THING}的(?=.*{chinese.NOUN}))",
    rf"((?:没有?|未|不)(?:{_MENTION}|包含|包括|含有?|涉及)[了过]?{_HAN_THING}\W*$)",
    rf"([与和跟同]{_HAN_THING}无关的)",
    rf"(除了?(?!{DATE}|{BODY}){_HAN_THING}(?:以外|之外|外)的?(?=.*{chinese.NOUN}))",
)
_TITLED = (
    rf"((?:that |which )?(?:with|have|has|having|contain(?:s|ing)?|includ(?:e|es|ing))? ?({PHRASE}) in (?:the|its|their|a) titles?)",
    rf"((?:(?:that|which|whose|with) )?(?:the |its |their )?titles? (?:that )?(?:contain(?:s|ing)?|includ(?:es|ing|e)|ha(?:s|ve)|with|mention(?:s|ing)?) {_THE_WORDS}({PHRASE}))",
    rf"((?:标题|题目|名称)[里中]?(?:有|含有?|包含|带有?)({PHRASE})的?)",
)
_UNTITLED = (
    rf"((?:that |which )?(?:{_NOT_MENTION}) {_THE_WORDS}((?:{PHRASE}|[\w'& -]{{2,60}}?)) in (?:the|its|their|a) titles?\b)",
    rf"((?:,? |^)(?:other than|besides|except(?: for)?|(?:apart|aside) from|excluding) (?!{DATE}|(?:the )?{BODY}|(?:those|ones) (?:by|from|in)\b){_THING},?)",
    rf"((?:that |which )?(?:are|is|were) not {_THING})(?=\W*$)",
)


_SPOKEN_OF = re.compile(
    rf"mention|refer|\bcit(?:e|ing)|\bnam(?:e|ing)|speak|talk|discuss|contain|includ|cover|\bus(?:e|ing)|with|\bnot\b|n't\b"
    rf"|never|nothing|neither|no\b|unrelated|title|other than|besides|except|apart|aside|exclud|{PHRASE}"
    r"|提到|提及|涉及|讲到|谈到|包含|包括|含有|没|未|不|无关|除|标题|题目|名称"
)
"""A question without any of these says nothing of the kind, and the patterns are spared it."""


def cut_mentions(marked: Marked) -> tuple[Marked, Mentions | None]:
    """Return a list's question without what its policies are to name or not to name, and that."""
    if not _SPOKEN_OF.search(lower(marked.text)):
        return marked, None
    found: dict[str, tuple[str, ...]] = {}
    kinds = {"titled": _TITLED, "untitled": _UNTITLED, "absent": _ABSENT, "either": _EITHER}
    for name, patterns in kinds.items():
        for pattern in compiled(patterns):
            match = pattern.search(lower(marked.text))
            if match is None:
                continue
            spans = [match.span(n) for n in range(2, pattern.groups + 1) if match[n]]
            things = [marked.text[slice(*span)] for span in spans]
            said = [_wording(marked, thing.strip()) for thing in things]
            wordings = [wording for wording in said if _has_content(wording)]
            if wordings:
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *wordings)))
                marked = marked.without([match.span()])
    return marked, Mentions(**found) if found else None


def _wording(marked: Marked, thing: str) -> str:
    return marked.name(thing) if re.fullmatch(PHRASE, thing) else marked.restore(thing)


def _has_content(wording: str) -> bool:
    return any(word not in cues.STOPWORDS for word in re.findall(r"[^\W_]+", wording.lower()))
