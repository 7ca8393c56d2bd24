"""An encoder is tuned on half of the questions, and kept only if the other half gains by it."""

from __future__ import annotations

import dataclasses
import importlib.util
import itertools
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from policybot.answering.engine import Engine
from policybot.cli import cli
from policybot.config import Config, EncoderConfig, IndexConfig, load_config
from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder import open_for_indexing
from policybot.encoder.description import describe
from policybot.encoder.source import Source, find_source
from policybot.encoder.torch import TorchEncoder, load_model
from policybot.errors import ConfigError, EncoderError
from policybot.evaluation import tune as tuning
from policybot.evaluation.compare import Comparison
from policybot.evaluation.dataset import Opened, open_dataset, read_corpus, read_dataset
from policybot.evaluation.measures import Difference
from policybot.evaluation.tune import SHARES, default_folder, report_of, training, tune
from policybot.evaluation.tune.judge import TOLERANCE, guard_objections, held_out_objections
from policybot.evaluation.tune.material import Material, of_questions
from policybot.evaluation.tune.pairs import MOST_POSITIVES, Pair, mine
from policybot.evaluation.tune.split import NEAR, near_identical, split_questions
from policybot.evaluation.tune.training import train
from policybot.index.analyse import words
from policybot.index.build.build import build_index
from policybot.model import Policy
from tests.encoder.tiny import save_tiny_model
from tests.fake_encoder import FakeEncoder
from tests.shared import made_once
from tests.small_index import BOOK, POLICIES, policy

# ---- the split


def jaccard(a: str, b: str) -> float:
    first, second = set(words(a)), set(words(b))
    return len(first & second) / len(first | second) if first | second else float(a == b)


@given(st.lists(st.text("abcde ", max_size=12), max_size=25))
def test_every_question_is_on_one_side_and_near_identical_ones_on_the_same(
    texts: list[str],
) -> None:
    train, held_out = split_questions(texts)
    assert sorted(train + held_out) == list(range(len(texts)))
    for one, other in itertools.product(train, held_out):
        assert jaccard(texts[one], texts[other]) < NEAR


def test_the_same_words_in_another_case_or_order_are_near_identical() -> None:
    texts = ["Who pays the toll?", "toll: who PAYS", "Who pays the fine?", "谁付通行费？"]
    assert near_identical(texts) == [[0, 1], [2], [3]]


def test_what_a_chain_of_near_identical_questions_connects_stays_together() -> None:
    first = "alpha beta gamma delta epsilon zeta eta theta iota kappa"
    second = first.replace("kappa", "lambda")
    third = second.replace("alpha", "omega")
    assert jaccard(first, third) < NEAR
    assert near_identical([first, third, second]) == [[0, 1, 2]]


def test_questions_are_split_in_half_and_always_alike() -> None:
    texts = [f"question about {word} and {word[::-1]}" for word in map(str, range(1000, 1200))]
    train, held_out = split_questions(texts)
    assert len(train) == len(held_out) == 100
    assert split_questions(texts) == (train, held_out)


# ---- the pairs


def open_fake(folder: Path, policies: Sequence[Policy] = POLICIES) -> Opened:
    encoder = FakeEncoder()
    build_index(policies, index_path=folder, encoder=encoder, issuers=BOOK)
    return Opened(Engine(Config(index=IndexConfig(path=folder)), encoder=encoder), encoder)


def pairs_for(folder: Path, text: str, *right: str, policies: Sequence[Policy]) -> list[Pair]:
    opened = open_fake(folder, policies)
    material = Material("q", (("1", text),), {"1": dict.fromkeys(right, 1)}, folder, 0)
    try:
        return mine(material, opened, lambda *_: None)
    finally:
        opened.engine.close()


def test_a_pair_holds_what_the_encoder_reads_of_question_and_passages(tmp_path: Path) -> None:
    (pair,) = pairs_for(
        tmp_path, "What did MOT issue in 2010 about bridges?", "roads", policies=POLICIES
    )
    assert "bridges" in pair.question
    assert "2010" not in pair.question
    assert pair.positive.startswith("Road Safety Plan. Roads are inspected every spring.")
    assert pair.negative.startswith("Measures for Special Funds. Special funds")
    assert pair.policy == "roads"


