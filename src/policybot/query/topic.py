"""What is left to search for once conditions and words of asking are accounted for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.model import Span
from policybot.query.conditions import Condition, Holds, Titled
from policybot.query.entities.titles import without_years
from policybot.query.frame import Frame, heads_of, is_asking
from policybot.query.lexicon import lexicon_of
from policybot.query.needed import verbs_of_need
from policybot.query.parse import LIGHT, Parse, is_content, is_light
from policybot.query.rules.asks import Ask
from policybot.query.rules.rule import Node
from policybot.query.text import on_one_line
from policybot.query.tokens import Token
from policybot.query.vocabulary import Vocabulary

_QUESTION_WORDS = frozenset(
    [
        "which",
        "who",
        "when",
        "where",
        "how",
        "why",
        "how_many",
        "particle",
        "whether",
        "show",
        "plea",
    ]
)


_REQUESTS = frozenset(["show", "plea", "interjection", "state"])
"""Classes of words that are the person's own doing where they say "I" before: "can I send …"."""


def document_topic(
    parse: Parse,
    accepted: Sequence[Node],
    vocabulary: Vocabulary,
    conditions: Sequence[Condition],
    frame: Frame,
) -> tuple[str, list[tuple[str, Span]], bool]:
    """Return what the policies asked for are about, and words that were not understood.

    The third tells whether the question says that they are about it, as "policies on patents" and
    "patent policies" do.
    """
    taken = {i for node in accepted for i in node.taken}
    if not any(isinstance(one, Titled) and one.kinds for one in conditions):
        # What kind of document is meant helps to find it, where no title decides.
        words = {i for i, token in enumerate(parse.tokens) if i not in taken and is_content(token)}
        taken -= {
            i
            for node in accepted
            if node.kind == "head"
            for i in node.taken
            if "kind" in parse.tokens[i].classes
            and "document" not in parse.tokens[i].classes
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
    for segment in _segments(parse, left, taken):
        wording = parse.wording(segment)
        denies = all({"not", "without"} & parse.tokens[i].classes for i in segment)
        if not wording or denies:
            continue
        if any(run[0] <= segment[0] <= run[-1] for run in denials):
            continue
        denials = [run for run in denials if not segment[0] < run[0] <= segment[-1]]
        if conditions and _is_stray(parse, segment, accepted, vocabulary):
            ignored.append(parse.said(segment))
        else:
            topics.append(wording)
            marked = marked or _is_marked(parse, segment, accepted)
    ignored += map(parse.said, denials)
    said = " ".join(topics)
    counts = [i for i in left if "number" in parse.tokens[i].classes]
    ignored += [parse.said([i]) for i in counts if parse.wording([i]) not in said]
    if not topics and not conditions:
        bare = [n for n in parse.of("head") if n in accepted and n.rule == "documents"]
        kinds = [i for node in bare for i in node.taken if "kind" in parse.tokens[i].classes]
        if kinds and all(_is_topic(parse.tokens[i], vocabulary) for i in kinds):
            return parse.wording(kinds), ignored, True
    return " ".join(topics), ignored, marked


def _is_topic(token: Token, vocabulary: Vocabulary) -> bool:
    """Tell a kind of document that the corpus has none of and speaks of: standards."""
    kind = vocabulary.kinds.get(token.text)
    if kind is None or kind in vocabulary.generic_kinds or vocabulary.titled_words(kind):
        return False
    return any(own == kind and vocabulary.frequency(word) for word, own in vocabulary.kinds.items())


def _denials(parse: Parse, left: Sequence[int]) -> list[list[int]]:
    """Return runs of words that nothing accounts for, each from one that denies something.

    "No" before a topic inverts it: neither is searched for. After "about" it belongs to that.
    """
    runs: list[list[int]] = []
    about = {i for node in parse.of("about") for i in node.taken}
    for at in left:
        token = parse.tokens[at]
        ends = all(not t.text[0].isalnum() for t in parse.tokens[at + 1 :])
        following = parse.tokens[at + 1].classes if at + 1 < len(parse.tokens) else frozenset[str]()
        says_no = "interjection" in token.classes and "comma" in following
        own = any("first_person" in t.classes for t in parse.tokens[max(0, at - 2) : at])
        denies = {"not", "without"} & token.classes and not (says_no or own or at - 1 in about)
        if runs and runs[-1][-1] == at - 1 and "comma" not in token.classes:
            runs[-1].append(at)
        elif denies and not (ends and "particle" in token.classes):
            runs.append([at])
    last = len(parse.tokens) - 1
    # "Never published": what is denied may be accounted for by itself.
    return [r if len(r) > 1 or r[0] == last else [r[0], r[0] + 1] for r in runs]


def _is_overview(parse: Parse, node: Node, at: int) -> bool:
    """Tell "timeline of standards", a topic, from "list all standards", a kind of document."""
    of = at > 0 and "of" in parse.tokens[at - 1].classes
    return of and any("overview" in parse.tokens[i].classes for i in node.taken)


def _segments(parse: Parse, left: Sequence[int], taken: set[int]) -> list[list[int]]:
    """Return runs of tokens that belong together, trimmed of light words, those with content."""
    runs: list[list[int]] = []
    kept = {i for i in left if not (parse.language == "zh" and "comma" in parse.tokens[i].classes)}
    for at in left:
        if at not in kept:
            continue
        gap = range(runs[-1][-1] + 1, at) if runs else range(0)
        if runs and not any(i in taken or i not in kept for i in gap):
            runs[-1].append(at)
        else:
            runs.append([at])
    about = {i for node in parse.of("about") for i in node.taken}
    found: list[list[int]] = []
    for whole in runs:
        run, marked = whole, whole[0] - 1 in about
        while run and (
            is_light(parse.tokens[run[0]]) or (not marked and _opens_no_topic(parse, run[0]))
        ):
            run = run[1:]
        while run and (is_light(parse.tokens[run[-1]]) or _names_no_kind(parse, run[-1])):
            run = run[:-1]
        if run and (marked or not _only_asks(parse, run)):
            found.append(run)
    return found


def _opens_no_topic(parse: Parse, at: int) -> bool:
    """Tell words that only ask from "new", "three" and the like, which may tell policies apart."""
    return _only_asks(parse, [at]) and not {"praise", "number"} & parse.tokens[at].classes


def _names_no_kind(parse: Parse, at: int) -> bool:
    """Tell "policies" and "issued" at the end of a topic from a kind of document."""
    token = parse.tokens[at]
    asks = {"document", "issue"} & token.classes
    of = at > 0 and "of" in parse.tokens[at - 1].classes
    asks = asks or ({"thing"} & token.classes if not of else set())
    return bool(asks) and not token.entity and not token.is_word and "kind" not in token.classes


def _only_asks(parse: Parse, run: Sequence[int]) -> bool:
    """Tell words that only ask: nothing of them is a topic."""
    tokens = [parse.tokens[i] for i in run]
    return all((is_asking(t) and not t.is_word and not t.entity) or is_light(t) for t in tokens)


def _is_marked(parse: Parse, segment: Sequence[int], accepted: Sequence[Node]) -> bool:
    """Tell what policies are said to be about: after "about", or before the word for them."""
    about = {i for n in accepted if n.kind == "about" for i in n.taken}
    heads = {i for n in accepted if n.kind == "head" for i in n.taken}
    after = segment[-1] + 1
    if after < len(parse.tokens) and "of_mod" in parse.tokens[after].classes:
        after += 1  # 规定税收的法律
    asked = {"document", "kind", "which"} if parse.language == "zh" else {"document", "kind"}
    modifies = after in heads and asked & parse.tokens[after].classes
    return segment[0] - 1 in about or bool(modifies)


def _is_stray(
    parse: Parse, segment: Sequence[int], accepted: Sequence[Node], vocabulary: Vocabulary
) -> bool:
    """Tell words that belong to nothing: beside no policies or "about", and new to the corpus."""
    first, last = segment[0], segment[-1]
    beside = {i for n in accepted if n.kind in {"about", "head"} for i in n.taken}
    if first - 1 in beside or last + 1 in beside:
        return False
    before = parse.tokens[first - 1] if first else None
    if before and {"about", "of", "for_", "discuss", "relative", "with_"} & before.classes:
        return False
    words = [i for i in segment if is_content(parse.tokens[i])]
    if len(words) > 1 or any(parse.tokens[i].text > "\u2e80" for i in words):
        return False
    return not vocabulary.frequency(parse.wording(segment))


def content_topic(parse: Parse, accepted: Sequence[Node]) -> str:
    """Return what a question that is after no policies is about: all but how it asks."""
    skipped = {i for node in parse.of("courtesy") if not _tells(parse, node) for i in node.taken}
    skipped |= {
        i
        for n in accepted
        if n.rule in {"in_title", "title_has", "spoken_of"}
        or (n.kind == "order" and n.value.lists)
        or n.kind == "validity"
        or (isinstance(n.value, Ask) and n.value.force)
        for i in n.taken
    }
    skipped |= verbs_of_need(parse, heads_of(parse)) | saying(parse)
    return plain_topic(parse, skipped)


def _tells(parse: Parse, node: Node) -> bool:
    """Tell "can I get urgent authorisation", where a plea is none, from "please show …"."""
    if parse.language == "zh" or node.rule != "thanks":
        return False
    first, last = min(node.taken), max(node.taken)
    if not first or last + 1 == len(parse.tokens):
        return False
    before, after = parse.tokens[first - 1], parse.tokens[last + 1]
    goes_on = is_content(after) or "of" in after.classes  # "la ayuda de comedor"
    return goes_on and bool({"show", "article", "know", "have", "be"} & before.classes)


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
    """Return the text of a sentence without ``skipped`` tokens and words of asking at its ends."""
    left = [i for i in range(len(parse.tokens)) if i not in skipped]
    asking = {i for node in parse.of("ask", "head") for i in node.taken}
    own = False
    while left and (
        (
            is_light(parse.tokens[left[0]])
            and not (own and _REQUESTS & parse.tokens[left[0]].classes)
        )
        or (left[0] in asking and _may_drop(parse, left[0]))
    ):
        own = own or "first_person" in parse.tokens[left[0]].classes
        left = left[1:]
    issues = bool(parse.of("ask"))
    duty = {i for node in parse.of("duty") for i in node.taken}
    while left and (
        (
            is_light(parse.tokens[left[-1]])
            and left[-1] not in duty
            and "overview" not in parse.tokens[left[-1]].classes
        )
        or (issues and {"issue", "make", "number_word"} & parse.tokens[left[-1]].classes)
    ):
        left = left[:-1]
    runs: list[list[int]] = []
    for at in left:
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    said = " ".join(parse.wording(run) for run in runs)
    for token in parse.tokens:
        if token.entity and token.entity.kind == "title":
            said = said.replace(*without_years(parse.text.printed[slice(*token.span)]))
    return said if any(is_content(parse.tokens[i]) or parse.tokens[i].entity for i in left) else ""


def _may_drop(parse: Parse, at: int) -> bool:
    classes = parse.tokens[at].classes
    return (
        bool(
            classes
            & (LIGHT | {"document", "issue", "thing", "how_many", "unit_mark", "make", "body_noun"})
        )
        and not parse.tokens[at].entity
    )


def search_text_of(parse: Parse, topic: str, conditions: Sequence[Condition]) -> str:
    """Return what is searched for: the topic with the words that policies must hold."""
    if parse.language == "zh":
        topic = _without_asking(parse, topic)
    held = [one for one in conditions if isinstance(one, Holds)]
    said = [wording for one in held for wording in one.wordings if wording not in topic]
    return " ".join([topic, *said]).strip()


_FUNCTION = frozenset(
    """
    article be have do modal there pronoun it which who when where how why whether first_person
    how_many possessive
    """.split()  # noqa: SIM905 - reads as a list of words
)


def as_asked(parse: Parse, topic: str) -> str:
    """Return a topic with what asks before it: "is this item eligible" for "item eligible".

    An encoder reads a whole question better than a part of one. Requests ("show me", "I want to
    know") are left out all the same.
    """
    start = parse.text.printed.find(topic) if topic else -1
    if start <= 0 or parse.language == "zh":
        return topic
    at = next((i for i, t in enumerate(parse.tokens) if t.span[0] == start), 0)
    first = at
    while first and parse.tokens[first - 1].classes & _FUNCTION:
        first -= 1
    if first and {"show", "plea"} & parse.tokens[first - 1].classes:
        first += 1  # "tell me what …"
    start = parse.tokens[min(first, at)].span[0]
    end = parse.text.printed.find(topic) + len(topic)
    return on_one_line(parse.text.printed[start:end])


def _without_asking(parse: Parse, topic: str) -> str:
    """Return a Chinese topic without the words in it that only ask.

    Chinese is searched by pairs of characters, and those that such a word makes with its neighbours
    stand in no policy.
    """
    for token in parse.tokens:
        if _QUESTION_WORDS & token.classes and not token.is_word and token.text > "\u2e80":
            topic = topic.replace(parse.text.printed[slice(*token.span)], " ")
    return " ".join(topic.split())
