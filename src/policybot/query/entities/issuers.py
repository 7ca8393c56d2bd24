"""The bodies that a question names: by name, by alias, and by any part that only one body has."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policybot.corpus.issuers.lookup import find_names, surfaces
from policybot.corpus.issuers.names import FOLD, HAN
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Span
from policybot.query.entities.entity import Entity
from policybot.query.lexicon import lexicons
from policybot.query.text import Text, lower

_WORD = re.compile(rf"[^\W_{HAN}]+(?:['’.-](?!s\b)[^\W_{HAN}]+)*|&|,")
LINKS = frozenset(["of", "for", "and", "the", "on", "de", "del", "la", "las", "los", "el", "y", "e",
                    "para", "&", ",", "des", "du", "et"])  # fmt: skip
"""Words inside a name that tell no two bodies apart."""
_OF = frozenset(["of", "for", "on", "de", "del", "para", "des", "du"])
_PLACED = _OF | {"upon", "by", "under", "in", "en", "sur", "la", "los", "las", "el"}
"""Words after which the name of a place goes on."""
_ALSO = frozenset(["and", "y", "e", "&", ",", "et"])
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}(?:[A-Za-z]\b)?")
_PLACE = re.compile(rf"(?P<place>[{HAN}]+?[省市区县州])(?P<rest>[{HAN}]{{3,}})")
_APOSTROPHE = re.compile(r"['’](?=s\b)|(?<=s)['’](?!\w)")
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
_BETWEEN = re.compile(r"[\s,\-]+|\band\b|&")
_STATE = "(?:中华人民共和国|我国|中国|国家)"


def find(text: Text, book: IssuerBook, nation: frozenset[str]) -> list[Entity]:
    """Return the bodies that a question names, whole names first; they may overlap.

    ``nation`` are the names of the corpus's country: "China's MIIT" is MIIT.
    """
    found = [(one.span, one.name) for one in book.find(text.printed)]
    for dotted in _DOTTED.finditer(text.printed):
        name = book.canonical(dotted[0].replace(".", ""))
        found += [(dotted.span(), name)] if name else []
    parts = parts_of(book)
    taken = [span for span, _ in found]
    found += [
        (span, names[0])
        for span, names in parts.heads_in(text, nation)
        if len(names) == 1 and not _overlaps(span, taken)
    ]
    found += [
        (span, name) for span, name in parts.short_names_in(text) if not _overlaps(span, taken)
    ]
    return [Entity("issuer", _with_nation(text.plain, span, nation), name) for span, name in found]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _with_nation(plain: str, span: Span, nation: frozenset[str]) -> Span:
    """Return a body's span with the country's name or adjective beside it."""
    start, end = span
    state = re.search(f"{_STATE}$", plain[:start])
    if state:
        return state.start(), end
    before = re.search(r"(?:^|(?<=\s))(?P<word>[\w.]+(?: [\w.]+)?)(?:['’]s)? $", plain[:start])
    if before:
        words = before["word"].split(" ")
        for size in range(1, len(words) + 1):
            if " ".join(words[-size:]) in nation:
                start = before.start("word") + len(" ".join([*words[:-size], ""]))
    after = re.match(r",? (?:of |de |\()?(?:the )?(?P<word>[\w.]+)\)?", plain[end:])
    if after and after["word"] in nation:
        end += after.end()
    return start, end


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the names of all bodies.

    ``initials`` are the initials of words that follow each
    other in one ("IT" of Information Technology), ``by_word`` the bodies that have a word, ``heads``
    those that have it as what they are ("ministry"), ``people`` those that are no more than a
    person's name, by surname, and ``short`` other short names that only one body has. ``names``
    are the words of each body's names, ``local`` those for the bodies of a place ("council").
    """

    initials: dict[str, frozenset[str]]
    by_word: dict[str, frozenset[str]]
    heads: dict[str, frozenset[str]]
    people: dict[str, frozenset[str]]
    short: tuple[str, ...]
    short_names: dict[str, str]
    names: dict[str, tuple[tuple[str, ...], ...]]
    local: frozenset[str]

    def named(self, wording: str) -> tuple[str, ...]:
        """Return the bodies of which every word of ``wording`` is a part, by name."""
        said = [word for word in _words_of(wording) if word not in LINKS]
        if not said:
            return ()
        found: frozenset[str] | None = None
        for word in said:
            having = self.by_word.get(word, frozenset()) | self._initialled(word)
            found = having if found is None else found & having
        return tuple(sorted(found or ()))

    def _initialled(self, word: str) -> frozenset[str]:
        return self.initials.get(word, frozenset())

    def heads_in(self, text: Text, nation: frozenset[str]) -> Iterator[tuple[Span, list[str]]]:
        """Yield the bodies named by what they are and some words of their name.

        "The industry ministry", "Ministry of Industry & IT". What goes on with words that no such
        body has is another body.
        """
        said = [(found[0].lower(), found.span()) for found in _WORD.finditer(text.plain)]
        for at, (word, _) in enumerate(said):
            bodies = self.heads.get(word)
            if not bodies:
                continue
            last, bodies, broken = self._along(said, at, bodies, text, 1)
            first, bodies, foreign = self._along(said, at, bodies, text, -1, nation)
            if broken or foreign or first == last:
                continue
            wording = " ".join(said[place][0] for place in range(first, last + 1))
            if len(bodies) == 1 and self.begins_place(next(iter(bodies)), wording):
                continue
            yield (said[first][1][0], said[last][1][1]), sorted(bodies)

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

    def _along(
        self,
        said: Sequence[tuple[str, Span]],
        at: int,
        bodies: frozenset[str],
        text: Text,
        step: int,
        nation: frozenset[str] = frozenset(),
    ) -> tuple[int, frozenset[str], bool]:
        """Return how far words of some bodies' names go, the bodies, and if another's go on."""
        end, links, place = at, [], at + step
        while 0 <= place < len(said):
            word, span = said[place]
            if word in LINKS:
                links.append(word)
                place += step
                continue
            if step < 0 and word in self.heads and links:
                return end, bodies, False
            if step > 0 and end == at and (not links or links[0] not in _OF):
                return end, bodies, False
            fitting = bodies & (self.by_word.get(word, frozenset()) | self._initialled(word))
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
        """Yield bodies by a name that only one has: a person's surname, a Chinese name's end."""
        folded = text.printed.translate(FOLD)
        shouted = not re.search(r"[a-z]", folded) or not re.search(r"[A-Z]", folded)
        for found in _WORD.finditer(text.printed):
            names = self.people.get(found[0].lower(), frozenset())
            if len(names) == 1 and (found[0][0].isupper() or shouted):
                yield found.span(), next(iter(names))
        for start, end in find_names(self.short, folded):
            before = lower(folded[max(0, start - 1) : start])
            if not re.match("[省市区县州]", before):
                yield (start, end), self.short_names[_key("".join(folded[start:end]))]


