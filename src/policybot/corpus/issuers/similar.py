"""Propose names that probably denote one body for the table of issuers; nothing is merged.

Two names match if they differ only in case, width, punctuation, word order ("Finance Ministry"),
words such as "of" and "the", singular and plural, British and American spelling, traditional and
simplified characters, a typing error in a common word of such names, an acronym in brackets, or the
country, where the corpus has only one (商务部, 中华人民共和国商务部). A name with another word is
another body.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policybot.corpus.issuers.names import HAN, normal_name
from policybot.corpus.issuers.table import IssuerBook
from policybot.simplified import simplified

_SMALL_WORDS = frozenset(["a", "an", "and", "for", "in", "of", "on", "the", "to", "with"])
_KNOWN = """
    academy administration affairs agency agriculture association authority banking board
    bureau cabinet center central civil commerce commission committee communication
    conservation construction cooperation corporation council culture customs defense
    department development directorate economy education employment energy environment
    executive federal finance fisheries foreign forestry general government health healthcare
    housing immigration industry information infrastructure inspection institute insurance
    interior international investment judicial justice labor legislative maritime medical
    military minister ministry monetary municipal national natural office organization
    parliament planning police postal president prime promotion protection provincial public
    quality railway reform regional regulatory resources revenue rural science secretariat
    security service social standardization standards state statistics supervision supreme
    taxation technology telecommunications tourism trade transport transportation treasury
    university urban veterans water welfare
"""
_KNOWN_WORDS = tuple(_KNOWN.split())
_SPELT = {
    "labour": "labor", "defence": "defense", "centre": "center", "organisation": "organization",
    "standardisation": "standardization", "programme": "program", "dept": "department",
    "govt": "government", "min": "ministry", "natl": "national", "intl": "international",
}  # fmt: skip
_LEAST_LETTERS = 6
_CLOSE = 0.88

_ACRONYM = re.compile(r"\s*[(（]\s*[A-Z][A-Za-z&.\-]{1,9}\s*[)）]\s*$")
_CHINA = re.compile(
    r"[\s,(（]*(?:of )?(?:the )?"
    r"(?:people'?s republic of china|p\.? ?r\.? ?c\.?|(?:p\.? ?r\.? )?china)\s*[)）]?$",
    re.IGNORECASE,
)
_COUNTRY = re.compile(
    r"[\s,(（]+(?:of )?(?:the )?(?:government of|(?:[a-z]+ )?republic of|(?:united )?kingdom of) "
    r"(?:the )?(?P<name>[a-z][a-z .'-]+?)\s*[)）]?$",
    re.IGNORECASE,
)
_CHINESE_COUNTRY = re.compile(r"^(?:中华人民共和国|中国)(?=.{2})")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Names that are probably one body; ``name`` is its canonical name, or the one proposed.

    ``known`` is true if the table has the body. ``names`` are those that the table lacks, with
    their numbers of policies, the most frequent first.
    """

    name: str
    known: bool
    names: tuple[tuple[str, int], ...]

    def toml(self, aliases: Sequence[str] = ()) -> str:
        """Return the TOML for the table: the ``aliases`` line of a known body, or a new entry.

        ``aliases`` are those that a known body has already.
        """
        added = [name for name, _ in self.names if name != self.name]
        line = f"aliases = {json.dumps([*aliases, *added], ensure_ascii=False)}"
        name = f"name = {json.dumps(self.name, ensure_ascii=False)}"
        return line if self.known else f"[[issuer]]\n{name}\n{line}"

    def to_dict(self, aliases: Sequence[str] = ()) -> dict[str, object]:
        """Return the proposal as ``policybot issuers --json`` shows it."""
        return {
            "name": self.name,
            "known": self.known,
            "names": [{"name": name, "policies": count} for name, count in self.names],
            "toml": self.toml(aliases),
        }


