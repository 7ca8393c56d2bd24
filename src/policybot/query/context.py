"""Follow-ups: what a question takes from the one before, or from the answer to it.

"And in 2013?" replaces dates; "only those on standards" adds a condition; "the second one" and
"when was it issued?" are about policies shown. All is decided from the two questions and the hits,
and told in ``Query.taken_from``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from policybot.model import Answer
from policybot.query import assemble
from policybot.query.as_of import SILENT, AsOf, asked_again, days_alone, timeless
from policybot.query.chosen import chosen_hit, ordinal_word
from policybot.query.conditions import (
    Condition,
    EffectiveIn,
    ExpiresIn,
    Holds,
    InForce,
    InPeriods,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Numbered,
    OfPolicy,
    Titled,
    affirmed,
    conditions_in_words,
    of_type,
    wordings_of,
)
from policybot.query.elliptic import (
    asks_for_one,
    elsewhere,
    is_brief,
    is_condition_alone,
    stands_for_policies,
    supposes,
    without_place,
)
from policybot.query.entities.entity import Days
from policybot.query.parse import Parse
from policybot.query.periods import common_periods
from policybot.query.query import Query
from policybot.query.rules.relations import Asked
from policybot.query.shown import asks_for_agent, newer_than, relation_of_shown
from policybot.query.tokens import has_class, word_classes
from policybot.query.vocabulary import Vocabulary

_MOST_TOKENS = 12
"""Number of tokens up to which a question may be a follow-up; longer ones are complete."""

_POLICY_BEFORE = "the policy of the answer before"


def follow_up(parse: Parse, own: Query, before: Answer, vocabulary: Vocabulary) -> Query | None:
    """Return the query of a follow-up; None for a question that stands by itself.

    Args:
        parse: the question's sentence.
        own: its reading without the answer before.
        before: the answer before.
        vocabulary: the words of the corpus.
    """
    if own.policies or own.small_talk:
        return None
    shown = _shown_ids(before)
    focus = shown[before.focus : before.focus + 1]
    short = len(parse.tokens) <= _MOST_TOKENS
    days = _other_days(parse, own, before.reading, vocabulary.days_of(focus[0]) if focus else None)
    if short and days is not None:
        added = timeless(own, days.wording).topic if days.wording else ""
        return asked_again(own, before.reading, days, added=added)
    if focus and short:
        related = _related(parse, own, before, focus[0], vocabulary)
        if related is not None:
            return related
    if own.asked_relation or asks_for_agent(parse):
        return None
    points_at_it = before.replied or _asks_about_shown(parse) or is_brief(parse) or supposes(parse)
    if short and _asks_the_same(parse, own) and _asks_for_a_rule(before.reading):
        again = asked_again(own, before.reading, before.reading.as_of, added=own.topic)
        return elsewhere(parse, own, before.reading, vocabulary) or again
    of_it = focus and own.topic and not own.demands and points_at_it
    if not short:
        return _about_content(own, focus[0]) if of_it and before.replied else None
    chosen = chosen_hit(parse, len(shown))
    if own.numbers and chosen is None:
        return None
    if chosen is not None and shown:
        return about_policies(
            own, [shown[chosen]], f"the {ordinal_word(chosen)} policy of the answer before"
        )
    empty = not (own.conditions or own.topic)
    if empty and has_class(parse.tokens, "more_results"):
        return _next_hits(own, before)
    count = _new_count(parse)
    if count and before.reading.count:
        return _repeated(own, before, "the question before", count=count)
    points = _points_back(parse, own)
    if focus and empty and has_class(parse.tokens, "whole_text"):
        return about_policies(dataclasses.replace(own, asks="text"), focus, _POLICY_BEFORE)
    if focus and own.asks and points:
        return about_policies(own, focus, _POLICY_BEFORE)
    speaks = any(not SILENT & token.classes for token in parse.tokens)
    if len(shown) == 1 and points and speaks and empty and not parse.of("order"):
        return about_policies(own, shown, _POLICY_BEFORE)
    if of_it:
        return _about_content(own, focus[0])
    counts = has_class(parse.tokens, "how_many", "all", "show", "it")
    if counts and empty and not own.asks and own.order == "relevance":
        return _repeated(own, before, "the answer before")
    if not _continues(parse, own):
        return None
    old = before.reading
    moved = elsewhere(parse, own, without_policy(old), vocabulary)
    if moved is not None:
        return moved
    own = assemble.query([parse], vocabulary, documents=True)
    ends = own.order != "relevance" and old.order == "relevance"
    if ends and not own.conditions and not own.topic and asks_for_one(parse):
        own = dataclasses.replace(own, count=own.count or 1)
    adds = not has_class(parse.tokens[:1], "and", "follow")  # not "and those of MIIT?"
    narrows = has_class(parse.tokens, "only_those") and adds
    narrows = narrows or bool(parse.of("not_issued_in", "not_issued_by"))
    return _merged(own, old, vocabulary, narrows=narrows)


def _other_days(parse: Parse, own: Query, old: Query, shown: Days | None) -> AsOf | None:
    """Return the days of which a question for a rule is asked again; None where it is not."""
    if not _asks_for_a_rule(old):
        return None
    days = days_alone(parse, shown)
    if days is None and own.as_of and has_class(parse.tokens, "it"):
        return own.as_of  # and what did it cost in 2018?
    return days


def _asks_for_a_rule(old: Query) -> bool:
    """Tell whether a question asks for what is said, under no condition but a time."""
    if old.asks_for_all or not old.topic or old.policies or old.asks or old.asked_relation:
        return False
    return all(isinstance(part, InForce) and not part.asked for part in old.conditions)


def _repeated(own: Query, before: Answer, source: str, *, count: int | None = None) -> Query:
    """Return the question before once more, with another count if one is given."""
    old = before.reading
    return dataclasses.replace(
        old, question=own.question, count=count or old.count, taken_from=source
    )


def _shown_ids(before: Answer) -> list[str]:
    """Return the ids of the policies shown, surely or as the closest; else of those named."""
    relation = before.reading.relation
    related = [policy.id for policy in relation.policies] if relation else []
    near = [hit.policy.id for hit in before.near_misses]
    shown = [hit.policy.id for hit in before.hits] or (
        near if before.certainty == "closest" else []
    )
    return shown or [*before.reading.ids] or related or near


def _related(
    parse: Parse, own: Query, before: Answer, focus: str, vocabulary: Vocabulary
) -> Query | None:
    """Return a question about the relations of the policy shown, or about newer or older ones."""
    old = before.reading
    if asks_for_agent(parse) and old.asked_relation and old.asked_relation.wanted == "subjects":
        plain = about_policies(own, old.ids, "the question before")
        return dataclasses.replace(plain, asks=None, asked_relation=old.asked_relation)
    asked = relation_of_shown(parse)
    newer = newer_than(parse, vocabulary.days_of(focus) or (None, None))
    subject = old.topic or any(not isinstance(c, IssuedIn | Numbered) for c in old.conditions)
    if newer and subject and not (old.policies or old.ids or old.titles or old.numbers):
        dated = dataclasses.replace(
            own, conditions=(IssuedIn((newer,)),), topic="", order="relevance"
        )
        return _merged(dated, old, vocabulary, narrows=False)
    if newer:
        asked = Asked("replaces", "subjects" if newer[1] is None else "objects", "", "")
    if asked is None:
        return None
    return dataclasses.replace(
        about_policies(own, [focus], _POLICY_BEFORE), asks=None, asked_relation=asked
    )


_BESIDE_A_COUNT = word_classes("""
    form_verb particle unit_mark article interjection light stop it adverb and show want plea
