from __future__ import annotations

import pytest


@pytest.fixture
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine of optical character recognition, whatever this machine has."""
    monkeypatch.setattr("policybot.corpus.importers.pdf.recognition.installed", tuple)
