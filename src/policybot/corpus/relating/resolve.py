"""Resolve citations to policies of the corpus, by number or title.

A number or an exact title of a single policy is certain, a short title is likely. If several
policies match, or the date differs, the match is doubtful and a person decides. Only the keys that
texts cite are kept, so that memory does not grow with the corpus.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policybot.corpus.importers.labels import Certainty
from policybot.corpus.relating.citations import CODE, Citation, read_sentence
from policybot.corpus.relating.statements import StatedRelation
from policybot.corpus.text.language import STATE
from policybot.model import Policy, PolicyDate
from policybot.simplified import simplified

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_CODE = re.compile(rf"(?<![\w/-]){CODE}$")
_GENERIC = frozenset(["no", "nos", "number", "of", "the", "núm", "número", "号", "第", "n"])
_OF_YEAR = re.compile(r" of (?:19|20)[0-9]{2}$")
_ISSUED = re.compile(
    r"关于(?:重新)?(?:印发|发布|公布|颁发)(?P<title>.{4,}?)的(?:通知|公告|通告|函|决定)$"
)
_ORDER: dict[Certainty, int] = {"certain": 0, "likely": 1, "doubtful": 2}


@dataclass(frozen=True, slots=True)
class Known:
    """A policy that has a cited key; ``said`` are the words of its title and number."""

    id: str
    number: str
    date: PolicyDate | None
    said: frozenset[str]
    certainty: Certainty


Catalogue = Mapping[str, Sequence[Known]]
"""Candidate policies by key."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A relation that a text states, with the id of its object; empty if the corpus lacks it."""

    stated: StatedRelation
    object: str = ""
    certainty: Certainty = "doubtful"

    @property
    def value(self) -> str:
        """The relation as text: its kind and its object."""
        return f"{self.stated.kind} {self.object or self.stated.cited.name}"


def number_key(number: str) -> str:
    """Return the key of a document number: equal for different ways of writing it."""
    text = simplified(unicodedata.normalize("NFKC", number)).casefold()
    tokens = (token.strip("第号") for token in _TOKEN.findall(text.replace(".", "")))
    kept = [token.lstrip("0") or token for token in tokens if token and token not in _GENERIC]
    return f"n {' '.join(kept)}"


def title_key(title: str) -> str:
    """Return the key of a title: its letters and digits only, case-folded."""
    text = simplified(unicodedata.normalize("NFKC", title)).casefold()
    return "t " + re.sub(r"[\W_]", "", text.removeprefix("the "))


def keys_of(cited: Citation) -> Iterator[tuple[str, str]]:
    """Yield the keys of a citation, the longest first, each with the words that it leaves out.

    "Regulation (EU) 2016/679" also has the key of "(EU) 2016/679", which matches a policy whose
    title says that it is a regulation.
    """
    numbers = [cited.number] if cited.number else []
    if _OF_YEAR.search(cited.number):
        numbers.append(_OF_YEAR.sub("", cited.number))  # the year is then that of its date
    for number in numbers:
        tokens = number_key(number).removeprefix("n ").split()
        for at in range(len(tokens)):
            if not tokens[at].isdecimal() and any(token.isdecimal() for token in tokens[at:]):
                yield f"n {' '.join(tokens[at:])}", " ".join(tokens[:at])
    if cited.title:
        yield title_key(cited.title), ""


def wanted_keys(stated: Iterable[StatedRelation]) -> set[str]:
    """Return every key of the documents that relations cite."""
    return {key for relation in stated for key, _ in keys_of(relation.cited)}


def catalogue(policies: Iterable[Policy], wanted: set[str]) -> Catalogue:
    """Return the policies that have one of the wanted keys."""
    by_key: dict[str, list[Known]] = {}
    for policy in policies:
        words = frozenset(_TOKEN.findall(f"{policy.title} {policy.number or ''}".casefold()))
        for key, certainty in keys_of_policy(policy).items():
            if key in wanted:
                known = Known(policy.id, policy.number or "", policy.date, words, certainty)
                by_key.setdefault(key, []).append(known)
    return by_key


def keys_of_policy(policy: Policy) -> dict[str, Certainty]:
    """Return the keys of a policy, each with its certainty."""
    keys: dict[str, Certainty] = {}
    for key, certainty in _keys_of_policy(policy):
        keys.setdefault(key, certainty)
    return keys


def _keys_of_policy(policy: Policy) -> Iterator[tuple[str, Certainty]]:
    number = policy.number or _leading_number(policy.title)
    if number:
        key = number_key(number)
        yield key, "certain"
        if code := _CODE.search(number):
            yield number_key(code[0]), "certain"
        tokens = key.removeprefix("n ").split()
        letters = [token[0] for token in tokens if not token.isdecimal()]
        digits = [token for token in tokens if token.isdecimal()]
        if len(letters) > 1 and all(letter.isascii() for letter in letters):
            yield f"n {''.join(letters)} {' '.join(digits)}", "certain"
    yield title_key(policy.title), "certain"
    short = policy.title.removeprefix(STATE)
    if short != policy.title:
        yield title_key(short), "likely"
    if issued := _ISSUED.search(policy.title):
        yield title_key(issued["title"]), "likely"


def _leading_number(title: str) -> str:
    """Return the number that a title begins with: "Ley 39/2015, de 1 de octubre, …"."""
    sentence = read_sentence(title)
    begins = bool(sentence.cited) and title.startswith(sentence.cited[0].wording[:8])
    return sentence.cited[0].number if begins else ""


def resolved(policy: Policy, stated: Iterable[StatedRelation], known: Catalogue) -> list[Proposal]:
    """Return the relations that a policy's text states, resolved to policies of the corpus."""
    proposals: list[Proposal] = []
    for relation in stated:
        matches = {match.id: (match, sure) for match, sure in _candidates(relation.cited, known)}
        if policy.id in matches and len(matches) == 1:
            continue
        matches.pop(policy.id, None)
        if not matches:
            proposals.append(Proposal(relation))
        for match, sure in matches.values():
            certainty = max(relation.certainty, sure, key=_ORDER.__getitem__)
            if len(matches) > 1 or _is_later(match, policy):
                certainty = "doubtful"
            proposals.append(Proposal(relation, match.id, certainty))
    return proposals


def _candidates(cited: Citation, known: Catalogue) -> Iterator[tuple[Known, Certainty]]:
    """Yield the policies that match a citation by its first key that matches any."""
    for key, left_out in keys_of(cited):
        by_number = key.startswith("n ")
        fits = [
            (policy, _certainty_of(policy, cited, left_out, by_number=by_number))
            for policy in known.get(key, ())
            if by_number or not _other_number(policy, cited)
        ]
        fits = [
            (policy, sure) for policy, sure in fits if by_number or not _other_date(policy, cited)
        ]
        if fits:
            yield from fits
            return


def _certainty_of(known: Known, cited: Citation, left_out: str, *, by_number: bool) -> Certainty:
    if by_number and _other_date(known, cited):
        return "doubtful"
    if not {*left_out.split()} <= known.said:
        return "doubtful"
    return known.certainty


def _other_number(known: Known, cited: Citation) -> bool:
    both = bool(known.number and cited.number)
    return both and number_key(known.number) != number_key(cited.number)


def _other_date(known: Known, cited: Citation) -> bool:
    both = known.date is not None and cited.date is not None
    return both and (known.date.last < cited.date.first or cited.date.last < known.date.first)  # type: ignore[union-attr]


def _is_later(known: Known, policy: Policy) -> bool:
    return bool(known.date and policy.date and policy.date.last < known.date.first)