@functools.lru_cache(maxsize=8)
def parts_of(book: IssuerBook) -> Parts:
    """Return the parts of the names of a table's bodies."""
    nouns = {
        noun
        for lexicon in lexicons()
        for name in ("body_noun", "state")
        for noun in lexicon.of(name)
    }
    words: dict[str, set[str]] = {}
    initials: dict[str, set[str]] = {}
    heads: dict[str, set[str]] = {}
    people: dict[str, set[str]] = {}
    names: dict[str, tuple[tuple[str, ...], ...]] = {}
    for issuer in book.issuers:
        own = words.setdefault(issuer.name, set())
        called = (issuer.name, *issuer.aliases)
        names[issuer.name] = tuple(tuple(_words_of(name)) for name in called)
        for name in (issuer.name, *issuer.aliases):
            said = _words_of(name)
            plain = [word for word in said if word not in LINKS]
            own.update(plain)
            for text in _initials(plain):
                initials.setdefault(text, set()).add(issuer.name)
            for head in _heads(said, nouns):
                heads.setdefault(head, set()).add(issuer.name)
            if _is_person(name, said, nouns):
                people.setdefault(plain[-1], set()).add(issuer.name)
    by_word: dict[str, set[str]] = {}
    for name, own in words.items():
        for word in own:
            by_word.setdefault(word, set()).add(name)
    short = _short_names(book)
    return Parts(
        _frozen(initials),
        _frozen(by_word),
        _frozen(heads),
        _frozen(people),
        tuple(surfaces(short)),
        {_key(name): body for name, body in short.items()},
        names,
        frozenset(noun for lexicon in lexicons() for noun in lexicon.of("local_body")),
    )


@functools.lru_cache(maxsize=8)
def places_of(book: IssuerBook) -> Mapping[str, tuple[str, ...]]:
    """Return the places that the Chinese names of a table's bodies begin with, with the bodies."""
    found: dict[str, set[str]] = {}
    for issuer in book.issuers:
        for name in (issuer.name, *issuer.aliases):
            placed = _PLACE.fullmatch(name)
            if placed:
                found.setdefault(placed["place"], set()).add(issuer.name)
    return {place: tuple(sorted(bodies)) for place, bodies in found.items()}


def _frozen(table: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in table.items()}


def _words_of(name: str) -> list[str]:
    return [found[0].lower() for found in _WORD.finditer(name) if found[0] != ","]


def _initials(words: Sequence[str]) -> Iterator[str]:
    """Yield the initials of two to four words that follow each other."""
    for size in (2, 3, 4):
        for at in range(len(words) - size + 1):
            yield "".join(word[0] for word in words[at : at + size])


def _heads(words: Sequence[str], nouns: Iterable[str]) -> Iterator[str]:
    """Yield the words of a name that say what the body is: those that any language has for one."""
    if len(words) > 1:
        yield from (word for word in words if word in nouns)


def _is_person(name: str, words: Sequence[str], nouns: Iterable[str]) -> bool:
    """Tell a person's name: two to four words with capitals, and none that a body's name has."""
    return (
        2 <= len(words) <= 4
        and all(part[0].isupper() for part in name.split())
        and LINKS.isdisjoint(words)
        and not set(nouns).intersection(words)
        and len(words[-1]) > 2
    )


def _short_names(book: IssuerBook) -> dict[str, str]:
    """Return other spellings of names that only one body has.

    Chinese names without their place, and names without their apostrophes.
    """
    found: dict[str, set[str]] = {}
    for issuer in book.issuers:
        for name in (issuer.name, *issuer.aliases):
            placed = _PLACE.fullmatch(name)
            if placed:
                plain = f"{placed['place'][:-1]}{placed['rest']}"
                for short in (placed["rest"], plain):
                    found.setdefault(short, set()).add(issuer.name)
    for issuer in book.issuers:
        for name in (issuer.name, *issuer.aliases):
            for plain in {_APOSTROPHE.sub("", name), _POSSESSIVE.sub("", name)} - {name}:
                found.setdefault(plain, set()).add(issuer.name)
    return {
        short: next(iter(names))
        for short, names in found.items()
        if len(names) == 1 and book.canonical(short) is None
    }


def _key(name: str) -> str:
    """Return the form that a short name is looked up in, whatever stands between its words."""
    return _BETWEEN.sub("", lower(name))
