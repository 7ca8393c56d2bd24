"""Every function that shows a policy is walked: nothing is said that no source states.

A new renderer fails the first test until it stands in one of the two tables.
"""

from __future__ import annotations

import importlib
import inspect
import io
import json
import pkgutil
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pypdfium2
import pytest

import policybot.render
from policybot.corpus.aligning import compare_texts
from policybot.model import Answer, Document, Hit, Passage, Policy, PolicyDate, ShownProvision
from policybot.query.query import Query
from policybot.render import (
    citations,
    comparison,
    context,
    csv,
    documents,
    provision,
    telegram,
    text,
    timeline,
    validity,
)
from policybot.render import json as as_json
from policybot.render.paint import Paint
from policybot.render.pdf import pdf_fonts, policy_pdf
from policybot.render.telegram import card, lists, reading
from policybot.render.telegram.texts import LANGUAGES
from tests.answers import INFO
from tests.render.test_validity import SAYS, TODAY, hit_of
from tests.serve.site import get, served

SPANISH = re.compile(
    r"vigente|vigencia|en vigor|derogad|caduc|sustituid|expira|vence", re.IGNORECASE
)
BODY = "## Article 1\n\nRoads are swept.\n\n## Article 2\n\nEnd."
DATES = (None, PolicyDate(2011, 4, 6))


def policy_of(date: PolicyDate | None) -> Policy:
    return Policy("roads", "Road Plan", BODY, date=date, issuers=("Office",), number="1")


def hit_with(date: PolicyDate | None) -> Hit:
    return hit_of(policy_of(date))


def answer_of(hit: Hit, *, compares: bool = False) -> Answer:
    rows, _ = compare_texts("Roads are swept.\n\nEnd.", "Roads are swept twice.\n\nEnd.")
    query = Query("roads", today=TODAY)
    hits = (hit, hit) if compares else (hit,)
    return Answer(query, hits, len(hits), INFO, comparison=rows if compares else ())


def declined(hit: Hit) -> Answer:
    return Answer(
        Query("roads", today=TODAY), (), 0, INFO, reason="nothing_similar_enough", detail="None.",
        near_misses=(hit,),
    )  # fmt: skip


def document_of(hit: Hit) -> Document:
    return Document(hit.policy, (hit.quotes[0].passage,), validity=hit.validity)


def provision_of(hit: Hit) -> ShownProvision:
    return ShownProvision(hit.policy, hit.quotes[0].passage, "Article 1")


def passage_of(hit: Hit) -> Passage:
    return hit.quotes[0].passage


def of_json(told: str) -> str:
    """Return a JSON object without what it says of validity, which must be nothing."""

    def walked(value: object) -> Iterator[object]:
        if isinstance(value, dict):
            yield value
            for one in value.values():
                yield from walked(one)
        elif isinstance(value, list):
            for one in value:
                yield from walked(one)

    row = json.loads(told)
    for one in walked(row):
        state = one.pop("validity", None) if isinstance(one, dict) else None
        if state:
            assert state["state"] == "unknown"
            assert not any(state.get(key) for key in ("since", "until", "by", "status"))
    return json.dumps(row, ensure_ascii=False)