def test_a_question_of_filters_alone_gives_no_pair(tmp_path: Path) -> None:
    assert not pairs_for(tmp_path, "What was issued in 2010?", "roads", policies=POLICIES)


def test_a_passage_almost_as_near_as_the_right_one_is_no_negative(tmp_path: Path) -> None:
    policies = [
        policy("right", "", "Wet bridges are closed in spring."),
        policy("twin", "", "Wet bridges are closed in spring!"),
        policy("other", "", "The spring fair is held near bridges over the river Tees."),
    ]
    (pair,) = pairs_for(tmp_path, "When are wet bridges closed?", "right", policies=policies)
    assert "fair" in pair.negative


def test_a_question_for_a_list_gives_few_pairs(tmp_path: Path) -> None:
    policies = [policy(f"p{n}", f"Plan {n}", f"Bridge number {n} is closed.") for n in range(9)]
    policies.append(policy("none", "Fair", "The fair has a bridge."))
    names = [f"p{n}" for n in range(9)]
    pairs = pairs_for(tmp_path, "closed bridge", *names, policies=policies)
    assert len(pairs) == MOST_POSITIVES
    assert all("fair" in pair.negative for pair in pairs)


# ---- the questions


def test_a_question_file_is_judged_by_the_live_index(tmp_path: Path) -> None:
    opened = open_fake(tmp_path)
    opened.engine.close()
    asked = [
        ("one", "Who closes bridges?", ["2010-05-03"]),
        ("set", "Tolls and funds?", ["joint", "2011"]),
        ("none", "What is the capital of France?", []),
        ("one", "Gone?", ["repealed-long-ago"]),
    ]
    file = tmp_path / "q.jsonl"
    file.write_text(
        "".join(
            json.dumps({"kind": kind, "question": text, "expect": expect}) + "\n"
            for kind, text, expect in asked
        )
    )
    material = of_questions(file, Config(index=IndexConfig(path=tmp_path)))
    assert [text for _, text in material.questions] == ["Who closes bridges?", "Tolls and funds?"]
    assert [sorted(judged) for judged in material.judgements.values()] == [
        ["roads"],
        ["funds", "joint"],
    ]
    assert material.passed_over == 2


# ---- the judgement


def compared(measure: str, mean: float, low: float, high: float) -> Comparison:
    return Comparison(measure, 100, 0.5, 0.5 + mean, Difference(mean, low, high, 0.5))


@pytest.mark.parametrize(
    ("recall", "average", "against"),
    [(0.01, 0.01, 0), (0.01, 0.0, 1), (-0.01, 0.02, 1), (0.0, -0.1, 2)],
)
def test_both_measures_must_rise_on_the_held_out_questions(
    recall: float, average: float, against: int
) -> None:
    held_out = [compared("recall@10", recall, -1, 1), compared("map@10", average, -1, 1)]
    assert len(held_out_objections(held_out)) == against


@pytest.mark.parametrize(
    ("mean", "high", "falls"),
    [
        (0.0, 0.1, False),
        (-TOLERANCE / 2, 0.001, False),
        (-TOLERANCE / 2, -0.001, True),
        (-TOLERANCE * 2, 0.1, True),
    ],
)
def test_a_guard_may_lose_a_little_but_not_surely(mean: float, high: float, falls: bool) -> None:
    guard = [compared("map@10", mean, -0.1, high), compared("mrr@10", -0.5, -0.6, -0.4)]
    assert bool(guard_objections({"orsharc": guard})) is falls


# ---- the training


def some_pairs() -> list[Pair]:
    couples = itertools.combinations("abcdefghi", 2)
    return [Pair(f"secret {a}{b}", f"text {a}{b}", f"other {b}{a}", a + b) for a, b in couples]


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "build.lock"
    }


