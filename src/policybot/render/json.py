"""Answers and policies as JSON, one object per line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from policybot.model import Answer, Document


def answer_json(answer: Answer) -> str:
    """Return the answer's JSON object on one line (see ``docs/json.md``)."""
    return _line(answer.to_dict())


def document_json(document: Document) -> str:
    """Return a policy with its relations, note, repairs, body and passages on one line."""
    policy = document.policy
    return _line(
        {
            **document.policy_dict(),
            "source_sha256": policy.source.sha256 if policy.source else None,
            "note": policy.note,
            "evidence": dict(policy.evidence),
            "repairs": [
                {"from": repair.before, "to": repair.after, "line": repair.line}
                for repair in policy.repairs
            ],
            "body": policy.body,
            "passages": [
                {
                    "id": passage.id,
                    "text": passage.text,
                    "sha256": passage.sha256,
                    "headings": list(passage.headings),
                    **passage.pages_dict(),
                }
                for passage in document.passages
            ],
        }
    )


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
