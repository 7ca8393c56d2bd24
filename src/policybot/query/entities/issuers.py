"""The bodies that a question names, by name, by alias, or by a part of a name that is unique."""

from __future__ import annotations

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policybot.corpus.issuers.lookup import Surfaces, find_names, surfaces
from policybot.corpus.issuers.names import FOLD, HAN
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Span
from policybot.query.entities.entity import Entity
from policybot.query.lexicon import lexicons
from policybot.query.text import Text, lower

_WORD = re.compile(rf"[^\W_{HAN}]+(?:['’.-](?!s\b)[^\W_{HAN}]+)*|&|,")
LINKS = frozenset(["of", "for", "and", "the", "on", "de", "del", "la", "las", "los", "el", "y", "e",
                    "para", "&", ",", "des", "du", "et"])  # fmt: skip
"""Words of names that distinguish no bodies."""
_OF = frozenset(["of", "for", "on", "de", "del", "para", "des", "du"])
_PLACED = _OF | {"upon", "by", "under", "in", "en", "sur", "la", "los", "las", "el"}
"""Words after which the name of a place goes on."""
_ALSO = frozenset(["and", "y", "e", "&", ",", "et"])
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}(?:[A-Za-z]\b)?")
_PLACE = re.compile(rf"(?P<place>[{HAN}]+?(?:州[省市区县]|[省市区县州]))(?P<rest>[{HAN}]{{3,}})")
_APOSTROPHE = re.compile(r"['’](?=s\b)|(?<=s)['’](?!\w)")
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
_BETWEEN = re.compile(r"[\s,\-]+|\band\b|&")
_STATES = ("中华人民共和国", "我国", "中国", "国家")
_PEOPLES = "人民"
"""What is left out of the name of a place's government: 市人民政府 is the 市政府."""

_SHORTEST = 3
"""Characters of a Chinese name that is short for one with the state: 人民银行, and not 银行."""

_BEFORE = re.compile(r"(?:^|(?<=\s))(?P<word>[\w.]+(?: [\w.]+)?)(?:['’]s)? $")
_AFTER = re.compile(r",? (?:of |de |\()?(?:the )?(?P<word>[\w.]+)\)?")


def find(text: Text, book: IssuerBook, nation: frozenset[str]) -> list[Entity]:
    """Return the bodies that a question names, whole names first; they may overlap.

    ``nation`` are the names of the corpus's country, which belong to a body: "China's MIIT".
    """
    named = [(name_in_text.span, name_in_text.name) for name_in_text in book.find(text.printed)]
    for dotted in _DOTTED.finditer(text.printed):
        name = book.canonical(dotted[0].replace(".", ""))
        named += [(dotted.span(), name)] if name else []
    parts = parts_of(book)
    taken = [span for span, _ in named]
    named += [
        (span, names[0])
        for span, names in parts.heads_in(text, nation)
        if len(names) == 1 and not _overlaps(span, taken)
    ]
    named += [
        (span, name) for span, name in parts.short_names_in(text) if not _overlaps(span, taken)
    ]
    return [Entity("issuer", _with_nation(text.plain, span, nation), name) for span, name in named]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _with_nation(plain: str, span: Span, nation: frozenset[str]) -> Span:
    """Return a body's span, extended by the country's name or adjective beside it."""
    start, end = span
    for state in _STATES:
        if plain.endswith(state, 0, start):
            return start - len(state), end
    before = plain[start - 1 : start] == " " and _BEFORE.search(plain[:start])
    if before:
        words = before["word"].split(" ")
        for size in range(1, len(words) + 1):
            if " ".join(words[-size:]) in nation:
                start = before.start("word") + len(" ".join([*words[:-size], ""]))
    after = _AFTER.match(plain, end)
    if after and after["word"] in nation:
        end = after.end()
    return start, end