def of_word(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml").decode()


def of_pdf(hit: Hit) -> Iterator[str]:
    for language in LANGUAGES:
        facts = card.facts_of(hit, language)
        if pdf_fonts(hit.policy, facts) is not None:
            made = pypdfium2.PdfDocument(policy_pdf(hit.policy, facts))
            yield "".join(page.get_textpage().get_text_bounded() for page in made)


Shows = Callable[[Hit], Iterable[str]]

WALKED: dict[str, Shows] = {
    "citations.cite": lambda h: (
        citations.cite(h.policy, style, accessed=TODAY) for style in citations.STYLES
    ),
    "comparison.comparison_lines": lambda h: comparison.comparison_lines(
        answer_of(h, compares=True), Paint(colour=False)
    ),
    "comparison.comparison_html": lambda h: (
        comparison.comparison_html(answer_of(h, compares=True), language, 4096)
        for language in LANGUAGES
    ),
    "context.context_text": lambda h: [context.context_text(document_of(h), [1])],
    "context.context_json": lambda h: [of_json(context.context_json(document_of(h), [1]))],
    "csv.policies_csv": lambda h: [csv.policies_csv([h.policy]).decode()],
    "documents.policy_file": lambda h: [documents.policy_file(h.policy).decode()],
    "documents.policy_word": lambda h: [of_word(documents.policy_word(h.policy))],
    "documents.policies_word": lambda h: [of_word(documents.policies_word([h.policy], "Roads"))],
    "json.answer_json": lambda h: [
        of_json(as_json.answer_json(one)) for one in (answer_of(h), declined(h))
    ],
    "json.document_json": lambda h: [of_json(as_json.document_json(document_of(h)))],
    "provision.provision_text": lambda h: [provision.provision_text(provision_of(h))],
    "provision.provision_json": lambda h: [of_json(provision.provision_json(provision_of(h)))],
    "provision.beginning": lambda h: [provision.beginning(passage_of(h))],
    "text.answer_text": lambda h: [
        text.answer_text(one) for one in (answer_of(h), answer_of(h, compares=True), declined(h))
    ],
    "text.reading_line": lambda h: [text.reading_line(answer_of(h))],
    "text.date_line": lambda h: [text.date_line(h.policy)],
    "text.issuers_line": lambda h: [text.issuers_line(h.policy)],
    "text.document_text": lambda h: [text.document_text(document_of(h))],
    "text.relations_lines": lambda h: text.relations_lines(document_of(h)),
    "text.policy_rows": lambda h: [str(text.policy_rows([h.policy]))],
    "text.evidence_text": lambda h: [text.evidence_text(answer_of(h))],
    "timeline.timeline_text": lambda h: [timeline.timeline_text(answer_of(h))],
    "timeline.timeline_chart": lambda h: [timeline.timeline_chart([h.policy])],
    "validity.state_lines": lambda h: (
        line for one in LANGUAGES for line in validity.state_lines(h, one)
    ),
    "telegram.card.hit_page": lambda h: (card.hit_page(h, one).html for one in LANGUAGES),
    "telegram.card.below_lines": lambda h: (
        line for one in LANGUAGES for line in card.below_lines(h.quotes[0], one)
    ),
    "telegram.card.title_html": lambda h: [card.title_html(h.policy)],
    "telegram.card.policy_lines": lambda h: (
        line for one in LANGUAGES for line in card.policy_lines(h.policy, one)
    ),
    "telegram.card.date_words": lambda h: (card.date_words(h.policy, one) for one in LANGUAGES),
    "telegram.card.facts_of": lambda h: (
        line for one in LANGUAGES for line in card.facts_of(h, one)
    ),
    "pdf.policy_pdf": of_pdf,
    "telegram.card.state_mark": lambda h: (
        card.state_mark(h, one, in_force=marked) for one in LANGUAGES for marked in (False, True)
    ),
    "telegram.card.source_line": lambda h: (card.source_line(h, one) for one in LANGUAGES),
    "telegram.card.source_page": lambda h: (card.source_page(h, one) for one in LANGUAGES),
    "telegram.card.whole_pages": lambda h: (
        part.html for one in LANGUAGES for part in card.whole_pages(h, one)
    ),
    "telegram.lists.list_page": lambda h: (
        lists.list_page([h], one, first=1, total=1) for one in LANGUAGES
    ),
    "telegram.lists.entry_line": lambda h: (lists.entry_line(h, one) for one in LANGUAGES),
    "telegram.reading.reading_line": lambda h: (
        reading.reading_line(answer_of(h).reading, {}, one) for one in LANGUAGES
    ),
    "telegram.refusal.refusal": lambda h: (
        telegram.refusal(declined(h), one, example="?") for one in LANGUAGES
    ),
}  # fmt: skip
"""What each function says of a hit whose policy states nothing of its validity."""

NO_POLICY = frozenset(
    """
    addresses.path_of addresses.page_link comparison.unchanged context.place
    context.pages_words fonts.font_files fonts.fonts_for pdf.can_be_pdf pdf.pdf_fonts
    telegram.refusal.unheld_line picture.draw_timeline
    provision.cites_lines
    provision.definition_lines text.relative_line text.repair_lines text.undetermined_line
    text.machine_read_line timeline.by_date timeline.rows_of validity.validity_line
    telegram.texts.say telegram.texts.label telegram.texts.counted telegram.texts.language_of
    validity.version_line telegram.card.asked_fact telegram.markup.units telegram.markup.escape
    telegram.markup.clip telegram.markup.split telegram.markup.mark telegram.markup.plain
    telegram.refusal.shown_near telegram.refusal.coverage
    """.split()  # noqa: SIM905 - reads as a list of words
)
"""Functions that show no policy by themselves: they show what they are given."""


def renderers() -> Iterator[str]:
    """Yield every public function of the package of renderers, by module and name."""
    for module in pkgutil.walk_packages(policybot.render.__path__, "policybot.render."):
        found = importlib.import_module(module.name)
        for name, one in inspect.getmembers(found, inspect.isfunction):
            if one.__module__ == module.name and not name.startswith("_"):
                yield f"{module.name.removeprefix('policybot.render.')}.{name}"


def test_every_renderer_is_walked_or_shows_no_policy() -> None:
    assert set(renderers()) == WALKED.keys() | NO_POLICY
    assert not WALKED.keys() & NO_POLICY


@pytest.mark.parametrize("date", DATES, ids=str)
@pytest.mark.parametrize("name", WALKED)
def test_no_renderer_says_of_validity_what_no_source_states(
    name: str, date: PolicyDate | None
) -> None:
    for said in WALKED[name](hit_with(date)):
        assert not SAYS.search(said), said
        assert not SPANISH.search(said), said


def test_a_renderer_that_says_something_would_be_seen() -> None:
    hit = hit_of(Policy("roads", "Road Plan", BODY, effective=PolicyDate(2011, 5, 1)))
    for name in ("text.answer_text", "text.document_text", "telegram.card.hit_page"):
        assert any(map(SAYS.search, WALKED[name](hit))), name


@pytest.mark.parametrize("date", DATES, ids=str)
def test_no_page_says_of_validity_what_no_source_states(
    tmp_path: Path, date: PolicyDate | None
) -> None:
    with served(tmp_path, [policy_of(date)]) as base:
        for language in LANGUAGES:
            page = get(base, "/p/roads", lang=language).text
            article = page[page.index("<article") : page.index("</article>")]
            assert "Roads are swept." in article
            assert not SAYS.search(article), article
            assert not SPANISH.search(article), article
        assert not SAYS.search(of_json(get(base, "/api/policies/roads").text))
