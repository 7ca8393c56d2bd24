"""Which policies of a corpus the documents are that a text names, by number or title.

A number or an exact title that one policy has is certain. A short title is likely; of several
policies, or one whose date is another, a person decides. Only the keys that texts ask for are kept,
so that a corpus of millions costs no memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policybot.corpus.importers.labels import Certainty
from policybot.corpus.relating.citations import Citation, read_sentence
from policybot.corpus.relating.statements import StatedRelation
from policybot.corpus.text.language import STATE
from policybot.model import Policy, PolicyDate
from policybot.simplified import simplified

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_GENERIC = frozenset(["no", "nos", "number", "of", "the", "núm", "número", "号", "第", "n"])
_OF_YEAR = re.compile(r" of (?:19|20)[0-9]{2}$")
_ISSUED = re.compile(
    r"关于(?:重新)?(?:印发|发布|公布|颁发)(?P<title>.{4,}?)的(?:通知|公告|通告|函|决定)$"
)
_ORDER: dict[Certainty, int] = {"certain": 0, "likely": 1, "doubtful": 2}


@dataclass(frozen=True, slots=True)
class Known:
    """A policy that may be meant, and how surely its key says so."""

    id: str
    number: str
    date: PolicyDate | None
    said: frozenset[str]
    certainty: Certainty


Catalogue = Mapping[str, Sequence[Known]]
"""Policies by the keys that names ask for."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A relation that a text states, with the id of the policy that it is to.

    ``object`` is empty where the corpus does not have it.
    """

    stated: StatedRelation
    object: str = ""
    certainty: Certainty = "doubtful"

    @property
    def value(self) -> str:
        """The relation in few words: its kind and what it is to."""
        return f"{self.stated.kind} {self.object or self.stated.cited.name}"


def number_key(number: str) -> str:
    """Return a number so that different ways of writing it are one: its words and its digits."""
    text = simplified(unicodedata.normalize("NFKC", number)).casefold()
    tokens = (token.strip("第号") for token in _TOKEN.findall(text.replace(".", "")))
    kept = [token.lstrip("0") or token for token in tokens if token and token not in _GENERIC]
    return f"n {' '.join(kept)}"


def title_key(title: str) -> str:
    """Return a title's letters and digits alone."""
    text = simplified(unicodedata.normalize("NFKC", title)).casefold()
    return "t " + re.sub(r"[\W_]", "", text.removeprefix("the "))


def keys_of(cited: Citation) -> Iterator[tuple[str, str]]:
    """Yield the keys under which a document may be found, each with the words that it leaves out.

    "Regulation (EU) 2016/679" is found under "(EU) 2016/679" by a policy whose title calls it a
    regulation.
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
    """Return every key that statements ask for."""
    return {key for one in stated for key, _ in keys_of(one.cited)}


def catalogue(policies: Iterable[Policy], wanted: set[str]) -> Catalogue:
    """Return the policies that have one of the wanted keys."""
    found: dict[str, list[Known]] = {}
    for policy in policies:
        said = frozenset(_TOKEN.findall(f"{policy.title} {policy.number or ''}".casefold()))
        for key, certainty in keys_of_policy(policy).items():
            if key in wanted:
                known = Known(policy.id, policy.number or "", policy.date, said, certainty)
                found.setdefault(key, []).append(known)
    return found


def keys_of_policy(policy: Policy) -> dict[str, Certainty]:
    """Return the keys under which a policy is found, each with how surely it says which it is."""
    keys: dict[str, Certainty] = {}
    for key, certainty in _keys_of_policy(policy):
        keys.setdefault(key, certainty)
    return keys


def _keys_of_policy(policy: Policy) -> Iterator[tuple[str, Certainty]]:
    number = policy.number or _leading_number(policy.title)
    if number:
        key = number_key(number)
        yield key, "certain"
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
    """Return the statements of a policy's text with the policies that they are about."""
    proposals: list[Proposal] = []
    for one in stated:
        found = {other.id: (other, sure) for other, sure in _candidates(one.cited, known)}
        if policy.id in found and len(found) == 1:
            continue
        found.pop(policy.id, None)
        if not found:
            proposals.append(Proposal(one))
        for other, sure in found.values():
            certainty = max(one.certainty, sure, key=_ORDER.__getitem__)
            if len(found) > 1 or _is_later(other, policy):
                certainty = "doubtful"
            proposals.append(Proposal(one, other.id, certainty))
    return proposals


def _candidates(cited: Citation, known: Catalogue) -> Iterator[tuple[Known, Certainty]]:
    """Yield the policies that a document may be, those of the first key that any has."""
    for key, left_out in keys_of(cited):
        by_number = key.startswith("n ")
        fits = [
            (one, _sureness(one, cited, left_out, by_number=by_number))
            for one in known.get(key, ())
            if by_number or not _other_number(one, cited)
        ]
        fits = [(one, sure) for one, sure in fits if by_number or not _other_date(one, cited)]
        if fits:
            yield from fits
            return


def _sureness(one: Known, cited: Citation, left_out: str, *, by_number: bool) -> Certainty:
    if by_number and _other_date(one, cited):
        return "doubtful"
    if not {*left_out.split()} <= one.said:
        return "doubtful"
    return one.certainty


def _other_number(one: Known, cited: Citation) -> bool:
    both = bool(one.number and cited.number)
    return both and number_key(one.number) != number_key(cited.number)


def _other_date(one: Known, cited: Citation) -> bool:
    both = one.date is not None and cited.date is not None
    return both and (one.date.last < cited.date.first or cited.date.last < one.date.first)  # type: ignore[union-attr]


def _is_later(one: Known, policy: Policy) -> bool:
    return bool(one.date and policy.date and policy.date.last < one.date.first)
