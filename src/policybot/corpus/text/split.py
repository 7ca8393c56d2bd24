"""Split a policy's body into passages, and passages into sentences: spans of unchanged text.

A paragraph is a block between blank lines. Markdown headings (``## …`` or underlined) and numbers
of clauses (11.5.14.1 通则, § 12) end it and form the heading path of what follows. A list, table or
code fence without blank lines between its rows is one paragraph. A paragraph that leads into a list
stays with all its items or, if that exceeds the encoder's limit, with the first of them; the others
have it as the last of their headings. Only a paragraph that exceeds the encoder's limit is divided:
at sentence ends, else at clause ends, between words, or between characters, into parts of even
size.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from policybot.corpus.text.lists import clause_level, is_bare, item_style, leads_in, own_lead_in
from policybot.corpus.text.pages import least_confidence, page_finder
from policybot.corpus.text.sentences import clause_spans, sentence_spans, word_spans
from policybot.model import Passage, Policy, Span

__all__ = ["sentence_spans", "split_policy"]

_LONGEST_LEAD_IN = 300
"""The longest lead-in, in characters, that is repeated above the later parts of a paragraph."""

CountTokens = Callable[[Sequence[str]], list[int]]
_Place = tuple[Span, tuple[str, ...]]
"""A span of the body, and its heading path."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t\r]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t\r]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\r?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MARKS = frozenset("`~#=-*_")
"""First characters, after spaces, of headings, rules, fences and underlines."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a heading (``level`` 1 to 6; then the span is the heading's words)."""

    span: Span
    level: int = 0


def split_policy(policy: Policy, count_tokens: CountTokens, max_tokens: int) -> list[Passage]:
    """Divide a policy into passages, in order, with ids ``<policy id>#1`` and so on.

    ``passage.text`` is ``policy.body[passage.start:passage.end]``, without white space at either
    end. Headings are not passages unless the body holds nothing else. A body that is not blank
    gives at least one passage.

    Args:
        policy: The policy.
        count_tokens: Returns the encoder's token count of each text, special tokens included.
        max_tokens: The encoder's limit, special tokens included. Only a passage of a single
            character may exceed it.
    """
    body = policy.body
    blocks: Sequence[Block] = blocks_of(body)
    if all(block.level for block in blocks):
        # Nothing but headings, or (with no blocks at all) nothing but rules: that is the text.
        blocks = [Block(block.span) for block in blocks] or [
            Block(span) for span in [_trim(body, 0, len(body))] if span
        ]
    paged = policy.source is not None and bool(policy.source.pages)
    blocks = _with_clauses(body, blocks, paged=paged)
    path: list[tuple[int, str]] = []
    places: list[_Place] = []
    for block in blocks:
        if block.level:
            path = [outer for outer in path if outer[0] < block.level]
            path.append((block.level, body[slice(*block.span)]))
        else:
            places.append((block.span, tuple(words for _, words in path)))
    places = _with_lead_ins(body, places, count_tokens, max_tokens)
    counts = count_tokens([body[start:end] for (start, end), _ in places]) if places else []
    pages_of = page_finder(policy)
    passages: list[Passage] = []
    for (span, headings), count in zip(places, counts, strict=True):
        parts = [span] if count <= max_tokens else _divide(body, span, count_tokens, max_tokens)
        lead = span[0] + own_lead_in(body[slice(*span)]) if len(parts) > 1 else span[0]
        for start, end in parts:
            above = headings
            if start >= lead > span[0] and lead - span[0] <= _LONGEST_LEAD_IN:
                above = (*headings, body[span[0] : lead])
            text = body[start:end]
            name = f"{policy.index_id}#{len(passages) + 1}"
            sentences = tuple(sentence_spans(text))
            pages = pages_of(start, end)
            read = least_confidence(policy, pages)
            passages.append(
                Passage(name, policy.id, text, start, end, above, sentences, pages, read)
            )
    return passages


def _with_clauses(body: str, blocks: Sequence[Block], *, paged: bool) -> Sequence[Block]:
    """Turn the numbers of clauses that have text below them into headings.

    In the text of a source with pages, a lone whole number is taken for a page number and dropped.
    """
    if paged:
        kept = [block for block in blocks if not body[slice(*block.span)].isdecimal()]
        blocks = kept or blocks
    result: list[Block] = []
    for block, following in itertools.zip_longest(blocks, blocks[1:]):
        text = body[slice(*block.span)]
        level = 0 if block.level else clause_level(text)
        below = following is not None and not following.level
        if level and below and clause_level(body[slice(*following.span)]) == level:
            level = level if is_bare(text) else 0  # a list of clauses' names
        result.append(Block(block.span, level) if level and (below or is_bare(text)) else block)
    return result if any(not block.level for block in result) else blocks


def _with_lead_ins(
    body: str, places: list[_Place], count_tokens: CountTokens, max_tokens: int
) -> list[_Place]:
    """Join paragraphs that lead into a list ("The law requires that:") with its items."""
    result: list[_Place] = []
    at = 0
    while at < len(places):
        (start, end), headings = places[at]
        last = _last_item(body, places, at) if leads_in(body[start:end]) else at
        if last > at:
            group = places[at : last + 1]
            result += _list_parts(body, group, count_tokens, max_tokens)
        else:
            result.append(((start, end), headings))
        at = last + 1
    return result


def _last_item(body: str, places: Sequence[_Place], lead: int) -> int:
    """Return the index of the last item of the list that the place ``lead`` leads into.

    Items have the same style of label as the first, or, below an item with a nested list, the style
    of that list. If the first has no label, it is the only item.
    """
    headings = places[lead][1]
    if lead + 1 == len(places) or places[lead + 1][1] != headings:
        return lead
    styles = [item_style(body[slice(*places[lead + 1][0])])]
    at = lead + 1
    if styles[0] is None:
        return at
    while at + 1 < len(places) and places[at + 1][1] == headings:
        style = item_style(body[slice(*places[at + 1][0])])
        if style is None:
            break
        if style in styles:
            del styles[styles.index(style) + 1 :]
        elif leads_in(body[slice(*places[at][0])]):
            styles.append(style)
        else:
            break
        at += 1
    return at


def _list_parts(
    body: str, group: list[_Place], count_tokens: CountTokens, max_tokens: int
) -> list[_Place]:
    """Return a list with its lead-in as one place, or as few as fit the encoder's limit.

    Each part but the first has the lead-ins of its first item as its last headings.
    """
    (start, _), headings = group[0]
    whole = (start, group[-1][0][1])
    spans = [span for span, _ in group]
    texts = [body[slice(*span)] for span in spans]
    counts = count_tokens([body[slice(*whole)], "", *texts])
    if counts[0] <= max_tokens:
        return [(whole, headings)]
    special = counts[1]
    sizes = [max(1, count - special) for count in counts[2:]]
    parts: list[_Place] = []
    for first, last in _even_groups(sizes, max(1, max_tokens - special)):
        above = _leads(texts, first)
        parts.append(((spans[first][0], spans[last - 1][1]), (*headings, *above)))
    return parts


def _leads(texts: Sequence[str], item: int) -> list[str]:
    """Return the paragraphs that lead into an item, outermost first; none for item 0."""
    if not item:
        return []
    above = [texts[0]]
    open_styles: list[tuple[str | None, str]] = []
    for before, text in itertools.pairwise(texts[: item + 1]):
        style = item_style(text)
        known = [style_above for style_above, _ in open_styles]
        if style in known:
            del open_styles[known.index(style) + 1 :]
        else:
            open_styles.append((style, before))
    return above + [lead for _, lead in open_styles[1:]]


@functools.lru_cache(maxsize=4)
def blocks_of(body: str) -> tuple[Block, ...]:
    """Return the paragraphs and headings of a Markdown text, in order.

    Results are cached, because passages and provisions are both derived from them.
    """
    return tuple(_blocks(body))


def _blocks(body: str) -> Iterator[Block]:
    start: int | None = None  # where the open paragraph begins
    lines = 0  # how many lines it has
    fence = ""  # the mark that closes the open code fence
    at = 0
    for line in body.split("\n"):
        begin, at = at, at + len(line) + 1
        if fence:
            if re.fullmatch(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}\s*", line):
                fence = ""
            continue
        words = line.strip()
        if words and words[0] not in _MARKS:
            start, lines = (begin, 1) if start is None else (start, lines + 1)
            continue
        if opened := _FENCE.match(line):
            fence = opened.group(1)
            start, lines = (begin, 1) if start is None else (start, lines + 1)
            continue
        heading = _HEADING.fullmatch(line)
        underline = _UNDERLINE.fullmatch(line)
        if start is not None and lines == 1 and underline:
            if span := _trim(body, start, begin):
                yield Block(span, 1 if underline.group(1).startswith("=") else 2)
            start = None
        elif not words or heading or _RULE.fullmatch(line):
            if start is not None and (span := _trim(body, start, begin)):
                yield Block(span)
            start = None
            if heading and heading.group(2):
                title = _trim(body, begin + heading.start(2), begin + heading.end(2))
                if title:
                    yield Block(title, len(heading.group(1)))
        else:
            start, lines = (begin, 1) if start is None else (start, lines + 1)
    if start is not None and (span := _trim(body, start, len(body))):
        yield Block(span)


def _divide(body: str, span: Span, count_tokens: CountTokens, max_tokens: int) -> list[Span]:
    """Divide a paragraph that is too long into as few parts as possible, of even size."""
    start, end = span
    text = body[start:end]
    for pieces in (sentence_spans, clause_spans, word_spans, _character_spans):
        units = pieces(text)
        if len(units) > 1:
            break
    else:
        return [span]
    special, *counts = count_tokens(["", *(text[begin:stop] for begin, stop in units)])
    sizes = [max(1, count - special) for count in counts]
    room = max(1, max_tokens - special)
    groups = _even_groups(sizes, room)
    parts = [(start + units[first][0], start + units[last - 1][1]) for first, last in groups]
    result: list[Span] = []
    for part, count in zip(
        parts, count_tokens([body[slice(*part)] for part in parts]), strict=True
    ):
        if count <= max_tokens:
            result.append(part)
        else:
            result += _divide(body, part, count_tokens, max_tokens)
    return result


def _even_groups(sizes: Sequence[int], room: int) -> list[Span]:
    """Group neighbours into as few groups of at most ``room`` as possible, of even size.

    There are always at least two groups, so that dividing again makes progress. A size over
    ``room`` counts as ``room``: it gets a group of its own, to be divided further.
    """
    clipped = [min(size, room) for size in sizes]
    fewest = max(2, len(_fill(clipped, room)))
    low, high = max(clipped), room
    while low < high:
        middle = (low + high) // 2
        if len(_fill(clipped, middle)) <= fewest:
            high = middle
        else:
            low = middle + 1
    groups = _fill(clipped, low)
    return groups if len(groups) > 1 else [(0, len(sizes) - 1), (len(sizes) - 1, len(sizes))]


def _fill(sizes: Sequence[int], room: int) -> list[Span]:
    groups: list[Span] = []
    first = total = 0
    for index, size in enumerate(sizes):
        if index > first and total + size > room:
            groups.append((first, index))
            first, total = index, 0
        total += size
    groups.append((first, len(sizes)))
    return groups


def _character_spans(text: str) -> list[Span]:
    return [(at, at + 1) for at, character in enumerate(text) if not character.isspace()]


def _trim(text: str, start: int, end: int) -> Span | None:
    """Return the span without white space at its ends; None when nothing is left."""
    inner = text[start:end]
    words = inner.strip()
    if not words:
        return None
    first = start + len(inner) - len(inner.lstrip())
    return first, first + len(words)
