"""Questions made of a corpus's own metadata, with the answers that follow from it.

The corpus is of no field that anything was built on; the forms are in three languages. Which body,
year and kind of document are asked for does not matter: every combination is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.model import Answer, Policy
from tests.small_index import open_small, policy

LAKES, CLOCKS = "Lake Patrol", "Office of Clocks"
YEARS = (2016, 2018, 2021)
KINDS = {"circular": ("Circular on {}", "circulars"), "notice": ("Notice on {}", "notices")}
MATTERS = ("reeds", "ferries", "pendulums", "dials", "otters", "chimes")


def policies() -> Iterator[Policy]:
    """Yield a policy of each body, year and kind, but for three, and one of both bodies."""
    matters = itertools.cycle(MATTERS)
    for body, year, kind in itertools.product((LAKES, CLOCKS), YEARS, KINDS):
        if (body, year, kind) in {
            (LAKES, 2018, "notice"),
            (CLOCKS, 2016, "circular"),
            (CLOCKS, 2021, "notice"),
        }:
            continue
        matter = next(matters)
        name = f"{body[0].lower()}-{year}-{kind}"
        title = KINDS[kind][0].format(matter)
        yield policy(name, title, f"Of {matter} in {body}.", f"{year}-04-02", [body])
    yield policy("both", "Statement on swans", "Swans.", "2018-09-09", [LAKES, CLOCKS])


POLICIES = tuple(policies())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_small(tmp_path_factory.mktemp("forms"), POLICIES)
    yield engine
    engine.close()


def ids(answer: Answer) -> set[str]:
    return {hit.policy.id for hit in answer.hits}


def matching(meant: Callable[[str, int, str], bool]) -> set[str]:
    """Return the ids of the policies that a body, the year and the kind of the title fit."""
    return {
        one.id
        for one in POLICIES
        for body in one.issuers
        if one.date and meant(body, one.date.year, one.title.split()[0].lower())
    }


BY_YEAR = (
    "Which documents did {body} issue in {year}?",
    "everything {body} published in {year}, please",
    "{body} documents from {year}",
    "{body}在{year}年发布了哪些文件？",
    "请帮我查一下{year}年{body}发的文件，谢谢",
    "¿Qué publicó {body} en {year}?",
)
NOT_BY = (
    "documents of {year} that are not by {body}",
    "everything from {year} except what {body} issued",
    "{year}年发布的文件，{body}发的除外",
    "{year}年的文件里哪些不是{body}发的",
    "documentos de {year} que no sean de {body}",
)
OF_KIND = (
    "Which {kinds} were issued in {year}?",
    "{kinds} from {year}",
    "list the {kinds} of {year}",
)
NOT_OF_KIND = (
    "documents of {year} that are not {kinds}",
    "everything from {year} except {kinds}",
    "Which documents of {year} are not {kinds}?",
)
TURNS = (
    (("What did {body} issue?", "since {year}"), lambda year, asked: year >= asked),
    (("What did {body} issue?", "before {year}?"), lambda year, asked: year < asked),
    (("list the documents by {body}", "only those from {year}"), lambda year, asked: year == asked),
    (("What did {other} issue in {year}?", "and {body}?"), lambda year, asked: year == asked),
    (("documents from {year}", "only those by {body}"), lambda year, asked: year == asked),
    (("{body}发布了哪些文件", "{year}年以来的"), lambda year, asked: year >= asked),
    (("{year}年的文件", "只看{body}的"), lambda year, asked: year == asked),
    (("¿Qué publicó {body}?", "solo los de {year}"), lambda year, asked: year == asked),
)


@pytest.mark.parametrize("form", BY_YEAR)
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("body", [LAKES, CLOCKS])
def test_what_a_body_issued_in_a_year(engine: Engine, form: str, body: str, year: int) -> None:
    answer = engine.answer(form.format(body=body, year=year), limit=0)
    assert ids(answer) == matching(lambda by, when, _: by == body and when == year)


@pytest.mark.parametrize("form", NOT_BY)
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("body", [LAKES, CLOCKS])
def test_what_a_body_did_not_issue(engine: Engine, form: str, body: str, year: int) -> None:
    answer = engine.answer(form.format(body=body, year=year), limit=0)
    assert ids(answer) == matching(lambda _, when, __: when == year) - matching(
        lambda by, _, __: by == body
    )


@pytest.mark.parametrize("form", OF_KIND)
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_documents_of_a_kind(engine: Engine, form: str, kind: str, year: int) -> None:
    answer = engine.answer(form.format(kinds=KINDS[kind][1], year=year), limit=0)
    assert ids(answer) == matching(lambda _, when, own: when == year and own == kind)


@pytest.mark.parametrize("form", NOT_OF_KIND)
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_documents_of_other_kinds(engine: Engine, form: str, kind: str, year: int) -> None:
    answer = engine.answer(form.format(kinds=KINDS[kind][1], year=year), limit=0)
    assert ids(answer) == matching(lambda _, when, own: when == year and own != kind)


@pytest.mark.parametrize(("turns", "within"), TURNS, ids=[turns[1] for turns, _ in TURNS])
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("body", [LAKES, CLOCKS])
def test_a_follow_up_goes_on_from_the_question_before(
    engine: Engine,
    turns: tuple[str, str],
    within: Callable[[int, int], bool],
    body: str,
    year: int,
) -> None:
    answer: Answer | None = None
    other = CLOCKS if body == LAKES else LAKES
    for turn in turns:
        question = turn.format(body=body, other=other, year=year)
        answer = engine.answer(question, limit=0, before=answer)
    assert answer is not None
    assert ids(answer) == matching(lambda by, when, _: by == body and within(when, year))
