"""What a sentence is after: policies or what one says, all of them or one, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policybot.query.lexicon import lexicon_of
from policybot.query.needed import are_needed
from policybot.query.parse import Parse, is_content
from policybot.query.query import Asks
from policybot.query.rules.asks import Ask
from policybot.query.rules.frames import Head
from policybot.query.rules.order import Wanted
from policybot.query.rules.rule import Node
from policybot.query.tokens import Token
from policybot.query.vocabulary import Vocabulary

_STORY_TOKENS = 15

_LONG_TOPIC = 7
"""Words of a topic by which a question is long."""

_CLAUSE_TOKENS = 4
"""Words with content before a word for documents, by which that is part of what is asked."""


_ASKING = frozenset(
    """
    issue document thing does praise newest oldest sort number overview kind unit
    number_word title jointly body_noun happen other
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""Classes of words that ask, which are topic only beside words that are."""


_FIRM = frozenset(
    ["issue", "count_of_bodies", "not_issued_by", "titled", "not_titled", "term", "stated"]
)
"""Kinds of nodes that only policies can be asked for by."""

_DEMANDING = frozenset(
    """
    issued_by issued_in term not_issued_by not_issued_in count_of_bodies order
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""Kinds of nodes that say which policies are wanted."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a sentence is after.

    ``documents`` says that it is after policies, ``many`` after all of them, ``story`` that it
    tells a person's own case, whose dates and bodies are circumstances. ``detailed`` says that it
    is asked in such a case, or is as long as one: its nouns and quoted words are of the matter.
    """

    documents: bool
    many: bool
    story: bool
    asks: Asks | None
    detailed: bool = False


def frame_of(parse: Parse, vocabulary: Vocabulary, *, in_case: bool = False) -> Frame:
    """Return what a sentence is after; ``in_case`` says that others tell a person's own case."""
    heads = [(node, node.value) for node in heads_of(parse)]
    asks = parse.of("ask")
    words = [token for token in parse.tokens if token.text[0].isalnum()]
    first_person = any("first_person" in token.classes for token in parse.tokens)
    wants = bool(courtesies(parse)) or any(node.rule == "show" for node, _ in heads)
    story = len(words) > _STORY_TOKENS and first_person and not wants
    asked = asks[0] if asks else None
    first = heads[0] if asked and heads and heads[0][0].span < asked.span else None
    if first and (first[1].explicit or parse.language != "zh"):
        asked = None  # "policies on when …", but not Special Action Plan何时发布的
    bodies = asked is not None and any(_is_of_bodies(parse.tokens[i]) for i in asked.taken)
    listed = any(head.many and head.explicit for _, head in heads)
    if asked and listed and asked.value.what == "who" and (bodies or parse.of("issue")):
        asked = None  # "Which ministries have issued policies?"
    if asked and listed and asked.value.what == "about":
        asked = None  # "summarise the policies of 2013"
    ends = any(node.value.one for node in parse.of("order"))
    ends = ends and (asked is None or asked.value.what in {"when", "who"})
    if asked and ends:
        asked = None
    explicit = [
        head for node, head in heads if head.explicit or _is_asked_kind(parse, node, vocabulary)
    ]
    plain = not left_over(parse) and not _trails_off(parse, heads)
    firm = any(
        (node.kind == "issued_by" and node.value.firm)
        or node.kind in _FIRM
        or (node.kind == "issued_in" and _beside_head(parse, node))
        for node in parse.nodes
    )
    issues = any(node.kind == "issued_by" and node.value.firm for node in parse.nodes)
    detailed = in_case or (parse.language != "zh" and len(left_over(parse)) >= _LONG_TOPIC)
    documents = (
        not story
        and not asked
        and not are_needed(parse, [node for node, _ in heads])
        and not (detailed and _is_of_matter(parse, [node for node, _ in heads], vocabulary))
        and bool(
            explicit
            or ends
            or (heads and (firm or plain))
            or (plain and _only_entities(parse))
            or (plain and issues)
        )
    )
    many = documents and (
        _asks_for_many([head for _, head in heads]) or (not heads and (plain or issues))
    )
    what = asked.value.what if asked and isinstance(asked.value, Ask) else None
    return Frame(
        documents,
        many,
        story,
        what if what in {"when", "who", "number", "about", "in_force"} else None,
        detailed,
    )


