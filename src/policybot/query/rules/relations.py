"""What policies do to each other: which one replaced, repealed, amended, implemented another.

A verb of relations splits a sentence in two; voice and question words tell which side is asked for.
Whether the words in the place of a policy name one is found out from the corpus.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from policybot.query.text import Text, on_one_line
from policybot.query.tokens import Token, latin_lexicon

Wanted = Literal["subjects", "objects"]

_KINDS = {
    "amend": "amends",
    "repeal": "repeals",
    "implement": "implements",
    "replace": "replaces",
}
_AUXILIARY = frozenset(
    ["be", "have", "do", "modal", "adverb", "relative", "passive", "whether", "particle", "comma",
     "issue_mark", "interjection", "plea", "still", "also"]
)  # fmt: skip
_ANY = frozenset(
    [
        "other",
        "thing",
        "any",
        "article",
        "newest",
        "oldest",
        "one_doc",
        "adverb",
        "light",
        "pronoun",
    ]
)
_MOST_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of relations, as it says it.

    Wanted are the policies that do ``kind`` to the one called ``named`` (``subjects``), or those it
    does that to (``objects``); ``named`` is empty where it names none. ``head`` is how it speaks of
    what is wanted ("which 2013 policies"). ``either`` says that the words may as well ask for the
    other side: ¿Qué derogó la ley?
    """

    kind: str
    wanted: Wanted
    named: str
    head: str
    either: bool = False


def asked_relation(tokens: Sequence[Token], text: Text) -> Asked | None:
    """Return the relation that a sentence asks for, or None where it asks for none.

    Examples, each with kind, what is wanted, and what is named:

    What replaced the 2010 notice? → replaces subjects “2010 notice”
    Which policies did the Harbour Rules repeal? → repeals objects “Harbour Rules”
    Has the Harbour Act been amended? → amends subjects “Harbour Act”
    Which policies have been repealed? → repeals objects “”
    Which measures implement the Harbour Act? → implements subjects “Harbour Act”
    《港口条例》被哪个文件取代 → replaces subjects “《港口条例》”
    哪些政策已被废止 → repeals objects “”
    ¿Qué norma derogó la Ley de Puertos? → repeals subjects “Ley de Puertos”
    ¿Qué deroga la Ley de Puertos? → repeals objects “Ley de Puertos”
    ¿Qué modificó la Ley de Puertos en 2012? → amends subjects “Ley de Puertos”
    哪些政策落实了十二五规划 → implements subjects “十二五规划”
    """
    tokens = [token for token in tokens if not {"stop", "question", "mark"} & token.classes]
    if not tokens or len(tokens) > _MOST_TOKENS:
        return None
    if _is_state(tokens):
        return None
    read = _Sides(tokens, text)
    for at, token in enumerate(tokens):
        kind = next((kind for name, kind in _KINDS.items() if name in token.classes), None)
        if kind:
            matched = read.chinese(kind, at) if token.text > "\u2e80" else read.latin(kind, at)
            if matched:
                denied = _is_denied(matched, tokens[:at]) or _holds_on_a_day(matched, tokens)
                return None if denied else matched
        noun = next((k for n, k in _KINDS.items() if f"{n}_noun" in token.classes), None)
        if noun and (matched := read.noun(noun, at)):
            return matched
        if "basis" in token.classes and (matched := read.basis(at)):
            return matched
    return None


