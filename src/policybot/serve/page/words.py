"""What the page says in each language, from ``words.toml``, and which language a reader wants."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal, cast, get_args

Language = Literal["en", "zh", "es"]
LANGUAGES: Mapping[Language, str] = {"en": "English", "zh": "中文", "es": "Español"}


class Words:
    """The words of one language; each is an attribute, and :meth:`say` fills its blanks."""

    def __init__(self, language: Language, said: Mapping[str, str]) -> None:
        self.language = language
        self._said = said

    def __getitem__(self, key: str) -> str:
        """The words as they stand."""
        return self._said[key]

    def say(self, key: str, /, **values: object) -> str:
        """Return the words with their blanks filled."""
        return self._said[key].format(**values)


@functools.cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Return every language's words."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def words_in(language: Language) -> Words:
    """Return the words of a language."""
    return Words(language, table()[language])


def language_of(chosen: str | None, accepted: str) -> Language:
    """Return the language that was chosen, else the first known one of ``Accept-Language``."""
    if chosen in get_args(Language):
        return cast("Language", chosen)
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:500].split(",")):
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        wanted.append((-weight, place, name.strip().partition("-")[0].lower()))
    for weight, _, name in sorted(wanted):
        if weight < 0 and name in get_args(Language):
            return cast("Language", name)
    return "en"
