"""Which policies meet conditions: over the columns of a generation, and texts that must be read."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers.names import normal_name
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.text.language import STATE
from policybot.corpus.validity import NEVER, facts_of
from policybot.index.analyse import words
from policybot.index.format.relations import Relations
from policybot.index.format.validity import States
from policybot.index.format.versions import Versions
from policybot.index.serve import filters as filtering
from policybot.model import Policy
from policybot.query.conditions import (
    And,
    Condition,
    EffectiveIn,
    ExpiresIn,
    Holds,
    InForce,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Not,
    Numbered,
    OfPolicy,
    Or,
    Stated,
    Titled,
    WrittenIn,
    opposite,
)
from policybot.query.periods import Period

READ_AT_ONCE = 500
"""Policies that are read together where all of them are."""

_TITLES = 1 << 14
"""Titles that are remembered, about: 2 MB."""


class Matching(ABC):
    """Matches conditions; a generation has the columns, and finds what columns do not tell."""

    issuers: IssuerBook
    policy_first: NDArray[np.int32]
    policy_last: NDArray[np.int32]
    policy_languages: NDArray[np.bytes_]
    relations: Relations
    states: States
    versions: Versions
    _issuer_offsets: NDArray[np.int64]
    _issuer_policies: NDArray[np.int32]
    _issuer_places: dict[str, int]
    _titles: dict[int, str]

    def policies_matching(self, conditions: Sequence[Condition]) -> NDArray[np.bool_] | None:
        """See :meth:`policybot.index.serve.interface.Generation.policies_matching`."""
        if not conditions:
            return None
        mask = np.ones(len(self.policy_first), dtype=np.bool_)
        # Conditions that read texts come last: they examine only what the others leave.
        for condition in sorted(conditions, key=_reads_texts):
            mask &= self._meeting(condition, mask)
        return mask

    def _meeting(self, condition: Condition, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which of ``among`` meet a condition."""
        match condition:
            case Not(condition=InForce() as inner):
                return among & self._in_force(opposite(inner))
            case InForce():
                return among & self._in_force(condition)
            case Not(condition=inner):
                return among & ~self._meeting(inner, among)
            case And(conditions=several):
                return _all([self._meeting(part, among) for part in several])
            case Or(conditions=several):
                return _any([self._meeting(part, among) for part in several])
            case IssuedBy(names=names, together=together):
                issued = [self._issued_by(name) for name in names]
                return _all(issued) if together else _any(issued)
            case IssuerCount(least=least, most=most):
                bodies = np.bincount(self._issuer_policies, minlength=len(among))
                enough: NDArray[np.bool_] = bodies >= least
                return enough if most is None else enough & (bodies <= most)
            case IssuedIn(periods=periods):
                return _any([self._dated_in(*period) for period in periods])
            case EffectiveIn(periods=periods):
                return self._of_document(_any([self._begins_in(*period) for period in periods]))
            case ExpiresIn(periods=periods):
                return self._of_document(self._ends_in(periods))
            case Stated(what="number"):
                return among & self._numbered_at_all
            case Stated(what="date"):
                return self.policy_first > 0
            case Stated(what="issuer"):
                return np.bincount(self._issuer_policies, minlength=len(among)) > 0
            case WrittenIn(language=language):
                written: NDArray[np.bool_] = self.policy_languages == language.encode()
                return written
            case OfPolicy(id=name):
                return self._of_document(self._called(name))
            case Numbered(numbers=numbers):
                return _any([self._of_number(number) for number in numbers])
            case Holds(wordings=wordings, chosen=chosen):
                known = [name for wording in wordings for name in self._names_of(wording)]
                forms = [form for name in known for form in filtering.numbers_of(name)]
                return self._with_any([*wordings] if chosen else forms, among)
            case Titled(wordings=wordings, scattered=True):
                return _any([self._titled_with(words(wording), among) for wording in wordings])
            case Titled(wordings=wordings, kinds=kinds):
                forms = [f for wording in wordings for f in filtering.numbers_of(wording)]
                masks = [self._with_any(forms, among, titles=True)]
                if kinds:
                    masks += [self._with_number(wording) for wording in wordings]
                    rest = among & ~_any(masks)
                    masks += [self._headed(wording, rest) for wording in wordings]
                return _any(masks)
        raise TypeError(f"unknown condition {condition!r}")

    @cached_property
    def _numbered_at_all(self) -> NDArray[np.bool_]:
        """Which policies have any number, bool ``(P,)``, computed once."""
        count = len(self.policy_first)
        starts = range(0, count, READ_AT_ONCE)
        parts = (self.policies(range(at, min(at + READ_AT_ONCE, count))) for at in starts)
        return np.array([bool(policy.number) for part in parts for policy in part], dtype=np.bool_)

    def policy(self, ordinal: int) -> Policy:
        """Return one policy with its body, checked by its hash.

        Raises:
            IndexDamagedError: it is not what was indexed.
        """
        return self.policies([ordinal])[0]

    @abstractmethod
    def policies(self, ordinals: Iterable[int]) -> list[Policy]:
        """Return policies in the order of ``ordinals``, each checked by its hash."""

    def titles(self, ordinals: Sequence[int]) -> list[str]:
        """Return the titles of policies, in the order of ``ordinals``.

        They are cached: questions are compared with the same titles again and again.
        """
        known = self._titles
        if len(known) > _TITLES:
            known = self._titles = {}  # another thread may still read from the old one
        missing = [ordinal for ordinal in dict.fromkeys(ordinals) if ordinal not in known]
        if missing:
            read = (policy.title for policy in self.policies(missing))
            known.update(zip(missing, read, strict=True))
        return [known[ordinal] for ordinal in ordinals]

    def _titled_with(self, terms: Sequence[str], among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which of ``among`` have every one of ``terms`` in their title."""
        mask = among if terms else np.zeros_like(among)
        for term in terms:
            led = np.zeros_like(among)
            led[self.policies_led_by(term)] = True
            mask = mask & led
        ordinals = np.flatnonzero(mask).tolist()
        for ordinal, title in zip(ordinals, self.titles(ordinals), strict=True):
            mask[ordinal] = set(terms) <= set(words(title))
        return mask

    def _headed(self, kind: str, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which of ``among`` have a kind of document in a heading above their text."""
        mask = self._with_any(filtering.numbers_of(kind), among)
        ordinals = np.flatnonzero(mask).tolist()
        for start in range(0, len(ordinals), READ_AT_ONCE):
            some = ordinals[start : start + READ_AT_ONCE]
            for ordinal, policy in zip(some, self.policies(some), strict=True):
                mask[ordinal] = filtering.is_headed(policy.body, kind)
        return mask

    def _with_any(
        self, phrases: Iterable[str], among: NDArray[np.bool_], *, titles: bool = False
    ) -> NDArray[np.bool_]:
        """Return which of ``among`` have any of the phrases; what has one is not read again."""
        mask = np.zeros_like(among)
        for phrase in dict.fromkeys(phrases):
            mask |= self._with_phrase(phrase, among & ~mask, titles=titles)
        return mask

    def _names_of(self, phrase: str) -> tuple[str, ...]:
        """Return all names of the body that ``phrase`` names, or the phrase itself."""
        issuer = self.issuers.get(phrase)
        return (phrase, issuer.name, *issuer.aliases) if issuer else (phrase,)

    def _in_force(self, condition: InForce) -> NDArray[np.bool_]:
        """Return the policies that meet a condition of validity; all if it only asks for it."""
        if condition.asked:
            return np.ones(len(self.policy_first), dtype=np.bool_)
        first, last = (day.toordinal() for day in condition.span_of_days)
        today = (condition.today or dt.date.max).toordinal()
        return self.states.having(condition.states, first, last, today)

    def _begins_in(self, since: dt.date | None, until: dt.date | None) -> NDArray[np.bool_]:
        """Return the policies that may have entered into force in a period."""
        first, last = self.states.starts
        mask = first > 0
        if since is not None:
            mask &= last >= since.toordinal()
        if until is not None:
            mask &= first <= until.toordinal()
        return mask

    def _ends_in(self, periods: Sequence[Period]) -> NDArray[np.bool_]:
        """Return the policies whose end, the first that is stated, may be in one of the periods.

        A version that is followed by another has not ended.
        """
        first, last = self.states.ends
        mask = np.zeros(len(self.policy_first), dtype=np.bool_)
        day = dt.timedelta(days=1)
        for since, until in periods:
            near = first < NEVER
            if since is not None:
                near &= last >= since.toordinal()
            if until is not None:
                near &= first <= (until + day if until < dt.date.max else until).toordinal()
            for ordinal in np.flatnonzero(near & ~mask).tolist():
                related = self.relations.subjects(self.versions.last_of(ordinal))
                others = [(kind, self.policy(subject)) for kind, subject in related]
                end = facts_of(self.policy(ordinal), others).end
                mask[ordinal] = end is not None and (
                    (since is None or end.last >= since) and (until is None or end.first <= until)
                )
        return mask

    def _called(self, name: str) -> NDArray[np.bool_]:
        """Return the policy that has an id."""
        mask = np.zeros(len(self.policy_first), dtype=np.bool_)
        ordinal = self.policy_ordinal(name)
        if ordinal is not None:
            mask[ordinal] = True
        return mask

    def _of_document(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the mask extended to all versions of its policies (in place)."""
        for group in self.versions.groups:
            mask[[*group]] = mask[[*group]].any()
        return mask

    def _dated_in(self, since: dt.date | None, until: dt.date | None) -> NDArray[np.bool_]:
        """Return the policies whose date overlaps the days from ``since`` to ``until``."""
        mask = np.ones(len(self.policy_first), dtype=np.bool_)
        if since is not None:
            mask &= self.policy_last >= since.toordinal()
        if until is not None:
            mask &= (self.policy_first > 0) & (self.policy_first <= until.toordinal())
        return mask

    def _of_number(self, number: str) -> NDArray[np.bool_]:
        """Return the policies with a number; its year may be only in a policy's date."""
        mask, year = self._with_any_name(number), filtering.number_year(number)
        if year is None or mask.any():
            return mask
        mask = self._with_any_name(filtering.without_year(number))
        mask &= self._dated_in(dt.date(year, 1, 1), dt.date(year, 12, 31))
        for ordinal in np.flatnonzero(mask).tolist():
            mask[ordinal] = filtering.number_year(self.policy(ordinal).number or "") is None
        return mask

    def _with_any_name(self, number: str) -> NDArray[np.bool_]:
        """Return the policies with a number, under any name of the issuer of a decree."""
        body, decree = filtering.decree_of(number)
        names = self._names_of(body) if body else ()
        mask = self._with_number(number)
        for name in names:
            mask |= self._with_number(name + decree)
            mask |= self._with_number(STATE + name + decree)
        return mask

    @abstractmethod
    def policy_ordinal(self, policy_id: str) -> int | None:
        """Return the ordinal of the policy with this id, or None."""

    @abstractmethod
    def policies_led_by(self, term: str) -> NDArray[np.int64]:
        """Return the policies whose first passage or title has ``term``, in order."""

    @abstractmethod
    def _with_number(self, number: str) -> NDArray[np.bool_]:
        """Return the policies whose number has every token of ``number``."""

    @abstractmethod
    def _with_phrase(
        self, phrase: str, among: NDArray[np.bool_], *, titles: bool = False
    ) -> NDArray[np.bool_]:
        """Return which of ``among`` have ``phrase`` in their title or, unless ``titles``, body."""

    def _issued_by(self, name: str) -> NDArray[np.bool_]:
        """Return the policies issued by a body or one of its predecessors."""
        mask = np.zeros(len(self.policy_first), dtype=np.bool_)
        for known in (self.issuers.canonical(name) or name, *self.issuers.former(name)):
            place = self._issuer_places.get(normal_name(known))
            if place is not None:
                start, end = self._issuer_offsets[place : place + 2]
                mask[self._issuer_policies[start:end]] = True
        return mask


def _any(masks: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.any(masks, axis=0)
    return mask


def _all(masks: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.all(masks, axis=0)
    return mask


def _reads_texts(condition: Condition) -> bool:
    inner = condition.condition if isinstance(condition, Not) else condition
    return isinstance(inner, Holds | Titled | Numbered | Or | And)
