"""The order in which a question says its conditions decides nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from policybot.query.periods import Period, common_periods, other_periods
from tests.query.seed import as_set, read_question

MIIT = "Ministry of Industry and Information Technology"
NDRC = "National Development and Reform Commission"
_NEWEST = "newest first"


@dataclass(frozen=True)
class Wordings:
    """How one language says each condition, and the frames that they stand in.

    A frame has ``{}`` where the conditions stand; ``joined`` ones take wordings that are put
    together by a word or a mark for "and". ``ordered`` says how a question asks for the newest
    first where that cannot stand among the conditions: before the frame or after it.
    """

    plain: dict[str, str]
    joined: dict[str, str]
    frames: tuple[str, ...]
    joined_frames: tuple[str, ...]
    space: str
    joiners: tuple[str, ...]
    wuxi: str
    agriculture: str
    ordered: tuple[str, str] | None = None


_ENGLISH = {
    "issuer": "issued by MIIT",
    "not issuer": "not issued by the NDRC",
    "since": "since 2011",
    "before": "before 2014",
    "not in": "not issued in 2012",
    "mentions": "mentioning Wuxi",
    "not mentions": "not mentioning agriculture",
    "jointly": "issued jointly",
    "one body": "issued by a single body",
    "titled": 'with "plan" in the title',
    "effective": "taking effect in 2013",
    "expires": "expiring before 2020",
    _NEWEST: "newest first",
}
_CHINESE = {
    "issuer": "工信部发布",
    "not issuer": "不是发改委发布",
    "since": "2011年以来发布",
    "before": "2014年以前发布",
    "not in": "不是2012年发布",
    "mentions": "提到无锡",
    "not mentions": "没有提到农业",
    "jointly": "联合发布",
    "one body": "由一个部门单独发布",
    "titled": "标题含有“plan”",
    "effective": "2013年生效",
    "expires": "2020年以前到期",
}
_SPANISH = {
    "issuer": "emitidas por el MIIT",
    "not issuer": "no emitidas por la NDRC",
    "since": "desde 2011",
    "before": "anteriores a 2014",
    "not in": "que no son de 2012",
    "mentions": "que mencionan Wuxi",
    "not mentions": "que no mencionan agricultura",
    "jointly": "emitidas conjuntamente",
    "one body": "emitidas por un solo organismo",
    "titled": 'con "plan" en el título',
    "effective": "que entraron en vigor en 2013",
    "expires": "que caducan antes de 2020",
    _NEWEST: "de la más reciente a la más antigua",
}
LANGUAGES = {
    "en": Wordings(
        _ENGLISH,
        _ENGLISH,
        ("Which policies {}?", "policies {}", "list everything {}", "What are the documents {}?"),
        ("Which policies {}?", "policies {}", "list everything {}", "What are the documents {}?"),
        " ",
        (", and ", " and ", ", "),
        "Wuxi",
        "agriculture",
    ),
    "zh": Wordings(
        {name: f"{wording}的" for name, wording in _CHINESE.items()},
        {**_CHINESE, "not issuer": "非发改委发布", "not in": "未在2012年发布"},
        ("{}政策有哪些？", "列出{}政策", "有哪些{}政策", "{}文件"),
        ("{}的政策有哪些？", "列出{}的政策", "哪些政策是{}的？"),
        "",
        ("且", "，并且", "、"),
        "无锡",
        "农业",
        ("请从新到旧排列：", "，最新的在前"),
    ),
    "es": Wordings(
        _SPANISH,
        _SPANISH,
        ("¿Qué políticas hay {}?", "políticas {}", "Lista de todas las políticas {}"),
        ("¿Qué políticas hay {}?", "políticas {}", "Lista de todas las políticas {}"),
        " ",
        (" y ", ", y ", ", "),
        "Wuxi",
        "agricultura",
    ),
}
EXCLUSIVE = {"jointly", "one body"}
YEAR_2012 = (dt.date(2012, 1, 1), dt.date(2012, 12, 31))


def meant(language: str, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what the conditions of these names are, as :func:`as_set` has it."""
    words = LANGUAGES[language]
    periods: dict[str, tuple[Period, ...]] = {
        "since": ((dt.date(2011, 1, 1), None),),
        "before": ((None, dt.date(2013, 12, 31)),),
        "not in": other_periods([YEAR_2012]),
    }
    days: Sequence[Period] = ((None, None),)
    for name in periods.keys() & set(names):
        days = common_periods(days, periods[name])
    values = {
        "issuer": ("issued_by", [MIIT]),
        "not issuer": ("not issued_by", [NDRC]),
        "mentions": ("holds", [words.wuxi]),
        "not mentions": ("not holds", [words.agriculture]),
        "jointly": ("issuer_count", [2, None]),
        "one body": ("issuer_count", [1, 1]),
        "titled": ("titled", ["plan"]),
        "effective": ("effective_in", [["2013-01-01", "2013-12-31"]]),
        "expires": ("expires_in", [[None, "2019-12-31"]]),
    }
    found = [(kind, repr(value)) for kind, value in (values[n] for n in names if n in values)]
    if periods.keys() & set(names):
        said = [[d.isoformat() if d else None for d in period] for period in days]
        found.append(("issued_in", repr(said)))
    return tuple(sorted(found))


