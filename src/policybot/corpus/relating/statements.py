"""Extract the relations that a text states: what it repeals, amends, replaces or implements.

Only actions of the document itself count: not the amendments of another ("as amended by"), not
mere citations, and nothing in quoted text.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import Certainty
from policybot.corpus.importers.stated.titles import ENGLISH_KINDS
from policybot.corpus.relating import constructions as forms
from policybot.corpus.relating.citations import CODE, SYMBOL, Citation, Sentence, read_sentence
from policybot.corpus.relating.constructions import Construction, kind_of
from policybot.corpus.text.sentences import sentence_spans
from policybot.corpus.text.split import blocks_of
from policybot.model import PolicyDate

_WORTH = re.compile(
    r"revo[kc]|repeal|resci[ns]|abrogat|cancel|withdr|amend|modif|replac|supers|implement"
    r"|\b(?:issued|made|adopted|prescribed|enacted) (?:under|pursuant|in exercise)"
    r"|\b(?:is|are) (?:hereby )?(?:formulated|made|enacted|issued|adopted|developed|drawn|prescr)"
    r"|der[óo]g|sustitu|abrog|reemplaz|desarroll|sin efecto"
    r"|废止|廢止|停止|终止|失效|修改|修订|修正|取代|代替|替代|制定|制订|出台|根据|依据",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"[\s>*_-]*(?:[(（]?[0-9a-zA-Z一二三四五六七八九十]{1,4}[)）.、．]|[•·*-]|[①-⑳])\s*"
)
_ITEM_LIST = re.compile(
    r"(?:and |y )?(?:the |la |el |las |los )?"
    rf"(?:(?:(?! (?:shall|is|are|was|were|will|may|must|to) )[^.;:，。；]){{0,120}}? )??{SYMBOL}",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"(?<=[;；、])|,(?= (?:and )?(?:the )?(?:[\w ()]{{1,60}} of )?{SYMBOL})")
_SYMBOL = re.compile(SYMBOL)
_FROM = re.compile(
    r"(?:effective|with effect from|as from|as of|con efectos? (?:de|desde)|a partir del?)"
    r"(?: on| the| el)? (?P<date>[^.;:]{4,30})",
    re.IGNORECASE,
)
_HAN_FROM = re.compile(r"(?:自|从|于)(?P<date>[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)(?:零时)?起?")
_LABEL = re.compile(
    r"(?:^[ \t*]*|[|•·][ \t*]*|(?<=\s\s\s))"
    r"(?P<verb>Supersedes|Replaces|Amends|Repeals|Revokes|Cancels|Rescinds|"
    r"Sustituye(?: a)?|Deroga(?: a)?|Reemplaza(?: a)?|Modifica(?: a)?)\**[ \t]*[:：|][ \t*]*"
    r"(?P<value>[^|\n]{3,160})",
    re.MULTILINE,
)
"""A label that says what the document does to another: "Supersedes: LHA-PR-002"."""

_CODE = re.compile(CODE)
_REFERENCE = re.compile(
    r"^(?:Ref|Reference|Read|Ant)\.?\s*[:：.-]\s*(?P<cited>\S.*)$", re.IGNORECASE | re.MULTILINE
)
_CITED_ABOVE = re.compile(
    rf"\bthe (?:said )?(?:\w+ )?(?:{ENGLISH_KINDS}) "
    r"(?:cited|referred(?: to)?|mentioned|quoted|read) (?:above|under reference)\b",
    re.IGNORECASE,
)
"""The one document of the line of references: "in modification of the Circular cited above"."""

_LONGEST_QUOTE = 60
_BEGINS_QUOTED = re.compile(r"[ *_>#(]*“")
_OPENS_TEXT = re.compile(r"[:：] ?\s*“[^”]*$")
"""A paragraph that ends with the start of a quotation: "to read as follows: “…"."""

_NEARBY = 600
"""How many characters around a statement may limit it, deny it or date it."""

_SHOWN = 240


@dataclass(frozen=True, slots=True)
class StatedRelation:
    """A relation as a text states it: the document does ``kind`` to ``cited``.

    ``provisions`` are the provisions affected, as printed; ``line`` is the line of the body
    (1-based; 0 for the title); ``words`` is the text it was read from.
    """

    kind: str
    cited: Citation
    words: str
    line: int
    certainty: Certainty = "certain"
    date: PolicyDate | None = None
    provisions: tuple[str, ...] = ()

    @property
    def evidence(self) -> str:
        """The line and the words, in the format of a policy's ``evidence``."""
        place = f"line {self.line}" if self.line else "title"
        return f"{place}: “{self.words}”"


