"""Provisions in a question: "Article 5(2)", "section 3(b)", § 12, 第五条第二款, "artículo 5"."""

from __future__ import annotations

import re

from policybot.corpus.provisions.labels import PARTS, find_labels
from policybot.query.entities.entity import Entity
from policybot.query.text import Text

_FOR = re.compile(r"para (?:(?:19|20)\d\d\b|[a-z]\b)")


def find(text: Text) -> list[Entity]:
    """Return the provisions that a question names; the value of each is its steps.

    A part alone ("item (b)") is too vague to be looked up, unless it is a paragraph. "Para" may
    also be a preposition (Spanish, Portuguese): "para 2020", "para a internet".
    """
    return [
        Entity("provision", label.span, label.steps)
        for label in find_labels(text.printed)
        if label.steps[0][0] not in PARTS
        or (label.steps[0][0] == "par" and not _FOR.match(text.plain, label.span[0]))
    ]
