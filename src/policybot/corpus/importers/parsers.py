"""Optional packages that only importing needs."""

from __future__ import annotations

import importlib.util

from policybot.errors import ImportRefusedError

_PACKAGES = {"docx": "python-docx", "pptx": "python-pptx"}


def need(module: str) -> None:
    """Check that a parser is installed.

    Raises:
        ImportRefusedError: it is not; the message names the extra to install.
    """
    if importlib.util.find_spec(module) is None:
        package = _PACKAGES.get(module, module)
        raise ImportRefusedError(
            f"this kind of file needs {package}, which is not installed; "
            "run: pip install 'policybot[import]'"
        )


def reason_of(error: Exception) -> str:
    """Return what a parser raised, as one short line for a message."""
    return " ".join(str(error).split())[:120] or type(error).__name__
