"""The frame of a sentence: whether it asks for policies, for all or one, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policybot.query.lexicon import lexicon_of
from policybot.query.needed import are_needed
from policybot.query.parse import Parse, is_content
from policybot.query.query import Asks
from policybot.query.rules.days.order import Ordering
from policybot.query.rules.frames import Head
from policybot.query.rules.rule import Node
from policybot.query.tokens import Token, has_class, word_classes
from policybot.query.vocabulary import Vocabulary

_STORY_WORDS = 15
"""Number of words from which a sentence in the first person may describe a personal case."""

_LONG_TOPIC = 7
"""Number of topic words from which a question counts as detailed."""

_CLAUSE_TOKENS = 4
"""Number of content words before a word for documents from which that is part of the topic."""

_ASKING = word_classes("""
    issue document thing praise newest oldest number overview kind unit number_word title jointly
    body_noun happen other does sort
""")
"""Classes of words that ask; they are part of a topic only beside other words that are."""

_FIRM = frozenset(
    ["issue", "count_of_bodies", "not_issued_by", "titled", "not_titled", "term", "stated"]
)
"""Kinds of nodes that apply to policies only."""

_EXCEPTIONS = frozenset(["except_the_one_called", "except_those_about"])
"""Rules for policies left out: others are asked for, as in "grants, except the one on …"."""

_DEMANDING = frozenset(
    ["issued_by", "issued_in", "term", "not_issued_by", "not_issued_in", "count_of_bodies", "order"]
)
"""Kinds of nodes that restrict which policies are wanted."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a sentence asks for.

    ``documents``: policies; ``many``: all of them; ``asks``: a property of a policy. With ``story``
    it describes a personal case, in which dates and bodies are circumstances, not conditions. With
    ``detailed`` it is asked in such a case, or has as many topic words as one: its nouns and quoted
    words are part of the topic.
    """

    documents: bool
    many: bool
    story: bool
    asks: Asks | None
    detailed: bool = False


def frame_of(parse: Parse, vocabulary: Vocabulary, *, in_case: bool = False) -> Frame:
    """Return what a sentence asks for; ``in_case``: other sentences describe a personal case."""
    nodes = heads_of(parse)
    heads: list[Head] = [node.value for node in nodes]
    words = [token for token in parse.tokens if token.text[0].isalnum()]
    wants = bool(courtesies(parse)) or any(node.rule == "show" for node in nodes)
    first_person = has_class(parse.tokens, "first_person")
    story = len(words) > _STORY_WORDS and first_person and not wants
    asked, ends = _question_of(parse, nodes)
    explicit = any(node.value.explicit or _is_asked_kind(parse, node, vocabulary) for node in nodes)
    plain = not left_over(parse) and not _trails_off(parse, nodes)
    issues = any(node.kind == "issued_by" and node.value.firm for node in parse.nodes)
    excepts = any(node.rule in _EXCEPTIONS for node in parse.nodes)
    firm = issues or any(
        node.kind in _FIRM or (node.kind == "issued_in" and _beside_head(parse, node))
        for node in parse.nodes
    )
    restricted = any(node.kind in _DEMANDING for node in parse.nodes)
    wanted = (
        explicit
        or excepts
        or ends
        or (heads and (firm or plain))
        or (plain and (restricted or issues))
    )
    detailed = in_case or (parse.language != "zh" and len(left_over(parse)) >= _LONG_TOPIC)
    if are_needed(parse, nodes) or (detailed and _is_of_topic(parse, nodes, vocabulary)):
        wanted = False
    documents = bool(wanted and not story and not asked)
    # The first explicit head decides on the number, else the first.
    deciding = next((head for head in heads if head.explicit), heads[0] if heads else None)
    many = documents and (deciding.many if deciding else plain or issues or excepts)
    asks = asked.value.asks if asked and asked.value.asks != "other" else None
    return Frame(documents, many, story, asks, detailed)


def _question_of(parse: Parse, heads: Sequence[Node]) -> tuple[Node | None, bool]:
    """Return the node that asks about a policy, and whether the newest or the oldest is asked for.

    The node is None where the words ask for policies instead.
    """
    asked = next(iter(parse.of("ask")), None)
    headed = asked and heads and heads[0].span < asked.span
    if headed and (heads[0].value.explicit or parse.language != "zh"):
        asked = None  # "policies on when …", but not Special Action Plan何时发布的
    asks = asked.value.asks if asked else None
    if asked and any(node.value.many and node.value.explicit for node in heads):
        bodies = any(_is_of_bodies(parse.tokens[i]) for i in asked.taken)
        # "Which ministries have issued policies?", "summarise the policies of 2013"
        if asks == "about" or (asks == "who" and (bodies or parse.of("issue"))):
            asked = None
    ends = any(node.value.single for node in parse.of("order"))
    if ends and (asked is None or asks in {"when", "who"}):
        return None, True
    return asked, False


def describes_case(parses: Iterable[Parse]) -> bool:
    """Return whether sentences describe a personal case, whose nouns are part of the topic."""
    words = [t for parse in parses for t in parse.tokens if t.text[0].isalnum()]
    size = sum(max(1, len(t.text) // 2) if "han" in t.classes else 1 for t in words)
    own = tuple(lexicon_of("zh").of("first_person"))  # 我爷爷 is one word
    return size > _STORY_WORDS and any(
        "first_person" in t.classes or ("han" in t.classes and t.text.startswith(own))
        for t in words
    )


def _is_of_topic(parse: Parse, heads: Sequence[Node], vocabulary: Vocabulary) -> bool:
    """Return whether the documents of a detailed question are part of its topic.

    "What documents must I send?" asks for no policies, unless it names what the corpus calls its
    policies, who issued them, when, or what they mention.
    """
    if not heads or parse.of("mentions"):
        return False
    demanding = (_FIRM | _DEMANDING) - {"count_of_bodies"}  # "if together they amount to a breach"
    if parse.of(*demanding):
        return False
    nouns = [parse.tokens[i] for i in heads[0].taken]
    return not any(
        "policy" in noun.classes or vocabulary.kinds.get(noun.text) in vocabulary.generic_kinds
        for noun in nouns
    )


def _is_of_bodies(token: Token) -> bool:
    """Return whether a token asks for bodies: "departments", and 哪些部门, which is one word."""
    nouns = tuple(lexicon_of("zh").of("body_noun"))
    return "body_noun" in token.classes or ("who" in token.classes and token.text.endswith(nouns))


def heads_of(parse: Parse) -> list[Node]:
    """Return the nodes that ask for documents; later words for documents are part of a topic."""
    heads = [node for node in parse.of("head") if not _is_in_clause(parse, node)]
    explicit = [node for node in heads if node.rule != "documents"]
    if explicit or len(heads) < 2:
        return explicit or heads
    return heads[-1:] if parse.language == "zh" else heads[:1]


def _is_in_clause(parse: Parse, node: Node) -> bool:
    """Return whether a word for documents only stands inside a longer clause.

    "What must be done so that he can see all necessary documents" does not ask for all documents.
    """
    if node.rule not in {"every", "documents"} or parse.language == "zh":
        return False
    first = min(node.taken)
    asks = has_class(parse.tokens[:first], "show", "plea", "first_person")
    return not asks and sum(at < first for at in left_over(parse)) >= _CLAUSE_TOKENS


def _trails_off(parse: Parse, heads: Sequence[Node]) -> bool:
    """Return whether more than two words follow the head that no node takes.

    "Ten regulations out for one in" asks for no regulations.
    """
    if not heads or heads[0].value.explicit:
        return False
    taken = parse.taken()
    after = range(max(heads[0].taken) + 1, len(parse.tokens))
    marks = {"stop", "question", "comma", "mark"}
    return sum(i not in taken and not marks & parse.tokens[i].classes for i in after) > 2


def _is_asked_kind(parse: Parse, node: Node, vocabulary: Vocabulary) -> bool:
    """Return whether a kind is asked for as documents.

    It is in "list the notices", and not in "what measures support …".
    """
    if node.rule in {"show", "how_many", "every", "whether"}:
        return True
    kinds = {vocabulary.kinds.get(parse.tokens[i].text, "") for i in node.taken}
    generic = not kinds.isdisjoint(vocabulary.generic_kinds)
    if node.rule == "documents":
        asking = ("which", "overview", "how_many", "all", "whether")
        return generic or (parse.language == "zh" and has_class(parse.tokens, *asking))
    if node.rule != "which":
        return False
    after = [t for t in parse.tokens[max(node.taken) + 1 :] if not {"there", "be"} & t.classes]
    han = any(parse.tokens[i].is_han for i in node.taken)
    related = has_class(after[:1], "about", "relative", "by", "from", "discuss", "mention")
    return generic or han or related or not any(map(is_content, after))


def _beside_head(parse: Parse, node: Node) -> bool:
    """Return whether a date stands beside a word for documents or a verb of issuing."""
    first, last = min(node.taken), max(node.taken)
    beside = {"document", "kind", "thing", "issue"}
    before = parse.classes_at(first - 1)
    title = "kind" in before and is_titled(parse, first - 1)
    return bool(beside & before and not title) or bool(beside & parse.classes_at(last + 1))


def is_titled(parse: Parse, at: int) -> bool:
    """Return whether a word's capital makes it part of a title: "the Data Regulations 2021"."""
    return at > 0 and parse.text.printed[parse.tokens[at].span[0]].isupper()


def ordering_of(parse: Parse, frame: Frame) -> Ordering:
    """Return the order and the number of policies that a sentence asks for."""
    orderings: list[Ordering] = [node.value for node in parse.of("order")]
    lists = any(ordering.lists for ordering in orderings)
    if not orderings or not (frame.documents or lists):
        return Ordering()
    order = next((ordering.order for ordering in orderings if ordering.order), None)
    count = next((ordering.count for ordering in orderings if ordering.count), None)
    if order is None and any(not node.value.many for node in heads_of(parse)):
        count = None  # "Which notice had the ten action plans distributed?"
    single = any(ordering.single for ordering in orderings)
    return Ordering(order, count, single, lists or (count is not None and order is None))


def courtesies(parse: Parse) -> set[int]:
    """Return the tokens that are courtesies or lead up to the question."""
    return parse.taken("courtesy")


def left_over(parse: Parse) -> list[int]:
    """Return the content words that no node takes."""
    taken = parse.taken()
    return [
        i
        for i, token in enumerate(parse.tokens)
        if i not in taken and is_content(token) and not is_asking(token)
    ]


def is_asking(token: Token) -> bool:
    """Return whether a token is a word of asking: see :data:`_ASKING`."""
    return bool(token.classes & _ASKING)