def _is_denied(matched: Asked, before: Sequence[Token]) -> bool:
    """Tell "policies that were not repealed", which no relation tells."""
    light = _AUXILIARY | {"not"}
    run = itertools.takewhile(lambda token: light & token.classes, reversed(before))
    return (
        matched.wanted == "objects" and not matched.named and any("not" in t.classes for t in run)
    )


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
        aux = list(left)
        while aux and _AUXILIARY & aux[-1].classes and not {"which", "who"} & aux[-1].classes:
            aux.pop()
        between = left[len(aux) :]
        if (between[-1:] and "to" in between[-1].classes) or (aux and "to" in aux[-1].classes):
            return None  # "measures to implement the plan"
        if any({"when", "where", "how", "why"} & t.classes for t in left):
            return None
        asked = bool(left) and "be" in left[0].classes and not _relative(left)
        passive = any({"be", "passive"} & t.classes for t in between) or asked
        if passive or (right and "by" in right[0].classes) or (left and "by" in left[0].classes):
            return self._passive(kind, left, right)
        doing = next(
            (i for i, t in enumerate(left) if "do" in t.classes or "have" in t.classes), None
        )
        if doing is not None and _asks(left[:doing]) and _names_policy(left[doing + 1 :]):
            return self._asked(kind, "objects", left[doing + 1 :], left[:doing])
        if doing == 0 and _is_thing(right) and _names_policy(left):
            return self._asked(kind, "objects", left[1:], [])  # "does it repeal anything"
        if doing is not None and doing <= 1 and not _asks(left[:doing]):
            named, head = (right, left[doing + 1 :]) if _names(right) else (left[doing + 1 :], [])
            return self._asked(kind, "subjects", named, head) if _names(named) else None
        if doing is not None and _names(left[doing + 1 :]) and not _names_policy(right):
            if kind == "implements" or not _asks(left[:doing]) or not _body(left[doing + 1 :]):
                return None  # "which policies did MIIT implement in 2012"
            return self._asked(kind, "objects", left[doing + 1 :], left[:doing])
        if _documents(left[-1:]) and not _names([*left[:-1], *right]) and not _is_other(right):
            return self._asked(kind, "objects", [], left)  # "políticas derogadas"
        if right and _documents(right[:1]) and not _names(left) and not _is_named(left, right):
            return self._asked(kind, "objects", [], right)
        if (_asks(left) or _documents(left)) and (_names(right) or _is_other(right)):
            return self._of_either(
                self._asked(kind, "subjects", right, left), self.tokens[at], right
            )
        relative = next((i for i, t in enumerate(left) if "relative" in t.classes and i), None)
        if relative is not None and _documents(left[:relative]) and _names(left[relative + 1 :]):
            return self._asked(kind, "objects", left[relative + 1 :], left[:relative])
        return None

    def _of_either(self, asked: Asked, verb: Token, right: Sequence[Token]) -> Asked:
        """Return what Spanish may ask of either side, by preference by the tense.

        What a policy does it does for good (deroga); what was done to one is past (derogó).
        """
        if not asked.named or "to" in right[0].classes or not self._is_spanish():
            return asked
        past = verb.text.endswith(("ó", "aron", "ieron"))
        said = self.tokens[: self.tokens.index(verb)]
        wanted: Wanted = "subjects" if past or _documents(said) else "objects"
        return dataclasses.replace(asked, wanted=wanted, either=True)

    def _passive(self, kind: str, left: Sequence[Token], right: Sequence[Token]) -> Asked | None:
        by = next((i for i, t in enumerate(right) if "by" in t.classes), None)
        agent = list(right[by + 1 :]) if by is not None else []
        if left and "by" in left[0].classes and _asks(left[1:3]):
            be = next((i for i, t in enumerate(left) if "be" in t.classes), len(left) - 1)
            return self._asked(kind, "subjects", left[be + 1 :], left[1:be])
        if by is not None and not agent:
            rest = left[1:] if left and "which" in left[0].classes else left
            return self._asked(kind, "subjects", rest, left[:1])
        if agent and _asks(agent):
            return self._asked(kind, "subjects", left, agent)
        if _asks(left) or (_documents(left) and not _starts_aux(left)):
            named = [] if _is_any(agent) else agent
            return self._asked(kind, "objects", named, left)
        if not _names(left):
            rest = right[:by]  # "¿Ha sido derogada la Ley …?"
            asks = _starts_aux(left) and _names(rest)
            return self._asked(kind, "subjects", rest, agent) if asks else None
        return self._asked(kind, "subjects", left, [] if _is_any(agent) else agent)

    def chinese(self, kind: str, at: int) -> Asked | None:
        """Read a verb between its sides, as Chinese orders them."""
        left, right = list(self.tokens[:at]), list(self.tokens[at + 1 :])
        while (
            right and {"issue_mark", "particle"} & right[0].classes and "of" not in right[0].classes
        ):
            right.pop(0)
        ends = not [t for t in right if not {"particle", "issue_mark", "of", "be"} & t.classes]
        passive = next((i for i, t in enumerate(left) if "passive" in t.classes), None)
        if passive is not None:
            patient, agent = left[:passive], left[passive + 1 :]
            if _asks(agent):
                return self._asked(kind, "subjects", patient, agent)
            if _asks(patient) or (not _names(patient) and not ends):
                return self._asked(kind, "objects", agent, patient if _asks(patient) else right)
            return self._asked(kind, "subjects", patient, agent) if _names(patient) else None
        if ends and _asks(left):
            return self._asked(kind, "objects", [], left)
        if right and "of" in right[0].classes and not _names(left) and _documents(right):
            return self._asked(kind, "objects", [], right[1:])
        if not _names(left) and not _asks(left) and _documents(right):
            of = max((i for i, t in enumerate(right) if "of" in t.classes), default=None)
            if of is not None and _names(right[:of]):
                return self._asked(kind, "subjects", right[:of], right[of + 1 :])
        if _has(left, "how") or _has(left, "why"):
            return None
        if kind == "implements" and _asks(right[:1]) and not _names_policy(left):
            return None  # 公积金提取执行哪个办法: which one holds
        if _asks(left) and (_names(right) or _is_other(right)):
            return self._asked(kind, "subjects", right, left)
        if _asks(right) and _names(left):
            return self._asked(kind, "objects", left, right)
        questioned = (
            _has(self.tokens, "whether")
            or _has(right, "particle")
            or _has(self.tokens, "question_particle")
        )
        if questioned and _names(left) and (not _names(right) or _names_policy(right)):
            return self._asked(
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
        return self._asked(kind, "subjects", right[1:], [])

    def basis(self, at: int) -> Asked | None:
        """Read what was made on the basis of a policy, and the basis of one."""
        left, right = list(self.tokens[:at]), list(self.tokens[at + 1 :])
        if _has(left, "how") or _has(left, "why"):
            return None
        made = next(
            (i for i, t in enumerate(right) if "make" in t.classes or "issue" in t.classes), None
        )
        if _asks(left[:1]) and _has(left, "issue") and _names_policy(right):
            return self._asked("implements", "subjects", right, left[:1])
        if made is not None and _asks(right[:made]):
            return self._asked("implements", "objects", left, right[:made])
        if made is not None and _names(right[:made]):
            head = left if _asks(left) else right[made + 1 :]
            return self._asked("implements", "subjects", right[:made], head)
        if _names_policy(left) and (not right or _asks(right)):
            return self._asked("implements", "objects", left, [t for t in right if _asks([t])])
        return None

    def _asked(
        self,
        kind: str,
        wanted: Wanted,
        named: Sequence[Token],
        head: Sequence[Token],
    ) -> Asked:
        named, when = _apart_from_days(_trimmed(named)) if wanted == "subjects" else (named, [])
        named = _trimmed(named)
        wording = "" if _is_any(named) else self._wording(named)
        said = [self._wording(_trimmed(head, ends=False)), self._wording(when)]
        return Asked(kind, wanted, wording, " ".join(filter(None, said)))

    def _is_spanish(self) -> bool:
        return latin_lexicon(self.text.plain).language == "es"

    def _wording(self, tokens: Sequence[Token]) -> str:
        if not tokens:
            return ""
        printed = self.text.printed[tokens[0].span[0] : tokens[-1].span[1]]
        # A name that stands for the policy shown takes no room: see policybot.query.shown.
        return printed if tokens[0].entity else on_one_line(printed) or tokens[0].text


def _is_state(tokens: Sequence[Token]) -> bool:
    """Tell "expired or repealed", which is a state of validity, from what does so to another."""
    light = _AUXILIARY | {"or", "and", "not", "no_longer", "not_yet"}
    states = [i for i, t in enumerate(tokens) if "in_force" in t.classes]
    done = [i for i, t in enumerate(tokens) if {"repeal", "replace"} & t.classes]
    if len(states) != 1 or len(done) != 1:
        return False
    first, last = sorted([states[0], done[0]])
    between = tokens[first + 1 : last]
    joined = _has(between, "or") or _has(between, "and")
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
    told = "issue" in before.classes or before.text.endswith(("ed", "ado", "ada", "ido", "ida"))
    if "in" not in link.classes or {"of", "from"} & link.classes or told:
        return kept, []
    return kept[:-2], kept[-2:]


def _has(tokens: Sequence[Token], name: str) -> bool:
    return any(name in token.classes for token in tokens)


def _asks(tokens: Sequence[Token]) -> bool:
    return any({"which", "who", "how_many"} & token.classes for token in tokens)


def _documents(tokens: Sequence[Token]) -> bool:
    return any({"document", "kind", "thing"} & token.classes for token in tokens)


def _names(tokens: Sequence[Token]) -> bool:
    """Tell tokens that may name a policy from auxiliaries and the like."""
    telling = {"word", "T", "N", "Q", "D", "I", "kind", "plain"}
    return any(telling & token.classes for token in tokens)


def _names_policy(tokens: Sequence[Token]) -> bool:
    """Tell tokens that name a document from those that name a body or a thing."""
    return any({"T", "N", "Q", "kind", "document"} & token.classes for token in tokens)


def _body(tokens: Sequence[Token]) -> bool:
    return any("I" in token.classes for token in tokens)


def _is_other(tokens: Sequence[Token]) -> bool:
    """Tell "an earlier one", "another policy", 旧规划: any policy, and none that is named."""
    return any("other" in token.classes for token in tokens) and not any(
        {"T", "N", "Q", "D"} & token.classes for token in tokens
    )


def _is_any(tokens: Sequence[Token]) -> bool:
    """Tell what stands for any policy from the name of one."""
    telling = {"word", "T", "N", "Q", "D", "I", "kind", "plain"}
    return _is_other(tokens) or not any(telling & token.classes for token in tokens)


def _is_thing(tokens: Sequence[Token]) -> bool:
    """Tell "anything", "another one" from what is named."""
    return bool(tokens) and _is_any(tokens) and (_is_other(tokens) or _has(tokens, "thing"))


def _relative(tokens: Sequence[Token]) -> bool:
    """Tell "is there a policy that replaces …", which asks for a policy, from "is it replaced"."""
    return any("relative" in token.classes for token in tokens) and _documents(tokens)


def _starts_aux(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and bool({"be", "have", "do", "whether"} & tokens[0].classes)


def _trimmed(tokens: Sequence[Token], *, ends: bool = True) -> list[Token]:
    """Return tokens without what stands around a name: auxiliaries, articles, "yet"."""
    light = _AUXILIARY | {
        "article",
        "light",
        "there",
        "pronoun",
        "to",
        "of",
        "still",
        "subject_mark",
    }
    kept = list(tokens)
    while kept and light & kept[0].classes and not {"which", "who", "T"} & kept[0].classes:
        kept.pop(0)
    while ends and kept and light & kept[-1].classes:
        kept.pop()
    return kept
