"""The page's texts in each language, from ``words.toml``, and the choice of the language."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal, cast, get_args

Language = Literal["en", "zh", "es"]
LANGUAGES: Mapping[Language, str] = {"en": "English", "zh": "中文", "es": "Español"}


class Words:
    """The texts of one language by key; :meth:`say` fills in their placeholders."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __getitem__(self, key: str) -> str:
        """The text with its placeholders."""
        return self._texts[key]

    def say(self, key: str, /, **values: object) -> str:
        """Return the text with its placeholders filled in."""
        return self._texts[key].format(**values)


@functools.cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of every language."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def words_in(language: Language) -> Words:
    """Return the texts of a language."""
    return Words(language, table()[language])


def language_of(chosen: str | None, accepted: str) -> Language:
    """Return the chosen language, else the best known one in ``Accept-Language``, else English."""
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