@dataclass(frozen=True, slots=True)
class Parts:
    """An index of the parts of all bodies' names, each with the bodies that have it.

    ``initials`` are those of two to four consecutive words ("IT" of Information Technology),
    ``by_word`` all words, ``heads`` the nouns for bodies ("ministry"), ``people`` the surnames of
    bodies named like a person. ``short`` are unique short names, ``short_names`` the body of each.
    ``names`` are the words of each body's names, ``local`` the nouns for bodies of a place,
    ``of_place`` the bodies of each place: "hamilton" of the Hamilton City Council.
    """

    initials: dict[str, frozenset[str]]
    by_word: dict[str, frozenset[str]]
    heads: dict[str, frozenset[str]]
    people: dict[str, frozenset[str]]
    short: Surfaces
    short_names: dict[str, str]
    names: dict[str, tuple[tuple[str, ...], ...]]
    local: frozenset[str]
    of_place: dict[str, frozenset[str]]

    def named(self, wording: str) -> tuple[str, ...]:
        """Return the bodies whose names have every word of ``wording``, in order."""
        words = [word for word in _words_of(wording) if word not in LINKS]
        return tuple(sorted(frozenset.intersection(*map(self._having, words)))) if words else ()

    def _having(self, word: str) -> frozenset[str]:
        """Return the bodies that have a word, or the initials that it is."""
        return self.by_word.get(word, frozenset()) | self.initials.get(word, frozenset())

    def heads_in(self, text: Text, nation: frozenset[str]) -> Iterator[tuple[Span, list[str]]]:
        """Yield the bodies named by their noun and other words of their name.

        "The industry ministry", "Ministry of Industry & IT". With other words beside these it is
        another body.
        """
        if self.heads.keys().isdisjoint(_WORD.findall(text.plain)):
            return
        words = [(match[0].lower(), match.span()) for match in _WORD.finditer(text.plain)]
        for at, (word, _) in enumerate(words):
            bodies = self.heads.get(word)
            if not bodies:
                continue
            last, bodies, broken = self._follow_name(words, at, bodies, text, 1)
            first, bodies, foreign = self._follow_name(words, at, bodies, text, -1, nation)
            if broken or foreign or first == last:
                continue
            wording = " ".join(words[place][0] for place in range(first, last + 1))
            if len(bodies) == 1 and self.begins_place(next(iter(bodies)), wording):
                continue
            yield (words[first][1][0], words[last][1][1]), sorted(bodies)

    def begins_place(self, body: str, wording: str) -> bool:
        """Tell the council of Newton from that of Newton of the Woods, which is another place.

        Bodies of a place are called by the whole of its name; others by its beginning, too: the
        Ministry of Industry is that of Industry and Trade. ``wording`` is in lower case.
        """
        said = [word for word in _words_of(wording) if word not in LINKS]
        if len(said) < 2 or said[0] not in self.local:
            return False
        names = [name for name in self.names.get(body, ()) if set(said) <= set(name)]
        after = [name[name.index(said[-1]) + 1 :][:1] for name in names]
        return bool(after) and all(word and word[0] in _PLACED for word in after)

    def _follow_name(
        self,
        words: Sequence[tuple[str, Span]],
        at: int,
        bodies: frozenset[str],
        text: Text,
        step: int,
        nation: frozenset[str] = frozenset(),
    ) -> tuple[int, frozenset[str], bool]:
        """Follow words of some bodies' names from ``at``, in the direction of ``step``.

        Return the index of the last one, the bodies that have all of them, and whether the text
        continues with the name of another body.
        """
        end, links, place = at, [], at + step
        while 0 <= place < len(words):
            word, span = words[place]
            if word in LINKS:
                links.append(word)
                place += step
                continue
            if step < 0 and word in self.heads and links:
                return end, bodies, False
            if step > 0 and end == at and (not links or links[0] not in _OF):
                return end, bodies, False
            fitting = bodies & (self._having(word))
            if not fitting:
                capital = text.printed[span[0]].isupper()
                if step < 0:
                    foreign = capital and not links and place > 0 and word not in nation
                    return end, bodies, foreign
                linked = bool(links) and not _ALSO.isdisjoint(links)
                named = bool(links) and links[0] in {"of", "de", "del", "for"}
                return end, bodies, capital and (linked or named)
            bodies, end, links = fitting, place, []
            place += step
        return end, bodies, False

    def short_names_in(self, text: Text) -> Iterator[tuple[Span, str]]:
        """Yield bodies by a unique short name: a surname, a Chinese name without its place."""
        folded = text.printed.translate(FOLD)
        shouted = not re.search(r"[a-z]", folded) or not re.search(r"[A-Z]", folded)
        for match in _WORD.finditer(text.printed):
            names = self.people.get(match[0].lower(), frozenset())
            if len(names) == 1 and (match[0][0].isupper() or shouted):
                yield match.span(), next(iter(names))
        for start, end in find_names(self.short, folded):
            before = lower(folded[max(0, start - 1) : start])
            if not re.match("[省市区县州]", before):
                yield (start, end), self.short_names[_key("".join(folded[start:end]))]