def tells_case(parses: Iterable[Parse]) -> bool:
    """Tell whether sentences tell a person's own case, whose nouns are those of the matter."""
    words = [t for parse in parses for t in parse.tokens if t.text[0].isalnum()]
    size = sum(max(1, len(t.text) // 2) if "han" in t.classes else 1 for t in words)
    own = tuple(lexicon_of("zh").of("first_person"))  # 我爷爷 is one word
    return size > _STORY_TOKENS and any(
        "first_person" in t.classes or ("han" in t.classes and t.text.startswith(own))
        for t in words
    )


def _is_of_matter(parse: Parse, heads: Sequence[Node], vocabulary: Vocabulary) -> bool:
    """Tell "what documents must I send?" in a person's case from documents that are published.

    In a case, and in a question as long as one, a noun like "documents" or "standards" is as likely
    one of the matter, unless it is what the corpus calls its policies, or who issued them, when, or
    what they mention is asked for.
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
    """Tell "which departments" and 哪些部门, which is one word, from "who"."""
    nouns = tuple(lexicon_of("zh").of("body_noun"))
    return "body_noun" in token.classes or ("who" in token.classes and token.text.endswith(nouns))


def heads_of(parse: Parse) -> list[Node]:
    """Return the words that ask for documents: a later word for one is part of a topic."""
    heads = parse.of("head")
    heads = [node for node in heads if not _is_within(parse, node)]
    explicit = [node for node in heads if node.rule != "documents"]
    if explicit or len(heads) < 2:
        return explicit or heads
    return heads[-1:] if parse.language == "zh" else heads[:1]


def _is_within(parse: Parse, node: Node) -> bool:
    """Tell "what must be done so that he can see all necessary documents" from "all documents"."""
    if node.rule not in {"every", "documents"} or parse.language == "zh":
        return False
    first = min(node.taken)
    asks = any({"show", "plea", "first_person"} & t.classes for t in parse.tokens[:first])
    return not asks and sum(at < first for at in left_over(parse)) >= _CLAUSE_TOKENS


def _asks_for_many(heads: Sequence[Head]) -> bool:
    """Tell by the head that is explicit, else by the first."""
    first = next((head for head in heads if head.explicit), heads[0] if heads else None)
    return first is not None and first.many


def _trails_off(parse: Parse, heads: Sequence[tuple[Node, Head]]) -> bool:
    """Tell "ten regulations out for one in": more light words after a kind than asking needs."""
    if not heads or heads[0][1].explicit:
        return False
    taken = {i for node in parse.nodes for i in node.taken}
    after = range(max(heads[0][0].taken) + 1, len(parse.tokens))
    marks = {"stop", "question", "comma", "mark"}
    return sum(i not in taken and not marks & parse.tokens[i].classes for i in after) > 2


def _is_asked_kind(parse: Parse, node: Node, vocabulary: Vocabulary) -> bool:
    """Tell "list the notices" from "what measures support …": asked for as documents."""
    named = {vocabulary.kinds.get(parse.tokens[i].text, "") for i in node.taken}
    if node.rule in {"which", "documents"} and named & vocabulary.generic_kinds:
        return True
    if node.rule in {"show", "how_many", "every", "whether"}:
        return True
    if node.rule == "which":
        han = any(parse.tokens[i].text > "\u2e80" for i in node.taken)
        last = max(node.taken)
        after = [t for t in parse.tokens[last + 1 :] if not {"there", "be"} & t.classes]
        return (
            han
            or not [t for t in after if is_content(t)]
            or bool(
                after
                and {"about", "relative", "by", "from", "discuss", "mention"} & after[0].classes
            )
        )
    return (
        node.rule == "documents"
        and any(
            {"which", "overview", "how_many", "all", "whether"} & token.classes
            for token in parse.tokens
        )
        and parse.language == "zh"
    )


def _beside_head(parse: Parse, node: Node) -> bool:
    """Tell dates that stand beside the documents asked for, or beside a word of issuing."""
    first, last = min(node.taken), max(node.taken)
    beside = {"document", "kind", "thing", "issue"}
    before = parse.tokens[first - 1].classes if first else frozenset[str]()
    after = parse.tokens[last + 1].classes if last + 1 < len(parse.tokens) else frozenset[str]()
    title = (
        "kind" in before
        and parse.text.printed[parse.tokens[first - 1].span[0]].isupper()
        and first > 1
    )
    return bool(beside & before and not title) or bool(beside & after)


def _only_entities(parse: Parse) -> bool:
    return any(node.kind in _DEMANDING for node in parse.nodes)


def wanted_of(parse: Parse, frame: Frame) -> Wanted:
    """Return the order and the number of policies that a sentence asks for."""
    found = [node.value for node in parse.of("order")]
    if not found or not (frame.documents or any(one.lists for one in found)):
        return Wanted()
    order = next((one.order for one in found if one.order), None)
    count = next((one.count for one in found if one.count), None)
    if order is None and any(not node.value.many for node in heads_of(parse)):
        count = None  # "Which notice had the ten action plans distributed?"
    lists = any(one.lists for one in found) or (count is not None and order is None)
    return Wanted(order, count, any(one.one for one in found), lists)


def courtesies(parse: Parse) -> set[int]:
    """Return the tokens that are courtesy or framing."""
    return {i for node in parse.of("courtesy") for i in node.taken}


def left_over(parse: Parse) -> list[int]:
    """Return the tokens with content that no node accounts for."""
    taken = {i for node in parse.nodes for i in node.taken}
    return [
        i
        for i, token in enumerate(parse.tokens)
        if i not in taken and is_content(token) and not is_asking(token)
    ]


def is_asking(token: Token) -> bool:
    """Tell a word that asks, which is topic only beside words that are."""
    return bool(token.classes & _ASKING)
