"""Wordings that a policy's text or title contains, or does not contain."""

from __future__ import annotations

from dataclasses import dataclass

from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.text import on_one_line
from policybot.query.tokens import Token, has_class, word_classes

_THING = "(?:{article}*{wording}?{article}*+(?:{Q}|{T}|{by|from}?@body|{in|of|from}?@date|@words))"
_NEXT = (
    "(?!{be|have|adverb|relative}*{in_force}"
    "|(?:{I|D|by|in|since|not|article}).{0,3}?{issue|take_effect|expire})"
)
_THINGS = f"(?P<what>{_THING}(?:(?:{{comma}}?{{or|and|neither}}|{{comma}}){_NEXT}{_THING})*)"
_IN_TITLE = "{in|of}{article}*{title}"
_TITLE = _IN_TITLE + "(?!{in_mark}?{mention|contain|have|not})"
_QUOTES = "{Q}(?:{comma}?{or|and|comma}{Q})*"


_SEPARATES = word_classes("or and comma neither")
_LEADS = word_classes("article wording possessive")
"""Classes of words that may precede a wording and are no part of it."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """Wordings that policies contain, or do not contain.

    ``together``: a policy contains all of them, not one; ``quoted``: they stand in quotation marks;
    ``scattered``: their words may stand anywhere in the title.
    """

    wordings: tuple[str, ...]
    together: bool = False
    quoted: bool = False
    scattered: bool = False


def _wordings(matched: RuleMatch, group: str = "what") -> Wordings | None:
    """Return the wordings of a group, which "or", "and" and commas separate."""
    pieces: list[list[Token]] = [[]]
    tokens = matched.of(group)
    whole = matched.wording(group)
    linked = has_class(tokens, "and") and not any(t.entity for t in tokens)
    if linked and matched.vocabulary.holds(whole):
        return Wordings((whole,))  # "small and medium-sized enterprises"
    for token in tokens:
        if not _SEPARATES & token.classes or token.is_word:
            pieces[-1].append(token)
        elif pieces[-1]:
            pieces.append([])
    wordings: list[str] = []
    for piece in filter(None, pieces):
        leading = range(len(piece) - 1)
        start = next((at for at in leading if not _LEADS & piece[at].classes), len(piece) - 1)
        own = piece[start:]
        quote = next((t.entity.name for t in own if t.entity and t.entity.kind == "quote"), None)
        printed = matched.text.printed[own[0].span[0] : own[-1].span[1]]
        wordings.append(quote or on_one_line(printed))
    wordings = list(filter(None, wordings))
    if not wordings:
        return None
    together = has_class(tokens, "and") and not has_class(tokens, "or")
    quoted = all(t.entity is not None for t in tokens if t.entity or t.is_word)
    return Wordings(tuple(dict.fromkeys(wordings)), together, quoted)


@rule("mentions", "{mention}{mention_mark|to|both}*" + _THINGS + "{mention_end}*", bonus=2)
def mentions(matched: RuleMatch) -> Wordings | None:
    """Policies that mention something.

    Which policies mention 2015? → containing “2015”
    Which policies mention Wuxi or Jiangsu? → containing “Wuxi” or “Jiangsu”
    哪些政策提到了财政部 → containing “财政部”
    ¿Qué políticas mencionan Wuxi? → containing “Wuxi”
    """
    return _wordings(matched)


@rule(
    "mentions",
    "(?:{contain}|{have}(?={article}*{wording})){article}*(?:{wording}{article}*(?P<what>{Q}|@bodies|@dates|@words)|(?P<named>(?:{D}|{I})(?:{or|and|comma}(?:{D}|{I}))*))",
    bonus=2,
)
def contains(matched: RuleMatch) -> Wordings | None:
    """Policies that contain a word, a date, a name.

    policies containing the word standards → containing “standards”
    """
    return _wordings(matched, "what" if matched.has("what") else "named")


@rule(
    "mentions",
    "(?:{with_|mention|contain|discuss|about|have}{article}*{wording}?)?(?P<what>"
    + _QUOTES
    + "){mention_end}*(?!"
    + _IN_TITLE
    + ")",
    bonus=0.5,
)
def quoted(matched: RuleMatch) -> Wordings | None:
    """Policies that contain quoted words.

    policies with "fiscal" or "financial" → containing “fiscal” or “financial”
    """
    first = matched.of("what")[0]
    named = matched.text.printed[first.span[0]] == "《"
    held = has_class(matched.of()[:3], "mention", "contain", "with_", "have")
    return None if named and not held else _wordings(matched)


_NOT = "{do|be|have|modal|relative|comma|and|but}*(?:{not|neither|without}|{except}(?={mention|discuss|about|with_}))@aux"


@rule(
    "not_mentions",
    f"(?:{_NOT}(?:{{mention|contain|discuss|about}}{{to|of|any}}*|{{with_|have}}{{article|any}}*{{wording}})|{{without}}{{article|any}}*(?:{{wording|mention}}{{of}}?|(?={{Q}}))|{{mention|discuss|about}}{{neither}}|{{unrelated}}|{{say}}?{{unrelated}})"
    "{mention_mark}*" + _THINGS + "{mention_end}*",
    bonus=3,
)
def not_mentions(matched: RuleMatch) -> Wordings | None:
    """Policies that do not mention something.

    policies that don't mention Wuxi → not containing “Wuxi”
    Which policies mention neither Wuxi nor standards? → not containing “Wuxi” or “standards”
    没有提到补贴的政策有哪些 → not containing “补贴”
    políticas que no mencionan Wuxi → not containing “Wuxi”
    """
    return _wordings(matched)


@rule(
    "not_mentions",
    "{comma|but}*{and|about}" + _THINGS + "{unrelated_post}{of}?",
    bonus=3,
)
def unrelated_to(matched: RuleMatch) -> Wordings | None:
    """Policies that have nothing to do with something, in Chinese.

    工信部的政策，但跟无锡没关系的有哪些 → issued by Ministry of Industry and Information Technology; not containing “无锡”
    """
    return _wordings(matched)


@rule(
    "not_mentions",
    "{comma|and}*(?:{but}{not}|{except})(?P<what>{article}*(?:{Q}|{word}(?:{word}){0,3}))(?!{in}{article}*{title})(?=$|{stop|comma|in|by|from|since|D|question|mark|relative})",
    bonus=0.5,
)
def but_not(matched: RuleMatch) -> Wordings | None:
    """Policies that do not contain something, after a word of exclusion.

    policies with "Wuxi" but not "2020" → containing “Wuxi”; not containing “2020”
    """
    return _wordings(matched)


@rule(
    "not_mentions",
    "{except}(?P<what>(?:{Q}|@words)(?:{or|and|comma}(?:{Q}|@words))*){of}?{except_post}{of}?",
    bonus=1,
)
def without_topic(matched: RuleMatch) -> Wordings | None:
    """Policies except those on something, in Chinese.

    除补贴以外的新能源汽车政策 → not containing “补贴”; about “新能源汽车”
    """
    return _wordings(matched)


_EXCEPT_ONE = (
    "{comma|and|but}*{except}(?:{article|those|number|pronoun|it|document|kind}{1,3}?"
    "(?:{relative}?(?:{discuss|about|mention})|{of})|{relative}{discuss|mention}){of|to|article}*"
    "(?P<what>(?:{Q}|@words)(?:{comma}?{or|and}{about|of|article}*(?:{Q}|@words))*)"
)


@rule("not_titled", _EXCEPT_ONE, bonus=2)
def except_the_one_called(matched: RuleMatch) -> Wordings | None:
    """Policies other than the one whose title says what it is about.

    policies of 2012 other than the one about Wuxi → issued 2012-01-01 to 2012-12-31; without “Wuxi” in the title
    políticas de 2012, aparte de la de Wuxi → issued 2012-01-01 to 2012-12-31; without “Wuxi” in the title
    """
    named = matched.vocabulary.named(matched.wording("what"))
    return _scattered(matched) if named else None


@rule("not_mentions", _EXCEPT_ONE, bonus=2)
def except_those_about(matched: RuleMatch) -> Wordings | None:
    """Policies other than those about something.

    policies of 2013 except those about schools → issued 2013-01-01 to 2013-12-31; not containing “schools”
    políticas de 2013, aparte de las que hablan de escuelas → issued 2013-01-01 to 2013-12-31; not containing “escuelas”
    """
    return None if matched.vocabulary.named(matched.wording("what")) else _wordings(matched)


def _of_title(matched: RuleMatch, group: str) -> Wordings | None:
    """Return the wordings; None for "title of Executive Order 13706", 民发〔2020〕113号的标题."""
    numbers = all("N" in token.classes for token in matched.of(group))
    return None if numbers else _wordings(matched, group)


_HOLD = "(?:{relative|with_|have|mention|contain|discuss|modal|do}|{article}(?=.))*"


@rule(
    "titled",
    f"{_HOLD}(?P<quoted>{_QUOTES}){_IN_TITLE}|{_HOLD}{_THINGS}{_TITLE}",
    bonus=3,
)
def in_title(matched: RuleMatch) -> Wordings | None:
    """Policies with something in the title.

    Which policies have "Wuxi" in the title? → with “Wuxi” in the title
    policies with "plan" in the title not issued in 2012 → issued 2011-12-31 or earlier or 2013-01-01 or later; with “plan” in the title
    """
    return _of_title(matched, "quoted" if matched.has("quoted") else "what")


@rule(
    "titled",
    "(?:{relative|with_|article})*{title}{in_mark}?(?:{with_|mention|contain|have|be|do|of|relative|issue_mark})*"
    "(?:{word|han}{0,2}{article}*{wording}?(?={Q}))?" + _THINGS + "{mention_end}*",
    bonus=3,
)
def title_has(matched: RuleMatch) -> Wordings | None:
    """Policies whose title contains something.

    policies whose title contains "Wuxi" → with “Wuxi” in the title
    标题含有“意见”的政策 → with “意见” in the title
    标题里带“意见”二字的政策 → with “意见” in the title
    policies whose title carries the words "key points" → with “key points” in the title
    """
    return _of_title(matched, "what")


@rule(
    "not_titled",
    f"(?:{_NOT}(?:{{mention|contain|discuss|with_|have|about}}{{article}}*{{wording}}?)*|{{without}})"
    + _THINGS
    + _TITLE,
    bonus=4,
)
def not_in_title(matched: RuleMatch) -> Wordings | None:
    """Policies without something in the title.

    Which policies don't mention Wuxi in the title? → without “Wuxi” in the title
    """
    return _wordings(matched)


@rule(
    "not_titled",
    "{title}{in_mark}?{not|without|except}{mention|contain|have|be}?{mention_mark}*"
    + _THINGS
    + "{mention_end}*",
    bonus=5,
)
def title_has_not(matched: RuleMatch) -> Wordings | None:
    """Policies whose title does not contain something.

    标题不含“plan”的政策 → without “plan” in the title
    """
    before = matched.before
    if has_class(before[-2:], "in") and not matched.of()[0].is_han:
        return None  # "with “plan” in the title, not mentioning X"
    return _wordings(matched)


@rule(
    "not_titled",
    "{comma|but}*(?:{except}|{be}{not}|{not}{be}?){thing}?{article}*(?P<what>@words|{kind}{1,3})"
    "(?=$|{stop|comma|question|mark}|(?<={kind}){of|document})",
    bonus=1.5,
)
def other_than(matched: RuleMatch) -> Wordings | None:
    """Policies other than one of a given name.

    Which policies did MIIT issue other than the Wuxi outline? → issued by Ministry of Industry and Information Technology; without “Wuxi outline” in the title
    Which policies of 2013 are not opinions? → issued 2013-01-01 to 2013-12-31; not of the kind “opinion”
    2013年发布的，但不是意见的有哪些 → issued 2013-01-01 to 2013-12-31; not of the kind “opinion”
    """
    if not has_class(matched.of("what"), "kind"):
        return None
    return _scattered(matched)


@rule(
    "not_titled",
    "{comma}?(?P<what>@words){of}?(?:{article}|{kind|document})?{except_post}",
    bonus=1,
)
def except_that(matched: RuleMatch) -> Wordings | None:
    """Policies other than one of a given name, in Chinese.

    财政部2011年的文件，幼儿园的那份除外 → issued by Ministry of Finance; issued 2011-01-01 to 2011-12-31; without “幼儿园” in the title
    """
    return _scattered(matched)


def _scattered(matched: RuleMatch) -> Wordings | None:
    wordings = _wordings(matched)
    return Wordings(wordings.wordings, scattered=True) if wordings else None