def stated_relations(title: str, body: str) -> list[StatedRelation]:
    """Return the relations that a document states, each once, by its most certain statement."""
    relations: dict[tuple[str, str, PolicyDate | None], StatedRelation] = {}
    for new in [*_of_body(body), *_of_labels(body), *_of_title(title)]:
        key = (new.kind, new.cited.name, None if new.cited.number else new.cited.date)
        known = relations.get(key)
        if known is None or (known.certainty != "certain" and new.certainty == "certain"):
            relations[key] = new
        elif known.provisions and new.provisions:
            together = dict.fromkeys([*known.provisions, *new.provisions])
            relations[key] = dataclasses.replace(known, provisions=tuple(together))
        elif known.provisions and new.certainty == "certain" and new.line and not new.provisions:
            relations[key] = new
    return list(relations.values())


def _of_title(title: str) -> Iterator[StatedRelation]:
    if _WORTH.search(title) or "实施" in title or "落实" in title:
        sentence = read_sentence(title)
        if sentence.cited:
            yield from _matches(sentence, 0, title=True)


def _of_labels(body: str) -> Iterator[StatedRelation]:
    """Yield what labels state, as in the table or the line of labels at the head of a document."""
    for label in _LABEL.finditer(body):
        value = label["value"].strip(" *.")
        cited = list(read_sentence(value).cited) or [
            Citation(match[0], match[0]) for match in _CODE.finditer(value)
        ]
        line = body.count("\n", 0, label.start("verb")) + 1
        for one in cited:
            yield StatedRelation(kind_of(label["verb"]), one, label[0].strip(" |•·*\n"), line)


def _referred(body: str) -> Citation | None:
    """Return the one document that the line of references at the head of a letter cites."""
    lines = [line["cited"] for line in _REFERENCE.finditer(body)]
    cited = [one for line in lines for one in read_sentence(line).cited]
    return cited[0] if len(cited) == 1 else None


def _of_body(body: str) -> Iterator[StatedRelation]:
    lead: str | None = None
    referred = _referred(body)
    quoted = 0
    for block in blocks_of(body):
        text = body[slice(*block.span)]
        first_line = body.count("\n", 0, block.span[0]) + 1 if _WORTH.search(text) or lead else 0
        was_quoted, quoted = quoted, _still_quoted(text, quoted)
        if was_quoted or (quoted and _BEGINS_QUOTED.match(text)) or not first_line:
            lead = None if not first_line else lead
            continue
        for start, end in sentence_spans(text):
            line = first_line + text.count("\n", 0, start)
            printed = text[start:end]
            if lead and (item := _ITEM.match(printed)):
                yield from _listed(read_sentence(printed[item.end() :]), lead, line)
                continue
            lead = None
            if not _WORTH.search(printed):
                continue
            if referred and (above := _CITED_ABOVE.search(printed)):
                plain = printed.replace(above[0], f"the {referred.wording}")
                for found in _matches(read_sentence(plain), line, title=False):
                    yield dataclasses.replace(found, words=" ".join(printed.split()))
                continue
            sentence = read_sentence(printed)
            yield from _matches(sentence, line, title=False)
            lead = _lead(sentence.symbols)
            if lead is None or sentence.symbols.rstrip().endswith((":", "：", "—")):
                continue
            yield from _listed(_after_lead(sentence), lead, line)


def _still_quoted(text: str, quoted: int) -> int:
    """Return for how many more paragraphs the open quotation may continue; 0 if none is open."""
    opens, closes = text.count("“"), text.count("”")
    begins = _BEGINS_QUOTED.match(text) or _OPENS_TEXT.search(text)
    if quoted:
        return 0 if closes > opens else quoted - 1
    return _LONGEST_QUOTE if begins and opens > closes else 0


def _lead(symbols: str) -> str | None:
    """Return the verb of a sentence that introduces a list of documents; None if it does not."""
    for pattern in (forms.ENGLISH_LEAD, forms.SPANISH_LEAD, forms.CHINESE_LEAD):
        if match := pattern.search(symbols):
            return match.groupdict().get("verb") or match["verb2"]
    return None


def _after_lead(sentence: Sentence) -> Sentence:
    """Return the part of the sentence after the colon of a lead-in."""
    rest = re.split(r"[:：—]", sentence.symbols, maxsplit=1)[-1].strip()
    return Sentence(sentence.printed, rest, sentence.cited)


