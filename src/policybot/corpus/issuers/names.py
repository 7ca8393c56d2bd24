"""Normalise names of bodies, and recognise acronyms that are also ordinary words."""

from __future__ import annotations

import functools
import re
import unicodedata

from policybot.simplified import simplified

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Chinese characters, as the inside of a regular expression's class."""

LETTER = r"A-Za-z0-9\u00c0-\u024f"
"""Letters and digits of Latin script, likewise."""

FOLD = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | {"\u00a0": " ", "\u3000": " ", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2019": "'"}
)
"""Translation of width, space and hyphen variants, one to one, so that spans stay valid."""

# Ordinary words that are also acronyms of public bodies somewhere ("most", the Ministry of Science
# and Technology): such an acronym is read only in its exact case.
_ORDINARY = """
    a able ace act add age aid aim air all am an and any apt arc are arm art as ask at ate aw ax bad
    ban bar be bed best bid big bit boa boot bus but by cab can cap car case cat cell chat city cod
    code con cop cost cow cut dad dam data date day deal den did dip do doc doe dot due ear east eat
    ed edit end era est ever fact fad far fast fed fee few fin fish fit five for form four free fun
    gap gas get go goal good got gun had has hat have he help her high him his home hot how hub i
    ice idea if in inn ion is it item its job just key kid lab land last late law lay led less let
    lid like list lot low mad made main make man many map mar mat may me mean men met mid milk mini
    mob mod mom moon more most mot much must my name near need net new next no nor north not note
    now odd of off oil old on once one only open or our out over own pad page paid pan part past pay
    pen per pet plan pot pro pub put rail ran rate raw read red rest road role rule run sac sad safe
    said sale same sat saw say sea see self sense set she ship side sit six so soil some son south
    spa star step stop sun sure tab take tap tax team tell ten term test than that the them then
    there they this tie time tip to too tool top town trade try two up us use van very via war was
    water way we web well west what when where which who why will win wise with won word work year
    yes yet you your zone
"""
_ORDINARY_WORDS = frozenset(_ORDINARY.split())


@functools.lru_cache(maxsize=1 << 15)
def normal_name(name: str) -> str:
    """Return the normal form of a name: equal for all spellings of one name."""
    text = simplified(unicodedata.normalize("NFKC", name.translate(FOLD)).casefold())
    text = text.replace("&", " and ")
    text = re.sub(r"'s?\s*$", "", text.strip())
    words = re.sub(r"[\s\-,]+", " ", text).strip()
    han = re.sub(rf"(?<=[{HAN}])\s+(?=[{HAN}])", "", words)
    return han.removeprefix("the ")


def is_ordinary_word(wording: str, *, shouted: bool) -> bool:
    """Return whether an acronym is more likely the ordinary word that it spells.

    ``shouted`` is true if the whole text is in capitals.
    """
    if wording.casefold() not in _ORDINARY_WORDS:
        return False
    return shouted or not wording.isupper()


def is_tail(wording: str, name: str) -> bool:
    """Return whether ``wording`` is a proper suffix of ``name``, by whole words."""
    longer, shorter = normal_name(name), normal_name(wording)
    return longer != shorter and longer.endswith(f" {shorter}")
