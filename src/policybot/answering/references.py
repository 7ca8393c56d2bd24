"""What the passages of an answer refer to: provisions, other policies, and terms that are defined.

Each is word for word, with its address. Nothing is guessed: a reference that leads to no provision
or policy of the corpus is left out.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from policybot.corpus.provisions.definitions import Definition, definitions_of, used_in
from policybot.corpus.provisions.divide import passage_of
from policybot.corpus.provisions.labels import find_labels
from policybot.corpus.provisions.lookup import meant_by
from policybot.corpus.provisions.references import references
from policybot.corpus.relating.citations import read_sentence, symbols_in
from policybot.corpus.relating.constructions import BEFORE
from policybot.corpus.relating.resolve import title_key
from policybot.corpus.text.sentences import sentence_spans
from policybot.index.serve.interface import Generation
from policybot.model import (
    Answer,
    CitedPolicy,
    CitedProvision,
    Defined,
    Hit,
    Passage,
    Policy,
    Provision,
    Quote,
    Relative,
    ShownProvision,
    Span,
)
from policybot.query.conditions import Numbered

HITS = 10
"""Maximum number of hits whose references are followed: a long list shows no passages."""

_KEPT = 1000
_POLICIES_KEPT = 64
_NAMES_KEPT = 4096
"""Maximum sizes of the caches: references of passages, a few kilobytes each; provisions of
policies; and policies by number or title."""

_CITED = 5
_DEFINED = 3
"""Maximum numbers of provisions or policies, and of definitions, given with a passage."""

TitlesNear = Callable[[str], Sequence[tuple[int, str]]]
"""Returns the ordinals and titles of policies with titles similar to a text."""

Provisions = Callable[[], Sequence[Provision]]
"""Returns the provisions of a policy; reading them is slow for a long one."""


@dataclass(frozen=True, slots=True)
class Followed:
    """References of one passage: provisions of its policy, other policies, and defined terms."""

    own: tuple[CitedProvision, ...]
    others: tuple[CitedPolicy, ...]
    definitions: tuple[Defined, ...]


class References:
    """The references of the passages of a generation, with a cache of those last requested.

    Every method may be called from several threads at once.
    """

    def __init__(self, generation: Generation, titles_near: TitlesNear) -> None:
        """Read the passages of ``generation``; ``titles_near`` finds the policies they name."""
        self._generation = generation
        self._provisions = functools.lru_cache(_POLICIES_KEPT)(generation.provisions)
        self._called = functools.lru_cache(_NAMES_KEPT)(
            functools.partial(_policy_called, generation, titles_near)
        )
        self._kept: OrderedDict[tuple[int, int, int], Followed] = OrderedDict()
        self._changing = threading.Lock()

    def of(self, ordinal: int, policy: Policy, passage: Passage) -> Followed:
        """Return what a passage of a policy refers to; ``ordinal`` is the policy's."""
        key = (ordinal, passage.start, passage.end)
        with self._changing:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        followed = self._read(ordinal, policy, passage)
        with self._changing:
            self._kept[key] = followed
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return followed

    def _read(self, ordinal: int, policy: Policy, passage: Passage) -> Followed:
        generation = self._generation
        provisions = functools.partial(self._provisions, ordinal)
        defined = definitions_of(policy.body)
        others = cited_policies(generation, policy, passage, self._called)
        used = definitions_for(generation, ordinal, policy, provisions, passage, defined)
        return Followed(
            own=tuple(cited_in(policy, provisions, passage)),
            others=tuple(itertools.islice(others, _CITED)),
            definitions=tuple(used),
        )