def _listed(sentence: Sentence, verb: str, line: int) -> Iterator[StatedRelation]:
    """Yield the relations to the documents that a list item names, the first of each part."""
    for piece in map(str.strip, _BETWEEN.split(sentence.symbols)):
        if (match := _ITEM_LIST.match(piece)) and (symbol := _SYMBOL.search(match[0])):
            before = piece[: symbol.start()]
            provisions = forms.BEFORE.search(before)
            yield StatedRelation(
                kind_of(verb),
                sentence.of(symbol[0]),
                _shown(sentence, sentence.words(0, len(sentence.symbols))),
                line,
                "likely" if forms.PARTLY.search(before) else "certain",
                provisions=(provisions["provisions"],) if provisions else (),
            )


def _language(sentence: Sentence) -> tuple[Construction, ...]:
    if re.search(r"[\u3400-\u9fff]", sentence.symbols):
        return forms.CHINESE
    return (*forms.ENGLISH, *forms.SPANISH)


def _matches(sentence: Sentence, line: int, *, title: bool) -> Iterator[StatedRelation]:
    if not sentence.cited:
        return
    text = sentence.symbols
    for form in _language(sentence):
        if form.title and not title:
            continue
        for match in form.pattern.finditer(text):
            if not title and _is_no_fact(text, match):
                continue
            yield from _of_match(sentence, form, match, line)


def _is_no_fact(text: str, match: re.Match[str]) -> bool:
    """Return whether a match is a condition, a possibility or an action of another document."""
    before = text[max(0, match.start("list") - _NEARBY) : match.start("list")]
    clause = re.split(r"[.;:。；]|, (?=(?:and|it|I) )", before)[-1]
    if re.search(r"[\u3400-\u9fff]", text):
        nearby = text[max(0, match.start() - _NEARBY) : match.start()]
        return bool(forms.HAN_NEGATED.search(nearby))
    if match.start() == match.start("list") and forms.UNDER.search(before):
        return not (forms.BEFORE.search(before) or forms.PARTLY.search(before))
    return bool(forms.CONDITIONAL.search(clause))


def _of_match(
    sentence: Sentence, form: Construction, match: re.Match[str], line: int
) -> Iterator[StatedRelation]:
    groups = match.groupdict()
    verbs = [verb for verb in (groups.get("verb"), groups.get("verb2")) if verb]
    kinds = [form.kind] if form.kind else list(dict.fromkeys(kind_of(verb) for verb in verbs))
    begin = match.start("list")
    before = sentence.symbols[max(0, begin - _NEARBY) : begin]
    clause = _rest_of_clause(sentence.symbols, match)
    certainty: Certainty = form.strength
    if forms.PARTLY.search(before) or forms.LIMITED.search(clause):
        certainty = "doubtful"
    date = _date(sentence, match)
    for at, occurrence in enumerate(_SYMBOL.finditer(match["list"])):
        symbol = occurrence[0]
        preceding = before if at == 0 else match["list"][: occurrence.start()]
        for kind in kinds:
            provisions = _provisions(preceding, groups if at == 0 else {})
            ending = kind in {"repeals", "replaces"}
            yield StatedRelation(
                kind,
                sentence.of(symbol),
                _shown(sentence, sentence.words(match.start(), match.end())),
                line,
                certainty,
                date if ending or kind == "amends" else None,
                provisions,
            )


def _rest_of_clause(text: str, match: re.Match[str]) -> str:
    """Return a match with the rest of its clause (in Chinese, the match alone)."""
    rest = re.split(r"[;。；]", text[match.end() : match.end() + _NEARBY], maxsplit=1)[0]
    return match[0] + rest if re.search("[\u3400-\u9fff]", text) is None else match[0]


def _provisions(before: str, groups: dict[str, str | None]) -> tuple[str, ...]:
    if after := groups.get("after"):
        return (after,)
    match = forms.BEFORE.search(groups.get("before") or "") or forms.BEFORE.search(before)
    return (" ".join(match["provisions"].split()),) if match else ()


def _date(sentence: Sentence, match: re.Match[str]) -> PolicyDate | None:
    """Return the day on which a relation takes effect, as stated; None if not stated."""
    text = sentence.symbols
    han = re.search("[\u3400-\u9fff]", text)
    verb = match.end("verb")
    stated = (
        _HAN_FROM.search(text[: match.end()]) if han else _FROM.search(text, verb, verb + _NEARBY)
    )
    dates = find_dates(stated["date"]) if stated else []
    return dates[0].date if dates and dates[0].date.day else None


def _shown(sentence: Sentence, words: str) -> str:
    return sentence.printed if 0 < len(sentence.printed) <= _SHOWN else words.strip()[:600]
