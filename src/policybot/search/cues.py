"""The words by which a question says what it wants: lists, issuing, saying, and plain filler.

English and Chinese side by side; every pattern is used on lower-cased, marked text.
"""

from __future__ import annotations

import re

from policybot.search import chinese
from policybot.search.marks import ANY, DATE, ISSUER

ISSUE_VERB = (
    r"(?:issu(?:e|es|ed|ing)|publish(?:es|ed|ing)?|releas(?:e|es|ed|ing)|promulgat(?:e|es|ed|ing)"
    r"|announc(?:e|es|ed|ing)|enact(?:s|ed|ing)?|adopt(?:s|ed|ing)?|circulat(?:e|es|ed|ing)"
    r"|print(?:s|ed|ing)? and distribut(?:e|es|ed|ing)|pass(?:es|ed)?|dated|signed|put out|came out"
    r"|come out|appear(?:ed|s)?|brought out|put (?:\w+ )?out|c[oa]mes? from|carry the date(?: of)?|bear the date(?: of)?|with the date(?: of)?"
    rf"|{chinese.ISSUE_VERB})"
)
SAY_VERB = (
    r"(?:say|says|said|ask|asks|asked|require|requires|required|decide|decides|decided|propose"
    r"|proposes|proposed|plan|plans|planned|order|orders|ordered|call|calls|called|demand|demands"
    r"|request|requests|requested|recommend|recommends|recommended|want|wants|wanted|do|does|did"
    r"|done|rule|ruled|set|sets|state|states|stated|mention|mentions|write|wrote|think|tell|tells"
    r"|told"
    rf"|{chinese.SAY_VERB})"
)
PLURAL = (
    r"(?:policies|documents|notices|regulations|laws|rules|circulars|guidelines|announcements"
    r"|measures|plans|decisions|opinions|papers|directives|decrees|publications|orders|acts"
    r"|statutes|strategies|initiatives|texts|programmes|programs)"
)
SINGULAR = r"(?:policy|document|notice|regulation|law|rule|circular|guideline|announcement|paper)"
THING = r"(?:anything|everything|something|nothing|things|stuff|legislation)"
GENERIC = (
    r"(?:policies|documents|notices|regulations|laws|rules|circulars|announcements|papers|directives"
    r"|decrees|publications|legislation|statutes)"
)
"""Plurals that name policies in general and seldom stand in a title."""
NOUN = rf"(?:{PLURAL}|{SINGULAR}|{THING}|{chinese.NOUN})"

