"""Questions to calibrate with: some the corpus answers, made from it, and some it does not.

Made ones must be about as hard as people's. They are no copies of the text: a person remembers some
of its words, in no grammar, and adds words of their own. Foreign ones are everyday questions that
the package ships, as they stand and with words of the corpus in place of their own, since people
who ask of something that is not there do so in the language of the field. ``docs/calibration.md``
compares both with people's questions.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from policybot.corpus.text.language import CJK
from policybot.index.serve.interface import Generation
from policybot.retrieval import stop_words

OWN = 120
"""Questions made from the corpus, at most."""

FOREIGN = 180
"""Foreign questions asked, at most."""

_FOREIGN_FILE = "foreign.txt"
_LOOKED_AT = 20
"""Passages looked at for each question, at most: some corpora hold hardly a sentence."""

_FEWEST_PIECES = 5
_MOST_KEPT = {False: 10, True: 4}
"""Words of a sentence that a question keeps, at most; of Chinese, which is cut in pairs of
characters, fewer, as each of them says as much."""

_WORD_LETTERS = 4
_PIECE = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+(?:['’-][^\W_{CJK}]+)*")
_IS_CHINESE = re.compile(f"[{CJK}]")
_FRAMES = {
    False: ("what does the {} say?", "{}", "where do I find the {}?", "tell me about {}"),
    True: ("{}是怎么说的？", "{}", "请问{}在哪里？", "关于{}"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A question made from a policy, an ordinal; ``words`` are of one of its sentences."""

    text: str
    policy: int
    words: tuple[str, ...]


def is_chinese(text: str) -> bool:
    """Tell whether a text has a Chinese character."""
    return _IS_CHINESE.search(text) is not None


@functools.cache
def everyday_questions() -> tuple[str, ...]:
    """Return the foreign questions that the package ships."""
    text = importlib.resources.files(__package__).joinpath(_FOREIGN_FILE).read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@functools.cache
def _everyday(chinese: bool) -> tuple[str, ...]:
    return tuple(question for question in everyday_questions() if is_chinese(question) == chinese)


def own_questions(
    generation: Generation, random: np.random.Generator, count: int = OWN
) -> list[Made]:
    """Make at most ``count`` questions, one a passage, of as many policies as there are.

    In turn: half or more of a sentence's words; fewer of them among everyday words; a title.
    """
    titled: set[str] = set()
    made: list[Made] = []
    for policy, title, sentence in _sampled(generation, random, count):
        kind = len(made) % 3
        if kind == 2 and title not in titled and len(_pieces(title)) > 1:
            titled.add(title)
            text = _from_title(title, random)
        elif kind == 1:
            text = _half_remembered(sentence, _one(_everyday(is_chinese(sentence)), random), random)
        else:
            text = _remembered(_pieces(sentence), random.uniform(0.5, 0.8), random)
        made.append(Made(text, policy, tuple(filter(_is_word, _pieces(sentence)))))
        if len(made) == count:
            break
    return made


def foreign_questions(
    own: Sequence[Made], random: np.random.Generator, count: int = FOREIGN
) -> list[str]:
    """Return at most ``count`` everyday questions, half of them with words of the corpus.

    Languages are mixed as they are in ``own``; there are none where that is empty.
    """
    asked: list[str] = []
    for chinese in _FRAMES:
        made = [question for question in own if is_chinese(question.text) == chinese]
        words = [word for question in made for word in question.words]
        everyday = _everyday(chinese)
        share = round(count * len(made) / len(own)) if own else 0
        for place, at in enumerate(random.permutation(len(everyday))[:share]):
            strange = (0, 1, 0, 2)[place % 4]
            asked.append(_with_words_of(everyday[at], words, strange, random))
    return asked


def _sampled(
    generation: Generation, random: np.random.Generator, count: int
) -> Iterator[tuple[int, str, str]]:
    """Yield policy, title and a sentence of passages at random, those with enough words."""
    order = random.permutation(generation.info.passages)[: _LOOKED_AT * count]
    for start in range(0, len(order), count):
        ordinals = order[start : start + count]
        for place, passage in enumerate(generation.passages(ordinals.tolist())):
            spans = passage.sentences or ((0, len(passage.text)),)
            first, end = spans[random.integers(len(spans))]
            sentence = passage.text[first:end]
            if len(_pieces(sentence)) >= _FEWEST_PIECES:
                policy = int(generation.owners_of(ordinals[place : place + 1])[0])
                if generation.versions.last_of(policy) != policy:
                    continue  # an earlier version: the last one says nearly the same
                yield policy, generation.policy(policy).title, sentence


def _pieces(text: str) -> list[str]:
    """Return the words of a text that carry its topic; a run of Chinese is cut in pairs."""
    found: list[str] = []
    for piece in _PIECE.findall(text):
        if not _IS_CHINESE.match(piece):
            if piece.lower() not in stop_words.STOPWORDS:
                found.append(piece)
            continue
        for run in stop_words.CHINESE.split(piece):
            found += [run[at : at + 2] for at in range(0, len(run) - 1, 2)]
    return found


def _one(texts: Sequence[str], random: np.random.Generator) -> str:
    return texts[int(random.integers(len(texts)))]


def _some(pieces: Sequence[str], count: int, random: np.random.Generator) -> list[str]:
    """Return ``count`` of the pieces, in their order."""
    chosen = sorted(random.permutation(len(pieces))[:count].tolist())
    return [pieces[place] for place in chosen]


def _remembered(pieces: Sequence[str], share: float, random: np.random.Generator) -> str:
    return " ".join(_some(pieces, _kept(pieces, share), random))


def _half_remembered(sentence: str, everyday: str, random: np.random.Generator) -> str:
    """Return some words of one stretch of a sentence, and a third as many everyday ones.

    No names are among the latter: a question that names what is not there is none of the corpus's.
    """
    pieces = _pieces(sentence)
    count = _kept(pieces, random.uniform(0.35, 0.7))
    start = int(random.integers(max(1, len(pieces) - 2 * count + 1)))
    kept = _some(pieces[start : start + 2 * count], count, random)
    added = _some(_pieces(everyday), round(0.3 * count), random)
    return " ".join(kept + [piece for piece in added if piece == piece.lower()])


def _kept(pieces: Sequence[str], share: float) -> int:
    return min(max(3, round(share * len(pieces))), _MOST_KEPT[is_chinese(pieces[0])])


def _from_title(title: str, random: np.random.Generator) -> str:
    pieces = _pieces(title)
    kept = _some(pieces, max(2, round(random.uniform(0.6, 1.0) * len(pieces))), random)
    return _one(_FRAMES[is_chinese(title)], random).format(" ".join(kept))


def _is_word(piece: str) -> bool:
    return is_chinese(piece) or (len(piece) >= _WORD_LETTERS and piece.isalpha())


def _with_words_of(
    question: str, words: Sequence[str], count: int, random: np.random.Generator
) -> str:
    """Return a question with ``count`` of its words, at most, replaced by some of ``words``."""
    for piece in _some(list(dict.fromkeys(_pieces(question))), count, random) if words else ():
        question = question.replace(piece, _one(words, random), 1)
    return question
