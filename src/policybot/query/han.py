"""Chinese cut into words: those of the lexicon or the corpus, and what lies between them.

Chinese is written without spaces, so that a word of the lexicon may be a part of a longer one:
快 of 快递, 同 of 同意, 自行 of 自行车. What the corpus writes tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from policybot.model import Span
from policybot.query.lexicon import Lexicon

_SAFE = frozenset("particle of issue_mark and or question_particle".split())  # noqa: SIM905
"""Classes of single characters that are words even directly after an unknown word."""

_OPENERS = frozenset(
    """
    have be in since from by of passive not except only about and or issue_mark particle plea show
    except_post after_post before_post to it discuss but
    """.split()  # noqa: SIM905
)
"""Classes of single characters that are words even directly before an unknown word."""

_FREE = frozenset(
    """
    of issue_mark particle be not have in by passive pronoun document kind number
    """.split()  # noqa: SIM905
)
"""Classes of words that stand beside any other: what the corpus joins them to says little."""

_ASKING = frozenset("plea thanks greeting interjection show want know".split())  # noqa: SIM905
"""Classes of words said to whom one asks, which policies hardly ever hold."""

_FEWEST = 2
"""Passages that hold a word of two characters at the end of a text, where nothing else tells."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """What a run of Chinese characters is cut with.

    ``frequency`` gives the number of passages that hold all pairs of adjacent characters of a
    text. ``ends_names`` and ``ends_day`` say that a name, or a single day, stands before the run.
    """

    lexicon: Lexicon
    kinds: Collection[str]
    frequency: Callable[[str], int]
    ends_names: bool = False
    ends_day: bool = False

    def known(self, plain: str, span: Span) -> Iterator[Span]:
        """Yield the longest words of the lexicon or the corpus within a run, in order.

        A single character after unknown characters is most often part of their word (算 in 云计算),
        unless it is of a class in :data:`_SAFE`.
        """
        longest = max(map(len, self.kinds), default=0)
        start, end = span
        unread = at = start
        while at < end:
            size = min(max(self.lexicon.phrases.get(plain[at], 0), longest), end - at)
            while size and not self._is_word(plain[at : at + size]):
                size -= 1
            if size == 2 and self._ends_earlier(plain, at, end):
                size = 1  # 还|有效, not 还有|效
            if not size or (size == 1 and not self._is_alone(plain, at, span, unread)):
                at += 1
                continue
            if self._goes_on(plain, at, size, end):
                at += size + 1
                continue
            yield at, at + size
            at += size
            unread = at

    def _is_word(self, text: str) -> bool:
        return text in self.lexicon.words or text in self.kinds

    def _classes(self, text: str) -> frozenset[str]:
        word = self.lexicon.words.get(text)
        return word.classes if word else frozenset(["kind"])

    def _goes_on(self, plain: str, at: int, size: int, end: int) -> bool:
        """Return whether a word is only the beginning of a longer one of the corpus.

        快 is in 快递, which the corpus holds more often than 递柜; of 自行, it has only 自行车.
        What begins another word of the lexicon does not belong to the one before it.
        """
        classes = self._classes(plain[at : at + size])
        after = at + size
        free = bool(_FREE & classes) or (size == 1 and "article" in classes)  # 一部分, but 本市
        if size > 2 or after >= end or free or self._begins_word(plain, after, end):
            return False
        following = self.lexicon.words.get(plain[after])
        if following and (size > 1 or _FREE & following.classes):
            return False
        joined = self.frequency(plain[after - 1 : after + 1])
        if not joined:
            return False
        word = self.frequency(plain[at:after]) if size > 1 else 0
        if size > 1 and not 0 < word <= joined:
            return False
        if after + 1 >= end:
            return size == 1 or word >= _FEWEST
        others = self.frequency(plain[after : after + 2])
        return joined > others or (joined == others and size == 1 and bool(_ASKING & classes))

    def _ends_earlier(self, plain: str, at: int, end: int) -> bool:
        """Return whether an adverb of one character begins a word of two: 还|有效, not 还有|效."""
        word = self.lexicon.words.get(plain[at])
        if word is None or "adverb" not in word.classes:
            return False
        if at + 2 >= end or plain[at + 2] in self.lexicon.phrases:
            return False
        longest = min(self.lexicon.phrases.get(plain[at + 1], 0), end - at - 1)
        sizes = range(2, longest + 1)
        return any(plain[at + 1 : at + 1 + size] in self.lexicon.words for size in sizes)

    def _is_alone(self, plain: str, at: int, span: Span, unread: int) -> bool:
        """Return whether a character is a word by itself, and no part of an unknown word."""
        start, end = span
        classes = self._classes(plain[at])
        if self._ends_earlier(plain, at, end):
            return True
        if at == start and self.ends_names and "including" in classes:  # 财政部等四部门
            return True
        if at == start and self.ends_day and "at_post" in classes:  # 3月1日时收费
            return True
        if unread < at:
            return not _SAFE.isdisjoint(classes) or (
                "passive" in classes and self._asks_from(plain, at + 1, end)
            )
        if at + 1 == end or not _OPENERS.isdisjoint(classes):
            return True
        following = self.lexicon.words.get(plain[at + 1])
        if "number" in classes and following and "unit_mark" in following.classes:
            return True
        return self._begins_word(plain, at + 1, end)

    def _begins_word(self, plain: str, at: int, end: int) -> bool:
        """Return whether a known word of two characters or more begins at a place."""
        longest = max(self.lexicon.phrases.get(plain[at], 0), 4)
        return any(
            self._is_word(plain[at : at + size]) for size in range(2, min(longest, end - at) + 1)
        )

    def _asks_from(self, plain: str, at: int, end: int) -> bool:
        """Tell 被什么, where a word of asking follows, from a character within a word."""
        longest = min(self.lexicon.phrases.get(plain[at], 0), end - at) if at < end else 0
        words = (self.lexicon.words.get(plain[at : at + size]) for size in range(1, longest + 1))
        return any(word is not None and {"which", "who"} & word.classes for word in words)
