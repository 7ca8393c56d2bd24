"""Reading a question: entities, tokens, nodes, the chosen sentence, and its query."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence

from policybot.model import Answer, Span
from policybot.query import assemble
from policybot.query.conditions import IssuedIn, of_type
from policybot.query.context import about_policies, follow_up
from policybot.query.entities import dates, issuers, numbers, provisions, quotes, titles
from policybot.query.entities.entity import Entity, without_overlaps
from policybot.query.lexicon import Lexicon, lexicon_of
from policybot.query.ordinary import with_ordinary_words
from policybot.query.parse import Parse
from policybot.query.provisions import (
    are_specific,
    asked_provisions,
    asks_nothing_more,
    mentions_only,
    without_provisions,
)
from policybot.query.query import Query
from policybot.query.resolve import resolve
from policybot.query.rules.comparison import compared
from policybot.query.rules.definitions import asked_definition
from policybot.query.rules.related_to_any import asked_of_any
from policybot.query.rules.relations import asked_relation
from policybot.query.rules.rule import propose
from policybot.query.several import asks_by_itself, joints
from policybot.query.text import Text, on_one_line, read_text
from policybot.query.title_nouns import with_nouns_of_titles
from policybot.query.tokens import Token, has_class, latin_lexicon, tokenise, word_classes
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
"""Length in characters from which only sentences that may ask are parsed."""

_STORY = 200
"""Length in characters from which provisions are only cited, and not asked for."""

_MOST_TOLD = 2_000
"""Number of characters of a longer text that are searched for, beside the sentence that asks."""

_MOST_SENTENCES = 3
"""Number of sentences of a long text that are parsed."""

MOST_QUESTIONS = 3
"""Number of questions in one message that are answered one by one."""


def read(
    question: str, vocabulary: Vocabulary, *, today: dt.date, before: Answer | None = None
) -> Query:
    """Read a question.

    Args:
        question: the text as typed; any text at all.
        vocabulary: the words of the corpus.
        today: the day to which "last year" is relative.
        before: the answer before, which a follow-up refers to.

    The same question, vocabulary and day always give the same query. Never raises for any text.
    """
    text = read_text(question)
    query = _read(text, vocabulary, today, before)
    query = _for_provisions(text, query, vocabulary, today, before) or query
    if query.question == question and query.today == today:
        return query
    return dataclasses.replace(query, question=question, today=today)


def _for_provisions(
    text: Text, query: Query, vocabulary: Vocabulary, today: dt.date, before: Answer | None
) -> Query | None:
    """Return the query of a question for provisions of a policy; None for any other question."""
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
    labels = [label for label in labels if not any(_lies_in(label.span, span) for span in named)]
    if not labels or mentions_only(whole, query, labels):
        return None
    rest = without_provisions(text, labels)
    own = _read(rest, vocabulary, today, None)
    parsed = parse(rest, (0, len(rest.plain)), latin, vocabulary, today)
    wanted, name = asked_provisions(parsed, text, labels)
    more = bool(name or own.conditions or own.titles) or not asks_nothing_more(parsed, labels)
    says = has_class(parsed.tokens, "say", "discuss", "contain", "make")
    if not (name or are_specific(labels) or (says and not more)):
        return None
    if not more:
        own = dataclasses.replace(own, topic="", search_text="")
    if before and before.hits and not more:
        own = about_policies(
            own, [before.hits[before.focus].policy.id], "the policy of the answer before"
        )
    note = f"asks for {' and '.join(label.in_words() for label in wanted)}"
    return dataclasses.replace(
        own,
        provisions=wanted,
        provision_of=name,
        otherwise=dataclasses.replace(query, question=text.typed, today=today),
        notes=(f"{note} of “{name}”" if name else note, *own.notes),
    )


def _lies_in(span: Span, outer: Span) -> bool:
    return outer[0] <= span[0] and span[1] <= outer[1]


def _read(text: Text, vocabulary: Vocabulary, today: dt.date, before: Answer | None) -> Query:
    latin = latin_lexicon(text.plain)
    sentences = split(text)
    chosen = sentences
    if len(sentences) > 1 and len(text.plain) > _LONG:
        asking = [span for span in sentences if re.search("[?？]", text.plain[slice(*span)])]
        chosen = asking[-_MOST_SENTENCES:] or [sentences[0], sentences[-1]]
    parses: list[Parse] = []
    for span in chosen:
        parsed = parse(text, span, latin, vocabulary, today)
        cut = clause_that_asks(parsed)
        if cut is not None:
            parses.append(parse(text, (span[0], cut), latin, vocabulary, today))
            parsed = parse(text, (cut, span[1]), latin, vocabulary, today)
        parses.append(parsed)
    single = len(sentences) == 1
    asks = parses[-1] if single else assemble.sentence_that_asks(parses)
    rest = [span for span in sentences if span not in chosen]
    query = assemble.query(parses, vocabulary, rest=rest, chosen=asks)
    if before is not None:
        dated = None
        if single and len(parses) == 1:
            dated = _with_year_before(asks, query, before, latin, vocabulary, today)
        if continued := follow_up(dated or asks, query, before, vocabulary):
            return continued
    if not single and _says_nothing(query) and len(text.plain) <= _LONG:
        whole = parse(text, (0, len(text.plain)), latin, vocabulary, today)
        return assemble.query([whole], vocabulary)
    return query if single else _with_all_of_it(query, text, asks)


def _with_all_of_it(query: Query, text: Text, asks: Parse) -> Query:
    """Return the query of a longer text with all of it, as typed, for what it searches for.

    What a person tells of a case says what it is about, in more words than the sentence that asks.
    """
    if query.asks_for_all or query.conditions or not query.topic or query.small_talk:
        return query
    told = on_one_line(text.printed)
    if len(told) > _MOST_TOLD:
        told = f"{on_one_line(asks.text.printed)} {told[:_MOST_TOLD]}"
    return dataclasses.replace(query, search_text=told)


def _with_year_before(
    parsed: Parse,
    query: Query,
    before: Answer,
    latin: Lexicon,
    vocabulary: Vocabulary,
    today: dt.date,
) -> Parse | None:
    """Return a question whose topic is a part of a year, with the year of the question before.

    None where the topic is another ("and agriculture?"), or where the question before has no year
    or several.
    """
    years = {
        day.year if day else None
        for condition in of_type(before.reading.conditions, IssuedIn)
        for period in condition.periods
        for day in period
    }
    year = years.pop() if len(years) == 1 else None
    if year is None or not query.topic or of_type(query.conditions, IssuedIn):
        return None
    part = lexicon_of(parsed.language).of_year.format(part=query.topic, year=year)
    dated_text = read_text(parsed.text.typed.replace(query.topic, part, 1))
    dated = parse(dated_text, (0, len(dated_text.plain)), latin, vocabulary, today)
    again = assemble.query([dated], vocabulary, documents=True)
    whole = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    parts = any(part.periods != (whole,) for part in of_type(again.conditions, IssuedIn))
    return dated if parts and not again.topic else None


_ASKERS = word_classes("which how_many who when show want framing")
_HAN_ASKERS = _ASKERS | {"whether", "document"}
_NAMES = word_classes("""
    D I N T Q document kind mention contain discuss issue except jointly alone newest oldest reverse
    forward by_time
