"""British and American spellings of a word made one, before it is stemmed.

Most are the American ones. A rule may coin a word that does not exist: passages and questions coin
it alike. What must not happen is that a rule parts two words of one family, so "revise" keeps the
s of "revision". Changing anything here changes terms on disk: raise ``manifest.SCHEMA``.
"""

from __future__ import annotations

import re

_PAIRS = """
adviser/advisor aluminum/aluminium artifact/artefact caliber/calibre check/cheque cipher/cypher
councilor/councillor counselor/counsellor cozy/cosy curb/kerb defense/defence disk/disc enroll/enrol
enrollment/enrolment fulfill/fulfil fulfillment/fulfilment gray/grey installment/instalment
jail/gaol jewelry/jewellery license/licence luster/lustre maneuver/manoeuvre meager/meagre
odor/odour offense/offence practice/practise pretense/pretence saber/sabre skillful/skilful
somber/sombre specter/spectre tire/tyre willful/wilful yogurt/yoghurt
"""
_WORDS = {
    british + ending: american + ending
    for american, british in (pair.split("/") for pair in _PAIRS.split())
    for ending in ("", "s")
} | {
    "ageing": "aging",
    "centred": "centered",
    "centring": "centering",
    "licenced": "licensed",
    "licencing": "licensing",
    "practised": "practiced",
    "practising": "practicing",
}
_NEVER_IZE = (
    r"(?<![aeou])(?<!w)(?<![emnrx]c)(?<![^i]v)(?<![^t]iv)(?<!pr)(?<!sunr)(?<!desp)(?<!chand)"
    r"(?<!parad)(?<!franch)(?<!advert)(?<!chast)(?<!expert)(?<!pract)(?<!treat)(?<!\bdem)(?<!prem)"
    r"(?<!prom)(?<!surm)"
)
"""Not after these letters: words that end in -ise on both sides (supervise, exercise, promise)."""

_RULES = (
    (
        re.compile(
            rf"(?<=\w{{3}}){_NEVER_IZE}is"
            r"(?=(?:e|ed|es|er|ers|ing|ation|ations|ational|able|ably|ability)$)"
        ),
        "iz",
    ),
    (re.compile(r"(?<=\w{3}l)ys(?=(?:e|ed|er|ers|ing)$)"), "yz"),
    (
        re.compile(
            r"(?<=\w{3})our(?=(?:s|ed|er|ers|ing|ings|ly|able|ably|al|ally|ful|fully|hood|hoods|ism"
            r"|ite|ites|itism|less|y)?$)"
        ),
        "or",
    ),
    (re.compile(r"(?<=[aeiou][ae]l)l(?=(?:ed|er|ers|ing)$)"), ""),
    (re.compile(r"(?<=\wog)u(?=(?:e|ed|er|ers|es|ing)$)"), ""),
    (re.compile(r"(?:(?<=cent|heat)|(?<=met|lit|fib))re(?=s?$)"), "er"),
    (re.compile(r"(?<=gram)me(?=s?$)"), ""),
    (re.compile(r"(?<=dg)e(?=ment)"), ""),
    (re.compile(r"(?<=[^\Wao])ae(?=[cdmns])|(?<=f)oe(?=t)|(?<=rrh)oe(?=a)|^oe(?=[dst])"), "e"),
    (re.compile(r"(?:(?<=^m)|(?<=^sm))ou(?=ld)"), "o"),
    (re.compile(r"^despatch"), "dispatch"),
    (re.compile(r"^enquir"), "inquir"),
    (re.compile(r"^plough"), "plow"),
    (re.compile(r"^sceptic"), "skeptic"),
    (re.compile(r"^sulph"), "sulf"),
)

_MAY_DIFFER = re.compile(
    "is|ys|our|ll|ogu|re|mme|dge|ae|oe|ou|^despatch|^enquir|^plough|^sceptic|^sulph"
)
"""What a rule changes has one of these, and most words have none."""


def one_spelling(word: str) -> str:
    """Return the one spelling of ``word``, which is casefolded."""
    if word in _WORDS:
        return _WORDS[word]
    if not _MAY_DIFFER.search(word):
        return word
    for pattern, replacement in _RULES:
        word = pattern.sub(replacement, word)
    return word
