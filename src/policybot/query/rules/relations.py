"""Relations: which policy replaced, repealed, amended or implemented another.

A verb of relations divides a sentence into two sides; voice and question words tell which side is
asked for. Whether the other side names a policy is found out from the corpus.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from policybot.query.lexicon import participle_endings
from policybot.query.text import Text
from policybot.query.tokens import Token, has_class, latin_lexicon, word_classes, wording_of

Wanted = Literal["subjects", "objects"]

KINDS = {
    "amend": "amends",
    "repeal": "repeals",
    "implement": "implements",
    "replace": "replaces",
}
"""The relation that a word of each class is for."""

_AUXILIARY = word_classes("""
    be have do modal adverb relative passive whether particle comma issue_mark interjection plea
    still
""")
_TELLING = frozenset(["basis", "alter", *KINDS, *(f"{name}_noun" for name in KINDS)])
"""Classes of words without which a sentence asks for no relation."""

_MOST_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """The relation between policies that a question asks for, as it words it.

    With ``wanted`` "subjects", the policies that do ``kind`` to the one called ``named`` are asked
    for, with "objects" those to which it does that. ``named`` is empty where no policy is named.
    ``head`` is the question's wording of what is wanted ("which 2013 policies"). ``either`` says that
    the words may as well ask for the other side: ¿Qué derogó la ley? ``others`` are further kinds,
    of which a policy may have any: "repealed or replaced".
    """

    kind: str
    wanted: Wanted
    named: str
    head: str
    either: bool = False
    others: tuple[str, ...] = ()


def asked_relation(tokens: Sequence[Token], text: Text) -> Asked | None:
    """Return the relation that a sentence asks for; None where it asks for none.

    Examples, each with kind, what is wanted, and what is named:

    What replaced the 2010 notice? → replaces subjects “2010 notice”
    Which policies did the Harbour Rules repeal? → repeals objects “Harbour Rules”
    What does Safety of Harbours and Piers replace? → replaces objects “Safety of Harbours and Piers”
    Has the Harbour Act been amended? → amends subjects “Harbour Act”
    Which policies have been repealed? → repeals objects “”
    Which measures implement the Harbour Act? → implements subjects “Harbour Act”
    《港口条例》被哪个文件取代 → replaces subjects “《港口条例》”
    哪些政策已被废止 → repeals objects “”
    《港口条例》后来修改过吗，是哪个文件改的 → amends subjects “《港口条例》”
    ¿Qué norma derogó la Ley de Puertos? → repeals subjects “Ley de Puertos”
    ¿Qué deroga la Ley de Puertos? → repeals objects “Ley de Puertos”
    ¿Qué modificó la Ley de Puertos en 2012? → amends subjects “Ley de Puertos”
    哪些政策落实了十二五规划 → implements subjects “十二五规划”
    """
    if not has_class(tokens, *_TELLING):
        return None
    tokens = [token for token in tokens if not {"stop", "question", "mark"} & token.classes]
    if not tokens or len(tokens) > _MOST_TOKENS:
        return None
    if _is_state(tokens):
        return None
    tokens = _without_when(tokens)
    read = _Sides(tokens, text)
    for at, token in enumerate(tokens):
        kind = next((kind for name, kind in KINDS.items() if name in token.classes), None)
        if kind is None and "alter" in token.classes and _has_name(tokens):
            kind = "amends"
        if kind:
            matched = read.chinese(kind, at) if token.is_han else read.latin(kind, at)
            if matched:
                denied = _is_denied(matched, tokens[:at]) or _holds_on_a_day(matched, tokens)
                return None if denied else matched
        noun = next((k for n, k in KINDS.items() if f"{n}_noun" in token.classes), None)
        if noun and (matched := read.noun(noun, at)):
            return matched
        if "basis" in token.classes and (matched := read.basis(at)):
            return matched
    return None


def _without_when(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return a sentence without "and from when", which the policy that is found answers."""
    for at, token in enumerate(tokens[1:], 1):
        later = tokens[at + 1 : at + 3]
        if {"and", "comma"} & token.classes and any("when" in one.classes for one in later):
            links = word_classes("since from in until when and")
            if at > 2 and later[0].classes & links:
                return tokens[:at]
    return tokens


def _has_name(tokens: Sequence[Token]) -> bool:
    """Return whether a document is named by its title, its number or in quotation marks."""
    return has_class(tokens, "T", "N", "Q")