def propose(book: IssuerBook, printed: Iterable[tuple[str, int]]) -> list[Proposal]:
    """Return the proposals for printed names, those of the most policies first.

    ``printed`` yields names with their numbers of policies; names that the table has are skipped,
    and so are names that match two known bodies.
    """
    unknown = [(name, count) for name, count in printed if book.canonical(name) is None]
    surfaces = [name for issuer in book.issuers for name in (issuer.name, *issuer.aliases)]
    countries = _countries([*surfaces, *(name for name, _ in unknown)])
    known: dict[str, set[str]] = {}
    for issuer in book.issuers:
        for name in (issuer.name, *issuer.aliases):
            known.setdefault(_key(name, countries), set()).add(issuer.name)
    groups: dict[str, list[tuple[str, int]]] = {}
    for name, count in sorted(unknown, key=lambda row: (-row[1], row[0])):
        groups.setdefault(_key(name, countries), []).append((name, count))
    of_known: dict[str, list[tuple[str, int]]] = {}
    proposals: list[Proposal] = []
    for key, names in groups.items():
        owners = known.get(key, set())
        if len(owners) == 1:
            of_known.setdefault(next(iter(owners)), []).extend(names)
        elif not owners and len(names) > 1:
            proposals.append(Proposal(_plainest(names), False, tuple(names)))
    proposals += [Proposal(name, True, tuple(names)) for name, names in of_known.items()]
    return sorted(
        proposals, key=lambda proposal: (-sum(count for _, count in proposal.names), proposal.name)
    )


def _plainest(names: Sequence[tuple[str, int]]) -> str:
    """Return the name to make canonical: not all capitals, most frequent, shortest."""

    def rank(row: tuple[str, int]) -> tuple[bool, int, int, str]:
        name, count = row
        return name.isupper() and " " in name, -count, len(name), name

    return min(names, key=rank)[0]


def _countries(names: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Map every name without its country to the countries it is printed with."""
    printed_with: dict[str, set[str]] = {}
    for name in names:
        plain, country = _split_country(name)
        if country:
            printed_with.setdefault(plain, set()).add(country)
    return {plain: frozenset(countries) for plain, countries in printed_with.items()}


def _key(name: str, countries: Mapping[str, frozenset[str]]) -> str:
    """Return the matching key of a name, with the country only if the corpus has several."""
    plain, country = _split_country(name)
    if len(countries.get(plain, ())) > 1:
        return f"{plain}|{country}"
    return plain


@functools.lru_cache(maxsize=1 << 16)
def _split_country(name: str) -> tuple[str, str]:
    """Return the sorted significant words of a name, and its country ("" if it names none)."""
    text = _ACRONYM.sub("", unicodedata.normalize("NFKC", name)).strip()
    if re.match(rf"[{HAN}]", text):
        text = simplified(text)
        bare = _CHINESE_COUNTRY.sub("", re.sub(r"\s+", "", text))
        country = "china" if bare != re.sub(r"\s+", "", text) else ""
        return re.sub(r"[和与及、]", "", bare.replace("委员会", "委")), country
    country = ""
    if (match := _CHINA.search(text)) and match.start():
        text, country = text[: match.start()], "china"
    elif (match := _COUNTRY.search(text)) and match.start():
        text, country = text[: match.start()], match["name"].casefold()
    words = re.findall(r"[^\W_]+", normal_name(text).replace("'", ""))
    return " ".join(sorted(_stem(word) for word in words if word not in _SMALL_WORDS)), country


@functools.lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """Return a word in singular and standard spelling; typing errors in known words corrected."""
    word = _SPELT.get(word, word)
    if (
        word not in _KNOWN_WORDS
        and len(word) >= _LEAST_LETTERS
        and word.isalpha()
        and word.isascii()
    ):
        close = difflib.get_close_matches(word, _KNOWN_WORDS, n=1, cutoff=_CLOSE)
        if close and close[0][0] == word[0] and not word.startswith(close[0][:-1]):
            word = close[0]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
