"""Import source files as drafts of policies, which a person reviews.

An importer reads one kind of file (:mod:`~policybot.corpus.importers.pipeline.kinds` says which);
:func:`import_file` copies the source unchanged to ``sources/`` and writes its drafts to the corpus,
all of them or none; :func:`import_paths` does so for files and folders.
"""

from __future__ import annotations

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
