from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.errors import ConfigError, IndexDamagedError, IndexLockedError, NoIndexError
from policybot.evaluation.calibration.calibrate import (
    LABELS,
    keep_questions,
    kept_questions,
    merge_questions,
    read_foreign,
    recalibrate,
)
from policybot.evaluation.calibration.questions import FOREIGN
from policybot.evaluation.evaluate import Question
from policybot.index.build.publish import locked
from policybot.index.format.calibration import FILE, WITH_VECTOR, Calibration
from policybot.index.format.manifest import CURRENT, GENERATIONS
from policybot.index.serve.generation import open_generation
from policybot.model import Policy, PolicyDate
from tests.evaluation.corpus import config, index, index_plainly, policies
from tests.fake_encoder import FakeEncoder

ENOUGH = policies(45)


def silent(_stage: str, _done: int, _total: int) -> None:
    """Show nothing."""


def labels(corpus: list[Policy], count: int) -> list[Question]:
    asked = [Question("one", policy.body.split(".")[0], (policy.id,)) for policy in corpus[:count]]
    return [*asked, Question("none", "How do I bake bread?", ())]


def live(folder: Path) -> Path:
    return folder / GENERATIONS / (folder / CURRENT).read_text().strip()


def opened(folder: Path) -> Engine:
    return Engine(config(folder), encoder=FakeEncoder())


