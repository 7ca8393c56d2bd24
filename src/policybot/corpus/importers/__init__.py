"""Import source files as drafts of policies, which a person reviews.

An importer reads one kind of file (:mod:`~policybot.corpus.importers.pipeline.kinds` says which);
:func:`import_file` copies the source unchanged to ``sources/`` and writes its drafts to the corpus,
all of them or none; :func:`import_paths` does so for files and folders.

The importers are loaded when one of these names is first used: answering needs a few modules from
here, and none of the importers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policybot.corpus.importers.pipeline.importing import import_file
    from policybot.corpus.importers.pipeline.many import Imported, import_paths
    from policybot.corpus.importers.pipeline.result import ImportResult, Outcome, Report
    from policybot.corpus.importers.pipeline.source import ImportOptions, Kind, SourceFile
    from policybot.corpus.importers.texts.policy_list import import_policy_list

__all__ = [
    "ImportOptions",
    "ImportResult",
    "Imported",
    "Kind",
    "Outcome",
    "Report",
    "SourceFile",
    "import_file",
    "import_paths",
    "import_policy_list",
]

_MODULES = {
    "pipeline.importing": ("import_file",),
    "pipeline.many": ("Imported", "import_paths"),
    "pipeline.result": ("ImportResult", "Outcome", "Report"),
    "pipeline.source": ("ImportOptions", "Kind", "SourceFile"),
    "texts.policy_list": ("import_policy_list",),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            found: object = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
