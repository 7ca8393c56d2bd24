"""From a question to a query: entities, tokens, proposals, a choice, and what is left as topic."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator, Sequence

from policybot.model import Answer, Span
from policybot.query import assemble
from policybot.query.conditions import IssuedIn
from policybot.query.context import about, follow_up
from policybot.query.entities import dates, issuers, numbers, provisions, quotes, titles
from policybot.query.entities.entity import Entity, without_overlaps
from policybot.query.lexicon import Lexicon, lexicon_of
from policybot.query.parse import Parse, is_content
from policybot.query.provisions import asked, is_plain, mentions_only, without
from policybot.query.query import Query
from policybot.query.resolve import resolve
from policybot.query.rules.comparison import compared
from policybot.query.rules.definitions import asked_definition
from policybot.query.rules.relations import asked_relation
from policybot.query.rules.rule import propose
from policybot.query.several import asks_by_itself, joints
from policybot.query.text import Text, read_text
from policybot.query.title_nouns import with_nouns_of_titles
from policybot.query.tokens import Token, latin_lexicon, tokenise
from policybot.query.vocabulary import Vocabulary

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_END = re.compile(
    r"(?P<mark>[?!。？！]+|\n+|(?:…+|\.{3,})(?=.)|\.(?=\s+[^\W\d]|\s+[¿¡\"“]|\s*$))[\"”')\]]*\s*"
)
_ABBREVIATED = re.compile(
    r"(?:\b[A-Za-z]|\b(?:no|nos|art|arts|sec|secs|dr|mr|mrs|ms|st|vs|etc|núm|inc|e\.o|u\.s))\.$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*[,;，；]?\s*(?:\b(?:and|y|e)|,)?\s*$")
"""What joins a question to the one after it."""

_LONG = 500
"""Characters; of a longer text, only sentences that may ask are read in full."""

_STORY = 200
"""Characters; a longer text cites provisions and asks for something else."""

_LOOKED_AT = 3
MOST_QUESTIONS = 3


def read(
    question: str, vocabulary: Vocabulary, *, today: dt.date, before: Answer | None = None
) -> Query:
    """Read a question.

    Args:
        question: what a person typed; any text at all.
        vocabulary: the words of the corpus.
        today: what "last year" is relative to.
        before: the answer before, which a follow-up goes on from.

    The same question, vocabulary and day always give the same query. Never raises for any text.
    """
    text = read_text(question)
    query = _read(text, vocabulary, today, before)
    query = _for_provisions(text, query, vocabulary, today, before) or query
    return dataclasses.replace(query, question=question, today=today)


def _for_provisions(
    text: Text, query: Query, vocabulary: Vocabulary, today: dt.date, before: Answer | None
) -> Query | None:
    """Return the query of a question for provisions of a policy; None for any other."""
    labels = provisions.find(text) if len(text.plain) <= _STORY else []
    if not labels:
        return None
    latin = latin_lexicon(text.plain)
    whole = parse(text, (0, len(text.plain)), latin, vocabulary, today)
    named = [
        token.span
        for token in whole.tokens
        if token.entity and token.entity.kind in {"title", "quote", "number"}
    ]
    labels = [
        one for one in labels if not any(s <= one.span[0] and one.span[1] <= e for s, e in named)
    ]
    if not labels or mentions_only(whole, query, labels):
        return None
    rest = without(text, labels)
    own = _read(rest, vocabulary, today, None)
    parsed = parse(rest, (0, len(rest.plain)), latin, vocabulary, today)
    wanted, name = asked(parsed, text, labels)
    if not (name or is_plain(labels)):
        return None
    says = any(is_content(token) and "say" not in token.classes for token in parsed.tokens)
    if before and before.hits and not (name or says or own.conditions or own.titles):
        own = about(own, [before.hits[before.focus].policy.id], "the policy of the answer before")
    said = f"asks for {' and '.join(one.in_words() for one in wanted)}"
    return dataclasses.replace(
        own,
        provisions=wanted,
        provision_of=name,
        otherwise=dataclasses.replace(query, question=text.typed, today=today),
        notes=(f"{said} of “{name}”" if name else said, *own.notes),
    )


def _read(text: Text, vocabulary: Vocabulary, today: dt.date, before: Answer | None) -> Query:
    latin = latin_lexicon(text.plain)
    sentences = split(text)
    if len(sentences) == 1:
        one = parse(text, sentences[0], latin, vocabulary, today)
        cut = clause_that_asks(one)
        if cut is not None:
            spans = [(sentences[0][0], cut), (cut, sentences[0][1])]
            parses = [parse(text, span, latin, vocabulary, today) for span in spans]
            query = assemble.query(parses, vocabulary, chosen=parses[1])
            return (before and follow_up(parses[1], query, before, vocabulary)) or query
        query = assemble.query([one], vocabulary)
        if before is None:
            return query
        dated = _with_year_before(one, query, before, latin, vocabulary, today)
        return follow_up(dated or one, query, before, vocabulary) or query
    chosen = sentences
    if len(text.plain) > _LONG:
        asking = [
            span
            for span in sentences
            if "?" in text.plain[slice(*span)] or "？" in text.plain[slice(*span)]
        ]
        chosen = asking[-_LOOKED_AT:] or [sentences[0], sentences[-1]]
    parses = []
    for span in chosen:
        one = parse(text, span, latin, vocabulary, today)
        cut = clause_that_asks(one)
        if cut is not None:
            parses.append(parse(text, (span[0], cut), latin, vocabulary, today))
            one = parse(text, (cut, span[1]), latin, vocabulary, today)
        parses.append(one)
    rest = [span for span in sentences if span not in chosen]
    query = assemble.query(parses, vocabulary, rest=rest)
    if before is not None:
        continued = follow_up(assemble.asking(parses), query, before, vocabulary)
        if continued:
            return continued
    if _says_nothing(query) and len(text.plain) <= _LONG:
        whole = parse(text, (0, len(text.plain)), latin, vocabulary, today)
        return assemble.query([whole], vocabulary)
    return query


def _with_year_before(
    one: Parse, query: Query, before: Answer, latin: Lexicon, vocabulary: Vocabulary, today: dt.date
) -> Parse | None:
    """Return a question whose topic is a part of a year, with the year of the question before.

    None where the topic is none ("and agriculture?"), or the question before has no one year.
    """
    years = {
        day.year if day else None
        for condition in before.reading.conditions
        if isinstance(condition, IssuedIn)
        for period in condition.periods
        for day in period
    }
    year = years.pop() if len(years) == 1 else None
    if year is None or not query.topic or any(isinstance(c, IssuedIn) for c in query.conditions):
        return None
    part = lexicon_of(one.language).of_year.format(part=query.topic, year=year)
    said = read_text(one.text.typed.replace(query.topic, part, 1))
    dated = parse(said, (0, len(said.plain)), latin, vocabulary, today)
    again = assemble.query([dated], vocabulary, documents=True)
    whole = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    parts = [c for c in again.conditions if isinstance(c, IssuedIn) and c.periods != (whole,)]
    return dated if parts and not again.topic else None


_ASKERS = frozenset(["which", "how_many", "who", "when", "show", "want", "framing"])
_HAN_ASKERS = _ASKERS | {"whether", "document"}
_NAMES = frozenset(
    ["D", "I", "N", "T", "Q", "document", "kind", "mention", "contain", "discuss", "issue",
     "except",
     "jointly", "alone", "newest", "oldest", "reverse", "forward", "by_time"]
)  # fmt: skip
_KEPT = _ASKERS | {"jointly"}
_SOFT = frozenset(
    ["and", "but", "interjection", "light", "mark", "adverb", "plea", "dash", "comma"]
)


def clause_that_asks(one: Parse) -> int | None:
    """Return where in the question the clause begins that asks, after one that does not.

    "My train leaves in four minutes – which policies mention rails?" A clause before it that names
    a date, a body or a document belongs to the question. None where there is no such clause.
    """
    tokens = one.tokens
    han = one.language == "zh"
    for at in range(len(tokens) - 2, 0, -1):
        breaks = {"comma", "colon", "dash"} & tokens[at].classes or tokens[at].text == "¿"
        if not breaks or tokens[at].entity or tokens[at].text == "、":  # which joins names
            continue
        after = [t for t in tokens[at + 1 :] if not _SOFT & t.classes or _KEPT & t.classes]
        asks = after[:1] and bool(_ASKERS & after[0].classes)
        if han and not asks:
            asks = any(_HAN_ASKERS & t.classes for t in after)
        if not asks or _belongs(tokens[:at], han=han):
            continue
        says = any(
            {"D", "I", "N", "T", "Q", "newest", "oldest", "jointly"} & t.classes for t in after
        )
        conditional = "whether" in tokens[0].classes
        documents = any(
            "document" in t.classes or (conditional and "kind" in t.classes) for t in after
        )
        says = says or (conditional and documents)
        if says or sum(t.is_word for t in after) >= (1 if documents else 2):
            return one.offset + tokens[at].span[1]
    return None


def _belongs(clause: Sequence[Token], *, han: bool) -> bool:
    """Tell a clause that names something of the question from one that tells a circumstance.

    "Today", "lately" beside other words is when somebody asks: "I'm tired today, which policies …".
    """
    names = _NAMES | {"about", "title"} if han else _NAMES
    naming = [token for token in clause if names & token.classes]
    tells = any(token.is_word for token in clause)
    return any(
        not tells or not {"D", "newest"} & token.classes or any(map(str.isdigit, token.text))
        for token in naming
    )


def questions(question: str, vocabulary: Vocabulary, *, today: dt.date) -> list[str]:
    """Return the questions of a message, to be answered one after the other.

    A sentence may ask two things: see :mod:`policybot.query.several`. At most
    :data:`MOST_QUESTIONS`; a message with more is one text.
    """
    text = read_text(question)
    if text.origin is not None or len(text.plain) > _LONG:
        return [question]
    latin = latin_lexicon(text.plain)
    sentences = split(text)
    asking = [span for span in sentences if re.search("[?？]", text.plain[slice(*span)])]
    parses = {span: parse(text, span, latin, vocabulary, today) for span in asking}
    if not asking and len(sentences) == 1:
        asking = sentences
        parses = {sentences[0]: parse(text, sentences[0], latin, vocabulary, today)}
    plain = len(asking) == len(sentences)
    starts = [0, *(span[0] for span in asking[1:])]
    if len(asking) > 1 and not all(
        _stands_alone(one, vocabulary) or (plain and asks_by_itself(one.tokens))
        for one in parses.values()
    ):
        return [question]
    if plain:
        starts += [span[0] + at for span, one in parses.items() for at in joints(one)]
    starts.sort()
    if not 1 < len(starts) <= MOST_QUESTIONS:
        return [question]
    ends = [*starts[1:], len(text.printed)]
    parts = (text.typed[start:end] for start, end in zip(starts, ends, strict=True))
    return [_JOINED.sub("", part).strip() for part in parts]


def _stands_alone(one: Parse, vocabulary: Vocabulary) -> bool:
    query = assemble.query([one], vocabulary)
    asks = one.of("head", "ask", "issue") or one.relation or query.conditions
    return bool(asks) and not _says_nothing(query)


def _says_nothing(query: Query) -> bool:
    """Tell a question whose conditions or topic stand in another sentence of the message."""
    named = query.conditions or query.policies or query.unknown_issuers or query.asked_relation
    asks = query.intent == "list" or query.order != "relevance" or query.small_talk
    return not (query.topic or named or asks)


def parse(text: Text, span: Span, latin: Lexicon, vocabulary: Vocabulary, today: dt.date) -> Parse:
    """Return the tokens of one sentence and what the rules make of them."""
    own = text if span == (0, len(text.plain)) else _part(text, span)
    entities = find_entities(own, latin.language, vocabulary, today)
    tokens = tokenise(own, (0, len(own.plain)), entities, vocabulary.kinds, latin)
    tokens = with_nouns_of_titles(tokens, vocabulary)
    nodes = resolve(propose(tokens, own, vocabulary))
    language = "zh" if _is_chinese(own.plain) else latin.language
    defines = asked_definition(tokens, own)
    relation = None if defines else asked_relation(tokens, own)
    sides = compared(tokens, own)
    return Parse(own, span[0], tokens, nodes, relation, sides, language, today, defines)


def find_entities(
    text: Text, language: str, vocabulary: Vocabulary, today: dt.date
) -> list[Entity]:
    """Return what a sentence names, without overlaps: the longer wins, then the more telling."""
    found_titles = titles.find(text, vocabulary)
    bodies = issuers.find(text, vocabulary.issuers, vocabulary.nation)
    found_numbers = numbers.find(text, bodies, vocabulary)
    found_dates = dates.find(text.plain, text.printed, language, today)
    found_quotes = quotes.find(text)
    first = [*found_titles, *found_quotes, *found_numbers]
    rest = sorted([*bodies, *found_dates], key=lambda one: one.span[0] - one.span[1])
    return without_overlaps([*sorted(first, key=_strength), *rest])


def _strength(entity: Entity) -> tuple[int, int]:
    order = {"title": 0, "quote": 1, "number": 2}
    return order[entity.kind], entity.span[0] - entity.span[1]


def split(text: Text) -> list[Span]:
    """Return the sentences of a question as spans, one at least."""
    found: list[Span] = []
    start = 0
    for end in _END.finditer(text.printed):
        if end["mark"] == "." and _ABBREVIATED.search(
            text.printed, max(0, end.start() - 8), end.start() + 1
        ):
            continue
        if text.printed[start : end.end()].strip(" .?!。？！\n"):
            found.append((start, end.end()))
            start = end.end()
    if text.printed[start:].strip(" .?!。？！\n") or not found:
        found.append((start, len(text.printed)))
    elif found:
        found[-1] = found[-1][0], len(text.printed)
    return [piece for span in found for piece in _pieces(text.printed, span)]


def _pieces(printed: str, span: Span) -> Iterator[Span]:
    """Yield a span, or parts of one that is longer than any question: rules read none of those."""
    start, end = span
    while end - start > _LONG:
        cut = printed.rfind(" ", start + _LONG // 2, start + _LONG)
        cut = start + _LONG if cut < 0 else cut + 1
        yield start, cut
        start = cut
    yield start, end


def _part(text: Text, span: Span) -> Text:
    start, end = span
    origin = text.origin[start:end] if text.origin else None
    typed = text.typed if origin else text.typed[start:end]
    return Text(typed, text.printed[start:end], text.plain[start:end], origin)


def _is_chinese(plain: str) -> bool:
    han = len(_HAN.findall(plain))
    return han > 0 and han * 3 >= sum(c.isalpha() and c.isascii() for c in plain) / 4