""")


def _new_count(parse: Parse) -> int | None:
    """Return the number of a follow-up that says nothing else: "make it three", 三份吧."""
    numbers = [at for at, token in enumerate(parse.tokens) if token.value is not None]
    if len(numbers) != 1 or len(parse.tokens) < 2:
        return None
    number = parse.tokens[numbers[0]]
    measured = numbers[0] + 1 if number.is_han else -1  # 份, 个
    others = [t for i, t in enumerate(parse.tokens) if i not in {numbers[0], measured}]
    if any(not _BESIDE_A_COUNT & token.classes for token in others):
        return None
    return number.value if "number" in number.classes else None


def _points_back(parse: Parse, own: Query) -> bool:
    """Return whether a question names nothing that it asks about: "who issued it?"."""
    asked = parse.taken("ask") if own.asks == "in_force" else set()
    others = (t for at, t in enumerate(parse.tokens) if at not in asked)
    return not any(t.is_word or t.entity for t in others) and not own.demands


def _asks_about_shown(parse: Parse) -> bool:
    """Return whether a question asks what the policy shown says: "how much money is it?"."""
    if any(node.value.explicit for node in parse.of("head")):
        return False
    spoken = [token for token in parse.tokens if not SILENT & token.classes]
    if len(spoken) > 1 and "which" in spoken[0].classes and "say" in spoken[1].classes:
        return True  # ¿Qué dice sobre …?
    return any("it" in t.classes and not {"article", "relative"} & t.classes for t in parse.tokens)


def _continues(parse: Parse, own: Query) -> bool:
    """Return whether a question is an ellipsis, which only makes sense after the one before."""
    spoken = [t for t in parse.tokens if not {"question", "stop", "mark", "comma"} & t.classes]
    if own.asks or not spoken or parse.of("ask"):
        return False
    documents = has_class(spoken, "document")
    words = sum(t.is_word for t in spoken)
    if not documents and (stands_for_policies(spoken) or is_condition_alone(parse, spoken)):
        return True
    if parse.of("order") and not documents and words <= 1 and not own.conditions:
        return True
    linked = has_class(spoken[:1], "follow", "only_those", "and", "except") or (
        spoken[-1].is_han and has_class(spoken[-1:], "follow_post", "particle")
    )
    return linked and not documents and "which" not in spoken[0].classes


def _asks_the_same(parse: Parse, own: Query) -> bool:
    """Tell "and the child grants?" and 单位不分类呢, which ask the same of something else."""
    if not own.topic or own.conditions or supposes(parse) or parse.of("head", "order", "ask"):
        return False
    spoken = [token for token in parse.tokens if not {"question", "mark"} & token.classes]
    opens = has_class(spoken[:1], "follow", "and")
    return opens or (has_class(spoken[-1:], "follow_post") and spoken[-1].is_han)


def _merged(own: Query, old: Query, vocabulary: Vocabulary, *, narrows: bool) -> Query | None:
    """Return the question before with the conditions of the follow-up.

    They replace those of the same kind; with ``narrows`` they are added, but for dates that share
    no day with those before.
    """
    own = _on_other_days(own, old)
    old = without_policy(old)
    kept: list[Condition] = [c for c in old.conditions if not _gives_way(c, own, narrows=narrows)]
    if own.topic and not narrows and of_type(old.conditions, Holds):
        # "Policies that mention Wuxi", "and agriculture?": other words are to be mentioned.
        kept = [condition for condition in kept if not isinstance(condition, Holds)]
        own = dataclasses.replace(own, conditions=(*own.conditions, Holds((own.topic,))), topic="")
    if own.issuers and not old.issuers and not narrows:
        # "Visiting hours in Rome", "and at MIIT?": one place takes the other's.
        old = dataclasses.replace(old, topic=without_place(old.topic, vocabulary))
    topic = " ".join(filter(None, [old.topic if narrows or not own.topic else "", own.topic]))
    if not own.conditions and not own.topic and own.order == "relevance" and own.count is None:
        return None
    taken = conditions_in_words(kept)
    if old.topic and topic != own.topic:
        taken.append(f"about “{old.topic}”")
    taken_over = ", ".join(filter(None, taken))
    conditions = (*kept, *own.conditions)
    return dataclasses.replace(
        own,
        conditions=conditions,
        topic=topic,
        search_text=" ".join(dict.fromkeys(filter(None, [topic, *wordings_of(conditions, Holds)]))),
        topic_marked=narrows or (own.topic_marked if own.topic else old.topic_marked),
        intent="list" if "list" in {old.intent, own.intent} else "find",
        order=own.order if own.order != "relevance" else old.order,
        count=own.count or (old.count if own.order == "relevance" else None),
        hints=(),
        missing=None,
        small_talk=None,
        taken_from=f"from your question before: {taken_over}" if taken_over else None,
    )


def _gives_way(before: Condition, own: Query, *, narrows: bool) -> bool:
    """Tell whether a condition of the question before is replaced by one of the follow-up."""
    alike = [one for one in own.conditions if _slot(one) == _slot(before)]
    if not narrows or isinstance(before, InForce):
        return bool(alike)
    periods = before.periods if isinstance(before, InPeriods) else None
    return periods is not None and any(
        isinstance(one, InPeriods) and not common_periods(periods, one.periods) for one in alike
    )


def without_policy(query: Query) -> Query:
    """Return a question without the policy shown: another condition asks of others too."""
    kept = tuple(c for c in query.conditions if not isinstance(c, OfPolicy))
    return dataclasses.replace(query, conditions=kept)


def _on_other_days(own: Query, old: Query) -> Query:
    """Return a follow-up with its dates as days of validity, where those before were.

    "Was the Act in force in 2012?", "Which policies came into force in 2012?", "and in 2016?"
    """
    asked, issued = old.in_force, next(iter(of_type(own.conditions, IssuedIn)), None)
    if issued is None:
        return own
    terms = [c for c in old.conditions if isinstance(c, EffectiveIn | ExpiresIn)]
    changed: Condition
    if len(terms) == 1 and not old.periods:
        changed = dataclasses.replace(terms[0], periods=issued.periods, span=issued.span)
    elif asked is None or own.in_force is not None:
        return own
    else:
        days = issued.periods[0][0], issued.periods[-1][1]
        changed = dataclasses.replace(asked, days=days, span=issued.span)
        if asked.asked:
            own = dataclasses.replace(own, asks=old.asks, policies=old.policies)
    conditions = tuple(changed if c is issued else c for c in own.conditions)
    return dataclasses.replace(own, conditions=conditions)


_SLOTS = {
    IssuedBy: "who",
    IssuerCount: "count",
    IssuedIn: "when",
    Holds: "words",
    Titled: "title",
}


def _slot(condition: Condition) -> str:
    """Return which slot of a question a condition fills: a new one replaces the old one there."""
    inner = affirmed(condition)
    return _SLOTS.get(type(inner), inner.kind)


def about_policies(own: Query, ids: Sequence[str], source: str) -> Query:
    """Return a question as one about policies shown; ``source`` names these, in English."""
    return dataclasses.replace(
        own,
        conditions=tuple(c for c in own.conditions if c not in own.demands),
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
        taken_from=source,
    )


def _about_content(own: Query, policy: str) -> Query:
    """Return a question as one for what a policy says."""
    return dataclasses.replace(
        own,
        conditions=(*own.conditions, OfPolicy(policy)),
        topic_marked=True,
        intent="find",
        missing=None,
        small_talk=None,
        taken_from=_POLICY_BEFORE,
    )


def _next_hits(own: Query, before: Answer) -> Query:
    """Return the question before, skipping the hits already shown."""
    old = before.reading
    return dataclasses.replace(
        old,
        question=own.question,
        skip=old.skip + len(before.hits),
        taken_from="more of the answer before",
    )