def _is_denied(matched: Asked, before: Sequence[Token]) -> bool:
    """Return whether a relation is denied: "policies that were not repealed"."""
    light = _AUXILIARY | {"not"}
    run = itertools.takewhile(lambda token: light & token.classes, reversed(before))
    return matched.wanted == "objects" and not matched.named and has_class(run, "not")


def _holds_on_a_day(matched: Asked, tokens: Sequence[Token]) -> bool:
    """Tell 2013年3月1日收费执行哪个办法, which is after what applied on a day, and no relation."""
    days = [t.entity.days for t in tokens if t.entity and t.entity.kind == "date"]
    on_a_day = any(first == last for first, last in days)
    named = any({"T", "N", "Q"} & token.classes for token in tokens)
    return matched.kind == "implements" and on_a_day and not named


@dataclass(frozen=True, slots=True)
class _Sides:
    tokens: Sequence[Token]
    text: Text

    def latin(self, kind: str, at: int) -> Asked | None:
        """Read a verb between its sides, as in English and Spanish."""
        left, right = self.tokens[:at], self.tokens[at + 1 :]
        if "know" in self.tokens[at].classes and has_class(left, "modal", "want"):
            return None  # "debo revisar las políticas": to look through them
        aux = list(left)
        while aux and _AUXILIARY & aux[-1].classes and not {"which", "who"} & aux[-1].classes:
            aux.pop()
        between = left[len(aux) :]
        if (between[-1:] and "to" in between[-1].classes) or (aux and "to" in aux[-1].classes):
            return None  # "measures to implement the plan"
        if has_class(left, "when", "where", "how", "why"):
            return None
        asked = bool(left) and "be" in left[0].classes and not _has_relative_clause(left)
        passive = has_class(between, "be", "passive") or asked
        if passive or (right and "by" in right[0].classes) or (left and "by" in left[0].classes):
            return self._passive(kind, left, right)
        doing = next((i for i, t in enumerate(left) if {"do", "have"} & t.classes), None)
        if doing is not None and _asks(left[:doing]) and _names_policy(left[doing + 1 :]):
            return self._relation(kind, "objects", left[doing + 1 :], left[:doing])
        if doing == 0 and _is_thing(right) and _names_policy(left):
            return self._relation(kind, "objects", left[1:], [])  # "does it repeal anything"
        if doing is not None and doing <= 1 and not _asks(left[:doing]):
            named, head = (right, left[doing + 1 :]) if _names(right) else (left[doing + 1 :], [])
            return self._relation(kind, "subjects", named, head) if _names(named) else None
        if doing is not None and _names(left[doing + 1 :]) and not _names_policy(right):
            is_name = _has_body(left[doing + 1 :]) or not right  # "what does Port Dues repeal"
            if kind == "implements" or not _asks(left[:doing]) or not is_name:
                return None  # "which policies did MIIT implement in 2012"
            return self._relation(kind, "objects", left[doing + 1 :], left[:doing])
        if _has_document(left[-1:]) and not _names([*left[:-1], *right]) and not _is_other(right):
            return self._relation(kind, "objects", [], left)  # "políticas derogadas"
        if right and _has_document(right[:1]) and not _names(left) and not _is_named(left, right):
            return self._relation(kind, "objects", [], right)
        if (_asks(left) or _has_document(left)) and (_names(right) or _is_other(right)):
            found = self._relation(kind, "subjects", right, left)
            return self._of_either(found, self.tokens[at], right)
        relative = next((i for i, t in enumerate(left) if "relative" in t.classes and i), None)
        if relative is not None and _has_document(left[:relative]) and _names(left[relative + 1 :]):
            return self._relation(kind, "objects", left[relative + 1 :], left[:relative])
        return None

    def _of_either(self, asked: Asked, verb: Token, right: Sequence[Token]) -> Asked:
        """Return what Spanish may ask of either side, by preference by the tense.

        What a policy does it does for good (deroga); what was done to one is past (derogó).
        """
        if not asked.named or "to" in right[0].classes or not self._is_spanish():
            return asked
        past = verb.text.endswith(("ó", "aron", "ieron"))
        said = self.tokens[: self.tokens.index(verb)]
        wanted: Wanted = "subjects" if past or _has_document(said) else "objects"
        return dataclasses.replace(asked, wanted=wanted, either=True)

    def _passive(self, kind: str, left: Sequence[Token], right: Sequence[Token]) -> Asked | None:
        by = next((i for i, t in enumerate(right) if "by" in t.classes), None)
        agent = list(right[by + 1 :]) if by is not None else []
        if left and "by" in left[0].classes and _asks(left[1:3]):
            be = next((i for i, t in enumerate(left) if "be" in t.classes), len(left) - 1)
            return self._relation(kind, "subjects", left[be + 1 :], left[1:be])
        if by is not None and not agent:
            rest = left[1:] if left and "which" in left[0].classes else left
            return self._relation(kind, "subjects", rest, left[:1])
        if agent and _asks(agent):
            return self._relation(kind, "subjects", left, agent)
        if _asks(left) or (_has_document(left) and not _starts_with_auxiliary(left)):
            named = [] if _is_any(agent) else agent
            return self._relation(kind, "objects", named, left)
        if not _names(left):
            rest = right[:by]  # "¿Ha sido derogada la Ley …?"
            asks = _starts_with_auxiliary(left) and _names(rest)
            return self._relation(kind, "subjects", rest, agent) if asks else None
        return self._relation(kind, "subjects", left, [] if _is_any(agent) else agent)

    def chinese(self, kind: str, at: int) -> Asked | None:
        """Read a verb between its sides, as Chinese orders them."""
        left, right = list(self.tokens[:at]), list(self.tokens[at + 1 :])
        while (
            right and {"issue_mark", "particle"} & right[0].classes and "of" not in right[0].classes
        ):
            right.pop(0)
        if right and "comma" in right[0].classes and len(right) < len(self.tokens) - at - 1:
            right = []  # 修改过吗，是哪个文件改的
        ends = not [t for t in right if not {"particle", "issue_mark", "of", "be"} & t.classes]
        passive = next((i for i, t in enumerate(left) if "passive" in t.classes), None)
        if passive is not None:
            patient, agent = left[:passive], left[passive + 1 :]
            if _asks(agent):
                return self._relation(kind, "subjects", patient, agent)
            if _asks(patient) or (not _names(patient) and not ends):
                return self._relation(kind, "objects", agent, patient if _asks(patient) else right)
            return self._relation(kind, "subjects", patient, agent) if _names(patient) else None
        if ends and _asks(left):
            return self._relation(kind, "objects", [], left)
        if right and "of" in right[0].classes and not _names(left) and _has_document(right):
            return self._relation(kind, "objects", [], right[1:])
        if not _names(left) and not _asks(left) and _has_document(right):
            of = max((i for i, t in enumerate(right) if "of" in t.classes), default=None)
            if of is not None and _names(right[:of]):
                return self._relation(kind, "subjects", right[:of], right[of + 1 :])
        if has_class(left, "how", "why"):
            return None
        if kind == "implements" and _asks(right[:1]) and not _names_policy(left):
            return None  # 公积金提取执行哪个办法: which one holds
        if _asks(left) and (_names(right) or _is_other(right)):
            return self._relation(kind, "subjects", right, left)
        if _asks(right) and _names(left):
            return self._relation(kind, "objects", left, right)
        questioned = has_class(self.tokens, "whether", "question_particle")
        questioned = questioned or has_class(right, "particle")
        if questioned and _names(left) and (not _names(right) or _names_policy(right)):
            return self._relation(
                kind, "subjects", right if _names(right) else left, left if _names(right) else []
            )
        return None

    def noun(self, kind: str, at: int) -> Asked | None:
        """Read "amendments to X", "the successor of X"."""
        right = list(self.tokens[at + 1 :])
        while right and {"be", "have", "there", "adverb", "issue", "does"} & right[0].classes:
            right.pop(0)
        if len(right) < 2 or not {"to", "of", "for_"} & right[0].classes or not _names(right[1:]):
            return None
        return self._relation(kind, "subjects", right[1:], [])

    def basis(self, at: int) -> Asked | None:
        """Read "made on the basis of X", and "the basis of X"."""
        left, right = list(self.tokens[:at]), list(self.tokens[at + 1 :])
        if has_class(left, "how", "why"):
            return None
        made = next((i for i, t in enumerate(right) if {"make", "issue"} & t.classes), None)
        if _asks(left[:1]) and has_class(left, "issue") and _names_policy(right):
            return self._relation("implements", "subjects", right, left[:1])
        if made is not None and _asks(right[:made]):
            return self._relation("implements", "objects", left, right[:made])
        if made is not None and _names(right[:made]):
            head = left if _asks(left) else right[made + 1 :]
            return self._relation("implements", "subjects", right[:made], head)
        if _names_policy(left) and (not right or _asks(right)):
            return self._relation("implements", "objects", left, [t for t in right if _asks([t])])
        return None

    def _relation(
        self, kind: str, wanted: Wanted, named: Sequence[Token], head: Sequence[Token]
    ) -> Asked:
        named, when = _apart_from_days(_trimmed(named)) if wanted == "subjects" else (named, [])
        named = _trimmed(named)
        wording = "" if _is_any(named) else self._wording(named)
        said = [self._wording(_trimmed(head, ends=False)), self._wording(when)]
        return Asked(kind, wanted, wording, " ".join(filter(None, said)))

    def _is_spanish(self) -> bool:
        return latin_lexicon(self.text.plain).language == "es"

    def _wording(self, tokens: Sequence[Token]) -> str:
        # A name that stands for the policy shown has no width: see policybot.query.shown.
        printed = wording_of(tokens, self.text)
        if tokens and tokens[0].entity:
            return self.text.printed[tokens[0].span[0] : tokens[-1].span[1]]
        return printed or (tokens[0].text if tokens else "")