BODY_KIND = (
    r"(?:bod(?:y|ies)|ministr(?:y|ies)|departments?|agenc(?:y|ies)|issuers?|authorit(?:y|ies)"
    r"|institutions?|organi[sz]ations?|commissions?|offices?|organs?|regulators?)"
)
COUNT = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen)"
FILLER = (
    r"(?:(?:hi|hello|hey|dear bot)[ ,!]+)?(?:[^:?]{3,40}: )?"
    r"(?:(?:for|in) (?:a|an|my|our|the|this) (?:\w+ )?\w+,? (?=(?:please|i|list|show|give|name|which|what|all)\b))?"
    r"(?:(?:please|kindly|pls|ok|so|and|now)[ ,]+)*"
    r"(?:(?:can|could|would|will) you (?:please )?)?(?:(?:i (?:want|need|would like)|i'd like) (?:to (?:know|see|find|read|have|get) )?)?"
    r"(?:(?:do you know|tell|inform|show|give|send|find|get|display|provide|search|look for|look up)\b ?(?:me|us)? ?)?"
    r"(?:about )?"
)
_AUXILIARY = (
    r"(?!(?:do|does|did|is|are|was|were|has|have|should|can|could|must|in|which|what|who|how)\b)"
)
_ABOUT = (
    r"(?:mention\w*|cover\w*|concern\w*|relat\w+|address\w*|discuss\w*|deal\w*|refer\w*|speak\w*|talk\w*"
    r"|contain\w*|on|about|regarding|from|by|of|since|after|before|between|issued|published|released|exist"
    r"|are there|there are|do you have|are in|were in)"
)
_START = rf"^\s*{FILLER}"
LIST = re.compile(
    "|".join(
        (
            rf"\b(?:which|what) (?:(?:are|were) )?(?:{_AUXILIARY}\S+ ){{0,4}}?policies\b",
            (
                rf"{_START}(?:which|what) (?:{_AUXILIARY}\S+ ){{0,4}}?{PLURAL}"
                rf"(?=\W*$| (?:that |which )?(?:{_ABOUT}|(?:did|has|have|were|was|are) [^?]*?{ISSUE_VERB}"
                r"|come|came|carry|bear|promote|support)\b)"
            ),
            (
                rf"{_START}(?:(?:a|an|the|full|complete|whole|entire) )*"
                r"(?:list|enumerate|timeline|chronology|overview|inventory|catalogue|catalog|history)\b"
            ),
            rf"{_START}all (?:of )?(?:the |these |your )?(?:\S+ ){{0,3}}?{PLURAL}\b",
            rf"{_START}(?:which|what) {BODY_KIND} (?:have |has )?{ISSUE_VERB} (?:{PLURAL}|{THING})\b",
            rf"{_START}(?:every|each) (?:\S+ ){{0,3}}?{SINGULAR}\b",
            rf"{_START}(?:(?:is|was|were) (?:there )?|(?:did|has|have) [^?]{{1,60}}? )?(?:everything|anything)\b",
            rf"{_START}how many (?:\S+ ){{0,4}}?{PLURAL}\b",
            rf"{_START}(?:the )?(?:{_AUXILIARY}\S+ ){{0,2}}?{PLURAL} (?:and|or) {PLURAL}\b",
            rf"{_START}(?:are|were) there (?:any )?(?:\S+ ){{0,3}}?policies\b",
            (
                rf"{_START}(?:the )?(?:{_AUXILIARY}\S+ ){{0,3}}?{GENERIC} (?:on|about|related|relating|regarding|concerning"
                r"|mentioning|covering|from|by|of|since|after|before|between|in|issued|published|released|that|which)\b"
            ),
            rf"{_START}(?:the )?(?:{_AUXILIARY}\S+ ){{0,6}}?{GENERIC}\W*$",
            r"\bchronological\w*\b|\bin (?:date|time) order\b|\b(?:sorted|ordered|arranged|listed) by date\b",
            r"\b(?:oldest|earliest|newest|latest) first\b",
            chinese.LIST,
        )
    )
)
"""The question wants every policy there is, not the best one."""

COMPARES = re.compile(
    rf"^{FILLER}(?:which|what|who)\b[^?]*\b(?:the )?(?:most|fewest|least) (?:\w+ )?{NOUN}\b(?! (?:important|recent))"
    rf"|\b(?:more|fewer) (?:\w+ )?{NOUN} than\b|\bhow many\b[^?]*\b(?:in |per |by )(?:each |every )?(?:year|body|ministry|issuer)\W*$"
    rf"|哪[一个年]?[^?]{{0,12}}(?:{chinese.GENERIC}|{chinese.ISSUE_VERB})[^?]{{0,6}}(?:最多|最少)|每年{chinese.ISSUE_VERB}[^?]{{0,6}}(?:多少|几)"
    rf"|比{ISSUER}[^?]{{0,8}}(?:多|少)\W*$"
)
"""The question compares numbers of policies, and no passage says them."""

FIND = re.compile(
    r"\b(?:which|what)(?: one)? (?:(?!policies\b|documents\b)\S+ ){0,3}?(?:policy|document|notice|plan|regulation)\b"
    rf"|{chinese.FIND}"
)

SEEKS = re.compile(
    rf"{_START}(?:what (?:was|were|is|has|have|did|does|do|happened|came|policies|documents)|which|who|list|show|how many|any|all"
    rf"|every|did|does|do|has|have|was|were|are|is|{THING}|(?:the )?(?:\S+ ){{0,4}}?{NOUN}"
    rf"|(?:on|in|between|from|since|after|before|during|dated)? ?{DATE}|{ISSUER}|\W*$|[^a-z]*[\u4e00-\u9fff])"
)
"""The question may be after policies of a date or a body, and is no story that mentions one."""

_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|my|we|we've|our|he|she|his|her)\b")
_WANT = re.compile(
    r"\bi(?:'d| would)? (?:want|need|like|am looking|wonder)\b|\bi'm (?:looking|interested)\b"
)
_STORY_WORDS = 15


def tells_a_story(text: str) -> bool:
    """Tell a person's own case, whose dates and bodies are circumstances, from a question."""
    return len(text.split()) > _STORY_WORDS and _PERSON.search(_WANT.sub(" ", text)) is not None


