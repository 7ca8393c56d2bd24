"""What a follow-up takes from the question before: its conditions, its topic, or its policies.

"And in 2013?" puts other dates in the place of those before; "only those on standards" adds to
them; "the second one" and "when was it issued?" speak of what was shown. Everything is decided from
the two questions and the hits alone, and said in ``Query.taken_from``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from policybot.model import Answer
from policybot.query import assemble
from policybot.query.conditions import (
    Condition,
    EffectiveIn,
    ExpiresIn,
    Holds,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Not,
    Numbered,
    OfPolicy,
    Titled,
    conditions_in_words,
)
from policybot.query.elliptic import (
    asks_for_one,
    elsewhere,
    is_brief,
    stands_for_policies,
    without_place,
)
from policybot.query.parse import Parse
from policybot.query.query import Query
from policybot.query.rules.relations import Asked
from policybot.query.shown import asked_of_it, asks_by_which, newer_than
from policybot.query.text import on_one_line
from policybot.query.tokens import Token
from policybot.query.vocabulary import Vocabulary

_PLAIN_NUMBER = re.compile(r"#?\s*(\d{1,2})\.?")
_SILENT = frozenset(["stop", "comma", "mark", "question", "interjection", "plea"])
"""Classes of tokens that say nothing of an answer: "ok", "…", "please"."""

_MOST_TOKENS = 12
"""A follow-up is short; a longer question says what it is after."""


def follow_up(parse: Parse, own: Query, before: Answer, vocabulary: Vocabulary) -> Query | None:
    """Return the query of a follow-up; None where a question stands by itself.

    Args:
        parse: the question's sentence.
        own: what it reads as by itself.
        before: the answer before.
        vocabulary: the words of the corpus.
    """
    if own.policies or own.small_talk:
        return None
    shown = _shown(before)
    focus = shown[before.focus : before.focus + 1]
    if focus and len(parse.tokens) <= _MOST_TOKENS:
        related = _related(parse, own, before, focus[0], vocabulary)
        if related is not None:
            return related
    if own.asked_relation or asks_by_which(parse):
        return None
    points_at_it = before.replied or _of_it(parse) or is_brief(parse)
    of_it = focus and own.topic and not own.demands and points_at_it
    if len(parse.tokens) > _MOST_TOKENS:
        return _within(own, focus[0]) if of_it and before.replied else None
    classes = {name for token in parse.tokens for name in token.classes}
    chosen = _position(parse, len(shown))
    if own.numbers and chosen is None:
        return None
    if chosen is not None and shown:
        return about(own, [shown[chosen]], f"the {_nth(chosen)} policy of the answer before")
    if "more_results" in classes and not _says_something(own):
        return _more(own, before)
    count = _recounted(parse)
    if count and before.reading.count:
        again = "the question before"
        changed = dataclasses.replace(before.reading, count=count, question=own.question)
        return dataclasses.replace(changed, taken_from=again)
    points = _points_back(parse, own)
    if focus and "whole_text" in classes and not _says_something(own):
        own = dataclasses.replace(own, asks="text")
        return about(own, focus, "the policy of the answer before")
    if focus and own.asks and points:
        return about(own, focus, "the policy of the answer before")
    orders = any(node.kind == "order" for node in parse.nodes)
    speaks = any(not _SILENT & token.classes for token in parse.tokens)
    if len(shown) == 1 and points and speaks and not _says_something(own) and not orders:
        return about(own, shown, "the policy of the answer before")
    if of_it:
        return _within(own, focus[0])
    counts = {"how_many", "all", "show", "it"} & classes
    if counts and not _says_something(own) and not own.asks and own.order == "relevance":
        again = "the answer before"
        return dataclasses.replace(before.reading, question=own.question, taken_from=again)
    if not _continues(parse, own):
        return None
    old = before.reading
    moved = elsewhere(parse, own, old, vocabulary)
    if moved is not None:
        return moved
    own = assemble.query([parse], vocabulary, documents=True)
    ends = own.order != "relevance" and old.order == "relevance"
    if ends and not _says_something(own) and asks_for_one(parse):
        own = dataclasses.replace(own, count=own.count or 1)
    return _merged(own, old, narrows="only_those" in classes or _points_at_list(parse))


def _shown(before: Answer) -> list[str]:
    """Return the ids of the policies shown, surely or as the closest; else of those spoken of."""
    relation = before.reading.relation
    spoken_of = before.reading.ids or [one.id for one in (relation.policies if relation else ())]
    near = before.near_misses if before.certainty == "closest" else ()
    return [hit.policy.id for hit in before.hits or near] or [*spoken_of]


def _related(
    parse: Parse, own: Query, before: Answer, focus: str, vocabulary: Vocabulary
) -> Query | None:
    """Return a question of what the policy shown does or is done, or of what is newer than it."""
    what = "the policy of the answer before"
    old = before.reading
    if asks_by_which(parse) and old.asked_relation and old.asked_relation.wanted == "subjects":
        plain = about(own, old.ids, "the question before")
        return dataclasses.replace(plain, asks=None, asked_relation=old.asked_relation)
    asked = asked_of_it(parse)
    newer = newer_than(parse, vocabulary.days_of(focus) or (None, None))
    subject = old.topic or any(not isinstance(one, IssuedIn | Numbered) for one in old.conditions)
    if newer and subject and not (old.policies or old.ids or old.titles or old.numbers):
        return _merged(
            dataclasses.replace(own, conditions=(IssuedIn((newer,)),), topic="", order="relevance"),
            old,
            narrows=False,
        )
    if newer:
        asked = Asked("replaces", "subjects" if newer[1] is None else "objects", "", "")
    if asked is None:
        return None
    return dataclasses.replace(about(own, [focus], what), asks=None, asked_relation=asked)


_BESIDE_A_COUNT = frozenset(
    ["form_verb", "particle", "unit_mark", "article", "interjection", "light", "stop", "it",
     "adverb", "and", "show", "want", "plea"]
)  # fmt: skip


def _recounted(parse: Parse) -> int | None:
    """Return the number of "make it three" and 三份吧, which say nothing else."""
    numbers = [at for at, token in enumerate(parse.tokens) if token.value is not None]
    if len(numbers) != 1 or len(parse.tokens) < 2:
        return None
    at = numbers[0]
    measured = at + 1 if parse.tokens[at].text > "\u2e80" else -1  # 份, 个
    others = [t for i, t in enumerate(parse.tokens) if i not in {at, measured}]
    if any(not _BESIDE_A_COUNT & token.classes for token in others):
        return None
    return parse.tokens[at].value if "number" in parse.tokens[at].classes else None


def _says_something(own: Query) -> bool:
    return bool(own.conditions or own.topic)


def _position(parse: Parse, count: int) -> int | None:
    """Return which of the hits before a question chooses, from 0; None where it chooses none."""
    plain = on_one_line(parse.text.plain)
    if (number := _PLAIN_NUMBER.fullmatch(plain)) and 1 <= int(number[1]) <= count:
        return int(number[1]) - 1
    ordinals = [t for t in parse.tokens if "ordinal" in t.classes]
    named = [t for t in parse.tokens if (t.is_word or t.entity) and t not in ordinals]
    documents = any({"document", "kind"} & t.classes for t in parse.tokens)
    if len(ordinals) != 1 or named or documents or not _pointed(parse, ordinals[0]):
        return None
    return _placed(ordinals[0].value or 0, count)


def _pointed(parse: Parse, ordinal: Token) -> bool:
    """Tell "the second one" and 第二个 from an ordinal that orders: "newest first"."""
    if ordinal.text > "\u2e80" or len(parse.tokens) == 1:
        return True
    at = parse.tokens.index(ordinal)
    beside = [*parse.tokens[max(0, at - 1) : at], *parse.tokens[at + 1 : at + 2]]
    return any({"article", "pronoun", "it"} & t.classes for t in beside)


def _placed(place: int, count: int) -> int | None:
    if place == -1:
        return count - 1 if count else None
    return place - 1 if 1 <= place <= count else None


def _nth(place: int) -> str:
    return {0: "first", 1: "second", 2: "third"}.get(place, f"{place + 1}th")


def _points_back(parse: Parse, own: Query) -> bool:
    """Tell "who issued it?" from a question that names what it asks of."""
    asked = {i for node in parse.of("ask") if own.asks == "in_force" for i in node.taken}
    named = (t for at, t in enumerate(parse.tokens) if at not in asked)
    return not any(t.is_word or t.entity for t in named) and not own.demands


def _of_it(parse: Parse) -> bool:
    """Tell "how much money is it?" from a question that speaks of policies, or points at none."""
    if any(node.value.explicit for node in parse.of("head")):
        return False
    spoken = [token for token in parse.tokens if not _SILENT & token.classes]
    if len(spoken) > 1 and "which" in spoken[0].classes and "say" in spoken[1].classes:
        return True  # ¿Qué dice sobre …?
    return any(
        "it" in token.classes and not {"article", "relative"} & token.classes
        for token in parse.tokens
    )


def _points_at_list(parse: Parse) -> bool:
    return any("only_those" in token.classes for token in parse.tokens)


def _continues(parse: Parse, own: Query) -> bool:
    """Tell an ellipsis from a question: it links to one before, or only replaces a part of it."""
    if own.asks:
        return False
    said = [t for t in parse.tokens if not {"question", "stop", "mark", "comma"} & t.classes]
    if not said:
        return False
    documents = any("document" in t.classes for t in said)
    linked = bool({"follow", "only_those", "and", "except"} & said[0].classes) or bool(
        {"follow_post", "particle"} & said[-1].classes and said[-1].text > "\u2e80"
    )
    if any(node.kind == "ask" for node in parse.nodes):
        return False
    orders = any(node.kind == "order" for node in parse.nodes)
    words = sum(t.is_word for t in said)
    if stands_for_policies(said) and not documents:
        return True
    if orders and not documents and words <= 1 and not own.conditions:
        return True
    return linked and not documents and "which" not in said[0].classes


def _merged(own: Query, old: Query, *, narrows: bool) -> Query | None:
    """Return the question before with what the follow-up says in the place of its like."""
    own = _on_other_days(own, old)
    replaced = {_slot(one) for one in own.conditions} if not narrows else set()
    kept: list[Condition] = [one for one in old.conditions if _slot(one) not in replaced]
    if own.topic and not narrows and any(isinstance(one, Holds) for one in old.conditions):
        # "Policies that mention Wuxi", "and agriculture?": other words are to be mentioned.
        kept = [one for one in kept if not isinstance(one, Holds)]
        own = dataclasses.replace(own, conditions=(*own.conditions, Holds((own.topic,))), topic="")
    if own.issuers and not old.issuers and not narrows:
        # "Visiting hours in Rome", "and at MIIT?": one place takes the other's.
        old = dataclasses.replace(old, topic=without_place(old.topic, han=False))
    topic = old.topic if narrows or not own.topic else own.topic
    if own.topic and narrows:
        topic = " ".join(filter(None, [old.topic, own.topic]))
    if not own.conditions and not own.topic and own.order == "relevance" and own.count is None:
        return None
    order = own.order if own.order != "relevance" else old.order
    lists = old.intent == "list" or own.intent == "list"
    taken = [*conditions_in_words(kept)]
    if topic and topic != own.topic:
        taken.append(f"about “{old.topic}”" if old.topic else "")
    said = ", ".join(filter(None, taken))
    return dataclasses.replace(
        own,
        conditions=(*kept, *own.conditions),
        topic=topic,
        search_text=" ".join(
            dict.fromkeys(
                filter(
                    None,
                    [
                        topic,
                        *(
                            w
                            for one in (*kept, *own.conditions)
                            if isinstance(one, Holds)
                            for w in one.wordings
                        ),
                    ],
                )
            )
        ),
        topic_marked=narrows or (own.topic_marked if own.topic else old.topic_marked),
        intent="list" if lists else "find",
        order=order,
        count=own.count or (old.count if own.order == "relevance" else None),
        hints=(),
        missing=None,
        small_talk=None,
        taken_from=f"from your question before: {said}" if said else None,
    )


def _on_other_days(own: Query, old: Query) -> Query:
    """Return a follow-up whose dates are days of validity, where those of the question before are.

    "Was the Act in force in 2012?", "Which policies came into force in 2012?", "and in 2016?"
    """
    asked, issued = old.in_force, next((o for o in own.conditions if isinstance(o, IssuedIn)), None)
    terms = [one for one in old.conditions if isinstance(one, EffectiveIn | ExpiresIn)]
    if issued is not None and len(terms) == 1 and not old.periods:
        term: Condition = dataclasses.replace(terms[0], periods=issued.periods, span=issued.span)
        conditions = tuple(term if one is issued else one for one in own.conditions)
        return dataclasses.replace(own, conditions=conditions)
    if asked is None or issued is None or own.in_force is not None:
        return own
    days = issued.periods[0][0], issued.periods[-1][1]
    then = dataclasses.replace(asked, days=days, span=issued.span)
    return dataclasses.replace(
        own,
        conditions=tuple(then if one is issued else one for one in own.conditions),
        asks=old.asks if asked.asked else own.asks,
        policies=old.policies if asked.asked else own.policies,
    )


def _slot(condition: Condition) -> str:
    """Return what of a question a condition answers: one of a kind takes the other's place."""
    inner = condition.condition if isinstance(condition, Not) else condition
    names = {
        IssuedBy: "who",
        IssuerCount: "count",
        IssuedIn: "when",
        Holds: "words",
        Titled: "title",
    }
    return names.get(type(inner), inner.kind)


def about(own: Query, ids: Sequence[str], what: str) -> Query:
    """Return a question as one of policies shown before; ``what`` says of which, in English."""
    return dataclasses.replace(
        own,
        conditions=tuple(one for one in own.conditions if one not in own.demands),
        topic="",
        search_text="",
        intent="find",
        order="relevance",
        count=None,
        hints=(),
        unknown_issuers=(),
        ids=tuple(ids),
        missing=None,
        small_talk=None,
        taken_from=f"{what}",
    )


def _within(own: Query, policy: str) -> Query:
    """Return a question as one of what a policy says."""
    return dataclasses.replace(
        own,
        conditions=(*own.conditions, OfPolicy(policy)),
        topic_marked=True,
        intent="find",
        missing=None,
        small_talk=None,
        taken_from="the policy of the answer before",
    )


def _more(own: Query, before: Answer) -> Query:
    """Return the question before, past what was shown."""
    old = before.reading
    return dataclasses.replace(
        old,
        question=own.question,
        skip=old.skip + len(before.hits),
        taken_from="more of the answer before",
    )
