"""The parsers that only importing needs, which the base install leaves out."""

from __future__ import annotations

import importlib.util

from policybot.errors import ImportRefusedError

_PACKAGES = {"docx": "python-docx", "pptx": "python-pptx"}


def need(module: str) -> None:
    """Make sure that a parser is installed.

    Raises:
        ImportRefusedError: it is not; the message names the extra that brings it.
    """
    if importlib.util.find_spec(module) is None:
        package = _PACKAGES.get(module, module)
        raise ImportRefusedError(
            f"{package} is not installed, which reads this kind of file; "
            "run: pip install 'policybot[import]'"
        )
