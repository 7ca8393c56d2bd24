"""Questions for calibration: own ones, generated from the corpus, and foreign ones.

Generated ones must be about as hard as people's: not copies of the text, but some of its words,
without grammar, with further words added. Foreign ones are everyday questions that ship with the
package, both unchanged and with words of the corpus in place of their own, since people ask in the
language of the field even for what is not there. ``docs/calibration.md`` compares both with
people's questions.
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
from policybot.retrieval.words import stop_words

OWN = 120
"""Maximum questions generated from the corpus."""

FOREIGN = 180
"""Maximum foreign questions."""

_FOREIGN_FILE = "foreign.txt"
_LOOKED_AT = 20
"""Maximum passages tried per question: some corpora have hardly any sentences."""

_FEWEST_PIECES = 5
_MOST_KEPT = {False: 10, True: 4}
"""Maximum words of a sentence that a question keeps; fewer in Chinese, which is cut into pairs of
characters, as each says as much."""

_WORD_LETTERS = 4
_PIECE = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+(?:['’-][^\W_{CJK}]+)*")
_IS_CHINESE = re.compile(f"[{CJK}]")
_FRAMES = {
    False: ("what does the {} say?", "{}", "where do I find the {}?", "tell me about {}"),
    True: ("{}是怎么说的？", "{}", "请问{}在哪里？", "关于{}"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A question generated from a policy (an ordinal); ``words`` are from one of its sentences."""

    text: str
    policy: int
    words: tuple[str, ...]


def is_chinese(text: str) -> bool:
    """Return whether a text contains a Chinese character."""
    return _IS_CHINESE.search(text) is not None


@functools.cache
def everyday_questions() -> tuple[str, ...]:
    """Return the foreign questions that ship with the package."""
    text = importlib.resources.files(__package__).joinpath(_FOREIGN_FILE).read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@functools.cache
def _everyday(chinese: bool) -> tuple[str, ...]:
    return tuple(question for question in everyday_questions() if is_chinese(question) == chinese)


def own_questions(
    generation: Generation, random: np.random.Generator, count: int = OWN
) -> list[Made]:
    """Return at most ``count`` questions, one per passage, from as many policies as possible.

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

    Languages are in the same proportions as in ``own``; if that is empty, so is the result.
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
    """Yield policy, title and sentence of random passages with enough words."""
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
                    continue  # an earlier version: the last one has nearly the same text
                yield policy, generation.policy(policy).title, sentence


def _pieces(text: str) -> list[str]:
    """Return the topical words of a text; runs of Chinese are cut into pairs of characters."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        if not _IS_CHINESE.match(piece):
            if piece.lower() not in stop_words.STOPWORDS:
                pieces.append(piece)
            continue
        for run in stop_words.CHINESE.split(piece):
            pieces += [run[at : at + 2] for at in range(0, len(run) - 1, 2)]
    return pieces


def _one(texts: Sequence[str], random: np.random.Generator) -> str:
    return texts[int(random.integers(len(texts)))]


def _some(pieces: Sequence[str], count: int, random: np.random.Generator) -> list[str]:
    """Return ``count`` of the pieces, in their order."""
    chosen = sorted(random.permutation(len(pieces))[:count].tolist())
    return [pieces[place] for place in chosen]


def _remembered(pieces: Sequence[str], share: float, random: np.random.Generator) -> str:
    return " ".join(_some(pieces, _kept(pieces, share), random))


def _half_remembered(sentence: str, everyday: str, random: np.random.Generator) -> str:
    """Return words from one stretch of a sentence, with a third as many everyday ones.

    The latter include no names: a question that names something absent is foreign.
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
    """Return a question with at most ``count`` of its words replaced by some of ``words``."""
    for piece in _some(list(dict.fromkeys(_pieces(question))), count, random) if words else ():
        question = question.replace(piece, _one(words, random), 1)
    return question