CHILDREN = (
    r"(?:'s?)? ?,? ?(?:(?:and|with|including|or|plus|incl\.?) (?:(?:all|any|of|its|their|the|subordinate|affiliated) )*"
    r"(?:bodies|agencies|departments|ministries|offices|organs|units|children|subordinates|institutions|commissions)"
    rf"|{chinese.CHILDREN})"
)
WITH_CHILDREN = re.compile(rf"({ISSUER}){CHILDREN}")
_AND_ISSUERS = rf"(?:,? (?:and|or|nor) (?:by |from )?(?:the )?{ISSUER})*"
WITHOUT = re.compile(
    rf"(?:\b(?:not (?:\w+ )?(?:by|from|with)|other than|except(?: for| by)?|excluding|without|(?:apart|aside) from|besides"
    rf"|neither|(?<=anyone )but|(?<=anybody )but|(?<=everyone )but|(?<=everything )but|(?<=anything )but|(?<=all )but|but not(?: with)?)"
    rf"(?: the| those| that| issued| of| by| from)*|\bnon[- ])"
    rf" ?{ISSUER}{_AND_ISSUERS}|{chinese.WITHOUT}"
    rf"|{ISSUER}{_AND_ISSUERS} (?:(?:did|has|have|does) )?not (?:(?:also|yet|ever) )?(?:sign\b|(?={ISSUE_VERB}))"
)
"""Bodies whose policies are not wanted."""

OPENING = re.compile(
    rf"^{FILLER}(?:(?:all )?(?:of )?china's |chinese )?"
    rf"(?:"
    rf"(?:(?:a|an|the|full|complete|whole|entire) )*(?:list|enumerate|timeline|overview|chronology|history|inventory)\b"
    rf"(?: of)?(?: me)?(?: (?:all|every|each|the|of|{COUNT}))*"
    rf"|(?:(?:all|every|each|any|the|of|full|complete|whole|{COUNT}) )+"
    rf"|(?:what's|what|which|who's|who|how many)(?: (?:are|is|were|was|all|the|of|other|else))*"
    rf"|(?:is|are|was|were) there(?: (?:any|a|an|some))?"
    rf"|(?:anything|everything|something)\b"
    rf")?\s*"
)
NOUN_LINK = re.compile(
    rf"^(?:(?:chinese|china's|national|government|public|official|existing|current|other|{COUNT}) )*"
    rf"(?:{PLURAL}|{SINGULAR}|{THING})\b"
    r"(?: (?:are there|there are|is there|exist|do you have|that|which|were|was|are|is|have been|has been|been|related|relating"
    r"|relevant|pertaining|connected|linked|concerned|dealing|talk|talks|speak|speaks|mention|mentions"
    r"|mentioning|mentioned|cover|covers|covering|discuss|discusses|discussing|address|addresses"
    r"|addressing|concern|concerns|concerning|regarding|deal|deals|on|about|to|with|of|for|refer"
    r"|refers|referring|does|do|say|says|contain|contains|containing|include|includes))*\b\s*"
)
SAYS_ABOUT = re.compile(
    rf"^(?:what|how) (?:do|does|did|has|have) (?:the |a |any )?(?:corpus|china|chinese government|government|law"
    rf"|policy|policies|{ANY}) (?:say|said|state|stated|write|tell us|mention|do|done)(?: (?:about|on|regarding))\s*"
)
CLOSING = re.compile(
    rf"[\s,]*(?:\b(?:{GENERIC}|policy)|(?:sorted |ordered |arranged )?(?:in|by) (?:(?:chronological|date|time)(?: order)?|the order of (?:date|time)|year)"
    r"|chronologically|please|thanks|thank you|and which (?:policy|document|notice|one) says so|(?:that )?(?:you have |are )?(?:in|of|from) (?:the|your|this) (?:corpus|collection|database|dataset|archive|library|index|files?)|you have|in china|altogether|in total|all together|(?:,? ?(?:oldest|earliest|newest|latest) first)"
    r"|are there|is there|do you have|do you know)$|[\s,.;:!?。？！；：，、]+$"
)
CHINESE_OPENING = re.compile(chinese.OPENING)
CHINESE_CLOSING = re.compile(chinese.CLOSING)
CHINESE_LIST_CLOSING = re.compile(chinese.LIST_CLOSING)
CHINESE_ONLY_NOUN = re.compile(chinese.ONLY_NOUN)
CHINESE_ASKED = re.compile(chinese.ASKED)