def log_odds(engine: Engine, question: str) -> float:
    evidence = engine.evidence(question)
    assert evidence is not None
    surest = float(evidence.best_sure.max())
    return math.log(surest / (1 - surest))


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of policies enough to be asked about, for reading only."""
    folder = tmp_path_factory.mktemp("calibrated")
    index(folder, ENOUGH)
    return folder


def test_indexing_fits_the_confidence_to_the_corpus(calibrated: Path) -> None:
    with open_generation(calibrated) as generation:
        fitted = generation.calibration
    assert fitted.questions["own"] == len(ENOUGH)
    assert fitted.questions["foreign"] > 0.9 * FOREIGN
    assert fitted.fitted
    assert fitted.with_vector.bias != WITH_VECTOR.bias
    assert fitted.points["with_vector"].answered > 0.85
    assert fitted.points["with_vector"].declined > 0.9


def test_the_engine_weighs_evidence_as_it_was_fitted(calibrated: Path, tmp_path: Path) -> None:
    plain = Engine(
        config(tmp_path), encoder=FakeEncoder(), generation=index_plainly(tmp_path, ENOUGH)
    )
    engine = opened(calibrated)
    question = ENOUGH[0].title
    fitted, default = (log_odds(one, question) for one in (engine, plain))
    shift = engine.generation.calibration.with_vector.bias - WITH_VECTOR.bias
    assert fitted == pytest.approx(default + shift)
    engine.close()
    plain.close()


def test_a_corpus_of_a_few_policies_keeps_the_default_and_is_asked_nothing(tmp_path: Path) -> None:
    for count in (0, 1, 5):
        encoder = FakeEncoder()
        fitted = index(tmp_path / str(count), policies(count), encoder=encoder)
        assert fitted == Calibration(questions=fitted.questions)
        assert fitted.questions["own"] == count
        assert not any("boil an egg" in text for text in encoder.encoded)


def test_few_changes_keep_the_fit_and_many_renew_it(tmp_path: Path) -> None:
    first = index(tmp_path, ENOUGH)
    some = [dataclasses.replace(policy, title="Another title") for policy in ENOUGH[:4]]
    second = index(tmp_path, [*some, *ENOUGH[4:]])
    assert second == dataclasses.replace(first, changed=4)
    third = index(tmp_path, [*some, *ENOUGH[4:40]])
    assert third.changed == 0
    assert third.questions != {}


def test_labelled_questions_are_asked_again_whenever_the_corpus_is_embedded_anew(
    tmp_path: Path,
) -> None:
    few = policies(8)
    index(tmp_path, few)
    asked = labels(few, 7)
    _, fit = recalibrate(config(tmp_path), FakeEncoder(), asked, silent)
    assert fit.calibration.questions["labelled_own"] == 7
    assert fit.calibration.questions["labelled_foreign"] == 1
    assert kept_questions(tmp_path) == asked
    again = index(tmp_path, few, full=True, encoder=FakeEncoder(fingerprint="fa4e000000000002"))
    assert again.questions == fit.calibration.questions
    _, without = recalibrate(config(tmp_path), FakeEncoder(), None, silent)
    assert without.calibration.questions == fit.calibration.questions


def test_labelled_questions_after_policies_that_are_gone_are_left_out(tmp_path: Path) -> None:
    few = policies(8)
    index(tmp_path, few)
    asked = [*labels(few, 7), Question("one", "What of the gone one?", ("gone", "1999-01-02"))]
    _, fit = recalibrate(config(tmp_path), FakeEncoder(), asked, silent)
    assert fit.calibration.questions["left_out"] == 1


def test_a_labelled_question_may_expect_a_date(tmp_path: Path) -> None:
    few = [dataclasses.replace(p, date=PolicyDate(2001, n + 1)) for n, p in enumerate(policies(8))]
    index(tmp_path, few)
    asked = [Question("one", p.body.split(".")[0], (str(p.date),)) for p in few]
    _, fit = recalibrate(config(tmp_path), FakeEncoder(), asked, silent)
    expected = [one.expected for one in fit.asked if one.own and one.labelled]
    assert len(expected) == 8
    assert min(expected) > -20


def test_calibrating_embeds_no_document_and_shares_every_other_file(tmp_path: Path) -> None:
    index(tmp_path, policies(3))
    before = live(tmp_path)
    encoder = FakeEncoder()
    encoder.encode_documents = None  # type: ignore[assignment,method-assign]
    name, _ = recalibrate(config(tmp_path), encoder, None, silent)
    after = live(tmp_path)
    assert after.name == name != before.name
    files = {path.relative_to(after) for path in after.rglob("*") if path.is_file()}
    assert files == {path.relative_to(before) for path in before.rglob("*") if path.is_file()}
    changed = {str(f) for f in files if not (after / f).samefile(before / f)}
    assert changed == {FILE, "history.json", "manifest.json"}


def test_a_running_engine_changes_over_to_the_new_calibration(tmp_path: Path) -> None:
    few = policies(8)
    index(tmp_path, few)
    engine = opened(tmp_path)
    asked = [*labels(few, 8), *(Question("none", p.body[:30], ()) for p in policies(9, seed=2))]
    recalibrate(config(tmp_path), FakeEncoder(), asked, silent)
    assert engine.generation.calibration.questions["labelled_own"] == 0
    assert engine.refresh()
    assert engine.generation.calibration.questions["labelled_own"] == 8
    engine.close()


def test_a_fit_that_fails_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    few = policies(8)
    index(tmp_path, few)
    before = live(tmp_path)
    encoder = FakeEncoder()
    encoder.encode_queries = None  # type: ignore[assignment,method-assign]
    with pytest.raises(TypeError):
        recalibrate(config(tmp_path), encoder, labels(few, 7), silent)
    assert live(tmp_path) == before
    assert [path.name for path in before.parent.iterdir()] == [before.name]
    assert not (tmp_path / LABELS).exists()


def test_calibrating_says_what_is_wrong_with_the_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="policybot index"):
        recalibrate(config(tmp_path / "nothing"), FakeEncoder(), None, silent)
    assert list(tmp_path.iterdir()) == []
    index(tmp_path, policies(3))
    with locked(tmp_path), pytest.raises(IndexLockedError):
        recalibrate(config(tmp_path), FakeEncoder(), None, silent)
    (live(tmp_path) / FILE).write_text("{}")
    with pytest.raises(IndexDamagedError, match=FILE):
        open_generation(tmp_path)
    with pytest.raises(IndexDamagedError, match=FILE):
        recalibrate(config(tmp_path), FakeEncoder(), None, silent)


def test_kept_questions_come_back_as_they_were(tmp_path: Path) -> None:
    asked = [Question("all", "哪些\u2028政策？", ("2012-02", "p1")), Question("none", "x\ny", ())]
    assert kept_questions(tmp_path) == []
    keep_questions(tmp_path, asked)
    assert kept_questions(tmp_path) == asked
    assert (tmp_path / LABELS).stat().st_mode & 0o777 == 0o600


def test_questions_take_the_place_of_those_of_their_kind_alone() -> None:
    own, foreign = labels(policies(3), 3)[:3], [Question("none", "What of bread?", ())]
    other = [Question("none", "What of eggs?", ())]
    assert merge_questions([], foreign) == foreign
    assert merge_questions(foreign, own) == [*own, *foreign]
    assert merge_questions([*own, *foreign], other) == [*own, *other]
    assert merge_questions([*own, *foreign], [*other, *own[:1]]) == [*own[:1], *other]
    assert merge_questions([*own, *foreign], []) == [*own, *foreign]


def test_a_file_of_kept_questions_that_is_empty_holds_none(tmp_path: Path) -> None:
    (tmp_path / LABELS).write_text("")
    assert kept_questions(tmp_path) == []


def test_foreign_questions_are_read_from_question_files_and_collections(tmp_path: Path) -> None:
    path = tmp_path / "foreign.jsonl"
    rows = [{"kind": "one", "question": "a", "expect": ["x"]}, {"id": "1", "text": "b"}]
    path.write_text("\n\n".join(map(json.dumps, rows)))
    assert read_foreign(path) == [Question("none", "a", ()), Question("none", "b", ())]


def test_a_file_without_foreign_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.jsonl"
    path.write_text('{"text": "a"}\n', "utf-8-sig")
    assert read_foreign(path) == [Question("none", "a", ())]
    path.write_text("")
    with pytest.raises(ConfigError, match=r"foreign.jsonl: no questions in it"):
        read_foreign(path)


@pytest.mark.parametrize("line", ["not JSON", "[1]", '{"query": "a"}', '{"text": 3}'])
def test_a_line_that_is_no_foreign_question_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "foreign.jsonl"
    path.write_text(f'{{"text": "a"}}\n{line}\n')
    with pytest.raises(ConfigError, match=r"foreign.jsonl:2: not a question; write"):
        read_foreign(path)


def test_a_foreign_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.jsonl: cannot be read"):
        read_foreign(tmp_path / "nowhere.jsonl")