def orders(language: str, size: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield every order of every choice of ``size`` conditions, with the number of the choice.

    Choices of four are of nine conditions.
    """
    names = [*LANGUAGES[language].plain, *([_NEWEST] if language == "zh" else [])]
    if size == 4:
        left_out = {"one body", "before", "effective", "expires"}
        names = [name for name in names if name not in left_out]
    for number, chosen in enumerate(itertools.combinations(names, size)):
        if not set(chosen) >= EXCLUSIVE:
            for order in itertools.permutations(chosen):
                yield number, order


def question_of(language: str, order: Sequence[str], frame: str, joiner: str | None) -> str:
    """Return the question that says the conditions in this order."""
    words = LANGUAGES[language]
    said = words.plain if joiner is None else words.joined
    own = [said[name] for name in order if name in said]
    clauses = (words.space if joiner is None else joiner).join(own)
    question = frame.format(clauses)
    if words.ordered and _NEWEST in order:
        first, last = words.ordered
        if order.index(_NEWEST) < len(order) / 2:
            return first + question
        return question.rstrip("？") + last
    return question


def misread(language: str, questions: Iterator[tuple[str, Sequence[str]]]) -> list[str]:
    """Return the questions that are read as anything but their conditions, with what they are."""
    wrong: list[str] = []
    for question, names in questions:
        query = read_question(question)
        order = "newest" if _NEWEST in names else "relevance"
        got = as_set(query), query.intent, query.order, query.count, query.topic
        expected = meant(language, names), "list", order, None, ""
        if got != expected:
            wrong.append(f"{question}\n    {query.in_words()}; {query.intent}; {query.order}")
    return wrong


def questions_of(language: str, size: int, share: int) -> list[tuple[str, Sequence[str]]]:
    """Return the questions of a language with so many conditions, of one choice in ``share``.

    Two conditions stand in every frame with every joiner, or in one of them in ``share``: the next
    choice in the next. Three and four stand in one: all orders of a choice in the same.
    """
    words = LANGUAGES[language]
    ways: list[tuple[str, str | None]] = [(frame, None) for frame in words.frames]
    ways += [(frame, joiner) for frame in words.joined_frames for joiner in words.joiners]
    questions: list[tuple[str, Sequence[str]]] = []
    for number, order in orders(language, size):
        if size == 2:
            own = ways[number % share :: share]
        elif number % share == 0:
            own = [ways[number // share % len(ways)]]
        else:
            continue
        questions += [(question_of(language, order, *way), order) for way in own]
    return questions


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("size", "share"),
    [
        pytest.param(2, 3, id="2 conditions, one way in three"),
        pytest.param(2, 1, id="2 conditions", marks=pytest.mark.slow),
        pytest.param(3, 4, id="3 conditions, one choice in four"),
        pytest.param(3, 1, id="3 conditions", marks=pytest.mark.slow),
        pytest.param(4, 1, id="4 conditions", marks=pytest.mark.slow),
    ],
)
def test_no_order_of_conditions_reads_differently(language: str, size: int, share: int) -> None:
    questions = questions_of(language, size, share)
    wrong = misread(language, iter(questions))
    assert not wrong, f"{len(wrong)} of {len(questions)}:\n" + "\n".join(wrong[:40])


@pytest.mark.parametrize(
    ("language", "frames"),
    [
        ("en", ("Which notices {}?", "notices {}", "list all notices {}")),
        ("zh", ("{}通知有哪些？", "列出{}通知")),
        ("es", ("¿Qué avisos hay {}?", "avisos {}")),
    ],
)
def test_a_kind_of_document_is_read_wherever_the_others_stand(
    language: str, frames: Sequence[str]
) -> None:
    wrong: Counter[str] = Counter()
    for _, order in orders(language, 2):
        if {"titled"} & set(order):
            continue  # words of the title are wanted then, not the kind beside them
        for frame in frames:
            question = question_of(language, order, frame, None)
            expected = tuple(sorted([*meant(language, order), ("titled", "['notice']")]))
            wrong[question] += as_set(read_question(question)) != expected
    found = [question for question, count in wrong.items() if count]
    assert not found, f"{len(found)} of {len(wrong)}:\n" + "\n".join(found[:40])