def _is_state(tokens: Sequence[Token]) -> bool:
    """Tell "expired or repealed", which is a state of validity, from what does so to another."""
    light = _AUXILIARY | {"or", "and", "not", "no_longer", "not_yet"}
    states = [i for i, t in enumerate(tokens) if "in_force" in t.classes]
    done = [i for i, t in enumerate(tokens) if {"repeal", "replace"} & t.classes]
    if len(states) != 1 or len(done) != 1:
        return False
    first, last = sorted([states[0], done[0]])
    between = tokens[first + 1 : last]
    joined = has_class(between, "or", "and")
    return joined and all(light & token.classes for token in between)


def _is_named(left: Sequence[Token], right: Sequence[Token]) -> bool:
    """Tell "what superseded Circular No. 5", which names one, from "what superseded circulars"."""
    called = bool({"T", "N", "Q"} & {name for token in right[1:2] for name in token.classes})
    return _asks(left) and (called or "plural" not in right[0].classes) and _names(right[1:])


def _apart_from_days(named: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Return a name without the days after it, which are of what was done to it: "… in 2013"."""
    kept = list(named)
    if len(kept) < 3 or "D" not in kept[-1].classes or kept[-1].text > "\u2e80":
        return kept, []
    link, before = kept[-2], kept[-3]
    told = "issue" in before.classes or before.text.endswith(participle_endings())
    if "in" not in link.classes or {"of", "from"} & link.classes or told:
        return kept, []
    return kept[:-2], kept[-2:]


def _asks(tokens: Sequence[Token]) -> bool:
    return has_class(tokens, "which", "who", "how_many")


def _has_document(tokens: Sequence[Token]) -> bool:
    return has_class(tokens, "document", "kind", "thing")


_NAMING = word_classes("word T N Q D I kind plain")
"""Classes of tokens that may name a policy, a body or a thing."""


def _names(tokens: Sequence[Token]) -> bool:
    """Return whether tokens may name a policy."""
    return has_class(tokens, *_NAMING)


def _names_policy(tokens: Sequence[Token]) -> bool:
    """Return whether tokens name a document, and not a body or a thing."""
    return has_class(tokens, "T", "N", "Q", "kind", "document")


def _has_body(tokens: Sequence[Token]) -> bool:
    return has_class(tokens, "I")


def _is_other(tokens: Sequence[Token]) -> bool:
    """Return whether tokens stand for any policy: "another policy", 旧规划."""
    return has_class(tokens, "other") and not has_class(tokens, "T", "N", "Q", "D")


def _is_any(tokens: Sequence[Token]) -> bool:
    """Return whether tokens name no policy in particular."""
    return _is_other(tokens) or not _names(tokens)


def _is_thing(tokens: Sequence[Token]) -> bool:
    """Return whether tokens are "anything", "another one" or the like."""
    return bool(tokens) and _is_any(tokens) and (_is_other(tokens) or has_class(tokens, "thing"))


def _has_relative_clause(tokens: Sequence[Token]) -> bool:
    """Return whether a relative clause describes a policy: "is there a policy that replaces …"."""
    return has_class(tokens, "relative") and _has_document(tokens)


def _starts_with_auxiliary(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and bool({"be", "have", "do", "whether"} & tokens[0].classes)


_AROUND = _AUXILIARY | word_classes("article light there pronoun to of subject_mark")


def _trimmed(tokens: Sequence[Token], *, ends: bool = True) -> list[Token]:
    """Return tokens without auxiliaries, articles and the like at both ends."""
    kept = list(tokens)
    while kept and _AROUND & kept[0].classes and not {"which", "who", "T"} & kept[0].classes:
        kept.pop(0)
    while ends and kept and _AROUND & kept[-1].classes:
        kept.pop()
    return kept
