"""Answers that are provisions, for "What does Article 5 of the Measures say?".

The policy is the one that the question names, by number, title or words of it, or the one that the
answer before showed; the answer is the provision itself, or that the policy has none so numbered,
with those it has.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from policybot.answering.named_policies import (
    KINDS_OF_DOCUMENT,
    Named,
    as_closest,
    may_be_called,
)
from policybot.answering.provision_policies import SHOWN, policies_meant
from policybot.answering.whole_policies import leading_hit
from policybot.corpus.provisions.divide import passage_of
from policybot.corpus.provisions.labels import RANKS
from policybot.corpus.provisions.lookup import (
    NAMES,
    as_called_there,
    enclosing,
    in_words,
    meant_by,
    what_there_is,
)
from policybot.corpus.provisions.references import own_word, references
from policybot.errors import ProvisionNotFoundError
from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.model import Answer, CitedProvision, Hit, Policy, Provision, Quote, ShownProvision
from policybot.query.conditions import AtProvision
from policybot.query.query import Query
from policybot.retrieval.evidence import EncodeQuestion
from policybot.retrieval.words.stop_words import says_nothing

_CITED = 5
"""Maximum number of cited provisions shown with a provision."""

_READ_THROUGH = 100
"""Most policies that are all looked through for a provision of which no policy is named."""


def show_provision(generation: Generation, ordinal: int, address: str) -> ShownProvision:
    """Return the provision of a policy at an address.

    Raises:
        ProvisionNotFoundError: it has none there; the message lists those it has.
    """
    policy = generation.policy(ordinal)
    provisions = generation.provisions(ordinal)
    wanted = address.strip().lower()
    match = next((provision for provision in provisions if provision.address == wanted), None)
    if match is None:
        steps = tuple(("", part) for part in wanted.split("."))
        above = next(
            (part for part in reversed(provisions) if wanted.startswith(f"{part.address}.")), None
        )
        contents = what_there_is(provisions, [(above.address, ""), *steps] if above else ())
        raise ProvisionNotFoundError(_none_there(f"{policy.index_id}#{address}", contents))
    return ShownProvision(
        policy,
        passage_of(policy, match),
        policy.body[slice(*match.label)],
        tuple(_cited(policy, provisions, match)),
    )


def _none_there(named: str, contents: str) -> str:
    has = f"it has {contents}" if contents else "it has no numbered provisions"
    return f"{named}: the policy has no such provision; {has}"


def answer_provisions(
    generation: Generation,
    query: Query,
    read_named: Callable[[str], Named],
    encode: EncodeQuestion,
    *,
    limit: int,
) -> Answer | None:
    """Return the provisions that a question asks for, or an answer that there are none.

    None if no policy of the corpus has that name: then the question is searched for like any other.
    """
    if not query.provision_of and not query.ids and _says_nothing(query, generation):
        return _of_which(generation, query)

    def has(ordinal: int) -> bool:
        return _hit(generation, ordinal, query.provisions) is not None

    tiers, sure = policies_meant(generation, query, read_named, encode, has)
    if not tiers:
        return None
    hits = [
        hit for ordinal in tiers if (hit := _hit(generation, ordinal, query.provisions)) is not None
    ]
    if hits:
        shown = hits[: limit or SHOWN]
        detail = " ".join(dict.fromkeys(note for _, note in shown if note)) or None
        return Answer(
            reading=dataclasses.replace(query, intent="find"),
            hits=tuple(hit for hit, _ in shown),
            total=len(hits),
            index=generation.info,
            detail=detail,
        )
    if not sure or (_asks_more(query) and not _numbers_so(generation, query, tiers)):
        return None
    return _none(generation, query, tiers)


def _of_which(generation: Generation, query: Query) -> Answer:
    """Ask of which policy a provision is, and in a small corpus show some that have one."""
    named = " or ".join(asked.in_words() for asked in query.provisions)
    detail = f"Say which policy is meant, to be shown its {named}."
    near: list[Hit] = []
    if generation.info.policies <= _READ_THROUGH:
        having = (_hit(generation, at, query.provisions) for at in range(generation.info.policies))
        near = [found[0] for found in having if found is not None]
        count = len(near)
        some = "No policy has one" if not near else "1 policy has one" if count == 1 else ""
        detail += f" {some or f'{count} policies have one'}."
    return Answer(
        reading=query,
        hits=(),
        total=0,
        index=generation.info,
        reason="empty_question",
        detail=detail,
        near_misses=tuple(near[:SHOWN]),
    )


def found_by_search(generation: Generation, query: Query, answer: Answer) -> Answer:
    """Return the result of a search for a provision of a policy that no title matches.

    The result stands if it quotes a provision with that number, of a policy whose title may be
    meant. Otherwise the named policy is not among the hits, which become near misses.
    """
    if not query.provision_of or not answer.answered or answer.reading.intent == "list":
        return answer
    first = answer.hits[0]
    if may_be_called(first.policy, query.provision_of) and _quotes_one(
        generation, first, query.provisions
    ):
        return answer
    return as_closest(answer, query.provision_of)


def _quotes_one(generation: Generation, hit: Hit, wanted: Sequence[AtProvision]) -> bool:
    ordinal = generation.policy_ordinal(hit.policy.index_id)
    if ordinal is None:
        return False
    provisions = generation.provisions(ordinal)
    spans = [provision.span for asked in wanted for provision in meant_by(provisions, asked.steps)]
    return any(
        start < quote.passage.end and quote.passage.start < end
        for start, end in spans
        for quote in hit.quotes
    )


def _asks_more(query: Query) -> bool:
    """Tell whether a question for a provision also asks for content."""
    terms = {*words(query.topic)} - {*words(query.provision_of)} - KINDS_OF_DOCUMENT
    return any(not says_nothing(term) for term in terms)


def _numbers_so(generation: Generation, query: Query, ordinals: Sequence[int]) -> bool:
    """Tell whether one of the policies has any provisions of the kind asked for."""
    kind = query.provisions[0].steps[0][0]
    return any(
        provision.address.startswith(kind)
        for ordinal in ordinals[:SHOWN]
        for provision in generation.provisions(ordinal)
    )


def _says_nothing(query: Query, generation: Generation) -> bool:
    """Tell whether a question names no policy while the corpus has several."""
    several = generation.info.documents > 1
    return several and not (query.topic or query.conditions or query.titles)


def _hit(
    generation: Generation, ordinal: int, wanted: Sequence[AtProvision]
) -> tuple[Hit, str] | None:
    """Return a policy with the requested provisions, and notes; None if it has none."""
    provisions = generation.provisions(ordinal)
    policy = generation.policy(ordinal)
    chosen: dict[str, Provision] = {}
    notes: list[str] = []
    for asked in wanted:
        matches = meant_by(provisions, asked.steps)
        steps = as_called_there(provisions, asked.steps)
        if steps != asked.steps and (taken := meant_by(provisions, steps)):
            matches = taken
            decimals = "." in policy.body[slice(*taken[0].label)].rstrip(".")
            described = in_words(taken[0].address, decimals=decimals)
            name = _as_called(policy, provisions, described)
            if name.split()[0] != asked.in_words().split()[0]:
                notes.append(f"In “{policy.title}” this is {name}.")
        if not matches and (above := _holding(policy, provisions, asked)):
            matches = [above]
            notes.append(f"{asked.in_words()} is within the text of {in_words(above.address)}.")
        elif not matches and len(wanted) > 1:
            contents = _contents(policy, provisions, asked)
            notes.append(f"“{policy.title}” has no {asked.in_words()}; it has {contents}.")
        chosen |= {provision.address: provision for provision in matches}
    if not chosen:
        return None
    quotes = tuple(
        Quote(passage_of(policy, provision), (), 1.0, tuple(_cited(policy, provisions, provision)))
        for provision in chosen.values()
    )
    return Hit(policy, 1.0, quotes), " ".join(notes)


def _contents(policy: Policy, provisions: Sequence[Provision], wanted: AtProvision) -> str:
    """Return in words which provisions a policy has, near the one that is asked for."""
    steps = as_called_there(provisions, wanted.steps)
    return _as_called(policy, provisions, what_there_is(provisions, steps))


def _as_called(policy: Policy, provisions: Sequence[Provision], described: str) -> str:
    """Return the words for numbered paragraphs with what their text itself calls them."""
    if "Paragraph" not in described:
        return described
    return described.replace("Paragraph", NAMES[own_word(policy.body, provisions)])


def _holding(
    policy: Policy, provisions: Sequence[Provision], wanted: AtProvision
) -> Provision | None:
    """Return the provision whose running text contains a part: "(i) …; and (ii) …"."""
    above = enclosing(provisions, wanted.steps)
    if above is None or wanted.steps[-1][0] in RANKS:
        return None
    part = wanted.steps[-1][1]
    text = policy.body[slice(*above.span)].lower()
    return above if f"({part})" in text or f"（{part}）" in text else None


def _cited(
    policy: Policy, provisions: Sequence[Provision], provision: Provision
) -> Iterator[CitedProvision]:
    """Yield the provisions of the same policy that a provision refers to."""
    cited = references(policy.body, provision.span, provisions, provision.address)
    for (start, end), target in [*cited][:_CITED]:
        yield CitedProvision(policy.body[start:end], passage_of(policy, target))


def _none(generation: Generation, query: Query, ordinals: Sequence[int]) -> Answer:
    """Answer that the policies have no such provision, and list what they have."""
    notes: list[str] = []
    near: list[Hit] = []
    named = " or ".join(asked.in_words() for asked in query.provisions)
    for ordinal in ordinals[:SHOWN]:
        provisions = generation.provisions(ordinal)
        policy = generation.policy(ordinal)
        contents = _contents(policy, provisions, query.provisions[0])
        has = f"it has {contents}" if contents else "it has no numbered provisions"
        notes.append(f"“{policy.title}” has no {named}: {has}.")
        above = enclosing(provisions, query.provisions[0].steps)
        if above is not None:
            near.append(Hit(policy, 1.0, (Quote(passage_of(policy, above), (), 1.0),)))
        else:
            near.append(leading_hit(generation, ordinal))
    return Answer(
        reading=dataclasses.replace(query, intent="find"),
        hits=(),
        total=0,
        index=generation.info,
        reason="no_such_provision",
        detail=" ".join(notes),
        near_misses=tuple(near),
    )