""")
_KEPT = _ASKERS | {"jointly"}
_SOFT = word_classes("and but interjection light mark adverb plea dash comma")


def clause_that_asks(parsed: Parse) -> int | None:
    """Return the place in the question of the clause that asks, after one that does not.

    "My train leaves in four minutes – which policies mention rails?" A clause that names a date, a
    body or a document belongs to the question. None where there is no such clause.
    """
    tokens = parsed.tokens
    han = parsed.language == "zh"
    for at in range(len(tokens) - 2, 0, -1):
        breaks = {"comma", "colon", "dash"} & tokens[at].classes or tokens[at].text == "¿"
        if not breaks or tokens[at].entity or tokens[at].text == "、":  # which joins names
            continue
        after = [t for t in tokens[at + 1 :] if not _SOFT & t.classes or _KEPT & t.classes]
        asks = has_class(after[:1], *_ASKERS) or (han and has_class(after, *_HAN_ASKERS))
        if not asks or _names_something(tokens[:at], han=han):
            continue
        conditional = "whether" in tokens[0].classes
        documents = has_class(after, "document", *(["kind"] if conditional else []))
        says = has_class(after, "D", "I", "N", "T", "Q", "newest", "oldest", "jointly")
        says = says or (conditional and documents)
        if says or sum(t.is_word for t in after) >= (1 if documents else 2):
            return parsed.offset + tokens[at].span[1]
    return None


def _names_something(clause: Sequence[Token], *, han: bool) -> bool:
    """Return whether a clause names something of the question, and not only a circumstance.

    "Today" and "lately" beside other words are a circumstance: "I'm tired today, which policies …".
    """
    names = _NAMES | {"about", "title"} if han else _NAMES
    naming = [token for token in clause if names & token.classes]
    circumstance = any(token.is_word for token in clause)
    return any(
        not circumstance or not {"D", "newest"} & token.classes or any(map(str.isdigit, token.text))
        for token in naming
    )


def questions(question: str, vocabulary: Vocabulary, *, today: dt.date) -> list[str]:
    """Return the questions of a message, to be answered one by one.

    A sentence may ask two things: see :mod:`policybot.query.several`. A message with more than
    :data:`MOST_QUESTIONS` is one question.
    """
    text = read_text(question)
    if text.origin is not None or len(text.plain) > _LONG:
        return [question]
    latin = latin_lexicon(text.plain)
    sentences = split(text)
    asking = [span for span in sentences if re.search("[?？]", text.plain[slice(*span)])]
    if not asking and len(sentences) == 1:
        asking = sentences
    plain = len(asking) == len(sentences)
    starts = [0, *(span[0] for span in asking[1:])]
    for span in asking:
        _, tokens, language = _tokens(text, span, latin, vocabulary, today)
        alone = len(asking) == 1 or (plain and asks_by_itself(tokens))
        if not alone and not _stands_alone(parse(text, span, latin, vocabulary, today), vocabulary):
            return [question]
        if plain:
            starts += [span[0] + at for at in joints(tokens, language)]
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
    """Return whether a sentence has no conditions and no topic, and another one has them."""
    named = query.conditions or query.policies or query.unknown_issuers or query.asked_relation
    asks = query.intent == "list" or query.order != "relevance" or query.small_talk
    return not (query.topic or named or asks)


def parse(text: Text, span: Span, latin: Lexicon, vocabulary: Vocabulary, today: dt.date) -> Parse:
    """Return one sentence parsed: its tokens, and the nodes chosen among the rules' proposals."""
    own, tokens, language = _tokens(text, span, latin, vocabulary, today)
    nodes = resolve(propose(tokens, own, vocabulary))
    defines = asked_definition(tokens, own)
    relation = None if defines else asked_of_any(tokens, own) or asked_relation(tokens, own)
    sides = compared(tokens, own)
    return Parse(own, span[0], tokens, nodes, relation, sides, language, today, defines)


