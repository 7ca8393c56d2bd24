"""Two encoders in one index: questions in other languages, and policies in more than one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from policybot.answering import snapshot
from policybot.answering.engine import Engine
from policybot.answering.passages.choosing import surely_relevant
from policybot.config import Config, IndexConfig
from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder.levelling import Scale
from policybot.errors import IndexDamagedError
from policybot.index.build.build import build_index
from policybot.index.serve.generation import open_generation, verify_generation
from policybot.index.vectors.vector_set import SECOND
from policybot.model import Answer, Policy, PolicyDate
from policybot.progress import Progress
from policybot.retrieval.evidence import merged
from policybot.retrieval.named_bodies import NamedBody, holding
from tests.fake_encoder import FakeEncoder

MEANT = {
    "桥": "bridges",
    "坏": "damaged",
    "关": "closed",
    "税": "tax",
    "puentes": "bridges",
    "dañados": "damaged",
    "cerrados": "closed",
    "impuestos": "tax",
    "鱼": "fish",
}
FUNCTION_WORDS = {"los", "de", "que", "cuándo", "están", "when", "are", "的", "怎", "么", "办"}


class Bilingual(FakeEncoder):
    """Reads words of three languages as what they mean in English."""

    def __init__(self) -> None:
        super().__init__(
            name="bilingual", fingerprint="b111000000000001", languages=("en", "zh", "es")
        )

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        meant: list[str] = []
        for text in texts:
            spaced = "".join(f" {c} " if c > "一" else c for c in text.casefold())
            words = [word.strip("¿?.,。？") for word in spaced.split()]
            meant.append(" ".join(MEANT.get(w, w) for w in words if w not in FUNCTION_WORDS))
        return super()._encode(meant)


def policy(name: str, title: str, body: str, language: str = "en") -> Policy:
    return Policy(name, title, body, date=PolicyDate(2010, 5, 3), language=language)


ENGLISH = [
    policy("roads", "Damaged Bridges Closed", "Damaged bridges closed."),
    policy("duty", "Tax Tax", "Tax tax tax."),
    policy("trams", "Bells of Trams", "Trams ring their bells at crossings in the morning."),
]
MIXED = [*ENGLISH, policy("yu", "鱼鱼鱼", "鱼鱼鱼。", "zh")]
BOOK = IssuerBook(())


def build(
    folder: Path,
    policies: Sequence[Policy],
    *encoders: FakeEncoder,
    progress: Progress | None = None,
) -> None:
    first, second = encoders
    build_index(
        policies,
        index_path=folder,
        encoder=first,
        second=second,
        issuers=BOOK,
        progress=progress,
    )


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> tuple[FakeEncoder, Bilingual]:
    first, second = FakeEncoder(), Bilingual()
    known = {one.fingerprint: one for one in (first, second)}
    monkeypatch.setattr(
        snapshot, "open_for_serving", lambda _, fingerprint, **_options: known[fingerprint]
    )
    return first, second


@pytest.fixture
def engine(tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]) -> Iterator[Engine]:
    build(tmp_path, ENGLISH, *encoders)
    yield from opened(tmp_path, encoders)


@pytest.fixture
def mixed(tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]) -> Iterator[Engine]:
    build(tmp_path, MIXED, *encoders)
    yield from opened(tmp_path, encoders)


def opened(folder: Path, encoders: tuple[FakeEncoder, Bilingual]) -> Iterator[Engine]:
    for one in encoders:
        one.encoded.clear()
    engine = Engine(Config(index=IndexConfig(path=folder)))
    yield engine
    engine.close()


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


def test_an_english_question_on_english_policies_is_heard_by_the_first_alone(
    engine: Engine, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    assert ids(engine.answer("when are damaged bridges closed"))[:1] == ["roads"]
    first, second = encoders
    assert (len(first.encoded), len(second.encoded)) == (1, 0)


@pytest.mark.parametrize(
    "question", ["坏的桥怎么关？", "¿Cuándo están cerrados los puentes dañados?"]
)
def test_a_question_in_another_language_is_heard_by_the_second_alone(
    engine: Engine, encoders: tuple[FakeEncoder, Bilingual], question: str
) -> None:
    assert ids(engine.answer(question))[:1] == ["roads"]
    first, second = encoders
    assert (len(first.encoded), len(second.encoded)) == (0, 1)


@pytest.mark.parametrize("question", ["鱼怎么办？", "¿Cuándo están los trenes?"])
def test_what_is_far_is_declined_in_another_language_too(engine: Engine, question: str) -> None:
    assert not engine.answer(question).answered


def test_an_answer_in_another_language_says_so_once(engine: Engine) -> None:
    answer = engine.answer("坏的桥怎么关？")
    assert answer.note == (
        "The policies are in English, the question is in Chinese; nothing is translated."
    )
    assert answer.to_dict()["note"] == answer.note


def test_an_answer_in_the_language_of_the_question_says_nothing_of_it(engine: Engine) -> None:
    assert "note" not in engine.answer("when are damaged bridges closed").to_dict()


def test_words_of_another_language_are_not_lacked_and_years_are(engine: Engine) -> None:
    with_plan = engine.evidence("第十三个坏的桥怎么关？")
    assert with_plan is not None
    assert not with_plan.lacking.any()
    with_year = engine.evidence("¿Cuándo están cerrados los puentes dañados, 1987?")
    if with_year is not None:
        assert with_year.lacking.all()


def test_an_english_question_finds_a_policy_that_the_first_does_not_read(mixed: Engine) -> None:
    assert ids(mixed.answer("fish")) == ["yu"]
    assert ids(mixed.answer("when are damaged bridges closed"))[:1] == ["roads"]


def test_a_chinese_question_finds_policies_in_both_languages(mixed: Engine) -> None:
    assert ids(mixed.answer("鱼"))[:1] == ["yu"]
    assert ids(mixed.answer("坏的桥怎么关？"))[:1] == ["roads"]


def test_what_answers_in_another_language_stands_before_what_does_not(mixed: Engine) -> None:
    evidence = mixed.evidence("when are damaged bridges closed for fish")
    assert evidence is not None
    across = evidence.is_across
    assert across.any()
    assert not across.all()
    surer = dataclasses.replace(evidence, best_sure=np.where(across, 0.9, 0.1))
    together = merged(surer)
    assert together.is_across.tolist() == [True, *[False] * (~across).sum()]
    assert together.best_sure.tolist() == [0.9, *[0.1] * (~across).sum()]
    for place, policy in enumerate(together.ranked.policies):
        at = int(np.flatnonzero(evidence.ranked.policies == policy)[0])
        assert together.ranked.rows(place).tolist() == evidence.ranked.rows(at).tolist()
    less = dataclasses.replace(evidence, best_sure=np.where(across, 0.4, 0.1))
    assert merged(less).is_across.tolist() == [*[False] * (~across).sum(), True]


@pytest.mark.parametrize(
    ("own", "other", "answers"),
    [
        (0.1, 0.6, True),
        (0.49, 0.6, True),
        (0.1, 0.52, False),  # less sure, where policies in the question's language were ranked
        (0.9, 0.6, False),  # its score is compared with that of the policy that answers
    ],
)
def test_a_policy_in_another_language_answers_where_none_in_the_own_does(
    mixed: Engine, own: float, other: float, *, answers: bool
) -> None:
    evidence = mixed.evidence("when are damaged bridges closed for fish")
    assert evidence is not None
    across = evidence.is_across
    assert evidence.candidates.across is not None
    scores = np.where(evidence.candidates.across, 0.2, 1.0)
    ranked = dataclasses.replace(evidence.ranked, row_scores=scores)
    judged = dataclasses.replace(evidence, ranked=ranked, best_sure=np.where(across, other, own))
    places = surely_relevant(judged)
    assert across[places].any() == answers
    assert (~across[places]).any() == (own >= 0.5)


@pytest.mark.parametrize(
    ("names", "held"),
    [
        # A Chinese policy may spell a name otherwise, unless the table says how.
        ((frozenset(["road", "offic"]),), {"yu"}),
        ((frozenset(["road", "offic"]), frozenset(["路政", "政局"])), set()),
        ((frozenset(["bridg"]),), {"roads", "yu"}),
    ],
)
def test_a_name_is_looked_for_in_the_scripts_in_which_it_is_known(
    mixed: Engine, names: tuple[frozenset[str], ...], held: set[str]
) -> None:
    with mixed._reading() as snapshot:
        generation, policies = snapshot.generation, np.arange(len(MIXED))
        passages = generation.passages_of(np.ones(len(MIXED), np.bool_))
        named = NamedBody("Road Office", names, np.zeros(len(MIXED), np.bool_))
        owner = generation.owners_of(passages)
        having = holding(generation, named, passages, policies, owner)
        ids_held = {one.id for one in generation.policies(np.flatnonzero(having).tolist())}
    assert ids_held == held


def test_the_first_embeds_nothing_of_a_policy_that_it_does_not_read(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    build(tmp_path, MIXED, *encoders)
    assert not any("鱼" in text for text in encoders[0].encoded)
    with open_generation(tmp_path) as generation:
        assert generation.second is not None
        assert generation.manifest.languages == {"en": 3, "zh": 1}
        assert generation.first.passage_embedded.sum() == 3
        assert generation.second.complete


def test_a_second_index_embeds_only_what_changed_with_either(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    build(tmp_path, ENGLISH, *encoders)
    for one in encoders:
        one.encoded.clear()
    added = policy("ports", "Ports", "Ports ring their horns at noon.")
    build(tmp_path, [*ENGLISH, added], *encoders)
    first, second = encoders
    assert sorted(first.encoded) == ["Ports", added.body]
    assert len(second.encoded) == 2


def test_a_second_encoder_is_added_without_embedding_with_the_first_again(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    first, second = encoders
    build_index(ENGLISH, index_path=tmp_path, encoder=first, issuers=BOOK)
    first.encoded.clear()
    build(tmp_path, ENGLISH, first, second)
    assert not first.encoded
    assert second.encoded


def test_a_build_that_is_cut_short_goes_on_with_the_second_encoder(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    first, second = encoders

    def stop(stage: str, _done: int, _total: int) -> None:
        if stage == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, ENGLISH, first, second, progress=stop)
    first.encoded.clear()
    second.encoded.clear()
    build(tmp_path, ENGLISH, first, second)
    assert not first.encoded
    assert not second.encoded


def test_progress_says_which_encoder_is_at_work(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    stages: list[str] = []
    build(tmp_path, ENGLISH, *encoders, progress=lambda stage, *_: stages.append(stage))
    assert [s for s in dict.fromkeys(stages) if s.startswith("embed")] == [
        "embed with fake",
        "embed with bilingual",
    ]


def test_a_damaged_file_of_the_second_encoder_is_found(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    build(tmp_path, ENGLISH, *encoders)
    (path,) = tmp_path.glob(f"generations/*/{SECOND}/columns/title_vectors.npy")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError, match="title_vectors"):
        verify_generation(tmp_path)


def test_cosines_are_brought_to_the_common_scale(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    first, second = encoders
    build(tmp_path / "as-it-is", ENGLISH, first, second)
    second.scale = Scale(0.5, 0.25)
    build(tmp_path / "moved", ENGLISH, first, second)
    dense = []
    for name in ("as-it-is", "moved"):
        engine = Engine(Config(index=IndexConfig(path=tmp_path / name)))
        evidence = engine.evidence("坏的桥怎么关？")
        assert evidence is not None
        dense.append(evidence.candidates.dense)
        engine.close()
    np.testing.assert_allclose(dense[1], 0.5 * dense[0] + 0.25, atol=1e-6)


def test_a_policy_that_states_no_language_is_read_as_it_is(
    tmp_path: Path, encoders: tuple[FakeEncoder, Bilingual]
) -> None:
    build(tmp_path, [dataclasses.replace(one, language=None) for one in MIXED], *encoders)
    with open_generation(tmp_path) as generation:
        assert sorted(generation.policy_languages.tolist()) == [b"en", b"en", b"en", b"zh"]


def test_a_sentence_alone_in_its_passage_gets_no_vector_of_its_own_from_the_second_encoder(
    tmp_path: Path,
) -> None:
    first, second = FakeEncoder(), Bilingual()
    market = policy("market", "Market Day", "Stalls open at nine. Fish is sold until noon.")
    build(tmp_path, [*ENGLISH, market], first, second)
    assert "Trams ring their bells at crossings in the morning." in first.encoded
    alone = "trams ring their bells at crossings in the morning"
    assert f"bells of trams {alone}" in second.encoded
    assert alone not in second.encoded
    assert {"stalls open at nine", "fish is sold until noon"} <= set(second.encoded)


def test_those_sentences_have_none_either_where_policies_are_copied_from_the_generation_before(
    tmp_path: Path,
) -> None:
    build(tmp_path / "anew", MIXED, FakeEncoder(), Bilingual())
    build(tmp_path / "changed", ENGLISH, FakeEncoder(), Bilingual())
    build(tmp_path / "changed", MIXED, FakeEncoder(), Bilingual())
    keys = []
    for place in ("anew", "changed"):
        with open_generation(tmp_path / place) as generation:
            keys.append(generation.vector_sets[1].sentence_keys.tolist())
    assert keys[0] == keys[1]
    assert keys[0].count(b"") == 1