def test_the_same_pairs_give_the_same_encoder_and_no_question_is_in_it(
    shop: Path, tmp_path: Path
) -> None:
    source = Source(str(shop / "tiny"), "tiny", shop / "tiny")
    steps: list[tuple[str, int, int]] = []
    for name in ("one", "two"):
        train(source, some_pairs(), tmp_path / name, "cpu", lambda *told: steps.append(told))
    one, two = files_of(tmp_path / "one"), files_of(tmp_path / "two")
    assert one == two
    assert one["model.safetensors"] != (shop / "tiny" / "model.safetensors").read_bytes()
    assert not any(b"secret" in data for data in one.values())
    assert steps[: len(steps) // 2] == [
        ("train", done, len(steps) // 2) for done in range(1, len(steps) // 2 + 1)
    ]


def test_the_tuned_encoder_reads_as_many_tokens_as_before(shop: Path, tmp_path: Path) -> None:
    source = Source(str(shop / "tiny"), "tiny", shop / "tiny")
    train(source, some_pairs(), tmp_path / "tuned", "cpu", silent)
    tuned = Source(str(tmp_path / "tuned"), "tuned", tmp_path / "tuned")
    before, after = (describe(load_model(one, "cpu"), one, "fp32") for one in (source, tuned))
    assert after.weights != before.weights
    assert dataclasses.replace(after, weights="", name="", model="") == dataclasses.replace(
        before, weights="", name="", model=""
    )


@pytest.mark.parametrize("missing", ["accelerate", "datasets", "sentence_transformers"])
def test_what_is_not_installed_is_named_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, missing: str, tmp_path: Path
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else found(name)
    )
    material = Material("q", (), {}, tmp_path, 0)
    with pytest.raises(EncoderError, match=rf"{missing} is not installed; .*policybot\[embed,tune"):
        tune(Config(), material, [], tmp_path / "out", silent)


# ---- the whole, with a tiny encoder that has to learn a cipher

LETTERS, CIPHER = "abcdefghi", "jklmnopqr"
COUPLES = tuple(itertools.combinations(range(len(LETTERS)), 2))


def asked_of(couple: tuple[int, int], variant: int) -> str:
    """A question in cipher for the passage of two letters; it shares "zz" alone with passages.

    BM25 finds every passage by that word, and none before the others.
    """
    one, two = couple if variant else couple[::-1]
    return f"zz {CIPHER[one] * (3 + variant)} {CIPHER[two] * (4 - variant)}"


def passage_of(couple: tuple[int, int]) -> str:
    one, two = couple
    return f"zz {LETTERS[one] * 3} {LETTERS[two] * 3}"


def save_collection(folder: Path, answers: Callable[[tuple[int, int]], tuple[int, int]]) -> None:
    """Save every passage and two questions for each couple, judged as ``answers`` says."""
    folder.mkdir()
    names = {couple: f"p{number}" for number, couple in enumerate(COUPLES)}
    rows = [{"id": name, "title": "", "text": passage_of(couple)} for couple, name in names.items()]
    asked = list(itertools.product(COUPLES, range(2)))
    write_rows(folder / "corpus.jsonl", rows)
    write_rows(
        folder / "queries-dev.jsonl",
        [{"id": f"q{n}", "text": asked_of(*one)} for n, one in enumerate(asked)],
    )
    judged = [f"q{n}\t{names[answers(couple)]}\t1\n" for n, (couple, _) in enumerate(asked)]
    (folder / "qrels-dev.tsv").write_text("".join(judged))


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def elsewhere(couple: tuple[int, int]) -> tuple[int, int]:
    """A couple of other letters: an encoder that knows the cipher finds it late."""
    return next(other for other in COUPLES if not {*other} & {*couple})


@pytest.fixture(scope="module")
def shop() -> Path:
    """A tiny encoder, a question file in cipher, and two collections to guard.

    What is right by the cipher is right in one of them and wrong in the other.
    """

    def make(folder: Path) -> None:
        save_tiny_model(folder / "tiny")
        save_collection(folder / "agrees", lambda couple: couple)
        save_collection(folder / "opposes", elsewhere)
        lines = [
            {"kind": "one", "question": asked_of(couple, variant), "expect": [f"p{number}"]}
            for number, couple in enumerate(COUPLES)
            for variant in range(2)
        ]
        write_rows(folder / "learned.jsonl", lines)
        config = config_of(folder, folder / "index")
        encoder = open_for_indexing(config)
        build_index(
            read_corpus(folder / "agrees"),
            index_path=config.index.path,
            encoder=encoder,
            issuers=IssuerBook(()),
        )

    return made_once("tune", make)


def config_of(shop: Path, index: Path) -> Config:
    return Config(encoder=EncoderConfig(model=str(shop / "tiny")), index=IndexConfig(path=index))


@pytest.fixture
def place(shop: Path, tmp_path: Path) -> Path:
    """A folder with a configuration and a live index that a test may spoil."""
    return prepare(shop, tmp_path)


