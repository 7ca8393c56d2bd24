"""The topic of a question: the words left when conditions and words of asking are accounted for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence

from policybot.model import Span
from policybot.query.conditions import (
    Condition,
    Holds,
    InForce,
    Titled,
    of_type,
    wordings_of,
)
from policybot.query.entities.titles import without_years
from policybot.query.frame import Frame, heads_of, is_asking
from policybot.query.lexicon import lexicon_of
from policybot.query.needed import verbs_of_need
from policybot.query.parse import LIGHT, Parse, is_content, is_light, taken_by
from policybot.query.rules.asks import PolicyQuestion
from policybot.query.rules.rule import Node
from policybot.query.text import on_one_line
from policybot.query.tokens import Token, has_class, word_classes
from policybot.query.vocabulary import Vocabulary

_QUESTION_WORDS = word_classes("which who when where how why how_many particle whether show plea")

_REQUESTS = word_classes("show plea interjection state")
"""Classes of words that belong to the topic after "I": "can I send …"."""


def document_topic(
    parse: Parse,
    accepted: Sequence[Node],
    vocabulary: Vocabulary,
    conditions: Sequence[Condition],
    frame: Frame,
) -> tuple[str, list[tuple[str, Span]], bool]:
    """Return the topic of a question for policies, and the words that were not understood.

    The third value tells whether the question says that the policies are about it, as "policies on
    patents" and "patent policies" do.
    """
    taken = taken_by(accepted)
    if not any(condition.kinds for condition in of_type(conditions, Titled)):
        # The kind of document helps to rank where no title decides on it.
        words = {i for i, token in enumerate(parse.tokens) if i not in taken and is_content(token)}
        taken -= {
            i
            for node in accepted
            if node.kind == "head"
            for i in node.taken
            if "kind" in parse.classes_at(i)
            and "document" not in parse.classes_at(i)
            and vocabulary.kinds.get(parse.tokens[i].text) not in vocabulary.generic_kinds
            and (not frame.many or i - 1 in words or _is_overview(parse, node, i))
        }
    numbers_at = {i for i, t in enumerate(parse.tokens) if t.entity and t.entity.kind == "number"}
    says = {i for i in saying(parse) if parse.tokens[i].text > "\u2e80"}
    left = [i for i in range(len(parse.tokens)) if i not in taken | numbers_at | says]
    topics: list[str] = []
    ignored: list[tuple[str, Span]] = []
    marked = False
    denials = _denials(parse, left)
    for segment in _segments(parse, left):
        wording = parse.wording(segment)
        denies = all({"not", "without"} & parse.classes_at(i) for i in segment)
        if not wording or denies or any(run[0] <= segment[0] <= run[-1] for run in denials):
            continue
        denials = [run for run in denials if not segment[0] < run[0] <= segment[-1]]
        if conditions and _is_stray(parse, segment, accepted, vocabulary):
            ignored.append(parse.wording_with_span(segment))
        else:
            topics.append(wording)
            marked = marked or _is_marked(parse, segment, accepted)
    ignored += map(parse.wording_with_span, denials)
    topic = " ".join(topics)
    counts = [i for i in left if "number" in parse.classes_at(i)]
    ignored += [parse.wording_with_span([i]) for i in counts if parse.wording([i]) not in topic]
    if not topics and all(isinstance(condition, InForce) for condition in conditions):
        heads = [n for n in parse.of("head") if n in accepted]
        bare = [n for n in heads if conditions or n.rule == "documents"]
        kinds = [i for i in taken_by(bare) if "kind" in parse.classes_at(i)]
        if named := [i for i in kinds if i + 1 in counts and "singular" in parse.classes_at(i)]:
            return parse.wording([named[-1], named[-1] + 1]), [], True  # "Circular 482"
        if kinds and all(_is_topic(parse.tokens[i], vocabulary) for i in kinds):
            return parse.wording(kinds), ignored, True
    return topic, ignored, marked


def _is_topic(token: Token, vocabulary: Vocabulary) -> bool:
    """Return whether the corpus speaks of a kind of document but has none: standards."""
    kind = vocabulary.kinds.get(token.text)
    if kind is None or kind in vocabulary.generic_kinds or vocabulary.titled_words(kind):
        return False
    return any(own == kind and vocabulary.frequency(word) for word, own in vocabulary.kinds.items())


def _denials(parse: Parse, left: Sequence[int]) -> list[list[int]]:
    """Return the runs of tokens in ``left`` that a word of negation begins.

    "No" before a topic inverts it, so that neither is searched for; after "about" it belongs to it.
    """
    runs: list[list[int]] = []
    about = parse.taken("about")
    for at in left:
        classes = parse.classes_at(at)
        ends = all(not t.text[0].isalnum() for t in parse.tokens[at + 1 :])
        answers = "interjection" in classes and "comma" in parse.classes_at(at + 1)  # "no, …"
        own = has_class(parse.tokens[max(0, at - 2) : at], "first_person")
        denies = {"not", "without"} & classes and not (answers or own or at - 1 in about)
        if runs and runs[-1][-1] == at - 1 and "comma" not in classes:
            runs[-1].append(at)
        elif denies and not (ends and "particle" in classes):
            runs.append([at])
    last = len(parse.tokens) - 1
    # In "never published", a node may take the word after the negation.
    return [r if len(r) > 1 or r[0] == last else [r[0], r[0] + 1] for r in runs]


def _is_overview(parse: Parse, node: Node, at: int) -> bool:
    """Return whether a kind is the topic of an overview: "timeline of standards"."""
    return "of" in parse.classes_at(at - 1) and any(
        "overview" in parse.classes_at(i) for i in node.taken
    )


def _segments(parse: Parse, left: Sequence[int]) -> list[list[int]]:
    """Return the runs of tokens that may be a topic, without function words at their ends."""
    about = parse.taken("about")

    def trails(at: int) -> bool:
        return is_light(parse.tokens[at]) or _names_no_kind(parse, at)

    segments: list[list[int]] = []
    for run in _runs(
        i for i in left if not (parse.language == "zh" and "comma" in parse.classes_at(i))
    ):
        marked = run[0] - 1 in about
        start = 0
        while start < len(run) and (
            is_light(parse.tokens[run[start]])
            or (not marked and _opens_no_topic(parse, run[start]))
        ):
            start += 1
        segment = _without_trailing(run[start:], trails)
        if segment and (marked or not _only_asks(parse, segment)):
            segments.append(segment)
    return segments


def _runs(indices: Iterable[int]) -> list[list[int]]:
    """Return runs of consecutive indices."""
    runs: list[list[int]] = []
    for at in indices:
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _without_trailing(run: Sequence[int], trails: Callable[[int], bool]) -> list[int]:
    """Return a run without the tokens at its end for which a test holds."""
    return list(itertools.dropwhile(trails, reversed(run)))[::-1]


def _opens_no_topic(parse: Parse, at: int) -> bool:
    """Return whether a word only asks; "new", "three" and the like may begin a topic."""
    return _only_asks(parse, [at]) and not {"praise", "number"} & parse.classes_at(at)


def _names_no_kind(parse: Parse, at: int) -> bool:
    """Return whether a word at the end of a topic is "policies" or "issued", and no kind."""
    token = parse.tokens[at]
    asks = {"document", "issue"} & token.classes or (
        "thing" in token.classes and "of" not in parse.classes_at(at - 1)
    )
    return bool(asks) and not token.entity and not token.is_word and "kind" not in token.classes


def _only_asks(parse: Parse, run: Sequence[int]) -> bool:
    """Return whether words only ask, so that nothing of them is a topic."""
    tokens = [parse.tokens[i] for i in run]
    return all((is_asking(t) and not t.is_word and not t.entity) or is_light(t) for t in tokens)


def _is_marked(parse: Parse, segment: Sequence[int], accepted: Sequence[Node]) -> bool:
    """Return whether a segment stands after "about" or before the word for documents."""
    after = segment[-1] + 1
    if "of_mod" in parse.classes_at(after):
        after += 1  # 规定税收的法律
    asked = {"document", "kind", *(["which"] if parse.language == "zh" else [])}
    heads = taken_by(node for node in accepted if node.kind == "head")
    about = taken_by(node for node in accepted if node.kind == "about")
    return segment[0] - 1 in about or (after in heads and bool(asked & parse.classes_at(after)))


def _is_stray(
    parse: Parse, segment: Sequence[int], accepted: Sequence[Node], vocabulary: Vocabulary
) -> bool:
    """Return whether a word is unknown to the corpus and stands beside no word for documents."""
    first, last = segment[0], segment[-1]
    beside = taken_by(node for node in accepted if node.kind in {"about", "head"})
    if first - 1 in beside or last + 1 in beside:
        return False
    if {"about", "of", "for_", "discuss", "relative", "with_"} & parse.classes_at(first - 1):
        return False
    words = [parse.tokens[i] for i in segment if is_content(parse.tokens[i])]
    if len(words) > 1 or any(word.is_han for word in words):
        return False
    return not vocabulary.frequency(parse.wording(segment))


def content_topic(parse: Parse, accepted: Sequence[Node]) -> str:
    """Return the topic of a question for what policies say: all but the words that ask."""
    skipped = taken_by(parse.of("courtesy"))
    skipped |= taken_by(
        n
        for n in accepted
        if n.rule in {"in_title", "title_has", "spoken_of", "is_ruled", "there_is_a_rule"}
        or (n.kind == "order" and n.value.lists)
        or n.kind == "validity"
        or (isinstance(n.value, PolicyQuestion) and n.value.validity)
    )
    skipped |= verbs_of_need(parse, heads_of(parse)) | saying(parse)
    return plain_topic(parse, skipped)


def saying(parse: Parse) -> set[int]:
    """Return the tokens that ask what a text says: "say about", 怎么规定, "dice sobre"."""
    found: set[int] = set()
    for at, token in enumerate(parse.tokens):
        if _tells_which(parse, at):
            found.add(at)
        if "say" not in token.classes or token.entity:
            continue
        before, after = parse.tokens[:at], parse.tokens[at + 1 :]
        if {"document", "kind"} & token.classes and token.text < "\u2e80":
            continue
        if token.text > "\u2e80":
            asking = lexicon_of("zh").of("which") | lexicon_of("zh").of("how")
            if any(word in token.text for word in asking):
                found.add(at)
            continue
        opens = bool(before) and "which" in before[-1].classes  # ¿Qué dice …?
        which = next((i for i, t in enumerate(before) if "which" in t.classes), None)
        asks = which is not None and any({"do", "have"} & t.classes for t in before[which:])
        named = bool(before) and not {"article", "to", "modal"} & before[-1].classes
        ends = all(not t.text[0].isalnum() for t in after)
        about = bool(after) and "about" in after[0].classes
        if opens or (asks and named and (ends or about)):
            found |= {at, at + 1} if about else {at}
    return found


def asks_for_the_whole(parse: Parse) -> bool:
    """Tell "what does the plan say?" from "what does the plan say about sensors?"."""
    says = saying(parse)
    first = min(says, default=len(parse.tokens))
    return bool(says) and not has_class(parse.tokens[first:], "about", "for_")


def _tells_which(parse: Parse, at: int) -> bool:
    """Tell the verb of "¿me puedes decir qué …?", whatever verb it is."""
    if parse.language != "es" or not 0 < at < len(parse.tokens) - 1:
        return False
    token, before, after = parse.tokens[at], parse.tokens[at - 1], parse.tokens[at + 1]
    asks = {"which", "who", "when", "how", "how_many"} & after.classes
    tells = token.is_word or "say" in token.classes
    verb = tells and re.fullmatch(r"\w+[aei]r(?:me|nos|te|le|les|se)?", token.text)
    return bool(verb and asks and {"plea", "modal"} & before.classes)


def plain_topic(parse: Parse, skipped: set[int]) -> str:
    """Return the text of a sentence without ``skipped`` tokens and the words that ask."""
    left = [i for i in range(len(parse.tokens)) if i not in skipped]
    asking = parse.taken("ask", "head")
    own = False
    while left and (
        (
            is_light(parse.tokens[left[0]])
            and not (own and _REQUESTS & parse.tokens[left[0]].classes)
        )
        or (left[0] in asking and _may_drop(parse.tokens[left[0]]))
    ):
        own = own or "first_person" in parse.tokens[left[0]].classes
        left = left[1:]
    issues = bool(parse.of("ask"))
    duty = parse.taken("duty")
    detailed = sum(is_content(parse.tokens[at]) for at in left) >= _DETAILED

    def trails(at: int) -> bool:
        token = parse.tokens[at]
        if detailed and _ALSO_NOUNS & token.classes and is_content(parse.tokens[at - 1]):
            return False  # "… within the interim financial report"
        light = is_light(token) and at not in duty and "overview" not in token.classes
        asks = issues and bool({"issue", "make", "number_word"} & token.classes)
        return light or (asks and not _is_a_noun(parse.tokens, at))

    left = _without_trailing(left, trails)
    topic = " ".join(map(parse.wording, _runs(left)))
    for token in parse.tokens:
        if token.entity and token.entity.kind == "title":
            topic = topic.replace(*without_years(parse.text.printed[slice(*token.span)]))
    return topic if any(is_content(parse.tokens[i]) or parse.tokens[i].entity for i in left) else ""


_DETAILED = 7
_ALSO_NOUNS = word_classes("show number_word date_noun noun_too")


def _is_a_noun(tokens: Sequence[Token], at: int) -> bool:
    """Tell "where can I get a disabled pass" from "when did the ministry pass"."""
    before = at - 1
    while before > 0 and tokens[before].is_word:
        before -= 1
    named = before < at - 1 and "article" in tokens[before].classes
    return named and "noun_too" in tokens[at].classes


_DROPPED = LIGHT | word_classes("document issue thing how_many unit_mark make body_noun")


def _may_drop(token: Token) -> bool:
    """Return whether a word that asks is no part of a topic that it begins."""
    return bool(token.classes & _DROPPED) and not token.entity


def search_text_of(parse: Parse, topic: str, conditions: Sequence[Condition]) -> str:
    """Return the text to search for: the topic, and the words that policies must contain."""
    if parse.language == "zh":
        topic = _without_asking(parse, topic)
    held = [wording for wording in wordings_of(conditions, Holds) if wording not in topic]
    return " ".join([topic, *held]).strip()


_FUNCTION = word_classes("""
    article be have do modal there pronoun it which who when where how why whether first_person
    how_many possessive
""")


def as_asked(parse: Parse, topic: str) -> str:
    """Return a topic with the question words before it: "is this item eligible".

    An encoder reads a whole question better than part of one. Requests ("show me", "I want to
    know") are left out all the same.
    """
    start = parse.text.printed.find(topic) if topic else -1
    if start <= 0 or parse.language == "zh":
        return topic
    end = start + len(topic)
    at = next((i for i, t in enumerate(parse.tokens) if t.span[0] == start), 0)
    first = at
    while first and parse.tokens[first - 1].classes & _FUNCTION:
        first -= 1
    if {"show", "plea"} & parse.classes_at(first - 1):
        first += 1  # "tell me what …"
    return on_one_line(parse.text.printed[parse.tokens[min(first, at)].span[0] : end])


def _without_asking(parse: Parse, topic: str) -> str:
    """Return a Chinese topic without its question words.

    Chinese is searched by pairs of characters; those that a question word forms with its neighbours
    occur in no policy.
    """
    for token in parse.tokens:
        if _QUESTION_WORDS & token.classes and not token.is_word and token.is_han:
            topic = topic.replace(parse.text.printed[slice(*token.span)], " ")
    return " ".join(topic.split())