COUNTRY = re.compile(
    r"(?:the )?(?:(?:people's republic of )?china|prc|chinese (?:government|authorities|state)|beijing"
    r"|(?:central |national |local |state )?governments?|authorit(?:y|ies)|it|they|he|she|we|you|people|who"
    r"|anyone|anybody|somebody|someone|corpus|state|country|nation|this|that|these|those|policy|policies)"
)
"""Subjects of issuing that name no body in particular."""

_STOPWORDS = """
a about above after again all also an and any are as at be been before being between both but by can
could did do does during each for from had has have having he her him his how i if in into is it its me
more most my no nor not of off on once only or other our out over own same she should so some such than
that the their them then there these they this those through to too under until up us very was we were
what when where which while who whom why will with would you your please list show tell give timeline
anything everything something nothing anyone anybody everyone else happen happened bodies new since onwards onward put make made
whole full complete altogether total come comes came carry carries bear bears date dated
want wants wanted need needs needed hope hopes hoped get gets got help helps like look looks
think thought know known good better best enough currently current specifically rather kind kinds
sort sorts way ways much many really actually exactly explain describe involve involved involves
anyone someone something sure anywhere mentioned still yet ever even just go goes going gone thing use used uses using
try tries tried take takes taken mean means meant call called ask asked require required requires
say saying please thanks thank yes main mainly concerning within among upon whether instead
policy policies document documents say says said mention mentions regarding concerning related
"""
STOPWORDS = frozenset(_STOPWORDS.split())
"""Words that carry no topic of their own in a question."""
LIST_WORDS = (STOPWORDS - {"new"}) | frozenset(
    ["chronological", "earliest", "exist", "exists", "existing", "far", "latest", "newest", "oldest",
     "order", "ordered", "overview", "provide", "sorted", "adopted", "issued", "published", "released"]
)  # fmt: skip
"""Words at either end of a list's topic that speak of the list."""

CHINESE_STOP = re.compile(
    r"[的了吗呢是和与及或且但在有哪些什么请问关于对于如何怎么怎样为由以等都]|政策|文件|规定"
)

ABOUT_GENERIC = re.compile(
    rf"\b(?:on|about|regarding|concerning|mention(?:s|ing)?|deal(?:s|ing)? with|cover(?:s|ing)?)"
    rf" ((?:[\w-]+ (?:and|or) )?{PLURAL})\W*$"
)
"""Policies as the topic of others: "policies on laws and regulations"."""

IS_THERE = re.compile(rf"{_START}(?:is|was|are|were) there (?:any|a|an) (?:\S+ ){{0,3}}?{NOUN}\b")
"""The question asks whether there is a policy, of a date and on something."""

TARGET_CONTEXT = re.compile(
    r"\b(?:target|goal|project|projects|plan|pilot|pilots|period|phase|growth|objective|scheme|schemes)s?"
    r"(?: (?:for|of|in|the))*\s*$"
)
BEFORE_ISSUED = re.compile(
    rf"{ISSUE_VERB}(?: (?:jointly|together|recently|officially|first|out))*"
    rf"(?:,? (?:by|from) [^.;?]{{0,80}}?)?,?\s*$"
)
BEFORE_NOUN = re.compile(
    rf"(?:\b(?:{PLURAL}|{SINGULAR}|{THING})|{chinese.NOUN})"
    rf"(?: (?:that|which|there|new|else))*(?: (?:were|was|are|is|have been|has been))*(?: there)?"
    rf"(?:,? (?:by|from|of) (?:the )?{ISSUER}(?:(?:,? and |, |、|和)(?:the )?{ISSUER})*)?,?\s*$"
)
ABOUT_TAIL = re.compile(
    rf"\b(?:{PLURAL}|{THING}) (?:on|about|for|regarding|concerning|related to|relating to|dealing with|covering)\b[^?]*$"
)
AFTER_NOUN = re.compile(
    rf"(?:'?s)?\s*(?:(?:{ISSUER}|[\w-]+)(?:'s)? ){{0,3}}?(?:{PLURAL}|{SINGULAR}\b)"
)
AFTER_CHINESE = re.compile(chinese.AFTER_DATE)
AFTER_CHINESE_GENERIC = re.compile(rf"的?.{{0,24}}?{chinese.GENERIC}")
AFTER_CHINESE_NOUN = re.compile(rf"的?.{{0,8}}?{chinese.NOUN}(?!的[^有都是])")
WHAT_THERE = re.compile(
    r"\b(?:what(?:'s| is| was| were| are)?)(?: (?:there|new|happened|happening|out))*\s*$"
)
DATES = re.compile(DATE)