def with_edges(generation: Generation, answer: Answer, references: References) -> Answer:
    """Return the answer with the references of its first hits and the terms that they use."""

    def followed(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        return tuple(
            _with_edges(generation, hit, references) if at < HITS else hit
            for at, hit in enumerate(hits)
        )

    return dataclasses.replace(
        answer, hits=followed(answer.hits), near_misses=followed(answer.near_misses)
    )


def _with_edges(generation: Generation, hit: Hit, references: References) -> Hit:
    ordinal = generation.policy_ordinal(hit.policy.index_id)
    if ordinal is None:
        return hit
    quotes: list[Quote] = []
    for quote in hit.quotes:
        followed = references.of(ordinal, hit.policy, quote.passage)
        together = (*(quote.cites or followed.own), *followed.others)[: 2 * _CITED]
        quotes.append(dataclasses.replace(quote, cites=together, definitions=followed.definitions))
    return dataclasses.replace(hit, quotes=tuple(quotes))


def shown_with_edges(ordinal: int, shown: ShownProvision, references: References) -> ShownProvision:
    """Return a provision with the policies that it refers to, and the terms that it uses."""
    followed = references.of(ordinal, shown.policy, shown.passage)
    return dataclasses.replace(
        shown, cites=(*shown.cites, *followed.others), definitions=followed.definitions
    )


def cited_in(policy: Policy, provisions: Provisions, passage: Passage) -> Iterator[CitedProvision]:
    """Yield the provisions of the same policy, outside a passage, that the passage refers to."""
    span = (passage.start, passage.end)
    if next(find_labels(policy.body[slice(*span)]), None) is None:
        return
    own = _narrowest(provisions(), (passage.start, passage.start + 1))
    cited = references(policy.body, span, provisions(), own.address if own else "")
    apart = (pair for pair in cited if not _overlap(pair[1].span, span))
    for (start, end), provision in itertools.islice(apart, _CITED):
        yield CitedProvision(policy.body[start:end], passage_of(policy, provision))


def cited_policies(
    generation: Generation,
    policy: Policy,
    passage: Passage,
    called: Callable[[str, str], int | None],
) -> Iterator[CitedPolicy]:
    """Yield the other policies of the corpus that a passage names by number or title, each once.

    ``called`` gives the ordinal of the one policy that has a number, or else a title.
    """
    seen = {policy.id}
    for start, end in passage.sentences or sentence_spans(passage.text):
        sentence = read_sentence(passage.text[start:end])
        for symbol in symbols_in(sentence.symbols):
            at, cited = symbol.start(), sentence.of(symbol[0])
            ordinal = called(cited.number, cited.title)
            if ordinal is None:
                continue
            target = generation.policy(ordinal)
            if target.id in seen:
                continue
            seen.add(target.id)
            meant = _provision_beside(generation, ordinal, target, sentence.symbols, at)
            yield CitedPolicy(
                cited.name, Relative("cites", target.id, target.title, target.date), meant
            )


def _policy_called(
    generation: Generation, titles_near: TitlesNear, number: str, title: str
) -> int | None:
    """Return the ordinal of the only policy with a number, or else a title; None if not unique."""
    if number:
        mask = generation.policies_matching([Numbered((number,))])
        having = [] if mask is None else np.flatnonzero(mask).tolist()
        if len(having) == 1:
            return int(having[0])
    if title:
        key = title_key(title)
        titled = [ordinal for ordinal, near in titles_near(title) if title_key(near) == key]
        if len(titled) == 1:
            return titled[0]
    return None


def _provision_beside(
    generation: Generation, ordinal: int, policy: Policy, symbols: str, at: int
) -> Passage | None:
    """Return the provision that is cited together with another policy: "section 3 of", 第五条."""
    before = BEFORE.search(symbols[:at])
    label_text = before["provisions"] if before else symbols[at + 1 : at + 14]
    label = next(find_labels(label_text), None)
    if label is None or (before is None and label.span[0] > 0):
        return None
    matches = meant_by(generation.provisions(ordinal), label.steps)
    return passage_of(policy, matches[0]) if matches else None


def definitions_for(
    generation: Generation,
    ordinal: int,
    policy: Policy,
    provisions: Provisions,
    passage: Passage,
    defined: Sequence[Definition],
) -> Iterator[Defined]:
    """Yield the definitions of the terms that a passage uses and does not define itself."""
    span = (passage.start, passage.end)
    elsewhere = [definition for definition in defined if not _overlap(definition.span, span)]
    here = {definition.term for definition in defined if _overlap(definition.span, span)}
    chosen = (
        definition
        for _, definition in used_in(passage.text, elsewhere)
        if definition.term not in here
    )
    for definition in itertools.islice(chosen, _DEFINED):
        yield Defined(
            definition.term,
            definition_passage(generation, ordinal, policy, provisions(), definition),
        )


def definition_passage(
    generation: Generation,
    ordinal: int,
    policy: Policy,
    provisions: Sequence[Provision],
    definition: Definition,
) -> Passage:
    """Return a definition as a passage, at the address of the provision that gives it."""
    start, end = definition.span
    text = policy.body[start:end]
    within = _narrowest(provisions, definition.span)
    if within is not None:
        name = f"{policy.id}#{within.address}"
        above = tuple(policy.body[slice(*span)] for span in within.above)
    else:
        holding = passage_holding(generation, ordinal, start)
        name, above = (holding.id, holding.headings) if holding else (policy.id, ())
    return Passage(name, policy.id, text, start, end, above, tuple(sentence_spans(text)))


def passage_holding(generation: Generation, ordinal: int, place: int) -> Passage | None:
    """Return the passage of a policy that contains a character offset of its body."""
    first, end = generation.policy_passages[ordinal : ordinal + 2].tolist()
    passages = generation.passages(range(first, end))
    return next((passage for passage in passages if passage.start <= place < passage.end), None)


def _narrowest(provisions: Sequence[Provision], span: Span) -> Provision | None:
    holding = [
        provision
        for provision in provisions
        if provision.span[0] <= span[0] and span[1] <= provision.span[1]
    ]
    return min(holding, key=lambda provision: provision.span[1] - provision.span[0], default=None)


def _overlap(first: Span, second: Span) -> bool:
    return first[0] < second[1] and second[0] < first[1]