def _tokens(
    text: Text, span: Span, latin: Lexicon, vocabulary: Vocabulary, today: dt.date
) -> tuple[Text, list[Token], str]:
    """Return the text of a sentence, its tokens, and its language."""
    own = text if span == (0, len(text.plain)) else _part(text, span)
    entities = find_entities(own, latin.language, vocabulary, today)
    tokens = tokenise(own, (0, len(own.plain)), entities, vocabulary, latin)
    language = "zh" if _is_chinese(own.plain) else latin.language
    return own, with_nouns_of_titles(with_ordinary_words(tokens), vocabulary), language


def find_entities(
    text: Text, language: str, vocabulary: Vocabulary, today: dt.date
) -> list[Entity]:
    """Return the entities of a sentence without overlaps.

    Titles win over quotes, quotes over numbers, numbers over bodies and dates; then the longer.
    """
    bodies = issuers.find(text, vocabulary.issuers, vocabulary.nation)
    ranked = (
        titles.find(text, vocabulary),
        quotes.find(text),
        numbers.find(text, bodies, vocabulary),
        [*bodies, *dates.find(text.plain, text.printed, language, today)],
    )
    longest_first = (sorted(entities, key=_shortness) for entities in ranked)
    return without_overlaps(itertools.chain.from_iterable(longest_first))


def _shortness(entity: Entity) -> int:
    return entity.span[0] - entity.span[1]


def split(text: Text) -> list[Span]:
    """Return the sentences of a question as spans; at least one."""
    sentences: list[Span] = []
    start = 0
    for end in _END.finditer(text.printed):
        if end["mark"] == "." and _ABBREVIATED.search(
            text.printed, max(0, end.start() - 8), end.start() + 1
        ):
            continue
        if text.printed[start : end.end()].strip(" .?!。？！\n"):
            sentences.append((start, end.end()))
            start = end.end()
    if text.printed[start:].strip(" .?!。？！\n") or not sentences:
        sentences.append((start, len(text.printed)))
    elif sentences:
        sentences[-1] = sentences[-1][0], len(text.printed)
    return [piece for span in sentences for piece in _cut_long(text.printed, span)]


def _cut_long(printed: str, span: Span) -> Iterator[Span]:
    """Yield a span, cut into parts of :data:`_LONG` characters at most: longer ones cost time."""
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