@functools.lru_cache(maxsize=8)
def parts_of(book: IssuerBook) -> Parts:
    """Return the index of the names of a table's bodies."""
    nouns = {
        noun
        for lexicon in lexicons()
        for noun in (*lexicon.of("body_noun"), *lexicon.of("state"), *lexicon.body_heads)
    }
    initials, by_word, heads, people, of_place = (defaultdict[str, set[str]](set) for _ in range(5))
    names: dict[str, tuple[tuple[str, ...], ...]] = {}
    for issuer in book.issuers:
        called = (issuer.name, *issuer.aliases)
        names[issuer.name] = tuple(tuple(_words_of(name)) for name in called)
        for name in (issuer.name, *issuer.aliases):
            words = _words_of(name)
            plain = [word for word in words if word not in LINKS]
            surname = plain[-1:] if _is_person(name, words, nouns) else []
            for table, parts in (
                (initials, _initials(plain)),
                (by_word, plain),
                (heads, _heads(words, nouns)),
                (people, surname),
                (of_place, _place_in(words)),
            ):
                for part in parts:
                    table[part].add(issuer.name)
    short = _short_names(book)
    return Parts(
        _frozen(initials),
        _frozen(by_word),
        _frozen(heads),
        _frozen(people),
        surfaces(short),
        {_key(name): body for name, body in short.items()},
        names,
        frozenset(noun for lexicon in lexicons() for noun in lexicon.of("local_body")),
        _frozen(of_place),
    )


def _place_in(words: Sequence[str]) -> Iterator[str]:
    """Yield the place of a body's name: "Hamilton City Council", "Ayuntamiento de Altorrío"."""
    nouns = {noun for lexicon in lexicons() for noun in lexicon.places}
    at = next((at for at, word in enumerate(words) if word in nouns), None)
    if at is None:
        return
    before = words[:at]
    if before and LINKS.isdisjoint(before):
        yield " ".join(before)
    elif not before and len(words) > 2 and words[1] in _OF:
        yield " ".join(itertools.dropwhile(LINKS.__contains__, words[1:]))


@functools.lru_cache(maxsize=8)
def places_of(book: IssuerBook) -> Mapping[str, tuple[str, ...]]:
    """Return the places with which Chinese names of a table's bodies begin, with the bodies."""
    places = defaultdict[str, set[str]](set)
    for issuer in book.issuers:
        for name in (issuer.name, *issuer.aliases):
            if placed := _PLACE.fullmatch(name):
                places[placed["place"]].add(issuer.name)
    return {place: tuple(sorted(bodies)) for place, bodies in places.items()}


def _frozen(table: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in table.items()}


def _words_of(name: str) -> list[str]:
    return [match[0].lower() for match in _WORD.finditer(name) if match[0] != ","]


def _initials(words: Sequence[str]) -> Iterator[str]:
    """Yield the initials of two to four consecutive words."""
    for size in (2, 3, 4):
        for at in range(len(words) - size + 1):
            yield "".join(word[0] for word in words[at : at + size])


def _heads(words: Sequence[str], nouns: Iterable[str]) -> Iterator[str]:
    """Yield the nouns for bodies in a name of several words, of any language."""
    if len(words) > 1:
        yield from (word for word in words if word in nouns)


def _is_person(name: str, words: Sequence[str], nouns: Iterable[str]) -> bool:
    """Return whether a name is a person's: two to four words with capitals, and no noun for bodies."""
    return (
        2 <= len(words) <= 4
        and all(part[0].isupper() for part in name.split())
        and LINKS.isdisjoint(words)
        and not set(nouns).intersection(words)
        and len(words[-1]) > 2
    )


def _short_names(book: IssuerBook) -> dict[str, str]:
    """Return other unique spellings of names, each with its body.

    Chinese names without their place or state, and names without apostrophes.
    """
    bodies_by_name: dict[str, set[str]] = {}
    for issuer in book.issuers:
        for name in (issuer.name, *issuer.aliases):
            for state in (state for state in _STATES if name.startswith(state)):
                if len(short := name.removeprefix(state)) >= _SHORTEST:
                    bodies_by_name.setdefault(short, set()).add(issuer.name)
            placed = _PLACE.fullmatch(name)
            if placed:
                plain = f"{placed['place'][:-1]}{placed['rest']}"
                governs = name.replace(f"{_PEOPLES}政府", "政府")
                level = f"{placed['place'][-1]}{placed['rest'].removeprefix(_PEOPLES)}"
                shorter = (governs, level) if governs != name else ()  # 市政府
                for short in (placed["rest"], plain, *shorter):
                    bodies_by_name.setdefault(short, set()).add(issuer.name)
    for issuer in book.issuers:
        for name in (issuer.name, *issuer.aliases):
            for plain in {_APOSTROPHE.sub("", name), _POSSESSIVE.sub("", name)} - {name}:
                bodies_by_name.setdefault(plain, set()).add(issuer.name)
    return {
        short: next(iter(names))
        for short, names in bodies_by_name.items()
        if len(names) == 1 and book.canonical(short) is None
    }


def _key(name: str) -> str:
    """Return the key of a short name: in lower case, without what stands between its words."""
    return _BETWEEN.sub("", lower(name))