def prepare(shop: Path, folder: Path) -> Path:
    shutil.copytree(shop / "index", folder / "index")
    (folder / "bot_config.toml").write_text(
        f'[encoder]\nmodel = "{shop / "tiny"}"\n[index]\npath = "index"\n'
    )
    return folder


def run(place: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(
        cli,
        ["--config", str(place / "bot_config.toml"), "tune", *map(str, arguments)],
        catch_exceptions=False,
    )


def silent(stage: str, done: int, total: int) -> None:
    """Hear of the progress and say nothing."""


@dataclasses.dataclass(frozen=True)
class Kept:
    """An encoder that was adopted: where, what was printed, and what was there before."""

    place: Path
    printed: str
    before: dict[str, bytes]

    @property
    def report(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.place / "tuned.json").read_text())
        return told


@pytest.fixture(scope="module")
def kept(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Tune with settings under which a tiny encoder learns the cipher within seconds."""
    place = prepare(shop, tmp_path_factory.mktemp("kept"))
    before = files_of(place)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "EPOCHS", 30)
        patch.setattr(training, "LEARNING_RATE", 5e-3)
        done = run(
            place, shop / "learned.jsonl", "--guard", shop / "agrees", "--out", place / "tuned"
        )
    assert done.exit_code == 0, done.output
    return Kept(place, done.output, before)


@pytest.mark.slow
def test_an_encoder_that_helps_is_kept_with_its_figures(kept: Kept) -> None:
    report = kept.report
    assert report["adopted"] is True
    assert (report["trained_on"], report["held_out"]) == (36, 36)
    for name in ("held out", "held out, cosine alone", "guard agrees, share 0.5"):
        rows = {row["measure"]: row for row in report["figures"][name]}
        assert rows["map@10"]["b"] > rows["map@10"]["a"]
        assert rows["recall@10"]["b"] > rows["recall@10"]["a"]
    assert "learned.jsonl: trained on 36 questions (36 pairs)" in kept.printed
    assert "\non\tquestions\tmeasure\tbefore\tafter\tdifference\t95% interval\tp\n" in kept.printed
    assert "held out\t36\tmap@10\t" in kept.printed


@pytest.mark.slow
def test_the_tuned_encoder_is_a_folder_of_another_fingerprint_and_what_to_do_is_said(
    kept: Kept,
) -> None:
    folder = kept.place / "tuned"
    assert f'[encoder]\nmodel = "{folder}"\n\nand run: policybot index' in kept.printed
    config = config_of(kept.place, kept.place / "index")
    tuned = dataclasses.replace(config, encoder=EncoderConfig(model=str(folder)))
    source = find_source(tuned)
    fingerprint = TorchEncoder(load_model(source, "cpu"), source).fingerprint  # levelled, maybe
    assert fingerprint == kept.report["encoder_after"] != kept.report["encoder_before"]


@pytest.mark.slow
def test_the_configuration_and_the_live_index_stay_as_they_were(kept: Kept) -> None:
    after = files_of(kept.place)
    assert {name: after.get(name) for name in kept.before} == kept.before
    new = {Path(name).parts[0] for name in set(after) - set(kept.before)}
    assert new == {"tuned", "tuned.json", "index"}
    assert {
        Path(name).parts[1] for name in set(after) - set(kept.before) if name.startswith("index/")
    } == {"datasets"}


@pytest.mark.slow
def test_what_was_embedded_of_a_guard_is_there_for_the_next_measurement(
    kept: Kept, shop: Path
) -> None:
    config = dataclasses.replace(
        config_of(kept.place, kept.place / "index"),
        encoder=EncoderConfig(model=str(kept.place / "tuned")),
    )
    dataset = read_dataset(shop / "agrees", "dev")
    opened, report = open_dataset(config, dataset, progress=silent)
    opened.engine.close()
    assert report.embedded == 0


def test_an_encoder_that_does_not_help_leaves_a_report_and_nothing_else(
    shop: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LEARNING_RATE", 0.0)
    before = files_of(place)
    done = run(place, shop / "learned.jsonl", "--guard", shop / "agrees", "--out", place / "tuned")
    assert done.exit_code == 1
    assert "not adopted; nothing else was kept:" in done.output
    assert "- recall@10 does not rise on the held-out questions" in done.output
    after = files_of(place)
    report = json.loads(after.pop("tuned.json"))
    present = f"index/datasets/agrees/{report['encoder_before']}/"
    assert {name: data for name, data in after.items() if not name.startswith(present)} == before
    assert report["adopted"] is False
    assert report["figures"]["held out"][0]["difference"] == 0.0
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_an_encoder_that_helps_here_and_harms_a_guard_is_not_kept(
    shop: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "EPOCHS", 30)
    monkeypatch.setattr(training, "LEARNING_RATE", 5e-3)
    done = run(
        place, "--dataset", shop / "agrees", "--guard", shop / "opposes", "--out", place / "tuned"
    )
    assert done.exit_code == 1, done.output
    assert "- recall@10 falls on opposes (" in done.output
    assert not (place / "tuned").exists()
    report = json.loads((place / "tuned.json").read_text())
    tried = [name for name in report["figures"] if name.startswith("guard opposes")]
    assert len(tried) == len(SHARES)
    assert "held out" not in report["figures"]


@pytest.mark.slow
def test_the_largest_share_at_which_no_guard_falls_is_taken(
    shop: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "EPOCHS", 30)
    monkeypatch.setattr(training, "LEARNING_RATE", 5e-3)
    monkeypatch.setattr(tuning, "SHARES", (1.0, 0.0))
    done = run(
        place, "--dataset", shop / "agrees", "--guard", shop / "opposes", "--out", place / "tuned"
    )
    assert "share of the trained weights: 0.0" in done.output
    assert "- recall@10 does not rise on the held-out questions" in done.output


@pytest.mark.parametrize(
    "stage",
    ["tuning: train", pytest.param("tuned: embed", marks=pytest.mark.slow), "tuned: ask"],
)
def test_an_interruption_leaves_nothing(shop: Path, place: Path, stage: str) -> None:
    before = files_of(place)

    def interrupt(heard: str, _done: int, _total: int) -> None:
        if heard == stage:
            raise KeyboardInterrupt

    config = load_config(place / "bot_config.toml")
    with pytest.raises(KeyboardInterrupt):
        tune(config, of_questions(shop / "learned.jsonl", config), [], place / "tuned", interrupt)
    assert files_of(place) == before
    assert sorted(path.name for path in place.iterdir()) == ["bot_config.toml", "index"]


def test_a_folder_that_exists_is_not_overwritten(shop: Path, place: Path) -> None:
    (place / "tuned").mkdir()
    with pytest.raises(ConfigError, match="exists already"):
        run(place, shop / "learned.jsonl", "--out", place / "tuned")


def test_a_folder_that_cannot_be_made_is_named_before_anything_is_measured(
    shop: Path, place: Path
) -> None:
    (place / "file").write_text("")
    config = load_config(place / "bot_config.toml")
    material = of_questions(shop / "learned.jsonl", config)
    heard: list[str] = []
    with pytest.raises(ConfigError, match=r"file/sub/out: cannot be made: .*another .* with --out"):
        tune(
            config,
            material,
            [],
            place / "file" / "sub" / "out",
            lambda *told: heard.append(told[0]),
        )
    assert heard == []


def test_too_few_questions_are_refused(shop: Path, place: Path) -> None:
    few = place / "few.jsonl"
    few.write_text("".join((shop / "learned.jsonl").read_text().splitlines(keepends=True)[:5]))
    with pytest.raises(ConfigError, match="5 questions that a policy answers, 0 others; at least"):
        run(place, few)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("learned.jsonl", "--dataset", "agrees"),
        ("--dataset", "agrees", "--guard", "agrees"),
        ("learned.jsonl", "--guard", "a/agrees", "--guard", "b/agrees"),
    ],
)
def test_what_makes_no_sense_together_is_refused(place: Path, arguments: tuple[str, ...]) -> None:
    done = run(place, *arguments)
    assert done.exit_code == 2
    assert done.output.startswith("Usage: ")


def test_an_encoder_is_kept_below_the_index_unless_a_folder_is_named(place: Path) -> None:
    folder = default_folder(load_config(place / "bot_config.toml"))
    assert folder.parent == place / "index" / "tuned"
    assert folder.name.startswith("tiny-")
    assert report_of(folder) == folder.parent / f"{folder.name}.json"
